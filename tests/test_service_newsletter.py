"""The day's digest as Markdown and HTML to paste elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from model.bundle import Theme
from model.digest import Digester
from model.documents import Article, ArticleDigest, Byline, Judgement, KeySentence, PageDigest, Summary, ThemeScore
from service import newsletter

ROOT = Path(__file__).parent.parent
THEMES = {
    code: Theme(code, label, None) for code, label in (("safety", "安全"), ("industry", "产业"), ("other", "其他"))
}
TEXT = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="\\`*_[]()<>#~|$&;+-=.!: \t\n\r1x9。“”—\u3000\u00a0", max_size=20),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "# 一",
            "1. 一",
            "12) 一",
            "- 一",
            "+",
            "---",
            "===",
            "- - -",
            "&lt;",
            "&#65;",
            "[一]: /x",
            "![一](x)",
            "http://example.org/_a_",
            '"><p class=x>',
            "    四格",
            "```",
            "~~~",
            "| 一 | 二 |",
            "一 ##",
            "123456789. 一",
        ]
    ),
)


def digest(
    theme: str = "safety", summary: str = "句。", note: str | None = None, *, review: bool = False, **parts: object
) -> ArticleDigest:
    """One article with the parts that a newsletter prints."""
    sentences = (KeySentence(0, summary, 0, len(summary), 0.5),) if summary else ()
    return ArticleDigest(
        Article(body=summary, **parts),  # type: ignore[arg-type]
        Judgement((ThemeScore(theme, 0.9),), (), "review" if review else "accept", None, ()),
        Summary(sentences, note),
        ("词",),
        "v1",
    )


def page(*articles: ArticleDigest) -> PageDigest:
    return PageDigest(articles, (), "v1")


FULL = digest(
    headline="堵住泄漏点",
    kicker="企业联手演练",
    subhead="三百余人参加",
    byline=Byline(("甲乙", "丙丁"), ("戊己",), ("庚辛",)),
    review=True,
)


class Reader(HTMLParser):
    """What a browser finds: `texts` as (tag, text); fails on a tag left open or an attribute that WeChat drops."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102
        self.tags.append(tag)
        if tag == "meta":
            assert attrs == [("charset", "utf-8")]
            return
        self.open.append(tag)
        assert {name for name, _ in attrs} <= {"style", "lang"}
        assert dict(attrs)["style"]

    def handle_endtag(self, tag: str) -> None:  # noqa: D102
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:  # noqa: D102
        if self.open and self.open[-1] != "section":
            self.texts.append((self.open[-1], data))
        else:
            assert not data.strip()

    def handle_comment(self, data: str) -> None:  # noqa: D102
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def markdown_texts(source: str) -> list[tuple[str, str]]:
    """What CommonMark reads: (block, text); fails on any block or inline markup that the newsletter does not write."""
    found = []
    tokens = MarkdownIt("commonmark").parse(source)
    for opener, inline, closer in zip(tokens[::3], tokens[1::3], tokens[2::3], strict=True):
        assert (opener.nesting, inline.type, closer.nesting) == (1, "inline", -1)
        assert opener.tag in {"h2", "h3", "p"}
        kinds = [child.type for child in inline.children or () if child.content or child.nesting]
        bold = kinds[:1] == ["strong_open"]
        assert set(kinds[1:-1] if bold else kinds) <= {"text", "text_special"}
        found.append(("strong" if bold else opener.tag, "".join(child.content for child in inline.children or ())))
    return found


def one_line(text: str) -> str:
    """The text as both forms can hold it, stated by another road than the module's."""
    lined = "".join(" " if c in "\u2028\u2029" or ord(c) < 33 or 0x7F <= ord(c) < 0xA0 else c for c in text)
    return " ".join(filter(None, lined.split(" "))).strip()


def test_html_shows_every_part_in_the_order_of_print() -> None:
    """Theme, kicker, headline, subhead, mark, byline by role, summary."""
    assert Reader(newsletter.as_html(page(FULL), THEMES)).texts == [
        ("h2", "安全"),
        ("p", "企业联手演练"),
        ("h3", "堵住泄漏点"),
        ("p", "三百余人参加"),
        ("p", "【需复核】"),
        ("p", "记者 甲乙、丙丁\u3000通讯员 戊己\u3000摄影 庚辛"),
        ("p", "句。"),
    ]


def test_markdown_is_clean() -> None:
    """A heading a theme, one an article with the kicker before it; plain Chinese needs no backslash."""
    assert newsletter.as_markdown(page(FULL), THEMES) == (
        "## 安全\n\n### 企业联手演练\u3000堵住泄漏点\n\n**三百余人参加**\n\n【需复核】\n\n"
        "记者 甲乙、丙丁\u3000通讯员 戊己\u3000摄影 庚辛\n\n句。\n"
    )
    plain = "总投资12.6亿元（-5℃）；2026-10-18，A&B公司说：“好！” 1+1=2"
    assert newsletter.as_markdown(digest(summary=plain), THEMES).endswith(f"\n\n{plain}\n")


def test_a_dash_joins_kicker_and_headline() -> None:
    """A kicker that ends in a dash runs on into the headline."""
    text = newsletter.as_markdown(digest(kicker="一湖清水——", headline="水质达标"), THEMES)

    assert "### 一湖清水——水质达标\n" in text


@given(st.lists(st.sampled_from(list(THEMES)), max_size=8))
def test_themes_in_the_bundles_order_articles_in_the_pages(codes: list[str]) -> None:
    """Each theme once and only where it has articles; no article is lost; both forms agree."""
    shown = page(*(digest(code, headline=f"稿{n}") for n, code in enumerate(codes)))
    expected = []
    for code, theme in THEMES.items():
        rows = [("h3", f"稿{n}") for n, c in enumerate(codes) if c == code]
        expected += [("h2", theme.label), *rows] if rows else []

    for found in (
        Reader(newsletter.as_html(shown, THEMES)).texts,
        markdown_texts(newsletter.as_markdown(shown, THEMES)),
    ):
        assert [(tag, text) for tag, text in found if tag != "p"] == expected


@given(TEXT, TEXT, TEXT, TEXT, TEXT)
def test_whatever_a_page_holds_is_text(kicker: str, headline: str, subhead: str, name: str, summary: str) -> None:
    """Read back by an HTML parser and by CommonMark, every part is the text it was, and nothing became markup."""
    one = digest(summary=summary, kicker=kicker, headline=headline, subhead=subhead, byline=Byline((name,)))
    kicker, headline, subhead, name, summary = map(one_line, (kicker, headline, subhead, name, summary))
    headline = headline or "（无标题）"
    byline = f"记者 {name}" if name else ""
    body = [("p", byline), ("p", summary)]

    html = Reader(newsletter.as_html(page(one), THEMES))
    markdown = markdown_texts(newsletter.as_markdown(page(one), THEMES))

    expected = [("h2", "安全"), ("p", kicker), ("h3", headline), ("p", subhead), *body]
    assert [(tag, one_line(text)) for tag, text in html.texts] == [(tag, text) for tag, text in expected if text]
    assert set(html.tags) <= {"meta", "section", "h2", "h3", "p"}
    space = "" if not kicker or kicker.endswith("—") else "\u3000"
    expected = [("h2", "安全"), ("h3", f"{kicker}{space}{headline}"), ("strong", subhead), *body]
    assert [(tag, one_line(text)) for tag, text in markdown] == [(tag, text) for tag, text in expected if text]


def test_missing_parts_leave_no_trace() -> None:
    """An article of a headline alone is a headline alone."""
    bare = digest(headline="一则", summary="")

    assert newsletter.as_markdown(bare, THEMES) == "## 安全\n\n### 一则\n"
    assert Reader(newsletter.as_html(bare, THEMES)).texts == [("h2", "安全"), ("h3", "一则")]


def test_a_missing_summary_is_told_a_short_one_is_not() -> None:
    """The note of the summary is for the editor who has a gap to fill, not for readers."""
    none = newsletter.as_markdown(digest(headline="一则", summary="", note="没有一句放得下。", review=True), THEMES)
    short = newsletter.as_markdown(digest(headline="一则", note="只有1句可以刊用。"), THEMES)

    assert "\n【需复核；没有一句放得下】\n" in none
    assert "只有" not in short


def test_a_page_without_articles_says_so() -> None:
    """Never an empty file."""
    assert newsletter.as_markdown(page(), THEMES) == "没有稿件\n"
    assert Reader(newsletter.as_html(page(), THEMES)).texts == [("p", "没有稿件")]


def zhaibian(*args: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command where the terminal knows no Chinese."""
    command = [sys.executable, "-m", "service.cli", "digest", *args]
    env = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    return subprocess.run(command, cwd=ROOT, input=b"", capture_output=True, timeout=60, check=False, env=env)


def test_the_command_prints_each_form() -> None:
    """Markdown and HTML of the sample page are UTF-8 and hold its articles by theme; --json is --format json."""
    sample = "service/static/sample.txt"
    digester = Digester.load()
    themes = {t.code: t for t in digester.bundle.manifest.themes}
    told = digester.page((ROOT / sample).read_text("utf-8"))

    assert zhaibian("--format", "md", sample).stdout.decode() == newsletter.as_markdown(told, themes)
    assert zhaibian("--format", "html", sample).stdout.decode() == newsletter.as_html(told, themes)
    short, long = (zhaibian(*form, "--article", sample).stdout for form in (["--json"], ["--format", "json", "--json"]))
    assert json.loads(short) == json.loads(long)
    labels = [text for tag, text in Reader(newsletter.as_html(told, themes)).texts if tag == "h2"]
    assert labels == [t.label for t in themes.values() if t.label in labels]
    assert len(labels) > 3


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_two_forms_at_once_are_refused(form: str) -> None:
    """One Chinese line, before the file is looked for."""
    done = zhaibian("--json", "--format", form, "none.txt")

    assert done.returncode == 2
    assert not done.stdout


def test_refusals_are_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Contradiction and unknown form in Chinese, with what is possible."""
    from service.cli import main  # noqa: PLC0415 - argv is set first

    for args, told in (
        (["--json", "--format", "md"], "--json 与 --format md 矛盾，请只写一个\n"),
        (["--format", "pdf"], "'--format' 的值不对：应当是 text、md、html、json 之一；用法见 zhaibian digest --help\n"),
    ):
        monkeypatch.setattr(sys, "argv", ["zhaibian", "digest", *args])
        with pytest.raises(SystemExit) as caught:
            main()
        assert caught.value.code == 2
        assert capsys.readouterr().err == told
