"""A report of figures → one HTML page that a maintainer can show: tables, intervals, baselines, floors, plots.

The page holds everything it needs; it opens from a mail attachment without a network.
"""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING

from model.errors import ZhaibianError
from training import gate, measures
from training.calibrate import ACCEPTED_RIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from model.bundle import Manifest
    from training.evaluate import Line, Report
    from training.measures import Figure, Label

_NOTES = {
    "accuracy": "primary theme as the reader's",
    "accuracy_or_also": "the same, the reader's second theme counted as right",
    "macro_f1": "mean of the themes' F1",
    "also_f1": "micro F1 of secondary themes",
    "calibration_error": "expected calibration error, equal-mass bins; less is better",
    "coverage": "share of labels accepted without review",
    "accepted_accuracy": "share of the accepted labels that are right",
    "best_hit": "summaries that hold the sentence marked best",
    "keep_precision": "chosen sentences that were marked to keep",
    "never_rate": "chosen sentences that nobody would print; less is better",
    "exact_articles": "articles found with exactly their lines on damaged pages",
    "panoptic_quality": "lines in the right article, matches above one half",
    "rouge_1": "ROUGE-1 F1 against the editor's own standfirst, in points",
}
_STYLE = """
:root{--ink:#1c2733;--soft:#5b6673;--line:#dfe3e8;--ours:#1f5fa8;--bad:#b3261e;--good:#2e7d43}
body{font:15px/1.55 "Helvetica Neue",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
color:var(--ink);max-width:1180px;margin:0 auto;padding:32px 24px 64px;background:#fff}
h1{font-size:26px;margin:0}h2{font-size:19px;margin:40px 0 8px;border-bottom:2px solid var(--ink);padding-bottom:4px}
h3{font-size:15px;margin:24px 0 6px}p,.note{color:var(--soft);margin:4px 0 10px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:4px 0 12px}
th{font-weight:600;text-align:left;color:var(--soft);font-size:13px}
td,th{padding:4px 14px 4px 0;border-bottom:1px solid var(--line);vertical-align:baseline;white-space:nowrap}
td.n,th.n{text-align:right}td.note{font-size:12.5px;line-height:1.35;white-space:normal}.wide{width:100%}
.track{display:inline-block;position:relative;width:120px;height:10px;background:#f0f2f4;vertical-align:middle}
.track i{position:absolute;top:0;height:10px;background:#a9c4e4}
.track b{position:absolute;top:-2px;width:2px;height:14px}
.bad{color:var(--bad);font-weight:600}.good{color:var(--good)}
.pair{display:flex;flex-wrap:wrap;gap:24px}.pair figure{flex:1 1 440px;margin:0}
figure svg{max-width:100%;height:auto}figcaption{color:var(--soft);font-size:13px}
@media print{h2{break-after:avoid}figure,table{break-inside:avoid}}
"""


def render(report: Report, about: Manifest, floors: Mapping[str, float] | None = None) -> str:
    """The page.

    Args:
        report: figures and the labels behind them, by set.
        about: the manifest of the bundle they were measured on; names the themes.
        floors: what each figure must reach, by `set/name`.

    Raises:
        ZhaibianError: matplotlib is not installed.
    """
    check_plots()
    names = {t.code: t.label for t in about.themes}
    sets = {name: labels for name, labels in report.labels.items() if labels}
    body = [
        f"<h1>zhaibian {escape(report.version)}</h1>",
        _about(about),
        "<h2>Headline figures</h2>",
        _headline(report.lines, floors or {}),
        "<h2>How far a probability can be trusted</h2>",
        _trust(sets),
        *(_themes(name, labels, names) for name, labels in sets.items()),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>zhaibian {escape(report.version)}: figures</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _about(about: Manifest) -> str:
    libraries = ", ".join(f"{name} {version}" for name, version in sorted(about.libraries.items()))
    return (
        f"<p>Corpus <code>{escape(about.corpus[:16])}</code> · {escape(libraries)}. Every figure went through the "
        "program as a reader's article does. In brackets: 95 % intervals, by bootstrap; for groups and bins, which "
        "may be small, by Wilson's formula.</p>"
    )


def _headline(lines: Sequence[Line], floors: Mapping[str, float]) -> str:
    """One row a figure, its baselines side by side; the track shows interval, value and baselines from 0 to 1."""
    rows: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        rows[line.on, line.name].append(line)
    cells = []
    for (on, name), same in rows.items():
        ours = same[0].ours
        beside = [(x.baseline, x.against) for x in same if x.baseline]
        cells.append([
            escape(on), f"<strong>{escape(name)}</strong>", *_figure(ours), _track(ours, [b.value for b, _ in beside]),
            "<br>".join(f"{escape(against)} {b.value:.3f}" for b, against in beside), _floor(on, name, ours, floors),
            _NOTES.get(name, ""),
        ])  # fmt: skip
    head = ["on", "figure", "ours", "95 %", "n", "", "baseline", "floor", ""]
    return _table(head, cells, numbers={2, 4}, notes={8}, wide=True)


def _track(ours: Figure, baselines: Iterable[float]) -> str:
    """Interval and value on a line from 0 to 1 (to 100 for points), baselines as grey ticks."""
    top = 100.0 if ours.value > 1 else 1.0
    ticks = [(value, "var(--soft)") for value in baselines] + [(ours.value, "var(--ours)")]
    marks = "".join(f'<b style="left:{100 * v / top:.1f}%;background:{colour}"></b>' for v, colour in ticks)
    width = 100 * (ours.high - ours.low) / top
    return f'<span class="track"><i style="left:{100 * ours.low / top:.1f}%;width:{width:.1f}%"></i>{marks}</span>'


def _floor(on: str, name: str, ours: Figure, floors: Mapping[str, float]) -> str:
    key = f"{on}/{name}"
    if key not in floors:
        return ""
    fallen = gate.breaches({key: ours.value}, {key: floors[key]}, {on})
    return (
        f'<span class="{"bad" if fallen else "good"}">{floors[key]:.3f} {"fell through" if fallen else "held"}</span>'
    )


def check_plots() -> None:
    """Make sure that plots can be drawn, before the work that they are to show.

    Raises:
        ZhaibianError: matplotlib is not installed.
    """
    try:
        import training.plots  # noqa: F401, PLC0415 - matplotlib is an extra
    except ModuleNotFoundError as error:
        raise ZhaibianError("画图要用 matplotlib：请先在项目目录运行 .venv/bin/pip install '.[report]'") from error


def _trust(sets: Mapping[str, Sequence[Label]]) -> str:
    from training import plots  # noqa: PLC0415 - matplotlib is an extra

    return (
        '<div class="pair"><figure>'
        + plots.reliability(sets)
        + "<figcaption>Reliability: ten bins of equally many articles a set; bars are 95 % intervals.</figcaption>"
        "</figure><figure>"
        + plots.coverage(sets, ACCEPTED_RIGHT)
        + "<figcaption>Accuracy against coverage; the dot is where labels are accepted without review."
        "</figcaption></figure></div>"
    )


def _themes(on: str, labels: Sequence[Label], names: Mapping[str, str]) -> str:
    """One set's tables by theme, source and genre, and its confusion matrix."""
    from training import plots  # noqa: PLC0415 - matplotlib is an extra

    mark = "".join(c if c.isalnum() else "-" for c in on)
    rows = [
        [f"{escape(names[r.theme])} <code>{r.theme}</code>", f"{r.precision:.3f}", f"{r.recall:.3f}", f"{r.f1:.3f}",
         str(r.n), str(r.answers)]
        for r in measures.by_theme(labels, list(names))
    ]  # fmt: skip
    parts = [
        f"<h2>Themes on {escape(on)}</h2>",
        '<div class="pair"><figure>',
        _table(["theme", "precision", "recall", "F1", "n", "answered"], rows, numbers={1, 2, 3, 4, 5}),
        "</figure><figure>",
        plots.confusion(labels, names, mark),
        "<figcaption>Rows are the reader's themes, columns ours; shaded by share of the row.</figcaption>",
        "</figure></div>",
        _groups("source", labels, [label.source for label in labels]),
        _groups("genre", labels, [label.genre for label in labels]),
    ]
    return "\n".join(filter(None, parts))


def _groups(title: str, labels: Sequence[Label], keys: Sequence[str]) -> str:
    """A table by group, the largest first; nothing where there is one group only."""
    groups: dict[str, list[Label]] = defaultdict(list)
    for key, label in zip(keys, labels, strict=True):
        groups[key].append(label)
    if len(groups) < 2:
        return ""
    rows = []
    for key, group in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        either, taken, kept = (
            f(group) for f in (measures.accuracy_or_also, measures.coverage, measures.accepted_accuracy)
        )
        right = measures.wilson([label.right for label in group])
        rows.append([
            escape(key or "none named"), *_figure(right), _track(right, ()), f"{either.value:.3f}",
            f"{taken.value:.3f}", f"{kept.value:.3f}" if kept.n else "",
        ])  # fmt: skip
    head = [title, "accuracy", "95 %", "n", "", "or second", "coverage", "accepted right"]
    return f"<h3>By {title}</h3>" + _table(head, rows, numbers={1, 3, 5, 6, 7})


def _figure(figure: Figure) -> tuple[str, str, str]:
    return f"{figure.value:.3f}", f"[{figure.low:.3f}, {figure.high:.3f}]", str(figure.n)


def _table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: set[int],
    notes: set[int] | None = None,
    wide: bool = False,
) -> str:
    """A table of cells that are HTML already; `numbers` and `notes` are columns."""
    kinds = dict.fromkeys(numbers, ' class="n"') | dict.fromkeys(notes or (), ' class="note"')
    top = "".join(f"<th{kinds.get(i, '')}>{name}</th>" for i, name in enumerate(head))
    lines = ("".join(f"<td{kinds.get(i, '')}>{cell}</td>" for i, cell in enumerate(row)) for row in rows)
    inner = "\n".join(f"<tr>{line}</tr>" for line in lines)
    opening = '<table class="wide">' if wide else "<table>"
    return f"{opening}<thead><tr>{top}</tr></thead>\n<tbody>\n{inner}\n</tbody></table>"
