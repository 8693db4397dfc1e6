"""How the benchmarks measure: rounds that take turns, and the median of the ratios within each round.

Two programs timed a minute apart are not compared: another job on the machine would decide. Here every round times
each of them once, and only what was timed in the same round is divided.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `goal` reads `<= 2` or `>= 15`; None where the figure is there to be known."""

    name: str
    value: float
    goal: str | None = None
    unit: str = "x"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached."""
        if self.goal is None:
            return None
        sign, bound = self.goal.split()
        return self.value <= float(bound) if sign == "<=" else self.value >= float(bound)


@dataclass(slots=True)
class Rounds:
    """Seconds by name, one for each round."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self, name: str, other: str) -> float:
        """The median over the rounds of what `name` took as a multiple of what `other` took."""
        return statistics.median(a / b for a, b in zip(self.seconds[name], self.seconds[other], strict=True))

    def median(self, name: str) -> float:
        """The median time in seconds."""
        return statistics.median(self.seconds[name])


def take_turns(
    programs: dict[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.process_time
) -> Rounds:
    """Run every program once to warm up, then in `rounds` rounds by turns.

    The default clock counts this process' own processor time, so that a busy machine disturbs little. A program that
    returns a float has measured itself, in seconds.
    """
    found = Rounds({name: [] for name in programs})
    for run in programs.values():
        run()
    for _ in range(rounds):
        for name, run in programs.items():
            began = clock()
            own = run()
            found.seconds[name].append(own if isinstance(own, float) else clock() - began)
    return found
