"""How a timeline is drawn: days that are known, those that are not, and the windows missed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from casecheck.report.audit.html_timeline import MOST_WINDOWS, Window, not_carried, timeline_svg
from casecheck.report.audit.timeline_axis import LEFT, RIGHT, Axis, axis_of, packed
from casecheck.results import Dated, Timeline, TimelineRow

TODAY = date(2026, 6, 30)
DAY = date(2026, 3, 2)
KNOWN = Dated(DAY, DAY)
NOT_KNOWN = Dated(None, None)


def row(section: str = "risks", start: Dated = KNOWN, **more: Any) -> TimelineRow:
    told: dict[str, Any] = {
        "row": 0,
        "id": "r",
        "of": "child1",
        "codes": ("neglect",),
        "lasting": True,
        **more,
    }
    return TimelineRow(section=section, start=start, **told)


def drawn(*rows: TimelineRow, windows: tuple[Window, ...] = ()) -> dict[str, str]:
    """The paths of a drawing by their class."""
    timeline = Timeline(Dated(date(2025, 1, 6), date(2025, 1, 6)), TODAY, rows)
    svg = timeline_svg(timeline, windows, "T")
    for x in re.findall(r"M(-?\d+)", svg):
        assert 0 <= int(x) <= 760
    return dict(re.findall(r'<path class="(\w)" d="([^"]*)"', svg))


def x(day: date) -> int:
    timeline = Timeline(Dated(date(2025, 1, 6), date(2025, 1, 6)), TODAY, (row(),))
    return axis_of(timeline, ()).x(day, day)


def test_a_bar_goes_from_its_first_day_to_its_last() -> None:
    end = Dated(date(2026, 5, 1), date(2026, 5, 1))
    told = drawn(row(end=end, ended_by="resolved_on"))
    first, last = x(DAY), x(date(2026, 5, 1))
    assert told["r"].startswith(f"M{first} ")
    assert told["r"].endswith(f"h{last - first}")
    assert not {"u", "v", "x"} & told.keys()


def test_what_has_not_ended_goes_on() -> None:
    told = drawn(row())
    assert told["r"].endswith(f"h{x(TODAY) - x(DAY)}")
    assert told["v"].startswith(f"M{x(TODAY) + 1} ")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (Dated(DAY, date(2026, 4, 1)), None),
        (Dated(None, DAY), None),
        (Dated(DAY, None), None),
        (KNOWN, NOT_KNOWN),
        (KNOWN, Dated(date(2026, 4, 1), date(2026, 5, 1))),
        (NOT_KNOWN, KNOWN),
    ],
)
def test_days_that_are_not_settled_are_hatched(start: Dated, end: Dated | None) -> None:
    told = drawn(row(start=start, end=end, ended_by="resolved_on" if end else ""))
    assert "u" in told
    assert "x" not in told
    # Nothing is drawn as certain of which the record does not say that it was so.
    sure = [int(one) for one in re.findall(r"M(\d+)", told.get("r", ""))]
    assert all(start.last is not None and one >= x(start.last) for one in sure)


def test_what_contradicts_itself_is_an_outline_and_nothing_else() -> None:
    early = Dated(date(2026, 2, 1), date(2026, 2, 1), contradictory=True)
    told = drawn(row(start=KNOWN._replace(contradictory=True), end=early, ended_by="resolved_on"))
    assert told["x"].startswith(f"M{x(early.first or DAY)} ")
    assert not {"r", "u", "v"} & told.keys()
    point = drawn(row("meetings", KNOWN._replace(contradictory=True), lasting=False))
    assert "x" in point
    assert "m" not in point


def test_points_and_ranges_of_them() -> None:
    told = drawn(row("meetings", lasting=False))
    assert told["m"].startswith(f"M{x(DAY) - 1} ")
    assert "u" in drawn(row("meetings", Dated(DAY, None), lasting=False))
    assert "i" in drawn(row("incidents", lasting=False))
    both = drawn(row("referrals", lasting=False, end=Dated(TODAY, TODAY), ended_by="made_on"))
    assert both["t"].endswith(f"H{x(TODAY)}")
    at_end = drawn(row("referrals", NOT_KNOWN, lasting=False, end=KNOWN, ended_by="made_on"))
    assert "o" in at_end


def test_rows_without_a_day_are_counted_beside_their_label() -> None:
    timeline = Timeline(KNOWN, TODAY, (row(start=NOT_KNOWN), row(row=1)))
    assert "neglect (undated: 1)" in timeline_svg(timeline, (), "T")
    alone = Timeline(KNOWN, TODAY, (row("visits", NOT_KNOWN, codes=(), lasting=False),))
    assert "(undated: 1)" in timeline_svg(alone, (), "T")


def test_what_lies_years_before_is_an_arrow_at_the_edge() -> None:
    old = Dated(date(1999, 1, 1), date(1999, 1, 1))
    assert drawn(row(start=old), row("plans", codes=("early_help", "")))["v"].startswith("M")
    told = drawn(row("meetings", old, lasting=False), row("plans", codes=("early_help", "")))
    assert f"M{LEFT - 1} " in told["v"]


def test_windows_that_were_missed_stand_above_with_the_number_of_their_finding() -> None:
    due, late = date(2026, 3, 20), date(2026, 4, 15)
    told = drawn(row(), windows=(Window(7, KNOWN, due, (late,)),))
    first, last = x(DAY), x(due)
    assert told["w"] == f"M{first} {told['w'].split()[1]}"
    assert told["w"].endswith(f"h{last - first}")
    assert told["d"].startswith(f"M{last} ")
    assert told["e"].startswith(f"M{x(late)} ")
    before = drawn(row(), windows=(Window(7, KNOWN, due, (date(2001, 1, 1),)),))
    assert "e" not in before
    assert f"M{LEFT - 1} " in before["v"]
    assert before["t"].endswith(f"H{LEFT}")
    timeline = Timeline(KNOWN, TODAY, (row(),))
    assert ">7</text>" in timeline_svg(timeline, (Window(7, None, due),), "T")
    many = tuple(Window(n, KNOWN, due) for n in range(1, MOST_WINDOWS + 9))
    assert drawn(row(), windows=many)["w"].count("M") == MOST_WINDOWS


def test_a_window_long_ago_is_in_the_drawing() -> None:
    due = date(2001, 1, 1)
    timeline = Timeline(KNOWN, TODAY, (row(),))
    assert axis_of(timeline, [due]).first < due
    assert axis_of(timeline, [date(2090, 1, 1)]).last < TODAY + timedelta(days=30)


def test_a_plan_shows_its_categories_from_the_day_of_each_change() -> None:
    start = Dated(date(2025, 1, 6), date(2025, 1, 6))
    plan = row("plans", start, codes=("child_protection", "neglect"), id="p")
    change = row(
        "category_changes", of="p", codes=("neglect", "physical_abuse"), lasting=False, id="c"
    )
    timeline = Timeline(KNOWN, TODAY, (plan, change))
    svg = timeline_svg(timeline, (), "T")
    assert ">neglect</text>" in svg
    assert ">physical abuse</text>" in svg
    assert f"M{axis_of(timeline, ()).x(DAY, DAY)} " in re.findall(r'class="c" d="([^"]*)"', svg)[0]


def test_a_due_day_is_a_line_across() -> None:
    told = drawn(row("actions", codes=("visit",), due=Dated(date(2026, 4, 1), date(2026, 4, 1))))
    assert told["d"].startswith(f"M{x(date(2026, 4, 1))} ")
    assert "d" not in drawn(row("actions", codes=("visit",), due=NOT_KNOWN))


def test_the_axis_holds_days_within_it() -> None:
    axis = Axis(date(2025, 1, 1), date(2026, 1, 1))
    assert (axis.x(date(1990, 1, 1), TODAY), axis.x(date(2050, 1, 1), TODAY)) == (LEFT, RIGHT)
    assert [mark.label for mark in axis.marks()] == [
        "2025",
        "Apr 2025",
        "Jul 2025",
        "Oct 2025",
        "2026",
    ]
    longer = Axis(date(2024, 1, 1), date(2027, 1, 1)).marks()
    assert [mark.label for mark in longer if mark.label] == ["2024", "2025", "2026", "2027"]
    assert len(list(Axis(date(1990, 1, 1), date(2026, 1, 1)).marks())) == 37
    assert Axis(DAY, DAY).last > DAY


def test_bars_that_overlap_stand_below_one_another_up_to_a_number() -> None:
    assert packed([(0, 5), (3, 9), (7, 8)], 9) == [0, 1, 0]
    assert packed([(0, 9)] * 5, 3) == [0, 1, 2, 2, 2]
    assert packed([], 3) == []


def test_what_is_not_carried_is_said() -> None:
    told = Timeline(KNOWN, TODAY, (), ("visits", "risks"), ("meetings",))
    assert not_carried(told) == (
        "Not in this record's extract: visits, risks. There in part, rows may be missing: meetings."
    )
    assert not_carried(Timeline(KNOWN, TODAY, ())) == ""
