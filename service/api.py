"""The routes of `/v1`, health and metrics: validate, digest, answer."""

from __future__ import annotations

import codecs
import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Blueprint, Response, current_app, g, request
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from werkzeug.exceptions import RequestEntityTooLarge

from model.digest import groups
from model.errors import InputError
from service.each import Task, digest_each, tried
from service.intake import ArticleRequest, BatchRequest, PageRequest, within
from service.problems import MEDIA_TYPE, Fault, RefusalError, problem_out, refusal_of
from service.wire import (
    ArticleOut,
    BatchOut,
    HealthOut,
    ModelOut,
    PageOut,
    ThemesOut,
    article_out,
    page_out,
    themes_out,
)

if TYPE_CHECKING:
    from model.documents import ArticleDigest
    from service.app import State

v1 = Blueprint("v1", __name__, url_prefix="/v1")
health = Blueprint("health", __name__)

CRASHED = "程序出错了，请求编号 {ident}"
_DEFAULT_SENTENCES = 2
_SELF_TEST = "本报讯 昨日，市应急管理局组织消防疏散演练，三百余名居民参加。"
_EXAMPLE = {
    "id": "a1",
    "headline": "青石街道开展消防疏散演练",
    "body": (
        "本报讯 昨日，青石街道在枫林小区组织消防疏散演练，三百余名居民参加。"
        "演练模拟三楼厨房起火，居民在网格员引导下五分钟内全部撤到楼外。"
    ),
}
# The threads of a process digest by turns: the interpreter's lock lets only one of them work anyway, but numpy gives it
# away many times in a digest, and then another thread takes it. Four connections on one worker, 1,000 characters an
# article: by turns 3.0 ms a call and 2.2 ms in a batch, without 3.5 and 2.7 where other programs keep the cores busy
# (medians of 8 alternating rounds); on an idle machine it makes no difference.
_TURN = threading.RLock()
# More characters than these (about 20 ms) take no turn, so that an article does not wait for a whole book. Articles of
# a batch that are digested together share one: handing it over after each costs up to 0.3 ms where batches meet.
_SHORT = 20_000
R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Operation:
    """One route as published: what it takes, what it answers, which problems it may give."""

    method: str
    path: str
    name: str
    summary: str
    request: type[BaseModel] | None
    answer: Any
    problems: tuple[int, ...] = ()
    guarded: bool = True
    media: str = "application/json"
    example: object = None


_BODY = (400, 413, 415, 422)
_BATCH_EXAMPLE = {"articles": [_EXAMPLE]}
_PAGE_EXAMPLE = {"text": "{headline}\n\n{body}".format_map(_EXAMPLE)}
OPERATIONS: tuple[Operation, ...] = (
    Operation("POST", "/v1/digest", "digest", "一篇稿件的摘编", ArticleRequest, ArticleOut, _BODY, example=_EXAMPLE),
    Operation(
        "POST", "/v1/digest/batch", "batch", "许多稿件的摘编", BatchRequest, BatchOut, _BODY, example=_BATCH_EXAMPLE
    ),
    Operation(
        "POST", "/v1/pages", "page", "一个版面：分稿并逐篇摘编", PageRequest, PageOut, _BODY, example=_PAGE_EXAMPLE
    ),
    Operation("GET", "/v1/themes", "themes", "主题类别", None, ThemesOut),
    Operation("GET", "/v1/model", "model", "启用的模型", None, ModelOut),
    Operation("GET", "/healthz", "healthz", "进程是否活着", None, HealthOut, guarded=False),
    Operation("GET", "/readyz", "readyz", "是否能摘编", None, HealthOut, (503,), guarded=False),
    Operation("GET", "/metrics", "metrics", "Prometheus 指标", None, bytes, guarded=False, media="text/plain"),
)


def state() -> State:
    """Return what the application holds."""
    held: State = current_app.extensions["zhaibian"]
    return held


def answer(value: object, status: int = 200, media: str = "application/json") -> Response:
    """Return a JSON answer: UTF-8, keys in our order."""
    return Response(to_json(value), status=status, content_type=media)


def problem(refusal: RefusalError) -> Response:
    """Return a problem document."""
    return answer(problem_out(refusal), refusal.status, MEDIA_TYPE)


def read(shape: type[R]) -> R:
    """Read and validate the request's body.

    Raises:
        RefusalError: it is not JSON, or not of this shape.
    """
    raw = _received()
    if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
        found = f"这里是 {request.mimetype}" if request.mimetype else "这里没有说明"
        raise RefusalError("unsupported-type", f"请求体要用 Content-Type: application/json，{found}")
    if request.content_encoding not in {None, "", "identity"}:
        raise RefusalError("unsupported-type", f"请求体不能压缩：请去掉 Content-Encoding: {request.content_encoding}")
    raw = raw.removeprefix(codecs.BOM_UTF8)  # RFC 8259, 8.1: a reader may ignore it; .NET and PowerShell write one
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        raise RefusalError("not-json", f"请求体不是 UTF-8：第 {error.start + 1} 个字节起读不懂") from None
    try:
        return shape.model_validate_json(raw)
    except ValidationError as error:
        raise refusal_of(error) from None


def _received() -> bytes:
    """Return the request's body, whole and not empty."""
    try:
        raw = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise
    except Exception:  # noqa: BLE001 - servers differ in what they raise when a client hangs up or sends no chunks
        raise RefusalError("bad-request", "请求体没有收完整，或分块（chunked）格式不对") from None
    limit, told = state().settings.max_body_bytes, request.content_length
    if told is None and len(raw) >= limit:  # sent in chunks, and cut here by the framework
        raise RefusalError("too-large", f"请求体太大：最多 {limit:,} 字节")
    if told is not None and len(raw) < told:
        raise RefusalError("bad-request", f"请求体没有收完整：说有 {told:,} 字节，只来了 {len(raw):,} 字节")
    if not raw.strip():
        raise RefusalError("not-json", "请求体是空的：请发送 JSON，写法见 /docs")
    return raw


def _turn(characters: int) -> AbstractContextManager[object]:
    """Wait for this process' other digests, unless this one is long; whoever has the turn need not wait again."""
    return _TURN if characters <= _SHORT else nullcontext()


def _task(one: ArticleRequest, at: str = "#", default: BatchRequest | None = None) -> Task:
    sentences = one.sentences or (default.sentences if default else None) or _DEFAULT_SENTENCES
    return Task(one.submission(at), sentences, one.max_chars or (default.max_chars if default else None))


def _told(held: State, task: Task, digest: ArticleDigest) -> ArticleOut:
    held.metrics.article(digest)
    return article_out(digest, held.themes, ident=task.sent.ident, with_body=task.sent.converted)


@v1.post("/digest")
def digest() -> Response:
    """One article."""
    held, task = state(), _task(read(ArticleRequest))
    sent = task.sent
    try:
        with _turn(len(sent.body)):
            done = held.digester.article(sent.body, sent.headline, sentences=task.sentences, max_chars=task.max_chars)
    except InputError as error:
        raise _refused(error) from error
    return answer(_told(held, task, done))


@v1.post("/digest/batch")
def batch() -> Response:
    """Many articles; each is answered or refused by itself, in the order sent."""
    held = state()
    many = within(read(BatchRequest), held.settings.batch_limit)
    results: list[object] = []
    for items in groups(many.articles, _characters):
        with _turn(sum(map(_characters, items))):
            tasks = [
                tried(partial(_validated, item, f"#/articles/{n}", many)) for n, item in enumerate(items, len(results))
            ]
            told = digest_each(held.digester, tasks, partial(_told, held))
        results += map(_result, items, told)
    return answer({"results": results})


def _characters(item: object) -> int:
    """Return how long the texts of an item are, whatever else it is."""
    return sum(len(value) for value in item.values() if isinstance(value, str)) if isinstance(item, dict) else 0


def _result(item: object, told: ArticleOut | Exception) -> object:
    """Return the answer to one article of a batch, or the problem that stands in its place."""
    if not isinstance(told, Exception):
        return told
    refusal = _refused(told) if isinstance(told, InputError) else crash(told)
    ident = item.get("id") if isinstance(item, dict) else None
    ident = ident if isinstance(ident, str | int) and not isinstance(ident, bool) else None
    return {"id": ident, "error": problem_out(refusal)}


def _refused(error: InputError, at: str = "#") -> RefusalError:
    return error if isinstance(error, RefusalError) else RefusalError("invalid", str(error), [Fault(at, str(error))])


def crash(error: Exception) -> RefusalError:
    """Log what nobody foresaw; the caller is told the number under which it stands in the log."""
    ident = g.get("ident", "")
    current_app.logger.error("request %s", ident, exc_info=error)
    return RefusalError("internal", CRASHED.format(ident=ident))


def _validated(item: object, at: str, many: BatchRequest) -> Task:
    try:
        one = ArticleRequest.model_validate(item)
    except ValidationError as error:
        raise refusal_of(error, at) from None
    return _task(one, at, many)


@v1.post("/pages")
def page() -> Response:
    """One newspaper page."""
    one = read(PageRequest)
    held = state()
    text = one.checked(held.settings.page_lines)
    try:
        with _turn(len(text)):
            digest = held.digester.page(text, sentences=one.sentences or _DEFAULT_SENTENCES, max_chars=one.max_chars)
    except InputError as error:
        raise _refused(error, "#/text") from error
    for article in digest.articles:
        held.metrics.article(article)
    return answer(page_out(digest, held.themes, ident=one.id))


@v1.get("/themes")
def themes() -> Response:
    """The themes that the bundle knows."""
    return answer(themes_out(state().themes, state().version))


@v1.get("/model")
def model() -> Response:
    """The bundle that serves: its manifest, checksums left out."""
    manifest = asdict(state().digester.bundle.manifest)
    manifest.pop("files")
    return answer(manifest)


@health.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return answer({"status": "ok"})


@health.get("/readyz")
def readyz() -> Response:
    """The bundle is loaded and digests a sentence."""
    try:
        state().digester.article(_SELF_TEST)
    except Exception:
        current_app.logger.exception("self-test")
        refused = problem(RefusalError("not-ready", "模型自检没有通过"))
        refused.headers["Retry-After"] = "5"
        return refused
    return answer({"status": "ok"})


@health.get("/metrics")
def metrics() -> Response:
    """Prometheus' figures."""
    from service.metrics import CONTENT_TYPE  # noqa: PLC0415 - see there

    return Response(state().metrics.text(), content_type=CONTENT_TYPE)
