"""What the service counts, in Prometheus' text format.

Under gunicorn each worker writes to a file of its own in `PROMETHEUS_MULTIPROC_DIR` and `/metrics` adds them up;
`prometheus_client` reads that variable when it is imported, so `serve` sets it first.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from model.documents import ArticleDigest

CONTENT_TYPE = CONTENT_TYPE_LATEST
# An article takes about a millisecond, a page ten, a full batch three hundred.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_CHARS = (50, 100, 200, 500, 1000, 2000, 5000, 20000, 100000)


class Metrics:
    """The counters of one application."""

    def __init__(self, version: str) -> None:
        """Start at zero, for the bundle `version`."""
        self._registry = CollectorRegistry()
        r = self._registry
        self._requests = Counter("zhaibian_requests", "Requests answered", ["route", "status"], registry=r)
        self._seconds = Histogram("zhaibian_request_seconds", "Time to answer", ["route"], registry=r, buckets=_SECONDS)
        self._articles = Counter("zhaibian_articles", "Articles digested", ["theme", "decision"], registry=r)
        self._chars = Histogram("zhaibian_article_chars", "Length of articles", registry=r, buckets=_CHARS)
        gauge = Gauge("zhaibian_model", "The bundle that serves", ["version"], registry=r, multiprocess_mode="max")
        gauge.labels(version).set(1)

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def article(self, digest: ArticleDigest) -> None:
        """Count one digested article."""
        self._articles.labels(digest.judgement.theme.code, digest.judgement.decision).inc()
        self._chars.observe(len(digest.article.body))

    def text(self) -> bytes:
        """Return all figures of all workers."""
        registry = self._registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
