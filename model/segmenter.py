"""Text → words (词): rjieba, mended to jieba's tokens where the two differ.

The only module that imports either. rjieba is jieba's algorithm and dictionary in Rust, about twenty times
faster. It departs from jieba in three cases only:

- Latin letters and digits joined by `.`, `_` or `-` stay one word (`COVID-19`, `1.8T`), where jieba parts them by
  `finalseg.re_skip`;
- ideographs outside the basic block are cut as Han, where jieba gives them out one by one;
- where a character stands three times in a row, two routes of the hidden Markov model can tie, and the two break the
  tie differently.

In such places the words of the dictionary come from rjieba, and what it leaves in single characters is cut as jieba's
`finalseg` does it; that module itself is asked only where rjieba would cut otherwise, for its tables take 9 MiB and
20 ms once. jieba's dictionary, which takes a second and 60 MiB, is never loaded.
`tests/test_model_segmenter.py` holds that the tokens are jieba's, on our corpus and on random text.
"""

from __future__ import annotations

import re
import warnings
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import rjieba

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# jieba never looks across the borders of such a block (jieba.re_han_default).
_BLOCK = re.compile(r"[\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+")
_RARE = re.compile("[\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_RARES = re.compile(f"({_RARE.pattern}+)")  # the group makes looking four times dearer: only for parting
_THRICE = re.compile(r"(.)\1\1")
# Joined letters and digits, but for a number with a point that rjieba and jieba both leave whole. `re` jumps to the
# next place quickly where a pattern begins with one class of characters: six times cheaper than three alternatives.
_JOINED = re.compile(
    r"[a-zA-Z0-9._\-](?:"
    r"(?<=[a-zA-Z0-9])(?:[._\-]+(?!\d+%?(?![a-zA-Z0-9+#&._%\-]))[a-zA-Z0-9]|[_\-])|(?<=[._\-])[a-zA-Z0-9]+[._\-])"
)

_HANS = re.compile(r"([\u4E00-\u9FD5]+)")  # jieba.finalseg.re_han
_LATIN_PARTS = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")  # jieba.finalseg.re_skip

# Characters of a run beyond which rjieba cuts it: `finalseg` takes time in their square, three minutes for 200,000. The
# longest block of our corpus has 48.
_BOUNDLESS = 1000

# To build a dictionary takes 80 ms and 30 MiB, and rjieba builds one when it is imported: the first segmenter takes it.
_BUILT: list[Any] = [rjieba]
# jieba's dictionary has B超 twice, and jieba's sum of all frequencies counts both, rjieba's one. Where two routes are
# equally likely (看看|看, 看|看看) the last digit decides, so rjieba's sum is raised by a word that no block can hold.
_TWICE = ("\n\n", 3)


class Segmenter:
    """Cuts normalised text into words. Read-only after construction, safe to share by fork, picklable.

    Args:
        lexicon: words (用户词典) that jieba's dictionary lacks, such as the paper's towns and bureaus. A word that the
            dictionary already has is left alone: re-weighting it would part rjieba from jieba.
    """

    def __init__(self, lexicon: Iterable[str] = ()) -> None:
        self._rjieba: Any = _BUILT.pop() if _BUILT else rjieba.Jieba()
        self._rjieba.add_word(*_TWICE, None)
        self.lexicon = tuple(dict.fromkeys(w for w in lexicon if w and not self._rjieba.has_word(w)))
        for word in self.lexicon:
            self._rjieba.add_word(word, None, None)

    def __reduce__(self) -> tuple[type[Segmenter], tuple[tuple[str, ...]]]:
        return type(self), (self.lexicon,)

    def cut(self, text: str) -> list[str]:
        """Cut `text`; the tokens joined are the text again."""
        if not _suspect(text):
            plain: list[str] = self._rjieba.cut(text)
            return plain
        tokens: list[str] = []
        for i, part in enumerate(_RARES.split(text)):
            tokens += part if i % 2 else self._cut_suspect(part)
        return tokens

    def cut_each(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """Cut many texts without line feeds, such as the sentences of an article; one look decides for most of them."""
        cut = self.cut if _suspect("\n".join(texts)) else self._rjieba.cut
        return [tuple(cut(text)) for text in texts]

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
            if _suspect(block.group()):
                tokens += self._rjieba.cut(text[done : block.start()])
                tokens += self._cut_block(block.group())
                done = block.end()
        tokens += self._rjieba.cut(text[done:])
        return tokens

    def _cut_block(self, block: str) -> list[str]:
        """Words of the dictionary, and runs of single characters by the hidden Markov model: jieba's `__cut_DAG`."""
        tokens: list[str] = []
        run = ""
        for token in [*self._rjieba.cut(block, hmm=False), ""]:
            # Without the model, rjieba has joined the single letters and digits of a run already.
            if len(token) == 1 or (token.isascii() and token.isalnum() and not self.knows(token)):
                run += token
                continue
            tokens += self._cut_run(run)
            tokens += [token] if token else []
            run = ""
        return tokens

    def _cut_run(self, run: str) -> Iterable[str]:
        if len(run) < 2 or self.knows(run):
            return run  # each character
        return chain.from_iterable(map(self._cut_stretch, filter(None, _HANS.split(run))))

    def _cut_stretch(self, stretch: str) -> Iterable[str]:
        """Cut single characters of a run, either ideographs or none."""
        if not _HANS.match(stretch):
            return filter(None, _LATIN_PARTS.split(stretch))
        # Alone, a word of the dictionary would be one of its own; within the run, the model decides.
        if (self.knows(stretch) or _THRICE.search(stretch)) and len(stretch) <= _BOUNDLESS:
            return _by_model()(stretch)
        plain: list[str] = self._rjieba.cut(stretch)
        return plain


def _suspect(text: str) -> bool:
    """Whether rjieba may part from jieba somewhere in the text."""
    if _JOINED.search(text) or _RARE.search(text):
        return True
    # Dots and noughts stand three in a row too.
    return _THRICE.search(text) is not None and any(
        "\u4e00" <= thrice[1] <= "\u9fd5" for thrice in _THRICE.finditer(text)
    )


@cache
def _by_model() -> Callable[[str], Iterable[str]]:
    """`jieba.finalseg.cut`; most texts never need its tables."""
    with warnings.catch_warnings():  # jieba imports pkg_resources, which newer setuptools call deprecated
        warnings.simplefilter("ignore")
        from jieba import finalseg  # noqa: PLC0415
    cut: Callable[[str], Iterable[str]] = finalseg.cut
    return cut
