"""What a line of a page looks like by itself: its clean text, its marks and its plain kind (刊头、署名、正文 …)."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from model.normalise import HAN, normalise
from model.page.bylines import SURNAMES, is_byline, is_credit
from model.page.furniture import LONGEST, is_advertisement, is_edge, is_own
from model.page.wraps import Raw, raw_lines

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["text", "byline", "credit", "furniture", "advertisement", "markup", "table", "note"]

_TAG = re.compile(
    r"</?[A-Za-z][A-Za-z0-9:]{0,14}(?:\s[^<>]{0,400})?/?>|<!--.{0,400}?-->|<!DOCTYPE[^>]{0,200}>", re.IGNORECASE
)
_MARK = re.compile(r"^\s*#{1,6}\s*|^\s*[*_]{2}(?=[^*_]+[*_]{2}\s*$)")
_QUOTED = re.compile(r"^\s*>\s+")
_BOLD = re.compile(r"[*_]{2}")
_HEADING_TAG = re.compile(r"<h[1-6][\s>]|<title>", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:br|/?(?:p|div|h[1-6]|li|tr|t[dh]))\b[^<>]*>", re.IGNORECASE)
_LINK = re.compile(r"!\[[^\[\]]{0,200}\]\([^()\s]{0,400}\)|\[([^\[\]]{0,200})\]\((?:https?|/|#|\.)[^()\s]{0,400}\)")
_FENCE = re.compile(r"^\s*(?:`{3,}|~{3,})\w*\s*$")
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad]")  # not the joiners that emoji and other scripts need
_FOLD = tuple(zip(",;:?!()", "，；：？！（）", strict=True))
TERMINAL = frozenset("。.！？!?；;：:…—”’』」）)》】]")

_SOURCE = re.compile(
    r"^(?:数据|资料|图片|文章|信息|稿件)?(?:来源|日期|链接|原文链接|时间|发布时间|发布日期|制图|出处|关键词|标签)："
)
_COLUMN = re.compile(
    r"^(?:图片|新闻|一句话|综合|简明)?(?:新闻|简讯|短讯|快讯|报道|图片)$"
    r"|^(?:更正|启事|公告|通告|致读者|编者按|读者来信|天气预报)$"
)
_NOTE = re.compile(r"^(?:[（(【\[][^（）()]{1,40}[）)】\]]|[—－-]{2,}.{1,24})$")
LEAD = re.compile(
    r"^(?:本[报報]|本台|本网)\S{0,16}?(?:[讯訊]|[电電]|消息|[报報]道)"
    r"|^(?:据?新华社|据?中新[社网]|据?人民网|据?央视|\S{2,6}[日晚时]报)\S{0,14}?(?:讯|电)"
    r"|^(?:本报|新华社|中新社|中新网)\S{0,24}记者"
)
_NEAR = 1  # other lines that may stand between the edge of the page and its furniture; 0 and 3 are equal on 310 pages
_NAME = re.compile(rf"^(?:{HAN}|·){{2,3}}$|^{HAN} {HAN}$")


@dataclass(frozen=True, slots=True)
class Line:
    """One non-blank line, or the `count` lines from `number` on that a wrapped paragraph takes.

    `text` is clean and print-ready in the sender's characters; `plain` is folded for comparing and has no spaces;
    `gap` is how many more blank lines stand before it than is usual on the page; `marked` says that the sender
    set it as a heading (`#`, bold, `<h2>`).
    """

    number: int
    count: int
    text: str
    plain: str
    gap: int
    marked: bool
    kind: Kind

    @property
    def closed(self) -> bool:
        """Whether the line ends as a paragraph ends."""
        return self.plain[-1:] in TERMINAL or self.kind in ("table", "note")

    @property
    def lead(self) -> bool:
        """Whether the line opens a report: 本报讯, a dateline, an agency."""
        return LEAD.match(self.plain) is not None


def fold(text: str) -> str:
    """Width, spaces and half-width punctuation aside: for comparing only; changes lengths."""
    plain = "".join(normalise(text).split())
    for half, full in _FOLD:
        plain = plain.replace(half, full)  # a dozen times as fast as `translate` on Chinese text
    return plain


def clean(raw: str) -> str:
    """A line without heading marks, tags and entities, in the sender's characters."""
    text = _UNSEEN.sub("", _QUOTED.sub("", raw))
    if "<" in text:
        text = _TAG.sub("", _BLOCK.sub(" ", text))
    if "](" in text or _FENCE.match(text):
        text = _LINK.sub(r"\1", _FENCE.sub("", text))
    if "&" in text:
        text = html.unescape(text)
    marked = _MARK.match(text)
    if marked is not None:
        text = _BOLD.sub("", text[marked.end() :]) if "*" in marked[0] or "_" in marked[0] else text[marked.end() :]
    text = normalise_ends(text)
    return text.rstrip("#").rstrip() if text.endswith("#") else text


def normalise_ends(text: str) -> str:
    """Without spaces and invisible marks at both ends."""
    plain = normalise(text)
    start = len(plain) - len(plain.lstrip())
    return text[start : start + len(plain.strip())]


_TESTS: tuple[tuple[Kind, Callable[[str], bool]], ...] = (
    ("advertisement", is_advertisement),
    ("furniture", is_own),
    ("credit", is_credit),
    ("byline", is_byline),
)


def _kind(text: str, plain: str, raw: str) -> Kind:
    if not plain:
        return "markup"
    if "\t" in raw.strip() or plain.count("|") >= 2 or plain.count("｜") >= 3:
        return "table"
    if len(plain) > LONGEST:
        return "text"
    for kind, true in _TESTS:
        if true(text):
            return kind
    return "note" if _NOTE.match(plain) or _SOURCE.match(plain) else "text"


def _edges(lines: list[Line]) -> list[Line]:
    """The page's own date, page number and telephone lines, found from both edges inwards."""
    out = list(lines)
    for order in (range(len(out)), range(len(out) - 1, -1, -1)):
        near = _NEAR
        for i in order:
            line = out[i]
            if line.kind == "furniture":
                near = max(near, 1)
            elif line.kind in ("text", "note", "table") and not line.marked and near > 0 and is_edge(line.text):
                out[i] = replace(line, kind="furniture")
            elif line.kind != "markup":
                near -= 1
            if near <= 0 and i not in (0, len(out) - 1):
                break
    return out


def read_lines(text: str) -> list[Line]:
    """Every non-blank line of a page, in order. A line of nothing but tags has the kind `markup`."""
    raws = raw_lines(text)
    gaps = Counter(raw.blank for raw in raws[1:])
    usual = max(gaps, key=lambda gap: (gaps[gap], -gap)) if gaps else 0
    lines: list[Line] = []
    for k, raw in enumerate(raws):
        lines.append(_line(raw, gap=min(2, max(0, raw.blank - usual)) if k else 0))
    return _edges(lines) if len(lines) > 3 else lines


def _line(raw: Raw, *, gap: int) -> Line:
    text = clean(raw.text)
    plain = fold(text)
    marked = _MARK.match(raw.text) is not None or ("<" in raw.text and _HEADING_TAG.search(raw.text) is not None)
    return Line(raw.number, raw.count, text, plain, gap, marked, _kind(text, plain, raw.text))


def is_column(line: Line) -> bool:
    """Whether the line names a column of the paper (【走基层】…, 图片新闻, 简讯): it begins an article."""
    return line.plain[:1] == "【" or _COLUMN.match(line.plain) is not None


def looks_like_name(text: str) -> bool:
    """A line of two or three characters that begins with a common surname: an author alone on a line."""
    plain = normalise(text).strip()
    return _NAME.match(plain) is not None and plain[0] in SURNAMES
