"""The served linear model is the fitted one, and explains itself exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import LinearSVC

from model import Digester
from model.digest import segment
from model.documents import Article, SegmentedArticle
from model.segmenter import Segmenter
from model.themes import (
    Limits,
    Spelling,
    Weights,
    blocks,
    contributions,
    judge,
    judge_each,
    scores,
    spell,
    token_spans,
    vectors,
)
from training.corpus import CountedArticle, count_blocks, read_articles
from training.term_matrix import Tallies, gram_tallies, matrix_of, tallies

SEGMENTER = Segmenter()


def segmented(body: str, headline: str = "") -> SegmentedArticle:
    lines = body.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:i]) for i in range(len(lines))]
    spans = tuple((s, s + len(line)) for s, line in zip(starts, lines, strict=True))
    return segment(Article(body=body, headline=headline, paragraphs=spans), SEGMENTER)


@pytest.fixture(scope="module")
def articles() -> list[SegmentedArticle]:
    return [segment(a.article, SEGMENTER) for a in read_articles()[:60]]


def test_equals_sklearn(digester: Digester, articles: list[SegmentedArticle]) -> None:
    """The look-ups give the sum of two estimators' decision_function, on words and on grams, and a third's, to 1e-9."""
    model = digester.bundle.themes
    counted = [CountedArticle("", "", "", (), 3, count_blocks(blocks(a))) for a in articles]
    words, grams = model.words, {gram: row for row, gram in enumerate(model.spelling.grams())}
    of_words, of_grams = slice(len(words)), slice(len(words), None)

    def decisions(tally: Tallies, terms: slice, scale: np.ndarray, weights: Weights) -> np.ndarray:
        matrix = matrix_of(tally, model.idf[terms], scale)
        estimator = LinearSVC().fit(matrix, np.arange(len(articles)) % len(model.codes))
        estimator.coef_ = weights.values[terms].reshape(-1, len(model.codes)).T
        estimator.intercept_ = np.zeros(len(model.codes))
        return estimator.decision_function(matrix)

    by_word = decisions(tallies(counted, words), of_words, model.scale[0], model.weights)
    by_gram = decisions(gram_tallies(counted, grams), of_grams, model.scale[1], model.weights)
    present = decisions(tallies(counted, words), of_words, model.scale[0], model.presence)

    primary, presence = scores(vectors(articles, model), model)

    assert np.abs(primary - (by_word + by_gram + model.intercept)).max() < 1e-9
    assert np.abs(presence - (present + model.presence_intercept)).max() < 1e-9


def test_contributions_add_up(digester: Digester, articles: list[SegmentedArticle]) -> None:
    """What the terms add for winner against runner-up, with the intercepts, is the difference of their scores."""
    model = digester.bundle.themes
    vec = vectors(articles, model)
    primary, _ = scores(vec, model)
    second, first = np.argsort(primary)[:, -2:].T

    added = np.add.reduceat(contributions(vec, model, first.tolist(), second.tolist()), vec.words.starts[:-1])

    every = np.arange(len(articles))
    total = added + model.intercept[first] - model.intercept[second]
    assert total == pytest.approx(primary[every, first] - primary[every, second], abs=1e-9)


def test_group_changes_nothing(digester: Digester, articles: list[SegmentedArticle]) -> None:
    """An article is judged alike to the last bit, alone and in a group, next to whatever stands there."""
    model = digester.bundle.themes
    odd = [segmented(body) for body in ("", "。", "消防演练。", "qwx", "消防" + "，安全" * 5000 + "。")]
    group = [*odd, *articles, *odd[::-1]]

    judgements = judge_each(group, model)

    assert judgements == [judge(article, model) for article in group]
    assert judge_each(group, model, [model.rows(article.words.numbers) for article in group]) == judgements
    assert judge_each([], model) == []


def test_model_without_grams(digester: Digester, articles: list[SegmentedArticle]) -> None:
    """A model that knows words only judges by those."""
    whole = digester.bundle.themes
    words = slice(len(whole.words))
    weights = Weights(whole.weights.numbers[words], whole.weights.step)
    model = replace(whole, spelling=Spelling.of([], list(whole.words)), idf=whole.idf[words], weights=weights)

    vec = vectors(articles, model)
    primary, presence = scores(vec, model)

    assert not len(vec.grams.gram)
    assert np.array_equal(presence, scores(vectors(articles, whole), whole)[1])
    assert np.abs(primary - scores(vectors(articles, whole), whole)[0]).max() > 0
    assert len(judge_each([*articles, segmented("")], model)) == len(articles) + 1


@settings(max_examples=200)
@given(words=st.lists(st.text(st.sampled_from("消防车员安全a1。\n\ud800𠮷"), min_size=1, max_size=5), unique=True))
def test_spelling(words: list[str]) -> None:
    """Words that a model knows, spelled beforehand, and others, spelled when they come, hold the grams of `spell`."""
    grams = sorted({"消", "防", "安", "a", "1", "𠮷", "消防", "防防", "安全", "a1", "𠮷a"})
    known = [word for word in words if spell(word)][::2]
    spelling = Spelling.of(grams, known)

    size, inside = spelling.of_known(np.array([known.index(w) if w in known else -1 for w in words], np.intp))
    others = [word for word in words if word not in known]
    owner, also = spelling.of_unknown(others)

    found = [(words[n], grams[g]) for n, g in zip(np.arange(len(words)).repeat(size), inside, strict=True)]
    found += {(others[n], grams[g]) for n, g in zip(owner, also, strict=True)}
    assert sorted(found) == sorted((word, gram) for word in words for gram in spell(word) if gram in grams)
    assert spelling.grams() == grams


@given(seed=st.integers(0, 1000))
def test_rounded_weights(seed: int) -> None:
    """A stored weight is off by half a step at most, 1/65534 of its theme's largest; none at all is no error."""
    values = np.random.default_rng(seed).standard_t(2, (9, 3, 4)) * [1.0, 100.0, 1e-6, 0.0]

    stored = Weights.of(values)

    assert (np.abs(stored.values - values) <= np.abs(values).max(axis=(0, 1)) / 65533).all()
    assert np.array_equal(stored.take(np.array([3 * 5 + 2]))[0] * stored.step, stored.values[5, 2])


def test_long_text_counts_as_any(digester: Digester) -> None:
    """A word that stands in a text thousands of times is damped by the same logarithm."""
    model = digester.bundle.themes
    article = segmented("消防" + "，安全" * 5000 + "。")
    vec = vectors([article], model)

    body = vec.words.part == 2
    rows, times = vec.found[body], vec.words.times[body]
    values = np.where(rows >= 0, (1 + np.log(times)) * model.idf[rows], 0)

    assert times[list(article.words.numbers).index("安全") == vec.words.word[body]] > 4000
    assert vec.values[: len(body)][body] == pytest.approx(model.scale[0, 2] * values / np.linalg.norm(values))


def test_evidence_stands_where_it_says(digester: Digester) -> None:
    """Each deciding word is found at its place in the text, also across a hard wrap and behind an astral character."""
    for article in read_articles()[:40]:
        body = "𠮷" + article.body
        for evidence in digester.article(body, article.headline).judgement.because:
            if evidence.end:
                assert body[evidence.start : evidence.end].replace("\n", "") == evidence.term
            else:
                assert evidence.term in article.headline


def test_evidence_is_readable(digester: Digester) -> None:
    """No stop word, no single character, no number, and every weight pushes the winner."""
    for article in read_articles()[:40]:
        for evidence in digester.article(article.body, article.headline).judgement.because:
            assert len(evidence.term) > 1
            assert evidence.term not in digester.bundle.stop_words
            assert evidence.weight > 0


@settings(max_examples=50, deadline=None)  # the first example may load the tables of guessed words
@given(body=st.text(max_size=200))
def test_probabilities_sum_to_one_on_any_text(digester: Digester, body: str) -> None:
    """Six probabilities, best first, that sum to one, whatever is sent."""
    judgement = judge(segmented(body), digester.bundle.themes)

    shares = [t.probability for t in judgement.themes]
    assert sorted(t.code for t in judgement.themes) == sorted(digester.bundle.themes.codes)
    assert sum(shares) == pytest.approx(1.0)
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("消防演练。", "too_short"),
        ("The quick brown fox jumps over the lazy dog, and then some more words follow it here.", "unfamiliar"),
        ("１２３４５６７８９。３．１４％", "unfamiliar"),
    ],
)
def test_reasons(digester: Digester, body: str, reason: str) -> None:
    """A text of a few words is too short; one of words the model does not know is unfamiliar."""
    judgement = digester.article(body).judgement

    assert (judgement.decision, judgement.reason) == ("review", reason)


def test_close_call_and_low_confidence(digester: Digester) -> None:
    """Below the accept limit, a winner with a narrow lead is a close call, one with a wide lead is low confidence."""
    article = segmented(read_articles()[0].body)
    model = digester.bundle.themes

    close = judge(article, replace(model, limits=Limits(accept=1.1, close=1.1, tokens=0, known=0.0)))
    low = judge(article, replace(model, limits=Limits(accept=1.1, close=0.0, tokens=0, known=0.0)))

    assert (close.reason, low.reason) == ("close_call", "low_confidence")


def test_secondary_themes_exclude_winner_and_rest(digester: Digester) -> None:
    """`also` never names the primary theme nor `other`."""
    for article in read_articles()[:60]:
        judgement = digester.article(article.body, article.headline).judgement
        assert not {"other", judgement.theme.code} & {t.code for t in judgement.also}


def test_token_spans_step_over_wraps() -> None:
    """A word that a wrap cut in two is placed from its first to its last character."""
    body = "全县开展安全生\n产大检查。"
    article = Article(body=body, paragraphs=((0, len(body)),))
    sentence = segment(article, SEGMENTER).sentences[0]

    spans = {token: (start, end) for token, start, end in token_spans(sentence, body)}

    start, end = spans["安全"]
    assert body[start:end] == "安全"
    start, end = spans["生产"]
    assert body[start:end] == "生\n产"
