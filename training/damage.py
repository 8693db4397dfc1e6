"""Damaged pages with known answers: whole articles laid out as one page, then torn as real pages are torn.

The defects and their names are those found on pages taken from newspapers by machine: a paragraph cut by a column
break, text lost at the cut, a run printed twice, a headline inside or after its body, a byline before its headline,
several decks on one line, a heading broken by a space, a paragraph moved or copied into a foreign article, heading
marks, half-width punctuation, HTML remains, photo captions with their credit, page furniture.
The answer (`gold`) lists for each article its lines, headline lines, copied lines and whole paragraphs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from training.sheets import CLEAN, Piece, Rates, Sheet, Story, is_han, make_sheet, place_head

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

__all__ = ["CLEAN", "Rates", "Story", "make_page"]

_HALF = str.maketrans("，；：？！（）", ",;:?!()")


def make_page(articles: Sequence[Story], rng: random.Random, rates: Rates | None = None) -> tuple[str, dict[str, Any]]:
    """Lay `articles` (rows of the corpus: headline, kicker, subhead, body …) on one page and tear it.

    Returns the page's text and its answer in the form of a page's gold (`articles`, `dropped`, `page_defects`).
    """
    r = rates or Rates()
    page = {"markup": rng.random() < r.markup, "half": rng.random() < r.half, "html": rng.random() < r.html}
    sheets = [make_sheet(i, a, rng, r) for i, a in enumerate(articles)]
    _foreign(sheets, rng, r)
    for i, sheet in enumerate(sheets):
        _cut(i, sheet, rng, r)
        place_head(i, sheet, rng, r, marked=page["markup"])
    return _print(sheets, rng, r, page)


def _foreign(sheets: list[Sheet], rng: random.Random, r: Rates) -> None:
    """Move or copy a paragraph that is not the first into another article of the page."""
    for rate, copied in ((r.copy, True), (r.move, False)):
        if rng.random() >= rate or len(sheets) < 2:
            continue
        homes = [s for s in sheets if sum(not p.copy and p.paragraph > 0 for p in s.pieces) >= 2 and s.kind == "report"]
        if not homes:
            continue
        home = rng.choice(homes)
        here = sheets.index(home)
        host = sheets[rng.choice([i for i in range(max(0, here - 2), min(len(sheets), here + 3)) if i != here])]
        own = [p for p in home.pieces if p.role == "para" and p.paragraph > 0 and not p.copy and p.owner == here]
        if not own or len(host.pieces) < 2:
            continue
        piece = rng.choice(own)
        if copied:
            moved = Piece(piece.owner, "para", piece.text, piece.paragraph, copy=True)
        else:
            home.pieces.remove(piece)
            moved = piece
        host.pieces.insert(rng.randrange(1, len(host.pieces)), moved)
        home.defects |= {"paragraph_in_foreign_article"} | ({"duplicated_paragraph"} if copied else set())
        host.defects.add("foreign_paragraph_inside")


def _cut(owner: int, sheet: Sheet, rng: random.Random, r: Rates) -> None:
    """Column breaks: a paragraph cut between two characters, at times with text lost or a run printed twice."""
    out: list[Piece] = []
    tails: list[str] = []
    for piece in sheet.pieces:
        text = piece.text
        spots = [k for k in range(5, len(text) - 5) if is_han(text[k - 1]) and is_han(text[k])]
        if (
            len(text) < 20
            or piece.copy
            or piece.owner != owner
            or not spots
            or rng.random() >= r.cut * min(1.6, len(text) / 90)
        ):
            out.append(piece)
            continue
        at = rng.choice(spots)
        first, second = (
            Piece(piece.owner, "para", text[:at], piece.paragraph),
            Piece(piece.owner, "cont", text[at:], piece.paragraph),
        )
        sheet.defects.add("column_break_join")
        run = rng.choice(tails)[-rng.randrange(20, 45) :] if tails and rng.random() < r.run / max(r.cut, 0.01) else ""
        lost = "" if run else _lose(sheet, first, second, rng, r)
        out.append(first)
        if run:
            sheet.defects.add("duplicated_run")
            if rng.random() < 0.5:
                first.keep = len(first.text)
                first.text += run
            else:
                out.append(Piece(piece.owner, "cont", run, piece.paragraph, copy=True))
        out.append(second)
        if not lost:
            tails.append(first.text)
    sheet.pieces = out


def _lose(sheet: Sheet, first: Piece, second: Piece, rng: random.Random, r: Rates) -> str:
    if rng.random() >= r.lost / max(r.cut, 0.01) or len(second.text) < 30:
        return ""
    spots = [k for k in range(6, min(40, len(second.text) - 10)) if is_han(second.text[k])]
    if not spots:
        return ""
    at = rng.choice(spots)
    lost, second.text = second.text[:at], second.text[at:]
    sheet.defects.add("text_lost_at_column_break")
    whole = sheet.paragraphs[first.paragraph]
    sheet.paragraphs[first.paragraph] = whole[: len(first.text)] + "…" + whole[len(first.text) + at :]
    return lost


_FURNITURE = (
    "责任编辑：石磊 版式：范青 校对：尹洁",
    "2024年10月18日 星期五",
    "03版 综合",
    "新闻热线：0000-5550123",
    "本版编辑 丁卓",
)


def _print(sheets: list[Sheet], rng: random.Random, r: Rates, page: dict[str, bool]) -> tuple[str, dict[str, Any]]:
    lines: list[str] = ["", ""] if rng.random() < 0.8 else []
    placed: list[tuple[int, Piece]] = []
    dropped: list[dict[str, Any]] = []

    def furniture(chance: float) -> None:
        if rng.random() < chance:
            lines.append(rng.choice(_FURNITURE))
            dropped.append({"lines": [len(lines), len(lines)], "reason": "furniture"})
            lines.append("")

    furniture(r.furniture)
    for k, sheet in enumerate(sheets):
        if k and rng.random() < r.gap:
            lines += [""]
        for piece in sheet.pieces:
            lines.append(_dress(piece, page))
            placed.append((len(lines), piece))
            lines.append("")
        furniture(r.furniture / 4)
    furniture(r.furniture)
    lines = lines[:-1]
    gold = [_gold(s, [(n, p) for n, p in placed if p.owner == i]) for i, s in enumerate(sheets)]
    defects = [
        n
        for n, on in (
            ("heading_markup", page["markup"]),
            ("half_width_punctuation", page["half"]),
            ("html_remains", page["html"]),
        )
        if on
    ]
    return "\n".join(lines), {"articles": gold, "dropped": dropped, "page_defects": defects}


def _dress(piece: Piece, page: dict[str, bool]) -> str:
    text = piece.text
    if page["html"] and piece.role != "head":
        text = re.sub(r"(?<=[A-Za-z])(\d)(?!\d)", r"<sub>\1</sub>", text)
    return text.translate(_HALF) if page["half"] else text


def _gold(sheet: Sheet, placed: list[tuple[int, Piece]]) -> dict[str, Any]:
    ranges: list[list[int]] = []
    for n, _ in placed:
        if ranges and n - ranges[-1][1] <= 2:
            ranges[-1][1] = n
        else:
            ranges.append([n, n])
    decks = [sheet.kicker, sheet.headline, sheet.subhead]
    return {
        "headline": sheet.headline,
        "kicker": sheet.kicker,
        "subhead": sheet.subhead,
        "byline": sheet.byline,
        "kind": sheet.kind,
        "paragraphs": list(sheet.paragraphs),
        "defects": sorted(sheet.defects),
        "headline_alternatives": ["".join(decks), "".join(decks[:2]), "".join(decks[1:])],
        "source_line_ranges": ranges,
        "headline_lines": [n for n, p in placed if p.role == "head"],
        "duplicate_lines": [n for n, p in placed if p.copy],
        "roles": {str(n): p.role for n, p in placed},
        "paragraph_of": {str(n): p.paragraph for n, p in placed},
    }
