"""A bundle is complete or not there, and nothing that was changed is served."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model import BundleError, Digester, bundle


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two released versions, the second one live."""
    live = bundle.live_version()
    for version in ("2020.1.1", "2020.1.2"):
        loaded = bundle.load(live)
        bundle.save(replace(loaded, manifest=replace(loaded.manifest, version=version)), "card", tmp_path)
        bundle.use(version, tmp_path)
    return tmp_path


def test_round_trip(folder: Path) -> None:
    """What was saved is loaded, number for number."""
    before, after = bundle.load(), bundle.load("2020.1.1", folder)

    assert list(after.themes.words) == list(before.themes.words)
    assert after.themes.spelling.grams() == before.themes.spelling.grams()
    for name in ("idf", "scale", "intercept", "presence_intercept", "shown"):
        assert np.array_equal(getattr(after.themes, name), getattr(before.themes, name)), name
    for mine, theirs in (
        (after.themes.weights, before.themes.weights),
        (after.themes.presence, before.themes.presence),
    ):
        assert np.array_equal(mine.values, theirs.values)
    assert after.themes.limits == before.themes.limits
    assert after.ranker == before.ranker
    assert after.page == before.page
    assert after.lexicon == before.lexicon
    assert after.stop_words == before.stop_words


def test_use_and_rollback(folder: Path) -> None:
    """The version before the live one comes back; there is nothing before the first."""
    assert bundle.live_version(folder) == "2020.1.2"

    assert bundle.rollback(folder) == "2020.1.1"

    assert bundle.live_version(folder) == "2020.1.1"
    with pytest.raises(BundleError, match="没有更早的版本"):
        bundle.rollback(folder)


def test_versions_sort_by_number(folder: Path) -> None:
    """2020.1.10 comes after 2020.1.2, and the newest is live where nothing else is said."""
    shutil.copytree(folder / "2020.1.1", folder / "2020.1.10")
    (folder / "live").unlink()

    assert bundle.available(folder) == ("2020.1.1", "2020.1.2", "2020.1.10")
    assert bundle.live_version(folder) == "2020.1.10"


def test_environment_names_the_live_version(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ZHAIBIAN_BUNDLE goes before the file, as text: 2020.10 is no number."""
    monkeypatch.setenv("ZHAIBIAN_BUNDLE", "2020.10")

    assert bundle.live_version(folder) == "2020.10"


@pytest.mark.parametrize("name", ["weights_numbers.npy", "words.txt", "settings.json"])
def test_changed_file_is_refused(folder: Path, name: str) -> None:
    """A file that does not match its checksum is not opened."""
    path = folder / "2020.1.2" / name
    path.write_bytes(path.read_bytes() + b" ")

    with pytest.raises(BundleError, match=name):
        bundle.load("2020.1.2", folder)


def test_other_format_is_refused(folder: Path) -> None:
    """A bundle of another format says what to do."""
    path = folder / "2020.1.2" / "bundle.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"format": 99}), "utf-8")

    with pytest.raises(BundleError, match="格式"):
        bundle.load("2020.1.2", folder)


@pytest.mark.parametrize("version", ["2031.1.1", "../2020.1.1", ".hidden", ""])
def test_unknown_version_is_an_error(folder: Path, version: str) -> None:
    """A version that is not there, or a path in its place, is an error that lists what there is."""
    with pytest.raises(BundleError, match=r"2020\.1\.1"):
        bundle.manifest(version, folder)


def test_released_version_is_never_overwritten(folder: Path) -> None:
    """Saving over a version is refused."""
    with pytest.raises(BundleError, match="已经存在"):
        bundle.save(bundle.load("2020.1.1", folder), "card", folder)


def test_failed_save_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A save that fails half-way leaves neither a version nor a draft."""
    loaded = bundle.load()
    monkeypatch.setattr(bundle.json, "dumps", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        bundle.save(loaded, "card", tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "told"), [({"format": 2}, "重新训练"), ({"format": 99}, "升级程序"), ({"files": None}, "读不懂")]
)
def test_strange_manifest_says_what_to_do(folder: Path, change: dict[str, object], told: str) -> None:
    """An older bundle is fitted anew, a newer one wants a newer program; a damaged manifest is named."""
    path = folder / "2020.1.1" / "bundle.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")

    with pytest.raises(BundleError, match=told):
        bundle.load("2020.1.1", folder)


def test_holds_no_pickle() -> None:
    """Every array of the released bundle opens with pickles forbidden; there is no other binary file."""
    home = bundle.BUNDLES / bundle.live_version()
    for path in home.iterdir():
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)
        else:
            assert path.suffix in {".txt", ".json", ".md"}


def test_no_bundle_says_how_to_get_one(tmp_path: Path) -> None:
    """An empty folder is an error that names the commands."""
    with pytest.raises(BundleError, match="zhaibian-train"):
        bundle.load(folder=tmp_path)


def test_load_by_version() -> None:
    """`Digester.load(version)` is that version's digester."""
    version = bundle.live_version()

    assert Digester.load(version).bundle.manifest.version == version
