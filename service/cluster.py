"""`zhaibian label --scheduler`: the shards of an archive labelled by the workers of a Dask cluster.

A shard is a task. Dask gives it to a worker, and to another one when that dies (`retries`, and the scheduler's own
`allowed-failures`); the worker writes the result itself (`service.shards`), so that no article passes through the
scheduler or this process. Here the run is begun, followed and told of: `OUT.progress.json` and standard error.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import time
import uuid
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any

from distributed import Client, Future, KilledWorker, get_worker
from distributed.comm import CommClosedError

from model.errors import InputError, ZhaibianError
from service.archive import Shard, find
from service.batch import Progress, WorkerError
from service.progress import Bar, say
from service.results import Done, Target, finished, target
from service.shards import Needs, label_shard, lack, needs
from service.system_errors import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.labelling import Options

_ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^/\s]+:\d{1,5}")
_GONE = "与调度器的连接断了；再运行同一条命令会接着做"
# Seconds to wait for the scheduler: it is there or it is not; a slow network needs one or two.
_CONNECT = 4
# How often a shard is tried again after an error that may pass, such as a storage that does not answer.
_RETRIES = 3
# Seconds between two reports of a worker on its shard, two records of the whole, two looks of the bar.
_REPORT = 2.0
_RECORD = 1.0
_SHOW = 0.2
# Seconds between two lines that say that nobody works.
_PATIENCE = 10.0
# Shards that could not be done which are told one by one; the record names them all.
_TOLD = 20


def label(scheduler: str, inputs: Sequence[str], out: str, options: Options, *, restart: bool) -> Progress:
    """Label the shards of `inputs` into the folder `out`; what is finished there is not done again.

    Raises:
        InputError: the call, the scheduler or a worker is not fit for it.
        WorkerError: shards are left that could not be done; the same call tries these again.

    """
    goal = target(out, options)
    shards = find(inputs, goal.url)
    with _connected(scheduler) as client:
        run = _Run(goal, shards)
        run.begin(restart=restart)
        _check_workers(client, run)
        if restart:
            goal.clear()
        with Bar(sum(s.size for s in shards), run.target.name, f"{run.target.name}/_errors") as bar:
            run.follow(client, bar)
            progress = run.end()
            bar.finish(progress)
    return progress


@contextlib.contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    if not _ADDRESS.fullmatch(scheduler):
        raise InputError(f"调度器的地址写作 tcp://主机:端口（或 tls://…），这里是 {scheduler}")
    # What distributed logs of a broken connection is told below, in one line.
    for name in logging.root.manager.loggerDict:
        if name.startswith("distributed"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(scheduler, timeout=_CONNECT, name="zhaibian", set_as_default=False)
    except OSError as error:  # TimeoutError is an OSError
        raise InputError(
            f"连不上调度器 {scheduler}：{_CONNECT} 秒内没有应答；"
            "请看地址对不对（如 tcp://10.0.0.5:8786）、dask scheduler 是否在运行"
        ) from error
    with client:
        yield client


def _check_workers(client: Client, run: _Run) -> None:
    """Load the bundle on every worker there is, and make sure that it is the same one."""
    told_at = -_PATIENCE
    while not client.nthreads():
        if time.monotonic() - told_at >= _PATIENCE:
            say(f"调度器还没有工作进程，等着；启动一个：dask worker {client.scheduler.address} --nthreads 1")
            told_at = time.monotonic()
        time.sleep(0.2)
    for address, what in client.run(lack, run.needs, on_error="return").items():
        if isinstance(what, Exception) and "No module named" in str(what):  # it comes as a bare Exception
            raise InputError(f"工作进程 {address} 的环境里没有装好 zhaibian[cluster]（{what}）：每台工作机上装同一版本")
        if what and not isinstance(what, OSError):  # a worker that has just gone needs nothing
            raise InputError(f"工作进程 {address} 不能用：{what}")


class UnfitError(ZhaibianError):
    """A worker that came later is not fit; the shard goes to nobody, for an unfit worker would eat up all of them."""


def _work(shard: Shard, target: Target, wanted: Needs, topic: str) -> Done | str:
    """Label a shard on a worker; a string says why it cannot be labelled, by whomever."""
    worker = get_worker()
    if what := lack(wanted):
        raise UnfitError(f"工作进程 {worker.address} 不能用：{what}")
    told_at = time.monotonic()

    def report(progress: Progress, place: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= _REPORT:
            told_at = time.monotonic()
            worker.log_event(topic, (shard.name, progress.rows, progress.labelled, progress.failed, place))

    try:
        return label_shard(shard, target, Path(worker.local_directory), report)
    except InputError as error:
        return str(error)


@dataclass(slots=True)
class _Run:
    """One run: its shards, which are done, how far the others are, and which could not be done."""

    target: Target
    shards: list[Shard]
    done: dict[str, Done] = field(default_factory=dict)
    doing: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    shown: float = 0.0
    recorded: float = 0.0

    @property
    def needs(self) -> Needs:
        """What every worker must have."""
        return needs(self.target, self.shards)

    def begin(self, *, restart: bool) -> None:
        """Find what is done, and make the folder known as ours.

        Raises:
            InputError: the output folder was not written by us, or with other options.

        """
        if not restart:
            self.target.claim()
            self.done = finished(self.target, self.shards)
        self._record()

    def follow(self, client: Client, bar: Bar) -> None:
        """Have the shards done that are left.

        Raises:
            UnfitError: a worker came that cannot do them.
            WorkerError: the scheduler is gone.

        """
        bar.step(self.progress(), self.place())
        # The longest first: the last worker to end then ends soonest after the others.
        left = sorted((s for s in self.shards if s.name not in self.done), key=lambda s: -s.size)
        if not left:
            return
        topic = f"zhaibian-{uuid.uuid4().hex}"
        happened: Queue[Any] = Queue()
        client.subscribe_topic(topic, lambda event: happened.put(event[1]))
        futures = client.map(
            _work, left, target=self.target, wanted=self.needs, topic=topic,
            key=[f"{topic}-{n}" for n in range(len(left))], retries=_RETRIES, pure=False,
        )  # fmt: skip
        waiting = dict(zip((f.key for f in futures), zip(futures, left, strict=True), strict=True))
        for future in futures:
            future.add_done_callback(happened.put)
        del futures
        try:
            self._wait(client, waiting, happened, bar)
        except (CommClosedError, CancelledError) as error:
            raise WorkerError(_GONE) from error
        finally:  # after Ctrl-C: what waits is not begun; what is being done is finished and found by the next run
            with contextlib.suppress(Exception):
                client.cancel([future for future, _ in waiting.values()], force=True)
            self._record()

    def _wait(self, client: Client, waiting: dict[Any, tuple[Any, Shard]], happened: Queue[Any], bar: Bar) -> None:
        while waiting:
            try:
                event = happened.get(timeout=_REPORT)
            except Empty:
                self._look(client)
            else:
                if isinstance(event, Future):
                    _, shard = waiting.pop(event.key)
                    self._take(shard, event)
                elif event[0] not in self.done:
                    self.doing[event[0]] = event[1:]
            now = time.monotonic()
            if now - self.shown >= _SHOW or not waiting:  # counting ten thousand shards at each event would be slow
                self.shown = now
                bar.step(self.progress(), self.place())
            if now - self.recorded >= _RECORD:
                self._record()

    def _look(self, client: Client) -> None:
        """Nothing has happened for a while: see whether anybody is there."""
        if client.status != "running":
            raise WorkerError(_GONE)

    def _take(self, shard: Shard, future: Future) -> None:
        self.doing.pop(shard.name, None)
        if future.status == "finished":
            result = future.result()
            if isinstance(result, Done):
                self.done[shard.name] = result
            else:
                self.faults[shard.name] = result
        elif future.status == "error":
            error = future.exception()
            if isinstance(error, UnfitError):
                raise error
            self.faults[shard.name] = _reason(error)
        else:
            raise WorkerError(_GONE)

    def progress(self) -> Progress:
        """Count the rows that are done, those of shards in the making included."""
        rows, labelled, failed = (
            sum(getattr(d, name) for d in self.done.values()) + sum(d[i] for d in self.doing.values())
            for i, name in enumerate(("rows", "labelled", "failed"))
        )
        return Progress(self.target.told_options(), rows, labelled, failed, finished=len(self.done) == len(self.shards))

    def place(self) -> int:
        """Return how many bytes of the shards are done."""
        return sum(d.size for d in self.done.values()) + sum(d[3] for d in self.doing.values())

    def _record(self) -> None:
        """Write `OUT.progress.json`: for people and their tools, and to know the folder as ours."""
        about = self.progress()
        record = {
            "options": about.options,
            "shards": len(self.shards),
            "done": len(self.done),
            "rows": about.rows,
            "labelled": about.labelled,
            "failed": about.failed,
            "faults": self.faults,
            "finished": about.finished,
        }
        raw = json.dumps(record, ensure_ascii=False).encode()
        self.target.write(raw, self.target.progress)
        self.recorded = time.monotonic()

    def end(self) -> Progress:
        """Clear away drafts of workers that died; say which shards could not be done.

        Raises:
            WorkerError: some could not.

        """
        if self.faults:
            for name, why in list(self.faults.items())[:_TOLD]:
                say(f"没有做成 {name}：{why}")
            raise WorkerError(
                f"{len(self.shards):,} 个分片中有 {len(self.faults):,} 个没有做成"
                f"（全部见 {self.target.name}.progress.json）；再运行同一条命令只做它们"
            )
        with contextlib.suppress(FileNotFoundError):
            self.target.files.rm(self.target.at("_drafts"), recursive=True)
        return self.progress()


def _reason(error: BaseException | None) -> str:
    if isinstance(error, KilledWorker):
        return "做它的工作进程接连死了（内存不够？分片小一些，或给工作进程多一些内存）"
    if isinstance(error, OSError):
        return told(error)
    return f"{type(error).__name__}: {error}"
