"""training.audit: confident learning against the paper's formula by hand, and on labels that a test spoils."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.audit import Doubt, doubtful, suggest, table, write_csv
from training.calibrate import softmax
from training.fit import Lesson

pytest_plugins = ["tests.small_corpus"]


def test_confident_joint_by_hand() -> None:
    """Usual probabilities: 0.7 for a (mean of 0.9, 0.8, 0.4), 0.6 for b (mean of 0.9 and 0.3).

    The third article, called a, is b at 0.6: moved. The fifth, called b, is a at 0.65, below a's usual: left alone.
    """
    a = np.array([0.9, 0.8, 0.4, 0.1, 0.65])
    b = np.array([0.1, 0.2, 0.6, 0.9, 0.3])
    shares = np.column_stack([a, b, 1 - a - b])

    assert suggest(shares, np.array([0, 0, 0, 1, 1])).tolist() == [-1, -1, 1, -1, -1]


def test_the_likeliest_of_several_possible_themes_counts() -> None:
    """An article that reaches the usual probability of two themes goes to the likelier, which may be its own."""
    shares = np.array([[0.5, 0.4, 0.1], [0.1, 0.4, 0.5], [0.1, 0.3, 0.6], [0.5, 0.3, 0.2]])

    assert suggest(shares, np.array([0, 1, 2, 0])).tolist() == [-1, -1, -1, -1]
    assert suggest(shares, np.array([1, 1, 2, 0])).tolist() == [0, -1, -1, -1]


@given(
    arrays(np.float64, (8, 3), elements=st.floats(-5, 5)),
    arrays(np.intp, 8, elements=st.integers(0, 2)),
)
def test_a_suggestion_is_another_theme_that_is_usual_for_itself(scores: np.ndarray, label: np.ndarray) -> None:
    """Never the label itself, never a theme without articles, never below that theme's usual probability."""
    shares = softmax(scores)
    for i, theme in enumerate(suggest(shares, label)):
        if theme >= 0:
            assert theme != label[i]
            assert (label == theme).any()
            assert shares[i, theme] >= shares[label == theme, theme].mean()


def test_spoilt_labels_come_first(lesson: Lesson) -> None:
    """Articles whose label is swapped after the fit are all found, suggested their old theme, and lead the list."""
    fitted = lesson.themes
    codes = fitted.model.codes
    primary = fitted.out_of_fold.primary
    label = [codes.index(a.theme) for a in fitted.articles]
    sure = [i for i in np.argsort(-primary.max(axis=1)) if primary[i].argmax() == label[i]][:5]
    spoilt = list(fitted.articles)
    for i in sure:
        spoilt[i] = replace(spoilt[i], theme=codes[int(primary[i].argmin())], also=())
    old = {fitted.articles[i].id: fitted.articles[i].theme for i in sure}

    found = doubtful(replace(fitted, articles=tuple(spoilt)))

    assert {d.id: d.suggested for d in found if d.id in old} == old
    assert old.keys() <= {d.id for d in found[:8]}


def test_doubts_are_ranked(lesson: Lesson) -> None:
    """Ranks count from one, least self-confidence first; each doubt names the label that the article has."""
    found = doubtful(lesson.themes)
    label = {a.id: a.theme for a in lesson.themes.articles}

    assert found
    assert [d.rank for d in found] == list(range(1, len(found) + 1))
    assert [d.self_confidence for d in found] == sorted(d.self_confidence for d in found)
    assert all(d.label == label[d.id] != d.suggested and d.probability > d.self_confidence for d in found)


def test_table_and_file(tmp_path: Path) -> None:
    """The file has a header and a row a doubt, commas in a source or not; the table one line each."""
    doubt = Doubt(1, "x1", "paper, weekly", "safety", "industry community", "industry", 0.01, 0.95)
    write_csv([doubt], tmp_path / "doubtful.csv")

    with (tmp_path / "doubtful.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert list(row) == ["rank", "id", "source", "label", "also", "suggested", "self_confidence", "probability"]
    assert (row["source"], row["suggested"], float(row["self_confidence"])) == ("paper, weekly", "industry", 0.01)
    assert table([doubt]).splitlines()[1].split()[:2] == ["1", "x1"]
