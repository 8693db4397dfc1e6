"""Articles → groups of near-duplicates → folds that never part a group.

One wire story runs in many papers; a random split would put it on both sides and flatter every figure.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

_PROBES = 16
"""An article is looked up by its rarest words; two versions of one story share most of them."""
_COMMON = 60
"""A probe word in more articles than this finds no duplicates, only a subject."""
_SAME = 0.5
"""Jaccard similarity of two articles' words from which they count as one story."""


def near_duplicates(words: Sequence[AbstractSet[str]]) -> list[int]:
    """Group number of each article: the smallest index among its near-duplicates. Linear for a fixed subject spread."""
    spread = Counter(word for each in words for word in each)
    shelves: dict[str, list[int]] = defaultdict(list)
    parent = list(range(len(words)))
    for i, each in enumerate(words):
        probes = sorted((w for w in each if 1 < spread[w] <= _COMMON), key=lambda w: (spread[w], w))[:_PROBES]
        met = Counter(j for probe in probes for j in shelves[probe])
        for j, shared in met.items():
            if shared >= min(3, len(probes)) and len(each & words[j]) >= _SAME * len(each | words[j]):
                a, b = sorted((_root(parent, i), _root(parent, j)))
                parent[b] = a
        for probe in probes:
            shelves[probe].append(i)
    return [_root(parent, i) for i in range(len(words))]


def folds(groups: Sequence[int], ids: Sequence[str], n: int) -> NDArray[np.intp]:
    """Fold number (0 to n-1) of each article, one for a whole group; by checksum, so stable as the data grow."""
    return np.array([zlib.crc32(ids[g].encode()) % n for g in groups])


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i
