"""Words are jieba's words, whatever the text."""

from __future__ import annotations

import json
import pickle
import random
import subprocess
import sys
import time
from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.segmenter import Segmenter

jieba.setLogLevel(60)
ARTICLES = Path(__file__).parent.parent / "data" / "corpus" / "articles.jsonl"
# What stands where the two segmenters could part: joined numbers, rare ideographs, words with letters in them.
TRIPLES = ["哈哈哈", "看看看看", "人人人", "啊" * 5, "二二二", "妈", "看", "安全", "院", "+", "a-1", "KK"]
AWKWARD = "中国的人民法院安全生产.-_%+#&1234ABcT股恤座超C㐂𠀀。， \n/型卡IP"


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter()


@pytest.fixture(scope="module")
def reference() -> jieba.Tokenizer:
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


def test_equals_jieba_on_our_corpus(segmenter: Segmenter, reference: jieba.Tokenizer) -> None:
    """Every paragraph of the written articles is cut as jieba cuts it."""
    for row in map(json.loads, ARTICLES.read_text("utf-8").splitlines()):
        for text in (row["headline"], *row["body"].split("\n")):
            assert segmenter.cut(text) == reference.lcut(text)


def test_equals_jieba_on_real_text(segmenter: Segmenter, reference: jieba.Tokenizer, shared: Path) -> None:
    """Every line of the real pages is cut as jieba cuts it."""
    for page in sorted((shared / "dev" / "pages").glob("*.txt")):
        for line in page.read_text("utf-8").split("\n"):
            assert segmenter.cut(line) == reference.lcut(line)


def test_equals_jieba_on_random_strings(segmenter: Segmenter, reference: jieba.Tokenizer) -> None:
    """Five thousand strings of awkward characters are cut as jieba cuts them."""
    chance = random.Random(7)
    for _ in range(5000):
        text = "".join(chance.choices(AWKWARD, k=chance.randint(1, 14)))
        assert segmenter.cut(text) == reference.lcut(text), text


def test_time_is_linear(segmenter: Segmenter) -> None:
    """A character two hundred thousand times, which jieba needs minutes for, with letters or without, or in parts."""
    for text in ("市" * 200_000, "1.8T型" + "市" * 200_000, ("市" * 999 + "，") * 200, "a-1" * 70_000):
        began = time.monotonic()
        assert "".join(segmenter.cut(text)) == text
        assert time.monotonic() - began < 5


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_tokens_tile_the_text(segmenter: Segmenter, text: str) -> None:
    """The tokens joined are the text again."""
    assert "".join(segmenter.cut(text)) == text


@given(text=st.text(alphabet=st.sampled_from(AWKWARD), max_size=40))
def test_equals_jieba_on_generated_text(segmenter: Segmenter, reference: jieba.Tokenizer, text: str) -> None:
    """What hypothesis finds awkward is cut as jieba cuts it."""
    assert segmenter.cut(text) == reference.lcut(text)


@given(parts=st.lists(st.sampled_from(TRIPLES), min_size=1, max_size=7))
def test_equals_jieba_where_routes_tie(segmenter: Segmenter, reference: jieba.Tokenizer, parts: list[str]) -> None:
    """A character many times in a row, doubled in the dictionary or not, beside words and signs."""
    text = "".join(parts)
    assert segmenter.cut(text) == reference.lcut(text)


def test_never_loads_the_dictionary_of_jieba() -> None:
    """Laughter and joined letters cost neither the second nor the 60 MiB that jieba's own dictionary takes."""
    probe = (
        "from model.segmenter import Segmenter; print(Segmenter().cut('他说哈哈哈哈，COVID-19')); "
        "import sys; print('jieba' in sys.modules and sys.modules['jieba'].dt.initialized)"
    )
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert ran.stdout.split("\n")[1] == "False"
    assert ran.stderr == ""


@given(texts=st.lists(st.text(alphabet=st.sampled_from(AWKWARD.replace("\n", "")), max_size=30), max_size=5))
def test_cuts_many_as_one_by_one(segmenter: Segmenter, texts: list[str]) -> None:
    """The sentences of an article, cut in one go where that is safe, are cut as each by itself."""
    assert segmenter.cut_each(texts) == [tuple(segmenter.cut(text)) for text in texts]


def test_cuts_our_corpus_as_one_by_one(segmenter: Segmenter) -> None:
    """Whole articles of the corpus, each paragraph a text."""
    for row in map(json.loads, ARTICLES.read_text("utf-8").splitlines()[::5]):
        texts = row["body"].split("\n")
        assert segmenter.cut_each(texts) == [tuple(segmenter.cut(text)) for text in texts]


def test_lexicon_word_stays_whole() -> None:
    """A town of the paper's own lexicon is one word, also in a block that rjieba alone would cut otherwise."""
    segmenter = Segmenter(["柘浦云塘镇"])

    assert "柘浦云塘镇" in segmenter.cut("昨日柘浦云塘镇举行演练")
    assert "柘浦云塘镇" in segmenter.cut("哈哈哈柘浦云塘镇T-1T恤衫")


def test_lexicon_with_letters_equals_jieba() -> None:
    """Words of letters, alone, joined and among Han: in a thousand random strings, cut as jieba does with them."""
    words = ["COVID", "T-1", "1.8T", "AB-CD", "云苔GDP", "5G"]
    ours, theirs = Segmenter(words), jieba.Tokenizer()
    theirs.initialize()
    for word in ours.lexicon:
        theirs.add_word(word)

    chance = random.Random(11)
    for _ in range(1000):
        text = "".join(chance.choices([*words, *AWKWARD], k=chance.randint(1, 14)))
        assert ours.cut(text) == theirs.lcut(text), text


def test_lexicon_equals_jieba_with_the_same_words(segmenter: Segmenter) -> None:
    """Adding the shipped lexicon to both gives the same words."""
    words = [w for w in (ARTICLES.parent.parent / "lexicon.txt").read_text("utf-8").split("\n") if w and w[0] != "#"]
    ours, theirs = Segmenter(words), jieba.Tokenizer()
    theirs.initialize()
    for word in ours.lexicon:
        theirs.add_word(word)

    rows = ARTICLES.read_text("utf-8").splitlines()[::10]
    for body in (json.loads(row)["body"] for row in rows):
        for text in body.split("\n"):
            assert ours.cut(text) == theirs.lcut(text)


def test_known_word_is_not_reweighted(segmenter: Segmenter) -> None:
    """A lexicon word that the dictionary has already changes nothing."""
    assert Segmenter(["安全"]).lexicon == ()


def test_pickles_with_its_lexicon() -> None:
    """A segmenter survives pickling, as a worker process wants."""
    again = pickle.loads(pickle.dumps(Segmenter(["柘浦云塘镇"])))

    assert again.cut("柘浦云塘镇") == ["柘浦云塘镇"]


def test_parts_of_speech(segmenter: Segmenter) -> None:
    """The dictionary's tag; a word that it lacks is a guess, and one of the lexicon has none."""
    assert [segmenter.part_of_speech(word) for word in ("火灾", "领到", "我们")] == ["n", "v", "r"]
    assert segmenter.part_of_speech("岑岚汐").startswith("?")
    assert Segmenter(["柘浦云塘镇"]).part_of_speech("柘浦云塘镇") == ""
