"""The theme model's numbers: what each word and each gram says of each theme, and where a decision turns."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from numpy.typing import NDArray

    from model.themes.spelling import Spelling

BLOCKS = ("headline", "lead", "body")


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
class Weights:
    """What T terms say in each of the three blocks of K themes: `numbers * step`, (T, 3, K) times (K,).

    16 bits of fixed point take the room of half precision, are nearer to the fitted weights (twice on average, twenty
    times at worst), and become floats ten times as fast.
    """

    numbers: NDArray[np.int16]
    step: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Self:
        """These weights, rounded."""
        largest = np.abs(values).max(axis=(0, 1), initial=0.0)
        step = np.where(largest > 0, largest, 1.0) / np.iinfo(np.int16).max
        return cls(np.ascontiguousarray((values / step).round(), dtype=np.int16), step)

    @property
    def values(self) -> NDArray[np.float64]:
        """The weights as floats."""
        values: NDArray[np.float64] = self.numbers * self.step
        return values

    def take(self, places: NDArray[np.intp]) -> NDArray[np.int16]:
        """(n, K) numbers, which are yet to be multiplied by `step`, for n places: 3 times the row, plus the block."""
        return self.numbers.reshape(-1, len(self.step)).take(places, axis=0)


@dataclass(frozen=True, slots=True, eq=False)
class ThemeModel:
    """A linear theme model of K themes. Its T terms are V words, and after them the G grams of `spelling`.

    `idf` is (T,), `scale` (2, 3) the length that each block is given, of words and of grams. All terms score the
    primary theme, and words alone score, theme by theme, whether it takes up a real part: `weights` are of T terms,
    `presence` of V; both intercepts are (K,). `words` gives the number of each word, the commonest first: what an
    article needs lies close together then (to look up the words of 800 fresh articles took 38 µs each, in the order of
    code points 47 to 64; each between whole digests, which empty the caches, 164 and 205).
    `temperature` divides the scores before the softmax (Guo et al. 2017, "On calibration of modern neural networks").
    """

    codes: tuple[str, ...]
    words: Mapping[str, int]
    spelling: Spelling
    idf: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: Weights
    presence: Weights
    intercept: NDArray[np.float64]
    presence_intercept: NDArray[np.float64]
    shown: NDArray[np.bool_]
    """(V,) whether a word may be evidence: no stop word, no single character, no guess, which may be part of a name."""
    temperature: float
    limits: Limits

    def rows(self, words: Collection[str]) -> NDArray[np.intp]:
        """Where words stand among the model's, -1 if nowhere."""
        return np.fromiter(map(self.words.get, words, repeat(-1)), np.intp, len(words))

    def idf_of(self) -> Callable[[str], float]:
        """A function that gives the inverse document frequency of a word; of an unknown one, that of the rarest."""
        known = self.idf[: len(self.words)]
        rows, values, rarest = self.words, array("d", known.tobytes()), float(known.max())

        def look_up(term: str) -> float:
            row = rows.get(term)
            return rarest if row is None else values[row]

        return look_up
