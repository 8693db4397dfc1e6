"""A fitted draft → a released version: gated, written with its card, made live."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from model import bundle as bundles
from model.errors import BundleError
from training import gate
from training.corpus import DATA, gold_fingerprint
from training.evaluate import table

if TYPE_CHECKING:
    from pathlib import Path

    from model.bundle import Bundle
    from training.evaluate import Report

_VERSION = re.compile(r"20\d\d\.(?:1[0-2]|[1-9])\.\d+")


def next_version(year: int, month: int, folder: Path = bundles.BUNDLES) -> str:
    """The next free version of a month: 2026.11.1, then 2026.11.2."""
    taken = [int(v.rsplit(".", 1)[1]) for v in bundles.available(folder) if v.startswith(f"{year}.{month}.")]
    return f"{year}.{month}.{max(taken, default=0) + 1}"


def release(bundle: Bundle, report: Report, version: str, *, data: Path = DATA, folder: Path = bundles.BUNDLES) -> Path:
    """Write `bundle` as `version` and make it live.

    Raises:
        GateError: a figure fell through its floor, or the floors were pinned on another gold.
        BundleError: the version is malformed or taken.
    """
    if not _VERSION.fullmatch(version):
        raise BundleError(f"版本号写成 年.月.序号，如 2026.11.1；现在是 {version}")
    floors = data / "floors.json"
    gate.check_gold(floors, gold_fingerprint(data))
    measured = {line.on for line in report.lines}
    fallen = gate.breaches(report.figures(), gate.read_floors(floors), measured)
    if fallen:
        raise gate.GateError("有指标低于下限，不发布：\n" + "\n".join(map(str, fallen)))
    about = replace(bundle.manifest, version=version, metrics=report.figures())
    home = bundles.save(replace(bundle, manifest=about), card(bundle, report, version), folder)
    bundles.use(version, folder)
    return home


def card(bundle: Bundle, report: Report, version: str) -> str:
    """The model card (Mitchell et al. 2019) of a release, rendered from its own run."""
    about = bundle.manifest
    themes = "、".join(f"{t.label}（{t.code}）" for t in about.themes)
    libraries = ", ".join(f"{name} {v}" for name, v in sorted(about.libraries.items()))
    return f"""# zhaibian {version}

Splits Chinese newspaper pages, names each article's theme ({themes}) and picks its key sentences.
TF-IDF over headline, lead and body with linear models ({len(bundle.themes.words):,} words and
{len(bundle.themes.spelling.keys):,} grams inside them), a linear sentence ranker and a linear page model.

Learnt from `data/` with fingerprint `{about.corpus[:16]}`: token counts of labelled real articles and articles
written for the project (see `data/README.md`). Meant for mainland Chinese news prose in simplified characters; not
for verse, social media or other languages. Probabilities are calibrated on out-of-fold scores; a label is accepted
from {bundle.themes.limits.accept:.3f}.

```
{table(report)}
```

Gold articles were never fitted on. Sets named dev are real articles that stand beside the project, for measuring only.
Fitted with {libraries}.
"""
