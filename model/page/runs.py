"""What a run of lines would be like as one article: its headline and where it stands, its byline, its words."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.page.layout import Layout


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


def run_features(page: Layout, start: int, end: int) -> tuple[dict[str, float], Part]:
    """The features of the lines `[start, end)` taken as one article, zeros included, and that article's headline."""
    texts, at = page.text, page.at
    size = texts.count(start, end)
    if size:
        first, last = texts.first(start, end), texts.last(start, end)
        paragraphs = size - at["p"].count(start, end)
    else:
        others = at["N"].within(start, end) + at["T"].within(start, end)
        first, last = (others[0], others[-1]) if others else (end, start - 1)
        paragraphs = len(others)
    heads = at["H"].within(start, end)
    main, place = _choose_head(page, heads, first, last)
    part = Part(start, end, tuple(main), place)
    f = _body_features(page, part, first, last, paragraphs) | _head_features(page, part, heads, last)
    if main and f.get("cover none") and (place != "first" or f["head score"] < 0):
        part = replace(part, doubtful=True)
    return f, part


def _choose_head(page: Layout, heads: list[int], first: int, last: int) -> tuple[list[int], str]:
    """The headline group among the heading lines of a run, and where it stands."""
    if not heads:
        return [], "none"
    if heads[0] < first:
        return [h for h in heads if h < first], "first"
    marked = [h for h in heads if page.headings[h].marked]
    cut = [h for h in heads if page.inside[h]]
    tail = [h for h in heads if h > last]
    for group, place in ((cut, "in cut"), (tail, "after"), (heads, "inside")):
        chosen = [h for h in group if h in marked] if marked else group
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


def _body_features(page: Layout, part: Part, first: int, last: int, paragraphs: int) -> dict[str, float]:
    start, end, codes = part.start, part.end, page.codes
    bylines, leads, credits_ = page.at["B"], page.at["L"], page.at["C"]
    texts = first <= last
    closing = last if texts else start
    byline, led = bylines.count(start, end), first < end and codes[first] == "L"
    more_leads = leads.count(start, end) - led
    gap = page.lines[start].gap > 0
    across = page.across[start]
    return {
        "article": 1,
        "no body": not texts,
        "one paragraph": paragraphs == 1,
        "paragraphs": min(paragraphs, 12) / 12,
        "many paragraphs": max(0, paragraphs - 12) / 12,
        "byline top": byline > 0 and bylines.first(start, end) < first,
        "byline end": byline > 0 and bylines.last(start, end) > closing,
        "byline inside": bylines.count(first + 1, closing),
        "byline more": max(0, byline - 1),
        "byline none": page.bylines and not byline,
        "lead first": led,
        "lead none": page.leads and not led,
        "lead inside": more_leads,
        "lead inside bylines": page.bylines * more_leads,
        "credit end": credits_.last(start, end) > closing,
        "credit inside": credits_.count(start, closing),
        "starts plain": codes[start] in "PNT",
        "starts lead": codes[start] == "L",
        "starts byline": codes[start] == "B",
        "gap start": gap,
        "gap inside": page.gaps.count(start, end) - gap,
        "across": across,
        "across none": across < 0.02,
    }


def _head_features(page: Layout, part: Part, heads: list[int], last: int) -> dict[str, float]:
    main, place = part.heads, part.place
    f: dict[str, float] = {f"head {place}": 1}
    if not main:
        return f
    group = [page.headings[h] for h in main]
    cover = max(_cover(page, h, part) for h in main)
    byline = page.at["B"].first(part.start, part.end)
    f |= {
        "head score": sum(max(-3.0, min(4.0, h.score)) for h in group) / len(group) / 4,
        "decks": len(main) - 1,
        "decks many": max(0, len(main) - 3),
        "decks apart": sum(b - a > 1 for a, b in itertools.pairwise(main)),
        "head after byline": 0 <= byline < main[0],
        "unmarked": page.marks and not any(h.marked for h in group),
        "mixed marks": place == "first" and len({h.marked for h in group}) > 1,
        f"cover {place}": cover,
        "cover none": cover < 0.05 and not group[0].column,
    }
    if len(heads) > len(main):
        f |= _more_features(page, part, [h for h in heads if h not in main], last, cover)
    return f


def _more_features(page: Layout, part: Part, heads: list[int], last: int, cover: float) -> dict[str, float]:
    """Features of the headings beyond the headline: inner headings, a deck after the body, or others' headlines."""
    name = "".join(page.lines[h].plain for h in part.heads)
    byline = page.at["B"].last(part.start, part.end)
    body = last >= part.start
    closing = byline if body and byline > last else len(page.lines)
    f = dict.fromkeys(("more in cut", "more inside", "more last"), 0.0)
    marked = score = column = covers = foreign = named = repeats = past = 0.0
    for h in heads:
        head, cut = page.headings[h], page.inside[h]
        own = _cover(page, h, part)
        f["more in cut" if cut else "more inside" if body and h < last else "more last"] += 1
        marked += head.marked
        score += max(0.0, min(4.0, head.score)) / 4
        column += head.column
        covers += own
        foreign = max(foreign, own - cover) if cut else foreign
        named += head.before_byline
        past += h > closing
        repeats += page.lines[h].plain in name
    return f | {
        "more marked": marked,
        "more score": score,
        "more bylines" if page.bylines else "more plain": float(len(heads)),
        "more column": column,
        "more cover": covers,
        "top foreign": foreign,
        "more before byline": named,
        "more past byline": past,
        "more repeats": repeats,
    }


def _cover(page: Layout, head: int, part: Part) -> float:
    """The share of a heading's weight that the text of its article holds."""
    start, end, heading = part.start, part.end, page.headings[head]
    held = [weight for before, after, weight in heading.echoes if before >= start or after < end]
    return math.fsum(held) / heading.mass if held else 0.0
