"""gunicorn's threaded worker, with an end to every request and no HTML in its own answers.

gunicorn reads a request in blocking mode without a limit of time, so a few clients that send nothing more would hold
all threads for ever; and what it refuses before the application sees it, it answers as an HTML page.
"""

from __future__ import annotations

import contextlib
import socket
import time
from typing import TYPE_CHECKING, Any

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker
from pydantic_core import to_json

from service.problems import MEDIA_TYPE, RefusalError, kind_of, problem_out

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds for the request line and all headers: they fit into a packet or two.
_HEADERS = 15.0
# Seconds for each open connection (up to so many) that a worker leaves a new one to the others. All of them wait on one
# socket, and the one that is awake took all: of four connections kept to two workers, in four rounds of six one worker
# had three or more; now in one of six, and clients that connect anew for each request are served as fast as before.
_AFTER_YOU = 0.0003
_MANY = 4
_SAY = {
    400: "这不是合格的 HTTP 请求：请检查请求行与请求头",
    414: "地址太长",
    417: "不支持请求头 Expect 的这个值",
    431: "请求头太大",
    500: "程序出错了",
    501: "不支持这种传输编码（Transfer-Encoding）",
}


class Worker(ThreadWorker):  # type: ignore[misc]
    """A threaded worker that hangs up on a client who takes longer than `timeout` to send and to be answered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._until: dict[Any, float] = {}

    def accept(self, listener: Any) -> None:
        """Take a new connection, unless a worker with fewer takes it first."""
        if self.cfg.workers > 1:
            time.sleep(_AFTER_YOU * min(self.nr_conns, _MANY))
        super().accept(listener)

    def handle(self, conn: Any) -> Any:
        """Handle a connection's next request (in a thread of the pool)."""
        self._until[conn] = time.monotonic() + _HEADERS
        try:
            return super().handle(conn)
        finally:
            self._until.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Handle a request whose headers are read."""
        self._until[conn] = time.monotonic() + self.cfg.timeout
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Hang up on who is late (in the main thread, each second): the reading or writing thread then comes free."""
        super().murder_pending()
        now = time.monotonic()
        for conn, until in self._until.copy().items():
            if now > until:
                with contextlib.suppress(OSError):  # gone already
                    conn.sock.shutdown(socket.SHUT_RDWR)


def problem_writer(version: str) -> Callable[[socket.socket, int, str, str], None]:
    """Return what stands in for `gunicorn.util.write_error`: the same refusal as a problem document."""

    def write(sock: socket.socket, status: int, reason: str, _message: str) -> None:
        detail = _SAY.get(status, _SAY[400])
        body = to_json({**problem_out(RefusalError(kind_of(status), detail)), "status": status})
        head = (
            f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\nX-Model-Version: {version}\r\nX-Content-Type-Options: nosniff\r\n\r\n"
        )
        util.write_nonblock(sock, head.encode("latin-1") + body)

    return write
