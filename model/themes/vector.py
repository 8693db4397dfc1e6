"""Segmented article → TF-IDF of its words and grams, their scores, and what each word adds to them.

Served as look-ups into weight rows. Equal to the fitted estimators' `decision_function` to 1e-9
(`tests/test_model_themes.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from model.documents import SegmentedArticle
    from model.themes.parameters import Rows, ThemeModel, View

LEAD_SENTENCES = 2
"""The lead block: an article's first two sentences, where the codebook looks for what it exists to tell."""


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """N terms of an article in one view: `rows` (N,) into the view, -1 where unknown, and `values` (N, 3) by block.

    A value is 0 where the term is unknown or not in the block.
    """

    rows: NDArray[np.intp]
    values: NDArray[np.float64]

    def scores(self, weights: NDArray[np.float16]) -> NDArray[np.float64]:
        """(K,) scores under (T, 3, K) weights."""
        flat = weights.take(self.rows, axis=0).reshape(-1, weights.shape[2])
        summed: NDArray[np.float64] = self.values.ravel() @ flat
        return summed

    def pushes(self, weights: NDArray[np.float16], winner: int, runner_up: int) -> NDArray[np.float64]:
        """(N, 3): what each term adds, block by block, to `score[winner] - score[runner_up]`."""
        rows = weights.take(self.rows, axis=0).astype(np.float64)
        added: NDArray[np.float64] = self.values * (rows[:, :, winner] - rows[:, :, runner_up])
        return added


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """An article in both views: its D distinct words (`SegmentedArticle.words`) and the G distinct grams inside them.

    `times` is (D, 3), how often each word stands in each block, `gram_times` (G, 3) the same of the grams. Of the P
    pairs of a word and a gram in it, `owner` (P,) is the word and `owned` (P,) the gram.
    """

    words: Weighed
    grams: Weighed
    times: NDArray[np.intp]
    gram_times: NDArray[np.float64]
    owner: NDArray[np.intp]
    owned: NDArray[np.intp]

    @property
    def in_body(self) -> NDArray[np.bool_]:
        """Which words the body has: (D,)."""
        body: NDArray[np.bool_] = self.times[:, -1] > 0
        return body

    @property
    def known(self) -> int:
        """How many distinct words of the body the model knows."""
        return int(np.count_nonzero(self.in_body & (self.words.rows >= 0)))


def blocks(article: SegmentedArticle) -> tuple[list[str], ...]:
    """The tokens of the three blocks: headline, lead, body. Furniture is left out."""
    sentences = [s.tokens for s in article.sentences if not s.furniture]
    lead = list(chain.from_iterable(sentences[:LEAD_SENTENCES]))
    return list(article.headline_tokens), lead, list(chain.from_iterable(sentences))


def counts(article: SegmentedArticle) -> NDArray[np.intp]:
    """How often each distinct word stands in each block: (D, 3). Furniture is left out."""
    words = article.words
    body = [i for i, sentence in enumerate(article.sentences) if not sentence.furniture]
    tokens = (words.headline, words.of(body[:LEAD_SENTENCES]), words.of(body))
    return np.stack([np.bincount(block, minlength=len(words.numbers)) for block in tokens], axis=1)


def vector(article: SegmentedArticle, model: ThemeModel, rows_of: Callable[[str], Rows] | None = None) -> Vector:
    """The article in both views; `rows_of` may stand in for `model.rows_of`, to which it must be equal."""
    times = counts(article)
    rows, spelled = zip(*map(rows_of or model.rows_of, article.words.numbers), strict=True) if len(times) else ((), ())
    owner = np.repeat(np.arange(len(times)), np.fromiter(map(len, spelled), np.intp, len(times)))
    inside = np.fromiter(chain.from_iterable(spelled), np.intp, len(owner))
    grams, owned = np.unique(inside, return_inverse=True)
    gram_times: NDArray[np.float64] = np.stack(
        [np.bincount(owned, block.take(owner), len(grams)) for block in times.T], axis=1, dtype=np.float64
    )
    return Vector(
        words=_weigh(np.array(rows, np.intp), times, model.words),
        grams=_weigh(grams, gram_times, model.grams),
        times=times,
        gram_times=gram_times,
        owner=owner,
        owned=owned,
    )


def _weigh(rows: NDArray[np.intp], times: NDArray[np.intp] | NDArray[np.float64], view: View) -> Weighed:
    """TF-IDF: (1 + ln tf) · idf, each block scaled to its length (sklearn's sublinear_tf)."""
    idf = np.where(rows >= 0, view.idf.take(rows), 0.0)
    values = (np.log(np.maximum(times, 1)) + (times > 0)) * idf[:, None]
    lengths = np.sqrt(np.einsum("ij,ij->j", values, values))
    values *= view.scale / np.where(lengths > 0, lengths, 1.0)
    return Weighed(rows, values)


def scores(vec: Vector, model: ThemeModel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Primary scores and presence scores, each (K,)."""
    primary = vec.words.scores(model.words.weights) + vec.grams.scores(model.grams.weights) + model.intercept
    return primary, vec.words.scores(model.presence) + model.presence_intercept


def contributions(vec: Vector, model: ThemeModel, winner: int, runner_up: int) -> NDArray[np.float64]:
    """What each word adds to `score[winner] - score[runner_up]`: (D,); with the intercepts they sum to it exactly.

    What a gram adds is shared out among the words that hold it, by how often they stand in the block.
    """
    by_gram = vec.grams.pushes(model.grams.weights, winner, runner_up) / np.maximum(vec.gram_times, 1)
    by_pair = np.einsum("ij,ij->i", by_gram.take(vec.owned, axis=0), vec.times.take(vec.owner, axis=0))
    shared = np.bincount(vec.owner, by_pair, minlength=len(vec.times))
    added: NDArray[np.float64] = vec.words.pushes(model.words.weights, winner, runner_up).sum(axis=1) + shared
    return added
