"""Segmented article → the five to eight terms (关键词) an archivist would file it under.

Weighting is tf·idf (Spärck Jones 1972) with what stands in the headline and in the lead counted more. Terms are kept
whole by statistics and by form: neighbouring words that keep each other's company through the article are one term (the
repetition test of Chien's PAT-tree keyword extraction, SIGIR 1997), and so are short quoted names, titles in 《》, and
words that end as places and bodies do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from model.keywords.joining import groups, joins, parts
from model.keywords.lists import SUFFIXES
from model.keywords.text import read
from model.keywords.weights import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from model.documents import SegmentedArticle
    from model.keywords.text import Text
    from model.keywords.weights import Weigher

_MOST = 8
_FEWEST = 5
# How a term counts by where it stands: set by judgement, checked by reading the terms of 120 articles.
_HEADLINE = 3.0
_LEAD = 1.0
_WHOLE = 1.01  # a name weighs a little more than any word in it, so that it comes whole
_ONCE = 0.5  # said once, neither in the headline nor in the lead
_JOINED = 0.25
# After the fewest, a term must weigh at least this share of the best one.
_FLOOR = 0.25
_BODIES = tuple(SUFFIXES)
_ENDS = frozenset(body[-1] for body in SUFFIXES)
_WEIGHED = 40  # of all terms, the best are looked at
_PERSON = 0.25  # somebody whom the headline does not name
_CAMPAIGN = "(?:专项|主题|历史|公益|志愿服务)?(?:行动|整治|工程|计划|活动|制度|机制|博物馆|纪念馆|平台|模式)"
_NAMED = re.compile(rf"“((?:[^\W_]|[+·]){{2,10}})”({_CAMPAIGN})?|《([^\W_]{{3,14}})》")


def keywords(
    article: SegmentedArticle, weigher: Weigher, rows: NDArray[np.intp] | None = None, *, most: int = _MOST
) -> tuple[str, ...]:
    """The `most` weightiest terms, best first; fewer where the text holds fewer.

    Args:
        article: the segmented article; furniture is left out, and so is who wrote it.
        weigher: what `weigher` made.
        rows: (D,), where each of the article's distinct words stands among those that the weigher's columns hold, -1
            where it does not. Without them each word is weighed anew.
        most: how many terms at most.
    """
    text = read(article, weigher, rows)
    scores, joined, rarity = _scores(text)
    names = _names(article.article.headline, text)
    rarest = float(rarity.max(initial=0.0)) or 1.0 if names else 1.0
    for name, count, title in names:
        inside = max((score for term, score in scores.items() if term in name), default=0.0)
        if inside or not title:  # 《若干措施》 says nothing
            scores[name] = max(count * rarest, _WHOLE * inside)
    terms = dict.fromkeys(_full(term, joined) for term in _pick(scores, most))
    together = "\n".join(terms)
    return tuple(term for term in terms if together.count(term) == 1)


def _scores(text: Text) -> tuple[dict[str, float], Sequence[str], NDArray[np.float64]]:
    """What the best terms weigh, single words and joined neighbours; all that is joined; how rare all terms are."""
    words, numbers = text.words, text.numbers
    sums, wholes = _counted(text)
    rarity = text.weights.copy()
    for whole in wholes.keys() & numbers.keys():  # the segmenter found it whole elsewhere
        number = numbers[whole]
        rarity[number], more = wholes.pop(whole)
        sums[number] += more
    somebody = text.kinds & Kind.PERSON > 0
    somebody[text.tokens[: text.ends[0]]] = False
    rarity[somebody] *= _PERSON
    found = sums.nonzero()[0]
    names = list(wholes)
    sums = np.concatenate([sums.take(found), [count for _, count in wholes.values()]])
    rarity = np.concatenate([rarity.take(found), [each for each, _ in wholes.values()]])
    scores = sums * rarity
    scores[sums == 1] *= _ONCE
    best = (-scores).argsort(kind="stable")[:_WEIGHED]
    known = found.tolist()
    terms = [words[known[n]] if n < len(known) else names[n - len(known)] for n in best.tolist()]
    return dict(zip(terms, scores.take(best).tolist(), strict=True)), names, rarity


def _counted(text: Text) -> tuple[NDArray[np.float64], dict[str, tuple[float, float]]]:
    """What each word counts by itself, (D,); and of each joined term what it weighs and counts."""
    counts = np.ones(len(text.tokens))
    headline, lead = text.ends[0], text.ends[1] if text.sentences else text.ends[0]
    counts[:headline] = _HEADLINE
    counts[headline:lead] = 1.0 + _LEAD
    joined = joins(text)
    grouped = groups(text, joined, counts.take(joined).tolist())
    counts[joined] = 0.0
    counts[joined + 1] = 0.0
    sums: NDArray[Any] = np.bincount(text.tokens, counts, len(text.words)) * (text.kinds & Kind.ALONE > 0)
    weights = text.weights.tolist()
    wholes: dict[str, tuple[float, float]] = {}
    words, kind = text.words, text.kind
    for group, count in grouped.items():
        for part, whole in parts(group, words):
            if len(part) > 1:
                weight = max([weights[number] for number in part]) * (1.0 + _JOINED * (len(part) - 1))
                wholes[whole] = weight, wholes.get(whole, (0.0, 0.0))[1] + count
            elif kind[part[0]] & Kind.ALONE:
                sums[part[0]] += count
    return sums, wholes


def _full(term: str, joined: Sequence[str]) -> str:
    """The full name of a body that is mostly called by the end of it: 交通大队 is 江汉交通大队, if there is but one."""
    if term[-1] not in _ENDS or not term.endswith(_BODIES):
        return term
    longer = [other for other in joined if other.endswith(term) and other != term]
    return longer[0] if len(longer) == 1 else term


def _names(headline: str, text: Text) -> list[tuple[str, float, bool]]:
    """Quoted names and titles that come back, or that the headline gives, what they count, and whether they are titles.

    A quotation that is a single word of the language is none, and a campaign (“…”行动) counts as such in the lead.
    """
    lead, *rest = [s.text for s in text.sentences] or [""]
    found: dict[tuple[str, bool], int] = {}
    for n, part in enumerate((headline, lead, "\n".join(rest))):  # no name goes over a line
        for quoted, campaign, title in _NAMED.findall(part) if "“" in part or "《" in part else ():
            name = f"“{quoted}”{campaign}" if campaign else quoted or title
            if campaign or name not in text.numbers:
                count = 3 if n == 0 else 2 if n == 1 and (campaign or title) else 1
                found[name, bool(title)] = found.get((name, bool(title)), 0) + count
    return [(name, float(count), title) for (name, title), count in found.items() if count > 1]


def _pick(scores: dict[str, float], most: int) -> tuple[str, ...]:
    """The best terms; of two that contain one another only the better, the longer one where they are close."""
    chosen: list[str] = []
    floor = _FLOOR * max(scores.values(), default=0.0)
    high = [term for term, score in scores.items() if score >= floor]
    _choose(high, scores, most, chosen)
    fewest = min(most, _FEWEST)
    if len(chosen) < fewest:
        _choose(scores.keys() - high, scores, fewest, chosen)
    return tuple(dict.fromkeys(chosen))


def _choose(terms: Collection[str], scores: dict[str, float], limit: int, chosen: list[str]) -> None:
    """Add the best of `terms` to `chosen`, up to `limit`."""
    for term in sorted(sorted(terms), key=scores.__getitem__, reverse=True):
        for n, other in enumerate(chosen):
            if term in other or other in term:
                if len(term) > len(other) and scores[term] >= 0.6 * scores[other]:
                    chosen[n] = term
                break
        else:
            chosen.append(term)
        if len(chosen) >= limit:
            break
