"""README is true: its commands run and its JSON is what the service answers."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from model import Digester
from service.app import create_app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BIN = Path(sys.executable).parent


def fence(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def run(*words: str) -> str:
    wide = os.environ | {"COLUMNS": "88"}  # as wide as README's run, whatever the terminal of the tests
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, env=wide).stdout


def test_first_screen_is_a_real_run() -> None:
    """The run on the first screen is what the program prints, line for line, as far as it is shown."""
    shown = README.split("```\n$ make digest FILE=service/static/sample.txt\n")[1].split("\n…\n```")[0]

    assert run(str(BIN / "zhaibian"), "digest", "service/static/sample.txt").startswith(shown)


def test_rest_example() -> None:
    """The answer to the curl example is the JSON that README shows, figure for figure."""
    request = next(block for block in fence("sh") if "curl" in block)
    body = json.loads(request.split("-d '")[1].rsplit("'", 1)[0])

    answer = create_app().test_client().post("/v1/digest", json=body).get_json()

    assert answer == json.loads(fence("json")[0])


def test_python_example() -> None:
    """The Python example runs and names the theme."""
    assert run(sys.executable, "-c", fence("python")[0]).startswith("safety ")


@pytest.mark.parametrize("program", ["zhaibian", "zhaibian-train"])
def test_commands_exist(program: str) -> None:
    """Every command that README shows is one of the program's."""
    known = run(str(BIN / program), "--help")
    lines = [line for block in fence("sh") for line in block.splitlines() if line.startswith(program + " ")]
    shown = {shlex.split(line, comments=True)[1] for line in lines}

    assert shown
    for command in shown:
        assert re.search(rf"^  {command}\b", known, re.MULTILINE), command


def test_version_is_the_released_bundle() -> None:
    """The figures of README are those of the live bundle."""
    assert Digester.load().bundle.manifest.version in README
