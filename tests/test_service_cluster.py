"""An archive on a Dask cluster: a real scheduler and real workers, some of which die."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec
import pytest

from model import bundle
from model.errors import InputError
from service import archive, results
from service.batch import Run
from service.labelling import Options
from service.shards import label_shard, lack, needs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
PARTS = (
    "本报讯 昨日，枫林镇开展消防疏散演练，三百余名居民参加。",
    "市法院公开审理一起网络诈骗案，三名被告人当庭认罪。",
    "青石港区氢能装备项目开工，总投资十二亿元，明年底投产。",
    "社区食堂昨天开张，六十岁以上老人打九折，行动不便的有人送餐。",
)
SHARDS, ROWS = 8, 60
POISON = "poison"
# Every row takes a while, so that there is a middle to die in; one kind of row kills whoever reads it.
_SLOW = f"""
import os, sys, time
sys.path.insert(0, {str(ROOT)!r})
import service.files as f
whole = f.fields
def fields(*a, **k):
    found = whole(*a, **k)
    if found["id"] == {POISON!r}:
        os.kill(os.getpid(), 9)
    time.sleep(0.008)
    return found
f.fields = fields
"""


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self.folder = folder
        (folder / "sitecustomize.py").write_text(_SLOW, "utf-8")
        self.running: list[subprocess.Popen[bytes]] = []
        where = ("--host", "127.0.0.1", "--port", self.address.rpartition(":")[2])
        self._start("scheduler", *where)

    def worker(self, **more: str) -> subprocess.Popen[bytes]:
        """Start a worker without a nanny: it dies when it is killed."""
        return self._start(
            "worker", self.address, "--nthreads", "1", "--no-nanny", "--local-directory", self.folder, **more
        )

    def _start(self, *words: object, **more: str) -> subprocess.Popen[bytes]:
        env = os.environ | {
            "PYTHONPATH": str(self.folder),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
            **more,
        }
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "dask", *map(str, words), "--no-dashboard"]
            self.running.append(subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log))
        return self.running[-1]

    def stop(self) -> None:
        """Leave nothing behind."""
        for process in self.running:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers at the beginning."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    cluster.worker()
    cluster.worker()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def options() -> Options:
    """Options of the live bundle."""
    return Options(bundle.live_version())


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight shards, one of them zipped, one in a folder; a row in each is bad."""
    folder = tmp_path_factory.mktemp("archive") / "in"
    (folder / "2025").mkdir(parents=True)
    rng = random.Random(3)
    for n in range(SHARDS):
        lines = [
            json.dumps({"id": f"{n}-{i}", "headline": f"题{i}", "body": "\n".join(rng.choices(PARTS, k=3))})
            for i in range(ROWS)
        ]
        lines[7] = "{oops"
        raw = ("\n".join(lines) + "\n").encode()
        name = {0: "2025/p0.jsonl", 1: "p1.jsonl.gz"}.get(n, f"p{n}.jsonl")
        (folder / name).write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return folder


@pytest.fixture(scope="module")
def local(shards: Path, options: Options, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, bytes]]:
    """What `zhaibian label` makes of each shard on one machine: rows, and rows that failed."""
    folder = tmp_path_factory.mktemp("local")
    found = {}
    for path in filter(Path.is_file, shards.rglob("*")):
        run = Run(folder / f"{path.name}.jsonl", options)
        run.go([str(path)], 1, lambda *_: None)
        found[path.relative_to(shards).as_posix()] = (run.out.read_bytes(), run.errors.read_bytes())
    return found


def made(out: Path) -> dict[str, tuple[bytes, bytes]]:
    """What lies in an output folder, by shard; nothing else may."""
    found = {}
    for path in filter(Path.is_file, out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if not name.startswith("_"):
            raw = path.read_bytes()
            errors = (out / "_errors" / f"{name}.errors.jsonl").read_bytes()
            found[name] = (gzip.decompress(raw) if name.endswith(".gz") else raw, errors)
    return found


def command(cluster: Cluster, *args: object) -> list[str]:
    return [sys.executable, "-m", "service.cli", "label", "--scheduler", cluster.address, *map(str, args)]


def label(cluster: Cluster, *args: object, code: int = 3) -> str:
    """Run the command as a user does; return what it says."""
    ended = subprocess.run(command(cluster, *args), capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert ended.returncode == code, ended.stderr
    return ended.stderr


def progress(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out.with_name(f"{out.name}.progress.json").read_bytes())
    return found


def done(out: Path) -> int:
    """How many shards are finished."""
    return len(list((out / "_done").rglob("*.json")))


def wait(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 40
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_killed_worker_loses_no_row_and_doubles_none(
    cluster: Cluster, shards: Path, local: dict[str, tuple[bytes, bytes]], tmp_path: Path
) -> None:
    """SIGKILL in the middle of a shard; another worker comes; the bytes are those of one machine, bad rows included."""
    out = tmp_path / "out"
    run = subprocess.Popen(command(cluster, shards, "--out", out), stderr=subprocess.PIPE, encoding="utf-8")
    wait(lambda: done(out) >= 2)
    cluster.running[1].kill()
    cluster.worker()
    said = run.communicate(timeout=60)[1]

    assert run.returncode == 3, said
    assert made(out) == local
    assert len(local) == SHARDS
    assert f"{SHARDS * (ROWS - 1)} 标好，{SHARDS} 出错" in said
    told = progress(out)
    assert (told["finished"], told["done"], told["rows"]) == (True, SHARDS, SHARDS * ROWS)
    assert not (out / "_drafts").exists()


def test_a_stopped_run_goes_on_with_the_shards_that_are_left(
    cluster: Cluster, shards: Path, local: dict[str, tuple[bytes, bytes]], tmp_path: Path
) -> None:
    """After Ctrl-C only whole shards lie there; the next run leaves them as they are; a third has nothing to do."""
    out = tmp_path / "out"
    run = subprocess.Popen(command(cluster, shards, "--out", out), stderr=subprocess.PIPE, encoding="utf-8")
    wait(lambda: done(out) >= 2)
    run.send_signal(signal.SIGINT)
    said = run.communicate(timeout=60)[1]
    records = {path: path.stat().st_mtime_ns for path in (out / "_done").rglob("*.json")}

    assert (run.returncode, said.splitlines()[-1]) == (130, "已停止")
    assert 2 <= len(records) < SHARDS
    for record in records:
        assert local[record.relative_to(out / "_done").as_posix().removesuffix(".json")]
    assert "接着上次" in label(cluster, shards, "--out", out)
    assert made(out) == local
    assert {path: path.stat().st_mtime_ns for path in records} == records
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    assert f"{SHARDS * (ROWS - 1)} 标好" in label(cluster, shards, "--out", out)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()} == before


def test_a_shard_that_cannot_be_done_stops_no_other(cluster: Cluster, tmp_path: Path) -> None:
    """One without a column of texts, and one that kills its workers, are told with their reasons; mended, they run."""
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    row = json.dumps({"id": 1, "body": PARTS[0]}) + "\n"
    (folder / "good.jsonl").write_text(row * 3, "utf-8")
    (folder / "heads.csv").write_text("id,author\n1,x\n", "utf-8")
    (folder / "kills.jsonl").write_text(row + json.dumps({"id": POISON, "body": PARTS[0]}), "utf-8")
    cluster.worker()
    cluster.worker()

    said = label(cluster, folder, "--out", out, code=1)

    assert "没有做成 heads.csv：heads.csv 没有正文列" in said
    assert "没有做成 kills.jsonl：做它的工作进程接连死了" in said
    assert "3 个分片中有 2 个没有做成" in said
    assert set(progress(out)["faults"]) == {"heads.csv", "kills.jsonl"}
    assert (out / "good.jsonl").read_text("utf-8").count("\n") == 3
    (folder / "heads.csv").write_text(f"id,body\n1,{PARTS[1]}\n", "utf-8")
    (folder / "kills.jsonl").write_text(row, "utf-8")
    label(cluster, folder, "--out", out, code=0)
    assert (out / "heads.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")
    assert progress(out)["labelled"] == 5


def test_a_worker_with_another_version_is_named(cluster: Cluster, shards: Path, tmp_path: Path) -> None:
    """It stands there before the run, or comes in the middle: nothing is labelled by it."""
    odd = cluster.folder / "odd"
    odd.mkdir()
    (odd / "sitecustomize.py").write_text(
        _SLOW + "import service.shards as s\ns._program = lambda: '0.1'\n", encoding="utf-8"
    )
    out = tmp_path / "out"
    run = subprocess.Popen(command(cluster, shards, "--out", out), stderr=subprocess.PIPE, encoding="utf-8")
    wait(lambda: done(out))
    cluster.worker(PYTHONPATH=str(odd))
    for worker in cluster.running[1:-1]:
        worker.kill()

    said = run.communicate(timeout=60)[1]
    assert run.returncode == 2
    assert "zhaibian 的版本是 0.1" in said
    assert "zhaibian 的版本是 0.1" in label(cluster, shards, "--out", tmp_path / "other", code=2)


def test_a_scheduler_that_dies_is_told(cluster: Cluster, shards: Path, tmp_path: Path) -> None:
    """In one line, within seconds; what is done stays."""
    out = tmp_path / "out"
    for worker in cluster.running[1:]:
        worker.kill()
    cluster.worker()
    run = subprocess.Popen(command(cluster, shards, "--out", out), stderr=subprocess.PIPE, encoding="utf-8")
    wait(lambda: done(out))
    cluster.running[0].kill()
    said = run.communicate(timeout=30)[1].splitlines()

    assert run.returncode == 1
    assert said[-1] == "与调度器的连接断了；再运行同一条命令会接着做"
    assert all("工作进程" in line for line in said[:-1])
    assert 0 < done(out) < SHARDS


def test_the_engine_is_an_extra(shards: Path, tmp_path: Path) -> None:
    """Without it one line says what to install; a run on this machine does not import it."""
    start = "import sys\n{}\nsys.argv = ['zhaibian', 'label', *{!r}]\nfrom service.cli import main\n"
    one, out = str(shards / "p2.jsonl"), str(tmp_path / "out.jsonl")
    missing = start.format("sys.modules['distributed'] = None", ["--scheduler", "tcp://x:1", one, "--out", out])
    here = start.format("", [one, "--out", out, "--jobs", "1"])
    here += "try: main()\nexcept SystemExit: print([m for m in ('dask', 'distributed', 'fsspec') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", missing + "main()"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "pip install '.[cluster]'" in done.stderr
    done = subprocess.run([sys.executable, "-c", here], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["IN", "--scheduler", "tcp://127.0.0.1:9", "--out", "out"], "连不上调度器 tcp://127.0.0.1:9"),
        (["IN", "--scheduler", "10.0.0.5", "--out", "out"], "tcp://主机:端口"),
        (["IN", "--scheduler", "tcp://x:1", "--out", "out", "--jobs", "2"], "不与 --scheduler 同用"),
        (["none/*.jsonl", "--scheduler", "tcp://x:1", "--out", "out"], "找不到分片"),
        (["zz://x", "--scheduler", "tcp://x:1", "--out", "out"], "打不开 zz://"),
        (["IN", "--scheduler", "", "--out", "out.jsonl"], "tcp://主机:端口"),
        (["IN", "--scheduler", "tcp://x:1", "--out", ""], "没有写结果文件夹"),
    ],
)
def test_a_bad_call_is_one_line(shards: Path, tmp_path: Path, args: list[str], told: str) -> None:
    """The exit code is 2, and no folder is made."""
    words = [str(shards) if a == "IN" else a for a in args]
    began = time.monotonic()

    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "label", *words],
        capture_output=True, text=True, check=False, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert told in done.stderr
    assert not list(tmp_path.iterdir())
    assert time.monotonic() - began < 20


@pytest.fixture
def store() -> Iterator[str]:
    """An object store in this process."""
    files = fsspec.filesystem("memory")
    yield "memory://archive"
    files.rm("/archive", recursive=True)


def test_urls_are_read_and_written(
    shards: Path, local: dict[str, tuple[bytes, bytes]], options: Options, store: str, tmp_path: Path
) -> None:
    """From one store to another: patterns keep the folders below their fixed part; a finished shard is not redone."""
    files = fsspec.filesystem("memory")
    files.put(f"{shards}/", "/archive/in/", recursive=True)
    goal = results.target(f"{store}/out", options)
    found = archive.find([f"{store}/in/**/*.jsonl", f"{store}/in/p1.jsonl.gz"], goal.url)
    done = [label_shard(shard, goal, tmp_path, lambda *_: None) for shard in found]

    assert sorted(shard.name for shard in found) == sorted(local)
    for shard in found:
        raw = files.cat(f"/archive/out/{shard.name}")
        told = files.cat(f"/archive/out/_errors/{shard.name}.errors.jsonl")
        assert (gzip.decompress(raw) if shard.name.endswith(".gz") else raw, told) == local[shard.name]
    assert results.finished(goal, found) == dict(zip((s.name for s in found), done, strict=True))
    assert not list(tmp_path.iterdir())


def test_what_does_not_fit_is_done_again(shards: Path, options: Options, tmp_path: Path) -> None:
    """A changed shard, a cut result, another model: each is not finished; the same name from elsewhere is refused."""
    source, goal = tmp_path / "p.csv", results.target(str(tmp_path / "out"), options)
    source.write_text(f"id,body\n1,{PARTS[0]}\n", "utf-8")

    def find() -> list[archive.Shard]:
        return archive.find([str(source)], goal.url)

    label_shard(find()[0], goal, tmp_path, lambda *_: None)
    assert results.finished(goal, find())
    assert not results.finished(replace(goal, options=replace(options, model="other")), find())
    result = tmp_path / "out" / "p.csv"
    whole = result.read_bytes()
    result.write_bytes(whole[:-3])
    assert not results.finished(goal, find())
    label_shard(find()[0], goal, tmp_path, lambda *_: None)
    assert result.read_bytes() == whole
    source.write_text(f"id,body\n1,{PARTS[1]}\n", "utf-8")
    assert not results.finished(goal, find())
    (tmp_path / "new").mkdir()
    source = source.rename(tmp_path / "new" / "p.csv")
    with pytest.raises(InputError, match=r"是用 .*/p\.csv 做的"):
        results.finished(goal, find())
    goal.clear()
    assert not list(filter(Path.is_file, (tmp_path / "out").rglob("*")))


def test_two_shards_are_not_written_to_one_place(shards: Path, tmp_path: Path) -> None:
    """Nor is an input its own output, nor a folder of texts a shard; a file named twice counts once."""
    (tmp_path / "p2.jsonl").write_text("{}", "utf-8")
    (tmp_path / "a.txt").write_text("x", "utf-8")
    one = str(shards / "p2.jsonl")

    assert len(archive.find([one, str(shards), str(shards / "p*.jsonl")], "file:///out")) == SHARDS
    with pytest.raises(InputError, match="同名"):
        archive.find([one, str(tmp_path / "p2.jsonl")], "file:///out")
    with pytest.raises(InputError, match="在结果文件夹里"):
        archive.find([one], f"file://{shards}")
    with pytest.raises(InputError, match=r"不收这种文件.*a\.txt"):
        archive.find([str(tmp_path / "a.txt")], "file:///out")


def test_a_result_never_replaces_its_own_shard(shards: Path, tmp_path: Path) -> None:
    """However the folder is written: a link, a detour; a folder inside the archive is not taken for shards."""
    home = shutil.copytree(shards, tmp_path / "in")
    (tmp_path / "link").symlink_to(home)
    (home / "out").mkdir()
    shutil.copy(home / "p2.jsonl", home / "out" / "old.jsonl")

    for out in (home, tmp_path / "link", f"{home}/out/..", f"file://{home}/"):
        for given in (home, tmp_path / "link", tmp_path / "link" / "p2.jsonl", f"{home}/**/*.jsonl"):
            with pytest.raises(InputError, match="在结果文件夹里"):
                archive.find([str(given)], str(out))
    assert len(archive.find([str(home)], str(tmp_path / "link" / "out"))) == SHARDS


def test_a_worker_says_what_it_lacks(options: Options, tmp_path: Path) -> None:
    """Another program or bundle, a package, a disk that is not shared."""
    wanted = needs(results.target(str(tmp_path), options), [])

    assert not lack(wanted)
    assert "版本" in lack(replace(wanted, program="0.1"))
    assert "没有版本 0.1" in lack(replace(wanted, bundle="0.1"))
    assert "与本机的不同" in lack(replace(wanted, checksum=""))
    assert "zz://" in lack(replace(wanted, protocols=("file", "zz")))
    assert "共有的磁盘" in lack(replace(wanted, folder=str(tmp_path / "none")))


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 and HDFS by their packages."""
    for package in ("s3fs", "pyarrow.fs", "pyarrow"):
        monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(InputError, match="pip install s3fs"):
        archive.opened("s3://bucket/in")
    with pytest.raises(InputError, match="pip install pyarrow"):
        archive.opened("hdfs://name/in")
