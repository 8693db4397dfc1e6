"""Names that the segmenter cut: of people, to be told from subjects, and of towns and villages, to be filed whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.keywords.lists import COUNTED
from model.keywords.weights import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ADMIN = frozenset("县区镇乡村")
_CUT = Kind.STUCK | Kind.TOWN


def joined_people(tokens: Sequence[str], kind: Callable[[str], int]) -> list[str]:
    """Join a surname and what follows of a name.

    A surname takes a given name of two characters along, and single characters where a verb of speech follows them.
    """
    kinds = list(map(kind, tokens))
    out: list[str] = []
    done = 0
    for at, known in enumerate(kinds):
        if known & Kind.SURNAME and at >= done:
            end = _name_ends(kinds, at)
            if end > at + 1:
                out += [*tokens[done:at], "".join(tokens[at:end])]
                done = end
    return [*out, *tokens[done:]]


def _name_ends(kinds: Sequence[int], at: int) -> int:
    """Where the name ends that begins with the surname `at`."""
    if kinds[at] & Kind.LONE and at + 1 < len(kinds) and kinds[at + 1] & Kind.GIVEN:
        return at + 2
    end = at + 1
    while end < len(kinds) and end - at < 3 and kinds[end] & Kind.LONE:
        end += 1
    return end if end < len(kinds) and kinds[end] & Kind.SPEECH else at + 1


def joined_places(tokens: Sequence[str], kind: Callable[[str], int]) -> list[str]:
    """Join what belongs to the name of a town or village, and part it from the county or district before it.

    `临澜 区苔 溪镇` → `临澜 区 苔溪镇`, `箬 峰县` → `箬峰县`, `区 略 坪 镇` → `区 略坪镇`.
    """
    out: list[str] = []
    for given, known in zip(tokens, map(kind, tokens), strict=True):
        token = given
        if not known & _CUT and token not in _ADMIN:
            out.append(token)
            continue
        if known & Kind.STUCK and out and len(out[-1]) > 1 and not kind(out[-1]) & (Kind.SUFFIX | Kind.VERB):
            out.append(token[0])
            token = token[1:]
        if kind(token) & Kind.TOWN and out and _lone(out[-1], kind):
            token = out.pop() + token
        elif token in _ADMIN:
            run = 0
            while run < 2 and run < len(out) and _single(out[-1 - run]):
                run += 1
            after_place = 0 < run < len(out) and out[-1 - run] in _ADMIN
            if after_place or (run == 2 and all(_lone(single, kind) for single in out[-2:])):
                token = "".join(out[-run:]) + token
                del out[-run:]
        out.append(token)
    return out


def _lone(token: str, kind: Callable[[str], int]) -> bool:
    return bool(kind(token) & Kind.LONE) and token not in _ADMIN


def _single(token: str) -> bool:
    return len(token) == 1 and token.isalpha() and not token.isascii() and token not in _ADMIN and token not in COUNTED
