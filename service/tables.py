"""Digests → rows of an output file: a line of JSON, a line of CSV, a row of an Excel sheet."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FORMS = {".jsonl": "jsonl", ".csv": "csv", ".xlsx": "xlsx"}
# What a flat row has, with the width of its column in a sheet, in characters. Lists are joined.
_COLUMNS: dict[str, int] = {
    "id": 16,
    "page": 16,
    "headline": 40,
    "theme": 13,
    "label": 8,
    "probability": 11,
    "also": 18,
    "decision": 9,
    "reason": 15,
    "summary": 80,
    "keywords": 40,
    "because": 40,
    "kicker": 20,
    "subhead": 20,
    "reporters": 14,
    "correspondents": 14,
    "photographers": 14,
    "kind": 10,
    "model": 12,
}
# Excel's own limits.
_CELL = 32767
_HEIGHT = 1_048_576
# What a cell begins with that spreadsheets take for a formula, in a Chinese or Japanese locale also full width.
_FORMULA = tuple("=+-@\t\r＝＋－＠")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def flat(row: Mapping[str, Any]) -> dict[str, str | float]:
    """Return a digest's row for a table: one plain value a column."""
    theme = row["theme"]
    return {
        "id": str(row["id"]),
        "page": str(row.get("page", "")),
        "headline": row["headline"],
        "theme": theme["code"],
        "label": theme["label"],
        "probability": theme["probability"],
        "also": " ".join(t["code"] for t in row["also"]),
        "decision": row["decision"],
        "reason": row["reason"] or "",
        "summary": row["summary"]["text"],
        "keywords": " ".join(row["keywords"]),
        "because": " ".join(e["term"] for e in row["because"]),
        "kicker": row["kicker"],
        "subhead": row["subhead"],
        **{role: "、".join(names) for role, names in row["byline"].items()},
        "kind": row["kind"],
        "model": row["model"],
    }


def head(form: str) -> bytes:
    """Return what an output file of this form begins with; a byte order mark tells Excel that a CSV is UTF-8."""
    return codecs.BOM_UTF8 + _csv_line(_COLUMNS) if form == "csv" else b""


def encode(row: Mapping[str, Any], form: str) -> bytes:
    """Return the row as a line; the rows of a sheet wait as JSON until the end, for a sheet cannot be added to."""
    if form == "csv":
        cells = flat(row)
        return _csv_line(cells[column] for column in _COLUMNS)
    return to_json(row) + b"\n"


def _csv_line(cells: Iterable[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(map(_harmless, cells))
    return line.getvalue().encode("utf-8", "replace")


def _harmless(cell: object) -> object:
    """Put an apostrophe before what a spreadsheet would run as a formula (OWASP, CSV injection); numbers stay.

    A CSV has no other way to say "text". Whoever wants the text untouched takes .jsonl or .xlsx (cells of type text).
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def sheet_from_jsonl(lines: Path, out: Path) -> None:
    """Write the rows of a .jsonl file as an Excel sheet, in flat memory; the sheet appears whole or not at all.

    Raises:
        InputError: more rows than an Excel sheet can hold.

    """
    import xlsxwriter  # noqa: PLC0415 - only for .xlsx

    fresh = out.with_name(f"{out.name}.new")
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with lines.open(encoding="utf-8") as rows, xlsxwriter.Workbook(str(fresh), options) as book:
        sheet = book.add_worksheet("摘编")
        bold = book.add_format({"bold": True})
        for i, (column, width) in enumerate(_COLUMNS.items()):
            sheet.set_column(i, i, width)
            sheet.write_string(0, i, column, bold)
        sheet.freeze_panes(1, 0)
        for n, line in enumerate(rows, 1):
            if n >= _HEIGHT:
                raise InputError(f"一张 Excel 表最多 {_HEIGHT:,} 行，装不下；请改用 .csv 或 .jsonl")
            _write_row(sheet, n, flat(json.loads(line)))
    fresh.replace(out)


def _write_row(sheet: Any, n: int, cells: dict[str, str | float]) -> None:
    for i, column in enumerate(_COLUMNS):
        value = cells[column]
        if isinstance(value, str):
            sheet.write_string(n, i, value[:_CELL])
        else:
            sheet.write_number(n, i, value)
