"""Many articles at once: the same answers as one by one, a group at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import digest as composed
from model.digest import Digester
from model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADLINES = ("", "枫林镇开展消防演练", "氢能项目开工 总投资12亿元", "社区食堂开张")
SENTENCES = (
    "本报讯 昨日，枫林镇开展消防疏散演练，三百余名居民参加。",
    "演练模拟三楼厨房起火，居民在网格员引导下五分钟内撤到楼外。",
    "市法院公开审理一起网络诈骗案，三名被告人当庭认罪。",
    "青石港区氢能装备项目开工，总投资12亿元，明年底投产！",
    "“大家都来搭把手。”社工温岚说。",
    "河长带队巡河，COVID-19检测点旁的排污口\n已经封堵，水质稳定在三类。",
    "责任编辑：祁田",
    "看看看看这个𠮷字",
    "12345 ！！！",
)
texts = st.tuples(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6).map("\n".join), st.sampled_from(HEADLINES)
)


@settings(max_examples=40, deadline=None)
@given(many=st.lists(texts, max_size=40), sentences=st.integers(1, 4), most=st.none() | st.integers(1, 80))
def test_a_group_does_not_change_an_answer(
    digester: Digester, many: list[tuple[str, str]], sentences: int, most: int | None
) -> None:
    """Each article gets to the last bit what it gets alone, whatever the others are, and in its place."""
    together = list(digester.articles(many, sentences=sentences, max_chars=most))

    assert together == [digester.article(*one, sentences=sentences, max_chars=most) for one in many]


def test_articles_are_taken_a_group_at_a_time(digester: Digester) -> None:
    """An endless archive is answered as it is asked for: no more is read ahead than a group and one."""
    taken: list[int] = []

    def archive() -> Iterator[tuple[str, str]]:
        while True:
            taken.append(1)
            yield SENTENCES[0], ""

    answers = digester.articles(archive())

    assert [next(answers).judgement.theme.code for _ in range(40)]
    assert len(taken) <= 40 + composed._ARTICLES


def test_groups_are_bounded_in_characters() -> None:
    """A long article is a group alone, so that memory does not grow with the group; none is lost or moved."""
    sizes = [300, 25_000, 300, 19_000, 800, 300, 30_000, *[100] * 40]
    articles = [composed._article("字" * size, str(n)) for n, size in enumerate(sizes)]
    groups = list(composed.groups(articles, lambda article: len(article.body)))

    assert [len(a.body) for group in groups for a in group] == sizes
    assert [a.headline for group in groups for a in group] == [str(n) for n in range(len(sizes))]
    assert all(len(g) == 1 or sum(len(a.body) for a in g) <= composed._CHARACTERS for g in groups)
    assert max(map(len, groups)) == composed._ARTICLES


def test_what_is_wrong_with_one_is_raised(digester: Digester) -> None:
    """A blank body and a bound below one are refused as for a single article; no article gives no answer."""
    with pytest.raises(InputError, match="空的"):
        list(digester.articles([(SENTENCES[0], ""), (" \n", "标题")]))
    with pytest.raises(InputError, match="至少是 1"):
        list(digester.articles([(SENTENCES[0], "")], sentences=0))
    assert list(digester.articles([])) == []
