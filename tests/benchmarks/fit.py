"""`zhaibian-train fit`: seconds and memory of the whole fit, and how they grow with the corpus."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.archive import peak
from tests.benchmarks.measure import Figure
from tests.benchmarks.texts import ROOT

if TYPE_CHECKING:
    from model import Digester

_DATA = ROOT / "data"
# What of the corpus is kept: each fourth row, each second, all.
_STEPS = (4, 2, 1)
_CODE = "import sys, pathlib, training.fit as f; f.fit(pathlib.Path(sys.argv[1]))"


def measure(_digester: Digester) -> list[Figure]:
    """The figures of this file."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="zhaibian-bench-") as name:
        for step in _STEPS:
            found[step] = _fit(_part(Path(name) / str(step), step))
    figures = []
    for step, (seconds, work, memory) in found.items():
        part = "all of the corpus" if step == 1 else f"1/{step} of the corpus"
        goals = ("<= 60", "<= 2048") if step == 1 else (None, None)
        note = f"{work:.0f} s of processor time"
        figures += [
            Figure(f"fit: {part}, seconds", seconds, goals[0], unit="s", note=note),
            Figure(f"fit: {part}, memory of all processes", memory, goals[1], unit="MiB"),
        ]
    return [
        *figures,
        Figure("fit: processor time of all / of half of the corpus", found[1][1] / found[2][1]),
        Figure("fit: processor time of half / of a quarter", found[2][1] / found[4][1]),
    ]


def _part(folder: Path, step: int) -> Path:
    """A data folder with each `step`-th counted and written article; the word lists are whole."""
    shutil.copytree(_DATA, folder)
    for path in (folder / "corpus").iterdir():
        if path.name.startswith("counts-"):
            with gzip.open(path, "rb") as stream:
                kept = b"".join(islice(stream, None, None, step))
            path.write_bytes(gzip.compress(kept, 1))
        elif path.name == "articles.jsonl":
            with path.open("rb") as stream:
                kept = b"".join(islice(stream, None, None, step))
            path.write_bytes(kept)
    return folder


def _fit(data: Path) -> tuple[float, float, float]:
    """Seconds, seconds of processor time, MiB that all processes held together at most."""
    began, before = time.perf_counter(), os.times()
    most = peak([sys.executable, "-c", _CODE, str(data)])
    after = os.times()
    work = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, work, most / 1024
