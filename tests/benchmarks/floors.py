"""In process: what one article costs above cutting it into words, and beside the pipeline one would write first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from model import Digester
from model.normalise import normalise
from tests.benchmarks.measure import Figure, Rounds, take_turns
from tests.benchmarks.texts import CORPUS, Text, of_length, pages, rows, unmet

if TYPE_CHECKING:
    from collections.abc import Callable

_LOW, _HIGH = 900, 1100
_UNMET_ROUNDS = 9


class FirstPipeline:
    """What one would write first: segment, TF-IDF and a linear model from scikit-learn, sumy's LexRank."""

    def __init__(self, cut: Callable[[str], list[str]]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC
        from sumy.summarizers.lex_rank import LexRankSummarizer

        own = rows(CORPUS)
        self._cut = cut
        self._vectorizer = TfidfVectorizer(tokenizer=cut, token_pattern=None, lowercase=False)
        vectors = self._vectorizer.fit_transform([f"{row['headline']}\n{row['body']}" for row in own])
        self._classifier = LinearSVC().fit(vectors, [row["theme"] for row in own])
        self._summarizer = LexRankSummarizer()

    def to_sentences(self, paragraph: str) -> tuple[str, ...]:
        """Sumy's tokenizer, first half."""
        return tuple(filter(None, paragraph.replace("。", "。\n").split("\n")))

    def to_words(self, sentence: str) -> tuple[str, ...]:
        """Sumy's tokenizer, second half."""
        return tuple(self._cut(sentence))

    def article(self, headline: str, body: str) -> tuple[Any, ...]:
        """Theme and two sentences."""
        from sumy.parsers.plaintext import PlaintextParser

        theme = self._classifier.predict(self._vectorizer.transform([f"{headline}\n{body}"]))[0]
        return theme, self._summarizer(PlaintextParser.from_string(body, self).document, 2)


def measure(digester: Digester) -> list[Figure]:
    """The figures of this file."""
    found = _of_articles(digester)
    return [
        Figure(
            "article: digest / cutting it into words",
            found.ratio("digest", "cut"),
            "<= 2.0",
            note=_rate(found, "digest", len(of_length(_LOW, _HIGH))),
        ),
        Figure(
            "article in a group: digest / cutting it into words",
            found.ratio("group", "cut"),
            note=_rate(found, "group", len(of_length(_LOW, _HIGH))),
        ),
        Figure("article: first pipeline (jieba) / digest", found.ratio("first", "digest"), ">= 15"),
        Figure("article: first pipeline (rjieba) / digest", found.ratio("first, rjieba", "digest"), ">= 4"),
        *_parts(digester),
        _of_unmet(digester),
        _of_pages(digester),
    ]


def _each(run: Callable[[str, str], object], texts: tuple[Text, ...]) -> None:
    for headline, body in texts:
        run(headline, body)


def _rate(found: Rounds, name: str, articles: int) -> str:
    article = found.median(name) / articles
    return f"{article * 1e6:.0f} µs an article, {1 / article:,.0f} a second on one core"


def _of_articles(digester: Digester) -> Rounds:
    import jieba
    import rjieba

    texts = of_length(_LOW, _HIGH)
    cut = digester._segmenter.cut
    programs = {
        "cut": lambda headline, body: cut(normalise(f"{headline}\n{body}")),
        "digest": lambda headline, body: digester.article(body, headline),
        "first": FirstPipeline(jieba.lcut).article,
        "first, rjieba": FirstPipeline(rjieba.Jieba().cut).article,
    }
    each = {name: partial(_each, run, texts) for name, run in programs.items()}
    bodies = [(body, headline) for headline, body in texts]
    return take_turns(each | {"group": lambda: list(digester.articles(bodies))}, rounds=9)


def _parts(digester: Digester) -> list[Figure]:
    """Where an article's time goes, each part as a share of cutting into words."""
    from model.digest import segment
    from model.documents import Article
    from model.keywords import keywords
    from model.sentences import paragraph_spans
    from model.summary import select
    from model.themes import judge

    bundle, segmenter = digester.bundle, digester._segmenter
    given = [
        Article(body=body, headline=headline, paragraphs=paragraph_spans(normalise(body)))
        for headline, body in of_length(_LOW, _HIGH)
    ]
    done = [segment(article, segmenter) for article in given]
    rows = [bundle.themes.rows(s.words.numbers) for s in done]
    found = take_turns(
        {
            "cut": lambda: [segmenter.cut(normalise(f"{a.headline}\n{a.body}")) for a in given],
            "sentences and words": lambda: [segment(a, segmenter) for a in given],
            "themes": lambda: [judge(s, bundle.themes, each) for s, each in zip(done, rows, strict=True)],
            "summary": lambda: [select(s, bundle.ranker) for s in done],
            "keywords": lambda: [keywords(s, digester._weigh, each) for s, each in zip(done, rows, strict=True)],
        },
        rounds=9,
    )
    return [Figure(f"  of which {name}", found.ratio(name, "cut")) for name in found.seconds if name != "cut"]


def _of_unmet(digester: Digester) -> Figure:
    """Every article once, as an archive or a CMS has them: no word of it was looked up for the article before.

    The two programs take turns at what is read, for whoever reads a text first pays for the words that are new in it.
    """
    texts = unmet(_LOW, _HIGH)
    size = len(texts) // (2 * (_UNMET_ROUNDS + 1))  # one more, to warm up
    shares = iter([texts[at : at + size] for at in range(0, len(texts), size)])
    cut = digester._segmenter.cut
    found = take_turns(
        {
            "cut": lambda: _each(lambda headline, body: cut(normalise(f"{headline}\n{body}")), next(shares)),
            "digest": lambda: _each(lambda headline, body: digester.article(body, headline), next(shares)),
        },
        rounds=_UNMET_ROUNDS,
    )
    note = f"{_rate(found, 'digest', size)}; {size * _UNMET_ROUNDS} articles, each read once"
    return Figure("new article: digest / cutting it into words", found.ratio("digest", "cut"), note=note)


def _of_pages(digester: Digester) -> Figure:
    texts = pages()
    cut = digester._segmenter.cut
    found = take_turns(
        {
            "cut": lambda: [cut(normalise(text)) for text in texts],
            "digest": lambda: [digester.page(text) for text in texts],
        },
        rounds=9,
    )
    note = f"{found.median('digest') / len(texts) * 1e3:.1f} ms a page"
    return Figure("page: digest / cutting it into words", found.ratio("digest", "cut"), note=note)
