"""training.release: a gate before every release, a card of its own run, versions by year, month and number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model import BundleError, bundle
from training import gate
from training.corpus import gold_fingerprint
from training.evaluate import Report
from training.fit import Lesson
from training.release import card, next_version, release

pytest_plugins = ["tests.small_corpus"]


def pin(data: Path, report: Report, **changed: float) -> None:
    """Floors at the figures of a report, some of them elsewhere."""
    figures = report.figures() | {name.replace("__", "/"): value for name, value in changed.items()}
    gate.pin(data / "floors.json", figures, gold_fingerprint(data))


def test_release_writes_a_live_version(copy: Path, lesson: Lesson, report: Report, tmp_path: Path) -> None:
    """The folder holds the bundle under its version with the figures measured; it is the live one."""
    pin(copy, report)

    home = release(lesson.bundle, report, "2031.5.1", data=copy, folder=tmp_path / "bundles")

    assert home == tmp_path / "bundles" / "2031.5.1"
    assert bundle.live_version(tmp_path / "bundles") == "2031.5.1"
    about = bundle.load(folder=tmp_path / "bundles").manifest
    assert about.version == "2031.5.1"
    assert about.metrics == report.figures()
    assert (home / "CARD.md").read_text("utf-8") == card(lesson.bundle, report, "2031.5.1")


def test_a_fallen_figure_stops_the_release(copy: Path, lesson: Lesson, report: Report, tmp_path: Path) -> None:
    """A figure below its floor leaves nothing behind and names itself."""
    pin(copy, report, gold__accuracy=0.999)

    with pytest.raises(gate.GateError, match=r"gold/accuracy.*0\.999"):
        release(lesson.bundle, report, "2031.5.1", data=copy, folder=tmp_path / "bundles")

    assert not (tmp_path / "bundles").exists()


def test_floors_of_absent_sets_do_not_stop_it(copy: Path, lesson: Lesson, report: Report, tmp_path: Path) -> None:
    """A release where the real sets do not stand waits for no floor of theirs."""
    pin(copy, report, dev__accuracy=0.999)

    assert release(lesson.bundle, report, "2031.5.1", data=copy, folder=tmp_path / "bundles").exists()


def test_another_gold_stops_the_release(copy: Path, lesson: Lesson, report: Report, tmp_path: Path) -> None:
    """Floors that were pinned on other gold articles say nothing: pin them anew first."""
    pin(copy, report)
    ids = (copy / "gold" / "ids.txt").read_text("utf-8").splitlines()
    (copy / "gold" / "ids.txt").write_text("\n".join(ids[:-1]), "utf-8")

    with pytest.raises(gate.GateError, match="gold"):
        release(lesson.bundle, report, "2031.5.1", data=copy, folder=tmp_path / "bundles")


@pytest.mark.parametrize(
    "version", ["1.0", "2031.13.1", "2031.05.1", "2031.5", "2031.5.1-rc", "v2031.5.1", "../2031.5.1"]
)
def test_malformed_version(copy: Path, lesson: Lesson, report: Report, tmp_path: Path, version: str) -> None:
    """A version is year, month, number."""
    with pytest.raises(BundleError, match=r"年\.月\.序号"):
        release(lesson.bundle, report, version, data=copy, folder=tmp_path)


def test_a_version_is_released_once(copy: Path, lesson: Lesson, report: Report, tmp_path: Path) -> None:
    """What was published is never overwritten."""
    release(lesson.bundle, report, "2031.5.1", data=copy, folder=tmp_path / "bundles")

    with pytest.raises(BundleError, match="已经存在"):
        release(lesson.bundle, report, "2031.5.1", data=copy, folder=tmp_path / "bundles")


def test_next_version(tmp_path: Path) -> None:
    """The next number of the month, by number and not by alphabet; each month starts at 1."""
    for version in ("2031.5.2", "2031.5.10", "2031.4.30"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "bundle.json").write_text(json.dumps({}), "utf-8")

    assert next_version(2031, 5, tmp_path) == "2031.5.11"
    assert next_version(2031, 6, tmp_path) == "2031.6.1"
    assert next_version(2031, 5, tmp_path / "none") == "2031.5.1"


def test_card_says_what_it_is(lesson: Lesson, report: Report) -> None:
    """The card names themes, corpus, limits, libraries, and every figure with interval and baseline."""
    text = card(lesson.bundle, report, "2031.5.1")

    assert text.startswith("# zhaibian 2031.5.1\n")
    assert "安全（safety）" in text
    assert lesson.bundle.manifest.corpus[:16] in text
    assert f"{lesson.bundle.themes.limits.accept:.3f}" in text
    assert "scikit-learn" in text
    for line in report.lines:
        assert str(line.ours) in text
    for baseline in ("keyword list", "majority", "lead-2"):
        assert baseline in text
