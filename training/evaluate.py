"""A bundle → its figures beside baselines: on our frozen gold everywhere, on real labelled sets where they stand.

Gold articles were written for this project and are never fitted on. The real sets (`dev/` beside the project) are for
measuring only. Every figure goes through `Digester`, the way a user's article goes.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.digest import Digester, segment
from model.documents import Article
from model.errors import CorpusError
from model.normalise import normalise
from model.page import split_page
from model.segmenter import Segmenter
from model.sentences import paragraph_spans
from training import baselines, measures
from training.corpus import DATA, read_jsonl
from training.damage import Rates, make_page
from training.measures import Figure, Label
from training.rouge import rouge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from model.bundle import Bundle
    from model.documents import ArticleDigest
    from training.corpus import WrittenArticle

GOLD_PAGES = 24
"""Damaged pages that are made from the gold articles, half of them at twice the damage."""
ARTICLES_A_PAGE = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a report: what, on which set, ours and the baseline's with its name."""

    name: str
    on: str
    ours: Figure
    baseline: Figure | None = None
    against: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one bundle, and the labels behind them by set, for tables and plots."""

    version: str
    lines: tuple[Line, ...]
    labels: dict[str, tuple[Label, ...]]

    def figures(self) -> dict[str, float]:
        """`set/name` → value, for floors and manifests."""
        return {f"{line.on}/{line.name}": round(line.ours.value, 4) for line in self.lines}


def evaluate(
    bundle: Bundle,
    gold: Sequence[WrittenArticle],
    *,
    dev: Path | None = None,
    data: Path = DATA,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure a bundle on the gold articles, on damaged pages made of them, and on `dev` where it stands.

    Raises:
        CorpusError: there is no gold article, or a set is malformed.
    """
    if not gold:
        raise CorpusError(f"{data / 'gold' / 'ids.txt'} 没有一篇在语料里：没有 gold，无从评测。")
    digester = Digester(bundle)
    keywords = baselines.read_keywords(data)
    sets: dict[str, list[dict[str, Any]]] = {"gold": [_gold_row(a) for a in gold]}
    if dev is not None:
        sets["dev"] = [row for _, row in read_jsonl(dev / "themes.jsonl")]
        sets["dev:local"] = [row for row in sets["dev"] if row["source"].startswith("local")]
    lines: list[Line] = []
    labels: dict[str, tuple[Label, ...]] = {}
    for name, rows in ((name, rows) for name, rows in sets.items() if rows):
        say(f"主题：{name}，{len(rows)} 篇")
        labels[name] = tuple(map(_label, rows, _digests(rows, digester)))
        lines += _theme_lines(name, rows, labels[name], keywords)
    say("关键句")
    lines += _key_lines("gold", gold, digester)
    lines += _page_lines("gold pages", gold_pages(gold), bundle)
    if dev is not None:
        say("摘要：dev/standfirsts")
        lines += _standfirst_lines(
            "dev/standfirsts", [row for _, row in read_jsonl(dev / "standfirsts.jsonl")], digester
        )
    return Report(bundle.manifest.version, tuple(lines), labels)


def gold_pages(gold: Sequence[WrittenArticle]) -> list[tuple[str, dict[str, Any]]]:
    """Damaged pages of gold articles with their answers, every other one twice as damaged; always the same ones."""
    pages = []
    for number in range(GOLD_PAGES):
        chance = random.Random(number)  # noqa: S311 - a fixed seed, no secret
        articles = chance.sample(list(gold), min(ARTICLES_A_PAGE, len(gold)))
        pages.append(make_page(articles, chance, Rates().times(1 + number % 2)))
    return pages


def _gold_row(article: WrittenArticle) -> dict[str, Any]:
    return {
        "headline": article.headline,
        "body": article.body,
        "theme": article.theme,
        "also": article.also,
        "source": "own",
        "genre": article.genre,
    }


def _digests(rows: Sequence[dict[str, Any]], digester: Digester) -> Iterator[ArticleDigest]:
    return digester.articles((row["body"], row["headline"]) for row in rows)


def _label(row: dict[str, Any], digest: ArticleDigest) -> Label:
    judgement = digest.judgement
    return Label(
        truth=row["theme"],
        answer=judgement.theme.code,
        probability=judgement.theme.probability,
        accepted=judgement.decision == "accept",
        also_truth=frozenset(row.get("also") or ()),
        also_answer=frozenset(t.code for t in judgement.also),
        source=row["source"].split(":")[0],
        genre=row.get("genre", ""),
    )


def _theme_lines(
    on: str, rows: Sequence[dict[str, Any]], labels: Sequence[Label], keywords: dict[str, tuple[str, ...]]
) -> Iterable[Line]:
    truths = [row["theme"] for row in rows]
    common = baselines.majority(truths)
    by_words = [baselines.by_keywords(row["headline"], row["body"], keywords) for row in rows]
    plain = measures.mean([a == t for a, t in zip(by_words, truths, strict=True)])
    yield Line("accuracy", on, measures.accuracy(labels), plain, "keyword list")
    yield Line("accuracy", on, measures.accuracy(labels), measures.mean([t == common for t in truths]), "majority")
    yield Line("accuracy_or_also", on, measures.accuracy_or_also(labels))
    yield Line("macro_f1", on, measures.macro_f1(labels))
    yield Line("also_f1", on, measures.also_f1(labels))
    yield Line("calibration_error", on, measures.calibration_error(labels))
    yield Line("coverage", on, measures.coverage(labels))
    yield Line("accepted_accuracy", on, measures.accepted_accuracy(labels))


def _key_lines(on: str, gold: Sequence[WrittenArticle], digester: Digester) -> Iterable[Line]:
    """Best sentence found, chosen sentences that are kept, chosen sentences never to print; beside lead-2."""
    ours: dict[str, list[bool]] = defaultdict(list)
    plain: dict[str, list[bool]] = defaultdict(list)
    segmenter = Segmenter(digester.bundle.lexicon)
    marked = [article for article in gold if article.key]
    for article, digest in zip(marked, digester.articles((a.body, a.headline) for a in marked), strict=True):
        _mark([s.text for s in digest.summary.sentences], article, ours)
        _mark(baselines.lead(segment(article.article, segmenter)), article, plain)
    for name in ("best_hit", "keep_precision", "never_rate"):
        yield Line(name, on, measures.mean(ours[name]), measures.mean(plain[name]), "lead-2")


def _mark(chosen: Sequence[str], article: WrittenArticle, into: dict[str, list[bool]]) -> None:
    into["best_hit"].append(any(_same(c, article.key[0]) for c in chosen))
    into["keep_precision"] += [any(_same(c, k) for k in article.key) for c in chosen]
    into["never_rate"] += [any(_same(c, n) for n in article.never) for c in chosen]


def _same(chosen: str, marked: str) -> bool:
    """A chosen sentence may lack its dateline or be a clause; a marked one may be part of what we call a sentence."""
    return chosen in marked or marked in chosen


def _page_lines(on: str, pages: Sequence[tuple[str, dict[str, Any]]], bundle: Bundle) -> Iterable[Line]:
    """Articles found whole, and panoptic quality, over lines; copies and furniture are not counted either way."""
    cut = Segmenter(bundle.lexicon).cut
    exact: list[bool] = []
    quality = []
    for text, answer in pages:
        counted = {n for n, line in enumerate(text.split("\n"), 1) if line.strip()}
        counted -= {n for a in answer["articles"] for n in a["duplicate_lines"]}
        counted -= {n for dropped in answer["dropped"] for n in _numbers([dropped["lines"]])}
        truth = [_numbers(a["source_line_ranges"]) & counted for a in answer["articles"]]
        found = [_numbers(a.lines) & counted for a in split_page(text, bundle.page, cut).articles]
        exact += measures.exact_articles(truth, found)
        quality.append(measures.panoptic_quality(truth, found))
    yield Line("exact_articles", on, measures.mean(exact))
    yield Line("panoptic_quality", on, measures.mean(quality))


def _numbers(ranges: Iterable[Sequence[int]]) -> set[int]:
    return {n for first, last in ranges for n in range(first, last + 1)}


def _standfirst_lines(on: str, rows: Sequence[dict[str, Any]], digester: Digester) -> Iterable[Line]:
    segmenter = Segmenter(digester.bundle.lexicon)
    ours: list[float] = []
    plain: list[float] = []
    for row, digest in zip(rows, _digests(rows, digester), strict=True):
        ours.append(100 * rouge(digest.summary.text, row["standfirst"])[0])
        article = Article(body=row["body"], paragraphs=paragraph_spans(normalise(row["body"])))
        plain.append(100 * rouge("".join(baselines.lead(segment(article, segmenter))), row["standfirst"])[0])
    yield Line("rouge_1", on, measures.mean(ours), measures.mean(plain), "lead-2")


def table(report: Report) -> str:
    """The report as lines of text, for a terminal or a card."""
    width = max(len(f"{line.on} {line.name}") for line in report.lines)
    rows = [f"{'':{width}}  ours [95 % interval]       n      baseline"]
    for line in report.lines:
        beside = f"{line.baseline.value:.3f} {line.against}" if line.baseline else ""
        rows.append(f"{line.on + ' ' + line.name:{width}}  {line.ours!s:24}  {line.ours.n:6}  {beside}".rstrip())
    return "\n".join(rows)
