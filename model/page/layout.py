"""A page laid out for the search: what each line is, where an article may begin, which words return where."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from model.page.cohesion import Cohesion, Term
from model.page.links import SKIPPED, Links
from model.page.surface import Line, is_column, looks_like_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LIST = 5  # headings in a row after which more of the kind are a list; 3 loses 0.001 of paragraphs, 8 is equal
_WINDOW = 3  # paragraphs on each side of a possible start whose words are compared; 2 and 5 lose 0.003 (see `links`)


class Places:
    """Some lines of a page, by index: how many, the first and the last of any stretch of it, without searching."""

    def __init__(self, chosen: Sequence[bool]) -> None:
        self._all = [i for i, c in enumerate(chosen) if c]
        self._before = [0, *accumulate(chosen)]

    def within(self, start: int, end: int) -> list[int]:
        """The indices in `[start, end)`."""
        return self._all[self._before[start] : self._before[end]]

    def count(self, start: int, end: int) -> int:
        """How many stand in `[start, end)`; none in an empty stretch."""
        return self._before[end] - self._before[start] if start < end else 0

    def first(self, start: int, end: int) -> int:
        """The first in `[start, end)`, or -1."""
        at = self._before[start]
        return self._all[at] if at < self._before[end] else -1

    def last(self, start: int, end: int) -> int:
        """The last in `[start, end)`, or -1."""
        at = self._before[end]
        return self._all[at - 1] if at > self._before[start] else -1

    def around(self, start: int, most: int) -> tuple[list[int], list[int]]:
        """Up to `most` before line `start`, and as many from it on."""
        at = self._before[start]
        return self._all[max(0, at - most) : at], self._all[at : at + most]

    def __len__(self) -> int:
        return len(self._all)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the search needs to know of a heading line.

    `echoes` holds for each of its words that return in the text the last line of text before the heading and the first
    one after it that have the word (-1 and the number of lines: none), and the word's weight; `mass` is the weight of
    all its words.
    """

    score: float
    marked: bool
    column: bool
    before_byline: bool
    mass: float
    echoes: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the search needs to know of a page, computed once.

    `starts` are the lines where an article may begin, `across` how alike the text is on both sides of each; `inside`
    marks the lines that stand between the halves of a broken sentence; `text` and the others are the lines by code.
    """

    lines: Sequence[Line]
    codes: Sequence[str]
    links: Links
    cohesion: Cohesion
    inside: list[bool]
    starts: list[int]
    across: dict[int, float]
    headings: dict[int, Heading]
    at: dict[str, Places]
    text: Places
    gaps: Places
    marks: bool
    bylines: bool
    leads: bool


def code_lines(lines: Sequence[Line], heads: Sequence[bool], links: Links) -> list[str]:
    """One letter a line.

    H heading, B byline, A author alone, C credit, L lead, P text, p rest of a text, N note, T table, x taken out.
    """
    rests = set(links.rest.values())
    codes: list[str] = []
    row = 0
    before = ""
    for i, line in enumerate(lines):
        if line.kind in SKIPPED or i in links.copies:
            code = "x"
        elif line.kind != "text":
            code = {"byline": "B", "credit": "C", "note": "N", "table": "T"}[line.kind]
        elif i in rests:
            code = "p"
        elif heads[i]:
            code = "A" if before in ("H", "A") and looks_like_name(line.text) else "H"
        else:
            code = "L" if line.lead else "P"
        row = row + 1 if code == "H" and not line.marked else 0
        codes.append("P" if row > _LIST else code)
        before = before if code == "x" else codes[-1]
    return codes


def lay_out(lines: Sequence[Line], score: Sequence[float], heads: Sequence[bool], links: Links) -> Layout:
    """Codes, possible starts, and how alike the text is on both sides of each."""
    codes = code_lines(lines, heads, links)
    return lay_coded(lines, score, codes, links)


def lay_coded(lines: Sequence[Line], score: Sequence[float], codes: Sequence[str], links: Links) -> Layout:
    """The layout of lines whose codes are known."""
    body = [c in "LPp" for c in codes]
    cohesion = Cohesion([x.plain for x in lines], body)
    inside = insides(links, len(lines))
    at = {code: Places([c == code for c in codes]) for code in "HBCLNTp"}
    text = Places(body)
    starts = possible_starts(lines, codes, inside)
    return Layout(
        lines,
        codes,
        links,
        cohesion,
        inside,
        starts,
        _across(cohesion, text, starts),
        _headings(lines, codes, score, cohesion, text),
        at,
        text,
        Places([x.gap > 0 for x in lines]),
        marks=sum(x.marked for x in lines) >= 2,
        bylines=len(at["B"]) >= 2,
        leads=len(at["L"]) >= 2,
    )


def insides(links: Links, count: int) -> list[bool]:
    """For each of `count` lines, and the place after them, whether it is still inside a broken sentence."""
    inside = [False] * (count + 1)
    for i, j in links.rest.items():
        inside[i + 1 : j + 1] = [True] * (j - i)
    return inside


def possible_starts(lines: Sequence[Line], codes: Sequence[str], inside: Sequence[bool]) -> list[int]:
    """The lines where an article may begin."""
    return list(_starts(lines, codes, inside))


def _starts(lines: Sequence[Line], codes: Sequence[str], inside: Sequence[bool]) -> Iterator[int]:
    before = ""
    for i, code in enumerate(codes):
        if code == "x":
            continue
        loose = code in "PNT" and (lines[i].gap > 0 or before in ("C", "B"))
        if not before or (not inside[i] and (code in "HBL" or loose)):
            yield i
        before = code


def _across(cohesion: Cohesion, text: Places, starts: Sequence[int]) -> dict[int, float]:
    """How alike the text is on both sides of each possible start; starts between the same texts are alike in this."""
    terms, known = cohesion.terms, dict[int, float]()
    for i in starts:
        at = text.count(0, i)
        if at not in known:
            left, right = text.around(i, _WINDOW)
            known[at] = cohesion.alike(
                frozenset().union(*(terms[x] for x in left)), frozenset().union(*(terms[x] for x in right))
            )
    return {i: known[text.count(0, i)] for i in starts}


def _headings(
    lines: Sequence[Line], codes: Sequence[str], score: Sequence[float], cohesion: Cohesion, text: Places
) -> dict[int, Heading]:
    """The headings, and for every one of their words the nearest lines of text that have it."""
    heads = [i for i, c in enumerate(codes) if c == "H"]
    terms = cohesion.terms
    wanted = frozenset[Term]().union(*(terms[h] for h in heads))
    places: dict[Term, list[int]] = {}
    for i in text.within(0, len(lines)):
        for term in terms[i] & wanted:
            places.setdefault(term, []).append(i)
    found = {}
    for h in heads:
        line, echoes = lines[h], []
        for term in terms[h]:
            if term in places:
                held = places[term]
                k = bisect_left(held, h)
                before, after = held[k - 1] if k else -1, held[k] if k < len(held) else len(lines)
                echoes.append((before, after, cohesion.of(term)))
        before_byline = h + 1 < len(lines) and codes[h + 1] == "B"
        found[h] = Heading(
            score[h], line.marked, is_column(line), before_byline, cohesion.mass(terms[h]), tuple(echoes)
        )
    return found
