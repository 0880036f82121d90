"""Estimates as a page: what the text says, each rate drawn on a scale, and nothing that runs."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from amounts import few
from html_pages import checked
from hypothesis import given
from hypothesis import strategies as st
from qag_judged import LESSONS, as_the_engine, judged
from report_fakes import hostile_text
from test_qag_estimate import CONFIDENCE, EVERY, RISK, STRATIFIED, sampled, told

from casecheck.qag.estimates.assembling import assembled
from casecheck.qag.estimates.rates import ALL_JUDGED, Measure
from casecheck.qag.estimates.report import Report
from casecheck.qag.inference.intervals import Interval
from casecheck.qag.sampling.plan import Plan
from casecheck.qag.store.store import Store
from casecheck.report.qag.estimate_html import estimate_html
from casecheck.report.qag.forest_plot import drawn

PLANS = (Plan("simple", 57, LESSONS, EVERY), STRATIFIED, RISK)
SHARES = st.floats(0, 1, allow_nan=False)


def report(file: Path, name: str, before: str | None = None) -> Report:
    with Store.open(file, create=False) as store:
        return assembled(store, name, before, CONFIDENCE, iter)


@cache
def of_now() -> Report:
    """A judged sample, with an earlier one."""
    with TemporaryDirectory(prefix="casecheck-tests-") as folder:
        return report(judged(Path(folder)), "now", "before")


def numbers(text: str) -> set[str]:
    return set(re.findall(r"[+-]?\d[\d.,]*", text))


@pytest.mark.parametrize("plan", few(PLANS, PLANS[-1]), ids=lambda plan: plan.design)
def test_the_page_tells_each_number_of_the_text(tmp_path: Path, plan: Plan) -> None:
    file = sampled(tmp_path, plan, as_the_engine)
    page = checked("".join(estimate_html(report(file, "s"))))
    text = told(file, "s")
    assert len(numbers(text)) > 30
    assert numbers(text) - numbers(" ".join(one.text for one in page.elements)) == set()
    titles = [one.text for one in page.all("h2")]
    assert titles == re.findall(r"(?<=\n\n)\S.*(?=\n)", text)


@pytest.mark.slow
def test_each_row_that_states_a_rate_draws_it() -> None:
    page = checked("".join(estimate_html(of_now())))
    drawings = [one for one in page.all("svg") if one.attributes.get("class") == "forest"]
    rows = len(of_now().estimates)
    changes = sum(one.change is not None for one in of_now().estimates)
    doubted = {one.lesson for one in of_now().estimates if one.undecided.n}
    unsure = sum(
        bool(one.undecided.n) or (not one.check and one.lesson in doubted)
        for one in of_now().estimates
    )
    assert changes == rows
    assert len(drawings) == 3 * rows + unsure


def ends(markup: str, class_: str) -> list[list[float]]:
    paths = re.findall(rf'<path class="{class_}" d="([^"]*)"/>', markup)
    return [[float(one) for one in re.findall(r"[\d.]+", path)] for path in paths]


@given(SHARES, SHARES, SHARES)
def test_a_rate_is_drawn_from_bound_to_bound(one: float, other: float, another: float) -> None:
    lower, value, upper = sorted((one, other, another))
    picture = drawn(Measure(9, 40, "some", value, Interval(lower, upper)), "share")
    line, left, right = ends(picture, "ci")
    assert [line[0], line[2]] == pytest.approx([200 * lower, 200 * upper], abs=0.06)
    assert (left[0], right[0]) == (line[0], line[2])
    ((at, *_),) = ends(picture, "pt")
    assert at == pytest.approx(200 * value, abs=0.06)


def test_a_difference_has_nought_in_the_middle() -> None:
    picture = drawn(Measure(9, 40, "some", 0.0, Interval(-1.0, 0.5)), "difference")
    assert ends(picture, "ci")[0] == [0, 8, 150]
    assert ends(picture, "pt") == [[100, 3, 13]]


def test_what_is_known_has_no_bounds_and_what_is_refused_is_not_drawn() -> None:
    known = drawn(Measure(40, 40, ALL_JUDGED, 0.5, Interval(0.5, 0.5)), "share")
    assert (len(ends(known, "ci")), len(ends(known, "pt"))) == (0, 1)
    refused = drawn(Measure(1, 40, "", refused="too few"), "share")
    assert (len(ends(refused, "ci")), len(ends(refused, "pt"))) == (0, 0)
    assert ends(refused, "g") == ends(known, "g")


MARKUP = st.sampled_from(
    ["<script>x()</script>", '"><img src=x onerror=x()>', "</title></style>`<b>`", "<!--", "&lt;"]
)


@given(st.lists(MARKUP | hostile_text(), min_size=4, max_size=4))
def test_no_hostile_text_is_markup(texts: list[str]) -> None:
    note, lesson, check, name = texts
    now = of_now()
    strange = replace(
        now,
        view=now.view._replace(sample=replace(now.view.sample, name=name)),
        estimates=[replace(one, lesson=lesson or "P", check=check) for one in now.estimates],
        notes=[note],
    )
    page = checked("".join(estimate_html(strange)))
    plain = checked("".join(estimate_html(now)))
    assert {one.name for one in page.elements} <= {one.name for one in plain.elements} | {"code"}


@pytest.mark.slow
def test_the_page_is_written_where_output_is_called_so(tmp_path: Path) -> None:
    file, page = judged(tmp_path), tmp_path / "estimate.html"
    told(file, "now", "--output", str(page))
    assert page.read_text(encoding="utf-8") == "".join(estimate_html(report(file, "now")))
