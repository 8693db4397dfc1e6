"""How much a word weighs as a filing term, and what it does within one: ends a name, heads it, or belongs to none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.keywords.lists import COMMON, COUNTED, GENERIC, OFFICES, SPEECH, SUFFIXES, SURNAMES, VERBAL_NOUNS
from model.memo import Memo
from model.normalise import HAN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

_UNKNOWN = "\0"  # stands in no corpus: its weight is that of an unknown term
_ONE_HAN = re.compile(HAN)
_TERM = re.compile(rf"(?:{HAN}|·){{2,}}|(?=[\w\-]*[A-Za-z])[A-Za-z0-9][\w\-+.]*")
_NUMBER = re.compile(r"[0-9.]+%?")
_NUMERAL = re.compile(
    r"百分之.*|"
    r"[\d.%第零〇一二三四五六七八九十百千万亿两几数多余]+"
    r"(?:[个名家次件条年月日时分秒元吨亩户人起处所场位张台套辆米天岁倍度届期类种项层支只块片号路口旬斤]|美元|公里|平方米|立方米|人次|分钟|小时|公斤|千瓦)?[长高宽深重]?"
    rf"|[每这那该各全某此本当同][年月日天周次地省市县区镇乡村校院厂级类种期届季时晚人名个位家间比]"
    rf"|[今去明昨前后上下][年月日天周次期届季晚午早夜间]|每.*|{HAN}[里上边]|.*[年月日时]|星期.|[今明昨前]天.*|.*(?:以上|以下|以来|左右|期间|之后|之前)"
)
# How words begin and end that the segmenter guessed across a border, and so are no terms.
_GUESSED_FIRST = frozenset(
    "我你他她它受对从把让是到向就还也更很没每各这那在和与被将为有做比不家以其据现由个名位份套场省市县区镇乡村"
)
_GUESSED_LAST = frozenset("为作要将等后前时与和及至达")
_GUESSED_INSIDE = frozenset("里上下出进起到过着了的得是")
# Parts of speech of the dictionary that a filing term may have: nouns and names, verbal nouns, abbreviations, phrases,
# letters, unmarked. Set phrases (i) of four characters are the ornament of reports.
_NOMINAL = ("n", "vn", "an", "j", "l", "eng", "x", "zg", "b", "s")
_VERBS = ("v", "a", "i")  # what is neither these nor nominal (adverbs, numbers, times) is no part of a term
_SOMEBODY = re.compile(rf"{HAN}(?:某{{1,2}}|某{HAN}|先生|女士|阿姨|阿婆|大爷|大妈|奶奶|爷爷|老师|师傅)")

# Set by judgement, and checked by reading the terms of 120 articles.
_HIGHEST = 9.0  # beyond, rarity says that a word is odd and not that it is apt
_WORTHLESS = 2.0  # a word as frequent as this (idf) tells nothing
_LEAST = 0.5
HEAVIEST = _HIGHEST - _WORTHLESS  # no word by itself weighs more
_PLACE = 3.5
_VERBAL = 0.3
_COMMON_VERB = 5.5  # a verb below this idf is never part of a term
_RARE = 8.0  # above this idf a word that looks like a person's name is taken for one
_TOWN = 7.2  # and one that looks like the end of a village's
_LONE = 0.01


class Kind:
    """What a word does within a term: bits of a plain number, which are quicker to test than an enumeration's.

    Some say what a word does to the one behind it. Its partner's bit stands `NEXT` places higher, so that one shift
    tells of all neighbours at once where a surname has its given name behind it, a place its office, and so on.
    """

    NEXT = 8
    AFTER_NEXT = 9

    SINGLE = 1
    """A surname or a lone character; its partner is a lone character."""
    SURNAME = 2
    """Its partner is a given name."""
    OPEN = 4
    """Takes a suffix: its partner."""
    PLACE = 8
    """Its partner is an office; in the word after the next, a body."""
    LONE = 256
    """A single ideograph that may be part of a name. Its partner is a town."""
    GIVEN = 512
    SUFFIX = 1024
    OFFICE = 2048
    """A body of three characters or more that is one word; the place before it belongs to its name."""
    BODY = 4096
    """A suffix of more than one character."""
    TOWN = 65536
    """Two characters, perhaps the end of a longer place."""

    TERM = 1 << 17 | 1 << 25
    """Weighs something: may be part of a term. Its partner is another such word."""
    ALONE = 1 << 18
    """May be a term by itself."""
    GENERIC = 1 << 19
    VERB = 1 << 20
    ADJECTIVE = 1 << 21
    PERSON = 1 << 22
    SPEECH = 1 << 23
    STUCK = 1 << 24
    """A guess that begins with the last character of the place before it."""
    RARE = 1 << 26
    NOUN = 1 << 27
    """A single ideograph that is a noun of its own."""
    PROVINCE = 1 << 28
    DISTRICT = 1 << 29
    """A single ideograph that ends the name of a district, town or village."""


def _listed() -> dict[str, int]:
    kinds: dict[str, int] = {}
    lists = {Kind.SUFFIX: SUFFIXES, Kind.GENERIC: GENERIC, Kind.SURNAME: SURNAMES, Kind.SPEECH: SPEECH}
    for kind, among in lists.items():
        for word in among:
            kinds[word] = kinds.get(word, 0) | kind
    return kinds


_LISTED = _listed()
"""What lists say of a word."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Of each of a model's T terms, by its row: its `Kind`, (T,), and its weight, (T,)."""

    kinds: NDArray[np.uint32]
    weights: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weigher:
    """What a word is as a term: its `Kind` and its weight, which is 0 where it can be part of none.

    `look` works both out and remembers them, and `kinds` the first by itself. `columns` hold those of the words that a
    model knows.
    """

    look: Callable[[str], tuple[int, float]]
    kinds: Mapping[str, int]
    columns: Columns | None = None

    def kind(self, word: str) -> int:
        """The `Kind` of a word."""
        return self.kinds[word]

    def weight(self, word: str) -> float:
        """The weight of a word."""
        return self.look(word)[1]

    def of(
        self, words: Sequence[str], rows: NDArray[np.intp] | None = None
    ) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """The kinds and the weights of D distinct words, each (D,).

        Args:
            words: the words.
            rows: (D,), where each stands in `columns`, -1 where it does not. Without them all are worked out.
        """
        if rows is None or self.columns is None:
            kinds, weights = np.zeros(len(words), np.uint32), np.zeros(len(words))
            strange = np.arange(len(words))
        else:
            kinds, weights = self.columns.kinds.take(rows), self.columns.weights.take(rows)  # -1 takes the last one's
            strange = (rows < 0).nonzero()[0]
            weights[strange] = 0.0
        unknown = strange.tolist()
        kinds[strange] = found = [self.kinds[words[n]] for n in unknown]
        for n, kind in zip(unknown, found, strict=True):
            if kind & Kind.TERM:  # signs and numbers weigh nothing
                weights[n] = self.look(words[n])[1]
        return kinds, weights


def columns(terms: Iterable[str], weigher: Weigher) -> Columns:
    """The kinds and weights of a model's terms, given in the order of their rows; made once, when a model is made."""
    return Columns(*weigher.of(tuple(terms)))


def weigher(
    idf: Mapping[str, float] | Callable[[str], float],
    stop_words: Collection[str] = (),
    part_of_speech: Callable[[str], str] = lambda _: "n",
    known: Columns | None = None,
) -> Weigher:
    """How words weigh, by their rarity and by their part of speech.

    Args:
        idf: inverse document frequency of a term, as a mapping (absent terms count as the rarest) or a callable.
        stop_words: words that are never terms by themselves, beside a short list of the trade's own.
        part_of_speech: the dictionary's tag (词性) of a word, with `?` before it where it is a guess.
        known: what `columns` made of the words that the model knows, with the same idf, stop words and tags.
    """
    look_up = idf if callable(idf) else _looker(idf)
    unknown = look_up(_UNKNOWN)

    def look(word: str) -> tuple[int, float]:
        # Two in three words that a model does not know are signs and numbers.
        if len(word) == 1:
            kind, weight = _character(word, stop_words, part_of_speech, look_up)
        elif _NUMBER.fullmatch(word):
            kind, weight = Kind.VERB, 0.0
        else:
            rarity, tag = look_up(word), part_of_speech(word)
            kind = _LISTED.get(word, 0) | _kind(word, tag, rarity, unknown)
            hidden = word in stop_words and not kind & Kind.SUFFIX
            weight = 0.0 if hidden else _weight(word, tag, rarity, unknown, kind)
        if kind & (Kind.SURNAME | Kind.LONE):
            kind |= Kind.SINGLE
        return kind | _place_in_term(kind) if weight else kind & ~(Kind.PLACE | Kind.OFFICE), weight

    remembered = Memo(look).__getitem__
    return Weigher(remembered, Memo(lambda word: remembered(word)[0]), known)


def _place_in_term(kind: int) -> int:
    """What a word that weighs something may be in a term."""
    found = Kind.TERM
    if kind & (Kind.SUFFIX | Kind.LONE) != Kind.LONE:
        found |= Kind.OPEN
    if not kind & (Kind.SUFFIX | Kind.GENERIC | Kind.LONE):
        found |= Kind.ALONE
    return found


def _looker(idf: Mapping[str, float]) -> Callable[[str], float]:
    rarest = max(idf.values(), default=1.0)
    return lambda term: idf.get(term, rarest)


def _character(
    word: str, stop_words: Collection[str], part_of_speech: Callable[[str], str], look_up: Callable[[str], float]
) -> tuple[int, float]:
    """The kind and weight of a single character."""
    kind = _LISTED.get(word, 0)
    if word in "市县区镇乡":
        kind |= Kind.PLACE
    if word in "县区镇乡村":
        kind |= Kind.DISTRICT
    if _ONE_HAN.match(word) and word not in COUNTED and word not in stop_words:
        kind |= Kind.LONE | Kind.NOUN if part_of_speech(word).startswith("n") else Kind.LONE
    if kind & Kind.SUFFIX:
        return kind, max(_LEAST, look_up(word) - _WORTHLESS)
    return kind, _LONE if kind & Kind.LONE else 0.0


def _kind(word: str, tag: str, rarity: float, unknown: float) -> int:
    """The kind of a word of two characters or more, but for what lists say."""
    guess, tag = tag.startswith("?"), tag.lstrip("?")
    found = Kind.BODY if word in SUFFIXES else 0
    if tag and not tag.startswith(_NOMINAL) and word not in VERBAL_NOUNS:
        found |= Kind.VERB | Kind.ADJECTIVE if tag.startswith("a") else Kind.VERB
    if rarity >= _RARE:
        found |= Kind.RARE
        named = tag == "nr" or (guess and not tag and word[-1] not in "县区镇乡村")
        if len(word) < 4 and word[0] in SURNAMES and named:
            found |= Kind.PERSON
    if rarity >= _TOWN and len(word) == 2 and word[1] in "县区镇乡村":
        found |= Kind.TOWN
    if len(word) > 2 and word.endswith(OFFICES):
        found |= Kind.OFFICE
    if word[0] in SURNAMES and _SOMEBODY.fullmatch(word):
        found |= Kind.PERSON
    if len(word) == 2 and tag == "nr":
        found |= Kind.GIVEN
    if guess and rarity >= unknown and len(word) < 4 and word[0] in "省市县区镇乡":
        found |= Kind.STUCK
    if tag == "ns" or (len(word) > 2 and word[-1] in "省市县区镇乡村"):
        found |= Kind.PROVINCE | Kind.PLACE if word.endswith(("省", "自治区")) else Kind.PLACE
    return found


def _weight(word: str, tag: str, rarity: float, unknown: float, kind: int) -> float:
    """The weight of a word of two characters or more."""
    if kind & Kind.SUFFIX:
        return max(_LEAST, rarity - _WORTHLESS)
    if not _names_something(word):
        return 0.0
    if (rarity >= unknown or tag.startswith("?")) and _guessed(word):
        return 0.0
    weight = max(_LEAST, min(rarity - _WORTHLESS, HEAVIEST))
    tag = tag.lstrip("?")
    if kind & Kind.VERB:
        return 0.0 if rarity < _COMMON_VERB or not tag.startswith(_VERBS) else _VERBAL * weight
    return max(weight, _PLACE) if tag == "ns" else weight


def _names_something(token: str) -> bool:
    return token not in COMMON and _TERM.fullmatch(token) is not None and _NUMERAL.fullmatch(token) is None


def _guessed(token: str) -> bool:
    if token[0] in _GUESSED_FIRST or token[-1] in _GUESSED_LAST:
        return True
    return len(token) == 2 and not _GUESSED_INSIDE.isdisjoint(token)
