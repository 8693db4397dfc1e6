"""Segmented articles → what of them is read for terms: tokens by number, cut names mended, and what each word is."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.keywords.mending import joined_people, joined_places
from model.keywords.weights import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from model.documents import SegmentedArticle, Sentence, Words
    from model.keywords.weights import Weigher

# Only the head of a long text names what it is about, and it bounds the work on 1 MB of text.
_SENTENCES_READ = 120
_BYLINE = re.compile(r"(?:^[^，。“（(]{0,24}[讯电]|(?<=[讯电道]))\s*[（(][^）)]{2,40}[）)]")
_BRACKET = re.compile("[（(]")
_BYLINE_ENDS = 80
_NO_TERM, _NEXT = ~np.uint32(Kind.TERM), np.uint32(Kind.NEXT)


class Text(NamedTuple):
    """What is read of one article: n tokens of d distinct words, in several texts one after the other.

    Text 0 is the headline, text 1 the lead. `words` are by number and `numbers` the other way round. `tokens` are (n,)
    numbers; `ends` tell of each text at which token it ends.
    """

    sentences: Sequence[Sentence]
    words: list[str]
    numbers: Mapping[str, int]
    tokens: NDArray[np.intp]
    ends: Sequence[int]

    @property
    def lead(self) -> int:
        """At which token the lead ends."""
        return self.ends[1] if len(self.ends) > 1 else self.ends[0]


class Texts(NamedTuple):
    """Several articles, one after the other: N tokens of D words, which are told apart by article.

    The numbers of an article's words begin at its `bases`, its tokens at its `starts`; `lasts` are the last tokens of
    their texts. `words`, `kinds` and `weights` are by number: the word, its `Kind` and what it weighs. `tokens` are N
    numbers and `bits` (N,) the kind of each, without `Kind.TERM` where it stands once; `meets` are (N,), the bits of
    each token whose partner's the next one of the same text has; `times` (D,) say how often each word stands.
    """

    each: Sequence[Text]
    bases: Sequence[int]
    starts: Sequence[int]
    lasts: Sequence[int]
    words: Sequence[str]
    kinds: NDArray[np.uint32]
    weights: NDArray[np.float64]
    tokens: NDArray[np.intp]
    bits: NDArray[np.uint32]
    meets: NDArray[np.uint32]
    times: NDArray[np.intp]


def read(
    articles: Sequence[SegmentedArticle], weigher: Weigher, rows: Sequence[NDArray[np.intp]] | None = None
) -> Texts:
    """The headlines and the first sentences without furniture and without the dateline, names mended."""
    each = [_text(article) for article in articles]
    words = _chained([text.words for text in each])
    texts = _together(each, words, *weigher.of(words, None if rows is None else _joined(rows)))
    near = _near_names(texts)
    return _mended(texts, near, weigher) if near else texts


def _text(article: SegmentedArticle) -> Text:
    sentences = [s for s in article.sentences if not s.furniture][:_SENTENCES_READ]
    words = article.words
    byline = _byline(sentences[0]) if sentences and _BRACKET.search(sentences[0].text, 0, _BYLINE_ENDS) else None
    tokens, ends = words.tokens, words.starts
    if byline or len(sentences) < len(article.sentences):
        tokens, ends = _kept(words, [s.index for s in sentences], byline or (0, 0))
    return Text(sentences, list(words.numbers), words.numbers, tokens, ends)


def _together(
    each: Sequence[Text], words: Sequence[str], kinds: NDArray[np.uint32], weights: NDArray[np.float64]
) -> Texts:
    """The texts of several articles, with what their words are."""
    bases, starts = [0], [0]
    lasts: list[int] = []
    for text in each:
        start = starts[-1] - 1
        lasts += [start + end for end in text.ends if start + end >= 0]
        bases.append(bases[-1] + len(text.words))
        starts.append(start + 1 + len(text.tokens))
    tokens = _joined([text.tokens + base if base else text.tokens for base, text in zip(bases, each, strict=False)])
    times: NDArray[np.intp] = np.bincount(tokens, minlength=len(words))
    bits = np.where(times > 1, kinds, kinds & _NO_TERM).take(tokens)
    meets = bits >> _NEXT
    meets[:-1] = meets[1:]
    meets &= bits
    meets[lasts] = 0
    return Texts(each, bases, starts, lasts, words, kinds, weights, tokens, bits, meets, times)


def _chained(lists: Sequence[list[str]]) -> list[str]:
    return lists[0] if len(lists) == 1 else list(chain.from_iterable(lists))


def _joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _kept(words: Words, sentences: Sequence[int], byline: tuple[int, int]) -> tuple[NDArray[np.intp], Sequence[int]]:
    """The tokens of the headline and of some sentences, without the byline, and where each text ends."""
    starts = words.starts
    sizes = [starts[0], *(starts[n + 1] - starts[n] for n in sentences)]
    tokens = words.of(sentences)
    start, end = byline
    if end > start:
        sizes[1] -= end - start
    return np.concatenate([words.headline, tokens[:start], tokens[end:]]), list(accumulate(sizes))


def _byline(lead: Sentence) -> tuple[int, int] | None:
    """The tokens of the lead, from and to, that name who wrote it: 电（记者 …）."""
    found = _BYLINE.search(lead.text, 0, _BYLINE_ENDS)
    if found is None:
        return None
    ends = list(accumulate(map(len, lead.tokens)))
    return bisect_right(ends, found.start()), bisect_right(ends, found.end())


def _near_names(texts: Texts) -> set[tuple[int, int]]:
    """By article and text, the texts that may hold the name of a person or a place that the segmenter cut."""
    bits, starts = texts.bits, texts.starts
    pairs = texts.meets & (Kind.SURNAME | Kind.LONE | Kind.SINGLE)
    found = [n for n in pairs.nonzero()[0].tolist() if _opens_name(int(pairs[n]), bits[n : n + 4].tolist())]
    if np.bitwise_or.reduce(bits) & Kind.STUCK:
        found += (bits & Kind.STUCK).nonzero()[0].tolist()
    owners = [(bisect_right(starts, n) - 1, n) for n in found]
    return {(owner, bisect_right(texts.each[owner].ends, n - starts[owner])) for owner, n in owners}


def _opens_name(pair: int, kinds: Sequence[int]) -> bool:
    """Whether two words that meet so, the first of those of the given kinds, begin what `mending` joins."""
    first, second, third, fourth = (*kinds, 0, 0)[:4]
    if pair & Kind.LONE or (pair & Kind.SURNAME and first & Kind.LONE):
        return True
    if not second & Kind.LONE:
        return False
    spoken = third & Kind.SPEECH or (third & Kind.LONE and fourth & Kind.SPEECH)
    return bool((first & Kind.SURNAME and spoken) or (first & Kind.LONE and third & Kind.DISTRICT))


def _mended(texts: Texts, near: set[tuple[int, int]], weigher: Weigher) -> Texts:
    """The articles with names joined in those of their texts that may hold cut ones."""
    each, bases = list(texts.each), texts.bases
    kinds = [texts.kinds[base:end] for base, end in pairwise(bases)]
    weights = [texts.weights[base:end] for base, end in pairwise(bases)]
    for n in {owner for owner, _ in near}:
        text = each[n]
        each[n] = _mended_text(text, sorted(part for owner, part in near if owner == n), weigher)
        more = each[n].words[len(text.words) :]
        if more:
            kinds_of_more, weights_of_more = weigher.of(more)
            kinds[n], weights[n] = np.append(kinds[n], kinds_of_more), np.append(weights[n], weights_of_more)
    if all(new is old for new, old in zip(each, texts.each, strict=True)):
        return texts
    return _together(each, _chained([text.words for text in each]), _joined(kinds), _joined(weights))


def _mended_text(text: Text, near: Sequence[int], weigher: Weigher) -> Text:
    numbers = dict(text.numbers)
    ends, kind = text.ends, weigher.kinds.__getitem__
    tokens, changed = text.tokens, list(ends)
    for n in reversed(near):
        start, end = ends[n - 1] if n else 0, ends[n]
        written = [text.words[number] for number in tokens[start:end].tolist()]
        named = joined_places(joined_people(written, kind), kind)
        if named != written:
            of = np.array([numbers.setdefault(word, len(numbers)) for word in named], np.intp)
            tokens = np.concatenate([tokens[:start], of, tokens[end:]])
            changed[n:] = [at + len(named) - len(written) for at in changed[n:]]
    if tokens is text.tokens:
        return text
    return Text(text.sentences, list(numbers), numbers, tokens, changed)
