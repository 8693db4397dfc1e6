"""Token counts → the theme model: vocabularies, linear weights, calibration, limits.

Linear models on TF-IDF blocks (`model.themes`): support vector machines for the primary theme, on words and on grams,
whose scores are added, and a logistic regression a theme on words for its presence, primary or secondary. Fitted
apart, words and grams are right more often together than one model of both (data/README.md). Out-of-fold scores fit
the temperature and the limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from joblib import Parallel, delayed

from model.errors import CorpusError
from model.themes import BLOCKS, Limits, Spelling, ThemeModel, Weights
from training.calibrate import fit_limits, fit_temperature, softmax
from training.corpus import OWN
from training.linear import Labels, Linear, machines, presences
from training.split import folds, near_duplicates
from training.term_matrix import (
    Matrix,
    fold_in,
    gram_tallies,
    gram_vocabulary,
    matrix_of,
    prior,
    tallies,
    vocabulary,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from training.corpus import CountedArticle

_SMOOTH = 3
"""Articles lent to every theme of a source, so that a lone one does not count for hundreds."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every tuned number of a fit; each was chosen on out-of-fold figures (data/README.md, ablations)."""

    min_articles: int = 3
    scale: tuple[float, float, float] = (0.6, 0.6, 1.0)
    gram_articles: int = 10
    gram_scale: tuple[float, float, float] = (0.8, 0.6, 1.0)
    grams: float = 1.0
    """What the grams' score counts beside the words'."""
    strength: float = 0.6
    rival: float = 2.0
    presence_strength: float = 10.0
    balance: float = 0.7
    sure: tuple[float, float, float] = (0.8, 0.9, 1.0)
    local: float = 3.0
    prior: float = 0.3
    own: float = 0.2
    folds: int = 5
    desk: float = 0.4
    """Share of local reports in what a desk reads; the temperature and the limits are fitted for that mixture."""


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Scores of each training article by a model that saw neither it nor its near-duplicates: (n, K) each."""

    primary: NDArray[np.float64]
    presence: NDArray[np.float64]
    fold: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A theme model, its out-of-fold scores and the articles they belong to, in the same order."""

    model: ThemeModel
    out_of_fold: OutOfFold
    articles: tuple[CountedArticle, ...]


def fit_themes(
    articles: Sequence[CountedArticle],
    codes: Sequence[str],
    frequencies: tuple[int, Mapping[str, int]],
    *,
    lexicon: Sequence[frozenset[str]] = (),
    unshown: Callable[[str], bool] = lambda _: False,
    recipe: Recipe | None = None,
    jobs: int = -1,
) -> Fitted:
    """Fit the theme model. Deterministic: same input, same numbers.

    Args:
        articles: labelled token counts.
        codes: the themes, in the order of the model's columns.
        frequencies: size and document frequencies of a larger unlabelled pool.
        lexicon: groups of words that a theme's knowledge names; each group's words are taught together (`prior`).
        unshown: whether a term counts but is never shown as evidence, such as a stop word or a guessed word, which may
            be a piece of somebody's name.
        recipe: the tuned numbers.
        jobs: processes for the out-of-fold fits.

    Raises:
        CorpusError: a theme has no article, or an article a theme that is not among `codes`.
    """
    recipe = recipe or Recipe()
    _check_themes(articles, codes)
    terms, idf = vocabulary(articles, frequencies, recipe.min_articles, frozenset().union(*lexicon))
    grams, gram_idf = gram_vocabulary(articles, recipe.gram_articles)
    scale, gram_scale = np.array(recipe.scale), np.array(recipe.gram_scale)
    matrices = (
        matrix_of(tallies(articles, terms), idf, scale),
        matrix_of(gram_tallies(articles, grams), gram_idf, gram_scale),
    )
    fold = folds(near_duplicates([a.blocks[2].keys() for a in articles]), [a.id for a in articles], recipe.folds)
    tasks = [np.flatnonzero(fold != k) for k in range(recipe.folds)] + [np.arange(len(articles))]
    groups = prior(lexicon, terms) * recipe.prior
    fits = _fits(matrices, groups, _labels(articles, codes, recipe), tasks, recipe=recipe, jobs=jobs)
    oof = _out_of_fold(matrices, fits, fold, len(codes))
    temperature, limits = _calibrate(oof, articles, codes, recipe)
    whole = fits[-1]
    order = idf.argsort(kind="stable")  # the commonest first, as `ThemeModel` has them
    served = np.array(list(terms), object)[order].tolist()
    model = ThemeModel(
        codes=tuple(codes),
        words={word: row for row, word in enumerate(served)},
        spelling=Spelling.of(list(grams), served),
        idf=np.concatenate((idf[order], gram_idf)),
        scale=np.array((scale, gram_scale)),
        weights=Weights.of(np.concatenate((_by_block(whole.words[0])[order], _by_block(whole.grams[0])))),
        presence=Weights.of(_by_block(whole.presence[0])[order]),
        intercept=whole.words[1] + whole.grams[1],
        presence_intercept=whole.presence[1],
        shown=np.array([len(word) > 1 and not unshown(word) for word in served]),
        temperature=temperature,
        limits=limits,
    )
    return Fitted(model, oof, tuple(articles))


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """The linear models of one fold, or of all articles."""

    words: Linear
    grams: Linear
    presence: Linear


def _truth(articles: Sequence[CountedArticle], codes: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Each article's primary theme, (n,), and which themes take up a real part of it, (n, K)."""
    y = np.array([codes.index(a.theme) for a in articles])
    return y, np.array([[code == a.theme or code in a.also for code in codes] for a in articles])


def _labels(articles: Sequence[CountedArticle], codes: Sequence[str], recipe: Recipe) -> Labels:
    y, present = _truth(articles, codes)
    return Labels(y, present, _weights(articles, y, recipe), np.array([a.source == OWN for a in articles]))


def _fits(
    matrices: tuple[Matrix, Matrix],
    groups: Matrix,
    labels: Labels,
    tasks: Sequence[NDArray[np.intp]],
    *,
    recipe: Recipe,
    jobs: int,
) -> list[_Fit]:
    """The linear models of each task, which is the numbers of the articles that it may see."""
    words, grams = matrices
    taught = sp.hstack([words, words @ groups]).tocsr()
    fitted: list[_Fit] = Parallel(n_jobs=jobs, max_nbytes=None)(
        delayed(_fit)(taught[rows], grams[rows], groups, labels.of(rows), recipe) for rows in tasks
    )
    return fitted


def _fit(taught: Matrix, grams: Matrix, groups: Matrix, labels: Labels, recipe: Recipe) -> _Fit:
    coefficients, intercept = machines(taught, labels, strength=recipe.strength, rival=recipe.rival, own=recipe.own)
    gram_coefficients, gram_intercept = machines(
        grams, labels, strength=recipe.strength, rival=recipe.rival, own=recipe.own
    )
    presence, presence_intercept = presences(taught, labels, strength=recipe.presence_strength)
    return _Fit(
        words=(fold_in(coefficients, groups), intercept),
        grams=(recipe.grams * gram_coefficients, recipe.grams * gram_intercept),
        presence=(fold_in(presence, groups), presence_intercept),
    )


def _calibrate(
    oof: OutOfFold, articles: Sequence[CountedArticle], codes: Sequence[str], recipe: Recipe
) -> tuple[float, Limits]:
    """Temperature and limits from out-of-fold scores, for the mixture that a desk reads."""
    y, present = _truth(articles, codes)
    desk = _desk_weights(articles, y, recipe.desk)
    temperature = fit_temperature(oof.primary, y, desk)
    shares = softmax(oof.primary / temperature)
    return temperature, fit_limits(shares, oof.presence, y=y, present=present, weights=desk, codes=codes)


def _check_themes(articles: Sequence[CountedArticle], codes: Sequence[str]) -> None:
    labelled = {a.theme for a in articles}
    if missing := [c for c in codes if c not in labelled]:
        raise CorpusError(f"主题 {'、'.join(missing)} 没有一篇稿件：请先标注几十篇，再学习。")
    if unknown := sorted(labelled.union(*(a.also for a in articles)) - set(codes)):
        raise CorpusError(f"稿件标了 themes.toml 里没有的主题：{'、'.join(unknown)}。")


def _weights(articles: Sequence[CountedArticle], y: NDArray[np.intp], recipe: Recipe) -> NDArray[np.float64]:
    """How much each article counts: by its reader's certainty, its theme's rarity in its source, and being local.

    Balanced within each source, or the model would learn that a trade portal's words mean industry.
    """
    sources, source = np.unique([a.source.split(":")[0] for a in articles], return_inverse=True)
    table = np.zeros((len(sources), int(y.max()) + 1))
    np.add.at(table, (source, y), 1)
    table = (table + _SMOOTH) / (table + _SMOOTH).sum(axis=1, keepdims=True)
    balance = (1 / (table.shape[1] * table[source, y])) ** recipe.balance
    sure = np.array([recipe.sure[a.sure - 1] for a in articles])
    local = np.array([recipe.local if a.source.startswith("local") else 1.0 for a in articles])
    weights: NDArray[np.float64] = balance * sure * local
    return weights


def _desk_weights(articles: Sequence[CountedArticle], y: NDArray[np.intp], local: float) -> NDArray[np.float64]:
    """Weights that make local reports `local` of the whole and the themes equally common."""
    home = np.array([a.source.startswith("local") for a in articles])
    weights = np.where(home, local / max(1, home.sum()), (1 - local) / max(1, (~home).sum()))
    share = np.bincount(y, weights)
    balanced: NDArray[np.float64] = weights / share[y] * len(y) / len(share)
    return balanced


def _out_of_fold(
    matrices: tuple[Matrix, Matrix], fits: Sequence[_Fit], fold: NDArray[np.intp], themes: int
) -> OutOfFold:
    words, grams = matrices
    primary = np.zeros((len(fold), themes))
    presence = np.zeros_like(primary)
    for k, fit in enumerate(fits[:-1]):
        rows = np.flatnonzero(fold == k)
        primary[rows] = words[rows] @ fit.words[0].T + grams[rows] @ fit.grams[0].T + fit.words[1] + fit.grams[1]
        presence[rows] = words[rows] @ fit.presence[0].T + fit.presence[1]
    return OutOfFold(primary, presence, fold)


def _by_block(coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    """(K, 3V) coefficients as (V, 3, K) rows, the shape that serves."""
    return coefficients.T.reshape(-1, len(BLOCKS), len(coefficients))
