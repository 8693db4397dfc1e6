"""What a figure must beat: the most common theme, a plain keyword list, the first sentences."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import TYPE_CHECKING

from training.corpus import DATA, REST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from model.documents import SegmentedArticle


def majority(themes: Sequence[str]) -> str:
    """The most common theme."""
    return Counter(themes).most_common(1)[0][0]


def read_keywords(data: Path = DATA) -> dict[str, tuple[str, ...]]:
    """The keyword list of `data/keywords.toml`, by theme."""
    raw = tomllib.loads((data / "keywords.toml").read_text("utf-8"))
    return {theme: tuple(words.split()) for theme, words in raw.items()}


def by_keywords(headline: str, body: str, keywords: Mapping[str, Sequence[str]]) -> str:
    """The theme with the most keyword hits: three for one in the headline, one for one in the body; none: the rest."""
    hits = {theme: sum(3 * (w in headline) + (w in body) for w in words) for theme, words in keywords.items()}
    best = max(hits, key=lambda theme: hits[theme])
    return best if hits[best] else REST


def lead(article: SegmentedArticle, sentences: int = 2) -> tuple[str, ...]:
    """The first sentences of an article, a credit line counted as one: what a program without judgement prints."""
    return tuple(s.text for s in article.sentences if len(s.text.strip()) >= 4)[:sentences]
