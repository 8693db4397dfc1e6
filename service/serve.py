"""The production server: gunicorn with threads; the bundle is loaded once and shared by all workers, copy on write."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import socket
import sys
import tempfile
from typing import TYPE_CHECKING, Any

import click
from gunicorn import util
from gunicorn.app.base import BaseApplication

from service.settings import Settings, SettingsError, cores
from service.worker import Worker, problem_writer

if TYPE_CHECKING:
    from flask import Flask

# prometheus_client reads this once, when it is imported: so it is imported after this is set.
_METRICS_DIR = "PROMETHEUS_MULTIPROC_DIR"
_QUIET = ("/healthz", "/readyz", "/metrics", "/desk/", "/docs/")
# A keep-alive connection that waits for its next request this many seconds is closed; longer than most proxies' own.
_KEEP_ALIVE = 75
# Seconds that requests in hand may take to finish after SIGTERM.
_GRACE = 30
_WHY = {
    errno.EADDRINUSE: "端口已被占用；停掉占用它的程序，或用 --port 换一个",
    errno.EADDRNOTAVAIL: "本机没有这个地址；用 127.0.0.1 或 0.0.0.0",
    errno.EACCES: "没有权限；1024 以下的端口要管理员权限，或用 --port 换一个",
}


def serve(chosen: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests in hand are finished.

    Raises:
        SettingsError: the address cannot be listened on, or there is nowhere to keep figures.
        BundleError: there is no such bundle.
    """
    _check_address(chosen.host, chosen.port)
    try:
        folder = tempfile.mkdtemp(prefix="zhaibian-metrics-")
    except OSError as error:  # a read-only container; gunicorn's own heartbeat wants a file too
        raise SettingsError("没有可写的临时文件夹；请挂一个（如 docker --tmpfs /tmp），或用 TMPDIR 指定") from error
    os.environ[_METRICS_DIR] = folder
    owner = os.getpid()
    try:
        from service.app import create_app  # noqa: PLC0415 - after the variable is set

        app = create_app({name: getattr(chosen, name) for name in Settings.__slots__})
        util.write_error = problem_writer(app.extensions["zhaibian"].version)
        home = _home(chosen)
        click.echo(f"编辑台 {home}/  接口文档 {home}/docs", err=True)
        _Server(app, chosen).run()
    finally:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)


def _check_address(host: str, port: int) -> None:
    """Refuse now, in a sentence, what gunicorn would retry for five seconds and then tell in a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError as error:
            raise SettingsError(f"不能在 {host}:{port} 上监听：端口应在 0 到 65535 之间") from error
        except OSError as error:
            reason = (
                "没有这个主机名" if isinstance(error, socket.gaierror) else _WHY.get(error.errno or 0, error.strerror)
            )
            raise SettingsError(f"不能在 {host}:{port} 上监听：{reason}") from error


def _home(chosen: Settings) -> str:
    """Return where a browser on this machine finds the desk."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(chosen.host, chosen.host)  # noqa: S104 - told, not bound
    return f"http://{f'[{host}]' if ':' in host and host[0] != '[' else host}:{chosen.port}"


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn around a finished application."""

    def __init__(self, app: Flask, chosen: Settings) -> None:
        self._app = app
        self._chosen = chosen
        super().__init__()

    def load_config(self) -> None:
        """Set what we need; everything else is gunicorn's default, and no file or variable of its own is read."""
        chosen = self._chosen
        host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
        for name, value in {
            "bind": f"{host}:{chosen.port}",
            "workers": chosen.workers or cores(),
            "threads": chosen.threads,
            "worker_class": Worker,
            "preload_app": True,
            "timeout": chosen.timeout,
            "graceful_timeout": _GRACE,
            "keepalive": _KEEP_ALIVE,
            "proc_name": "zhaibian",
            "control_socket_disable": True,
            "access_log_format": '%(h)s "%(r)s" %(s)s %(B)s %(M)sms %({x-request-id}o)s',
            "logconfig_dict": _logging(access=chosen.access_log),
            "when_ready": _when_ready,
            "child_exit": _child_exit,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application, for all workers the same."""
        return self._app


def _when_ready(_arbiter: Any) -> None:
    """Move all that is loaded out of the garbage collector's sight: it would touch, and so copy, every shared page."""
    gc.collect()
    gc.freeze()


def _child_exit(_arbiter: Any, worker: Any) -> None:
    from prometheus_client import multiprocess  # noqa: PLC0415 - after the variable is set

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _is_news(record: Any) -> bool:
    """Whether an access record is worth a line: probes and the page's own files are not, unless they fail."""
    atoms = record.args
    if not isinstance(atoms, dict):
        return True
    return not (str(atoms.get("U", "")).startswith(_QUIET) and str(atoms.get("s", "")) < "400")


def _logging(*, access: bool) -> dict[str, Any]:
    """Everything goes to standard error: standard output belongs to whoever pipes us."""
    handler = {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s [%(process)d] %(message)s", "datefmt": "%Y-%m-%d %H:%M:%S"}},
        "handlers": {"error": handler, "access": {**handler, "filters": ["news"]}},
        "filters": {"news": {"()": lambda: _is_news}},
        "root": {"level": "WARNING", "handlers": ["error"]},
        "loggers": {
            "gunicorn.error": {"level": "INFO", "handlers": ["error"], "propagate": False},
            "gunicorn.access": {
                "level": "INFO" if access else "CRITICAL",
                "handlers": ["access"] if access else [],
                "propagate": False,
            },
        },
    }
