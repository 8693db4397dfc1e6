"""Fixtures that every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from model import Digester

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pages and labels that stands beside the project; its tests skip where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "dev").exists():
        pytest.skip("the real sets do not stand beside the project")
    return folder


@pytest.fixture(scope="session")
def digester() -> Digester:
    """The digester of the released bundle."""
    return Digester.load()
