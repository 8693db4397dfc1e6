"""training.fit_summary and training.summary_figures: marks to weights."""

from __future__ import annotations

import numpy as np
import pytest

from model.digest import segment
from model.documents import Article
from model.errors import CorpusError
from model.normalise import normalise
from model.segmenter import Segmenter
from model.sentences import paragraph_spans
from model.summary import Ranker
from model.summary.features import FEATURES
from training.corpus import DATA, read_articles
from training.fit_summary import fit_ranker, hits, near, worth, worth_table
from training.summary_figures import Example, collect, load_figures, marked, save_figures

SEGMENTER = Segmenter()


def segmented(headline: str, body: str):
    return segment(Article(body, headline, paragraphs=paragraph_spans(normalise(body))), SEGMENTER)


def synthetic(seed: int, count: int = 60) -> list[Example]:
    """Articles whose best sentence has the most figures and whose never sentence is quoted."""
    rng = np.random.default_rng(seed)
    figures, quoted = FEATURES.index("figures"), FEATURES.index("opens_quote")
    examples = []
    for _ in range(count):
        rows = rng.normal(0, 0.1, (6, len(FEATURES)))
        rows[1, figures], rows[4, quoted] = 1.0, 1.0
        examples.append(Example("own", rows, np.array([0.0, 1.0, 0.0, 0.6, -0.6, 0.0])))
    return examples


def test_the_fit_finds_what_the_marks_say() -> None:
    """Weights follow the marks, and the best sentence of unseen articles is found."""
    ranker = fit_ranker(synthetic(1))

    assert ranker.weights["figures"] > 0.5 > -0.2 > ranker.weights["opens_quote"]
    assert hits(synthetic(2), ranker)["best_hit"] > 0.95
    assert hits(synthetic(2), ranker)["never_rate"] < 0.05


def test_the_fit_is_deterministic() -> None:
    """The same examples give the same weights to the last digit."""
    assert fit_ranker(synthetic(3)) == fit_ranker(synthetic(3))


def test_nothing_marked_is_an_error() -> None:
    """A corpus without key marks cannot teach."""
    with pytest.raises(CorpusError):
        fit_ranker([Example("own", np.zeros((3, len(FEATURES))), np.zeros(3))])


def test_marks_are_found_in_sentences() -> None:
    """Key marks by rank, never marks by share of the sentence, the rest 0."""
    article = segmented("桥通车", "新桥今天通车。“真好。”老人说。总投资三亿元。两岸居民不再绕行。")
    example = marked(article, ("新桥今天通车。", "总投资三亿元。"), ("“真好。”", "老人说。"))

    assert example.value.tolist() == [1.0, -0.6, 0.6, 0.0]
    assert example.rows.shape == (4, len(FEATURES))


def test_figures_round_trip(tmp_path) -> None:
    """Stored figures come back to half precision; our own corpus is not stored; damage is named."""
    examples = [*synthetic(4, 2), *(Example("read", e.rows, e.value) for e in synthetic(5, 3))]
    save_figures(tmp_path / "figures.npz", examples)
    back = load_figures(tmp_path / "figures.npz")

    assert [e.kind for e in back] == ["read"] * 3
    assert np.allclose(back[0].rows, examples[2].rows, atol=1e-3)
    (tmp_path / "broken.npz").write_bytes(b"no archive")
    with pytest.raises(CorpusError):
        load_figures(tmp_path / "broken.npz")


def test_collecting_from_reports() -> None:
    """Marked reports, those with a standfirst and plain ones give their kinds; doubles and stale marks do not."""
    body = "新桥今天通车，全长320米。\n大桥总投资三亿元。\n工期两年。\n两岸居民不再绕行。\n桥下建有公园。"
    standfirst = "核心阅读\n" + "新桥今天通车，两岸居民从此不再绕行，桥下同时建成一座滨水公园供市民休闲。\n" + body
    reports = [
        {"id": i, "headline": "柳河新桥通车", "body": b}
        for i, b in zip("aabcd", (body, body, standfirst, body, body), strict=True)
    ]
    marks = [
        {"id": "a", "key": [0, 1], "never": [2], "sentences": 5},
        {"id": "d", "key": [0], "never": [], "sentences": 9},
    ]
    examples = collect(reports, marks, segmented)

    assert [e.kind for e in examples] == ["read", "standfirst", "headline"]
    assert examples[0].value.tolist() == [1.0, 0.6, -0.6, 0.0, 0.0]
    assert not examples[2].rows[:, FEATURES.index("headline_chars")].any()


def test_worth_names_every_feature() -> None:
    """Blanking the column that decides costs; blanking another does not."""
    losses = worth(synthetic(6, 20), folds=2)

    assert set(losses) == {"all", *FEATURES}
    assert losses["figures"]["best_hit"] > 0.2
    assert abs(losses["plans"]["best_hit"]) < 0.2
    table = worth_table(losses).splitlines()
    assert table[0] == "| feature | best_hit | keep_precision | never_rate | near |"
    assert len(table) == 3 + len(FEATURES)


def test_near_counts_the_three_nearest() -> None:
    """Of two chosen sentences one is among those nearest to the standfirst: a half."""
    rows = np.zeros((3, len(FEATURES)))
    rows[:, FEATURES.index("figures")] = [2.0, 1.0, 0.0]
    ranker = Ranker({name: float(name == "figures") for name in FEATURES})

    assert near([Example("standfirst", rows, np.array([0.4, 0.0, 0.3]))], ranker) == 0.5
    assert near([], ranker) == 0.0


def test_released_figures_fit_this_program() -> None:
    """The stored figures hold the features that are computed, and with our corpus they teach better than chance."""
    stored = load_figures(DATA / "corpus" / "summary_figures.npz")
    own = [marked(segment(a.article, SEGMENTER), a.key, a.never) for a in read_articles(DATA)[::8]]
    ranker = fit_ranker([*own, *stored])

    assert {e.kind for e in stored} == {"read", "standfirst", "headline"}
    assert hits([e for e in stored if e.kind == "read"], ranker)["best_hit"] > 0.75
    assert hits(own, ranker)["never_rate"] < 0.08
