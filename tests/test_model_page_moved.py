"""Paragraphs among foreign ones: whose words they are, and that whole pages are left alone."""

from __future__ import annotations

import pytest

from model.page import PageModel, split_page
from model.page.cohesion import terms
from model.page.moved import Belonging
from model.segmenter import Segmenter

CUT = Segmenter().cut
BRIDGE = (
    "跨河大桥建成通车",
    "河湾镇跨河大桥建成通车，两岸群众步行过桥。",
    "跨河大桥由县交通局组织建设，大桥长三百二十米。",
)
LIFT = ("加装电梯投入使用", "望江小区加装电梯投入使用，居民告别爬楼。", "加装电梯的费用由居民自筹六成，市级补贴四成。")
RICE = ("秋粮收购价格公布", "粮站公布秋粮收购价格，农户预约送粮。", "秋粮收购期间粮站延长收购时间，严禁压级压价。")


@pytest.fixture
def belonging():
    """Three articles, a paragraph of the first standing in the second."""
    return Belonging([[terms(BRIDGE[1])], [terms(LIFT[1]), terms(BRIDGE[2]), terms(LIFT[2])], [terms(RICE[1])]])


def test_words_return_at_home(belonging):
    """A foreign paragraph fits its own article better than the one it stands in; one at home fits there."""
    fits = belonging.fits(terms(BRIDGE[2]), 1)
    assert fits[0] > fits.get(1, 0.0)
    home = belonging.fits(terms(LIFT[2]), 1)
    assert home[1] > max(home.get(0, 0.0), home.get(2, 0.0))
    assert home[1] == belonging.at_home(terms(LIFT[2]), 1)


def test_a_paragraph_does_not_count_for_itself(belonging):
    """Its own words do not make a paragraph at home."""
    assert belonging.returning(terms(BRIDGE[2]), 1) < 0.2
    assert belonging.at_home(terms(RICE[1]), 2) == 0


def test_what_was_taken_out_is_forgotten(belonging):
    """After a paragraph left an article its words are not found there any more."""
    belonging.forget(0, terms(BRIDGE[1]))
    assert 0 not in belonging.fits(terms(BRIDGE[2]), 1)


def test_only_near_articles_are_asked():
    """Articles far off on a long text are no home."""
    far = Belonging([[terms(BRIDGE[1])], *[[terms(RICE[1])]] * 20, [terms(LIFT[1]), terms(BRIDGE[2])]])
    assert 0 not in far.fits(terms(BRIDGE[2]), 21)


def test_nothing_is_moved_on_a_whole_page():
    """On a page without a tear every paragraph stays where it stands."""
    page = "\n\n".join([BRIDGE[0], *BRIDGE[1:], LIFT[0], LIFT[1], RICE[2], LIFT[2], RICE[0], RICE[1]])
    result = split_page(page, PageModel(), CUT)
    assert not any("paragraph_moved" in article.repairs for article in result.articles)
