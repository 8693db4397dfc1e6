"""The JSON of answers: complete, as published, and true to the digest."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict, TypeAdapter

from model.bundle import Theme
from model.documents import (
    Article,
    ArticleDigest,
    Byline,
    Evidence,
    Judgement,
    KeySentence,
    PageDigest,
    Summary,
    ThemeScore,
)
from service import wire

CODES = ("safety", "community", "industry", "rule_of_law", "environment", "other")
THEMES = {c: Theme(c, f"名{i}", f"medtop:0{i}000000" if i else None) for i, c in enumerate(CODES)}

words = st.text(min_size=0, max_size=12)
names = st.lists(words, max_size=3).map(tuple)
small = st.integers(0, 10_000)
figures = st.floats(-50, 50)


@st.composite
def judgements(draw: st.DrawFn) -> Judgement:
    """Six themes, best first, probabilities that sum to 1."""
    raw = sorted(draw(st.lists(st.floats(1e-6, 1), min_size=6, max_size=6)), reverse=True)
    order = draw(st.permutations(CODES))
    ranked = tuple(ThemeScore(c, p / sum(raw)) for c, p in zip(order, raw, strict=True))
    return Judgement(
        themes=ranked,
        also=ranked[1 : draw(st.integers(1, 3))],
        decision=draw(st.sampled_from(["accept", "review"])),
        reason=draw(st.sampled_from([None, "low_confidence", "close_call", "too_short", "unfamiliar"])),
        because=tuple(draw(st.lists(st.builds(Evidence, words, figures, small, small), max_size=4))),
    )


paragraphs = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1), max_size=4
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """An article whose paragraphs tile its body."""
    texts = draw(paragraphs)
    spans, at = [], 0
    for text in texts:
        spans.append((at, at + len(text)))
        at += len(text) + 1
    return Article(
        body="\n".join(texts),
        headline=draw(words),
        kicker=draw(words),
        subhead=draw(words),
        byline=Byline(draw(names), draw(names), draw(names)),
        kind=draw(st.sampled_from(["report", "notice", "caption"])),
        paragraphs=tuple(spans),
        lines=tuple(draw(st.lists(st.tuples(small, small), max_size=3))),
        repairs=draw(names),
    )


sentences = st.builds(KeySentence, small, words, small, small, figures, st.booleans())
summaries = st.builds(Summary, st.lists(sentences, max_size=3).map(tuple), st.none() | words)
digests = st.builds(ArticleDigest, articles(), judgements(), summaries, names, words)
pages = st.builds(
    PageDigest,
    st.lists(digests, max_size=3).map(tuple),
    st.lists(st.tuples(small, words), max_size=3).map(tuple),
    words,
)


def published(shape: type) -> TypeAdapter[object]:
    """The published form, strict about types and names."""
    for one in vars(wire).values():
        if hasattr(one, "__total__"):
            one.__pydantic_config__ = ConfigDict(extra="forbid", strict=True)
    return TypeAdapter(shape)


@given(digests, st.none() | small | words, st.booleans())
def test_an_article_travels_whole(digest: ArticleDigest, ident: str | int | None, with_body: bool) -> None:
    """Its JSON has exactly the published names and types, and comes back from text as it went."""
    out = wire.article_out(digest, THEMES, ident=ident, with_body=with_body)

    back = json.loads(json.dumps(out, ensure_ascii=False))

    assert back == out
    assert published(wire.ArticleOut).validate_json(json.dumps(out)) == out
    assert out["id"] == ident
    assert out.get("body") == (digest.article.body if with_body else None)


@given(digests)
def test_an_article_is_told_truly(digest: ArticleDigest) -> None:
    """Themes keep their order, the rounded probabilities still sum to 1, and texts, places and people are unchanged."""
    out = wire.article_out(digest, THEMES)

    assert [t["code"] for t in out["themes"]] == [t.code for t in digest.judgement.themes]
    assert sum(t["probability"] for t in out["themes"]) == pytest.approx(1, abs=1e-12)
    assert out["theme"]["probability"] == pytest.approx(digest.judgement.theme.probability, abs=1e-5)
    assert out["theme"] == {**out["themes"][0], "medtop": THEMES[out["theme"]["code"]].medtop}
    assert [t["code"] for t in out["also"]] == [t.code for t in digest.judgement.also]
    assert out["summary"]["text"] == digest.summary.text
    assert [(s["text"], s["start"], s["end"]) for s in out["summary"]["sentences"]] == [
        (s.text, s.start, s.end) for s in digest.summary.sentences
    ]
    assert tuple(out["byline"]["correspondents"]) == digest.article.byline.correspondents


@given(pages, st.none() | st.just("p7"))
def test_a_page_travels_whole(digest: PageDigest, ident: str | None) -> None:
    """Each article has its number, its paragraphs, its lines and the text that offsets point into."""
    out = wire.page_out(digest, THEMES, ident=ident)

    assert json.loads(json.dumps(out)) == {**out, "dropped": [list(d) for d in out["dropped"]]}
    published(wire.PageOut).validate_json(json.dumps(out))
    for n, (told, one) in enumerate(zip(out["articles"], digest.articles, strict=True), 1):
        assert told["id"] == (f"{ident}#{n}" if ident else f"{n}")
        assert "\n".join(told["paragraphs"]) == told["body"] == one.article.body
        assert [tuple(span) for span in told["lines"]] == list(one.article.lines)
