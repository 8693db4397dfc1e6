# ruff: noqa: D301 - docstrings are the help that an editor reads, with click's \b marks
"""The command `zhaibian`. Each command imports what it needs when it runs: `digest` starts without web and learning."""

from __future__ import annotations

import atexit
import gc
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from model.errors import InputError, ZhaibianError
from service.label import label
from service.system_errors import told
from service.versions import models

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from model.documents import ArticleDigest, PageDigest
    from service.wire import Theme

_WIDTH = 88
_POSITIVE = click.IntRange(min=1)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="zhaibian", prog_name="zhaibian", message="%(prog)s %(version)s")
def cli() -> None:
    """摘编：把报纸版面拆成一篇篇稿件，标出主题类别，摘出关键句。

    \b
    例：
      zhaibian digest 版面.txt
      zhaibian label 稿件.jsonl --out 结果.csv
      zhaibian serve --port 8000
    """
    # Our products of small arrays never go to OpenBLAS' threads, which would wait for work in a loop: 100 ms of
    # processor time at each start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@cli.command()
@click.argument("file", default="-", metavar="[FILE|-]")
@click.option("--article", is_flag=True, help="输入是一篇稿件：第一行是标题，其余是正文。")
@click.option("--sentences", type=_POSITIVE, default=2, show_default=True, help="关键句最多几句。")
@click.option("--max-chars", type=_POSITIVE, help="摘要最多多少字。")
@click.option("--format", "form", type=click.Choice(["text", "md", "html", "json"]), help="输出成什么，默认 text。")
@click.option("--json", "as_json", is_flag=True, help="就是 --format json（字段见 /docs）。")
def digest(file: str, article: bool, form: str | None, as_json: bool, **lengths: Any) -> None:
    """摘编一个版面（或 --article 一篇稿件），打印到终端。

    FILE 可以是 .txt .md .html .docx，UTF-8 或 GB18030；不写或写 - 则从标准输入读。
    --format md 与 html 按主题分组，可以贴进邮件简报或公众号（html 用浏览器打开，全选复制）；存疑的稿件标着【需复核】。

    \b
    例：
      zhaibian digest 版面.txt
      zhaibian digest --article --sentences 3 稿件.docx
      zhaibian digest --json 版面.txt > 版面.json
      zhaibian digest --format html 版面.txt > 今日摘编.html
      printf '街道开展消防演练\\n本报讯 昨日，三百余名居民参加演练。' | zhaibian digest --article
    """
    # Little that one digest loads and makes is ever in a cycle: to look for them at every 700 objects takes 15 ms.
    gc.set_threshold(50_000)
    from model.digest import Digester
    from service.files import document_text
    from service.texts import check, decode, headline_and_body

    if as_json and form not in {None, "json"}:
        raise InputError(f"--json 与 --format {form} 矛盾，请只写一个")
    if file == "-":
        if sys.stdin.isatty():
            click.echo("请粘贴文字，最后按 Ctrl-D。", err=True)
        text = decode(sys.stdin.buffer.read())
    else:
        text = document_text(Path(file), markdown=article)
    check(text)
    digester = Digester.load()
    told: ArticleDigest | PageDigest
    if article:
        headline, body = headline_and_body(text)
        told = digester.article(body, headline, **lengths)
    else:
        told = digester.page(text, **lengths)
    themes = {t.code: t for t in digester.bundle.manifest.themes}
    _show(told, themes, "json" if as_json else form or "text")


def _show(told: ArticleDigest | PageDigest, themes: Mapping[str, Theme], form: str) -> None:
    from model.documents import PageDigest

    if form == "text":
        from service import render

        width = _width()
        _print(
            render.page(told, themes, width) if isinstance(told, PageDigest) else render.article(told, themes, width)
        )
    elif form == "json":
        from service import wire

        if isinstance(told, PageDigest):
            _print_json(wire.page_out(told, themes))
        else:
            _print_json(wire.article_out(told, themes, with_body=True))
    else:
        from service.newsletter import FORMS

        _print_utf8(FORMS[form](told, themes))


def _print_json(value: object) -> None:
    _print_utf8(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _print_utf8(text: str) -> None:
    """Print UTF-8 whatever the terminal's own encoding: programs read it and files keep it."""
    click.echo(text.encode("utf-8", "replace"), nl=False)


def _print(text: str) -> None:
    click.echo(text, nl=False, color=False if os.environ.get("NO_COLOR") else None)


def _width() -> int:
    return min(shutil.get_terminal_size((_WIDTH, 24)).columns, 100)


@cli.command()
@click.option("--host", help="监听的地址，默认 127.0.0.1；0.0.0.0 让别的机器也能访问。")
@click.option("--port", type=click.IntRange(1, 65535), help="监听的端口，默认 8000。")
@click.option("--workers", type=_POSITIVE, help="工作进程数，默认等于处理器核数。")
@click.option("--bundle", help="用哪个版本的模型，默认是启用的版本。")
def serve(**given: object) -> None:
    """启动 REST 服务和编辑台网页。

    \b
    例：
      zhaibian serve --port 8000
      ZHAIBIAN_TOKENS=token-a,token-b zhaibian serve --host 0.0.0.0
    然后打开 http://127.0.0.1:8000/ ，接口文档在 /docs 。

    其余设置用环境变量，见 zhaibian serve --settings。
    """
    from service import settings
    from service.serve import serve as run

    chosen = settings.load(given)
    run(chosen)


def _print_settings(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from service.settings import KINDS, SETTINGS

    for s in SETTINGS:
        default = ",".join(s.default) if isinstance(s.default, tuple) else s.default
        default = int(default) if isinstance(default, bool) else default
        click.echo(f"{s.variable}  （{KINDS[s.type]}，默认 {default if default != '' else '空'}）\n    {s.help}")
    ctx.exit()


serve.params.append(
    click.Option(
        ["--settings"], is_flag=True, is_eager=True, expose_value=False, callback=_print_settings, help="列出所有设置。"
    )
)


cli.add_command(label)
cli.add_command(models)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def main(run: Callable[..., Any] = cli) -> NoReturn:
    """Run the command; whatever goes wrong is one Chinese line on standard error and an exit code."""
    # Else the interpreter looks through all that is loaded for cycles before it ends: 20 ms.
    atexit.register(gc.freeze)
    try:
        sys.exit(run(prog_name="zhaibian", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as shown:
        _fail(shown.format_message(), 2)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "zhaibian"
        _fail(f"{_in_chinese(error)}；用法见 {command} --help", 2)
    except ZhaibianError as error:
        _fail(str(error), getattr(error, "exit_code", 2))
    except (click.Abort, KeyboardInterrupt):
        _fail("已停止", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more to flush at exit
        sys.exit(1)
    except OSError as error:
        _fail(told(error), 2)


def _in_chinese(error: click.UsageError) -> str:  # noqa: PLR0911 - a line a case
    match error:
        case click.NoSuchOption():
            return f"没有选项 {error.option_name}"
        case click.MissingParameter():
            name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
            return f"缺少 {name}"
        case click.BadParameter():
            name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
            return f"{name} 的值不对：{_wanted(error)}"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 后面要有一个值" if "requires" in error.message else error.message
        case _ if error.message.startswith("Got unexpected extra argument"):
            return f"多了参数 {error.message.partition('(')[2].rstrip(')')}"
        case _ if error.message.startswith("No such command"):
            return f"没有命令 {error.message.split(maxsplit=3)[-1].strip(chr(39) + '.')}"
        case _:
            return error.format_message()


def _wanted(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"应当是 {'、'.join(kind.choices)} 之一"
    if not isinstance(kind, click.IntRange):
        return error.message
    return f"应当是 {kind.min} 到 {kind.max} 的整数" if kind.max else f"应当是整数，不小于 {kind.min}"


if __name__ == "__main__":
    main()
