"""training.fit_themes: the same numbers every time, and a theme is data: added, renamed, refitted, served."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfTransformer

from model import Digester, bundle
from model.errors import CorpusError
from model.segmenter import Segmenter
from model.themes import BLOCKS
from service.app import create_app
from training import fit_themes as room
from training import term_matrix
from training.corpus import CountedArticle, read_counts, read_jsonl, read_themes, write_jsonl_gz
from training.fit import fit, learn_themes, segment_written
from training.fit_themes import Recipe, fit_themes
from training.linear import Labels, machines
from training.term_matrix import gram_tallies, gram_vocabulary, matrix_of, tallies

pytest_plugins = ["tests.small_corpus"]
pytest.register_assert_rewrite(*pytest_plugins)

from tests.small_corpus import renamed, rows_of, write_rows  # noqa: E402 - a plugin is named for rewriting before it is imported

if TYPE_CHECKING:
    from training.fit import Lesson

NONE: tuple[int, dict[str, int]] = (0, {})
FERRIES = [
    f"{place}至{other}的渡轮{when}起{change}，{unit}提醒旅客到码头{do}。\n渡轮每天往返{n}班，乘客凭船票登船，{unit}增加了候船室的座位。"
    for n, (place, other, when, change, unit, do) in enumerate(
        zip(
            ["东澜", "白鹭", "石矶", "月湾", "青崖", "柳浦"] * 3,
            ["大榕岛", "小榕岛", "灯塔岛"] * 6,
            ["本月一日", "下周一", "昨日", "国庆前", "今天", "清明后"] * 3,
            ["增开夜班", "恢复通航", "调整班次", "更换新船"] * 5,
            ["渡轮公司", "客运码头"] * 9,
            ["改签船票", "提前候船", "凭证登船"] * 6,
            strict=False,
        ),
        4,
    )
]
"""Invented notices of a ferry desk, all of one kind."""


def assert_same(one: room.Fitted, other: room.Fitted) -> None:
    for name in ("idf", "intercept", "presence_intercept", "shown"):
        assert np.array_equal(getattr(one.model, name), getattr(other.model, name)), name
    for name in ("weights", "presence"):
        assert np.array_equal(getattr(one.model, name).values, getattr(other.model, name).values), name
    assert list(one.model.words) == list(other.model.words)
    assert one.model.spelling.grams() == other.model.spelling.grams()
    assert one.model.temperature == other.model.temperature
    assert one.model.limits == other.model.limits
    assert np.array_equal(one.out_of_fold.primary, other.out_of_fold.primary)


def test_a_refit_gives_the_same_numbers(small: Path, lesson: Lesson) -> None:
    """Twice the same data, in two processes or one: the same weights, temperature, limits, out-of-fold scores."""
    segmenter = Segmenter(lesson.bundle.lexicon)

    assert_same(learn_themes(small, segmenter, segment_written(small, segmenter), jobs=2), lesson.themes)


def add_ferry_theme(data: Path) -> None:
    """A seventh theme: one entry in themes.toml before the rest, and labelled rows."""
    path = data / "themes.toml"
    text = path.read_text("utf-8")
    at = text.rindex("[[theme]]")
    path.write_text(text[:at] + '[[theme]]\ncode = "ferries"\nlabel = "渡轮"\nmedtop = ""\n\n' + text[at:], "utf-8")
    articles = data / "corpus" / "articles.jsonl"
    new = [
        {"id": f"ferry-{n}", "theme": "ferries", "headline": "渡轮班次通告", "body": body, "key": [body.split("\n")[0]]}
        for n, body in enumerate(FERRIES)
    ]
    write_rows(articles, rows_of(articles) + new)


def test_a_seventh_theme_is_learnt_and_served(copy: Path, tmp_path: Path) -> None:
    """An edit of themes.toml and labelled rows is all: the fit learns it, a saved bundle names it, the service too."""
    add_ferry_theme(copy)
    lesson = fit(copy, jobs=1)
    bundle.save(renamed(lesson, "2031.1.1"), "card", tmp_path / "bundles")
    digester = Digester(bundle.load("2031.1.1", tmp_path / "bundles"))

    judgement = digester.article(
        "北礁至灯塔岛的渡轮明日起调整班次，客运码头请旅客凭船票登船。", "渡轮调整班次"
    ).judgement

    assert lesson.bundle.themes.weights.values.shape[2] == 7
    assert [t.code for t in digester.bundle.manifest.themes][-2:] == ["ferries", "other"]
    assert judgement.theme.code == "ferries"
    assert {"渡轮", "船票", "班次"} & {e.term for e in judgement.because}
    client = create_app(digester=digester).test_client()
    served = client.post("/v1/digest", json={"headline": "渡轮调整班次", "body": FERRIES[0]}).get_json()
    assert "ferries" in str(served)
    assert "渡轮" in str(client.get("/v1/themes").get_json())


def test_a_renamed_label_reaches_the_bundle(copy: Path, lesson: Lesson) -> None:
    """Another label is another name in the manifest, and not one number changes."""
    path = copy / "themes.toml"
    path.write_text(path.read_text("utf-8").replace('label = "社区"', 'label = "民生"'), "utf-8")
    segmenter = Segmenter(lesson.bundle.lexicon)

    assert "民生" in {t.label for t in read_themes(copy)}
    assert_same(learn_themes(copy, segmenter, segment_written(copy, segmenter), jobs=1), lesson.themes)


def test_a_renamed_code_changes_names_only(copy: Path, lesson: Lesson) -> None:
    """Another code in themes.toml, in the lexicon and in the labels: the same model under another name."""
    for name in ("themes.toml", "terms.toml", "corpus/articles.jsonl"):
        path = copy / name
        path.write_text(re.sub(r"\bcommunity\b", "livelihood", path.read_text("utf-8")), "utf-8")
    for path in (copy / "corpus").glob("counts-*.jsonl.gz"):
        rows = [row for _, row in read_jsonl(path)]
        named = {"community": "livelihood"}
        for row in rows:
            row.update(theme=named.get(row["theme"], row["theme"]), also=[named.get(c, c) for c in row["also"]])
        write_jsonl_gz(path, rows)
    segmenter = Segmenter(lesson.bundle.lexicon)

    fitted = learn_themes(copy, segmenter, segment_written(copy, segmenter), jobs=1)

    assert "livelihood" in fitted.model.codes
    assert_same(fitted, lesson.themes)


def test_a_theme_without_articles_is_an_error(copy: Path) -> None:
    """A theme that was named and never labelled says so, before anything is learnt."""
    codes = [*(t.code for t in read_themes(copy)), "ferries"]

    with pytest.raises(CorpusError, match="ferries"):
        fit_themes(read_counts(copy), codes, NONE, jobs=1)
    with pytest.raises(CorpusError, match="other"):
        fit_themes(read_counts(copy), codes[:-2], NONE, jobs=1)


def counted(n: int, theme: str, words: str, also: tuple[str, ...] = ()) -> CountedArticle:
    block = dict.fromkeys([*words.split(), f"字{n}", f"词{n}"], 1)
    return CountedArticle(f"{theme}{n}", "local:x", theme, also, 3, (block, block, block))


def test_one_lonely_article_of_a_theme_is_no_crash() -> None:
    """The fold that lacks its only article scores the theme as impossible; all numbers stay finite."""
    articles = [counted(n, "a", "火 烟") for n in range(12)] + [counted(n + 20, "b", "河 水") for n in range(12)]
    fitted = fit_themes([*articles, counted(99, "c", "船 票")], ["a", "b", "c"], NONE, jobs=1)

    assert np.isfinite(fitted.out_of_fold.primary).all()
    assert np.isfinite(fitted.model.weights.values).all()
    assert fitted.out_of_fold.primary[-1, 2] == fitted.out_of_fold.primary[-1].min()


def test_two_themes_are_enough() -> None:
    """Two themes, one of them second in articles of the other: each article is given its own."""
    articles = [counted(n, "a", "火 烟") for n in range(12)] + [
        counted(n + 20, "b", "河 水", ("a",)) for n in range(12)
    ]
    fitted = fit_themes(articles, ["a", "b"], NONE, jobs=1)

    assert [fitted.model.codes[k] for k in fitted.out_of_fold.primary.argmax(axis=1)] == [a.theme for a in articles]


@given(st.integers(0, 1000))
def test_fold_in_keeps_scores(seed: int) -> None:
    """Terms and groups scored apart equal the terms alone with the groups' weights handed down, to rounding."""
    random = np.random.default_rng(seed)
    vocabulary = [f"词{n}" for n in range(12)]
    terms = {t: i for i, t in enumerate(vocabulary)}
    lexicon = [frozenset(random.choice(vocabulary, 4)), frozenset(random.choice(vocabulary, 3)), frozenset({"未知"})]
    prior = term_matrix.prior(lexicon, terms) * 0.3
    matrix = sp.csr_matrix(random.random((5, len(BLOCKS) * len(terms))))
    coefficients = random.normal(size=(4, matrix.shape[1] + prior.shape[1]))

    apart = sp.hstack([matrix, matrix @ prior]) @ coefficients.T

    assert matrix @ term_matrix.fold_in(coefficients, prior).T == pytest.approx(apart, abs=1e-12)


def test_prior_lifts_a_rare_word(small: Path) -> None:
    """A word that stands in no article, but in a group whose other words tell a theme, is given that theme's sign."""
    articles = [counted(n, "a", "火 烟 焰") for n in range(12)] + [counted(n + 20, "b", "河 水") for n in range(12)]
    groups = [frozenset({"火", "烟", "焰", "烬"}), frozenset({"河", "水"})]

    model = fit_themes(articles, ["a", "b"], NONE, lexicon=groups, jobs=1).model

    assert (model.weights.values[model.words["烬"], :, 0] > 0).all()


def test_blocks_are_sklearns_tfidf() -> None:
    """Without a pool, a block is TfidfTransformer(sublinear_tf=True) of its counts."""
    random = np.random.default_rng(3)
    table = random.poisson(0.8, (30, 8)) + np.eye(30, 8, dtype=int)
    words = [f"词{n}" for n in range(8)]
    articles = [
        CountedArticle(str(i), "s", "a", (), 3, ({w: int(c) for w, c in zip(words, row, strict=True) if c},) * 3)
        for i, row in enumerate(table)
    ]

    terms, idf = term_matrix.vocabulary(articles, NONE, 1, frozenset())

    expected = TfidfTransformer(sublinear_tf=True).fit_transform(sp.csr_matrix(table)).toarray()
    ours = matrix_of(tallies(articles, terms), idf, np.ones(3)).toarray().reshape(30, 8, 3)
    assert list(terms) == words
    for block in range(3):
        assert ours[:, :, block] == pytest.approx(expected)


def test_grams_are_counted_inside_words() -> None:
    """Characters and pairs of neighbours, as often as the words that hold them; none across words, none of numbers."""
    block = {"消防员": 2, "消防": 1, "12345": 9}
    articles = [CountedArticle("1", "s", "a", (), 3, (block, block, block))]

    grams, idf = gram_vocabulary(articles, 1)

    assert sorted(grams) == sorted(["消", "防", "员", "消防", "防员"])
    assert idf == pytest.approx(np.ones(5))
    headline, _, _ = gram_tallies(articles, grams)
    assert dict(zip(grams, headline.toarray()[0], strict=True)) == {"消": 3, "防": 3, "员": 2, "消防": 3, "防员": 2}


def test_a_rival_counts_double_against() -> None:
    """An article where a theme comes second teaches against it as if it stood there twice."""
    y, present = np.array([0] * 9 + [1] * 9), np.eye(2, dtype=bool)[[0] * 9 + [1] * 9]
    present[9] = True
    random = np.random.default_rng(1)
    matrix = sp.csr_matrix(random.random((18, 4)))
    labels = Labels(y, present, np.ones(18), np.zeros(18, dtype=bool))
    twice = np.r_[np.arange(18), 9]

    weighed, _ = machines(matrix, labels, strength=1.0, rival=2.0, own=0.0)
    doubled, _ = machines(matrix[twice], labels.of(twice), strength=1.0, rival=1.0, own=0.0)

    assert weighed[0] == pytest.approx(doubled[0], abs=1e-2)
    assert weighed[1] != pytest.approx(doubled[1], abs=1e-2)


def test_rare_words_are_no_terms(small: Path) -> None:
    """A word in fewer articles than the recipe says is left out, unless the lexicon names it."""
    articles = [counted(n, "ab"[n % 2], "火 河") for n in range(9)]

    terms, idf = term_matrix.vocabulary(articles, (100, {"火": 50}), 3, frozenset({"船"}))

    assert list(terms) == ["河", "火", "船"]
    assert idf[terms["火"]] == pytest.approx(np.log(110 / 60) + 1)
    assert idf.max() == idf[terms["船"]]


def test_certainty_and_rarity_weigh(small: Path) -> None:
    """An unsure label counts less; unshown words and single characters are marked; the recipe is frozen."""
    recipe = Recipe()
    articles = [replace(counted(n, "ab"[n % 2], "大火 大河 烟"), sure=1 + n % 3, source="far") for n in range(12)]

    weights = room._weights(articles, np.arange(12) % 2, recipe)

    assert weights[0] / weights[2] == pytest.approx(recipe.sure[0] / recipe.sure[2])
    fitted = fit_themes(articles, ["a", "b"], NONE, unshown=lambda term: term == "大火", jobs=1)
    assert dict(zip(fitted.model.words, fitted.model.shown, strict=True)) == {"大火": False, "大河": True, "烟": False}
