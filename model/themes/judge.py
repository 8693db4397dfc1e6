"""Scores → probabilities, a decision, secondary themes, and the words that decided, with their places."""

from __future__ import annotations

from bisect import bisect_right
from itertools import islice
from math import exp
from typing import TYPE_CHECKING

from model.documents import Evidence, Judgement, ThemeScore
from model.themes.spelling import is_term
from model.themes.vector import blocks, contributions, scores, vectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from model.documents import Decision, Reason, SegmentedArticle, Sentence, Span
    from model.themes.parameters import Limits, ThemeModel
    from model.themes.vector import Vectors

_EVIDENCE = 8


def judge(article: SegmentedArticle, model: ThemeModel, rows: NDArray[np.intp] | None = None) -> Judgement:
    """Judge one article by the codebook's six themes; for `rows` see `ThemeModel.rows`."""
    return judge_each([article], model, None if rows is None else [rows])[0]


def judge_each(
    articles: Sequence[SegmentedArticle], model: ThemeModel, rows: Sequence[NDArray[np.intp]] | None = None
) -> list[Judgement]:
    """Judge articles; the `rows` of each one's distinct words may be given by who has them (`ThemeModel.rows`).

    What is said of one does not depend on the others.
    """
    if not articles:
        return []
    vec = vectors(articles, model, rows)
    primary, presence = scores(vec, model)
    shares = [_softmax(values, model.temperature) for values in primary.tolist()]
    orders = [sorted(range(len(each)), key=each.__getitem__, reverse=True) for each in shares]
    because = _because(articles, vec, model, orders)
    themes = [
        tuple([ThemeScore(model.codes[k], each[k]) for k in order]) for each, order in zip(shares, orders, strict=True)
    ]
    also = [_secondary(values, order[0], model) for values, order in zip(presence.tolist(), orders, strict=True)]
    return [
        Judgement(ranked, secondary, *_decide(article, known, distinct, ranked, model.limits), evidence)
        for article, ranked, secondary, (known, distinct), evidence in zip(
            articles, themes, also, vec.in_bodies(), because, strict=True
        )
    ]


def _softmax(values: list[float], temperature: float) -> list[float]:
    top = max(values)
    powers = [exp((v - top) / temperature) for v in values]
    total = sum(powers)
    return [p / total for p in powers]


def _decide(
    article: SegmentedArticle, known: int, distinct: int, ranked: tuple[ThemeScore, ...], limits: Limits
) -> tuple[Decision, Reason | None]:
    """The decision on an article in whose body stand so many distinct words, of which the model knows so many."""
    if not _familiar(article, known, distinct, limits.known):
        return "review", "unfamiliar"
    if known < limits.tokens:
        return "review", "too_short"
    if ranked[0].probability >= limits.accept:
        return "accept", None
    if ranked[0].probability - ranked[1].probability < limits.close:
        return "review", "close_call"
    return "review", "low_confidence"


def _familiar(article: SegmentedArticle, known: int, distinct: int, share: float) -> bool:
    """Whether the model knows this share of the body's distinct words."""
    if known and known >= share * distinct:
        return True
    # Signs and numbers, which it cannot know, are left out only where they matter.
    terms = sum(map(is_term, set(blocks(article)[-1])))
    return terms > 0 and known >= share * terms


def _secondary(presence: list[float], winner: int, model: ThemeModel) -> tuple[ThemeScore, ...]:
    found = []
    for k, threshold in enumerate(model.limits.also):
        probability = 1.0 / (1.0 + exp(-presence[k]))
        if k != winner and model.codes[k] != "other" and probability >= threshold:
            found.append(ThemeScore(model.codes[k], probability))
    return tuple(sorted(found, key=lambda t: -t.probability))


def _because(
    articles: Sequence[SegmentedArticle], vec: Vectors, model: ThemeModel, orders: Sequence[Sequence[int]]
) -> list[tuple[Evidence, ...]]:
    """The terms that pushed the winner most, readable ones only, with their first place in the text."""
    weights = contributions(vec, model, [order[0] for order in orders], [order[1] for order in orders])
    # A word that the model does not know, though it knows grams of it, may be a guessed one or a name.
    shown = ((weights > 0) & (vec.rows >= 0) & model.shown.take(vec.rows)).nonzero()[0]
    weights = weights.take(shown)
    lightness = -weights
    edges = shown.searchsorted(vec.words.starts).tolist()
    found = []
    for article, start, end, before in zip(articles, edges, edges[1:], vec.words.starts, strict=False):
        # Of equal ones, the first in the text comes first.
        heaviest = lightness[start:end].argsort(kind="stable")[:_EVIDENCE] + start
        numbers = shown.take(heaviest)
        told = zip(numbers.tolist(), weights.take(heaviest).tolist(), _places(article, numbers - before), strict=True)
        found.append(tuple([Evidence(vec.names[n], weight, *place) for n, weight, place in told]))
    return found


def _places(article: SegmentedArticle, wanted: NDArray[np.intp]) -> list[Span]:
    """The first place of each wanted word in the body, as a span; (0, 0) where it is not in the body."""
    starts, headline = article.words.starts, len(article.headline_tokens)
    tokens = article.words.tokens[headline:]
    if not len(tokens):
        return [(0, 0)] * len(wanted)
    first = (tokens == wanted[:, None]).argmax(axis=1)
    spans = []
    for at, stands in zip((first + headline).tolist(), (tokens.take(first) == wanted).tolist(), strict=True):
        index = bisect_right(starts, at) - 1
        spans.append(_place(article.sentences[index], at - starts[index], article.article.body) if stands else (0, 0))
    return spans


def _place(sentence: Sentence, at: int, body: str) -> Span:
    """The span in the body of a sentence's token."""
    tokens = sentence.tokens
    if _wrapped(sentence):
        _, start, end = next(islice(token_spans(sentence, body), at, None))
        return start, end
    start = sentence.start + len("".join(tokens[:at]))
    return start, start + len(tokens[at])


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
