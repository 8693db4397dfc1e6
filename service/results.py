"""The output folder of a run over shards, under an fsspec URL: results, failed rows, and records of what is finished.

    OUT/NAME                        the result of the shard NAME
    OUT/_errors/NAME.errors.jsonl   its rows that failed, where some did
    OUT/_done/NAME.json             written last: the shard is finished, and of what it was made
    OUT/_drafts/                    files that are not complete yet
    OUT.progress.json               how far the run is, and with which options

Names that begin with _ are skipped by whatever reads a folder of shards (Hadoop's custom, kept by Spark and Dask).
Every file appears whole or not at all.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from fsspec.implementations.local import LocalFileSystem

from model.errors import InputError
from service.archive import ending, opened, protocol
from service.tables import FORMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from service.archive import Shard
    from service.labelling import Options

# An upload to these appears when it is complete; a rename would be a copy.
_OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "az", "oss"}


@dataclass(frozen=True, slots=True)
class Done:
    """The record of a finished shard: of what it was made, and how many rows came of it."""

    source: str
    stamp: str
    size: int
    options: dict[str, object]
    written: int
    rows: int
    labelled: int
    failed: int

    def fits(self, shard: Shard, options: Options) -> bool:
        """Whether this is what labelling `shard` with `options` would give again."""
        made = asdict(options_of(shard, options))
        return (self.source, self.stamp, self.size, self.options) == (shard.url, shard.stamp, shard.size, made)


@dataclass(frozen=True, slots=True)
class Target:
    """The output folder: its path in a file system, its name as the caller wrote it, and what decides its content."""

    files: Any
    path: str
    name: str
    options: Options

    @property
    def url(self) -> str:
        """The address of the folder."""
        return str(self.files.unstrip_protocol(self.path))

    @property
    def progress(self) -> str:
        """The path of the file that says how far the run is."""
        return f"{self.path}.progress.json"

    def at(self, *parts: str) -> str:
        """Return the path of a file under the folder."""
        return "/".join((self.path, *parts))

    def record(self, name: str) -> str:
        """Return the path of the record of a finished shard."""
        return self.at("_done", f"{name}.json")

    def errors(self, name: str) -> str:
        """Return the path of the rows of a shard that failed."""
        return self.at("_errors", f"{name}.errors.jsonl")

    def told_options(self) -> dict[str, object]:
        """Return what has to stay the same over all shards."""
        options = asdict(self.options)
        del options["form"]  # each shard has its own
        return options

    def claim(self) -> None:
        """Make sure that the folder is free or ours.

        Raises:
            InputError: it was not written by us, or with other options.

        """
        if self.files.exists(self.progress):
            self._check_options(self.files.cat_file(self.progress))
        elif self.files.isdir(self.path) and self.files.ls(self.path, detail=False):
            raise InputError(f"{self.name} 已经存在，又没有它的进度记录；换个文件夹，或加 --restart 覆盖它")

    def _check_options(self, raw: bytes) -> None:
        try:
            before = json.loads(raw)["options"]
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(f"进度记录 {self.name}.progress.json 损坏；加 --restart 从头再来") from error
        if changed := "、".join(k for k, v in self.told_options().items() if before.get(k) != v):
            raise InputError(
                f"{self.name} 是用别的选项做的（{changed} 不同）；用原来的选项接着做，或加 --restart 从头再来"
            )

    def clear(self) -> None:
        """Remove what earlier runs wrote, and nothing else: a shard that is no longer there must not stay behind."""
        with contextlib.suppress(FileNotFoundError):
            for record in self.files.find(self.at("_done")):
                self.drop(self.at(record.removeprefix(self.at("_done/")).removesuffix(".json")))
        for folder in ("_errors", "_drafts", "_done"):
            with contextlib.suppress(FileNotFoundError):
                self.files.rm(self.at(folder), recursive=True)

    def put(self, local: Path, path: str) -> None:
        """Make the local file appear at `path`, whole or not at all."""
        self._appear(path, lambda draft: self.files.put_file(str(local), draft))

    def write(self, raw: bytes, path: str) -> None:
        """Make the bytes appear at `path`, all or none."""
        self._appear(path, lambda draft: self.files.pipe_file(draft, raw))

    def _appear(self, path: str, send: Callable[[str], object]) -> None:
        if protocol(self.files) in _OBJECT_STORES:
            send(path)
            return
        draft = self.at("_drafts", uuid.uuid4().hex)
        for each in (draft, path):
            self.files.makedirs(each.rpartition("/")[0], exist_ok=True)
        send(draft)
        if not isinstance(self.files, LocalFileSystem):  # HDFS does not rename over a file
            self.drop(path)
        self.files.mv(draft, path)

    def drop(self, path: str) -> None:
        """Remove a file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            self.files.rm_file(path)


def target(out: str, options: Options) -> Target:
    """Return the output folder of a path or URL.

    Raises:
        InputError: it is not named, cannot be opened, or is a whole bucket: its progress file would lie beside it.

    """
    files, path = opened(out)
    path = path.rstrip("/")
    if not out:
        raise InputError("--out 后面没有写结果文件夹")
    if not path or (protocol(files) in _OBJECT_STORES and "/" not in path):
        raise InputError(f"结果要写到一个文件夹里，不能是整个 {out}")
    return Target(files, path, out.rstrip("/"), options)


def options_of(shard: Shard, options: Options) -> Options:
    """Return the options of one shard: its own ending decides the form of its result."""
    return replace(options, form=FORMS[(ending(shard.name) or "").removesuffix(".gz")])


def finished(target: Target, shards: Iterable[Shard]) -> dict[str, Done]:
    """Return the records of the shards that are done already, by name: a listing and one round of reading.

    Raises:
        InputError: a result was made of another source.

    """
    with contextlib.suppress(FileNotFoundError):
        listing = target.files.find(target.path, detail=True)
        records = {target.record(s.name): s for s in shards if target.record(s.name) in listing}
        found = target.files.cat(list(records), on_error="omit") if records else {}
        done: dict[str, Done] = {}
        for path, shard in records.items():
            record = read_record(found.get(path, b""))
            if record and record.source != shard.url:
                raise InputError(
                    f"{target.name} 里的 {shard.name} 是用 {record.source} 做的，这次是 {shard.url}；"
                    "换一个结果文件夹，或加 --restart"
                )
            result = listing.get(target.at(shard.name), {"size": -1})
            if record and record.fits(shard, target.options) and result["size"] == record.written:
                done[shard.name] = record
        return done
    return {}


def read_record(raw: bytes) -> Done | None:
    """Return the record of a finished shard, None if it cannot be read."""
    try:
        return Done(**json.loads(raw))
    except (ValueError, TypeError):
        return None
