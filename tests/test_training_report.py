"""training.report: one page that needs nothing else, with the figures of the run, plots and Chinese labels."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser

import pytest

from model.errors import ZhaibianError
from training import measures
from training.evaluate import Line, Report
from training.fit import Lesson
from training.measures import Figure, Label
from training.report import render

pytest_plugins = ["tests.small_corpus"]

VOID = {"meta", "br", "link", "img", "hr", "input"}


class Page(HTMLParser):
    """Checks that elements nest, and collects ids, links and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element opens."""
        if tag not in VOID:
            self.open.append(tag)
        self._note(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser calls it
        """An element without content."""
        self._note(attrs)

    def handle_endtag(self, tag: str) -> None:
        """The innermost open element closes."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text, whole between two tags."""
        self.words.append(data)

    def _note(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in {"src", "href", "xlink:href"}:
                self.links.append(value or "")


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    assert page.open == []
    return page


@pytest.fixture(scope="module")
def html(report: Report, lesson: Lesson) -> str:
    return render(report, lesson.bundle.manifest, {"gold/accuracy": 0.1, "gold/best_hit": 0.99})


def test_needs_nothing_else(html: str) -> None:
    """No address but the names of SVG: no script, font, picture or style from elsewhere; links stay inside the page."""
    page = read(html)

    assert set(re.findall(r"https?://[^\s\"'<]+", html)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "<script" not in html
    assert "@import" not in html
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert len(page.ids) == len(set(page.ids))


def test_shows_every_figure(html: str, report: Report) -> None:
    """Value, interval, n and baseline of each line stand in the table; floors say held or fell through."""
    for line in report.lines:
        assert f"{line.ours.value:.3f}" in html
        assert f"[{line.ours.low:.3f}, {line.ours.high:.3f}]" in html
        if line.baseline:
            assert f"{line.against} {line.baseline.value:.3f}" in html
    assert "0.100 held" in html
    assert "0.990 fell through" in html


def test_shows_themes_groups_and_plots(html: str, report: Report) -> None:
    """F1 of each theme, each genre, and the three plots; theme names are text that a reader's font draws."""
    page = read(html)
    labels = report.labels["gold"]

    for row in measures.by_theme(labels, ["safety", "rule_of_law", "environment", "industry", "community", "other"]):
        assert f"{row.f1:.3f}" in html
    assert {label.genre for label in labels} <= set(page.words)
    assert page.words.count("安全") >= 2  # the axes of the confusion matrix
    assert [html.count(f'aria-label="{name}"') for name in ("reliability", "coverage", "confusion-gold")] == [1, 1, 1]
    assert "Noto Sans CJK SC" in html
    assert "DejaVu" not in html


def test_is_the_same_every_time(html: str, report: Report, lesson: Lesson) -> None:
    """No clock and no random ids: the same run gives the same bytes."""
    assert render(report, lesson.bundle.manifest, {"gold/accuracy": 0.1, "gold/best_hit": 0.99}) == html


def test_foreign_names_are_escaped(lesson: Lesson) -> None:
    """A source or a set may be called anything."""
    labels = tuple(Label("safety", "safety", 0.9, accepted=True, source=s) for s in ("<b>&", "plain"))
    line = Line("accuracy", "<i>", Figure(1.0, 0.5, 1.0, 2))

    page = read(render(Report("<u>", (line,), {"<i>": labels}), lesson.bundle.manifest))

    assert {"<b>&", "<i>"} <= set(page.words)


def test_an_empty_set_is_left_out(lesson: Lesson, report: Report) -> None:
    """A set without articles has no section and breaks no plot."""
    html = render(Report("v", report.lines, {"gold": report.labels["gold"], "dev": ()}), lesson.bundle.manifest)

    assert "Themes on dev" not in html


def test_without_matplotlib_it_says_what_to_install(
    report: Report, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plots are an extra; its absence is one sentence with the command."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "training.plots", raising=False)
    monkeypatch.delattr("training.plots", raising=False)

    with pytest.raises(ZhaibianError, match=r"\.\[report\]"):
        render(report, lesson.bundle.manifest)
