"""Digests → the day's digest (摘编) grouped by theme, to paste into a newsletter or a WeChat article.

Markdown is CommonMark 0.31; the HTML is a fragment whose every rule stands in a `style` attribute, because WeChat and
mail programs drop style sheets and classes. Whatever a page holds is escaped in both, so it can only be read as text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.documents import PageDigest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from model.documents import ArticleDigest, Byline
    from service.wire import Theme

_UNTITLED = "（无标题）"
_EMPTY = "没有稿件"
_REVIEW = "需复核"
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
# Signs that mean something wherever they stand; `~ | $` do in the dialects of GitHub and of WeChat's Markdown editors.
_SIGNS = re.compile(r"[\\`*_\[\]<>#~|$]|&(?=#?\w+;)")
# What makes a list, a rule or an underlined heading, and only where a line begins.
_OPENER = re.compile(r"^([0-9]{0,9})([-+=](?=[-= ]*$| )|(?<=[0-9])[.)](?= |$))")

_FRAME = (
    "max-width:677px;margin:0 auto;padding:0 8px;font-size:16px;line-height:1.75;color:#333333;"
    "font-family:-apple-system,BlinkMacSystemFont,PingFang SC,Microsoft YaHei,sans-serif;overflow-wrap:anywhere"
)
_STYLES = {
    "theme": "margin:32px 0 16px;padding:0 0 0 10px;border-left:4px solid #b3261e;font-size:20px;line-height:1.3;"
    "font-weight:bold;color:#b3261e",
    "story": "margin:0 0 24px",
    "kicker": "margin:0;font-size:14px;color:#666666",
    "headline": "margin:0 0 4px;font-size:18px;line-height:1.4;font-weight:bold;color:#111111",
    "subhead": "margin:0 0 4px;font-size:15px;color:#444444",
    "mark": "margin:0 0 4px;font-size:14px;font-weight:bold;color:#9a5b00",
    "byline": "margin:0 0 4px;font-size:14px;color:#666666",
    "summary": "margin:8px 0 0;text-align:justify",
}


@dataclass(frozen=True, slots=True)
class _Story:
    """What is printed of one article, each part a single line; a part that is missing is empty."""

    kicker: str
    headline: str
    subhead: str
    mark: str
    byline: str
    summary: str


def as_markdown(digest: PageDigest | ArticleDigest, themes: Mapping[str, Theme]) -> str:
    """Return CommonMark: a heading a theme, in the order of `themes`, below it one for each of its articles.

    Raises:
        KeyError: An article's theme is not among `themes`.

    """
    groups = _groups(digest, themes)
    blocks = [block for label, stories in groups for block in (f"## {_escaped(label)}", *_blocks(stories))]
    return "\n\n".join(blocks or [_EMPTY]) + "\n"


def as_html(digest: PageDigest | ArticleDigest, themes: Mapping[str, Theme]) -> str:
    """Return an HTML fragment with inline styles only, grouped as the Markdown is.

    It begins with its encoding, so that a browser that opens it as a file reads it right; editors drop that line.

    Raises:
        KeyError: An article's theme is not among `themes`.

    """
    lines = [
        line
        for label, stories in _groups(digest, themes)
        for line in (_tag("h2", "theme", label), *map(_section, stories))
    ]
    inside = "\n".join(lines or [_tag("p", "summary", _EMPTY)])
    return f'<meta charset="utf-8">\n<section lang="zh-CN" style="{_FRAME}">\n{inside}\n</section>\n'


def _groups(digest: PageDigest | ArticleDigest, themes: Mapping[str, Theme]) -> list[tuple[str, list[_Story]]]:
    """Return the themes that have articles, each article under its primary one, in the order of the page."""
    articles = digest.articles if isinstance(digest, PageDigest) else (digest,)
    groups: dict[str, list[_Story]] = {code: [] for code in themes}
    for one in articles:
        groups[one.judgement.theme.code].append(_story(one))
    return [(_line(themes[code].label), stories) for code, stories in groups.items() if stories]


def _story(digest: ArticleDigest) -> _Story:
    article = digest.article
    summary = _line(digest.summary.text)
    # A note about a summary that is there is for the desk; where there is none, the editor has a gap to fill.
    marks = (_REVIEW if digest.judgement.decision == "review" else "", "" if summary else digest.summary.note or "")
    told = "；".join(filter(None, (_line(mark).removesuffix("。") for mark in marks)))
    return _Story(
        kicker=_line(article.kicker),
        headline=_line(article.headline) or _UNTITLED,
        subhead=_line(article.subhead),
        mark=f"【{told}】" if told else "",
        byline=_byline(article.byline),
        summary=summary,
    )


def _byline(byline: Byline) -> str:
    roles = {"记者": byline.reporters, "通讯员": byline.correspondents, "摄影": byline.photographers}
    told = {role: "、".join(filter(None, map(_line, names))) for role, names in roles.items()}
    # An ideographic space: neither Markdown nor HTML folds it.
    return "\u3000".join(f"{role} {names}" for role, names in told.items() if names)


def _line(text: str) -> str:
    """Return `text` as one line without control characters: what both forms can hold."""
    return _CONTROLS.sub(" ", text).strip()


def _blocks(stories: list[_Story]) -> Iterator[str]:
    for story in stories:
        # A heading of Markdown is one line, and a kicker above it would seem to end the article before.
        space = "" if not story.kicker or story.kicker.endswith("—") else "\u3000"
        yield "### " + _escaped(f"{story.kicker}{space}{story.headline}")
        if story.subhead:
            yield f"**{_escaped(story.subhead)}**"
        yield from (_escaped(text) for text in (story.mark, story.byline, story.summary) if text)


def _escaped(text: str) -> str:
    """Escape what CommonMark would read as markup, and nothing else: the text stays legible as it is."""
    return _OPENER.sub(r"\1\\\2", _SIGNS.sub(r"\\\g<0>", text))


def _section(story: _Story) -> str:
    parts = [
        _tag(name, part, text)
        for name, part, text in (
            ("p", "kicker", story.kicker),
            ("h3", "headline", story.headline),
            ("p", "subhead", story.subhead),
            ("p", "mark", story.mark),
            ("p", "byline", story.byline),
            ("p", "summary", story.summary),
        )
        if text
    ]
    return "\n".join([f'<section style="{_STYLES["story"]}">', *parts, "</section>"])


def _tag(name: str, part: str, text: str) -> str:
    return f'<{name} style="{_STYLES[part]}">{html.escape(text, quote=False)}</{name}>'


FORMS = {"md": as_markdown, "html": as_html}
