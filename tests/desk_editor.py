"""What the tests of the desk share: a real server on a free port, a real headless Chromium, an editor who sits at it.

A plugin of pytest, named by the test files that need its fixtures.
"""

from __future__ import annotations

import json
import shutil
import threading
import urllib.request
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from service import desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

    from model.digest import Digester

STATIC = Path(desk.__file__).parent / "static"
SAMPLE = (STATIC / "sample.txt").read_text(encoding="utf-8")
STORIES = 6
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1440,900",
    "--lang=zh-CN",
)
WAIT = 12


class Quiet(WSGIRequestHandler):
    """Says nothing of each request, so that a failed test shows the failure."""

    def log_request(self, *args: object) -> None:
        """Keep silent."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """A real HTTP server for `app` on a free port; yields its address without the last slash."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def url(digester: Digester) -> Iterator[str]:
    """The address of the whole service."""
    from service.app import create_app  # noqa: PLC0415

    with serving(create_app(digester=digester)) as address:
        yield address


@pytest.fixture(scope="session")
def answer(url: str) -> dict[str, Any]:
    """What the service says of the sample: what the desk must show."""
    said = post(url, "/v1/pages", {"text": SAMPLE})
    assert len(said["articles"]) == STORIES
    return said


@pytest.fixture(scope="session")
def headlines(answer: dict[str, Any]) -> list[str]:
    """The headlines that the service finds on the sample."""
    return [a["headline"] for a in answer["articles"]]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A browser with a fresh profile; skips where there is none."""
    binary = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("needs chromium and chromedriver (apt install chromium chromium-driver)")
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        yield browser
    finally:
        browser.quit()


class Editor:
    """What an editor does and sees."""

    def __init__(self, browser: Chrome, url: str) -> None:
        self.browser = browser
        self.url = url
        browser.get(f"{url}/")
        self.js("sessionStorage.clear()")
        for name in ("browser", "performance"):
            browser.get_log(name)
        browser.get(f"{url}/")

    def js(self, script: str, *arguments: object) -> Any:
        """Run a script in the page and return its value."""
        return self.browser.execute_script(script, *arguments)

    def all(self, selector: str) -> list[WebElement]:
        """Return all nodes of a selector."""
        return self.browser.find_elements("css selector", selector)

    def one(self, selector: str) -> WebElement:
        """Return the first node of a selector, or fail."""
        return self.browser.find_element("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        """Return the text of each node of a selector, seen or not."""
        return self.js("return [...document.querySelectorAll(arguments[0])].map(n => n.textContent)", selector)

    def until(self, fact: Callable[[], Any]) -> Any:
        """Wait until `fact()` holds and return what it gave."""
        from selenium.webdriver.support.wait import WebDriverWait  # noqa: PLC0415

        return WebDriverWait(self.browser, WAIT, poll_frequency=0.05).until(lambda _: fact())

    def keys(self, *keys: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        from selenium.webdriver import ActionChains  # noqa: PLC0415

        ActionChains(self.browser).send_keys(*keys).perform()

    def chord(self, key: str, *, shift: bool = False) -> None:
        """Press a key with Ctrl."""
        from selenium.webdriver import ActionChains, Keys  # noqa: PLC0415

        held = [Keys.CONTROL, Keys.SHIFT] if shift else [Keys.CONTROL]
        actions = ActionChains(self.browser)
        for k in held:
            actions = actions.key_down(k)
        actions = actions.send_keys(key)
        for k in reversed(held):
            actions = actions.key_up(k)
        actions.perform()

    def click(self, selector: str) -> None:
        """Click a node once it is in view."""
        node = self.one(selector)
        self.js("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", node)
        node.click()

    def paste(self, text: str, mode: str = "auto") -> None:
        """As a paste does: the whole text at once, then the input event."""
        self.js(
            "const f = document.getElementById('source'); f.value = arguments[0];"
            "document.querySelector(`input[name=mode][value=${arguments[1]}]`).checked = true;"
            "f.dispatchEvent(new Event('input', {bubbles: true}))",
            text,
            mode,
        )

    def digest(self, text: str, mode: str = "auto") -> None:
        """Paste, run, and wait for the articles."""
        self.paste(text, mode)
        self.click("#run")
        self.until(lambda: self.settled() and self.all(".story"))

    def settled(self) -> bool:
        """Whether articles stand there and none waits for its digest."""
        return not self.all(".story[aria-busy]") and self.js("return document.body.dataset.view === 'results'")

    def headlines(self) -> list[str]:
        """Return the headlines in order."""
        return self.texts(".headline")

    def pick(self, story: int, paragraph: int, *labels: str) -> None:
        """Open the menu of a paragraph (both from 0) and choose by the beginnings of the labels."""
        self.click(f".story:nth-child({story + 1}) .para:nth-child({paragraph + 1}) .handle")
        for label in labels:
            item = next(i for i in self.all("[role=menuitem]") if i.text.startswith(label))
            item.click()
        self.until(self.settled)

    def characters(self) -> Counter[str]:
        """Every character that stands on the desk, wherever: what mending must not change."""
        shown = self.texts(".kicker, .headline:not(.untitled), .subhead, .text p:not(.no-body), .dropped .line-text")
        return Counter("".join(shown).replace(" ", ""))

    def banner(self) -> str:
        """Wait for a message above the page and return it."""
        self.until(lambda: self.one("#banner").is_displayed())
        return self.one("#banner").text

    def log(self, name: str) -> list[dict[str, Any]]:
        """What the browser noted since the last call."""
        return self.browser.get_log(name)


@pytest.fixture
def editor(chromium: Chrome, url: str) -> Iterator[Editor]:
    """A fresh desk; whatever the test did, the console stays empty and no other host is asked."""
    yield (sitting := Editor(chromium, url))
    assert_clean(sitting)


def assert_clean(sitting: Editor, *, refused: tuple[int, ...] = ()) -> None:
    """No error in the console (a refused request named in `refused` aside), no request to another place."""
    expected = tuple(f"status of {code}" for code in refused)
    noise = [e["message"] for e in sitting.log("browser") if not any(code in e["message"] for code in expected)]
    assert noise == []
    sent = [json.loads(e["message"])["message"] for e in sitting.log("performance")]
    asked = [m["params"]["request"]["url"] for m in sent if m["method"] == "Network.requestWillBeSent"]
    assert [u for u in asked if not u.startswith((sitting.url, "data:", "blob:", "chrome:"))] == []


def post(url: str, path: str, payload: object) -> Any:
    """What the service answers to a program."""
    request = urllib.request.Request(url + path, json.dumps(payload).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)
