"""The working days of England and Wales, against the `holidays` package and against calendars."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casecheck.record.working_days import working_day_number

DAY = timedelta(days=1)
FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)


def is_working_day(day: date) -> bool:
    number = working_day_number(day.toordinal()) - working_day_number((day - DAY).toordinal())
    assert number in (0, 1)
    return number == 1


def between(after: str, until: str) -> int:
    first, last = date.fromisoformat(after), date.fromisoformat(until)
    return working_day_number(last.toordinal()) - working_day_number(first.toordinal())


@pytest.mark.parametrize("part", ["ENG", "WLS"])
def test_bank_holidays_are_those_of_the_holidays_package(part: str) -> None:
    years = range(FIRST.year, LAST.year + 1)
    bank_holidays = holidays.country_holidays("GB", subdiv=part, years=years)
    day, wrong = FIRST, []
    while day <= LAST:
        if is_working_day(day) != (day.weekday() < 5 and day not in bank_holidays):
            wrong.append(day.isoformat())
        day += DAY
    assert wrong == []


def test_the_table_lists_each_day_once_in_order_and_no_weekend() -> None:
    text = files("casecheck.record").joinpath("bank_holidays.txt").read_text(encoding="utf-8")
    days = [date.fromisoformat(line) for line in text.splitlines() if not line.startswith("#")]
    assert days == sorted(set(days))
    assert all(day.weekday() < 5 and FIRST <= day <= LAST for day in days)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2011-04-29", "the wedding of Prince William"),
        ("2012-06-05", "the Diamond Jubilee"),
        ("2020-05-08", "the early May holiday moved to VE Day"),
        ("2022-06-03", "the Platinum Jubilee"),
        ("2022-09-19", "the funeral of Elizabeth II"),
        ("2023-05-08", "the coronation of Charles III"),
    ],
)
def test_a_holiday_of_one_year_is_none_in_the_next(day: str, why: str) -> None:
    holiday = date.fromisoformat(day)
    assert not is_working_day(holiday), why
    for year in (holiday.year - 1, holiday.year + 1):
        same_day = holiday.replace(year=year)
        assert is_working_day(same_day) == (same_day.weekday() < 5)


@pytest.mark.parametrize("day", ["2021-12-27", "2021-12-28", "2022-01-03", "2026-12-28"])
def test_a_holiday_at_the_weekend_is_kept_on_the_next_working_day(day: str) -> None:
    assert not is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("after", "until", "number"),
    [
        # Easter 2026: Good Friday is 3 April, Easter Monday 6 April.
        ("2026-04-02", "2026-04-02", 0),
        ("2026-04-01", "2026-04-02", 1),
        ("2026-04-02", "2026-04-03", 0),
        ("2026-04-02", "2026-04-06", 0),
        ("2026-04-02", "2026-04-07", 1),
        ("2026-04-03", "2026-04-07", 1),
        ("2026-04-06", "2026-04-08", 2),
        # Christmas 2026: the 25th is a Friday, Boxing Day a Saturday and kept on Monday the 28th.
        ("2026-12-24", "2026-12-28", 0),
        ("2026-12-24", "2026-12-29", 1),
        ("2026-12-23", "2026-12-29", 2),
        ("2026-12-31", "2027-01-01", 0),
        ("2026-12-31", "2027-01-04", 1),
        # An ordinary week, from and to a weekend.
        ("2026-06-12", "2026-06-13", 0),
        ("2026-06-12", "2026-06-15", 1),
        ("2026-06-13", "2026-06-15", 1),
        ("2026-06-14", "2026-06-19", 5),
        ("2026-06-14", "2026-06-21", 5),
    ],
)
def test_working_days_after_a_day_up_to_and_including_another(
    after: str, until: str, number: int
) -> None:
    assert between(after, until) == number


def test_scotland_and_northern_ireland_keep_other_days() -> None:
    assert is_working_day(date(2026, 1, 2))  # Scotland's second of January
    assert is_working_day(date(2026, 3, 17))  # Saint Patrick's Day
    assert is_working_day(date(2026, 11, 30))  # Saint Andrew's Day


@given(st.dates(FIRST, LAST), st.integers(0, 400))
def test_working_days_are_what_counting_one_by_one_gives(start: date, days: int) -> None:
    counted = sum(is_working_day(start + DAY * number) for number in range(1, days + 1))
    assert counted == between(start.isoformat(), (start + DAY * days).isoformat())
    assert counted <= days


def test_days_before_and_after_the_table_count_from_monday_to_friday() -> None:
    assert [is_working_day(date(1, 1, 2) + DAY * number) for number in range(7)] == [
        *[True] * 4, False, False, True,
    ]  # fmt: skip
    assert is_working_day(date(2101, 12, 26))  # a Monday after the table's end: no holiday known
