"""Out-of-fold scores → probabilities that mean what they say, and the limits of accept and review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar

from model.themes import Limits
from training.corpus import REST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


ACCEPTED_RIGHT = 0.98
"""What share of accepted labels is to be right; the codebook's two readers reach 0.974 to 0.990 on everything."""
_ONE_SIDED = 1.645
"""Standard errors within which 95 % of a normal variable stay on one side."""
NEVER = 2.0
"""A limit that no probability reaches."""


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Row-wise softmax, (n, K)."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def fit_temperature(scores: NDArray[np.float64], y: NDArray[np.intp], weights: NDArray[np.float64]) -> float:
    """The temperature with the least weighted log loss (Guo et al. 2017, "On calibration of modern networks")."""

    def loss(log_temperature: float) -> float:
        shares = softmax(scores / np.exp(log_temperature))
        right = shares[np.arange(len(y)), y]
        return float(-(weights * np.log(np.maximum(right, 1e-12))).sum() / weights.sum())

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded").x))


def fit_limits(
    shares: NDArray[np.float64],
    presence: NDArray[np.float64],
    *,
    y: NDArray[np.intp],
    present: NDArray[np.bool_],
    weights: NDArray[np.float64],
    codes: Sequence[str],
) -> Limits:
    """The accept limit at which accepted labels are right as often as asked, and a presence limit a theme.

    Args:
        shares: calibrated out-of-fold probabilities, (n, K).
        presence: out-of-fold presence scores, (n, K).
        y: primary themes, (n,).
        present: which themes take up a real part, (n, K).
        weights: how much each article counts, (n,).
        codes: the themes.
    """
    return Limits(
        accept=_accept_limit(shares.max(axis=1), shares.argmax(axis=1) == y, weights),
        also=tuple(
            _also_limit(k, shares, presence, present, weights) if c != REST else NEVER for k, c in enumerate(codes)
        ),
    )


def _accept_limit(top: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
    """The lowest probability from which on the share of right labels is, with 95 % certainty, what is asked.

    The one-sided normal bound of a weighted share, with Kish's effective size (1965). Certainty is asked for because
    out-of-fold figures flatter a little: a label that the model disputed was read again, one that it shared was not.
    """
    order = np.argsort(-top)
    sorted_weights = weights[order]
    total = np.cumsum(sorted_weights)
    share = np.cumsum((right * weights)[order]) / total
    size = total**2 / np.cumsum(sorted_weights**2)
    sure = share - _ONE_SIDED * np.sqrt(share * (1 - share) / size)
    last = np.append(np.diff(top[order]) != 0, True)  # of equal probabilities all are accepted or none
    good = np.flatnonzero((sure >= ACCEPTED_RIGHT) & last)
    return float(top[order][good[-1]]) if len(good) else 1.0


def _also_limit(
    k: int,
    shares: NDArray[np.float64],
    presence: NDArray[np.float64],
    present: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> float:
    """The presence probability with the best F1 for theme `k` as a secondary one, where another theme won.

    A theme that is nowhere a secondary one in the corpus is never named as one.
    """
    second = shares.argmax(axis=1) != k
    probability = 1 / (1 + np.exp(-presence[second, k]))
    truth, weight = present[second, k], weights[second]
    if not truth.any():
        return NEVER
    order = np.argsort(-probability)
    hits = np.cumsum((truth * weight)[order])
    f1 = 2 * hits / (np.cumsum(weight[order]) + (truth * weight).sum())
    return float(probability[order][int(f1.argmax())])
