"""How much a word weighs as a filing term: which words can be one at all, and which only end one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from model.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_UNKNOWN = "\0"  # stands in no corpus: its weight is that of an unknown term
# A letter that is not Latin: here, an ideograph. `re` compiles a category a thousand times faster than their range.
_HAN = r"[^\W\da-zA-Z_]"
_TERM = re.compile(rf"(?:{_HAN}|·){{2,}}|(?=[\w\-]*[A-Za-z])[A-Za-z0-9][\w\-+.]*")
_NUMERAL = re.compile(
    r"百分之.*|"
    r"[\d.%第零〇一二三四五六七八九十百千万亿两几数多余]+"
    r"(?:[个名家次件条年月日时分秒元吨亩户人起处所场位张台套辆米天岁倍度届期类种项层支只块片号路口旬斤]|美元|公里|平方米|立方米|人次|分钟|小时|公斤|千瓦)?"
    rf"|[上下本今去明昨前后当同每这那该各全某此]{_HAN}|.*[年月日时]|星期.|.*(?:以上|以下|以来|左右|期间|之后|之前)"
)
# How words begin that the segmenter guessed across a border; a guess that no corpus knows is no term then.
_GUESSED_FIRST = frozenset("我你他她它受对从把让是到向就还也更很没每各这那在和与被将为有做比不家")
_GUESSED_INSIDE = frozenset("里上下出进起到过着了的得是")


def words(text: str) -> frozenset[str]:
    """A set written as words with blanks between them."""
    return frozenset(text.split())


# The last word of a place or body takes the word before it along: 云溪 + 社区, 消防 + 大队.
SUFFIXES = words(
    "县 市 区 镇 乡 村 街道 社区 小区 园区 开发区 新区 高新区 景区 水库 公园 广场 工业园 产业园 派出所 大队 "
    "支队 中队 消防站 公司 集团 工厂 车间 法院 检察院 公安局 税务局 管理局 监管局 应急局 司法局 民政局 教育局 "
    "医院 卫生院 中学 小学 学校 大学 幼儿园 学院 协会 商会 合作社 联合会 委员会 居委会 村委会 研究院 研究所 "
    "中心 服务站 服务中心 项目 行动 工程 制度 条例 机制"
)
# Words about any article; a stop list handed in adds to them.
_COMMON = words(
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
        if token not in SUFFIXES and (token in stop_words or not _names_something(token)):
            return 0.0
        weight = look_up(token)
        return 0.0 if weight >= unknown and _guessed(token) and token not in SUFFIXES else weight

    return Memo(weigh).__getitem__


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
