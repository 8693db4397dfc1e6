"""The service as `zhaibian serve` runs it, with a trivial route beside it, and a client that costs next to nothing.

`python -m tests.benchmarks.server PORT WORKERS` serves; `Server` starts that in a process of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.benchmarks.texts import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
_PATIENCE = 30.0


def request(path: str, value: object) -> bytes:
    """The bytes of a POST request."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return _HEAD.format(path=path, size=len(body)).encode() + body


class Connection:
    """One keep-alive connection: bytes out, bytes in, nothing else."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, sent: bytes) -> bytes:
        """The body of the answer; its status must be 200."""
        self._socket.sendall(sent)
        got = self._socket.recv(1 << 16)
        while b"\r\n\r\n" not in got:
            got += self._socket.recv(1 << 16)
        head, _, body = got.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(got[:500])
        size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        parts = [body]
        missing = size - len(body)
        while missing > 0:
            parts.append(self._socket.recv(1 << 18))
            missing -= len(parts[-1])
        return b"".join(parts)


class Server:
    """The service in processes of its own, on a free port."""

    def __init__(self, *, workers: int, echo: bool) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        name = "tests.benchmarks.server" if echo else "service.cli"
        serve = [] if echo else ["serve", "--port"]
        more = [] if echo else ["--workers"]
        command = [sys.executable, "-m", name, *serve, str(self.port), *more, str(workers)]
        environment = {**os.environ, "ZHAIBIAN_ACCESS_LOG": "false"}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(_PATIENCE)

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection, as soon as somebody listens."""
        began = time.monotonic()
        while True:
            try:
                made = Connection(self.port)
                break
            except ConnectionRefusedError:
                if time.monotonic() - began > _PATIENCE:
                    raise
                time.sleep(0.005)
        with made:
            yield made

    def processes(self) -> list[int]:
        """The master and its workers."""
        ident = self._process.pid
        children = Path(f"/proc/{ident}/task/{ident}/children").read_text("ascii")
        return [ident, *map(int, children.split())]


def _serve(port: int, workers: int) -> None:
    """What `service.serve.serve` does, around an application with one more route."""
    with tempfile.TemporaryDirectory(prefix="zhaibian-bench-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # read when prometheus_client is imported
        from flask import Response, request

        from service.app import create_app
        from service.serve import _Server
        from service.settings import load

        app = create_app()

        @app.post("/echo")
        def echo() -> Response:
            value = request.get_json()
            return Response(json.dumps(value, ensure_ascii=False), content_type="application/json")

        _Server(app, load({"port": port, "workers": workers})).run()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]))
