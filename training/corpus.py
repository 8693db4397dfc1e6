"""`data/` → typed rows: themes, articles written for this project, token counts of labelled real articles, frequencies.

A counted article holds figures only: how often each word stands in its headline, its lead and its body. They teach the
themes; no sentence can be had back from them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tomllib
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.bundle import Theme
from model.documents import Article
from model.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DATA = Path(__file__).parent.parent / "data"
OWN = "own"
"""The source of the articles written for this project."""
REST = "other"
"""The theme of what belongs to no other; it is never a secondary theme."""
# A file that is missing, not UTF-8, or an archive that is cut or damaged.
_UNREADABLE = (OSError, ValueError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class WrittenArticle:
    """An article written for this project, with its theme and its marked sentences, all verbatim from the body.

    `key` holds the sentences to print, best first; `never` those that no editor would print in a summary.
    """

    id: str
    headline: str
    body: str
    theme: str
    also: tuple[str, ...] = ()
    genre: str = "report"
    kicker: str = ""
    subhead: str = ""
    byline: str = ""
    key: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @property
    def article(self) -> Article:
        """The article as the program sees one from a page: every line a paragraph."""
        spans, at = [], 0
        for line in self.body.split("\n"):
            spans.append((at, at + len(line)))
            at += len(line) + 1
        return Article(
            body=self.body, headline=self.headline, kicker=self.kicker, subhead=self.subhead, paragraphs=tuple(spans)
        )


@dataclass(frozen=True, slots=True)
class CountedArticle:
    """A labelled article as token counts by block (`model.themes.BLOCKS`).

    `sure` is how sure the reader was, 1 to 3; `source` where it was published; `round` in which round of labelling.
    """

    id: str
    source: str
    theme: str
    also: tuple[str, ...]
    sure: int
    blocks: tuple[Mapping[str, int], ...]
    genre: str = ""
    round: int = 1


def read_themes(data: Path = DATA) -> tuple[Theme, ...]:
    """The themes of `themes.toml`, in the codebook's precedence."""
    path = data / "themes.toml"
    try:
        rows = tomllib.loads(path.read_text("utf-8"))["theme"]
        themes = tuple(
            Theme(row["code"], row["label"], row.get("medtop") or None, row.get("definition", "")) for row in rows
        )
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"{path}: 每个 [[theme]] 要有 code 和 label（{error}）") from error
    if len({t.code for t in themes}) != len(themes) or len(themes) < 2:
        raise CorpusError(f"{path}: 主题代码重复，或少于两个")
    return themes


def read_articles(data: Path = DATA) -> tuple[WrittenArticle, ...]:
    """The articles of `corpus/articles.jsonl`, each checked.

    Raises:
        CorpusError: a row is malformed, a theme unknown, an id doubled, or a marked sentence not in its body.
    """
    path = data / "corpus" / "articles.jsonl"
    codes = {t.code for t in read_themes(data)}
    articles: dict[str, WrittenArticle] = {}
    for number, row in read_jsonl(path):
        where = f"{path.name} 第 {number} 行"
        try:
            lists = {name: tuple(row.pop(name, ())) for name in ("also", "key", "never")}
            article = WrittenArticle(**{**row, **lists})
        except TypeError as error:
            raise CorpusError(f"{where}: {error}") from error
        _check(article, codes, where)
        if article.id in articles:
            raise CorpusError(f"{where}: 编号 {article.id} 重复")
        articles[article.id] = article
    return tuple(articles.values())


def read_counts(data: Path = DATA) -> tuple[CountedArticle, ...]:
    """The token counts of `corpus/counts-*.jsonl.gz`."""
    codes = {t.code for t in read_themes(data)}
    counted = []
    for path in sorted((data / "corpus").glob("counts-*.jsonl.gz")):
        for number, row in read_jsonl(path):
            if row["theme"] not in codes or not set(row["also"]) <= codes:
                raise CorpusError(f"{path.name} 第 {number} 行: 未知主题 {row['theme']} {row['also']}")
            counted.append(
                CountedArticle(
                    id=row["id"],
                    source=row["source"],
                    theme=row["theme"],
                    also=tuple(row["also"]),
                    sure=row["sure"],
                    blocks=(row["headline"], row["lead"], row["body"]),
                    round=row.get("round", 1),
                )
            )
    return tuple(counted)


def read_frequencies(data: Path = DATA) -> tuple[int, dict[str, int]]:
    """How many articles of the unlabelled pool were counted, and in how many of them each word stands."""
    path = data / "corpus" / "frequencies.txt.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            total = int(stream.readline())
            pairs = (line.rstrip("\n").split("\t") for line in stream)
            return total, {term: int(count) for term, count in pairs}
    except _UNREADABLE as error:
        raise CorpusError(f"{path} 读不出来: {error}") from error


def read_terms(data: Path = DATA) -> tuple[frozenset[str], ...]:
    """The theme lexicon of `terms.toml`: the words of each strength and theme, `strong` themes first."""
    path = data / "terms.toml"
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
        groups = [tables[strength].get(t.code, {}) for strength in ("strong", "weak") for t in read_themes(data)]
        return tuple(frozenset(word for words in group.values() for word in words.split()) for group in groups)
    except (KeyError, AttributeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"{path}: 应有 [strong.主题] 和 [weak.主题] 两类表（{error}）") from error


def read_words(name: str, data: Path = DATA) -> tuple[str, ...]:
    """A word list of `data/`: one word a line, `#` starts a comment."""
    lines = (line.split("#", 1)[0].strip() for line in (data / name).read_text("utf-8").splitlines())
    return tuple(dict.fromkeys(word for word in lines if word))


def gold_ids(data: Path = DATA) -> frozenset[str]:
    """Ids of the written articles that no fit ever sees."""
    return frozenset(read_words("gold/ids.txt", data))


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Numbered rows of a `.jsonl` or `.jsonl.gz` file.

    Raises:
        CorpusError: the file cannot be read, or a line is no JSON object.
    """
    number = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise CorpusError(f"{path.name} 第 {number} 行: 应是一个 JSON 对象")
                    yield number, row
    except json.JSONDecodeError as error:
        raise CorpusError(f"{path.name} 第 {number} 行: 不是合法的 JSON（{error.msg}，第 {error.colno} 列）") from error
    except _UNREADABLE as error:
        raise CorpusError(f"{path} 第 {number} 行之后读不出来: {error}") from error


def write_jsonl_gz(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows the same way every time: no clock and no file name in the archive."""
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def fingerprint(data: Path = DATA) -> str:
    """One checksum over all that a fit reads."""
    digest = hashlib.sha256()
    names = ("themes.toml", "terms.toml", "lexicon.txt", "stopwords.txt", "gold/ids.txt")
    for path in [*(data / n for n in names), *sorted((data / "corpus").iterdir())]:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def gold_fingerprint(data: Path = DATA) -> str:
    """One checksum over the gold articles, ids and labels and texts: figures on another gold cannot be compared."""
    ids = gold_ids(data)
    rows = sorted(repr(a) for a in read_articles(data) if a.id in ids)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def count_blocks(blocks: Iterable[Iterable[str]]) -> tuple[Counter[str], ...]:
    """Token counts of each block, what is no term left out."""
    from model.themes import is_term  # noqa: PLC0415 - keeps numpy out of plain reading

    return tuple(Counter(filter(is_term, tokens)) for tokens in blocks)


def _check(article: WrittenArticle, codes: set[str], where: str) -> None:
    if article.theme not in codes or not set(article.also) <= codes - {REST, article.theme}:
        raise CorpusError(f"{where}: 主题 {article.theme}、次主题 {article.also} 不在 themes.toml，或自相矛盾")
    for sentence in (*article.key, *article.never):
        if sentence not in article.body:
            raise CorpusError(f"{where}: 标出的句子不在正文里：{sentence[:20]}")
    if set(article.key) & set(article.never):
        raise CorpusError(f"{where}: 同一句既是关键句又是不可刊印的句子")
