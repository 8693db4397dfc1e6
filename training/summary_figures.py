"""Articles → figures for the sentence ranker: one row of `FEATURES` a sentence, no words.

Four kinds of examples:

- `own`: our corpus, with the key and never marks of its writers; read from the texts at each fit;
- `read`: real reports, marked by one reader (`data/corpus/summary_marks.jsonl` holds the sentence numbers);
- `standfirst`: real features whose body opens with the editor's own standfirst; the three nearest sentences count;
- `headline`: real reports without marks; the three sentences nearest to their headline count. They teach position,
  length and centrality only: all other columns are blanked, the headline's own too, which would explain themselves.

The last three come from texts that may not be shipped: their rows are stored in `data/corpus/summary_figures.npz`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from model.errors import CorpusError
from model.summary.features import FEATURES, table
from training.rouge import rouge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from model.documents import SegmentedArticle

Kind = Literal["own", "read", "standfirst", "headline"]
KINDS: tuple[Kind, ...] = ("own", "read", "standfirst", "headline")

# Worth of the marks: best 1, the further ones by rank.
WORTH = (1.0, 0.6, 0.5, 0.4)
NEVER = -0.6
# What `headline` may teach.
_BLIND = frozenset({"log_rank", "rank_share", "centrality", "short", "long"})
_NEAREST = 3  # 1, 3, 5 tried: with 1 best_hit on `own` falls by 0.02, 3 and 5 are alike
_HEADLINE_ARTICLES = 1000  # 1,200 and 2,200 did no better
_LONGEST = 8000
_STANDFIRST = re.compile(r"[【\[（(■●]*(?:核心阅读|核心提示|内容提要|阅读提示|新闻提示|导读|摘要)[】\]）)：:\s]*(.*)")


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One article: `rows` is sentences x features; `value` is above 0 for sentences to print, below 0 for never."""

    kind: Kind
    rows: NDArray[np.float64]
    value: NDArray[np.float64]


def marked(article: SegmentedArticle, key: Sequence[str], never: Sequence[str]) -> Example:
    """An article of our corpus with its marks: `key` best first, both as the marked sentences' texts."""
    values = []
    for sentence in article.sentences:
        keys = [rank for rank, text in enumerate(key) if text in sentence.text or sentence.text in text]
        banned = sum(len(text) for text in never if text in sentence.text or sentence.text in text)
        if keys:
            values.append(WORTH[min(keys[0], len(WORTH) - 1)])
        else:
            values.append(NEVER if banned >= 0.6 * len(sentence.text) else 0.0)
    return Example("own", rows_of(article), np.array(values))


def blanked(example: Example, columns: Sequence[int]) -> Example:
    """The example with some columns set to 0."""
    rows = example.rows.copy()
    rows[:, columns] = 0.0
    return Example(example.kind, rows, example.value)


def rows_of(article: SegmentedArticle) -> NDArray[np.float64]:
    """The rows of an article, sentences x features."""
    return table([article]).figures.T if article.sentences else np.zeros((0, len(FEATURES)))


def collect(
    reports: Iterable[Mapping[str, str]],
    marks: Iterable[Mapping[str, object]],
    segment: Callable[[str, str], SegmentedArticle],
) -> list[Example]:
    """Figures of real reports, to be stored: `read`, `standfirst` and `headline` examples.

    Args:
        reports: rows with `id`, `headline` and `body`.
        marks: rows of `summary_marks.jsonl`: `id`, `key` (sentence numbers, best first), `never`, `sentences` (their
            count, which must be what `segment` finds: otherwise the marks are left out).
        segment: headline and body to a segmented article.
    """
    by_id = {str(m["id"]): m for m in marks}
    examples: list[Example] = []
    room = _HEADLINE_ARTICLES
    seen: set[str] = set()
    for report in reports:
        if report["id"] in seen:
            continue
        seen.add(report["id"])
        mark = by_id.get(report["id"])
        if mark is not None:
            examples.extend(_read(segment(report["headline"], report["body"]), mark))
            continue
        standfirst = _split_standfirst(report["body"])
        if standfirst is not None:
            examples.extend(
                _nearest("standfirst", segment(report["headline"], standfirst[1][:_LONGEST]), standfirst[0])
            )
        elif room and 6 <= len(report["headline"]) <= 60:
            body = report["body"].replace(report["headline"], "")[:_LONGEST]
            found = _nearest("headline", segment(report["headline"], body), report["headline"])
            examples.extend(found)
            room -= len(found)
    return examples


def _read(article: SegmentedArticle, mark: Mapping[str, object]) -> list[Example]:
    key, never, count = mark["key"], mark["never"], mark["sentences"]
    if count != len(article.sentences) or not isinstance(key, list) or not isinstance(never, list):
        return []
    values = np.zeros(len(article.sentences))
    values[never] = NEVER
    values[key] = [WORTH[min(rank, len(WORTH) - 1)] for rank in range(len(key))]
    return [Example("read", rows_of(article), values)]


def _nearest(kind: Kind, article: SegmentedArticle, target: str) -> list[Example]:
    if len(article.sentences) < 5:
        return []
    near = np.array([rouge(s.text, target)[0] for s in article.sentences])
    value = np.where(near >= max(np.sort(near)[-_NEAREST], 1e-9), near, 0.0)
    example = Example(kind, rows_of(article), value)
    if kind == "headline":
        example = blanked(example, [i for i, name in enumerate(FEATURES) if name not in _BLIND])
    return [example]


def _split_standfirst(body: str) -> tuple[str, str] | None:
    """The editor's standfirst under 核心阅读 and the like, and the body without it."""
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    for at, line in enumerate(lines[:4]):
        match = _STANDFIRST.match(line)
        if match:
            after = at if len(match.group(1)) >= 20 else at + 1
            text = match.group(1) if after == at else "".join(lines[after : after + 1])
            return (text, "\n".join(lines[after + 1 :])) if 30 <= len(text) <= 160 else None
    return None


def save_figures(path: Path, examples: Sequence[Example]) -> None:
    """Write examples as arrays (no pickle); figures are kept to half precision."""
    stored = [e for e in examples if e.kind != "own"]
    np.savez_compressed(
        path,
        features=np.array(json.dumps(FEATURES)),
        kinds=np.array([KINDS.index(e.kind) for e in stored], dtype=np.uint8),
        sizes=np.array([len(e.value) for e in stored], dtype=np.int32),
        rows=np.vstack([e.rows for e in stored]).astype(np.float16),
        value=np.concatenate([e.value for e in stored]).astype(np.float16),
    )


def load_figures(path: Path) -> list[Example]:
    """Read what `save_figures` wrote.

    Raises:
        CorpusError: the file is missing, damaged, or holds other features than the program computes.
    """
    try:
        with np.load(path, allow_pickle=False) as held:
            names = json.loads(str(held["features"]))
            kinds, sizes, rows, value = (held[k] for k in ("kinds", "sizes", "rows", "value"))
    except (OSError, ValueError, KeyError) as error:
        raise CorpusError(f"{path.name}：读不出摘要训练数据（{error}）。") from error
    if tuple(names) != FEATURES:
        raise CorpusError(f"{path.name}：特征与程序不一致，请用 training.fit_summary.collect 重新生成。")
    ends = np.cumsum(sizes)
    return [
        Example(KINDS[kind], rows[end - size : end].astype(np.float64), value[end - size : end].astype(np.float64))
        for kind, size, end in zip(kinds, sizes, ends, strict=True)
    ]
