"""The functions of conditions: what each asks, of days, ranges, unknowns and what has not been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import drawn_records
import pytest
import two_readings
from amounts import tries
from test_lessons_conditions import HERE, read

from casecheck.lessons.condition_words import FUNCTIONS
from casecheck.lessons.errors import PageError
from casecheck.record.model import FIELDS
from casecheck.results import Outcome
from casecheck.truth.kleene import Truth

Rows = Mapping[str, str]

PLAN = {"id": "plan", "subject": "child", "level": "child_protection"}
PEOPLE: list[dict[str, Any]] = [
    {"id": "child", "born": "2010-05"}, {"id": "other", "born": "2012-05"},
    {"id": "somebody", "born": None},
]  # fmt: skip
BASE: dict[str, Any] = {
    "schema": "casecheck/1", "case_id": "C-1", "extracted_on": "2026-06-30",
    "opened_on": "2026-01-01", **{section: [] for section in FIELDS}, "people": PEOPLE,
}  # fmt: skip


def of(text: str, **rows: dict[str, Any]) -> Truth:
    """What a condition is of rows given by `name=row`; a row says its section by `of`."""
    record: dict[str, Any] = {**BASE}
    names = {name: row.pop("of") for name, row in ((n, dict(r)) for n, r in rows.items())}
    places = {}
    for name, row in rows.items():
        section = names[name]
        given = {key: value for key, value in row.items() if key != "of"}
        record[section] = [*record[section], {"id": name, **given}]
        places[name] = (section, len(record[section]) - 1)
    known = drawn_records.known_of(record)
    return two_readings.truth(
        text, names, known, {name: known.row_at(*at) for name, at in places.items()}
    )


def plan(start: str, end: str | None = None, **more: Any) -> dict[str, Any]:
    return {"of": "plans", "subject": "child", "level": "child_protection", "start": start,
            "end": end, **more}  # fmt: skip


def risk(on: str, until: str | None = None) -> dict[str, Any]:
    return {"of": "risks", "subject": "child", "kind": "neglect", "identified_on": on,
            "resolved_on": until}  # fmt: skip


def incident(on: str, known_on: str | None = None, **more: Any) -> dict[str, Any]:
    return {"of": "incidents", "kind": "injury", "on": on, "known_on": known_on, **more}


def meeting(**more: Any) -> dict[str, Any]:
    return {"of": "meetings", "kind": "strategy", "on": "2026-03-01", **more}


YES, NO, PERHAPS = True, False, None

# --- before --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "day", "expected"),
    [
        ("2026-03-02", "2026-03-01", YES),
        ("2026-03-01", "2026-03-01", NO),  # on the day is not before it
        ("2026-02-28", "2026-03-01", NO),
        (None, "2026-03-01", YES),  # it has not happened
        ("unknown", "2026-03-01", PERHAPS),
        ("2026-03-02/2026-03-09", "2026-03-01", YES),
        ("2026-03-01/2026-03-09", "2026-03-01", PERHAPS),
        ("../2026-03-01", "2026-03-01", NO),
        ("2026-03-02/..", "2026-03-01", YES),
        (None, "../2026-03-01", YES),  # it has not happened, whatever the day
        ("2026-03-02", "2026-02-01/2026-03-01", YES),
        ("2026-03-02", "2026-02-01/2026-03-02", PERHAPS),
        ("unknown", "../2026-03-01", PERHAPS),
    ],
)
def test_before_an_event_that_may_not_have_happened(
    end: str | None, day: str, expected: Truth
) -> None:
    rows = {"plan": plan("2025-01-01", end), "risk": risk(day)}
    assert of("before(plan.end, risk.identified_on)", **rows) is expected
    opposite = None if expected is None else not expected
    assert of("not before(plan.end, risk.identified_on)", **rows) is opposite


@pytest.mark.parametrize(
    ("end", "resolved", "expected"),
    [
        ("2026-03-02", "2026-03-01", YES),
        ("2026-03-02", None, NO),  # what has not happened lies before nothing
        (None, None, YES),
        (None, "unknown", YES),
        ("2026-03-02", "unknown", PERHAPS),
        ("unknown", None, PERHAPS),
    ],
)
def test_before_an_event_a_day_that_may_not_have_come(
    end: str | None, resolved: str | None, expected: Truth
) -> None:
    rows = {"plan": plan("2025-01-01", end), "risk": risk("2025-02-01", resolved)}
    assert of("before(plan.end, risk.resolved_on)", **rows) is expected
    opposite = None if expected is None else not expected
    assert of("not before(plan.end, risk.resolved_on)", **rows) is opposite


def test_before_takes_days_added_and_the_later_of_two() -> None:
    rows = {"plan": plan("2025-01-01", "2026-03-10"), "risk": risk("2026-03-01")}
    assert of("before(plan.end, risk.identified_on + 8)", **rows) is YES
    assert of("before(plan.end - 1, risk.identified_on + 8)", **rows) is NO
    assert of("before(plan.end, later(risk.identified_on, opened_on))", **rows) is YES
    assert of("before(plan.end, later(risk.identified_on + 9, opened_on))", **rows) is NO
    assert of("before(plan.end, earlier(risk.identified_on + 9, opened_on))", **rows) is YES


# --- overlaps ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-03-01", "2026-03-10", YES),
        ("2026-02-01", "2026-03-01", YES),  # the last day of one is the first of the other
        ("2026-02-01", "2026-02-28", NO),
        ("2026-03-31", None, YES),
        ("2026-04-01", None, NO),
        ("2026-02-01", None, YES),  # it goes on
        ("2026-02-01", "unknown", PERHAPS),
        ("2026-03-02", "unknown", PERHAPS),  # each comparison by itself: the end may be any day
        ("2026-04-01", "unknown", NO),
        ("2026-02-01/2026-03-05", None, YES),
        ("2026-02-01/2026-04-01", None, PERHAPS),
        ("2026-02-01", "2026-02-20/2026-03-01", PERHAPS),
        (None, "2026-02-28", NO),  # the start of a relationship is a fact
        (None, "2026-03-01", PERHAPS),
        (None, None, PERHAPS),
    ],
)
def test_periods_have_a_day_in_common(start: str | None, end: str | None, expected: Truth) -> None:
    link = {"of": "relationships", "kind": "parent_of", "from": "child", "to": "other",
            "start": start, "end": end}  # fmt: skip
    rows = {"plan": plan("2026-03-01", "2026-03-31"), "link": link}
    opposite = None if expected is None else not expected
    for asked in ("overlaps(plan, link)", "overlaps(link, plan)"):
        assert of(asked, **rows) is expected
        assert of(f"not {asked}", **rows) is opposite


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [("2026-02-01", None, YES), ("2026-02-01", "2026-02-02", NO), ("2026-04-01", None, NO)],
)
def test_a_risk_and_an_assessment_have_periods_too(
    first: str, last: str | None, expected: Truth
) -> None:
    assessment = {"of": "assessments", "subject": "child", "kind": "risk", "started_on":
                  "2026-03-01", "completed_on": "2026-03-31"}  # fmt: skip
    found = of("overlaps(risk, assessment)", risk=risk(first, last), assessment=assessment)
    assert found is expected


# --- lasted --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-03-01", "2026-03-29", YES),
        ("2026-03-01", "2026-03-28", NO),
        ("2026-06-02", None, YES),  # until today, the 30th of June
        ("2026-06-03", None, NO),
        ("2026-06-03", "unknown", NO),  # no later than today
        ("2026-06-02", "unknown", PERHAPS),
        ("2026-03-01", "2026-03-28/2026-03-29", PERHAPS),
        ("2026-03-01", "2026-03-29/..", YES),
        ("../2026-03-01", "2026-03-29", YES),
        ("../2026-03-02", "2026-03-29", PERHAPS),
    ],
)
def test_it_went_on_for_so_many_days(start: str, end: str | None, expected: Truth) -> None:
    for days in ("28", "days", "days - 1 + 1"):
        assert of(f"lasted(plan.start, plan.end, {days})", plan=plan(start, end)) is expected
    opposite = None if expected is None else not expected
    assert of("not lasted(plan.start, plan.end, 28)", plan=plan(start, end)) is opposite


def test_it_lasted_from_the_later_of_two_days() -> None:
    one = plan("2026-03-01", "2026-03-29")
    assert of("lasted(later(plan.start, opened_on), plan.end, 28)", plan=one) is YES
    assert of("lasted(later(plan.start + 1, opened_on), plan.end, 28)", plan=one) is NO
    assert of("lasted(earlier(plan.start + 1, opened_on), plan.end, 28)", plan=one) is YES


# --- later, earlier, known, birthday, older ------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "later", "earlier"),
    [
        # compared with 10 March: `<=`
        ("2026-03-09", "2026-03-10", YES, YES),
        ("2026-03-09", "2026-03-11", NO, YES),
        ("2026-03-11", "2026-03-12", NO, NO),
        ("../2026-03-10", "2026-03-10", YES, YES),
        ("2026-03-01/2026-03-20", "2026-03-10", PERHAPS, YES),
        ("2026-03-01/2026-03-20", "2026-03-11", NO, PERHAPS),
        ("../2026-03-20", "2026-03-01/2026-03-11", PERHAPS, PERHAPS),
    ],
)
def test_the_later_and_the_earlier_of_two_days(
    first: str, second: str, later: Truth, earlier: Truth
) -> None:
    rows = {"plan": plan("2026-03-10"), "a": risk(first), "b": risk(second)}
    for function, expected in (("later", later), ("earlier", earlier)):
        for each in ("a.identified_on, b.identified_on", "b.identified_on, a.identified_on"):
            assert of(f"{function}({each}) <= plan.start", **rows) is expected
            assert of(f"plan.start >= {function}({each})", **rows) is expected
            assert of(f"{function}({each}) + 7 <= plan.start + 7", **rows) is expected
            opposite = None if expected is None else not expected
            assert of(f"{function}({each}) > plan.start", **rows) is opposite
            assert of(f"not ({function}({each}) <= plan.start)", **rows) is opposite


def test_the_later_of_three_days_is_one_within_another() -> None:
    rows = {"plan": plan("2026-03-10"), "a": risk("2026-03-09"), "b": risk("2026-03-11")}
    days = "later(opened_on, later(a.identified_on, b.identified_on))"
    assert of(f"{days} <= plan.start", **rows) is NO
    assert of(f"{days} <= plan.start + 1", **rows) is YES
    assert of(f"workdays({days}, plan.start + 2) >= 1", **rows) is YES
    assert of(f"workdays({days}, plan.start + 1) >= 1", **rows) is NO


@pytest.mark.parametrize(
    ("on", "known_on", "expected"),
    [
        ("2026-03-10", None, YES),
        ("2026-03-11", None, NO),
        ("2026-03-01", "2026-03-10", YES),
        ("2026-03-01", "2026-03-11", NO),
        ("../2026-03-11", "2026-03-10", YES),  # when it was does not matter once it is known
        ("../2026-03-11", None, PERHAPS),
        ("2026-03-01", "unknown", PERHAPS),
        ("2026-03-11", "unknown", NO),  # it was known on the day itself at the earliest
        ("2026-03-01", "2026-03-09/2026-03-11", PERHAPS),
    ],
)
def test_the_day_from_which_services_knew(on: str, known_on: str | None, expected: Truth) -> None:
    rows = {"plan": plan("2026-03-10"), "one": incident(on, known_on)}
    assert of("known(one) <= plan.start", **rows) is expected
    assert of("known(one) + 2 <= plan.start + 2", **rows) is expected
    assert of("plan.start < known(one)", **rows) is (None if expected is None else not expected)


def test_a_relationship_is_known_from_its_start() -> None:
    link = {"of": "relationships", "kind": "partner_of", "from": "child", "to": "other"}
    rows = {"plan": plan("2026-03-10"), "link": {**link, "start": "2026-03-10"}}
    assert of("known(link) <= plan.start", **rows) is YES
    rows["link"] = {**link, "start": None}
    assert of("known(link) <= plan.start", **rows) is PERHAPS
    rows["link"] = {**link, "start": None, "known_on": "2026-03-11"}
    assert of("known(link) <= plan.start", **rows) is NO


@pytest.mark.parametrize(
    ("start", "expected"),
    [("2025-04-30", NO), ("2025-05-01", PERHAPS), ("2025-05-30", PERHAPS), ("2025-05-31", YES)],
)
def test_a_birthday_is_known_as_well_as_the_birth(start: str, expected: Truth) -> None:
    assert of("birthday(15, plan.subject) <= plan.start", plan=plan(start)) is expected
    assert of("plan.start < birthday(15, plan.subject)", plan=plan(start)) is (
        None if expected is None else not expected
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2010-04", "2012-05", YES),
        ("2010-05", "2012-05", PERHAPS),  # the day of the month decides
        ("2010-06", "2012-05", NO),
        ("2010", "2012-12", PERHAPS),
        ("2010", "2013", YES),  # by 1 January 2013 at the latest
        ("2010", "2011", NO),
        (None, "2012-05", PERHAPS),
        ("2010-04", None, PERHAPS),
    ],
)
def test_older_by_so_many_years(first: str | None, second: str | None, expected: Truth) -> None:
    rows = {"a": {"of": "people", "born": first}, "b": {"of": "people", "born": second}}
    assert of("older(2, a, b)", **rows) is expected
    assert of("not older(2, a, b)", **rows) is (None if expected is None else not expected)


# --- recorded, same_code, whose ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "plain", "recorded"), [(True, YES, YES), (False, NO, NO), (None, PERHAPS, NO)]
)
def test_a_flag_that_is_recorded(flag: bool | None, plain: Truth, recorded: Truth) -> None:
    one = meeting(quorate=flag)
    assert of("meeting.quorate", meeting=one) is plain
    assert of("recorded(meeting.quorate)", meeting=one) is recorded
    assert of("not recorded(meeting.quorate)", meeting=one) is not recorded


def test_of_a_row_that_may_not_be_there_it_is_unknown_whether_a_flag_is_recorded() -> None:
    record = {**BASE, "meetings": None, "coverage": {}}
    del record["coverage"]
    known = drawn_records.known_of(record)
    (row,) = known.rows("meetings")
    names = {"meeting": "meetings"}
    assert (
        two_readings.truth("recorded(meeting.quorate)", names, known, {"meeting": row}) is PERHAPS
    )
    known = drawn_records.known_of({**BASE, "coverage": {"meetings": {"incomplete": True}}})
    (row,) = known.rows("meetings")
    assert (
        two_readings.truth("recorded(meeting.quorate)", names, known, {"meeting": row}) is PERHAPS
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("neglect", "neglect", YES),
        ("neglect", "sexual_abuse", NO),
        ("multiple", "multiple", YES),
        ("multiple", "neglect", NO),
        (None, "neglect", PERHAPS),
        ("multiple", None, PERHAPS),
        (None, None, PERHAPS),
    ],
)
def test_codes_are_compared_as_they_are_written(
    first: str | None, second: str | None, expected: Truth
) -> None:
    rows = {"a": plan("2026-03-01", category=first), "b": plan("2026-04-01", category=second)}
    opposite = None if expected is None else not expected
    assert of("same_code(a.category, b.category)", **rows) is expected
    assert of("not same_code(a.category, b.category)", **rows) is opposite
    if second is not None:
        assert of(f"same_code(a.category, '{second}')", **rows) is expected
        assert of(f"not same_code('{second}', a.category)", **rows) is opposite


@pytest.mark.parametrize(
    ("subject", "of_plan", "expected"),
    [
        ("child", None, YES),
        ("other", "plan", NO),  # its own subject says it, whatever its plan
        (None, "plan", YES),
        (None, "theirs", NO),
        (None, None, PERHAPS),
    ],
)
def test_whose_meeting_it_is(subject: str | None, of_plan: str | None, expected: Truth) -> None:
    rows = {
        "plan": plan("2026-03-01"),
        "theirs": {**plan("2026-03-01"), "subject": "other"},
        "meeting": meeting(subject=subject, plan=of_plan),
    }
    assert of("whose(meeting) == plan.subject", **rows) is expected
    assert of("plan.subject == whose(meeting)", **rows) is expected
    opposite = None if expected is None else not expected
    assert of("whose(meeting) != plan.subject", **rows) is opposite


# --- what is told of faults ----------------------------------------------------------------------

FAULTS = [
    ("before(plan.start, today)", "plan.start", "none: compare it, `day < plan.start`"),
    ("before(today, plan.end)", "today", "before() asks of an event, and `today` is none"),
    ("before(or_today(plan.end), today)", "or_today", "without or_today: `plan.end`"),
    ("before(plan.end, plan.end + 1)", "plan.end + 1", "compares a thing with itself"),
    ("before(plan.end, later(today, plan.end))", "later", "compares a thing with itself"),
    ("before(plan.end)", "before", "it is written before(event, day): the day"),
    ("before(plan.end, 28)", "28", "a day is needed here, this is a number"),
    ("before(plan.level, today)", "plan.level", "a day is needed here"),
    ("before(plan.end, today) == plan.start", "before", "true or false already"),
    ("overlaps(plan, plan)", "plan)", "compares a thing with itself"),
    ("overlaps(plan, meeting)", "meeting", "meetings has no start and end: overlaps() reads"),
    ("overlaps(plan, person)", "person", "people has no start and end"),
    ("overlaps(plan, action.continues)", "action", "may be no row at all: find the row"),
    ("overlaps(plan.start, other)", "plan", "a row with a start is needed, this is a day"),
    ("overlaps(plan)", "overlaps", "it is written overlaps(a, b)"),
    ("lasted(plan.start, plan.end)", "lasted", "it is written lasted(since, until, days)"),
    ("lasted(plan.start, other.start, 28)", "other.start", "`since + 28 <= other.start`"),
    ("lasted(plan.start, plan.end + 1, 28)", "plan.end", "name the event alone"),
    ("lasted(plan.start, or_today(plan.end), 28)", "or_today", "without or_today"),
    ("lasted(plan.end, plan.end, 28)", "plan.end, 28", "compares a thing with itself"),
    ("lasted(plan.start, plan.end, today)", "today", "a number of days is needed, this is a day"),
    ("lasted(plan.start, plan.end, 0)", "0", "a number of days, 1 or more"),
    ("lasted(plan.start, plan.end, count(meeting.attended))", "count", "1 or more, or a parameter"),
    ("lasted(plan.start, plan.end, count(meeting.attended) + 1)", "count", "1 or more"),
    ("known(plan) <= today", "known", "a row that has `known_on`: an incident or a relationship"),
    ("known(link)", "known", "known() is a value: compare it"),
    ("later(plan.start, plan.start) <= today", "plan.start)", "compares a thing with itself"),
    ("later(plan.start, earlier(plan.end, today)) <= today", "later", "not stand in one another"),
    ("later(plan.start, today) == plan.end", "later", "compare later() and earlier() by <=, <, >="),
    ("later(plan.start, today) <= 28", "later", "a day cannot be compared with a number"),
    ("later(plan.start, today) + plan.end <= today", "later", "only a number of days"),
    ("later(plan.start, today) + count(meeting.attended) <= today", "later", "only a fixed number"),
    ("later(plan.start, other.start) <= '2026-01-01'", "later", "a date cannot stand"),
    ("later(plan.start, today)", "later", "later() is a value"),
    ("birthday(0, person) <= today", "0", "an age is from 1 to 130"),
    ("birthday(18, plan) <= today", "plan", "a row of people is needed here"),
    ("older(2, person, person)", "person)", "compares a thing with itself"),
    ("older(0, person, plan.subject)", "0", "an age is from 1 to 130"),
    ("older(2, person, plan)", "plan", "a row of people is needed here"),
    ("recorded(plan.level)", "plan", "a flag is needed here, this is `plan.level`, a code"),
    ("recorded(meeting.quorate) == today", "recorded", "true or false already"),
    ("same_code(plan.category, plan.category)", "plan.category)", "compares a thing with itself"),
    ("same_code(plan.category, 'negelct')", "same_code", "did you mean `neglect`?"),
    ("same_code(plan.start, plan.category)", "same_code", "compares a field of one code"),
    ("same_code(plan.category, plan.start)", "same_code", "compares a field of one code"),
    ("whose(meeting) == plan", "whose", "whose() is a person: compare it with a person"),
    ("whose(meeting) < person", "whose", "rows have no order"),
    ("whose(meeting) == whose(meeting)", "whose(meeting)", "compares a thing with itself"),
    ("whose(plan) == person", "plan", "a row of meetings is needed here"),
    ("whose(meeting)", "whose", "whose() is a value"),
    ("whose(meeting).born <= today", "born", "a person has no fields"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "part"), FAULTS)
def test_a_fault_in_a_function_is_told_at_its_place(text: str, at: str, part: str) -> None:
    told = read(text)
    assert isinstance(told, PageError)
    assert part in told.message
    assert text[told.column - HERE.column :].startswith(at), told


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_says_how_it_is_written(name: str) -> None:
    told = read(f"{name}() == today")
    assert isinstance(told, PageError)
    assert f"it is written {FUNCTIONS[name]}" in told.message


# --- the two readings ----------------------------------------------------------------------------

PLAN_RISK = {"plan": "plans", "risk": "risks"}
ASKED: list[two_readings.Asked] = [
    (PLAN_RISK, "before(plan.end, risk.identified_on)"),
    (PLAN_RISK, "before(plan.end - 28, risk.resolved_on)"),
    (PLAN_RISK, "before(plan.end, later(risk.identified_on, opened_on))"),
    ({"plan": "plans"}, "before(plan.end, today - 28)"),
    ({"plan": "plans", "link": "relationships"}, "overlaps(plan, link)"),
    ({"plan": "plans", "worker": "workers"}, "overlaps(worker, plan)"),
    ({"action": "actions", "risk": "risks"}, "overlaps(action.plan, risk)"),
    ({"plan": "plans"}, "lasted(plan.start, plan.end, 28)"),
    (PLAN_RISK, "lasted(later(plan.start, risk.identified_on), plan.end, 27)"),
    (PLAN_RISK, "later(plan.start, risk.identified_on) <= today - 27"),
    (PLAN_RISK, "earlier(plan.start, or_today(risk.resolved_on)) >= plan.end"),
    (PLAN_RISK, "workdays(later(plan.start, opened_on), risk.identified_on) >= 1"),
    ({"incident": "incidents", "plan": "plans"}, "known(incident) + 1 <= plan.start"),
    ({"incident": "incidents", "plan": "plans"}, "workdays(known(incident), plan.start) >= 2"),
    ({"incident": "incidents"}, "workdays(known(incident) + 1, today) >= 20"),
    ({"link": "relationships"}, "workdays(later(opened_on, known(link)), today) <= 20"),
    ({"link": "relationships"}, "older(2, link.from, link.to)"),
    ({"a": "people", "b": "people"}, "older(1, a, b)"),
    (PLAN_RISK, "birthday(18, risk.subject) > plan.start"),
    ({"plan": "plans"}, "workdays(birthday(18, plan.subject), today) >= 20"),
    ({"meeting": "meetings"}, "recorded(meeting.quorate)"),
    ({"a": "plans", "b": "plans"}, "same_code(a.category, b.category)"),
    ({"action": "actions"}, "same_code(action.plan.category, 'multiple')"),
    ({"meeting": "meetings", "plan": "plans"}, "whose(meeting) == plan.subject"),
    ({"a": "meetings", "b": "meetings"}, "whose(a) != whose(b)"),
]


def test_the_engine_reads_each_function_as_the_reference_does() -> None:
    rules = [two_readings.rules_of(ASKED[at : at + 7]) for at in range(0, len(ASKED), 7)]
    reached: Counter[Outcome] = Counter()
    for one in rules:
        reached += two_readings.held_to_each_other(one, range(tries(200)))
    assert min(reached[outcome] for outcome in Outcome) > 50


@pytest.mark.slow
def test_what_is_settled_stays_so_whatever_the_record_leaves_open() -> None:
    settled: Counter[Truth] = Counter()
    for seed in range(tries(400, fewest=80)):
        settled += two_readings.settled_and_kept(seed, ASKED)
    assert min(settled.values()) > 300
