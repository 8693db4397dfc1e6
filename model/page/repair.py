"""From the lines of one article to the article: whole paragraphs, decks, byline, and a note of every repair."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from model.documents import Article, Byline, Span
from model.normalise import HAN, normalise
from model.page.bylines import inline_byline, merge_bylines, parse_byline
from model.page.lines import spanning
from model.page.surface import Line, fold

if TYPE_CHECKING:
    from model.page.links import Links

Cut = Callable[[str], list[str]]

_SPACE = re.compile(r"[ \u3000]+")
_HAN = re.compile(HAN)
# Characters beyond which a line is no deck to be mended: that takes time in their square. Our longest headline has 34.
_LONGEST_DECK = 200
_PHOTO_HEAD = re.compile(r"[（(](?:图片|附图片|组图|图)[^）)]{0,6}[）)]$|^图片新闻")


@dataclass(slots=True)
class Draft:
    """An article in the making.

    `lines` in page order, `heads` the headline lines, `text` the first line of every paragraph in reading order.
    """

    lines: list[int]
    heads: list[int]
    text: list[int]
    bylines: list[int]
    repairs: list[str] = field(default_factory=list)


def chain(links: Links, first: int) -> list[int]:
    """The lines of the paragraph that begins in line `first`."""
    out = [first]
    while out[-1] in links.rest:
        out.append(links.rest[out[-1]])
    return out


def paragraph(lines: Sequence[Line], first: int, links: Links, repairs: list[str]) -> str:
    """The whole paragraph that begins in line `first`: every broken sentence joined with its rest."""
    text = _kept(lines[first], links.keep.get(first), repairs)
    i = first
    while i in links.rest:
        j = links.rest[i]
        joint = "…" if i in links.lost else _space(text, lines[j].text)
        text += joint + _kept(lines[j], links.keep.get(j), repairs)
        repairs.append("lost_text" if i in links.lost else "joined")
        if i in links.doubtful:
            repairs.append("doubtful_join")
        i = j
    return text


def _space(left: str, right: str) -> str:
    return " " if left[-1:].isascii() and right[:1].isascii() and left[-1:].isalpha() and right[:1].isalpha() else ""


def _kept(line: Line, keep: int | None, repairs: list[str]) -> str:
    if keep is None:
        return line.text
    repairs.append("deduplicated")
    seen = 0
    for at, char in enumerate(normalise(line.text)):
        if seen == keep:
            return line.text[:at].rstrip()
        seen += not char.isspace()
    return line.text


def decks(lines: Sequence[Line], heads: Sequence[int], body: Sequence[str], cut: Cut) -> tuple[str, str, str]:
    """Kicker, headline and subhead (引题、主题、副题) from the headline lines in page order."""
    texts = [lines[h].text for h in heads]
    if not texts:
        return "", "", ""
    whole = [_whole(t, body, cut) for t in texts]
    if len(texts) == 1:
        return _one_line(whole[0], body)
    main = _main(lines, heads)
    return " ".join(whole[:main]), whole[main], " ".join(whole[main + 1 :])


def _main(lines: Sequence[Line], heads: Sequence[int]) -> int:
    """Which deck is the headline: a first line that ends in —— or ！, or is very short, introduces the second."""
    plains = [lines[h].plain for h in heads]
    if plains[0][-1:] in "—：！!" or (len(plains[0]) <= 6 and len(plains[1]) > 8):
        return 1
    return 0


def _whole(text: str, body: Sequence[str], cut: Cut) -> str:
    """A deck without a space inside a word that the body has too."""
    parts = _SPACE.split(text.strip())
    if len(parts) < 2 or len(text) > _LONGEST_DECK:
        return text.strip()
    out = parts[0]
    for part in parts[1:]:
        word = spanning(fold(out), fold(part), cut) if _HAN.match(out[-1:]) and _HAN.match(part[:1]) else ""
        glue = word and any(word in fold(p) for p in body) and not _even(out, part)
        out += ("" if glue else " ") + part
    return out


def _even(left: str, right: str) -> bool:
    return len(fold(left)) == len(fold(right)) and len(fold(left)) <= 8


def _one_line(text: str, body: Sequence[str]) -> tuple[str, str, str]:
    parts = _SPACE.split(text)
    if len(parts) == 1 or not _HAN.search(text):
        return "", text, ""
    *front, last = parts
    if len(parts) == 2 and _even(front[0], last):
        return "", text, ""
    if len(fold(last)) >= 7 and (
        front[-1][-1:] in "—：:" or len(parts) > 2 or _subject(last, body) or _HAN.search(last) is None
    ):
        return " ".join(front), last, ""
    return "", " ".join(parts), ""


def _subject(deck: str, body: Sequence[str]) -> bool:
    """Whether the deck opens with words that sentences of the body open with too: then it is a headline by itself."""
    opening = fold(deck)[:2]
    return any(mark + opening in "。" + plain for plain in map(fold, body[:4]) for mark in "。，；“、")


def finish(lines: Sequence[Line], draft: Draft, links: Links, cut: Cut) -> Article:
    """The article itself. Offsets of `paragraphs` are those of `body`, its paragraphs joined by line feeds."""
    repairs = list(draft.repairs)
    texts = [t for t in (paragraph(lines, i, links, repairs) for i in draft.text) if t]
    if not texts:
        # A headline or a byline without a body: the line itself is all the text there is.
        repairs.append("no_body")
        draft = replace(draft, heads=[])
        texts = [lines[i].text for i in draft.lines]
    kicker, headline, subhead = decks(lines, draft.heads, texts, cut)
    if any(_whole(lines[h].text, texts, cut) != lines[h].text for h in draft.heads):
        repairs.append("heading_joined")
    named = [parse_byline(lines[i].text) for i in draft.bylines]
    byline = merge_bylines(named) if named else Byline()
    if texts and not (byline.reporters or byline.correspondents):
        byline = merge_bylines([inline_byline(texts[0], texts[-1]), byline])
    return Article(
        body="\n".join(texts),
        headline=headline,
        kicker=kicker,
        subhead=subhead,
        byline=byline,
        kind=kind_of(lines, draft, texts, headline, byline),
        paragraphs=_spans(texts),
        lines=ranges(n for i in draft.lines for n in numbers(lines[i])),
        repairs=tuple(dict.fromkeys(repairs)),
    )


def kind_of(lines: Sequence[Line], draft: Draft, texts: Sequence[str], headline: str, byline: Byline) -> str:
    """`photo_caption` (short text with a photographer and no lead), `brief` (one short paragraph), else `report`."""
    size = sum(map(len, texts))
    led = any(lines[i].lead for i in draft.text)
    if size <= 260 and not led and (byline.photographers or _PHOTO_HEAD.search(normalise(headline))):
        return "photo_caption"
    return "brief" if len(texts) == 1 and size <= 160 and not draft.bylines else "report"


def _spans(texts: Sequence[str]) -> tuple[Span, ...]:
    spans, at = [], 0
    for text in texts:
        spans.append((at, at + len(text)))
        at += len(text) + 1
    return tuple(spans)


def numbers(line: Line) -> range:
    """The numbers of the page's lines that it takes."""
    return range(line.number, line.number + line.count)


def ranges(lines: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Line numbers as inclusive ranges that hold nothing but these lines."""
    out: list[tuple[int, int]] = []
    for n in sorted(lines):
        if out and n == out[-1][1] + 1:
            out[-1] = (out[-1][0], n)
        else:
            out.append((n, n))
    return tuple(out)
