"""Segmented articles → named figures of each sentence, which the ranker weighs.

Every figure is a count or a share, made for all sentences of all articles at once: from the numbers of their words and
from the code points of their text. No figure of an article depends on the others. The cost is linear in length.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from operator import ne
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.summary.cues import CUE_MOST, CUES, DIGIT, ENDED, OPENERS, OPENING
from model.summary.printable import printable_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from model.documents import SegmentedArticle, Sentence

# The order is that of the rows. What each is worth is printed by `training.fit_summary.worth`. Sixteen more were
# dropped, for they added nothing: first paragraph and head of one, the headline's and the lead's words, medium length,
# where, who, quotations, attendance, exclamations, questions, contacts, and opening as item, caption, back or on.
# By five-fold cross-validation, mean of ten shuffles, with and without them: best_hit 0.894 and 0.893,
# keep_precision 0.653 and 0.658, never_rate 0.052 and 0.051, near 0.541 and 0.546.
FEATURES = (
    "log_rank",  # log(1 + how many such sentences stand before)
    "rank_share",  # that number as a share of them all
    "unended",  # no terminator: a subhead, a table row
    "short",  # below 22 characters, by how much
    "long",  # above 60, by how much
    "opens_quote",
    "figures",
    "headline_chars",  # share of the headline's Han characters that come back: sees through abbreviations
    "centrality",  # words shared with the other sentences, per root of length, against the highest of the article
    "when",
    "deed",
    "plans",
)
# Where the figures of length begin, how many characters make one, and the most of them.
_FROM = np.array([[22], [60]])
_PER = np.array([[-22], [60]])
_MOST = np.array([[1], [2]])
_MOST_CUES = np.array([[most] for most in CUE_MOST])
_MOST_FIGURES = 4
_KINDS = len(CUE_MOST) + 1
_BITS = 63
_BIT = np.array([0, *(1 << n for n in range(_BITS))])
_PLACES = np.arange(1, _BITS + 1)
_FIRST_HAN, _LAST_HAN = "\u3400", "\u9fff"
_QUOTE = ord("“")

Numbers = NDArray[np.intp]
Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """What the selection needs of each sentence, those of one article after those of another.

    `figures` has a row for each of `FEATURES` and a column for each sentence. `parts` are the printable stretches of
    `Sentence.text`; `live` says that a sentence reports: it is neither furniture nor a heading; `openings` names what
    it opens with, `caption` or `dangling`, or None. The sentences of article i stand from `starts[i]` to before
    `starts[i + 1]`.
    """

    figures: Figures
    parts: list[tuple[int, int]]
    live: list[bool]
    openings: list[str | None]
    starts: list[int]

    def scores(self, weights: Sequence[float]) -> list[float]:
        """The weighed sum of each sentence's figures; `weights` are in the order of `FEATURES`."""
        # Not a matrix product: that rounds by the place in the row, so that like sentences would not score alike.
        scores: list[float] = np.add.reduce(self.figures * np.array(weights)[:, None]).tolist()
        return scores


def table(articles: Sequence[SegmentedArticle]) -> Table:
    """Figures of all sentences of some articles, none of which is without. Linear in the length of the articles."""
    sentences = list(chain.from_iterable([a.sentences for a in articles]))
    starts = list(accumulate([len(a.sentences) for a in articles], initial=0))
    paragraphs = [s.paragraph for s in sentences]
    heads = list(map(ne, paragraphs, [-1, *paragraphs]))
    for start in starts[:-1]:
        heads[start] = True
    parts = printable_parts([s.text for s in sentences], heads)
    texts = [s.text[start:end] for s, (start, end) in zip(sentences, parts, strict=True)]
    ended = [t[-1:] in ENDED for t in texts]
    live = _live(sentences, ended, starts)
    openings = [found.lastgroup if t[:1] in OPENERS and (found := OPENING.match(t)) else None for t in texts]
    reports = np.array(live)
    bounds = np.array(starts)
    rows = [
        *_place(reports, bounds),
        ~np.array(ended),
        *_characters(articles, texts, bounds),
        *_words(articles, sentences, reports, bounds),
    ]
    return Table(np.concatenate(rows).reshape(len(FEATURES), -1), parts, live, openings, starts)


def _live(sentences: Sequence[Sentence], ended: Sequence[bool], starts: Sequence[int]) -> list[bool]:
    """Which sentences report: no furniture, and with an end, if an article has one that has."""
    live = [end and not s.furniture for s, end in zip(sentences, ended, strict=True)]
    for start, end in pairwise(starts):
        if True not in live[start:end]:
            live[start:end] = [not s.furniture for s in sentences[start:end]]
    return live


def _place(live: NDArray[np.bool_], bounds: Numbers) -> tuple[Figures, Figures]:
    """How many live sentences stand before, and as a share of them all."""
    before = np.zeros(len(live) + 1, np.intp)
    live.cumsum(out=before[1:])
    at_bounds = before[bounds]
    sizes = bounds[1:] - bounds[:-1]
    ranks = before[:-1] - at_bounds[:-1].repeat(sizes)
    return np.log1p(ranks), ranks / np.maximum(at_bounds[1:] - at_bounds[:-1], 1).repeat(sizes)


def _characters(articles: Sequence[SegmentedArticle], texts: list[str], bounds: Numbers) -> Iterator[NDArray[Any]]:
    """Length, an opening quotation mark, numbers in figures, and the share of the headline's characters that come back.

    A sentence is read with the line feed before it, so that none is empty.
    """
    codes = _codes("\n".join(["", *texts, ""]))
    sizes = np.array(list(map(len, texts)), np.intp)
    starts = np.zeros(len(texts) + 1, np.intp)
    (sizes + 1).cumsum(out=starts[1:])
    yield from np.minimum(np.maximum((sizes - _FROM) / _PER, 0), _MOST)
    yield codes[starts[:-1] + 1] == _QUOTE
    digit = DIGIT.take(codes, mode="clip")
    figures = np.add.reduceat(digit[1:] > digit[:-1], starts[:-1], dtype=np.intp)
    yield np.minimum(figures, _MOST_FIGURES) / _MOST_FIGURES
    yield _headline_characters(articles, codes, starts, bounds)


def _headline_characters(
    articles: Sequence[SegmentedArticle], codes: NDArray[np.uint32], starts: Numbers, bounds: Sequence[int]
) -> Figures:
    """The share of its headline's Han characters that each sentence has.

    Each character is a bit, and a sentence joins its bits: `_BITS` characters of a headline at a time.
    """
    headlines = [
        [c for c in set("".join(a.headline_tokens)) if _FIRST_HAN <= c <= _LAST_HAN] for a in articles
    ]
    many = [len(chars) or 1 for chars in headlines]
    place = np.zeros(ord(_LAST_HAN) + 2, np.uint8)  # what is beyond is read as the last, which is no character
    edges = starts[bounds].tolist()
    met = np.zeros(len(starts) - 1, np.intp)
    for at in range(0, max(many), _BITS):
        places = np.zeros(edges[-1], np.uint8)
        for chars, (begin, end) in zip(headlines, pairwise(edges), strict=True):
            some = _codes("".join(chars[at : at + _BITS]))
            place[some] = _PLACES[: len(some)]
            place.take(codes[begin:end], out=places[begin:end], mode="clip")
            place[some] = 0
        joined = np.bitwise_or.reduceat(_BIT.take(places), starts[:-1])
        met += list(map(int.bit_count, joined.tolist()))
    return met / np.array(many).repeat(np.diff(bounds))


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _words(
    articles: Sequence[SegmentedArticle], sentences: Sequence[Sentence], live: NDArray[np.bool_], bounds: Numbers
) -> Iterator[Figures]:
    """What a sentence shares with the others of its article, and its cues, by its distinct long words.

    The words of an article are numbered behind those of the articles before it.
    """
    size = len(sentences)
    numbers = [a.words.numbers for a in articles]
    offsets = list(accumulate(map(len, numbers), initial=0))
    counts = np.array([len(s.tokens) for s in sentences])
    tokens = np.concatenate([a.words.tokens[a.words.starts[0] :] for a in articles])
    if len(articles) > 1:
        tokens = tokens + np.array(offsets[:-1]).repeat(np.add.reduceat(counts, bounds[:-1]))
    long = np.fromiter(map(len, chain.from_iterable(numbers)), np.intp, offsets[-1]) > 1
    bits = offsets[-1].bit_length()
    sentence, word = _distinct((np.arange(size).repeat(counts) << bits | tokens)[long[tokens]], bits)
    held = np.bincount(sentence, minlength=size)
    # Centrality: words shared with the other sentences, per root of length, so that the highest of the live ones is 1.
    # The similarity matrix is never built: M(Mᵀr) with r = 1 needs the word counts of the whole article only.
    known = np.bincount(word, live[sentence])
    shared = (np.bincount(sentence, known[word], size) - held) / np.sqrt(held + 1)
    highest = np.maximum(np.maximum.reduceat(shared * live, bounds[:-1]), 0.5)
    yield np.maximum(shared / highest.repeat(bounds[1:] - bounds[:-1]), 0)
    yield from _cues(numbers, offsets, sentence, word, size)


def _distinct(pairs: Numbers, bits: int) -> tuple[Numbers, Numbers]:
    """The distinct ones of pairs that are written as `first << bits | second`, taken apart, in ascending order."""
    pairs.sort()
    new = np.empty(len(pairs), bool)
    new[:1] = True
    np.not_equal(pairs[1:], pairs[:-1], out=new[1:])
    pairs = pairs[new]
    return pairs >> bits, pairs & ((1 << bits) - 1)


def _cues(
    numbers: Sequence[Mapping[str, int]], offsets: Sequence[int], sentence: Numbers, word: Numbers, size: int
) -> Figures:
    """When; how much is done; how much is planned."""
    kind = np.zeros(offsets[-1], np.intp)
    for offset, known in zip(offsets, numbers, strict=False):
        for cue in CUES.keys() & known.keys():
            kind[offset + known[cue]] = CUES[cue]
    found = np.bincount(sentence * _KINDS + kind[word], minlength=size * _KINDS).reshape(size, _KINDS)
    return np.minimum(found.T[1:], _MOST_CUES) / _MOST_CUES
