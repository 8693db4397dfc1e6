"""What the tests of training share: a small data folder made from our own articles, and what a fit learns from it.

A plugin of pytest, named by the test files that need its fixtures.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from model.segmenter import Segmenter
from training.corpus import DATA, gold_ids, read_articles
from training.counts import write_counts, write_frequencies
from training.evaluate import Report, evaluate
from training.fit import Lesson, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

COPIED = ("themes.toml", "terms.toml", "lexicon.txt", "stopwords.txt", "keywords.toml", "corpus/summary_figures.npz")
WRITTEN, GOLD, COUNTED = 11, 3, 4
"""Articles a theme: written ones that a fit sees, written ones that are gold, ones that are counts only."""


def rows_of(path: Path) -> list[dict]:
    """The rows of a .jsonl file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def write_rows(path: Path, rows: Sequence[dict]) -> None:
    """Write rows as a .jsonl file."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def make_small(folder: Path) -> Path:
    """A whole data folder of 18 of our articles a theme."""
    for name in COPIED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DATA / name, folder / name)
    shelves = defaultdict(list)
    for row in rows_of(DATA / "corpus" / "articles.jsonl"):
        if row["key"]:
            shelves[row["theme"]].append(row)
    written = [row for shelf in shelves.values() for row in shelf[: WRITTEN + GOLD]]
    counted = [row for shelf in shelves.values() for row in shelf[WRITTEN + GOLD :][:COUNTED]]
    write_rows(folder / "corpus" / "articles.jsonl", written)
    (folder / "gold").mkdir()
    gold = [row["id"] for shelf in shelves.values() for row in shelf[:GOLD]]
    (folder / "gold" / "ids.txt").write_text("# never fitted on\n" + "\n".join(gold) + "\n", "utf-8")
    segmenter = Segmenter()
    labelled = [row | {"source": f"local:{n % 2}", "sure": 1 + n % 3} for n, row in enumerate(counted)]
    write_counts(labelled, segmenter, folder / "corpus")
    write_frequencies(counted, segmenter, folder / "corpus")
    return folder


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small data folder; to be read, never changed."""
    return make_small(tmp_path_factory.mktemp("small") / "data")


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    """A copy of the small data folder that a test may change."""
    return Path(shutil.copytree(small, tmp_path / "data"))


@pytest.fixture(scope="session")
def lesson(small: Path) -> Lesson:
    """What is learnt from the small data folder."""
    return fit(small, jobs=1)


@pytest.fixture(scope="session")
def report(small: Path, lesson: Lesson) -> Report:
    """Its figures on the small gold."""
    return evaluate(lesson.bundle, gold_of(small), data=small)


def gold_of(data: Path):
    """The gold articles of a data folder."""
    ids = gold_ids(data)
    return [a for a in read_articles(data) if a.id in ids]


def renamed(lesson: Lesson, version: str):
    """The learnt bundle under another version."""
    return replace(lesson.bundle, manifest=replace(lesson.bundle.manifest, version=version))
