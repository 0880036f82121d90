"""The checks as expressions over columns, by hand, for Polars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl
from common import BREACH, CHECKS, DAYS, FIELDS, MET, NONE, UNSURE, Found, holidays

Parts = dict[str, pl.LazyFrame]
"""The rows of each section."""
Instances = tuple[str, str, pl.LazyFrame]
"""A check, the section it asks about, and the rows of it that are instances: `asked`, `met`."""
_OTHER_TYPES = {
    "attended": pl.List(pl.String),
    "considers": pl.List(pl.String),
    "child_views": pl.Boolean(),
}
_SCHEMA = {
    "case_id": pl.String(),
    "extracted_on": pl.String(),
    "coverage": pl.Struct({"meetings": pl.Struct({"incomplete": pl.Boolean()})}),
} | {
    section: pl.List(pl.Struct({name: _OTHER_TYPES.get(name, pl.String()) for name in names}))
    for section, names in FIELDS.items()
}
_ROW = ("case_id", "nth")
_HOLIDAYS = [date.fromordinal(one) for one in holidays()]
_TODAY, _MORE = pl.col("today"), "{}_more"


def find(file: Path) -> Found:
    """Return what the checks find in a file of records."""
    records = _records(file)
    parts = {section: _rows(records, section) for section in FIELDS}
    lazy = []
    for check, section, instances in _checks(parts):
        known = instances.select("case_id", "nth", "asked", "met")
        missing = records.filter(pl.col(_MORE.format(section)) == 1).select(
            "case_id", nth=None, asked=_whole(1), met=_whole(1)
        )
        both = pl.concat([known, missing.lazy()], how="vertical_relaxed")
        lazy.append(
            both.select(pl.lit(check).alias("check"), pl.lit(section).alias("of"), pl.all())
        )
    told = _outcomes(pl.concat(lazy)).collect()
    found: Found = {one: dict.fromkeys(CHECKS, (NONE, ())) for one in records["case_id"]}
    for case_id, check, outcome, findings in told.iter_rows():
        found[case_id][check] = (outcome, tuple((one["at"], one["kind"]) for one in findings))
    return found


def _records(file: Path) -> pl.DataFrame:
    """Return the records, and of each section whether there may be other rows, as 1 or 0."""
    more = {_MORE.format(section): pl.col(section).is_null() for section in FIELDS}
    part = pl.col("coverage").struct.field("meetings").struct.field("incomplete")
    more["meetings_more"] |= part.fill_null(False)
    return pl.read_ndjson(file, schema=_SCHEMA).with_columns(
        pl.col("extracted_on").str.to_date().alias("today"),
        **{name: holds.cast(pl.Int8) for name, holds in more.items()},
    )


def _rows(records: pl.DataFrame, section: str) -> pl.LazyFrame:
    """Return the rows of a section, with the number of each in its record."""
    return (
        records.lazy()
        .filter(pl.col(section).list.len() > 0)
        .select("case_id", "today", pl.col("^.*_more$"), section,
                nth=pl.int_ranges(pl.col(section).list.len()))
        .explode(section, "nth")
        .unnest(section)
        .with_columns(pl.col(name).str.to_date() for name in FIELDS[section] if name in DAYS)
    )  # fmt: skip


def _whole(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.Int8)


def _k3(holds: pl.Expr) -> pl.Expr:
    """Return a condition as 0, 1 or 2."""
    return (holds.cast(pl.Int8) * 2).fill_null(1)


def _days(number: int) -> pl.Expr:
    return pl.duration(days=number)


def _workdays(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Return the working days after a day, up to another."""
    return pl.business_day_count(start + _days(1), end + _days(1), holidays=_HOLIDAYS)


def _birthday(born: pl.Expr, years: int) -> pl.Expr:
    """Return a birthday: of 29 February the day after the 28th."""
    then = born.dt.offset_by(f"{years}y")
    return pl.when(then.dt.day() == born.dt.day()).then(then).otherwise(then + _days(1))


def _under(years: int) -> pl.Expr:
    """Return whether a person is under an age today, as 0, 1 or 2."""
    born = pl.col("born")
    first = (born + "-01-01").str.slice(0, 10).str.to_date()
    last = (
        pl.when(born.str.len_chars() == 4).then(first.dt.offset_by("1y") - _days(1))
        .when(born.str.len_chars() == 7).then(first.dt.offset_by("1mo") - _days(1))
        .otherwise(first)
    )  # fmt: skip
    return (
        pl.when(_birthday(first, years) > _TODAY).then(_whole(2))
        .when(_birthday(last, years) <= _TODAY).then(_whole(0))
        .otherwise(_whole(1))
    )  # fmt: skip


class Sought(NamedTuple):
    """Rows that are looked for; their fields begin with `o_`.

    `same`: which fields must be the same, and are known; `fits`: what else is known; `holds`: what
    may be unknown.
    """

    section: str
    same: dict[str, str]
    fits: pl.Expr = pl.lit(True)
    holds: pl.Expr = pl.lit(True)


def _some(asked: pl.LazyFrame, parts: Parts, sought: Sought) -> pl.LazyFrame:
    """Say of each row that is asked about whether there is such a row: `met`."""
    others = parts[sought.section].select(
        "case_id", *(pl.col(name).alias(f"o_{name}") for name in FIELDS[sought.section])
    )
    right = ["case_id", *(f"o_{name}" for name in sought.same.values())]
    best = (
        asked.join(others, left_on=["case_id", *sought.same], right_on=right, coalesce=False)
        .filter(sought.fits)
        .group_by(_ROW)
        .agg(best=_k3(sought.holds).max())
    )
    return asked.join(best, on=_ROW, how="left").with_columns(
        met=pl.max_horizontal(_MORE.format(sought.section), pl.col("best").fill_null(0))
    )


def _checks(parts: Parts) -> Iterator[Instances]:
    """Yield each check, the section it asks about, and its instances."""
    yield from _of_plans(parts)
    yield from _of_meetings(parts)
    yield from _of_risks(parts)
    yield from _of_people_and_work(parts)


def _of_plans(parts: Parts) -> Iterator[Instances]:
    start, on = pl.col("start"), pl.col("o_on")
    plans = parts["plans"].filter(level="child_protection").with_columns(asked=_whole(2))
    for check, kind, due, in_time in (
        ("reviewed", "review_conference", start + _days(92) <= _TODAY, on <= start + _days(92)),
        ("core-group", "core_group", _workdays(start, _TODAY) >= 10, _workdays(start, on) <= 10),
    ):
        fits = (pl.col("o_kind") == kind) & (on >= start) & in_time
        sought = Sought("meetings", {}, fits, pl.col("o_plan") == pl.col("id"))
        yield check, "plans", _some(plans.filter(due), parts, sought)


def _of_meetings(parts: Parts) -> Iterator[Instances]:
    kind, on, other, attended = map(pl.col, ("kind", "on", "o_on", "attended"))
    meetings = parts["meetings"].with_columns(asked=_whole(2))
    repeats = Sought(
        "meetings",
        {"kind": "kind"},
        (other > on) & (other <= on + _days(160)),
        pl.col("o_plan") == pl.col("plan"),
    )
    reviews = _some(meetings.filter(kind == "review_conference"), parts, repeats)
    yield "not-repeated", "meetings", reviews.with_columns(met=2 - pl.col("met"))
    of_children = meetings.filter(kind.is_in(["review_conference", "child_in_need_review"]))
    yield "child-views", "meetings", of_children.with_columns(met=_k3(pl.col("child_views")))
    quorate = (attended.list.n_unique() >= 3) & attended.list.contains("police")
    initial = meetings.filter(kind == "initial_conference")
    yield "quorum", "meetings", initial.with_columns(met=_k3(quorate))


def _of_risks(parts: Parts) -> Iterator[Instances]:
    risks = parts["risks"].with_columns(asked=_whole(2))
    last = pl.col("identified_on") + _days(90)
    mitigation = Sought("mitigations", {"id": "risk"}, pl.col("o_recorded_on") <= last)
    answered = _some(risks.filter(last <= _TODAY), parts, mitigation)
    resolved = (pl.col("resolved_on") <= last).fill_null(False)
    met = pl.max_horizontal("met", _k3(resolved))
    yield "answered", "risks", answered.with_columns(met=met)
    considers = pl.col("o_considers").list.contains("domestic_abuse")
    considered = Sought("assessments", {"subject": "subject"}, holds=considers)
    violent = risks.filter(kind="domestic_abuse")
    yield "violence-considered", "risks", _some(violent, parts, considered)


def _of_people_and_work(parts: Parts) -> Iterator[Instances]:
    young = parts["people"].with_columns(asked=_under(5))
    of_child = Sought("assessments", {"id": "subject"}, pl.col("o_kind") == "child_and_family")
    yield "young-assessed", "people", _some(young, parts, of_child)
    recent = pl.col("o_completed_on") + _days(1095) >= _TODAY
    course = Sought("training", {"id": "worker"}, (pl.col("o_topic") == "neglect") & recent)
    workers = parts["workers"].filter(role="practitioner").with_columns(asked=_whole(2))
    yield "trained", "workers", _some(workers, parts, course)
    done, started, limit = pl.col("completed_on"), pl.col("started_on"), pl.col("due") + _days(14)
    # What has not happened was not in time, whatever the last day is.
    met = pl.when(done.is_null()).then(_whole(0)).otherwise(_k3(done <= limit))
    actions = parts["actions"].with_columns(asked=_k3(limit <= _TODAY), met=met)
    yield "done-in-time", "actions", actions
    in_time = (_workdays(started, done) <= 45).fill_null(False)
    begun = parts["assessments"].filter(_workdays(started, _TODAY) >= 45)
    in_days = begun.with_columns(asked=_whole(2), met=_k3(in_time))
    yield "in-45-days", "assessments", in_days


def _outcomes(instances: pl.LazyFrame) -> pl.LazyFrame:
    """Return by case and check the outcome, and its findings, sorted as pairs."""
    asked, met, kind = pl.col("asked"), pl.col("met"), pl.col("kind")
    breach = (asked == 2) & (met == 0)
    at = pl.format("/{}/{}", "of", "nth").fill_null("/" + pl.col("of"))
    told = instances.filter(asked > 0).select(
        "case_id", "check", "asked", "met", at=at,
        kind=pl.when(breach).then(pl.lit(BREACH)).otherwise(pl.lit(UNSURE)))  # fmt: skip
    finding = pl.struct("at", "kind")
    by_check = told.group_by("case_id", "check").agg(
        findings=finding.filter(met < 2).sort(),
        unsettled=finding.filter(asked == 1).sort(),
        breach=(kind == BREACH).any(),
        unsure=(met < 2).any(),
        sure=(asked == 2).any(),
    )
    outcome = (
        pl.when("breach").then(pl.lit(BREACH))
        .when("unsure").then(pl.lit(UNSURE))
        .when("sure").then(pl.lit(MET))
        .otherwise(pl.lit(UNSURE))
    )  # fmt: skip
    no_others = pl.col("unsure") | pl.col("sure")
    findings = pl.when(no_others).then("findings").otherwise("unsettled")
    return by_check.select("case_id", "check", outcome.alias("outcome"), findings.alias("findings"))
