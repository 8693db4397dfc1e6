"""Labelled texts that may not be shipped → figures that may: token counts by block, and document frequencies."""

from __future__ import annotations

import gzip
from collections import Counter
from typing import TYPE_CHECKING, Any

from model.digest import segment
from model.documents import Article
from model.normalise import normalise
from model.sentences import paragraph_spans
from model.themes import BLOCKS, blocks
from training.corpus import count_blocks, write_jsonl_gz

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from model.segmenter import Segmenter

ROWS_A_FILE = 2500
FREQUENT = 3
"""A word in fewer articles of the pool than this is left out of the frequencies: it would never become a term."""


def count(row: Mapping[str, Any], segmenter: Segmenter) -> tuple[Counter[str], ...]:
    """Token counts of one text with `headline` and `body`, by block."""
    body = row["body"]
    article = Article(body=body, headline=row.get("headline", ""), paragraphs=paragraph_spans(normalise(body)))
    return count_blocks(blocks(segment(article, segmenter)))


def counted_rows(rows: Iterable[Mapping[str, Any]], segmenter: Segmenter) -> list[dict[str, Any]]:
    """Labelled texts as rows of `corpus/counts-*.jsonl.gz`: figures in alphabetical order, ordered by id."""
    counted = [
        {
            "id": row["id"],
            "source": row["source"],
            "theme": row["theme"],
            "also": list(row.get("also", ())),
            "sure": row.get("sure", 3),
            "round": row.get("round", 1),
            **{name: dict(sorted(c.items())) for name, c in zip(BLOCKS, count(row, segmenter), strict=True)},
        }
        for row in rows
    ]
    return sorted(counted, key=lambda row: row["id"])


def write_counts(rows: Iterable[Mapping[str, Any]], segmenter: Segmenter, folder: Path) -> int:
    """Write the counts of labelled texts to `folder`, some thousands a file; returns how many."""
    counted = counted_rows(rows, segmenter)
    for old in folder.glob("counts-*.jsonl.gz"):
        old.unlink()
    for number, start in enumerate(range(0, len(counted), ROWS_A_FILE)):
        write_jsonl_gz(folder / f"counts-{number:02}.jsonl.gz", counted[start : start + ROWS_A_FILE])
    return len(counted)


def write_frequencies(rows: Iterable[Mapping[str, Any]], segmenter: Segmenter, folder: Path) -> int:
    """Write in how many texts each word stands; returns how many texts were counted."""
    frequencies: Counter[str] = Counter()
    total = 0
    for row in rows:
        headline, _, body = count(row, segmenter)
        frequencies.update(headline.keys() | body.keys())
        total += 1
    kept = sorted((term, n) for term, n in frequencies.items() if n >= FREQUENT)
    text = f"{total}\n" + "".join(f"{term}\t{n}\n" for term, n in kept)
    (folder / "frequencies.txt.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return total
