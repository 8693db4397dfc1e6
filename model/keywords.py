"""Segmented article → the five to eight terms (关键词) an archivist would file it under.

Weighting is tf·idf (Spärck Jones 1972) with what stands in the headline and in the lead counted more. Terms are kept
whole by statistics and by form: neighbouring words that keep each other's company through the article are one term (the
repetition test of Chien's PAT-tree keyword extraction, SIGIR 1997), and so are short quoted names, titles in 《》, and
words that end as places and bodies do.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, repeat
from typing import TYPE_CHECKING

import numpy as np

from model.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from model.documents import SegmentedArticle, Sentence

_MOST = 8
_FEWEST = 5
# Only the head of a long text names what it is about, and it bounds the work on 1 MB of text.
_SENTENCES_READ = 120
# How a term counts by where it stands: set by judgement, checked by reading the terms of 50 of our own articles.
_HEADLINE = 3.0
_LEAD = 1.0
_WHOLE = 1.01  # a name weighs a little more than any word in it, so that it comes whole
_ONCE = 0.5  # said once, neither in the headline nor in the lead
_JOINED = 0.25
# After the fewest, a term must weigh at least this share of the best one.
_FLOOR = 0.25
_LONGEST = 12
_UNKNOWN = "\0"  # stands in no corpus: its weight is that of an unknown term

# A letter that is not Latin: here, an ideograph. `re` compiles a category a thousand times faster than their range.
_HAN = r"[^\W\da-zA-Z_]"
_TERM = re.compile(rf"(?:{_HAN}|·){{2,}}|(?=[\w\-]*[A-Za-z])[A-Za-z0-9][\w\-+.]*")
_HAN_WORD = re.compile(rf"(?:{_HAN}|·)+")
_NAMED = re.compile(r"“((?:[^\W_]|\+){3,10})”|《([^\W_]{3,14})》")
_NUMERAL = re.compile(
    r"百分之.*|"
    r"[\d.%第零〇一二三四五六七八九十百千万亿两几数多余]+"
    r"(?:[个名家次件条年月日时分秒元吨亩户人起处所场位张台套辆米天岁倍度届期类种项层支只块片号路口旬斤]|美元|公里|平方米|立方米|人次|分钟|小时|公斤|千瓦)?"
    rf"|[上下本今去明昨前后当同每这那该各全某此]{_HAN}|.*[年月日时]|星期.|.*(?:以上|以下|以来|左右|期间|之后|之前)"
)
# How words begin that the segmenter guessed across a border; a guess that no corpus knows is no term then.
_GUESSED_FIRST = frozenset("我你他她它受对从把让是到向就还也更很没每各这那在和与被将为有做比不家")
_GUESSED_INSIDE = frozenset("里上下出进起到过着了的得是")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The last word of a place or body takes the word before it along: 云溪 + 社区, 消防 + 大队.
_SUFFIXES = _words(
    "县 市 区 镇 乡 村 街道 社区 小区 园区 开发区 新区 高新区 景区 水库 公园 广场 工业园 产业园 派出所 大队 "
    "支队 中队 消防站 公司 集团 工厂 车间 法院 检察院 公安局 税务局 管理局 监管局 应急局 司法局 民政局 教育局 "
    "医院 卫生院 中学 小学 学校 大学 幼儿园 学院 协会 商会 合作社 联合会 委员会 居委会 村委会 研究院 研究所 "
    "中心 服务站 服务中心 项目 行动 工程 制度 条例 机制"
)
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦昌马苗凤方"
    "俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵汪祁毛狄米贝明"
    "臧计成戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季强贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房"
    "缪丁邓郁单洪包诸左石崔吉龚程嵇邢裴陆荣翁荀羊惠甄曲封储靳焦牧谷车侯班仰仲宫宁仇栾祖武符刘景詹龙叶司黎薄印"
    "白蒲从鄂索赖卓蔺屠蒙池乔胥苍闻党翟谭劳申冉雍桑桂牛寿通边燕冀浦尚农温庄晏柴瞿阎充慕连习艾容向古易慎戈廖步"
    "耿满匡文寇广东欧师巩聂敖冷辛那简饶曾丰关游权"
)
_REPORTERS = _words("记者 通讯员 实习生 摄影")
_AFTER_REPORTER = _words("） ) 、 通讯员 记者 摄 报道 文")
_SPEECH = _words("说 表示 介绍 告诉 称 认为 指出 强调 坦言 、")
_SURNAME, _SPEAKS, _REPORTER, _SUFFIX = (1 << i for i in range(4))
_KINDS: Counter[str] = Counter()
for _kind, _among in ((_SURNAME, _SURNAMES), (_SPEAKS, _SPEECH), (_REPORTER, _REPORTERS), (_SUFFIX, _SUFFIXES)):
    _KINDS.update(dict.fromkeys(_among, _kind))
# Words about any article; a stop list handed in adds to them.
_COMMON = _words(
    "记者 通讯员 本报 本报讯 近日 日前 我们 他们 自己 一个 这个 进行 开展 工作 活动 情况 问题 方面 相关 有关 "
    "通过 表示 介绍 进一步 要求 落实 加强 推进 推动 提升 提高 全面 切实 扎实 积极 有效 不断 持续 重点 重要 "
    "主要 实现 完成 组织 现场 部门 单位 人员 负责人 群众 居民 市民 大家 目前 同时 以及 其中 可以 需要 已经 "
    "没有 成为 建设 发展 服务 管理 共同 参加 参与 围绕 确保 作为 对于 根据 按照 据了解 据悉 举行 召开 举办 "
    "启动 实施 增加 减少 达到 超过 首次 正式 全部 部分 先后 分别 共有 一批 多个 下一步 今后 未来 此次 本次 "
    "责任 措施 基础 能力 水平 作用 意识 力度 氛围 内容 形式 方式 过程 时间 地方 时候 结果 原因 公里 平方米 "
    "万元 亿元 会议 指出 强调 认为 告诉 说道 进入 来到 发现 带来 加快 深入 严格 坚持 继续 推广 使用 提供 设置 "
    "采取 明确 结合 利用 负责 统一 集中 一次 一名 一家 多名 多家 分钟 小时 女士 先生 今年 去年 上午 下午"
)


def weigher(
    idf: Mapping[str, float] | Callable[[str], float], stop_words: Collection[str] = ()
) -> Callable[[str], float]:
    """A function that gives the weight of a word as a term, 0 where it can be none, and remembers it.

    Args:
        idf: inverse document frequency of a term, as a mapping (absent terms count as the rarest) or a callable.
        stop_words: words that are never terms by themselves, beside a short list of the trade's own.
    """
    look_up = idf if callable(idf) else _looker(idf)
    unknown = look_up(_UNKNOWN)

    def weigh(token: str) -> float:
        if token not in _SUFFIXES and (token in stop_words or not _names_something(token)):
            return 0.0
        weight = look_up(token)
        return 0.0 if weight >= unknown and _guessed(token) and token not in _SUFFIXES else weight

    return Memo(weigh).__getitem__


def keywords(article: SegmentedArticle, weigh: Callable[[str], float], *, most: int = _MOST) -> tuple[str, ...]:
    """The `most` weightiest terms, best first; fewer where the text holds fewer.

    Args:
        article: the segmented article; furniture is left out.
        weigh: what `weigher` made.
        most: how many terms at most.
    """
    read = [s for s in article.sentences if not s.furniture][:_SENTENCES_READ]
    scores, rarest = _scores(_text(article, read), weigh)
    for name, count in _names(article.article.headline, read).items():
        inside = max((score for term, score in scores.items() if term in name), default=0.0)
        scores[name] = max(count * rarest, _WHOLE * inside)
    return _pick(scores, most)


def _looker(idf: Mapping[str, float]) -> Callable[[str], float]:
    rarest = max(idf.values(), default=1.0)
    return lambda term: idf.get(term, rarest)


def _names_something(token: str) -> bool:
    return (
        len(token) > 1
        and token not in _COMMON
        and _TERM.fullmatch(token) is not None
        and _NUMERAL.fullmatch(token) is None
    )


def _guessed(token: str) -> bool:
    return token[0] in _GUESSED_FIRST or (len(token) == 2 and not _GUESSED_INSIDE.isdisjoint(token))


def _people(tokens: Sequence[str]) -> Sequence[str]:
    """Join a surname and the one or two single characters after it where a title or a verb of speech follows."""
    out: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token in _REPORTERS:  # 记者 温岚 通讯员 费舟: who wrote it is not what it is about
            while at + 1 < len(tokens) and tokens[at + 1].isspace():
                at += 1
            if at + 2 < len(tokens) and (tokens[at + 2].isspace() or tokens[at + 2] in _AFTER_REPORTER):
                at += 1
        elif token in _SURNAMES and len(token) == 1:
            end = at + 1
            while end < len(tokens) and end - at < 3 and len(tokens[end]) == 1 and _HAN_WORD.fullmatch(tokens[end]):
                end += 1
            after = tokens[end] if end < len(tokens) else ""
            if end > at + 1 and after in _SPEECH:
                out.append("".join(tokens[at:end]))
                at = end
                continue
        out.append(token)
        at += 1
    return out


@dataclass(frozen=True, slots=True)
class _Text:
    """What is read of an article: its tokens by number, and of each token in which text it stands and what it counts.

    Text 0 is the headline, text 1 the lead. `suffix` tells of each number whether its word is one of `_SUFFIXES`.
    """

    numbers: Mapping[str, int]
    suffix: NDArray[np.bool_]
    tokens: NDArray[np.intp]
    texts: NDArray[np.intp]
    counts: NDArray[np.float64]


def _text(article: SegmentedArticle, read: Sequence[Sentence]) -> _Text:
    """The headline and the sentences that are read, the names of people joined."""
    words = article.words
    numbers = words.numbers
    texts = [words.headline, *(words.tokens[words.starts[s.index] : words.starts[s.index + 1]] for s in read)]
    tokens = np.concatenate(texts)
    kinds = _kinds(numbers)
    for n in _near_people(kinds[tokens], texts):
        named = _people(read[n - 1].tokens if n else article.headline_tokens)
        new = [word for word in dict.fromkeys(named) if word not in numbers]
        numbers = {**numbers, **dict(zip(new, range(len(numbers), len(numbers) + len(new)), strict=True))}
        texts[n] = np.fromiter(map(numbers.__getitem__, named), np.intp, len(named))
    if numbers is not words.numbers:
        tokens, kinds = np.concatenate(texts), _kinds(numbers)
    sizes = list(map(len, texts))
    counts = (_HEADLINE, 1.0 + _LEAD, *(1.0 for _ in texts[2:]))[: len(texts)]
    places = np.repeat(np.arange(len(texts)), sizes)
    return _Text(numbers, kinds & _SUFFIX > 0, tokens, places, np.repeat(counts, sizes))


def _kinds(numbers: Mapping[str, int]) -> NDArray[np.intp]:
    return np.fromiter(map(_KINDS.get, numbers, repeat(0)), np.intp, len(numbers))


def _near_people(kinds: NDArray[np.intp], texts: Sequence[NDArray[np.intp]]) -> set[int]:
    """The texts in which `_people` may find something: a reporter, or a surname two or three words before a speech."""
    speech = kinds & _SPEAKS > 0
    ahead = np.zeros(len(kinds), bool)
    ahead[:-2] = speech[2:]
    ahead[:-3] |= speech[3:]
    ends = list(accumulate(map(len, texts)))
    found = np.flatnonzero((kinds & _SURNAME > 0) & ahead | (kinds & _REPORTER > 0))
    return {bisect_right(ends, at) for at in found.tolist()}


def _scores(text: _Text, weigh: Callable[[str], float]) -> tuple[dict[str, float], float]:
    """What each term weighs, single words and joined neighbours, and the highest rarity among them."""
    words = list(text.numbers)
    rarity = np.fromiter(map(weigh, words), np.float64, len(words))
    usable = np.flatnonzero(rarity.take(text.tokens) > 0)
    tokens, counts = text.tokens[usable], text.counts[usable]
    joins = _joins(text, usable)
    alone = ~text.suffix[tokens]  # a suffix that stands alone is no term
    alone[1:] &= ~joins
    alone[:-1] &= ~joins
    sums = np.bincount(tokens[alone], counts[alone], len(words))
    wholes: dict[str, tuple[float, float]] = {}
    for parts, count in _groups(tokens, counts, joins, words):
        whole = "".join(parts)
        if len(parts) > 1:
            weight = max(rarity[text.numbers[part]] for part in parts) * (1.0 + _JOINED * (len(parts) - 1))
            wholes[whole] = weight, wholes.get(whole, (0.0, 0.0))[1] + count
        elif whole not in _SUFFIXES:
            sums[text.numbers[whole]] += count
    for whole in wholes.keys() & text.numbers.keys():  # the segmenter found it whole elsewhere
        number = text.numbers[whole]
        rarity[number], more = wholes.pop(whole)
        sums[number] += more
    found = np.flatnonzero(sums)
    terms = [words[n] for n in found.tolist()] + list(wholes)
    rare = np.concatenate([rarity[found], [weight for weight, _ in wholes.values()]])
    sums = np.concatenate([sums[found], [count for _, count in wholes.values()]])
    scores = sums * rare * np.where(sums == 1, _ONCE, 1.0)
    return dict(zip(terms, scores.tolist(), strict=True)), float(rare.max(initial=0.0)) or 1.0


def _joins(text: _Text, usable: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Of each usable token but the last, whether it and the next belong together.

    They do where the next one is a suffix, and where the pair is seen twice, and two in three times that the rarer of
    both is seen. Other words, signs, numbers and sentence ends part them.
    """
    tokens, texts, suffix = text.tokens[usable], text.texts[usable], text.suffix
    near = np.flatnonzero((np.diff(usable) == 1) & (texts[1:] == texts[:-1]))
    seconds = tokens[near + 1]
    pairs = (tokens[near] * len(suffix) + seconds).tolist()
    single = np.bincount(tokens, minlength=len(suffix))
    often = [(pair, count) for pair, count in Counter(pairs).items() if count > 1]
    joined = {p for p, count in often if 3 * count >= 2 * min(map(single.item, divmod(p, len(suffix))))}
    joins = np.zeros(max(0, len(tokens) - 1), bool)
    joins[near] = np.fromiter(map(joined.__contains__, pairs), bool, len(pairs)) | suffix[seconds]
    return joins


def _groups(
    tokens: NDArray[np.intp], counts: NDArray[np.float64], joins: NDArray[np.bool_], words: Sequence[str]
) -> Iterator[tuple[list[str], float]]:
    """The joined words, at most `_LONGEST` characters in a group, and what each group counts."""
    firsts = np.flatnonzero(joins)
    parts: list[str] = []
    last, count = -1, 0.0
    for at, first, second, counted in zip(
        firsts.tolist(), tokens[firsts].tolist(), tokens[firsts + 1].tolist(), counts[firsts].tolist(), strict=True
    ):
        if at != last:
            if parts:
                yield parts, count
            parts = [words[first]]
        last, count = at + 1, counted
        if sum(map(len, parts)) + len(words[second]) > _LONGEST:
            yield parts, count
            parts = []
        parts.append(words[second])
    if parts:
        yield parts, count


def _names(headline: str, read: Sequence[Sentence]) -> dict[str, int]:
    """Quoted names and titles that come back, or that the headline gives, and how often they stand there."""
    found = Counter(a or b for a, b in _NAMED.findall("\n".join((headline, *(s.text for s in read)))))
    return {name: count for name, count in found.items() if count > 1 or name in headline}


def _pick(scores: dict[str, float], most: int) -> tuple[str, ...]:
    """The best terms; of two that contain one another only the better, the longer one where they are close."""
    chosen: list[str] = []
    floor = _FLOOR * max(scores.values(), default=0.0)
    high = [term for term, score in scores.items() if score >= floor]
    for limit, terms in ((most, high), (min(most, _FEWEST), scores.keys() - high)):
        if len(chosen) >= limit:
            break
        for term in sorted(sorted(terms), key=scores.__getitem__, reverse=True):
            inside = next((i for i, other in enumerate(chosen) if term in other or other in term), None)
            if inside is None:
                chosen.append(term)
            elif len(term) > len(chosen[inside]) and scores[term] >= 0.6 * scores[chosen[inside]]:
                chosen[inside] = term
            if len(chosen) >= limit:
                break
    return tuple(dict.fromkeys(chosen))
