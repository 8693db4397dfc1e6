# ruff: noqa: D301, D415, PLC0415 - docstrings are the help that an editor reads; what is heavy waits for its command
"""`zhaibian label`: many articles → a row each, on this machine's cores or on a cluster's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from model.errors import InputError

if TYPE_CHECKING:
    from service.batch import Progress

_ROWS_FAILED = 3
_POSITIVE = click.IntRange(min=1)
_ENGINE = {"dask", "distributed", "fsspec"}


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="IN...")
@click.option(
    "--out", required=True, metavar="OUT", help="结果文件：.jsonl、.csv 或 .xlsx；在集群上是一个文件夹（或地址）。"
)
@click.option("--pages", is_flag=True, help="每份输入是一个版面：先分稿，再每篇一行。")
@click.option("--jobs", type=_POSITIVE, help="用几个进程；默认用上所有处理器核。")
@click.option("--scheduler", metavar="tcp://…", help="交给 Dask 集群做：调度器的地址，如 tcp://10.0.0.5:8786。")
@click.option("--sentences", type=_POSITIVE, default=2, show_default=True, help="关键句最多几句。")
@click.option("--max-chars", type=_POSITIVE, help="摘要最多多少字。")
@click.option("--restart", is_flag=True, help="不接着上次，从头再来。")
def label(inputs: tuple[str, ...], out: str, jobs: int | None, scheduler: str | None, **options: Any) -> None:
    """给许多稿件标主题、摘关键句，每篇一行，次序不变。

    IN 是 .jsonl .csv（或它们的 .gz）.xlsx，列名 id、headline（或 title）、body（或 body_html）；也可以是 .txt .md .html
    .docx 文件，或装着它们的文件夹。中断后再运行同一条命令，会从停下的地方接着做。出错的行写到 OUT.errors.jsonl，
    做到哪里记在 OUT.progress.json。.csv 里以 = + - @ 开头的文字前面加了一个 '，免得 Excel 当作公式执行；
    .jsonl 与 .xlsx 不加。

    加 --scheduler 就在 Dask 集群上做（先 pip install '.[cluster]'）：IN 是一个个分片 .jsonl .csv（或它们的 .gz）
    .xlsx，可以写文件夹、通配符和 s3:// hdfs:// 等地址；OUT 是文件夹，每个分片一个同名的结果，出错的行在
    OUT/_errors 里。做完的分片不会重做。一个大文件先按行切开，每片十万行左右：

    \b
      split -l 100000 -d -a 4 --additional-suffix=.jsonl 稿件.jsonl 分片/

    \b
    退出码：0 全部标好；3 有些行出错；2 命令或输入不对；1 有分片没有做成，或工作进程意外退出。
    例：
      zhaibian label 稿件.jsonl --out 结果.jsonl
      zhaibian label 一月.csv 二月.csv.gz --out 结果.csv --jobs 2
      zhaibian label 版面文件夹 --pages --out 结果.xlsx
      zhaibian label --scheduler tcp://10.0.0.5:8786 's3://报社/稿件/*.jsonl.gz' --out s3://报社/结果
    """
    run = _here if scheduler is None else _on_cluster  # an empty address is a slip, not a run on this machine
    if run(inputs, out, jobs, scheduler or "", **options).failed:
        sys.exit(_ROWS_FAILED)


def _here(
    inputs: tuple[str, ...], out: str, jobs: int | None, _scheduler: str, *, restart: bool, **options: Any
) -> Progress:
    from model.bundle import live_version, manifest
    from service import tables
    from service.batch import Run
    from service.files import check_tables, total_bytes
    from service.labelling import Options
    from service.progress import Bar
    from service.settings import cores

    form = tables.FORMS.get(Path(out).suffix.lower())
    if form is None:
        raise InputError(f"不认识的结果类型：{out}（可用 {' '.join(tables.FORMS)}）")
    if Path(out).resolve() in {Path(i).resolve() for i in inputs}:
        raise InputError(f"结果不能写到输入文件 {out} 上")
    check_tables(inputs)
    run = Run(Path(out), Options(manifest(live_version()).version, form=form, **options), restart=restart)
    with Bar(total_bytes(inputs), out, f"{Path(out).name}.errors.jsonl") as bar:
        done = run.go(list(inputs), jobs or cores(), bar.step)
        bar.finish(done)
    return done


def _on_cluster(
    inputs: tuple[str, ...], out: str, jobs: int | None, scheduler: str, *, restart: bool, **options: Any
) -> Progress:
    from model.bundle import live_version, manifest
    from service.labelling import Options

    if jobs:
        raise InputError("--jobs 是本机的进程数，不与 --scheduler 同用；集群上有几个 dask worker 就用几个")
    try:
        from service import cluster
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _ENGINE:
            raise
        raise InputError(f"--scheduler 要用 Dask，这里没有装（缺 {error.name}）：pip install '.[cluster]'") from error
    made = Options(manifest(live_version()).version, **options)
    return cluster.label(scheduler, inputs, out, made, restart=restart)
