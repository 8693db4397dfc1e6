"""training.split: versions of one story are found, and never parted."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.split import folds, near_duplicates

WORDS = st.frozensets(st.sampled_from([f"w{n}" for n in range(30)]), max_size=12)


def story(seed: int, size: int = 60) -> set[str]:
    """Words of an invented story: mostly its own, some that all stories share."""
    chance = random.Random(seed)
    return {f"s{seed}-{n}" for n in range(size)} | {f"common{chance.randrange(200)}" for _ in range(size)}


def test_two_versions_of_a_story_are_one_group() -> None:
    """A shortened version with a new opening is found; another story on the same subject is not."""
    whole = story(1)
    shortened = set(sorted(whole)[: int(0.8 * len(whole))]) | {"opening", "new"}

    groups = near_duplicates([story(2), whole, story(3), shortened])

    assert groups == [0, 1, 2, 1]


def test_versions_join_in_a_chain() -> None:
    """Where a is like b and b like c, all three are one group, in whatever order they come."""
    base = [f"x{n}" for n in range(40)]
    a, b, c = set(base[:30]), set(base[5:35]), set(base[10:40])
    assert len(a & c) / len(a | c) == pytest.approx(0.5)

    assert near_duplicates([b, a, c, story(4)]) == [0, 0, 0, 3]


@given(st.lists(WORDS, max_size=12))
def test_a_group_is_named_by_its_first_article(words: list[frozenset[str]]) -> None:
    """A group's number is the smallest index in it, so it names itself; what shares no word is never joined."""
    groups = near_duplicates(words)

    assert len(groups) == len(words)
    for i, group in enumerate(groups):
        assert group <= i
        assert groups[group] == group
        members = [words[j] for j in range(len(words)) if groups[j] == group]
        assert len(members) == 1 or all(any(m & other for other in members) for m in members)


@given(st.integers(0, 5), st.integers(2, 8))
def test_an_exact_copy_is_always_found(seed: int, copies: int) -> None:
    """Copies share one group, whatever stands between them."""
    words = [w for n in range(copies) for w in (story(seed), story(100 + n))]

    assert len({near_duplicates(words)[i] for i in range(0, len(words), 2)}) == 1


@given(st.lists(st.integers(0, 20), min_size=1, max_size=60), st.integers(2, 7))
def test_folds_never_part_a_group(marks: list[int], n: int) -> None:
    """Articles of one group are in one fold, and every fold number is in range."""
    first: dict[int, int] = {}
    groups = [first.setdefault(mark, i) for i, mark in enumerate(marks)]
    placed = folds(groups, [f"id{i}" for i in range(len(groups))], n)
    by_group = defaultdict(set)
    for group, fold in zip(groups, placed, strict=True):
        by_group[group].add(int(fold))

    assert all(len(seen) == 1 for seen in by_group.values())
    assert placed.min() >= 0
    assert placed.max() < n


def test_folds_stay_as_the_data_grow() -> None:
    """An article's fold hangs on its id alone: new articles before or behind it change nothing."""
    ids = [f"article-{n}" for n in range(500)]
    before = dict(zip(ids, folds(range(500), ids, 5), strict=True))
    grown = ["new", *ids, "newer"]
    after = dict(zip(grown, folds(range(502), grown, 5), strict=True))

    assert all(before[i] == after[i] for i in ids)
    assert np.bincount(list(before.values())).min() > 70
