"""training.gate: what was reached is not given up silently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import gate

FIGURES = {"gold/accuracy": 0.9, "gold/never_rate": 0.05, "dev/accuracy": 0.93, "dev/standfirsts/rouge_1": 33.2}


@pytest.fixture
def floors(tmp_path: Path) -> Path:
    """Floors pinned at `FIGURES`."""
    path = tmp_path / "floors.json"
    gate.pin(path, FIGURES, "gold-1")
    return path


def document(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def test_no_file_no_floor(tmp_path: Path) -> None:
    """Before the first pin nothing can fall and any gold will do."""
    assert gate.read_floors(tmp_path / "floors.json") == {}
    gate.check_gold(tmp_path / "floors.json", "any")


def test_pinned_figures_are_read_back(floors: Path) -> None:
    """What was pinned is the floor, with the gold it was measured on."""
    assert gate.read_floors(floors) == FIGURES
    assert document(floors)["gold"] == "gold-1"
    assert document(floors)["lowered"] == []
    assert list(floors.parent.iterdir()) == [floors]


def test_a_figure_below_its_floor_is_a_breach(floors: Path) -> None:
    """Less accuracy and more sentences that nobody prints both fall through; the message names figure and floor."""
    fallen = gate.breaches(
        FIGURES | {"gold/accuracy": 0.85, "gold/never_rate": 0.08}, gate.read_floors(floors), {"gold", "dev"}
    )

    assert [breach.figure for breach in fallen] == ["gold/accuracy", "gold/never_rate"]
    assert "0.85" in str(fallen[0])
    assert "0.9" in str(fallen[0])


def test_rounding_is_no_breach() -> None:
    """A figure may fall short by the noise, and by no more."""
    floor = {"gold/accuracy": 0.9}

    assert not gate.breaches({"gold/accuracy": 0.9 - 0.9 * gate.NOISE}, floor, {"gold"})
    assert gate.breaches({"gold/accuracy": 0.9 - 1.1 * gate.NOISE}, floor, {"gold"})


def test_unmeasured_floors_wait(floors: Path) -> None:
    """Where the real sets do not stand, their floors wait; a figure that vanished from a measured set does not."""
    gold_only = {name: value for name, value in FIGURES.items() if name.startswith("gold/")}

    assert gate.breaches(gold_only, gate.read_floors(floors), {"gold"}) == ()
    gone = gate.breaches({"gold/accuracy": 0.9}, gate.read_floors(floors), {"gold"})
    assert [(breach.figure, breach.value) for breach in gone] == [("gold/never_rate", None)]


def test_no_number_falls_through() -> None:
    """A figure that is not a number passes no gate."""
    assert gate.breaches({"gold/accuracy": float("nan")}, {"gold/accuracy": 0.1}, {"gold"})


def test_lowering_silently_is_refused(floors: Path) -> None:
    """Without a reason nothing is written; the message names the figure and the option."""
    before = floors.read_bytes()

    with pytest.raises(gate.GateError, match=r"gold/accuracy.*--lower-because"):
        gate.pin(floors, FIGURES | {"gold/accuracy": 0.8}, "gold-1")

    assert floors.read_bytes() == before


def test_lowering_keeps_the_reason(floors: Path) -> None:
    """With a reason the floor falls, and the reasons of all times stay in the file."""
    gate.pin(floors, FIGURES | {"gold/accuracy": 0.8}, "gold-1", reason="两篇标错")
    gate.pin(floors, FIGURES | {"gold/accuracy": 0.7}, "gold-1", reason="换了分词")

    assert gate.read_floors(floors)["gold/accuracy"] == 0.7
    assert document(floors)["lowered"] == [
        {"figures": ["gold/accuracy"], "because": "两篇标错"},
        {"figures": ["gold/accuracy"], "because": "换了分词"},
    ]


def test_raising_is_free_and_does_not_drift(floors: Path) -> None:
    """Better figures raise their floors; a slightly worse one, within the noise, does not lower its own."""
    gate.pin(floors, FIGURES | {"gold/accuracy": 0.92, "gold/never_rate": 0.051, "dev/accuracy": 0.929}, "gold-1")

    assert gate.read_floors(floors) == FIGURES | {"gold/accuracy": 0.92}


def test_what_was_not_measured_keeps_its_floor(floors: Path) -> None:
    """Pinning on gold alone leaves the floors of the real sets."""
    gate.pin(floors, {"gold/accuracy": 0.91}, "gold-1")

    assert gate.read_floors(floors) == FIGURES | {"gold/accuracy": 0.91}


def test_another_gold_wants_a_reason(floors: Path) -> None:
    """Floors of one gold say nothing of another: the check fails, pinning wants a reason and keeps it."""
    with pytest.raises(gate.GateError, match="gold"):
        gate.check_gold(floors, "gold-2")
    with pytest.raises(gate.GateError, match="--lower-because"):
        gate.pin(floors, FIGURES, "gold-2")

    gate.pin(floors, FIGURES, "gold-2", reason="新增三十篇")

    gate.check_gold(floors, "gold-2")
    assert document(floors)["lowered"] == [{"figures": [], "because": "新增三十篇", "gold": "changed"}]


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["accuracy", "never_rate"]))
def test_pinned_floors_hold_for_the_figures_pinned(tmp_path_factory, first: float, second: float, name: str) -> None:
    """Whatever is pinned after whatever, without a reason no floor ever gets easier, and the figures pass it."""
    path = tmp_path_factory.mktemp("floors") / "floors.json"
    key = f"gold/{name}"
    gate.pin(path, {key: first}, "g")
    try:
        gate.pin(path, {key: second}, "g")
    except gate.GateError:
        assert gate.read_floors(path) == {key: first}
        return

    floor = gate.read_floors(path)
    assert floor[key] <= first if name == "never_rate" else floor[key] >= first
    assert not gate.breaches({key: second}, floor, {"gold"})
