"""Many articles at once in the service and in a run: one that fails does so alone, in its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from service import labelling
from service.app import create_app
from service.each import Task, digest_each
from service.files import Row
from service.intake import Submission
from service.labelling import Options, label_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

    from model.digest import Digester
    from model.documents import ArticleDigest

BODY = (
    "本报讯 昨日，枫林镇开展消防疏散演练，三百余名居民参加。\n"
    "演练模拟三楼厨房起火，居民在网格员引导下五分钟内撤到楼外。\n"
    "镇应急办说，今年还要演练四次，覆盖全部二十七个村。"
)
BAD = "本报讯 这一篇没有人料到，程序在这里出了错。"


class Failing:
    """A digester with a fault: one article brings it down, and with it the group that the article is in."""

    def __init__(self, digester: Digester) -> None:
        self.bundle = digester.bundle
        self._digester = digester

    def articles(self, texts: Iterable[tuple[str, str]], **lengths: Any) -> Iterator[ArticleDigest]:
        """Answer up to the article that fails."""
        for text in texts:
            if text[0] == BAD:
                raise ZeroDivisionError("inside")
            yield from self._digester.articles([text], **lengths)


def task(ident: int, body: str = BODY, sentences: int = 2, max_chars: int | None = None) -> Task:
    return Task(Submission(ident, "", body), sentences, max_chars)


def test_each_is_told_in_its_place(digester: Digester) -> None:
    """Articles with other lengths, what could not be read, what cannot be told: all in order, the rest untouched."""
    unread = ValueError("not read")
    tasks: list[Task | Exception] = [
        task(0),
        task(1, sentences=1),
        unread,
        task(3),
        task(4, max_chars=20),
        task(5),
        task(6),
    ]

    def tell(one: Task, digest: ArticleDigest) -> tuple[object, ArticleDigest]:
        if one.sent.ident == 5:
            raise KeyError(one.sent.ident)
        return one.sent.ident, digest

    found = digest_each(digester, tasks, tell)

    assert found[2] is unread
    assert isinstance(found[5], KeyError)
    for n in (0, 1, 3, 4, 6):
        one = tasks[n]
        assert isinstance(one, Task)
        alone = digester.article(one.sent.body, sentences=one.sentences, max_chars=one.max_chars)
        assert found[n] == (n, alone)


def test_an_article_that_brings_its_group_down_fails_alone(digester: Digester) -> None:
    """The others of the group are digested one by one."""
    tasks = [task(n, BAD if n in {0, 7} else BODY) for n in range(20)]

    found = digest_each(Failing(digester), tasks, lambda one, _: one.sent.ident)  # type: ignore[arg-type]

    assert [n for n, each in enumerate(found) if isinstance(each, ZeroDivisionError)] == [0, 7]
    assert all(each == n for n, each in enumerate(found) if n not in {0, 7})


def test_a_batch_answers_the_others(digester: Digester) -> None:
    """In the place of an article that the program fails on stands a problem, without the program's insides."""
    client = create_app(digester=Failing(digester)).test_client()  # type: ignore[arg-type]
    sent = [{"id": n, "body": BAD if n == 3 else BODY, "sentences": 1 + n % 3} for n in range(12)]

    answer = client.post("/v1/digest/batch", json={"articles": sent}, headers={"X-Request-ID": "r-1"})
    results = json.loads(answer.data)["results"]

    assert answer.status_code == 200
    assert [r["id"] for r in results] == list(range(12))
    assert results[3]["error"]["status"] == 500
    assert "r-1" in results[3]["error"]["detail"]
    assert "inside" not in answer.text
    assert all(len(r["summary"]["sentences"]) == 1 + n % 3 for n, r in enumerate(results) if n != 3)


def test_a_row_that_the_program_fails_on_is_told(digester: Digester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its line goes to the errors with the reason, beside rows that cannot be read; the others are labelled."""
    themes = {t.code: t for t in digester.bundle.manifest.themes}
    monkeypatch.setattr(labelling, "loaded", lambda _: (Failing(digester), themes))
    bodies = {3: BAD, 5: "", 9: "no Chinese in here"}
    rows = [Row("in.jsonl", n + 1, json.dumps({"id": n, "body": bodies.get(n, BODY)}).encode(), 0) for n in range(12)]

    done = label_rows(rows, Options(digester.bundle.manifest.version))

    assert (done.labelled, done.failed) == (9, 3)
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == [n for n in range(12) if n not in bodies]
    errors = [json.loads(line) for line in done.errors.splitlines()]
    assert [(e["id"], e["line"], e["type"]) for e in errors] == [
        (3, 4, "internal"),
        (5, 6, "empty"),
        (9, 10, "not-chinese"),
    ]
    assert "ZeroDivisionError: inside" in errors[0]["reason"]
