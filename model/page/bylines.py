"""Bylines (署名): who wrote, sent and photographed, in all the usual forms of a Chinese newspaper."""

from __future__ import annotations

import re

from model.documents import Byline
from model.normalise import HAN, normalise

_PAPER = (
    r"新华社|中新社|人民日报|中央人民广播电台|中国国际广播电台"
    rf"|{HAN}{{2,6}}(?:日报|晚报|时报|晨报|商报|都市报|融媒体中心|融媒|客户端)"
)
_RANK = r"全媒体|融媒体|首席|见习|实习|特派|特约|资深|主任|摄影|文字|视频|本报|驻站|高级"
_REPORTER = rf"(?:(?:本报|本台|本网|本刊)(?:{HAN}{{0,4}}报道组)?)?(?:驻{HAN}{{2,8}}?)?(?:{_PAPER})?(?:{_RANK})*[记記]者"
_CORRESPONDENT = r"(?:特约|本报|实习|全媒体)*(?:通[讯訊][员員]|通信员)"
_PHOTO = rf"[摄攝]影[报報]道|[摄攝]影|摄制|图片|供图|拍摄|摄(?!{HAN})|(?<!{HAN})图(?!{HAN})"
_BOTH = rf"(?<!{HAN})(?:文\s*[/／、·|]?\s*[图摄]影?|[图摄]\s*[/／、·|]?\s*文)(?:报道)?(?!{HAN})"
_OTHER = rf"实习生|记录人|(?:整理|作者|文字|撰文|撰稿|采写|文)(?!{HAN})"
_ROLE = re.compile(
    rf"(?P<both>{_BOTH})|(?P<reporter>{_REPORTER})|(?P<correspondent>{_CORRESPONDENT})"
    rf"|(?P<photo>{_PHOTO})|(?P<writer>(?<=[/／])文(?!{HAN}))|(?P<other>{_OTHER})"
)
_OPENING = re.compile(r"^[\s■□●○◆◇▲△★☆▌◎►▶*·◼◾▪•※/|丨【\[(（-]+")
_CLOSING = re.compile(r"[\s】\]）)/|丨·报道]+$")
_SEPARATOR = re.compile(r"[\s、，,/／:：;；|丨（）()【】\[\]]+")
_NAME = re.compile(rf"^{HAN}{{2,4}}$|^{HAN}{{1,8}}·(?:{HAN}|·){{1,10}}$")
_SENTENCE = re.compile(r"[。！？!?；;“”]")
_CREDIT_END = re.compile(r"(?:摄影报道|摄影|摄|[\s/／]图)$")
_WROTE = re.compile(rf"{_BOTH}|[/／]文")
_AFTER = frozenset(("photo", "both", "writer"))
_GIVEN = re.compile(rf"^(?:图片|照片|图|摄影)?(?:由|来自|来源)?(?:{HAN}|[\s:：]){{2,20}}(?:供图|绘图|制图)$")
_BRACKET = re.compile(r"^[（(](.{2,40})[）)]$")
_BRACKETED = re.compile(r"(?:提供|供图|资料图片?|资料照片|传真照片|图片新闻|社发.{0,8}|照片)$")
# Texts, which `re` compiles and keeps at the first article that has no byline of its own: most pages have none such.
_INLINE = (
    rf"^\s*(?:本报|本台|本网|新华社|据新华社|中新[社网])[^（(。，,]{{0,16}}"
    rf"[（(]((?:{_REPORTER}|{_CORRESPONDENT})[^（）()]{{2,40}})[）)]"
)
_TAIL = rf"[（(]((?:{_REPORTER}|{_CORRESPONDENT}|{_BOTH}|{_PHOTO}|文)[^（）()。]{{2,40}})[）)]\s*$"
_TAIL_PHOTO = r"[（(]([^（）()。]{2,30}摄(?:影报道)?)[）)]\s*$"
_REPORTED = (
    rf"^\s*本报[^，。,（(]{{0,14}}(?:讯|电)\s*((?:{_REPORTER}|{_CORRESPONDENT})(?:{HAN}|[、\s]){{2,30}}?)报道[:：]"
)


def is_byline(text: str) -> bool:
    """Whether the line is nothing but role words and names; a photo credit that names 摄影 first counts too."""
    line = normalise(text).strip()
    if not 3 <= len(line) <= 80 or _SENTENCE.search(line):
        return False
    roles = list(_ROLE.finditer(_strip(line)))
    strong = any(m["reporter"] or m["correspondent"] or m["both"] or m["writer"] for m in roles)
    if not strong and not (_OPENING.match(line) and roles):
        return False
    names, strange = _pieces(line)
    return bool(names) and strange <= (1 if _OPENING.match(line) else 0)


def is_credit(text: str) -> bool:
    """Whether the line is a photo credit alone: （新华社记者某某摄）, 某某 摄, （资料图片）."""
    line = normalise(text).strip()
    if not 2 <= len(line) <= 40 or _SENTENCE.search(line):
        return False
    bracket = _BRACKET.match(line)
    inner = bracket[1] if bracket else line
    if _GIVEN.match(inner) or (bracket and _BRACKETED.search(inner)):
        return True
    if not _CREDIT_END.search(inner) or _WROTE.search(inner):
        return False
    names, strange = _pieces(inner)
    return bool(names) and not strange


def _strip(line: str) -> str:
    return _CLOSING.sub("", _OPENING.sub("", line))


def _join_spaced(text: str) -> str:
    # 李 刚 → 李刚: two single characters between wider spaces are one name.
    return re.sub(rf"(?<!{HAN})({HAN}) +({HAN})(?!{HAN})", r"\1\2", text)


def _names(stretch: str, *, after_role: bool) -> tuple[list[str], int]:
    """The names in a stretch between role words, and how many tokens are no name.

    A name that follows its role without a space must begin with a surname: 记者了解到 names nobody.
    """
    names, strange = [], 0
    glued = after_role and bool(stretch) and _SEPARATOR.match(stretch) is None
    for k, token in enumerate(filter(None, _SEPARATOR.split(stretch))):
        bare = (glued and k == 0) or not after_role
        if _NAME.match(token) and (not bare or token[0] in SURNAMES or token[:2] in _COMPOUND or "·" in token):
            names.append(token)
        else:
            strange += 1
    return names, strange


def _pieces(line: str) -> tuple[list[tuple[str, set[str]]], int]:
    """The names with their roles, and how many stretches are neither role nor name."""
    text = _strip(_join_spaced(line))
    people: list[tuple[str, set[str]]] = []
    strange, roles, at, pending = 0, set[str](), 0, False
    for role in [*_ROLE.finditer(text), None]:
        stretch = text[at : role.start() if role else len(text)]
        names, odd = _names(stretch, after_role=at > 0)
        group = [(name, set(roles)) for name in names]
        people, strange = people + group, strange + odd
        if role is None:
            break
        kind = role.lastgroup or "other"
        last = role.end() == len(text)
        if kind in _AFTER and group and (last or text[role.start() - 1] in "/／"):
            # 甲 文/图, 甲/文 乙/图: the role stands after its names.
            for _, given in people if kind == "both" else group:
                given.add("reporter" if kind == "writer" else kind)
        elif kind in ("photo", "both") and not stretch.strip() and (not people or pending):
            roles, pending = {kind}, True  # ■摄影 记者 甲: the people named next took the picture too
        elif kind != "other":
            roles = {kind} | ({"photo", "both"} & roles if pending else set())
        at = role.end()
    return people, strange


def parse_byline(text: str) -> Byline:
    """The roles in a byline or credit line.

    `■摄影 记者 甲 通讯员 乙`: both stand under their role and under photographers. `甲 文/图`: reporter and
    photographer. Names without any role word count as reporters.
    """
    line = normalise(text).strip()
    credit = is_credit(line) and not any(role in line for role in ("记者", "通讯员"))
    names, _ = _pieces(line)
    reporters, correspondents, photographers = [], [], []
    for name, roles in names:
        photo = bool(roles & {"photo", "both"})
        if "correspondent" in roles:
            correspondents.append(name)
        elif "reporter" in roles or "both" in roles or (not photo and not credit):
            reporters.append(name)
        if photo or credit:
            photographers.append(name)
    return Byline(_unique(reporters), _unique(correspondents), _unique(photographers))


def inline_byline(first: str, last: str) -> Byline:
    """A byline inside the text: 本报讯（记者 甲 通讯员 乙）, 本报讯记者甲报道：, （记者 甲） at the end."""
    for pattern, text in ((_INLINE, first), (_REPORTED, first), (_TAIL, last), (_TAIL_PHOTO, last)):
        found = re.search(pattern, normalise(text))
        if found:
            return parse_byline(found[1])
    return Byline()


def merge_bylines(parts: list[Byline]) -> Byline:
    """All names of several byline lines, each once per role."""
    return Byline(
        _unique([n for p in parts for n in p.reporters]),
        _unique([n for p in parts for n in p.correspondents]),
        _unique([n for p in parts for n in p.photographers]),
    )


def _unique(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


_COMPOUND = frozenset(("欧阳", "司马", "上官", "诸葛", "尉迟", "皇甫", "东方", "慕容", "令狐", "端木", "公孙", "长孙"))
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊"
    "金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文欧庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢骆岳齐"
    "梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿"
    "戚丘古米池滕晋苑邬臧畅宫苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩井练仲乐虞卞封竺冼原官衣楚佟"
    "栗匡宗应台巫僧桑荆银扬明沙伏岑习胥保和蔺"
)
