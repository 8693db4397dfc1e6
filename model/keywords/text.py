"""Segmented articles → what of them is read for terms: tokens by number, cut names mended, and what each word is."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.keywords.mending import joined_people, joined_places
from model.keywords.weights import Kind
from model.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from model.documents import SegmentedArticle, Sentence, Words
    from model.keywords.weights import Weigher

# Only the head of a long text names what it is about, and it bounds the work on 1 MB of text.
_SENTENCES_READ = 120
_BYLINE = re.compile(r"(?:^[^，。“（(]{0,24}[讯电]|(?<=[讯电道]))\s*[（(][^）)]{2,40}[）)]")
_BYLINE_ENDS = 80


class Text(NamedTuple):
    """What is read of one article: n tokens of d distinct words, in several texts one after the other.

    Text 0 is the headline, text 1 the lead. `words` are by number and `numbers` the other way round; `rows` are (d,),
    where the words stand in a weigher's columns. `tokens` are (n,) numbers; `ends` tell of each text at which token it
    ends.
    """

    sentences: Sequence[Sentence]
    words: Sequence[str]
    numbers: Mapping[str, int]
    rows: NDArray[np.intp] | None
    tokens: NDArray[np.intp]
    ends: Sequence[int]

    @property
    def lead(self) -> int:
        """At which token the lead ends."""
        return self.ends[1] if len(self.ends) > 1 else self.ends[0]


class Texts(NamedTuple):
    """Several articles, one after the other: N tokens of D words, which are told apart by article.

    The numbers of an article's words begin at its `bases`, its tokens at its `starts`. `words`, `kinds` and `weights`
    are by number: the word, its `Kind` and what it weighs. `tokens` are N numbers and `bits` (N,) the kind of each;
    `meets` are (N,), the bits of each token whose partner's the next one of the same text has; `times` (D,) say how
    often each word stands.
    """

    each: Sequence[Text]
    bases: Sequence[int]
    starts: Sequence[int]
    words: Sequence[str]
    kinds: list[int]
    weights: list[float]
    tokens: list[int]
    bits: NDArray[np.uint32]
    meets: NDArray[np.uint32]
    times: NDArray[np.intp]


def read(
    articles: Sequence[SegmentedArticle], weigher: Weigher, rows: Sequence[NDArray[np.intp]] | None = None
) -> Texts:
    """The headlines and the first sentences without furniture and without the dateline, names mended."""
    each = [_text(article, None if rows is None else rows[n]) for n, article in enumerate(articles)]
    texts = _together(each, weigher)
    near = _near_names(texts)
    if near:
        mended = _mended(texts, near, weigher)
        if any(new is not old for new, old in zip(mended, each, strict=True)):
            return _together(mended, weigher)
    return texts


def _text(article: SegmentedArticle, rows: NDArray[np.intp] | None) -> Text:
    sentences = [s for s in article.sentences if not s.furniture][:_SENTENCES_READ]
    words = article.words
    byline = _byline(sentences[0]) if sentences else None
    tokens, ends = words.tokens, words.starts
    if byline or len(sentences) < len(article.sentences):
        tokens, ends = _kept(words, [s.index for s in sentences], byline or (0, 0))
    return Text(sentences, list(words.numbers), words.numbers, rows, tokens, ends)


def _together(each: Sequence[Text], weigher: Weigher) -> Texts:
    """The texts of several articles, with what their words are."""
    bases = [0, *accumulate(len(text.words) for text in each)]
    starts = [0, *accumulate(len(text.tokens) for text in each)]
    words: list[str] = []
    ends: list[int] = []
    for start, text in zip(starts, each, strict=False):
        words += text.words
        ends += [start + end - 1 for end in text.ends if start + end]
    tokens = _joined([text.tokens + base if base else text.tokens for base, text in zip(bases, each, strict=False)])
    rows = [text.rows if text.rows is not None else np.full(len(text.words), -1) for text in each]
    kinds, weights = weigher.of(words, _joined(rows))
    bits = kinds.take(tokens)
    meets = bits >> Kind.NEXT
    meets[:-1] = meets[1:]
    meets &= bits
    meets[ends] = 0
    times = np.bincount(tokens, minlength=len(words))
    return Texts(each, bases, starts, words, kinds.tolist(), weights.tolist(), tokens.tolist(), bits, meets, times)


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


def _mended(texts: Texts, near: set[tuple[int, int]], weigher: Weigher) -> list[Text]:
    """The articles with names joined in those of their texts that may hold cut ones."""
    each = list(texts.each)
    for owner in {owner for owner, _ in near}:
        base = texts.bases[owner]
        kind = Memo(weigher.kind)
        kind.update(zip(each[owner].words, texts.kinds[base:], strict=False))
        each[owner] = _mended_text(each[owner], sorted(n for of, n in near if of == owner), kind)
    return each


def _mended_text(text: Text, near: Sequence[int], kind: Memo[int]) -> Text:
    numbers = dict(text.numbers)
    parts = [text.tokens[start:end] for start, end in zip((0, *text.ends), text.ends, strict=False)]
    changed = False
    for n in near:
        written = [text.words[number] for number in parts[n].tolist()]
        named = joined_places(joined_people(written, kind.__getitem__), kind.__getitem__)
        if named != written:
            parts[n] = np.array([numbers.setdefault(word, len(numbers)) for word in named], np.intp)
            changed = True
    if not changed:
        return text
    words = list(numbers)
    rows = None if text.rows is None else np.append(text.rows, np.full(len(words) - len(text.words), -1))
    return Text(text.sentences, words, numbers, rows, np.concatenate(parts), list(accumulate(map(len, parts))))
