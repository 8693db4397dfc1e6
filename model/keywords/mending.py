"""Names that the segmenter cut: of people, to be told from subjects, and of towns and villages, to be filed whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.keywords.lists import COUNTED
from model.keywords.weights import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ADMIN = frozenset("县区镇乡村")


def joined_people(tokens: Sequence[str], kind: Callable[[str], int]) -> list[str]:
    """Join a surname and what follows of a name.

    A surname takes a given name of two characters along, and single characters where a verb of speech follows them.
    """
    out: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        kinds = kind(token)
        if kinds & Kind.SURNAME and kinds & Kind.LONE and at + 1 < len(tokens) and kind(tokens[at + 1]) & Kind.GIVEN:
            at += 1
            token += tokens[at]
        elif kinds & Kind.SURNAME:
            end = at + 1
            while end < len(tokens) and end - at < 3 and kind(tokens[end]) & Kind.LONE:
                end += 1
            if end > at + 1 and end < len(tokens) and kind(tokens[end]) & Kind.SPEECH:
                token = "".join(tokens[at:end])
                at = end - 1
        out.append(token)
        at += 1
    return out


def joined_places(tokens: Sequence[str], kind: Callable[[str], int]) -> list[str]:
    """Join what belongs to the name of a town or village, and part it from the county or district before it.

    `临澜 区苔 溪镇` → `临澜 区 苔溪镇`, `箬 峰县` → `箬峰县`, `区 略 坪 镇` → `区 略坪镇`.
    """
    out: list[str] = []
    for given in tokens:
        token = given
        if kind(token) & Kind.STUCK and out and len(out[-1]) > 1 and not kind(out[-1]) & (Kind.SUFFIX | Kind.VERB):
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
