"""The command as a user types it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

from model import bundle
from model.digest import Digester
from service.cli import cli, main
from service.settings import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

BODY = "本报讯 昨日，枫林镇开展消防疏散演练，三百余名居民参加。演练模拟三楼厨房起火，居民五分钟内全部撤到楼外。"
ARTICLE = f"枫林镇开展消防疏散演练\n{BODY}\n"
PAGE = (
    f"枫林镇开展消防疏散演练\n\n■记者 甲乙\n\n{BODY}\n\n"
    "社区食堂开张迎客\n\n■记者 丙丁\n\n"
    "本报讯 昨日，桂花社区食堂开张，六十岁以上老人打九折，行动不便的由志愿者送餐上门。\n"
)


def zhaibian(*args: object, stdin: bytes | None = None, **more: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "service.cli", *map(str, args)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False, **more)


def test_a_page_is_printed_as_json_by_contract(tmp_path: Path) -> None:
    """--json prints the PageDigest, whatever the file's encoding."""
    path = tmp_path / "page.txt"
    path.write_bytes(PAGE.encode("gb18030"))

    told = json.loads(zhaibian("digest", "--json", path).stdout)

    assert set(told) == {"articles", "dropped", "model"}
    assert [a["headline"] for a in told["articles"]] == ["枫林镇开展消防疏散演练", "社区食堂开张迎客"]
    assert told["articles"][1]["byline"]["reporters"] == ["丙丁"]


def test_an_article_is_read_from_standard_input() -> None:
    """The first line is the headline; sentences bound the summary; offsets point into the body that is printed."""
    done = zhaibian("digest", "--article", "--json", "--sentences", 1, "-", stdin=ARTICLE.encode())

    told = json.loads(done.stdout)
    assert told["headline"] == "枫林镇开展消防疏散演练"
    assert told["body"] == BODY
    [sentence] = told["summary"]["sentences"]
    assert BODY[sentence["start"] : sentence["end"]] == sentence["text"]


def test_a_pipe_gets_text_without_colours() -> None:
    """No escape codes where there is no terminal; an editor reads theme, people and sentences."""
    text = zhaibian("digest", stdin=PAGE.encode()).stdout.decode()

    assert "\x1b" not in text
    assert re.search(r"主题 +安全 \d\d%", text)
    assert "记者 甲乙" in text
    assert "关键句 1. " in text


@pytest.mark.parametrize(
    ("args", "stdin", "told"),
    [
        (["digest"], b"", "空的"),
        (["digest"], b"Not a word of Chinese here", "汉字"),
        (["digest"], bytes(range(256)) * 9, "二进制"),
        (["digest", "none.txt"], None, "找不到文件：none.txt"),
        (["digest", "."], None, "文件夹"),
        (["digest", "--sentences", "0"], ARTICLE.encode(), "--sentences"),
        (["digest", "--max-chars", "x"], ARTICLE.encode(), "应当是整数"),
        (["digest", "--nope"], None, "没有选项 --nope"),
        (["nope"], None, "没有命令 nope"),
        (["models", "show", "0.0"], None, "没有版本 0.0"),
        (["serve", "--bundle", "0.0"], None, "没有版本 0.0"),
    ],
)
def test_what_goes_wrong_is_one_chinese_line(args: list[str], stdin: bytes | None, told: str) -> None:
    """On standard error; no traceback."""
    done = zhaibian(*args, stdin=stdin)

    last = done.stderr.decode().strip().splitlines()
    assert told in last[-1]
    assert len([line for line in last if "http://" not in line]) == 1
    assert done.returncode == 2


def test_a_digest_starts_without_web_and_learning() -> None:
    """Neither sklearn nor flask nor pydantic is imported; the start stays short."""
    code = (
        "import sys; sys.argv = ['zhaibian', 'digest', '--json']\n"
        "from service.cli import main\n"
        "try: main()\n"
        "except SystemExit as e: assert e.code == 0\n"
        "print([m for m in ('sklearn', 'scipy', 'flask', 'pydantic', 'joblib', 'lxml') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], input=PAGE.encode(), capture_output=True, check=True)

    assert done.stdout.decode().splitlines()[-1] == "[]"


def test_a_closed_pipe_is_no_error_message() -> None:
    """`zhaibian digest | head` ends quietly."""
    line = f"{shlex.quote(sys.executable)} -m service.cli digest --json | head -c 1"

    done = subprocess.run(line, shell=True, input=PAGE.encode() * 50, capture_output=True, check=False)

    assert not done.stderr


def _commands() -> list[tuple[str, ...]]:
    found = []

    def walk(command: click.Command, path: tuple[str, ...]) -> None:
        found.append(path)
        for name, sub in getattr(command, "commands", {}).items():
            walk(sub, (*path, name))

    walk(cli, ())
    return found


@pytest.mark.parametrize("path", _commands(), ids="-".join)
def test_every_help_has_an_example_that_parses(path: tuple[str, ...]) -> None:
    """The examples name this command and only options that exist."""
    text = CliRunner().invoke(cli, [*path, "--help"]).output
    examples = re.findall(r"(?:\| |ZHAIBIAN_\S+ |^ *|：)zhaibian ([^|>\n]*)", text, re.MULTILINE)

    assert examples
    for example in examples:
        if "--settings" in example or example.startswith("--"):
            continue
        name, *rest = shlex.split(example)
        command = cli.commands[name]
        if isinstance(command, click.Group) and rest:
            name, *rest = rest
            command = command.commands[name]
        command.make_context(name, rest, resilient_parsing=False)


def test_versions_are_listed_used_and_rolled_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The live one is starred; `use` changes it, `rollback` changes it back, an unknown version changes nothing."""
    monkeypatch.delenv("ZHAIBIAN_BUNDLE", raising=False)
    version = Digester.load().bundle.manifest.version
    for name in (version, "9999.1"):
        shutil.copytree(bundle.BUNDLES / version, tmp_path / name)
        path = tmp_path / name / "bundle.json"
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"version": name}), "utf-8")
    for name in ("available", "live_version", "manifest", "use", "rollback"):
        monkeypatch.setattr(getattr(bundle, name), "__defaults__", (tmp_path,))

    def say(*args: str) -> str:
        return CliRunner().invoke(cli, ["models", *args], catch_exceptions=False).output

    say("use", version)
    assert re.search(rf"^\* {version}", say(), re.MULTILINE)
    assert "9999.1" in say("use", "9999.1")
    assert re.search(r"^\* 9999\.1", say("list"), re.MULTILINE)
    with pytest.raises(bundle.BundleError):
        say("use", "0.0")
    assert version in say("rollback")
    assert re.search(rf"^\* {version}", say("list"), re.MULTILINE)
    assert json.loads(say("show", version))["version"] == version


def test_a_version_that_cannot_be_read_is_listed_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle of an older format hides none of the others."""
    monkeypatch.delenv("ZHAIBIAN_BUNDLE", raising=False)
    version = Digester.load().bundle.manifest.version
    shutil.copytree(bundle.BUNDLES / version, tmp_path / version)
    (tmp_path / "2020.1").mkdir()
    (tmp_path / "2020.1" / "bundle.json").write_text('{"format": 2}', "utf-8")
    for name in ("available", "live_version", "manifest"):
        monkeypatch.setattr(getattr(bundle, name), "__defaults__", (tmp_path,))

    told = CliRunner().invoke(cli, ["models", "list"], catch_exceptions=False).output

    assert re.search(r"^  2020\.1  .*格式是 2", told, re.MULTILINE)
    assert re.search(rf"^\* {version}  gold", told, re.MULTILINE)


def test_every_setting_is_listed() -> None:
    """`zhaibian serve --settings` prints the table."""
    told = CliRunner().invoke(cli, ["serve", "--settings"]).output

    assert all(s.variable in told and s.help in told for s in SETTINGS)


def test_ctrl_c_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """Stopping a command is one word and exit code 130."""

    def stopped(**_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as caught:
        main(stopped)

    assert caught.value.code == 130
    assert capsys.readouterr().err == "已停止\n"


def test_the_bundle_can_be_named(tmp_path: Path) -> None:
    """ZHAIBIAN_BUNDLE chooses the version; one that does not exist is refused."""
    env = os.environ | {"ZHAIBIAN_BUNDLE": "0.0"}

    done = zhaibian("digest", stdin=PAGE.encode(), env=env)

    assert done.returncode != 0
    assert "没有版本 0.0" in done.stderr.decode()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["serve", "--port", "80000"], "1 到 65535"),
        (["digest", "a", "b"], "多了参数 b"),
        (["digest", "--sentences"], "--sentences 后面要有一个值"),
        (["digest", "--sentences", "0"], "不小于 1"),
    ],
)
def test_a_bad_call_is_told_in_chinese(args: list[str], told: str) -> None:
    """One line, exit code 2."""
    done = zhaibian(*args, stdin=b"")

    assert done.returncode == 2
    assert told in done.stderr.decode()
    assert done.stderr.decode().count("\n") == 1


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """`/dev/full` refuses every byte: a sentence, not a traceback."""
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        command = [sys.executable, "-m", "service.cli", "digest", "--json", str(tmp_path / "page.txt")]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)

    assert done.returncode == 2
    assert done.stderr.decode().strip() == "磁盘满了，腾出空间后再运行同一条命令"
