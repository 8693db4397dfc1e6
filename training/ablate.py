"""What each part of the theme model and its corpus is worth: fits without it, measured out of fold and on a real set.

Every variant is fitted as a release is. Two figures each: accuracy on the labelled real articles, by models that saw
neither them nor their near-duplicates; and on a set that no fit sees, where one stands beside the project.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import scipy.sparse as sp

from training import measures
from training.corpus import (
    DATA,
    OWN,
    CountedArticle,
    gold_ids,
    read_articles,
    read_counts,
    read_frequencies,
    read_jsonl,
    read_terms,
    read_themes,
    read_words,
)
from training.counts import count
from training.fit import counted_article
from training.fit_themes import Recipe, fit_themes
from training.term_matrix import gram_tallies, matrix_of, tallies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from training.fit_themes import Fitted
    from training.measures import Figure


@dataclass(frozen=True, slots=True)
class Variant:
    """A model with one part left out: its recipe, and which articles it learns from."""

    name: str
    recipe: Recipe
    learns: Callable[[CountedArticle], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Worth:
    """A variant's accuracy out of fold, on all real articles and on local ones, and on the set apart."""

    name: str
    real: Figure
    local: Figure
    apart: Figure | None


def variants() -> tuple[Variant, ...]:
    """The whole model, and the model without each of its parts."""
    whole = Recipe()
    _, lead, body = whole.scale
    headline = whole.scale[0]
    return (
        Variant("everything", whole),
        Variant("without the headline block", replace(whole, scale=(0.0, lead, body))),
        Variant("without the lead block", replace(whole, scale=(headline, 0.0, body))),
        Variant("body alone", replace(whole, scale=(0.0, 0.0, body))),
        Variant("words alone", replace(whole, grams=0.0)),
        Variant("rivals count as others", replace(whole, rival=1.0)),
        Variant("without the theme lexicon", replace(whole, prior=0.0)),
        Variant("without weights by theme and source", replace(whole, balance=0.0, local=1.0)),
        Variant("without the readers' certainty", replace(whole, sure=(1.0, 1.0, 1.0))),
        Variant("without the written articles' own model", replace(whole, own=0.0)),
        Variant("without the written articles", whole, lambda a: a.source != OWN),
        Variant("without the second round of labels", whole, lambda a: a.round == 1),
        Variant("written articles alone", whole, lambda a: a.source == OWN),
    )


def ablate(data: Path = DATA, *, dev: Path | None = None, jobs: int = -1) -> Iterator[Worth]:
    """Fit and measure each variant."""
    from model.digest import segment  # noqa: PLC0415 - the segmenter is loaded when first used
    from model.segmenter import Segmenter  # noqa: PLC0415

    codes = [t.code for t in read_themes(data)]
    segmenter = Segmenter(read_words("lexicon.txt", data))
    gold = gold_ids(data)
    written = (a for a in read_articles(data) if a.id not in gold)
    articles = [*read_counts(data), *(counted_article(a, segment(a.article, segmenter)) for a in written)]
    apart = [] if dev is None else [_counted(row, count(row, segmenter)) for _, row in read_jsonl(dev / "themes.jsonl")]
    for variant in variants():
        taught = [a for a in articles if variant.learns(a)]
        fitted = fit_themes(
            taught, codes, read_frequencies(data), lexicon=read_terms(data), recipe=variant.recipe, jobs=jobs
        )
        yield _worth(variant.name, fitted, apart)


def table(rows: Sequence[Worth]) -> str:
    """The worths as a Markdown table."""
    lines = ["| model | out of fold, real | out of fold, local | dev |", "| --- | --- | --- | --- |"]
    lines += [f"| {w.name} | {_cell(w.real)} | {_cell(w.local)} | {_cell(w.apart)} |" for w in rows]
    return "\n".join(lines)


def _cell(figure: Figure | None) -> str:
    return str(figure) if figure and figure.n else "–"


def _counted(row: dict[str, str], blocks: tuple[dict[str, int], ...]) -> CountedArticle:
    return CountedArticle(id=row["id"], source=row["source"], theme=row["theme"], also=(), sure=3, blocks=blocks)


def _worth(name: str, fitted: Fitted, apart: Sequence[CountedArticle]) -> Worth:
    codes = fitted.model.codes
    answers = fitted.out_of_fold.primary.argmax(axis=1)
    right = [(a.source, codes[k] == a.theme) for a, k in zip(fitted.articles, answers, strict=True)]
    return Worth(
        name,
        real=measures.mean([ok for source, ok in right if source != OWN]),
        local=measures.mean([ok for source, ok in right if source.startswith("local")]),
        apart=measures.mean(_right(fitted, apart)) if apart else None,
    )


def _right(fitted: Fitted, articles: Sequence[CountedArticle]) -> list[bool]:
    model = fitted.model
    words, grams = model.words, {gram: row for row, gram in enumerate(model.spelling.grams())}
    counted = (tallies(articles, words), gram_tallies(articles, grams))
    weights = model.weights.values.reshape(-1, len(model.codes))
    parts = zip(counted, (slice(len(words)), slice(len(words), None)), model.scale, strict=True)
    rows = sp.hstack([matrix_of(tally, model.idf[terms], scale) for tally, terms, scale in parts])
    scores = rows @ weights + model.intercept
    return [model.codes[k] == a.theme for a, k in zip(articles, scores.argmax(axis=1), strict=True)]
