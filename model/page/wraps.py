"""Hard-wrapped text: a program broke every paragraph at the same width, and its lines are put together again."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.normalise import normalise, without_halves
from model.page.markup import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_BREAK = re.compile(r"\r\n|[\n\r\u2028\u2029]")
_INDENT = re.compile(r"^(?:\u3000|[ \t]{2})")
_ENDS = frozenset("。！？!?；;…”’』」）)》】：:")
_FEWEST = 4  # broken lines from which one width is no chance
_SHARE = 0.7  # of the broken lines that must have this width, give or take a sign
_WIDTHS = range(14, 81)


@dataclass(frozen=True, slots=True)
class Raw:
    """A non-blank stretch of the page: its first line's number, how many lines it has, its text, blank lines before."""

    number: int
    count: int
    text: str
    blank: int


def raw_lines(text: str) -> list[Raw]:
    r"""The non-blank lines of a text, those of a wrapped paragraph as one. Lines end in `\n`, `\r\n` or `\r`."""
    found: list[Raw] = []
    blank = 0
    sent = _BREAK.split(without_halves(text))
    for number, (line, raw) in enumerate(zip(sent, visible(sent) if "<" in text else sent, strict=True), 1):
        if not normalise(raw).strip():
            # A line of invisible marks alone shows nothing, but it is a line that somebody sent.
            if line.strip():
                found.append(Raw(number, 1, "", blank))
            blank += 1
            continue
        found.append(Raw(number, 1, raw, blank))
        blank = 0
    width = _width(found)
    return _unwrap(found, width) if width else found


def _length(raw: Raw) -> int:
    return len(raw.text.strip())


def _width(lines: Sequence[Raw]) -> int:
    """The width at which the text is wrapped, or 0."""
    broken = [
        _length(a)
        for a, b in itertools.pairwise(lines)
        if not b.blank and _length(a) in _WIDTHS and a.text.rstrip()[-1:] not in _ENDS
    ]
    if len(broken) < _FEWEST:
        return 0
    width = max(Counter(broken).items(), key=lambda item: (item[1], item[0]))[0]
    return width if sum(width - 2 <= n <= width + 1 for n in broken) >= _SHARE * len(broken) else 0


def _unwrap(lines: Sequence[Raw], width: int) -> list[Raw]:
    indented = sum(_INDENT.match(x.text) is not None for x in lines) >= 2
    spaced = any(x.blank for x in lines[1:])
    out: list[Raw] = []
    size = 0
    for raw in lines:
        ended = bool(out) and out[-1].text.rstrip()[-1:] in _ENDS
        if (
            out
            and not raw.blank
            and size >= width - 2
            and not _INDENT.match(raw.text)
            and (not ended or indented or spaced)
        ):
            last = out.pop()
            gap = " " if last.text[-1:].isascii() and raw.text[:1].isascii() else ""
            out.append(Raw(last.number, last.count + 1, last.text.rstrip() + gap + raw.text.strip(), last.blank))
        else:
            out.append(raw)
        size = _length(raw)
    return out
