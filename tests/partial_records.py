"""Small random records of which much is unknown: for pages that ask of few sections, and closely.

Days lie within three weeks, so that rows meet; sections are there in part, or not at all; days are
ranges, events unknown, references lead to what is not there.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from casecheck.audit.auditor import Auditor
from casecheck.intake.records import ReadRecord
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import rules_from_pages
from casecheck.record.contradictions import contradictions
from casecheck.record.model import CaseRecord
from casecheck.record.validation import read_record
from casecheck.report.lessons.explanation_text import ExplanationText
from casecheck.report.lessons.lesson_text import lesson_text
from casecheck.report.lessons.lesson_words import LessonWords
from casecheck.results import CaseAudit, Outcome
from casecheck.text.page import Page
from casecheck.truth.account import agree, explain
from casecheck.truth.indexed_reading import IndexedReading
from casecheck.truth.known import Known
from casecheck.truth.plain_reading import PlainReading, Result

FIRST = date(2026, 3, 2)
SPAN = 21
EXTRACTED = "2026-04-30"
_PAPER = Page(io.StringIO(), 200, color=False)
EVENTS = (
    ("risks", "identified_on", "resolved_on"),
    ("incidents", "on", "known_on"),
    ("actions", "set_on", "completed_on"),
)
KINDS = {
    "risks": ("neglect", "missing", "sexual_abuse"),
    "meetings": ("strategy", "core_group", "initial_conference"),
    "incidents": ("missing", "police"),
    "actions": ("visit", "service"),
}
CONCEPTS = """
concepts:
  worry:
    means: Anything that worries somebody.
    rows:
      - of: {risk: risks}
        where: ["risk.kind == 'neglect'"]
        fields: {child: risk.subject, since: risk.identified_on, until: risk.resolved_on}
      - of: {incident: incidents}
        where: [incident.on >= opened_on]
        fields: {child: incident.victim, since: incident.on, until: incident.known_on}
      - of: {risk: risks}
        where: [happened(risk.resolved_on)]
        fields: {child: risk.subject, since: risk.identified_on, until: risk.resolved_on}
"""


def random_record(random: Random, doubt: float) -> dict[str, Any]:
    """Return a valid record; `doubt` is the chance that something is not known."""

    def unsure() -> bool:
        return random.random() < doubt

    def day() -> str:
        return str(FIRST + timedelta(random.randrange(SPAN)))

    def some_day() -> str:
        if not unsure():
            return day()
        first, last = sorted((day(), day()))
        return random.choice([f"{first}/{last}", f"{first}/..", f"../{last}"])

    def event(own: str) -> str | None:
        """Return an event after the row's own day, mostly: else it would contradict that."""
        if unsure():
            return random.choice(["unknown", some_day()])
        if random.random() < 0.6:
            return None
        return (
            day() if "/" in own else str(date.fromisoformat(own) + timedelta(random.randrange(8)))
        )

    def fact(value: Any) -> Any:
        return None if unsure() else value

    def rows(section: str, most: int) -> Sequence[str]:
        return [f"{section[0]}{number}" for number in range(random.randrange(most + 1))]

    people = ["p0", "p1"]
    plans = [
        {
            "id": one,
            "subject": random.choice(people),
            "level": "child_protection",
            "start": some_day(),
        }
        for one in rows("lans", 2)
    ]
    record: dict[str, Any] = {
        "schema": "casecheck/1", "case_id": "C-1", "extracted_on": EXTRACTED,
        "opened_on": "2026-01-01", "people": [{"id": one} for one in people], "plans": plans,
    }  # fmt: skip
    plan_ids = [plan["id"] for plan in plans]
    record["risks"] = [
        {
            "id": one, "subject": random.choice(people),
            "kind": random.choice(("neglect", "sexual_abuse")),
            "identified_on": some_day(), "resolved_on": None,
        }
        for one in rows("risks", 3)
    ]  # fmt: skip
    record["meetings"] = [
        {
            "id": one, "kind": random.choice(KINDS["meetings"]), "on": some_day(),
            "plan": fact(random.choice(plan_ids)) if plan_ids else None,
            "subject": fact(random.choice(people)), "child_views": fact(random.random() < 0.5),
        }
        for one in rows("meetings", 4)
    ]  # fmt: skip
    record["incidents"] = [
        {
            "id": one, "kind": random.choice(KINDS["incidents"]), "on": some_day(),
            "victim": fact(random.choice(people)), "known_on": None,
        }
        for one in rows("incidents", 4)
    ]  # fmt: skip
    record["actions"] = [
        {
            "id": one, "plan": random.choice(plan_ids), "kind": random.choice(KINDS["actions"]),
            "set_on": some_day(), "completed_on": None,
        }
        for one in (rows("actions", 4) if plan_ids else ())
    ]  # fmt: skip
    for section, own, name in EVENTS:
        for row in record[section]:
            row[name] = event(row[own])
    _leave_out(random, record, doubt)
    return record


def _leave_out(random: Random, record: dict[str, Any], doubt: float) -> None:
    coverage: dict[str, Any] = {}
    for section in ("plans", "risks", "meetings", "incidents", "actions"):
        if random.random() < doubt / 2:
            record[section] = None
        elif random.random() < doubt:
            part: dict[str, Any] = random.choice(
                [{"incomplete": True}, {"from": str(FIRST + timedelta(random.randrange(SPAN)))}]
            )
            kinds = {one["kind"] for one in record[section]} if section != "plans" else None
            if kinds is not None and random.random() < 0.4:
                part = {"only": sorted(kinds)}
            coverage[section] = part
    if coverage:
        record["coverage"] = coverage


def case(record: dict[str, Any]) -> CaseRecord:
    """Return a record as read."""
    return read_record(json.dumps(record).encode())


def random_case(seed: int) -> CaseRecord:
    """Return a random record: every third is known in full, others hardly or partly."""
    random = Random(seed)
    return case(random_record(random, (0, 0.08, 0.3)[seed % 3]))


def rules(page: str) -> Rules:
    """Return the rules of one page, and of the concept `worry`."""
    pages = {"t.yaml": page}
    if ": worry" in page:
        pages["concepts.yaml"] = CONCEPTS
    return rules_from_pages(pages, "rules")


def held_together(page: Rules, auditor: Auditor, records: Sequence[CaseRecord]) -> set[Result]:
    """Hold the engine and both plain readings to each other on records; return what was said.

    The engine is asked of all records at once. Outcomes, and which rows are findings, must agree.
    """
    (lesson,) = page.lessons
    audits = auditor.audit([ReadRecord(one, "x", None, "") for one in records])
    seen: set[Result] = set()
    for record, audit in zip(records, audits, strict=True):
        assert not audit.errors
        agree(lesson, explain(lesson.checks, page.concepts, record, 2), audit)
        known = Known(record, contradictions(record))
        plain, indexed = PlainReading(known, page.concepts), IndexedReading(known, page.concepts)
        for population in (part for check in lesson.checks for part in check.populations):
            results = [one.result for one in plain.instances(population)]
            assert results == [one.result for one in indexed.instances(population)]
            seen.update(results)
    return seen


def refused(page: str, was: str, becomes: str, message: str) -> None:
    """Hold a page to be refused, in these words, where one thing in it becomes another."""
    assert was in page
    with pytest.raises(RulesError, match=message):
        rules(page.replace(was, becomes))


def audited(
    page: Rules, auditor: Auditor, record: dict[str, Any], *, met: bool = False
) -> CaseAudit:
    """Return the audit of a record, of which the plain readings must say the same."""
    read = case(record)
    held_together(page, auditor, [read])
    (audit,) = auditor.audit([ReadRecord(read, "x", None, "")], met=met)
    return audit


def outcome_of(page: Rules, auditor: Auditor, check: str, record: dict[str, Any]) -> Outcome:
    """Return what a check of the page says of a record."""
    return audited(page, auditor, record).lessons[page.lessons[0].id].checks[check]


def lesson_in_words(page: Rules) -> str:
    """Return what `explain LESSON` prints, on one line."""
    (lesson,) = page.lessons
    blocks = LessonWords(page.concepts).lesson(lesson, lesson.checks)
    return _on_one_line(lesson_text(blocks, _PAPER))


def explained(page: Rules, auditor: Auditor, record: dict[str, Any]) -> str:
    """Return what `explain LESSON --case` prints of a record, on one line."""
    (lesson,) = page.lessons
    read = case(record)
    (audit,) = auditor.audit([ReadRecord(read, "x", None, "")])
    accounts = explain(lesson.checks, page.concepts, read, 5)
    return _on_one_line(ExplanationText(_PAPER, lesson).lines(read, audit, accounts))


def _on_one_line(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).split())


def held_rule_by_rule(auditor: Auditor, number: int) -> None:
    """Hold what is asked of a large record to what is asked of others: so many random ones."""
    records = [ReadRecord(random_case(seed), "x", None, "") for seed in range(number)]
    usual = auditor.audit(records)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(auditor.lessons[0]), "is_large", lambda _self, _facts: True)
        large = auditor.audit(records)
    assert [one.findings for one in large] == [one.findings for one in usual]
    assert [one.lessons for one in large] == [one.lessons for one in usual]
