"""What of a sentence may be printed, without dateline, lead marker and editor's tail; clauses that stand alone; length.

All offsets are into `Sentence.text`; `place` turns them into offsets of the body.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from model.normalise import HAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model.documents import Sentence

_NAME = rf"(?:{HAN}|·){{2,4}}"
_PEOPLE = rf"(?:{_NAME}(?:[、 \u3000]+{_NAME})*)"
_ROLES = r"(?:(?:本报|本网|本刊|特约|见习|实习|首席|全媒体|融媒体?|驻站)*(?:记者|通讯员|实习生|编辑|特派员))"
_SOURCE = r"(?:据?(?:本报|本刊|本网|本台|本社|[^\W\d_]{2,6}(?:社|网|报|台|客户端|新闻|在线)))"
_DAY = r"(?:(?:\d{4}年)?(?:[\d一二三四五六七八九十元]{1,3}月)?[\d一二三四五六七八九十]{1,3}日)"
# 新华社北京10月15日电（记者…）, 财联社6月11日讯, 本报讯, 央视网消息：, 10月15日电, 记者 张三 通讯员 李四 …
_MARKERS = re.compile(
    rf"[\s■□●○◆◇★▲]*(?:"
    rf"[（(【\[]?(?:{_SOURCE}(?:{HAN}|[·、/ ]){{0,12}}?{_DAY}(?:专|综合)?(?:电|讯|消息)|{_DAY}(?:专|综合)?电"
    rf"|{_SOURCE}(?:综合)?(?:讯|消息|专电)(?=[\s：:，（(】]|{HAN})|综合消息)[】\]）)]?题?"
    rf"|[（(【\[](?:{_ROLES}|{_SOURCE}|文|图|编辑)[^）)】\]。]{{0,40}}[）)】\]]"
    rf"|{_ROLES}[：: \u3000]?{_PEOPLE}(?:[、 \u3000]+{_ROLES}[：: \u3000]?{_PEOPLE})*"
    rf"(?:摄影报道|报道|文/图|摄)?(?=[\s：:])"
    rf"|(?:新华社|本报|特约|本网)?记者[^，。：:“]{{2,24}}报道[：:]"
    rf"|(?:转自|来源|原标题)[：:][^，。\s]{{2,20}}\s+"
    rf")[\s：:，,]*"
)
_DATELINE = re.compile(rf"(?:{_SOURCE}|^)((?:{HAN}|[·、/ ]){{0,12}}?{_DAY})(?:专|综合)?(?:电|讯|消息)")
# Only where one of these stands near the start can a marker be: it spares the search on all other sentences.
_LEADS = frozenset("■□●○◆◇★▲（(【[")
_MARK = re.compile("讯|电|消息|记者|报道|编辑|实习生|特派员|来源|转自|原标题")
_NEAR = 43
_TAIL = re.compile(
    r"[\s]*(?:[（(【\[](?:完|未完待续|责编|责任编辑|编辑|记者|本报|通讯员|新华社|作者|来源|资料|图/|文/|央视|总台|"
    rf"(?:{HAN}|[·、 /]){{2,20}}(?:摄|供图|整理|采写|报道|供稿)(?=[）)】\]]))[^）)】\]]{{0,40}}[）)】\]]"
    r"|责任编辑[：:].{0,20}|编辑[：:|].{0,20})\s*$"
)
_CLOSERS = frozenset("）)】]")
_EDITED = "编辑"
_MOST_MARKERS = 4

_PAIRS = (("“", "”"), ("（", "）"), ("《", "》"), ("「", "」"), ("(", ")"), ("『", "』"), ("【", "】"))

_PAIRED = re.compile('[“”（）《》「」()『』【】"]')
_UNIT = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)*%?|\S")
_BREAK = re.compile(r"[，；]")
_SHORTEST_CLAUSE = 10
# A clause that opens so only leads up to what follows, and one that is followed so is not yet over.
_LEADS_UP = re.compile(r"(?:在|据|经|通过|截至|当|对于?|从|自|按照?|根据|围绕|聚焦|以|将|把|被|与|和|其中)")
# Why, though, if: such a clause waits for the next whatever it holds.
_WAITS = re.compile(r"(?:因|由于|随着|如果|若|虽然|尽管|只要|只有|无论|不管|为了?|针对|面对|作为|除)")
_NOT_OVER = re.compile(r"(?:的|地|得|等|和|与|及|以及|并非|而不|但|却|则|就|才|还|也|使|让|令|导致|造成|称|说|表示)")
_OPEN_END = re.compile(
    r"(?:说|称|表示|指出|强调|认为|要求|介绍|获悉|了解到|透露|提出|显示|发现|通报|公布|宣布|[来后前时中]|之际|期间|情况)$"
)
_VERB = re.compile(
    r"召开|举行|举办|启动|开展|发布|印发|出台|公布|通报|通过|签约|签订|开工|竣工|投产|投用|建成|完成|实现|达|获|入选|增长|下降|上升|减少|增加|查处|抓获|破获|判处|审理|"
    r"起诉|处罚|责令|发放|捐赠|改造|新增|开通|成立|揭牌|上线|推出|实施|宣布|决定|部署|救出|治理|修复|受理|施行|发生|死亡|受伤|落户|开业|开班|开幕|闭幕|落成|确认|救下|达成|是|将"
)


def printable_part(text: str, *, opens_paragraph: bool = True) -> tuple[int, int]:
    """The stretch `[start, end)` of a sentence that is left when dateline, lead marker and editor's tail are taken off.

    Markers are looked for where paragraphs begin only. What would leave nothing is left as it is.
    """
    start, end = 0, len(text)
    if opens_paragraph and _marked(text):
        for _ in range(_MOST_MARKERS):
            match = _MARKERS.match(text, start)
            if match is None or match.end() == start or match.end() >= end:
                break
            start = match.end()
    if _tailed(text):
        for _ in range(_MOST_MARKERS):
            tail = _TAIL.search(text, max(start, end - 60), end)
            if tail is None or tail.start() <= start:
                break
            end = tail.start()
    return start, end


def printable_parts(texts: Sequence[str], opens_paragraph: Sequence[bool]) -> list[tuple[int, int]]:
    """`printable_part` of each sentence: most neither open a paragraph nor end like a tail, and are printed whole."""
    return [
        printable_part(text, opens_paragraph=opens)
        if (opens and _marked(text)) or text[-1:] in _CLOSERS or _EDITED in text
        else (0, len(text))
        for text, opens in zip(texts, opens_paragraph, strict=True)
    ]


def _marked(text: str) -> bool:
    return text[:1] in _LEADS or _MARK.search(text, 0, _NEAR) is not None


def _tailed(text: str) -> bool:
    return text[-1:] in _CLOSERS or _EDITED in text[-20:]


def opening(text: str) -> tuple[str, str]:
    """Lead marker and dateline (电头) of a report's first sentence, both as they stand there; blank where it has none.

    `新华社北京10月15日电（记者 …）` opens with itself, and its dateline is `北京10月15日`.
    """
    start, _ = printable_part(text)
    marker = text[:start].strip(" \u3000：:，,")
    found = _DATELINE.search(marker)
    return marker, found.group(1) if found else ""


def balanced(text: str) -> bool:
    """Whether quotation marks, brackets and book-title marks pair up."""
    if _PAIRED.search(text) is None:
        return True
    for opens, closes in _PAIRS:
        if text.count(opens) != text.count(closes):
            return False
    return text.count('"') % 2 == 0


def reader_length(text: str) -> int:
    """Length as a reader of Chinese counts it: a Han character or a sign is one, a Latin word or number half its width.

    So it is never below the number of Han characters, and near the room that the text takes on a line.
    """
    return sum((len(unit) + 1) // 2 for unit in _UNIT.findall(text))


def clause(text: str, longest: int) -> tuple[int, int] | None:
    """The longest beginning of a sentence, up to a comma or semicolon, that stands alone and is at most `longest` long.

    None when there is none: an opening that only leads up to the rest (随着…, 据…), an open quotation, a beginning
    without a verb, or one that the next words carry on.
    """
    best: tuple[int, int] | None = None
    for match in _BREAK.finditer(text):
        piece = text[: match.start()]
        if reader_length(piece) > longest:
            break
        last = piece[max(piece.rfind("，"), piece.rfind("；")) + 1 :]
        if (
            len(piece) >= _SHORTEST_CLAUSE
            and balanced(piece)
            and _VERB.search(last)
            and not _WAITS.match(last)
            and not (_LEADS_UP.match(last) and not _VERB.search(last, 4))
            and not _OPEN_END.search(last)
            and not _NOT_OVER.match(text, match.end())
        ):
            best = (0, match.start())
    return best


def place(sentence: Sentence, body: str, start: int, end: int) -> tuple[int, int]:
    """Offsets in `body` of `sentence.text[start:end]`, which neither begins nor ends with white space.

    A sentence's text lacks the wraps of its stretch of the body, so the characters that are no blanks are counted.
    """
    text = sentence.text
    if len(text) == sentence.end - sentence.start:
        return sentence.start + start, sentence.start + end
    before = sum(not c.isspace() for c in text[:start])
    within = sum(not c.isspace() for c in text[start:end])
    places = [at for at in range(sentence.start, sentence.end) if not body[at].isspace()][before : before + within]
    return places[0], places[-1] + 1
