"""`zhaibian label`: two processes beside one, the command beside the work alone, and memory over the rows."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measure import Figure, take_turns
from tests.benchmarks.texts import ROOT, articles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model import Digester

# An archive is long: the half second in which a command starts must not decide.
_ROWS = 8000
_ROUNDS = 3


def measure(digester: Digester) -> list[Figure]:
    """The figures of this file."""
    texts = [articles()[n % len(articles())] for n in range(_ROWS)]
    with tempfile.TemporaryDirectory(prefix="zhaibian-bench-") as name:
        folder = Path(name)
        few, many = (written(folder / f"{n}.jsonl", texts * n) for n in (1, 4))
        halves = [written(folder / f"half{n}.jsonl", texts[n::2]) for n in (0, 1)]

        def work() -> None:
            for _ in digester.articles((body, headline) for headline, body in texts):
                pass

        programs = {
            "alone": work,
            "one": partial(_label, few, 1),
            "two": partial(_label, few, 2),
            "apart": partial(_at_once, halves),
        }
        found = take_turns(programs, _ROUNDS, clock=time.perf_counter)
        grown = peak(_command(many, 2)) / peak(_command(few, 2))
    rate = _ROWS / found.median("two")
    note = f"{rate:,.0f} articles a second, {sum(len(body) for _, body in texts) / _ROWS:.0f} characters each"
    apart = "what the machine gives: two commands that know nothing of each other, half the rows each"
    return [
        Figure("label: two processes / one, rows a second", found.ratio("one", "two"), ">= 1.75", note=note),
        Figure("label: two commands / one, rows a second", found.ratio("one", "apart"), note=apart),
        Figure("label: one process / in process, rows a second", found.ratio("alone", "one"), ">= 0.8"),
        Figure("label: memory at four times the rows", grown, "<= 1.1"),
    ]


def written(path: Path, texts: Sequence[tuple[str, str]]) -> Path:
    """Write articles as JSON Lines."""
    with path.open("w", encoding="utf-8") as stream:
        for n, (headline, body) in enumerate(texts):
            stream.write(json.dumps({"id": n, "headline": headline, "body": body}, ensure_ascii=False) + "\n")
    return path


def _command(source: Path, jobs: int) -> list[str]:
    out = str(source.with_suffix(".out.jsonl"))
    return [sys.executable, "-m", "service.cli", "label", str(source), "--out", out, "--jobs", str(jobs), "--restart"]


def _label(source: Path, jobs: int) -> None:
    subprocess.run(_command(source, jobs), cwd=ROOT, stderr=subprocess.DEVNULL, check=True)


def _at_once(sources: Sequence[Path]) -> None:
    runs = [subprocess.Popen(_command(source, 1), cwd=ROOT, stderr=subprocess.DEVNULL) for source in sources]
    if sum(run.wait() for run in runs):  # waits for all
        raise AssertionError("a run failed")


def peak(command: Sequence[str]) -> int:
    """The most memory that a command and its workers hold together, in KiB (PSS), looked at ten times a second."""
    most = 0
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            most = max(most, sum(map(held, _family(run.pid))))
            time.sleep(0.1)
    return most


def _family(ident: int) -> list[int]:
    try:
        children = Path(f"/proc/{ident}/task/{ident}/children").read_text("ascii").split()
    except OSError:  # it has just ended
        return []
    return [ident, *(member for child in children for member in _family(int(child)))]


def held(ident: int) -> int:
    """The memory that a process holds, in KiB (PSS): what is shared with others is counted in parts."""
    try:
        lines = Path(f"/proc/{ident}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
