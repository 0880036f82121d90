"""The board paper as a browser has it: nothing runs, nothing is asked for, all of it fits.

It takes a browser some seconds to start, so these run with `-m slow`, and are skipped where there
is none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from axe import needs_axe, violations
from chromium import Browser, browser, needs_chromium
from hostile_words import TRIES
from test_board import QUARTERS, RED_DOT, RISING, measure, paper, period, response, withheld
from test_estimate_html import of_now

from casecheck.qag.register.state import ActionState, Entered, RegisterState, Said
from casecheck.report.board.notes import read_notes
from casecheck.report.board.page import BoardPage
from casecheck.report.board.paper import Extract, Paper, SampleRate, parts_of
from casecheck.report.board.template import PLAIN, Template, read_template
from casecheck.report.qag.estimate_html import estimate_html
from casecheck.response.model import Response
from casecheck.text.printable import printable

pytestmark = [pytest.mark.slow, needs_chromium]

_ON = date(2026, 3, 31)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def written(folder: Path, one: Paper) -> Path:
    file = folder / "board.html"
    file.write_text("".join(BoardPage(one).page()), encoding="utf-8", errors="backslashreplace")
    return file


# --- hostile texts --------------------------------------------------------------------------------


def hostile_response(words: str) -> Response:
    """The response with the same words in each text of it."""
    shipped = response()
    timed = replace(shipped.actions[0].timed, deadline=words)
    return replace(
        shipped,
        title=words,
        themes=tuple(replace(one, title=words) for one in shipped.themes),
        findings=tuple(replace(one, text=words) for one in shipped.findings),
        lessons=tuple(replace(one, text=words) for one in shipped.lessons),
        actions=tuple(replace(one, id=words, text=words, owner=words, timed=timed)
                      for one in shipped.actions),
        how=tuple(replace(one, text=words, not_answered=words, answered_by=("P1.1", words, "M6c"))
                  for one in shipped.how),
    )  # fmt: skip


def hostile_paper(words: str, folder: Path) -> Paper:
    """A paper with the same words in each text that can reach it."""
    one = hostile_response(words)
    said = (Said(1, _ON, "started", words, words),)
    actions = [ActionState(action, "started", said, "overdue", -3) for action in one.actions]
    entered = (Entered(1, "M6c", words, _ON, words, {words: words}),)
    shown = [
        measure(words, [withheld(words), RISING[0]], words)._replace(asks=words),
        measure("M1a", [withheld(QUARTERS[0])], words),
        measure("M2a", [period(printable(words), 4, 30)] * 3, words),
    ]
    notes = folder / "notes.md"
    notes.write_text(f"## Summary\n\n{printable(words)}\n\n- {printable(words)}\n")
    return replace(
        paper(*shown),
        template=hostile_template(words, folder),
        register=RegisterState(_ON, (one,), tuple(actions), entered),
        not_asked={"M6c": words, words: words},
        rates={"P1.1": SampleRate("P1.1", words)},
        rates_basis=words,
        extract=Extract(3, _ON, 1, [words], [words]),
        notes=read_notes(notes, parts_of([response()])),
        protected=words,
        rules=words,
    )


def hostile_template(words: str, folder: Path) -> Template:
    """As a file gives it, where the words can stand in one."""
    file = folder / "board.toml"
    folder.joinpath("logo.png").write_bytes(RED_DOT + words.encode(errors="replace"))
    told = printable(words).replace("\\", "\\\\").replace('"', '\\"')
    file.write_text(f'name = "{told}"\ntitle = "{told}"\nlogo = "logo.png"\n')
    tomllib.loads(file.read_text())
    return read_template(file) if words else PLAIN


@pytest.mark.parametrize(
    "tried", [TRIES[::10], pytest.param(TRIES, marks=pytest.mark.longest)], ids=len
)
def test_no_hostile_text_runs_or_asks_for_anything(
    page: Browser, tmp_path: Path, tried: list[str]
) -> None:
    assert len(set(TRIES)) == 500
    page.size(1366, 768)
    for words in tried:
        page.open(written(tmp_path, hostile_paper(words, tmp_path)))
        shown = page.run("document.body.textContent")
        assert shown.count(printable(words)) > 100, words
        # The logo stands in the page, and is asked of no network.
        asked = [url for url in page.requests() if not url.startswith("data:image/png")]
        assert asked == [], words
        assert page.refused() == [], words
        assert page.run(_STRANGE) == [], words


_STRANGE = """
[typeof bad !== 'undefined' ? 'ran' : '', location.protocol === 'file:' ? '' : location.href,
 ...[...document.querySelectorAll('script,iframe,link,base,math,object,form,animate')].map(
   one => one.tagName),
 ...[...document.querySelectorAll('img')].slice(1).map(one => one.outerHTML),
 ...[...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames()).filter(
   name => name.startsWith('on') || name === 'style')].filter(one => one)
"""


# --- how it looks ---------------------------------------------------------------------------------


def whole(folder: Path) -> Paper:
    """A paper with something in each part of it."""
    notes = folder / "notes.md"
    notes.write_text("## Summary\n\nChairs *now* record why.\n\n- One\n- Two\n\n## P1\n\nWords.\n")
    said = (Said(1, _ON, "started", "the chair", "Begun in the north."),)
    one = paper(
        measure("M1a", RISING, "Rises"),
        measure("M2a", [*RISING[:9], *[withheld(one) for one in QUARTERS[9:]]], "Is withheld"),
        measure("M1b", [withheld(one) for one in QUARTERS], "Cannot be shown"),
        measure("M3c", [], "Has nobody"),
    )
    actions = [replace(of, said=said) for of in one.register.actions]
    return replace(
        one,
        template=hostile_template("Our board", folder)._replace(colour="#5a2d82"),
        register=replace(one.register, actions=tuple(actions)),
        extract=Extract(600, _ON, 1, ["meetings"], ["P1.1 chair-agreement"]),
        notes=read_notes(notes, parts_of([response()])),
        protected="12 cells are withheld.",
    )


@pytest.mark.parametrize("width", [360, 390, 768, 1366])
def test_no_page_is_scrolled_sideways(page: Browser, tmp_path: Path, width: int) -> None:
    page.size(width, 800, mobile=width < 700)
    page.open(written(tmp_path, whole(tmp_path)))
    page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.run("document.documentElement.scrollWidth") <= width


@needs_axe
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize("kind", ["board", "estimate"])
def test_axe_finds_nothing(
    page: Browser, tmp_path: Path, kind: str, width: int, dark: bool
) -> None:
    page.size(width, 768, dark=dark, mobile=width < 700)
    if kind == "board":
        file = written(tmp_path, whole(tmp_path))
    else:
        file = tmp_path / "estimate.html"
        file.write_text("".join(estimate_html(of_now())), encoding="utf-8")
    page.open(file)
    page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert violations(page) == []


@needs_axe
def test_axe_would_find_something(page: Browser, tmp_path: Path) -> None:
    file = written(tmp_path, whole(tmp_path))
    file.write_text(file.read_text().replace('<html lang="en-GB">', "<html>"))
    page.open(file)
    assert violations(page) == ["html-has-lang <html>"]
