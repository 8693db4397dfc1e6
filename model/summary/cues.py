"""The words and signs by which a sentence shows what it does: reports, plans, shows a picture, points back.

Word classes are looked up in the segmented tokens, so that a cue is a word and not a stretch of characters.
"""

from __future__ import annotations

import re

import numpy as np

# By the name of the figure: how many such words count at most, and the words.
_CLASSES: dict[str, tuple[int, str]] = {
    "when": (
        1,
        """近日 日前 昨日 昨天 今日 今天 上午 下午 晚上 当天 当日 凌晨 目前 近期 本周 上周 今年 去年 日内
        连日来 月底 年底 年初 月份""",
    ),
    "deed": (
        2,
        """召开 举行 举办 启动 开展 发布 印发 出台 公布 通报 通过 签约 签订 开工 竣工 投产 投用 建成 完成 实现
        达到 获得 荣获 入选 增长 下降 上升 减少 增加 查处 抓获 破获 判处 侦破 审理 起诉 处罚 责令 整改 检查
        排查 发现 发放 捐赠 改造 新增 开通 成立 揭牌 上线 推出 实施 调查 宣布 决定 要求 部署 救出 解救 治理
        修复 受理 办理 缴费 施行 发生 死亡 受伤""",
    ),
    "plans": (3, "下一步 将于 还将 继续 持续 进一步 不断 今后 未来 推动 加强 提升 确保 努力 力争 全力 切实 扎实"),
}
CUE_MOST = tuple(most for most, _ in _CLASSES.values())
# The class of each word, by its place in `_CLASSES`, from 1; a word has one class only.
CUES = {word: number for number, (_, words) in enumerate(_CLASSES.values(), 1) for word in words.split()}

# Whether a code point is a decimal digit; none stands above this table, whose last entry is none.
DIGIT = np.char.isdecimal(np.arange(0x20000, dtype=np.uint32).view("U1"))
OPENING = re.compile(
    r"(?P<caption>[▲▼■]?(?:上图|下图|左图|右图|图为|图①|图片|图中|资料图|图\d|图[一二三四]))"
    # 他, 该, 此, 据此…: the referent stands in the sentence before. 此外, 此前, 其他 and the like point at nothing.
    r"|(?P<dangling>[他她它](?!山|乡|国)|该|此(?![外前间])|这|那(?!么|曲|达)|其(?![他它余实])"
    r"|据此|对此|为此|因此|上述|前者|后者|如此|[两二三]人|双方|前述)"
)
# What any of these opens with: it spares the search on most sentences.
OPENERS = frozenset("▲▼■上下左右图资他她它该此这那其据对为因前后如两二三双")
ENDED = frozenset("。｡！？!?”…；）』」.")
