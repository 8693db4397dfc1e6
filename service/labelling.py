"""Rows → labelled rows: the work of one worker of a batch run, which loads its bundle once."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import to_json

from model.digest import Digester
from service.files import Row, fields
from service.intake import ArticleRequest
from service.problems import RefusalError, refusal_of
from service.tables import encode
from service.wire import Theme, article_out, page_out

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What decides the content of an output: a run is resumed only with the same."""

    model: str
    form: str = "jsonl"
    pages: bool = False
    sentences: int = 2
    max_chars: int | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """The lines to add to the output and to the error file, and how many rows each stands for."""

    out: bytes
    errors: bytes
    labelled: int
    failed: int


@lru_cache(maxsize=1)
def loaded(version: str) -> tuple[Digester, dict[str, Theme]]:
    """Return the digester of a bundle and its themes by code; loaded once in a process."""
    digester = Digester.load(version)
    return digester, {t.code: t for t in digester.bundle.manifest.themes}


def label_rows(rows: list[Row], options: Options) -> Labelled:
    """Label rows with the bundle `options.model`; a row that fails does not stop the others."""
    out: list[bytes] = []
    errors: list[bytes] = []
    for row in rows:
        try:
            found = _pages(row, options) if options.pages else [_article(row, options)]
            out.append(b"".join(encode(r, options.form) for r in found))
        except RefusalError as refusal:
            errors.append(_error(row, refusal))
        except Exception as error:  # one article must not end a run of a million
            log.warning("%s:%d", row.source, row.line, exc_info=True)
            errors.append(_error(row, RefusalError("internal", f"程序出错：{type(error).__name__}: {error}")))
    return Labelled(b"".join(out), b"".join(errors), len(out), len(errors))


def _article(row: Row, options: Options) -> Mapping[str, Any]:
    digester, themes = loaded(options.model)
    try:
        submission = ArticleRequest.model_validate(fields(row)).submission()
    except ValidationError as error:
        raise refusal_of(error) from None
    digest = digester.article(
        submission.body, submission.headline, sentences=options.sentences, max_chars=options.max_chars
    )
    return article_out(digest, themes, ident=submission.ident, with_body=submission.converted or row.is_file)


def _pages(row: Row, options: Options) -> list[dict[str, Any]]:
    digester, themes = loaded(options.model)
    try:
        submission = ArticleRequest.model_validate(fields(row, whole=True)).submission()
    except ValidationError as error:
        raise refusal_of(error) from None
    digest = digester.page(submission.body, sentences=options.sentences, max_chars=options.max_chars)
    if not digest.articles:
        raise RefusalError("empty", "这一版上没有找到稿件")
    page = submission.ident
    return [{**article, "page": page} for article in page_out(digest, themes, ident=page)["articles"]]


def _error(row: Row, refusal: RefusalError) -> bytes:
    ident = None
    with contextlib.suppress(Exception):  # a row that cannot be read has no id; the reason is what matters
        ident = fields(row).get("id")
    ident = ident if isinstance(ident, str | int) else None
    told = {"id": ident, "source": row.source, "line": row.line, "reason": refusal.detail, "type": refusal.kind}
    return to_json(told) + b"\n"
