"""Label an archive: rows in, rows out in the same order, on all cores, in flat memory, resumable after any stop.

A run keeps a progress file beside its output: how many rows are done and how long the outputs were then. The
outputs are written first, and the progress file is replaced after them in one rename; on resume, whatever an output
holds beyond the recorded length is cut off and done again. So a run that is killed at any moment loses no row and
doubles none. A running hash of the rows done tells whether the inputs are still the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import hashlib
import json
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import chain, islice
from typing import IO, TYPE_CHECKING

from model.errors import InputError, ZhaibianError
from service import tables
from service.files import Row, rows
from service.labelling import Labelled, Options, label_rows, loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

# A task for a worker: big enough to drown its overhead of about a millisecond, small enough for a lively bar.
_ROWS = 64
_BYTES = 512 * 1024
# Seconds between two records of progress: at most this much work is done again after a kill.
_RECORD = 1.0


class WorkerError(ZhaibianError):
    """A worker process died; nobody called us wrongly."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done: counts of rows, lengths of the outputs in bytes, the hash of the rows."""

    options: dict[str, object]
    rows: int = 0
    labelled: int = 0
    failed: int = 0
    out: int = 0
    errors: int = 0
    seen: str = ""
    finished: bool = False


class Run:
    """One labelling run and its files."""

    def __init__(self, out: Path, options: Options, *, restart: bool = False) -> None:
        """Find where the last run into `out` stopped, or begin anew.

        Raises:
            InputError: `out` was not written by us, or with other options, or was cut since.

        """
        self.out = out
        self.options = options
        self.part = out.with_name(f"{out.name}.part.jsonl") if options.form == "xlsx" else out
        self.errors = out.with_name(f"{out.name}.errors.jsonl")
        self.record = out.with_name(f"{out.name}.progress.json")
        if not out.parent.is_dir():
            raise InputError(f"没有这个文件夹：{out.parent}")
        if restart:
            for path in (self.record, self.errors, self.part, self.out):
                path.unlink(missing_ok=True)
        self.progress = self._recorded()

    def _recorded(self) -> Progress:
        fresh = Progress(asdict(self.options))
        if not self.record.exists():
            if _size(self.out):
                raise InputError(f"{self.out} 已经存在，又没有它的进度记录；换个名字，或加 --restart 覆盖它")
            return fresh
        try:
            found = Progress(**json.loads(self.record.read_text("utf-8")))
        except (ValueError, TypeError) as error:
            raise InputError(f"进度记录 {self.record} 损坏；加 --restart 从头再来") from error
        if found.options != fresh.options:
            changed = "、".join(k for k, v in fresh.options.items() if found.options.get(k) != v)
            raise InputError(
                f"{self.out} 是用别的选项做的（{changed} 不同）；用原来的选项接着做，或加 --restart 从头再来"
            )
        whole = self.out.exists() if found.finished else _size(self.part) >= found.out
        if not whole or _size(self.errors) < found.errors:
            raise InputError(f"{self.out} 在上次之后被删改过；加 --restart 从头再来")
        return found

    def go(self, inputs: list[str], jobs: int, report: Callable[[Progress, int], None]) -> Progress:
        """Label what is left of `inputs` with `jobs` processes; `report(progress, place)` is told of every step.

        Raises:
            InputError: an input cannot be read, or is not the one that the run began with.
            WorkerError: a worker process died; the same call goes on where it stopped.

        """
        source = rows(inputs)
        hasher, place = self._skip(source)
        report(self.progress, place)
        first = list(islice(source, 1))
        if self.progress.finished and first and self.part != self.out:
            raise InputError(f"{self.out} 已经做完，.xlsx 不能再往里加；加 --restart 从头再来")
        if first or not self.progress.finished:
            with (
                self._opened(self.part, self.progress.out) as out,
                self._opened(self.errors, self.progress.errors) as e,
            ):
                out.write(b"" if self.progress.out else tables.head(self.options.form))
                self._label(chain(first, source), jobs, _Sink(out, e, hasher), report)
            self._finish()
        return self.progress

    def _skip(self, source: Iterator[Row]) -> tuple[hashlib.blake2b, int]:
        """Pass over the rows that are done, and make sure that they are the same rows."""
        hasher, place, count = hashlib.blake2b(digest_size=16), 0, 0
        for row in islice(source, self.progress.rows):
            hasher.update(row.fingerprint())
            place, count = row.place, count + 1
        if count < self.progress.rows or (count and hasher.hexdigest() != self.progress.seen):
            raise InputError("输入与上次不同，已经做过的部分变了；加 --restart 从头再来")
        return hasher, place

    @contextlib.contextmanager
    def _opened(self, path: Path, length: int) -> Iterator[IO[bytes]]:
        """Open for adding after `length` bytes; the lock goes with the process, however it ends.

        It is a lock of POSIX's kind, which workers forked from this process do not hold on to (those of flock they do).
        """
        with path.open("ab") as stream:
            try:
                fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise InputError(f"另一个程序正在写 {path}") from None
            stream.truncate(length)
            yield stream

    def _label(self, source: Iterator[Row], jobs: int, sink: _Sink, report: Callable[[Progress, int], None]) -> None:
        self._record(sink)  # before the first byte: what a killed run leaves must be known as ours
        recorded = time.monotonic()
        try:
            for chunk, done in _labelled(_chunks(source), jobs, self.options):
                self.progress = sink.take(chunk, done, self.progress)
                if time.monotonic() - recorded >= _RECORD:
                    self._record(sink)
                    recorded = time.monotonic()
                report(self.progress, chunk[-1].place)
        finally:
            self._record(sink)

    def _record(self, sink: _Sink) -> None:
        sink.settle()
        self._write_record()

    def _write_record(self) -> None:
        fresh = self.record.with_name(f"{self.record.name}.new")
        with fresh.open("w", encoding="utf-8") as stream:
            json.dump(asdict(self.progress), stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self.record)

    def _finish(self) -> None:
        if self.part != self.out:
            tables.sheet_from_jsonl(self.part, self.out)
        self.progress = replace(self.progress, finished=True)
        self._write_record()
        if self.part != self.out:
            self.part.unlink()
        if not _size(self.errors):
            self.errors.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Sink:
    """Where finished chunks go: the two outputs, and the hash of what they came from."""

    out: IO[bytes]
    errors: IO[bytes]
    hasher: hashlib.blake2b

    def take(self, chunk: list[Row], done: Labelled, before: Progress) -> Progress:
        """Write a chunk and return what is done then: the caller's old progress stays true if this fails halfway."""
        marks = [row.fingerprint() for row in chunk]
        self.out.write(done.out)
        self.errors.write(done.errors)
        for mark in marks:
            self.hasher.update(mark)
        return Progress(
            before.options,
            rows=before.rows + len(chunk),
            labelled=before.labelled + done.labelled,
            failed=before.failed + done.failed,
            out=self.out.tell(),
            errors=self.errors.tell(),
            seen=self.hasher.hexdigest(),
        )

    def settle(self) -> None:
        """Put everything on the disk."""
        for stream in (self.out, self.errors):
            stream.flush()
            os.fsync(stream.fileno())


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _chunks(source: Iterator[Row]) -> Iterator[list[Row]]:
    """Cut the rows into tasks, bounded in rows and in bytes so that memory stays flat."""
    chunk: list[Row] = []
    start = 0
    for row in source:
        if not chunk:
            start = row.place
        chunk.append(row)
        if len(chunk) == _ROWS or row.place - start >= _BYTES:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _labelled(chunks: Iterator[list[Row]], jobs: int, options: Options) -> Iterator[tuple[list[Row], Labelled]]:
    """Label chunks in `jobs` processes, results in order; work too small for two tasks stays in this process."""
    ahead = list(islice(chunks, 2))
    chunks = chain(ahead, chunks)
    if jobs == 1 or len(ahead) == 1:
        for chunk in chunks:
            yield chunk, label_rows(chunk, options)
        return
    waiting: deque[tuple[list[Row], Future[Labelled]]] = deque()
    with _workers(jobs, options) as pool:
        try:
            for chunk in chunks:
                waiting.append((chunk, pool.submit(label_rows, chunk, options)))
                if len(waiting) > 2 * jobs:
                    done, future = waiting.popleft()
                    yield done, future.result()
            for done, future in waiting:
                yield done, future.result()
        except BrokenProcessPool as error:
            raise WorkerError(
                "一个工作进程意外退出（内存不够？）；再运行同一条命令会接着做，--jobs 小一些更省内存"
            ) from error


def _workers(jobs: int, options: Options) -> ProcessPoolExecutor:
    """Return processes forked from this one, which has loaded the bundle: they begin at once and share its memory.

    Started afresh, each took half a second to begin, and two labelled 4,000 articles 1.5 times as fast as one.
    """
    loaded(options.model)
    gc.collect()
    gc.freeze()  # what the collector does not touch stays shared
    context = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(jobs, context, initializer=_leave_with, initargs=(os.getpid(),))


def _leave_with(parent: int) -> None:
    """End this worker when the run is killed: a queue alone would let it wait for ever.

    Ctrl-C reaches every process of a terminal; the run answers it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
