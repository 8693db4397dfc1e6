"""The ranker's parameters: one weight for each named figure, and what a repetition costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from model.errors import BundleError
from model.summary.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

# For a bundle that holds none: what `training.fit_summary` learned first, rounded.
_DEFAULTS = {
    "log_rank": -0.46,
    "rank_share": 0.27,
    "headline_chars": 1.3,
    "centrality": 1.23,
    "short": -0.53,
    "long": -0.42,
    "figures": 0.72,
    "when": 0.23,
    "deed": 0.49,
    "plans": 0.59,
    "opens_quote": -0.55,
    "unended": -0.87,
}


@dataclass(frozen=True, slots=True)
class Ranker:
    """A linear sentence ranker.

    `weights` holds one weight for each of `FEATURES` (absent ones weigh nothing). `redundancy` is what a sentence loses
    when all its words stand in a chosen one already (maximal marginal relevance, Carbonell and Goldstein, SIGIR 1998).
    """

    weights: Mapping[str, float] = field(default_factory=lambda: dict(_DEFAULTS))
    redundancy: float = 1.0

    vector: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    """The weights in the order of `FEATURES`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "vector", np.array([self.weights.get(name, 0.0) for name in FEATURES]))

    def to_json(self) -> dict[str, object]:
        """What `from_json` reads."""
        return {
            "weights": {name: self.weights[name] for name in FEATURES if name in self.weights},
            "redundancy": self.redundancy,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Ranker:
        """Read back what `to_json` gave.

        Raises:
            BundleError: a weight is missing, unknown or no finite number.
        """
        weights, redundancy = data.get("weights"), data.get("redundancy")
        if not isinstance(weights, dict) or not isinstance(redundancy, int | float) or set(weights) - set(FEATURES):
            raise BundleError("模型包里的摘要权重不完整，或是为别的程序版本训练的，请重新发布模型包。")
        numbers = [*weights.values(), redundancy]
        if not all(isinstance(n, int | float) and math.isfinite(n) for n in numbers):
            raise BundleError("模型包里的摘要权重含有不是数的值，请重新发布模型包。")
        return cls({str(name): float(value) for name, value in weights.items()}, float(redundancy))
