"""Token counts → terms with their idf, TF-IDF rows of words and of grams, and the theme lexicon as sums of columns."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from model.themes import BLOCKS, spell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training.corpus import CountedArticle

Matrix = Any
"""A scipy.sparse.csr_matrix; scipy ships no types."""
Tallies = tuple[Matrix, ...]
"""How often each term stands in each article, (n, T), a matrix for each of the three blocks."""


def tallies(articles: Sequence[CountedArticle], terms: Mapping[str, int]) -> Tallies:
    """Counts of the words among `terms`."""
    return tuple(_tally([a.blocks[b] for a in articles], terms) for b in range(len(BLOCKS)))


def gram_tallies(articles: Sequence[CountedArticle], grams: Mapping[str, int]) -> Tallies:
    """Counts of the grams inside the articles' words."""
    words = {word: i for i, word in enumerate(sorted(_words(articles)))}
    spelled = [[grams[g] for g in spell(word) if g in grams] for word in words]
    starts = np.cumsum([0, *map(len, spelled)])
    columns = np.fromiter(chain.from_iterable(spelled), np.intp, starts[-1])
    spelling = sp.csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(words), len(grams)))
    return tuple(sp.csr_matrix(tally @ spelling) for tally in tallies(articles, words))


def _words(articles: Sequence[CountedArticle]) -> set[str]:
    return set(chain.from_iterable(chain(a.blocks[0], a.blocks[2]) for a in articles))


def _tally(counts: Sequence[Mapping[str, int]], terms: Mapping[str, int]) -> Matrix:
    columns: list[int] = []
    values: list[int] = []
    starts = [0]
    for each in counts:
        known = [(terms[t], n) for t, n in each.items() if t in terms]
        columns += [c for c, _ in known]
        values += [n for _, n in known]
        starts.append(len(columns))
    shape = (len(counts), len(terms))
    return sp.csr_matrix((np.array(values, np.float64), np.array(columns, np.intp), np.array(starts)), shape=shape)


def matrix_of(counted: Tallies, idf: NDArray[np.float64], scale: NDArray[np.float64]) -> Matrix:
    """(n, 3T) rows of TF-IDF, the three blocks of a term side by side; the same formula as `model.themes.vector`."""
    parts = [_block(tally, idf) * length for tally, length in zip(counted, scale, strict=True)]
    wide = sp.hstack(parts).tocsc()
    order = np.arange(wide.shape[1]).reshape(len(BLOCKS), -1).T.ravel()
    return sp.csr_matrix(wide[:, order])


def _block(tally: Matrix, idf: NDArray[np.float64]) -> Matrix:
    raw = tally.copy()
    raw.data = (1.0 + np.log(raw.data)) * idf[raw.indices]
    norm = np.sqrt(np.asarray(raw.multiply(raw).sum(axis=1)).ravel())
    return sp.csr_matrix(sp.diags(1.0 / np.where(norm > 0, norm, 1.0)) @ raw)


def vocabulary(
    articles: Sequence[CountedArticle], frequencies: tuple[int, Mapping[str, int]], least: int, named: frozenset[str]
) -> tuple[dict[str, int], NDArray[np.float64]]:
    """Words in `least` articles or more, or named; their idf over articles and pool, smoothed as sklearn's."""
    spread: Counter[str] = Counter()
    for article in articles:
        spread.update(article.blocks[0].keys() | article.blocks[2].keys())
    pool, pooled = frequencies
    kept = sorted({t for t, n in spread.items() if n >= least} | named)
    seen = np.array([spread[t] + pooled.get(t, 0) for t in kept], dtype=np.float64)
    return {t: i for i, t in enumerate(kept)}, _idf(seen, len(articles) + pool)


def gram_vocabulary(articles: Sequence[CountedArticle], least: int) -> tuple[dict[str, int], NDArray[np.float64]]:
    """Grams in `least` articles or more, and their idf over the articles."""
    every = {g: i for i, g in enumerate(sorted(set(chain.from_iterable(map(spell, _words(articles))))))}
    headline, _, body = gram_tallies(articles, every)
    spread = np.asarray(((headline + body) > 0).sum(axis=0), dtype=np.float64).ravel()
    kept = spread >= min(least, spread.max())  # a few articles share no gram so often
    names = [gram for gram, keep in zip(every, kept, strict=True) if keep]
    return {g: i for i, g in enumerate(names)}, _idf(spread[kept], len(articles))


def _idf(spread: NDArray[np.float64], total: int) -> NDArray[np.float64]:
    idf: NDArray[np.float64] = np.log((1 + total) / (1 + spread)) + 1
    return idf


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
