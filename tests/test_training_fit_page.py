"""The page model learnt from injected pages: deterministic, and better on pages it has not seen than nothing."""

from __future__ import annotations

import random

import pytest

from model.page import PageModel, split_page
from model.segmenter import Segmenter
from training.corpus import read_articles
from training.damage import Rates
from training.fit_page import fit_page, make_pages

CUT = Segmenter().cut


@pytest.fixture(scope="module")
def parts():
    """Our own articles: two thirds to learn from, a third held out."""
    stories = list(read_articles())
    random.Random(2).shuffle(stories)
    held = len(stories) // 3
    return stories[held:], stories[:held]


@pytest.fixture(scope="module")
def fitted(parts):
    """The model learnt from the larger part."""
    return fit_page(parts[0], CUT)


def whole_articles(pages, model):
    """The share of articles whose lines were found exactly."""
    found = total = 0
    for text, gold in pages:
        blank = {n for n, line in enumerate(text.split("\n"), 1) if not line.strip()}
        mine = [{n for s, e in a.lines for n in range(s, e + 1)} - blank for a in split_page(text, model, CUT).articles]
        copies = {n for a in gold["articles"] for n in a["duplicate_lines"]}
        for article in gold["articles"]:
            own = {int(n) for n in article["roles"]} - copies
            found += any(own == lines - copies for lines in mine)
            total += 1
    return found / total


def test_held_out_pages(parts, fitted):
    """Five of six articles of torn pages come out whole, though their stories were never seen."""
    assert whole_articles(make_pages(parts[1], [(Rates(), 120)], 9), fitted) > 0.84


def test_learning_is_deterministic(parts, fitted):
    """The same articles give the same numbers."""
    assert fit_page(parts[0], CUT).to_json() == fitted.to_json()


def test_too_few_articles_leave_the_model_as_it_was(parts):
    """Nothing is learnt from a handful of articles."""
    assert fit_page(parts[0][:5], CUT).to_json() == PageModel().to_json()
