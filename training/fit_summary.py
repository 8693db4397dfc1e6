"""Figures of marked sentences → the sentence ranker's weights, and what each feature is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from model.errors import CorpusError
from model.summary import Ranker
from model.summary.features import FEATURES
from training.corpus import DATA
from training.summary_figures import KINDS, WORTH, Example, Kind, blanked, load_figures, marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from model.documents import SegmentedArticle
    from training.corpus import WrittenArticle

# How much each kind counts. Swept: own 0.05 to 1, read 0.5 to 2, standfirst 0 to 2, headline 0.5 to 3, by five-fold
# cross-validation on `read` (best 0.81 to 0.84, keep 0.69 to 0.77) and `standfirst`. More `read` keeps more marked
# sentences, more `headline` comes nearer to standfirsts; this stands between.
_SHARES: dict[Kind, float] = {"own": 0.3, "read": 1.0, "standfirst": 1.0, "headline": 2.0}
# How far a sentence that must never be printed has to lie below the rest.
# With 0, 1, 2, 3 never_rate on `read` is 0.086,
# 0.086, 0.073, 0.068; 2 and 3 cost 0.6 and 1.1 points of ROUGE-1 on the development standfirsts, so 1 was kept.
_MARGIN = 1.0
_RIDGE = 0.01  # 0.003, 0.01, 0.03: no difference beyond noise
_REDUNDANCY = 1.0  # 0, 0.5, 1, 2, 4: best between 0.5 and 2


def fit_summary(written: Iterable[tuple[WrittenArticle, SegmentedArticle]], data: Path = DATA) -> Ranker:
    """Fit the ranker on our corpus and on the stored figures in `data`.

    Raises:
        CorpusError: the stored figures are missing or made for other features, or nothing is marked.
    """
    return fit_ranker(all_examples(written, data))


def all_examples(written: Iterable[tuple[WrittenArticle, SegmentedArticle]], data: Path = DATA) -> list[Example]:
    """What the ranker is fitted on: our corpus and the stored figures in `data`."""
    own = [marked(segmented, article.key, article.never) for article, segmented in written]
    return [*own, *load_figures(data / "corpus" / "summary_figures.npz")]


def fit_ranker(examples: Iterable[Example]) -> Ranker:
    """Fit the weights: listwise softmax regression (ListNet, Cao et al., ICML 2007) with a margin. Deterministic.

    Raises:
        CorpusError: no example has a sentence to print.
    """
    packs = _pack(examples)
    if not packs:
        raise CorpusError("摘要训练数据里没有一篇标出了关键句。")

    def objective(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
        for share, pack in packs:
            loss, gradient = pack.loss(weights)
            total, slope = total + share * loss, slope + share * gradient
        return total, slope

    found = minimize(objective, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B")
    return Ranker({name: round(float(w), 4) for name, w in zip(FEATURES, found.x, strict=True)}, _REDUNDANCY)


@dataclass(frozen=True, slots=True, eq=False)
class _Pack:
    """Examples of one kind end to end; `starts` are the first rows of the articles."""

    rows: NDArray[np.float64]
    target: NDArray[np.float64]
    margin: NDArray[np.float64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]

    def loss(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Mean cross-entropy of the articles between the marks and softmax(scores), and its gradient."""
        scores = self.rows @ weights + self.margin
        scores -= np.repeat(np.maximum.reduceat(scores, self.starts), self.sizes)
        powers = np.exp(scores)
        sums = np.repeat(np.add.reduceat(powers, self.starts), self.sizes)
        loss = -float(self.target @ (scores - np.log(sums)))
        return loss / len(self.starts), self.rows.T @ (powers / sums - self.target) / len(self.starts)


def _pack(examples: Iterable[Example]) -> list[tuple[float, _Pack]]:
    groups: dict[Kind, list[Example]] = {kind: [] for kind in KINDS}
    for example in examples:
        if len(example.value) > 1 and example.value.max() > 0:
            groups[example.kind].append(example)
    packs = []
    for kind, group in groups.items():
        if group:
            sizes = np.array([len(e.value) for e in group])
            wanted = [np.maximum(e.value, 0) for e in group]
            pack = _Pack(
                rows=np.vstack([e.rows for e in group]),
                target=np.concatenate([w / w.sum() for w in wanted]),
                margin=np.concatenate([np.where(e.value < 0, _MARGIN, 0.0) for e in group]),
                starts=np.concatenate([[0], np.cumsum(sizes)[:-1]]),
                sizes=sizes,
            )
            packs.append((_SHARES[kind], pack))
    return packs


def hits(examples: Iterable[Example], ranker: Ranker, *, sentences: int = 2) -> dict[str, float]:
    """How the ranker's first `sentences` fare against the marks, by rows alone: best hit, kept share, never share."""
    weights = ranker.vector
    best: list[bool] = []
    keep: list[bool] = []
    never: list[bool] = []
    for example in examples:
        chosen = example.value[np.argsort(-(example.rows @ weights), kind="stable")[:sentences]]
        best.append(chosen.max() == WORTH[0])
        keep.extend(chosen > 0)
        never.extend(chosen < 0)
    return {
        "best_hit": round(float(np.mean(best)), 4),
        "keep_precision": round(float(np.mean(keep)), 4),
        "never_rate": round(float(np.mean(never)), 4),
    }


def near(examples: Iterable[Example], ranker: Ranker, *, sentences: int = 2) -> float:
    """The share of the ranker's first `sentences` that are among the three nearest to an editor's own words."""
    weights = ranker.vector
    found = [
        share
        for example in examples
        for share in example.value[np.argsort(-(example.rows @ weights), kind="stable")[:sentences]] > 0
    ]
    return round(float(np.mean(found)), 4) if found else 0.0


def worth(examples: Sequence[Example], *, folds: int = 5) -> dict[str, dict[str, float]]:
    """What each feature is worth: what cross-validated `hits` and `near` lose when its column is blanked.

    `all` holds the figures with every feature; each feature's entry holds all minus without.
    """
    whole = _cross_validated(examples, folds)
    losses = {"all": whole}
    for column, name in enumerate(FEATURES):
        without = _cross_validated([blanked(e, [column]) for e in examples], folds)
        losses[name] = {measure: round(whole[measure] - without[measure], 4) for measure in whole}
    return losses


def worth_table(losses: Mapping[str, Mapping[str, float]]) -> str:
    """What `worth` found as a Markdown table."""
    measures = list(losses["all"])
    lines = [f"| feature | {' | '.join(measures)} |", "| --- |" + " --- |" * len(measures)]
    for name, figures in losses.items():
        sign = "" if name == "all" else "+"
        lines.append(f"| {name} | {' | '.join(f'{figures[m]:{sign}.3f}' for m in measures)} |")
    return "\n".join(lines)


def _cross_validated(examples: Sequence[Example], folds: int) -> dict[str, float]:
    judged = [e for e in examples if e.kind in {"own", "read"}]
    others = [e for e in examples if e.kind not in {"own", "read"}]
    sums: dict[str, float] = {}
    for fold in range(folds):
        ranker = fit_ranker([e for group in (judged, others) for i, e in enumerate(group) if i % folds != fold])
        figures = hits(judged[fold::folds], ranker) | {"near": near(others[fold::folds], ranker)}
        for measure, value in figures.items():
            sums[measure] = round(sums.get(measure, 0.0) + value / folds, 4)
    return sums
