"""model.memo: a bounded memory of what a function of a word gave."""

from __future__ import annotations

import pytest

from model import memo
from model.memo import Memo


def test_asks_once() -> None:
    """The function is asked for a word once; afterwards the memory answers."""
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    held = Memo(length)

    assert [held[w] for w in ("安全", "生产", "安全")] == [2, 2, 2]
    assert asked == ["安全", "生产"]


def test_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """It never holds more words than allowed, and goes on giving the right answers."""
    monkeypatch.setattr(memo, "_MOST", 3)
    held = Memo(int)

    for n in range(20):
        assert held[str(n)] == n
        assert len(held) <= 3
