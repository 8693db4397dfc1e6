"""Bylines in all the usual forms, and headlines that only look like one."""

from __future__ import annotations

import pytest

from model.documents import Byline
from model.page.bylines import inline_byline, is_byline, is_credit, merge_bylines, parse_byline

FORMS = [
    ("■记者 沈一川 通讯员 罗敏", ("沈一川",), ("罗敏",), ()),
    ("本报记者 沈一川 潘晓", ("沈一川", "潘晓"), (), ()),
    ("（记者 沈一川 通讯员 罗敏）", ("沈一川",), ("罗敏",), ()),
    ("□ 记者 沈 一 通讯员 罗 敏", ("沈一",), ("罗敏",), ()),
    ("本报驻河东记者沈一川", ("沈一川",), (), ()),
    ("新华社记者沈一川、本报记者潘晓", ("沈一川", "潘晓"), (), ()),
    ("全媒体记者 沈一川 通讯员 罗敏 摄影 潘晓", ("沈一川",), ("罗敏",), ("潘晓",)),
    ("记者 沈一川 文/图", ("沈一川",), (), ("沈一川",)),
    ("文/图 记者 沈一川", ("沈一川",), (), ("沈一川",)),
    ("沈一川/文 潘晓/图", ("沈一川",), (), ("潘晓",)),
    ("■摄影 记者 沈一川 通讯员 罗敏", ("沈一川",), ("罗敏",), ("沈一川", "罗敏")),
    ("■通讯员 罗敏", (), ("罗敏",), ()),
    ("■記者 沈一川 通訊員 罗敏", ("沈一川",), ("罗敏",), ()),
    ("■记者 欧阳云 通讯员 阿依古丽·买买提", ("欧阳云",), ("阿依古丽·买买提",), ()),
]


@pytest.mark.parametrize(("text", "reporters", "correspondents", "photographers"), FORMS)
def test_roles(text, reporters, correspondents, photographers):
    """Every usual form gives its names by role."""
    assert is_byline(text)
    assert parse_byline(text) == Byline(reporters, correspondents, photographers)


@pytest.mark.parametrize(
    "text", ["（本报记者沈一川摄）", "沈一川 摄", "沈一川摄影", "（资料图片）", "县文化馆供图", "沈一川/图"]
)
def test_credits(text):
    """A photo credit alone on its line is one, with or without a name."""
    assert is_credit(text)
    assert set(parse_byline(text).photographers) <= {"沈一川"}


@pytest.mark.parametrize(
    "text",
    [
        "记者了解到",
        "记者节里话初心",
        "通讯员来信",
        "记者手记",
        "绘就乡村振兴新蓝图",
        "一张图看懂医保",
        "摄影爱好者走进古村",
        "学习摄影",
        "图书馆开馆",
        "记者 沈一川 近日来到河湾镇，看到水稻熟了。",
    ],
)
def test_headlines_are_no_bylines(text):
    """Words such as 记者, 图 and 摄影 at the start or end of a headline name nobody."""
    assert not is_byline(text)
    assert not is_credit(text)


def test_a_name_that_holds_a_role_character_stays_whole():
    """文 and 图 in a name are no role words."""
    assert parse_byline("■记者 周文博 通讯员 白图雅").reporters == ("周文博",)
    assert parse_byline("■记者 周文博 通讯员 白图雅").correspondents == ("白图雅",)


def test_bylines_inside_the_text():
    """After 本报讯, before 报道：, or behind the last sentence."""
    assert inline_byline("本报讯（记者 沈一川 通讯员 罗敏）近日，新桥通车。", "").correspondents == ("罗敏",)
    assert inline_byline("本报讯记者沈一川报道：新桥通车。", "").reporters == ("沈一川",)
    assert inline_byline("近日，新桥通车。", "市民步行过桥。（沈一川摄）").photographers == ("沈一川",)
    assert inline_byline("近日，新桥通车。", "市民步行过桥。") == Byline()


def test_merged_names_stand_once():
    """Two byline lines of one article give each name once per role."""
    merged = merge_bylines([Byline(("沈一川",)), Byline(("沈一川", "潘晓"), (), ("潘晓",))])
    assert merged == Byline(("沈一川", "潘晓"), (), ("潘晓",))
