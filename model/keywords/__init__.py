"""Segmented article → the terms an archivist would file it under."""

from model.keywords.terms import keywords
from model.keywords.weights import weigher

__all__ = ["keywords", "weigher"]
