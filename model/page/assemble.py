"""The page cut into articles: of all ways to cut it, the one whose articles look most like whole articles.

Every run of lines between two possible starts is scored as an article (where its headline stands, whether its words
return in the body, the byline, how little it shares with what stands before …) and the best sequence is found exactly
by dynamic programming, as in semi-Markov models (Sarawagi and Cohen, 2004): headlines find their bodies one to one over
the whole page. The work is linear in the lines: an article passes over at most `_PASSED` possible starts.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from model.page.cohesion import Cohesion
from model.page.links import SKIPPED, Links
from model.page.parameters import Weights, dot
from model.page.surface import Line, is_column, looks_like_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PASSED = 14  # most possible starts inside one article
_BYLINES = 3  # most bylines of one article
_LIST = 5  # headings in a row after which more of the kind are a list
_WINDOW = 3  # paragraphs on each side of a possible start whose words are compared


@dataclass(frozen=True, slots=True)
class Part:
    """A run of lines that is one article: `[start, end)` of line indices, and its headline lines.

    `doubtful`: hardly a word of the headline returns in the body, and it stands out of its place or scores low.
    """

    start: int
    end: int
    heads: tuple[int, ...]
    place: str
    doubtful: bool = False


@dataclass(slots=True)
class Layout:
    """What the search needs to know of a page, computed once."""

    lines: Sequence[Line]
    codes: list[str]
    score: Sequence[float]
    links: Links
    cohesion: Cohesion
    inside: list[bool] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    across: dict[int, float] = field(default_factory=dict)
    at: dict[str, list[int]] = field(default_factory=dict)
    echoes: dict[int, list[tuple[float, list[int]]]] = field(default_factory=dict)
    weight: dict[int, float] = field(default_factory=dict)
    begun: int = -1
    ahead: dict[int, list[tuple[int, float]]] = field(default_factory=dict)  # echoes from line `begun` on, first places
    gaps: list[int] = field(default_factory=list)
    marks: bool = False
    bylines: bool = False
    leads: bool = False

    def within(self, code: str, start: int, end: int) -> list[int]:
        """The indices in `[start, end)` with this code."""
        found = self.at.get(code, [])
        return found[bisect_left(found, start) : bisect_left(found, end)]


def code_lines(lines: Sequence[Line], heads: Sequence[bool], links: Links) -> list[str]:
    """One letter a line.

    H heading, B byline, A author alone, C credit, L lead, P text, p rest of a text, N note, T table, x taken out.
    """
    rests = set(links.rest.values())
    codes: list[str] = []
    row = 0
    for i, line in enumerate(lines):
        if line.kind in SKIPPED or i in links.copies:
            code = "x"
        elif line.kind != "text":
            code = {"byline": "B", "credit": "C", "note": "N", "table": "T"}[line.kind]
        elif i in rests:
            code = "p"
        elif heads[i]:
            before = next((c for c in reversed(codes) if c != "x"), "")
            code = "A" if before in ("H", "A") and looks_like_name(line.text) else "H"
        else:
            code = "L" if line.lead else "P"
        row = row + 1 if code == "H" and not line.marked else 0
        codes.append("P" if row > _LIST else code)
    return codes


def lay_out(lines: Sequence[Line], score: Sequence[float], heads: Sequence[bool], links: Links) -> Layout:
    """Codes, possible starts, and how alike the text is on both sides of each."""
    codes = code_lines(lines, heads, links)
    body = [c in "LPp" for c in codes]
    page = Layout(lines, codes, score, links, Cohesion([x.plain for x in lines], body))
    page.inside = [False] * (len(lines) + 1)
    for i, j in links.rest.items():
        page.inside[i + 1 : j + 1] = [True] * (j - i)
    for i, code in enumerate(codes):
        page.at.setdefault(code, []).append(i)
    page.gaps = [i for i, x in enumerate(lines) if x.gap]
    page.marks = sum(x.marked for x in lines) >= 2
    page.bylines = len(page.at.get("B", [])) >= 2
    page.leads = len(page.at.get("L", [])) >= 2
    texts = page.at["text"] = [i for i, b in enumerate(body) if b]
    _listen(page, texts)
    page.starts = list(_starts(page))
    for i in page.starts:
        k = bisect_left(texts, i)
        left, right = texts[max(0, k - _WINDOW) : k], texts[k : k + _WINDOW]
        terms = page.cohesion.terms
        page.across[i] = page.cohesion.alike(
            frozenset().union(*(terms[x] for x in left)), frozenset().union(*(terms[x] for x in right))
        )
    return page


def _starts(page: Layout) -> Iterator[int]:
    before = ""
    for i, code in enumerate(page.codes):
        if code == "x":
            continue
        loose = code in "PNT" and (page.lines[i].gap > 0 or before in ("C", "B"))
        if not before or (not page.inside[i] and (code in "HBL" or loose)):
            yield i
        before = code


def _choose_head(page: Layout, heads: list[int], first: int, last: int) -> tuple[list[int], str]:
    """The headline group among the heading lines of a run, and where it stands."""
    top = [h for h in heads if h < first]
    if top:
        return top, "first"
    if not heads:
        return [], "none"
    cut = [h for h in heads if page.inside[h]]
    tail = [h for h in heads if h > last]
    marked = [h for h in heads if page.lines[h].marked]
    for group, place in ((cut, "in cut"), (tail, "after"), (heads, "inside")):
        chosen = [h for h in group if h in marked] or ([] if marked else group)
        if chosen:
            return (chosen if place == "after" else _neighbours(chosen)), place
    return [marked[0]], "inside"


def _neighbours(heads: list[int]) -> list[int]:
    group = heads[:1]
    for h in heads[1:]:
        if h - group[-1] > 1:
            break
        group.append(h)
    return group


def _body_features(page: Layout, start: int, end: int, texts: list[int], first: int) -> dict[str, float]:
    codes = page.codes
    bylines = page.within("B", start, end)
    leads = page.within("L", start, end)
    credits_ = page.within("C", start, end)
    gaps = page.gaps[bisect_left(page.gaps, start) : bisect_left(page.gaps, end)]
    paragraphs = len(texts) - len(page.within("p", start, end))
    last = texts[-1] if texts else start
    return {
        "article": 1,
        "no body": not texts,
        "one paragraph": paragraphs == 1,
        "paragraphs": min(paragraphs, 12) / 12,
        "many paragraphs": max(0, paragraphs - 12) / 12,
        "byline top": bool(bylines) and bylines[0] < first,
        "byline end": bool(bylines) and bylines[-1] > last,
        "byline inside": sum(first < b < last for b in bylines),
        "byline more": max(0, len(bylines) - 1),
        "byline none": page.bylines and not bylines,
        "lead first": first in leads,
        "lead none": page.leads and first not in leads,
        "lead inside": sum(x != first for x in leads),
        "lead inside bylines": page.bylines * sum(x != first for x in leads),
        "credit end": bool(credits_) and credits_[-1] > last,
        "credit inside": sum(c < last for c in credits_),
        "starts plain": codes[start] in "PNT",
        "starts lead": codes[start] == "L",
        "starts byline": codes[start] == "B",
        "gap start": start in gaps,
        "gap inside": sum(g != start for g in gaps),
        "across": page.across[start],
        "across none": page.across[start] < 0.02,
    }


def _head_features(page: Layout, part: Part, heads: list[int], texts: list[int]) -> dict[str, float]:
    lines, main, place = page.lines, part.heads, part.place
    bylines = page.within("B", part.start, part.end)
    f: dict[str, float] = {f"head {place}": 1}
    cover = 0.0
    if main:
        cover = max(_cover(page, h, part.start, part.end) for h in main)
        f |= {
            "head score": sum(max(-3.0, min(4.0, page.score[h])) for h in main) / len(main) / 4,
            "decks": len(main) - 1,
            "decks many": max(0, len(main) - 3),
            "decks apart": sum(b - a > 1 for a, b in itertools.pairwise(main)),
            "head after byline": bool(bylines) and bylines[0] < main[0],
            "unmarked": page.marks and not any(lines[h].marked for h in main),
            "mixed marks": place == "first" and len({lines[h].marked for h in main}) > 1,
            f"cover {place}": cover,
            "cover none": cover < 0.05 and not is_column(lines[main[0]]),
        }
    name = "".join(lines[h].plain for h in main)
    closing = bylines[-1] if bylines and texts and bylines[-1] > texts[-1] else len(lines)
    for h in heads:
        if h not in main:
            for key, value in _more(page, part, h, cover, texts).items():
                f[key] = max(f.get(key, 0), value) if key == "top foreign" else f.get(key, 0) + value
            f["more past byline"] = f.get("more past byline", 0) + (h > closing)
            f["more repeats"] = f.get("more repeats", 0) + (lines[h].plain in name)
    return f


def _more(page: Layout, part: Part, head: int, cover: float, texts: list[int]) -> dict[str, float]:
    """Features of one heading beyond the headline: an inner heading, a deck after the body, or another's headline."""
    line = page.lines[head]
    cut = page.inside[head]
    own = _cover(page, head, part.start, part.end)
    return {
        "more in cut" if cut else "more inside" if texts and head < texts[-1] else "more last": 1,
        "more marked": line.marked,
        "more score": max(0.0, min(4.0, page.score[head])) / 4,
        "more bylines" if page.bylines else "more plain": 1,
        "more column": is_column(line),
        "more cover": own,
        "top foreign": max(0.0, own - cover) if cut else 0.0,
        "more before byline": head + 1 < len(page.lines) and page.codes[head + 1] == "B",
    }


def _cover(page: Layout, head: int, start: int, end: int) -> float:
    """The share of a heading's weight that the text of the lines `[start, end)` holds."""
    if page.begun != start:
        page.begun, page.ahead = start, {}
    if head not in page.ahead:
        firsts = ((weight, places, bisect_left(places, start)) for weight, places in page.echoes[head])
        page.ahead[head] = [(places[k], weight) for weight, places, k in firsts if k < len(places)]
    held = [weight for place, weight in page.ahead[head] if place < end]
    return math.fsum(held) / page.weight[head] if held else 0.0


def _listen(page: Layout, texts: Sequence[int]) -> None:
    """For every heading, the lines of text where each of its terms returns."""
    heads = page.at.get("H", [])
    wanted = frozenset[str]().union(*(page.cohesion.terms[h] for h in heads))
    places: dict[str, list[int]] = {}
    for i in texts:
        for term in page.cohesion.terms[i] & wanted:
            places.setdefault(term, []).append(i)
    for h in heads:
        found = page.cohesion.terms[h]
        page.weight[h] = page.cohesion.mass(found)
        page.echoes[h] = [(page.cohesion.of(t), places[t]) for t in found if t in places]


def run_features(page: Layout, start: int, end: int) -> tuple[dict[str, float], Part]:
    """The features of the lines `[start, end)` taken as one article, zeros included, and that article's headline."""
    texts = page.within("text", start, end) or page.within("N", start, end) + page.within("T", start, end)
    heads = page.within("H", start, end)
    first, last = (texts[0], texts[-1]) if texts else (end, start - 1)
    main, place = _choose_head(page, heads, first, last)
    part = Part(start, end, tuple(main), place)
    f = _body_features(page, start, end, texts, first) | _head_features(page, part, heads, texts)
    if main and f.get("cover none") and (place != "first" or f["head score"] < 0):
        part = replace(part, doubtful=True)
    return f, part


def assemble(page: Layout, weights: Weights) -> list[Part]:
    """The best cut of the page into articles, in page order."""
    starts = page.starts
    ends = [*starts[1:], len(page.lines)]
    best = [0.0, *(-math.inf for _ in starts)]
    last: list[tuple[int, Part]] = [(0, Part(0, 0, (), "none"))] * (len(starts) + 1)
    for k, start in enumerate(starts):
        for m in range(k, min(len(starts), k + _PASSED)):
            if len(page.within("B", start, ends[m])) > _BYLINES and m > k:
                break
            features, part = run_features(page, start, ends[m])
            value = best[k] + dot(weights, features)
            if value > best[m + 1]:
                best[m + 1], last[m + 1] = value, (k, part)
    parts: list[Part] = []
    k = len(starts)
    while k:
        k, part = last[k]
        parts.append(part)
    return parts[::-1]
