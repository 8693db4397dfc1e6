"""Neighbouring words that are one term: by form, and by keeping each other's company through the article."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from model.keywords.weights import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model.keywords.text import Texts

_LONGEST = 14
_CHOOSY = Kind.PERSON | Kind.PROVINCE | Kind.LONE


def joins(texts: Texts) -> list[int]:
    """The tokens that belong together with the next one, ascending.

    They do where the next one is a suffix, and where the pair is seen twice, and two in three times that the rarer of
    both is seen. Other words, signs, numbers and sentence ends part them; a person, and a place in a province, stand
    alone.
    """
    tokens, kinds, times, lasts = texts.tokens.data, texts.kinds.data, texts.times.data, texts.lasts
    bits, meets = texts.bits, texts.meets
    joined = set((meets & (Kind.OPEN | Kind.PLACE)).nonzero()[0].tolist())
    # 江汉 + 交通 + 大队: the place before a body belongs to its name.
    for n in (bits & Kind.BODY).nonzero()[0].tolist():
        named = n > 1 and kinds[tokens[n - 2]] & Kind.PLACE and kinds[tokens[n - 1]] & Kind.TERM
        if named and lasts[bisect_left(lasts, n - 2)] >= n:
            joined.add(n - 2)
    firsts: dict[tuple[int, int], int] = {}
    again: dict[tuple[int, int], list[int]] = {}
    # A pair is seen twice only if both of its words are.
    for n in (meets & Kind.TERM).nonzero()[0].tolist():
        pair = tokens[n], tokens[n + 1]
        before = firsts.setdefault(pair, n)
        if before != n:
            again.setdefault(pair, [before]).append(n)
    for (first, second), found in again.items():
        if _one_term(kinds[first], kinds[second], len(found), times[first], times[second]):
            joined.update(found)
    return sorted(joined)


def _one_term(first: int, second: int, count: int, firsts: int, seconds: int) -> bool:
    """Whether a pair that is seen `count` times, of words of these kinds seen so often, is one term."""
    if (first | second) & _CHOOSY:
        if second & Kind.PERSON or (first & Kind.PROVINCE and second & Kind.PLACE):
            return False
        if first & second & Kind.LONE:
            return count == firsts == seconds
        if (first | second) & Kind.LONE:  # cut from a name, whose other part is rare, or always beside it
            lone, other, others = (first, second, seconds) if first & Kind.LONE else (second, first, firsts)
            return bool((other & Kind.RARE and 3 * count >= 2 * others) or (lone & Kind.NOUN and count == others))
    return 3 * count >= 2 * min(firsts, seconds)


def groups(texts: Texts, joined: Sequence[int]) -> Iterator[tuple[tuple[int, ...], int]]:
    """The runs of joined tokens, from and to, as the numbers of their words; and where each begins."""
    tokens = texts.tokens.data
    start = before = -2
    for at in joined:
        if at != before + 1:
            if before >= 0:
                yield tuple(tokens[start : before + 2]), start
            start = at
        before = at
    if before >= 0:
        yield tuple(tokens[start : before + 2]), start


def trimmed(group: tuple[int, ...], kinds: Sequence[int]) -> tuple[int, ...]:
    """A group without a verb before (打掉 + 犯罪团伙) or an adjective behind."""
    start, end = 0, len(group)
    while start < end and kinds[group[start]] & (Kind.VERB | Kind.ADJECTIVE) == Kind.VERB:
        start += 1
    while end > start and kinds[group[end - 1]] & Kind.ADJECTIVE:
        end -= 1
    return group[start:end]


def parts(group: tuple[int, ...], words: Sequence[str]) -> list[tuple[tuple[int, ...], str]]:
    """A group and its text; one of more than `_LONGEST` characters in parts: its end, for that names it, and so on."""
    found: list[tuple[tuple[int, ...], str]] = []
    end = len(group)
    while end:
        start = end - 1
        size = len(words[group[start]])
        while start and (size := size + len(words[group[start - 1]])) <= _LONGEST:
            start -= 1
        part = group[start:end]
        found.append((part, "".join([words[number] for number in part])))
        end = start
    return found
