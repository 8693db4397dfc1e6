"""Answers and truths → figures. Pure functions on arrays and counts; none knows a model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % bootstrap interval and the number of things it was measured on."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Label:
    """One article's truth beside the answer given."""

    truth: str
    answer: str
    probability: float
    accepted: bool
    also_truth: frozenset[str] = frozenset()
    also_answer: frozenset[str] = frozenset()
    source: str = ""
    genre: str = ""

    @property
    def right(self) -> bool:
        """Whether the primary theme is the reader's."""
        return self.truth == self.answer


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """Precision, recall and F1 of one theme that `n` articles truly have; `answers` were given it."""

    theme: str
    precision: float
    recall: float
    f1: float
    n: int
    answers: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Articles of like probability: the mean probability beside the share that is right."""

    probability: float
    right: Figure


def bootstrap(n: int, figure: Callable[[NDArray[np.intp]], float], seed: int = 0) -> Figure:
    """Percentile bootstrap (Efron 1979) of a figure of `n` items; `figure` is given the indices of a resample.

    Of nothing, every figure is zero.
    """
    if not n:
        return Figure(0.0, 0.0, 0.0, 0)
    random = np.random.default_rng(seed)
    values = [figure(random.integers(0, n, n)) for _ in range(_RESAMPLES)]
    low, high = np.percentile(values, [2.5, 97.5])
    return Figure(figure(np.arange(n)), float(low), float(high), n)


def mean(values: Sequence[float]) -> Figure:
    """The mean with its interval; of an empty sequence, zero."""
    array = np.array(values, dtype=float)
    return bootstrap(len(array), lambda i: float(array[i].mean()))


def wilson(hits: Sequence[bool]) -> Figure:
    """The share of hits with Wilson's score interval (1927), which stays honest for a few items and for all of them."""
    n, z = len(hits), 1.96
    if not n:
        return Figure(0.0, 0.0, 0.0, 0)
    share = sum(hits) / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return Figure(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)), n)


def accuracy(labels: Sequence[Label]) -> Figure:
    """Share of articles with the reader's primary theme."""
    return mean([label.right for label in labels])


def accuracy_or_also(labels: Sequence[Label]) -> Figure:
    """The same, where naming a secondary theme of the reader's first counts as right too."""
    return mean([label.right or label.answer in label.also_truth for label in labels])


def f1_by_theme(labels: Sequence[Label]) -> dict[str, float]:
    """F1 of each theme that occurs."""
    hits = Counter(label.truth for label in labels if label.right)
    truths = Counter(label.truth for label in labels)
    answers = Counter(label.answer for label in labels)
    return {theme: 2 * hits[theme] / (truths[theme] + answers[theme]) for theme in sorted(truths)}


def by_theme(labels: Sequence[Label], codes: Sequence[str]) -> tuple[ThemeRow, ...]:
    """Precision, recall, F1 and support of each theme; a share of nothing is zero."""
    table = confusion(labels, codes)
    rows = []
    for k, code in enumerate(codes):
        hits, truths, answers = int(table[k, k]), int(table[k].sum()), int(table[:, k].sum())
        f1 = 2 * hits / max(1, truths + answers)
        rows.append(ThemeRow(code, hits / max(1, answers), hits / max(1, truths), f1, truths, answers))
    return tuple(rows)


def macro_f1(labels: Sequence[Label]) -> Figure:
    """Mean of the themes' F1."""

    def figure(rows: NDArray[np.intp]) -> float:
        each = f1_by_theme([labels[i] for i in rows])
        return sum(each.values()) / len(each)

    return bootstrap(len(labels), figure)


def also_f1(labels: Sequence[Label]) -> Figure:
    """Micro F1 of the secondary themes."""
    hits = np.array([len(label.also_truth & label.also_answer) for label in labels])
    total = np.array([len(label.also_truth) + len(label.also_answer) for label in labels])
    return bootstrap(len(labels), lambda i: float(2 * hits[i].sum() / max(1, total[i].sum())))


def calibration_error(labels: Sequence[Label], bins: int = 10) -> Figure:
    """Expected calibration error over equal-mass bins (Nguyen and O'Connor 2015)."""
    probability = np.array([label.probability for label in labels])
    right = np.array([label.right for label in labels], dtype=float)

    def figure(rows: NDArray[np.intp]) -> float:
        order = rows[np.argsort(-probability[rows], kind="stable")]
        parts = np.array_split(order, bins)
        return float(sum(abs(probability[p].sum() - right[p].sum()) for p in parts) / len(rows))

    return bootstrap(len(labels), figure)


def reliability(labels: Sequence[Label], bins: int = 10) -> tuple[Bin, ...]:
    """The equal-mass bins of `calibration_error`, surest first: what a reliability diagram shows."""
    order = sorted(labels, key=lambda label: -label.probability)
    parts = [order[part[0] : part[-1] + 1] for part in np.array_split(np.arange(len(order)), bins) if len(part)]
    return tuple(Bin(sum(x.probability for x in part) / len(part), wilson([x.right for x in part])) for part in parts)


def selective_accuracy(labels: Sequence[Label]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The accuracy-coverage curve (El-Yaniv and Wiener 2010): (n,) coverages and the accuracy of the surest so far."""
    order = sorted(labels, key=lambda label: -label.probability)
    taken = np.arange(1, len(order) + 1, dtype=np.float64)
    return taken / max(1, len(order)), np.cumsum([label.right for label in order], dtype=np.float64) / taken


def coverage(labels: Sequence[Label]) -> Figure:
    """Share of articles that were accepted without review."""
    return mean([label.accepted for label in labels])


def accepted_accuracy(labels: Sequence[Label]) -> Figure:
    """Share of the accepted labels that are right."""
    return mean([label.right for label in labels if label.accepted])


def confusion(labels: Sequence[Label], codes: Sequence[str]) -> NDArray[np.intp]:
    """(K, K) counts, truth by row and answer by column."""
    table = np.zeros((len(codes), len(codes)), dtype=np.intp)
    for label in labels:
        table[codes.index(label.truth), codes.index(label.answer)] += 1
    return table


def panoptic_quality(truth: Sequence[AbstractSet[int]], answer: Sequence[AbstractSet[int]]) -> float:
    """Panoptic quality over line sets (Kirillov et al. 2019): matches have intersection over union above one half."""
    matched = [len(t & a) / len(t | a) for t in truth for a in answer if 2 * len(t & a) > len(t | a)]
    return 2 * sum(matched) / max(1, len(truth) + len(answer))


def exact_articles(truth: Sequence[AbstractSet[int]], answer: Sequence[AbstractSet[int]]) -> list[bool]:
    """For each true article, whether some answered one has exactly its lines."""
    given = {frozenset(a) for a in answer}
    return [frozenset(t) in given for t in truth]
