"""One shard of an archive, labelled: what a worker of a cluster runs.

The shard goes through the very run of a local file (`service.batch`), in a folder of the worker's own; its files then
appear in the output folder (`service.results`), the record that it is finished last. A shard without that record, or
with one that does not fit, is done again as a whole. So it does not matter when a worker dies, nor whether two of them
work on the same shard.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import fsspec
from fsspec.implementations.local import LocalFileSystem

from model.bundle import manifest
from model.errors import BundleError
from service.archive import cannot_open, protocol
from service.batch import Run
from service.labelling import loaded
from service.results import Done, options_of, read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from service.archive import Shard
    from service.batch import Progress
    from service.results import Target

# zlib's fast level: a third of the time of level 6 for a tenth more bytes.
_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Needs:
    """What a worker must have for its rows to be those of every other worker."""

    program: str
    bundle: str
    checksum: str
    protocols: tuple[str, ...]
    folder: str


def label_shard(shard: Shard, target: Target, scratch: Path, report: Callable[[Progress, int], None]) -> Done:
    """Label one shard; `scratch` is a local folder with room for it and its result.

    Raises:
        InputError: the shard is no table that can be labelled.
        OSError: it cannot be read or written; trying again may help.

    """
    if before := _done_before(shard, target):
        return before
    options = options_of(shard, target.options)
    with TemporaryDirectory(prefix="zhaibian-", dir=scratch) as home:
        folder = Path(home)
        source = _fetched(shard, folder)
        (folder / "out").mkdir()
        run = Run(folder / "out" / source.name.removesuffix(".gz"), options)
        told = run.go([str(source)], 1, report)
        result = _packed(run.out) if shard.name.lower().endswith(".gz") else run.out
        done = Done(
            shard.url, shard.stamp, shard.size, asdict(options), result.stat().st_size,
            rows=told.rows, labelled=told.labelled, failed=told.failed,
        )  # fmt: skip
        target.put(result, target.at(shard.name))
        if told.failed:
            target.put(run.errors, target.errors(shard.name))
        else:
            target.drop(target.errors(shard.name))
        target.write(json.dumps(asdict(done), ensure_ascii=False).encode(), target.record(shard.name))
    return done


def _done_before(shard: Shard, target: Target) -> Done | None:
    """Return the record if another worker has finished the shard since the run began."""
    try:
        record = read_record(target.files.cat_file(target.record(shard.name)))
        whole = record is not None and target.files.size(target.at(shard.name)) == record.written
    except FileNotFoundError:
        return None
    return record if record and whole and record.fits(shard, target.options) else None


def _fetched(shard: Shard, folder: Path) -> Path:
    """Return the shard as a local file of the same name: rows without an id are named after it."""
    if isinstance(shard.files, LocalFileSystem):
        return Path(shard.path)
    local = folder / PurePosixPath(shard.path).name
    shard.files.get_file(shard.path, str(local))
    return local


def _packed(path: Path) -> Path:
    """Return the file gzipped, without name and time in the header: the same rows give the same bytes."""
    packed = path.with_name(f"{path.name}.gz")
    with (
        path.open("rb") as plain,
        packed.open("wb") as raw,
        gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as stream,
    ):
        shutil.copyfileobj(plain, stream, 1 << 20)
    return packed


def needs(target: Target, shards: Iterable[Shard]) -> Needs:
    """Return what every worker must have for this run."""
    local = isinstance(target.files, LocalFileSystem)
    protocols = {protocol(target.files), *(protocol(s.files) for s in shards)}
    bundle = target.options.model
    return Needs(_program(), bundle, _checksum(bundle), tuple(sorted(protocols)), target.path if local else "")


def lack(wanted: Needs) -> str:
    """Say what this process lacks, in Chinese; the empty string where nothing. The bundle is loaded by it, once."""
    if _program() != wanted.program:
        return f"zhaibian 的版本是 {_program() or '未安装'}，要 {wanted.program or '未安装'}"
    try:
        if _checksum(wanted.bundle) != wanted.checksum:
            return f"模型 {wanted.bundle} 与本机的不同"
        for name in wanted.protocols:
            fsspec.get_filesystem_class(name)
        loaded(wanted.bundle)
    except BundleError as error:
        return str(error)
    except (ImportError, ValueError) as error:
        return cannot_open(name, error)
    if wanted.folder and not Path(wanted.folder).is_dir():
        return f"看不到结果文件夹 {wanted.folder}：要用各台机器共有的磁盘，或 s3:// hdfs:// 等地址"
    return ""


def _program() -> str:
    try:
        return version("zhaibian")
    except PackageNotFoundError:
        return ""


def _checksum(bundle: str) -> str:
    """Return a digest of the checksums of a bundle's files."""
    files = sorted(manifest(bundle).files.items())
    return hashlib.sha256(json.dumps(files).encode()).hexdigest()
