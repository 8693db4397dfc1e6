"""Segmented articles → named figures of each sentence, which the ranker weighs.

Every figure is a count or a share, made for all sentences of all articles at once: from the numbers of their words and
from the code points of their text. No figure of an article depends on the others. The cost is linear in length.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from math import log1p
from operator import ne
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.summary.cues import CUE_MOST, CUES, DIGIT, ENDED, OPENERS, OPENING
from model.summary.printable import printable_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from model.documents import SegmentedArticle, Sentence

# The order is that of the rows. What each is worth is printed by `training.fit_summary.worth`. Sixteen more were
# dropped, for they added nothing: first paragraph and head of one, the headline's and the lead's words, medium length,
# where, who, quotations, attendance, exclamations, questions, contacts, and opening as item, caption, back or on.
# By five-fold cross-validation, mean of ten shuffles, with and without them: best_hit 0.894 and 0.893,
# keep_precision 0.653 and 0.658, never_rate 0.052 and 0.051 (0.054 without `opens_quote`), near 0.541 and 0.546.
FEATURES = (
    "log_rank",  # log(1 + how many such sentences stand before)
    "rank_share",  # that number as a share of them all
    "unended",  # no terminator: a subhead, a table row
    "opens_quote",
    "short",  # below 22 characters, by how much
    "long",  # above 60, by how much
    "figures",
    "headline_chars",  # share of the headline's Han characters that come back: sees through abbreviations
    "centrality",  # words shared with the other sentences, per root of length, against the highest of the article
    "when",
    "deed",
    "plans",
)
# The figures of length, short and long, by the number of characters and 1; beyond the last they stay as they are.
_BY_SIZE = np.array([[max(0, 1 - n / 22), max(0, n / 60 - 1)] for n in (0, *range(181))]).T
_BY_FIGURES = np.array([0, 0.25, 0.5, 0.75, 1])
_MOST_CUES = np.array([[most] for most in CUE_MOST])
_KINDS = len(CUE_MOST) + 1
_BITS = 63
_BIT = np.array([0, *(1 << n for n in range(_BITS))])
_PLACES = np.arange(1, _BITS + 1)
_FIRST_HAN, _LAST_HAN = "\u3400", "\u9fff"

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

    def scores(self, weights: Figures) -> list[float]:
        """The weighed sum of each sentence's figures; `weights` are in the order of `FEATURES`."""
        # Not a matrix product: that rounds by the place in the row, so that like sentences would not score alike.
        scores: list[float] = np.add.reduce(self.figures * weights[:, None]).tolist()
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
    rows: list[ArrayLike] = [
        *_place(live, starts),
        [not end for end in ended],
        [t[:1] == "“" for t in texts],
        *_characters(articles, texts, starts),
        *_words(articles, sentences, live, starts),
    ]
    return Table(np.concatenate(rows).reshape(len(FEATURES), -1), parts, live, openings, starts)


def _live(sentences: Sequence[Sentence], ended: Sequence[bool], starts: Sequence[int]) -> list[bool]:
    """Which sentences report: no furniture, and with an end, if an article has one that has."""
    live = [end and not s.furniture for s, end in zip(sentences, ended, strict=True)]
    for start, end in pairwise(starts):
        if True not in live[start:end]:
            live[start:end] = [not s.furniture for s in sentences[start:end]]
    return live


def _place(live: Sequence[bool], starts: Sequence[int]) -> tuple[list[float], list[float]]:
    """How many live sentences of the article stand before, and as a share of them all."""
    ranks: list[float] = []
    shares: list[float] = []
    for start, end in pairwise(starts):
        *before, count = accumulate(live[start:end], initial=0)
        ranks += map(log1p, before)
        shares += [n / (count or 1) for n in before]
    return ranks, shares


def _characters(articles: Sequence[SegmentedArticle], texts: list[str], starts: Sequence[int]) -> Iterator[Figures]:
    """Length, numbers in figures, and the share of the headline's characters that come back.

    A sentence is read with the line feed before it, so that none is empty.
    """
    codes = _codes("\n".join(["", *texts, ""]))
    sizes = [len(t) + 1 for t in texts]
    edges = list(accumulate(sizes, initial=0))
    begins = np.array(edges[:-1])
    yield from _BY_SIZE.take(sizes, 1, mode="clip")
    digit = DIGIT.take(codes, mode="clip")
    yield _BY_FIGURES.take(np.add.reduceat(digit[1:] > digit[:-1], begins, dtype=np.intp), mode="clip")
    pieces = [codes[edges[start] : edges[end]] for start, end in pairwise(starts)]
    counts = [len(a.sentences) for a in articles]
    yield _headline_characters([a.headline_tokens for a in articles], pieces, begins, counts)


def _headline_characters(
    headlines: Sequence[Sequence[str]], codes: Sequence[NDArray[np.uint32]], begins: Numbers, counts: Sequence[int]
) -> Figures:
    """The share of its headline's Han characters that each sentence has.

    Each character is a bit, and a sentence joins its bits: `_BITS` characters of a headline at a time.
    """
    wanted = [[c for c in set("".join(words)) if _FIRST_HAN <= c <= _LAST_HAN] for words in headlines]
    met = np.zeros(len(begins))
    for at in range(0, max(map(len, wanted)), _BITS):
        places = [
            _placed(chars[at : at + _BITS]).take(piece, mode="clip") for chars, piece in zip(wanted, codes, strict=True)
        ]
        joined = np.bitwise_or.reduceat(_BIT.take(np.concatenate(places)), begins)
        met += np.fromiter(map(int.bit_count, joined.tolist()), np.intp, len(met))
    shares: Figures = met / np.array([len(chars) or 1 for chars in wanted]).repeat(counts)
    return shares


def _placed(chars: Sequence[str]) -> NDArray[np.uint8]:
    """By code point the place of each of at most `_BITS` characters, from 1; 0 for all others.

    What is beyond is to be read as the last entry, which is no character.
    """
    place = np.zeros(ord(_LAST_HAN) + 2, np.uint8)
    place[_codes("".join(chars))] = _PLACES[: len(chars)]
    return place


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _words(
    articles: Sequence[SegmentedArticle],
    sentences: Sequence[Sentence],
    live: Sequence[bool],
    starts: Sequence[int],
) -> Iterator[Figures]:
    """What a sentence shares with the others of its article, and its cues, by its distinct long words.

    The words of an article are numbered behind those of the articles before it.
    """
    size = len(sentences)
    numbers = [a.words.numbers for a in articles]
    offsets = list(accumulate(map(len, numbers), initial=0))
    tokens = [a.words.tokens[a.words.starts[0] :] + offset for a, offset in zip(articles, offsets, strict=False)]
    token = np.concatenate(tokens)
    long = np.fromiter(map(len, chain.from_iterable(numbers)), np.intp, offsets[-1]) > 1
    bits = offsets[-1].bit_length()
    owner = np.arange(size).repeat([len(s.tokens) for s in sentences])
    sentence, word = _distinct((owner << bits | token)[long[token]], bits)
    held = np.bincount(sentence, minlength=size)
    # Centrality: words shared with the other sentences, per root of length, so that the highest of the live ones is 1.
    # The similarity matrix is never built: M(Mᵀr) with r = 1 needs the word counts of the whole article only.
    reports = np.array(live)
    known = np.bincount(word, reports[sentence])
    shared = (np.bincount(sentence, known[word], size) - held) / np.sqrt(held + 1)
    highest = np.maximum(np.maximum.reduceat(shared * reports, starts[:-1]), 0.5)
    yield np.maximum(shared / highest.repeat([len(a.sentences) for a in articles]), 0)
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
    kind = bytearray(offsets[-1])
    for offset, known in zip(offsets, numbers, strict=False):
        for cue in CUES.keys() & known.keys():
            kind[offset + known[cue]] = CUES[cue]
    kinds = np.frombuffer(kind, np.uint8)[word]
    found = np.bincount(sentence * _KINDS + kinds, minlength=size * _KINDS).reshape(size, _KINDS)
    shares: Figures = np.minimum(found.T[1:], _MOST_CUES) / _MOST_CUES
    return shares
