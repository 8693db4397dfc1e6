"""Bytes and markup → a text worth digesting, or a refusal that says why not."""

from __future__ import annotations

import codecs
import re

from service.problems import Fault, RefusalError

# Ideographs of all blocks that Chinese is written with, the iteration mark and zero included.
_HAN = re.compile(r"[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
# What a text never holds but decoded bytes do: control characters (tab, line ends, form feed aside) and U+FFFD.
_NOISE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
# A pasted page brings a few control characters along; of random bytes read as Latin-1 a quarter are.
_NOISE_SHARE = 0.05
# GB18030 read as UTF-8 loses at least 0.40 of its characters in every line of our corpus.
_DAMAGED = 0.25
# So short a text may be a figure or an abbreviation: it is let through, and comes back for review.
_FEW = 8
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# In HTML only, and compiled there: to compile a large range of characters takes a millisecond.
_SOURCE_WRAP = r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*\r?\n[ \t]*(?=[\u3000-\u9fff\uff00-\uffef])"
_LIST_MARK = r"(?m)^[ \t]*(?:\* )?[ \t]*"
_BLANKS = r"\n{3,}"


def decode(raw: bytes) -> str:
    """Decode UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030.

    Of UTF-8 that is damaged in a place or two (cut in the middle of a character), U+FFFD stands there.

    Raises:
        RefusalError: `binary`, when the bytes are none of these or hold what no text holds.

    """
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return _decoded(raw, encoding)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return damaged_utf8(raw) or _decoded(raw, "gb18030")


def damaged_utf8(raw: bytes) -> str:
    """Return the text of bytes that are no UTF-8 but nearly so; nothing if they are GB18030 or binary."""
    text = raw.decode(errors="replace")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return text if text.count("\ufffd") <= _DAMAGED * foreign and _HAN.search(text) else ""


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        raise _binary("#") from None
    if len(_NOISE.findall(text)) > _NOISE_SHARE * len(text):
        raise _binary("#")
    return text


def _binary(pointer: str) -> RefusalError:
    return RefusalError("binary", "这不是文本，含有二进制数据；请换成 UTF-8 文本", [Fault(pointer, "含有二进制数据")])


def check(text: str, pointer: str = "#", *, headline: str = "") -> None:
    """Refuse a text that is empty, binary or not Chinese; `headline` counts as evidence that it is Chinese.

    Raises:
        RefusalError: `empty`, `binary` or `not-chinese`.

    """
    if not text.strip():
        raise RefusalError("empty", "没有正文：文本是空的", [Fault(pointer, "文本是空的")])
    if _HAN.search(text) is None and _HAN.search(headline) is None:
        if len(_NOISE.findall(text)) > _NOISE_SHARE * len(text):
            raise _binary(pointer)
        if len(text.strip()) > _FEW:
            raise RefusalError("not-chinese", "不是中文文本：里面没有一个汉字", [Fault(pointer, "里面没有一个汉字")])
    elif len(_NOISE.findall(text)) > _NOISE_SHARE * len(text):
        raise _binary(pointer)


def html_text(html: str) -> str:
    """Return what a reader of the HTML sees: blocks on lines of their own, no scripts, styles, links or list marks.

    inscriptis lays the text out as a browser would, so `<b>`, `<span>` and `<a>` inside a word do not split it.
    A line break of the source between two Chinese characters is no space, as in CSS Text 4 (segment breaks).
    """
    from inscriptis import get_text  # noqa: PLC0415 - lxml is loaded only for those who send HTML
    from inscriptis.css_profiles import CSS_PROFILES  # noqa: PLC0415
    from inscriptis.model.config import ParserConfig  # noqa: PLC0415

    laid_out = get_text(re.sub(_SOURCE_WRAP, "", html), ParserConfig(css=CSS_PROFILES["strict"]))
    return re.sub(_BLANKS, "\n\n", re.sub(_LIST_MARK, "", laid_out)).strip()


def markdown_text(source: str) -> str:
    """Return the text of a Markdown source, its line breaks kept."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - loaded only for .md files

    return html_text(MarkdownIt("commonmark", {"breaks": True}).render(source))


def headline_and_body(text: str) -> tuple[str, str]:
    """Take the first non-blank line as the headline, the rest as the body; a single line is all body."""
    head, _, rest = text.lstrip().partition("\n")
    body = rest.strip("\r\n")
    return (head.strip(), body) if body.strip() else ("", head.strip())
