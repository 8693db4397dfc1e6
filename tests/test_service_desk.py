"""The desk as an editor meets it: its files and colours, reading a page, copying, refusals. In a real Chromium."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from model.summary.printable import reader_length
from service import desk

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["tests.desk_editor"]
pytest.register_assert_rewrite(*pytest_plugins)

from tests.desk_editor import SAMPLE, STATIC, STORIES, Editor, assert_clean, serving  # noqa: E402 - a plugin is named for rewriting before it is imported

KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain"}


# ---- the page and its files ----


def plain_app() -> Flask:
    app = Flask("plain", static_folder=None)
    app.register_blueprint(desk.blueprint)
    return app


def test_page_forbids_inline_script_style_and_other_hosts():
    """The policy names only this host, and the page keeps to it: no inline script, style or event handler."""
    response = plain_app().test_client().get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    html = response.get_data(as_text=True)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)
    assert not re.search(r"(?:https?:)?//", html)
    assert html.count('lang="zh-Hans"') == 1


def test_every_file_that_the_page_names_is_served_with_its_type():
    """Modules are served as JavaScript whatever the machine's own table of types says; what is not there is 404."""
    client = plain_app().test_client()
    for path in STATIC.iterdir():
        with client.get(f"/desk/{path.name}") as response:
            assert response.status_code == 200
            assert response.mimetype == KINDS[path.suffix]
            known = {"If-None-Match": response.headers["ETag"]}
        with client.get(f"/desk/{path.name}", headers=known) as response:
            assert response.status_code == 304
    for missing in ("/desk/none.js", "/desk/..%2Fdesk.py", "/desk/%2e%2e/desk.py"):
        assert client.get(missing).status_code == 404


_PARSERS = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")


def test_scripts_never_turn_data_into_markup():
    """No module uses an interface that parses HTML into the page, evaluates text, or names another host."""
    for path in STATIC.glob("*.js"):
        code = path.read_text(encoding="utf-8")
        assert not _PARSERS.search(code), path
        assert "://" not in code, path


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of `#rrggbb`."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


_DARK = re.compile(r"@media screen and \(prefers-color-scheme: dark\) \{\n  :root \{.*?\n  \}\n\}", re.DOTALL)
_COLOUR = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\b")


def palette(scheme: str) -> dict[str, str]:
    """The colours that the style sheets name, for the light or the dark scheme."""
    css = "".join((STATIC / name).read_text(encoding="utf-8") for name in ("desk.css", "story.css"))
    light = _DARK.sub("", css).partition("@media print")[0]
    colours = dict(_COLOUR.findall(light))
    return colours if scheme == "light" else colours | dict(_COLOUR.findall("".join(_DARK.findall(css))))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_theme_colours_can_be_read(scheme):
    """Every text colour reaches 4.5 : 1 (WCAG AA) on every ground it stands on, in both schemes."""
    colours = palette(scheme)
    for ground in ("paper", "sheet"):
        for ink in ("ink", "ink-2", "ink-3", "accent", "review"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert contrast(colours["ink"], colours["key"]) >= 7
    assert contrast(colours["review"], colours["review-bg"]) >= 4.5
    for theme in ("safety", "community", "industry", "rule_of_law", "environment", "other"):
        for ground in (colours[f"{theme}-bg"], colours["paper"], colours["key"]):
            assert contrast(colours[theme], ground) >= 4.5, theme


# ---- reading a page ----

# [[code points before the word, its text], …] of the marks that the answer's offsets made in one article's text
WORD_PLACES = """const story = document.querySelectorAll(".story")[arguments[0]];
const paragraphs = [...story.querySelectorAll(".text p")];
const lengths = paragraphs.map((p) => [...p.textContent].length + 1);
return [...story.querySelectorAll(".text .word.first")].map((word) => {
  const at = paragraphs.findIndex((p) => p.contains(word));
  const range = document.createRange();
  range.setStart(paragraphs[at], 0);
  range.setEndBefore(word);
  return [lengths.slice(0, at).reduce((a, b) => a + b, 0) + [...range.toString()].length, word.textContent];
});"""


def test_page_becomes_articles(editor, answer, headlines):
    """A pasted page shows its articles in order, each with decks, roles, a theme, all six odds and a summary."""
    editor.digest(SAMPLE)
    articles = answer["articles"]
    assert editor.headlines() == headlines
    assert editor.texts(".entry-title") == headlines
    for deck in ("kicker", "subhead"):
        assert editor.texts(f".{deck}") == [a[deck] for a in articles if a[deck]]
    assert editor.texts(".story:nth-child(1) .byline dt") == ["记者", "通讯员"]
    assert editor.texts(".story:nth-child(1) .byline dd") == ["顾明远", "沈知秋"]
    assert editor.texts(".text p") == [p for a in articles for p in a["paragraphs"]]
    assert len(editor.all(".odds li")) == 6 * STORIES
    assert editor.texts(".verdict .chip.big") == [a["theme"]["label"] for a in articles]
    assert editor.texts(".sentence") == [k["text"] for a in articles for k in a["summary"]["sentences"]]
    assert editor.texts(".length") == [f"{reader_length(a['summary']['text'])} 字" for a in articles]
    assert [bool(s.find_elements("css selector", ".review")) for s in editor.all(".story")] == [
        a["decision"] == "review" for a in articles
    ]
    assert editor.texts(".model") == [f"模型 {answer['model']}"]


def test_lines_outside_every_article_are_listed_with_their_reason(editor, answer):
    """Nothing is lost: what belongs to no article stands at the end, and reasons and repairs are told in Chinese."""
    editor.digest(SAMPLE)
    lines = SAMPLE.split("\n")
    assert answer["dropped"]
    assert editor.texts(".dropped .line-text") == [lines[n - 1].strip() for n, _ in answer["dropped"]]
    told = "".join(editor.texts(".dropped .line-reason, .repairs .words, .facts"))
    assert not re.search(r"[a-z_]", told)
    editor.click("#show-source")
    shown = editor.js("return [...document.querySelectorAll('.source-lines .line-text')].map(n => n.textContent)")
    assert shown == lines
    owned = editor.js("return [...document.querySelectorAll('.source-lines li')].map(n => n.dataset.owned)")
    missing = {n for n, _ in answer["dropped"]}
    assert [i for i, line in enumerate(lines, 1) if line.strip() and owned[i - 1] == "false"] == sorted(missing)


def test_marks_stand_where_the_answer_says(editor, answer):
    """Key sentences and deciding words are marked at the answer's offsets, which count characters.

    The second article has 𣲗, two UTF-16 units, before its key sentences.
    """
    editor.digest(SAMPLE)
    assert any(ord(c) > 0xFFFF for c in "".join(answer["articles"][1]["paragraphs"]))
    for n, article in enumerate(answer["articles"], 1):
        body = "\n".join(article["paragraphs"])
        for order, sentence in enumerate(article["summary"]["sentences"]):
            marked = "".join(editor.texts(f".story:nth-child({n}) mark.key[data-order='{order}']"))
            assert marked == body[sentence["start"] : sentence["end"]].replace("\n", "")
        named = {e["start"]: body[e["start"] : e["end"]] for e in article["because"] if e["end"]}
        placed = dict(editor.js(WORD_PLACES, n - 1))
        assert placed.items() <= named.items()
        for start in named.keys() - placed.keys():  # hidden only by another word that covers its place
            end = start + len(named[start])
            assert any(at < end and start < at + len(term) for at, term in placed.items())


def test_both_marks_show_at_once_and_can_be_put_away(editor):
    """A deciding word inside a key sentence keeps both marks, which differ in kind; each can be switched off."""
    editor.digest(SAMPLE)
    word = editor.one("mark.key .word.first")
    style = "return getComputedStyle(arguments[0]).getPropertyValue(arguments[1])"
    assert "underline" in editor.js(style, word, "text-decoration-line")
    mark = editor.one("mark.key")
    tint = editor.js(style, mark, "background-color")
    assert tint != "rgba(0, 0, 0, 0)"
    editor.click("#show-keys")
    assert editor.js(style, mark, "background-color") == "rgba(0, 0, 0, 0)"
    editor.click("#show-words")
    assert "underline" not in editor.js(style, word, "text-decoration-line")


def test_chip_of_a_deciding_word_points_to_its_places(editor):
    """Pressing a deciding word lights up where it stands."""
    editor.digest(SAMPLE)
    chip = editor.one(".story:nth-child(1) .term")
    term = chip.get_attribute("data-term")
    editor.click(".story:nth-child(1) .term")
    lit = editor.until(lambda: editor.texts(".story:nth-child(1) .word.flash"))
    assert set(lit) == {term} or term.lower() in {t.lower() for t in lit}


def test_single_article_is_not_split(editor):
    """With the switch on 单篇 one article comes, headline apart, whatever looks like another headline in it."""
    text = (
        "柳塘镇改造老旧电梯\n\n本报讯 昨日，柳塘镇完成三十二台老旧电梯更新，惠及居民一千八百户。\n\n资金怎么来\n\n"
        "更新资金由住宅维修资金和区级补助共同承担，每台补助十五万元。\n\n今后怎么管\n\n电梯加装远程监测，故障十分钟内响应。"
    )
    editor.digest(text, "article")
    assert editor.headlines() == ["柳塘镇改造老旧电梯"]
    assert "资金怎么来" in "".join(editor.texts(".text p"))
    assert editor.all(".outline:not([hidden])")[0].is_displayed() is False


def test_hostile_text_stays_text(editor):
    """Markup in a page is shown letter by letter; nothing of it runs or loads."""
    attack = '<img src=x onerror="window.hit=1"><script>window.hit=1</script><b>粗体</b>'
    text = SAMPLE.replace("被\n\n成功封堵", f"{attack}被成功封堵").replace("秋到青瓦街", "秋到 <i>青瓦街</i>")
    editor.digest(text)
    assert editor.js("return window.hit") is None
    assert editor.all("#stories img, #stories script, #stories b, #stories .text i") == []


# ---- copying ----


@pytest.fixture
def clipboard(editor) -> Callable[[], str]:
    editor.browser.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"origin": editor.url, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
    )
    read = "const done = arguments[0]; navigator.clipboard.readText().then(done, (e) => done(`failed: ${e}`))"
    return lambda: editor.browser.execute_async_script(read)


def test_summary_is_copied_as_it_stands(editor, clipboard, answer):
    """复制 puts exactly the summary on the clipboard and says so."""
    editor.digest(SAMPLE)
    editor.click(".story:nth-child(2) [data-act=copy]")
    editor.until(lambda: "已复制" in editor.one(".story:nth-child(2) [data-act=copy]").text)
    assert clipboard() == answer["articles"][1]["summary"]["text"]


def test_page_digest_is_copied_whole_or_as_filtered(editor, clipboard, headlines):
    """Markdown and plain text hold each article's headline, theme and summary; a filter copies what it shows."""
    editor.digest(SAMPLE)
    editor.click("#copy-markdown")
    editor.until(lambda: "已复制" in editor.one("#copy-markdown").text)
    markdown = clipboard()
    assert re.findall(r"^## (\d)\. (.+)$", markdown, re.MULTILINE) == [(str(i), h) for i, h in enumerate(headlines, 1)]
    assert markdown.count("主题：**") == STORIES
    code = editor.one(".story:nth-child(1)").get_attribute("data-theme")
    editor.click(f"[data-filter={code}]")
    shown = [s for s in editor.all(".story") if s.is_displayed()]
    assert 0 < len(shown) < STORIES
    assert {s.get_attribute("data-theme") for s in shown} == {code}
    assert f"所选 {len(shown)} 篇" in editor.one("#copy-plain").text
    editor.click("#copy-plain")
    editor.until(lambda: "已复制" in editor.one("#copy-plain").text)
    plain = clipboard()
    assert headlines[0] in plain
    assert plain.count("【") == len(shown)


# ---- refusals ----


def test_empty_and_foreign_text_are_refused_in_chinese(chromium, url):
    """What the desk or the service refuses is told in a Chinese sentence, and the text stays where it was."""
    sitting = Editor(chromium, url)
    sitting.click("#run")
    assert "粘贴" in sitting.banner()
    english = "The council met on Tuesday and approved the budget without debate."
    sitting.paste(english)
    sitting.click("#run")
    sitting.until(lambda: "中文" in sitting.one("#banner").text)
    assert sitting.one("#source").get_attribute("value") == english
    assert sitting.one("#run").is_enabled()
    assert_clean(sitting, refused=(422,))


def test_lost_service_is_told(chromium, digester):
    """When the service cannot be reached the editor reads so, and may try again."""
    from service.app import create_app  # noqa: PLC0415

    with serving(create_app(digester=digester)) as address:
        sitting = Editor(chromium, address)
        sitting.paste(SAMPLE)
    sitting.click("#run")
    assert "连不上" in sitting.banner()
    assert sitting.one("#run").is_enabled()


def test_token_is_asked_for_once_and_kept_for_the_tab(chromium, digester, headlines):
    """A guarded service: the desk asks for the token, says when it is wrong, and remembers it over a reload."""
    from service.app import create_app  # noqa: PLC0415

    with serving(create_app({"tokens": ("yunshui-42",)}, digester=digester)) as address:
        sitting = Editor(chromium, address)
        sitting.paste(SAMPLE)
        sitting.click("#run")
        sitting.until(lambda: sitting.one("#token").is_displayed())
        sitting.one("#token-value").send_keys("falsch\n")
        sitting.until(lambda: sitting.one("#token").is_displayed() and "不认" in sitting.one("#token-why").text)
        sitting.one("#token-value").send_keys("yunshui-42\n")
        sitting.until(sitting.settled)
        assert sitting.headlines() == headlines
        sitting.browser.refresh()
        sitting.click("#back")
        sitting.digest(SAMPLE + "\n")
        assert not sitting.one("#token").is_displayed()
        assert_clean(sitting, refused=(401,))
