"""The page room: a newspaper page's text in, its articles out.

A page copied or machine-read from print is torn: columns break sentences, headlines stand inside or after their
bodies, paragraphs are printed twice or in a foreign article. `split_page` reads the lines, labels them, links what
must stand together, finds the best cut into articles over the whole page, and mends each article.
"""

from model.page.parameters import PageModel
from model.page.split import split_page

__all__ = ["PageModel", "split_page"]
