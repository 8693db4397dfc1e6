"""ROUGE-1, ROUGE-2 and ROUGE-L of a Chinese summary (Lin, "ROUGE", ACL workshop 2004), on characters.

The unit is a single Han character, or a whole run of Latin letters or of digits, lower-cased; counts are clipped, not
sets, so that a word said twice counts twice. F1 everywhere.
"""

from __future__ import annotations

import re
from collections import Counter

_UNIT = re.compile(r"[\u3400-\u9fff]|[A-Za-z]+|\d+(?:\.\d+)?")


def units(text: str) -> list[str]:
    """The units that are compared."""
    return [unit.lower() for unit in _UNIT.findall(text)]


def rouge(summary: str, reference: str) -> tuple[float, float, float]:
    """F1 of ROUGE-1, ROUGE-2 and ROUGE-L, each from 0 to 1; 0 where either side is empty."""
    ours, theirs = units(summary), units(reference)
    return _ngram_f1(ours, theirs, 1), _ngram_f1(ours, theirs, 2), _lcs_f1(ours, theirs)


def _ngram_f1(ours: list[str], theirs: list[str], n: int) -> float:
    a, b = (Counter(zip(*(side[i:] for i in range(n)), strict=False)) for side in (ours, theirs))
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def _lcs_f1(ours: list[str], theirs: list[str]) -> float:
    """Longest common subsequence by rows: len(ours) x len(theirs) steps, one row of memory."""
    row = [0] * (len(theirs) + 1)
    for unit in ours:
        following = [0]
        for j, other in enumerate(theirs):
            following.append(row[j] + 1 if unit == other else max(row[j + 1], following[j]))
        row = following
    return 2 * row[-1] / max(1, len(ours) + len(theirs))
