"""The application: one `Digester`, its routes, and what is done around every request."""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, g, redirect, request
from flask_swagger_ui import get_swaggerui_blueprint
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from model.digest import Digester
from service import api, desk, guard, openapi, settings
from service.metrics import Metrics
from service.problems import RefusalError, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response as AnyResponse

    from service.wire import Theme

# Blueprints that answer without a token and without a limit; whatever is added is guarded unless it is named here.
_OPEN = {None, "desk", "health", "docs", "swagger"}
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")
_EXPLAIN = {
    "bad-request": "请求有误",
    "not-found": "没有这个地址：{path}",
    "method-not-allowed": "{path} 不支持 {method}，可用：{allow}",
    "too-large": "请求体太大：最多 {limit:,} 字节",
    "internal": api.CRASHED,
}


@dataclass(frozen=True, slots=True)
class State:
    """What the application holds for its routes; read-only."""

    settings: settings.Settings
    digester: Digester
    themes: dict[str, Theme]
    metrics: Metrics

    @property
    def version(self) -> str:
        """The bundle's version."""
        return self.digester.bundle.manifest.version


def create_app(given: Mapping[str, object] | None = None, *, digester: Digester | None = None) -> Flask:
    """Make the application; `given` overrides the environment, which overrides the defaults of `settings.SETTINGS`.

    Raises:
        SettingsError: a setting is unknown or wrong.
        BundleError: there is no such bundle, or it is damaged.
    """
    chosen = settings.load(given)
    digester = digester or Digester.load(chosen.bundle or None)
    themes: dict[str, Theme] = {t.code: t for t in digester.bundle.manifest.themes}
    held = State(chosen, digester, themes, Metrics(digester.bundle.manifest.version))
    app = Flask("service", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = chosen.max_body_bytes
    app.extensions["zhaibian"] = held
    if chosen.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies)  # type: ignore[method-assign]
    for blueprint in (api.v1, api.health, desk.blueprint, _docs(held), _swagger()):
        app.register_blueprint(blueprint)
    _around(app, held)
    _errors(app, held)
    return app


def _docs(held: State) -> Blueprint:
    """The OpenAPI document, made at the first request, and the way to its page."""
    docs = Blueprint("docs", __name__)
    made: list[dict[str, Any]] = []

    @docs.get("/openapi.json")
    def document() -> Response:
        """The OpenAPI 3.1 document."""
        if not made:
            tokens, limit = bool(held.settings.tokens), held.settings.batch_limit
            made.append(openapi.document(api.OPERATIONS, _program_version(), tokens=tokens, batch_limit=limit))
        return api.answer(made[0])

    @docs.get("/docs")
    def page() -> AnyResponse:
        """The page stands one level lower, beside its assets."""
        return redirect("docs/")

    return docs


def _program_version() -> str:
    try:
        return installed_version("zhaibian")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"


def _swagger() -> Blueprint:
    """Swagger UI from its wheel: nothing comes from the net, and nothing is sent there (no validator)."""
    config = {"app_name": "摘编 · 接口文档", "validatorUrl": None, "docExpansion": "list", "tryItOutEnabled": True}
    made: Blueprint = get_swaggerui_blueprint("/docs", "../openapi.json", config=config, blueprint_name="swagger")
    return made


def _around(app: Flask, held: State) -> None:
    """Number, guard, count and stamp every request."""
    chosen = held.settings
    limit = guard.RateLimit(chosen.rate_limit) if chosen.rate_limit else None

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        sent = request.headers.get("X-Request-ID", "")
        g.ident = sent if _REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
        if request.blueprint in _OPEN:
            return
        if chosen.tokens and not guard.allowed(request.headers.get("Authorization"), chosen.tokens):
            raise RefusalError("unauthorized", "请带上令牌：Authorization: Bearer …")
        if limit and (wait := limit.wait(request.remote_addr or "")):
            g.retry_after = str(int(wait) + 1)
            raise RefusalError("too-many-requests", f"请求太频繁：每分钟最多 {chosen.rate_limit} 个")

    @app.after_request
    def finish(response: Response) -> Response:
        headers = response.headers
        headers["X-Model-Version"] = held.version
        headers["X-Request-ID"] = g.get("ident", "")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if response.status_code == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="zhaibian"'
        if response.status_code == 429:
            headers["Retry-After"] = g.get("retry_after", "1")
        route = request.url_rule.rule if request.url_rule else "none"
        held.metrics.request(route, response.status_code, time.perf_counter() - g.get("began", time.perf_counter()))
        return response


def _errors(app: Flask, held: State) -> None:
    """Every error leaves as a problem document."""

    @app.errorhandler(RefusalError)
    def refused(refusal: RefusalError) -> Response:
        return api.problem(refusal)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> AnyResponse:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        kind = kind_of(status)
        allow = "、".join(sorted(getattr(error, "valid_methods", None) or ()))
        words = {
            "path": request.path,
            "method": request.method,
            "allow": allow,
            "limit": held.settings.max_body_bytes,
            "ident": g.get("ident", ""),
        }
        response = api.problem(RefusalError(kind, _EXPLAIN.get(kind, error.name).format(**words)))
        if allow:
            response.headers["Allow"] = allow.replace("、", ", ")
        return response

    @app.errorhandler(Exception)
    def crashed(error: Exception) -> Response:
        return api.problem(api.crash(error))
