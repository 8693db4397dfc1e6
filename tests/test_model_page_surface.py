"""What lines are by themselves: marks, tags, wraps, the paper's own lines."""

from __future__ import annotations

from model.page.surface import clean, fold, read_lines
from model.page.wraps import raw_lines


def kinds(text):
    """The kind of every non-blank line."""
    return [line.kind for line in read_lines(text)]


def test_marks_tags_and_entities_leave_the_text():
    """Heading marks, bold, quotation marks of Markdown, tags and entities go; the rest keeps the sender's signs."""
    assert clean("## 新桥通车 ##") == "新桥通车"
    assert clean("**新桥通车**") == "新桥通车"
    assert clean("> 社区书记说,好.") == "社区书记说,好."
    assert clean('<p class="a">CO<sub>2</sub>排放&nbsp;下降</p>') == "CO2排放\xa0下降"
    assert clean("３＜５且 a<b，未变") == "３＜５且 a<b，未变"


def test_markdown_links_and_invisible_marks_leave_the_text():
    """The words of a link stay, pictures and code fences go; so do marks without width, not the joiners of emoji."""
    assert clean("[新桥通车](https://a.example/1)") == "新桥通车"
    assert clean("![图](a.png)") == ""
    assert clean("```text") == ""
    assert clean("【记者】（见图）与 [注](释)") == "【记者】（见图）与 [注](释)"
    assert clean("\ufeff新\u200b桥") == "新桥"
    assert clean("👨\u200d👩") == "👨\u200d👩"


def test_half_characters_are_replaced():
    """Half a surrogate pair, as broken JSON brings it, is no text that can be cut or sent."""
    assert [x.text for x in read_lines("新桥\ud83d通车")] == ["新桥\ufffd通车"]


def test_bars_alone_are_furniture():
    """Lines of nothing but bars divide, they say nothing."""
    assert kinds("｜\n\n||") == ["furniture", "table"] or kinds("｜\n\n｜ ｜") == ["furniture", "furniture"]


def test_fold_compares_width_and_spaces_away():
    """Full and half width, Chinese and Latin punctuation, and spaces are one."""
    assert fold("１２ ,新 桥") == fold("12，新桥")


def test_the_papers_own_lines():
    """Editors and hotlines are furniture anywhere, dates and page numbers at the edge of the page."""
    body = "近日，河湾镇新桥通车，市民步行过桥。"
    top, inside, end = ["03版 综合", "2024年10月18日 星期五"], "联系电话：0000-1234567", "责任编辑：潘晓 版式：罗敏"
    page = "\n\n".join([*top, "新桥通车", body, inside, body, body, end])
    assert kinds(page) == ["furniture", "furniture", "text", "text", "text", "text", "text", "furniture"]
    assert kinds("广告\n\n新桥通车\n\n" + body)[0] == "advertisement"


def test_an_editor_in_brackets_belongs_to_its_report():
    """【编辑：某某】 behind a report stays with it."""
    assert "furniture" not in kinds("新桥通车\n\n近日，新桥通车。\n\n【编辑：潘晓】\n\n小区换电梯\n\n昨日，电梯投用。")


def test_styles_and_scripts_are_markup():
    """Everything inside `<style>` and `<script>`, and lines of nothing but tags, show nothing."""
    page = "<style>\n.a{color:red}\n</style>\n<div>\n<h2>新桥通车</h2>\n<p>近日，新桥通车。</p>"
    lines = read_lines(page)
    assert [x.kind for x in lines] == ["markup", "markup", "markup", "markup", "text", "text"]
    assert lines[4].marked
    assert lines[4].text == "新桥通车"


def test_wrapped_paragraphs_become_one_line():
    """Lines broken at one width are put together; a line keeps the numbers of all it was made from."""
    first = "　　本报讯近日河湾镇新桥通车当天上午镇里组织群众代表步行过桥感受家乡变化大家边走边看不时拍照留念。"
    second = "　　镇长说桥长三百米总投资两千万元明年还将修通两岸的连接道路方便群众出行带动沿岸农家乐发展。"
    page = "\n".join(["新桥通车", *[p[k : k + 18] for p in (first, second) for k in range(0, len(p), 18)], ""])
    raws = raw_lines(page)
    assert [raw.number for raw in raws] == [1, 2, 5]
    assert [raw.count for raw in raws] == [1, 3, 3]
    assert raws[1].text.strip() == first.strip()


def test_lines_of_many_lengths_are_no_wraps():
    """Short paragraphs without blank lines between them stay apart."""
    page = "\n".join("新" * n for n in (15, 22, 31, 47, 18, 60, 25))
    assert [raw.count for raw in raw_lines(page)] == [1] * 7


def test_line_ends_of_all_systems():
    """Windows, Unix and old Macintosh line ends give the same lines."""
    text = "新桥通车\n\n近日，新桥通车。\n市民步行过桥。"
    unix = [(x.number, x.text) for x in read_lines(text)]
    assert unix == [(x.number, x.text) for x in read_lines(text.replace("\n", "\r\n"))]
    assert unix == [(x.number, x.text) for x in read_lines(text.replace("\n", "\r"))]
