"""Labels → plots as SVG text, for a page that needs nothing else.

Text stays text: matplotlib lays it out with its own DejaVu Sans, so that a plot is the same on every machine, and the
browser draws Chinese labels with the reader's fonts.
"""

from __future__ import annotations

import re
import warnings
from io import StringIO
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import PercentFormatter

from training import measures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from training.measures import Label

FONTS = (
    "'Helvetica Neue', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', "
    "'WenQuanYi Micro Hei', sans-serif"
)
_COLOURS = ("#1f5fa8", "#c2571a", "#3b8a4e", "#7a4fa3")
_GREY = "#8a8f98"
_STYLE: Any = {  # newer stubs name every key, older ones want plain strings
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _GREY,
    "axes.grid": True,
    "grid.color": "#e6e8eb",
    "legend.frameon": False,
}
_FEW = 20
"""An accuracy over fewer articles than this jumps too much to be drawn."""


def reliability(sets: Mapping[str, Sequence[Label]]) -> str:
    """Probability against share right in equal-mass bins, with intervals; below, how sure the model is how often."""
    with mpl.rc_context(_STYLE):
        canvas = Canvas(figsize=(5.2, 4.9), layout="constrained")
        upper, lower = canvas.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        upper.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1, label="means what it says")
        for (name, labels), colour in zip(sets.items(), _COLOURS, strict=False):
            bins = measures.reliability(labels)
            x, y = [b.probability for b in bins], [b.right.value for b in bins]
            spread = [[b.right.value - b.right.low for b in bins], [b.right.high - b.right.value for b in bins]]
            error = measures.calibration_error(labels)
            upper.errorbar(
                x, y, spread, color=colour, marker="o", markersize=4, linewidth=1.3, elinewidth=0.8, capsize=2,
                label=f"{name}: error {error.value:.3f}",
            )  # fmt: skip
            lower.hist(
                [label.probability for label in labels],
                bins=list(np.linspace(0, 1, 21)),
                weights=[1 / len(labels)] * len(labels),
                histtype="step",
                color=colour,
            )
        upper.set(xlim=(0, 1.01), ylim=(0, 1.03), ylabel="share of labels that are right")
        upper.legend(loc="upper left")
        lower.set(xlabel="probability of the winner", ylabel="articles")
        lower.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        return _svg(canvas, "reliability")


def coverage(sets: Mapping[str, Sequence[Label]], wanted: float) -> str:
    """Accuracy of the surest share of articles, for every share; a dot where the model accepts."""
    with mpl.rc_context(_STYLE):
        canvas = Canvas(figsize=(5.2, 4.9), layout="constrained")
        axes: Axes = canvas.subplots()
        axes.axhline(wanted, color=_GREY, linestyle="--", linewidth=1, label=f"wanted of accepted labels: {wanted:.0%}")
        lowest = wanted
        for (name, labels), colour in zip(sets.items(), _COLOURS, strict=False):
            share, right = measures.selective_accuracy(labels)
            axes.plot(share[_FEW:], right[_FEW:], color=colour, linewidth=1.5, label=name)
            accepted, reached = measures.coverage(labels), measures.accepted_accuracy(labels)
            axes.errorbar(
                [accepted.value], [reached.value], [[reached.value - reached.low], [reached.high - reached.value]],
                [[accepted.value - accepted.low], [accepted.high - accepted.value]],
                color=colour, marker="o", markersize=6, elinewidth=0.8, capsize=2,
            )  # fmt: skip
            lowest = min(lowest, reached.low, *right[_FEW:])
        axes.set(xlim=(0, 1.01), ylim=(max(0.0, lowest - 0.02), 1.005))
        axes.set(xlabel="coverage: share of articles, surest first", ylabel="share of those labels that are right")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.legend(loc="lower left")
        return _svg(canvas, "coverage")


def confusion(labels: Sequence[Label], names: Mapping[str, str], mark: str) -> str:
    """Counts by the reader's theme (row) and the model's (column), shaded by share of the row.

    Args:
        labels: the answers.
        names: what to call each theme, by code.
        mark: a word for the ids of this plot, unlike those of others on the page.
    """
    table = measures.confusion(labels, list(names))
    shares = table / np.maximum(1, table.sum(axis=1, keepdims=True))
    with mpl.rc_context({**_STYLE, "axes.grid": False}):
        canvas = Canvas(figsize=(4.9, 4.4), layout="constrained")
        axes: Axes = canvas.subplots()
        middles = np.arange(len(names))
        axes.pcolormesh(middles, middles, shares, cmap="Blues", vmin=0, vmax=1, shading="nearest")
        axes.set_aspect("equal")
        axes.invert_yaxis()
        for (row, column), count in np.ndenumerate(table):
            if count:
                ink = "white" if shares[row, column] > 0.5 else "#1c2733"
                axes.text(column, row, str(count), ha="center", va="center", color=ink)
        axes.set_xticks(middles, list(names.values()))
        axes.set_yticks(middles, list(names.values()))
        axes.set(xlabel="answered", ylabel="true")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        return _svg(canvas, f"confusion-{mark}")


def _svg(canvas: Canvas, mark: str) -> str:
    """The plot as an element to stand in a page: ids of its own, the reader's fonts, no clock."""
    stream = StringIO()
    with mpl.rc_context({"svg.hashsalt": mark}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the browser has them
        canvas.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    svg = stream.getvalue()
    svg = svg[svg.index("<svg") :].replace("'DejaVu Sans'", FONTS)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\1{mark}-", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{mark}" ', 1)
