"""Segmented article → themes with calibrated probabilities, secondary themes, a decision and its evidence.

TF-IDF over three blocks of an article (headline, lead, whole body), each of length one, and linear models on them:
fitted by scikit-learn in `training`, served here as a dict look-up into weight rows. Equal to the estimator's
`decision_function` to 1e-9 (`tests/test_model_themes.py`).
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import chain, compress, islice
from math import exp
from typing import TYPE_CHECKING

import numpy as np

from model.documents import Evidence, Judgement, ThemeScore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from model.documents import Decision, Reason, SegmentedArticle, Sentence, Span

BLOCKS = ("headline", "lead", "body")
LEAD_SENTENCES = 2
"""The lead block: an article's first two sentences, where the codebook looks for what it exists to tell."""

_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffA-Za-z]")
_EVIDENCE = 8


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
class ThemeModel:
    """A linear theme model. V terms, K themes, 3 blocks.

    `weights` is (V, 3, K) and scores the primary theme; `presence` is (V, 3, K) and scores, theme by theme, whether it
    takes up a real part. `idf` is (V,), `scale` (3,) the length each block is given, both intercepts (K,).
    `temperature` divides the scores before the softmax (Guo et al. 2017, "On calibration of modern neural networks").
    """

    codes: tuple[str, ...]
    terms: Mapping[str, int]
    idf: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float32]
    intercept: NDArray[np.float64]
    presence: NDArray[np.float32]
    presence_intercept: NDArray[np.float64]
    temperature: float
    limits: Limits
    hidden: frozenset[str] = frozenset()
    """Terms that count but are not shown as evidence: stop words, and guessed words, which may be pieces of names."""

    def row_of(self, term: str) -> int:
        """Where a term has its weights; -1 if the model does not know it."""
        return self.terms.get(term, -1)

    def idf_of(self) -> Callable[[str], float]:
        """A function that gives the inverse document frequency of a term; of an unknown one, that of the rarest."""
        rows, values, rarest = self.terms, array("d", self.idf), float(self.idf.max())

        def look_up(term: str) -> float:
            row = rows.get(term)
            return rarest if row is None else values[row]

        return look_up


@dataclass(frozen=True, slots=True)
class Vector:
    """The D distinct words of one article (`SegmentedArticle.words`).

    `rows` is (D,), where each has its weights in the model, -1 where the model does not know it. `values` is (D, 3), a
    value for each block, 0 where the word is unknown or not in the block. `in_body` is (D,), whether the body has it.
    """

    rows: NDArray[np.intp]
    values: NDArray[np.float64]
    in_body: NDArray[np.bool_]

    @property
    def known(self) -> int:
        """How many distinct words of the body the model knows."""
        return int(np.count_nonzero(self.in_body & (self.rows >= 0)))


def is_term(token: str) -> bool:
    """Whether a token can be a term: it holds a letter or an ideograph. Numbers and punctuation tell no theme."""
    return _WORD.search(token) is not None


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


def vector(article: SegmentedArticle, model: ThemeModel, row_of: Callable[[str], int] | None = None) -> Vector:
    """TF-IDF of the three blocks: (1 + ln tf) · idf, each block scaled to its length (sklearn's sublinear_tf).

    `row_of` may stand in for `model.row_of`, to which it must be equal.
    """
    times = counts(article)
    rows = np.fromiter(map(row_of or model.row_of, article.words.numbers), np.intp, len(times))
    idf = np.where(rows >= 0, model.idf.take(rows), 0.0)
    present = times > 0
    values = (np.log(np.maximum(times, 1)) + present) * idf[:, None]
    lengths = np.sqrt(np.einsum("ij,ij->j", values, values))
    values *= model.scale / np.where(lengths > 0, lengths, 1.0)
    return Vector(rows, values, present[:, -1])


def scores(vec: Vector, model: ThemeModel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Primary scores and presence scores, each (K,)."""
    values = vec.values.ravel()
    primary, presence = (
        values @ weights.take(vec.rows, axis=0).reshape(-1, len(model.codes))
        for weights in (model.weights, model.presence)
    )
    return primary + model.intercept, presence + model.presence_intercept


def contributions(vec: Vector, model: ThemeModel, winner: int, runner_up: int) -> NDArray[np.float64]:
    """What each word adds to `score[winner] - score[runner_up]`: (D,); with the intercepts they sum to it exactly."""
    weights = model.weights.take(vec.rows, axis=0).astype(np.float64)
    added: NDArray[np.float64] = np.einsum("ij,ij->i", vec.values, weights[:, :, winner] - weights[:, :, runner_up])
    return added


def judge(article: SegmentedArticle, model: ThemeModel, row_of: Callable[[str], int] | None = None) -> Judgement:
    """Judge one article by the codebook's six themes; for `row_of` see `vector`."""
    vec = vector(article, model, row_of)
    primary, presence = scores(vec, model)
    shares = _softmax(primary, model.temperature)
    order = sorted(range(len(shares)), key=lambda k: -shares[k])
    ranked = tuple(ThemeScore(model.codes[k], shares[k]) for k in order)
    decision, reason = _decide(article, vec, ranked, model.limits)
    return Judgement(
        themes=ranked,
        also=_secondary(presence, order[0], model),
        decision=decision,
        reason=reason,
        because=_because(article, vec, model, order[0], order[1]),
    )


def _softmax(values: NDArray[np.float64], temperature: float) -> list[float]:
    top = float(values.max())
    powers = [exp((v - top) / temperature) for v in values.tolist()]
    total = sum(powers)
    return [p / total for p in powers]


def _decide(
    article: SegmentedArticle, vec: Vector, ranked: tuple[ThemeScore, ...], limits: Limits
) -> tuple[Decision, Reason | None]:
    known = vec.known
    if not _familiar(article, vec, known, limits.known):
        return "review", "unfamiliar"
    if known < limits.tokens:
        return "review", "too_short"
    if ranked[0].probability >= limits.accept:
        return "accept", None
    if ranked[0].probability - ranked[1].probability < limits.close:
        return "review", "close_call"
    return "review", "low_confidence"


def _familiar(article: SegmentedArticle, vec: Vector, known: int, share: float) -> bool:
    """Whether the model knows this share of the body's distinct words."""
    if known and known >= share * np.count_nonzero(vec.in_body):
        return True
    # Signs and numbers, which it cannot know, are left out only where they matter.
    terms = sum(map(is_term, compress(article.words.numbers, vec.in_body.tolist())))
    return terms > 0 and known >= share * terms


def _secondary(presence: NDArray[np.float64], winner: int, model: ThemeModel) -> tuple[ThemeScore, ...]:
    found = []
    for k, threshold in enumerate(model.limits.also):
        probability = 1.0 / (1.0 + exp(-float(presence[k])))
        if k != winner and model.codes[k] != "other" and probability >= threshold:
            found.append(ThemeScore(model.codes[k], probability))
    return tuple(sorted(found, key=lambda t: -t.probability))


def _because(
    article: SegmentedArticle, vec: Vector, model: ThemeModel, winner: int, runner_up: int
) -> tuple[Evidence, ...]:
    """The terms that pushed the winner most, readable ones only, with their first place in the text."""
    weights = contributions(vec, model, winner, runner_up)
    words = list(article.words.numbers)
    pushed: list[tuple[int, float]] = []
    positive = np.flatnonzero(weights > 0)
    order = (-weights[positive]).argsort(kind="stable")  # of equal ones, the first in the text
    for n, weight in zip(positive[order].tolist(), weights[positive[order]].tolist(), strict=True):
        if len(words[n]) > 1 and words[n] not in model.hidden:
            pushed.append((n, weight))
            if len(pushed) == _EVIDENCE:
                break
    places = _places(article, [n for n, _ in pushed])
    return tuple(Evidence(words[n], weight, *place) for (n, weight), place in zip(pushed, places, strict=True))


def _places(article: SegmentedArticle, wanted: list[int]) -> list[Span]:
    """The first place of each wanted word in the body, as a span; (0, 0) where it is not in the body."""
    words = article.words
    first = np.zeros(len(words.numbers), np.intp)
    body = words.tokens[len(words.headline) :]
    first[body[::-1]] = np.arange(len(words.tokens), len(words.headline), -1)  # numpy keeps the last of repeated ones
    return [_place(article, at - 1) if at else (0, 0) for at in first[wanted].tolist()]


def _place(article: SegmentedArticle, at: int) -> Span:
    """The span in the body of the token that stands at `at` among all tokens."""
    index = bisect_right(article.words.starts, at) - 1
    sentence = article.sentences[index]
    before = at - article.words.starts[index]
    if _wrapped(sentence):
        _, start, end = next(islice(token_spans(sentence, article.article.body), before, None))
        return start, end
    start = sentence.start + sum(map(len, sentence.tokens[:before]))
    return start, start + len(sentence.tokens[before])


def _wrapped(sentence: Sentence) -> bool:
    return sentence.end - sentence.start != len(sentence.text)


def token_spans(sentence: Sentence, body: str) -> Iterator[tuple[str, int, int]]:
    """Each token of a sentence with its span in the body; white space that a wrap put inside is stepped over."""
    at = sentence.start
    wrapped = _wrapped(sentence)
    for token in sentence.tokens:
        start = end = at
        for i in range(len(token)) if wrapped else ():
            while end < sentence.end and body[end].isspace() and not token[i].isspace():
                end += 1
                start = end if i == 0 else start
            end += 1
        at = end if wrapped else at + len(token)
        yield token, start, at
