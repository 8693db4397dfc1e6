"""Segmented article → the terms an archivist would file it under."""

from model.keywords.terms import keywords, keywords_each
from model.keywords.weights import Columns, columns, weigher

__all__ = ["Columns", "columns", "keywords", "keywords_each", "weigher"]
