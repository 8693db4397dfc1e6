"""Is a line furniture? What a page or site prints about an article, not in it: credits, navigation, contacts, dates.

A leaf module: summaries skip such lines, and theme scoring may leave their words out. The patterns name kinds of lines
that newspapers, government sites and portals share; they were drawn up on the short lines of the unlabelled pool.
"""

from __future__ import annotations

import re

from model.normalise import HAN

# Lines that begin with such a label and a separator: 来源：…, 责编 | …, 监制丨…
_LABELS = (
    "文章来源|信息来源|新闻来源|资料来源|数据来源|图片来源|稿件来源|本文来源|素材来源|来源|稿源|转自|摘自|原标题|原载|作者单位|作者|撰文|撰稿|"
    "文字|图片|图源|供图|供稿|配图|资料图片|资料图|图片说明|摄影|摄制|绘图|制图|漫画|视觉|美编|版式设计|设计|"
    "剪辑|编导|导演|配音|录音|主播|音频|视频|"
    "责任编辑|值班编辑|责编|编辑|编审|编辑部|主编|审核|审校|校对|校检|终审|初审|复审|签发|总监制|监制|总策划|策划|统筹|出品|制作|文案|编译|整理|"
    "发布时间|发布日期|发表时间|发表日期|更新时间|发文日期|成文日期|日期|时间|字号|字体|浏览次数|浏览量|浏览|点击次数|点击数|点击率|点击|阅读次数|阅读量|"
    "阅读数|阅读|评论|人气|访问量|上一篇|下一篇|上一条|下一条|相关新闻|相关链接|相关阅读|延伸阅读|热点新闻|推荐阅读|专题|标签|关键词|关键字|"
    "索引号|信息分类|主题分类|发布机构|公开方式|公开日期|文号|发文机关|发文字号|有效性|"
    "联系人|联系电话|联系方式|咨询电话|举报电话|监督电话|报名电话|服务热线|新闻热线|热线|电话|手机|传真|电子邮箱|电子邮件|投稿邮箱|邮箱|"
    "地址|通讯地址|通信地址|办公地址|邮编|邮政编码|网址|网站|链接|微信|微信号|微博|QQ|Q Q|"
    "E-?mail|Tel|Fax|主办单位|主办|承办单位|承办|协办单位|"
    "附件|附|注|抄送|当前位置|现在位置|您的位置|位置|通讯员|记者"
)
_LABELLED = re.compile(rf"[【\[（(■□●◆▲※*\s]*(?:{_LABELS})[\s\d]{{0,4}}[：:|丨│｜/／]", re.IGNORECASE)
# Words that stand nowhere but in furniture. Each begins with a plain character: then `re` jumps from one to the next.
_TELLTALE = re.compile(
    r"现在的?位置[：:是]|当前的?位置[：:是]|所在的?位置[：:是]|浏览次数|点击次数|阅读次数|点击数[：:]|发布时间[：:]|发布日期[：:]|上一篇[：:]|下一篇[：:]|责任编辑|版权所有|"
    r"ICP备|ICP证|公网安备|Copyright|copyright|All [Rr]ights|all [Rr]ights|"
    r"打印本[页文]|关闭(?:窗口|本页)|字[体号][：:]|【大 ?中 ?小|\[大 ?中 ?小|"
    r"分享到|扫一扫|扫描二维码|"
    r"长按.{0,8}二维码|客户端下载|免责声明|版权声明|未经.{0,6}授权|不得转载|转载请注明|禁止转载|投稿邮箱|新闻热线|点击进入|点击查看|点击图片|"
    r"加载中|javascript|document\.|网站地图|设为首页|加入收藏|返回(?:首页|顶部|列表)|尽在新浪|责编[：:]|【编辑[：:]|（附?图片\d*张?[）)]|\(附?图片\d*张?[）)]"
)
_CREDIT = re.compile(
    r"[（(【\[《](?=[^）)】\]]{0,60}[）)】\]》][\s\d版（）()第年月日]*$)"
    r"(?:完|未完|下转|上接|责编|责任编辑|编辑|记者|本报|本刊|通讯员|新华社|中新|作者|来源|据|图|文|央视|总台|原标题|人民日报|摘编|资料|"
    rf"[^）)】\]，。]{{0,30}}(?:摄|供图|供稿|整理|采写|报道|绘|专电|日电)[）)】\]]|(?:{HAN}|[·、\s]){{2,12}}[）)])"
)
_BYLINE = re.compile(
    r"[■□●○◆◇★▲\s]*(?:本报|本刊|本网|特约|见习|实习|首席|新华社|文[/／]图?)?\s*"
    r"(?:(?:全媒体|融媒体?|驻站)?(?:记者|通讯员)|评论员|实习生|摄影报道|文[/／]图)\s*[：:|丨]?"
    rf"(?:{HAN}|[·、/\s]){{0,24}}(?:摄|文[/／]图|摄影报道|报道)?$"
)
_CAPTION_TAIL = re.compile(rf"(?:(?:{HAN}|[·、/\s]){{2,12}}|供图|作者|记者)[\s/]*(?:摄|供图|/?漫画|绘|图)[）)]?$")
_CAPTION_ENDS = "摄图画绘）)"
_DATE_ONLY = re.compile(r"[（(【\[《]?[\s\d年月日时分秒版第〇○一二三四五六七八九十:：./\-－—星期上下午]+[）)】\]》]?$")
_CRUMBS = re.compile(r">>|＞＞|»|\S\s*[>＞]\s*\S+\s*[>＞]")
_CRUMB_MARKS = frozenset(">＞»")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.\-]+@[\w.\-]+")
_LINKS = re.compile(r"[@/.]")  # a fast look: every address has one
_LETTER = re.compile(HAN)
# An unterminated line longer than this, or a terminated sentence longer than that, says something of its own.
_LONG_LINE = 120
_LONG_SENTENCE = 40
_SHORT_LINE = 60
_TERMINATORS = "。！？!?…；”"


def furniture(line: str) -> bool:
    """Whether a line, or a sentence that stands alone, belongs to the page and not to the report.

    True for credits, labels (来源：…), breadcrumbs, dates, addresses, contacts, rights notices and number rows. False
    for headings: they belong to the article, though no summary prints them. `line` is normalised, without line breaks.
    """
    ended = line[-1:] in _TERMINATORS
    if len(line) > (_LONG_SENTENCE if ended else _LONG_LINE):
        return False
    line = line.strip()
    if _looks_so(line):
        return True
    return not ended and len(line) <= _SHORT_LINE and _empty_of_words(line)


def _looks_so(line: str) -> bool:
    return bool(
        not line
        or _TELLTALE.search(line)
        or (line[-1] not in "？?！!" and _LABELLED.match(line))
        or _CREDIT.match(line)
        or _BYLINE.match(line)
    )


def _empty_of_words(line: str) -> bool:
    if _DATE_ONLY.match(line) or (line[-1] in _CAPTION_ENDS and _CAPTION_TAIL.search(line)):
        return True
    if not _CRUMB_MARKS.isdisjoint(line) and _CRUMBS.search(line):
        return True
    words = len(_LETTER.findall(_ADDRESS.sub("", line) if _LINKS.search(line) else line))
    return words < 2 or 4 * words < len(line.replace(" ", ""))  # number rows, addresses
