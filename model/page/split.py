"""A page taken apart: lines read, labelled, linked, assembled into articles, mended."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from model.documents import Article, PageSplit, Span
from model.page.assemble import PASSED, assemble
from model.page.layout import code_lines, insides, lay_coded, possible_starts
from model.page.lines import headings, line_spans
from model.page.links import SKIPPED, Links, find_links
from model.page.moved import lay_table, settle
from model.page.repair import Draft, finish, numbers
from model.page.surface import Line, read_lines

if TYPE_CHECKING:
    from model.page.layout import Layout
    from model.page.parameters import PageModel
    from model.page.runs import Part

_DECKS = 2  # headings below the last text that are decks, more are a list; 1 and 4 give the same on 310 pages
_STRETCH = 256  # possible starts of articles taken together: a hundred articles, five times the fullest page
Cut = Callable[[str], list[str]]


def split_page(text: str, model: PageModel, cut: Cut) -> PageSplit:
    """Find the articles of a page.

    `cut` segments a text into words that tile it; it is asked for a few characters around line ends only. Every
    non-blank line ends up in exactly one article's `lines` or in `dropped` with a reason: `furniture`,
    `advertisement`, `markup` or `duplicate`. Never raises, whatever the text. Time is linear in the lines: a text
    longer than any page is taken apart in stretches of a hundred articles.
    """
    lines = read_lines(text)
    score = headings(lines, line_spans(lines, cut), model.heading)
    links, heads = find_links(lines, score, model.join, cut)
    codes = code_lines(lines, heads, links)
    dropped = {i: _reason(lines[i], links, i) for i, code in enumerate(codes) if code == "x"}
    articles: list[Article] = []
    starts = possible_starts(lines, codes, insides(links, len(lines)))
    k = 0
    while k < len(starts):
        first, end = starts[k], starts[k + _STRETCH] if k + _STRETCH < len(starts) else len(lines)
        page = lay_coded(lines[first:end], score[first:end], codes[first:end], links.within(first, end))
        parts = assemble(page, model.article)
        if end < len(lines):
            # What comes after the stretch may change its last articles: they are sought again with what follows.
            parts = [part for part in parts if part.end <= page.starts[-PASSED]] or parts[:1]
        drafts = [_draft(page, part) for part in parts]
        foreign = settle(lay_table(page.lines, drafts, page.links, page.cohesion), model.moved)
        dropped.update((first + i, why) for i, why in foreign.items())
        articles += [finish(page.lines, d, page.links, cut) for d in drafts]
        k = bisect_left(starts, first + parts[-1].end)
    left_out = tuple(sorted((n, why) for i, why in dropped.items() for n in numbers(lines[i])))
    return PageSplit(_bridged(articles, [n for n, _ in left_out]), left_out)


def _bridged(articles: Sequence[Article], left_out: Sequence[int]) -> tuple[Article, ...]:
    """The articles with ranges that only blank lines part made one, as a reader would say where an article stands."""
    owner = dict.fromkeys(left_out, -1)
    for a, article in enumerate(articles):
        owner.update((n, a) for first, last in article.lines for n in range(first, last + 1))
    return tuple(replace(article, lines=_joined(article.lines, owner)) for article in articles)


def _joined(lines: Sequence[Span], owner: Mapping[int, int]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for first, last in lines:
        if joined and not any(n in owner for n in range(joined[-1][1] + 1, first)):
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return tuple(joined)


def _reason(line: Line, links: Links, i: int) -> str:
    if line.kind in SKIPPED:
        return line.kind
    return "duplicate" if i in links.copies else "furniture"


def _draft(page: Layout, part: Part) -> Draft:
    """The lines of one article by what they are. A heading after the last text is one more deck."""
    codes = page.codes
    inside = [i for i in range(part.start, part.end) if codes[i] != "x"]
    last = max((i for i in inside if codes[i] in "LPpNT"), default=part.end)
    decks = [i for i in inside if codes[i] == "H" and i > last]
    chosen = () if _is_inner(page, part) else part.heads
    heads = sorted({*chosen, *(decks if len(decks) <= _DECKS else ())})
    bylines = [i for i in inside if codes[i] in "BCA"]
    text = [i for i in inside if codes[i] in "LPNTH" and i not in heads]
    return Draft(inside, heads, text, bylines, _moves(page, part, heads, bylines, text))


def _is_inner(page: Layout, part: Part) -> bool:
    """Whether the only heading of a part stands between its paragraphs without a sign that it is the headline."""
    marked = any(page.lines[h].marked for h in part.heads)
    return part.place == "inside" and not marked and not page.at["B"].count(part.start, part.end)


def _moves(page: Layout, part: Part, heads: Sequence[int], bylines: Sequence[int], text: Sequence[int]) -> list[str]:
    """What stood out of its place: the headline or a deck, the byline; and whether the headline may be another's."""
    repairs = []
    if heads and text and heads[-1] > text[0]:
        repairs.append("headline_moved")
    if heads and any(page.codes[b] == "B" and b < heads[0] for b in bylines):
        repairs.append("byline_moved")
    if part.heads and text and part.doubtful:
        repairs.append("doubtful_headline")
    return repairs
