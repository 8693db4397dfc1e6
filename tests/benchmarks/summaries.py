"""Our summariser beside sumy, TextRank4ZH, SnowNLP and the lead: quality and time in one run, two sentences each.

Quality is ROUGE-1 F1 against the editor's own standfirst where those texts are present, and how often the best
sentence marked by a reader is among the two. On our corpus, whose marks our ranker learns from, that second figure
flatters us; on ../shared it does not.
"""

from __future__ import annotations

import re
import time
import warnings
from typing import TYPE_CHECKING, Any

from tests.benchmarks.measure import Figure
from tests.benchmarks.texts import CORPUS, SHARED, rows
from training.rouge import rouge

if TYPE_CHECKING:
    from collections.abc import Callable

    from model import Digester

_MOST = 100
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]*[”’」』）)]*")
_SHORTEST = 6  # characters of a piece of the best sentence that counts as that sentence
_UNPRINTED = re.compile(r"[\W_]+")


def measure(digester: Digester) -> list[Figure]:
    """The figures of this file."""
    summarisers: dict[str, Callable[[str, str], list[str]]] = {
        "zhaibian": lambda headline, body: [s.text for s in digester.article(body, headline).summary.sentences],
        "lead": lambda _, body: _SENTENCE.findall(body)[:2],
        **_peers(),
    }
    standfirsts, marked = _standfirsts(), _marked()
    figures = []
    seconds = {}
    for name, summarise in summarisers.items():
        summarise("标题", "第一句。第二句。第三句。")  # loads its dictionary
        began = time.process_time()
        summaries = [summarise(headline, body) for headline, body, _ in standfirsts]
        hits = [_held(summarise(headline, body), best) for headline, body, best in marked]
        seconds[name] = time.process_time() - began
        scores = [rouge("".join(s), str(known))[0] for s, (_, _, known) in zip(summaries, standfirsts, strict=True)]
        note = f"best sentence {sum(hits) / len(hits):.2f}, {seconds[name] / seconds['zhaibian']:.1f} times our time"
        if scores:
            figures.append(Figure(f"summary by {name}: ROUGE-1", 100 * sum(scores) / len(scores), unit="", note=note))
        else:
            figures.append(Figure(f"summary by {name}: best", sum(hits) / len(hits), unit="", note=note))
    return figures


def _standfirsts() -> list[tuple[str, str, object]]:
    path = SHARED / "dev" / "standfirsts.jsonl"
    found = rows(path)[:_MOST] if path.exists() else ()
    return [(str(row["headline"]), str(row["body"]), row["standfirst"]) for row in found]


def _marked() -> list[tuple[str, str, object]]:
    """Articles with the best sentences, one for each reader."""
    path = SHARED / "dev" / "key_sentences.jsonl"
    if not path.exists():
        return [(str(r["headline"]), str(r["body"]), r["key"][:1]) for r in rows(CORPUS)[:_MOST]]  # type: ignore[index]
    found: list[tuple[str, str, object]] = []
    for row in rows(path)[:_MOST]:
        given: Any = row
        found.append((given["headline"], given["body"], [given["sentences"][r["best"]] for r in given["readers"]]))
    return found


def _held(summary: list[str], best: Any) -> float:
    """The share of the readers whose best sentence is among the chosen, signs and spaces aside."""
    chosen = [_UNPRINTED.sub("", sentence) for sentence in summary]
    wanted = [_UNPRINTED.sub("", sentence) for sentence in best]
    return sum(any(w in c or (len(c) >= _SHORTEST and c in w) for c in chosen) for w in wanted) / len(wanted)


def _peers() -> dict[str, Callable[[str, str], list[str]]]:
    import networkx
    from snownlp import SnowNLP
    from sumy.nlp.tokenizers import Tokenizer
    from sumy.parsers.plaintext import PlaintextParser
    from sumy.summarizers.lex_rank import LexRankSummarizer
    from sumy.summarizers.text_rank import TextRankSummarizer

    # TextRank4ZH 0.3 of 2018 calls a function that networkx 3 has under another name.
    networkx.from_numpy_matrix = networkx.from_numpy_array
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from textrank4zh import TextRank4Sentence

    tokenizer = Tokenizer("chinese")

    def sumy(summarizer: Any) -> Callable[[str, str], list[str]]:
        return lambda _, body: [*map(str, summarizer(PlaintextParser.from_string(body, tokenizer).document, 2))]

    def textrank4zh(_: str, body: str) -> list[str]:
        ranked = TextRank4Sentence()
        ranked.analyze(body, lower=True, source="all_filters")
        return [f"{s.sentence}。" for s in sorted(ranked.get_key_sentences(num=2), key=lambda s: s.index)]

    return {
        "sumy LexRank": sumy(LexRankSummarizer()),
        "sumy TextRank": sumy(TextRankSummarizer()),
        "TextRank4ZH": textrank4zh,
        "SnowNLP": lambda _, body: [f"{sentence}，" for sentence in SnowNLP(body).summary(2)],
    }
