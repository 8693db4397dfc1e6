"""The frozen types that travel through the one pass, from a page's text to its digest.

All offsets count characters (Unicode code points) of the text named in the docstring; `end` is exclusive.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate, chain, count
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

Span = tuple[int, int]
Decision = Literal["accept", "review"]
Reason = Literal["low_confidence", "close_call", "too_short", "unfamiliar"]


@dataclass(frozen=True, slots=True)
class Byline:
    """The people named with an article (署名), by what they did for it."""

    reporters: tuple[str, ...] = ()
    correspondents: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article (稿件).

    `body` is the text that every later offset points into: the body that a caller sent, or, for an article
    found on a page, its repaired paragraphs joined by line feeds. `paragraphs` are spans of `body`; line breaks
    inside a span are wraps, not sense. `lines` are 1-based inclusive line ranges of the page. `lead_marker` is what
    opens a report before its first word (本报讯, 新华社北京10月15日电), `dateline` the place and day in it.
    """

    body: str
    headline: str = ""
    kicker: str = ""
    subhead: str = ""
    byline: Byline = field(default_factory=Byline)
    kind: str = "report"
    lead_marker: str = ""
    dateline: str = ""
    paragraphs: tuple[Span, ...] = ()
    lines: tuple[tuple[int, int], ...] = ()
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageSplit:
    """A page (版面) taken apart: its articles, and the lines that belong to none, each with the reason."""

    articles: tuple[Article, ...]
    dropped: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: identity is `index`, never the text. `text` is `body[start:end]` without wraps.

    `furniture` says that it belongs to the page and not to the report: a credit, navigation, a contact line.
    """

    index: int
    text: str
    start: int
    end: int
    paragraph: int
    tokens: tuple[str, ...]
    furniture: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The distinct words of an article, numbered, and the number of each token: so that a word is looked up once.

    `numbers` gives the D distinct words in order of appearance, the headline's first. `tokens` holds the numbers of
    the headline's tokens and then of each sentence's; those of sentence i are `tokens[starts[i]:starts[i + 1]]`.
    """

    numbers: Mapping[str, int]
    tokens: NDArray[np.intp]
    starts: Sequence[int]

    @property
    def headline(self) -> NDArray[np.intp]:
        """The headline's tokens."""
        return self.tokens[: self.starts[0]]

    def of(self, sentences: Sequence[int]) -> NDArray[np.intp]:
        """The tokens of some sentences, given in ascending order, one after the other."""
        starts = self.starts
        if not sentences:
            return self.tokens[:0]
        if sentences[-1] - sentences[0] == len(sentences) - 1:
            return self.tokens[starts[sentences[0]] : starts[sentences[-1] + 1]]
        return np.concatenate([self.tokens[starts[i] : starts[i + 1]] for i in sentences])


def _numbered(headline: Sequence[str], sentences: Sequence[Sentence]) -> Words:
    texts = [headline, *(s.tokens for s in sentences)]
    starts = list(accumulate(map(len, texts)))
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    tokens = chain.from_iterable(texts)
    return Words(numbers, np.fromiter(map(numbers.__getitem__, tokens), np.intp, starts[-1]), starts)


@dataclass(frozen=True, slots=True)
class SegmentedArticle:
    """An article with its words, segmented once; it feeds themes, summary and keywords alike."""

    article: Article
    headline_tokens: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    words: Words = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", _numbered(self.headline_tokens, self.sentences))


@dataclass(frozen=True, slots=True)
class ThemeScore:
    """A theme (主题类别) and its calibrated probability."""

    code: str
    probability: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A term that decided for the winner against the runner-up.

    `weight` is the exact contribution to the difference of the two scores. `start` and `end` place its first
    occurrence in the body; a term that stands in its headlines only has `start == end == 0`.
    """

    term: str
    weight: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the themes room says of one article."""

    themes: tuple[ThemeScore, ...]
    also: tuple[ThemeScore, ...]
    decision: Decision
    reason: Reason | None
    because: tuple[Evidence, ...]

    @property
    def theme(self) -> ThemeScore:
        """The primary theme."""
        return self.themes[0]


@dataclass(frozen=True, slots=True)
class KeySentence:
    """A chosen sentence (关键句): a verbatim stretch of the body, print-ready.

    `text` may be shorter than the sentence it comes from where a dateline or lead marker was left out, or where
    only a clause of it fits (`clause`); `start` and `end` always place `text` in the body.
    """

    index: int
    text: str
    start: int
    end: int
    score: float
    clause: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """Key sentences in the order of the text (摘要); `note` says why there are none or fewer than asked."""

    sentences: tuple[KeySentence, ...]
    note: str | None = None

    @property
    def text(self) -> str:
        """The sentences joined."""
        return "".join(s.text for s in self.sentences)


@dataclass(frozen=True, slots=True)
class ArticleDigest:
    """All that zhaibian says of one article."""

    article: Article
    judgement: Judgement
    summary: Summary
    keywords: tuple[str, ...]
    model: str


@dataclass(frozen=True, slots=True)
class PageDigest:
    """All that zhaibian says of one page."""

    articles: tuple[ArticleDigest, ...]
    dropped: tuple[tuple[int, str], ...]
    model: str
