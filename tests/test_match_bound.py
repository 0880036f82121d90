"""The bound on a batch's matches: never too low, and never so high as to refuse a real case."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import shipped
from amounts import tries
from once import unused_auditor_of
from random_records import random_record

from casecheck.audit.auditor import NOT_EVALUATED
from casecheck.audit.lesson_auditor import LessonAuditor
from casecheck.engine.batch import Batch
from casecheck.engine.lacking import EVERY
from casecheck.engine.match_bound import MAX_MATCHES, most_matches
from casecheck.engine.ruleset import Join, Kind, Limit, Pattern, Rule, RuleRow, Ruleset
from casecheck.lessons.terms import Order
from casecheck.record.contradictions import contradictions
from casecheck.record.validation import read_record
from casecheck.results import EngineError
from casecheck.truth.known import Known

ROOT = Path(__file__).parent.parent
RULES = shipped.rules()
Json = dict[str, Any]


KINDS = {name: Kind(name, number) for number, name in enumerate(("one", "two"), 1)} | {
    "none": Kind("none", 9)
}


def row(kind: str, *joins: Join, alone: tuple[Limit, ...] = ()) -> RuleRow:
    return RuleRow(kind, Pattern((), (), ()), alone, joins)


def rules(*rows: RuleRow) -> Ruleset:
    return Ruleset(KINDS, {"r": Rule(rows, 1)}, ())


def texts(*facts: Json) -> list[str]:
    return [json.dumps({"z": 1, **fact}) for fact in facts]


def tied(order: Order) -> RuleRow:
    return row("one", Join("a", order, 0, "a"))


FIRST = row("one")
THREE = [{"t": 1, "a": 1}, {"t": 1, "a": 1}, {"t": 1, "a": 2}]


@pytest.mark.parametrize(
    ("rows", "most"),
    [
        ([FIRST], 3),
        ([row("one", alone=(Limit("a", "==", 1),))], 2),
        ([row("one", alone=(Limit("a", ">=", 2),))], 1),
        ([row("none")], 0),
        ([FIRST, FIRST], 9),
        # Two of nine pairs; but three beginnings. Five pairs are equal.
        ([FIRST, tied("<")], 3),
        ([FIRST, tied("<=")], 7),
        ([FIRST, tied(">")], 3),
        ([FIRST, tied(">=")], 7),
        ([FIRST, tied("==")], 5),
        # The beginnings of matches count too, though there is no third row.
        ([FIRST, FIRST, row("none")], 9),
    ],
)
def test_each_row_counts_by_its_own_tests_and_its_ties(rows: list[RuleRow], most: int) -> None:
    assert most_matches(rules(*rows), texts(*THREE)) == most


SAME = (Join("a0", "<=", 0, "b1"), Join("a1", ">=", 0, "b0"))


@pytest.mark.parametrize(
    ("first", "most"),
    [([(1, 1)], 3), ([(1, 1), (2, 2)], 5), ([(-9, 9)], 4), ([(1, 1), (-9, 9)], 7)],
)
def test_what_is_unknown_may_be_tied_to_all(first: list[tuple[int, int]], most: int) -> None:
    """Of four second rows two are the same for certain, one is another, and one unknown."""
    second = [(1, 1), (1, 1), (2, 2), (-9, 9)]
    facts = [{"t": 1, "b0": low, "b1": high} for low, high in first]
    facts += [{"t": 2, "a0": low, "a1": high} for low, high in second]
    assert most_matches(rules(FIRST, row("two", *SAME)), texts(*facts)) == most


def test_no_rule_of_a_real_batch_has_more_matches() -> None:
    reached = 0
    lessons = [LessonAuditor(lesson, RULES) for lesson in RULES.lessons]
    for seed in range(tries(300)):
        record = read_record(json.dumps(random_record(random.Random(seed))).encode())
        known = Known(record, contradictions(record))
        for lesson in lessons:
            written = lesson.writer.write(known)
            if not written.origins:
                continue
            batch = Batch(written.settled)
            batch.add(0, written)
            exact, bounded = lesson.compiled.exact, lesson.compiled.bounded
            engine = lesson.exact if written.settled else lesson.bounded.engine(EVERY)
            matches = engine.matches(batch.text())
            ruleset = exact if written.settled else bounded
            bound = most_matches(ruleset, written.texts)
            most = max(map(len, matches.values()), default=0)
            assert most <= bound
            reached += most == bound > 0
    assert reached > tries(700)


def exploding(changes: int) -> Json:
    """A child whose plan changes from each risk's category, each change after each risk."""
    plan = {"id": "p", "subject": "c", "level": "child_protection", "start": "2024-01-01"}
    return {
        "schema": "casecheck/1",
        "case_id": "CASE-1",
        "extracted_on": "2026-06-30",
        "opened_on": "2023-01-01",
        "people": [{"id": "c", "born": "2015-03", "history": []}],
        "plans": [plan | {"category": "neglect"}],
        "category_changes": [
            {
                "id": f"x{number}",
                "plan": "p",
                "on": "2025-06-02",
                "from_category": "neglect",
                "to_category": "emotional_abuse",
            }
            for number in range(changes)
        ],
        "risks": [
            {"id": f"r{number}", "subject": "c", "kind": "neglect", "identified_on": "2025-02-03"}
            for number in range(changes)
        ],
        "mitigations": [],
        "chair_agreements": [],
    }


def test_a_record_whose_joins_would_take_all_memory_is_an_error_of_those_lessons() -> None:
    """450 changes and 450 risks of one child: 202,500 pairs, and the rest is evaluated."""
    assert MAX_MATCHES < 450**2
    audit = shipped.auditor().audit_one(read_record(json.dumps(exploding(450)).encode()))
    assert audit.errors == (EngineError("CASE-1", "P1.1", NOT_EVALUATED),)
    assert audit.lessons.keys() == {one.id for one in RULES.lessons} - {"P1.1"}


@pytest.mark.parametrize("limit", ["MAX_FACTS", "MAX_FINDINGS"])
@pytest.mark.slow
def test_a_record_of_too_many_facts_or_findings_is_an_error_of_those_lessons(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    whole = unused_auditor_of(RULES).audit_one(read_record(json.dumps(exploding(9)).encode()))
    module = "engine.asked_lesson" if limit == "MAX_FACTS" else "audit.auditor"
    monkeypatch.setattr(f"casecheck.{module}.{limit}", 17)
    audit = unused_auditor_of(RULES).audit_one(read_record(json.dumps(exploding(9)).encode()))
    assert audit.errors[0] == EngineError("CASE-1", "P1.1", NOT_EVALUATED)
    out = {error.lesson for error in audit.errors}
    assert audit.lessons == {name: one for name, one in whole.lessons.items() if name not in out}
    assert audit.findings == tuple(one for one in whole.findings if one.lesson not in out)


@pytest.mark.slow
def test_a_large_record_is_evaluated() -> None:
    audit = unused_auditor_of(RULES).audit_one(read_record(json.dumps(exploding(150)).encode()))
    assert audit.errors == ()
    assert len([one for one in audit.findings if one.lesson == "P1.1"]) > 150
