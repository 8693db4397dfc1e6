"""Digests as a person reads them in a terminal."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import click
import pytest

from model.bundle import Theme
from model.documents import (
    Article,
    ArticleDigest,
    Byline,
    Evidence,
    Judgement,
    KeySentence,
    PageDigest,
    Summary,
    ThemeScore,
)
from model.page.links import SKIPPED
from service import render

ROOT = Path(__file__).parent.parent
CODES = ("safety", "community", "industry", "rule_of_law", "environment", "other")
THEMES = {
    c: Theme(c, name, None) for c, name in zip(CODES, ("安全", "社区", "产业", "法治", "环境", "其他"), strict=True)
}
LONG = "本报讯 昨日，枫林镇应急消防管理站联合枫林小学开展消防疏散演练，三百二十名师生在四分钟内全部撤到操场，"


def digest(*lines: tuple[int, int], **judgement: object) -> ArticleDigest:
    """An article with everything that can be shown."""
    scores = tuple(ThemeScore(c, p) for c, p in zip(CODES, (0.996, 0.002, 0.001, 0.0005, 0.0003, 0.0002), strict=True))
    told = {"themes": scores, "also": scores[1:2], "decision": "review", "reason": "close_call"} | judgement
    return ArticleDigest(
        Article(
            body=LONG,
            headline="枫林镇开展消防演练",
            kicker="防患于未然",
            subhead="三百余人参加",
            byline=Byline(("甲乙",), ("丙丁", "戊己"), ("庚辛",)),
            lines=lines,
            repairs=("joined", "joined", "deduplicated"),
        ),
        Judgement(**told, because=(Evidence("演练", 0.4, 3, 5), Evidence("消防", 0.2, 1, 3))),  # type: ignore[arg-type]
        Summary((KeySentence(0, LONG * 3, 0, 9, 0.5),), note="全文只有一句"),
        ("消防演练", "枫林镇"),
        "v1",
    )


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def test_an_article_shows_all_that_an_editor_asks_for() -> None:
    """Headings, roles, theme with probability, the second one, doubt, reasons, sentences, keywords, repairs."""
    text = click.unstyle(render.article(digest(), THEMES, 80))

    for told in (
        "防患于未然",
        "枫林镇开展消防演练",
        "三百余人参加",
        "记者 甲乙  通讯员 丙丁、戊己  摄影 庚辛",
        "安全 99%  兼 社区\n",
        "复核   两个主题不相上下，请人看一眼",
        "依据   演练 · 消防",
        "关键句 1. 本报讯",
        "全文只有一句",
        "关键词 消防演练 枫林镇",
        "修复   接上了断开的段落；去掉了重复的文字",
    ):
        assert told in text


@pytest.mark.parametrize("width", [40, 72, 100])
def test_lines_fit_the_terminal_and_none_begins_with_a_comma(width: int) -> None:
    """Chinese characters are two columns wide; a closing sign may hang over by its own width."""
    lines = click.unstyle(render.article(digest(), THEMES, width)).split("\n")

    assert all(columns(line) <= width + 2 for line in lines)
    assert not any(line.strip()[:1] in "，。" for line in lines if line.strip())


def test_a_theme_that_stands_alone_is_shown_with_the_runner_up() -> None:
    """Without a secondary theme the next best is told."""
    text = click.unstyle(render.article(digest(also=(), decision="accept", reason=None), THEMES, 80))

    assert "安全 99%  其次 社区 1%\n" in text
    assert "复核" not in text


def test_a_page_tells_where_each_article_stands() -> None:
    """Its ranges of lines are told, and dropped lines with the reason."""
    page = PageDigest((digest((3, 7), (12, 12)), digest((9, 10))), ((11, "furniture"),), "v1")

    text = click.unstyle(render.page(page, THEMES, 80))

    assert "1/2 · 第 3–7、12 行" in text
    assert "2/2 · 第 9–10 行" in text
    assert "未用   第 11 行 版面信息（报头、编辑、电话等）" in text
    assert text.endswith("共 2 篇 · 模型 v1\n")


def test_every_name_that_the_page_rooms_emit_has_the_words_of_the_desk() -> None:
    """Repairs and reasons in `model/page`, the terminal and the desk are the same names and words."""
    source = "".join(path.read_text("utf-8") for path in (ROOT / "model/page").glob("*.py"))
    emitted = set(re.findall(r'repairs\.append\("(\w+)"', source))
    emitted |= set(re.findall(r'repairs\.append\("(\w+)" if .* else "(\w+)"\)', source)[0])
    desk = (ROOT / "service/static/labels.js").read_text("utf-8")
    repairs = dict(re.findall(r'^  (\w+): \["(.+?)", \w+\],', desk, re.MULTILINE))
    drops = dict(re.findall(r'^  (\w+): "(.+?)",', desk.partition("DROPS")[2].partition("}")[0], re.MULTILINE))

    assert emitted == set(render.REPAIRS)
    assert repairs == render.REPAIRS
    assert set(render.DROPPED) == SKIPPED | {"duplicate"}
    assert render.DROPPED.items() <= drops.items()
