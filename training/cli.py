"""`zhaibian-train`: the maintainer's command. Learns, measures, gates, publishes."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from model.errors import BundleError, ZhaibianError

if TYPE_CHECKING:
    from model.bundle import Bundle
    from training.evaluate import Report

ROOT = Path(__file__).parent.parent
DRAFTS = ROOT / "build" / "bundles"
SHARED = ROOT.parent / "shared"

_DATA = click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), default=ROOT / "data", help="语料目录"
)
_DEV = click.option(
    "--dev",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=SHARED / "dev" if (SHARED / "dev").exists() else None,
    help="真实评测集目录（themes.jsonl、standfirsts.jsonl），只用于测量",
)


def _within_a_folder(_context: click.Context, _parameter: click.Parameter, path: Path | None) -> Path | None:
    """Refuse before minutes of work what could not be written after them."""
    if path and not path.parent.is_dir():
        raise click.BadParameter(f"没有这个文件夹：{path.parent}")
    return path


_WRITTEN = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """摘编的训练命令：学习、评测、发布、查标注。

    例：zhaibian-train fit && zhaibian-train evaluate && zhaibian-train release
    """


@group.command()
@_DATA
@click.option("--jobs", default=-1, show_default=True, help="进程数，-1 为全部核")
def fit(data: Path, jobs: int) -> None:
    """从语料学出一个待发布的模型（build/bundles/draft）。

    例：zhaibian-train fit
    """
    from model import bundle as bundles
    from training.fit import DRAFT
    from training.fit import fit as fit_bundle

    lesson = fit_bundle(data, jobs=jobs, say=_say)
    shutil.rmtree(DRAFTS / DRAFT, ignore_errors=True)
    home = bundles.save(lesson.bundle, "Draft, not released.\n", DRAFTS)
    click.echo(f"已写入 {home}；接着可以 zhaibian-train evaluate，再 zhaibian-train release。")


@group.command()
@_DATA
@_DEV
@click.option(
    "--version", "version", default=None, help="评测已发布的版本；默认评测 fit 的草稿，没有草稿则评测在用的版本"
)
@click.option("--pin", is_flag=True, help="把这次的指标定为下限（data/floors.json）")
@click.option("--lower-because", default="", help="降低下限、改动 gold 的理由")
@click.option("--html", type=_WRITTEN, callback=_within_a_folder, help="另写一份带图的 HTML 报告")
def evaluate(
    data: Path, dev: Path | None, version: str | None, lower_because: str, html: Path | None, *, pin: bool
) -> None:
    """打印各项指标，旁边是基线（最多的主题、关键词表、前两句），并对照下限。

    例：zhaibian-train evaluate --html report.html
    """
    from training import gate
    from training.corpus import gold_fingerprint

    if html:
        from training.report import check_plots

        check_plots()
    bundle = _bundle(version)
    report = _report(bundle, data, dev)
    _print(report)
    floors = data / "floors.json"
    if pin:
        gate.pin(floors, report.figures(), gold_fingerprint(data), reason=lower_because)
        click.echo(f"下限已写入 {floors}")
    if html:
        from training.report import render

        html.write_text(render(report, bundle.manifest, gate.read_floors(floors)), "utf-8")
        click.echo(f"报告已写入 {html}")
    gate.check_gold(floors, gold_fingerprint(data))
    fallen = gate.breaches(report.figures(), gate.read_floors(floors), {line.on for line in report.lines})
    for breach in fallen:
        click.echo(f"低于下限  {breach}", err=True)
    if fallen:
        raise gate.GateError(f"{len(fallen)} 项指标低于下限")


@group.command()
@_DATA
@_DEV
@click.argument("old", required=False)
@click.argument("new", required=False)
def compare(old: str | None, new: str | None, data: Path, dev: Path | None) -> None:
    """在用的（champion）与挑战者（challenger）并排：OLD 默认是在用的版本，NEW 默认是草稿。

    例：zhaibian-train compare
    """
    from model import bundle as bundles

    champion, challenger = _bundle(old or bundles.live_version()), _bundle(new) if new else _draft()
    before, after = (
        {(line.on, line.name): line.ours.value for line in _report(bundle, data, dev).lines}
        for bundle in (champion, challenger)
    )
    click.echo(f"{'':36}{champion.manifest.version:>12}{challenger.manifest.version:>12}")
    for (on, name), now in after.items():
        was = before[on, name]
        click.echo(f"{on + ' ' + name:36}{was:12.3f}{now:12.3f}  {now - was:+.3f}")


@group.command()
@_DATA
@_DEV
@click.option("--version", "version", default=None, help="版本号，如 2026.11.1；默认取本月下一个")
def release(data: Path, dev: Path | None, version: str | None) -> None:
    """评测草稿，过了下限就发布并启用。

    例：zhaibian-train release
    """
    from training.release import next_version
    from training.release import release as publish

    today = dt.datetime.now(dt.UTC)
    draft = _draft()
    report = _report(draft, data, dev)
    _print(report)
    home = publish(draft, report, version or next_version(today.year, today.month), data=data)
    click.echo(f"已发布并启用 {home.name}")


@group.command()
@_DATA
@click.option("--out", type=_WRITTEN, callback=_within_a_folder, help="写成 .csv")
@click.option("--top", type=click.IntRange(min=1), default=None, help="只要最可疑的前几篇；默认屏幕 20 篇、文件全部")
@click.option("--jobs", default=-1, show_default=True, help="进程数，-1 为全部核")
def audit(data: Path, out: Path | None, top: int | None, jobs: int) -> None:
    """找出可疑的标注：模型没见过这篇，却更相信另一个主题（confident learning）。要由人重读后再改。

    例：zhaibian-train audit --out doubtful.csv --top 200
    """
    from model.segmenter import Segmenter
    from training.audit import doubtful, table, write_csv
    from training.corpus import read_words
    from training.fit import learn_themes, segment_written

    segmenter = Segmenter(read_words("lexicon.txt", data))
    fitted = learn_themes(data, segmenter, segment_written(data, segmenter), jobs=jobs, say=_say)
    doubts = doubtful(fitted)
    if out:
        write_csv(doubts[:top], out)
        click.echo(f"可疑 {len(doubts)} 篇（共 {len(fitted.articles)} 篇），已写入 {out}")
    else:
        click.echo(table(doubts[: top or 20]))
        click.echo(f"可疑 {len(doubts)} 篇（共 {len(fitted.articles)} 篇）；--out doubtful.csv 写成表格。")


@group.command()
@click.option("--of", type=click.Choice(["themes", "summary"]), default="themes", help="主题模型，或选关键句的特征")
@_DATA
@_DEV
def ablate(of: str, data: Path, dev: Path | None) -> None:
    """每一部分值多少：去掉一部分再学、再测（几分钟），打印成表。

    例：zhaibian-train ablate --of summary
    """
    if of == "summary":
        from model.segmenter import Segmenter
        from training.corpus import read_words
        from training.fit import segment_written
        from training.fit_summary import all_examples, worth, worth_table

        written = segment_written(data, Segmenter(read_words("lexicon.txt", data)))
        click.echo(worth_table(worth(all_examples(written, data))))
        return
    from training.ablate import ablate as measure
    from training.ablate import table

    rows = []
    for part in measure(data, dev=dev):
        _say(part.name)
        rows.append(part)
    click.echo(table(rows))


@group.command()
@click.argument("labelled", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--pool", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="未标注的文章，用来数词的文档频率"
)
@_DATA
def count(labelled: Path, pool: Path | None, data: Path) -> None:
    """把不能公开的已标注文章数成词频（data/corpus/counts-*.jsonl.gz），只留数字，不留句子。

    LABELLED 每行一篇：id、headline、body、theme、also、sure、source。

    例：zhaibian-train count ../shared/reference/themes_train.jsonl --pool ../shared/reference/unlabelled.jsonl.gz
    """
    from model.segmenter import Segmenter
    from training.corpus import read_jsonl, read_words
    from training.counts import write_counts, write_frequencies

    segmenter = Segmenter(read_words("lexicon.txt", data))
    folder = data / "corpus"
    click.echo(f"数了 {write_counts((row for _, row in read_jsonl(labelled)), segmenter, folder)} 篇已标注文章")
    if pool:
        total = write_frequencies((row for _, row in read_jsonl(pool)), segmenter, folder)
        click.echo(f"数了 {total} 篇未标注文章的文档频率")


def main() -> None:
    """Run the command; a deliberate error is one line on stderr and exit code 2."""
    try:
        group()
    except ZhaibianError as error:
        click.echo(f"zhaibian-train: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"zhaibian-train: 读写不了 {error.filename or '文件'}（{error.strerror or error}）", err=True)
        sys.exit(2)


def _draft() -> Bundle:
    from model import bundle as bundles
    from training.fit import DRAFT

    if not (DRAFTS / DRAFT).exists():
        raise BundleError("还没有草稿；请先运行 zhaibian-train fit")
    return bundles.load(DRAFT, DRAFTS)


def _bundle(version: str | None) -> Bundle:
    from model import bundle as bundles
    from training.fit import DRAFT

    if version is None and (DRAFTS / DRAFT).exists():
        return bundles.load(DRAFT, DRAFTS)
    return bundles.load(version)


def _report(bundle: Bundle, data: Path, dev: Path | None) -> Report:
    from training.corpus import gold_ids, read_articles
    from training.evaluate import evaluate as measure

    ids = gold_ids(data)
    gold = [a for a in read_articles(data) if a.id in ids]
    return measure(bundle, gold, dev=dev, data=data, say=_say)


def _print(report: Report) -> None:
    from training.evaluate import table

    click.echo(table(report))


def _say(line: str) -> None:
    click.echo(line, err=True)
