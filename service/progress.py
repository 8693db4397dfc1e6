"""How far a batch run is, on standard error: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

from tqdm import tqdm

if TYPE_CHECKING:
    from service.batch import Progress

_FORM = "{percentage:3.0f}% |{bar}| {postfix} [已用 {elapsed}，还要 {remaining}]"
# Seconds between two lines in a log.
_CALM = 10.0


class Bar:
    """Measured in bytes of input, told in articles: the number of rows of an archive is not known beforehand."""

    def __init__(self, total: int, out: str, errors: str) -> None:
        """Show nothing yet; `total` is the length of the way in bytes, `errors` where failed rows are told."""
        self._total = max(1, total)
        self._out, self._errors = out, errors
        self._begun = self._told = time.monotonic()
        self._before: int | None = None
        self._bar: tqdm[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.close()

    def step(self, progress: Progress, place: int) -> None:
        """Show what is done now: `place` bytes of the input."""
        if self._before is None:
            self._begin(progress, place)
        if self._bar:
            self._bar.set_postfix_str(self._rate(progress), refresh=False)
            self._bar.update(place - self._bar.n)
        elif time.monotonic() - self._told >= _CALM:
            self._told = time.monotonic()
            say(f"{100 * place // self._total}% · {self._rate(progress)}")

    def _begin(self, progress: Progress, place: int) -> None:
        self._before = progress.rows
        if progress.rows and not progress.finished:
            say(f"接着上次：已做完 {progress.rows:,} 篇")
        if sys.stderr.isatty():
            tqdm.monitor_interval = 0  # no watching thread beside worker processes
            self._bar = tqdm(total=self._total, initial=place, bar_format=_FORM, file=sys.stderr, dynamic_ncols=True)

    def _rate(self, progress: Progress) -> str:
        done = progress.rows - (self._before or 0)
        failed = f" · {progress.failed:,} 出错" if progress.failed else ""
        return f"{progress.rows:,} 篇 · {done / max(time.monotonic() - self._begun, 1e-3):,.0f} 篇/秒{failed}"

    def finish(self, progress: Progress) -> None:
        """Say in a line how it ended."""
        if self._bar:
            self._bar.close()
        failed = f"，{progress.failed:,} 出错（见 {self._errors}）" if progress.failed else ""
        seconds = time.monotonic() - self._begun
        say(f"100% · {progress.labelled:,} 标好{failed}，用时 {seconds:.1f} 秒 → {self._out}")


def say(line: str) -> None:
    """Print a line to standard error."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - a command speaks to its user
