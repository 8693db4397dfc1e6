"""How much a word weighs as a filing term, and what it does within one: ends a name, heads it, or belongs to none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.keywords.lists import COMMON, COUNTED, GENERIC, OFFICES, SPEECH, SUFFIXES, SURNAMES, VERBAL_NOUNS
from model.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_UNKNOWN = "\0"  # stands in no corpus: its weight is that of an unknown term
# A letter that is not Latin: here, an ideograph. `re` compiles a category a thousand times faster than their range.
_HAN = r"[^\W\da-zA-Z_]"
_ONE_HAN = re.compile(_HAN)
_TERM = re.compile(rf"(?:{_HAN}|·){{2,}}|(?=[\w\-]*[A-Za-z])[A-Za-z0-9][\w\-+.]*")
_NUMERAL = re.compile(
    r"百分之.*|"
    r"[\d.%第零〇一二三四五六七八九十百千万亿两几数多余]+"
    r"(?:[个名家次件条年月日时分秒元吨亩户人起处所场位张台套辆米天岁倍度届期类种项层支只块片号路口旬斤]|美元|公里|平方米|立方米|人次|分钟|小时|公斤|千瓦)?[长高宽深重]?"
    rf"|[每这那该各全某此本当同][年月日天周次地省市县区镇乡村校院厂级类种期届季时晚人名个位家间比]"
    rf"|[今去明昨前后上下][年月日天周次期届季晚午早夜间]|每.*|{_HAN}[里上边]|.*[年月日时]|星期.|[今明昨前]天.*|.*(?:以上|以下|以来|左右|期间|之后|之前)"
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
_SOMEBODY = re.compile(rf"{_HAN}(?:某{{1,2}}|某{_HAN}|先生|女士|阿姨|阿婆|大爷|大妈|奶奶|爷爷|老师|师傅)")

# Set by judgement, and checked by reading the terms of 120 articles.
_HIGHEST = 9.0  # beyond, rarity says that a word is odd and not that it is apt
_WORTHLESS = 2.0  # a word as frequent as this (idf) tells nothing
_LEAST = 0.5
_PLACE = 3.5
_VERBAL = 0.3
_COMMON_VERB = 5.5  # a verb below this idf is never part of a term
_RARE = 8.0  # above this idf a word that looks like a person's name is taken for one
_TOWN = 7.2  # and one that looks like the end of a village's
_LONE = 0.01


class Kind:
    """What a word does within a term: bits of a plain number, which are quicker to test than an enumeration's."""

    SUFFIX = 1
    BODY = 2
    """A suffix of more than one character."""
    GENERIC = 4
    VERB = 8
    SURNAME = 16
    GIVEN = 32
    PERSON = 64
    SPEECH = 128
    LONE = 256
    """A single ideograph that may be part of a name."""
    STUCK = 512
    """A guess that begins with the last character of the place before it."""
    TOWN = 1024
    """Two characters, perhaps the end of a longer place."""
    PLACE = 2048
    PROVINCE = 4096
    RARE = 8192
    NOUN = 16384
    """A single ideograph that is a noun of its own."""
    ADJECTIVE = 32768
    OFFICE = 65536
    """A body of three characters or more that is one word; the place before it belongs to its name."""


@dataclass(frozen=True, slots=True)
class Weigher:
    """The weight of a word as a term, 0 where it can be part of none, and its `Kind`; both are remembered."""

    weight: Callable[[str], float]
    kind: Callable[[str], int]


def weigher(
    idf: Mapping[str, float] | Callable[[str], float],
    stop_words: Collection[str] = (),
    part_of_speech: Callable[[str], str] = lambda _: "n",
) -> Weigher:
    """How words weigh, by their rarity and by their part of speech.

    Args:
        idf: inverse document frequency of a term, as a mapping (absent terms count as the rarest) or a callable.
        stop_words: words that are never terms by themselves, beside a short list of the trade's own.
        part_of_speech: the dictionary's tag (词性) of a word, with `?` before it where it is a guess.
    """
    look_up = idf if callable(idf) else _looker(idf)
    unknown = look_up(_UNKNOWN)
    tag_of = Memo(part_of_speech).__getitem__  # a word is asked for twice: for its weight and for its kind

    def kind(word: str) -> int:
        found = _listed(word)
        if len(word) == 1:
            lone = _ONE_HAN.match(word) and word not in COUNTED and word not in stop_words
            noun = lone and tag_of(word).startswith("n")
            place = Kind.PLACE if word in "市县区镇乡" else 0
            return found | place | (Kind.LONE if lone else 0) | (Kind.NOUN if noun else 0)
        return found | _guessed_kind(word, tag_of(word), look_up(word), unknown)

    kinds = Memo(kind).__getitem__

    def weigh(word: str) -> float:
        if word in SUFFIXES:
            return max(_LEAST, look_up(word) - _WORTHLESS)
        if len(word) == 1:
            return _LONE if kinds(word) & Kind.LONE else 0.0
        if word in stop_words or not _names_something(word):
            return 0.0
        rarity, kind = look_up(word), kinds(word)
        tag = tag_of(word)
        if (rarity >= unknown or tag.startswith("?")) and _guessed(word):
            return 0.0
        tag = tag.lstrip("?")
        weight = max(_LEAST, min(rarity, _HIGHEST) - _WORTHLESS)
        if kind & Kind.VERB:
            return 0.0 if rarity < _COMMON_VERB or not tag.startswith(_VERBS) else _VERBAL * weight
        return max(weight, _PLACE) if tag == "ns" else weight

    return Weigher(Memo(weigh).__getitem__, kinds)


def _looker(idf: Mapping[str, float]) -> Callable[[str], float]:
    rarest = max(idf.values(), default=1.0)
    return lambda term: idf.get(term, rarest)


def _listed(word: str) -> int:
    lists = {
        Kind.SUFFIX: SUFFIXES,
        Kind.GENERIC: GENERIC,
        Kind.SURNAME: SURNAMES,
        Kind.SPEECH: SPEECH,
    }
    return sum(kind for kind, among in lists.items() if word in among)


def _guessed_kind(word: str, tag: str, rarity: float, unknown: float) -> int:
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


def _names_something(token: str) -> bool:
    return token not in COMMON and _TERM.fullmatch(token) is not None and _NUMERAL.fullmatch(token) is None


def _guessed(token: str) -> bool:
    if token[0] in _GUESSED_FIRST or token[-1] in _GUESSED_LAST:
        return True
    return len(token) == 2 and not _GUESSED_INSIDE.isdisjoint(token)
