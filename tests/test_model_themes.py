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
from model.themes import Limits, blocks, contributions, judge, scores, token_spans, vector
from training.corpus import CountedArticle, count_blocks, read_articles
from training.term_matrix import gram_tallies, matrix_of, tallies

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
    """The look-ups give the sum of two estimators' decision_function, one on words and one on grams, to 1e-9."""
    model = digester.bundle.themes
    counted = [CountedArticle("", "", "", (), 3, count_blocks(blocks(a))) for a in articles]
    expected = -model.intercept  # it is in both estimators' sums
    for view, count in ((model.words, tallies), (model.grams, gram_tallies)):
        matrix = matrix_of(count(counted, view.terms), view.idf, view.scale)
        estimator = LinearSVC().fit(matrix, np.arange(len(articles)) % len(model.codes))
        estimator.coef_ = view.weights.reshape(-1, len(model.codes)).T.astype(np.float64)
        estimator.intercept_ = model.intercept
        expected = expected + estimator.decision_function(matrix)

    served = np.array([scores(vector(a, model), model)[0] for a in articles])

    assert np.abs(served - expected).max() < 1e-9


def test_contributions_add_up(digester: Digester, articles: list[SegmentedArticle]) -> None:
    """What the terms add for winner against runner-up, with the intercepts, is the difference of their scores."""
    model = digester.bundle.themes
    for article in articles:
        vec = vector(article, model)
        primary, _ = scores(vec, model)
        second, first = np.argsort(primary)[-2:]

        total = contributions(vec, model, first, second).sum() + model.intercept[first] - model.intercept[second]

        assert total == pytest.approx(primary[first] - primary[second], abs=1e-9)


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


@settings(max_examples=50)
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
