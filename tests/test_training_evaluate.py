"""training.evaluate: every figure goes the user's way, beside a baseline, on sets that no fit has seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model import Digester
from model.errors import CorpusError
from training.corpus import gold_ids
from training.evaluate import Report, evaluate, gold_pages, table
from training.fit import Lesson

pytest_plugins = ["tests.small_corpus"]
pytest.register_assert_rewrite(*pytest_plugins)

from tests.small_corpus import gold_of, write_rows  # noqa: E402 - a plugin is named for rewriting before it is imported


def test_labels_are_what_a_user_is_told(small: Path, lesson: Lesson, report: Report) -> None:
    """Each label behind a figure is the digest's own theme, probability, decision and second themes."""
    digester = Digester(lesson.bundle)
    gold = gold_of(small)

    assert len(report.labels["gold"]) == len(gold) == 18
    for article, label in zip(gold, report.labels["gold"], strict=True):
        judgement = digester.article(article.body, article.headline).judgement
        assert (label.truth, label.answer) == (article.theme, judgement.theme.code)
        assert label.probability == judgement.theme.probability
        assert label.accepted == (judgement.decision == "accept")
        assert (label.also_truth, label.genre) == (frozenset(article.also), article.genre)


def test_no_fit_sees_gold(small: Path, lesson: Lesson) -> None:
    """Neither the theme fit nor the ranker is given a gold article."""
    gold = gold_ids(small)

    assert not gold & {a.id for a in lesson.themes.articles}
    assert not gold & {a.id for a, _ in lesson.written}


def test_baselines_stand_beside(report: Report) -> None:
    """Accuracy has majority and keyword list beside it, key sentences lead-2; equal themes: a sixth."""
    beside = {(line.name, line.against): line.baseline for line in report.lines if line.baseline}

    assert {("accuracy", "keyword list"), ("accuracy", "majority"), ("best_hit", "lead-2")} <= beside.keys()
    assert beside["accuracy", "majority"].value == pytest.approx(1 / 6)


def test_figures_are_named_by_set(report: Report) -> None:
    """`set/name`, each a share."""
    figures = report.figures()

    assert {"gold/accuracy", "gold/calibration_error", "gold pages/exact_articles"} <= figures.keys()
    assert all(0 <= value <= 1 for value in figures.values())


def test_figures_are_the_same_every_time(small: Path, lesson: Lesson, report: Report) -> None:
    """Measuring again gives the same lines, intervals and damaged pages included."""
    again = evaluate(lesson.bundle, gold_of(small), data=small)

    assert again.lines == report.lines


def test_gold_pages_are_the_same_every_time(small: Path) -> None:
    """The damaged pages come from fixed seeds: the same text and the same answer."""
    assert gold_pages(gold_of(small)) == gold_pages(gold_of(small))


def real(folder: Path, small: Path, source: str) -> Path:
    """A stand-in for the real sets: gold articles as rows of another source."""
    folder.mkdir()
    rows = [
        {"id": a.id, "headline": a.headline, "body": a.body, "theme": a.theme, "also": list(a.also), "source": source}
        for a in gold_of(small)[:6]
    ]
    write_rows(folder / "themes.jsonl", rows)
    write_rows(folder / "standfirsts.jsonl", [{**row, "standfirst": row["body"][:60]} for row in rows])
    return folder


def test_real_sets_are_measured_where_they_stand(small: Path, lesson: Lesson, tmp_path: Path) -> None:
    """With a dev folder there are figures on all of it, on its local reports, and ROUGE against standfirsts."""
    lines = evaluate(lesson.bundle, gold_of(small), data=small, dev=real(tmp_path / "dev", small, "local:x")).lines
    rouge = next(line for line in lines if line.name == "rouge_1")

    assert {"gold", "dev", "dev:local", "dev/standfirsts"} <= {line.on for line in lines}
    assert 0 < rouge.ours.value <= 100
    assert rouge.against == "lead-2"


def test_a_set_without_local_reports(small: Path, lesson: Lesson, tmp_path: Path) -> None:
    """Where no row is local there is no such set, and no division by zero."""
    lines = evaluate(lesson.bundle, gold_of(small), data=small, dev=real(tmp_path / "dev", small, "portal")).lines

    assert "dev" in {line.on for line in lines}
    assert "dev:local" not in {line.on for line in lines}


def test_no_gold_is_an_error(small: Path, lesson: Lesson) -> None:
    """Nothing can be measured without gold; the message names the file."""
    with pytest.raises(CorpusError, match=r"ids\.txt"):
        evaluate(lesson.bundle, [], data=small)


def test_table_shows_every_line(report: Report) -> None:
    """A line a figure, with interval, n and baseline, none with blanks at its end."""
    lines = table(report).splitlines()

    assert len(lines) == 1 + len(report.lines)
    assert all(line == line.rstrip() for line in lines)
    assert "keyword list" in lines[1]


def test_released_figures_are_in_its_manifest(digester: Digester) -> None:
    """A released bundle carries the figures that it was released with."""
    metrics = digester.bundle.manifest.metrics

    assert {"gold/accuracy", "gold/best_hit", "gold pages/exact_articles"} <= metrics.keys()
    assert json.dumps(metrics)
