"""The names of people: a surname and what the segmenter cut off behind it, where somebody speaks or reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from model.keywords.weights import words

if TYPE_CHECKING:
    from collections.abc import Sequence

_HAN_WORD = re.compile(r"(?:[^\W\da-zA-Z_]|·)+")  # ideographs: letters that are not Latin
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦昌马苗凤方"
    "俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵汪祁毛狄米贝明"
    "臧计成戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季强贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房"
    "缪丁邓郁单洪包诸左石崔吉龚程嵇邢裴陆荣翁荀羊惠甄曲封储靳焦牧谷车侯班仰仲宫宁仇栾祖武符刘景詹龙叶司黎薄印"
    "白蒲从鄂索赖卓蔺屠蒙池乔胥苍闻党翟谭劳申冉雍桑桂牛寿通边燕冀浦尚农温庄晏柴瞿阎充慕连习艾容向古易慎戈廖步"
    "耿满匡文寇广东欧师巩聂敖冷辛那简饶曾丰关游权"
)
REPORTERS = words("记者 通讯员 实习生 摄影")
_AFTER_REPORTER = words("） ) 、 通讯员 记者 摄 报道 文")
SPEECH = words("说 表示 介绍 告诉 称 认为 指出 强调 坦言 、")


def joined_people(tokens: Sequence[str]) -> Sequence[str]:
    """Join a surname and the one or two single characters after it where a title or a verb of speech follows."""
    out: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token in REPORTERS:  # 记者 温岚 通讯员 费舟: who wrote it is not what it is about
            while at + 1 < len(tokens) and tokens[at + 1].isspace():
                at += 1
            if at + 2 < len(tokens) and (tokens[at + 2].isspace() or tokens[at + 2] in _AFTER_REPORTER):
                at += 1
        elif token in SURNAMES and len(token) == 1:
            end = at + 1
            while end < len(tokens) and end - at < 3 and len(tokens[end]) == 1 and _HAN_WORD.fullmatch(tokens[end]):
                end += 1
            after = tokens[end] if end < len(tokens) else ""
            if end > at + 1 and after in SPEECH:
                out.append("".join(tokens[at:end]))
                at = end
                continue
        out.append(token)
        at += 1
    return out
