"""Segmented article → the sentences an editor would print."""

from model.summary.printable import opening
from model.summary.ranker import Ranker
from model.summary.select import PRESETS, select, select_each

__all__ = ["PRESETS", "Ranker", "opening", "select", "select_each"]
