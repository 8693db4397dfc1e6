"""training.fit: the released bundle is what its data teach."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from model import Digester
from training.corpus import fingerprint, gold_ids
from training.fit import DRAFT, Lesson, fit

pytest_plugins = ["tests.small_corpus"]


def test_a_draft_names_what_it_was_made_of(small: Path, lesson: Lesson) -> None:
    """The manifest of a draft has themes, segmenter, libraries and the fingerprint of its data, and no version yet."""
    about = lesson.bundle.manifest

    assert about.version == DRAFT
    assert about.corpus == fingerprint(small)
    assert {"scikit-learn", "numpy", "scipy", "rjieba", "jieba", "python"} == about.libraries.keys()
    assert [t.code for t in about.themes] == list(lesson.bundle.themes.codes)
    assert about.segmenter["engine"] == "rjieba"


def test_extra_articles_are_learnt(small: Path, lesson: Lesson) -> None:
    """Corrections come as articles beside the corpus; gold stays out."""
    article = replace(lesson.written[0][0], id="correction-1")
    more = fit(small, extra=[article], jobs=1)

    ids = {a.id for a in more.themes.articles}
    assert "correction-1" in ids
    assert not ids & gold_ids(small)


@pytest.mark.refit
def test_refit_of_the_released_bundle(digester: Digester) -> None:
    """Refits the live bundle from data/, about half a minute: the same weights, limits, ranker and page numbers."""
    released = digester.bundle
    if fingerprint() != released.manifest.corpus:
        pytest.skip("data/ has changed since the live bundle was released: zhaibian-train fit, then release")

    refitted = fit().bundle

    for name in ("idf", "scale", "intercept", "presence_intercept"):
        assert np.allclose(*(getattr(b.themes, name) for b in (refitted, released)), rtol=0, atol=1e-6), name
    for name in ("weights", "presence"):  # where a sum is rounded otherwise, a number may fall on the next step
        ours, theirs = (getattr(b.themes, name) for b in (refitted, released))
        assert np.allclose(ours.step, theirs.step, rtol=1e-6), name
        assert np.abs(ours.values - theirs.values).max() <= theirs.step.max() + 1e-6, name
    assert list(refitted.themes.words) == list(released.themes.words)
    assert refitted.themes.spelling.grams() == released.themes.spelling.grams()
    assert refitted.themes.temperature == pytest.approx(released.themes.temperature, abs=1e-6)
    for field in fields(released.themes.limits):
        mine, other = (getattr(b.themes.limits, field.name) for b in (refitted, released))
        assert mine == pytest.approx(other, abs=1e-6), field.name
    assert np.array_equal(refitted.themes.shown, released.themes.shown)
    assert np.array_equal(refitted.keywords.kinds, released.keywords.kinds)
    assert np.allclose(refitted.keywords.weights, released.keywords.weights, rtol=0, atol=1e-6)
    assert refitted.ranker == released.ranker
    assert refitted.page == released.page
    assert refitted.lexicon == released.lexicon
    assert refitted.stop_words == released.stop_words
