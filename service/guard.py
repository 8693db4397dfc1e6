"""Who may call, and how often."""

from __future__ import annotations

import hmac
import mmap
import time
import zlib

# Clients share a slot when their checksums meet: with 4,096 slots rare, and then both are merely limited together.
_SLOTS = 4096


class RateLimit:
    """So many requests a minute for each client, counted across all workers forked from the process that made it.

    The generic cell rate algorithm (GCRA, ITU-T I.371): one number a client, the time at which its allowance is
    whole again. It stands in memory that forked workers share; two workers that write at the same instant may let
    one request too many through, which a limit on load can bear and a lock that a killed worker held could not.
    """

    def __init__(self, per_minute: int) -> None:
        """Allow `per_minute` requests in any minute, at once or spread."""
        self._step = 60.0 / per_minute
        self._whole_at = memoryview(mmap.mmap(-1, _SLOTS * 8)).cast("d")

    def wait(self, client: str) -> float:
        """Count a request; return 0 when it may go on, else after how many seconds the next may come."""
        slot = zlib.crc32(client.encode()) % _SLOTS
        now = time.monotonic()  # the same clock in every process of a machine
        whole_at = max(self._whole_at[slot], now) + self._step
        late = whole_at - now - 60.0
        if late > 1e-9:
            return late
        self._whole_at[slot] = whole_at
        return 0.0


def allowed(header: str | None, tokens: tuple[str, ...]) -> bool:
    """Whether an `Authorization` header has one of the tokens; takes the same time for every wrong one."""
    scheme, _, token = (header or "").partition(" ")
    given = token.strip().encode("latin-1", "replace")  # as WSGI read the bytes that were sent (PEP 3333)
    right = [hmac.compare_digest(given, t.encode()) for t in tokens]
    return scheme.lower() == "bearer" and any(right)
