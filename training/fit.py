"""`data/` → a bundle, not yet released: themes, sentence ranker and page model learnt in one go.

Deterministic: the same data and libraries give the same numbers. About a minute on two cores.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from model.bundle import Bundle, Manifest
from model.digest import segment
from model.keywords import columns, weigher
from model.segmenter import Segmenter
from model.themes import blocks
from training.corpus import (
    DATA,
    OWN,
    CountedArticle,
    count_blocks,
    fingerprint,
    gold_ids,
    read_articles,
    read_counts,
    read_frequencies,
    read_terms,
    read_themes,
    read_words,
)
from training.fit_page import fit_page
from training.fit_summary import fit_summary
from training.fit_themes import Fitted, Recipe, fit_themes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from model.documents import SegmentedArticle
    from training.corpus import WrittenArticle

DRAFT = "draft"
"""The version of a bundle that is not released yet."""
Written = tuple[tuple["WrittenArticle", "SegmentedArticle"], ...]
"""Written articles, each with its words."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A fitted bundle with what its evaluation needs: out-of-fold scores and the segmented written articles."""

    bundle: Bundle
    themes: Fitted
    written: Written


def fit(
    data: Path = DATA,
    *,
    extra: Sequence[WrittenArticle] = (),
    recipe: Recipe | None = None,
    jobs: int = -1,
    say: Callable[[str], None] = lambda _: None,
) -> Lesson:
    """Fit a draft bundle.

    Args:
        data: the data folder.
        extra: articles beside the corpus, such as corrections.
        recipe: tuned numbers of the theme fit.
        jobs: processes.
        say: called with a line of progress before each step.

    Raises:
        CorpusError: the data are malformed.
    """
    segmenter = Segmenter(read_words("lexicon.txt", data))
    written = segment_written(data, segmenter, extra)
    fitted = learn_themes(data, segmenter, written, recipe=recipe, jobs=jobs, say=say)
    say("学习关键句")
    ranker = fit_summary(written, data)
    say("学习分稿")
    page = fit_page([article for article, _ in written], segmenter.cut)
    stop_words = frozenset(read_words("stopwords.txt", data))
    terms = columns(fitted.model.words, weigher(fitted.model.idf_of(), stop_words, segmenter.part_of_speech))
    bundle = Bundle(_manifest(data, segmenter), fitted.model, ranker, page, segmenter.lexicon, stop_words, terms)
    return Lesson(bundle, fitted, written)


def segment_written(data: Path, segmenter: Segmenter, extra: Sequence[WrittenArticle] = ()) -> Written:
    """The written articles that a fit may see, gold left out, each with its words."""
    gold = gold_ids(data)
    articles = (*(a for a in read_articles(data) if a.id not in gold), *extra)
    return tuple((a, segment(a.article, segmenter)) for a in articles)


def learn_themes(
    data: Path,
    segmenter: Segmenter,
    written: Written,
    *,
    recipe: Recipe | None = None,
    jobs: int = -1,
    say: Callable[[str], None] = lambda _: None,
) -> Fitted:
    """The theme model alone, of counted and written articles, with its out-of-fold scores."""
    counted = [*read_counts(data), *(counted_article(a, s) for a, s in written)]
    stop_words = frozenset(read_words("stopwords.txt", data))
    say(f"学习主题：{len(counted)} 篇")
    return fit_themes(
        counted,
        [t.code for t in read_themes(data)],
        read_frequencies(data),
        lexicon=read_terms(data),
        unshown=lambda term: term in stop_words or not (term.isascii() or segmenter.knows(term)),
        recipe=recipe,
        jobs=jobs,
    )


def _manifest(data: Path, segmenter: Segmenter) -> Manifest:
    return Manifest(
        version=DRAFT,
        themes=read_themes(data),
        segmenter={"engine": "rjieba", "hmm": True, "lexicon": len(segmenter.lexicon)},
        corpus=fingerprint(data),
        libraries={name: version(name) for name in ("scikit-learn", "numpy", "scipy", "rjieba", "jieba")}
        | {"python": platform.python_version()},
    )


def counted_article(article: WrittenArticle, segmented: SegmentedArticle) -> CountedArticle:
    """A written article as token counts, as sure as can be."""
    return CountedArticle(
        id=article.id,
        source=OWN,
        theme=article.theme,
        also=article.also,
        sure=3,
        blocks=count_blocks(blocks(segmented)),
        genre=article.genre,
    )
