"""Rows of figures → the sentences that are printed: the best that fit, none twice, in the order of the text."""

from __future__ import annotations

import heapq
from itertools import pairwise
from typing import TYPE_CHECKING

from model.documents import KeySentence, Summary
from model.summary.features import table
from model.summary.printable import balanced, clause, place, reader_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model.documents import SegmentedArticle, Sentence, Span
    from model.summary.ranker import Ranker

# Han characters that a slot holds: a push message, a WeChat abstract, a teaser on the web.
PRESETS = {"push": 54, "wechat": 120, "teaser": 200}

# A clause of the best sentence is taken before whole sentences that all score so much less. Set by judgement, checked
# by reading the 38 clauses that 200 of our own articles give at 54 characters.
_CLAUSE_MARGIN = 1.5
_SAID_AGAIN = 3.0
_FEW_WORDS = 4
_SHORTEST = 6
_NO_SENTENCE = "没有可以刊用的完整句子。"
_NOTHING_FITS = "没有哪一句能完整放进{limit}字。"
_FEWER = "只有{count}句可以刊用。"
_FEWER_FIT = "{limit}字只容得下{count}句。"


def select(article: SegmentedArticle, ranker: Ranker, *, sentences: int = 2, max_chars: int | None = None) -> Summary:
    """Choose up to `sentences` key sentences, at most `max_chars` long together, in the order of the text.

    Each is a whole sentence, word for word, without dateline, lead marker and editor's tail; offsets place exactly
    what is printed. Never chosen: furniture, headings, captions, open quotations, and what points back (他, 该, 据此)
    unless the sentence before is chosen too. Where the text holds nothing else, lines without a full stop are taken.
    When the best sentence is too long, a beginning of it that stands alone may be given, marked `clause`.

    Args:
        article: segmented article; its offsets place the sentences.
        ranker: weights.
        sentences: how many at most; fewer come when fewer are fit to print, and the note says so.
        max_chars: bound on `reader_length` of the whole summary.
    """
    return select_each([article], ranker, sentences=sentences, max_chars=max_chars)[0]


def select_each(
    articles: Sequence[SegmentedArticle], ranker: Ranker, *, sentences: int = 2, max_chars: int | None = None
) -> list[Summary]:
    """`select` of each article: the figures of all are made together. What is chosen from one hangs on no other."""
    summaries = [Summary((), _NO_SENTENCE)] * len(articles)
    held = [n for n, article in enumerate(articles) if article.sentences]
    if not held:
        return summaries
    figures = table([articles[n] for n in held])
    scores = figures.scores(ranker.vector)
    for n, (start, end) in zip(held, pairwise(figures.starts), strict=True):
        choice = _Choice(
            articles[n],
            scores[start:end],
            figures.parts[start:end],
            figures.live[start:end],
            figures.openings[start:end],
        )
        summaries[n] = choice.summary(ranker.redundancy, sentences, max_chars)
    return summaries


class _Choice:
    """The sentences of an article that may be printed, with their scores."""

    def __init__(
        self,
        article: SegmentedArticle,
        scores: list[float],
        parts: list[Span],
        live: list[bool],
        openings: list[str | None],
    ) -> None:
        self.article = article
        self.scores = scores
        self.parts = parts
        self.openings = openings
        self.usable = _usable(article.sentences, parts, live, openings)

    def summary(self, redundancy: float, sentences: int, max_chars: int | None) -> Summary:
        """The chosen sentences, or the clause that stands in for them, or why there are none."""
        chosen = self.greedy(redundancy, sentences, max_chars)
        if max_chars is not None and self.usable:
            piece = self.clause_instead(chosen, max_chars)
            if piece is not None:
                return Summary((piece,))
            if not chosen:
                return Summary((), _NOTHING_FITS.format(limit=max_chars))
        if not chosen:
            return Summary((), _NO_SENTENCE)
        return Summary(tuple(map(self.key, sorted(chosen))), _note(len(chosen), sentences, len(self.usable), max_chars))

    def printed(self, index: int) -> str:
        start, end = self.parts[index]
        return self.article.sentences[index].text[start:end]

    def long_words(self, index: int) -> set[str]:
        return {word for word in self.article.sentences[index].tokens if len(word) > 1}

    def greedy(self, redundancy: float, sentences: int, max_chars: int | None) -> list[int]:
        """Maximal marginal relevance with a heap: scores only fall, so the highest one that is up to date is the next.

        What points back waits until the sentence before it is chosen; where all sentences do, none waits.
        """
        openings = self.openings
        chosen: list[int] = []
        said: list[set[str]] = []
        waiting = {i - 1: i for i in self.usable if openings[i] == "dangling"} if "dangling" in openings else {}
        if len(waiting) == len(self.usable):
            waiting = {}
        held = set(waiting.values())
        heap = [(-self.scores[i], i, 0) for i in self.usable if i not in held]
        heapq.heapify(heap)
        lost: dict[int, float] = {}
        room = max_chars
        while heap and len(chosen) < sentences:
            _, i, seen = heapq.heappop(heap)
            if seen < len(chosen):
                own = self.long_words(i)
                said.extend(map(self.long_words, chosen[len(said) :]))
                most = lost.get(i, 0.0)
                for words in said[seen:]:
                    most = max(most, _overlap(own, words))
                if most < _SAID_AGAIN:
                    lost[i] = most
                    heapq.heappush(heap, (redundancy * most - self.scores[i], i, len(chosen)))
                continue
            text = self.printed(i)
            if not balanced(text):
                continue
            if room is not None:
                length = reader_length(text)
                if length > room:
                    continue
                room -= length
            chosen.append(i)
            following = waiting.pop(i, None)
            if following is not None:
                heapq.heappush(heap, (-self.scores[following], following, 0))
        return chosen

    def clause_instead(self, chosen: list[int], longest: int) -> KeySentence | None:
        """A clause of the best sentence, where that sentence is too long and all that fits is far behind it."""
        free = [i for i in self.usable if self.openings[i] != "dangling"]
        best = max(free, key=self.scores.__getitem__, default=None)
        if best is None or best in chosen or reader_length(self.printed(best)) <= longest:
            return None
        if chosen and max(self.scores[i] for i in chosen) > self.scores[best] - _CLAUSE_MARGIN:
            return None
        piece = clause(self.printed(best), longest)
        return None if piece is None else self.key(best, piece)

    def key(self, index: int, piece: Span | None = None) -> KeySentence:
        """The key sentence at `index`, or the piece of it."""
        sentence = self.article.sentences[index]
        start, end = self.parts[index]
        if piece is not None:
            start, end = start + piece[0], start + piece[1]
        first, last = place(sentence, self.article.article.body, start, end)
        score = round(self.scores[index], 4)
        return KeySentence(sentence.index, sentence.text[start:end], first, last, score, clause=piece is not None)


def _usable(
    sentences: Sequence[Sentence], parts: list[Span], live: list[bool], openings: list[str | None]
) -> list[int]:
    """Positions of the sentences that may be printed; where no sentence is whole, of the lines that may."""
    whole = [
        i for i, (start, end) in enumerate(parts) if live[i] and end - start >= _SHORTEST and openings[i] != "caption"
    ]
    return whole or [i for i, (start, end) in enumerate(parts) if start < end and not sentences[i].furniture]


def _overlap(words: set[str], others: set[str]) -> float:
    """Share of the words of the shorter sentence that stand in the other; `_SAID_AGAIN` where it says nothing new."""
    fewer = min(len(words), len(others))
    common = len(words & others)
    return _SAID_AGAIN if fewer >= _FEW_WORDS and common >= 0.8 * fewer else common / (fewer + 1)


def _note(count: int, asked: int, usable: int, max_chars: int | None) -> str | None:
    if count >= asked:
        return None
    if max_chars is not None and count < usable:
        return _FEWER_FIT.format(limit=max_chars, count=count)
    return _FEWER.format(count=count)
