"""Articles on their way to a page that will be torn: what stands above, inside and below the text.

Kickers, headlines and subheads on one line or several, bylines, inner headings, second datelines, photo captions with
their credit, columns in brackets: what a page has before anything is damaged, and the marks and moves of its headlines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import random


class Story(Protocol):
    """What a page is made of: an article's decks, and its body with one paragraph a line."""

    @property
    def headline(self) -> str:
        """The headline (主题)."""

    @property
    def kicker(self) -> str:
        """The deck before it (引题)."""

    @property
    def subhead(self) -> str:
        """The deck after it (副题)."""

    @property
    def body(self) -> str:
        """The text."""


_NAMES = "程立 苏言 陆一鸣 何可 江帆 石磊 潘晓 顾天 罗敏 沈一川 韩雪梅 丁卓 范青 郝明远 尹洁 贾文 夏至清 龙海 邵军 万方"
_COLUMNS = ("走基层", "一线调研", "新时代新征程", "身边的榜样", "平安建设进行时", "记者手记", "民生关注·政策问答")
_LEAD = re.compile(r"^(?:本报|本台|据?新华社|中新|据新华)")


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each defect strikes; shares of paragraphs (`cut`, `lost`, `run`), articles or pages.

    The figures for strength 1 are those counted on 20 sample pages of that strength; a page of strength 2 doubles them.
    """

    cut: float = 0.19
    lost: float = 0.012
    run: float = 0.012
    deck: float = 0.15
    space: float = 0.16
    byline_first: float = 0.05
    inside: float = 0.06
    after: float = 0.06
    move: float = 0.45
    copy: float = 0.45
    markup: float = 0.5
    half: float = 1.0
    html: float = 0.3
    gap: float = 0.1
    bylines: float = 1.0
    leads: float = 1.0
    furniture: float = 0.0
    caption: float = 0.0
    inner: float = 0.03
    lead_again: float = 0.0
    apart: float = 0.02
    deck_after: float = 0.012
    author: float = 0.0
    credit: float = 0.0
    column: float = 0.04

    def times(self, strength: float) -> Rates:
        """The same mixture, its tears `strength` times as often; the habits of a page stay."""
        return replace(self, **{name: getattr(self, name) * strength for name in _TEARS})


_TEARS = ("cut", "lost", "run", "deck", "space", "inside", "after", "move", "copy", "deck_after")
_NONE = dict.fromkeys((*_TEARS, "byline_first", "markup", "half", "html", "bylines", "leads"), 0.0)
CLEAN = replace(Rates(), **_NONE, lead_again=0.03, author=0.15, inner=0.01)
"""A whole page in the manner of a national paper or a bulletin: no defects, no byline lines."""


@dataclass(slots=True)
class Piece:
    """One future line: whose it is, what it is, its text."""

    owner: int
    role: str
    text: str
    paragraph: int = -1
    copy: bool = False
    keep: int = -1


@dataclass(slots=True)
class Sheet:
    """An article on its way to the page."""

    headline: str
    kicker: str
    subhead: str
    byline: dict[str, list[str]]
    kind: str
    paragraphs: list[str]
    pieces: list[Piece] = field(default_factory=list)
    defects: set[str] = field(default_factory=set)
    author: str = ""
    inner: set[int] = field(default_factory=set)


def make_sheet(owner: int, article: Story, rng: random.Random, r: Rates) -> Sheet:
    """The sheet of one article, `owner` its number on the page."""
    body = [p.strip() for p in article.body.split("\n") if p.strip()]
    names = rng.sample(_NAMES.split(), 2)
    byline: dict[str, list[str]] = {"reporters": [], "correspondents": [], "photographers": []}
    with_byline = rng.random() < r.bylines
    caption = r.caption > 0 and sum(map(len, body)) < 220 and rng.random() < r.caption
    if with_byline:
        byline["reporters"] = names[:1]
        byline["correspondents"] = names[1:] if rng.random() < 0.6 else []
        byline["photographers"] = [*byline["reporters"], *byline["correspondents"]] if caption else []
    if not caption and rng.random() < r.leads and not _LEAD.match(body[0]):
        body[0] = "本报讯 " + body[0]
    headline = article.headline.strip()
    if rng.random() < r.column:
        headline = f"【{rng.choice(_COLUMNS)}】" + headline
    sheet = Sheet(
        headline,
        article.kicker,
        article.subhead,
        byline,
        "photo_caption" if caption else "report",
        body,
    )
    if not with_byline and rng.random() < r.author:
        sheet.author = rng.choice((names[0], "本报记者" + names[0], "本报记者 " + names[0]))
    _divide(sheet, rng, r)
    if caption and not with_byline and rng.random() < 0.7:
        sheet.paragraphs.append(f"（本报记者{names[0]}摄）" if rng.random() < 0.6 else f"{names[0]} 摄")
    elif r.credit > 0 and rng.random() < r.credit and len(sheet.paragraphs) > 1:
        sheet.paragraphs.insert(1, f"（本报记者{names[1]}摄）")
        sheet.inner = {k + 1 for k in sheet.inner}
    sheet.pieces = [Piece(owner, "inner" if k in sheet.inner else "para", p, k) for k, p in enumerate(sheet.paragraphs)]
    return sheet


def _divide(sheet: Sheet, rng: random.Random, r: Rates) -> None:
    """Inner headings (小标题) and second datelines, as longer reports and round-ups have them."""
    body = sheet.paragraphs
    inner = len(body) > 2 and rng.random() < r.inner * 3
    decks = [d for d in re.split(r"[ \u3000]", sheet.headline) if 6 <= len(d) <= 20]
    out = body[:1]
    for k, paragraph in enumerate(body[1:]):
        text = paragraph
        if inner and rng.random() < 0.6:
            clauses = [
                c for c in re.split(r"[，。；：“”！？、]", text) if 6 <= len(c) <= 20 and len(c) + 12 < len(text)
            ]
            if len(decks) > 1 and k < len(decks):
                sheet.inner.add(len(out))
                out.append(decks[k])
            elif clauses:
                sheet.inner.add(len(out))
                # The clause leaves the paragraph: a heading that stands word for word in its text would be no heading.
                out.append(rng.choice(clauses))
                text = text.replace(out[-1], "", 1).lstrip("，。；：、")
        if k and rng.random() < r.lead_again and len(text) > 50:
            text = rng.choice(("本报讯 ", "本报江口12月3日电 ", "新华社东陵1月8日电 ")) + text
        out.append(text)
    sheet.paragraphs = out


def _head_lines(owner: int, sheet: Sheet, rng: random.Random, r: Rates, *, marked: bool) -> list[Piece]:
    decks = [d for d in (sheet.kicker, sheet.headline, sheet.subhead) if d]
    if len(decks) > 1 and rng.random() < max(0.5, r.deck):
        decks = [" ".join(decks)]
        sheet.defects.add("decks_on_one_line")
    elif (
        rng.random() < r.space and len(sheet.headline) > 10 and " " not in sheet.headline and "　" not in sheet.headline
    ):
        spots = [
            k for k in range(4, len(sheet.headline) - 3) if is_han(sheet.headline[k - 1]) and is_han(sheet.headline[k])
        ]
        if spots:
            at = rng.choice(spots)
            decks = [d if d != sheet.headline else d[:at] + " " + d[at:] for d in decks]
            sheet.defects.add("heading_broken_by_space")
    elif len(decks) == 1 and rng.random() < (0.5 if re.search(r"[ \u3000]", sheet.headline) else r.apart):
        decks = _take_apart(sheet, rng)
    return [Piece(owner, "head", ("## " if marked else "") + d) for d in decks]


def _take_apart(sheet: Sheet, rng: random.Random) -> list[str]:
    """Two decks on two lines from one headline, or a short introducing deck before it."""
    spots = [m.end() for m in re.finditer(r"[ \u3000：！]", sheet.headline) if 4 <= m.end() <= len(sheet.headline) - 4]
    if spots:
        at = rng.choice(spots)
        first, second = sheet.headline[:at].strip(" \u3000"), sheet.headline[at:].strip()
    else:
        words = [c for c in re.split(r"[，。；：“”！？、 ]", sheet.paragraphs[-1]) if 4 <= len(c) <= 12]
        if not words:
            return [sheet.headline]
        first, second = rng.choice(words) + rng.choice(("", "", "！")), sheet.headline
        sheet.kicker = first
    sheet.defects.add("several_decks")
    return [first.rstrip("：") if first.endswith("：") and rng.random() < 0.5 else first, second]


def _byline_text(sheet: Sheet) -> str:
    text = ("摄影 " if sheet.kind == "photo_caption" else "") + "记者 " + " ".join(sheet.byline["reporters"])
    if sheet.byline["correspondents"]:
        text += " 通讯员 " + " ".join(sheet.byline["correspondents"])
    return "■" + text


def place_head(owner: int, sheet: Sheet, rng: random.Random, r: Rates, *, marked: bool) -> None:
    """Put headline and byline to the text: in their place, or inside it, after it, the byline before the headline."""
    heads = _head_lines(owner, sheet, rng, r, marked=marked)
    byline = [Piece(owner, "byline", _byline_text(sheet))] if sheet.byline["reporters"] else []
    body, cuts = (
        sheet.pieces,
        [k for k, p in enumerate(sheet.pieces) if p.role == "cont" and p.owner == owner and not p.copy],
    )
    dice = rng.random()
    if sheet.kind == "photo_caption":
        sheet.pieces = [*heads, *body, *byline]
        sheet.defects |= {"photo_credit_line"} if byline else set()
    elif byline and dice < r.inside and (cuts or len(body) > 2):
        at = rng.choice(cuts) if cuts else rng.randrange(1, len(body))
        sheet.pieces = [*byline, *body[:at], *heads, *body[at:]]
        sheet.defects.add("headline_inside_body")
    elif byline and dice < r.inside + r.after:
        sheet.pieces = [*byline, *body, *heads]
        sheet.defects.add("headline_after_body")
    elif byline and dice < r.inside + r.after + r.byline_first:
        sheet.pieces = [*byline, *heads, *body]
        sheet.defects.add("byline_before_headline")
    elif len(heads) > 1 and rng.random() < 10 * r.deck_after:
        sheet.pieces = [*heads[:-1], *byline, *body, heads[-1]]
        sheet.defects.add("deck_after_body")
    else:
        author = [Piece(owner, "byline", sheet.author)] if sheet.author else []
        sheet.pieces = [*heads, *byline, *author, *body]


def is_han(char: str) -> bool:
    """Whether a character is a Chinese one."""
    return "\u4e00" <= char <= "\u9fff"
