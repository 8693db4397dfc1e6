"""HTML that came along with a page, from a browser or from Word: what of each line shows on the screen.

A tag, a comment, a style sheet may go over many lines; what is never closed is taken for text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPENING = re.compile(r"<!--|<(style|script|xml)\b|</?[a-z][a-z0-9:]{0,14}(?:\s[^<>]*)?$", re.IGNORECASE)
_TAG_LINES = 4  # most lines of one tag; Word breaks the longest of its own over three
_TAG_END = re.compile(r"[^<>]*>")


def visible(texts: Sequence[str]) -> list[str]:
    """The lines without comments, style sheets and scripts, and without tags that are broken over lines.

    Whole tags inside a line are left to the reader of the line. Time is linear: what closes is looked for once.
    """
    last: dict[str, tuple[int, int]] = {}
    for i, text in enumerate(texts):
        if "</" in text or "-->" in text:
            lower = text.lower()
            found = ((closing, (i, lower.rfind(closing))) for closing in ("-->", "</style", "</script", "</xml"))
            last.update((closing, place) for closing, place in found if place[1] >= 0)
    out: list[str] = []
    closing = ""
    for i, text in enumerate(texts):
        shown, closing = _shown(texts, i, text, closing, last) if closing or "<" in text else (text, "")
        out.append(shown)
    return out


def _shown(texts: Sequence[str], i: int, text: str, closing: str, last: dict[str, tuple[int, int]]) -> tuple[str, str]:
    """What of line `i` shows when `closing` is still to come, and what is to come after the line."""
    shown, at = "", 0
    lower = text.lower()
    while True:
        if closing:
            end = lower.find(closing, at)
            if end < 0:
                return shown, closing
            at = end + len(closing)
            if closing.startswith("</"):
                at = lower.find(">", at) + 1 or len(text)
            closing = ""
        opening = _OPENING.search(text, at)
        if opening is None:
            return shown + text[at:], ""
        closing = _closing(texts, i, opening, last)
        stop = opening.start() if closing else opening.end()
        shown += text[at:stop] + (" " if closing else "")
        at = opening.end()


def _closing(texts: Sequence[str], i: int, opening: re.Match[str], last: dict[str, tuple[int, int]]) -> str:
    """What closes an opening; nothing if it never comes."""
    if opening[0] != "<!--" and not opening[1]:
        for text in texts[i + 1 : i + _TAG_LINES]:
            if "<" in text or ">" in text:
                return ">" if _TAG_END.match(text) else ""
        return ""
    closing = "-->" if opening[0] == "<!--" else f"</{opening[1].lower()}"
    return closing if last.get(closing, (-1, 0)) >= (i, opening.end()) else ""
