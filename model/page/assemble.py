"""The page cut into articles: of all ways to cut it, the one whose articles look most like whole articles.

Every run of lines between two possible starts is scored as an article (where its headline stands, whether its words
return in the body, the byline, how little it shares with what stands before …) and the best sequence is found by
dynamic programming, as in semi-Markov models (Sarawagi and Cohen, 2004): headlines find their bodies one to one over
the whole page. The work is linear in the lines: an article passes over at most `PASSED` possible starts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model.page.parameters import Weights, dot
from model.page.runs import Part, run_features

if TYPE_CHECKING:
    from model.page.layout import Layout

PASSED = 14  # most possible starts inside one article; the longest of 1,933 on injected pages had 12; 20 is equal
_BYLINES = 3  # most bylines of one article; 2 and 5 give the same on 310 pages
# How far a run may fall behind the best cut of the same lines before longer ones are not tried any more. On 269 pages,
# 250 of them injected, 18 gave the very cuts of the full search with two thirds of the runs, 15 changed three, 12 17.
_BEHIND = 18.0


def assemble(page: Layout, weights: Weights) -> list[Part]:
    """The best cut of the page into articles, in page order."""
    starts = page.starts
    best = [0.0]
    last: list[tuple[int, Part]] = []
    for m in range(len(starts)):
        end = starts[m + 1] if m + 1 < len(starts) else len(page.lines)
        value, choice = -math.inf, (m, Part(starts[m], end, (), "none"))
        for k in range(m, max(-1, m - PASSED), -1):
            if k < m and page.at["B"].count(starts[k], end) > _BYLINES:
                break
            features, part = run_features(page, starts[k], end)
            reached = best[k] + dot(weights, features)
            # Of equal cuts the one that gives a deck between two headlines to the upper: right on 5 of 5 such pages.
            if reached > value:
                value, choice = reached, (k, part)
            elif reached < value - _BEHIND:
                break
        best.append(value)
        last.append(choice)
    parts: list[Part] = []
    k = len(starts)
    while k:
        k, part = last[k - 1]
        parts.append(part)
    return parts[::-1]
