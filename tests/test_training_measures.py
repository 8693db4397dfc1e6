"""training.measures: each figure against an example worked by hand, and what must hold for any answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from training import measures
from training.measures import Label

CODES = ("a", "b", "c")
labels_of = st.lists(
    st.builds(
        Label,
        truth=st.sampled_from(CODES),
        answer=st.sampled_from(CODES),
        probability=st.floats(0.2, 1.0),
        accepted=st.booleans(),
        also_truth=st.frozensets(st.sampled_from(CODES), max_size=2),
        also_answer=st.frozensets(st.sampled_from(CODES), max_size=2),
    ),
    min_size=1,
    max_size=30,
)


def label(truth: str, answer: str, probability: float = 0.9, *, accepted: bool = True, also: str = "", said: str = ""):
    """One label; `also` and `said` are the secondary themes, true and answered, a letter each."""
    return Label(truth, answer, probability, accepted, frozenset(also), frozenset(said))


FOUR = [
    label("a", "a", 0.95, also="b", said="b"),
    label("a", "b", 0.6, accepted=False, also="b", said="c"),
    label("b", "b", 0.85),
    label("c", "b", 0.7, also="a"),
]


def test_accuracy_by_hand() -> None:
    """Two of four are right; a third one named the reader's second theme first."""
    assert measures.accuracy(FOUR).value == 0.5
    assert measures.accuracy_or_also(FOUR).value == 0.75
    assert measures.coverage(FOUR).value == 0.75
    assert measures.accepted_accuracy(FOUR).value == pytest.approx(2 / 3)
    assert measures.accepted_accuracy(FOUR).n == 3


def test_f1_by_hand() -> None:
    """a: precision 1, recall 1/2; b: precision 1/3, recall 1; c: nothing found."""
    rows = {row.theme: row for row in measures.by_theme(FOUR, CODES)}

    assert (rows["a"].precision, rows["a"].recall, rows["a"].n, rows["a"].answers) == (1.0, 0.5, 2, 1)
    assert (rows["b"].precision, rows["b"].recall) == (pytest.approx(1 / 3), 1.0)
    assert (rows["c"].precision, rows["c"].recall, rows["c"].f1) == (0.0, 0.0, 0.0)
    assert measures.f1_by_theme(FOUR) == {code: pytest.approx(rows[code].f1) for code in CODES}
    assert measures.macro_f1(FOUR).value == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


def test_also_f1_by_hand() -> None:
    """One hit of three true and two answered secondary themes: 2 · 1 / 5."""
    assert measures.also_f1(FOUR).value == pytest.approx(0.4)


def test_confusion_by_hand() -> None:
    """Truth by row, answer by column."""
    assert measures.confusion(FOUR, CODES).tolist() == [[1, 1, 0], [0, 1, 0], [0, 1, 0]]


def test_calibration_error_by_hand() -> None:
    """Two bins: 0.95 and 0.85 both right, 0.1 short; 0.7 and 0.6 both wrong, 0.65 over: half of each."""
    assert measures.calibration_error(FOUR, bins=2).value == pytest.approx((0.1 + 0.65) / 2)
    sure, unsure = measures.reliability(FOUR, bins=2)
    assert (sure.probability, sure.right.value) == (pytest.approx(0.9), 1.0)
    assert (unsure.probability, unsure.right.value) == (pytest.approx(0.65), 0.0)


def test_a_calibrated_answerer_has_no_error() -> None:
    """Right in nine of ten at 0.9 and in six of ten at 0.6: the error is nil."""
    labels = [label("a", "a" if i < 9 else "b", 0.9) for i in range(10)]
    labels += [label("a", "a" if i < 6 else "b", 0.6) for i in range(10)]

    assert measures.calibration_error(labels, bins=2).value == pytest.approx(0)


def test_selective_accuracy_by_hand() -> None:
    """Surest first: right, right, wrong, wrong."""
    coverage, accuracy = measures.selective_accuracy(FOUR)

    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert accuracy.tolist() == [1.0, 1.0, pytest.approx(2 / 3), 0.5]


def test_wilson_by_hand() -> None:
    """8 of 10: the textbook's [0.490, 0.943]; all of 5 is not certain."""
    figure = measures.wilson([True] * 8 + [False] * 2)

    assert (figure.low, figure.high) == (pytest.approx(0.490, abs=1e-3), pytest.approx(0.943, abs=1e-3))
    assert measures.wilson([True] * 5).low == pytest.approx(0.566, abs=1e-3)


def test_panoptic_quality_by_hand() -> None:
    """One article whole, one with three of its four lines, one missed, one invented."""
    truth = [{1, 2, 3}, {4, 5, 6, 7}, {8, 9}]
    answer = [{1, 2, 3}, {4, 5, 6}, {8, 20, 21}]

    assert measures.panoptic_quality(truth, answer) == pytest.approx(2 * (1 + 0.75) / 6)
    assert measures.exact_articles(truth, answer) == [True, False, False]


def test_bootstrap_interval_of_a_coin() -> None:
    """Half of 400 right: the interval is the normal one, 0.5 ± 0.049, and the same every time."""
    figure = measures.mean([i % 2 for i in range(400)])

    assert figure.value == 0.5
    assert figure.low == pytest.approx(0.451, abs=0.01)
    assert figure.high == pytest.approx(0.549, abs=0.01)
    assert measures.mean([i % 2 for i in range(400)]) == figure
    assert str(figure).startswith("0.500 [0.4")


def test_nothing_measured_is_zero() -> None:
    """No label, no division by zero: each figure is zero on zero articles."""
    figures = (
        measures.accuracy, measures.accuracy_or_also, measures.macro_f1, measures.also_f1,
        measures.calibration_error, measures.coverage, measures.accepted_accuracy,
    )  # fmt: skip
    assert {(f([]).value, f([]).n) for f in figures} == {(0.0, 0)}
    assert measures.wilson([]).n == 0
    assert measures.reliability([]) == ()
    assert measures.panoptic_quality([], []) == 0


@settings(max_examples=25, deadline=None)
@given(labels_of)
def test_figures_agree_with_each_other(labels: list[Label]) -> None:
    """Shares are shares; the second theme only helps; intervals hold; F1 is sklearn's; the curve ends at accuracy."""
    right = measures.accuracy(labels)
    either = measures.accuracy_or_also(labels)
    assert 0 <= right.low <= right.value <= right.high <= 1
    assert right.value <= either.value
    table = measures.confusion(labels, CODES)
    assert table.trace() / table.sum() == pytest.approx(right.value)
    rows = measures.by_theme(labels, CODES)
    theirs = f1_score(
        [x.truth for x in labels], [x.answer for x in labels], labels=CODES, average=None, zero_division=0
    )
    assert [row.f1 for row in rows] == pytest.approx(theirs.tolist())
    assert sum(row.n for row in rows) == sum(row.answers for row in rows) == len(labels)
    coverage, accuracy = measures.selective_accuracy(labels)
    assert (coverage[-1], accuracy[-1]) == (1.0, pytest.approx(right.value))
    wilson = measures.wilson([x.right for x in labels])
    assert 0 <= wilson.low <= wilson.value <= wilson.high <= 1


@settings(max_examples=25, deadline=None)
@given(labels_of)
def test_calibration_error_is_what_the_diagram_shows(labels: list[Label]) -> None:
    """The bins hold every article once; their weighted gaps add up to the figure, at least the overall gap."""
    bins = measures.reliability(labels, bins=4)
    error = measures.calibration_error(labels, bins=4).value

    assert sum(b.right.n for b in bins) == len(labels)
    assert [b.probability for b in bins] == sorted((b.probability for b in bins), reverse=True) or len(bins) < 2
    assert sum(abs(b.probability - b.right.value) * b.right.n for b in bins) / len(labels) == pytest.approx(error)
    overall = abs(np.mean([x.probability for x in labels]) - np.mean([x.right for x in labels]))
    assert overall - 1e-9 <= error <= 1


@given(st.lists(st.frozensets(st.integers(0, 30), min_size=1, max_size=6), max_size=6))
def test_panoptic_quality_of_the_truth_is_one(articles: list[frozenset[int]]) -> None:
    """The true articles score one; so do disjoint ones in any order; nothing scores more."""
    used: set[int] = set()
    disjoint: list[frozenset[int]] = []
    for article in articles:
        rest = article - used
        used |= article
        if rest:
            disjoint.append(rest)
    if disjoint:
        assert measures.panoptic_quality(disjoint, disjoint[::-1]) == pytest.approx(1)
        assert all(measures.exact_articles(disjoint, disjoint[::-1]))
        assert measures.panoptic_quality(disjoint, disjoint[1:]) < 1
