"""The directions of imports: service → model ← training; one owner for each heavy library."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import model

ROOT = Path(__file__).parent.parent
MODULES = sorted(p for folder in ("model", "service", "training") for p in (ROOT / folder).rglob("*.py"))
LEAVES = {"documents", "errors", "normalise", "memo"}
COMPOSERS = {"digest", "bundle", "__init__"}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in the file."""
    tree = ast.parse(path.read_text("utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_package_directions(path: Path) -> None:
    """The core knows neither service nor training; service and training do not know each other."""
    package = path.relative_to(ROOT).parts[0]
    forbidden = {"model": {"service", "training", "flask"}, "service": {"training"}, "training": {"service", "flask"}}

    assert not tops(path) & forbidden[package]


OWNERS = {
    "jieba": {"model/segmenter.py"},
    "rjieba": {"model/segmenter.py"},
    "joblib": {"training/fit_themes.py"},
    "distributed": {"service/cluster.py"},
    "fsspec": {"service/archive.py", "service/results.py", "service/shards.py"},
}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_owners_of_libraries(path: Path) -> None:
    """Segmenters in one module, joblib where processes are started, sklearn only where models are fitted."""
    where = str(path.relative_to(ROOT))
    for library, owners in OWNERS.items():
        assert library not in tops(path) or where in owners
    assert "sklearn" not in tops(path) or where.startswith("training/")


@pytest.mark.parametrize("path", sorted((ROOT / "model").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_do_not_know_each_other(path: Path) -> None:
    """A room of model/ imports the leaf modules and its own folder only; digest and bundle compose."""
    parts = path.relative_to(ROOT / "model").with_suffix("").parts
    if parts[0] in COMPOSERS:
        return
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("model.") and name.count(".")}

    assert rooms <= LEAVES | {parts[0], "furniture"}


def test_public_names_are_there() -> None:
    """Whatever `model` promises can be imported from it, though the heavy part comes when it is asked for."""
    assert all(getattr(model, name) for name in model.__all__)
    assert not hasattr(model, "Nobody")


def test_help_needs_no_numpy() -> None:
    """A command that digests nothing starts without numpy and without the dictionary."""
    code = "import sys, service.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert not {"numpy", "rjieba"} & set(done.stdout.split())


def test_serving_does_not_import_sklearn() -> None:
    """Loading the digester leaves sklearn, scipy, flask and jieba unimported."""
    page = "标题一则\n\n本报讯 昨日举行演练。"
    code = f"import sys; from model import Digester; Digester.load().page({page!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"sklearn", "scipy", "flask", "jieba", "pydantic", "joblib"}
