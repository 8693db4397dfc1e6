"""Scores → probabilities, a decision, secondary themes, and the words that decided, with their places."""

from __future__ import annotations

from bisect import bisect_right
from itertools import compress, islice
from math import exp
from typing import TYPE_CHECKING

import numpy as np

from model.documents import Evidence, Judgement, ThemeScore
from model.themes.spelling import is_term
from model.themes.vector import contributions, scores, vector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from model.documents import Decision, Reason, SegmentedArticle, Sentence, Span
    from model.themes.parameters import Limits, ThemeModel
    from model.themes.vector import Vector

_EVIDENCE = 8


def judge(article: SegmentedArticle, model: ThemeModel, rows: NDArray[np.intp] | None = None) -> Judgement:
    """Judge one article by the codebook's six themes; for `rows` see `vector`."""
    vec = vector(article, model, rows)
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
    in_body = vec.word_times[-1] > 0
    known = int(np.count_nonzero(in_body & (vec.rows >= 0)))
    if not _familiar(article, in_body, known, limits.known):
        return "review", "unfamiliar"
    if known < limits.tokens:
        return "review", "too_short"
    if ranked[0].probability >= limits.accept:
        return "accept", None
    if ranked[0].probability - ranked[1].probability < limits.close:
        return "review", "close_call"
    return "review", "low_confidence"


def _familiar(article: SegmentedArticle, in_body: NDArray[np.bool_], known: int, share: float) -> bool:
    """Whether the model knows this share of the body's distinct words."""
    if known and known >= share * np.count_nonzero(in_body):
        return True
    # Signs and numbers, which it cannot know, are left out only where they matter.
    terms = sum(map(is_term, compress(article.words.numbers, in_body.tolist())))
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
    # A word that the model does not know, though it knows grams of it, may be a guessed one or a name.
    shown = ((weights > 0) & (vec.rows >= 0) & model.shown.take(vec.rows)).nonzero()[0]
    # Of equal ones, the first in the text comes first.
    heaviest = shown.take((-weights.take(shown)).argsort(kind="stable")[:_EVIDENCE])
    words = list(article.words.numbers)
    found = zip(heaviest.tolist(), weights.take(heaviest).tolist(), _places(article, heaviest), strict=True)
    return tuple(Evidence(words[n], weight, *place) for n, weight, place in found)


def _places(article: SegmentedArticle, wanted: NDArray[np.intp]) -> list[Span]:
    """The first place of each wanted word in the body, as a span; (0, 0) where it is not in the body."""
    before = len(article.words.headline)
    tokens = article.words.tokens[before:]
    if not len(tokens):
        return [(0, 0)] * len(wanted)
    first = (tokens == wanted[:, None]).argmax(axis=1)
    there = tokens.take(first) == wanted
    return [
        _place(article, before + at) if stands else (0, 0)
        for at, stands in zip(first.tolist(), there.tolist(), strict=True)
    ]


def _place(article: SegmentedArticle, at: int) -> Span:
    """The span in the body of the token that stands at `at` among all tokens."""
    index = bisect_right(article.words.starts, at) - 1
    sentence = article.sentences[index]
    before = at - article.words.starts[index]
    if _wrapped(sentence):
        _, start, end = next(islice(token_spans(sentence, article.article.body), before, None))
        return start, end
    start = sentence.start + len("".join(sentence.tokens[:before]))
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
