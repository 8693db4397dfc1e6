"""Token counts → the theme model: vocabulary, linear weights, calibration, limits.

Two linear models on TF-IDF blocks (`model.themes`): support vector machines for the primary theme, and a logistic
regression a theme for its presence, primary or secondary. Out-of-fold scores fit the temperature and the limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from model.errors import CorpusError
from model.themes import BLOCKS, Limits, ThemeModel
from training.calibrate import fit_limits, fit_temperature, softmax
from training.corpus import OWN
from training.split import folds, near_duplicates
from training.term_matrix import Matrix, fold_in, matrix_of, prior, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from training.corpus import CountedArticle

_SMOOTH = 3
"""Articles lent to every theme of a source, so that a lone one does not count for hundreds."""


_NEVER = -50.0
"""The score of a theme that a fold has no article of: as good as impossible, and still a number."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every tuned number of a fit; each was chosen on out-of-fold figures (data/README.md, ablations)."""

    min_articles: int = 3
    scale: tuple[float, float, float] = (0.6, 0.6, 1.0)
    strength: float = 0.6
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
    groups = prior(lexicon, terms) * recipe.prior
    matrix = matrix_of(articles, terms, idf, np.array(recipe.scale))
    fold = folds(near_duplicates([a.blocks[2].keys() for a in articles]), [a.id for a in articles], recipe.folds)
    fits = _fits(sp.hstack([matrix, matrix @ groups]).tocsr(), articles, codes, fold, recipe=recipe, jobs=jobs)
    fits = [(fold_in(c, groups), i, fold_in(p, groups), j) for c, i, p, j in fits]
    oof = _out_of_fold(matrix, fits, fold, len(codes))
    coefficients, intercept, presence, presence_intercept = fits[-1]
    temperature, limits = _calibrate(oof, articles, codes, recipe)
    model = ThemeModel(
        codes=tuple(codes),
        terms=terms,
        idf=idf,
        scale=np.array(recipe.scale),
        weights=_by_block(coefficients),
        intercept=intercept,
        presence=_by_block(presence),
        presence_intercept=presence_intercept,
        temperature=temperature,
        limits=limits,
        hidden=frozenset(filter(unshown, terms)),
    )
    return Fitted(model, oof, tuple(articles))


def _truth(articles: Sequence[CountedArticle], codes: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Each article's primary theme, (n,), and which themes take up a real part of it, (n, K)."""
    y = np.array([codes.index(a.theme) for a in articles])
    return y, np.array([[code == a.theme or code in a.also for code in codes] for a in articles])


def _fits(
    matrix: Matrix,
    articles: Sequence[CountedArticle],
    codes: Sequence[str],
    fold: NDArray[np.intp],
    *,
    recipe: Recipe,
    jobs: int,
) -> list[tuple[NDArray[np.float64], ...]]:
    """The linear models without each fold, and last those of all articles."""
    y, present = _truth(articles, codes)
    weights = _weights(articles, y, recipe)
    own = np.array([a.source == OWN for a in articles])
    tasks = [np.flatnonzero(fold != k) for k in range(recipe.folds)] + [np.arange(len(articles))]
    fitted: list[tuple[NDArray[np.float64], ...]] = Parallel(n_jobs=jobs, max_nbytes=None)(
        delayed(_fit_linear)(matrix[rows], y[rows], present[rows], weights[rows], own=own[rows], recipe=recipe)
        for rows in tasks
    )
    return fitted


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


def _fit_linear(
    matrix: Matrix,
    y: NDArray[np.intp],
    present: NDArray[np.bool_],
    weights: NDArray[np.float64],
    *,
    own: NDArray[np.bool_],
    recipe: Recipe,
) -> tuple[NDArray[np.float64], ...]:
    """Weights and intercepts of both models, themes by row; `present` names all themes, `y` may lack some in a fold.

    The articles written for the project (`own`) also teach a model by themselves, and part of it is added: they are
    few among many real ones, but evenly spread over themes and genres and free of one publisher's habits. The sum of
    two linear models is one.
    """
    themes = present.shape[1]
    primary, intercept = _machines(matrix, y, weights, recipe.strength, themes)
    if recipe.own and len(np.unique(y[own])) == themes:
        added, lift = _machines(matrix[own], y[own], weights[own], recipe.strength, themes)
        primary, intercept = primary + recipe.own * added, intercept + recipe.own * lift
    presence, presence_intercept = np.zeros_like(primary), np.full(themes, _NEVER)
    for k in np.flatnonzero(present.any(axis=0)):
        if present[:, k].all():
            presence_intercept[k] = -_NEVER
            continue
        one = LogisticRegression(
            C=recipe.presence_strength, solver="liblinear", dual=True, max_iter=300, random_state=0
        ).fit(matrix, present[:, k], sample_weight=weights)
        presence[k], presence_intercept[k] = one.coef_[0], one.intercept_[0]
    return primary, intercept, presence, presence_intercept


def _machines(
    matrix: Matrix, y: NDArray[np.intp], weights: NDArray[np.float64], strength: float, themes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Support vector machines, one theme against the rest: (K, features) weights and (K,) intercepts."""
    svm = LinearSVC(C=strength, random_state=0).fit(matrix, y, sample_weight=weights)
    coefficients, intercept = np.zeros((themes, matrix.shape[1])), np.full(themes, _NEVER)
    sign = np.array([[-1.0], [1.0]]) if len(svm.classes_) == 2 else 1.0  # of two classes sklearn keeps one row
    coefficients[svm.classes_] = sign * svm.coef_
    intercept[svm.classes_] = np.ravel(sign) * svm.intercept_
    return coefficients, intercept


def _out_of_fold(
    matrix: Matrix, fits: Sequence[tuple[NDArray[np.float64], ...]], fold: NDArray[np.intp], themes: int
) -> OutOfFold:
    primary = np.zeros((matrix.shape[0], themes))
    presence = np.zeros_like(primary)
    for k, (coefficients, intercept, coefficients_p, intercept_p) in enumerate(fits[:-1]):
        rows = np.flatnonzero(fold == k)
        primary[rows] = matrix[rows] @ coefficients.T + intercept
        presence[rows] = matrix[rows] @ coefficients_p.T + intercept_p
    return OutOfFold(primary, presence, fold)


def _by_block(coefficients: NDArray[np.float64]) -> NDArray[np.float32]:
    """(K, 3V) coefficients as (V, 3, K) rows, the shape that serves."""
    themes = coefficients.shape[0]
    return np.ascontiguousarray(coefficients.T.reshape(-1, len(BLOCKS), themes), dtype=np.float32)
