"""Text → words (词): rjieba, mended to jieba's tokens where the two differ, and jieba itself where mending is unsure.

The only module that imports either. rjieba is jieba's algorithm and dictionary in Rust, about twenty times
faster. It departs from jieba in two cases only:

- Latin letters and digits joined by `.`, `_` or `-` stay one word (`COVID-19`, `1.8T`), where jieba parts them by
  `finalseg.re_skip`;
- ideographs outside the basic block are cut as Han, where jieba gives them out one by one.

And where a character stands three times in a row, two routes of the hidden Markov model can tie and the two break
the tie differently. So the tokens are jieba's on everything that a paper prints; `tests/test_model_segmenter.py` holds
that on our corpus and on random text.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rjieba

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# jieba never looks across the borders of such a block (jieba.re_han_default).
_BLOCK = re.compile(r"[\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+")
_RARE = re.compile("([\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)")
_TRIPLE = re.compile(r"([\u4E00-\u9FD5])\1\1")
# Three cheap looks decide for nearly every sentence that rjieba alone will do; one pattern for all takes twice as long.
_ANY_TRIPLE = re.compile(r"(.)\1\1")
_JOINT = re.compile(r"[a-zA-Z0-9][._\-]")
_JOINED = re.compile(
    r"[a-zA-Z0-9][._\-]+(?!\d+%?(?![a-zA-Z0-9+#&._%\-]))[a-zA-Z0-9]|[._\-][a-zA-Z0-9]+[._\-]|[a-zA-Z0-9][_\-]"
)
_LATIN = re.compile(r"[a-zA-Z0-9+#&._%\-]+")
_LATIN_PARTS = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")  # jieba.finalseg.re_skip
# The words of jieba's dictionary that hold Latin letters only: a route through one of them is jieba's to find.
_LATIN_WORDS = re.compile(r"AT&T|[cC]#|[cC]\+\+")

# Characters of a block beyond which rjieba alone cuts it: jieba takes time in their square, three minutes for 200,000
# times the same one. The longest block of our corpus has 48.
_BOUNDLESS = 1000

# To build a dictionary takes 80 ms and 30 MiB, and rjieba builds one when it is imported: the first segmenter takes it.
_BUILT: list[Any] = [rjieba]


class Segmenter:
    """Cuts normalised text into words. Read-only after construction, safe to share by fork, picklable.

    Args:
        lexicon: words (用户词典) that jieba's dictionary lacks, such as the paper's towns and bureaus. A word that the
            dictionary already has is left alone: re-weighting it would part rjieba from jieba.
    """

    def __init__(self, lexicon: Iterable[str] = ()) -> None:
        self._rjieba: Any = _BUILT.pop() if _BUILT else rjieba.Jieba()
        self.lexicon = tuple(dict.fromkeys(w for w in lexicon if w and not self._rjieba.has_word(w)))
        for word in self.lexicon:
            self._rjieba.add_word(word, None, None)
        self._latin_in_lexicon = any(_LATIN.search(w) for w in self.lexicon)

    def __reduce__(self) -> tuple[type[Segmenter], tuple[tuple[str, ...]]]:
        return type(self), (self.lexicon,)

    def cut(self, text: str) -> list[str]:
        """Cut `text`; the tokens joined are the text again."""
        if not _suspect(text):
            plain: list[str] = self._rjieba.cut(text)
            return plain
        tokens: list[str] = []
        for i, part in enumerate(_RARE.split(text)):
            tokens += part if i % 2 else self._cut_suspect(part)
        return tokens

    def cut_each(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """Cut many texts without line feeds, such as the sentences of an article; most articles are cut in one go."""
        whole = "\n".join(texts)
        if _suspect(whole) and (_JOINED.search(whole) or _RARE.search(whole) or _TRIPLE.search(whole)):
            return [tuple(self.cut(text)) for text in texts]
        tokens = (*self._rjieba.cut(whole), "\n")
        found: list[tuple[str, ...]] = []
        start = 0
        for _ in texts:
            end = tokens.index("\n", start)
            found.append(tokens[start:end])
            start = end + 1
        return found

    def knows(self, word: str) -> bool:
        """Whether a word stands in the dictionary or the lexicon, and is not a guess of the hidden Markov model."""
        return bool(self._rjieba.has_word(word))

    def part_of_speech(self, word: str) -> str:
        """The dictionary's tag (词性) of a word, with `?` before it where the dictionary lacks the word.

        A word of the lexicon has none, nor has one that tagging would part.
        """
        tags: list[tuple[str, str]] = self._rjieba.tag(word)
        tag = tags[0][1] if len(tags) == 1 else ""
        return tag if self.knows(word) else f"?{tag}"

    def _cut_suspect(self, text: str) -> list[str]:
        tokens: list[str] = []
        done = 0
        for block in _BLOCK.finditer(text):
            triple = _TRIPLE.search(block.group())
            if triple or _JOINED.search(block.group()):
                tokens += self._rjieba.cut(text[done : block.start()])
                tokens += self._by_jieba(block.group()) if triple else self._cut_joined(block.group())
                done = block.end()
        tokens += self._rjieba.cut(text[done:])
        return tokens

    def _cut_joined(self, block: str) -> list[str]:
        """Cut a block that holds a joined run: re-part each run, unless a word of the dictionary reaches into it."""
        tokens: list[str] = []
        run = ""
        latin = [m.group() for m in _LATIN.finditer(block)]
        runs = iter(latin)
        for token in [*self._rjieba.cut(block), ""]:
            if token and _LATIN.fullmatch(token):
                run += token
                continue
            if run:
                if run != next(runs, None) or _LATIN_WORDS.search(run):
                    return self._by_jieba(block)
                tokens += [part for part in _LATIN_PARTS.split(run) if part]
                run = ""
            if token and _LATIN.search(token):
                return self._by_jieba(block)
            tokens += [token] if token else []
        return self._by_jieba(block) if self._latin_in_lexicon else tokens

    def _by_jieba(self, block: str) -> list[str]:
        return list((self._rjieba if len(block) > _BOUNDLESS else self._jieba).cut(block))

    @cached_property
    def _jieba(self) -> Any:
        """The original with the same words; it takes a second to load and most texts never need it."""
        import jieba  # noqa: PLC0415

        jieba.setLogLevel(logging.ERROR)
        tokenizer = jieba.Tokenizer()
        # jieba trusts a cache in the common temporary folder by its name alone; a folder of our own keeps a foreign
        # table out.
        tokenizer.tmp_dir = str(_private_folder())
        tokenizer.initialize()
        for word in self.lexicon:
            tokenizer.add_word(word)
        return tokenizer


def _suspect(text: str) -> bool:
    """Whether rjieba may part from jieba somewhere in the text."""
    if _JOINT.search(text) or _RARE.search(text):
        return True
    return _ANY_TRIPLE.search(text) is not None and _TRIPLE.search(text) is not None


def _private_folder() -> Path:
    """A folder that only this user writes to, for jieba's table."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "zhaibian"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="zhaibian-"))
    return folder if os.access(folder, os.W_OK) else Path(tempfile.mkdtemp(prefix="zhaibian-"))
