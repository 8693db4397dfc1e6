"""model.summary: which sentences are printed, and that they are the text's own."""

from __future__ import annotations

import importlib.util
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.documents import Article, SegmentedArticle, Sentence
from model.errors import BundleError
from model.furniture import furniture
from model.normalise import normalise
from model.segmenter import Segmenter
from model.sentences import paragraph_spans, sentence_spans, unwrap
from model.summary import PRESETS, Ranker, opening, select, select_each
from model.summary.features import FEATURES, table
from model.summary.printable import balanced, clause, printable_part, reader_length

SEGMENTER = Segmenter()
RANKER = Ranker()

HEADLINE = "鹭洲镇三处老旧小区充电棚建成启用"
BODY = (
    "本报讯（记者 温岚 通讯员 费舟）10月12日，鹭洲镇三处老旧小区集中充电棚建成启用，"
    "新增充电接口240个，惠及居民1100余户。\n"
    "夜里八点，柳树底下亮起一排小绿灯。“再也不用从窗户往下拉线了！”住户金阿婆说。\n"
    "鹭洲镇应急办介绍，充电棚装有烟感报警和自动断电装置，由物业每天巡查两次。\n"
    "据此，镇里将把清单报区里备案。\n"
    "参加启用活动的有镇村两级干部30余人。\n"
    "下一步，鹭洲镇计划年底前再建5处充电棚，覆盖全部老旧小区。\n"
    "责任编辑：贺青"
)


def segmented(body: str, headline: str = "") -> SegmentedArticle:
    folded = normalise(body)
    paragraphs = paragraph_spans(folded)
    sentences = tuple(
        Sentence(
            i, unwrap(body[a:b]), a, b, p, tuple(SEGMENTER.cut(unwrap(folded[a:b]))), furniture(unwrap(folded[a:b]))
        )
        for i, (a, b, p) in enumerate(sentence_spans(folded, paragraphs))
    )
    return SegmentedArticle(Article(body, headline, paragraphs=paragraphs), tuple(SEGMENTER.cut(headline)), sentences)


def texts(body: str, headline: str = "", **bounds: int) -> list[str]:
    return [s.text for s in select(segmented(body, headline), RANKER, **bounds).sentences]


WORDS = [
    "本报讯 ",
    "（记者 温岚）",
    "镇里召开会议",
    "，",
    "。",
    "！",
    "？",
    "“",
    "”",
    "（",
    "）",
    "他说",
    "\n",
    "\r\n",
    "  ",
    "据此",
    "12人",
    "责任编辑：贺青",
    "…",
    "一是",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join), st.integers(1, 5), st.none() | st.integers(1, 80))
def test_offsets_order_verbatim_bounds(body: str, count: int, longest: int | None) -> None:
    """Whatever the text: `body[start:end]` unwrapped is the sentence, in order, disjoint, within the bounds."""
    summary = select(segmented(body, "镇里召开会议"), RANKER, sentences=count, max_chars=longest)

    assert len(summary.sentences) <= count
    at = 0
    for sentence in summary.sentences:
        assert at <= sentence.start < sentence.end
        assert unwrap(body[sentence.start : sentence.end]) == sentence.text
        at = sentence.end
    if longest is not None:
        assert sum(reader_length(s.text) for s in summary.sentences) <= longest
    assert summary.sentences or summary.note


def test_the_news_without_its_marker() -> None:
    """The lead comes first, without lead marker and byline; never attendance, colour, tail or 据此."""
    chosen = texts(BODY, HEADLINE)

    assert chosen[0].startswith("10月12日，鹭洲镇三处老旧小区")
    assert len(chosen) == 2
    assert not any("责任编辑" in c or "参加启用" in c or "小绿灯" in c or c.startswith("据此") for c in chosen)


def test_wrapped_text_keeps_true_offsets() -> None:
    """A stripped marker and a hard wrap in one sentence: the offsets still give the printed text."""
    body = "本报讯（记者 温\n岚）10月12日，鹭洲镇三处充\n电棚建成启用，惠及1100户。"
    article = segmented(body)
    joined = Sentence(0, unwrap(body), 0, len(body), 0, tuple(SEGMENTER.cut(unwrap(body))))
    summary = select(SegmentedArticle(article.article, (), (joined,)), RANKER)

    assert summary.text == "10月12日，鹭洲镇三处充电棚建成启用，惠及1100户。"
    assert unwrap(body[summary.sentences[0].start : summary.sentences[0].end]) == summary.text


@pytest.mark.parametrize(
    ("sentence", "printed"),
    [
        ("本报讯 近日，镇里开了会。", "近日，镇里开了会。"),
        ("本报讯（通讯员 费舟）近日，镇里开了会。", "近日，镇里开了会。"),
        ("本报讯 记者 温岚 通讯员 费舟 近日，镇里开了会。", "近日，镇里开了会。"),
        ("新华社鹭洲10月15日电（记者温岚）镇里开了会。", "镇里开了会。"),
        ("本报鹭洲十月十五日讯 镇里开了会。", "镇里开了会。"),
        ("10月15日电 镇里开了会。", "镇里开了会。"),
        ("本报鹭洲1月2日电记者温岚报道：镇里开了会。", "镇里开了会。"),
        ("镇里开了会。（温岚 摄）", "镇里开了会。"),
        ("镇里开了会。(完)【编辑:贺青】", "镇里开了会。"),
        ("10月15日，镇里开了会。", "10月15日，镇里开了会。"),
        ("记者从镇里获悉，会开了。", "记者从镇里获悉，会开了。"),
        ("（一）镇里开了会。", "（一）镇里开了会。"),
    ],
)
def test_markers_and_tails(sentence: str, printed: str) -> None:
    """Datelines, lead markers, bylines and editors' tails go; what only looks like one stays."""
    start, end = printable_part(sentence)
    assert sentence[start:end] == printed


def test_source_order_and_no_repetition() -> None:
    """A sentence that says the same again is passed over, and output follows the text."""
    body = (
        "桐庐路泵站昨日投用，日排水6万立方米。\n桐庐路泵站昨日正式投用，日排水6万立方米。\n"
        "泵站总投资2300万元，由区水务局建设。"
    )
    chosen = texts(body, "桐庐路泵站投用")

    assert len([c for c in chosen if "投用" in c]) == 1
    assert [body.index(c) for c in chosen] == sorted(body.index(c) for c in chosen)


def test_what_points_back_needs_its_referent() -> None:
    """A sentence that opens with 他, 该 or 据此 comes only behind the sentence before it."""
    body = (
        "退休教师汤文彬捐出藏书3200册，在村里办起书屋。他每周六上午值班，已接待读者5000人次。"
        "书屋由村委会提供场地和水电。"
    )
    for count in (1, 2, 3):
        chosen = texts(body, "退休教师办书屋", sentences=count)
        if any(c.startswith("他") for c in chosen):
            assert any("汤文彬" in c for c in chosen)
    assert len(texts(body, sentences=3)) == 3
    assert texts("他来了，带着三百斤新米。") == ["他来了，带着三百斤新米。"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        ("一座新桥今天通车。", ["一座新桥今天通车。"]),
        ("一座新桥今天通车", ["一座新桥今天通车"]),
        ("责任编辑：贺青\n来源：本网", []),
        ("“话没有说完。\n桥今天通车，全长320米。", ["桥今天通车，全长320米。"]),
    ],
)
def test_small_and_odd_texts(body: str, expected: list[str]) -> None:
    """Nothing, one sentence, no full stop, furniture only, an open quotation."""
    summary = select(segmented(body), RANKER)
    assert [s.text for s in summary.sentences] == expected
    assert summary.note


def test_lists_tables_and_verse_give_lines() -> None:
    """Where no sentence is whole, lines are taken rather than nothing, and never credits."""
    table_text = "项目 数量 单位\n甲镇小学 12 间\n乙镇小学 9 间\n来源：县教育局"
    verse = "春水绕堤生\n新秧照眼明\n农机过田去\n燕子一声声"

    assert 1 <= len(texts(table_text)) <= 2
    assert not any("来源" in t for t in texts(table_text))
    assert len(texts(verse)) == 2


def test_more_asked_than_there_is() -> None:
    """All that may be printed comes, and the note says why there is no more."""
    summary = select(segmented(BODY, HEADLINE), RANKER, sentences=50)

    assert 3 <= len(summary.sentences) < 9
    assert summary.note
    assert len({s.index for s in summary.sentences}) == len(summary.sentences)


def test_lengths_are_kept_by_whole_sentences() -> None:
    """Each preset bounds the summary; the longer slot never says less."""
    said = []
    for longest in sorted(PRESETS.values()):
        summary = select(segmented(BODY, HEADLINE), RANKER, sentences=9, max_chars=longest)
        assert reader_length(summary.text) <= longest
        assert all(s.text[-1] in "。！？”" or s.clause for s in summary.sentences)
        said.append(len(summary.text))
    assert said == sorted(said)


def test_quotations_that_never_close_take_no_time() -> None:
    """A hundred thousand opening marks are read once each."""
    began = time.monotonic()
    assert texts("“" * 100_000 + BODY)
    assert time.monotonic() - began < 2


def test_a_clause_where_the_best_sentence_is_too_long() -> None:
    """A beginning that stands alone may stand in, verbatim and marked; an opening that only leads up may not."""
    body = (
        "10月12日，鹭洲镇三处老旧小区集中充电棚建成启用，新增充电接口240个，惠及居民1100余户，"
        "棚内装有烟感报警和自动断电装置，并由物业公司每天安排专人巡查两次。"
    )
    summary = select(segmented(body, HEADLINE), RANKER, max_chars=40)

    assert [s.clause for s in summary.sentences] == [True]
    assert body.startswith(summary.text)
    assert summary.text.endswith(("启用", "240个", "户"))
    assert clause("随着气温下降，用电量上升，全镇检查线路120处。", 8) is None


def test_nothing_fits_says_so() -> None:
    """No sentence and no clause fits: an empty summary with a note, not a cut."""
    summary = select(segmented(BODY, HEADLINE), RANKER, max_chars=5)

    assert summary.sentences == ()
    assert "5字" in (summary.note or "")


def test_reader_length() -> None:
    """Han characters and signs count one, Latin words and numbers half their width; never below the Han count."""
    assert reader_length("新增240个。") == 6
    assert reader_length("GDP增5.2%") == 5
    assert reader_length("") == 0


@given(st.text(max_size=60))
def test_clauses_are_beginnings_within_the_bound(text: str) -> None:
    """A clause is a balanced beginning of the sentence, no longer than asked."""
    found = clause(text, 30)
    if found:
        assert found[0] == 0
        assert reader_length(text[: found[1]]) <= 30
        assert balanced(text[: found[1]])


def test_figures_follow_the_names() -> None:
    """A row a name and a column a sentence, all of them small."""
    article = segmented(BODY, HEADLINE)
    figures = table([article]).figures

    assert figures.shape == (len(FEATURES), len(article.sentences))
    assert (abs(figures) < 10).all()


def figure(name: str, body: str, headline: str = "") -> list[float]:
    """One figure of each sentence."""
    return table([segmented(body, headline)]).figures[FEATURES.index(name)].tolist()


def test_numbers_are_counted_by_sentence() -> None:
    """A number in figures counts once, up to four a sentence; full-width and mathematical digits count as well."""
    body = "甲镇12人。乙镇３４户、5亩！丙村没有。𝟏间房，1，2，3，4，5。"
    assert figure("figures", body) == [0.25, 0.5, 0.0, 1.0]


def test_characters_of_a_long_headline() -> None:
    """A share is a share whatever the length: each character of the headline counts once, however often it stands."""
    headline = "".join(map(chr, range(0x4E00, 0x4E00 + 200)))
    body = headline[:50] + headline[:50] + "。" + headline[100:] + "。鹭。"
    assert figure("headline_chars", body, headline) == [0.25, 0.5, 0.0]


def test_words_count_once_a_sentence() -> None:
    """Of a sentence's words each counts once; a sentence without any shares nothing."""
    tokens = (("充电", "充电", "小区", "。"), ("小区", "充电", "召开", "。"), ("！",), ())
    sentences = tuple(Sentence(i, "".join(t), 9 * i, 9 * i + len("".join(t)), 0, t) for i, t in enumerate(tokens))
    figures = table([SegmentedArticle(Article(""), ("充电",), sentences)]).figures

    shared = [2 * 2 - 2, 2 * 2 + 1 - 3, 0, 0]
    rooted = [n / (held + 1) ** 0.5 for n, held in zip(shared, (2, 3, 0, 0), strict=True)]
    assert figures[FEATURES.index("centrality")] == pytest.approx([n / max(rooted) for n in rooted])
    assert figures[FEATURES.index("deed")].tolist() == [0.0, 0.5, 0.0, 0.0]


def test_lengths_are_figures() -> None:
    """Short below 22 characters, long above 60 and at most twice."""
    body = "。".join("桥" * n for n in (10, 21, 59, 89, 400)) + "。"
    assert figure("short", body) == pytest.approx([0.5, 0, 0, 0, 0])
    assert figure("long", body) == pytest.approx([0, 0, 0, 0.5, 2])


ARTICLES = [
    segmented(BODY, HEADLINE),
    segmented("", HEADLINE),
    segmented("“话没有说完。\n桥今天通车，全长320米。他说好。", "".join(map(chr, range(0x4E00, 0x4E00 + 200)))),
    segmented("责任编辑：贺青"),
    segmented("项目 数量\n甲镇小学 12 间\n来源：县教育局", "甲镇小学"),
    segmented("图为新桥。他来了，带着三百斤新米。新桥今天通车。"),
    segmented("鹭洲镇的桥。" + "镇里开会，新增3处小区充电棚。" * 30, HEADLINE),
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(ARTICLES), max_size=9), st.integers(1, 4), st.none() | st.integers(1, 80))
def test_an_article_does_not_hang_on_its_group(group: list[SegmentedArticle], count: int, longest: int | None) -> None:
    """Whatever stands before and behind it: the same sentences with the same scores, to the last bit."""
    alone = [select(article, RANKER, sentences=count, max_chars=longest) for article in group]
    held = [article for article in group if article.sentences]

    assert select_each(group, RANKER, sentences=count, max_chars=longest) == alone
    if held:
        scores = [score for article in held for score in table([article]).scores(RANKER.vector)]
        assert table(held).scores(RANKER.vector) == scores


def test_like_sentences_score_alike() -> None:
    """Whatever its place among the others: only position may tell equal sentences apart."""
    weights = Ranker({name: 0.1 * n + 0.7 for n, name in enumerate(FEATURES) if "rank" not in name}).vector
    for count in range(2, 40):
        scores = table([segmented("鹭洲镇的桥。" + "镇里开会，新增3处小区充电棚。" * count)]).scores(weights)
        assert len(set(scores[1:])) == 1


def test_ranker_travels_as_json() -> None:
    """What is written is read back; foreign or broken weights are refused."""
    assert Ranker.from_json(RANKER.to_json()) == RANKER
    for broken in ({}, {"weights": {"nonsense": 1.0}, "redundancy": 1}, {"weights": {"long": "x"}, "redundancy": 1}):
        with pytest.raises(BundleError):
            Ranker.from_json(broken)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("责任编辑：贺青", True),
        ("来源：鹭洲发布", True),
        ("您现在的位置：首页 > 新闻 > 正文", True),
        ("浏览次数：520 发布时间：2014-3-27", True),
        ("（记者 温岚 摄）", True),
        ("2023年10月12日", True),
        ("联系电话：0571-00000000", True),
        ("(完)【编辑:贺青】", True),
        ("http://example.cn/a/1.html", True),
        ("", True),
        ("鹭洲镇三处充电棚启用", False),
        ("镇里开了会。", False),
        ("编辑部主任温岚在会上说，报道要短。", False),
        ("通讯员队伍今年新增120人，覆盖全部行政村。", False),
    ],
)
def test_furniture(line: str, *, expected: bool) -> None:
    """Credits, breadcrumbs, dates, addresses and contacts are the page's; headings and reports are not."""
    assert furniture(line) is expected


def test_a_megabyte_is_bounded() -> None:
    """The cost grows with the length, not with its square, and many asked sentences do not change that."""
    paragraph = "10月12日，鹭洲镇第{}处充电棚建成启用，新增接口{}个。居民说，“方便多了。”\n"
    body = "".join(paragraph.format(i, i % 97) for i in range(27_000))
    article = segmented(body, HEADLINE)
    started = time.process_time()
    summary = select(article, RANKER, sentences=200)

    assert len(summary.sentences) == 200
    assert time.process_time() - started < 20


def test_real_sets_reach_their_floors(shared, digester) -> None:
    """On the development sets: two whole verbatim sentences that beat the lead."""
    spec = importlib.util.spec_from_file_location("scorer", shared / "tools" / "score_summaries.py")
    assert spec
    assert spec.loader
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    figures = {}
    for name in ("standfirsts", "key_sentences"):
        with (shared / "dev" / f"{name}.jsonl").open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line, _ in zip(lines, range(120), strict=False)]
        got = {}
        for row in rows:
            summary = select(segmented(row["body"], row["headline"]), digester.bundle.ranker)
            got[row["id"]] = {
                "summary": {"text": summary.text, "sentences": [{"text": s.text} for s in summary.sentences]}
            }
        figures[name] = getattr(scorer, name)(rows, got)

    assert figures["standfirsts"]["r1_over_lead"] > 1.0
    assert figures["key_sentences"]["best_hit"] > 0.78
    assert figures["key_sentences"]["never_rate"] < 0.07
    assert figures["key_sentences"]["verbatim"] == 1.0


@pytest.mark.parametrize(
    ("text", "marker", "dateline"),
    [
        ("本报讯 昨日，青禾县举行演练。", "本报讯", ""),
        ("新华社云川10月15日电（记者 温岚）大桥今日通车。", "新华社云川10月15日电（记者 温岚）", "云川10月15日"),
        ("本报岭北1月21日讯记者费舟报道：全市开展普查。", "本报岭北1月21日讯记者费舟报道", "岭北1月21日"),
        ("10月15日，青禾县举行演练。", "", ""),
    ],
)
def test_opening_is_told_apart(text: str, marker: str, dateline: str) -> None:
    """Lead marker and dateline are named apart from the text."""
    assert opening(text) == (marker, dateline)
