"""Text → paragraph spans → sentence spans; wraps inside a paragraph are undone only when a text is shown.

All functions work on normalised text (`model.normalise`), so a span is true for the text as sent too.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model.documents import Span

    Pairs = Sequence[tuple[str, str]]

# A quotation longer than this is split inside, as a reader would: it holds a speech, not a remark.
_LONGEST_QUOTATION = 120
# Past this length any terminator ends a sentence. It bounds the work on text that never closes its quotes.
_LONGEST_SENTENCE = 400
# Hard-wrapped columns of newspapers and mail are at least this wide, in half-width columns; shorter ones are lists.
_NARROWEST_WRAP = 24
# Lines of one wrapped block differ by a character or two: punctuation may not begin a line.
_WRAP_SLACK = 4

_BLANKS_READ = 40  # to read on without end after each full stop would be quadratic in the text
_BLANKS = re.compile(r"\s+")
_LINE_BREAKS = ("\n", "\r", "\u2028", "\u2029")
_CLOSERS = "”’」』》）)】\"'"
# One class of characters to begin with: `re` finds the next place three times faster than for two alternatives.
_TERMINATOR = re.compile(rf"[。｡！？!?….](?:(?<=\.)\.*|[。｡！？!?…]*)[{_CLOSERS}]*")
_PAIRS = (("“", "”"), ("「", "」"), ("『", "』"), ("（", "）"), ("(", ")"))
_LINE_ENDS = "。｡！？!?：:；;…”’」』）)】》."
# What follows a closed quotation when the sentence goes on: who says so.
_SAYS = (
    "说|说道|道|表示|介绍|称|告诉记者|告诉笔者|坦言|直言|感慨|感叹|回忆|回答|问|问道|喊|喊道|答|答道|"
    "强调|指出|写道|透露|解释|笑称|提醒|呼吁"
)
_ATTRIBUTION = re.compile(
    rf"[^，。！？；：、“”\n]{{0,24}}?(?:{_SAYS})(?:[，。：！,]|着|起)|[^，。！？；：、“”\n]{{0,18}}?如是说"
)
_GOES_ON = frozenset("，、；：,;:）)》」』】”’的")
_LIST_NUMBER = re.compile(r"(?<!\S)\d{1,2}$")


def unwrap(text: str) -> str:
    """Join wrapped lines: a line break and the blanks about it vanish, or become one space between Latin words."""
    if "\n" in text or "\r" in text or "\u2028" in text or "\u2029" in text:
        return _BLANKS.sub(_joint, text)
    return text


def paragraph_spans(text: str) -> tuple[Span, ...]:
    """Spans of the paragraphs: trimmed, in order, disjoint; what lies between them is white space.

    A line is a paragraph, unless the text is hard-wrapped: then lines of full width run on into the next line.
    """
    lines = _line_spans(text)
    width = _wrap_width(text, lines)
    spans: list[Span] = []
    joining = False
    for start, end in lines:
        if joining and not _begins_paragraph(text, spans[-1][1], start):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
        joining = width > 0 and _runs_on(text[start:end], width)
    return tuple(spans)


def sentence_spans(text: str, paragraphs: tuple[Span, ...]) -> tuple[tuple[int, int, int], ...]:
    """`(start, end, paragraph)` of every sentence: trimmed, in order; blanks aside they tile the paragraphs.

    A terminator run keeps the closing quotes and brackets after it. A short quotation or bracket is not split
    inside, and a sentence goes on after a quotation when what follows says whose words they are. A semicolon
    does not end a sentence. An unterminated tail is a sentence.
    """
    spans: list[tuple[int, int, int]] = []
    runs = [match.span() for match in _TERMINATOR.finditer(text)]
    pairs = [pair for pair in _PAIRS if pair[0] in text]
    done = 0
    for number, (first, last) in enumerate(paragraphs):
        start = first
        while done < len(runs) and runs[done][1] <= last:
            run = runs[done]
            end = run[1]
            done += 1
            if end <= start or (end < last and not _ends(text, start, run, last, pairs)):
                continue
            spans.append((start, end, number))
            start = end
            while start < last and text[start].isspace():
                start += 1
        if start < last:
            spans.append((start, last, number))
    return tuple(spans)


def _joint(match: re.Match[str]) -> str:
    blank = match.group()
    if not any(mark in blank for mark in _LINE_BREAKS):
        return blank
    text, start, end = match.string, match.start(), match.end()
    latin = start > 0 and end < len(text) and _latin(text[start - 1]) and _latin(text[end])
    return " " if latin else ""


def _latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in ",.;:!?)(")


def _line_spans(text: str) -> list[Span]:
    spans = []
    start = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            first = start + len(line) - len(line.lstrip())
            spans.append((first, first + len(stripped)))
        start += len(line) + 1
    return spans


def _columns(line: str) -> int:
    return 2 * len(line) - sum(map(str.isascii, line)) if not line.isascii() else len(line)


def _wrap_width(text: str, lines: list[Span]) -> int:
    """Width of the wrapped lines in half-width columns, or 0 where lines are paragraphs.

    Wrapped text shows itself by lines that break off without a terminator at one and the same width.
    """
    broken = [
        _columns(text[start:end])
        for (start, end), (following, _) in pairwise(lines)
        if text[end - 1] not in _LINE_ENDS and not _begins_paragraph(text, end, following)
    ]
    if len(broken) < 2:  # one broken line may be a heading
        return 0
    width = max(broken)
    full = sum(width - _WRAP_SLACK <= each for each in broken)
    widest = max(_columns(text[start:end]) for start, end in lines)
    wrapped = full >= max(2, 0.6 * len(broken)) and width >= _NARROWEST_WRAP and widest <= width + _WRAP_SLACK
    return width if wrapped else 0


def _begins_paragraph(text: str, end: int, start: int) -> bool:
    """Whether a new paragraph begins at `start`: after a blank line, or indented."""
    gap = text[end:start]
    return gap.count("\n") > 1 or len(gap) - gap.rfind("\n") > 2  # one stray blank is no indent


def _runs_on(line: str, width: int) -> bool:
    columns = _columns(line)
    return columns >= width - _WRAP_SLACK and not (line[-1] in "。！？" and columns < width - 1)


def _ends(text: str, start: int, run: Span, last: int, pairs: Pairs) -> bool:
    """Whether the terminator run ends the sentence that began at `start`; it ends before `last`."""
    mark, end = run
    following = text[end]
    if following in _GOES_ON and not (following == "的" and text[mark] == "。"):
        return False
    if text[mark] in ".!?" and text[mark:end].isascii() and not _half_width_end(text, start, mark, end):
        return False
    if end - start > _LONGEST_SENTENCE:
        return True
    if pairs and _inside(text, start, end, last, pairs):
        return False
    if text[end - 1] in "”」』’" + '"':
        return not _goes_on_after_quotation(text, start, mark, end, last)
    return text[mark] != "…" or text[end - 1] != "…" or text[end].isspace()


def _half_width_end(text: str, start: int, mark: int, end: int) -> bool:
    """Whether a half-width terminator stands where a sentence may end: not in numbers, names, addresses, lists."""
    before, after = text[mark - 1 : mark], text[end]
    if text[mark] != ".":
        return not after.isascii() or after.isspace()
    if not before or (end - mark > 1 and text[mark + 1] == "."):
        return False
    if "\u3400" <= before <= "\u9fff" or "\uf900" <= before <= "\ufaff" or before in "”）)%":
        return not (after.isascii() and after.isalnum())
    if not after.isspace():
        return False
    if before.isdigit():
        return not _LIST_NUMBER.search(text, max(start, mark - 3), mark)
    return text[mark - 2 : mark].islower() and not text[end : end + _BLANKS_READ].lstrip()[:1].islower()


def _inside(text: str, start: int, end: int, last: int, pairs: Pairs) -> bool:
    """Whether a quotation or bracket that opened in the sentence is still open and closes soon."""
    for opening, closing in pairs:
        opened = text.count(opening, start, end)
        if opened and opened > text.count(closing, start, end):
            limit = min(last, text.rfind(opening, start, end) + _LONGEST_QUOTATION)
            if text.find(closing, end, limit) >= 0:
                return True
    return False


def _goes_on_after_quotation(text: str, start: int, mark: int, end: int, last: int) -> bool:
    if _ATTRIBUTION.match(text, end, min(last, end + 40)):
        return True
    if text[mark] == "。" or text[end].isspace():
        return False
    # “平安过年！”活动: a cry quoted within a clause does not end it; a quoted speech after a colon does.
    opening = max(text.rfind(mark_, start, mark) for mark_ in "“「『‘")
    return opening > start and text[opening - 1] not in "：:，,”。！？…"
