"""A released bundle on disk → the numbers, words and settings of one model. The only I/O of `model/`.

A bundle is a folder `bundles/<version>/`: `bundle.json` (the manifest), arrays as `.npy`, word lists as text. It holds
no code and no pickle. It is written to a temporary folder and renamed, and checked against its checksums before it
is opened.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model.errors import BundleError
from model.keywords import Columns
from model.page import PageModel
from model.summary import Ranker
from model.themes import Limits, Spelling, ThemeModel, Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUNDLES = Path(__file__).parent / "bundles"
FORMAT = 3
"""Raised when an older program could not read a newer bundle."""

_ARRAYS = ("idf", "scale", "intercept", "presence_intercept", "shown")
_TABLES = {"weights": Weights, "presence": Weights, "spelling": Spelling}
"""The parts of a theme model that are arrays, each in a file `<part>_<array>.npy`."""
_MAPPED = 1 << 16
"""Arrays from this many bytes on stay in their files, of which processes share what they have read."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme as `data/themes.toml` defines it."""

    code: str
    label: str
    medtop: str | None
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle is: enough to tell two apart and to know what they were learnt from."""

    version: str
    themes: tuple[Theme, ...]
    segmenter: dict[str, Any] = field(default_factory=dict)
    corpus: str = ""
    metrics: dict[str, Any] = field(default_factory=dict)
    libraries: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Bundle:
    """One model, ready to serve. Read-only."""

    manifest: Manifest
    themes: ThemeModel
    ranker: Ranker
    page: PageModel
    lexicon: tuple[str, ...]
    stop_words: frozenset[str]
    keywords: Columns
    """What the words of the theme model are as filing terms."""


def available(folder: Path = BUNDLES) -> tuple[str, ...]:
    """Versions of the released bundles, oldest first."""
    found = (p.parent.name for p in folder.glob("*/bundle.json") if not p.parent.name.startswith("."))
    return tuple(sorted(found, key=_version_key))


def live_version(folder: Path = BUNDLES) -> str:
    """The version that serves: what `ZHAIBIAN_BUNDLE` names, else what the `live` file names, else the newest."""
    named = os.environ.get("ZHAIBIAN_BUNDLE", "").strip()
    history = _history(folder)
    if named:
        return named
    if history and (folder / history[-1] / "bundle.json").exists():
        return history[-1]
    versions = available(folder)
    if not versions:
        raise BundleError(
            f"没有可用的模型：{folder} 里找不到任何版本。请运行 zhaibian-train fit 与 zhaibian-train release。"
        )
    return versions[-1]


def use(version: str, folder: Path = BUNDLES) -> None:
    """Make `version` the live one; the file keeps the history, so that `rollback` knows the way back."""
    manifest(version, folder)
    history = _history(folder)
    if not history or history[-1] != version:
        _write_history([*history, version], folder)


def rollback(folder: Path = BUNDLES) -> str:
    """Make the version before the live one live again, and return it."""
    history = _history(folder)
    if len(history) < 2:
        raise BundleError("没有更早的版本可以退回：在用的模型是第一个。")
    manifest(history[-2], folder)
    _write_history(history[:-1], folder)
    return history[-2]


def manifest(version: str, folder: Path = BUNDLES) -> Manifest:
    """Read a bundle's manifest alone."""
    path = folder / version / "bundle.json"
    if "/" in version or version.startswith(".") or not path.exists():
        raise BundleError(f"没有版本 {version}；现有：{'、'.join(available(folder)) or '无'}。")
    try:
        raw = json.loads(path.read_text("utf-8"))
        if raw["format"] != FORMAT:
            way = "升级程序" if raw["format"] > FORMAT else "重新训练"
            raise BundleError(f"版本 {version} 的格式是 {raw['format']}，本程序读 {FORMAT}；请{way}。")
        themes = tuple(Theme(**t) for t in raw["themes"])
        return Manifest(**{**raw, "files": dict(raw["files"]), "themes": themes})
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"{path} 读不懂：{error}") from error


def load(version: str | None = None, folder: Path = BUNDLES) -> Bundle:
    """Load a bundle (the live one by default), its checksums checked.

    Raises:
        BundleError: it is missing, damaged or of another format.
    """
    about = manifest(version or live_version(folder), folder)
    home = folder / about.version
    for name, digest in about.files.items():
        if not (home / name).exists() or _sha256(home / name) != digest:
            raise BundleError(f"模型文件 {home / name} 缺失或被改动过；请重新发布或换用别的版本。")
    settings = json.loads((home / "settings.json").read_text("utf-8"))
    words = (home / "words.txt").read_text("utf-8").split("\n")
    arrays: dict[str, Any] = {name: _array(home, name) for name in _ARRAYS}
    arrays |= {part: table(**_arrays(home, part, table)) for part, table in _TABLES.items()}
    themes = ThemeModel(
        codes=tuple(t.code for t in about.themes),
        words=dict(zip(words, range(len(words)), strict=True)),
        **arrays,
        temperature=settings["temperature"],
        limits=Limits(**{**settings["limits"], "also": tuple(settings["limits"]["also"])}),
    )
    return Bundle(
        manifest=about,
        themes=themes,
        ranker=Ranker.from_json(settings["ranker"]),
        page=PageModel.from_json(settings["page"]),
        lexicon=tuple((home / "lexicon.txt").read_text("utf-8").split()),
        stop_words=frozenset((home / "stopwords.txt").read_text("utf-8").split()),
        keywords=Columns(**_arrays(home, "keywords", Columns)),
    )


def _arrays(home: Path, part: str, table: type[Weights | Spelling | Columns]) -> dict[str, Any]:
    return {one.name: _array(home, f"{part}_{one.name}") for one in fields(table)}


def _array(home: Path, name: str) -> NDArray[Any]:
    """A plain array; the large ones lie over the mapped file, for taking rows from a memmap object costs twice."""
    path = home / f"{name}.npy"
    return np.asarray(np.load(path, mmap_mode="r" if path.stat().st_size > _MAPPED else None))


def save(bundle: Bundle, card: str, folder: Path = BUNDLES) -> Path:
    """Write a bundle: complete or not at all. An existing version is never overwritten."""
    home = folder / bundle.manifest.version
    if home.exists():
        raise BundleError(f"版本 {bundle.manifest.version} 已经存在；发布过的版本不覆盖，请换一个版本号。")
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
    try:
        _write(bundle, draft)
        (draft / "CARD.md").write_text(card, "utf-8")
        files = {p.name: _sha256(p) for p in sorted(draft.iterdir())}
        about = asdict(bundle.manifest) | {"files": files, "format": FORMAT}
        (draft / "bundle.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")
        draft.chmod(0o755)
        draft.rename(home)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return home


def _write(bundle: Bundle, home: Path) -> None:
    themes = bundle.themes
    for name in _ARRAYS:
        np.save(home / f"{name}.npy", getattr(themes, name))
    for part, table in [*((part, getattr(themes, part)) for part in _TABLES), ("keywords", bundle.keywords)]:
        for one in fields(table):
            np.save(home / f"{part}_{one.name}.npy", getattr(table, one.name))
    (home / "words.txt").write_text("\n".join(sorted(themes.words, key=themes.words.__getitem__)), "utf-8")
    (home / "lexicon.txt").write_text("\n".join(bundle.lexicon) + "\n", "utf-8")
    (home / "stopwords.txt").write_text("\n".join(sorted(bundle.stop_words)) + "\n", "utf-8")
    settings = {
        "temperature": themes.temperature,
        "limits": asdict(themes.limits),
        "ranker": bundle.ranker.to_json(),
        "page": bundle.page.to_json(),
    }
    (home / "settings.json").write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _version_key(version: str) -> tuple[tuple[int, int | str], ...]:
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in version.split("."))


def _history(folder: Path) -> list[str]:
    path = folder / "live"
    return path.read_text("utf-8").split() if path.exists() else []


def _write_history(versions: list[str], folder: Path) -> None:
    draft = folder / ".live.draft"
    draft.write_text("\n".join(versions) + "\n", "utf-8")
    draft.replace(folder / "live")
