"""Tokens and the rate limit."""

from __future__ import annotations

import os

import pytest

from service import guard


def test_a_token_is_wanted_whole() -> None:
    """Only `Bearer` and exactly one of the tokens passes."""
    tokens = ("a-token", "b")

    assert guard.allowed("Bearer a-token", tokens)
    assert guard.allowed("bearer b", tokens)
    for wrong in (None, "", "b", "Basic b", "Bearer", "Bearer ", "Bearer bb", "Bearer a-toke", "Bearer 令牌"):
        assert not guard.allowed(wrong, tokens)


def test_a_client_gets_its_allowance_at_once_and_then_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """60 a minute: 60 at once, then one a second; another client is not concerned."""
    now = 1000.0
    monkeypatch.setattr(guard.time, "monotonic", lambda: now)
    limit = guard.RateLimit(60)

    waits = [limit.wait("a") for _ in range(61)]

    assert waits[:60] == [0.0] * 60
    assert waits[60] == pytest.approx(1.0)
    assert limit.wait("b") == 0.0
    now += 1.0
    assert limit.wait("a") == 0.0
    assert limit.wait("a") > 0


def test_forked_workers_share_the_allowance() -> None:
    """What a child counts, its parent knows."""
    limit = guard.RateLimit(10)
    if (child := os.fork()) == 0:
        for _ in range(10):
            limit.wait("a")
        os._exit(0)

    os.waitpid(child, 0)

    assert limit.wait("a") > 0
