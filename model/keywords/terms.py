"""Segmented article → the five to eight terms (关键词) an archivist would file it under.

Weighting is tf·idf (Spärck Jones 1972) with what stands in the headline and in the lead counted more. Terms are kept
whole by statistics and by form: neighbouring words that keep each other's company through the article are one term (the
repetition test of Chien's PAT-tree keyword extraction, SIGIR 1997), and so are short quoted names, titles in 《》, and
words that end as places and bodies do.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from model.keywords.joining import groups, joins, parts, trimmed
from model.keywords.lists import SUFFIXES
from model.keywords.text import read
from model.keywords.weights import HEAVIEST, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from model.documents import SegmentedArticle
    from model.keywords.text import Text, Texts
    from model.keywords.weights import Weigher

_MOST = 8
_FEWEST = 5
# How a term counts by where it stands: set by judgement, checked by reading the terms of 120 articles.
_HEADLINE = 3
_LEAD = 2
_COUNTS = (1, _HEADLINE, _LEAD)
_WHOLE = 1.01  # a name weighs a little more than any word in it, so that it comes whole
_ONCE = 0.5  # said once, neither in the headline nor in the lead
_ODD = _ONCE * HEAVIEST  # such a word scores no more than this
_JOINED = 0.25
# After the fewest, a term must weigh at least this share of the best one.
_FLOOR = 0.25
_TRIMMED = Kind.VERB | Kind.ADJECTIVE
_BODIES = tuple(SUFFIXES)
_ENDS = frozenset(body[-1] for body in SUFFIXES)
_WEIGHED = 40  # of all terms, the best are looked at
_PERSON = 0.25  # somebody whom the headline does not name
_CAMPAIGN = "(?:专项|主题|历史|公益|志愿服务)?(?:行动|整治|工程|计划|活动|制度|机制|博物馆|纪念馆|平台|模式)"
# What is quoted is looked at afterwards: one class of characters is matched three times quicker than two.
_NAMED = re.compile(rf"“([^“”《]{{2,10}})”({_CAMPAIGN})?|《([^\W_]{{3,14}})》")


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
    return keywords_each([article], weigher, None if rows is None else [rows], most=most)[0]


def keywords_each(
    articles: Sequence[SegmentedArticle],
    weigher: Weigher,
    rows: Sequence[NDArray[np.intp]] | None = None,
    *,
    most: int = _MOST,
) -> list[tuple[str, ...]]:
    """What `keywords` says of each article; several are read at once, which costs less. Each is judged by itself."""
    if not articles:
        return []
    texts = read(articles, weigher, rows)
    counted = _counted(texts)
    return [_terms(article.article.headline, texts, counted, n, most) for n, article in enumerate(articles)]


class _Counted(NamedTuple):
    """What each word counts by itself, by number; and of each article what its joined terms weigh and count.

    `repeated` are the words that stand twice or more often, in ascending order.
    """

    sums: list[int]
    wholes: list[dict[str, tuple[float, int]]]
    repeated: list[int]


def _counted(texts: Texts) -> _Counted:
    """Count the words and the joined terms; a word within one of those is not counted."""
    sums: list[int] = texts.times.tolist()
    borders = _place(texts, sums)
    wholes = _wholes(texts, _grouped(texts, sums, borders), sums)
    repeated = (texts.times > 1).nonzero()[0].tolist()
    for base, text, of in zip(texts.bases, texts.each, wholes, strict=False):
        for whole in of.keys() & text.numbers.keys():  # the segmenter found it whole elsewhere
            number = base + text.numbers[whole]
            if not texts.kinds[number] & Kind.ALONE:  # there it was no term, now it is
                texts.kinds[number] |= Kind.ALONE
                sums[number] = 0
            texts.weights[number], more = of.pop(whole)
            sums[number] += more
            insort(repeated, number)
    return _Counted(sums, wholes, repeated)


def _place(texts: Texts, sums: list[int]) -> list[int]:
    """Count words of headline and lead for more; of each article, where the headline begins, and the lead, and ends."""
    borders: list[int] = []
    tokens = texts.tokens.data
    for start, text in zip(texts.starts, texts.each, strict=False):
        headline, lead = start + text.ends[0], start + text.lead
        borders += (start, headline, lead)
        for number in tokens[start:headline]:
            sums[number] += _HEADLINE - 1
        for number in tokens[headline:lead]:
            sums[number] += _LEAD - 1
    return borders


def _grouped(texts: Texts, sums: list[int], borders: Sequence[int]) -> dict[tuple[int, ...], int]:
    """The joined words by number, and what they count; their words no longer count by themselves."""
    kinds = texts.kinds.data
    found: dict[tuple[int, ...], int] = {}
    for run, start in groups(texts, joins(texts)):
        count = _COUNTS[bisect_right(borders, start) % 3]
        for number in run:
            sums[number] -= count
        group = trimmed(run, kinds) if (kinds[run[0]] | kinds[run[-1]]) & _TRIMMED else run
        if group:
            found[group] = found.get(group, 0) + count
    return found


def _wholes(texts: Texts, grouped: dict[tuple[int, ...], int], sums: list[int]) -> list[dict[str, tuple[float, int]]]:
    """Of each article, what each joined term weighs and counts; what is left of one as a word is counted as such."""
    kinds, weights, words = texts.kinds.data, texts.weights.data, texts.words
    wholes: list[dict[str, tuple[float, int]]] = [{} for _ in texts.each]
    for group, count in grouped.items():
        of = wholes[bisect_right(texts.bases, group[0]) - 1]
        for part, whole in parts(group, words):
            if len(part) > 1:
                weight = max([weights[number] for number in part]) * (1.0 + _JOINED * (len(part) - 1))
                of[whole] = weight, of.get(whole, (0.0, 0))[1] + count
            elif kinds[part[0]] & Kind.ALONE:
                sums[part[0]] += count
    return wholes


def _terms(headline: str, texts: Texts, counted: _Counted, n: int, most: int) -> tuple[str, ...]:
    """The terms of article `n`."""
    names = _names(headline, texts.each[n])
    chosen = _chosen(*_scores(texts, counted, n, _ODD), names, most, _ODD)
    if chosen is None:
        chosen = _chosen(*_scores(texts, counted, n, 0.0), names, most, 0.0) or ()
    wholes = counted.wholes[n]
    terms = dict.fromkeys([_full(term, wholes) if term[-1] in _ENDS else term for term in chosen])
    together = "\n".join(terms)
    return tuple([term for term in terms if together.count(term) == 1])


def _chosen(
    scores: dict[str, float], rarest: float, names: Sequence[tuple[str, float, bool]], most: int, least: float
) -> Sequence[str] | None:
    """The best terms, with names; none if others that weigh no more than `least` might change them."""
    for name, count, title in names:
        inside = max([score for term, score in scores.items() if term in name], default=0.0)
        if inside or not title:  # 《若干措施》 says nothing
            scores[name] = max(count * rarest, _WHOLE * inside)
        elif least:
            return None
    chosen = _pick(scores, most)
    if least and (
        len(chosen) < min(most, _FEWEST)
        or _FLOOR * max(scores.values(), default=0.0) <= least
        or (names and rarest < least / _ONCE)
    ):
        return None
    return chosen


def _scores(texts: Texts, counted: _Counted, n: int, least: float) -> tuple[dict[str, float], float]:
    """What the best terms of an article weigh, single words and joined neighbours; and how rare the rarest is.

    If `least` is `_ODD`, only those that weigh more are looked at, so no word said once, neither in the headline nor in
    the lead: most often no such word is among the best.
    """
    text, words, sums = texts.each[n], texts.words, counted.sums
    tokens, kinds, weights = texts.tokens.data, texts.kinds.data, texts.weights.data
    first, end, start = texts.bases[n], texts.bases[n + 1], texts.starts[n]
    among: Iterable[int] = range(first, end)
    if least:
        repeated, lead = counted.repeated, start + text.lead
        among = {*repeated[bisect_left(repeated, first) : bisect_left(repeated, end)], *tokens[start:lead]}
    alone, person, titled = Kind.ALONE, Kind.PERSON, tokens[start : start + text.ends[0]]
    weighed: list[tuple[str, float, int]] = []
    for number in among:
        kind = kinds[number]
        if kind & alone and sums[number]:
            rarity: float = weights[number]
            if kind & person and number not in titled:
                rarity *= _PERSON
            weighed.append((words[number], rarity, sums[number]))
    weighed += [(whole, rarity, count) for whole, (rarity, count) in counted.wholes[n].items()]
    scores = {
        term: score
        for term, rarity, count in weighed
        if (score := count * rarity if count > 1 else rarity * _ONCE) > least
    }
    if len(scores) > _WEIGHED:
        scores = dict(sorted(scores.items(), key=itemgetter(1), reverse=True)[:_WEIGHED])
    return scores, max([rarity for _, rarity, _ in weighed], default=0.0)


def _full(term: str, joined: Collection[str]) -> str:
    """The full name of a body that is mostly called by the end of it: 交通大队 is 江汉交通大队, if there is but one."""
    if not term.endswith(_BODIES):
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
            plain = title or quoted.replace("+", "0").replace("·", "0").isalnum()
            if plain and (campaign or name not in text.numbers):
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
    characters = set("".join(chosen))
    for term in sorted(sorted(terms), key=scores.__getitem__, reverse=True):
        for n, other in () if characters.isdisjoint(term) else enumerate(chosen):
            if term in other or other in term:
                if len(term) > len(other) and scores[term] >= 0.6 * scores[other]:
                    chosen[n] = term
                    characters.update(term)
                break
        else:
            chosen.append(term)
            characters.update(term)
        if len(chosen) >= limit:
            break
