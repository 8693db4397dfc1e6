"""Files → rows."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from model.errors import InputError
from service.files import check_tables, document_text, fields, rows, total_bytes
from service.problems import RefusalError

if TYPE_CHECKING:
    from pathlib import Path

BODY = "本报讯 昨日，街道开展消防演练。\n居民“三分钟”撤离，无一人受伤。"


def read(*paths: object) -> list[dict[str, object]]:
    return [fields(row) for row in rows([str(p) for p in paths])]


def table(encoding: str, delimiter: str = ",", header: tuple[str, ...] = ("id", "title", "body")) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([["a", "标题，带逗号", BODY], ["", "", ""], ["b", "", "第二篇。"]])
    return out.getvalue().encode(encoding)


def test_jsonl_rows_keep_their_lines_and_known_fields(tmp_path: Path) -> None:
    """Blank lines are no rows, other columns are left out, a row without id is named by file and line."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(
        b"\xef\xbb\xbf"
        + json.dumps({"id": 7, "title": "题", "text": BODY, "sentences": ["x"], "theme": "safety"}).encode()
        + b"\n\n"
        + json.dumps({"body_html": "<p>二</p>", "body": None}, ensure_ascii=False).encode("gb18030")
    )

    assert read(path) == [
        {"id": 7, "headline": "题", "body": BODY},
        {"id": "in.jsonl:3", "body_html": "<p>二</p>"},
    ]
    assert [row.line for row in rows([str(path)])] == [1, 3]
    assert [row.place for row in rows([str(path)])][-1] == total_bytes([str(path)])


@pytest.mark.parametrize("line", [b"{oops", b"[1]", b"7", b"\xff\xfe\x00\x00"])
def test_a_bad_line_is_refused_by_itself(tmp_path: Path, line: bytes) -> None:
    """The reader goes on; whoever parses the row is told."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(line + b'\n{"id": 1, "body": "a"}\n')
    found = list(rows([str(path)]))

    with pytest.raises(RefusalError):
        fields(found[0])
    assert fields(found[1])["id"] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("header", [("id", "title", "body"), ("编号", "标题", "正文"), (" ID", "Headline ", "TEXT")])
def test_csv_is_read_as_excel_writes_it(tmp_path: Path, encoding: str, delimiter: str, header: tuple[str, ...]) -> None:
    """Any of its encodings, separators and namings; line breaks in cells; empty rows skipped."""
    path = tmp_path / "in.csv"
    path.write_bytes(table(encoding, delimiter, header))

    found = read(path)

    assert found[0] == {"id": "a", "headline": "标题，带逗号", "body": BODY}
    assert found[1] == {"id": "b", "body": "第二篇。"}
    assert [row.line for row in rows([str(path)])] == [2, 5]


def test_a_damaged_line_spoils_no_other(tmp_path: Path) -> None:
    """A character cut in half in one row of UTF-8 does not make GB18030 of what follows."""
    path = tmp_path / "in.csv"
    whole = f"3,县里演练,{BODY.splitlines()[0]}\n".encode()
    path.write_bytes("编号,标题,正文\n2,市里开会,昨日市里开会".encode()[:-1] + b"\n" + whole)

    found = read(path)

    assert found[0]["body"] == "昨日市里开\ufffd"
    assert found[1]["body"] == BODY.splitlines()[0]


def test_a_long_cell_is_no_error(tmp_path: Path) -> None:
    """An article of a megabyte fits into a CSV cell."""
    path = tmp_path / "in.csv"
    path.write_text("body\n" + "演" * 400_000 + "\n", encoding="utf-8")

    assert len(str(read(path)[0]["body"])) == 400_000


def test_gzip_is_read_and_a_torn_file_tells_its_line(tmp_path: Path) -> None:
    """The rows before the damage come, then one row that says what happened."""
    whole = gzip.compress(b"".join(b'{"id": %d, "body": "%s"}\n' % (i, BODY[:9].encode()) for i in range(2000)))
    good, torn = tmp_path / "good.jsonl.gz", tmp_path / "torn.jsonl.gz"
    good.write_bytes(whole)
    torn.write_bytes(whole[: len(whole) // 2])

    assert [f["id"] for f in read(good)] == list(range(2000))
    found = list(rows([str(torn)]))
    assert len(found) < 2000
    with pytest.raises(RefusalError, match="压缩文件损坏"):
        fields(found[-1])


def test_excel_sheets_are_read(tmp_path: Path) -> None:
    """Numbers as ids stay whole numbers."""
    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for n, cells in enumerate([["id", "标题", "正文"], [7, "题", BODY], [], ["b", "", "第二篇。"]]):
            sheet.write_row(n, 0, cells)

    assert read(path) == [{"id": "7", "headline": "题", "body": BODY}, {"id": "b", "body": "第二篇。"}]


@pytest.mark.parametrize("name", ["in.csv", "in.xlsx"])
def test_a_table_without_text_is_a_bad_call(tmp_path: Path, name: str) -> None:
    """The message names the columns that are there; a file that is no sheet says so."""
    path = tmp_path / name
    path.write_text("编号,题目\n1,二\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"题目|xlsx"):
        read(path)


def test_text_files_have_their_headline_first(tmp_path: Path) -> None:
    """.txt in GB18030, .md, .html and .docx come out alike; a folder is read by name, other files are left alone."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_bytes(f"\n题目\n\n{BODY}\n".encode("gb18030"))
    (tmp_path / "b.md").write_text(f"# 题目\n\n{BODY}\n", encoding="utf-8")
    (tmp_path / "sub" / "c.html").write_text(f"<h1>题目</h1><p>{BODY.replace(chr(10), '<br>')}", encoding="utf-8")
    (tmp_path / "d.docx").write_bytes(docx(["题目", *BODY.split("\n")]))
    (tmp_path / "e.pdf").write_bytes(b"%PDF")
    (tmp_path / ".hidden.txt").write_text("x", encoding="utf-8")

    found = read(tmp_path)

    assert [f["id"] for f in found] == ["a.txt", "b.md", "d.docx", "sub/c.html"]
    assert {f["headline"] for f in found} == {"题目"}
    assert {str(f["body"]).replace("\n\n", "\n") for f in found} == {BODY}


def test_a_file_that_is_not_what_it_says_is_refused(tmp_path: Path) -> None:
    """A .docx that is no zip, a .txt that is a picture."""
    (tmp_path / "a.docx").write_bytes(b"no zip")
    (tmp_path / "b.txt").write_bytes(bytes(range(256)))

    for name in ("a.docx", "b.txt"):
        with pytest.raises(RefusalError):
            document_text(tmp_path / name)


@pytest.mark.parametrize("name", ["missing.jsonl", "in.pdf", "empty"])
def test_an_input_that_cannot_be_used_is_a_bad_call(tmp_path: Path, name: str) -> None:
    """A missing file, an unknown kind, a folder without texts."""
    (tmp_path / "in.pdf").write_bytes(b"%PDF")
    (tmp_path / "empty").mkdir()

    with pytest.raises(InputError, match=name):
        list(rows([str(tmp_path / name)]))


def test_a_row_that_is_no_csv_is_refused_by_itself(tmp_path: Path) -> None:
    """A lone carriage return outside quotes: the rows around it are read; a first row like that is a bad call."""
    (tmp_path / "a.csv").write_bytes("id,body\n1,消防\n2,a\rb\n3,演练\n".encode())
    (tmp_path / "b.csv").write_bytes(b"id,\rbody\n1,x\n")
    (tmp_path / "c.csv").write_bytes(b"")

    found = list(rows([str(tmp_path / "a.csv")]))

    assert [isinstance(row.payload, RefusalError) for row in found] == [False, True, False]
    for name, told in (("b.csv", "不是 CSV"), ("c.csv", "第一行是空的")):
        with pytest.raises(InputError, match=told):
            list(rows([str(tmp_path / name)]))


def docx(paragraphs: list[str]) -> bytes:
    """The smallest Word file."""
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    body = "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("word/document.xml", f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>')
        z.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{relations}">'
            f'<Relationship Id="r" Type="{office}" Target="word/document.xml"/></Relationships>',
        )
        z.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
    return out.getvalue()


def test_the_heads_of_all_tables_are_read_first(tmp_path: Path) -> None:
    """The second input's missing column is told before the first is labelled."""
    (tmp_path / "a.csv").write_bytes(table("utf-8"))
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(b"id,author\n1,x\n"))
    (tmp_path / "c.txt").write_text(BODY, "utf-8")

    check_tables([str(tmp_path / "a.csv"), str(tmp_path / "c.txt")])
    with pytest.raises(InputError, match=r"b\.csv\.gz 没有正文列"):
        check_tables([str(tmp_path / "a.csv"), str(tmp_path / "b.csv.gz")])
