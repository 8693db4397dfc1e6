"""Mending a split by hand on the desk, and what holds all along: memory, keyboard, names, files, widths, print."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

pytest_plugins = ["tests.desk_editor"]
pytest.register_assert_rewrite(*pytest_plugins)

from tests.desk_editor import SAMPLE, STORIES, post  # noqa: E402 - a plugin is named for rewriting before it is imported

# ---- mending ----


def test_merge_and_undo(editor, headlines):
    """并入上一篇 joins two articles without losing a character, the digest follows; undo and redo go back and forth."""
    editor.digest(SAMPLE)
    before = editor.characters()
    editor.click(".story:nth-child(4) [data-act=merge]")
    editor.until(editor.settled)
    assert editor.headlines() == [*headlines[:3], *headlines[4:]]
    assert editor.characters() == before
    assert headlines[3] in editor.texts(".story:nth-child(3) .text p")
    assert editor.texts(".story:nth-child(3) .byline dd") == ["顾明远　林晚棠", "邵一帆　叶听澜"]
    editor.click("#undo")
    editor.until(editor.settled)
    assert editor.headlines() == headlines
    editor.chord("z", shift=True)
    editor.until(lambda: len(editor.headlines()) == STORIES - 1)


def test_split_and_set_headline(editor, url, headlines):
    """从此段起另成一篇 makes an article without headline; a paragraph becomes it; the digest is the service's own."""
    editor.digest(SAMPLE)
    before = editor.characters()
    editor.click(".story:nth-child(4) [data-act=merge]")
    editor.until(editor.settled)
    paragraphs = editor.texts(".story:nth-child(3) .text p")
    at = paragraphs.index(headlines[3])
    editor.pick(2, at, "从这一段起")
    assert editor.headlines()[2:4] == [headlines[2], "（无题）"]
    editor.click(".story:nth-child(4) [data-act=promote]")
    editor.until(editor.settled)
    assert editor.headlines() == headlines
    assert editor.characters() == before
    body = "\n".join(editor.texts(".story:nth-child(4) .text p"))
    own = post(url, "/v1/digest", {"headline": headlines[3], "body": body})
    assert editor.texts(".story:nth-child(4) .sentence") == [s["text"] for s in own["summary"]["sentences"]]
    assert editor.texts(".story:nth-child(4) .chip.big") == [own["theme"]["label"]]


def test_another_step_after_undo_gets_its_own_digest(editor, url):
    """A step taken back leaves nothing behind: the next, different one is digested by its own text."""
    editor.digest(SAMPLE)
    editor.pick(2, 1, "接到上一段")
    editor.click("#undo")
    editor.until(editor.settled)
    editor.pick(2, 0, "移到另一篇", "1 ")
    body = "\n".join(editor.texts(".story:nth-child(3) .text p"))
    own = post(url, "/v1/digest", {"headline": editor.headlines()[2], "body": body})
    assert editor.texts(".story:nth-child(3) .sentence") == [s["text"] for s in own["summary"]["sentences"]]


def test_move_join_shift_and_take_out_lose_nothing(editor):
    """Every deed of the paragraph's menu keeps every character on the desk, and undo leads back to the start."""
    editor.digest(SAMPLE)
    before, start = editor.characters(), editor.texts(".text p")
    last = editor.texts(".story:nth-child(1) .text p")[-1]
    editor.pick(0, len(editor.texts(".story:nth-child(1) .text p")) - 1, "移到另一篇", "3 ")
    assert editor.texts(".story:nth-child(3) .text p")[-1] == last
    editor.pick(2, 1, "接到上一段")
    editor.pick(2, 0, "下移一段")
    editor.pick(1, 1, "设为副题")
    editor.pick(1, 0, "设为引题")
    editor.pick(3, 1, "移出稿件")
    assert editor.texts(".dropped .line-reason")[-1] == "编辑移出"
    assert editor.characters() == before
    editor.js("document.querySelector('#dropped-lines li:last-child button').click()")
    next(i for i in editor.all("[role=menuitem]") if i.text.startswith("4 ")).click()
    editor.until(editor.settled)
    assert editor.characters() == before
    while editor.one("#undo").is_enabled():
        editor.click("#undo")
        editor.until(editor.settled)
    assert editor.texts(".text p") == start


def test_headline_is_edited_in_place(editor):
    """改标题 changes decks and names; the new headline stands in the outline and in what is copied."""
    editor.digest(SAMPLE)
    editor.click(".story:nth-child(6) [data-act=edit]")
    field = editor.one(".head-form input[name=headline]")
    field.clear()
    field.send_keys("老戏台前听乡音")
    editor.one(".head-form input[name=correspondents]").send_keys("季长风、路遥知\n")
    editor.until(lambda: editor.settled() and not editor.all(".head-form"))
    assert editor.headlines()[5] == "老戏台前听乡音"
    assert editor.texts(".entry-title")[5] == "老戏台前听乡音"
    assert "季长风　路遥知" in editor.texts(".story:nth-child(6) .byline dd")


def test_summary_length_follows_the_controls(editor, url):
    """One article's number of sentences and bound of characters, and those of the whole page, change the summaries."""
    editor.digest(SAMPLE)
    change = "const f = arguments[0]; f.value = arguments[1]; f.dispatchEvent(new Event('change', {bubbles: true}))"
    editor.js(change, editor.one(".story:nth-child(1) select"), "1")
    editor.until(lambda: editor.settled() and len(editor.all(".story:nth-child(1) .sentence")) == 1)
    assert len(editor.all(".story:nth-child(2) .sentence")) == 2
    editor.js(change, editor.one("#all-sentences"), "3")
    editor.until(lambda: editor.settled() and len(editor.all(".story:nth-child(1) .sentence")) == 3)
    editor.js(change, editor.one("#all-chars"), "40")
    editor.until(editor.settled)
    asked = {"text": SAMPLE, "sentences": 3, "max_chars": 40}
    said = [a["summary"]["sentences"] for a in post(url, "/v1/pages", asked)["articles"]]
    assert editor.texts(".sentence") == [k["text"] for sentences in said for k in sentences]


# ---- memory, keyboard, files, sizes ----


def test_reload_loses_nothing(editor, headlines):
    """Text, mended split, digests and undo outlive a reload; nothing is asked of the service for it."""
    editor.digest(SAMPLE)
    editor.click(".story:nth-child(4) [data-act=merge]")
    editor.until(editor.settled)
    shown = editor.texts(".headline, .text p, .sentence, .chip.big")
    editor.log("performance")
    editor.browser.refresh()
    editor.until(editor.settled)
    assert editor.texts(".headline, .text p, .sentence, .chip.big") == shown
    sent = [json.loads(e["message"])["message"] for e in editor.log("performance")]
    assert not any("/v1/" in json.dumps(m) for m in sent if m["method"] == "Network.requestWillBeSent")
    editor.click("#undo")
    editor.until(editor.settled)
    assert editor.headlines() == headlines
    editor.click("#back")
    assert editor.one("#source").get_attribute("value") == SAMPLE


def test_keyboard_alone_is_enough(editor):
    """Ctrl+Enter runs, J and K walk, the menu obeys arrows and Esc, and the focus comes back to where it was."""
    from selenium.webdriver import Keys  # noqa: PLC0415

    editor.paste(SAMPLE)
    editor.one("#source").click()
    editor.chord(Keys.ENTER)
    editor.until(lambda: editor.settled() and editor.all(".story"))
    focus = "return document.activeElement.id || document.activeElement.className"
    editor.keys("j", "j")
    assert editor.js(focus) == "a2"
    editor.keys("k")
    assert editor.js(focus) == "a1"
    handle = editor.one("#a2 .para:nth-child(2) .handle")
    editor.js("arguments[0].focus()", handle)
    editor.keys(Keys.ENTER, Keys.ARROW_DOWN, Keys.ESCAPE)
    assert editor.all("[role=menu]") == []
    assert editor.js("return document.activeElement === arguments[0]", handle)
    editor.keys(Keys.ENTER, Keys.ENTER)
    editor.until(lambda: len(editor.headlines()) == STORIES + 1)
    editor.chord("z")
    editor.until(lambda: len(editor.headlines()) == STORIES)
    editor.keys("?")
    assert editor.one("#keys").is_displayed()
    editor.keys(Keys.ESCAPE)


def test_everything_that_can_be_pressed_has_a_name(editor):
    """Each button, field and region has an accessible name; headings do not skip a level."""
    editor.digest(SAMPLE)
    nameless = editor.js(
        """const named = (n) => n.getAttribute("aria-label") || n.textContent.trim() || n.labels?.length;
        return [...document.querySelectorAll("button, input, select, textarea, [role=toolbar], nav, aside")]
          .filter((n) => !named(n) && !n.getAttribute("aria-hidden")).map((n) => n.outerHTML.slice(0, 80))"""
    )
    assert nameless == []
    levels = [int(t[1]) for t in editor.js("return [...document.querySelectorAll('h1, h2, h3')].map(n => n.tagName)")]
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_files_of_old_systems_open(editor, tmp_path):
    """A GB18030 file with Windows line ends opens as text; a binary one is refused in a sentence."""
    old = tmp_path / "三版.txt"
    old.write_bytes(SAMPLE.replace("\n", "\r\n").encode("gb18030"))
    editor.one("#file").send_keys(str(old))
    editor.until(lambda: editor.one("#source").get_attribute("value") == SAMPLE)
    binary = tmp_path / "图.txt"
    binary.write_bytes(bytes(range(256)) * 8)
    editor.one("#file").send_keys(str(binary))
    assert "不是文本" in editor.banner()
    assert editor.one("#source").get_attribute("value") == SAMPLE


@pytest.mark.parametrize("width", [360, 768, 1024, 1920])
def test_no_width_needs_sideways_scrolling(editor, width):
    """From a narrow window to a wide one the page fits, and its articles and digests are all to be seen."""
    sizes = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    editor.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sizes)
    try:
        editor.digest(SAMPLE)
        assert editor.js("return document.documentElement.scrollWidth") <= width
        for node in editor.all(".story .panel, .story .text"):
            assert node.size["width"] >= min(240, width - 60)
    finally:
        editor.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_print_leaves_the_tools_out(editor):
    """On paper there are the articles and their digests, no buttons, dark ink on white in either scheme."""
    editor.digest(SAMPLE)
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    editor.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": dark})
    try:
        tools = editor.all("button:not(.sentence, .term), input, select, .outline, .toolbar")
        assert [n.text for n in tools if n.is_displayed()] == []
        style = "return getComputedStyle(document.querySelector(arguments[0])).color"
        assert editor.js(style, ".text p") == "rgb(0, 0, 0)"
    finally:
        editor.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
