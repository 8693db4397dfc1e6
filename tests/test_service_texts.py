"""Bytes and markup → text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.problems import RefusalError
from service.texts import check, decode, headline_and_body, html_text, markdown_text

NEWS = "枫林镇开展消防演练\n本报讯 昨日，三百余名居民参加演练。“快、稳、有序！”镇长说。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_chinese_is_read_in_every_encoding_in_use(encoding: str) -> None:
    """UTF-8 with and without a mark, GB18030, UTF-16 with a mark."""
    assert decode(NEWS.encode(encoding)) == NEWS


@given(st.text("枫林镇开展消防演练，。0123456789 \n", min_size=1))
def test_utf8_is_never_taken_for_gb18030(text: str) -> None:
    """What is valid UTF-8 is read as UTF-8."""
    assert decode(text.encode()) == text


@pytest.mark.parametrize("cut", [1, 2])
def test_utf8_that_is_cut_stays_utf8(cut: int) -> None:
    """A file that ends in the middle of a character loses that one alone."""
    assert decode(NEWS.rstrip("。").encode()[:-cut]) == NEWS[:-2] + "\ufffd"


@pytest.mark.parametrize(
    "raw", [bytes(range(256)) * 4, b"\x89PNG\r\n\x1a\n" + b"\0\1\2\3" * 50, b"\x7fELF" + b"\0" * 99]
)
def test_binary_bytes_are_refused(raw: bytes) -> None:
    """A picture or a program is not a text in a strange encoding."""
    with pytest.raises(RefusalError) as caught:
        check(decode(raw))

    assert caught.value.kind == "binary"


@pytest.mark.parametrize(
    ("text", "headline", "kind"),
    [
        ("", "", "empty"),
        (" \n\u3000\t", "标题", "empty"),
        ("All work and no play", "", "not-chinese"),
        ("これはかなだけのぶん", "", "not-chinese"),
        ("中\0\1\2\3\4", "", "binary"),
    ],
)
def test_what_cannot_be_digested_is_refused(text: str, headline: str, kind: str) -> None:
    """Empty, without a single Chinese character, or full of control characters."""
    with pytest.raises(RefusalError) as caught:
        check(text, headline=headline)

    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("text", "headline"), [("图：张三 摄", ""), ("2026", ""), ("GDP +5.2% in Q3, 2026", "三季度增长"), ("㐂", "")]
)
def test_short_and_mixed_texts_pass(text: str, headline: str) -> None:
    """A caption, a figure, Latin text under a Chinese headline, a rare character."""
    check(text, headline=headline)


def test_html_reads_as_its_reader_sees_it() -> None:
    """Inline marks split no word, blocks stand on lines, scripts and styles are gone, source wraps are no spaces."""
    html = (
        "<html><head><title>页名</title><style>p{}</style></head><body><script>x()</script>"
        "<div><p>枫林镇<b>开</b>展<a href='#'>演练</a>，居民\n  参加&amp;观看。</p><p>第二段<br>换行</p>"
        "<ul><li>甲</li><li>乙</li></ul></div><!-- 注 --></body></html>"
    )

    text = html_text(html)

    assert [line for line in text.split("\n") if line] == [
        "枫林镇开展演练，居民参加&观看。",
        "第二段",
        "换行",
        "甲",
        "乙",
    ]


@given(st.text(max_size=60))
def test_any_text_survives_as_html(text: str) -> None:
    """No input breaks the reader of HTML."""
    assert isinstance(html_text(text), str)


def test_markdown_keeps_words_and_lines() -> None:
    """Marks go, line breaks stay."""
    assert markdown_text("# 标题\n\n**本报讯** 昨日，\n演练。\n") == "标题\n\n本报讯 昨日，\n演练。"


def test_the_first_line_is_the_headline() -> None:
    """Blank lines before it do not count; a text of one line has no headline."""
    assert headline_and_body("\n\n 标题 \n\n正文一\n正文二\n") == ("标题", "正文一\n正文二")
    assert headline_and_body("只有一行。\n") == ("", "只有一行。")
