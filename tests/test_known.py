"""What a record tells, in three values: bounds, births, codes, rows reached, and Kleene's logic."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casecheck.lessons.terms import (
    Birthday,
    Comparison,
    DayOf,
    Distinct,
    Fact,
    FactTest,
    Field,
    Flag,
    Happened,
    Holds,
    Identity,
    OneOf,
    OpenedOn,
    Order,
    Quantity,
    RowPath,
    WorkingDay,
    Zero,
)
from casecheck.record.contradictions import contradictions
from casecheck.record.model import FIELDS
from casecheck.record.validation import read_record
from casecheck.truth.bounds import FAR, UNKNOWN_BOUNDS, Bounds, birthdays, compare
from casecheck.truth.known import Known, Truth, one_of
from casecheck.truth.known_row import UNKNOWN, KnownRow

TODAY = date(2026, 6, 30)
OPENED_ON = date(2025, 1, 6)
TRUTHS: tuple[Truth, ...] = (True, None, False)


def known(**sections: list[dict[str, Any]] | None) -> Known:
    """Return what a record of these sections tells; every other section is unknown."""
    whole = {
        "schema": "casecheck/1",
        "case_id": "CASE-1",
        "extracted_on": TODAY.isoformat(),
        "opened_on": OPENED_ON.isoformat(),
        **sections,
    }
    record = read_record(json.dumps(whole).encode())
    return Known(record, contradictions(record))


def field(section: str, name: str, *references: str, binding: str = "row") -> Field:
    """Return the field of a section, as reached from the bound row."""
    return Field(RowPath(binding, references), FIELDS[section][name])


def ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def from_today(day: str) -> int:
    return ordinal(day) - TODAY.toordinal()


# --- comparing what is known in part ---------------------------------------------------------


def holds(left: int, order: Order, right: int) -> bool:
    match order:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
        case _:
            return left == right


ORDERS: tuple[Order, ...] = ("<", "<=", ">", ">=", "==")
RANGES = [(low, high) for low in range(4) for high in range(low, 4)]


@pytest.mark.parametrize("order", ORDERS)
def test_a_comparison_is_settled_exactly_where_all_that_it_could_be_agree(order: Order) -> None:
    for left, right in product(RANGES, RANGES):
        could_be = {
            holds(a, order, b)
            for a in range(left[0], left[1] + 1)
            for b in range(right[0], right[1] + 1)
        }
        expected = could_be.pop() if len(could_be) == 1 else None
        assert compare(left, order, right) is expected, (left, order, right)


def test_what_is_unknown_compares_unknown_with_every_day_of_a_record() -> None:
    days = (from_today("1900-01-01"), 0, from_today("2100-12-31"), -36_525, 36_525)
    for order, day in product(ORDERS, days):
        assert compare(UNKNOWN_BOUNDS, order, (day, day)) is None
        assert compare((day, day), order, UNKNOWN_BOUNDS) is None
        assert compare(UNKNOWN_BOUNDS, order, UNKNOWN_BOUNDS) is None


def test_unequal_is_never_compared_for_conditions_bring_it_to_before_or_after() -> None:
    with pytest.raises(AssertionError, match="bring != to < or >"):
        compare((0, 0), "!=", (1, 1))
    assert set(get_args(Order)) == {*ORDERS, "!="}


# --- births ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "years", "first", "last"),
    [
        ("2008-05", 0, "2008-05-01", "2008-05-31"),
        ("2008-05", 18, "2026-05-01", "2026-05-31"),
        ("2008-12", 18, "2026-12-01", "2026-12-31"),
        ("2008-01", 18, "2026-01-01", "2026-01-31"),
        ("2008", 0, "2008-01-01", "2008-12-31"),
        ("2008", 18, "2026-01-01", "2026-12-31"),
        # The last of February 2008 is the 29th: the 18th birthday is on 1 March 2026.
        ("2008-02", 0, "2008-02-01", "2008-02-29"),
        ("2008-02", 18, "2026-02-01", "2026-03-01"),
        ("2008-02", 20, "2028-02-01", "2028-02-29"),
        ("2008-02", 13, "2021-02-01", "2021-03-01"),
        # The last of February 2007 is the 28th, also where it comes round to a leap year.
        ("2007-02", 18, "2025-02-01", "2025-02-28"),
        ("2006-02", 18, "2024-02-01", "2024-02-28"),
        # 1900 is no leap year, 2000 is one.
        ("1900-02", 0, "1900-02-01", "1900-02-28"),
        ("2000-02", 100, "2100-02-01", "2100-03-01"),
        ("2100", 0, "2100-01-01", "2100-12-31"),
    ],
)
def test_birthdays_lie_between(born: str, years: int, first: str, last: str) -> None:
    assert birthdays(born, years) == (ordinal(first), ordinal(last))


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, 130))
def test_a_birthday_lies_between_the_bounds_that_month_and_year_give(born: date, age: int) -> None:
    try:
        birthday = born.replace(year=born.year + age)
    except ValueError:
        birthday = date(born.year + age, 3, 1)
    month = birthdays(f"{born:%Y-%m}", age)
    year = birthdays(f"{born:%Y}", age)
    assert year[0] <= month[0] <= birthday.toordinal() <= month[1] <= year[1]
    assert month[1] - month[0] <= 31
    assert year[1] - year[0] <= 366


def under(age: int, born: str | None, day: str) -> Truth:
    told = known(people=[{"id": "p", "born": born}])
    test = Comparison(
        Quantity(Zero(), from_today(day)), "<", Quantity(Birthday(RowPath("row"), age))
    )
    return told.truth(test, {"row": told.rows("people")[0]})


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        # The three days of the definition, and the boundaries between them.
        ("2008-05", "2026-04-30", True),
        ("2008-05", "2026-06-01", False),
        ("2008-05", "2026-05-12", None),
        ("2008-05", "2026-05-01", None),
        ("2008-05", "2026-05-30", None),
        ("2008-05", "2026-05-31", False),
        # 29 February: a birthday on 1 March.
        ("2008-02", "2026-01-31", True),
        ("2008-02", "2026-02-01", None),
        ("2008-02", "2026-02-28", None),
        ("2008-02", "2026-03-01", False),
        ("2007-02", "2025-02-27", None),
        ("2007-02", "2025-02-28", False),
        ("2008", "2025-12-31", True),
        ("2008", "2026-01-01", None),
        ("2008", "2026-12-30", None),
        ("2008", "2026-12-31", False),
        (None, "2026-05-12", None),
    ],
)
def test_under_eighteen_is_as_sure_as_the_birth_allows(
    born: str | None, day: str, expected: Truth
) -> None:
    assert under(18, born, day) is expected


@pytest.mark.parametrize(
    ("child", "expected"),
    [("2026-04", True), ("2026-05", None), ("2026-06", False), ("2026", None), (None, None)],
)
def test_under_eighteen_at_a_birth_compares_two_ranges(child: str | None, expected: Truth) -> None:
    told = known(people=[{"id": "p", "born": "2008-05"}, {"id": "c", "born": child}])
    parent, born = told.rows("people")
    test = Comparison(
        Quantity(Birthday(RowPath("child"), 0)), "<", Quantity(Birthday(RowPath("parent"), 18))
    )
    assert told.truth(test, {"parent": parent, "child": born}) is expected


# --- codes, lists of codes and flags ---------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "codes", "expected"),
    [
        ("neglect", {"neglect"}, True),
        ("neglect", {"sexual_abuse"}, False),
        ("neglect", {"sexual_abuse", "neglect"}, True),
        ("neglect", {"multiple"}, False),
        ("multiple", {"multiple"}, True),
        ("multiple", {"multiple", "neglect"}, True),
        ("multiple", {"neglect"}, None),
        ("multiple", {"neglect", "sexual_abuse"}, None),
    ],
)
def test_multiple_may_be_any_single_category(
    category: str, codes: set[str], expected: Truth
) -> None:
    assert one_of(category, frozenset(codes)) is expected


def plan(**fields: Any) -> dict[str, Any]:
    start = {"id": "plan", "subject": "p", "level": "child_protection", "start": "2025-02-03"}
    return start | fields


def risk(**fields: Any) -> dict[str, Any]:
    start = {"id": "r", "subject": "p", "kind": "neglect", "identified_on": "2025-02-03"}
    return start | fields


def assessment(**fields: Any) -> dict[str, Any]:
    start = {"id": "s", "subject": "p", "kind": "risk", "started_on": "2025-02-03"}
    return start | fields


CARE = Holds(field("people", "history"), "care_experienced")
NEGLECT = OneOf(field("plans", "category"), frozenset({"neglect"}))
SEEN = Flag(field("assessments", "child_seen"))
RESOLUTION = Happened(field("risks", "resolved_on"))
FACTS = [
    ("people", {"id": "p", "history": ["care_experienced"]}, CARE, True),
    ("people", {"id": "p", "history": ["substance_misuse"]}, CARE, False),
    ("people", {"id": "p", "history": []}, CARE, False),
    ("people", {"id": "p", "history": None}, CARE, None),
    ("plans", plan(category="neglect"), NEGLECT, True),
    ("plans", plan(category="physical_abuse"), NEGLECT, False),
    ("plans", plan(category="multiple"), NEGLECT, None),
    ("plans", plan(), NEGLECT, None),
    ("assessments", assessment(child_seen=True), SEEN, True),
    ("assessments", assessment(child_seen=False), SEEN, False),
    ("assessments", assessment(child_seen=None), SEEN, None),
    ("risks", risk(resolved_on="2025-03-03"), RESOLUTION, True),
    ("risks", risk(resolved_on=None), RESOLUTION, False),
    # After the extract, so that the record contradicts itself: no such day is known.
    ("risks", risk(resolved_on="2026-07-01"), RESOLUTION, None),
]


@pytest.mark.parametrize(("section", "row", "fact", "expected"), FACTS)
def test_a_fact_and_its_negation(
    section: str, row: dict[str, Any], fact: Fact, expected: Truth
) -> None:
    told = known(**{"people": [{"id": "p"}], section: [row]})
    rows = {"row": told.rows(section)[0]}
    opposite = None if expected is None else not expected
    assert told.truth(FactTest(fact), rows) is expected
    assert told.truth(FactTest(fact, negated=True), rows) is opposite


def test_a_list_counts_each_code_once() -> None:
    told = known(
        people=[
            {"id": "a", "history": ["care_experienced", "substance_misuse", "care_experienced"]},
            {"id": "b", "history": []},
            {"id": "c"},
        ]
    )
    count = Quantity(Distinct(field("people", "history")))
    bounds = [told.bounds(count, {"row": row}) for row in told.rows("people")]
    assert bounds == [(2, 2), (0, 0), UNKNOWN_BOUNDS]


# --- days ------------------------------------------------------------------------------------


def day_bounds(quantity: Quantity, **fields: Any) -> Bounds | None:
    told = known(people=[{"id": "p"}], risks=[risk(**fields)])
    return told.bounds(quantity, {"row": told.rows("risks")[0]})


RESOLVED = field("risks", "resolved_on")


def test_days_are_counted_from_today() -> None:
    identified = DayOf(field("risks", "identified_on"))
    assert day_bounds(Quantity(Zero())) == (0, 0)
    assert day_bounds(Quantity(Zero(), -7)) == (-7, -7)
    opened_on = OPENED_ON.toordinal() - TODAY.toordinal()
    assert day_bounds(Quantity(OpenedOn(), 63)) == (opened_on + 63, opened_on + 63)
    assert day_bounds(Quantity(identified), identified_on="2026-06-29") == (-1, -1)
    assert day_bounds(Quantity(identified, 28), identified_on="2026-06-29") == (27, 27)
    assert day_bounds(Quantity(identified), identified_on="2026-06-30") == (0, 0)


def test_an_event_that_has_not_happened_has_no_day_but_today_where_asked() -> None:
    assert day_bounds(Quantity(DayOf(RESOLVED), 28)) is None
    assert day_bounds(Quantity(DayOf(RESOLVED, or_today=True), 28)) == (28, 28)
    assert day_bounds(Quantity(DayOf(RESOLVED, or_today=True)), resolved_on="2026-06-28") == (
        -2, -2,
    )  # fmt: skip


def test_a_contradicted_event_is_unknown_also_where_today_is_asked() -> None:
    later = {"resolved_on": "2026-07-01"}
    assert day_bounds(Quantity(DayOf(RESOLVED)), **later) == UNKNOWN_BOUNDS
    # Of the day of the event or today, the earlier: some day up to today.
    assert day_bounds(Quantity(DayOf(RESOLVED, or_today=True)), **later) == (-FAR, 0)


def test_days_added_to_an_unknown_day_leave_it_unknown() -> None:
    assert day_bounds(Quantity(DayOf(RESOLVED), 36_525), resolved_on="2026-07-01") == (-FAR, FAR)


def test_a_day_that_is_no_event_is_unknown_where_it_is_null() -> None:
    told = known(
        people=[{"id": "p"}],
        plans=[plan()],
        actions=[{"id": "a", "plan": "plan", "kind": "visit", "set_on": "2025-03-03"}],
    )
    due = Quantity(DayOf(field("actions", "due")))
    assert told.bounds(due, {"row": told.rows("actions")[0]}) == UNKNOWN_BOUNDS


@pytest.mark.parametrize(
    ("when_null", "expected"), [(False, False), (True, True)], ids=["plain", "negated"]
)
@pytest.mark.parametrize("order", ORDERS)
def test_an_event_that_has_not_happened_compares_false_whatever_the_other_side(
    order: Order, when_null: bool, expected: bool
) -> None:
    told = known(people=None, risks=[risk()])
    row = told.rows("risks")[0]
    born = Quantity(Birthday(RowPath("row", ("subject",)), 0))
    never = Quantity(DayOf(RESOLVED))
    for other in (born, Quantity(Zero()), Quantity(DayOf(field("risks", "identified_on")))):
        for left, right in ((never, other), (other, never), (never, never)):
            test = Comparison(left, order, right, when_null)
            assert told.truth(test, {"row": row}) is expected


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2026-06-30", 0),
        ("2026-06-29", -1),
        ("2026-06-28", -2),
        ("2026-06-27", -2),
        ("2026-06-26", -2),
        ("2026-06-25", -3),
    ],
)
def test_working_days_count_from_today(day: str, number: int) -> None:
    working_day = Quantity(WorkingDay(Quantity(DayOf(RESOLVED))))
    assert day_bounds(working_day, resolved_on=day) == (number, number)


def test_a_working_day_is_as_unknown_as_its_day() -> None:
    working_day = WorkingDay(Quantity(DayOf(RESOLVED)))
    assert day_bounds(Quantity(working_day, 45)) is None
    assert day_bounds(Quantity(working_day, 45), resolved_on="2026-07-01") == UNKNOWN_BOUNDS
    told = known(people=[{"id": "p", "born": "2026-06"}])
    birth = Quantity(WorkingDay(Quantity(Birthday(RowPath("row"), 0))), 1)
    # 29 June is a Monday, so that 21 working days come after 1 June up to and including the 30th.
    assert told.bounds(birth, {"row": told.rows("people")[0]}) == (-21 + 1, 0 + 1)


# --- rows, and where references lead -----------------------------------------------------------


def test_an_unknown_section_is_one_row_of_which_everything_is_unknown() -> None:
    told = known(people=None)
    (row,) = told.rows("people")
    assert row == KnownRow("people", None, None, None)
    assert row.pointer == "/people"
    assert not told.is_known("people")
    assert all(row.value(spec) is UNKNOWN for spec in FIELDS["people"].values())


def test_the_rows_of_a_section_have_their_pointers_and_ids() -> None:
    told = known(people=[{"id": "b"}, {"id": "a", "born": "2008-05"}])
    assert [(row.pointer, row.id) for row in told.rows("people")] == [
        ("/people/0", "b"),
        ("/people/1", "a"),
    ]
    born = FIELDS["people"]["born"]
    assert [row.value(born) for row in told.rows("people")] == [UNKNOWN, "2008-05"]
    assert told.is_known("people")


def test_a_section_that_can_have_no_row_is_read_as_empty() -> None:
    told = known(people=[])
    assert told.rows("plans") == []
    assert told.rows("actions") == []
    assert told.is_known("actions")
    assert not told.is_known("workers")


def test_references_lead_to_the_row_in_the_record() -> None:
    change = {"id": "c", "plan": "plan", "on": "2025-03-03"}
    told = known(people=[{"id": "x"}, {"id": "p"}], plans=[plan()], category_changes=[change])
    row = told.rows("category_changes")[0]
    found = told.follow(row, ("plan", "subject"))
    assert found == told.rows("people")[1]
    assert told.follow(row, ()) is row


def test_a_reference_into_an_unknown_section_gives_the_id_alone() -> None:
    told = known(people=None, plans=[plan()])
    found = told.follow(told.rows("plans")[0], ("subject",))
    assert found == KnownRow("people", None, "p", None)
    assert found.pointer == "/people"
    # What it leads to further on is not known at all.
    told = known(people=None, plans=None, category_changes=[
        {"id": "c", "plan": "plan", "on": "2025-03-03"},
    ])  # fmt: skip
    found = told.follow(told.rows("category_changes")[0], ("plan", "subject"))
    assert found == KnownRow("people", None, None, None)


def test_a_null_reference_that_is_a_fact_leads_to_an_unknown_row() -> None:
    incident = {"id": "i", "kind": "police", "on": "2025-03-03", "victim": None}
    told = known(people=[{"id": "p", "born": "2008-05"}], incidents=[incident])
    found = told.follow(told.rows("incidents")[0], ("victim",))
    assert found == KnownRow("people", None, None, None)


def action(identifier: str, **fields: Any) -> dict[str, Any]:
    row = {"id": identifier, "plan": "plan", "kind": "visit", "set_on": "2025-03-03"}
    return row | fields


def test_an_event_link_that_is_null_leads_to_no_row() -> None:
    told = known(
        people=[{"id": "p"}], plans=[plan()], actions=[action("a"), action("b", continues="a")]
    )
    first, second = told.rows("actions")
    assert told.follow(first, ("continues",)) is None
    assert told.follow(second, ("continues",)) == first
    earlier = RowPath("row", ("continues",), optional=True)
    assert told.bounds(Quantity(Identity(earlier)), {"row": first}) is None
    assert told.field(Field(earlier, FIELDS["actions"]["due"]), {"row": first}) is UNKNOWN
    assert told.bounds(Quantity(Birthday(earlier, 0)), {"row": first}) == UNKNOWN_BOUNDS


def same_row(told: Known, left: RowPath, right: RowPath, **rows: KnownRow) -> Truth:
    return told.truth(Comparison(Quantity(Identity(left)), "==", Quantity(Identity(right))), rows)


def test_two_ways_to_the_same_row_are_equal_known_or_not() -> None:
    subject = RowPath("plan", ("subject",))
    victim = RowPath("incident", ("victim",))
    incidents = [
        {"id": f"i{number}", "kind": "police", "on": "2025-03-03", "victim": victim}
        for number, victim in enumerate(("p", "q", None))
    ]
    for people in ([{"id": "p"}, {"id": "q"}], None):
        told = known(people=people, plans=[plan()], incidents=incidents)
        answers = [
            same_row(told, subject, victim, plan=told.rows("plans")[0], incident=incident)
            for incident in told.rows("incidents")
        ]
        assert answers == [True, False, None]


def test_addressing_no_risk_is_equal_to_no_risk_and_not_unknown() -> None:
    told = known(
        people=[{"id": "p"}],
        plans=[plan()],
        risks=[risk()],
        actions=[
            action("a", addresses="none"),
            action("b", addresses="r"),
            action("c", addresses=None),
        ],
    )
    addresses, the_risk = RowPath("action", ("addresses",)), RowPath("risk")
    answers = [
        same_row(told, addresses, the_risk, action=row, risk=told.rows("risks")[0])
        for row in told.rows("actions")
    ]
    assert answers == [False, True, None]


def test_a_contradicted_date_is_unknown_in_its_row_only() -> None:
    told = known(
        people=[{"id": "p"}],
        risks=[risk(resolved_on="2025-02-02"), risk(id="other", resolved_on="2025-02-03")],
    )
    spec = FIELDS["risks"]
    first, second = told.rows("risks")
    assert first.value(spec["identified_on"]) is UNKNOWN
    assert first.value(spec["resolved_on"]) is UNKNOWN
    assert first.value(spec["kind"]) == "neglect"
    assert second.value(spec["identified_on"]) == date(2025, 2, 3)


# --- Kleene's logic ----------------------------------------------------------------------------


def of_truths(truths: tuple[Truth, ...]) -> Iterator[FactTest]:
    """Yield a test of each truth, of a row of which `child_seen` alone is unknown."""
    for truth in truths:
        name = {True: "child_views", False: "impact_on_child", None: "child_seen"}[truth]
        yield FactTest(Flag(field("assessments", name)))


@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_all_of_several_tests_by_kleenes_logic(length: int) -> None:
    row = assessment(child_views=True, impact_on_child=False)
    told = known(people=[{"id": "p"}], assessments=[row])
    rows = {"row": told.rows("assessments")[0]}
    for truths in product(TRUTHS, repeat=length):
        expected = False if False in truths else None if None in truths else True
        assert told.all_of(of_truths(truths), rows) is expected, truths
