"""Types of the model ↔ JSON: the only place that spells the names of answers.

The typed dictionaries are the published answers (`/openapi.json` is made from them); the functions fill them.
`typing_extensions` has the TypedDict that pydantic can read under Python 3.11; pydantic itself is not imported here,
so that `zhaibian digest` starts without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NotRequired, Protocol

from typing_extensions import TypedDict

from service.problems import ProblemOut  # noqa: TC001 - pydantic reads the annotations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.documents import ArticleDigest, Judgement, PageDigest, Summary

# Decimal places of every figure sent. More would say nothing (a probability is calibrated to about two) and make
# answers a third longer.
PLACES = 6


class Theme(Protocol):
    """What the wire needs of a theme in a bundle's manifest."""

    @property
    def code(self) -> str:
        """Its code, e.g. `safety`."""

    @property
    def label(self) -> str:
        """Its Chinese name, e.g. 安全."""

    @property
    def medtop(self) -> str | None:
        """Its IPTC Media Topic, e.g. `medtop:03000000`."""


class ThemeScoreOut(TypedDict):
    """A theme and its calibrated probability."""

    code: str
    """safety, community, industry, rule_of_law, environment or other"""
    label: str
    """The Chinese name"""
    probability: float


class PrimaryThemeOut(ThemeScoreOut):
    """The primary theme."""

    medtop: str | None
    """IPTC Media Topic, e.g. medtop:03000000"""


class BylineOut(TypedDict):
    """The people named with an article."""

    reporters: list[str]
    correspondents: list[str]
    photographers: list[str]


class EvidenceOut(TypedDict):
    """A term that decided for the winner against the runner-up."""

    term: str
    weight: float
    """Its exact share of the difference of the two scores"""
    start: int
    end: int
    """start == end == 0: the term stands in headline, kicker or subhead only"""


class KeySentenceOut(TypedDict):
    """A key sentence, verbatim: body[start:end] less line wraps."""

    index: int
    text: str
    start: int
    end: int
    score: float
    clause: bool
    """Only a clause of the sentence fitted into max_chars"""


class SummaryOut(TypedDict):
    """Key sentences in the order of the text."""

    text: str
    sentences: list[KeySentenceOut]
    note: str | None
    """Why there are none, or fewer than asked for"""


class ArticleOut(TypedDict):
    """All that is said of one article; offsets count Unicode characters of the body sent, or of `body` where given."""

    id: str | int | None
    headline: str
    kicker: str
    subhead: str
    byline: BylineOut
    kind: str
    lead_marker: str
    """What opens the report before its first word, such as 本报讯; it stays in the body"""
    dateline: str
    """Place and day in the lead marker"""
    theme: PrimaryThemeOut
    also: list[ThemeScoreOut]
    """Secondary themes, each with its own chance of being in the article as well: not its share in `themes`"""
    themes: list[ThemeScoreOut]
    """All six, best first; the probabilities sum to 1"""
    decision: str
    """accept, or review: a person should look"""
    reason: str | None
    """low_confidence, close_call, too_short or unfamiliar"""
    because: list[EvidenceOut]
    summary: SummaryOut
    keywords: list[str]
    model: str
    """The bundle's version"""
    body: NotRequired[str]
    """The text that offsets point into, where it is not the very body that was sent"""


class PageArticleOut(ArticleOut):
    """An article found on a page."""

    paragraphs: list[str]
    lines: list[list[int]]
    """1-based inclusive ranges of lines of the text sent"""
    repairs: list[str]


class PageOut(TypedDict):
    """All that is said of one page: every non-blank line is in one article or in dropped."""

    articles: list[PageArticleOut]
    dropped: list[tuple[int, str]]
    """Line and reason"""
    model: str


class ThemeOut(TypedDict):
    """A theme that this service can name."""

    code: str
    label: str
    medtop: str | None


class ManifestThemeOut(ThemeOut):
    """A theme with its definition."""

    definition: str


class ThemesOut(TypedDict):
    """The themes, in the bundle's order."""

    themes: list[ThemeOut]
    model: str


class ModelOut(TypedDict):
    """The bundle that serves."""

    version: str
    format: int
    themes: list[ManifestThemeOut]
    segmenter: dict[str, Any]
    corpus: str
    """Fingerprint of what it was learnt from"""
    metrics: dict[str, Any]
    libraries: dict[str, str]


class HealthOut(TypedDict):
    """It works."""

    status: str


class RefusedOut(TypedDict):
    """An article of a batch that could not be digested."""

    id: str | int | None
    error: ProblemOut


class BatchOut(TypedDict):
    """One result for each article, in the order sent."""

    results: list[ArticleOut | RefusedOut]


def themes_out(themes: Mapping[str, Theme], model: str) -> ThemesOut:
    """Return the list of themes of the bundle `model`."""
    return {
        "themes": [{"code": t.code, "label": t.label, "medtop": t.medtop} for t in themes.values()],
        "model": model,
    }


def article_out(
    digest: ArticleDigest,
    themes: Mapping[str, Theme],
    *,
    ident: str | int | None = None,
    with_body: bool = False,
) -> ArticleOut:
    """Return the JSON form of a digest; `with_body` adds the text that offsets point into."""
    article, judgement = digest.article, digest.judgement
    byline = article.byline
    ranked = _scores(judgement, themes)
    out: ArticleOut = {
        "id": ident,
        "headline": article.headline,
        "kicker": article.kicker,
        "subhead": article.subhead,
        "byline": {
            "reporters": list(byline.reporters),
            "correspondents": list(byline.correspondents),
            "photographers": list(byline.photographers),
        },
        "kind": article.kind,
        "lead_marker": article.lead_marker,
        "dateline": article.dateline,
        "theme": {**ranked[0], "medtop": themes[ranked[0]["code"]].medtop},
        "also": [_score(t.code, t.probability, themes) for t in judgement.also],
        "themes": ranked,
        "decision": judgement.decision,
        "reason": judgement.reason,
        "because": [
            {"term": e.term, "weight": round(e.weight, PLACES), "start": e.start, "end": e.end}
            for e in judgement.because
        ],
        "summary": _summary(digest.summary),
        "keywords": list(digest.keywords),
        "model": digest.model,
    }
    if with_body:
        out["body"] = article.body
    return out


def page_out(digest: PageDigest, themes: Mapping[str, Theme], *, ident: str | int | None = None) -> PageOut:
    """Return the JSON form of a page's digest; its articles are numbered from 1, after `ident` where there is one."""
    prefix = "" if ident is None else f"{ident}#"
    return {
        "articles": [_page_article(a, themes, f"{prefix}{n}") for n, a in enumerate(digest.articles, 1)],
        "dropped": [(line, reason) for line, reason in digest.dropped],
        "model": digest.model,
    }


def _page_article(digest: ArticleDigest, themes: Mapping[str, Theme], ident: str) -> PageArticleOut:
    article = digest.article
    return {
        **article_out(digest, themes, ident=ident, with_body=True),
        "paragraphs": [article.body[start:end] for start, end in article.paragraphs],
        "lines": [[first, last] for first, last in article.lines],
        "repairs": list(article.repairs),
    }


def _score(code: str, probability: float, themes: Mapping[str, Theme]) -> ThemeScoreOut:
    return {"code": code, "label": themes[code].label, "probability": round(probability, PLACES)}


def _scores(judgement: Judgement, themes: Mapping[str, Theme]) -> list[ThemeScoreOut]:
    """Return all themes, rounded so that the rounded figures still sum to 1: the winner takes the remainder."""
    ranked = [_score(t.code, t.probability, themes) for t in judgement.themes]
    ranked[0]["probability"] = round(1.0 - sum(t["probability"] for t in ranked[1:]), PLACES)
    return ranked


def _summary(summary: Summary) -> SummaryOut:
    return {
        "text": summary.text,
        "sentences": [
            {
                "index": s.index,
                "text": s.text,
                "start": s.start,
                "end": s.end,
                "score": round(s.score, PLACES),
                "clause": s.clause,
            }
            for s in summary.sentences
        ],
        "note": summary.note,
    }
