"""Injected pages: the defects are there, and the answer tells the truth about them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest

from training.corpus import read_articles
from training.damage import CLEAN, Rates, make_page


@dataclass(frozen=True)
class Story:
    """A story for a page."""

    headline: str
    body: str
    kicker: str = ""
    subhead: str = ""


@pytest.fixture(scope="module")
def stories():
    """Our own articles."""
    return read_articles()


def pages(stories, rates, count=60):
    """Injected pages of six articles."""
    rng = random.Random(11)
    return [make_page(rng.sample(stories, 6), rng, rates) for _ in range(count)]


def bare(text):
    """A line without marks, spaces and width."""
    return "".join(text.replace("## ", "").split()).translate(str.maketrans(",;:?!()", "，；：？！（）"))


def test_lines_are_owned_once(stories):
    """Every non-blank line belongs to one article of the answer or is dropped in it."""
    for text, gold in pages(stories, Rates(furniture=0.5)):
        owned = [int(n) for a in gold["articles"] for n in a["roles"]]
        dropped = [n for d in gold["dropped"] for n in range(d["lines"][0], d["lines"][1] + 1)]
        assert sorted(owned + dropped) == [n for n, x in enumerate(text.split("\n"), 1) if x.strip()]


def test_paragraphs_are_whole_in_the_answer(stories):
    """The lines of an undamaged or cut paragraph, put together, are the paragraph of the answer."""
    rates = replace(Rates(), lost=0, run=0, html=0)
    for text, gold in pages(stories, rates):
        lines = text.split("\n")
        for article in gold["articles"]:
            made: dict[int, str] = {}
            for number, paragraph in article["paragraph_of"].items():
                if paragraph >= 0 and int(number) not in article["duplicate_lines"]:
                    made[paragraph] = made.get(paragraph, "") + bare(lines[int(number) - 1])
            assert made == {k: bare(p) for k, p in enumerate(article["paragraphs"])}


def test_all_defects_appear(stories):
    """Each defect of torn pages strikes at strength 1, and more often at strength 2."""
    rates = Rates(caption=0.5, lost=0.05, run=0.05, deck_after=0.05)
    counts = []
    for strength in (1, 2):
        seen: dict[str, int] = {}
        for _, gold in pages(stories, rates.times(strength)):
            for name in [d for a in gold["articles"] for d in a["defects"]] + gold["page_defects"]:
                seen[name] = seen.get(name, 0) + 1
        counts.append(seen)
    assert set(counts[0]) == {
        "byline_before_headline",
        "column_break_join",
        "deck_after_body",
        "decks_on_one_line",
        "duplicated_paragraph",
        "duplicated_run",
        "foreign_paragraph_inside",
        "half_width_punctuation",
        "heading_broken_by_space",
        "heading_markup",
        "headline_after_body",
        "headline_inside_body",
        "html_remains",
        "paragraph_in_foreign_article",
        "photo_credit_line",
        "several_decks",
        "text_lost_at_column_break",
    }
    for name in ("column_break_join", "headline_after_body", "headline_inside_body", "foreign_paragraph_inside"):
        assert counts[1][name] > counts[0][name]


def test_lost_text_is_marked():
    """Where text is lost the answer has the mark, and the lost characters stand in no line."""
    body = "\n".join("河湾镇的新桥在十月十八日建成通车两岸五个村的群众从此告别了绕行八公里的历史。" for _ in range(4))
    rng = random.Random(5)
    stories = [Story("新桥通车两岸连通", body), Story("电梯投用居民称便", body)]
    hit = 0
    for _ in range(40):
        _, gold = make_page(stories, rng, Rates(cut=1, lost=1, run=0, move=0, copy=0))
        for article in gold["articles"]:
            hit += sum("…" in p for p in article["paragraphs"])
            assert ("text_lost_at_column_break" in article["defects"]) == any("…" in p for p in article["paragraphs"])
    assert hit > 20


def test_clean_pages_have_no_defects(stories):
    """Without tears no column, run or foreign paragraph is reported."""
    for _, gold in pages(stories, CLEAN, 20):
        assert not gold["page_defects"]
        assert {d for a in gold["articles"] for d in a["defects"]} <= {"several_decks", "decks_on_one_line"}


def test_the_same_seed_makes_the_same_page(stories):
    """Injected pages are reproducible."""
    assert pages(stories, Rates(), 3) == pages(stories, Rates(), 3)
