"""Lines that must stand together: a broken sentence and its rest, a text and its copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from model.page.furniture import is_edge
from model.page.lines import crosses, is_whole, join_features
from model.page.parameters import Weights, dot
from model.page.surface import Line, looks_like_name

Cut = Callable[[str], list[str]]

SKIPPED = frozenset({"furniture", "advertisement", "markup"})
# Unless they say otherwise, the numbers here and in `moved` and `layout` were swept one by one on 310 pages: 230 torn
# ones of real and of our own held-out articles (whole articles 0.871, paragraphs 0.958), 80 whole ones (0.925, 0.974).
_GRAM = 12  # characters that the ends of two lines share if one repeats the other; 8 loses 0.002, 20 loses short copies
_EQUAL = 20  # characters from which two equal lines are copies: 12 loses 0.008 to short headings set twice
_RUN = 16  # shortest repeated tail that counts as a copied run; 10 and 24 are within 0.001
_BULLET = re.compile(r"^[-*•·+]\s")
_NOTED = re.compile(r"[。；](?:[（【][^（）【】]*[）】])+$")  # a finished sentence with a note: 图为现场。（资料图片）
_MAYBE = -3.0  # heading score from which the search may take a line for a heading; -4 and -2 lose 0.001 of paragraphs
_SURELY = 4.0  # heading score from which it is not asked whether the line is a broken sentence; 2.5 and 6 are equal
_DOUBTFUL = 1.0  # log-odds of a join below which one in four was wrong on injected pages
_SMALL_WORDS = frozenset("的了在和是与有将为对从也等中上及，、。；：！？”）》")
_NEAR = 200  # lines; a longer text than any page is looked through by three stretches of so many; 20 and 1000 are equal
_REACH = 5  # lines looked ahead for the rest of a sentence; 3 and 8 are equal


@dataclass(slots=True)
class Links:
    """Must-links by line index.

    `rest[i]` is the line that goes on with the sentence of line `i`, with its score; where text is missing between the
    two, `i` is in `lost`, where they may not belong together in `doubtful`. `keep[i]` is how many folded characters of
    line `i` stand before a copied run; `copies` are lines that repeat another: line → original.
    """

    rest: dict[int, int] = field(default_factory=dict)
    score: dict[int, float] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    doubtful: set[int] = field(default_factory=set)
    keep: dict[int, int] = field(default_factory=dict)
    copies: dict[int, int] = field(default_factory=dict)

    def within(self, start: int, end: int) -> Links:
        """Those of the lines `[start, end)`, counted from `start`."""
        here = range(start, end)
        return Links(
            {i - start: self.rest[i] - start for i in here if self.rest.get(i, end) < end},
            {i - start: self.score[i] for i in here if i in self.score},
            {i - start for i in here if i in self.lost},
            {i - start for i in here if i in self.doubtful},
            {i - start: self.keep[i] for i in here if i in self.keep},
            {i - start: self.copies[i] - start for i in here if i in self.copies},
        )


@dataclass(slots=True)
class _Reading:
    """A page while its links are sought.

    `heads` says which lines may be headings, `whole` that no paragraph is torn; `around` holds the text of stretches of
    the page that were asked for.
    """

    lines: Sequence[Line]
    score: Sequence[float]
    heads: list[bool]
    cut: Cut
    whole: bool
    links: Links = field(default_factory=Links)
    around: dict[int, str] = field(default_factory=dict)

    def seen(self, pair: str, i: int) -> bool:
        """Whether two characters stand side by side in some line near line `i`: on the page, unless it is very long."""
        block = i // _NEAR
        if block not in self.around:
            near = self.lines[max(0, (block - 1) * _NEAR) : (block + 2) * _NEAR]
            self.around[block] = "\n".join(line.plain for line in near)
        return pair in self.around[block]


def equal_lines(lines: Sequence[Line]) -> list[list[int]]:
    """Groups of long lines with the same text."""
    groups: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        if line.kind == "text" and len(line.plain) >= _EQUAL:
            groups.setdefault(line.plain, []).append(i)
    return [group for group in groups.values() if len(group) > 1]


def _open(page: _Reading, i: int) -> bool:
    """Whether line `i` is text that breaks off."""
    line = page.lines[i]
    return line.kind == "text" and not line.closed and not page.heads[i]


def _runs(page: _Reading) -> None:
    """Copied runs: an open line that repeats the tail of another, or whose own tail does."""
    tails: dict[str, list[int]] = {}
    for i, x in enumerate(page.lines):
        if _open(page, i) and len(x.plain) >= _GRAM:
            tails.setdefault(x.plain[-_GRAM:], []).append(i)
    for group in tails.values():
        if not 1 < len(group) < 6:
            continue
        # Only a line after a broken one can have been printed between two halves of a sentence.
        source = max(group, key=lambda i: (not _after_open(page, i), len(page.lines[i].plain), -i))
        for i in group:
            if i != source:
                _mark_run(page, i, source)


def _mark_run(page: _Reading, i: int, source: int) -> None:
    a, b = page.lines[i].plain, page.lines[source].plain
    n = _common_tail(a, b)
    if n == len(a) and (n < len(b) or _after_open(page, i)):
        if n < len(b) and not _after_open(page, i) and n >= _RUN:
            page.links.keep[source] = len(b) - n
        else:
            page.links.copies[i] = source
    elif n >= _RUN and n < len(a):
        page.links.keep[i] = len(a) - n


def _after_open(page: _Reading, i: int) -> bool:
    return i > 0 and _open(page, i - 1)


def _common_tail(a: str, b: str) -> int:
    n = 0
    for x, y in zip(reversed(a), reversed(b), strict=False):
        if x != y:
            break
        n += 1
    return n


def _read(lines: Sequence[Line], score: Sequence[float], cut: Cut) -> _Reading:
    heads = [_may_head(line, s) for line, s in zip(lines, score, strict=True)]
    return _Reading(lines, score, heads, cut, is_whole(lines))


def find_links(lines: Sequence[Line], score: Sequence[float], weights: Weights, cut: Cut) -> tuple[Links, list[bool]]:
    """All must-links of a page, and which lines may be headings. `score` is each line's heading score.

    A line between `_MAYBE` and `_SURELY` that breaks off is text if it goes on well in the next line of text.
    """
    page = _read(lines, score, cut)
    for i in range(len(lines) - 1, -1, -1):
        line = lines[i]
        if page.heads[i] and score[i] < _SURELY and not line.closed and not line.marked:
            found = _next_text(page, i)
            page.heads[i] = found is None or dot(weights, found[1]) <= 0
    _runs(page)
    _extend_runs(page)
    links = page.links
    twins = {i: group for group in equal_lines(lines) for i in group}
    for i in range(len(lines)):
        if not _open(page, i) or (i in links.copies and i not in twins) or _is_author(page, i):
            continue
        found = _next_text(page, i)
        if found is not None and (sure := dot(weights, found[1])) > 0:
            links.rest[i], links.score[i] = found[0], sure
            _judge(links, i, lines[found[0]].plain, found[1], cut)
    for group in {g[0]: g for g in twins.values()}.values():
        _settle(lines, group, links)
    links.rest = {i: j for i, j in links.rest.items() if i not in links.copies and j not in links.copies}
    return links, page.heads


def candidate_joins(lines: Sequence[Line], score: Sequence[float], cut: Cut) -> list[tuple[int, int, dict[str, float]]]:
    """Every pair of lines that `find_links` would weigh, with its features: what joins are learnt from."""
    page = _read(lines, score, cut)
    _runs(page)
    found = []
    for i, line in enumerate(lines):
        if line.kind == "text" and not line.closed and not line.marked and i not in page.links.copies:
            pair = _next_text(page, i)
            if pair is not None:
                found.append((i, *pair))
    return found


def _may_head(line: Line, score: float) -> bool:
    """Whether the search may take the line for a headline: no finished sentence, unless the sender marked it."""
    if line.marked:
        return score >= _MAYBE
    if _BULLET.match(line.text) or is_edge(line.text):
        return False
    bar = _MAYBE + (1.5 if len(line.plain) > 16 else 0.0)
    return (
        score >= bar
        and line.plain[-1:] not in "。.；：;:"
        and not _NOTED.search(line.plain)
        and not (line.plain[:1] == "“" and line.plain[-2:-1] in "。！")
    )


def _settle(lines: Sequence[Line], group: list[int], links: Links) -> None:
    """Of equal lines that break off, the one that goes on best is the original; the others are copies."""
    if lines[group[0]].closed:
        return
    best = max(group, key=lambda i: (i not in links.copies, links.score.get(i, -9.0), -i))
    for i in group:
        links.copies.pop(i, None)
        if i != best:
            links.copies[i] = best
            links.rest.pop(i, None)


def _extend_runs(page: _Reading) -> None:
    """A run may begin in the line before: then that line's tail stands before the run in the source too."""
    links, lines = page.links, page.lines
    for i, source in list(links.copies.items()):
        before = lines[i - 1] if i else None
        if before is None or before.kind != "text" or before.closed or i - 1 in links.copies:
            continue
        rest = lines[source].plain[: -len(lines[i].plain)]
        n = _common_tail(before.plain, rest)
        if n >= _RUN // 2 and n < len(before.plain):
            links.keep[i - 1] = len(before.plain) - n


def _judge(links: Links, i: int, right: str, features: dict[str, float], cut: Cut) -> None:
    """Whether text is lost at a join, or the join doubtful.

    On injected pages where a fifth of the cuts lose text: an open quotation or bracket that never closes at a joint
    which no word and no known pair of characters spans is a loss in 11 of 12 cases; half of all losses are doubtful.
    """
    if "span" in features or "seen pair" in features:
        doubtful = links.score[i] < _DOUBTFUL
    elif any(name in features for name in ("quote odd", "book odd", "round odd")):
        links.lost.add(i)
        return
    else:
        first = next(iter(cut(right[:6])), "")
        doubtful = links.score[i] < _DOUBTFUL or (len(first) == 1 and first not in _SMALL_WORDS)
    if doubtful:
        links.doubtful.add(i)


def _is_author(page: _Reading, i: int) -> bool:
    line = page.lines[i]
    return i > 0 and page.heads[i - 1] and len(line.plain) <= 3 and looks_like_name(line.text)


def _next_text(page: _Reading, i: int) -> tuple[int, dict[str, float]] | None:
    """The next line of text after line `i`, headings and copies between them passed over, with the join's features."""
    lines, heads, links = page.lines, page.heads, page.links
    skipped, gap, left = 0, False, lines[i]
    if i in links.keep:
        left = replace(left, plain=left.plain[: links.keep[i]])
    for j in range(i + 1, min(len(lines), i + 1 + _REACH)):
        line = lines[j]
        gap = gap or line.gap > 0
        if line.kind in SKIPPED or (j in links.copies and not heads[j]):
            continue
        if heads[j] and skipped < 3:
            skipped += 1
            continue
        if line.kind != "text" or heads[j] or not left.plain:
            return None
        span = crosses(left.plain, line.plain, page.cut)
        seen = page.seen(left.plain[-1:] + line.plain[:1], i)
        return j, join_features(
            left, line, score=page.score[i], span=span, skipped=skipped, gap=gap, seen=seen, whole=page.whole
        )
    return None
