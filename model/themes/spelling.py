"""Word → its grams: the characters in it and the pairs of neighbours among them, which words of one family share.

The grams of the words that a model knows are written down when it is made; those of other words are found here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate, chain, compress, count
from operator import add
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    8 bytes each and those of all unknown words are looked up at once. The grams of word v are
    `inside[starts[v]:starts[v + 1]]`, numbers of keys; `starts` is (V + 1,).
    """

    keys: NDArray[np.int64]
    starts: NDArray[np.int32]
    inside: NDArray[np.uint16] | NDArray[np.uint32]

    @classmethod
    def of(cls, grams: Sequence[str], words: Sequence[str]) -> Self:
        """The spelling of a model's grams, in the order of `sorted`, and words."""
        points = [(ord(gram[0]) << _BITS) | (ord(gram[1]) if len(gram) > 1 else 0) for gram in grams]
        numbers = {gram: number for number, gram in enumerate(grams)}
        spelled = [sorted(numbers[gram] for gram in spell(word) if gram in numbers) for word in words]
        starts = np.array([0, *accumulate(map(len, spelled))], np.int32)
        inside = np.array([*chain.from_iterable(spelled)], np.min_scalar_type(max(len(grams), 256)))
        return cls(np.array(points, np.int64), starts, inside)

    def grams(self) -> list[str]:
        """The grams as text."""
        first, second = (self.keys >> _BITS).tolist(), (self.keys & ((1 << _BITS) - 1)).tolist()
        return [chr(a) + (chr(b) if b else "") for a, b in zip(first, second, strict=True)]

    def of_known(self, rows: NDArray[np.intp]) -> tuple[NDArray[np.int32], NDArray[np.uint16] | NDArray[np.uint32]]:
        """How many grams each of n words holds that stand at `rows` of the model, and the grams, word after word.

        A word that stands nowhere, at -1, has none here.
        """
        first = self.starts.take(rows)
        size = np.maximum(self.starts.take(rows + 1) - first, 0)
        # Where a word's grams begin in `inside`, less where they begin among the pairs, is the same for all of them.
        begin = first - size.cumsum() + size
        places = begin.repeat(size)
        places += np.arange(len(places))
        return size, self.inside.take(places)

    def of_unknown(self, words: Sequence[str]) -> Pairs:
        """The known grams in words that the model does not know.

        A gram that stands twice in a word may come twice.
        """
        # Most of the words are numbers and signs.
        terms = list(compress(count(), map(_WORD.search, words)))
        if not terms or not len(self.keys):
            return np.empty(0, np.intp), np.empty(0, np.intp)
        text = "\n".join([words[n] for n in terms] + [""])
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.int32)
        owner = np.array(terms).repeat([len(words[n]) + 1 for n in terms])
        first = np.left_shift(points, _BITS, dtype=np.int64)
        sought = np.concatenate((first, first[:-1] | points[1:]))
        found = self.keys.searchsorted(sought)
        hits = (self.keys.take(found, mode="clip") == sought).nonzero()[0]
        return np.concatenate((owner, owner[:-1])).take(hits), found.take(hits)
