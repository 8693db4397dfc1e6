"""Segmented article → the five to eight terms (关键词) an archivist would file it under.

Weighting is tf·idf (Spärck Jones 1972) with what stands in the headline and in the lead counted more. Terms are kept
whole by statistics and by form: neighbouring words that keep each other's company through the article are one term (the
repetition test of Chien's PAT-tree keyword extraction, SIGIR 1997), and so are short quoted names, titles in 《》, and
words that end as places and bodies do.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence

    from model.documents import SegmentedArticle

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
# Words whose weight is remembered from article to article: most words of an article are common ones.
_REMEMBERED = 1 << 14
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
_NEAR_PEOPLE = _REPORTERS | _SPEECH
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

    @lru_cache(_REMEMBERED)
    def weigh(token: str) -> float:
        if token not in _SUFFIXES and (token in stop_words or not _names_something(token)):
            return 0.0
        weight = look_up(token)
        return 0.0 if weight >= unknown and _guessed(token) and token not in _SUFFIXES else weight

    return weigh


def keywords(article: SegmentedArticle, weigh: Callable[[str], float], *, most: int = _MOST) -> tuple[str, ...]:
    """The `most` weightiest terms, best first; fewer where the text holds fewer.

    Args:
        article: the segmented article; furniture is left out.
        weigh: what `weigher` made.
        most: how many terms at most.
    """
    read = [s for s in article.sentences if not s.furniture][:_SENTENCES_READ]
    texts = [_people(tokens) for tokens in (article.headline_tokens, *(s.tokens for s in read))]
    words = frozenset(chain.from_iterable(texts))
    rarity = {t: weight for t in words if (len(t) > 1 or t in _SUFFIXES) and (weight := weigh(t))}
    headline, lead, rest = (_runs(tokens, rarity) for tokens in (texts[:1], texts[1:2], texts[2:]))
    joined = _joined(headline + lead + rest)
    wholes: dict[str, list[str]] = {}
    headline_terms, lead_terms, rest_terms = (_terms(runs, joined, wholes) for runs in (headline, lead, rest))
    counts: dict[str, float] = dict(Counter(chain(headline_terms, lead_terms, rest_terms)))
    for terms, more in ((headline_terms, _HEADLINE - 1), (lead_terms, _LEAD)):
        for term in terms:
            counts[term] += more
    for term, parts in wholes.items():
        rarity[term] = max(map(weigh, parts)) * (1.0 + _JOINED * (len(parts) - 1))
    rarest = max(map(rarity.__getitem__, counts), default=1.0)
    scores = {t: n * rarity[t] * (_ONCE if n == 1 else 1.0) for t, n in counts.items()}
    for name, count in _names(article, [s.text for s in read]).items():
        inside = max((score for term, score in scores.items() if term in name), default=0.0)
        scores[name] = max(count * rarest, _WHOLE * inside)
    return _pick(scores, most)


def _looker(idf: Mapping[str, float]) -> Callable[[str], float]:
    rarest = max(idf.values(), default=1.0)
    return lambda term: idf.get(term, rarest)


def _runs(texts: Iterable[Sequence[str]], usable: Container[str]) -> list[list[str]]:
    """Runs of neighbouring words that may stand in a term; stop words, signs, numbers and sentence ends part them."""
    runs: list[list[str]] = []
    for tokens in texts:
        run: list[str] = []
        for token in tokens:
            if token in usable:
                run.append(token)
            elif run:
                runs.append(run)
                run = []
        if run:
            runs.append(run)
    return runs


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
    if _NEAR_PEOPLE.isdisjoint(tokens):
        return tokens
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


def _joined(runs: list[list[str]]) -> frozenset[tuple[str, str]]:
    """Pairs of neighbours that belong together: seen twice, and two in three times that the rarer one is seen."""
    pairs = Counter(chain.from_iterable(map(pairwise, runs)))
    single = Counter(chain.from_iterable(runs))
    return frozenset(
        pair
        for pair, count in pairs.items()
        if pair[1] in _SUFFIXES or (count > 1 and 3 * count >= 2 * min(single[pair[0]], single[pair[1]]))
    )


def _terms(runs: list[list[str]], joined: frozenset[tuple[str, str]], wholes: dict[str, list[str]]) -> list[str]:
    """The terms that runs of words make; what terms of several words are made of goes into `wholes`."""
    terms: list[str] = []
    for run in runs:
        if len(run) == 1 or joined.isdisjoint(pairwise(run)):
            terms += run[1:] if run[0] in _SUFFIXES else run
            continue
        parts = run[:1]
        for word in (*run[1:], ""):
            if (parts[-1], word) in joined and sum(map(len, parts)) + len(word) <= _LONGEST:
                parts.append(word)
                continue
            whole = "".join(parts)
            if len(parts) > 1:
                wholes[whole] = parts
            if len(parts) > 1 or whole not in _SUFFIXES:
                terms.append(whole)
            parts = [word]
    return terms


def _names(article: SegmentedArticle, texts: list[str]) -> dict[str, int]:
    """Quoted names and titles that come back, or that the headline gives, and how often they stand there."""
    headline = article.article.headline
    found = Counter(a or b for a, b in _NAMED.findall("\n".join((headline, *texts))))
    return {name: count for name, count in found.items() if count > 1 or name in headline}


def _pick(scores: dict[str, float], most: int) -> tuple[str, ...]:
    """The best terms; of two that contain one another only the better, the longer one where they are close."""
    chosen: list[str] = []
    ranked = sorted(sorted(scores), key=scores.__getitem__, reverse=True)
    for term in ranked:
        score = scores[term]
        if len(chosen) >= most or (len(chosen) >= _FEWEST and score < _FLOOR * scores[ranked[0]]):
            break
        inside = next((i for i, other in enumerate(chosen) if term in other or other in term), None)
        if inside is None:
            chosen.append(term)
        elif len(term) > len(chosen[inside]) and score >= 0.6 * scores[chosen[inside]]:
            chosen[inside] = term
    return tuple(dict.fromkeys(chosen))
