"""zhaibian (摘编): a Chinese newspaper page or article in, its themes and key sentences out.

>>> from model import Digester
>>> digest = Digester.load().article("本报讯 昨日，……", "标题")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from model.errors import BundleError, InputError, ZhaibianError

if TYPE_CHECKING:
    from model.digest import Digester
    from model.documents import Article, ArticleDigest, Byline, PageDigest

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


def __getattr__(name: str) -> Any:
    """Import numpy and the dictionary with the digester, when it is asked for: `zhaibian --help` needs neither."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("model.digest" if name == "Digester" else "model.documents"), name)
