"""An archive in shards: tables under fsspec URLs, on a disk or in an object store, named by file, folder or pattern."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from model.errors import InputError
from service.files import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What has to be installed to read and write a protocol, where it is not fsspec alone.
_PACKAGES = {
    "s3": "s3fs", "s3a": "s3fs", "hdfs": "pyarrow", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs",
    "oss": "ossfs", "webhdfs": "requests", "sftp": "paramiko",
}  # fmt: skip
_MAGIC = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Shard:
    """One table of the archive. `name` is its place under the output folder, `stamp` changes with its content."""

    files: Any
    path: str
    name: str
    size: int
    stamp: str

    @property
    def url(self) -> str:
        """Its address, for people and records."""
        return str(self.files.unstrip_protocol(self.path))


def protocol(files: Any) -> str:
    """Return the name of a file system, as in front of `://`."""
    names = files.protocol
    return str(names if isinstance(names, str) else names[0])


def opened(url: str) -> tuple[Any, str]:
    """Return the file system of a URL (or local path) and the path in it.

    Raises:
        InputError: nothing that is installed reads it.

    """
    try:
        files, path = fsspec.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError(cannot_open(url.partition("://")[0], error)) from error
    return files, path


def cannot_open(name: str, error: Exception) -> str:
    """Say that a protocol cannot be opened, and which package is wanting."""
    if package := _PACKAGES.get(name):
        return f"读写 {name}:// 还要装 {package}：pip install {package}（每台工作机上也要装；{error}）"
    return f"打不开 {name}://：{error}"


def find(inputs: Sequence[str], out: str) -> list[Shard]:
    """Return the shards of all inputs: files, folders, patterns; a file that is named twice counts once.

    Raises:
        InputError: an input is missing, no table, lies in `out`, or two would be written to the same place.

    """
    inside = f"{_real(*opened(out))}/"
    shards: dict[str, Shard] = {}
    names: dict[str, str] = {}
    for given in inputs:
        for shard in _expanded(given, inside):
            other = names.setdefault(shard.name, shard.url)
            if other != shard.url:
                raise InputError(f"{other} 与 {shard.url} 同名，结果会写到同一个文件；请给出它们共同的上级文件夹")
            shards[shard.url] = shard
    return list(shards.values())


def _expanded(given: str, inside: str) -> Iterator[Shard]:
    files, path = opened(given)
    if files.isfile(path):
        if ending(path) is None:
            raise InputError(f"集群上不收这种文件：{given}（可用 {' '.join(TABLES)}）")
        if _real(files, path).startswith(inside):
            raise InputError(f"{given} 在结果文件夹里；请换一个结果文件夹")
        yield _shard(files, files.info(path), path.rpartition("/")[0])
        return
    if files.isdir(path):
        root, found = path.rstrip("/"), files.find(path, detail=True)
    else:
        root, found = _fixed(path), files.glob(path, detail=True) if _MAGIC & set(path) else {}
    tables = [(p, about) for p, about in sorted(found.items()) if about["type"] == "file" and _is_shard(p, root)]
    if not tables:
        raise InputError(f"找不到分片：{given}（可用 {' '.join(TABLES)}）")
    outside = [about for p, about in tables if not _real(files, p).startswith(inside)]
    if not outside:
        raise InputError(f"{given} 在结果文件夹里；请换一个结果文件夹")
    for about in outside:
        yield _shard(files, about, root)


def _real(files: Any, path: str) -> str:
    """Return an address that is the same however a path is written: a result must never replace its own shard."""
    local = isinstance(files, LocalFileSystem)
    return str(files.unstrip_protocol(os.path.realpath(path) if local else path.rstrip("/")))


def _fixed(pattern: str) -> str:
    """Return the folder that a pattern begins with, up to the first part with a wildcard."""
    parts = pattern.split("/")
    return "/".join(parts[: next((i for i, part in enumerate(parts) if _MAGIC & set(part)), -1)])


def _is_shard(path: str, root: str) -> bool:
    """Whether a found file is a table; names that begin with _ or . are other programs' notes, here as in Hadoop."""
    hidden = any(part.startswith(("_", ".")) for part in PurePosixPath(path).relative_to(root or "/").parts)
    return ending(path) is not None and not hidden


def _shard(files: Any, about: dict[str, Any], root: str) -> Shard:
    path = about["name"]
    name = path.removeprefix(f"{root}/")
    stamps = (about.get(key) for key in ("ETag", "etag", "mtime", "LastModified", "last_modified", "created"))
    return Shard(files, path, name, int(about["size"]), str(next(filter(None, stamps), "")))


def ending(name: str) -> str | None:
    """Return which of the endings of tables a name has, None for another."""
    return next((e for e in sorted(TABLES, key=len, reverse=True) if name.lower().endswith(e)), None)
