"""A page in, its articles out: whole, mended, every line accounted for."""

from __future__ import annotations

import json
import random
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.page import PageModel, split_page
from model.segmenter import Segmenter
from training.corpus import read_articles
from training.damage import CLEAN, Rates, make_page

CUT = Segmenter().cut
MODEL = PageModel()
BRIDGE = "新桥通车 两岸群众不再绕行"
BRIDGE_BODY = [
    "本报讯 10月18日，河湾镇跨河大桥建成通车，两岸五个村的群众告别了绕行八公里的历史。",
    "大桥长三百二十米，双向四车道，去年三月开工，总投资两千一百万元，由县交通局组织建设。",
    "“以前送孩子上学要赶渡船，现在五分钟就到。”大桥北岸的村民说。",
]
LIFT = "望江小区第三部加装电梯投用"
LIFT_BODY = [
    "本报讯 昨日，望江小区第三部加装电梯投入使用，四十二户居民告别爬楼，工程由街道牵头。",
    "加装电梯的费用居民自筹六成，其余由市级补贴，每层分摊比例由居民议事会商定。",
]
RICE = "河湾镇部署秋粮收购"
RICE_BODY = [
    "本报讯 近日，河湾镇召开秋粮收购部署会，粮站及各村负责人参加，会上通报了收购价格。",
    "粮站将延长收购时间至晚上八点，仓容不足的村可预约错峰送粮，严禁压级压价。",
]


def page_of(*parts):
    """Lines with a blank one between them."""
    return "\n\n".join(line for part in parts for line in ([part] if isinstance(part, str) else part))


def split(text, model=MODEL):
    """The split of a text by the unfitted model."""
    return split_page(text, model, CUT)


def headlines(result):
    """What the desk prints as the headlines."""
    return [" ".join(filter(None, (a.kicker, a.headline, a.subhead))) for a in result.articles]


def paragraphs(article):
    """The paragraphs that the spans point at."""
    return [article.body[s:e] for s, e in article.paragraphs]


def check(text, result):
    """Every non-blank line stands in exactly one article or is dropped with a reason; spans tile the bodies."""
    wanted = {n for n, raw in enumerate(re.split(r"\r\n|[\n\r\u2028\u2029]", text), 1) if raw.strip()}
    ranges = [range(s, e + 1) for a in result.articles for s, e in a.lines]
    placed = [n for lines in ranges for n in lines if n in wanted] + [n for n, _ in result.dropped]
    assert sorted(placed) == sorted(wanted)
    assert all(lines[0] in wanted and lines[-1] in wanted for lines in ranges)
    assert all(reason in {"furniture", "duplicate", "advertisement", "markup"} for _, reason in result.dropped)
    for article in result.articles:
        assert article.body == "\n".join(paragraphs(article))
        assert article.body.strip()
        assert article.kind in {"report", "photo_caption", "brief"}


def test_a_plain_page():
    """Headline, byline and paragraphs of each article, in page order."""
    text = page_of(BRIDGE, "■记者 沈一川 通讯员 罗敏", BRIDGE_BODY, LIFT, "■记者 潘晓", LIFT_BODY)
    result = split(text)
    check(text, result)
    assert [paragraphs(a) for a in result.articles] == [BRIDGE_BODY, LIFT_BODY]
    assert result.articles[0].byline.correspondents == ("罗敏",)
    assert result.articles[1].headline == LIFT
    assert result.articles[0].repairs == ()


def test_a_cut_sentence_is_joined():
    """A paragraph that a column broke inside a word is whole again, and the repair is named."""
    torn = [BRIDGE_BODY[0][:26], BRIDGE_BODY[0][26:], *BRIDGE_BODY[1:]]
    text = page_of(BRIDGE, "■记者 沈一川", torn, LIFT, "■记者 潘晓", LIFT_BODY)
    result = split(text)
    check(text, result)
    assert paragraphs(result.articles[0]) == BRIDGE_BODY
    assert "joined" in result.articles[0].repairs


def test_a_headline_inside_its_body():
    """A headline between the halves of a sentence is still the headline of that body."""
    half = BRIDGE_BODY[1]
    text = page_of(
        RICE, "■记者 罗敏", RICE_BODY, "■记者 沈一川", BRIDGE_BODY[0], half[:21], BRIDGE, half[21:], BRIDGE_BODY[2]
    )
    result = split(text)
    check(text, result)
    assert headlines(result) == [RICE, BRIDGE]
    assert paragraphs(result.articles[1]) == BRIDGE_BODY
    assert "headline_moved" in result.articles[1].repairs


def test_a_headline_after_its_body():
    """Headlines find their bodies over the whole page: one after its body is not given to the next article."""
    text = page_of("■记者 沈一川", BRIDGE_BODY, BRIDGE, LIFT, "■记者 潘晓", LIFT_BODY, RICE, "■记者 罗敏", RICE_BODY)
    result = split(text)
    check(text, result)
    assert headlines(result) == [BRIDGE, LIFT, RICE]


def test_a_copied_paragraph_is_dropped_where_it_is_foreign():
    """Of two equal paragraphs the one at home stays, the other is dropped as a duplicate."""
    text = page_of(BRIDGE, "■记者 沈一川", BRIDGE_BODY[:2], LIFT_BODY[1], BRIDGE_BODY[2], LIFT, "■记者 潘晓", LIFT_BODY)
    result = split(text)
    check(text, result)
    assert [paragraphs(a) for a in result.articles] == [BRIDGE_BODY, LIFT_BODY]
    assert result.dropped == ((9, "duplicate"),)


def test_a_repeated_closing_phrase_is_no_copy():
    """Several reports may end alike; a short sentence that stands in each is left in each."""
    end = "县领导参加活动。"
    text = page_of(BRIDGE, BRIDGE_BODY, end, LIFT, LIFT_BODY, end, RICE, RICE_BODY, end)
    assert split(text).dropped == ()


def test_captions_with_their_credit():
    """The credit after a caption names its photographer and ends the article."""
    text = page_of(
        "秋收时节",
        "10月3日，河湾镇农民驾驶收割机收割水稻。",
        "■摄影 记者 沈一川",
        LIFT,
        "■记者 潘晓",
        LIFT_BODY,
        RICE,
        "■记者 罗敏",
        RICE_BODY,
    )
    result = split(text)
    check(text, result)
    assert result.articles[0].kind == "photo_caption"
    assert result.articles[0].byline.photographers == ("沈一川",)
    assert headlines(result) == ["秋收时节", LIFT, RICE]


def test_furniture_is_dropped_with_its_reason():
    """Editors, date line and page number belong to no article."""
    text = page_of("03版 综合", "2024年10月18日 星期五", LIFT, "■记者 潘晓", LIFT_BODY, "责任编辑：罗敏 版式：丁卓")
    result = split(text)
    check(text, result)
    assert result.dropped == ((1, "furniture"), (3, "furniture"), (13, "furniture"))


def test_decks():
    """A kicker that ends in —— stands apart; a heading broken by a space inside a word is whole again."""
    text = page_of(
        "告别八公里绕行—— 河湾镇跨河大桥建成通车",
        "■记者 沈一川",
        BRIDGE_BODY,
        "望江小区第三部加装电 梯投入使用",
        "■记者 潘晓",
        LIFT_BODY,
    )
    first, second = split(text).articles
    assert (first.kicker, first.headline) == ("告别八公里绕行——", "河湾镇跨河大桥建成通车")
    assert second.headline == "望江小区第三部加装电梯投入使用"
    assert "heading_joined" in second.repairs


@pytest.mark.parametrize("text", ["", " \n\t\n\u3000\n", "\ufeff", "\u200b\n\u200b"])
def test_nothing_gives_nothing(text):
    """A text without a visible sign has no article."""
    result = split(text)
    assert result.articles == ()
    check(text, result)


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        (page_of(LIFT, LIFT_BODY), 1),
        (page_of(LIFT_BODY), 1),
        (LIFT, 1),
        ("■记者 沈一川", 1),
        ("项目\t数量\t金额\n电梯\t3\t120万元\n路灯\t40\t8万元\n合计\t43\t128万元", 1),
        ("A bridge opened today.\n\nIt is three hundred metres long.\n\nPeople walked across it.", 1),
        (
            page_of(
                "## " + LIFT,
                "**记者 潘晓**",
                LIFT_BODY,
                "---",
                "## " + RICE,
                "> " + RICE_BODY[0],
                "- 错峰送粮",
                "- 延时收购",
            ),
            2,
        ),
        ("\u3000\u3000" + page_of(LIFT, LIFT_BODY).replace("\n\n", "\n\n\u3000\u3000"), 1),
        (page_of(LIFT, "■记者 潘晓", LIFT_BODY, RICE, "■记者 罗敏", RICE_BODY).replace("\n\n", "\n"), 2),
        ("<html><body>\n<h2>" + LIFT + "</h2>\n<p>" + "</p>\n<p>".join(LIFT_BODY) + "</p>\n</body></html>", 1),
    ],
)
def test_any_input_ends_well(text, articles):
    """One article, no headline, a lone line, tables, other languages, Markdown, HTML: each gives what it holds."""
    for sent in (text, text.replace("\n", "\r\n")):
        result = split(sent)
        check(sent, result)
        assert len(result.articles) == articles


def test_a_page_without_a_start():
    """Lines that show nothing make no article."""
    assert split("<div>\n<br>").dropped == ((1, "markup"), (2, "markup"))


def test_html_in_one_line_is_read():
    """A page pasted as one line of HTML is one article: its scripts go, its text stays."""
    result = split(f"<div><h1>{LIFT}</h1><p>{LIFT_BODY[0]}</p><script>a</script><p>{LIFT_BODY[1]}</p></div>")
    assert [a.body for a in result.articles] == [f"{LIFT}  {LIFT_BODY[0]}   {LIFT_BODY[1]}"]


def test_a_caption_with_its_note_is_no_headline():
    """A finished sentence stays a sentence when （资料图片） follows it."""
    text = page_of("10月3日，河湾镇农民收割水稻。", "■摄影 记者 沈一川", "图为施工现场。（资料图片）")
    assert [a.headline for a in split(text).articles] == [""]


def test_a_deck_between_two_headlines_goes_with_the_upper():
    """Where nothing else tells, a deck stays with the headline above it."""
    result = split(page_of("■记者 沈一川", BRIDGE_BODY, BRIDGE, "县里通报全年工作", LIFT, "■记者 潘晓", LIFT_BODY))
    assert headlines(result)[0].startswith(BRIDGE)


def stories_of(numbers):
    """Three short articles for each number, no two alike."""
    return [
        page_of(f"{name}{n}", "■记者 潘晓", *(p.replace("。", f"（{n}号材料）。") for p in body))
        for n in numbers
        for name, body in ((BRIDGE, BRIDGE_BODY), (LIFT, LIFT_BODY), (RICE, RICE_BODY))
    ]


def test_a_text_longer_than_any_page():
    """A text of hundreds of articles, taken apart in stretches, gives what its pages give, no line lost between."""
    text = page_of(*stories_of(range(150)))
    result = split(text)
    check(text, result)
    assert len(result.articles) == 450
    assert [len(a.paragraphs) for a in result.articles] == [3, 2, 2] * 150


SHORT = ("■记者 沈一川", "（潘晓摄）", "03版 综合", "广告", "——", "1\t2", "<br>", "#", "“", "图片新闻", "")
TORN = (BRIDGE_BODY[0][:30], BRIDGE_BODY[0][30:])
PIECES = st.sampled_from((BRIDGE, LIFT, RICE, *BRIDGE_BODY, *LIFT_BODY, *RICE_BODY, *TORN, *SHORT))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(PIECES, st.text(max_size=40)), max_size=25), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_every_line_stands_once_on_random_text(parts, gap):
    """Whatever the lines and their order, none is lost, none stands twice, and nothing is raised."""
    text = gap.join(parts)
    result = split_page(text, MODEL, list)
    check(text, result)
    assert result == split_page(text, MODEL, list)


@pytest.fixture(scope="module")
def stories():
    """Our own articles."""
    return read_articles()


def test_every_line_stands_once_on_injected_pages(stories):
    """No line of a thousand torn pages is lost or stands twice."""
    rng = random.Random(7)
    for k in range(2000):
        rates = (Rates(), Rates().times(2), CLEAN, Rates(caption=0.5, furniture=0.5, credit=0.1))[k % 4]
        text, _ = make_page(rng.sample(stories, rng.randint(2, 5)), rng, rates)
        check(text, split(text))


# Names that fill a line of their own: it may be taken for a headline, whose every gap is looked at.
LONG_HEADS = ("王 明 " * 40000 + "\n镇里开会。", "记者 " * 60000 + "\n镇里开会。")


def test_time_grows_with_the_length_alone(stories):
    """A text ten times as long takes about ten times as long: 200 kB in seconds, headings or not."""
    rng = random.Random(3)
    page = page_of(*(make_page(rng.sample(stories, 6), rng, Rates())[0] for _ in range(3)))
    seconds = []
    for text in (page, page_of(*[page] * 8)):
        start = time.perf_counter()
        check(text, split(text))
        seconds.append(time.perf_counter() - start)
    assert seconds[1] < 30 * seconds[0] + 0.5
    for text in ("标题很长\n" * 20000, "一" * 200000, "“啊\n" * 20000, "<" * 100000, LIFT_BODY[0] * 900, *LONG_HEADS):
        start = time.perf_counter()
        check(text, split(text))
        assert time.perf_counter() - start < 10


def test_the_model_travels_as_numbers():
    """`to_json` and `from_json` are inverse, through real JSON; a part that is missing or no number is refused."""
    data = MODEL.to_json()
    again = PageModel.from_json(json.loads(json.dumps(data, ensure_ascii=False)))
    assert again.to_json() == data
    with pytest.raises(ValueError, match="join"):
        PageModel.from_json({**data, "join": {"bias": "viel"}})
    with pytest.raises(ValueError, match="article"):
        PageModel.from_json({name: part for name, part in data.items() if name != "article"})


@pytest.mark.parametrize(
    ("prefix", "floor"), [("seed", 1.0), ("damaged1", 0.92), ("damaged2", 0.9), ("real_xwlb", 0.9), ("real_rmrb", 0.92)]
)
def test_real_pages(shared, prefix, floor):
    """Whole articles on the pages with known answers; the two seeds entirely."""
    found = total = 0
    for gold_path in sorted((shared / "dev" / "pages").glob(prefix + "*.json")):
        text = gold_path.with_suffix(".txt").read_text(encoding="utf-8")
        gold = json.loads(gold_path.read_text(encoding="utf-8"))
        result = split(text)
        check(text, result)
        out = {n for a in gold["articles"] for n in a["duplicate_lines"]}
        raw = text.split("\n")
        sets = [
            {n for s, e in a["source_line_ranges"] for n in range(s, e + 1) if raw[n - 1].strip()} - out
            for a in gold["articles"]
        ]
        blank = {n for n, line in enumerate(raw, 1) if not line.strip()}
        mine = [{n for s, e in a.lines for n in range(s, e + 1)} - out - blank for a in result.articles]
        found += sum(s in mine for s in sets)
        total += len(sets)
    assert found >= floor * total
