"""Neighbouring words that are one term: by form, and by keeping each other's company through the article."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.keywords.weights import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from model.keywords.text import Text

_LONGEST = 14
_CHOOSY = Kind.PERSON | Kind.PROVINCE | Kind.LONE


def joins(text: Text) -> NDArray[np.intp]:
    """The tokens that belong together with the next one, ascending.

    They do where the next one is a suffix, and where the pair is seen twice, and two in three times that the rarer of
    both is seen. Other words, signs, numbers and sentence ends part them; a person, and a place in a province, stand
    alone.
    """
    tokens, bits, size = text.tokens, text.bits, len(text.words)
    joined = text.meets & (Kind.OPEN | Kind.PLACE) > 0
    near = text.meets & Kind.TERM > 0
    # 江汉 + 交通 + 大队: the place before a body belongs to its name.
    for n in (bits[:-2] & (bits[2:] >> Kind.AFTER_NEXT) & Kind.PLACE > 0).nonzero()[0].tolist():
        joined[n] |= near[n] and near[n + 1]
    # A pair is seen twice only if both of its words are.
    times = np.bincount(tokens, minlength=size)
    often = (times > 1).take(tokens)
    at = (near & often[:-1] & often[1:]).nonzero()[0]
    pairs = (tokens.take(at) * size + tokens.take(at + 1)).tolist()
    places: dict[int, list[int]] = {}
    for n, pair in zip(at.tolist(), pairs, strict=True):
        places.setdefault(pair, []).append(n)
    kept: list[int] = []
    for pair, found in places.items():
        if len(found) > 1:
            first, second = divmod(pair, size)
            if _together(text.kind[first], text.kind[second], len(found), int(times[first]), int(times[second])):
                kept += found
    joined[kept] = True
    return joined.nonzero()[0]


def _together(first: int, second: int, count: int, firsts: int, seconds: int) -> bool:
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


def groups(text: Text, joined: NDArray[np.intp], counts: Sequence[float]) -> dict[tuple[int, ...], float]:
    """The joined words by number, without a verb before (打掉 + 犯罪团伙) or an adjective behind; what each counts.

    Args:
        text: what is read of the article.
        joined: what `joins` found.
        counts: what each of those tokens counts; the first of a group speaks for it.
    """
    at = [*joined.tolist(), -1]
    firsts, seconds = text.tokens.take(joined).tolist(), text.tokens.take(joined + 1).tolist()
    runs: dict[tuple[int, ...], float] = {}
    start = 0
    for end in range(1, len(at)):
        if at[end] != at[end - 1] + 1:
            run = (*firsts[start:end], seconds[end - 1])
            runs[run] = runs.get(run, 0.0) + counts[start]
            start = end
    found: dict[tuple[int, ...], float] = {}
    for run, count in runs.items():
        group = _trimmed(run, text.kind)
        if group:
            found[group] = found.get(group, 0.0) + count
    return found


def _trimmed(group: tuple[int, ...], kinds: Sequence[int]) -> tuple[int, ...]:
    start, end = 0, len(group)
    while start < end and kinds[group[start]] & (Kind.VERB | Kind.ADJECTIVE) == Kind.VERB:
        start += 1
    while end > start and kinds[group[end - 1]] & Kind.ADJECTIVE:
        end -= 1
    return group[start:end]


def parts(group: tuple[int, ...], words: Sequence[str]) -> list[tuple[tuple[int, ...], str]]:
    """A group and its text; one of more than `_LONGEST` characters in parts: its end, for that names it, and so on."""
    whole = "".join([words[number] for number in group])
    if len(whole) <= _LONGEST or len(group) == 1:
        return [(group, whole)]
    sizes = [len(words[number]) for number in group]
    cut = next(n for n in range(1, len(sizes)) if n == len(sizes) - 1 or sum(sizes[n:]) <= _LONGEST)
    return parts(group[cut:], words) + parts(group[:cut], words)
