"""training.rouge: characters, clipped counts, three measures."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.rouge import rouge, units

TEXT = st.text(alphabet="安全生产检查 2024GDP，。", max_size=40)


def test_units_are_characters_words_and_numbers() -> None:
    """A Han character, a Latin word and a number are one unit each; signs are none."""
    assert units("安全，GDP增5.2%") == ["安", "全", "gdp", "增", "5.2"]


def test_counts_are_clipped_not_sets() -> None:
    """A character said twice counts twice, but never more often than the other side has it."""
    assert rouge("安安", "安")[0] == pytest.approx(2 / 3)
    assert rouge("安安", "安安")[0] == 1.0


def test_order_matters_to_l_and_2_only() -> None:
    """Turned-round text keeps ROUGE-1 and loses the others."""
    one, two, longest = rouge("产生全安", "安全生产")
    assert one == 1.0
    assert two == 0.0
    assert longest == pytest.approx(0.25)


@given(TEXT, TEXT)
def test_symmetric_and_bounded(ours: str, theirs: str) -> None:
    """F1 is symmetric, from 0 to 1, and 1 on equal text that has units."""
    assert rouge(ours, theirs) == pytest.approx(rouge(theirs, ours))
    assert all(0 <= value <= 1 for value in rouge(ours, theirs))
    if units(ours):
        assert rouge(ours, ours)[0] == 1.0


def test_agrees_with_the_scorer(shared) -> None:
    """Our figures are those of the acceptance tool."""
    spec = importlib.util.spec_from_file_location("scorer", shared / "tools" / "score_summaries.py")
    assert spec
    assert spec.loader
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    pair = ("区应急管理局昨日开展消防演练，120人参加。", "昨日，120余人参加消防演练")

    assert rouge(*pair) == pytest.approx(scorer.rouge(*pair))
