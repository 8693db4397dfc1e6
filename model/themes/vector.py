"""Segmented articles → TF-IDF of their words and grams, their scores, and what each word adds to them.

Served as look-ups into weight rows. Equal to the fitted estimators' `decision_function` to 1e-9
(`tests/test_model_themes.py`). A group of articles shares each step, for at the size of one article to call a step
costs more than its work: 16 together take 0.6 of the time that they take one by one. What comes out for an article is,
to the last bit, the same in every group.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from model.documents import SegmentedArticle
    from model.themes.parameters import ThemeModel
    from model.themes.spelling import Spelling

LEAD_SENTENCES = 2
"""The lead block: an article's first two sentences, where the codebook looks for what it exists to tell."""


def _damped(most: int) -> NDArray[np.float64]:
    """What a term counts that stands in a block n times, for n from 0 to `most`: 1 + ln n (sklearn's sublinear_tf)."""
    times = np.arange(most + 1)
    damped: NDArray[np.float64] = np.log(np.maximum(times, 1)) + (times > 0)
    return damped


_DAMPED = _damped(4000)
_ENDS = np.array([-1, np.iinfo(np.int64).max])
"""What stands before and behind all numbers when they are sorted, so that each has a neighbour to differ from."""
_TINY = np.finfo(np.float64).tiny


class Words(NamedTuple):
    """Each distinct word of each block of A articles: W of them, ordered by article, block and number.

    `part` (W,) is 3 times the article, plus the block; `word` (W,) the number of the word among the D distinct words of
    all articles, those of article a from `starts[a]` to `starts[a + 1]`; `times` (W,) how often it stands there.
    """

    starts: list[int]
    part: NDArray[np.intp]
    word: NDArray[np.intp]
    times: NDArray[np.intp]


class Grams(NamedTuple):
    """Each distinct gram inside the words of each block: G of them, ordered by article, block and number.

    `part`, `gram` and `times` (G,) as in `Words`. Each is held by `holders` (G,) words, which `holder` (H,) names gram
    after gram by their places in `Words`.
    """

    part: NDArray[np.intp]
    gram: NDArray[np.intp]
    times: NDArray[np.intp]
    holders: NDArray[np.intp]
    holder: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """The TF-IDF of A articles: E entries, first the W `words`, then the G `grams`.

    `names` are the D distinct words, and `rows` (D,) says where they stand in the model, `found` (W,) where those of
    `words` do: -1 if nowhere. `values` (E,) are the terms' TF-IDF in their blocks, 0 of words that stand nowhere,
    `places` (E,) where the model has their weights, and `weights` (E, K) those, in steps. The words of article a begin
    at `edges[a]`, its grams at `edges[A + a]`.
    """

    names: list[str]
    words: Words
    rows: NDArray[np.intp]
    found: NDArray[np.intp]
    grams: Grams
    values: NDArray[np.float64]
    places: NDArray[np.intp]
    weights: NDArray[np.int16]
    edges: list[int]

    def in_bodies(self) -> Iterator[tuple[int, int]]:
        """Of each article, how many distinct words of its body the model knows, and how many there are."""
        parts = 3 * len(self.words.starts) - 3
        distinct = np.bincount(self.words.part, minlength=parts)
        known = np.bincount(self.words.part, self.found >= 0, parts)
        return zip(known[2::3].tolist(), distinct[2::3].tolist(), strict=True)


def blocks(article: SegmentedArticle) -> tuple[list[str], ...]:
    """The tokens of the three blocks: headline, lead, body. Furniture is left out."""
    sentences = [s.tokens for s in article.sentences if not s.furniture]
    lead = list(chain.from_iterable(sentences[:LEAD_SENTENCES]))
    return list(article.headline_tokens), lead, list(chain.from_iterable(sentences))


def words_of(articles: Sequence[SegmentedArticle]) -> Words:
    """How often each distinct word stands in each block. Furniture is left out."""
    starts, begins, befores = [0], list[int](), list[int]()
    tokens: list[NDArray[np.intp]] = []
    for article in articles:
        words, start = article.words, starts[-1]
        size = len(words.numbers)
        body = [i for i, sentence in enumerate(article.sentences) if not sentence.furniture]
        tokens += (words.headline, words.of(body[:LEAD_SENTENCES]), words.of(body))
        # A block has a row of the table, as long as the article has words.
        begins += (3 * start, 3 * start + size, 3 * start + 2 * size)
        befores += (2 * start, 2 * start + size, 2 * start + 2 * size)
        starts.append(start + size)
    begin = np.array([*begins, 3 * starts[-1]])
    places = np.concatenate(tokens) + begin[:-1].repeat([*map(len, tokens)])
    table = np.bincount(places, minlength=3 * starts[-1])
    found = table.nonzero()[0]
    edges = found.searchsorted(begin)
    sizes = edges[1:] - edges[:-1]
    part = np.arange(len(sizes)).repeat(sizes)
    return Words(starts, part, found - np.array(befores).repeat(sizes), table.take(found))


def _grams(words: Words, rows: NDArray[np.intp], names: Sequence[str], spelling: Spelling) -> Grams:
    """The grams inside the words, which stand at `rows` (W,) of the model, at -1 if nowhere.

    Each pair of a word and a gram in it becomes one number: the part, the gram, the word's place. Sorted, they lie by
    grams, with all that hold one together; to sort 1,000 numbers takes 4 µs, where np.unique with what it sorts by 40.
    """
    place_bits, gram_bits = len(rows).bit_length(), len(spelling.keys).bit_length()
    word = (words.part << (gram_bits + place_bits)) + np.arange(len(rows))
    size, inside = spelling.of_known(rows)
    unknown = (rows < 0).nonzero()[0]
    owner, others = spelling.of_unknown([names[n] for n in words.word.take(unknown).tolist()])
    pairs = np.concatenate(
        (
            _ENDS,
            word.repeat(size) + np.left_shift(inside, place_bits, dtype=np.int64),
            word.take(unknown.take(owner)) + (others << place_bits),
        )
    )
    pairs.sort()
    step = pairs[1:] ^ pairs[:-1]
    if not step.all():  # a gram stands twice in a word
        pairs = pairs.compress(np.append(step, 1))
        step = pairs[1:] ^ pairs[:-1]
    edges = (step >> place_bits).nonzero()[0]
    first = edges[:-1]
    key = pairs[1:].take(first) >> place_bits
    holder = pairs[1:-1] & ((1 << place_bits) - 1)
    times = np.add.reduceat(words.times.take(holder), first)
    return Grams(key >> gram_bits, key & ((1 << gram_bits) - 1), times, edges[1:] - first, holder)


def vectors(
    articles: Sequence[SegmentedArticle], model: ThemeModel, rows: Sequence[NDArray[np.intp]] | None = None
) -> Vectors:
    """The terms of at least one article; `rows` of their distinct words may be given by who has them."""
    words = words_of(articles)
    names = list(chain.from_iterable([article.words.numbers for article in articles]))
    every = model.rows(names) if rows is None else np.concatenate(rows)
    found = every.take(words.word)
    grams = _grams(words, found, names, model.spelling)
    parts = 3 * len(articles)
    part = np.concatenate((words.part, grams.part + parts))
    row = np.concatenate((found, grams.gram + len(model.words)))
    # No term stands in a block more often than the block has tokens, for a gram counts once in each.
    tokens = max([len(article.words.tokens) for article in articles])
    damped = _DAMPED if tokens < len(_DAMPED) else _damped(tokens)
    values = damped.take(np.concatenate((words.times, grams.times))) * model.idf.take(row)
    # Whatever stands at -1: a word that stands nowhere counts nothing.
    values[: len(found)] *= found >= 0
    lengths = np.sqrt(np.bincount(part, values * values, 2 * parts)).reshape(2, -1, 3)
    values *= (model.scale[:, None] / np.maximum(lengths, _TINY)).ravel().take(part)
    places = 3 * row + part % 3
    edges = part.searchsorted(np.arange(0, 2 * parts + 1, 3)).tolist()
    return Vectors(names, words, every, found, grams, values, places, model.weights.take(places), edges)


def scores(vec: Vectors, model: ThemeModel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Primary scores and presence scores, each (A, K)."""
    known = len(vec.found)
    # An article has a product of its own. Where its rows begin did not change how it rounds, by any of five kernels of
    # OpenBLAS (x86-64, Nehalem to SkylakeX and an older one); `test_group_changes_nothing` asks the one it runs on.
    of_terms = np.array([vec.values[a:b] @ vec.weights[a:b] for a, b in pairwise(vec.edges)])
    articles = len(of_terms) // 2
    presence = model.presence.take(vec.places[:known])
    of_words = np.array([vec.values[a:b] @ presence[a:b] for a, b in pairwise(vec.edges[: articles + 1])])
    primary = (of_terms[:articles] + of_terms[articles:]) * model.weights.step + model.intercept
    return primary, of_words * model.presence.step + model.presence_intercept


def contributions(
    vec: Vectors, model: ThemeModel, winners: Sequence[int], runners_up: Sequence[int]
) -> NDArray[np.float64]:
    """What each word adds to its article's `score[winner] - score[runner_up]`: (D,).

    With the intercepts they sum to it exactly. What a gram adds is shared out among the words that hold it, by how
    often they stand in the block.
    """
    step, weights = model.weights.step, vec.weights
    pairs = zip([*winners, *winners], [*runners_up, *runners_up], strict=True)
    leads = [
        weights[a:b, first] * step[first] - weights[a:b, second] * step[second]
        for (a, b), (first, second) in zip(pairwise(vec.edges), pairs, strict=True)
    ]
    added = vec.values * np.concatenate(leads)
    words, grams, known = vec.words, vec.grams, len(vec.found)
    by_pair = (added[known:] / grams.times).repeat(grams.holders) * words.times.take(grams.holder)
    of_grams = np.bincount(words.word.take(grams.holder), by_pair, words.starts[-1])
    of_words = np.bincount(words.word, added[:known], words.starts[-1])
    return np.add(of_grams, of_words, dtype=np.float64)
