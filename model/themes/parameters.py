"""The theme model's numbers: what each word and each gram says of each theme, and where a decision turns."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from itertools import chain
from operator import add
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

BLOCKS = ("headline", "lead", "body")
Rows = tuple[int, tuple[int, ...]]
"""Where a word stands among a model's words, -1 if nowhere, and where its grams stand among the grams."""

_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffA-Za-z]")


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a decision turns from accept to review; each fitted on out-of-fold probabilities (`training.calibrate`)."""

    accept: float = 0.8
    """Lowest probability of the winner that is accepted."""
    close: float = 0.5
    """A winner that is not accepted and leads the runner-up by less than this is a close call."""
    tokens: int = 12
    """Fewer known words than this are too short to judge."""
    known: float = 0.5
    """Lowest share of words that the model knows; below, the text is unfamiliar."""
    also: tuple[float, ...] = ()
    """Per theme, lowest presence probability that makes it a secondary theme."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One way to look at an article, as T terms, and what each says of the primary theme: `weights` is (T, 3, K).

    Half precision moves scores by at most 0.002 (400 written articles) and halves the files and what is mapped of them.

    `idf` is (T,), `scale` (3,) the length each block is given.
    """

    terms: Mapping[str, int]
    idf: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class ThemeModel:
    """A linear theme model of K themes.

    The primary theme is scored by words and by grams. `presence` is (V, 3, K) and scores, theme by theme and on words,
    whether it takes up a real part; both intercepts are (K,).
    `temperature` divides the scores before the softmax (Guo et al. 2017, "On calibration of modern neural networks").
    """

    codes: tuple[str, ...]
    words: View
    grams: View
    intercept: NDArray[np.float64]
    presence: NDArray[np.float16]
    presence_intercept: NDArray[np.float64]
    temperature: float
    limits: Limits
    hidden: frozenset[str] = frozenset()
    """Words that count but are not shown as evidence: stop words, and guessed words, which may be pieces of names."""

    def rows_of(self, word: str) -> Rows:
        """Where a word has its weights, -1 if the model does not know it; and where its known grams have theirs."""
        known = self.grams.terms
        return self.words.terms.get(word, -1), tuple(known[gram] for gram in spell(word) if gram in known)

    def idf_of(self) -> Callable[[str], float]:
        """A function that gives the inverse document frequency of a word; of an unknown one, that of the rarest."""
        rows, values, rarest = self.words.terms, array("d", self.words.idf.tobytes()), float(self.words.idf.max())

        def look_up(term: str) -> float:
            row = rows.get(term)
            return rarest if row is None else values[row]

        return look_up


def is_term(token: str) -> bool:
    """Whether a token can be a term: it holds a letter or an ideograph. Numbers and punctuation tell no theme."""
    return _WORD.search(token) is not None


def spell(word: str) -> tuple[str, ...]:
    """The grams of a word: its characters and the pairs of neighbours among them, each once. None of numbers, signs."""
    return tuple(dict.fromkeys(chain(word, map(add, word, word[1:])))) if is_term(word) else ()
