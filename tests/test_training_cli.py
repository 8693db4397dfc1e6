"""training.cli: every command does what its help says, and each example of a help text runs."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from model import bundle
from model.bundle import save
from model.errors import BundleError
from training import cli, gate
from training.corpus import gold_fingerprint, read_articles
from training.fit import DRAFT, Lesson

pytest_plugins = ["tests.small_corpus"]
pytest.register_assert_rewrite(*pytest_plugins)

from tests.small_corpus import write_rows  # noqa: E402 - a plugin is named for rewriting before it is imported

COMMANDS = sorted(cli.group.commands)


def example(command: str) -> str:
    """The example of a command's help text."""
    (line,) = re.findall(r"例：(zhaibian-train .+)", cli.group.commands[command].help or "")
    return str(line)


@pytest.fixture
def room(copy: Path, lesson: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project: data, a draft, a released version; the working folder is empty."""
    monkeypatch.setattr(cli, "DRAFTS", tmp_path / "build")
    save(lesson.bundle, "draft", tmp_path / "build")
    monkeypatch.chdir(tmp_path)
    return copy


def run(*arguments: str, data: Path | None = None) -> Result:
    """Run a command as `main` does, on a small data folder and without the real sets."""
    options = ["--data", str(data)] if data else []
    for parameter in cli.group.commands[arguments[0]].params:
        if parameter.name == "dev":
            options += ["--dev", str(empty(data))]
        if parameter.name == "jobs":
            options += ["--jobs", "1"]
    return CliRunner().invoke(cli.group, [*arguments, *options])


def empty(data: Path | None) -> Path:
    """A folder of real sets with nothing in it."""
    assert data
    folder = data.parent / "dev"
    folder.mkdir(exist_ok=True)
    for name in ("themes.jsonl", "standfirsts.jsonl"):
        (folder / name).touch()
    return folder


def ran(*arguments: str, data: Path | None = None) -> str:
    """What a command that succeeds prints."""
    result = run(*arguments, data=data)
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_each_example_is_a_real_command(command: str) -> None:
    """Every help text has one example; its command and options exist and parse, its files aside."""
    line = example(command)
    program, name, *arguments = shlex.split(line)

    assert (program, name) == ("zhaibian-train", command)
    arguments = [__file__ if "/shared/" in argument else argument for argument in arguments]
    parent = click.Context(cli.group, info_name=program, help_option_names=["-h", "--help"])
    assert cli.group.commands[command].make_context(command, arguments, parent=parent)


def test_group_example_and_help() -> None:
    """The group's own example is a chain of its commands; help needs no heavy import and prints in Chinese."""
    chain = re.findall(r"zhaibian-train (\w+)", cli.group.help or "")

    assert chain == ["fit", "evaluate", "release"]
    shown = CliRunner().invoke(cli.group, ["--help"]).output
    assert all(command in shown for command in COMMANDS)
    for command in COMMANDS:
        assert CliRunner().invoke(cli.group, [command, "-h"]).exit_code == 0


def test_example_of_fit(room: Path) -> None:
    """`fit` replaces the draft and says what comes next."""
    card = cli.DRAFTS / DRAFT / "CARD.md"
    assert card.read_text("utf-8") == "draft"

    assert "zhaibian-train evaluate" in ran(*shlex.split(example("fit"))[1:], data=room)

    assert bundle.load(DRAFT, cli.DRAFTS).manifest.version == DRAFT
    assert card.read_text("utf-8") == "Draft, not released.\n"


def test_example_of_evaluate(room: Path) -> None:
    """`evaluate --html` prints the table and writes the report, also where no real set stands."""
    out = ran(*shlex.split(example("evaluate"))[1:], data=room)

    assert "gold accuracy" in out
    assert "keyword list" in out
    assert "<svg" in Path("report.html").read_text("utf-8")


@pytest.mark.parametrize("arguments", [("evaluate", "--html", "none/x.html"), ("audit", "--out", "none/x.csv")])
def test_a_folder_that_is_missing_is_told_first(arguments: tuple[str, ...], room: Path) -> None:
    """Nothing is measured for a file that could not be written."""
    result = run(*arguments, data=room)

    assert result.exit_code == 2
    assert "没有这个文件夹：none" in result.output


def test_a_file_that_is_missing_is_one_line(
    room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list that somebody removed is named; no traceback."""
    (room / "stopwords.txt").unlink()
    monkeypatch.setattr(sys, "argv", ["zhaibian-train", "fit", "--data", str(room)])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 2
    assert re.fullmatch(r"zhaibian-train: 读写不了 .*stopwords\.txt（.*）", capsys.readouterr().err.splitlines()[-1])


def test_pin_and_gate(room: Path) -> None:
    """Pinned figures hold; a floor above them is exit code 2 with its name; lowering it wants a reason and keeps it."""
    floors = room / "floors.json"
    ran("evaluate", "--pin", data=room)
    document = json.loads(floors.read_text("utf-8"))
    floors.write_text(json.dumps(document | {"floors": {"gold/accuracy": 0.999}}), "utf-8")

    fallen = run("evaluate", data=room)
    assert isinstance(fallen.exception, gate.GateError)
    assert "gold/accuracy" in fallen.output
    assert isinstance(run("evaluate", "--pin", data=room).exception, gate.GateError)
    assert gate.read_floors(floors) == {"gold/accuracy": 0.999}

    ran("evaluate", "--pin", "--lower-because", "试一试", data=room)
    assert json.loads(floors.read_text("utf-8"))["lowered"][-1]["because"] == "试一试"
    assert json.loads(floors.read_text("utf-8"))["gold"] == gold_fingerprint(room)


def test_example_of_compare(room: Path) -> None:
    """`compare` puts the live version and the draft side by side, with the difference."""
    lines = ran(*shlex.split(example("compare"))[1:], data=room).splitlines()
    live = bundle.live_version()

    head = next(line for line in lines if line.strip().startswith(live))
    assert head.split() == [live, DRAFT]
    (accuracy,) = [line for line in lines if line.startswith("gold accuracy ")]
    champion, challenger, difference = map(float, accuracy.split()[2:])
    assert challenger - champion == pytest.approx(difference, abs=2e-3)


@pytest.mark.parametrize("command", ["compare", "release"])
def test_without_a_draft(room: Path, command: str) -> None:
    """Without a draft there is nothing to compare or release: the refusal says what to run first."""
    shutil.rmtree(cli.DRAFTS)

    refused = run(command, data=room).exception

    assert isinstance(refused, BundleError)
    assert "zhaibian-train fit" in str(refused)


def test_example_of_release(room: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`release` publishes the draft as this month's next version and makes it live; a fallen floor stops it."""
    released = tmp_path / "released"
    monkeypatch.setattr("training.release.release.__kwdefaults__", {"data": room, "folder": released})
    monkeypatch.setattr("training.release.next_version.__defaults__", (released,))

    assert "已发布并启用" in ran(*shlex.split(example("release"))[1:], data=room)
    (version,) = bundle.available(released)
    assert re.fullmatch(r"20\d\d\.\d+\.1", version)
    assert bundle.live_version(released) == version

    gate.pin(room / "floors.json", {"gold/accuracy": 1.1}, gold_fingerprint(room))
    assert isinstance(run("release", data=room).exception, gate.GateError)
    assert bundle.available(released) == (version,)


def test_example_of_audit(room: Path) -> None:
    """`audit --out` writes the doubtful labels, at most so many; without a file it prints them."""
    out = ran(*shlex.split(example("audit"))[1:], data=room)
    with Path("doubtful.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))

    assert f"可疑 {len(rows)} 篇（共 90 篇）" in out
    ran("audit", "--out", "one.csv", "--top", "1", data=room)
    assert len(Path("one.csv").read_text("utf-8").splitlines()) == 2
    printed = ran("audit", "--top", "2", data=room)
    assert rows[0]["id"] in printed
    assert rows[2]["id"] not in printed


def test_example_of_count(room: Path) -> None:
    """`count` writes counts of labelled texts and frequencies of a pool, from wherever the files stand."""
    articles = read_articles(room)[:4]
    rows = [{"id": a.id, "headline": a.headline, "body": a.body, "theme": a.theme, "source": "x"} for a in articles]
    write_rows(Path("labelled.jsonl"), rows)
    write_rows(Path("pool.jsonl"), rows * 3)
    files = iter(["labelled.jsonl", "pool.jsonl"])
    arguments = [next(files) if "/shared/" in a else a for a in shlex.split(example("count"))[1:]]

    out = ran(*arguments, data=room)

    assert "数了 4 篇已标注文章" in out
    assert "数了 12 篇" in out
    assert len(list((room / "corpus").glob("counts-*.jsonl.gz"))) == 1


def test_an_error_is_one_line(room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`main` turns a deliberate error into one line on stderr and exit code 2, without a traceback."""
    (room / "themes.toml").write_text("", "utf-8")
    monkeypatch.setattr("sys.argv", ["zhaibian-train", "fit", "--data", str(room)])

    with pytest.raises(SystemExit) as stopped:
        cli.main()

    assert stopped.value.code == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line]
    assert line.startswith("zhaibian-train: ")
    assert "themes.toml" in line


@pytest.mark.parametrize(
    "arguments", [["evaluate", "--data", "none"], ["audit", "--top", "0"], ["count", "none.jsonl"]]
)
def test_bad_arguments_are_refused(arguments: list[str]) -> None:
    """A folder that is not there, a list of nothing, a missing file: click's usage error."""
    assert CliRunner().invoke(cli.group, arguments).exit_code == click.UsageError.exit_code
