"""Text as sent → text as compared: one character in, one character out, so that every offset stays true.

Not NFKC: it turns `①` into `1`, `㎡` into `m2` and `…` into `...`, and so moves all that follows.
"""

from __future__ import annotations

import re

HAN = r"[^\W\da-zA-Z_]"
"""A letter that is not Latin, for patterns: in our texts, an ideograph. `re` compiles a category in microseconds, and
the range of the ideographs in a millisecond; some patterns name it twenty times."""

# Full-width letters, digits and the signs that stand between digits become half-width. Chinese punctuation
# （，。！？；：（）） stays as it is: sentence splitting and the reader want it.
_ASCII = {0xFEE0 + c: chr(c) for c in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))}
_SIGNS = {0xFEE0 + ord(c): c for c in "%.+#&_@-"}
_SPACES = dict.fromkeys([0x09, 0x0B, 0x0C, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
# Invisible marks that a paste brings along; a space keeps the length.
_INVISIBLE = dict.fromkeys(
    [*range(0x09), *range(0x0E, 0x20), 0x7F, 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF], " "
)
_LINES = {0x0D: "\n", 0x2028: "\n", 0x2029: "\n"}
_TABLE = {chr(sent): folded for sent, folded in (_ASCII | _SIGNS | _SPACES | _INVISIBLE | _LINES).items()}
_FOREIGN = re.compile("[" + "".join(map(re.escape, _TABLE)) + "]")

_HALF = re.compile("[\ud800-\udfff]")


def without_halves(text: str) -> str:
    """Half a character, as broken JSON brings it, becomes the replacement character U+FFFD: one for one.

    No segmenter takes a lone surrogate, and no answer that holds one can be sent.
    """
    return _HALF.sub("\ufffd", text)


def normalise(text: str) -> str:
    """Fold width, spaces, invisible marks and line ends, one to one: `len(normalise(t)) == len(t)`.

    A Windows line end becomes a space and a line feed, so that lines keep their numbers.
    """
    # Few characters need folding, and looking for them is twenty times cheaper than `str.translate`.
    return _FOREIGN.sub(_folded, text.replace("\r\n", " \n"))


def _folded(match: re.Match[str]) -> str:
    return _TABLE[match.group()]
