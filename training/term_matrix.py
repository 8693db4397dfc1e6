"""Token counts → terms with their idf, TF-IDF rows, and the theme lexicon as sums of columns."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from model.themes import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training.corpus import CountedArticle

Matrix = Any
"""A scipy.sparse.csr_matrix; scipy ships no types."""


def matrix_of(
    articles: Sequence[CountedArticle], terms: Mapping[str, int], idf: NDArray[np.float64], scale: NDArray[np.float64]
) -> Matrix:
    """(n, 3V) rows of TF-IDF, the three blocks of a term side by side; the same formula as `model.themes.vector`."""
    parts = [_block([a.blocks[b] for a in articles], terms, idf) * scale[b] for b in range(len(BLOCKS))]
    wide = sp.hstack(parts).tocsc()
    order = np.arange(wide.shape[1]).reshape(len(BLOCKS), -1).T.ravel()
    return sp.csr_matrix(wide[:, order])


def _block(counts: Sequence[Mapping[str, int]], terms: Mapping[str, int], idf: NDArray[np.float64]) -> Matrix:
    columns: list[int] = []
    values: list[int] = []
    starts = [0]
    for each in counts:
        known = [(terms[t], n) for t, n in each.items() if t in terms]
        columns += [c for c, _ in known]
        values += [n for _, n in known]
        starts.append(len(columns))
    place = np.array(columns, dtype=np.intp)
    weight = (1.0 + np.log(np.array(values, dtype=np.float64))) * idf[place]
    raw = sp.csr_matrix((weight, place, np.array(starts)), shape=(len(counts), len(idf)))
    norm = np.sqrt(np.asarray(raw.multiply(raw).sum(axis=1)).ravel())
    return sp.csr_matrix(sp.diags(1.0 / np.where(norm > 0, norm, 1.0)) @ raw)


def vocabulary(
    articles: Sequence[CountedArticle], frequencies: tuple[int, Mapping[str, int]], least: int, named: frozenset[str]
) -> tuple[dict[str, int], NDArray[np.float64]]:
    """Terms in `least` articles or more, or named; their idf over articles and pool, smoothed as sklearn's."""
    spread: Counter[str] = Counter()
    for article in articles:
        spread.update(article.blocks[0].keys() | article.blocks[2].keys())
    pool, pooled = frequencies
    kept = sorted({t for t, n in spread.items() if n >= least} | named)
    seen = np.array([spread[t] + pooled.get(t, 0) for t in kept], dtype=np.float64)
    idf = np.log((1 + len(articles) + pool) / (1 + seen)) + 1
    return {t: i for i, t in enumerate(kept)}, idf


def prior(lexicon: Sequence[frozenset[str]], terms: Mapping[str, int]) -> Matrix:
    """(3V, 3G): which term, in which block, belongs to which group of the lexicon.

    The fit sees a group's summed weight as one more feature, so that a word too rare to be learnt from articles takes
    part of what its group has learnt. Such a feature is a sum of others: its weight is handed down to its terms
    (`fold_in`), and what serves is one row of weights a term.
    """
    rows, columns = [], []
    for g, words in enumerate(lexicon):
        for term in sorted(words & terms.keys()):
            for b in range(len(BLOCKS)):
                rows.append(terms[term] * len(BLOCKS) + b)
                columns.append(g * len(BLOCKS) + b)
    shape = (len(terms) * len(BLOCKS), len(lexicon) * len(BLOCKS))
    return sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)


def fold_in(coefficients: NDArray[np.float64], prior: Matrix) -> NDArray[np.float64]:
    """(K, 3V + 3G) coefficients → (K, 3V), the groups' weights added to their terms'."""
    own = coefficients[:, : prior.shape[0]]
    folded: NDArray[np.float64] = own + (prior @ coefficients[:, prior.shape[0] :].T).T
    return folded
