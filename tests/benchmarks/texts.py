"""The texts that are measured on: real ones from ../shared where it stands beside the project, else our corpus."""

from __future__ import annotations

import gzip
import json
from functools import cache
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
CORPUS = ROOT / "data" / "corpus" / "articles.jsonl"

_SHORT = 1000
_NAMES = ("温岚", "费舟", "祁田", "岳小满", "柳成荫")

Text = tuple[str, str]
"""Headline and body."""


@cache
def rows(path: Path) -> tuple[dict[str, object], ...]:
    """The rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as stream:
        return tuple(json.loads(line) for line in stream)


@cache
def articles() -> tuple[Text, ...]:
    """All articles there are to measure on, real ones if possible."""
    files = [SHARED / "dev" / name for name in ("themes.jsonl", "standfirsts.jsonl")]
    found = files if all(path.exists() for path in files) else [CORPUS]
    return tuple((str(row["headline"]), str(row["body"])) for path in found for row in rows(path))


def of_length(low: int, high: int, most: int = 40) -> tuple[Text, ...]:
    """Up to `most` articles of so many characters; our corpus has short ones only, which are then joined by three."""
    fit = tuple(islice((a for a in articles() if low <= len(a[1]) <= high), most))
    return fit or tuple((articles()[i][0], joined((low + high) // 2, i)) for i in range(0, 3 * most, 3))


def unmet(low: int, high: int) -> tuple[Text, ...]:
    """Articles of so many characters that no other benchmark reads: real ones if possible, as an archive holds them."""
    pool = SHARED / "reference" / "unlabelled.jsonl.gz"
    if not pool.exists():
        return of_length(low, high, len(articles()) // 3)
    with gzip.open(pool, "rt", encoding="utf-8") as stream:
        rows = map(json.loads, stream)
        return tuple((row["headline"], row["body"]) for row in rows if low <= len(row["body"]) <= high)


def joined(size: int, begin: int = 0) -> str:
    """A body of `size` characters: different articles one after the other, cut at the end."""
    parts: list[str] = []
    length = 0
    for n in range(size):  # an article has a character at least
        body = articles()[(begin + n) % len(articles())][1]
        parts.append(body)
        length += len(body) + 1
        if length > size:
            break
    return "\n".join(parts)[:size]


def page(count: int, begin: int = 0) -> str:
    """A page of `count` short articles as printed: headline, byline, paragraphs, blank lines between."""
    short = [a for a in articles() if len(a[1]) <= _SHORT]
    parts = []
    for n in range(begin, begin + count):
        headline, body = short[n % len(short)]
        if n >= len(short):  # a copied article would be dropped
            headline, body = f"{headline}（{n}）", body.replace("。", f"（{n}）。")
        parts.append(f"{headline}\n本报记者 {_NAMES[n % len(_NAMES)]}\n{body}")
    return "\n\n".join(parts)


def pages() -> tuple[str, ...]:
    """Real pages if possible."""
    found = tuple(path.read_text("utf-8") for path in sorted((SHARED / "seeds").glob("*.txt")))
    return found or (page(20), page(20, 20))
