"""Files → rows to label, read in a stream: .jsonl .csv (.gz too) .xlsx, and .txt .md .html .docx or folders of them.

The reader hands raw rows on, so that the work of parsing a row is done where the row is labelled, on all cores.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zlib
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from model.errors import InputError
from service.problems import Fault, RefusalError, json_fault
from service.texts import damaged_utf8, decode, headline_and_body, html_text, markdown_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TABLES = (".jsonl", ".csv", ".xlsx", ".jsonl.gz", ".csv.gz")
TEXTS = (".txt", ".md", ".html", ".htm", ".docx")
_COLUMNS = {
    "编号": "id",
    "标题": "headline",
    "主题": "headline",
    "title": "headline",
    "正文": "body",
    "text": "body",
    "内容": "body",
}
_FIELDS = ("id", "headline", "body", "body_html")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to label and where it stands.

    `payload` is a line of JSON (`bytes`), the cells of a table (`dict`), a file still to be read (`Path`), or what
    is wrong with the source at this place (`RefusalError`). `place` is how far into all inputs it ends, in bytes.
    """

    source: str
    line: int
    payload: bytes | dict[str, str] | Path | RefusalError
    place: int

    @property
    def is_file(self) -> bool:
        """Whether the row is a file of its own: a .txt, .md, .html or .docx."""
        return isinstance(self.payload, Path)

    def fingerprint(self) -> bytes:
        """Return bytes that change when the row does."""
        if isinstance(self.payload, bytes):
            return self.payload
        if isinstance(self.payload, Path):
            stat = self.payload.stat()
            return f"{self.source}\0{stat.st_size}\0{stat.st_mtime_ns}".encode()
        return repr(self.payload).encode("utf-8", "surrogatepass")


def total_bytes(inputs: Iterable[str]) -> int:
    """Return the size of all inputs, the measure of `Row.place`."""
    return sum(path.stat().st_size for path, _ in _expand(inputs))


def check_tables(inputs: Iterable[str]) -> None:
    """Read the head of every table: a run should not stop at its last input for want of a column.

    Raises:
        InputError: an input is missing, of an unknown kind, or has no column to label.

    """
    for path, name in _expand(inputs):
        if _ending(path) not in TEXTS:
            next(_file_rows(path, name, 0), None)


def rows(inputs: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of all inputs in order; the files of a folder by name.

    Raises:
        InputError: an input is missing, of an unknown kind, or has no column to label.

    """
    done = 0
    for path, name in _expand(inputs):
        yield from _file_rows(path, name, done)
        done += path.stat().st_size


def _expand(inputs: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Yield (file, its name in messages and ids); a folder stands for the text files under it."""
    for given in inputs:
        path = Path(given)
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if _ending(p) in TEXTS and p.is_file() and p.name[0] != ".")
            if not found:
                raise InputError(f"文件夹 {given} 里没有 {' '.join(TEXTS)} 文件")
            yield from ((p, p.relative_to(path).as_posix()) for p in found)
        elif not path.is_file():
            raise InputError(f"找不到文件：{given}")
        elif _ending(path) not in TABLES + TEXTS:
            raise InputError(f"不认识的文件类型：{given}（可用 {' '.join(TABLES + TEXTS)}）")
        else:
            yield path, path.name


def _ending(path: Path) -> str:
    suffixes = [s.lower() for s in path.suffixes[-2:]]
    return "".join(suffixes) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])


def _file_rows(path: Path, name: str, done: int) -> Iterator[Row]:
    ending = _ending(path)
    if ending in TEXTS:
        yield Row(name, 1, path, done + path.stat().st_size)
    elif ending == ".xlsx":
        yield from _sheet_rows(path, name, done)
    else:
        with path.open("rb") as raw:
            read = _csv_rows if ending.startswith(".csv") else _json_rows
            stream = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if ending.endswith(".gz") else raw
            line = 0
            try:
                for line, payload in read(stream, name):
                    yield Row(name, line, payload, done + raw.tell())
            except (EOFError, gzip.BadGzipFile, zlib.error):
                yield Row(name, line + 1, RefusalError("binary", "压缩文件损坏，从这里起读不出来"), done + raw.tell())


def _json_rows(stream: BinaryIO | io.BufferedReader, _name: str) -> Iterator[tuple[int, bytes]]:
    for line, raw in enumerate(stream, 1):
        text = raw.removeprefix(b"\xef\xbb\xbf") if line == 1 else raw
        if text.strip():
            yield line, text.strip()


def _csv_rows(stream: BinaryIO | io.BufferedReader, name: str) -> Iterator[tuple[int, dict[str, str] | RefusalError]]:
    csv.field_size_limit(sys.maxsize)  # an article may be longer than the default 128 KiB
    lines = _decoded_lines(stream)
    first = next(lines, "")
    reader = csv.reader(chain([first], lines), delimiter=max(",\t;", key=first.count))
    try:
        columns = _columns(next(reader, []), name)
    except csv.Error:
        raise InputError(f"{name} 不是 CSV：第一行读不懂，请另存为 CSV（UTF-8）再试") from None
    for line, cells in _cells(reader):
        if isinstance(cells, RefusalError):
            yield line, cells
        elif any(c.strip() for c in cells):
            yield line, {column: cells[i] for column, i in columns.items() if i < len(cells)}


def _cells(reader: Any) -> Iterator[tuple[int, list[str] | RefusalError]]:
    """Yield the rows with the line that each begins on; the reader goes on after a row that it cannot read."""
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            yield start, RefusalError("invalid", "这一行不是 CSV：引号之外有单独的回车符")
            continue
        if cells is None:
            return
        yield start, cells


def _decoded_lines(stream: BinaryIO | io.BufferedReader) -> Iterator[str]:
    """Decode line by line, so that a table of any size streams; the first line that is GB18030 means that all are."""
    encoding = "utf-8"
    for number, raw in enumerate(stream):
        line = raw.removeprefix(b"\xef\xbb\xbf") if number == 0 else raw
        try:
            yield line.decode(encoding)
        except UnicodeDecodeError:
            damaged = damaged_utf8(line) if encoding == "utf-8" else ""
            encoding = encoding if damaged else "gb18030"
            yield damaged or line.decode(encoding, "replace")


def _columns(header: list[str], name: str) -> dict[str, int]:
    """Return where the columns stand that we read; the first of two that mean the same counts."""
    if not any(cell.strip() for cell in header):
        raise InputError(f"{name} 第一行是空的：第一行要写列名，如 id,headline,body")
    columns: dict[str, int] = {}
    for i, cell in enumerate(header):
        key = cell.strip().lower()
        column = _COLUMNS.get(key, key)
        if column in _FIELDS:
            columns.setdefault(column, i)
    if "body" not in columns and "body_html" not in columns:
        raise InputError(
            f"{name} 没有正文列：第一行要有 body（或 text、正文、body_html），这里是：{'、'.join(header)[:80]}"
        )
    return columns


def _sheet_rows(path: Path, name: str, done: int) -> Iterator[Row]:
    """Yield the rows of the first sheet."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only for .xlsx

    size = path.stat().st_size
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except (CalamineError, OSError) as error:
        raise InputError(f"{name} 打不开：不是完好的 .xlsx 文件") from error
    table = sheet.iter_rows()
    columns = _columns([str(c) for c in next(table, [])], name)
    height = max(1, sheet.height)
    for line, cells in enumerate(table, 2):
        if any(str(c).strip() for c in cells):
            payload = {column: _cell(cells[i]) for column, i in columns.items() if i < len(cells)}
            yield Row(name, line, payload, done + size * line // height)


def _cell(value: object) -> str:
    """Excel keeps whole numbers as floats: the id 7 comes as 7.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def fields(row: Row, *, whole: bool = False) -> dict[str, Any]:
    """Parse a row into the fields of an article: `id`, `headline`, `body` or `body_html`; others are left out.

    `id` falls back to the file's name (and line). A file's first line is its headline, unless it is wanted `whole`.

    Raises:
        RefusalError: the row cannot be read.

    """
    payload = row.payload
    if isinstance(payload, RefusalError):
        raise payload
    if isinstance(payload, Path):
        text = document_text(payload, markdown=not whole)
        headline, body = ("", text) if whole else headline_and_body(text)
        return {"id": row.source, "headline": headline, "body": body}
    found = _json_fields(payload) if isinstance(payload, bytes) else {k: v for k, v in payload.items() if v}
    if found.get("id") in (None, ""):
        found["id"] = f"{row.source}:{row.line}"
    if "body_html" in found and "body" in found:  # exports fill one of the two and leave the other empty
        del found["body_html" if found["body"] else "body"]
    return found


def _json_fields(line: bytes) -> dict[str, Any]:
    from pydantic_core import from_json  # noqa: PLC0415 - only for .jsonl

    try:
        # The parser of the service: no NaN, no lone surrogate, no bottomless nesting gets into a run.
        value = from_json(decode(line), allow_inf_nan=False)
    except ValueError as error:
        reason = f"这一行不是合法的 JSON：{json_fault(str(error)).removeprefix('第 1 行')}"
        raise RefusalError("not-json", reason, [Fault("#", reason)]) from None
    if not isinstance(value, dict):
        raise RefusalError("invalid", "这一行应当是 JSON 对象", [Fault("#", "应当是 JSON 对象")])
    found: dict[str, Any] = {}
    for key, cell in value.items():
        column = _COLUMNS.get(key, key)
        if column in _FIELDS and cell is not None:
            found.setdefault(column, cell)
    return found


def document_text(path: Path, *, markdown: bool = True) -> str:
    """Return the text of a .txt, .md, .html or .docx file; without `markdown` a .md file is taken as it is.

    Raises:
        RefusalError: the file is binary, or not what its ending says.

    """
    ending = _ending(path)
    if ending == ".docx":
        return _docx_text(path)
    text = decode(path.read_bytes())
    if ending in {".html", ".htm"}:
        return html_text(text)
    return markdown_text(text) if ending == ".md" and markdown else text


def _docx_text(path: Path) -> str:
    """Word → HTML → text, so that line breaks, lists and tables come out as everywhere else; pictures are left out."""
    import mammoth  # noqa: PLC0415 - only for .docx

    try:
        with path.open("rb") as stream:
            no_picture = mammoth.images.img_element(lambda _image: {})
            html: str = mammoth.convert_to_html(stream, convert_image=no_picture).value
    except Exception as error:
        detail = f"{path.name} 打不开：不是完好的 .docx 文件"
        raise RefusalError("binary", detail) from error
    return html_text(html)
