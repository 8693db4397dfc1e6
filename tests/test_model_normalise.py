"""Normalising keeps every character in its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model.normalise import normalise


@given(st.text())
def test_one_character_in_one_out(text: str) -> None:
    """The length never changes, so offsets stay true."""
    assert len(normalise(text)) == len(text)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    """A normalised text is normal."""
    assert normalise(normalise(text)) == normalise(text)


def test_folds_width_but_keeps_chinese_punctuation() -> None:
    """Full-width digits and letters become half-width; ，。！？；：（） stay."""
    assert normalise("１２．５％，ＧＤＰ（初值）！") == "12.5%，GDP（初值）！"


def test_does_not_expand_compatibility_signs() -> None:
    """① ㎡ … are left alone, unlike under NFKC."""
    assert normalise("①㎡…") == "①㎡…"


def test_windows_line_end_keeps_line_numbers() -> None:
    """A Windows line end is one line feed; a lone carriage return is one too."""
    assert normalise("一\r\n二\r三").split("\n") == ["一 ", "二", "三"]
