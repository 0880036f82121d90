"""What a timeline tells of a record's rows: codes, days and ids, as far as they are told."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from amounts import few
from shipped import ROOT, only, pages

from casecheck.audit.running import audit_texts
from casecheck.audit.timelines import SHOWN, timeline_of
from casecheck.intake.texts import RecordText
from casecheck.lessons.loading import rules_from_pages
from casecheck.record.contradictions import contradictions
from casecheck.record.model import FIELDS, OWN_DAYS, SECTIONS
from casecheck.record.validation import read_record
from casecheck.report.audit.timeline_words import LANES, code_words, day_words, row_words, tracks
from casecheck.results import CaseAudit, Dated, Timeline, TimelineRow
from casecheck.truth.known import Known

DAY = date(2026, 3, 2)


def text(**sections: Any) -> bytes:
    people = {"people": [{"id": "child1", "born": "2015-04"}, {"id": "child2", "born": "2017"}]}
    return json.dumps(
        {
            "schema": "casecheck/1",
            "case_id": "C-0001",
            "extracted_on": "2026-06-30",
            "opened_on": "2025-01-06",
            **people,
            **sections,
        }
    ).encode()


def drawn(**sections: Any) -> Timeline:
    record = read_record(text(**sections))
    return timeline_of(Known(record, contradictions(record)))


def only_row(**sections: Any) -> TimelineRow:
    (row,) = drawn(**sections).rows
    return row


def plan(**more: Any) -> dict[str, Any]:
    row = {"id": "plan1", "subject": "child1", "level": "child_protection", "start": "2026-03-02"}
    return {**row, **more}


def test_each_section_with_days_has_a_lane() -> None:
    assert set(OWN_DAYS) - set(SHOWN) == set()
    assert set(SECTIONS) - set(SHOWN) == {"people", "relationships"}
    assert LANES.keys() == SHOWN.keys()
    assert list(SHOWN) == [section for section in SECTIONS if section in SHOWN]


@pytest.mark.parametrize("section", SHOWN)
def test_each_field_that_is_shown_is_one_of_the_format(section: str) -> None:
    shown = SHOWN[section]
    names = (*shown.codes, *shown.of, *shown.ends, *filter(None, (shown.start, shown.due)))
    assert FIELDS[section].keys() >= set(names)
    assert {FIELDS[section][name].kind for name in shown.codes} <= {"code"}
    assert {FIELDS[section][name].kind for name in shown.of} <= {"reference"}


def test_a_row_tells_codes_days_and_ids() -> None:
    row = only_row(plans=[plan(category="neglect", end="2026-05-01")])
    assert row == TimelineRow(
        section="plans",
        row=0,
        id="plan1",
        of="child1",
        codes=("child_protection", "neglect"),
        start=Dated(DAY, DAY),
        end=Dated(date(2026, 5, 1), date(2026, 5, 1)),
        ended_by="end",
        lasting=True,
    )
    assert row_words(row) == "2026-03-02 to 2026-05-01, neglect [0]"


def test_what_the_record_leaves_open_stays_open() -> None:
    open_, at_last = only_row(plans=[plan()]), only_row(plans=[plan(end="unknown")])
    assert (open_.end, open_.codes) == (None, ("child_protection", ""))
    assert row_words(open_) == "2026-03-02, not ended, not recorded [0]"
    assert at_last.end == Dated(None, None)
    assert row_words(at_last) == "2026-03-02, ended: not known, not recorded [0]"
    early = only_row(plans=[plan(start="../2026-03-02", end="2026-04-01/2026-05-01")])
    assert early.start == Dated(None, DAY)
    assert early.end == Dated(date(2026, 4, 1), date(2026, 5, 1))
    assert "some day up to 2026-03-02" in row_words(early)
    tool = {"id": "t", "kind": "dash", "subject": "child1", "on": "2026-03-02/.."}
    assert only_row(tools=[tool]).start == Dated(DAY, None)
    change = {"id": "c", "plan": "plan1", "from_category": "neglect"}
    told = drawn(plans=[plan()], category_changes=[change]).rows[1]
    assert (told.start, told.of, told.codes) == (Dated(None, None), "plan1", ("neglect", ""))
    assert row_words(told) == "a day that is not recorded [0]"


def test_an_end_that_the_extract_does_not_carry_is_not_known() -> None:
    row = only_row(plans=[plan()], coverage={"plans": {"without": ["end"]}})
    assert row.end == Dated(None, None)


def test_contradictory_days_are_told_as_recorded_and_marked() -> None:
    row = only_row(plans=[plan(end="2026-02-01")])
    assert row.start == Dated(DAY, DAY, contradictory=True)
    assert row.end == Dated(date(2026, 2, 1), date(2026, 2, 1), contradictory=True)
    assert "2026-03-02 (contradictory) to 2026-02-01 (contradictory)" in row_words(row)
    after = only_row(plans=[plan(start="2026-12-01/2026-12-05")])
    assert after.start == Dated(date(2026, 12, 1), date(2026, 12, 5), contradictory=True)


def test_the_end_is_the_event_that_has_happened() -> None:
    action = {
        "id": "a",
        "plan": "plan1",
        "kind": "visit",
        "set_on": "2026-03-02",
        "due": "2026-08-01",
    }
    closed = {**action, "completed_on": "unknown", "closed_on": "2026-04-01"}
    plans = [plan()]
    _, row = drawn(plans=plans, actions=[closed]).rows
    assert (row.ended_by, row.due) == ("closed_on", Dated(date(2026, 8, 1), date(2026, 8, 1)))
    assert row_words(row) == "2026-03-02, closed 2026-04-01, due 2026-08-01 [0]"
    _, row = drawn(plans=plans, actions=[{**action, "completed_on": "unknown"}]).rows
    assert (row.ended_by, row.end) == ("completed_on", Dated(None, None))
    _, row = drawn(plans=plans, actions=[{**action, "due": None}]).rows
    assert (row.ended_by, row.end, row.due) == ("", None, Dated(None, None))


def test_an_interview_that_was_not_offered_has_no_first_day() -> None:
    incidents = [{"id": "i", "kind": "missing", "on": "2026-03-02"}]
    interview = {"id": "r", "incident": "i", "held_on": "2026-03-05"}
    row = drawn(incidents=incidents, return_interviews=[interview]).rows[1]
    assert (row.start, row.ended_by) == (Dated(None, None), "held_on")


def test_what_the_extract_does_not_carry_is_named() -> None:
    told = drawn(plans=[], meetings=[], coverage={"meetings": {"incomplete": True}})
    assert told.opened == Dated(date(2025, 1, 6), date(2025, 1, 6))
    assert told.today == date(2026, 6, 30)
    assert {"risks", "visits"} <= set(told.absent)
    assert not {"plans", "meetings", "people"} & set(told.absent)
    # A section that is there in part can miss rows only where its rows could refer to something.
    assert told.partial == ("meetings",)
    assert drawn(opened_on="../2025-01-06").opened == Dated(None, date(2025, 1, 6))


def test_rows_of_one_kind_share_a_track_and_two_children_have_their_own() -> None:
    second = plan(id="plan2", subject="child2", start="2026-04-01")
    labels = [track.label for track in tracks(drawn(plans=[plan(), second]))]
    assert labels == ["child1: child protection", "child2: child protection"]
    third = plan(id="plan3", start="2026-05-01")
    (track,) = tracks(drawn(plans=[plan(end="2026-05-01"), third]))
    assert (track.label, len(track.rows)) == ("child protection", 2)
    visit = {"id": "v", "subject": "child1", "on": "2026-03-02"}
    (track,) = tracks(drawn(visits=[visit]))
    assert track.label == ""
    assert code_words("marac") == "MARAC"


def test_days_in_words() -> None:
    assert day_words(Dated(DAY, DAY)) == "2026-03-02"
    assert day_words(Dated(DAY, None)) == "some day from 2026-03-02 on"


@pytest.mark.parametrize("jobs", few([1, 2], 1))
def test_a_timeline_is_made_where_it_is_asked_for(jobs: int) -> None:
    rules = rules_from_pages(only("P1.1", pages()), "")
    texts = [RecordText("a.json", None, text(plans=[plan()]))]
    (without,) = audit_texts(texts, rules, jobs)
    (with_it,) = audit_texts(texts, rules, jobs, timelines=True)
    assert isinstance(without, CaseAudit)
    assert isinstance(with_it, CaseAudit)
    assert without.timeline is None
    assert with_it.timeline == drawn(plans=[plan()])
    assert with_it._replace(timeline=None) == without


def test_no_content_but_codes_days_and_ids() -> None:
    data = (ROOT / "sample_cases" / "c-0104.json").read_bytes()
    record, read = json.loads(data), read_record(data)
    told = timeline_of(Known(read, contradictions(read)))
    codes = {
        code for section in FIELDS.values() for spec in section.values() for code in spec.codes
    }
    ids = {row["id"] for rows in record.values() if isinstance(rows, list) for row in rows}
    assert {code for row in told.rows for code in row.codes} <= codes | {""}
    assert {text for row in told.rows for text in (row.id, row.of)} <= ids | {""}
