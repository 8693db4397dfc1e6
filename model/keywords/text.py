"""A segmented article → what of it is read for terms: its tokens by number, cut names mended, and what each word is."""

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

    from numpy.typing import NDArray

    from model.documents import SegmentedArticle, Sentence, Words
    from model.keywords.weights import Weigher

# Only the head of a long text names what it is about, and it bounds the work on 1 MB of text.
_SENTENCES_READ = 120
_BYLINE = re.compile(r"(?:^[^，。“（(]{0,24}[讯电]|(?<=[讯电道]))\s*[（(][^）)]{2,40}[）)]")
_BYLINE_ENDS = 80


class Text(NamedTuple):
    """What is read of an article: N tokens of D distinct words, in several texts one after the other.

    Text 0 is the headline, text 1 the lead. `words` are by number and `numbers` the other way round; `kinds` and
    `weights` are (D,), what each word is and weighs, and `kind` is `kinds` as a list. `tokens` are (N,) numbers and
    `bits` (N,) the kind of each; `meets` are (N - 1,), the bits of each token whose partner's the next one has. `ends`
    tell of each text at which token it ends.
    """

    sentences: Sequence[Sentence]
    words: Sequence[str]
    numbers: Mapping[str, int]
    kinds: NDArray[np.uint32]
    kind: Sequence[int]
    weights: NDArray[np.float64]
    tokens: NDArray[np.intp]
    bits: NDArray[np.uint32]
    meets: NDArray[np.uint32]
    ends: Sequence[int]


def read(article: SegmentedArticle, weigher: Weigher, rows: NDArray[np.intp] | None) -> Text:
    """The headline and the first sentences without furniture and without the dateline, names mended."""
    sentences = [s for s in article.sentences if not s.furniture][:_SENTENCES_READ]
    words = article.words
    byline = _byline(sentences[0]) if sentences else None
    tokens, ends = words.tokens, words.starts
    if byline or len(sentences) < len(article.sentences):
        tokens, ends = _kept(words, [s.index for s in sentences], byline or (0, 0))
    distinct = list(words.numbers)
    kinds, weights = weigher.of(distinct, rows)
    bits = kinds.take(tokens)
    text = Text(
        sentences, distinct, words.numbers, kinds, kinds.tolist(), weights, tokens, bits, _meets(bits, ends), ends
    )
    near = _near_names(text)
    return _mended(text, near, weigher) if near else text


def _meets(bits: NDArray[np.uint32], ends: Sequence[int]) -> NDArray[np.uint32]:
    """Of each token but the last, the bits whose partner's the next token of the same text has."""
    found = bits[:-1] & (bits[1:] >> np.uint32(Kind.NEXT))
    found[[end - 1 for end in ends if 0 < end < len(bits)]] = 0
    return found


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


def _near_names(text: Text) -> set[int]:
    """The texts that may hold the name of a person or a place that the segmenter cut."""
    bits, ends = text.bits, text.ends
    pairs = text.meets & (Kind.SURNAME | Kind.LONE | Kind.SINGLE)
    found = [n for n in (pairs > 0).nonzero()[0].tolist() if _opens_name(int(pairs[n]), bits[n : n + 4].tolist())]
    if np.bitwise_or.reduce(text.kinds) & Kind.STUCK:
        found += (bits & Kind.STUCK).nonzero()[0].tolist()
    return {bisect_right(ends, n) for n in found}


def _opens_name(pair: int, kinds: Sequence[int]) -> bool:
    """Whether two words that meet so, the first of those of the given kinds, begin what `mending` joins."""
    first, second, third, fourth = (*kinds, 0, 0)[:4]
    if pair & Kind.LONE or (pair & Kind.SURNAME and first & Kind.LONE):
        return True
    if not second & Kind.LONE:
        return False
    spoken = third & Kind.SPEECH or (third & Kind.LONE and fourth & Kind.SPEECH)
    return bool((first & Kind.SURNAME and spoken) or (first & Kind.LONE and third & Kind.DISTRICT))


def _mended(text: Text, near: set[int], weigher: Weigher) -> Text:
    """The text with names joined in those of its texts that may hold cut ones."""
    kind = Memo(weigher.kind)
    changed = False
    numbers = dict(text.numbers)
    texts = [text.tokens[start:end] for start, end in zip((0, *text.ends), text.ends, strict=False)]
    for n in sorted(near):
        given = texts[n].tolist()
        written = [text.words[number] for number in given]
        kind.update(zip(written, [text.kind[number] for number in given], strict=True))
        named = joined_places(joined_people(written, kind.__getitem__), kind.__getitem__)
        if named != written:
            texts[n] = np.array([numbers.setdefault(word, len(numbers)) for word in named], np.intp)
            changed = True
    if not changed:
        return text
    words = list(numbers)
    kinds, weights = weigher.of(words[len(text.words) :])
    kinds = np.concatenate([text.kinds, kinds])
    weights = np.concatenate([text.weights, weights])
    tokens = np.concatenate(texts)
    bits = kinds.take(tokens)
    ends = list(accumulate(map(len, texts)))
    return Text(text.sentences, words, numbers, kinds, kinds.tolist(), weights, tokens, bits, _meets(bits, ends), ends)
