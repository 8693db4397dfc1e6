"""training.calibrate: probabilities that mean what they say, and limits that keep their promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.calibrate import ACCEPTED_RIGHT, NEVER, _accept_limit, fit_limits, fit_temperature, softmax

CODES = ("safety", "industry", "other")


def drawn(n: int, sharpness: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Scores whose softmax at temperature `sharpness` is the truth that the labels are drawn from."""
    random = np.random.default_rng(seed)
    scores = random.normal(0, 2, (n, 3))
    shares = softmax(scores)
    return scores * sharpness, np.array([random.choice(3, p=p) for p in shares])


@settings(max_examples=50)
@given(arrays(np.float64, (4, 3), elements=st.floats(-800, 800)), st.floats(-100, 100))
def test_softmax_is_a_distribution(scores: np.ndarray, shift: float) -> None:
    """Rows sum to one whatever their size; adding a constant changes nothing; the order stays."""
    shares = softmax(scores)

    assert shares.sum(axis=1) == pytest.approx(1)
    assert softmax(scores + shift) == pytest.approx(shares, abs=1e-9)
    assert (shares[np.arange(4), scores.argmax(axis=1)] == shares.max(axis=1)).all()


@pytest.mark.parametrize("sharpness", [0.25, 1.0, 4.0])
def test_temperature_undoes_what_was_done_to_the_scores(sharpness: float) -> None:
    """Scores that were made too sharp or too flat by a factor get that factor back, within sampling error."""
    scores, y = drawn(4000, sharpness)

    assert fit_temperature(scores, y, np.ones(len(y))) == pytest.approx(sharpness, rel=0.1)


def test_temperature_heeds_weights() -> None:
    """Articles of no weight do not count: half of them drawn sharp, half flat, each alone gives its own."""
    sharp, y_sharp = drawn(2000, 3.0)
    flat, y_flat = drawn(2000, 0.5, seed=1)
    scores, y = np.vstack([sharp, flat]), np.concatenate([y_sharp, y_flat])
    first = np.repeat([1.0, 0.0], 2000)

    assert fit_temperature(scores, y, first) == pytest.approx(fit_temperature(sharp, y_sharp, np.ones(2000)), rel=1e-3)
    assert fit_temperature(scores, y, 1 - first) < 1


def limits(shares: np.ndarray, y: np.ndarray, presence: np.ndarray | None = None, present: np.ndarray | None = None):
    n = len(y)
    return fit_limits(
        shares,
        np.zeros((n, 3)) if presence is None else presence,
        y=y,
        present=np.eye(3, dtype=bool)[y] if present is None else present,
        weights=np.ones(n),
        codes=CODES,
    )


def test_accept_limit_keeps_its_promise() -> None:
    """Labels from the limit on are right in 98 % with 95 % certainty, and from no lower probability on."""
    scores, y = drawn(5000, 1.0)
    shares = softmax(scores * 1.5)
    limit = limits(shares, y).accept
    top, right = shares.max(axis=1), shares.argmax(axis=1) == y

    def bound(of: float) -> float:
        accepted = right[top >= of]
        return float(accepted.mean() - 1.645 * accepted.std() / np.sqrt(len(accepted)))

    assert bound(limit) >= ACCEPTED_RIGHT
    assert all(bound(lower) < ACCEPTED_RIGHT for lower in np.unique(top[top < limit]))


def test_articles_that_count_little_prove_little() -> None:
    """The same share of right labels, proven by few heavy articles, is not certain enough."""
    top = np.linspace(0.9, 0.99, 400)
    right = np.arange(400) % 100 != 0
    heavy = np.where(np.arange(400) < 40, 100.0, 0.01)

    assert _accept_limit(top, right, np.ones(400)) < 0.95
    assert _accept_limit(top, right, heavy) > _accept_limit(top, right, np.ones(400))


def test_equal_probabilities_are_accepted_together_or_not_at_all() -> None:
    """Fifty right ones at 0.9 among fifty wrong ones at 0.9 are not accepted by the luck of their order."""
    shares = np.tile([0.9, 0.06, 0.04], (100, 1))
    y = np.repeat([0, 1], 50)

    assert limits(shares, y).accept == 1.0


def test_nothing_is_accepted_where_nothing_is_right() -> None:
    """A model that is always wrong accepts at certainty only."""
    shares = np.tile([0.7, 0.2, 0.1], (20, 1))

    assert limits(shares, np.ones(20, dtype=int)).accept == 1.0


def test_also_limit_by_hand() -> None:
    """Industry as second theme of six safety articles: present at scores 3, 2 and 0, absent at 1, -1 and -2.

    Two hits of two answers give F1 0.8; with the limit at score 0, three hits of four answers give 6/7, the best.
    """
    shares = np.tile([0.8, 0.15, 0.05], (6, 1))
    presence = np.zeros((6, 3))
    presence[:, 1] = [3, 2, 1, 0, -1, -2]
    present = np.zeros((6, 3), dtype=bool)
    present[:, 0] = True
    present[[0, 1, 3], 1] = True

    found = limits(shares, np.zeros(6, dtype=int), presence, present)

    assert found.also[1] == pytest.approx(0.5)


def test_the_rest_and_the_never_second_are_never_secondary() -> None:
    """`other`, and a theme that is second nowhere or first everywhere, have a limit that no probability reaches."""
    shares = np.tile([0.8, 0.15, 0.05], (6, 1))

    assert limits(shares, np.zeros(6, dtype=int)).also == (NEVER, NEVER, NEVER)
    assert NEVER > 1
