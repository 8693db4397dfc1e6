"""All settings of the service in one table: default < `ZHAIBIAN_*` environment < what the caller passes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX = "ZHAIBIAN_"

Value = str | int | bool | tuple[str, ...]


class SettingsError(InputError):
    """A setting is unknown or its value cannot be read."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. `type` is one of `str`, `int`, `bool`, `list` (separated by commas)."""

    name: str
    default: Value
    type: str
    help: str
    least: int = 0

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.name.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting("bundle", "", "str", "模型版本；空着用当前启用的版本"),
    Setting("host", "127.0.0.1", "str", "监听的地址；0.0.0.0 让别的机器也能访问"),
    Setting("port", 8000, "int", "监听的端口"),
    Setting("workers", 0, "int", "工作进程数；0 为处理器核数"),
    Setting("threads", 4, "int", "每个进程的线程数，即同时处理的请求数", 1),
    Setting("timeout", 60, "int", "一个请求从开始接收到答完最多多少秒，超出就断开连接", 1),
    Setting("max_body_bytes", 8 * 1024 * 1024, "int", "请求体最多多少字节，超出答 413", 1),
    Setting("batch_limit", 256, "int", "/v1/digest/batch 一次最多多少篇", 1),
    Setting("page_lines", 20_000, "int", "一个版面最多多少行，超出答 422", 1),
    Setting("rate_limit", 0, "int", "每个客户端每分钟最多多少个请求，超出答 429；0 不限"),
    Setting(
        "tokens",
        (),
        "list",
        "访问令牌，用英文逗号分开，只用英文字母、数字、符号；设了之后 /v1 要带 Authorization: Bearer",
    ),
    Setting("proxies", 0, "int", "前面有几层反向代理（决定客户端地址取自 X-Forwarded-For 的哪一段）"),
    Setting("access_log", True, "bool", "是否把每个请求记到标准错误"),
)
_TABLE = {s.name: s for s in SETTINGS}

_YES = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _list(text: str) -> tuple[str, ...]:
    return tuple(t for t in (part.strip() for part in text.split(",")) if t)


# Never JSON: it would read the version 2026.10 as the number 2026.1.
_READ: dict[str, Callable[[str], Value]] = {"str": str, "int": int, "bool": lambda t: _YES[t.lower()], "list": _list}
_TYPES: dict[str, type] = {"str": str, "int": int, "bool": bool, "list": tuple}
KINDS = {"str": "文字", "int": "整数", "bool": "1 或 0", "list": "用英文逗号分开的几项"}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force, a field for each row of the table."""

    bundle: str
    host: str
    port: int
    workers: int
    threads: int
    timeout: int
    max_body_bytes: int
    batch_limit: int
    page_lines: int
    rate_limit: int
    tokens: tuple[str, ...]
    proxies: int
    access_log: bool


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load(given: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Return defaults, overlaid by the environment, overlaid by `given` (whose `None` values count as not given).

    Raises:
        SettingsError: an unknown `ZHAIBIAN_*` variable or name, or a value of the wrong type.

    """
    values: dict[str, object] = {s.name: s.default for s in SETTINGS}
    values |= _from_environment(os.environ if environ is None else environ)
    for name, value in (given or {}).items():
        if name not in _TABLE:
            raise SettingsError(f"没有这个设置：{name}")
        if value is not None:
            values[name] = _checked(_TABLE[name], value)
    return Settings(**values)  # type: ignore[arg-type]


def _from_environment(environ: Mapping[str, str]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for variable in sorted(v for v in environ if v.startswith(PREFIX)):
        setting = _TABLE.get(variable.removeprefix(PREFIX).lower())
        if setting is None or setting.variable != variable:
            known = "、".join(s.variable for s in SETTINGS)
            raise SettingsError(f"不认识的环境变量 {variable}；可用的有：{known}")
        if environ[variable].strip():  # set to nothing is not set: compose files pass empty ones on
            values[setting.name] = _read(setting, environ[variable])
    return values


def _read(setting: Setting, text: str) -> Value:
    try:
        value = _READ[setting.type](text.strip())
        if value == ():  # `ZHAIBIAN_TOKENS=,` must not open a service that was meant to be closed
            raise SettingsError(f"{setting.variable}={text}：里面一项也没有；不用它就不要设")
        return _checked(setting, value)
    except (ValueError, KeyError):
        raise SettingsError(f"{setting.variable}={text}：应当是{KINDS[setting.type]}") from None


def _checked(setting: Setting, value: object) -> Value:
    kind = _TYPES[setting.type]
    if setting.type == "list" and isinstance(value, list):
        value = tuple(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SettingsError(f"设置 {setting.name} 的值 {value!r} 不对：应当是{KINDS[setting.type]}")
    if isinstance(value, int) and value < setting.least:
        raise SettingsError(f"设置 {setting.name}（{setting.variable}）不能小于 {setting.least}，这里是 {value}")
    if setting.name == "tokens" and isinstance(value, tuple):
        _check_tokens(value)
    return value  # type: ignore[return-value]


def _check_tokens(tokens: tuple[str, ...]) -> None:
    """Refuse a token that no client can send: a header is Latin-1, and a page's `fetch` sends nothing else."""
    if not all(t and t.isascii() and t.isprintable() and " " not in t for t in tokens):
        raise SettingsError(f"{PREFIX}TOKENS 的令牌只能用英文字母、数字和符号，中间没有空格")
