"""Rows → labelled rows: the work of one worker of a batch run, which loads its bundle once."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import to_json

from model.digest import Digester
from service.each import Task, digest_each, tried
from service.files import Row, fields
from service.intake import ArticleRequest
from service.problems import RefusalError, refusal_of
from service.tables import encode
from service.wire import Theme, article_out, page_out

if TYPE_CHECKING:
    from model.documents import ArticleDigest
    from service.intake import Submission

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
    """Label rows with the bundle `options.model`; a row that fails does not stop the others.

    Raises:
        BundleError: there is no such bundle, or it is damaged.

    """
    out: list[bytes] = []
    errors: list[bytes] = []
    for row, found in zip(rows, (_pages if options.pages else _articles)(rows, options), strict=True):
        if isinstance(found, bytes):
            out.append(found)
        else:
            errors.append(_error(row, found if isinstance(found, RefusalError) else _unexpected(row, found)))
    return Labelled(b"".join(out), b"".join(errors), len(out), len(errors))


def _articles(rows: list[Row], options: Options) -> list[bytes | Exception]:
    digester, themes = loaded(options.model)

    def line(task: Task, digest: ArticleDigest) -> bytes:
        sent = task.sent
        return encode(article_out(digest, themes, ident=sent.ident, with_body=sent.converted), options.form)

    return digest_each(digester, [tried(partial(_task, row, options)) for row in rows], line)


def _task(row: Row, options: Options) -> Task:
    sent = _submission(fields(row))
    return Task(replace(sent, converted=sent.converted or row.is_file), options.sentences, options.max_chars)


def _pages(rows: list[Row], options: Options) -> list[bytes | Exception]:
    return [tried(partial(_page, row, options)) for row in rows]


def _page(row: Row, options: Options) -> bytes:
    digester, themes = loaded(options.model)
    sent = _submission(fields(row, whole=True))
    digest = digester.page(sent.body, sentences=options.sentences, max_chars=options.max_chars)
    if not digest.articles:
        raise RefusalError("empty", "这一版上没有找到稿件")
    articles = page_out(digest, themes, ident=sent.ident)["articles"]
    return b"".join(encode({**article, "page": sent.ident}, options.form) for article in articles)


def _submission(found: dict[str, Any]) -> Submission:
    try:
        return ArticleRequest.model_validate(found).submission()
    except ValidationError as error:
        raise refusal_of(error) from None


def _unexpected(row: Row, error: Exception) -> RefusalError:
    log.warning("%s:%d", row.source, row.line, exc_info=error)
    return RefusalError("internal", f"程序出错：{type(error).__name__}: {error}")


def _error(row: Row, refusal: RefusalError) -> bytes:
    ident = None
    with contextlib.suppress(Exception):  # a row that cannot be read has no id; the reason is what matters
        ident = fields(row).get("id")
    ident = ident if isinstance(ident, str | int) else None
    told = {"id": ident, "source": row.source, "line": row.line, "reason": refusal.detail, "type": refusal.kind}
    return to_json(told) + b"\n"
