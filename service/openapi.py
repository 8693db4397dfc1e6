"""The OpenAPI 3.1 document, made from the very types that validate requests and fill answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, TypeAdapter

from service import problems, wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.api import Operation

_REF = "#/components/schemas/{model}"
_WHY = {
    400: "not JSON",
    401: "a token is wanted",
    413: "the body is too large",
    415: "the body is not application/json",
    422: "empty, a wrong field, a wrong type, binary, or not Chinese",
    429: "too many requests; see Retry-After",
    503: "not ready; see Retry-After",
}
_HEADERS = {
    "X-Model-Version": {"description": "The bundle that answered", "schema": {"type": "string"}},
    "X-Request-ID": {"description": "The caller's, or a new one", "schema": {"type": "string"}},
}
_INFO = {
    "title": "摘编 zhaibian",
    "description": "报纸版面与稿件：分稿、主题类别（带概率与依据）、摘要。偏移量以 Unicode 字符计。",
    "license": {"name": "MIT", "identifier": "MIT"},
}


def document(operations: Iterable[Operation], version: str, *, tokens: bool, batch_limit: int) -> dict[str, Any]:
    """Return the document for these operations; `version` is the program's."""
    operations = tuple(operations)
    refs, schemas = _schemas(operations)
    schemas["BatchRequest"]["properties"]["articles"]["maxItems"] = batch_limit
    paths: dict[str, Any] = {}
    for op in operations:
        paths.setdefault(op.path, {})[op.method.lower()] = _operation(op, refs, tokens=tokens)
    components: dict[str, Any] = {"schemas": schemas}
    if tokens:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return {"openapi": "3.1.0", "info": {**_INFO, "version": version}, "paths": paths, "components": components}


def _schemas(operations: tuple[Operation, ...]) -> tuple[dict[Any, Any], dict[str, Any]]:
    for shape in (*vars(wire).values(), *vars(problems).values()):
        if isinstance(shape, type) and hasattr(shape, "__total__"):
            shape.__pydantic_config__ = ConfigDict(use_attribute_docstrings=True, extra="forbid")  # type: ignore[attr-defined]
    wanted: dict[Any, Any] = {problems.ProblemOut: "serialization"}
    for op in operations:
        wanted |= {op.request: "validation"} if op.request else {}
        wanted |= {op.answer: "serialization"} if op.answer is not bytes else {}
    refs, schema = TypeAdapter.json_schemas(
        [(shape, mode, TypeAdapter(shape)) for shape, mode in wanted.items()], ref_template=_REF
    )
    return {shape: ref for (shape, _), ref in refs.items()}, schema["$defs"]


def _operation(op: Operation, refs: dict[Any, Any], *, tokens: bool) -> dict[str, Any]:
    media = op.media if op.answer is bytes else "application/json"
    shape = {"type": "string"} if op.answer is bytes else refs[op.answer]
    responses: dict[str, Any] = {
        "200": {"description": "OK", "headers": _HEADERS, "content": {media: {"schema": shape}}}
    }
    for status in (*op.problems, *((401,) if tokens and op.guarded else ()), *((429,) if op.guarded else ())):
        content = {problems.MEDIA_TYPE: {"schema": refs[problems.ProblemOut]}}
        responses[str(status)] = {"description": _WHY[status], "headers": _HEADERS, "content": content}
    told: dict[str, Any] = {"operationId": op.name, "summary": op.summary, "responses": responses}
    if op.request:
        media_type: dict[str, Any] = {"schema": refs[op.request]}
        if op.example is not None:
            media_type["example"] = op.example
        told["requestBody"] = {"required": True, "content": {"application/json": media_type}}
    if tokens and op.guarded:
        told["security"] = [{"token": []}]
    return told
