"""model.keywords: filing terms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.documents import Article, SegmentedArticle, Sentence
from model.keywords import keywords, weigher
from model.segmenter import Segmenter

SEGMENTER = Segmenter(("青岙湾",))
HEADLINE = "青岙湾社区上线“邻里食堂” 独居老人吃上热饭"
BODY = (
    "青岙湾社区“邻里食堂”昨日上线，首批接待独居老人86名。",
    "食堂由社区和青岙湾养老服务中心合办，独居老人每餐补贴4元。",
    "独居老人周阿婆说，“邻里食堂”离家近。",
    "下一步，社区将在食堂旁设日间照料室。",
)


def article(headline: str = HEADLINE, body: tuple[str, ...] = BODY) -> SegmentedArticle:
    sentences, at = [], 0
    for i, text in enumerate(body):
        sentences.append(Sentence(i, text, at, at + len(text), i, tuple(SEGMENTER.cut(text))))
        at += len(text) + 1
    return SegmentedArticle(Article("\n".join(body), headline), tuple(SEGMENTER.cut(headline)), tuple(sentences))


def rare(term: str) -> float:
    return 2.0 if term in {"社区", "服务", "中心", "老人"} else 6.0


def test_names_stay_whole() -> None:
    """Quoted names, lexicon places with their body word, and words that keep company come as one term."""
    terms = keywords(article(), weigher(rare))

    assert "邻里食堂" in terms
    assert any("青岙湾" in term for term in terms)
    assert "独居老人" in terms
    assert "食堂" not in terms


def test_between_five_and_eight_without_stop_words() -> None:
    """Not more than asked, no stop word, no number, no fragment of another term."""
    terms = keywords(article(), weigher(rare, {"上线", "首批"}))

    assert 3 <= len(terms) <= 8
    assert not {"上线", "首批", "昨日", "86名", "下一步"} & set(terms)
    assert not [(a, b) for a in terms for b in terms if a != b and a in b]
    assert len(keywords(article(), weigher(rare), most=3)) == 3


def test_mapping_and_callable_agree() -> None:
    """The idf may be a mapping, whose absent terms count as the rarest, or a function."""
    weights = {"社区": 2.0, "服务": 2.0, "中心": 2.0, "老人": 2.0, "\1": 6.0}
    assert keywords(article(), weigher(weights)) == keywords(article(), weigher(rare))


def test_furniture_gives_no_terms() -> None:
    """A credit line is not what an article is about."""
    base = article(body=(*BODY, "责任编辑 欧阳绣绣"))
    marked = Sentence(
        *(getattr(base.sentences[-1], n) for n in ("index", "text", "start", "end", "paragraph", "tokens")), True
    )
    changed = SegmentedArticle(base.article, base.headline_tokens, (*base.sentences[:-1], marked))

    assert not any("绣" in term for term in keywords(changed, weigher(rare)))


@pytest.mark.parametrize("body", [(), ("。",), ("2024年3月，5.2%。",), ("的了在是。",)])
def test_nothing_to_file_under(body: tuple[str, ...]) -> None:
    """Texts without words give no terms and no error."""
    assert keywords(article("", body), weigher(rare)) == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="安全生产检查社区老人某的3“”《》，。A", max_size=30), max_size=6))
def test_any_text(body: list[str]) -> None:
    """Terms are distinct, come from the text, and are deterministic."""
    given_article = article("安全检查", tuple(body))
    terms = keywords(given_article, weigher(rare))
    whole = "安全检查" + "".join(body)

    assert len(set(terms)) == len(terms) <= 8
    assert all(term in whole for term in terms)
    assert terms == keywords(given_article, weigher(rare))
