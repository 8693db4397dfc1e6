"""zhaibian (摘编): a Chinese newspaper page or article in, its themes and key sentences out.

>>> from model import Digester
>>> digest = Digester.load().article("本报讯 昨日，……", "标题")
"""

from model.digest import Digester
from model.documents import Article, ArticleDigest, Byline, PageDigest
from model.errors import BundleError, InputError, ZhaibianError

__all__ = [
    "Article",
    "ArticleDigest",
    "BundleError",
    "Byline",
    "Digester",
    "InputError",
    "PageDigest",
    "ZhaibianError",
]
