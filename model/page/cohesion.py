"""What lines have in common: rare pairs of characters, weighed by how rare they are on the page."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from model.normalise import HAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_RUN = re.compile(rf"{HAN}{{2,}}|[A-Za-z]{{2,}}|\d[\d.]+")
# Pairs that any report holds; they say nothing about which one (the function words of newspaper prose).
_COMMON_TEXT = (
    "一个一些一次一步万元上午下午不断不是中国为了主要也是了一了解人员人民亿元今年介绍他们以及会议但是作为全国全面其中加强单位去年发展可以同时因为国家在一大家如果实现对于就是工作已经年来建设开展当天很多得到"
    "情况成为我们所以报讯据了推动推进提升提高方面日前日电时间是一月日有一有关服务本报本次此次没有活动现场由于的一目前相关社会积极管理组织自己表示要求记者负责责人达到近日还是这个这些进一进行通过那些部门重点"
    "问题"
)

Term = int | str
"""A pair of neighbouring Han characters as one number, or a Latin word or number as text."""


def _pairs(run: str) -> list[int]:
    """The pairs of neighbouring characters of a run of Han characters."""
    # Numbers straight from memory: half the size of two-character strings, and a long text has a hundred thousand.
    code = memoryview(run.encode("utf-16-le"))
    even, odd = len(run) & ~1, (len(run) - 1) & ~1
    return code[: 2 * even].cast("I").tolist() + code[2 : 2 + 2 * odd].cast("I").tolist()


_COMMON = frozenset(pair for k in range(0, len(_COMMON_TEXT), 2) for pair in _pairs(_COMMON_TEXT[k : k + 2]))


def terms(plain: str) -> frozenset[Term]:
    """The pairs of neighbouring Han characters, Latin words and numbers of a folded line."""
    found: set[Term] = set()
    for run in _RUN.findall(plain):
        if run[0] < "\u3400":
            found.add(run.lower())
        else:
            found.update(_pairs(run))
    return frozenset(found - _COMMON)


class Cohesion:
    """Term sets of the lines of one page and the weight of each term: log(N / df) over its text lines."""

    def __init__(self, plains: Sequence[str], counted: Sequence[bool]) -> None:
        self.terms = [terms(p) for p in plains]
        frequency: Counter[Term] = Counter()
        for t, c in zip(self.terms, counted, strict=True):
            if c:
                frequency.update(t)
        lines = max(2, sum(counted))
        self.weight = {t: math.log((lines + 1) / df) for t, df in frequency.items() if df > 1}
        self.single = math.log(lines + 1)

    def of(self, term: Term) -> float:
        """The weight of a term; one that stands in a single line has the highest."""
        return self.weight.get(term, self.single)

    def mass(self, found: Iterable[Term]) -> float:
        """The summed weight of terms."""
        # fsum is exact, whatever the order of the set
        return math.fsum(map(self.weight.get, found, itertools.repeat(self.single)))

    def alike(self, left: frozenset[Term], right: frozenset[Term]) -> float:
        """Shared weight over the root of the product of both weights: 0 nothing, 1 the same terms."""
        if not left or not right:
            return 0.0
        shared = self.mass(left & right)
        return shared / math.sqrt(self.mass(left) * self.mass(right)) if shared else 0.0
