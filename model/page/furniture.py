"""The page's own lines: editors, hotlines, numbers, dates, rules. They belong to no article (版面附件)."""

from __future__ import annotations

import re

from model.normalise import HAN, normalise

_YEAR = r"(?:\d{4}|[一二三四五六七八九〇○零]{4})年"
_DATE = _YEAR + r"\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})月\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})日"
_EDITOR = "主编|编辑|责编|校对|版式|美编|组版|审读|编审|总编|编委|排版|照排|检校|监制|统筹"
_DESK = "本版|本期|值班|责任|执行|版面|美术|组版|视觉|文字|图片|新媒体"
_OFFICE = "新闻|报料|投稿|发行|广告|订报|总编室|编辑部|本报|读者|值班|采访|记者"
_CONTACT = "热线|电话|传真|邮箱|邮编|信箱|地址|网址|微信公众号|电子信箱|E-?mail"

# Lines that belong to the paper and never to a report, wherever they stand.
_OWN = re.compile(
    rf"""^\W*(?:
      (?:{_DESK})?(?:责任)?(?:{_EDITOR})[\s:：/丨].{{1,60}}
    | (?:本版|本期|责任|值班)(?:主编|编辑|责编|校对|版式|美编)\s*{HAN}{{2,4}}(?:\s.{{0,40}})?
    | (?:{_OFFICE})(?:{_CONTACT})(?:电话)?[\s:：].{{1,60}}
    | (?:国内统一)?(?:连续出版物号|刊号)\W.{{0,60}} | 邮发代号\W.{{0,40}} | 总?第\s*\d+\s*期.{{0,20}}
    | 今日\s*\d+\s*版.{{0,30}} | (?:下转|上接)第?\s*.{{1,3}}版.{{0,8}} | 零售价?\W.{{0,20}}
    )\W*$|^[-—_=*·•~\s]{{3,}}$|^[|｜丨¦\s]+$""",
    re.VERBOSE,
)
# Lines that are the paper's only at the edge of the page or beside such a line: a report may hold them too.
_EDGE = re.compile(
    rf"""^\W*(?:
      (?:{HAN}{{2,8}}\s+)?{_DATE}\W*(?:星期.|周[一二三四五六日])?\W*(?:农历.{{0,12}})?(?:第?\s*[A-Z]?\d{{1,3}}\s*版?)?(?:\W+{HAN}{{2,6}})?
    | (?:第\s*)?[A-Z]?\d{{1,3}}\s*版?(?:\W+{HAN}{{2,6}}){{0,2}}
    | 第[一二三四五六七八九十]+版\W*{HAN}{{0,6}}
    | (?:联系|咨询)?(?:{_CONTACT})[\s:：].{{1,60}}
    | {HAN}{{0,6}}(?:扫一扫|二维码).{{0,30}} | (?:https?://|www\.)\S+
    | {HAN}{{2,8}}(?:日报|晚报|时报|晨报|周报|报)
    )\W*$""",
    re.VERBOSE,
)
_ADVERTISEMENT = re.compile(r"^\W*(?:公益|分类|商业)?广\s?告\W*$")
LONGEST = 90  # characters of a byline, a note or a line of the paper's; a longer line is text


def is_own(text: str) -> bool:
    """Whether the line is the paper's own wherever it stands; 【编辑：某某】 after a report is that report's."""
    line = normalise(text).strip()
    return 0 < len(line) <= LONGEST and line[0] not in "（(【[" and _OWN.match(line) is not None


def is_edge(text: str) -> bool:
    """Whether the line is the paper's own if it stands at the edge of the page: date, page number, telephone, name."""
    line = normalise(text).strip()
    return 0 < len(line) <= 60 and line[0] not in "（(" and _EDGE.match(line) is not None


def is_advertisement(text: str) -> bool:
    """Whether the line only says that an advertisement stands here."""
    return len(text) <= 12 and _ADVERTISEMENT.match(normalise(text).strip()) is not None
