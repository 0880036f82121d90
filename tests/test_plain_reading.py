"""The reference reading, and the one with an index beside it, say the same of a record."""

from __future__ import annotations

import json
import random

import random_records
import shipped

from casecheck.record.contradictions import contradictions
from casecheck.record.validation import read_record
from casecheck.truth.indexed_reading import IndexedReading
from casecheck.truth.known import Known
from casecheck.truth.plain_reading import PlainReading


def instances(reading: PlainReading) -> list[object]:
    rules = shipped.rules()
    return [
        (
            check.id,
            [(name, one.row.pointer, one.there) for name, one in instance.bound.items()],
            instance.member,
            instance.evidence,
            instance.result,
        )
        for lesson in rules.lessons
        for check in lesson.checks
        for population in check.populations
        for instance in reading.instances(population)
    ]


def test_the_index_changes_nothing() -> None:
    concepts = shipped.rules().concepts
    compared = 0
    for seed in range(40):
        text = json.dumps(random_records.random_record(random.Random(seed)))
        record = read_record(text.encode())
        known = Known(record, contradictions(record))
        plain = instances(PlainReading(known, concepts))
        assert instances(IndexedReading(known, concepts)) == plain
        compared += len(plain)
    assert compared > 100
