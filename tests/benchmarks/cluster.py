"""`zhaibian label --scheduler`: two Dask workers beside two processes and beside the work alone; how large a cluster.

The seconds of a run that finds everything done, start of the command and connection, are taken off: they are paid
once for an archive. What is left, a row and a worker, beside the same work in one process is what the engine costs.
"""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.archive import held, written
from tests.benchmarks.measure import Figure, Rounds, take_turns
from tests.benchmarks.texts import ROOT, articles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from model import Digester

_ROWS = 8000
_SHARDS = 16
_ROUNDS = 3
_WORKERS = 2
# A shard of the table: what `split -l 100000` makes.
_LINES = 100_000


def measure(digester: Digester) -> list[Figure]:
    """The figures of this file."""
    texts = [articles()[n % len(articles())] for n in range(_ROWS)]
    with tempfile.TemporaryDirectory(prefix="zhaibian-bench-") as name, _cluster(Path(name)) as (address, workers):
        folder = Path(name)
        one = written(folder / "one.jsonl", texts)
        shards = _shards(folder / "shards", texts)

        def work() -> None:
            for headline, body in texts:
                digester.article(body, headline)

        def label(*words: object) -> None:
            command = [sys.executable, "-m", "service.cli", "label", *map(str, words)]
            subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL, check=True)

        here = (one, "--out", folder / "one.out.jsonl", "--jobs", _WORKERS)
        there = (shards, "--out", folder / "out", "--scheduler", address)
        programs = {
            "alone": work,
            "two": lambda: label(*here, "--restart"),
            "two again": lambda: label(*here),
            "cluster": lambda: label(*there, "--restart"),
            "cluster again": lambda: label(*there),
        }
        found = take_turns(programs, _ROUNDS, clock=time.perf_counter)
        few = _peak(workers, lambda: label(*there, "--restart"))
        more = _shards(folder / "more", texts * 4)
        grown = _peak(workers, lambda: label(more, "--out", folder / "more.out", "--scheduler", address)) / few
    return [*_engine(found), Figure("cluster: memory of the workers at four times the rows", grown, "<= 1.1")]


def _engine(found: Rounds) -> list[Figure]:
    """What the engine costs, and how large a cluster follows from it."""
    _net(found, "two")
    _net(found, "cluster")
    article = found.median("alone") / _ROWS
    overhead = _WORKERS * found.ratio("cluster", "alone")
    note = f"{_ROWS / found.median('cluster'):,.0f} articles a second, {_WORKERS} workers; start of the command apart"
    again = found.median("cluster again")
    return [
        Figure("cluster: two workers / two processes, rows a second", found.ratio("two", "cluster"), note=note),
        Figure("cluster: worker-seconds a row / in process", overhead, note=f"{1000 * article:.2f} ms in process"),
        Figure("cluster: a run with nothing left to do", again, unit="s"),
        *(_size(10**power, article * overhead) for power in (6, 8, 9)),
    ]


def _net(found: Rounds, name: str) -> None:
    """Take the seconds of the run that had nothing to do off, round by round."""
    both = zip(found.seconds[name], found.seconds[f"{name} again"], strict=True)
    found.seconds[name] = [whole - start for whole, start in both]


def _size(count: int, seconds: float) -> Figure:
    """How many worker-hours `count` articles take, and how long that is on some clusters."""
    hours = count * seconds / 3600
    parts = [f"{workers} workers {_spoken(hours / workers)}" for workers in (8, 64, 512)]
    shards = math.ceil(count / _LINES)
    note = f"{shards:,} shards; {', '.join(parts)}"
    return Figure(f"cluster: 10^{round(math.log10(count))} articles, worker-hours", hours, unit="h", note=note)


def _spoken(hours: float) -> str:
    return f"{hours:.1f} h" if hours >= 1 else f"{math.ceil(60 * hours)} min"


def _shards(folder: Path, texts: list[tuple[str, str]]) -> Path:
    folder.mkdir()
    for n in range(_SHARDS):
        written(folder / f"{n}.jsonl", texts[n::_SHARDS])
    return folder


@contextmanager
def _cluster(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """A scheduler and its workers on this machine: the address, and the workers' process ids."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    words = [["scheduler", "--host", "127.0.0.1", "--port", port]]
    words += [["worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]] * _WORKERS
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", *each, "--no-dashboard"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for each in words
    ]
    try:
        yield address, [process.pid for process in running[1:]]
    finally:
        for process in running:
            process.terminate()
            process.wait()


def _peak(workers: list[int], run: Callable[[], None]) -> int:
    """The most memory that the workers hold together while `run` runs, looked at ten times a second."""
    most = 0
    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():
        most = max(most, sum(map(held, workers)))
        time.sleep(0.1)
    return most
