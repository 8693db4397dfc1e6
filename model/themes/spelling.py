"""Word → its grams: the characters in it and the pairs of neighbours among them, which words of one family share.

The grams of the words that a model knows are written down when it is made; those of other words are found here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from operator import add
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffA-Za-z]")
_BITS = 21
"""Of a code point."""
Pairs = tuple["NDArray[np.intp]", "NDArray[np.intp]"]
"""P pairs of a word and a gram in it: which word, (P,), and which gram, (P,)."""


def is_term(token: str) -> bool:
    """Whether a token can be a term: it holds a letter or an ideograph. Numbers and punctuation tell no theme."""
    return _WORD.search(token) is not None


def spell(word: str) -> tuple[str, ...]:
    """The grams of a word: its characters and the pairs of neighbours among them, each once. None of numbers, signs."""
    return tuple(dict.fromkeys(chain(word, map(add, word, word[1:])))) if is_term(word) else ()


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """The G grams that a model knows, and which of them its V words hold: equal to `spell`.

    `keys` (G,) are the grams in ascending order, each its first code point times 2^21 and its second, so that they take
    8 bytes each and the grams of all unknown words of an article are looked up at once. The grams of word v are
    `inside[starts[v]:starts[v + 1]]`, numbers of keys; `starts` is (V + 1,).
    """

    keys: NDArray[np.int64]
    starts: NDArray[np.int32]
    inside: NDArray[np.uint16] | NDArray[np.uint32]

    @classmethod
    def of(cls, grams: Sequence[str], words: Sequence[str]) -> Self:
        """The spelling of a model's grams, in the order of `sorted`, and words."""
        points = [(ord(gram[0]) << _BITS) | (ord(gram[1]) if len(gram) > 1 else 0) for gram in grams]
        keys = np.array(points, np.int64)
        owner, inside = _spelled(range(len(words)), words, keys)
        order = np.lexsort((inside, owner))
        starts = np.bincount(owner + 1, minlength=len(words) + 1).cumsum(dtype=np.int32)
        return cls(keys, starts, inside[order].astype(np.min_scalar_type(len(keys))))

    def grams(self) -> list[str]:
        """The grams as text."""
        first, second = (self.keys >> _BITS).tolist(), (self.keys & ((1 << _BITS) - 1)).tolist()
        return [chr(a) + (chr(b) if b else "") for a, b in zip(first, second, strict=True)]

    def pairs(self, words: Collection[str], rows: NDArray[np.intp]) -> Pairs:
        """The known grams in an article's words, of which `rows` says where they stand in the model, -1 if nowhere."""
        known = (rows >= 0).nonzero()[0]
        at = rows.take(known)
        first = self.starts.take(at)
        size = self.starts.take(at + 1) - first
        owner = known.repeat(size)
        # Where a word's grams begin in `inside`, less where they begin among the pairs, is the same for all of them.
        inside = self.inside.take(np.arange(len(owner)) + (first - size.cumsum() + size).repeat(size))
        names = list(words)
        # Of the words that the model does not know, most are numbers and signs.
        unknown = [n for n in (rows < 0).nonzero()[0].tolist() if _WORD.search(names[n])]
        owners, insides = _spelled(unknown, [names[n] for n in unknown], self.keys)
        return np.concatenate((owner, owners)), np.concatenate((inside, insides), dtype=np.intp)


def _spelled(numbers: Sequence[int], words: Sequence[str], keys: NDArray[np.int64]) -> Pairs:
    """The known grams of words that hold letters or ideographs, each once a word, and the number of its word."""
    # A line feed after each word: no gram has one, so that none is found across words.
    text = "\n".join((*words, ""))
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.int32).astype(np.int64)
    owner = np.array(numbers, np.intp).repeat([len(word) + 1 for word in words])
    first = points << _BITS
    sought = np.concatenate((first, first[:-1] | points[1:]))
    found = keys.searchsorted(sought)
    hits = (keys.take(found, mode="clip") == sought).nonzero()[0]
    owner, inside = np.concatenate((owner, owner[:-1])).take(hits), found.take(hits)
    if sum(map(len, map(set, words))) < len(text) - len(words):  # one has a character twice, and may have a pair twice
        owner, inside = np.divmod(np.unique(owner * len(keys) + inside), len(keys))
    return owner, inside
