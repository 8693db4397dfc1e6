"""Refusals: what is wrong with an input, said once and told as a problem document (RFC 9457) or as one line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

MEDIA_TYPE = "application/problem+json"

Kind = Literal[
    "not-json",
    "unauthorized",
    "not-found",
    "method-not-allowed",
    "conflict",
    "too-large",
    "unsupported-type",
    "invalid",
    "empty",
    "not-chinese",
    "binary",
    "too-many-requests",
    "bad-request",
    "internal",
    "not-ready",
]

KINDS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "请求有误"),
    "not-json": (400, "请求体不是 JSON"),
    "unauthorized": (401, "需要令牌"),
    "not-found": (404, "没有这个地址"),
    "method-not-allowed": (405, "这个地址不支持此方法"),
    "conflict": (409, "与已有的内容冲突"),
    "too-large": (413, "请求体太大"),
    "unsupported-type": (415, "请求体的类型不对"),
    "invalid": (422, "请求的内容不合要求"),
    "empty": (422, "没有正文"),
    "not-chinese": (422, "不是中文文本"),
    "binary": (422, "不是文本"),
    "too-many-requests": (429, "请求太频繁"),
    "internal": (500, "程序出错"),
    "not-ready": (503, "尚未就绪"),
}
_BY_STATUS = {status: kind for kind, (status, _) in reversed(KINDS.items())} | {422: "invalid"}


# Statuses that say that the request's body is wrong: they point at it even when it has no parts to point at.
_OF_THE_BODY = {400, 413, 415, 422}


class FaultOut(TypedDict):
    """One thing that is wrong, and where."""

    pointer: str
    """JSON Pointer into the request, as a URI fragment: #/articles/3/body"""
    detail: str


class ProblemOut(TypedDict):
    """A problem document, RFC 9457."""

    type: str
    """urn:zhaibian:problem: and a stable name"""
    title: str
    status: int
    detail: str
    errors: list[FaultOut]
    """What is wrong where; empty when it is not the request's body"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where (a JSON Pointer as a URI fragment)."""

    pointer: str
    detail: str


class RefusalError(InputError):
    """An input that will not be worked on: a stable `kind`, and a Chinese sentence for each fault."""

    def __init__(self, kind: Kind, detail: str, faults: Sequence[Fault] = ()) -> None:
        """Keep the kind, the sentence and the faults."""
        super().__init__(detail)
        self.kind: Kind = kind
        self.detail = detail
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[type[RefusalError], tuple[Kind, str, tuple[Fault, ...]]]:
        """Travel between processes whole."""
        return type(self), (self.kind, self.detail, self.faults)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.kind][0]


def problem_out(refusal: RefusalError) -> ProblemOut:
    """Return the problem document of a refusal."""
    status, title = KINDS[refusal.kind]
    faults = refusal.faults or ((Fault("#", refusal.detail),) if status in _OF_THE_BODY else ())
    return {
        "type": f"urn:zhaibian:problem:{refusal.kind}",
        "title": title,
        "status": status,
        "detail": refusal.detail,
        "errors": [{"pointer": f.pointer, "detail": f.detail} for f in faults],
    }


def kind_of(status: int) -> Kind:
    """Return the kind for an HTTP status that the framework raised."""
    fallback = "bad-request" if status < 500 else "internal"
    return _BY_STATUS.get(status, fallback)  # type: ignore[return-value]


_SAY = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个字段",
    "string_type": "应当是字符串",
    "int_type": "应当是整数",
    "list_type": "应当是数组",
    "dict_type": "应当是对象",
    "model_type": "应当是 JSON 对象",
    "model_attributes_type": "应当是 JSON 对象",
    "too_short": "至少要有一项",
    "string_too_short": "不能为空",
    "string_too_long": "太长",
    "bool_type": "应当是 true 或 false",
}

_JSON_PLACE = re.compile(r"line (\d+) column (\d+)")
_JSON_FAULTS = (
    ("EOF while parsing", "没有写完就结束了"),
    ("key must be a string", "键要用双引号括起来"),
    ("trailing comma", "多了一个逗号"),
    ("trailing characters", "JSON 已经结束，后面还有别的字符"),
    ("expected `", "少了冒号、逗号或括号"),
    ("control character", "字符串里的换行等控制字符要转义"),
    ("recursion limit", "嵌套太深"),
    ("number out of range", "数字太大"),
    ("invalid number", "数字写得不对"),
    ("invalid escape", "反斜线转义写得不对"),
    ("unexpected end of hex escape", r"有半个代理对（\ud800 一类），不是字符"),
    ("lone leading surrogate", r"有半个代理对（\ud800 一类），不是字符"),
    ("invalid unicode", "不是 UTF-8"),
)

# Faults that our models find in the request as a whole, and the field where a caller should look.
_MODEL_FAULTS = {
    "body_missing": ("body",),
    "twice_text": ("text",),
    "twice_body_html": ("body_html",),
    "twice_title": ("title",),
}
# What pydantic adds to the place of a fault in a union of types.
_BRANCHES = {"str", "int"}


def refusal_of(error: ValidationError, at: str = "#") -> RefusalError:
    """Turn what pydantic found into a refusal; `at` is the pointer of the value that was validated."""
    found = error.errors(include_url=False, include_context=True)
    if found[0]["type"] == "json_invalid":
        return RefusalError("not-json", f"请求体不是合法的 JSON：{json_fault(str(found[0]['ctx']['error']))}")
    faults = tuple(_merged(found, at))
    first = faults[0]
    more = f"（另有 {len(faults) - 1} 处）" if len(faults) > 1 else ""
    return RefusalError("invalid", f"{first.pointer.lstrip('#/') or '请求体'}：{first.detail}{more}", faults)


def json_fault(message: str) -> str:
    """Say in Chinese what the JSON parser (pydantic's jiter) stumbled over, and where."""
    said = next((told for found, told in _JSON_FAULTS if message.startswith(found)), "这里写得不对")
    where = _JSON_PLACE.search(message)
    return f"第 {where[1]} 行第 {where[2]} 列，{said}" if where else said


def _merged(found: list[ErrorDetails], at: str) -> list[Fault]:
    """One fault a place: a union of types reports every branch that failed."""
    places: dict[str, str] = {}
    for e in found:
        loc = [p for i, p in enumerate(e["loc"]) if i == 0 or p not in _BRANCHES]
        loc.extend(_MODEL_FAULTS.get(e["type"], ()))
        pointer = "/".join([at, *(str(p).replace("~", "~0").replace("/", "~1") for p in loc)])
        detail = _detail(e)
        if pointer in places and places[pointer] != detail:
            detail = f"{places[pointer]}或{detail.removeprefix('应当是')}"
        places[pointer] = detail
    return [Fault(pointer, detail) for pointer, detail in places.items()]


def _detail(e: ErrorDetails) -> str:
    if e["type"] == "greater_than_equal":
        return f"不能小于 {e['ctx']['ge']}"
    if e["type"] == "less_than_equal":
        return f"不能大于 {e['ctx']['le']}"
    return _SAY.get(e["type"]) or e["msg"]
