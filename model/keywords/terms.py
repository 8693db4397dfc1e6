"""Segmented article → the five to eight terms (关键词) an archivist would file it under.

Weighting is tf·idf (Spärck Jones 1972) with what stands in the headline and in the lead counted more. Terms are kept
whole by statistics and by form: neighbouring words that keep each other's company through the article are one term (the
repetition test of Chien's PAT-tree keyword extraction, SIGIR 1997), and so are short quoted names, titles in 《》, and
words that end as places and bodies do.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, repeat
from typing import TYPE_CHECKING

import numpy as np

from model.keywords.people import REPORTERS, SPEECH, SURNAMES, joined_people
from model.keywords.weights import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from model.documents import SegmentedArticle, Sentence

_MOST = 8
_FEWEST = 5
# Only the head of a long text names what it is about, and it bounds the work on 1 MB of text.
_SENTENCES_READ = 120
# How a term counts by where it stands: set by judgement, checked by reading the terms of 50 of our own articles.
_HEADLINE = 3.0
_LEAD = 1.0
_WHOLE = 1.01  # a name weighs a little more than any word in it, so that it comes whole
_ONCE = 0.5  # said once, neither in the headline nor in the lead
_JOINED = 0.25
# After the fewest, a term must weigh at least this share of the best one.
_FLOOR = 0.25
_LONGEST = 12
_NAMED = re.compile(r"“((?:[^\W_]|\+){3,10})”|《([^\W_]{3,14})》")
_SURNAME, _SPEAKS, _REPORTER, _SUFFIX = (1 << i for i in range(4))
_KINDS: Counter[str] = Counter()
for _kind, _among in ((_SURNAME, SURNAMES), (_SPEAKS, SPEECH), (_REPORTER, REPORTERS), (_SUFFIX, SUFFIXES)):
    _KINDS.update(dict.fromkeys(_among, _kind))


def keywords(article: SegmentedArticle, weigh: Callable[[str], float], *, most: int = _MOST) -> tuple[str, ...]:
    """The `most` weightiest terms, best first; fewer where the text holds fewer.

    Args:
        article: the segmented article; furniture is left out.
        weigh: what `weigher` made.
        most: how many terms at most.
    """
    read = [s for s in article.sentences if not s.furniture][:_SENTENCES_READ]
    scores, rarest = _scores(_text(article, read), weigh)
    for name, count in _names(article.article.headline, read).items():
        inside = max((score for term, score in scores.items() if term in name), default=0.0)
        scores[name] = max(count * rarest, _WHOLE * inside)
    return _pick(scores, most)


@dataclass(frozen=True, slots=True)
class _Text:
    """What is read of an article: its tokens by number, and of each token in which text it stands and what it counts.

    Text 0 is the headline, text 1 the lead. `suffix` tells of each number whether its word is one of `SUFFIXES`.
    """

    numbers: Mapping[str, int]
    suffix: NDArray[np.bool_]
    tokens: NDArray[np.intp]
    texts: NDArray[np.intp]
    counts: NDArray[np.float64]


def _text(article: SegmentedArticle, read: Sequence[Sentence]) -> _Text:
    """The headline and the sentences that are read, the names of people joined."""
    words = article.words
    numbers = words.numbers
    texts = [words.headline, *(words.tokens[words.starts[s.index] : words.starts[s.index + 1]] for s in read)]
    tokens = np.concatenate(texts)
    kinds = _kinds(numbers)
    for n in _near_people(kinds[tokens], texts):
        named = joined_people(read[n - 1].tokens if n else article.headline_tokens)
        new = [word for word in dict.fromkeys(named) if word not in numbers]
        numbers = {**numbers, **dict(zip(new, range(len(numbers), len(numbers) + len(new)), strict=True))}
        texts[n] = np.fromiter(map(numbers.__getitem__, named), np.intp, len(named))
    if numbers is not words.numbers:
        tokens, kinds = np.concatenate(texts), _kinds(numbers)
    sizes = list(map(len, texts))
    counts = (_HEADLINE, 1.0 + _LEAD, *(1.0 for _ in texts[2:]))[: len(texts)]
    places = np.repeat(np.arange(len(texts)), sizes)
    return _Text(numbers, kinds & _SUFFIX > 0, tokens, places, np.repeat(counts, sizes))


def _kinds(numbers: Mapping[str, int]) -> NDArray[np.intp]:
    return np.fromiter(map(_KINDS.get, numbers, repeat(0)), np.intp, len(numbers))


def _near_people(kinds: NDArray[np.intp], texts: Sequence[NDArray[np.intp]]) -> set[int]:
    """The texts that may name people: with a reporter, or with a surname two or three words before a word of speech."""
    speech = kinds & _SPEAKS > 0
    ahead = np.zeros(len(kinds), bool)
    ahead[:-2] = speech[2:]
    ahead[:-3] |= speech[3:]
    ends = list(accumulate(map(len, texts)))
    found = np.flatnonzero((kinds & _SURNAME > 0) & ahead | (kinds & _REPORTER > 0))
    return {bisect_right(ends, at) for at in found.tolist()}


def _scores(text: _Text, weigh: Callable[[str], float]) -> tuple[dict[str, float], float]:
    """What each term weighs, single words and joined neighbours, and the highest rarity among them."""
    words = list(text.numbers)
    rarity = np.fromiter(map(weigh, words), np.float64, len(words))
    usable = np.flatnonzero(rarity.take(text.tokens) > 0)
    tokens, counts = text.tokens[usable], text.counts[usable]
    joins = _joins(text, usable)
    alone = ~text.suffix[tokens]  # a suffix that stands alone is no term
    alone[1:] &= ~joins
    alone[:-1] &= ~joins
    sums = np.bincount(tokens[alone], counts[alone], len(words))
    wholes: dict[str, tuple[float, float]] = {}
    for parts, count in _groups(tokens, counts, joins, words):
        whole = "".join(parts)
        if len(parts) > 1:
            weight = max(rarity[text.numbers[part]] for part in parts) * (1.0 + _JOINED * (len(parts) - 1))
            wholes[whole] = weight, wholes.get(whole, (0.0, 0.0))[1] + count
        elif whole not in SUFFIXES:
            sums[text.numbers[whole]] += count
    for whole in wholes.keys() & text.numbers.keys():  # the segmenter found it whole elsewhere
        number = text.numbers[whole]
        rarity[number], more = wholes.pop(whole)
        sums[number] += more
    found = np.flatnonzero(sums)
    terms = [words[n] for n in found.tolist()] + list(wholes)
    rare = np.concatenate([rarity[found], [weight for weight, _ in wholes.values()]])
    sums = np.concatenate([sums[found], [count for _, count in wholes.values()]])
    scores = sums * rare * np.where(sums == 1, _ONCE, 1.0)
    return dict(zip(terms, scores.tolist(), strict=True)), float(rare.max(initial=0.0)) or 1.0


def _joins(text: _Text, usable: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Of each usable token but the last, whether it and the next belong together.

    They do where the next one is a suffix, and where the pair is seen twice, and two in three times that the rarer of
    both is seen. Other words, signs, numbers and sentence ends part them.
    """
    tokens, texts, suffix = text.tokens[usable], text.texts[usable], text.suffix
    near = np.flatnonzero((np.diff(usable) == 1) & (texts[1:] == texts[:-1]))
    seconds = tokens[near + 1]
    pairs = (tokens[near] * len(suffix) + seconds).tolist()
    single = np.bincount(tokens, minlength=len(suffix))
    often = [(pair, count) for pair, count in Counter(pairs).items() if count > 1]
    joined = {p for p, count in often if 3 * count >= 2 * min(map(single.item, divmod(p, len(suffix))))}
    joins = np.zeros(max(0, len(tokens) - 1), bool)
    joins[near] = np.fromiter(map(joined.__contains__, pairs), bool, len(pairs)) | suffix[seconds]
    return joins


def _groups(
    tokens: NDArray[np.intp], counts: NDArray[np.float64], joins: NDArray[np.bool_], words: Sequence[str]
) -> Iterator[tuple[list[str], float]]:
    """The joined words, at most `_LONGEST` characters in a group, and what each group counts."""
    firsts = np.flatnonzero(joins)
    parts: list[str] = []
    last, count = -1, 0.0
    for at, first, second, counted in zip(
        firsts.tolist(), tokens[firsts].tolist(), tokens[firsts + 1].tolist(), counts[firsts].tolist(), strict=True
    ):
        if at != last:
            if parts:
                yield parts, count
            parts = [words[first]]
        last, count = at + 1, counted
        if sum(map(len, parts)) + len(words[second]) > _LONGEST:
            yield parts, count
            parts = []
        parts.append(words[second])
    if parts:
        yield parts, count


def _names(headline: str, read: Sequence[Sentence]) -> dict[str, int]:
    """Quoted names and titles that come back, or that the headline gives, and how often they stand there."""
    found = Counter(a or b for a, b in _NAMED.findall("\n".join((headline, *(s.text for s in read)))))
    return {name: count for name, count in found.items() if count > 1 or name in headline}


def _pick(scores: dict[str, float], most: int) -> tuple[str, ...]:
    """The best terms; of two that contain one another only the better, the longer one where they are close."""
    chosen: list[str] = []
    floor = _FLOOR * max(scores.values(), default=0.0)
    high = [term for term, score in scores.items() if score >= floor]
    for limit, terms in ((most, high), (min(most, _FEWEST), scores.keys() - high)):
        if len(chosen) >= limit:
            break
        for term in sorted(sorted(terms), key=scores.__getitem__, reverse=True):
            inside = next((i for i, other in enumerate(chosen) if term in other or other in term), None)
            if inside is None:
                chosen.append(term)
            elif len(term) > len(chosen[inside]) and scores[term] >= 0.6 * scores[chosen[inside]]:
                chosen[inside] = term
            if len(chosen) >= limit:
                break
    return tuple(dict.fromkeys(chosen))
