"""The REST service on its production server, as a CMS meets it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from model.digest import Digester
from service import api
from service.app import create_app
from service.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = (
    "本报讯 昨日，枫林镇开展消防疏散演练，三百余名居民参加。"
    "演练模拟三楼厨房起火，居民在网格员引导下五分钟内全部撤到楼外。\n"
    "镇应急消防管理站负责人说，今年还将走进八个小区，重点检查楼道堆物和电动车飞线充电。"
)
PAGE = (
    f"枫林镇开展消防疏散演练\n\n■记者 甲乙 通讯员 丙丁\n\n{BODY}\n\n"
    "社区食堂开张迎客\n\n■记者 甲乙\n\n"
    "本报讯 昨日，桂花社区食堂开张，六十岁以上老人打九折，行动不便的由志愿者送餐上门。\n"
)
LIMIT = 300_000


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.raw)


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[str]

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send a request; a body that is not bytes goes as JSON."""
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} if raw is not None else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with suppress(BrokenPipeError, ConnectionResetError):  # a refusal may come before the whole body is sent
            connection.request(method, path, raw, sent | {k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        return answer


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@contextmanager
def serving(*args: str, **settings: str) -> Iterator[Server]:
    """Run `zhaibian serve` until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port), *args]
    env = os.environ | {f"ZHAIBIAN_{k.upper()}": v for k, v in settings.items()}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=env)
    server = Server(port, process)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                server.call("GET", "/healthz")
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Two workers under gunicorn."""
    with serving("--workers", "2", max_body_bytes=str(LIMIT), batch_limit="4") as running:
        yield running


@pytest.fixture(scope="session")
def digester() -> Digester:
    """The live bundle."""
    return Digester.load()


def test_an_article_is_digested(server: Server, digester: Digester) -> None:
    """All of the contract's fields, the sentences verbatim at their offsets, the id and the version."""
    answer = server.call("POST", "/v1/digest", {"id": "a1", "headline": "枫林镇开展消防演练", "body": BODY})

    told = answer.json
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert "安全" in answer.raw.decode()
    assert told["id"] == "a1"
    assert told["theme"]["code"] == told["themes"][0]["code"]
    assert sum(t["probability"] for t in told["themes"]) == pytest.approx(1)
    assert len(told["summary"]["sentences"]) == 2
    assert all(BODY[s["start"] : s["end"]] == s["text"] for s in told["summary"]["sentences"])
    assert all(e["start"] == e["end"] == 0 or e["term"] in BODY[e["start"] : e["end"]] for e in told["because"])
    assert told["model"] == answer.headers["x-model-version"] == digester.bundle.manifest.version
    assert "body" not in told


def test_other_names_and_bounds_are_understood(server: Server) -> None:
    """`title` and `text` are `headline` and `body`; `sentences` and `max_chars` bound the summary."""
    one = server.call("POST", "/v1/digest", {"title": "演练", "text": BODY, "sentences": 1}).json
    short = server.call("POST", "/v1/digest", {"body": BODY, "sentences": 99, "max_chars": 40}).json

    assert one["headline"] == "演练"
    assert len(one["summary"]["sentences"]) == 1
    assert 0 < len(short["summary"]["text"]) <= 45


def test_html_comes_back_as_the_text_that_offsets_point_into(server: Server) -> None:
    """`body_html` is stripped; the answer has `body`."""
    html = "".join(f"<p>{p.replace('演练', '<b>演练</b>')}</p>" for p in BODY.split("\n"))

    told = server.call("POST", "/v1/digest", {"body_html": html}).json

    assert told["body"].replace("\n\n", "\n") == BODY
    assert all(told["body"][s["start"] : s["end"]] == s["text"] for s in told["summary"]["sentences"])


def test_a_page_is_split(server: Server) -> None:
    """Two articles, every non-blank line in one of them or dropped."""
    told = server.call("POST", "/v1/pages", {"text": PAGE, "id": "p1"}).json

    assert [a["headline"] for a in told["articles"]] == ["枫林镇开展消防疏散演练", "社区食堂开张迎客"]
    assert [a["id"] for a in told["articles"]] == ["p1#1", "p1#2"]
    assert told["articles"][0]["byline"]["correspondents"] == ["丙丁"]
    lines = [n for a in told["articles"] for first, last in a["lines"] for n in range(first, last + 1)]
    lines += [line for line, _ in told["dropped"]]
    assert {n for n, line in enumerate(PAGE.split("\n"), 1) if line.strip()} <= set(lines)


def test_a_batch_answers_each_by_itself(server: Server) -> None:
    """Same order, ids echoed; a bad article has a problem in its place, pointing to it."""
    sent = [{"id": 1, "body": BODY}, {"id": "b", "body": " "}, {"id": "c", "bdy": "x"}, {"body": BODY, "sentences": 1}]

    told = server.call("POST", "/v1/digest/batch", {"articles": sent, "sentences": 3}).json["results"]

    assert [r["id"] for r in told] == [1, "b", "c", None]
    assert len(told[0]["summary"]["sentences"]) == 3
    assert len(told[3]["summary"]["sentences"]) == 1
    assert told[1]["error"]["status"] == told[2]["error"]["status"] == 422
    assert told[1]["error"]["errors"][0]["pointer"] == "#/articles/1/body"
    assert {e["pointer"] for e in told[2]["error"]["errors"]} >= {"#/articles/2/bdy"}


BAD: list[tuple[str, object, int, str, str]] = [
    ("/v1/digest", b"", 400, "not-json", ""),
    ("/v1/digest", b"{", 400, "not-json", ""),
    ("/v1/digest", b"\xb0\xa1\x00\xff", 400, "not-json", ""),
    ("/v1/digest", "标题".encode("gb18030"), 400, "not-json", ""),
    ("/v1/digest", b"[" * 100_000, 400, "not-json", ""),
    ("/v1/digest", [], 422, "invalid", "#"),
    ("/v1/digest", {}, 422, "invalid", "#/body"),
    ("/v1/digest", {"body": ""}, 422, "empty", "#/body"),
    ("/v1/digest", {"body": "\n\u3000"}, 422, "empty", "#/body"),
    ("/v1/digest", {"body": 7}, 422, "invalid", "#/body"),
    ("/v1/digest", {"body": None}, 422, "invalid", "#/body"),
    ("/v1/digest", {"body": BODY, "boddy": "x"}, 422, "invalid", "#/boddy"),
    ("/v1/digest", {"body": BODY, "body_html": "<p>"}, 422, "invalid", "#/body_html"),
    ("/v1/digest", {"body": BODY, "sentences": 0}, 422, "invalid", "#/sentences"),
    ("/v1/digest", {"body": BODY, "sentences": "2"}, 422, "invalid", "#/sentences"),
    ("/v1/digest", {"body": BODY, "sentences": True}, 422, "invalid", "#/sentences"),
    ("/v1/digest", {"body": BODY, "max_chars": -3}, 422, "invalid", "#/max_chars"),
    ("/v1/digest", {"body": BODY, "id": ["x"]}, 422, "invalid", "#/id"),
    ("/v1/digest", {"body": "The quick brown fox."}, 422, "not-chinese", "#/body"),
    ("/v1/digest", {"body": "中\x00\x01\x02\x03\x04\x05"}, 422, "binary", "#/body"),
    ("/v1/digest", {"body_html": "<script>x</script>"}, 422, "empty", "#/body_html"),
    ("/v1/pages", {"text": ""}, 422, "empty", "#/text"),
    ("/v1/pages", {"body": PAGE}, 422, "invalid", "#/text"),
    ("/v1/pages", {"text": "Nothing here is Chinese"}, 422, "not-chinese", "#/text"),
    ("/v1/digest/batch", {"articles": []}, 422, "invalid", "#/articles"),
    ("/v1/digest/batch", {"articles": [{"body": BODY}] * 5}, 422, "invalid", "#/articles"),
    ("/v1/digest/batch", {"articles": "x"}, 422, "invalid", "#/articles"),
    ("/v1/digest", b"", 400, "not-json", "#"),
    ("/v1/digest", b'{"body": "\\ud800"}', 400, "not-json", "#"),
    ("/v1/digest", b"[" * 100_000, 400, "not-json", "#"),
    ("/v1/digest", b"null", 422, "invalid", "#"),
    ("/v1/digest", {"text": "no Chinese in here"}, 422, "not-chinese", "#/text"),
    ("/v1/digest", {"body": BODY, "text": BODY}, 422, "invalid", "#/text"),
    ("/v1/digest", {"body": BODY, "headline": "a", "title": "b"}, 422, "invalid", "#/title"),
    ("/v1/pages", {"text": "消\n" * 20_001}, 422, "invalid", "#/text"),
]


CUT = b"POST /v1/digest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"\x16\x03\x01 garbage\r\n\r\n", 400),
        (b"GET /v1/themes HTTP/1.1\r\nno header\r\n\r\n", 400),
        (b"GET /v1/themes HTTP/1.1\r\nX-Request-ID: a\r\n Set-Cookie: b\r\n\r\n", 400),
        (b"GET /v1/" + b"a" * 10_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET /v1/themes HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (CUT + b"Content-Length: -5\r\n\r\n{}", 400),
        (CUT + b"Content-Length: 100\r\n\r\n{}", 400),
        (CUT + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400),
        (CUT + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}", 400),
        (CUT + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 415),
    ],
)
def test_what_is_no_request_is_told_as_a_problem_too(server: Server, raw: bytes, status: int) -> None:
    """What the server refuses before the application sees it is no HTML page either."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
        s.sendall(raw)
        s.shutdown(socket.SHUT_WR)
        head, _, body = s.makefile("rb").read().partition(b"\r\n\r\n")

    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"application/problem+json" in head
    assert b"X-Model-Version: " in head
    assert json.loads(body)["status"] == status


def test_a_byte_order_mark_and_an_empty_title_are_no_faults(server: Server) -> None:
    """.NET writes the one, many a CMS the other."""
    raw = b"\xef\xbb\xbf" + json.dumps({"title": None, "text": BODY}).encode()

    answer = server.call("POST", "/v1/digest", raw)

    assert (answer.status, answer.json["headline"]) == (200, "")


@pytest.mark.parametrize(("path", "body", "status", "kind", "pointer"), BAD)
def test_bad_input_is_told_as_a_problem(  # noqa: PLR0917 - one case
    server: Server, path: str, body: object, status: int, kind: str, pointer: str
) -> None:
    """RFC 9457, in Chinese, with a pointer to each fault, the model's version on it as on every answer."""
    answer = server.call("POST", path, body)

    told = answer.json
    assert (answer.status, told["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["type"] == f"urn:zhaibian:problem:{kind}"
    assert told["title"]
    assert any("\u4e00" <= c <= "\u9fff" for c in told["detail"])
    assert answer.headers["x-model-version"]
    assert not pointer or pointer in {e["pointer"] for e in told["errors"]}


def test_wrong_addresses_methods_types_and_sizes_are_problems(server: Server) -> None:
    """404, 405 with Allow, 415, and 413 whether the length is told or not."""
    chunks = (b"x" * 50_000 for _ in range(10))
    found = {
        404: server.call("GET", "/v1/nothing"),
        405: server.call("GET", "/v1/digest"),
        415: server.call("POST", "/v1/digest", b"body=x", Content_Type="application/x-www-form-urlencoded"),
        413: server.call("POST", "/v1/digest", b"x" * (LIMIT + 1)),
    }

    for status, answer in found.items():
        assert (answer.status, answer.json["status"]) == (status, status)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-model-version"]
    assert "POST" in found[405].headers["allow"]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with suppress(BrokenPipeError, ConnectionResetError):  # the refusal comes before the last chunk
        connection.request("POST", "/v1/digest", chunks, {"Content-Type": "application/json"}, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_themes_and_model_are_told(server: Server, digester: Digester) -> None:
    """Six themes with labels and codes; the bundle's manifest."""
    themes = server.call("GET", "/v1/themes").json
    model = server.call("GET", "/v1/model").json

    assert {t["code"]: t["medtop"] for t in themes["themes"]}["safety"] == "medtop:03000000"
    assert {t["code"]: t["medtop"] for t in themes["themes"]}["other"] is None
    assert len(themes["themes"]) == 6
    assert model["version"] == digester.bundle.manifest.version


def test_health_and_metrics_add_up_over_workers(server: Server) -> None:
    """Live, ready, and one sum for all workers."""
    for path in ("/healthz", "/readyz"):
        assert server.call("GET", path).json == {"status": "ok"}

    def count() -> float:
        lines = server.call("GET", "/metrics").raw.decode().splitlines()
        return sum(float(x.split()[-1]) for x in lines if x.startswith("zhaibian_articles_total"))

    before = count()
    for _ in range(12):
        server.call("POST", "/v1/digest", {"body": BODY})
    assert [count() for _ in range(4)] == [before + 12] * 4


def test_a_request_keeps_its_number(server: Server) -> None:
    """A sane X-Request-ID comes back, anything else is replaced."""
    assert server.call("GET", "/healthz", X_Request_ID="abc-1").headers["x-request-id"] == "abc-1"
    assert len(server.call("GET", "/healthz", X_Request_ID="a b").headers["x-request-id"]) == 32


def test_the_documentation_needs_no_net(server: Server) -> None:
    """The page and all that it names come from this server."""
    page = server.call("GET", "/docs/").raw.decode().replace(f"http://127.0.0.1:{server.port}/", "/")

    assert "https://" not in page
    assert "http://" not in page
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui-standalone-preset.js"):
        assert f"/docs/{name}" in page
        assert server.call("GET", f"/docs/{name}").status == 200
    assert server.call("GET", "/docs").status == 302


def test_sigterm_lets_a_request_finish() -> None:
    """What is being worked on when the server is told to stop is still answered; nothing stays behind."""
    with serving("--workers", "1") as server:
        answers: list[Answer] = []
        long = {"body": BODY * 6000}
        asking = threading.Thread(target=lambda: answers.append(server.call("POST", "/v1/digest", long)))
        asking.start()
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        asking.join(timeout=60)

        _, log = server.process.communicate(timeout=60)

    assert answers[0].status == 200
    assert server.process.returncode == 0
    assert '"POST /v1/digest HTTP/1.1" 200' in log
    assert "/healthz" not in log


def test_connections_are_spread_over_the_workers() -> None:
    """Four connections that a client keeps go to both workers, not all to the one that is awake."""
    spread = []
    with serving("--workers", "2") as server:
        ident = server.process.pid
        workers = Path(f"/proc/{ident}/task/{ident}/children").read_text("ascii").split()
        for _ in range(7):
            before = [_sockets(worker) for worker in workers]
            kept = [http.client.HTTPConnection("127.0.0.1", server.port) for _ in range(4)]
            for one in kept:
                one.connect()
            for one in kept:
                one.request("GET", "/healthz")
                one.getresponse().read()
            spread.append(max(_sockets(worker) - old for worker, old in zip(workers, before, strict=True)))
            for one in kept:
                one.close()
            time.sleep(0.1)
    assert spread.count(4) <= 2, spread


def _sockets(ident: str) -> int:
    return sum(
        str(fd.readlink()).startswith("socket:") for fd in Path(f"/proc/{ident}/fd").iterdir() if fd.is_symlink()
    )


def test_a_client_that_stalls_does_not_hold_a_thread() -> None:
    """More stalled clients than threads: after `timeout` seconds they are hung up on and others are answered."""
    head = b"POST /v1/digest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
    with serving("--workers", "1", threads="2", timeout="1") as server:
        stalled = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(3)]
        for s in stalled:
            s.sendall(head)
        time.sleep(0.2)

        assert server.call("GET", "/healthz").status == 200
        for s in stalled:
            s.close()


def test_a_taken_port_is_one_line() -> None:
    """Exit code 2 and a Chinese sentence."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        command = [sys.executable, "-m", "service.cli", "serve", "--port", str(s.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)

    assert done.returncode == 2
    assert "监听" in done.stderr.splitlines()[-1]


def test_long_texts_do_not_keep_others_waiting(digester: Digester) -> None:
    """Threads digest by turns; a long text takes none, alone or in a batch, and a batch keeps order over its turns."""
    client = create_app(digester=digester).test_client()
    long, short = {"body": BODY * 300}, {"body": BODY}
    done: list[int] = []
    asking = threading.Thread(
        target=lambda: done.append(
            create_app(digester=digester).test_client().post("/v1/digest", json=short).status_code
        )
    )

    with api._TURN:
        asking.start()
        other = threading.Thread(target=lambda: done.append(client.post("/v1/digest", json=long).status_code + 1))
        other.start()
        other.join(20)
        assert done == [201]
    asking.join(20)
    assert done == [201, 200]

    sent = [{"id": n, "body": "" if n in {7, 8, 19} else BODY} for n in range(20)] + [long]
    told = client.post("/v1/digest/batch", json={"articles": sent}).json["results"]

    assert [r["id"] for r in told] == [*range(20), None]
    assert [r["error"]["errors"][0]["pointer"] for r in told if "error" in r] == [
        f"#/articles/{n}/body" for n in (7, 8, 19)
    ]


def test_tokens_guard_what_computes_and_nothing_else(digester: Digester) -> None:
    """/v1 wants a token; the desk, health, metrics and documentation do not."""
    client = create_app({"tokens": ("secret", "other")}, digester=digester).test_client()

    for path in ("/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs/"):
        assert client.get(path).status_code == 200
    for path in ("/v1/themes", "/v1/model"):
        refused = client.get(path)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
        assert refused.mimetype == "application/problem+json"
        assert client.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.get(path, headers={"Authorization": "Bearer other"}).status_code == 200


def test_a_client_that_asks_too_often_waits(digester: Digester) -> None:
    """429 with Retry-After; probes are never limited."""
    client = create_app({"rate_limit": 3}, digester=digester).test_client()

    answers = [client.get("/v1/themes") for _ in range(4)]

    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 21
    assert answers[3].mimetype == "application/problem+json"
    assert client.get("/healthz").status_code == 200


def test_not_ready_is_said(digester: Digester) -> None:
    """A digester that fails its self-test: 503 with Retry-After; a crash is a problem too, without its insides."""

    class Broken:
        bundle = digester.bundle

        def article(self, *_: object, **__: object) -> None:
            raise ZeroDivisionError("inside")

    client = create_app(digester=Broken()).test_client()  # type: ignore[arg-type]

    ready = client.get("/readyz")
    crashed = client.post("/v1/digest", json={"body": BODY})

    assert (ready.status_code, ready.headers["Retry-After"]) == (503, "5")
    assert (crashed.status_code, crashed.mimetype) == (500, "application/problem+json")
    assert "inside" not in crashed.text


def test_a_misspelt_setting_stops_the_start(digester: Digester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown ZHAIBIAN_ variables are an error, not a shrug."""
    monkeypatch.setenv("ZHAIBIAN_WORKRES", "2")

    with pytest.raises(SettingsError, match="ZHAIBIAN_WORKRES"):
        create_app(digester=digester)
