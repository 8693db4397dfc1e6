# ruff: noqa: D301, D415 - docstrings are the help that an editor reads: Chinese full stops, and click's \b marks
"""`zhaibian models`: the released bundles, and which one is live."""

from __future__ import annotations

import json
import os
from dataclasses import asdict

import click

from model.errors import BundleError, InputError

_TOLD = ("/accuracy", "/best_hit", "/exact_articles", "/rouge_1")
"""What `list` tells of a version, by how the figure's name ends; `show` tells all."""


@click.group(invoke_without_command=True)
@click.pass_context
def models(ctx: click.Context) -> None:
    """列出发布过的模型，换用或退回其中一个。

    \b
    例：
      zhaibian models list
      zhaibian models show 2026.11.3
      zhaibian models use 2026.11.3
      zhaibian models rollback
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_models)


@models.command("list")
def list_models() -> None:
    """列出所有版本；* 是启用的。例：zhaibian models list"""
    from model import bundle  # noqa: PLC0415 - numpy waits for a command that needs it

    versions = bundle.available()
    if not versions:
        raise InputError("还没有发布过模型；请先运行 zhaibian-train fit 与 zhaibian-train release")
    live = bundle.live_version()
    for version in versions:
        try:
            metrics = bundle.manifest(version).metrics
            told = "  ".join(f"{name} {value}" for name, value in metrics.items() if name.endswith(_TOLD))
        except BundleError as error:  # of an older format, perhaps: the others are to be seen all the same
            told = str(error)
        click.echo(f"{'*' if version == live else ' '} {version}  {told}".rstrip())


@models.command()
@click.argument("version")
def show(version: str) -> None:
    """打印一个版本的说明（bundle.json）。例：zhaibian models show 2026.11.3"""
    from model import bundle  # noqa: PLC0415 - numpy waits for a command that needs it

    click.echo(json.dumps(asdict(bundle.manifest(version)), ensure_ascii=False, indent=1))


@models.command()
@click.argument("version")
def use(version: str) -> None:
    """启用一个版本；正在运行的服务要重启。例：zhaibian models use 2026.11.3"""
    from model import bundle  # noqa: PLC0415 - numpy waits for a command that needs it

    bundle.use(version)
    _warn_of_override()
    click.echo(f"已启用 {version}；正在运行的服务重启后生效")


@models.command()
def rollback() -> None:
    """退回上一个启用的版本。例：zhaibian models rollback"""
    from model import bundle  # noqa: PLC0415 - numpy waits for a command that needs it

    version = bundle.rollback()
    _warn_of_override()
    click.echo(f"已退回 {version}；正在运行的服务重启后生效")


def _warn_of_override() -> None:
    if named := os.environ.get("ZHAIBIAN_BUNDLE"):
        click.echo(f"注意：环境变量 ZHAIBIAN_BUNDLE={named} 优先", err=True)
