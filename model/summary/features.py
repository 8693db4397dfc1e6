"""Segmented article → one row of named figures for each sentence, which the ranker weighs.

Every figure is a count or a share that one pass over the words gives, so the cost is linear in length. Plain sets and
dictionaries are used: on the twenty sentences of a usual article they beat arrays.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain, compress
from math import log, sqrt
from typing import TYPE_CHECKING

from model.summary.cues import (
    ATTENDANCE,
    CUE_WORDS,
    CUES,
    DEED,
    DIGITS,
    ENDED,
    HAN,
    OPENING,
    PLANS,
    QUOTED,
    WHEN,
    WHERE,
    WHO,
    contact,
)
from model.summary.printable import printable_part

if TYPE_CHECKING:
    from model.documents import SegmentedArticle

# The order is that of the rows. What each is worth is printed by `training.fit_summary.worth`.
FEATURES = (
    "log_rank",  # log(1 + how many such sentences stand before)
    "rank_share",  # that number as a share of them all
    "first_paragraph",
    "paragraph_head",
    "headline_words",  # share of the headline's words, weighed by length, that come back
    "headline_chars",  # share of its characters: catches what abbreviations hide from words
    "centrality",  # words shared with the other sentences, per root of length, against the highest of the article
    "lead_echo",  # share of the lead's words that come back
    "short",  # below 22 characters, by how much
    "middling",  # from 30 to 60, by how much
    "long",  # above 60, by how much
    "figures",
    "when",
    "where",
    "who",
    "deed",
    "plans",
    "quotation",  # share of characters within quotation marks
    "opens_quote",
    "attendance",
    "exclamation",
    "question",
    "unended",  # no terminator: a subhead, a table row
    "contact",
    "list_item",
    "caption",
    "dangling",
    "connective",
)
_OPENINGS: dict[str, tuple[float, ...]] = {
    "list_item": (1.0, 0.0, 0.0, 0.0),
    "caption": (0.0, 1.0, 0.0, 0.0),
    "dangling": (0.0, 0.0, 1.0, 0.0),
    "connective": (0.0, 0.0, 0.0, 1.0),
}
_NO_OPENING = (0.0, 0.0, 0.0, 0.0)

Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What the selection needs of each sentence, by position in the article.

    `parts` are the printable stretches of `Sentence.text`; `live` says that a sentence reports: it is neither furniture
    nor a heading; `dangling` that it points back to the sentence before; `captions` that it describes a picture.
    """

    rows: list[Row]
    words: list[set[str]]
    parts: list[tuple[int, int]]
    live: list[bool]
    dangling: list[bool]
    captions: list[bool]


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a sentence is held against: the headline, the lead, the whole."""

    headline_words: frozenset[str]
    headline_size: int
    headline_chars: frozenset[str]
    lead: int
    lead_words: set[str]
    paragraph: int
    live: int


def table(article: SegmentedArticle) -> Table:
    """Figures of every sentence; rows are in the order of `FEATURES`. Linear in the length of the article."""
    sentences = article.sentences
    parts: list[tuple[int, int]] = []
    texts: list[str] = []
    heads: list[bool] = []
    paragraph = -1
    for s in sentences:
        heads.append(s.paragraph != paragraph)
        start, end = printable_part(s.text, opens_paragraph=s.paragraph != paragraph)
        parts.append((start, end))
        texts.append(s.text[start:end])
        paragraph = s.paragraph
    words = [{t for t in s.tokens if len(t) > 1} for s in sentences]
    live = [not s.furniture and t[-1:] in ENDED for s, t in zip(sentences, texts, strict=True)]
    if True not in live:
        live = [not s.furniture for s in sentences]
    central = _centrality(words, live)
    setting = _setting(article, words, live)
    rows: list[Row] = []
    rank = 0
    for i, (sentence, text) in enumerate(zip(sentences, texts, strict=True)):
        place = (log(1 + rank), rank / setting.live, sentence.paragraph == setting.paragraph, heads[i])
        sense = _sense(setting, text, words[i], central[i], echo=i != setting.lead)
        rows.append(place + sense + _manner(text, words[i]))
        rank += live[i]
    return Table(rows, words, parts, live, [row[-2] > 0 for row in rows], [row[-3] > 0 for row in rows])


def _centrality(words: list[set[str]], live: list[bool]) -> list[float]:
    """Words shared with the other sentences, per root of length, so that the highest of the live ones is 1.

    The similarity matrix is never built: M(Mᵀr) with r = 1 needs the word counts of the whole article only.
    """
    count = Counter(chain.from_iterable(compress(words, live)))
    shared = count.__getitem__
    values = [(sum(map(shared, w)) - len(w)) / sqrt(len(w) + 1) for w in words]
    top = max(max(compress(values, live), default=0.0), 0.5)
    return [max(0.0, v / top) for v in values]


def _setting(article: SegmentedArticle, words: list[set[str]], live: list[bool]) -> _Setting:
    headline = frozenset(t for t in article.headline_tokens if len(t) > 1)
    lead = live.index(True) if True in live else 0
    return _Setting(
        headline_words=headline,
        headline_size=sum(map(len, headline)) or 1,
        headline_chars=frozenset(HAN.findall("".join(article.headline_tokens))),
        lead=lead,
        lead_words=words[lead] if words else set(),
        paragraph=article.sentences[lead].paragraph if words else 0,
        live=max(1, sum(live)),
    )


def _sense(setting: _Setting, text: str, words: set[str], central: float, *, echo: bool) -> Row:
    size = len(text)
    chars = setting.headline_chars
    common = words & setting.headline_words
    return (
        sum(map(len, common)) / setting.headline_size if common else 0.0,
        sum(map(text.__contains__, chars)) / len(chars) if chars else 0.0,
        central,
        len(words & setting.lead_words) / (len(setting.lead_words) + 1) if echo else 0.0,
        (22 - size) / 22 if size < 22 else 0.0,
        0.0 if size <= 30 else (size - 30) / 30 if size < 60 else 1.0,
        0.0 if size <= 60 else (size - 60) / 60 if size < 180 else 2.0,
    )


def _manner(text: str, words: set[str]) -> Row:
    cues = deeds = plans = 0
    for word in words & CUE_WORDS:
        flags = CUES[word]
        cues |= flags
        deeds += flags & DEED > 0
        plans += flags & PLANS > 0
    last = text[-1:]
    opening = OPENING.match(text)
    return (
        min(4, len(DIGITS.findall(text))) / 4,
        cues & WHEN > 0,
        cues & WHERE > 0,
        cues & WHO > 0,
        min(2, deeds) / 2,
        min(3, plans) / 3,
        sum(map(len, QUOTED.findall(text))) / (len(text) + 1) if "“" in text else 0.0,
        text[:1] == "“",
        ATTENDANCE.search(text[-16:]) is not None,
        "！" in text,
        "？" in text or last == "?",
        last not in ENDED,
        contact(text),
        *(_OPENINGS[opening.lastgroup or ""] if opening else _NO_OPENING),
    )
