"""The HTML report as a browser has it: nothing runs but its script, nothing is asked for, all fits.

It takes a browser some seconds to start, so these run with `-m slow`, and are skipped where there
is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe import needs_axe, violations
from chromium import Browser, browser, needs_chromium
from command_line import SAMPLES, casecheck
from hostile_words import TRIES
from report_fakes import RULES, FakeCheck, FakeLesson, FakeRules, small_audit
from test_report_html import page_of, with_words

from casecheck.record.faults import Unreadable
from casecheck.report.audit.origin import Origin
from casecheck.text.printable import printable

pytestmark = [pytest.mark.slow, needs_chromium]

A_PAGE = 50


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("report") / "samples.html"
    assert casecheck("audit", SAMPLES, "--output", output).status == 0
    return output


def test_no_hostile_text_runs_or_asks_for_anything(page: Browser, tmp_path: Path) -> None:
    assert len(set(TRIES)) == 500
    page.size(1366, 768)
    for first in range(0, len(TRIES), A_PAGE):
        tried = TRIES[first : first + A_PAGE]
        file = tmp_path / f"{first}.html"
        file.write_text(page_of_each(tried), encoding="utf-8", errors="backslashreplace")
        page.open(file)
        shown = page.run("document.body.textContent")
        assert [words for words in tried if shown.count(printable(words)) < PLACES] == []
        page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.run(f"[...document.querySelectorAll('*')].filter({_HANDLED}).length") == 0
        assert page.requests() == []
        assert page.run("typeof bad") == "undefined"
        assert page.refused() == []
        assert page.run("document.scripts.length") == 1
        assert page.run("document.querySelectorAll('img,iframe,link,base,math,object').length") == 0
        assert page.run("location.protocol") == "file:"


_HANDLED = "one => one.getAttributeNames().some(name => name.startsWith('on'))"
PLACES = 20
"""In at least so many places of the page each text is shown."""


def page_of_each(tried: Sequence[str]) -> str:
    """A page with each of these in every text that can reach it, in cases of its own."""
    items = [changed for words in tried for changed in map(partial(with_words, words), _KINDS)]
    numbers = [*(one.id for one in RULES.lessons), *(f"P{at}.9" for at in range(1, len(tried)))]
    lessons = [
        FakeLesson(number, words, 1, [FakeCheck(words, words)])
        for number, words in zip(numbers, tried, strict=False)
    ]
    return page_of(
        items,
        notices=tried,
        notes=tried,
        rules=FakeRules("sha256:0", lessons),
        origin=Origin(tried[0], tried, tried[0], False, False),
        deviations=tried,
    )


_KINDS = [one for one in small_audit() if isinstance(one, Unreadable) or one.case_id != "C-0103"]


def test_its_policy_refuses_what_is_put_into_it(page: Browser, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    added = (
        "<script>window.bad = 1</script><img src='http://127.0.0.1:9/x.png'><p style='color:red'>x"
    )
    file.write_text(page_of(small_audit()).replace("</main>", f"{added}</main>"))
    page.open(file)
    assert page.run("window.bad") is None
    assert len(page.refused()) == 3
    assert (
        page.run("getComputedStyle(document.querySelector('p[style]')).color") != "rgb(255, 0, 0)"
    )


def test_the_cases_are_filtered(page: Browser, samples: Path) -> None:
    page.size(1366, 768)
    page.open(samples)
    shown = "[...document.querySelectorAll('.case')].filter(one => !one.hidden).length"
    every = page.run(shown)
    assert (
        page.run("document.getElementById('told').textContent")
        == f"Cases shown: {every} of {every}"
    )

    def choose(name: str, value: str) -> int:
        page.run(
            f"document.forms[0].elements[{json.dumps(name)}].value = {json.dumps(value)};"
            "document.forms[0].dispatchEvent(new Event('input'))"
        )
        number = page.run(shown)
        assert isinstance(number, int)
        return number

    assert 0 < choose("lesson", "P7.1") < every
    items = "[...document.querySelectorAll('.case:not([hidden]) li[data-l]')]"
    of_lesson = (
        f"{items}.filter(one => one.checkVisibility()).every(one => one.dataset.l.includes('P7.1'))"
    )
    assert page.run(of_lesson)
    assert 0 < choose("outcome", "b") < every
    assert choose("lesson", "") > 0
    assert choose("outcome", "") == every
    assert page.run("document.querySelectorAll('.case li[hidden]').length") == 0
    assert choose("case", "c-0104") == 1
    assert choose("case", "") == every
    assert 0 < choose("team", "TEAM-A") < every


def test_it_can_be_read_with_scripts_off(page: Browser, samples: Path) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open(samples)
        assert page.run("document.getElementById('tools').checkVisibility()") is False
        assert page.run("document.querySelector('.case[open] svg[role=img]').checkVisibility()")
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("width", [360, 390, 768, 1366])
def test_no_page_is_scrolled_sideways(page: Browser, samples: Path, width: int) -> None:
    page.size(width, 800, mobile=width < 700)
    page.open(samples)
    page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.run("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_can_be_read_against_what_is_behind_it(
    page: Browser, samples: Path, dark: bool
) -> None:
    page.size(1366, 768, dark=dark)
    page.open(samples)
    assert page.run(_CONTRAST) == []


def test_what_a_screen_reader_hears(page: Browser, samples: Path) -> None:
    page.size(1366, 768)
    page.open(samples)
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    heard = [_heard(one) for one in nodes if not one.get("ignored")]
    roles = {role for role, _ in heard}
    assert {
        "banner",
        "main",
        "contentinfo",
        "heading",
        "table",
        "rowheader",
        "columnheader",
    } <= roles
    pictures = [name for role, name in heard if role == "image"]
    assert pictures
    assert all(name.startswith("Timeline of C-") for name in pictures)
    for role, name in heard:
        if role in ("textbox", "searchbox", "combobox", "button", "link", "region", "form"):
            assert name, role


def _heard(node: dict[str, Any]) -> tuple[str, str]:
    return node["role"]["value"], str(node.get("name", {}).get("value", ""))


def test_it_is_printed_light_with_each_case_and_its_notes(
    page: Browser, samples: Path, tmp_path: Path
) -> None:
    page.size(1366, 768, dark=True)
    page.open(samples)
    page.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert page.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.run("document.querySelector('.case .notes').checkVisibility()")
        assert not page.run("document.getElementById('tools').checkVisibility()")
    finally:
        page.call("Emulation.setEmulatedMedia", media="")
    page.pdf(tmp_path / "a.pdf")
    cases = page.run("document.querySelectorAll('.case').length")
    assert (tmp_path / "a.pdf").read_bytes().count(b"/Type /Page\n") > cases


@needs_axe
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1366])
def test_axe_finds_nothing(page: Browser, samples: Path, dark: bool, width: int) -> None:
    page.size(width, 768, dark=dark, mobile=width < 700)
    page.open(samples)
    page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert violations(page) == []


_CONTRAST = """
(() => {
  const light = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const numbers = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const behind = one => {
    for (let at = one; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !one.checkVisibility()) continue;
    if (['SCRIPT', 'STYLE', 'title', 'desc'].includes(one.tagName)) continue;
    const style = getComputedStyle(one);
    const own = one instanceof SVGElement ? style.fill : style.color;
    // What is written along a plan's bar stands on the bar's colour.
    const bar = one.closest('g.b') ? document.querySelector('path.p') : null;
    const back = bar ? numbers(getComputedStyle(bar).stroke) : behind(one);
    const [a, b] = [luminance(numbers(own)), luminance(back)].sort((x, y) => y - x);
    const which = one.tagName + '.' + one.className + ' ' + own + ' on ' + back;
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.add(which);
  }
  return [...poor];
})()
"""
