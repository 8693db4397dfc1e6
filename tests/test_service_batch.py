"""Batch runs: complete, in order, resumable after any stop."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from python_calamine import CalamineWorkbook

from model.digest import Digester
from model.errors import InputError
from service import batch
from service.batch import Run
from service.labelling import Options

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS = (
    "本报讯 昨日，枫林镇开展消防疏散演练，三百余名居民参加。",
    "演练模拟三楼厨房起火，居民在网格员引导下五分钟内撤到楼外。",
    "市法院公开审理一起网络诈骗案，三名被告人当庭认罪。",
    "青石港区氢能装备项目开工，总投资十二亿元，明年底投产。",
    "社区食堂昨天开张，六十岁以上老人打九折，行动不便的有人送餐。",
    "河长带队巡河，沿线三处排污口已经封堵，水质稳定在三类。",
)
BAD = {30: '{"id": 30, "body": ""}', 200: "{oops", 431: '{"id": 431, "body": "no Chinese in here"}'}


@pytest.fixture(scope="module")
def version() -> str:
    """The live bundle's version."""
    return Digester.load().bundle.manifest.version


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """600 rows of which three are bad."""
    rng = random.Random(7)
    path = tmp_path / "in.jsonl"
    lines = [
        BAD.get(i)
        or json.dumps(
            {"id": i, "headline": f"题{i}", "body": "\n".join(rng.choices(PARTS, k=6)), "theme": "x"},
            ensure_ascii=False,
        )
        for i in range(600)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def label(*args: object, check: int | None = 0, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "service.cli", "label", *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False, **more)
    assert check is None or done.returncode == check, done.stderr
    return done


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def go(run: Run, *inputs: object, jobs: int = 1) -> batch.Progress:
    return run.go([str(i) for i in inputs], jobs, lambda *_: None)


def test_every_row_comes_out_once_in_order_and_bad_ones_are_told(archive: Path, tmp_path: Path) -> None:
    """Two processes, 600 rows: 597 labelled, three told with line and reason; the exit code says so."""
    out = tmp_path / "out.jsonl"

    done = label(archive, "--out", out, "--jobs", 2, check=3)

    found = rows_of(out)
    assert [r["id"] for r in found] == [i for i in range(600) if i not in BAD]
    assert all(len(r["themes"]) == 6 and r["summary"]["text"] for r in found)
    errors = rows_of(tmp_path / "out.jsonl.errors.jsonl")
    assert [(e["line"], e["type"]) for e in errors] == [(31, "empty"), (201, "not-json"), (432, "not-chinese")]
    assert all(e["reason"] and e["source"] == "in.jsonl" for e in errors)
    assert "100%" in done.stderr
    assert "597" in done.stderr


def test_a_killed_run_loses_nothing_and_doubles_nothing(archive: Path, tmp_path: Path, version: str) -> None:
    """SIGKILL in the middle, twice, leaves no worker behind; the same command then ends with what one run gives."""
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    go(Run(whole, Options(version)), archive)
    command = [sys.executable, "-m", "service.cli", "label", str(archive), "--out", str(out), "--jobs", "2"]
    env = os.environ | {"PYTHONPATH": str(_slow(tmp_path))}
    for _ in range(2):
        before = _recorded(out)
        run = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL, start_new_session=True)
        _wait(lambda before=before, run=run: _recorded(out) > before or run.poll() is not None)
        time.sleep(random.uniform(0, 0.2))
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert before < _recorded(out) < 600
        _wait(lambda run=run: not _members(run.pid))

    done = label(archive, "--out", out, check=3)

    assert "接着上次" in done.stderr
    assert out.read_bytes() == whole.read_bytes()
    assert (tmp_path / "out.jsonl.errors.jsonl").read_bytes() == (tmp_path / "whole.jsonl.errors.jsonl").read_bytes()


@pytest.mark.parametrize(("whom", "which", "code"), [("worker", signal.SIGKILL, 1), ("group", signal.SIGINT, 130)])
def test_a_stopped_run_says_one_line_and_leaves_nobody(
    archive: Path, tmp_path: Path, whom: str, which: signal.Signals, code: int
) -> None:
    """A worker that dies, and Ctrl-C, which a terminal sends to every process: no traceback, no worker left."""
    out = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "service.cli", "label", str(archive), "--out", str(out), "--jobs", "2"]
    env = os.environ | {"PYTHONPATH": str(_slow(tmp_path))}
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True) as run:
        _wait(lambda: _recorded(out) > 0 or run.poll() is not None)
        if whom == "worker":
            os.kill(max(_members(run.pid)), which)
        else:
            os.killpg(run.pid, which)
        _, told = run.communicate(timeout=60)

    assert run.returncode == code
    assert len(told.strip().splitlines()) == 1, told
    _wait(lambda: not _members(run.pid))
    assert label(archive, "--out", out, check=3).stderr.startswith("接着上次")


def _wait(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _recorded(out: Path) -> int:
    try:
        found: int = json.loads(out.with_name(f"{out.name}.progress.json").read_text("utf-8"))["rows"]
    except FileNotFoundError:
        return 0
    return found


def _slow(folder: Path) -> Path:
    """Make every article take a while, in workers too, so that there is a middle to be killed in."""
    home = folder / "slow"
    home.mkdir()
    root = str(Path.cwd())
    (home / "sitecustomize.py").write_text(
        f"import sys, time; sys.path.insert(0, {root!r})\n"
        "import service.files as f\n"
        "whole = f.fields\n"
        "def fields(*a, **k):\n    time.sleep(0.008)\n    return whole(*a, **k)\n"
        "f.fields = fields\n",
        encoding="utf-8",
    )
    return home


def _members(session: int) -> list[int]:
    found = []
    for name in filter(str.isdigit, (p.name for p in Path("/proc").iterdir())):
        try:
            if os.getsid(int(name)) == session:
                found.append(int(name))
        except ProcessLookupError:
            continue
    return found


def test_a_finished_run_is_not_done_again_and_new_rows_are_added(archive: Path, tmp_path: Path, version: str) -> None:
    """The same call changes nothing; rows added to the input are labelled, the old ones are left alone."""
    out = tmp_path / "out.jsonl"
    go(Run(out, Options(version)), archive)
    before = out.read_bytes()

    assert go(Run(out, Options(version)), archive).rows == 600
    assert out.read_bytes() == before
    with archive.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"id": "new", "body": PARTS[0]}) + "\n")
    assert go(Run(out, Options(version)), archive).labelled == 598
    assert out.read_bytes().startswith(before)
    assert rows_of(out)[-1]["id"] == "new"


def test_what_does_not_fit_together_is_refused(archive: Path, tmp_path: Path, version: str) -> None:
    """Changed inputs, other options, a file that is not ours, a cut output; --restart settles each."""
    out = tmp_path / "out.jsonl"
    go(Run(out, Options(version)), archive)

    with pytest.raises(InputError, match="sentences"):
        Run(out, Options(version, sentences=3))
    lines = archive.read_text("utf-8").split("\n")
    lines[5] = lines[5].replace("题5", "改了")
    archive.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match="输入与上次不同"):
        go(Run(out, Options(version)), archive)
    assert go(Run(out, Options(version), restart=True), archive).labelled == 597
    assert rows_of(out)[5]["headline"] == "改了"
    (tmp_path / "out.jsonl.progress.json").unlink()
    with pytest.raises(InputError, match="已经存在"):
        Run(out, Options(version))


def test_two_runs_do_not_write_into_one_file(archive: Path, tmp_path: Path, version: str) -> None:
    """The second is refused while the first writes."""
    out = tmp_path / "out.jsonl"
    run = Run(out, Options(version))
    hold = "import fcntl, sys; f = open(sys.argv[1], 'ab'); fcntl.lockf(f, fcntl.LOCK_EX); print(); sys.stdin.read()"
    command = [sys.executable, "-u", "-c", hold, str(out)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(InputError, match="另一个程序"):
            go(run, archive)


def test_a_failing_disk_leaves_a_resumable_run(
    archive: Path, tmp_path: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error while writing a chunk leaves the record of the last whole one."""
    out, whole = tmp_path / "out.jsonl", tmp_path / "whole.jsonl"
    go(Run(whole, Options(version)), archive)
    take, calls = batch._Sink.take, []

    def fail(sink: Any, *args: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            sink.out.write(b"half a row")
            raise OSError(28, "No space left on device")
        return take(sink, *args)

    monkeypatch.setattr(batch._Sink, "take", fail)
    with pytest.raises(OSError, match="space"):
        go(Run(out, Options(version)), archive)
    monkeypatch.undo()

    assert _recorded(out) == 3 * 64
    go(Run(out, Options(version)), archive)
    assert out.read_bytes() == whole.read_bytes()


def test_csv_opens_in_excel_and_sheets_hold_the_same(archive: Path, tmp_path: Path, version: str) -> None:
    """A byte order mark, one line a row, the same cells in .csv and .xlsx; nothing else stays behind."""
    flat, sheet = tmp_path / "out.csv", tmp_path / "out.xlsx"
    go(Run(flat, Options(version, form="csv")), archive)
    go(Run(sheet, Options(version, form="xlsx")), archive)

    assert flat.read_bytes().startswith(b"\xef\xbb\xbf")
    with flat.open(encoding="utf-8-sig", newline="") as stream:
        told = list(csv.DictReader(stream))
    assert [r["id"] for r in told] == [str(i) for i in range(600) if i not in BAD]
    assert all(r["theme"] and r["summary"] and 0 < float(r["probability"]) <= 1 for r in told)
    cells = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python()
    assert len(cells) == 598
    assert [[str(c) for c in row] for row in cells[1:]] == [list(r.values()) for r in told]
    assert not list(tmp_path.glob("*.part.*"))
    assert go(Run(sheet, Options(version, form="xlsx")), archive).rows == 600


def test_no_line_of_json_ends_a_run(tmp_path: Path, version: str) -> None:
    """Lone surrogates, bottomless nesting, endless numbers and NaN are faults of their line alone."""
    lines = ['{"id": "\\ud800", "body": "消防\\ud800"}', "[" * 100_000, '{"id": %s}' % ("9" * 5000), '{"id": NaN}']
    lines.append(json.dumps({"id": 5, "body": "", "body_html": f"<p>{PARTS[0]}</p>"}))
    (tmp_path / "in.jsonl").write_text("\n".join(lines), "utf-8")

    done = go(Run(tmp_path / "out.jsonl", Options(version)), tmp_path / "in.jsonl")

    assert (done.labelled, done.failed) == (1, 4)
    told = rows_of(tmp_path / "out.jsonl.errors.jsonl")
    assert [(t["line"], t["type"]) for t in told] == [(n, "not-json") for n in (1, 2, 3, 4)]


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path, version: str) -> None:
    """A text that a spreadsheet would run gets an apostrophe in a .csv; numbers and other forms stay as they are."""
    texts = ("=HYPERLINK(1)", "+86电话", "-3", "@SUM(1)", "枫林镇=好")
    lines = [json.dumps({"id": t, "headline": t, "body": PARTS[0]}) for t in texts]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), "utf-8")
    for form in ("csv", "jsonl"):
        go(Run(tmp_path / f"out.{form}", Options(version, form)), tmp_path / "in.jsonl")

    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = [row["headline"] for row in csv.DictReader(stream)]
    assert cells == ["'=HYPERLINK(1)", "'+86电话", "-3", "'@SUM(1)", "枫林镇=好"]
    assert [row["headline"] for row in rows_of(tmp_path / "out.jsonl")] == list(texts)


def test_pages_come_out_an_article_a_row(tmp_path: Path) -> None:
    """Each row names its page, its lines and its paragraphs."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for n in (1, 2):
        text = "\n\n".join(f"{head}\n\n■记者 甲乙\n\n本报讯 {body}" for head, body in _page_parts())
        (folder / f"{n}.txt").write_text(text, encoding="utf-8")
    out = tmp_path / "out.jsonl"

    label(folder, "--pages", "--out", out)

    found = rows_of(out)
    assert [r["page"] for r in found] == ["1.txt"] * (len(found) // 2) + ["2.txt"] * (len(found) // 2)
    assert len({r["id"] for r in found}) == len(found) >= 4
    assert all(r["lines"] and r["paragraphs"] and r["body"] for r in found)


def _page_parts() -> list[tuple[str, str]]:
    return [
        ("枫林镇开展消防疏散演练", PARTS[0] + PARTS[1]),
        ("青石港区氢能装备项目开工", PARTS[3] * 2),
        ("社区食堂开张迎客", PARTS[4] * 2),
    ]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["in.jsonl", "--out", "out.doc"], "不认识的结果类型"),
        (["in.jsonl", "--out", "in.jsonl"], "不能写到输入文件"),
        (["none.jsonl", "--out", "out.jsonl"], "找不到文件"),
        (["in.jsonl", "--out", "no/folder/out.jsonl"], "没有这个文件夹"),
        (["in.jsonl"], "--out"),
    ],
)
def test_a_bad_call_is_one_line_and_exit_code_2(archive: Path, tmp_path: Path, args: list[str], told: str) -> None:
    """Nothing is written, the reason is one Chinese line."""
    before = archive.read_bytes()
    env = os.environ | {"PYTHONPATH": str(Path.cwd())}

    done = label(*args, check=2, cwd=tmp_path, env=env)

    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert archive.read_bytes() == before
