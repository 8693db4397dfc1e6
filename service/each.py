"""Many articles at once, each by itself: what fails leaves its error in its place and stops no other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from model.digest import Digester
    from model.documents import ArticleDigest
    from service.intake import Submission

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Task:
    """An article to digest, and how long its summary may be."""

    sent: Submission
    sentences: int
    max_chars: int | None

    @property
    def lengths(self) -> tuple[int, int | None]:
        """What articles that are digested together have in common."""
        return self.sentences, self.max_chars


def tried(make: Callable[[], R]) -> R | Exception:
    """Return what `make` returns, or the error that it raises."""
    try:
        return make()
    except Exception as error:  # noqa: BLE001 - one article must not end a run of a million; the caller tells it
        return error


def digest_each(
    digester: Digester, tasks: Sequence[Task | Exception], tell: Callable[[Task, ArticleDigest], R]
) -> list[R | Exception]:
    """Return what `tell` makes of each digest; what fails, before, here or there, has its error in its place."""
    good = (task for task in tasks if isinstance(task, Task))
    digests = (each for _, alike in groupby(good, lambda t: t.lengths) for each in _together(digester, list(alike)))
    told: list[R | Exception] = []
    for task in tasks:
        if isinstance(task, Exception):
            told.append(task)
            continue
        digest = next(digests)
        told.append(digest if isinstance(digest, Exception) else tried(partial(tell, task, digest)))
    return told


def _together(digester: Digester, alike: Sequence[Task]) -> Iterator[ArticleDigest | Exception]:
    sentences, max_chars = alike[0].lengths
    digest = partial(digester.articles, sentences=sentences, max_chars=max_chars)
    texts = [(task.sent.body, task.sent.headline) for task in alike]
    done = 0
    try:
        for found in digest(texts):
            done += 1
            yield found
    except Exception:  # noqa: BLE001 - the rest each alone, to see which of them fails, and why
        yield from (tried(partial(next, digest([text]))) for text in texts[done:])
