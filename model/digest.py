"""The one pass: text → page → articles → sentences → words, each once; from those themes, key sentences, keywords."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from model import bundle as bundles
from model.documents import Article, ArticleDigest, PageDigest, SegmentedArticle, Sentence
from model.errors import InputError
from model.furniture import furniture
from model.keywords import keywords, weigher
from model.normalise import normalise, without_halves
from model.page import split_page
from model.segmenter import Segmenter
from model.sentences import paragraph_spans, sentence_spans, unwrap
from model.summary import opening, select
from model.themes import judge

if TYPE_CHECKING:
    from model.bundle import Bundle


class Digester:
    """Digests articles and pages with one bundle. Read-only after construction, safe to share by fork, picklable."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._segmenter = Segmenter(bundle.lexicon)
        self._idf = bundle.themes.idf_of()
        self._weigh = weigher(self._idf, bundle.stop_words, self._segmenter.part_of_speech, bundle.keywords)

    @classmethod
    def load(cls, version: str | None = None) -> Digester:
        """The digester of a released bundle: the live one, or `version`.

        Raises:
            BundleError: there is no such bundle, or it is damaged.
        """
        return cls(bundles.load(version))

    def __reduce__(self) -> tuple[type[Digester], tuple[Bundle]]:
        return type(self), (self.bundle,)

    def article(
        self, body: str, headline: str = "", *, sentences: int = 2, max_chars: int | None = None
    ) -> ArticleDigest:
        """Digest one article. Offsets in the answer point into `body`.

        Args:
            body: the text, paragraphs on lines; hard wraps are undone.
            headline: 主题.
            sentences: how many key sentences at most, at least 1.
            max_chars: how many Han characters (as readers count) the summary may have; None for no bound.

        Raises:
            InputError: `body` and `headline` are both blank, or a bound is below 1.
        """
        if not body.strip():
            raise InputError("稿件是空的：请给出正文。")
        body, headline = without_halves(body), without_halves(headline)
        article = Article(body=body, headline=headline.strip(), paragraphs=paragraph_spans(normalise(body)))
        return self._digest(article, sentences, max_chars)

    def page(self, text: str, *, sentences: int = 2, max_chars: int | None = None) -> PageDigest:
        """Split a newspaper page and digest each article. Offsets point into each article's repaired `body`.

        Raises:
            InputError: `text` is blank, or a bound is below 1.
        """
        if not text.strip():
            raise InputError("版面是空的：请给出文字。")
        split = split_page(text, self.bundle.page, self._segmenter.cut)
        digests = tuple(self._digest(article, sentences, max_chars) for article in split.articles)
        return PageDigest(digests, split.dropped, self.bundle.manifest.version)

    def _digest(self, article: Article, sentences: int, max_chars: int | None) -> ArticleDigest:
        if sentences < 1 or (max_chars is not None and max_chars < 1):
            raise InputError("句数和字数上限都至少是 1。")
        segmented = segment(article, self._segmenter)
        rows = self.bundle.themes.rows(segmented.words.numbers)
        return ArticleDigest(
            article=segmented.article,
            judgement=judge(segmented, self.bundle.themes, rows),
            summary=select(segmented, self.bundle.ranker, sentences=sentences, max_chars=max_chars),
            keywords=keywords(segmented, self._weigh, rows),
            model=self.bundle.manifest.version,
        )


def segment(article: Article, segmenter: Segmenter) -> SegmentedArticle:
    """Find an article's sentences and cut each into words, once. Training goes through here too."""
    body = article.body
    folded = normalise(body)
    spans = sentence_spans(folded, article.paragraphs)
    words = [unwrap(folded[start:end]) for start, end, _ in spans]
    texts = words if folded is body else [unwrap(body[start:end]) for start, end, _ in spans]
    sentences = [
        Sentence(index, text, *span, tokens, furniture(line))
        for index, (text, line, span, tokens) in enumerate(
            zip(texts, words, spans, segmenter.cut_each(words), strict=True)
        )
    ]
    heading = " ".join(filter(None, (article.kicker, article.headline, article.subhead)))
    marker, dateline = opening(next((s.text for s in sentences if not s.furniture), ""))
    if (marker, dateline) != (article.lead_marker, article.dateline):
        article = replace(article, lead_marker=marker, dateline=dateline)
    return SegmentedArticle(article, tuple(segmenter.cut(normalise(heading))), tuple(sentences))
