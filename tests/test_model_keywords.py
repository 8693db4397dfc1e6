"""model.keywords: filing terms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import bundle as bundles
from model.documents import Article, SegmentedArticle, Sentence
from model.keywords import columns, keywords, keywords_each, weigher
from model.keywords.joining import parts
from model.keywords.mending import joined_people, joined_places
from model.keywords.weights import Kind
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
@given(st.lists(st.text(alphabet="安全生产检查社区老人某的县镇周岚3“”《》行动，。A", max_size=30), max_size=6))
def test_any_text(body: list[str]) -> None:
    """Terms are distinct, come from the text, and are deterministic."""
    given_article = article("安全检查", tuple(body))
    terms = keywords(given_article, weigher(rare))
    whole = "安全检查" + "".join(body)

    assert len(set(terms)) == len(terms) <= 8
    assert all(term in whole for term in terms)
    assert not [(a, b) for a in terms for b in terms if a != b and a in b]
    assert terms == keywords(given_article, weigher(rare))


def terms_of(headline: str, *body: str, known: dict[str, float] | None = None) -> tuple[str, ...]:
    """The terms by our own dictionary and a corpus that knows only a few words."""
    weights = (
        {"\1": 11.0} | dict.fromkeys(("检查", "消防", "安全", "隐患", "整改", "企业", "会议"), 5.0) | (known or {})
    )
    return keywords(article(headline, body), weigher(weights, {"的", "在", "了"}, SEGMENTER.part_of_speech))


def test_a_verb_before_a_name_is_left_out() -> None:
    """查封 stands before its object twice, and yet is no part of what the report is filed under."""
    terms = terms_of("警方查封赌场", "警方近日查封赌场。", "赌场藏在仓库里。")
    assert "赌场" in terms
    assert "查封赌场" not in terms


def test_town_behind_its_county() -> None:
    """A town that the segmenter glued to the district before it comes whole, and so does the district."""
    kind = weigher({"\1": 11.0}, (), lambda w: "?n" if w == "区苔" else "n").kind
    assert joined_places(["云溪", "区苔", "岭镇"], kind) == ["云溪", "区", "苔岭镇"]
    assert joined_places(["云溪", "区", "略", "苔", "镇"], kind) == ["云溪", "区", "略苔镇"]
    assert joined_places(["箬", "峰县", "食堂"], kind) == ["箬峰县", "食堂"]
    assert joined_places(["36", "个", "村"], kind) == ["36", "个", "村"]


def test_given_name_behind_its_surname() -> None:
    """A surname takes the given name that was cut from it, or the single characters before a verb of speech."""
    kind = weigher({"\1": 11.0}, ("和",), lambda w: "nr" if w == "红梅" else "n").kind
    assert joined_people(["医生", "苏", "红梅", "来"], kind) == ["医生", "苏红梅", "来"]
    assert joined_people(["和", "红梅"], kind) == ["和", "红梅"]
    assert joined_people(["周", "岚", "汐", "说"], kind) == ["周岚汐", "说"]


def test_people_only_where_the_headline_names_them() -> None:
    """Who is quoted is not what it is about; whom the headline names is."""
    body = ("副主任姜晓丹介绍了燃气改造。", "姜晓丹算过账，燃气改造惠及老旧小区。", "燃气改造分三期，老旧小区先行。")
    body += ("管道、阀门由燃气公司更换。", "换下的管道、阀门回收。")
    untagged = keywords(article("老旧小区燃气改造", body), weigher({"\1": 11.0}))
    terms = terms_of("老旧小区燃气改造", *body)
    assert [*terms, "姜晓丹"].index("姜晓丹") > untagged.index("姜晓丹")
    assert "姜晓丹" in terms_of("姜晓丹：燃气改造带头人", *body)[:2]


def test_byline_gives_no_terms() -> None:
    """The dateline and who wrote it are left out."""
    terms = terms_of("垃圾分类进校园", "新华社青岛3月5日电（记者温岚汐 费舟野）垃圾分类课走进校园。", "校园设分类站。")
    assert not {"温岚汐", "费舟野", "青岛"} & set(terms)


def test_campaigns_and_titles() -> None:
    """A quoted campaign is filed with what it is; a title that says nothing is not; a quoted common word is none."""
    terms = terms_of(
        "农资打假见成效",
        "青岙县开展“春雷”行动，检查农资店。",
        "“春雷”行动查获假种子。",
        "《若干措施》规定，《若干措施》要求。",
    )
    assert "“春雷”行动" in terms
    assert "若干措施" not in terms


def test_general_words_stand_only_in_names() -> None:
    """案件 and 面积 alone say nothing; within a longer term they may stand."""
    terms = terms_of("盗伐林木案件告破", "案件涉及面积大，案件仍在办理。", "面积还在统计，林木已封存。")
    assert not {"案件", "面积"} & set(terms)
    assert any("林木" in term for term in terms)


def test_full_name_of_a_body() -> None:
    """The end of a body's name, said more often, gives way to the full name."""
    terms = terms_of("交通大队严查酒驾", "青岛交通大队昨夜查酒驾。", "交通大队设三个卡点。", "交通大队将常态查酒驾。")
    assert any(term.endswith("交通大队") and term != "交通大队" for term in terms)
    assert "交通大队" not in terms


def test_place_before_a_body() -> None:
    """The county belongs to the name of its bureau, though each is said more often by itself."""
    terms = terms_of("青禾县应急管理局查隐患", "青禾县昨日查隐患。", "隐患由应急管理局登记。", "青禾县近年隐患减少。")
    assert "青禾县应急管理局" in terms
    lexicon = Segmenter(["应急管理局"]).cut("青禾县应急管理局")
    assert lexicon[-1] == "应急管理局"
    assert weigher(rare).kind("应急管理局") & Kind.OFFICE


def test_character_cut_from_a_name() -> None:
    """A single character that always stands beside a rare word belongs to it."""
    kinds = weigher({"\1": 11.0}, (), lambda w: "v" if w == "残" else "n")
    assert kinds.weight("残") > 0
    terms = terms_of("绿尾虹雉现身", "绿尾虹雉在林间觅食。", "巡护员拍到绿尾虹雉。")
    assert "绿尾虹雉" in terms


def test_columns_say_what_the_functions_say() -> None:
    """With the columns of a model that knows some of the words, the terms are those that it gives word by word."""
    weights = {"\1": 11.0, "社区": 2.0, "老人": 2.5, "服务": 3.0, "食堂": 6.0, "独居": 7.0, "青岙湾": 9.0}
    alone = weigher(weights, {"的", "在"}, SEGMENTER.part_of_speech)
    known = dict(zip(weights, range(len(weights)), strict=True))
    with_columns = weigher(weights, {"的", "在"}, SEGMENTER.part_of_speech, columns(known, alone))
    given_article = article()
    rows = np.array([known.get(word, -1) for word in given_article.words.numbers])

    assert (rows >= 0).any()
    assert (rows < 0).any()
    assert keywords(given_article, with_columns, rows) == keywords(given_article, with_columns)
    assert keywords(given_article, with_columns) == keywords(given_article, alone)


def test_known_words_are_not_worked_out() -> None:
    """A word that the columns hold is not tagged again; an unknown one is, once."""
    asked: list[str] = []

    def tag(word: str) -> str:
        asked.append(word)
        return "n"

    known = columns(["社区", "食堂"], weigher(rare))
    weigh = weigher(rare, (), tag, known)
    for _ in range(2):
        kinds, weights = weigh.of(["食堂", "，", "2024", "老人"], np.array([1, -1, -1, -1]))
    assert asked == ["老人"]
    assert kinds.tolist() == [weigh.kind(word) for word in ("食堂", "，", "2024", "老人")]
    assert weights.tolist() == [4.0, 0.0, 0.0, 0.5]


def test_released_columns() -> None:
    """What the released bundle says of its words is what the program says of them."""
    bundle = bundles.load()
    rows = bundle.themes.words
    weigh = weigher(bundle.themes.idf_of(), bundle.stop_words, Segmenter(bundle.lexicon).part_of_speech)

    assert bundle.keywords is not None
    assert len(bundle.keywords.kinds) == len(bundle.keywords.weights) == len(rows)
    for word in sorted(rows)[::100]:
        assert bundle.keywords.kinds[rows[word]] == weigh.kind(word)
        assert bundle.keywords.weights[rows[word]] == weigh.weight(word)


def test_name_joined_in_an_article() -> None:
    """A name that the segmenter cut is joined before the terms are sought, also where the model knows its parts."""
    assert any("苔岭镇" in term for term in terms_of("云溪区苔岭镇修路", "云溪区苔岭镇修路。", "苔岭镇的路通了。"))


GROUPED = (
    article(),
    article("", ()),
    article("云溪区苔岭镇修路", ("云溪区苔岭镇修路。", "苔岭镇的路通了。")),
    article("", ("。",)),
    article("周岚汐说路", ("周岚汐说，云溪区苔岭镇修路。", "“春雷”行动与《养路条例》。", "《养路条例》说路。")),
    article("绿尾虹雉现身", ("绿尾虹雉在林间觅食。", "巡护员拍到绿尾虹雉")),
    article("食堂", ("邻里食堂在青岙湾社区",)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(GROUPED) - 1), max_size=9), st.sampled_from((1, 3, 8)), st.booleans())
def test_terms_do_not_depend_on_the_group(chosen: list[int], most: int, known: bool) -> None:
    """Each article of a group gets the terms that it gets alone, whichever stand beside it and whatever is known."""
    alone = weigher({"\1": 11.0, "社区": 2.0, "食堂": 6.0}, ("和",), SEGMENTER.part_of_speech)
    terms = ("社区", "食堂", "路")
    weigh = weigher({"\1": 11.0, "社区": 2.0, "食堂": 6.0}, ("和",), SEGMENTER.part_of_speech, columns(terms, alone))
    group = [GROUPED[n] for n in chosen]
    places = dict(zip(terms, range(3), strict=True))
    rows = [np.array([places.get(word, -1) for word in one.words.numbers], np.intp) for one in group]

    assert keywords_each(group, weigh, rows if known else None, most=most) == [
        keywords(one, alone, most=most) for one in group
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text(alphabet="安全生产检查社区老人某的县镇周岚3“”《》行动，。A", max_size=40), min_size=2, max_size=5)
)
def test_words_said_once_are_looked_at_where_they_may_win(body: list[str]) -> None:
    """To look at frequent words first gives the terms that looking at all of them gives."""
    given_article, weigh = article("", tuple(body)), weigher(rare)
    quick = keywords(given_article, weigh)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("model.keywords.terms._ODD", 0.0)
        assert keywords(given_article, weigh) == quick


def test_an_endless_joined_term_is_parted_in_linear_time() -> None:
    """One word again and again is a single run of joined words: its parts are found without recursion, from its end."""
    words, run = ("安全", "应急管理"), (0,) * 100_000

    found = parts((1, *run), words)

    assert found[0] == ((0,) * 7, "安全" * 7)
    assert [number for part, _ in reversed(found) for number in part] == [1, *run]
