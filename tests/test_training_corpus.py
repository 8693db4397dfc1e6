"""training.corpus: what is read is checked, and the message names file and row."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from model.errors import CorpusError
from training import corpus
from training.split import near_duplicates

pytest_plugins = ["tests.small_corpus"]
pytest.register_assert_rewrite(*pytest_plugins)

from tests.small_corpus import rows_of, write_rows  # noqa: E402 - a plugin is named for rewriting before it is imported


def change(data: Path, **fields: object) -> None:
    """Overwrite fields of the first written article."""
    path = data / "corpus" / "articles.jsonl"
    rows = rows_of(path)
    write_rows(path, [rows[0] | fields, *rows[1:]])


def test_the_whole_corpus_is_sound() -> None:
    """Every shipped article passes its checks; each theme has at least 60; gold is a part of the corpus."""
    articles = corpus.read_articles()
    themes = {t.code for t in corpus.read_themes()}

    assert len(articles) >= 360
    assert all(sum(a.theme == theme for a in articles) >= 60 for theme in themes)
    assert corpus.gold_ids() < {a.id for a in articles}


def test_gold_has_no_near_duplicate_in_what_is_fitted() -> None:
    """No story stands on both sides: not among the written articles, by the measure that makes the folds."""
    articles = corpus.read_articles()
    gold = corpus.gold_ids()
    groups = near_duplicates([{a.body[i : i + 2] for i in range(len(a.body))} for a in articles])
    sides: dict[int, set[bool]] = {}
    for article, group in zip(articles, groups, strict=True):
        sides.setdefault(group, set()).add(article.id in gold)

    assert all(len(side) == 1 for side in sides.values())


def test_counts_hold_figures_only(small: Path) -> None:
    """A counted article is read with its source, certainty and three blocks of counts, words in alphabetical order."""
    counted = corpus.read_counts(small)

    assert len(counted) == 24
    assert {a.source for a in counted} == {"local:0", "local:1"}
    assert {a.sure for a in counted} == {1, 2, 3}
    for article in counted:
        assert len(article.blocks) == 3
        assert all(isinstance(n, int) and n > 0 for block in article.blocks for n in block.values())
        assert list(article.blocks[2]) == sorted(article.blocks[2])


def test_paragraphs_are_lines(small: Path) -> None:
    """A written article's paragraph spans cut its body at the line feeds."""
    for written in corpus.read_articles(small):
        article = written.article
        assert [article.body[start:end] for start, end in article.paragraphs] == article.body.split("\n")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"theme": "sport"}, "第 1 行: 主题 sport"),
        ({"also": ["other"]}, "第 1 行: 主题"),
        ({"theme": "safety", "also": ["safety"]}, "第 1 行: 主题"),
        ({"key": ["正文里没有的一句。"]}, "标出的句子不在正文里"),
        ({"body": "一句。两句。", "key": ["一句。"], "never": ["一句。"]}, "同一句"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_malformed_article_is_named(copy: Path, fields: dict[str, object], message: str) -> None:
    """An unknown theme, a contradicting second theme, a sentence that is not in the body, an unknown field."""
    change(copy, **fields)

    with pytest.raises(CorpusError, match=message):
        corpus.read_articles(copy)


def test_a_doubled_id_is_named(copy: Path) -> None:
    """Two articles of one id are an error at the second."""
    path = copy / "corpus" / "articles.jsonl"
    rows = rows_of(path)
    write_rows(path, [*rows, rows[0]])

    with pytest.raises(CorpusError, match=f"第 {len(rows) + 1} 行: 编号 {rows[0]['id']} 重复"):
        corpus.read_articles(copy)


@pytest.mark.parametrize("text", ["{not json", "[1, 2]"])
def test_a_row_that_is_no_object(tmp_path: Path, text: str) -> None:
    """Broken JSON and a list in place of a row are errors that name the file."""
    path = tmp_path / "rows.jsonl"
    path.write_text(text, "utf-8")

    with pytest.raises(CorpusError, match=r"rows\.jsonl"):
        list(corpus.read_jsonl(path))


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """A file that is not there is a CorpusError, not an OSError."""
    with pytest.raises(CorpusError, match=r"none\.jsonl"):
        list(corpus.read_jsonl(tmp_path / "none.jsonl"))


def test_a_malformed_line_is_named(copy: Path) -> None:
    """A line that is no JSON is told with the file, its number and the column."""
    path = copy / "corpus" / "articles.jsonl"
    path.write_text(path.read_text("utf-8") + "\n{oops", "utf-8")

    with pytest.raises(CorpusError, match=r"articles\.jsonl 第 \d+ 行: 不是合法的 JSON（.*第 2 列）"):
        corpus.read_articles(copy)


@pytest.mark.parametrize("cut", [0.5, 0.0])
def test_a_damaged_archive_is_named(copy: Path, cut: float) -> None:
    """An archive that is cut short or overwritten is told in a line, whichever of the two kinds it is."""
    folder = copy / "corpus"
    for path, read in (
        (next(iter(sorted(folder.glob("counts-*.jsonl.gz")))), corpus.read_counts),
        (folder / "frequencies.txt.gz", corpus.read_frequencies),
    ):
        raw = path.read_bytes()
        path.write_bytes(raw[: int(len(raw) * cut)] if cut else raw[:20] + bytes(40) + raw[60:])
        with pytest.raises(CorpusError, match=path.name):
            read(copy)
        path.write_bytes(raw)


def test_unknown_theme_in_counts(copy: Path) -> None:
    """A counted article of a theme that themes.toml does not name is an error."""
    row = {"id": "x", "source": "s", "theme": "sport", "also": [], "sure": 1, "headline": {}, "lead": {}, "body": {}}
    corpus.write_jsonl_gz(copy / "corpus" / "counts-99.jsonl.gz", [row])

    with pytest.raises(CorpusError, match=r"counts-99.*sport"):
        corpus.read_counts(copy)


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[[theme]]\ncode = "a"\n',
        '[[theme]]\ncode = "a"\nlabel = "甲"\n',
        '[[theme]]\ncode = "a"\nlabel = "甲"\n[[theme]]\ncode = "a"\nlabel = "乙"\n',
        "[[theme",
    ],
)
def test_themes_are_checked(tmp_path: Path, text: str) -> None:
    """No theme, one theme, a doubled code, a missing label, broken TOML: an error that names the file."""
    (tmp_path / "themes.toml").write_text(text, "utf-8")

    with pytest.raises(CorpusError, match=r"themes\.toml"):
        corpus.read_themes(tmp_path)


def test_broken_terms_are_named(copy: Path) -> None:
    """A lexicon without its two kinds of tables is an error."""
    (copy / "terms.toml").write_text("[strong.safety]\nx = 1\n", "utf-8")

    with pytest.raises(CorpusError, match=r"terms\.toml"):
        corpus.read_terms(copy)


def test_word_lists_take_comments(tmp_path: Path) -> None:
    """`#` starts a comment, blank lines and doubles are dropped, the order stays."""
    (tmp_path / "words.txt").write_text("# list\n乙 # second\n\n甲\n乙\n", "utf-8")

    assert corpus.read_words("words.txt", tmp_path) == ("乙", "甲")


def test_archives_are_the_same_every_time(tmp_path: Path) -> None:
    """The same rows give the same bytes, and come back."""
    rows = [{"a": 1}, {"b": "字"}]
    for name in ("one.jsonl.gz", "two.jsonl.gz"):
        corpus.write_jsonl_gz(tmp_path / name, rows)

    assert (tmp_path / "one.jsonl.gz").read_bytes() == (tmp_path / "two.jsonl.gz").read_bytes()
    assert [row for _, row in corpus.read_jsonl(tmp_path / "one.jsonl.gz")] == rows
    assert [json.loads(line) for line in gzip.open(tmp_path / "one.jsonl.gz")] == rows  # noqa: SIM115


@pytest.mark.parametrize("name", ["themes.toml", "terms.toml", "lexicon.txt", "stopwords.txt", "gold/ids.txt"])
def test_fingerprint_sees_every_file_that_a_fit_reads(copy: Path, name: str) -> None:
    """A changed byte in any of them changes the checksum; the keyword list of the baseline does not."""
    before = corpus.fingerprint(copy)
    (copy / "keywords.toml").write_text("", "utf-8")
    assert corpus.fingerprint(copy) == before

    with (copy / name).open("a", encoding="utf-8") as stream:
        stream.write("\n# note\n")

    assert corpus.fingerprint(copy) != before


def test_gold_fingerprint_sees_gold_only(copy: Path) -> None:
    """A relabelled training article leaves it as it is; a relabelled gold article changes it."""
    before = corpus.gold_fingerprint(copy)
    gold = corpus.gold_ids(copy)
    path = copy / "corpus" / "articles.jsonl"
    rows = rows_of(path)

    write_rows(path, [row if row["id"] in gold else row | {"genre": "brief"} for row in rows])
    assert corpus.gold_fingerprint(copy) == before

    write_rows(path, [row | {"genre": "brief"} if row["id"] in gold else row for row in rows])
    assert corpus.gold_fingerprint(copy) != before
