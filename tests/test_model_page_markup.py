"""HTML over many lines: what shows on the screen stays, what does not goes, and nothing is lost to an open tag."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from model.page.markup import visible


def shown(text):
    """What shows of a text, line by line."""
    return [line.strip() for line in visible(text.split("\n"))]


def test_comments_and_styles_over_lines():
    """What stands between the marks of a comment, a style sheet, a script or Word's XML shows nothing."""
    assert shown("甲<!-- 一\n二\n三 -->乙") == ["甲", "", "乙"]
    assert shown("<style type='a'>\np {}\n</style >甲") == ["", "", "甲"]
    assert shown("<!--[if gte mso 9]><xml>\n<w:View>Normal</w:View>\n</xml><![endif]-->\n甲") == ["", "", "", "甲"]
    assert shown("甲<SCRIPT>a<b;</SCRIPT>乙<!-- x -->丙") == ["甲 乙 丙"]


def test_a_tag_over_lines():
    """Word breaks its tags at any space; the halves are no text."""
    assert shown("<p class=MsoNormal><span\nlang=EN-US style='font-size:\n12.0pt'>新桥通车</span>") == [
        "<p class=MsoNormal>",
        "",
        "新桥通车</span>",
    ]


def test_what_is_never_closed_is_text():
    """A page is not lost to a style sheet, a comment or a tag without an end."""
    for opening in ("<style>", "<!-- 注", "<script", "<span "):
        assert shown(f"{opening}\n新桥通车\n近日通车。")[1:] == ["新桥通车", "近日通车。"]


def test_smaller_than_is_no_tag():
    """Signs of comparison stay."""
    assert shown("当 x<3\n且 y>2 时") == ["当 x<3", "且 y>2 时"]


@given(st.lists(st.sampled_from(["<!--", "-->", "<style>", "</style>", "<p", ">", "<", "甲", "\n", " ", "</script>"])))
def test_any_mixture_has_its_lines(parts):
    """Whatever is opened and closed, each line gives one line, made of characters of its own and blanks."""
    lines = "".join(parts).split("\n")
    found = visible(lines)
    assert len(found) == len(lines)
    assert all(set(new) <= {*old, " "} for new, old in zip(found, lines, strict=True))


def test_time_is_linear():
    """Ten thousands of openings without an end take a moment."""
    for text in ("<!--a" * 40000, "<p " * 40000, "<style>" * 20000, "<p \n" * 20000, "<!--a-->" * 20000):
        start = time.perf_counter()
        visible(text.split("\n"))
        assert time.perf_counter() - start < 5
