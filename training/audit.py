"""Out-of-fold probabilities → labels to read again: confident learning (Northcutt, Jiang and Chuang 2021, JAIR 70).

A label is doubtful where the model, which never saw the article, is surer of another theme than it usually is of that
theme's own articles. The formula is the paper's and a dozen lines; cleanlab's `find_label_issues` would bring pandas
for it. Doubtful is not wrong: a person reads and decides.
"""

from __future__ import annotations

import csv
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from training.calibrate import softmax

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.fit_themes import Fitted


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label to read again.

    `self_confidence` is the out-of-fold probability of the label, `probability` that of the suggested theme. A
    `suggested` theme that stands in `also` disputes which of two themes comes first, not whether both are there.
    """

    rank: int
    id: str
    source: str
    label: str
    also: str
    suggested: str
    self_confidence: float
    probability: float


def doubtful(fitted: Fitted) -> tuple[Doubt, ...]:
    """The doubtful labels of a fit's articles, least self-confidence first."""
    codes = fitted.model.codes
    shares = softmax(fitted.out_of_fold.primary / fitted.model.temperature)
    label = np.array([codes.index(a.theme) for a in fitted.articles])
    suggested = suggest(shares, label)
    own = shares[np.arange(len(label)), label]
    found = sorted(np.flatnonzero(suggested >= 0), key=lambda i: (own[i], fitted.articles[i].id))
    return tuple(
        Doubt(
            rank=rank,
            id=fitted.articles[i].id,
            source=fitted.articles[i].source,
            label=fitted.articles[i].theme,
            also=" ".join(fitted.articles[i].also),
            suggested=codes[suggested[i]],
            self_confidence=round(float(own[i]), 4),
            probability=round(float(shares[i, suggested[i]]), 4),
        )
        for rank, i in enumerate(found, 1)
    )


def suggest(shares: NDArray[np.float64], label: NDArray[np.intp]) -> NDArray[np.intp]:
    """The theme that confident learning puts each article under, or -1 where the label stands or nothing is sure.

    Args:
        shares: out-of-fold probabilities, (n, K).
        label: the given labels, (n,).

    Returns:
        (n,): the off-diagonal cells of the paper's confident joint, article by article. A theme is possible where its
        probability reaches the mean probability that it has over the articles labelled with it; of several possible
        ones the likeliest counts.
    """
    themes = shares.shape[1]
    usual = [shares[label == k, k].mean() if (label == k).any() else np.inf for k in range(themes)]
    possible = shares >= np.array(usual)
    best = np.where(possible, shares, -1.0).argmax(axis=1)
    moved: NDArray[np.intp] = np.where(possible.any(axis=1) & (best != label), best, -1)
    return moved


def write_csv(doubts: Sequence[Doubt], path: Path) -> None:
    """Write doubts as a table with a header, for a spreadsheet."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(field.name for field in fields(Doubt))
        writer.writerows(astuple(doubt) for doubt in doubts)


def table(doubts: Sequence[Doubt]) -> str:
    """Doubts as lines of text, for a terminal."""
    rows = [f"{'rank':>5}  {'id':18}  {'source':16}  {'label':12}  {'suggested':12}  {'self-conf.':>10}  {'also'}"]
    rows += [
        f"{d.rank:5}  {d.id:18}  {d.source:16}  {d.label:12}  {d.suggested:12}  {d.self_confidence:10.4f}  {d.also}"
        for d in doubts
    ]
    return "\n".join(row.rstrip() for row in rows)
