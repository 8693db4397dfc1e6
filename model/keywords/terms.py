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
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from model.keywords.lists import SUFFIXES
from model.keywords.mending import joined_people, joined_places
from model.keywords.weights import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from model.documents import SegmentedArticle, Sentence
    from model.keywords.weights import Weigher

_MOST = 8
_FEWEST = 5
# Only the head of a long text names what it is about, and it bounds the work on 1 MB of text.
_SENTENCES_READ = 120
# How a term counts by where it stands: set by judgement, checked by reading the terms of 120 articles.
_HEADLINE = 3.0
_LEAD = 1.0
_WHOLE = 1.01  # a name weighs a little more than any word in it, so that it comes whole
_ONCE = 0.5  # said once, neither in the headline nor in the lead
_JOINED = 0.25
# After the fewest, a term must weigh at least this share of the best one.
_FLOOR = 0.25
_LONGEST = 14
_BODIES = tuple(SUFFIXES)
_WEIGHED = 40  # of all terms, the best are looked at
_PERSON = 0.25  # somebody whom the headline does not name
_CAMPAIGN = "(?:专项|主题|历史|公益|志愿服务)?(?:行动|整治|工程|计划|活动|制度|机制|博物馆|纪念馆|平台|模式)"
_NAMED = re.compile(rf"“((?:[^\W_]|[+·]){{2,10}})”({_CAMPAIGN})?|《([^\W_]{{3,14}})》")

_BYLINE = re.compile(r"(?:^[^，。“（(]{0,24}[讯电]|(?<=[讯电道]))\s*[（(][^）)]{2,40}[）)]")
_BYLINE_ENDS = 80


def keywords(article: SegmentedArticle, weigher: Weigher, *, most: int = _MOST) -> tuple[str, ...]:
    """The `most` weightiest terms, best first; fewer where the text holds fewer.

    Args:
        article: the segmented article; furniture is left out, and so is who wrote it.
        weigher: what `weigher` made.
        most: how many terms at most.
    """
    read = [s for s in article.sentences if not s.furniture][:_SENTENCES_READ]
    text = _text(article, read, weigher)
    scores, joined, rarest = _scores(text, weigher)
    for name, count, title in _names(article.article.headline, read, text.numbers):
        inside = max((score for term, score in scores.items() if term in name), default=0.0)
        if inside or not title:  # 《若干措施》 says nothing
            scores[name] = max(count * rarest, _WHOLE * inside)
    terms = dict.fromkeys(_full(term, joined) for term in _pick(scores, most))
    return tuple(term for term in terms if not any(term in other and term != other for other in terms))


@dataclass(frozen=True, slots=True)
class _Text:
    """What is read of an article: its tokens by number, and of each token in which text it stands and what it counts.

    Text 0 is the headline, text 1 the lead. `kinds` are, of each number, the `Kind` of its word.
    """

    numbers: Mapping[str, int]
    kinds: NDArray[np.intp]
    tokens: NDArray[np.intp]
    texts: NDArray[np.intp]
    counts: NDArray[np.float64]


def _text(article: SegmentedArticle, read: Sequence[Sentence], weigher: Weigher) -> _Text:
    """The headline and the sentences that are read, without the dateline, names mended."""
    words = article.words
    numbers = words.numbers
    texts = [words.headline, *(words.tokens[words.starts[s.index] : words.starts[s.index + 1]] for s in read)]
    byline = _byline(read[0]) if read else slice(0)
    texts[1:2] = [np.delete(text, byline) for text in texts[1:2]]
    tokens = np.concatenate(texts)
    kinds = _kinds(numbers, weigher)
    near = _near_names(kinds[tokens], texts)
    mended = dict(numbers) if near else {}
    for n in near:
        given = list(read[n - 1].tokens if n else article.headline_tokens)
        if n == 1:
            del given[byline]
        named = joined_places(joined_people(given, weigher.kind), weigher.kind)
        texts[n] = np.fromiter((mended.setdefault(word, len(mended)) for word in named), np.intp, len(named))
    if near:
        numbers, tokens, kinds = mended, np.concatenate(texts), _kinds(mended, weigher)
    sizes = list(map(len, texts))
    counts = (_HEADLINE, 1.0 + _LEAD, *(1.0 for _ in texts[2:]))[: len(texts)]
    return _Text(numbers, kinds, tokens, np.repeat(np.arange(len(texts)), sizes), np.repeat(counts, sizes))


def _byline(lead: Sentence) -> slice:
    """The tokens of the lead that name who wrote it: 电（记者 …）."""
    found = _BYLINE.search(lead.text, 0, _BYLINE_ENDS)
    if found is None:
        return slice(0)
    ends = list(accumulate(map(len, lead.tokens)))
    return slice(bisect_right(ends, found.start()), bisect_right(ends, found.end()))


def _kinds(numbers: Mapping[str, int], weigher: Weigher) -> NDArray[np.intp]:
    return np.fromiter(map(weigher.kind, numbers), np.intp, len(numbers))


def _near_names(kinds: NDArray[np.intp], texts: Sequence[NDArray[np.intp]]) -> set[int]:
    """The texts that may hold the name of a person or a place that the segmenter cut."""
    surname, speech, lone = (kinds & kind > 0 for kind in (Kind.SURNAME, Kind.SPEECH, Kind.LONE))
    behind = surname[:-1] & (kinds[1:] & Kind.GIVEN > 0)
    behind |= lone[:-1] & (kinds[1:] & Kind.TOWN > 0)
    behind[:-1] |= lone[:-2] & lone[1:-1] & lone[2:] & (kinds[2:] & Kind.SUFFIX > 0)
    behind[:-1] |= surname[:-2] & lone[1:-1] & speech[2:]
    behind[:-2] |= surname[:-3] & lone[1:-2] & speech[3:]
    found = np.flatnonzero(np.append(behind, False) | (kinds & Kind.STUCK > 0))
    ends = list(accumulate(map(len, texts)))
    return {bisect_right(ends, at) for at in found.tolist()}


def _scores(text: _Text, weigher: Weigher) -> tuple[dict[str, float], list[str], float]:
    """What the best terms weigh, single words and joined neighbours, all that is joined, and the highest rarity."""
    words = list(text.numbers)
    rarity = np.fromiter(map(weigher.weight, words), np.float64, len(words))
    usable = np.flatnonzero(rarity.take(text.tokens) > 0)
    tokens, counts = text.tokens[usable], text.counts[usable]
    joins = _joins(text, usable)
    no_term = text.kinds & (Kind.SUFFIX | Kind.GENERIC | Kind.LONE) > 0
    alone = ~no_term[tokens]
    alone[1:] &= ~joins
    alone[:-1] &= ~joins
    sums = np.bincount(tokens[alone], counts[alone], len(words))
    wholes: dict[str, tuple[float, float]] = {}
    rarities = rarity.tolist()
    for group, count in _groups(text.kinds, tokens, counts, joins).items():
        for part in _short(group, words):
            if len(part) > 1:
                whole = "".join([words[number] for number in part])
                weight = max([rarities[number] for number in part]) * (1.0 + _JOINED * (len(part) - 1))
                wholes[whole] = weight, wholes.get(whole, (0.0, 0.0))[1] + count
            elif not no_term[part[0]]:
                sums[part[0]] += count
    for whole in wholes.keys() & text.numbers.keys():  # the segmenter found it whole elsewhere
        number = text.numbers[whole]
        rarity[number], more = wholes.pop(whole)
        sums[number] += more
    somebody = text.kinds & Kind.PERSON > 0
    somebody[text.tokens[text.texts == 0]] = False
    found = np.flatnonzero(sums)
    sums = np.concatenate([sums[found], [count for _, count in wholes.values()]])
    rare = np.concatenate([np.where(somebody, _PERSON * rarity, rarity)[found], [each for each, _ in wholes.values()]])
    scores = sums * rare * np.where(sums == 1, _ONCE, 1.0)
    names = list(wholes)
    best = np.argsort(-scores, kind="stable")[:_WEIGHED]
    terms = [words[found[n]] if n < len(found) else names[n - len(found)] for n in best.tolist()]
    return dict(zip(terms, scores[best].tolist(), strict=True)), names, float(rare.max(initial=0.0)) or 1.0


def _joins(text: _Text, usable: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Of each usable token but the last, whether it and the next belong together.

    They do where the next one is a suffix, and where the pair is seen twice, and two in three times that the rarer of
    both is seen. Other words, signs, numbers and sentence ends part them; a person, and a place in a province, stand
    alone.
    """
    tokens, texts, kinds = text.tokens[usable], text.texts[usable], text.kinds
    near = np.flatnonzero((np.diff(usable) == 1) & (texts[1:] == texts[:-1]))
    firsts, seconds = tokens[near], tokens[near + 1]
    single = np.bincount(tokens, minlength=len(kinds)).tolist()
    kind = kinds.tolist()
    pairs = (firsts * len(kinds) + seconds).tolist()
    joined = set()
    for pair, count in Counter(pairs).items():
        if count > 1:
            first, second = divmod(pair, len(kinds))
            if _together(kind[first], kind[second], count, single[first], single[second]):
                joined.add(pair)
    suffixed = (kinds[seconds] & Kind.SUFFIX > 0) & (kinds[firsts] & (Kind.LONE | Kind.SUFFIX) != Kind.LONE)
    # 江汉 + 交通 + 大队: the place before a body belongs to its name.
    body = kinds[seconds[1:]] & Kind.BODY > 0
    follows = np.flatnonzero((np.diff(near) == 1) & body & (kinds[firsts[:-1]] & Kind.PLACE > 0))
    suffixed[follows] = True
    suffixed |= (kinds[firsts] & Kind.PLACE > 0) & (kinds[seconds] & Kind.OFFICE > 0)
    joins = np.zeros(max(0, len(tokens) - 1), bool)
    joins[near] = np.fromiter(map(joined.__contains__, pairs), bool, len(pairs)) | suffixed
    return joins


def _together(first: int, second: int, count: int, firsts: int, seconds: int) -> bool:
    """Whether a pair that is seen `count` times, of words of these kinds seen so often, is one term."""
    if second & Kind.PERSON or (first & Kind.PROVINCE and second & Kind.PLACE):
        return False
    if first & second & Kind.LONE:
        return count == firsts == seconds
    if (first | second) & Kind.LONE:  # a character cut from a name, whose other part is rare, or always beside it
        lone, other, others = (first, second, seconds) if first & Kind.LONE else (second, first, firsts)
        return bool((other & Kind.RARE and 3 * count >= 2 * others) or (lone & Kind.NOUN and count == others))
    return 3 * count >= 2 * min(firsts, seconds)


def _groups(
    kinds: NDArray[np.intp], tokens: NDArray[np.intp], counts: NDArray[np.float64], joins: NDArray[np.bool_]
) -> dict[tuple[int, ...], float]:
    """The joined words by number, without a verb before (打掉 + 犯罪团伙) or an adjective behind; what each counts."""
    joined = np.flatnonzero(joins)
    opens = joined[np.diff(joined, prepend=-2) > 1]
    closes = joined[np.diff(joined, append=len(joins) + 2) > 1] + 2
    numbers = tokens.tolist()
    verb, adjective = (
        (kinds & (Kind.VERB | Kind.ADJECTIVE) == Kind.VERB).tolist(),
        (kinds & Kind.ADJECTIVE > 0).tolist(),
    )
    found: dict[tuple[int, ...], float] = {}
    for first, last, count in zip(opens.tolist(), closes.tolist(), counts[opens].tolist(), strict=True):
        group = tuple(numbers[first:last])
        found[group] = found.get(group, 0.0) + count
    trimmed: dict[tuple[int, ...], float] = {}
    for group, count in found.items():
        start, end = 0, len(group)
        while start < end and verb[group[start]]:
            start += 1
        while end > start and adjective[group[end - 1]]:
            end -= 1
        if start < end:
            trimmed[group[start:end]] = trimmed.get(group[start:end], 0.0) + count
    return trimmed


def _short(group: tuple[int, ...], words: Sequence[str]) -> list[tuple[int, ...]]:
    """A group; one of more than `_LONGEST` characters in parts: its end, for that names it, and what stands before."""
    sizes = [len(words[number]) for number in group]
    if sum(sizes) <= _LONGEST:
        return [group]
    cut = next(n for n in range(1, len(sizes) + 1) if n >= len(sizes) - 1 or sum(sizes[n:]) <= _LONGEST)
    return [group[cut:], *_short(group[:cut], words)] if cut < len(sizes) else [group]


def _full(term: str, joined: Sequence[str]) -> str:
    """The full name of a body that is mostly called by the end of it: 交通大队 is 江汉交通大队, if there is but one."""
    if not term.endswith(_BODIES):
        return term
    longer = [other for other in joined if other.endswith(term) and other != term]
    return longer[0] if len(longer) == 1 else term


def _names(headline: str, read: Sequence[Sentence], numbers: Mapping[str, int]) -> Iterator[tuple[str, float, bool]]:
    """Quoted names and titles that come back, or that the headline gives, what they count, and whether they are titles.

    A quotation that is a single word of the language is none, and a campaign (“…”行动) counts as such in the lead.
    """
    found: Counter[tuple[str, bool]] = Counter()
    for n, text in enumerate((headline, *(s.text for s in read))):
        for quoted, campaign, title in _NAMED.findall(text) if "“" in text or "《" in text else ():
            name = f"“{quoted}”{campaign}" if campaign else quoted or title
            if campaign or name not in numbers:
                found[name, bool(title)] += 3 if n == 0 else 2 if n == 1 and (campaign or title) else 1
    for (name, title), count in found.items():
        if count > 1:
            yield name, float(count), title


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
