"""Normalising keeps every character in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from model.normalise import normalise, without_halves

if TYPE_CHECKING:
    from model import Digester


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


@given(st.text(alphabet="火灾\ud83d\udd25\ud800\udc00a", max_size=20))
def test_half_characters_are_replaced_one_for_one(text: str) -> None:
    """A lone surrogate becomes U+FFFD, all else stays; what is left can be sent, and offsets stay true."""
    mended = without_halves(text)
    assert len(mended) == len(text)
    mended.encode("utf-8")
    assert all(new in (old, "\ufffd") for old, new in zip(text, mended, strict=True))


def test_half_characters_in_an_article(digester: Digester) -> None:
    """Body and headline with half a character are digested, and every offset points at its sentence."""
    body = "云苔社区\ud83d昨日检查消防设施。" + "查出隐患十二处\udc00，当天全部整改。"
    digest = digester.article(body, "云苔社区\ud800检查消防")
    assert len(digest.article.body) == len(body)
    assert digest.article.headline == "云苔社区\ufffd检查消防"
    for sentence in digest.summary.sentences:
        assert digest.article.body[sentence.start : sentence.end] == sentence.text
    assert "消防" in "".join(digest.keywords)
