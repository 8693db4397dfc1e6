"""training.counts: texts become figures, the way the program sees the text, and nothing more."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from model.segmenter import Segmenter
from training import corpus, counts

SEGMENTER = Segmenter()
ROW = {
    "id": "b",
    "headline": "海棠镇开展消防演练",
    "body": "本报讯 昨日，海棠镇开展消防演练。演练历时30分钟。\n居民纷纷点赞。",
    "theme": "safety",
    "source": "local:test",
}


def test_blocks_hold_headline_lead_and_body() -> None:
    """Words are counted block by block; the lead is a part of the body; numbers and punctuation are no words."""
    headline, lead, body = counts.count(ROW, SEGMENTER)

    assert headline["消防"] == 1
    assert body["演练"] == 2
    assert "点赞" in body
    assert "点赞" not in lead
    assert all(body[word] >= n for word, n in lead.items())
    assert not {"30", "。", "，"} & set(body)


def test_a_hard_wrapped_text_counts_like_a_whole_one() -> None:
    """A line break inside a sentence cuts no word."""
    line = "昨日上午，海棠镇在中心小学操场开展消防演练，六百名师生在三分钟内全部撤离到安全地带，演练达到预期效果。"
    wrapped = "\n".join(line[i : i + 18] for i in range(0, len(line), 18))

    assert counts.count({"body": wrapped}, SEGMENTER) == counts.count({"body": line}, SEGMENTER)


def test_rows_are_ordered_and_hold_no_text() -> None:
    """Rows come by id, words by alphabet; no field holds the text; what is not said has a default."""
    rows = counts.counted_rows([ROW, ROW | {"id": "a", "also": ["community"], "sure": 1}], SEGMENTER)

    assert [row["id"] for row in rows] == ["a", "b"]
    assert [(row["also"], row["sure"]) for row in rows] == [(["community"], 1), ([], 3)]
    assert ROW["body"] not in str(rows)
    assert set(rows[0]) >= {"id", "source", "theme", "also", "sure", "headline", "lead", "body"}
    assert list(rows[0]["body"]) == sorted(rows[0]["body"])


def test_counts_are_written_by_the_thousand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files hold so many rows each; those of an earlier, larger run do not stay."""
    monkeypatch.setattr(counts, "ROWS_A_FILE", 2)
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "counts-07.jsonl.gz").write_bytes(b"old")

    written = counts.write_counts([ROW | {"id": str(n)} for n in range(5)], SEGMENTER, folder)

    assert written == 5
    files = sorted(folder.glob("counts-*"))
    assert [path.name for path in files] == [f"counts-0{n}.jsonl.gz" for n in range(3)]
    assert [row["id"] for path in files for _, row in corpus.read_jsonl(path)] == list("01234")


def test_frequencies_leave_rare_words_out(tmp_path: Path) -> None:
    """A word counts once an article, in headline or body; one in fewer articles than the least is not kept."""
    rows = [{"headline": "消防演练", "body": "演练举行。"}] * counts.FREQUENT + [{"headline": "", "body": "古树挂牌。"}]
    (tmp_path / "corpus").mkdir()

    assert counts.write_frequencies(rows, SEGMENTER, tmp_path / "corpus") == len(rows)

    total, kept = corpus.read_frequencies(tmp_path)
    assert total == len(rows)
    assert kept == {"举行": 3, "演练": 3, "消防": 3}
    with gzip.open(tmp_path / "corpus" / "frequencies.txt.gz", "rt", encoding="utf-8") as stream:
        assert stream.readline() == "4\n"
