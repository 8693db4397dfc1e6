"""Figures against floors: what was reached is not given up silently.

`data/floors.json` pins the lowest value (for `calibration_error` and `never_rate`: the highest) of each figure that
matters, with the fingerprint of the gold they were measured on. Raising is free; lowering, or measuring on another
gold, wants a reason on the command line, which is kept in the file. The idea is trafilatura's evaluation gate.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.errors import ZhaibianError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LESS_IS_BETTER = frozenset({"calibration_error", "never_rate"})
NOISE = 0.002
"""A figure may fall short by this: one article of some hundred more or less is rounding, not regression."""


class GateError(ZhaibianError):
    """A figure fell through its floor, or a floor would be lowered without a reason."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A figure beyond its floor."""

    figure: str
    floor: float
    value: float | None

    def __str__(self) -> str:
        return f"{self.figure}：现在 {self.value}，下限 {self.floor}"


def read_floors(path: Path) -> dict[str, float]:
    """The floors by figure; none where there is no file yet."""
    return dict(json.loads(path.read_text("utf-8"))["floors"]) if path.exists() else {}


def check_gold(path: Path, gold: str) -> None:
    """Make sure that the floors were pinned on this gold.

    Raises:
        GateError: the gold articles or their labels have changed since.
    """
    if path.exists() and json.loads(path.read_text("utf-8"))["gold"] != gold:
        raise GateError(
            "gold 稿件或其标注改过，指标不能与原来的下限相比。请重新定下限："
            'zhaibian-train evaluate --pin --lower-because "改动 gold 的理由"'
        )


def breaches(figures: Mapping[str, float], floors: Mapping[str, float], measured: set[str]) -> tuple[Breach, ...]:
    """The figures that fell through. Floors of sets (what stands before the last `/`) that were not `measured` wait."""
    return tuple(
        Breach(name, floor, figures.get(name))
        for name, floor in floors.items()
        if _set(name) in measured and (name not in figures or _fell(name, figures[name], floor))
    )


def pin(path: Path, figures: Mapping[str, float], gold: str, *, reason: str = "") -> dict[str, float]:
    """Pin floors at `figures` and write them. Figures that were not measured keep their floors.

    Raises:
        GateError: a floor would be lowered, or the gold is another one, and no reason is given.
    """
    old = json.loads(path.read_text("utf-8")) if path.exists() else {"floors": {}, "lowered": []}
    lower = [n for n, floor in old["floors"].items() if n in figures and _fell(n, figures[n], floor)]
    if lower and not reason:
        raise GateError(f"下限不能悄悄降低：{'、'.join(lower)}。确有道理，请用 --lower-because 写明理由。")
    other_gold = old.get("gold", gold) != gold
    if other_gold and not reason:
        raise GateError("gold 改过，下限要重新定：请用 --lower-because 写明改动的理由。")
    note: list[dict[str, Any]] = []
    if lower or other_gold:
        note = [{"figures": lower, "because": reason} | ({"gold": "changed"} if other_gold else {})]
    floors = dict(
        sorted({**old["floors"], **{n: _better(n, v, old["floors"].get(n), lower) for n, v in figures.items()}}.items())
    )
    draft = path.with_suffix(".draft")
    document = {"gold": gold, "floors": floors, "lowered": [*old.get("lowered", []), *note]}
    draft.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    draft.replace(path)
    return floors


def _better(name: str, value: float, floor: float | None, lowered: list[str]) -> float:
    if floor is None or name in lowered:
        return value
    return min(value, floor) if _name(name) in LESS_IS_BETTER else max(value, floor)


def _fell(name: str, value: float, floor: float) -> bool:
    """Whether a figure is beyond its floor; one that is no number always is."""
    short = value - floor if _name(name) in LESS_IS_BETTER else floor - value
    return not short <= NOISE


def _name(figure: str) -> str:
    return figure.rsplit("/", 1)[1]


def _set(figure: str) -> str:
    return figure.rsplit("/", 1)[0]
