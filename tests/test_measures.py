"""Measures over time: what is counted, in which period, and what is never left out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from once import made_once, measures_once

from casecheck.api import audit_records, load_rules
from casecheck.engine.outcomes import Said
from casecheck.measures import measure_records
from casecheck.measures.counting import Spell, Tally, each_met, median_of, together
from casecheck.measures.loading import chosen
from casecheck.measures.measure import Expected
from casecheck.measures.measuring import Split
from casecheck.measures.member_days import KnownDay
from casecheck.measures.periods import Length
from casecheck.measures.proving import differences
from casecheck.measures.report import MeasuresReport
from casecheck.results import CaseAudit, Outcome

with made_once():
    RULES = load_rules()
MEASURES = measures_once(RULES)
CONTACT = {"id": "c", "subject": "child", "on": "2026-03-31", "factors": ["parental_drug_misuse"]}
RECORD: dict[str, Any] = {
    "schema": "casecheck/1",
    "case_id": "CASE-1",
    "extracted_on": "2026-05-31",
    "opened_on": "2026-01-05",
    "people": [{"id": "child", "born": "2016-03"}],
    "contacts": [CONTACT],
}


def asked(
    measure: str, *records: dict[str, Any], by: Length = "quarter", split: Split = "", **more: Any
) -> MeasuresReport:
    return measure_records(
        records, RULES, by, split=split, measures=chosen(MEASURES, [measure]), **more
    )


def tallies(report: MeasuresReport, split: str = "") -> dict[str, Tally]:
    (series,) = [one for one in report.series if one.split == split and not one.apart]
    empty = Tally()
    return {one.label: one.tally for one in series.periods if one.tally != empty}


def contact(**changed: Any) -> dict[str, Any]:
    return {**RECORD, "contacts": [{**CONTACT, **changed}]}


@pytest.mark.parametrize("name", [one.id for one in MEASURES.measures if one.is_asked])
def test_every_example_comes_to_what_it_says(name: str) -> None:
    (measure,) = chosen(MEASURES, [name]).measures
    assert measure.examples
    assert list(differences(measure, RULES)) == []


def test_an_example_that_comes_to_something_else_is_told() -> None:
    (measure,) = chosen(MEASURES, ["M8a"]).measures
    first = replace(measure.examples[0], expect=(Expected({"members": 2}, "2026-Q1"),))
    (told,) = differences(replace(measure, examples=(first,)), RULES)
    assert str(told) == ("one person was referred (2026-Q1): expected members 2, found members 1")


def test_all_measures_of_the_contract_are_there() -> None:
    ids = "M1a M1b M2a M2b M3a M3b M3c M3d M3e M4a M4b M5a M5b M6a M6b M6c M6d M7a M8a M8b M8c"
    assert [one.id for one in MEASURES.measures] == [
        *ids.split(),
        "M9a",
        "M9b",
        "M9c",
        "M10",
        "M11",
        "ML",
    ]
    states = {one.id for one in MEASURES.measures if one.by == "states"}
    assert states == {"M4a", "M5a", "M9a", "M9b", "M9c"}
    persons = {one.id for one in MEASURES.measures if one.unit == "person"}
    assert persons == {"M2a", "M4a", "M4b", "M8a", "M9a", "M9b", "M9c"}


# --- arithmetic


def test_the_unknown_is_never_left_out_of_a_denominator_and_never_a_pass() -> None:
    tally = Tally(met=3, not_met=2, cannot_tell=1, perhaps_not=4, perhaps_met=5)
    assert (tally.share, tally.low, tally.high) == (3 / 6, 3 / 10, 9 / 11)
    assert (Tally().share, Tally().low, Tally().high) == (None, None, None)


def test_each_instance_is_counted_as_it_is_known() -> None:
    tally = Tally()
    for belongs in (True, None):
        for met in (True, False, None):
            tally.add(Said(belongs, met))
    assert tally == Tally(met=1, not_met=1, cannot_tell=1, perhaps_not=1, perhaps_met=2)


@pytest.mark.parametrize(
    ("instances", "person"),
    [
        ([Said(True, True), Said(True, True)], Said(True, True)),
        ([Said(True, True), Said(True, False)], Said(True, False)),
        ([Said(True, True), Said(True, None)], Said(True, None)),
        ([Said(True, False), Said(None, True)], Said(True, False)),
        ([Said(True, True), Said(None, True)], Said(True, True)),
        ([Said(True, True), Said(None, None)], Said(True, None)),
        ([Said(None, False), Said(None, False)], Said(None, False)),
        ([Said(None, False), Said(None, True)], Said(None, None)),
        ([Said(False, False), Said(None, True)], Said(None, True)),
        ([Said(False, False), Said(False, True)], Said(False, None)),
    ],
)
def test_a_person_is_met_where_each_instance_is(instances: list[Said], person: Said) -> None:
    assert together(instances) == person


def test_of_several_checks_each_must_be_met() -> None:
    assert each_met([Said(True, True), Said(True, None)]) == Said(True, None)
    assert each_met([Said(None, True), Said(True, False)]) == Said(True, False)


def test_medians_have_bounds() -> None:
    found = median_of([Spell(True, 10, 10), Spell(True, 20, 20), Spell(True, 30, 40)])
    assert (found.days, found.low, found.high) == (None, 20, 20)
    found = median_of([Spell(True, 10, 10), Spell(None, 50, None)])
    assert (found.days, found.low, found.high) == (10, 10, None)
    assert median_of([Spell(True, 5, None)]).high is None
    assert median_of([]) == median_of([Spell(None, 0, 0)][:0])


def test_a_day_has_come_or_not_or_perhaps() -> None:
    between = KnownDay(10, 20)
    assert [between.by(day) for day in (9, 10, 19, 20)] == [False, None, None, True]
    assert KnownDay(10, 20, comes=None).by(30) is None
    assert KnownDay(10, 20, comes=False).by(30) is False


# --- periods


@pytest.mark.parametrize(
    ("by", "label"), [("month", "2026-03"), ("quarter", "2026-Q1"), ("year", "2026")]
)
def test_a_member_belongs_to_the_period_of_its_day(by: Length, label: str) -> None:
    assert tallies(asked("M3d", RECORD, by=by)) == {label: Tally(met=1)}


def test_a_day_between_two_periods_may_be_of_either() -> None:
    told = tallies(asked("M3d", contact(on="2026-03-31/2026-04-01")))
    assert told == {"2026-Q1": Tally(perhaps_met=1), "2026-Q2": Tally(perhaps_met=1)}
    told = tallies(asked("M3d", contact(on="2026-03-01/2026-03-31")))
    assert told == {"2026-Q1": Tally(met=1)}


def test_what_a_record_does_not_cover_is_of_no_period() -> None:
    assert tallies(asked("M3d", contact(on="2026-01-05"))) == {"2026-Q1": Tally(met=1)}
    assert tallies(asked("M3d", contact(on="2026-01-04"))) == {}
    assert tallies(asked("M3d", {**RECORD, "closed_on": "2026-03-31"})) == {"2026-Q1": Tally(met=1)}
    assert tallies(asked("M3d", {**RECORD, "closed_on": "2026-03-30"})) == {}


def test_where_the_day_of_opening_is_a_range_it_may_be_covered() -> None:
    later = {**RECORD, "opened_on": "../2026-04-15"}
    assert tallies(asked("M3d", later)) == {"2026-Q1": Tally(perhaps_met=1)}
    later["contacts"] = [{**CONTACT, "on": "2026-04-15"}]
    assert tallies(asked("M3d", later)) == {"2026-Q2": Tally(met=1)}


def test_a_member_without_a_known_day_is_counted_apart_and_left_out_of_no_period() -> None:
    record = {
        **RECORD,
        "plans": [{"id": "p", "subject": "child", "level": "child_protection",
                   "category": "neglect", "start": "2026-01-05"}],
        "category_changes": [{"id": "change", "plan": "p", "from_category": "physical_abuse",
                              "to_category": "neglect", "on": None}],
        "chair_agreements": [],
    }  # fmt: skip
    report = asked("M1a", record)
    # Whether the agreement is due is unknown with the day: perhaps a member, of either period.
    assert tallies(report) == {"2026-Q1": Tally(perhaps_not=1), "2026-Q2": Tally(perhaps_not=1)}
    record = {
        **RECORD,
        "assessments": [{"id": "a", "subject": "child", "kind": "risk", "started_on": "2026-01-05",
                         "completed_on": "2026-07-01"}],
        "risks": [],
    }  # fmt: skip
    # Dated after the extract, its day is unknown, and whether it was completed.
    assert tallies(asked("M3c", record)) == {
        "2026-Q1": Tally(perhaps_not=1), "2026-Q2": Tally(perhaps_not=1),
    }  # fmt: skip


def test_undated_counts_members_of_whose_day_nothing_is_known() -> None:
    (measure,) = chosen(MEASURES, ["M3d"]).measures
    record = contact(on="2026-06-30")  # after the extract: a contradiction, so that it is unknown
    (series,) = asked("M3d", record).series
    assert series.undated == 1
    assert tallies(asked("M3d", record)) == {
        "2026-Q1": Tally(perhaps_met=1), "2026-Q2": Tally(perhaps_met=1),
    }  # fmt: skip
    assert measure.by == "events"


def test_the_last_period_is_partial_where_the_records_end_in_it() -> None:
    (series,) = asked("M3d", RECORD).series
    assert [(one.label, one.partial) for one in series.periods] == [
        ("2026-Q1", False), ("2026-Q2", True),
    ]  # fmt: skip
    (series,) = asked("M3d", {**RECORD, "extracted_on": "2026-06-30"}).series
    assert not series.periods[-1].partial


def test_from_and_to_are_rounded_to_whole_periods() -> None:
    (series,) = asked("M3d", RECORD, first=date(2026, 3, 1), last=date(2026, 3, 2)).series
    assert [one.label for one in series.periods] == ["2026-Q1"]
    assert series.periods[0].tally == Tally(met=1)


# --- states, persons, splits


def test_a_state_sees_nothing_of_what_came_after_the_day() -> None:
    plan = {"id": "p", "subject": "child", "level": "child_protection", "category": "neglect",
            "start": "2026-01-05", "end": "2026-05-04"}  # fmt: skip
    record = {**RECORD, "plans": [plan], "meetings": [], "court_orders": []}
    assert tallies(asked("M5a", record, by="month")) == {
        "2026-01": Tally(not_met=1), "2026-02": Tally(not_met=1),
        "2026-03": Tally(not_met=1), "2026-04": Tally(not_met=1),
    }  # fmt: skip
    # Whether it had ended by the end of April, or whether it did at all, cannot be told.
    record["plans"] = [{**plan, "end": "2026-04-30/2026-05-01"}]
    told = tallies(asked("M5a", record, by="month"))
    assert told["2026-03"] == Tally(not_met=1)
    assert told["2026-04"] == Tally(perhaps_not=1)
    assert "2026-05" not in told
    record["plans"] = [{**plan, "start": "2026-02-28/2026-03-01", "end": None}]
    told = tallies(asked("M5a", record, by="month"))
    assert "2026-01" not in told
    assert told["2026-02"] == Tally(perhaps_not=1)
    assert told["2026-03"] == Tally(not_met=1)


def test_a_person_is_one_by_pseudonym_in_all_records_and_by_id_in_one() -> None:
    made = {"service": "marac", "considered_on": "2026-03-02", "made_on": "2026-03-02"}
    record = {
        **RECORD,
        "contacts": [],
        "people": [{"id": "girl", "born": "2009-05"}],
        "referrals": [
            {"id": "r", "subject": "girl", **made},
            {"id": "s", "subject": "girl", **made},
        ],
    }
    other = {**record, "case_id": "CASE-2"}
    assert tallies(asked("M8a", record, other))["2026-Q1"].members == 2
    for one in (record, other):
        one["people"] = [{"id": "girl", "born": "2009-05", "pseudonym": "P-0001"}]
    assert tallies(asked("M8a", record, other))["2026-Q1"].members == 1
    record["district"], other["district"] = "EAST", "WEST"
    report = asked("M8a", record, other, split="district")
    assert tallies(report)["2026-Q1"].members == 1
    assert [tallies(report, one)["2026-Q1"].members for one in ("EAST", "WEST")] == [1, 1]


def test_records_without_a_stratum_are_a_stratum() -> None:
    report = asked("M3d", {**RECORD, "team": "TEAM-A"}, {**RECORD, "case_id": "CASE-2"},
                   split="team")  # fmt: skip
    assert {one.split for one in report.series} == {"", "TEAM-A", "none"}
    assert tallies(report) == {"2026-Q1": Tally(met=2)}


def test_whom_nobody_knows_is_each_perhaps_another() -> None:
    record = {key: value for key, value in RECORD.items() if key != "people"}
    record["referrals"] = []
    record["tools"] = [
        {
            "id": f"t{at}",
            "kind": "graded_care_profile",
            "subject": "child",
            "on": day,
            "grade": None,
        }
        for at, day in enumerate(("2026-02-02", "2026-03-02"))
    ]
    assert tallies(asked("M4b", record)) == {"2026-Q1": Tally(perhaps_met=1)}


def test_the_number_of_records_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [{**RECORD, "case_id": f"CASE-{at}"} for at in range(1, 8)]
    whole = asked("M3d", *records)
    monkeypatch.setattr("casecheck.measures.measuring.RECORDS_AT_ONCE", 2)
    assert asked("M3d", *records) == whole
    assert asked("M3d", *reversed(records)) == whole


def test_measures_add_up_to_the_audit_where_they_ask_the_same() -> None:
    records = [
        # From so early on no meeting lies before the record's first day.
        {**json.loads(one.read_bytes()), "opened_on": "1990-01-01"}
        for one in sorted(Path("sample_cases").glob("*.json"))
    ]
    records = [one for one in records if "meetings" in one]
    audits = [one for one in audit_records(records, RULES) if isinstance(one, CaseAudit)]
    found = [
        finding.outcome
        for one in audits
        for finding in one.findings
        if (finding.lesson, finding.check) == ("P7.1", "quorum")
    ]
    report = measure_records(records, RULES, "year", measures=chosen(MEASURES, ["M7a"]))
    (series,) = report.series
    assert found.count(Outcome.BREACH) == sum(one.tally.not_met for one in series.periods) > 3
