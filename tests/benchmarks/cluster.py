"""`zhaibian label --scheduler`: two Dask workers beside two processes and beside the work alone; how large a cluster.

What a row costs on the cluster is the processor time of the workers and the scheduler beside that of the same work in
one process; another program on this machine disturbs that little. The seconds of two workers stand beside those of two
processes: there the seconds of a run that finds everything done are taken off, for an archive pays them once.
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

_ROWS = 6000
_SHARDS = 16
_ROUNDS = 3
_WORKERS = 2
# What README sizes a cluster for: articles, and lines a shard (`split -l`), so that shards are many more than workers.
_SIZES = ((10**6, 10**4), (10**8, 10**5), (10**9, 10**5))


def measure(digester: Digester) -> list[Figure]:
    """The figures of this file."""
    texts = [articles()[n % len(articles())] for n in range(_ROWS)]
    with tempfile.TemporaryDirectory(prefix="zhaibian-bench-") as name, _cluster(Path(name)) as (address, engine):
        folder = Path(name)
        one = written(folder / "one.jsonl", texts)
        shards = _shards(folder / "shards", texts)

        used: dict[str, list[float]] = {"alone": [], "cluster": []}

        def work() -> None:
            began = time.process_time()
            for _ in digester.articles((body, headline) for headline, body in texts):
                pass
            used["alone"].append(time.process_time() - began)

        def label(*words: object) -> None:
            command = [sys.executable, "-m", "service.cli", "label", *map(str, words)]
            subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL, check=True)

        def archive() -> None:
            began = sum(map(_used, engine))
            label(*there, "--restart")
            used["cluster"].append(sum(map(_used, engine)) - began)

        here = (one, "--out", folder / "one.out.jsonl", "--jobs", _WORKERS)
        there = (shards, "--out", folder / "out", "--scheduler", address)
        programs = {
            "alone": work,
            "two": lambda: label(*here, "--restart"),
            "two again": lambda: label(*here),
            "cluster": archive,
            "cluster again": lambda: label(*there),
        }
        found = take_turns(programs, _ROUNDS, clock=time.perf_counter)
        workers = engine[1:]
        few = _peak(workers, lambda: label(*there, "--restart"))
        more = _shards(folder / "more", texts * 4)
        grown = _peak(workers, lambda: label(more, "--out", folder / "more.out", "--scheduler", address)) / few
    characters = sum(len(body) for _, body in texts) / _ROWS
    note = f"{few / 1024 / _WORKERS:.0f} MiB a worker"
    return [
        *_engine(found, Rounds({name: seconds[1:] for name, seconds in used.items()}), characters),
        Figure("cluster: memory of the workers at four times the rows", grown, "<= 1.1", note=note),
    ]


def _engine(found: Rounds, used: Rounds, characters: float) -> list[Figure]:
    """What the engine costs, and how large a cluster follows from it."""
    _net(found, "two")
    _net(found, "cluster")
    article, overhead = used.median("alone") / _ROWS, used.ratio("cluster", "alone")
    rate = f"{_ROWS / found.median('cluster'):,.0f} articles a second, start of the command apart"
    per = f"{1000 * article:.2f} ms in process, {characters:.0f} characters each"
    again = found.median("cluster again")
    return [
        Figure("cluster: two workers / two processes, rows a second", found.ratio("two", "cluster"), note=rate),
        Figure("cluster: processor time a row / in process", overhead, note=per),
        Figure("cluster: a run with nothing left to do", again, unit="s"),
        *(_size(count, lines, article * overhead) for count, lines in _SIZES),
    ]


def _net(found: Rounds, name: str) -> None:
    """Take the seconds of the run that had nothing to do off, round by round."""
    both = zip(found.seconds[name], found.seconds[f"{name} again"], strict=True)
    found.seconds[name] = [whole - start for whole, start in both]


def _size(count: int, lines: int, seconds: float) -> Figure:
    """How many worker-hours `count` articles take, and how long that is on some clusters: whole shards, in turns."""
    shards = math.ceil(count / lines)
    took = {workers: math.ceil(shards / workers) * lines * seconds for workers in (8, 64, 512)}
    note = f"{shards:,} shards; {', '.join(f'{workers} workers {_spoken(s)}' for workers, s in took.items())}"
    name = f"cluster: 10^{round(math.log10(count))} articles, worker-hours"
    return Figure(name, count * seconds / 3600, unit="h", note=note)


def _spoken(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.1f} min"


def _shards(folder: Path, texts: list[tuple[str, str]]) -> Path:
    folder.mkdir()
    for n in range(_SHARDS):
        written(folder / f"{n}.jsonl", texts[n::_SHARDS])
    return folder


@contextmanager
def _cluster(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """A scheduler and its workers on this machine: the address, and their process ids, the scheduler first."""
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
        yield address, [process.pid for process in running]
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


def _used(ident: int) -> float:
    """Seconds of processor time that a process has used (utime and stime of proc(5))."""
    parts = Path(f"/proc/{ident}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
