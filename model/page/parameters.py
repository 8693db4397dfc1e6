"""The numbers of the page room: linear weights that are learned from damaged pages and travel in the bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import repeat
from operator import mul

from model.page.defaults import ARTICLE, HEADING, JOIN, MOVED

Weights = Mapping[str, float]


def dot(weights: Weights, features: Mapping[str, float]) -> float:
    """The sum of weight times value over the features; a name without a weight counts nothing."""
    total: float = sum(map(mul, map(weights.get, features, repeat(0.0)), features.values()))
    return total


@dataclass(frozen=True, slots=True)
class PageModel:
    """Weights by feature name; a positive score says yes.

    `heading`: a line is a heading. `join`: a line goes on with the next. `article`: what makes a run of lines a whole
    article (higher is better). `moved`: a paragraph stands in a foreign article.
    """

    heading: Weights = field(default_factory=lambda: HEADING)
    join: Weights = field(default_factory=lambda: JOIN)
    article: Weights = field(default_factory=lambda: ARTICLE)
    moved: Weights = field(default_factory=lambda: MOVED)

    def to_json(self) -> dict[str, object]:
        """Plain numbers under plain names, for the bundle."""
        return {name: dict(getattr(self, name)) for name in ("heading", "join", "article", "moved")}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> PageModel:
        """The model that `to_json` wrote. ValueError on a missing part or a value that is not a number."""
        parts: dict[str, dict[str, float]] = {}
        for name in ("heading", "join", "article", "moved"):
            part = data.get(name)
            if not isinstance(part, Mapping) or not all(isinstance(v, int | float) for v in part.values()):
                raise ValueError(f"page model without numbers under {name!r}")
            parts[name] = {str(k): float(v) for k, v in part.items()}
        return cls(**parts)
