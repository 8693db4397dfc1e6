"""Segmented article → themes with calibrated probabilities, secondary themes, a decision and its evidence.

TF-IDF over three blocks of an article (headline, lead, whole body), each of length one, and linear models on them:
fitted by scikit-learn in `training`, served here as a dict look-up into weight rows. Equal to the estimator's
`decision_function` to 1e-9 (`tests/test_model_themes.py`).
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from dataclasses import dataclass
from itertools import chain, repeat
from math import exp, sqrt
from typing import TYPE_CHECKING

import numpy as np

from model.documents import Evidence, Judgement, ThemeScore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from model.documents import Decision, Reason, SegmentedArticle, Sentence

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

    def idf_of(self) -> Callable[[str], float]:
        """A function that gives the inverse document frequency of a term; of an unknown one, that of the rarest."""
        rows, values, rarest = self.terms, array("d", self.idf), float(self.idf.max())

        def look_up(term: str) -> float:
            row = rows.get(term)
            return rarest if row is None else values[row]

        return look_up


@dataclass(frozen=True, slots=True)
class Vector:
    """The terms of one article, block after block: (n,) each.

    `places[i]` is where `terms[i]` has its weights when those of the model are taken as (V x 3, K); a term that the
    model does not know has the value 0. `body` is where the terms of the body begin, `known` how many of them the
    model knows.
    """

    terms: list[str]
    places: NDArray[np.intp]
    values: NDArray[np.float64]
    body: int
    known: int


def is_term(token: str) -> bool:
    """Whether a token can be a term: it holds a letter or an ideograph. Numbers and punctuation tell no theme."""
    return _WORD.search(token) is not None


def blocks(article: SegmentedArticle) -> tuple[list[str], ...]:
    """The tokens of the three blocks: headline, lead, body. Furniture is left out."""
    sentences = [s.tokens for s in article.sentences if not s.furniture]
    lead = list(chain.from_iterable(sentences[:LEAD_SENTENCES]))
    return list(article.headline_tokens), lead, list(chain.from_iterable(sentences))


def vector(counts: Iterable[Mapping[str, int]], model: ThemeModel) -> Vector:
    """TF-IDF of three token counts: (1 + ln tf) · idf, each block scaled to its length (sklearn's sublinear_tf)."""
    counted = tuple(counts)
    terms = list(chain.from_iterable(counted))
    rows = np.fromiter(map(model.terms.get, terms, repeat(-1)), np.intp, len(terms))
    times = np.fromiter(chain.from_iterable(block.values() for block in counted), np.float64, len(terms))
    values = (1.0 + np.log(times)) * model.idf.take(rows)
    values[rows < 0] = 0.0
    places = rows * len(BLOCKS)
    start = 0
    for number, block in enumerate(counted):
        end = start + len(block)
        places[start:end] += number
        length = sqrt(values[start:end] @ values[start:end])
        if length:
            values[start:end] *= model.scale[number] / length
        body, start = start, end
    return Vector(terms, places, values, body, int(np.count_nonzero(rows[body:] >= 0)))


def scores(vec: Vector, model: ThemeModel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Primary scores and presence scores, each (K,)."""
    primary = vec.values @ _flat(model.weights).take(vec.places, axis=0) + model.intercept
    presence = vec.values @ _flat(model.presence).take(vec.places, axis=0) + model.presence_intercept
    return primary, presence


def _flat(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    return weights.reshape(-1, weights.shape[2])


def contributions(vec: Vector, model: ThemeModel, winner: int, runner_up: int) -> NDArray[np.float64]:
    """What each entry adds to `score[winner] - score[runner_up]`: (n,); with the intercepts they sum to it exactly."""
    weights = _flat(model.weights).take(vec.places, axis=0).astype(np.float64)
    return vec.values * (weights[:, winner] - weights[:, runner_up])


def judge(article: SegmentedArticle, model: ThemeModel) -> Judgement:
    """Judge one article by the codebook's six themes."""
    vec = vector(map(Counter, blocks(article)), model)
    primary, presence = scores(vec, model)
    shares = _softmax(primary, model.temperature)
    order = sorted(range(len(shares)), key=lambda k: -shares[k])
    ranked = tuple(ThemeScore(model.codes[k], shares[k]) for k in order)
    decision, reason = _decide(vec, ranked, model.limits)
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


def _decide(vec: Vector, ranked: tuple[ThemeScore, ...], limits: Limits) -> tuple[Decision, Reason | None]:
    if not _familiar(vec, limits.known):
        return "review", "unfamiliar"
    if vec.known < limits.tokens:
        return "review", "too_short"
    if ranked[0].probability >= limits.accept:
        return "accept", None
    if ranked[0].probability - ranked[1].probability < limits.close:
        return "review", "close_call"
    return "review", "low_confidence"


def _familiar(vec: Vector, share: float) -> bool:
    """Whether the model knows this share of the body's terms."""
    body = vec.terms[vec.body :]
    if vec.known and vec.known >= share * len(body):
        return True
    terms = sum(map(is_term, body))  # signs and numbers, which it cannot know, are left out only where they matter
    return terms > 0 and vec.known >= share * terms


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
    total: dict[str, float] = {}
    for term, weight in zip(vec.terms, contributions(vec, model, winner, runner_up).tolist(), strict=True):
        total[term] = total.get(term, 0.0) + weight
    pushed: list[tuple[str, float]] = []
    for term in sorted(total, key=total.__getitem__, reverse=True):
        weight = total[term]
        if weight <= 0 or len(pushed) == _EVIDENCE:
            break
        if len(term) > 1 and term not in model.hidden:
            pushed.append((term, weight))
    where = _places(article, {term for term, _ in pushed})
    return tuple(Evidence(term, weight, *where.get(term, (0, 0))) for term, weight in pushed)


def _places(article: SegmentedArticle, wanted: set[str]) -> dict[str, tuple[int, int]]:
    """The first place of each wanted term in the body, as a span."""
    found: dict[str, tuple[int, int]] = {}
    for sentence in article.sentences:
        for term in wanted.intersection(sentence.tokens):
            found[term] = _place(term, sentence, article.article.body)
        if wanted <= found.keys():
            break
        wanted = wanted - found.keys()
    return found


def _place(term: str, sentence: Sentence, body: str) -> tuple[int, int]:
    """The first place of a term in its sentence."""
    if _wrapped(sentence):
        return next((start, end) for token, start, end in token_spans(sentence, body) if token == term)
    start = sentence.start + sum(map(len, sentence.tokens[: sentence.tokens.index(term)]))
    return start, start + len(term)


def _wrapped(sentence: Sentence) -> bool:
    return sentence.end - sentence.start != sum(map(len, sentence.tokens))


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
