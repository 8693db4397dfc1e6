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
    from numpy.typing import NDArray

    from model.documents import SegmentedArticle
    from model.themes.parameters import ThemeModel

LEAD_SENTENCES = 2
"""The lead block: an article's first two sentences, where the codebook looks for what it exists to tell."""


def _damped(most: int) -> NDArray[np.float64]:
    """What a term counts that stands in a block n times, for n from 0 to `most`: 1 + ln n (sklearn's sublinear_tf)."""
    times = np.arange(most + 1)
    damped: NDArray[np.float64] = np.log(np.maximum(times, 1)) + (times > 0)
    return damped


_DAMPED = _damped(4000)
_TINY = np.finfo(np.float64).tiny


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """An article's D distinct words (`SegmentedArticle.words`), the G distinct grams inside them, and their TF-IDF.

    `rows` (D,) says where the words stand in the model, -1 if nowhere, and `word_times` (3, D) how often in each block.
    Of the P pairs of a word and a gram in it, `owner` (P,) is the word, `owned` (P,) D plus the gram's number, and
    `pair_times` (3, P) how often the word stands in each block.

    The N = D + G terms make a (3, N) table; its E entries that are not zero stand at `entries` (E,), row after row.
    `term` (E,) is the term, `times` (E,) how often it stands in the block, `values` (E,) its TF-IDF there, `places`
    (E,) where the model has its weights, and `weights` (E, K) those. Words that the model does not know have none.
    """

    rows: NDArray[np.intp]
    word_times: NDArray[np.intp]
    owner: NDArray[np.intp]
    owned: NDArray[np.intp]
    pair_times: NDArray[np.intp]
    entries: NDArray[np.intp]
    term: NDArray[np.intp]
    times: NDArray[np.float64]
    values: NDArray[np.float64]
    places: NDArray[np.intp]
    weights: NDArray[np.float64]


def blocks(article: SegmentedArticle) -> tuple[list[str], ...]:
    """The tokens of the three blocks: headline, lead, body. Furniture is left out."""
    sentences = [s.tokens for s in article.sentences if not s.furniture]
    lead = list(chain.from_iterable(sentences[:LEAD_SENTENCES]))
    return list(article.headline_tokens), lead, list(chain.from_iterable(sentences))


def counts(article: SegmentedArticle) -> NDArray[np.intp]:
    """How often each distinct word stands in each block: (3, D). Furniture is left out."""
    words = article.words
    body = [i for i, sentence in enumerate(article.sentences) if not sentence.furniture]
    tokens = (words.headline, words.of(body[:LEAD_SENTENCES]), words.of(body))
    return np.array([np.bincount(block, minlength=len(words.numbers)) for block in tokens])


def vector(article: SegmentedArticle, model: ThemeModel, rows: NDArray[np.intp] | None = None) -> Vector:
    """The article's terms; `rows` of its distinct words may be given by who has them (`ThemeModel.rows`)."""
    names = article.words.numbers
    rows = model.rows(names) if rows is None else rows
    owner, inside = model.spelling.pairs(names, rows)
    grams, owned = _distinct(inside, len(model.spelling.keys))
    word_times = counts(article)
    pair_times = word_times.take(owner, axis=1)
    gram_times = [np.bincount(owned, each, len(grams)) for each in pair_times]
    table = np.concatenate((word_times * (rows >= 0), gram_times), axis=1, dtype=np.float64).ravel()
    words, terms = len(rows), len(rows) + len(grams)
    entries = (table > 0).nonzero()[0]
    block = entries // max(1, terms)
    term = entries - block * terms
    times = table.take(entries)
    row = np.concatenate((rows, grams + len(model.words))).take(term)
    # No term stands in a block more often than the block has tokens, for a gram counts once in each.
    tokens = len(article.words.tokens)
    damped = _DAMPED if tokens < len(_DAMPED) else _damped(tokens)
    values = damped.take(times.astype(np.intp)) * model.idf.take(row)
    part = block + 3 * (term >= words)
    lengths = np.sqrt(np.bincount(part, values * values, 6))
    values *= (model.scale.ravel() / np.maximum(lengths, _TINY)).take(part)
    places = 3 * row + block
    weights = model.weights.take(places)
    return Vector(rows, word_times, owner, owned + words, pair_times, entries, term, times, values, places, weights)


def _distinct(numbers: NDArray[np.intp], below: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The distinct ones of numbers, and which of those each is. np.unique sorts, and takes five times as long."""
    places = np.arange(len(numbers))
    place = np.empty(below, np.intp)  # of each number, one place where it stands
    place[numbers] = places
    chosen = place.take(numbers)
    kept = (chosen == places).nonzero()[0]
    order = np.empty_like(places)
    order[kept] = places[: len(kept)]
    return numbers.take(kept), order.take(chosen)


def scores(vec: Vector, model: ThemeModel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Primary scores and presence scores, each (K,)."""
    known = (vec.term < len(vec.rows)).nonzero()[0]
    primary = vec.values @ vec.weights * model.weights.step
    presence = vec.values.take(known) @ model.presence.take(vec.places.take(known)) * model.presence.step
    return primary + model.intercept, presence + model.presence_intercept


def contributions(vec: Vector, model: ThemeModel, winner: int, runner_up: int) -> NDArray[np.float64]:
    """What each word adds to `score[winner] - score[runner_up]`: (D,); with the intercepts they sum to it exactly.

    What a gram adds is shared out among the words that hold it, by how often they stand in the block.
    """
    step = model.weights.step
    leads = vec.weights[:, winner] * step[winner] - vec.weights[:, runner_up] * step[runner_up]
    added = vec.values * leads
    words = len(vec.rows)
    terms = max(words, int(vec.owned.max(initial=0)) + 1)
    each_time = np.zeros(3 * terms)
    each_time[vec.entries] = added / vec.times
    by_pair = np.einsum("ij,ij->j", each_time.reshape(3, terms).take(vec.owned, axis=1), vec.pair_times)
    by_word = np.bincount(vec.term, added, terms)[:words]
    total: NDArray[np.float64] = np.add(by_word, np.bincount(vec.owner, by_pair, words))
    return total
