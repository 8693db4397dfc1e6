"""Segmented article → one row of named figures for each sentence, which the ranker weighs.

Every figure is a count or a share, made for all sentences at once: from the numbers of the article's words and from the
code points of its text. A figure that no sentence of an article has is left out. The cost is linear in length.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import ne
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.summary.cues import (
    ATTENDANCE,
    CONTACTS,
    CUE_MOST,
    CUE_NAMES,
    CUES,
    DIGIT,
    ENDED,
    HAN,
    OPENING,
    QUOTED,
)
from model.summary.printable import printable_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
# Where the figures of length begin, how many characters make one, and the most of them.
_SIZES = ("short", "middling", "long")
_FROM = np.array([[22], [30], [60]])
_PER = np.array([[-22], [30], [60]])
_MOST = np.array([[1], [1], [2]])
_MOST_CUES = np.array(CUE_MOST)
_MOST_FIGURES = 4
_BITS = 63
_BIT = np.array([0, *(1 << n for n in range(_BITS))])
_PLACES = np.arange(1, _BITS + 1)
_LAST_HAN = 0x9FFF

Column = list[float] | list[bool] | NDArray[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """What the selection needs of each sentence, by position in the article.

    `columns` holds by names of `FEATURES` one figure a sentence; where a name is missing all figures are 0. `parts` are
    the printable stretches of `Sentence.text`; `live` says that a sentence reports: it is neither furniture nor a
    heading; `openings` names what it opens with, one of `list_item`, `caption`, `dangling`, `connective`, or None.
    """

    columns: dict[str, Column]
    parts: list[tuple[int, int]]
    live: list[bool]
    openings: list[str | None]

    @property
    def rows(self) -> list[list[float]]:
        """The figures by sentence, in the order of `FEATURES`."""
        rows = np.zeros((len(self.parts), len(FEATURES)))
        for name, column in self.columns.items():
            rows[:, FEATURES.index(name)] = column
        listed: list[list[float]] = rows.tolist()
        return listed

    def scores(self, weights: Mapping[str, float]) -> list[float]:
        """The weighed sum of each sentence's figures."""
        named = [name for name in FEATURES if name in self.columns]
        figures = np.concatenate([self.columns[name] for name in named]).reshape(len(named), -1)
        worth = np.array([weights.get(name, 0.0) for name in named])
        # Not a matrix product: that rounds by the place in the row, so that like sentences would not score alike.
        scores: list[float] = np.add.reduce(figures * worth[:, None]).tolist()
        return scores


def table(article: SegmentedArticle) -> Table:
    """Figures of every sentence. Linear in the length of the article."""
    sentences = article.sentences
    paragraphs = [s.paragraph for s in sentences]
    heads = list(map(ne, paragraphs, [-1, *paragraphs]))
    parts = printable_parts([s.text for s in sentences], heads)
    texts = [s.text[start:end] for s, (start, end) in zip(sentences, parts, strict=True)]
    ended = [t[-1:] in ENDED for t in texts]
    live = [not s.furniture and end for s, end in zip(sentences, ended, strict=True)]
    if True not in live:
        live = [not s.furniture for s in sentences]
    openings = [found.lastgroup if (found := OPENING.match(t)) else None for t in texts]
    sizes = np.array(list(map(len, texts)), np.intp)
    reports = np.array(live, bool)
    lead = live.index(True) if True in live else 0
    columns: dict[str, Column] = {"paragraph_head": heads}
    columns |= _place(np.array(paragraphs, np.intp), reports, lead)
    columns |= _words(article, reports, lead)
    columns |= _characters(article.headline_tokens, texts, sizes)
    columns |= zip(_SIZES, np.minimum(np.maximum((sizes - _FROM) / _PER, 0), _MOST), strict=True)
    columns |= _signs(texts)
    if False in ended:
        columns["unended"] = [not end for end in ended]
    columns |= {kind: [opening == kind for opening in openings] for kind in _OPENINGS if kind in openings}
    return Table(columns, parts, live, openings)


def _place(paragraphs: NDArray[np.intp], live: NDArray[np.bool_], lead: int) -> dict[str, Column]:
    """How many live sentences stand before, also as a share of them all, and whether the first paragraph holds it."""
    ranks = live.cumsum() - live
    return {
        "log_rank": np.log1p(ranks),
        "rank_share": ranks / max(1, np.count_nonzero(live)),
        "first_paragraph": paragraphs == paragraphs[lead : lead + 1],
    }


def _words(article: SegmentedArticle, live: NDArray[np.bool_], lead: int) -> dict[str, Column]:
    """What a sentence shares with the headline, the others and the lead, and its cues, by its distinct long words."""
    words, size = article.words, len(live)
    starts = np.array(words.starts)
    lengths = np.fromiter(map(len, words.numbers), np.intp, len(words.numbers))
    long = lengths > 1
    tokens = words.tokens[starts[0] :]
    owners = np.arange(size).repeat(starts[1:] - starts[:-1])
    sentence, word = _distinct((owners * len(long) + tokens)[long[tokens]], len(long))

    def per_sentence(worth: NDArray[Any]) -> NDArray[Any]:
        return np.bincount(sentence, worth[word], size)

    columns = _cues(words.numbers, sentence, word, size)
    heading = words.headline[long[words.headline]]
    if len(heading):
        in_headline = np.zeros(len(long))
        in_headline[heading] = lengths[heading]
        columns["headline_words"] = per_sentence(in_headline) / np.add.reduce(in_headline)
    held = np.bincount(sentence, minlength=size)
    # Centrality: words shared with the other sentences, per root of length, so that the highest of the live ones is 1.
    # The similarity matrix is never built: M(Mᵀr) with r = 1 needs the word counts of the whole article only.
    shared = (per_sentence(np.bincount(word, live[sentence])) - held) / np.sqrt(held + 1)
    columns["centrality"] = np.maximum(shared / np.maximum.reduce(shared[live], initial=0.5), 0)
    in_lead = np.zeros(len(long), bool)
    in_lead[word[sentence == lead]] = True
    echo = per_sentence(in_lead) / (np.count_nonzero(in_lead) + 1)
    echo[lead : lead + 1] = 0.0
    columns["lead_echo"] = echo
    return columns


def _distinct(pairs: NDArray[np.intp], count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The distinct ones of pairs that are written as `first * count + second`, taken apart, in ascending order."""
    pairs.sort()
    new = np.empty(len(pairs), bool)
    new[:1] = True
    np.not_equal(pairs[1:], pairs[:-1], out=new[1:])
    first, second = np.divmod(pairs[new], count)
    return first, second


def _cues(
    numbers: Mapping[str, int], sentence: NDArray[np.intp], word: NDArray[np.intp], size: int
) -> dict[str, Column]:
    """When, where, who; and how much is done and planned."""
    kind = np.zeros(len(numbers), np.intp)
    for cue in CUES.keys() & numbers.keys():
        kind[numbers[cue]] = CUES[cue]
    kinds = len(CUE_NAMES) + 1
    found = np.bincount(sentence * kinds + kind[word], minlength=size * kinds).reshape(size, kinds)[:, 1:]
    return dict(zip(CUE_NAMES, (np.minimum(found, _MOST_CUES) / _MOST_CUES).T, strict=True))


def _characters(headline: Sequence[str], texts: list[str], sizes: NDArray[np.intp]) -> dict[str, Column]:
    """Numbers in figures, and the share of the headline's Han characters that come back."""
    codes = _codes("\n".join(["", *texts, ""]))
    ends = (sizes + 1).cumsum()
    starts = ends - sizes - 1  # each sentence with the line feed before it, so that none is empty
    digit = DIGIT.take(codes, mode="clip")
    figures = np.add.reduceat(digit[1:] > digit[:-1], starts, dtype=np.intp)
    columns: dict[str, Column] = {"figures": np.minimum(figures, _MOST_FIGURES) / _MOST_FIGURES}
    chars = list(set(HAN.findall("".join(headline))))
    if chars:
        met = np.zeros(len(texts))
        for at in range(0, len(chars), _BITS):
            met += _met(chars[at : at + _BITS], codes, starts)
        columns["headline_chars"] = met / len(chars)
    return columns


def _met(chars: Sequence[str], codes: NDArray[np.uint32], starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many of at most `_BITS` Han characters each sentence has: each is a bit, and a sentence joins its bits."""
    place = np.zeros(_LAST_HAN + 2, np.uint8)  # what is beyond is read as the last, which is no character
    place[_codes("".join(chars))] = _PLACES[: len(chars)]
    bits = _BIT.take(place.take(codes, mode="clip"))
    return np.array(list(map(int.bit_count, np.bitwise_or.reduceat(bits, starts).tolist())))


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _signs(texts: list[str]) -> dict[str, Column]:
    """From the quotation to the contact. A sign that the article lacks is looked for once, not in every sentence."""
    whole = "\n".join(texts)
    columns: dict[str, Column] = {}
    attendance = [ATTENDANCE.search(t, len(t) - 16) is not None for t in texts]
    if True in attendance:
        columns["attendance"] = attendance
    if "“" in whole:
        # Up to the last closing mark: what never closes would be looked through again from each opening one.
        columns["quotation"] = [
            sum(map(len, QUOTED.findall(t, 0, t.rfind("”") + 1))) / (len(t) + 1) if "“" in t else 0.0 for t in texts
        ]
        columns["opens_quote"] = [t[:1] == "“" for t in texts]
    if "！" in whole:
        columns["exclamation"] = ["！" in t for t in texts]
    if "？" in whole or "?" in whole:
        columns["question"] = ["？" in t or t[-1:] == "?" for t in texts]
    contacts = [word for char, word in CONTACTS.items() if char in whole and word in whole]
    if contacts:
        columns["contact"] = [any(map(t.__contains__, contacts)) for t in texts]
    return columns
