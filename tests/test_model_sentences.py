"""model.sentences: paragraphs, sentences and wraps of normalised text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.normalise import normalise
from model.sentences import paragraph_spans, sentence_spans, unwrap

RAW = st.text(alphabet="安全说，。！？…“”（）「」；：.?! \n\r\u3000aB3", max_size=120)


def split(text: str) -> list[str]:
    return [unwrap(text[start:end]) for start, end, _ in sentence_spans(text, paragraph_spans(text))]


@given(RAW)
def test_spans_tile_the_text(raw: str) -> None:
    """Paragraphs and sentences are in order, disjoint and trimmed; only white space lies between them."""
    text = normalise(raw)
    paragraphs = paragraph_spans(text)
    sentences = sentence_spans(text, paragraphs)
    for spans in (paragraphs, [(start, end) for start, end, _ in sentences]):
        at = 0
        for start, end in spans:
            assert at <= start < end
            assert not text[at:start].strip()
            assert text[start:end] == text[start:end].strip()
            at = end
        assert not text[at:].strip()
    for start, end, number in sentences:
        assert paragraphs[number][0] <= start
        assert end <= paragraphs[number][1]


@given(RAW)
def test_unwrap_removes_breaks_and_nothing_else(raw: str) -> None:
    """No line break is left, every other character is."""
    shown = unwrap(raw)
    assert "\n" not in shown
    assert "\r" not in shown
    assert "".join(shown.split()) == "".join(raw.split())
    assert unwrap(shown) == shown


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("镇里开了会。会后各村上报隐患！", ["镇里开了会。", "会后各村上报隐患！"]),
        ("“门要关好。”他提着灯走了。", ["“门要关好。”", "他提着灯走了。"]),
        ("“门要关好。灯要灭掉。”巡查员高志说。各户照办。", ["“门要关好。灯要灭掉。”巡查员高志说。", "各户照办。"]),
        ("他问：“钥匙呢？”七点过后没人应。", ["他问：“钥匙呢？”", "七点过后没人应。"]),
        ("人们喊着“加油！”往前跑。", ["人们喊着“加油！”往前跑。"]),
        ("怎么会这样？！谁也说不清……。", ["怎么会这样？！", "谁也说不清……。"]),
        ("米、面、油……样样齐全。", ["米、面、油……样样齐全。"]),
        ("会议（昨日召开。地点在镇里）已结束", ["会议（昨日召开。地点在镇里）已结束"]),
        ("增长5.2%。访问a.cn/?x=1可查. 其余不变", ["增长5.2%。", "访问a.cn/?x=1可查.", "其余不变"]),
        ("1. 报名 2. 缴费", ["1. 报名 2. 缴费"]),
        ("一查用电；二查用气；三查通道。", ["一查用电；二查用气；三查通道。"]),
        ("没有句号的一行", ["没有句号的一行"]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_sentences_as_a_newspaper_reader_counts_them(text: str, sentences: list[str]) -> None:
    """Terminators keep their closing quotes; quotations, brackets, numbers, addresses and lists are not split."""
    assert split(text) == sentences


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    """Lines that break off at one width run on; an indent, a blank line or a short line ends the paragraph."""
    wrapped = (
        "  本报讯 近日，溪口镇召开冬季防火工作会议，对林区巡护和用\n"
        "火审批进行部署，要求各村成立半专业扑火队，储备好风力灭火\n机、水枪等器材。\n"
        "  会后，镇应急办到三个村检查物资库，发现两处灭火器过期并\n当场更换。\n"
    )
    paragraphs = [unwrap(wrapped[start:end]) for start, end in paragraph_spans(wrapped)]

    assert len(paragraphs) == 2
    assert "巡护和用火审批" in paragraphs[0]
    assert "过期并当场更换。" in paragraphs[1]


def test_short_equal_lines_stay_apart() -> None:
    """A list of names or links is no wrapped text."""
    text = "通知公告\n政策法规\n办事指南\n联系我们"
    assert len(paragraph_spans(text)) == 4


def test_latin_words_keep_a_space_across_a_wrap() -> None:
    """Joining puts a space between Latin words and none between Han characters."""
    assert unwrap("采用 Smart\nGrid 技\n术") == "采用 Smart Grid 技术"


@pytest.mark.parametrize("unit", ["“好！”", "。", " ", "“", "\n", "（。", ".", "a。", "…", "“a。", "好好好，"])
def test_a_megabyte_of_anything_takes_a_moment(unit: str) -> None:
    """Splitting is linear on text made to annoy it."""
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    sentence_spans(text, paragraph_spans(text))
    unwrap(text)

    assert time.process_time() - started < 8
