"""The service under load, beside the same server that echoes JSON of the same size."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from tests.benchmarks.measure import Figure, take_turns
from tests.benchmarks.server import Server, request
from tests.benchmarks.texts import of_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model import Digester
    from tests.benchmarks.server import Connection

_CONNECTIONS = 4
_ROUNDS = 7
_BATCH = 64


def measure(_digester: Digester) -> list[Figure]:
    """The figures of this file: one worker, so that the client has a core to itself."""
    articles = [{"headline": headline, "body": body} for headline, body in of_length(900, 1100, _BATCH)]
    singles = [request("/v1/digest", article) for article in articles]
    echoes = [request("/echo", article) for article in articles]
    batch = [request("/v1/digest/batch", {"articles": articles})]
    taken: list[float] = []
    with Server(workers=1, echo=True) as server:
        with server.connection() as connection:
            answer = len(connection.ask(singles[0])) / len(connection.ask(echoes[0]))
        programs = {
            "echo": partial(_storm, server, echoes, []),
            "single": partial(_storm, server, singles, taken),
            "batch": partial(_storm, server, batch, []),
        }
        found = take_turns(programs, _ROUNDS, clock=time.perf_counter)
    taken.sort()
    middle, last = statistics.median(taken), taken[int(0.99 * len(taken))]
    rate = _CONNECTIONS * len(singles) / found.median("single")
    note = f"{rate:,.0f} requests a second, one worker; the answer is {answer:.1f} times the echo's"
    per_article = len(singles)  # the batch answers as many articles in each request
    return [
        Figure("service: digest / echo, requests a second", found.ratio("echo", "single"), ">= 0.35", note=note),
        Figure(
            "service: batch / single, articles a second",
            found.ratio("single", "batch") * len(articles) / per_article,
            ">= 2.5",
            note=f"{_CONNECTIONS * len(articles) / found.median('batch'):,.0f} articles a second",
        ),
        Figure(
            "service: 99th percentile / median of the answering time",
            last / middle,
            "<= 5",
            note=f"{middle * 1e3:.1f} ms and {last * 1e3:.1f} ms, {_CONNECTIONS} connections",
        ),
    ]


def _storm(server: Server, requests: Sequence[bytes], taken: list[float]) -> None:
    """Every connection sends all requests, one after the other; adds what each answer took to `taken`."""
    with server.connection() as a, server.connection() as b, server.connection() as c, server.connection() as d:
        threads = [
            threading.Thread(target=_send, args=(connection, list(itertools.chain(requests[n:], requests[:n])), taken))
            for n, connection in enumerate((a, b, c, d))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _send(connection: Connection, requests: Sequence[bytes], taken: list[float]) -> None:
    for one in requests:
        began = time.perf_counter()
        connection.ask(one)
        taken.append(time.perf_counter() - began)
