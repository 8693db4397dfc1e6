"""How time and memory grow with the length of an article and of a page."""

from __future__ import annotations

import tracemalloc
from functools import partial
from typing import TYPE_CHECKING

from model.digest import segment
from model.documents import Article
from model.normalise import normalise
from model.page import split_page
from model.sentences import paragraph_spans
from model.summary import select
from model.themes import judge
from tests.benchmarks.measure import Figure, take_turns
from tests.benchmarks.texts import joined, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from model import Digester
    from model.documents import SegmentedArticle

_CHARS = 2000
_ARTICLES = 8  # on a page, as on a real one
_GOALS = {10: "<= 11", 100: "<= 120"}
_MEGABYTE = 1024 * 1024 // 3  # Han characters of a megabyte in UTF-8


def measure(digester: Digester) -> list[Figure]:
    """The figures of this file."""
    bundle, segmenter = digester.bundle, digester._segmenter

    def words(body: str) -> SegmentedArticle:
        return segment(Article(body=body, paragraphs=paragraph_spans(normalise(body))), segmenter)

    most = max(_GOALS)
    text = joined(_CHARS * most)
    articles = [text[n * _CHARS : (n + 1) * _CHARS] for n in range(most)]
    pages = [page(_ARTICLES, n * _ARTICLES) for n in range(most)]
    return [
        *_growth("labelling", articles, "", lambda body: judge(words(body), bundle.themes)),
        *_growth("summarising", articles, "", lambda body: select(words(body), bundle.ranker)),
        *_growth("digest of an article", articles, "", digester.article),
        *_growth("splitting a page", pages, "\n\n", lambda text: split_page(text, bundle.page, segmenter.cut)),
        *_growth("digest of a page", pages, "\n\n", digester.page),
        _megabyte(digester),
    ]


def _growth(name: str, pieces: list[str], joint: str, run: Callable[[str], object]) -> list[Figure]:
    """The time of ten and of a hundred pieces in one text, as a multiple of their mean time one by one."""
    figures = []
    for times, goal in _GOALS.items():
        whole = joint.join(pieces[:times])
        programs = {"whole": partial(run, whole), "pieces": partial(_each, run, pieces[:times])}
        found = take_turns(programs, rounds=50 // times + 3)
        figures.append(Figure(f"{name}: {times} times the text", found.ratio("whole", "pieces") * times, goal))
    return figures


def _each(run: Callable[[str], object], pieces: list[str]) -> None:
    for piece in pieces:
        run(piece)


def _megabyte(digester: Digester) -> Figure:
    """The most memory that an article of a megabyte takes, as a multiple of its own size in memory."""
    body = joined(_MEGABYTE)
    digester.article(body[:_CHARS])
    tracemalloc.start()
    digester.article(body)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Figure("article of 1 MB: memory", most / 1024 / 1024, unit="MiB", note="answered")
