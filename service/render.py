"""Digests → what a person reads in a terminal. Colours are ANSI codes; whoever prints removes them where none fit."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from click import style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from model.documents import Article, ArticleDigest, Judgement, PageDigest
    from service.wire import Theme

_COLOURS = {
    "safety": "red",
    "community": "magenta",
    "industry": "blue",
    "rule_of_law": "yellow",
    "environment": "green",
    "other": "white",
}
_REASONS = {
    "low_confidence": "把握不大",
    "close_call": "两个主题不相上下",
    "too_short": "文字太少",
    "unfamiliar": "不像见过的稿件",
}
# The words of the desk (static/labels.js); a test holds the two together and to what `model/page` emits.
REPAIRS = {
    "joined": "接上了断开的段落",
    "doubtful_join": "有一处接合存疑",
    "lost_text": "断处有缺字，以……标出",
    "deduplicated": "去掉了重复的文字",
    "paragraph_moved": "收回了排到别处的段落",
    "heading_joined": "合拢了断开的标题",
    "headline_moved": "标题原来排在正文后面",
    "byline_moved": "署名原来排在标题前面",
    "doubtful_headline": "标题与正文是否相配存疑",
    "no_body": "只有标题或署名，没有正文",
}
DROPPED = {
    "furniture": "版面信息（报头、编辑、电话等）",
    "advertisement": "广告",
    "markup": "网页标记",
    "duplicate": "与别处重复",
}
# How many deciding terms a line shows, and the columns that the label beside a field takes.
_TERMS = 6
_LABEL = 6


def article(digest: ArticleDigest, themes: Mapping[str, Theme], width: int) -> str:
    """Return one article's digest as lines of at most `width` columns."""
    return "\n".join(_article(digest, themes, width)) + "\n"


def page(digest: PageDigest, themes: Mapping[str, Theme], width: int) -> str:
    """Return a page's digest: its articles one after the other, then what was dropped."""
    blocks = []
    for n, one in enumerate(digest.articles, 1):
        rule = f"── {n}/{len(digest.articles)} · 第 {_lines(one)} 行 "
        line = style(rule + "─" * max(0, width - _width(rule)), dim=True)
        blocks.append("\n".join([line, *_article(one, themes, width)]))
    if digest.dropped:
        told = [f"第 {line} 行 {DROPPED.get(reason, reason)}" for line, reason in digest.dropped]
        blocks.append("\n".join(_field("未用", "；".join(told), width)))
    blocks.append(style(f"共 {len(digest.articles)} 篇 · 模型 {digest.model}", dim=True))
    return "\n\n".join(blocks) + "\n"


def _lines(one: ArticleDigest) -> str:
    """Tell where an article stands."""
    return "、".join(f"{first}–{last}" if first != last else f"{first}" for first, last in one.article.lines)


def _article(digest: ArticleDigest, themes: Mapping[str, Theme], width: int) -> Iterator[str]:
    yield from _heading(digest.article, width)
    yield _themes(digest.judgement, themes)
    if digest.judgement.decision == "review":
        reason = digest.judgement.reason or ""
        yield _label("复核") + style(_REASONS.get(reason, reason) + "，请人看一眼", fg="yellow")
    if terms := [e.term for e in digest.judgement.because[:_TERMS]]:
        yield from _field("依据", " · ".join(terms), width)
    for n, sentence in enumerate(digest.summary.sentences, 1):
        yield from _field("关键句" if n == 1 else "", f"{n}. {sentence.text}", width, hang=3)
    if digest.summary.note:
        yield from _field("摘要", digest.summary.note, width)
    if digest.keywords:
        yield from _field("关键词", " ".join(digest.keywords), width)
    if repairs := digest.article.repairs:
        yield from _field("修复", "；".join(dict.fromkeys(REPAIRS.get(r, r) for r in repairs)), width)


def _heading(article: Article, width: int) -> Iterator[str]:
    if article.kicker:
        yield from (style(line, dim=True) for line in _wrap(article.kicker, width))
    yield from (style(line, bold=True) for line in _wrap(article.headline or "（无标题）", width))
    if article.subhead:
        yield from _wrap(article.subhead, width)
    roles = {
        "记者": article.byline.reporters,
        "通讯员": article.byline.correspondents,
        "摄影": article.byline.photographers,
    }
    if byline := "  ".join(f"{role} {'、'.join(names)}" for role, names in roles.items() if names):
        yield from (style(line, dim=True) for line in _wrap(byline, width))


def _themes(judgement: Judgement, themes: Mapping[str, Theme]) -> str:
    winner = judgement.theme
    told = style(f"{themes[winner.code].label} {_percent(winner.probability)}", fg=_COLOURS.get(winner.code), bold=True)
    if judgement.also:
        # No figure here: it tells how surely the theme is present, and would not add up with the winner's.
        told += "  兼 " + "、".join(themes[t.code].label for t in judgement.also)
    elif len(judgement.themes) > 1:
        second = judgement.themes[1]
        told += style(f"  其次 {themes[second.code].label} {_percent(second.probability)}", dim=True)
    return _label("主题") + told


def _percent(probability: float) -> str:
    """Round, but never to a certainty that is none."""
    return f"{min(max(round(probability * 100), 1), 99)}%"


def _label(name: str) -> str:
    return style(name, dim=True) + " " * (_LABEL - _width(name) + 1)


def _field(name: str, text: str, width: int, hang: int = 0) -> Iterator[str]:
    """Yield `text` beside its label, its further lines indented `hang` columns deeper."""
    lines = _wrap(text, width - _LABEL - 1, hang)
    for i, line in enumerate(lines):
        yield (_label(name) if i == 0 else " " * (_LABEL + 1 + hang)) + line


def _wrap(text: str, width: int, hang: int = 0) -> list[str]:
    """Break into lines of at most `width` columns; no line begins with a closing sign (禁则)."""
    lines: list[str] = []
    line, used = "", 0
    for char in " ".join(text.split("\n")):
        columns = _columns(char)
        if used + columns > max(width, 20) - (hang if lines else 0) and char not in "，。、；：！？）》」』”’%":
            lines.append(line)
            line, used = "", 0
        line, used = line + char, used + columns
    return [*lines, line]


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _width(text: str) -> int:
    return sum(map(_columns, text))
