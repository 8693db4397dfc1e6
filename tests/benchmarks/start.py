"""Cold starts, and the memory of the service's workers."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measure import Figure, take_turns
from tests.benchmarks.server import Server, request
from tests.benchmarks.texts import ROOT, of_length, pages

if TYPE_CHECKING:
    from model import Digester

_MIB = 1024


def measure(_digester: Digester) -> list[Figure]:
    """The figures of this file."""
    one, three = _memory(1), _memory(3)
    return [
        *_starts(),
        Figure("service: memory of one worker (PSS, master included)", one, "<= 120", "MiB"),
        Figure("service: memory of each further worker", (three - one) / 2, "<= 40", "MiB"),
    ]


def _starts() -> list[Figure]:
    page = pages()[0].encode()
    programs = {
        "sklearn": partial(_run, "-c", "import sklearn"),
        "numpy": partial(_run, "-c", "import numpy, rjieba; rjieba.Jieba().cut('你好')"),
        "digest": partial(_run, "-m", "service.cli", "digest", given=page),
        "service": _first_answer,
    }
    found = take_turns(programs, rounds=7, clock=time.perf_counter)
    note = f"{found.median('digest'):.2f} s against {found.median('sklearn'):.2f} s"
    return [
        Figure("start: zhaibian digest / import sklearn", found.ratio("digest", "sklearn"), "<= 0.5", note=note),
        Figure("start: first answer of the service / import sklearn", found.ratio("service", "sklearn"), "<= 1"),
        Figure("start: zhaibian digest / import numpy, rjieba", found.ratio("digest", "numpy")),
    ]


def _run(*arguments: str, given: bytes = b"") -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, input=given, stdout=subprocess.DEVNULL, check=True)


def _first_answer() -> float:
    """Seconds from nothing to the first digest answered over HTTP."""
    began = time.perf_counter()
    with Server(workers=1, echo=False) as server, server.connection() as connection:
        connection.ask(request("/v1/digest", {"body": "本报讯 昨日，三百余名居民参加消防演练。"}))
        return time.perf_counter() - began


def _memory(workers: int) -> float:
    """Proportional set size of the service after work, in MiB: memory shared by processes is counted once."""
    texts = of_length(900, 1100)
    with Server(workers=workers, echo=False) as server:
        for _ in range(4 * workers):  # connections go to whichever worker is free
            with server.connection() as connection:
                for headline, body in texts:
                    connection.ask(request("/v1/digest", {"headline": headline, "body": body}))
        return sum(_pss(ident) for ident in server.processes()) / _MIB


def _pss(ident: int) -> int:
    lines = Path(f"/proc/{ident}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
