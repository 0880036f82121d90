"""The engine and the reference reading tell the same members of every measure, in three values."""

from __future__ import annotations

import json
import random
from collections import Counter
from functools import cache
from typing import Any

import random_records
from amounts import PROFILE, tries

from casecheck.api import load_rules
from casecheck.engine.batches import Batches
from casecheck.engine.durable import EngineFailure
from casecheck.lessons.lesson import Rules
from casecheck.measures.adding import cover_of, last_days
from casecheck.measures.as_it_stood import concepts_on_day, on_day, record_on
from casecheck.measures.asking import NOWHERE, AskedMeasure, Instance
from casecheck.measures.loading import measures_of
from casecheck.record.contradictions import contradictions
from casecheck.record.validation import read_record
from casecheck.truth.kleene import negation
from casecheck.truth.known import Known
from casecheck.truth.plain_reading import Candidate, PlainReading

RECORDS = tries(400)
AT_ONCE = 40
Said = tuple[str, tuple[Any, ...], Any, Any]


@cache
def asked() -> tuple[Rules, list[AskedMeasure]]:
    rules = load_rules()
    measures = [one for one in measures_of(rules).measures if one.is_asked]
    return rules, [AskedMeasure(one, rules.concepts) for one in measures]


def by_the_engine(one: AskedMeasure, known: list[Known]) -> list[Counter[Said]]:
    batches = Batches(one)
    for number, of_record in enumerate(known):
        batches.add(number, of_record)
    told: list[Counter[Said]] = [Counter() for _ in known]
    for number, found in batches.results(known, met=True):
        assert not isinstance(found, EngineFailure), found
        told[number] = Counter(map(said, found))
    return told


def said(one: Instance) -> Said:
    return one.series, (one.asked.item, one.asked.joined, *one.rows), one.belongs, one.met


def by_the_reading(one: AskedMeasure, known: Known, rules: Rules) -> Counter[Said]:
    on_days = one.measure.by == "states"
    concepts = concepts_on_day(rules.concepts) if on_days else rules.concepts
    reading = PlainReading(known, concepts)
    told: Counter[Said] = Counter()
    for series, members in one.measure.series.items():
        for member in members:
            population = on_day(member.population) if on_days else member.population
            for instance in reading.instances(population):
                if member.surely and not reading.all_of(member.surely, instance.bound):
                    continue
                rows = tuple(named(row, concepts) for row in instance.bound.values())
                met = negation(instance.evidence) if member.inverted else instance.evidence
                told[series, (member.item, member.joined, *rows), instance.member, met] += 1
    return told


def named(candidate: Candidate, concepts: Any) -> tuple[str, int, int]:
    way = concepts[candidate.kind].rows.index(candidate.source) if candidate.source else 0
    row = candidate.row
    if row.index is not None:
        return row.section, row.index, way
    return row.section, NOWHERE, way


def test_engine_and_reading_say_the_same_of_random_records() -> None:
    rules, measures = asked()
    records = [random_records.random_record(random.Random(seed)) for seed in range(RECORDS)]
    seen: Counter[Any] = Counter()
    for start in range(0, len(records), AT_ONCE):
        some = [read_record(json.dumps(one).encode()) for one in records[start : start + AT_ONCE]]
        noted = [contradictions(one) for one in some]
        whole = [Known(one, found) for one, found in zip(some, noted, strict=True)]
        then = [
            Known(record_on(one, period.end), found)
            for one, found in zip(some, noted, strict=True)
            for period in list(last_days(cover_of(one), "year", None, None))[-2:]
        ]
        for one in measures:
            known = whole if one.measure.by == "events" else then
            for number, told in enumerate(by_the_engine(one, known)):
                expected = by_the_reading(one, known[number], rules)
                assert told == expected, (one.measure.id, known[number].record.case_id, start)
                for (series, _, belongs, met), times in told.items():
                    seen[one.measure.id, series, belongs, met] += times
    assert len({measure for measure, *_ in seen}) > 20
    if PROFILE == "proof":  # each was asked of members for certain, and of such as may be some
        for one in measures:
            surely = any(member.surely for member in one.measure.members)
            for belongs in (True,) if surely else (True, None):
                assert any(seen[one.measure.id, "", belongs, met] for met in (True, False, None))
