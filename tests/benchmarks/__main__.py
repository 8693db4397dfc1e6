"""`make bench`: measure, print one table, write it as JSON.

Args on the command line: `--out FILE` (default build/bench.json) and names of parts, to measure those alone.
Every figure is a ratio within this run; sizes of memory aside.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
import warnings
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

# Before numpy is imported: one core is what is measured.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
warnings.simplefilter("ignore")  # the peers' own

PARTS = ("floors", "growth", "start", "load", "archive", "cluster", "fit", "summaries")
_MARKS = {True: "met", False: "MISSED", None: ""}


def main() -> None:
    """Measure the parts asked for."""
    from model import Digester
    from tests.benchmarks.texts import SHARED

    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    options = parser.parse_args()
    digester = Digester.load()
    texts = "real articles" if SHARED.exists() else "our corpus"
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"bundle {digester.bundle.manifest.version}, {texts}, {machine}")
    written: dict[str, object] = {"texts": texts, "python": platform.python_version(), "cores": os.cpu_count()}
    for part in options.parts or PARTS:
        began = time.monotonic()
        figures = import_module(f"tests.benchmarks.{part}").measure(digester)
        for f in figures:
            print(f"{f.name:<56} {f.value:>8.2f} {f.unit:<4} {f.goal or '':<8} {_MARKS[f.met]:<7} {f.note}", flush=True)
        print(f"{'':<56} {'':>8} {part} took {time.monotonic() - began:.0f} s", flush=True)
        written[part] = [asdict(f) | {"met": f.met} for f in figures]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
