"""Segmented article → one row of named figures for each sentence, which the ranker weighs.

Every figure is a count or a share that one pass over the words gives, so the cost is linear in length. Plain sets and
dictionaries are used: on the twenty sentences of a usual article they beat arrays. Figures are made column by column.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, chain, compress
from math import log, sqrt
from operator import mul
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
    from collections.abc import Sequence

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
_OPENINGS = ("list_item", "caption", "dangling", "connective")

Row = tuple[float, ...]
Column = list[float] | list[bool]


@dataclass(frozen=True, slots=True)
class Table:
    """What the selection needs of each sentence, by position in the article.

    `columns` are in the order of `FEATURES`, each with one figure a sentence. `parts` are the printable stretches of
    `Sentence.text`; `live` says that a sentence reports: it is neither furniture nor a heading; `dangling` that it
    points back to the sentence before; `captions` that it describes a picture.
    """

    columns: list[Column]
    words: list[set[str]]
    parts: list[tuple[int, int]]
    live: list[bool]
    dangling: list[bool]
    captions: list[bool]

    @property
    def rows(self) -> list[Row]:
        """The figures by sentence."""
        return list(zip(*self.columns, strict=True))

    def scores(self, weights: Sequence[float]) -> list[float]:
        """The weighed sum of each sentence's figures. Most articles lack some signs, and so have columns of zeros."""
        held = [n for n, column in enumerate(self.columns) if any(column)]
        if not held:
            return [0.0] * len(self.parts)
        some = [weights[n] for n in held]
        return [sum(map(mul, some, row)) for row in zip(*(self.columns[n] for n in held), strict=True)]


def table(article: SegmentedArticle) -> Table:
    """Figures of every sentence. Linear in the length of the article."""
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
    long = {word for word in article.words.numbers if len(word) > 1}
    words = [long.intersection(s.tokens) for s in sentences]
    ended = [t[-1:] in ENDED for t in texts]
    live = [not s.furniture and end for s, end in zip(sentences, ended, strict=True)]
    if True not in live:
        live = [not s.furniture for s in sentences]
    openings = [found.lastgroup if (found := OPENING.match(t)) else None for t in texts]
    starts: list[Column] = [[opening == kind for opening in openings] for kind in _OPENINGS]
    columns = [
        *_place(article, live),
        heads,
        *_sense(article, texts, words, live),
        *_size(texts),
        [min(4, len(found)) / 4 for found in map(DIGITS.findall, texts)],
        *_cues(words),
        *_signs(texts, ended),
        *starts,
    ]
    return Table(columns, words, parts, live, [o == "dangling" for o in openings], [o == "caption" for o in openings])


def _place(article: SegmentedArticle, live: list[bool]) -> list[Column]:
    """How many live sentences stand before, also as a share of them all, and whether the first paragraph holds it."""
    ranks = list(accumulate(live[:-1], initial=0))[: len(live)]
    total = max(1, sum(live))
    first = article.sentences[live.index(True) if True in live else 0].paragraph if live else 0
    return [[log(1 + r) for r in ranks], [r / total for r in ranks], [s.paragraph == first for s in article.sentences]]


def _sense(article: SegmentedArticle, texts: list[str], words: list[set[str]], live: list[bool]) -> list[Column]:
    """What a sentence shares with the headline, by words and by characters, with the others, and with the lead."""
    headline = frozenset(t for t in article.headline_tokens if len(t) > 1)
    size = sum(map(len, headline)) or 1
    chars = frozenset(HAN.findall("".join(article.headline_tokens)))
    whole = "\n".join(texts)
    met = [char for char in chars if char in whole]
    lead = live.index(True) if True in live else 0
    in_lead = words[lead] if words else set()
    echo = [len(w & in_lead) / (len(in_lead) + 1) for w in words]
    echo[lead : lead + 1] = [0.0] * len(echo[lead : lead + 1])
    return [
        [sum(map(len, common)) / size if (common := w & headline) else 0.0 for w in words],
        [sum(map(t.__contains__, met)) / (len(chars) or 1) for t in texts],
        _centrality(words, live),
        echo,
    ]


def _centrality(words: list[set[str]], live: list[bool]) -> list[float]:
    """Words shared with the other sentences, per root of length, so that the highest of the live ones is 1.

    The similarity matrix is never built: M(Mᵀr) with r = 1 needs the word counts of the whole article only.
    """
    count = Counter(chain.from_iterable(compress(words, live)))
    shared = count.__getitem__
    values = [(sum(map(shared, w)) - len(w)) / sqrt(len(w) + 1) for w in words]
    top = max(max(compress(values, live), default=0.0), 0.5)
    return [max(0.0, v / top) for v in values]


def _size(texts: list[str]) -> list[Column]:
    sizes = list(map(len, texts))
    return [
        [(22 - n) / 22 if n < 22 else 0.0 for n in sizes],
        [0.0 if n <= 30 else (n - 30) / 30 if n < 60 else 1.0 for n in sizes],
        [0.0 if n <= 60 else (n - 60) / 60 if n < 180 else 2.0 for n in sizes],
    ]


def _cues(words: list[set[str]]) -> list[Column]:
    """When, where, who; and how much is done and planned."""
    when, where, who, deeds, plans = ([0.0] * len(words) for _ in range(5))
    for n, found in enumerate(map(CUE_WORDS.intersection, words)):
        for flag in map(CUES.__getitem__, found):
            if flag & WHEN:
                when[n] = 1.0
            if flag & WHERE:
                where[n] = 1.0
            if flag & WHO:
                who[n] = 1.0
            if flag & DEED:
                deeds[n] = min(1.0, deeds[n] + 1 / 2)
            if flag & PLANS:
                plans[n] += 1
    return [when, where, who, deeds, [min(3, n) / 3 for n in plans]]


def _signs(texts: list[str], ended: list[bool]) -> list[Column]:
    """From the quotation to the contact. A sign that the article lacks is looked for once, not in every sentence."""
    whole = "\n".join(texts)
    none = [0.0] * len(texts)
    quoted = "“" in whole
    return [
        # Up to the last closing mark: what never closes would be looked through again from each opening one.
        [sum(map(len, QUOTED.findall(t, 0, t.rfind("”") + 1))) / (len(t) + 1) for t in texts] if quoted else none,
        [t[:1] == "“" for t in texts] if quoted else none,
        [ATTENDANCE.search(t[-16:]) is not None for t in texts],
        ["！" in t for t in texts] if "！" in whole else none,
        ["？" in t or t[-1:] == "?" for t in texts] if "？" in whole or "?" in whole else none,
        [not end for end in ended],
        list(map(contact, texts)) if contact(whole) else none,
    ]
