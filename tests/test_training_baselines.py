"""training.baselines: what a figure must beat, as plain as it says."""

from __future__ import annotations

import pytest

from model.digest import segment
from model.documents import Article
from model.normalise import normalise
from model.segmenter import Segmenter
from model.sentences import paragraph_spans
from training import baselines
from training.corpus import REST, read_themes

KEYWORDS = {"safety": ("消防", "演练"), "environment": ("河道",)}


def test_majority() -> None:
    """The most common theme."""
    assert baselines.majority(["a", "b", "b"]) == "b"


@pytest.mark.parametrize(
    ("headline", "body", "theme"),
    [
        ("", "镇里组织消防演练，随后清理河道。", "safety"),
        ("河道清淤", "镇里组织消防演练。", "environment"),
        ("", "河道河道河道，消防演练。", "safety"),
        ("新书首发", "作者与读者见面。", REST),
    ],
)
def test_keywords(headline: str, body: str, theme: str) -> None:
    """A word counts once in the body and threefold in the headline; without any word it is the rest."""
    assert baselines.by_keywords(headline, body, KEYWORDS) == theme


def test_every_theme_but_the_rest_has_keywords() -> None:
    """The shipped list names themes of themes.toml only, and each of them but the rest."""
    keywords = baselines.read_keywords()

    assert set(keywords) | {REST} == {t.code for t in read_themes()}
    assert all(len(words) > 20 for theme, words in keywords.items() if theme != REST)


def test_lead() -> None:
    """The first two sentences that are more than a mark, fewer where there are no more."""
    body = "海棠镇昨日开展演练。\n六百人参加演练。演练持续半小时。"
    segmenter = Segmenter()

    def segmented(text: str):
        return segment(Article(text, paragraphs=paragraph_spans(normalise(text))), segmenter)

    assert baselines.lead(segmented(body)) == ("海棠镇昨日开展演练。", "六百人参加演练。")
    assert baselines.lead(segmented(body), 1) == ("海棠镇昨日开展演练。",)
    assert baselines.lead(segmented("只有这一句。")) == ("只有这一句。",)
