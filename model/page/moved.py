"""Paragraphs that stand in a foreign article: whose words are they?

A copy is settled by which article its words belong to. A paragraph without a copy is moved only on strong evidence:
few of its rare words return in the article around it and many return in one other.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

from model.page.cohesion import Cohesion, Term, terms
from model.page.parameters import Weights, dot
from model.page.repair import Draft, chain, paragraph
from model.page.surface import Line, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from model.page.links import Links

_SMALL = 28  # characters below which a paragraph has too few words to tell its home; 16 is equal, 45 loses 0.002
_COPY = 24  # characters from which two equal paragraphs are copies; below, reports end alike; 12 and 40 within 0.0004
# Characters up to which a paragraph that stands three times or more is a turn of phrase, not a copy; 30, 120 are equal.
_PHRASE = 60
_NEAR = (
    6  # articles on each side among which a paragraph's home is sought; 3 gains 0.002, but lists of briefs are longer
)
# The share of a paragraph's terms that its own article has elsewhere, from which no other is asked: of 10,265
# paragraphs of injected pages 57 in a hundred have more, of the 99 that were moved none had more than 0.15.
_RETURNING = 0.2
_AT_HOME = 1.5  # and the fit of the own article from which no other is asked: none of the 99 had more than 0.97


class Belonging:
    """How well a paragraph's terms fit the articles of the page that stand near its own.

    `articles[a]` holds the term sets of the paragraphs (and the headline) of article `a`.
    """

    def __init__(self, articles: Sequence[Sequence[frozenset[Term]]]) -> None:
        self.counts = [Counter[Term]() for _ in articles]
        for count, paragraphs in zip(self.counts, articles, strict=True):
            for p in paragraphs:
                count.update(p)
        self.terms = [frozenset[Term]().union(*paragraphs) for paragraphs in articles]

    def forget(self, article: int, paragraph: frozenset[Term]) -> None:
        """Take the terms of a paragraph out of an article."""
        count = self.counts[article]
        count.subtract(paragraph)
        self.terms[article] -= {t for t in paragraph if not count[t]}

    def returning(self, paragraph: frozenset[Term], own: int) -> float:
        """The share of the terms that its own article has elsewhere too."""
        counts = self.counts[own]
        return sum([n > 1 for n in map(counts.get, paragraph, repeat(0))]) / max(8, len(paragraph))

    def at_home(self, paragraph: frozenset[Term], own: int) -> float:
        """The score of its own article: weight of the terms found there, the paragraph itself aside."""
        counts, near = self.counts[own], self.terms[max(0, own - _NEAR) : own + _NEAR + 1]
        found = [
            _weight(sum([t in held for held in near]), len(near)) * _often(counts[t] - 1)
            for t in paragraph
            if counts[t] > 1
        ]
        return math.fsum(found) / _scale(paragraph)

    def fits(self, paragraph: frozenset[Term], own: int) -> dict[int, float]:
        """Score by article: weight of the terms found there, the paragraph itself aside, per root of their number."""
        near = range(max(0, own - _NEAR), min(len(self.terms), own + _NEAR + 1))
        shared = {a: paragraph & self.terms[a] for a in near if a != own}
        often: Counter[Term] = Counter()
        for held in shared.values():
            often.update(held)
        weight = {t: _weight(n + (self.counts[own][t] > 1), len(near)) for t, n in often.items()}
        fits = {own: self.at_home(paragraph, own)}
        for a, held in shared.items():
            if held:
                fits[a] = math.fsum(weight[t] * _often(self.counts[a][t]) for t in held) / _scale(paragraph)
        return {a: fit for a, fit in fits.items() if fit}


def _weight(holding: int, total: int) -> float:
    """How well a term tells articles apart that stands in `holding` of them: 0 where half of them have it."""
    return math.log((total + 1) / holding) if 2 * holding <= total + 1 else 0.0


def _often(times: int) -> float:
    return 1.0 + 0.5 * min(2, times - 1)


def _scale(paragraph: frozenset[Term]) -> float:
    return math.sqrt(max(8, len(paragraph)))


def moved_features(
    fits: Mapping[int, float],
    own: int,
    other: int,
    *,
    place: str,
    left: float,
    right: float,
    size: int,
    pieces: bool,
    rest: float,
    torn: float,
) -> dict[str, float]:
    """Features of "this paragraph of article `own` belongs to article `other`".

    `place` among the paragraphs of `own`; `left` and `right` how alike its neighbours are, `rest` the terms of the
    others; `torn` the share of the page's paragraphs that were broken: on a page without a tear nothing was moved.
    """
    a, b = fits.get(own, 0.0), fits.get(other, 0.0)
    third = max((v for k, v in fits.items() if k not in (own, other)), default=0.0)
    distance = abs(own - other)
    f = {
        "bias": 1.0,
        "own": a,
        "own none": a < 0.2,
        "other": b,
        "difference": b - a,
        "share": b / (a + b + 0.5),
        "third": third,
        "third share": third / (b + 0.5),
        "left": left,
        "right": right,
        f"place {place}": 1.0,
        "next": distance == 1,
        "far": distance > 2,
        "short": size < 40,
        "pieces": pieces,
        "rest": min(rest, 400.0) / 400,
        "own none long": (a < 0.2) * min(rest, 400.0) / 400,
        "whole page": torn == 0,
        "torn": min(1.0, 4 * torn),
    }
    return {k: float(v) for k, v in f.items() if v}


@dataclass(slots=True)
class Block:
    """A whole paragraph of a draft: its first line, folded text and terms."""

    first: int
    plain: str
    terms: frozenset[Term]


@dataclass(slots=True)
class Table:
    """The articles of a page laid out side by side: `blocks[a]` are the paragraphs of article `a` in reading order."""

    lines: Sequence[Line]
    drafts: Sequence[Draft]
    links: Links
    cohesion: Cohesion
    blocks: list[list[Block]]
    belonging: Belonging
    torn: float

    def take(self, article: int, block: Block) -> list[int]:
        """Take a paragraph out of an article; returns its lines."""
        pieces = chain(self.links, block.first)
        draft = self.drafts[article]
        gone = frozenset(pieces)
        draft.lines = [i for i in draft.lines if i not in gone]
        draft.text.remove(block.first)
        self.blocks[article].remove(block)
        self.belonging.forget(article, block.terms)
        return pieces


def lay_table(lines: Sequence[Line], drafts: Sequence[Draft], links: Links, cohesion: Cohesion) -> Table:
    """The paragraphs of all drafts with their terms."""
    blocks = [[_block(lines, i, links, cohesion) for i in draft.text] for draft in drafts]
    heads = [frozenset[Term]().union(*(cohesion.terms[h] for h in d.heads)) for d in drafts]
    found = [[*(b.terms for b in own), head] for own, head in zip(blocks, heads, strict=True)]
    torn = sum(b.first in links.rest for own in blocks for b in own) / max(1, sum(map(len, blocks)))
    return Table(lines, drafts, links, cohesion, blocks, Belonging(found), torn)


def _block(lines: Sequence[Line], first: int, links: Links, cohesion: Cohesion) -> Block:
    if first not in links.rest and first not in links.keep:
        return Block(first, lines[first].plain, cohesion.terms[first])
    plain = fold(paragraph(lines, first, links, []))
    return Block(first, plain, terms(plain))


def settle(table: Table, weights: Weights) -> dict[int, str]:
    """Take copies out and bring foreign paragraphs home; changes the drafts, returns the dropped lines with reasons."""
    dropped = take_copies(table)
    if len(table.drafts) > 1:
        _bring_home(table, weights)
    return dropped


def take_copies(table: Table) -> dict[int, str]:
    """Of equal paragraphs keep the one that is at home; returns the dropped lines with the reason."""
    groups: dict[str, list[tuple[int, Block]]] = {}
    for a, blocks in enumerate(table.blocks):
        for block in blocks:
            if len(block.plain) >= _COPY:
                groups.setdefault(block.plain, []).append((a, block))
    dropped: dict[int, str] = {}
    for plain, group in groups.items():
        if len(group) < 2 or (len(group) > 2 and len(plain) < _PHRASE):
            continue
        copies = {block.first for _, block in group}
        home = max(group, key=lambda one: _at_home(table, one[0], one[1], copies))
        for a, block in group:
            if block is not home[1]:
                dropped.update(dict.fromkeys(table.take(a, block), "duplicate"))
                table.drafts[a].repairs.append("deduplicated")
    return dropped


def _at_home(table: Table, a: int, block: Block, copies: set[int]) -> tuple[float, bool, int]:
    """How much an article is the home of a copied paragraph: its words, that the columns cut it there, its place."""
    rest = frozenset[Term]().union(*(b.terms for b in table.blocks[a] if b.first not in copies))
    mass = table.cohesion.mass(block.terms & rest)
    return mass, block.first in table.links.rest, -block.first


def _bring_home(table: Table, weights: Weights) -> None:
    moves: list[tuple[float, int, int, Block]] = []
    for a, blocks in enumerate(table.blocks):
        for k in range(1, len(blocks)):
            found = candidate(table, a, k)
            if found is not None and (score := dot(weights, found[1])) > 0:
                moves.append((score, a, found[0], blocks[k]))
    for _, a, b, block in sorted(moves, key=lambda move: (-move[0], move[3].first)):
        if len(table.blocks[a]) < 2:
            continue
        pieces = table.take(a, block)
        home = table.drafts[b]
        home.lines = sorted([*home.lines, *pieces])
        slot = _slot(table, table.blocks[b], block)
        home.text.insert(slot, block.first)
        table.blocks[b].insert(slot, block)
        home.repairs.append("paragraph_moved")


def _slot(table: Table, blocks: Sequence[Block], block: Block) -> int:
    """Where among the paragraphs of its home a paragraph goes: at the end if it stood after them, never as the lead."""
    if not blocks or block.first > blocks[-1].first:
        return len(blocks)
    alike = table.cohesion.alike
    return max(range(1, len(blocks) + 1), key=lambda k: (alike(blocks[k - 1].terms, block.terms), k))


def candidate(table: Table, a: int, k: int) -> tuple[int, dict[str, float]] | None:
    """The likeliest other home of paragraph `k` of article `a`, and the features of that move.

    None for what is too short to tell, breaks off, or shares nothing with any other article.
    """
    blocks = table.blocks[a]
    block = blocks[k]
    line, end = table.lines[block.first], table.lines[chain(table.links, block.first)[-1]]
    if len(block.plain) < _SMALL or line.kind != "text" or not end.closed:
        return None
    own = table.belonging
    if own.returning(block.terms, a) > _RETURNING or own.at_home(block.terms, a) > _AT_HOME:
        return None
    fits = table.belonging.fits(block.terms, a)
    others = [(v, -abs(x - a), x) for x, v in fits.items() if x != a and table.blocks[x]]
    if not others:
        return None
    other = max(others)[2]
    last = k + 1 == len(blocks)
    return other, moved_features(
        fits,
        a,
        other,
        place="last" if last else "inner",
        left=table.cohesion.alike(block.terms, blocks[k - 1].terms),
        right=0.0 if last else table.cohesion.alike(block.terms, blocks[k + 1].terms),
        size=len(block.plain),
        pieces=block.first in table.links.rest,
        rest=float(len(table.belonging.counts[a]) - len(block.terms)),
        torn=table.torn,
    )
