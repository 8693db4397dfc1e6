"""Feature rows and labels → the linear models of a theme fit: support vector machines, and presence regressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.term_matrix import Matrix

Linear = tuple["NDArray[np.float64]", "NDArray[np.float64]"]
"""(K, F) coefficients and (K,) intercepts."""

NEVER = -50.0
"""The score of a theme that a fold has no article of: as good as impossible, and still a number."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """What is known of n articles: primary themes (n,), themes that take up a real part (n, K), how much each counts.

    `own` marks the articles written for the project.
    """

    y: NDArray[np.intp]
    present: NDArray[np.bool_]
    weights: NDArray[np.float64]
    own: NDArray[np.bool_]

    def of(self, rows: NDArray[np.intp]) -> Labels:
        """The labels of some articles."""
        return Labels(self.y[rows], self.present[rows], self.weights[rows], self.own[rows])


def machines(matrix: Matrix, labels: Labels, *, strength: float, rival: float, own: float) -> Linear:
    """Support vector machines, each theme against the rest.

    An article where the theme is present but another comes first counts `rival` times against it: it is these that
    teach which of two present themes an article exists to tell.

    The articles written for the project also teach a model by themselves, and `own` of it is added: they are few among
    many real ones, but evenly spread over themes and genres and free of one publisher's habits. The sum of two linear
    models is one.
    """
    coefficients, intercept = _machines(matrix, labels, strength, rival)
    if own and len(np.unique(labels.y[labels.own])) == labels.present.shape[1]:
        rows = np.flatnonzero(labels.own)
        added, lift = _machines(matrix[rows], labels.of(rows), strength, rival)
        coefficients, intercept = coefficients + own * added, intercept + own * lift
    return coefficients, intercept


def _machines(matrix: Matrix, labels: Labels, strength: float, rival: float) -> Linear:
    themes = labels.present.shape[1]
    coefficients, intercept = np.zeros((themes, matrix.shape[1])), np.full(themes, NEVER)
    for k in np.unique(labels.y):
        first = labels.y == k
        weights = np.where(labels.present[:, k] & ~first, rival * labels.weights, labels.weights)
        svm = LinearSVC(C=strength, random_state=0).fit(matrix, first, sample_weight=weights)
        coefficients[k], intercept[k] = svm.coef_[0], svm.intercept_[0]
    return coefficients, intercept


def presences(matrix: Matrix, labels: Labels, *, strength: float) -> Linear:
    """A logistic regression a theme: does it take up a real part of the article, first or second?"""
    themes = labels.present.shape[1]
    coefficients, intercept = np.zeros((themes, matrix.shape[1])), np.full(themes, NEVER)
    for k in np.flatnonzero(labels.present.any(axis=0)):
        if labels.present[:, k].all():
            intercept[k] = -NEVER
            continue
        one = LogisticRegression(C=strength, solver="liblinear", dual=True, max_iter=300, random_state=0).fit(
            matrix, labels.present[:, k], sample_weight=labels.weights
        )
        coefficients[k], intercept[k] = one.coef_[0], one.intercept_[0]
    return coefficients, intercept
