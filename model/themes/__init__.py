"""Segmented article → themes with calibrated probabilities, secondary themes, a decision and its evidence.

TF-IDF over three blocks of an article (headline, lead, whole body), each of length one, in two views: its words, and
the grams inside them, which words of one family share (消防员, 消防车). Linear models on both, their scores added:
fitted by scikit-learn in `training`, served here without it.
"""

from model.themes.judge import judge, judge_each, token_spans
from model.themes.parameters import BLOCKS, Limits, ThemeModel, Weights
from model.themes.spelling import Spelling, is_term, spell
from model.themes.vector import blocks, contributions, scores, vectors

__all__ = [
    "BLOCKS",
    "Limits",
    "Spelling",
    "ThemeModel",
    "Weights",
    "blocks",
    "contributions",
    "is_term",
    "judge",
    "judge_each",
    "scores",
    "spell",
    "token_spans",
    "vectors",
]
