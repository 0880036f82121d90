"""What a finding hangs on that cannot be told: supplying it settles the finding, and no less does.

Each random record that lacks something is part of a whole one. What the reasons of a finding name
is put back from there, and nothing else; then the finding is gone, or is a breach. Where it is not,
the whole record leaves the same open: a birth is told by its month, and days contradict.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from functools import cache
from typing import Any

import put_back
import pytest
import random_records
import shipped
from amounts import PROFILE, tries
from once import auditor_of
from random_records import Record

from casecheck.audit.auditor import Auditor
from casecheck.audit.running import More, audit_each
from casecheck.audit.unknown_finder import UnknownFinder
from casecheck.intake.texts import RecordText
from casecheck.results import CaseAudit, Finding, Outcome, Unknown
from casecheck.truth.hangs_on import HangsOn
from casecheck.truth.plain_reading import PlainReading

RECORDS = int(os.environ.get("CASECHECK_PUT_BACK", tries(400) if PROFILE == "proof" else 25))
"""How many records are taken apart; `CASECHECK_PUT_BACK=10000` by hand takes an hour."""
FINDINGS = 3
"""So many findings of a record are tried."""
TOGETHER = 20


@cache
def auditor() -> Auditor:
    return auditor_of(shipped.every_rule())


def open_findings(record: Record) -> list[Finding]:
    return [one for one in shipped.audit(record, auditor()).findings if not is_breach(one)]


def is_breach(finding: Finding) -> bool:
    return finding.outcome is Outcome.BREACH


def by_fingerprint(record: Record, finding: Finding) -> Finding | None:
    found = {one.fingerprint: one for one in open_findings(record)}
    return found.get(finding.fingerprint)


def is_open(record: Record, finding: Finding) -> bool:
    """Whether an instance is open, also where others of its check decide and it is no finding."""
    text = RecordText("whole.json", None, json.dumps(record).encode())
    (audited,) = audit_each([text], auditor(), more=More(for_store=True))
    assert isinstance(audited, CaseAudit)
    unsettled = {one.fingerprint for one in audited.met if not one.certain}
    return finding.fingerprint in unsettled or by_fingerprint(record, finding) is not None


def test_what_the_reasons_name_settles_the_finding() -> None:
    seen: Counter[str] = Counter()
    for seed in range(RECORDS):
        rng = random.Random(f"put back {seed}")
        whole = put_back.whole(rng)
        part = put_back.parted(whole, rng)
        findings = open_findings(part)
        assert all(one.unknown for one in findings), seed
        for finding in rng.sample(findings, min(FINDINGS, len(findings))):
            fuller, _ = put_back.put_all_back(part, whole, finding.unknown)
            left = by_fingerprint(fuller, finding)
            seen["settled" if left is None else "open in the whole record"] += 1
            if left is not None:
                told = (seed, finding.lesson, finding.check, finding.unknown, left.unknown)
                contradicts = any(one.reason == "contradictory" for one in left.unknown)
                more = put_back.put_all_back(fuller, whole, left.unknown)[1]
                assert contradicts or not more, told
                assert is_open(whole, finding), told
    assert seen["settled"] > 5 * seen["open in the whole record"] > 0


def test_what_is_put_back_of_most_reasons_is_needed() -> None:
    """Of a finding with one reason nothing is settled by all the rest of the whole record."""
    tried = 0
    for seed in range(RECORDS):
        rng = random.Random(f"put back {seed}")
        whole = put_back.whole(rng)
        part = put_back.parted(whole, rng)
        if not whole["people"]:
            continue  # that there is nobody settles every section of rows that must be of somebody
        others = [one for one in open_findings(part) if len(one.unknown) == 1]
        for finding in rng.sample(others, min(1, len(others))):
            every = {one for of in open_findings(part) for one in of.unknown}
            rest = sorted(every - set(finding.unknown))
            without = [one for one in rest if not _beside(one, finding.unknown[0])]
            fuller, _ = put_back.put_all_back(part, whole, without)
            assert is_open(fuller, finding), (seed, finding)
            tried += 1
    assert tried


def _beside(one: Unknown, other: Unknown) -> bool:
    """Whether to put back the one puts back the other, or moves its row."""
    return one.pointer.split("/")[1] == other.pointer.split("/")[1]


def test_the_quick_way_says_what_the_reference_says(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    quickly = UnknownFinder.unknowns

    def both(
        self: UnknownFinder, form: Any, facts: Any, known: Any, reading: Any, *, met: bool
    ) -> tuple[Unknown, ...]:
        nonlocal compared
        compared += 1
        told = quickly(self, form, facts, known, reading, met=met)
        plain = PlainReading(known, self._concepts)
        bound = self._bound(facts, plain)
        assert told == HangsOn(plain).unknowns(self._population, bound)
        return told

    monkeypatch.setattr(UnknownFinder, "unknowns", both)
    for seed in range(tries(100)):
        rng = random.Random(f"put back {seed}")
        parts = [put_back.parted(put_back.whole(rng), rng) for _ in range(2)]
        shipped.audit_together([*parts, random_records.random_record(rng)], auditor())
    assert compared


# --- each reason, by hand


PEOPLE = [{"id": "child", "born": "2015-03"}]
PLANS = [
    {
        "id": "plan",
        "subject": "child",
        "level": "child_protection",
        "category": "neglect",
        "start": "2026-01-05",
    }
]


def record(**sections: Any) -> Record:
    """A whole record of a child with a plan, and nothing else, but for some sections."""
    every = {section: [] for section in random_records.FIELDS}
    head = {"schema": "casecheck/1", "case_id": "C-1", "extracted_on": "2026-06-30"}
    head["opened_on"] = "2026-01-01"
    return {**head, **every, "people": PEOPLE, "plans": PLANS} | sections


def reasons(of: Record, lesson: str, check: str) -> list[set[tuple[str, str]]]:
    return [
        {(one.pointer, one.reason) for one in finding.unknown}
        for finding in open_findings(of)
        if (finding.lesson, finding.check) == (lesson, check)
    ]


CORE_GROUP = {"id": "m1", "kind": "core_group", "plan": "plan", "on": "2026-01-12"}


def test_a_section_that_is_absent_is_not_in_the_extract() -> None:
    assert reasons(record(meetings=None), "P7.1", "first-core-group") == [
        {("/meetings", "not_in_extract")}
    ]


@pytest.mark.parametrize(
    "coverage", [{"incomplete": True}, {"only": ["strategy"]}, {"from": "2026-06-01"}]
)
def test_a_section_that_is_there_in_part(coverage: Any) -> None:
    of = record(coverage={"meetings": coverage})
    assert reasons(of, "P7.1", "first-core-group") == [{("/meetings", "partly_in_extract")}]


def test_a_field_that_is_not_carried_is_partly_in_the_extract() -> None:
    of = record(coverage={"plans": {"without": ["end"]}}, meetings=[])
    assert ("/plans/0/end", "partly_in_extract") in reasons(of, "P7.1", "first-core-group")[0]


def test_a_field_that_is_said_to_be_unknown_and_is_not_carried_is_partly_in_the_extract() -> None:
    """To supply it is to carry the field: elsewhere a blank would still say nothing."""
    plans = [{**PLANS[0], "end": "unknown"}]
    of = record(coverage={"plans": {"without": ["end"]}}, plans=plans, meetings=[])
    told = reasons(of, "P7.1", "first-core-group")[0]
    assert [reason for pointer, reason in told if pointer == "/plans/0/end"] == [
        "partly_in_extract"
    ]
    carried = record(plans=plans, meetings=[])
    assert ("/plans/0/end", "not_recorded") in reasons(carried, "P7.1", "first-core-group")[0]


@pytest.mark.parametrize(
    ("born", "named"), [(None, True), ("2009", True), ("2009-05", False), ("1980-05", False)]
)
def test_of_a_person_who_is_not_named_the_births_are_named_that_are_open(
    born: str | None, named: bool
) -> None:
    """Whoever was the victim may be the one whose birth nobody recorded."""
    people = [{"id": "child", "born": "2009-03"}, {"id": "other", "born": born}]
    incident = {"id": "i1", "kind": "domestic_abuse", "on": "2026-03-02", "victim": None}
    told = reasons(record(people=people, incidents=[incident]), "P8.2", "risk-assessed")
    (own,) = [one for one in told if ("/incidents/0/victim", "not_recorded") in one]
    assert (("/people/1/born", "not_recorded") in own) == named
    assert not any(pointer.startswith("/people/0") for pointer, _ in own)


@pytest.mark.parametrize("born", [None, "2015-03"])
def test_where_a_reference_leads_through_an_absent_section_open_births_are_named(
    born: str | None,
) -> None:
    change = {"id": "c1", "plan": "plan", "on": "2026-01-12", "from_category": "emotional_abuse",
              "to_category": "neglect"}  # fmt: skip
    of = record(people=[{"id": "child", "born": born}], plans=None, category_changes=[change])
    own, of_no_row = sorted(reasons(of, "P4.1", "neglect-tool-used"), key=len, reverse=True)
    lacking = {("/plans", "not_in_extract")}
    assert own - lacking == (set() if born else {("/people/0/born", "not_recorded")})
    assert of_no_row == lacking


@pytest.mark.parametrize("number", [20, 21])
def test_of_very_many_births_that_are_open_their_section_is_named(number: int) -> None:
    people = [{"id": "child", "born": "2009-03"}, *({"id": f"p{at}"} for at in range(number))]
    incident = {"id": "i1", "kind": "domestic_abuse", "on": "2026-03-02", "victim": None}
    told = reasons(record(people=people, incidents=[incident]), "P8.2", "risk-assessed")
    (own,) = [one for one in told if ("/incidents/0/victim", "not_recorded") in one]
    births = {pointer for pointer, _ in own} - {"/incidents/0/victim"}
    single = {f"/people/{at}/born" for at in range(1, number + 1)}
    assert births == (single if number == 20 else {"/people"})


def test_a_blank_flag_or_fact_is_not_recorded() -> None:
    of = record(meetings=[CORE_GROUP])
    assert reasons(of, "P7.1", "child-views") == [{("/meetings/0/child_views", "not_recorded")}]
    of = record(meetings=[{**CORE_GROUP, "plan": None, "child_views": True}])
    assert reasons(of, "P7.1", "first-core-group") == [{("/meetings/0/plan", "not_recorded")}]


def test_a_range_of_days_that_does_not_settle_is_not_recorded() -> None:
    of = record(meetings=[{**CORE_GROUP, "on": "2026-01-12/2026-03-01"}])
    assert reasons(of, "P7.1", "first-core-group") == [{("/meetings/0/on", "not_recorded")}]
    of = record(meetings=[{**CORE_GROUP, "on": "2026-01-12/2026-01-14"}])
    assert reasons(of, "P7.1", "first-core-group") == []


def test_a_day_that_contradicts_another_is_contradictory() -> None:
    of = record(meetings=[{**CORE_GROUP, "on": "2026-08-01"}])
    assert reasons(of, "P7.1", "first-core-group") == [{("/meetings/0/on", "contradictory")}]


def test_what_is_perhaps_after_the_case_was_closed_is_perhaps_asked() -> None:
    meeting = {
        **CORE_GROUP,
        "on": "2026-03-02/2026-04-30",
        "attended": ["school", "police"],
    }
    of = record(closed_on="2026-03-31", meetings=[meeting])
    found = reasons(of, "P7.1", "core-group-multi-agency")
    assert found == [{("/meetings/0/on", "perhaps_asked")}]


def test_what_decides_nothing_is_not_named() -> None:
    """The evidence is there for certain: it does not matter whether there is more of it."""
    of = record(
        meetings=[CORE_GROUP, {**CORE_GROUP, "id": "m2", "on": "2026-01-13/2026-05-01"}],
        coverage={"meetings": {"incomplete": True}},
    )
    assert reasons(of, "P7.1", "first-core-group") == []


@pytest.mark.parametrize("number", [20, 21])
def test_of_very_many_rows_their_section_is_named(number: int) -> None:
    held = [{**CORE_GROUP, "id": f"m{at}", "plan": None} for at in range(number)]
    (told,) = reasons(record(meetings=held), "P7.1", "first-core-group")
    if number == 20:
        assert told == {(f"/meetings/{at}/plan", "not_recorded") for at in range(number)}
    else:
        assert ("/meetings", "not_recorded") in told
        assert all(pointer.count("/") == 1 for pointer, _ in told)


def test_only_what_the_extract_lacks_makes_a_finding_the_extracts() -> None:
    (lacking,) = [
        one for one in open_findings(record(meetings=None)) if one.check == "first-core-group"
    ]
    assert lacking.of_extract
    (blank,) = [
        one for one in open_findings(record(meetings=[CORE_GROUP])) if one.check == "child-views"
    ]
    assert not blank.of_extract


@pytest.mark.slow
@pytest.mark.parametrize("few", [0, 10**9])
def test_the_index_of_rows_leaves_out_nothing_that_matters(
    monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """However few rows there are: by an index, and by trying each, the reference says the same."""
    monkeypatch.setattr("casecheck.truth.quick_reading.FEW", few)
    test_the_quick_way_says_what_the_reference_says(monkeypatch)
