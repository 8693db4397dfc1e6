"""Which lines of a page are headings, and which go on in the next line of text."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from model.normalise import HAN
from model.page.parameters import Weights, dot
from model.page.surface import Line, looks_like_name

Cut = Callable[[str], list[str]]

_END_FUNCTION = frozenset("的和与及或在对为将被把从向以而并但是了着之其个等等由至到于按给让使更很最也都不未已还又再就")
_START_FUNCTION = frozenset("的了着过等们之所里中上下内外间后前元年月日时分名个件家万亿人次米吨点和与及或并而也都就")
_OPENERS = re.compile(
    r"^(?:近日|日前|目前|据|在|为|记者|当天|会上|活动|随后|同时|此外|此次|今年|去年|接下来|下一步|“|《|\d{1,4}[年月日]"
    r"|会议|与会|其|他|她|昨|今|本|这|该|从|对|如|一|二|三|另)"
)
_LIST = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．]|[●◆■▲★☆○·•-]"
    r"|第[一二三四五六七八九十]+[条章节])"
)
_LIMITS = (3, 8, 16, 28, 42, 60)
_BUCKETS = ("1-3", "4-8", "9-16", "17-28", "29-42", "43-60", "61-")
# Folded characters beyond which an unfinished line cannot be a heading: 40 loses 0.011 of whole articles on 80 whole
# pages, 90 loses 0.002 on 230 torn ones.
_LONG = 60
_DATE = re.compile(r"^[\d年月日时点星期一二三四五六七八九十:.\-/—～~至()（）]+$")
_COLON_DECK = re.compile(r"(?:——|—|－－|：)$")
_HALF_SPACE = re.compile(rf"(?:{HAN}|[”》])[ \u3000]+(?:{HAN}|[“《])")
_INNER = frozenset("，。、；：！？”）》")  # signs that no line of its own begins with
_CLAUSE = re.compile(r"[，；]")
_STOP = re.compile(r"[。；！？](?=.)")


def crosses(left: str, right: str, cut: Cut) -> float:
    """Whether a word, or a sentence that goes on with its comma, spans the end of `left` and the start of `right`.

    1 yes, 0 no; both are folded texts.
    """
    return float(right[:1] in _INNER or bool(spanning(left, right, cut)))


def spanning(left: str, right: str, cut: Cut) -> str:
    """The word that spans the end of `left` and the start of `right`, or nothing."""
    a, b = left[-10:], right[:10]
    at, here = 0, len(a)
    for token in cut(a + b) if a and b else ():
        if at < here < at + len(token):
            return token
        at += len(token)
        if at >= here:
            break
    return ""


@dataclass(frozen=True, slots=True)
class Spans:
    """Whether a word crosses from each line into the next, and `over` a short line into the one after that."""

    next: tuple[float, ...]
    over: tuple[float, ...]


def line_spans(lines: Sequence[Line], cut: Cut) -> Spans:
    """The spans of a page; a finished line is not asked, nor one followed by a line too long for a heading."""
    direct, over = [0.0] * len(lines), [0.0] * len(lines)
    for i, (line, after) in enumerate(itertools.pairwise(lines)):
        if line.kind != "text" or line.closed:
            continue
        direct[i] = crosses(line.plain, after.plain, cut)
        beyond = lines[i + 2] if i + 2 < len(lines) else None
        if beyond is not None and beyond.kind == after.kind == "text" and len(after.plain) <= _LONG:
            over[i] = crosses(line.plain, beyond.plain, cut)
    return Spans(tuple(direct), tuple(over))


def _unbalanced(plain: str) -> int:
    return sum(plain.count(a) != plain.count(b) for a, b in ("“”", "《》", "（）", "【】", "「」"))


def _shape(line: Line) -> dict[str, float]:
    """What the line says of itself."""
    p = line.plain
    n = len(p)
    bucket = _BUCKETS[bisect_left(_LIMITS, n)]
    clauses = len(_CLAUSE.findall(p))
    return {
        "bias": 1,
        f"length {bucket}": 1,
        "marked": line.marked,
        "ends sentence": p[-1:] in "。；;",
        "ends call": p[-1:] in "！？!?",
        "ends closing": p[-1:] in "”’）)》】…",
        "ends comma": p[-1:] in "，、,",
        "ends dash": _COLON_DECK.search(p) is not None,
        "one clause mark": clauses == 1,
        "clause marks": min(clauses, 3) if clauses > 1 else 0,
        "stop inside": _STOP.search(p) is not None,
        "spaced": _HALF_SPACE.search(line.text) is not None,
        "bracket column": p[:1] in "【[",
        "ends function": p[-1:] in _END_FUNCTION,
        "starts function": p[:1] in _START_FUNCTION,
        "starts mark": p[:1] in _INNER,
        "opener": _OPENERS.match(p) is not None,
        "list": _LIST.match(p) is not None,
        "lead": line.lead,
        "unbalanced": _unbalanced(p) > 0,
        "date": _DATE.match(p) is not None,
        "name": looks_like_name(line.text),
        "speech": p[:1] == "“" and n > 16,
    }


def heading_features(lines: Sequence[Line], i: int, spans: Spans, *, marks: bool, whole: bool) -> dict[str, float]:
    """Features of line `i`.

    `marks`: the page has heading marks; `whole`: no paragraph of the page is broken off.
    """
    line = lines[i]
    f = _shape(line)
    before = lines[i - 1] if i else None
    after = lines[i + 1] if i + 1 < len(lines) else None
    f["on whole page"] = whole
    f["broken on whole page"] = whole and not line.closed
    f["unmarked on marked page"] = marks and not line.marked
    f["gap"] = line.gap > 0
    f["first"] = before is None
    if before is not None:
        opened = before.kind == "text" and not before.closed and not before.marked
        f["after open long"] = opened and len(before.plain) > 36
        f["after open short"] = opened and len(before.plain) <= 36
        f["span around"] = spans.over[i - 1]
        f["after byline"] = before.kind in ("byline", "credit")
        f["after marked"] = before.marked
        f["span before"] = spans.next[i - 1] if opened else 0
    f["last"] = after is None
    if after is not None:
        f["before byline"] = after.kind == "byline"
        f["before lead"] = after.lead
        f["before name"] = looks_like_name(after.text)
        f["before long"] = after.kind == "text" and len(after.plain) > 36
        f["before short"] = after.kind == "text" and len(after.plain) <= 20 and not after.closed
        f["before opener"] = after.kind == "text" and _OPENERS.match(after.plain) is not None
        f["before gap"] = after.gap > 0
        f["before function"] = after.plain[:1] in _START_FUNCTION or after.plain[:1] in _INNER
        f["span after"] = spans.next[i] if not line.closed else 0
        f["span over"] = spans.over[i]
    if before is not None and after is not None and before.kind == after.kind == "text":
        f["between open and rest"] = (
            not before.closed and not before.marked and len(before.plain) > 12 and not after.lead
        )
    return {k: float(v) for k, v in f.items() if v}


def is_whole(lines: Sequence[Line]) -> bool:
    """Whether no long line of text breaks off: then short lines that do are headings, not torn paragraphs."""
    return not any(line.kind == "text" and not line.closed and len(line.plain) > _LONG for line in lines)


def headings(lines: Sequence[Line], spans: Spans, weights: Weights) -> list[float]:
    """The heading score of every line; a line that is no text has -9."""
    marks, whole = sum(line.marked for line in lines) >= 2, is_whole(lines)
    return [
        dot(weights, heading_features(lines, i, spans, marks=marks, whole=whole)) if line.kind == "text" else -9.0
        for i, line in enumerate(lines)
    ]


def join_features(
    left: Line, right: Line, *, score: float, span: float, skipped: int, gap: bool, seen: bool, whole: bool
) -> dict[str, float]:
    """Features of "`right` goes on with the sentence that `left` broke off".

    `score` is the heading score of `left`; `skipped` headings stand between.
    """
    a, b = left.plain, right.plain
    f = {
        "bias": 1,
        "like heading": max(-4.0, min(4.0, score)),
        "unlike heading": score < -4,
        "on whole page": whole,
        "span": span,
        "skipped": skipped > 0,
        "skipped more": skipped > 1,
        "gap": gap,
        "seen pair": seen,
        "left short": len(a) <= 30,
        "left tiny": len(a) <= 16,
        "left clause": _CLAUSE.search(a) is not None,
        "left comma": a[-1:] in "，、",
        "left foreign": not "\u3400" <= a[-1:] <= "\u9fff",
        "left function": a[-1:] in _END_FUNCTION,
        "right function": b[:1] in _START_FUNCTION,
        "right mark": b[:1] in _INNER,
        "left list": len(a) < 30 and _LIST.match(a) is not None,
        "right lead": right.lead,
        "right opener": _OPENERS.match(b) is not None,
        "right list": _LIST.match(b) is not None,
        "right open": not right.closed,
    }
    for name, left_mark, right_mark in (("quote", "“", "”"), ("book", "《", "》"), ("round", "（", "）")):
        opened, closed = a.count(left_mark) > a.count(right_mark), b.count(right_mark) > b.count(left_mark)
        f |= {f"{name} pair": opened and closed, f"{name} odd": opened != closed}
    return {k: float(v) for k, v in f.items() if v}
