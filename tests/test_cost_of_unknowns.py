"""What is worked out once for many records changes nothing of what is told of each."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest
import random_records
import shipped
from amounts import tries
from once import unused_auditor_of

from casecheck.audit import findings, unknown_finder
from casecheck.audit.condition_reads import ReadNotes
from casecheck.audit.open_parts import PartReader
from casecheck.audit.unknown_finder import Facts
from casecheck.engine import lacking
from casecheck.engine.durable import fact_text
from casecheck.engine.facts import content_of
from casecheck.engine.lacking import EVERY, LackingEngines, without
from casecheck.engine.phantoms import Phantoms
from casecheck.engine.properties import SELF, TruthOf
from casecheck.engine.ruleset import Kind
from casecheck.engine.sources import Source
from casecheck.lessons.lesson import Population
from casecheck.lessons.needs import sections_passed
from casecheck.lessons.terms import (
    Base,
    Birthday,
    Calendar,
    Comparison,
    DayOf,
    Field,
    OpenedOn,
    Quantity,
    RowPath,
    WorkingDay,
    Zero,
)
from casecheck.record import carried
from casecheck.record.carried import Carried, number_of
from casecheck.record.contradictions import contradictions
from casecheck.record.model import FIELDS, SECTIONS
from casecheck.record.validation import read_record
from casecheck.results import CaseAudit
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow

Record = dict[str, Any]
KEPT = ("people", "plans", "assessments", "referrals", "risks", "meetings", "incidents")
LACKED = (tuple(one for one in SECTIONS if one not in KEPT), ("tools",), ("plans", "meetings"))


def lacking_records(number: int) -> Iterator[Record]:
    """Random records, whole or without the sections of an extract, in turn."""
    for seed in range(number):
        record = random_records.random_record(random.Random(40_000 + seed))
        for section in ((), *LACKED)[seed % (1 + len(LACKED))]:
            record.pop(section, None)
        yield record


def told(audits: Sequence[CaseAudit]) -> list[Any]:
    return [(one.case_id, one.lessons, one.findings, one.met, one.errors) for one in audits]


def audited(records: Sequence[Record]) -> list[CaseAudit]:
    """What an auditor says that has seen none before."""
    return shipped.audit_together(records, unused_auditor_of(shipped.rules()))


def known_of(record: Record) -> Known:
    read = read_record(json.dumps(record).encode())
    return Known(read, contradictions(read))


# Engines for records that lack sections


@pytest.mark.slow
def test_an_engine_of_their_own_says_the_same_of_records_that_lack_sections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = list(lacking_records(tries(400, 48)))
    monkeypatch.setattr(lacking, "MOST_ENGINES", 0)
    plain = audited(records)
    monkeypatch.setattr(lacking, "MOST_ENGINES", 8)
    monkeypatch.setattr(lacking, "WORTH_AN_ENGINE", 2)
    auditor = unused_auditor_of(shipped.rules())
    assert told(shipped.audit_together(records, auditor)) == told(plain)
    assert all(len(one.bounded._engines) > 1 for one in auditor.lessons if one.lesson.id != "P7.1")


def test_the_order_of_records_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lacking, "WORTH_AN_ENGINE", 3)
    records = list(lacking_records(tries(40, 24)))
    forth, back = told(audited(records)), told(audited(records[::-1]))
    assert forth == back[::-1]


def test_rules_that_ask_for_what_is_lacked_for_certain_are_left_out() -> None:
    (lesson,) = [one for one in shipped.auditor().lessons if one.lesson.id == "P9.1"]
    ruleset = lesson.compiled.bounded
    left = without(ruleset, frozenset({"teenage_parent"}))
    gone = ruleset.rules.keys() - left.rules.keys()
    assert gone
    for name, rule in ruleset.rules.items():
        asked = [row.kind for row in rule.rows if ("x", "==", 2) in row.alone]
        assert (name in gone) == ("teenage_parent" in asked)
    assert without(ruleset, EVERY) == ruleset


def test_an_engine_is_made_when_it_is_worth_it_and_no_more_than_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (lesson,) = [one for one in shipped.auditor().lessons if one.lesson.id == "P4.1"]
    engines = LackingEngines(lesson.compiled.bounded, lesson.writer.bounded)
    monkeypatch.setattr(lacking, "WORTH_AN_ENGINE", 3)
    monkeypatch.setattr(lacking, "MOST_ENGINES", 1)
    # The concern comes from three sections: without one of them there still are some for certain.
    assert [engines.kinds(("category_changes",)) for _ in range(5)] == [EVERY] * 5
    assert [engines.kinds(("tools",)) for _ in range(4)] == [EVERY, EVERY, {"tools"}, {"tools"}]
    assert [engines.kinds(("plans", "tools")) for _ in range(4)] == [EVERY] * 4
    assert engines.kinds(()) == EVERY
    assert engines.engine(frozenset({"tools"})) is not engines.engine(EVERY)


def test_forms_of_records_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (lesson,) = [one for one in shipped.auditor().lessons if one.lesson.id == "P4.1"]
    engines = LackingEngines(lesson.compiled.bounded, lesson.writer.bounded)
    monkeypatch.setattr(lacking, "MOST_FORMS", 2)
    monkeypatch.setattr(lacking, "WORTH_AN_ENGINE", 2)
    for _ in range(3):
        assert engines.kinds(("tools",)) == EVERY
        assert engines.kinds(("tools", "visits")) == EVERY
    assert engines.kinds(("tools", "visits")) == {"tools"}


# What is remembered, and forgotten


@pytest.mark.slow
def test_what_is_forgotten_is_worked_out_again_and_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = list(lacking_records(tries(200, 60)))
    plain = told(audited(records))
    monkeypatch.setattr(unknown_finder, "MOST_PLANS", 1)
    monkeypatch.setattr(findings, "MOST_MESSAGES", 1)
    monkeypatch.setattr(carried, "_MOST_NUMBERED", 1)
    assert told(audited(records)) == plain


def test_a_number_of_what_is_carried_is_never_another_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carried, "_MOST_NUMBERED", 2)
    first = [number_of(Carried((section,))) for section in SECTIONS]
    assert len(set(first)) == len(SECTIONS)
    last = number_of(Carried((SECTIONS[-1],)))
    assert last == first[-1]
    assert number_of(Carried((SECTIONS[0],))) not in first


# Phantoms


def test_a_phantom_s_fact_is_the_plain_one() -> None:
    of_lesson = {id(one.writer): Phantoms() for one in shipped.auditor().lessons}
    for seed in range(tries(60, 20)):
        record = random_records.random_record(random.Random(seed))
        bare = {name: value for name, value in record.items() if name not in SECTIONS}
        known = known_of(bare)
        for one in shipped.auditor().lessons:
            for source in one.writer.bounded:
                (row,) = known.rows(source.section)
                content = content_of(known, source, row)
                plain = fact_text(7, source.kind.number, 3, content) if content else "{}"
                written = of_lesson[id(one.writer)].fact(known, source, 7, 3)
                assert json.loads(written or "{}") == json.loads(plain)


OWN_ROW = RowPath(SELF)
BASES: tuple[Base, ...] = (
    Zero(),
    OpenedOn(),
    Calendar(739_000),
    DayOf(Field(OWN_ROW, FIELDS["meetings"]["on"])),
    DayOf(Field(RowPath(SELF, ("plan",)), FIELDS["plans"]["end"]), or_today=True),
    Birthday(RowPath(SELF, ("subject",)), 18),
)
"""Quantities of a meeting and of its record."""


def test_a_phantom_s_comparisons_are_those_of_its_own_record() -> None:
    quantities = [Quantity(base, plus) for base in BASES for plus in (-40, 0)]
    days = [Quantity(base, plus) for base in BASES[:3] for plus in (-40, 0)]
    quantities += [Quantity(WorkingDay(day), plus) for day in days for plus in (-3, 0)]
    tests = [
        Comparison(left, order, right)
        for left, right in product(quantities, quantities)
        for order in ("<", "<=", "==")
    ]
    properties = tuple((f"p{at}", TruthOf(test)) for at, test in enumerate(tests))
    kind = Kind("meetings", 1)
    source = Source(7, kind, "meetings", (), {}, properties, (), None)
    phantoms, seen = Phantoms(), set[str]()
    for opened_on, extracted_on in product(
        ("2023-03-04", "2026-06-29"), ("2026-06-30", "2026-07-12")
    ):
        of = {"schema": "casecheck/1", "case_id": "C-1", "opened_on": opened_on}
        known = known_of({**of, "extracted_on": extracted_on})
        (row,) = known.rows("meetings")
        plain = fact_text(1, 1, 1, content_of(known, source, row))
        assert json.loads(phantoms.fact(known, source, 1, 1)) == json.loads(plain)
        seen.add(plain)
    assert len(seen) > 1


# Parts of a check


def test_a_part_reads_no_section_that_is_not_passed() -> None:
    everything = Carried(SECTIONS)
    rules = shipped.rules()
    seen = 0
    for one in shipped.auditor().lessons:
        for population in (each for check in one.lesson.checks for each in check.populations):
            passed = sections_passed(population, rules.concepts)
            for facts in _forms(population, one.writer.bounded):
                notes = ReadNotes()
                reader = PartReader(population, rules.concepts, facts, everything, notes)
                named = {unknown.pointer[1:] for unknown in reader.own}
                for part in reader.parts(met=False):
                    named |= {*part.sections, *(unknown.pointer[1:] for unknown in part.always)}
                assert named <= passed
                seen += bool(named)
    assert seen > 100


def _forms(population: Population, sources: Sequence[Source]) -> Iterator[Facts]:
    """Instances of a population by each way in which its rows come about, there and not there."""
    kinds = list(population.for_each.values())
    ways = [[source for source in sources if source.kind.name == kind] for kind in kinds]
    for chosen in product(*ways):
        for data in (None, {"id": "one"}):
            index = None if data is None else 0
            yield [(one, KnownRow(one.section, index, None, data)) for one in chosen]
