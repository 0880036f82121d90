"""The engine and the oracle, an independent reading of the rules, say the same of random records.

The proof tries RECORDS records drawn by seed and as many as hypothesis likes on top, a quick run a
share of them. To try a hundred times as many:
`CASECHECK_RANDOM_RECORDS=300000 pytest tests/test_agreement.py`.
"""

from __future__ import annotations

import os
import random
from typing import Any

import oracle
import pytest
import random_records
import shipped
from amounts import tries
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casecheck.results import CaseAudit

RECORDS = int(os.environ.get("CASECHECK_RANDOM_RECORDS", tries(3000)))
BLOCKS = 10

Record = dict[str, Any]
SEEDS = st.integers(0, 10**6)
MANY = settings(max_examples=tries(150))


AT_ONCE = 60
"""So many records are audited together, as in production: none may touch another."""


def disagreements(record: Record, audited: CaseAudit, parameters: Any = None) -> list[object]:
    """What engine and oracle say differently: outcomes of checks, and findings."""
    assert not audited.errors
    read = oracle.audit(record, parameters)
    said = {
        (lesson, check): result.outcome
        for lesson, checks in read.items()
        for check, result in checks.items()
    }
    found = sorted(
        (lesson, check, str(outcome), tuple(pointers))
        for lesson, check, outcome, pointers in oracle.findings_of(read)
    )
    engine = shipped.outcomes(audited)
    different: list[object] = [
        (check, "oracle", said[check], "engine", engine[check])
        for check in said
        if said[check] != engine[check]
    ]
    assert said.keys() == engine.keys()
    if found != shipped.told(audited):
        different.append(("findings", set(found) ^ set(shipped.told(audited))))
    return different


@pytest.mark.parametrize("block", range(BLOCKS))
def test_seeded_records(block: int) -> None:
    size = RECORDS // BLOCKS
    for first in range(block * size, (block + 1) * size, AT_ONCE):
        seeds = range(first, min(first + AT_ONCE, (block + 1) * size))
        records = [random_records.random_record(random.Random(seed)) for seed in seeds]
        for seed, record, audited in zip(
            seeds, records, shipped.audit_together(records), strict=True
        ):
            assert disagreements(record, audited) == [], f"seed {seed}"


@settings(max_examples=tries(200), suppress_health_check=list(HealthCheck))
@given(random_records.records())
def test_records_that_hypothesis_draws(record: Record) -> None:
    assert disagreements(record, shipped.audit(record)) == []


@pytest.mark.parametrize("seed", range(tries(12, fewest=1)))
def test_parameters_of_a_board(seed: int) -> None:
    rng = random.Random(seed)
    chosen = {
        lesson.id: {
            name: max(1, parameter.value + rng.choice((-7, -1, 0, 1, 30)))
            for name, parameter in lesson.parameters.items()
        }
        for lesson in shipped.rules().lessons
    }
    by = shipped.auditor_of(shipped.without_examples(shipped.pages()), chosen)
    seeds = range(1_000_000 + seed * 1000, 1_000_040 + seed * 1000)
    records = [random_records.random_record(random.Random(one)) for one in seeds]
    for record, audited in zip(records, shipped.audit_together(records, by), strict=True):
        assert disagreements(record, audited, chosen) == [], record["case_id"]


# What must not change an answer


@MANY
@given(st.lists(SEEDS, min_size=2, max_size=12), SEEDS)
def test_records_audited_together_are_as_if_alone(seeds: list[int], order: int) -> None:
    """In whatever order, and though one stands there twice."""
    records = [random_records.random_record(random.Random(seed)) for seed in seeds]
    records.append(records[0])
    random.Random(order).shuffle(records)
    assert shipped.audit_together(records) == [shipped.audit(record) for record in records]


def by_ids(record: Record) -> tuple[dict[tuple[str, str], str], list[object]]:
    """Outcomes and findings, with each row named by its id, not its place."""
    audited = shipped.audit(record)
    findings = sorted(
        (
            one.lesson,
            one.check,
            str(one.outcome),
            one.message,
            [str(random_records.row_of(record, pointer)) for pointer in one.pointers],
            one.fingerprint,
        )
        for one in audited.findings
    )
    return shipped.outcomes(audited), [list(map(str, one)) for one in findings]


@MANY
@given(SEEDS)
def test_order_of_rows_and_keys_changes_nothing(seed: int) -> None:
    rng = random.Random(seed)
    record = random_records.random_record(rng)
    shuffled = random_records.shuffle_keys(random_records.shuffle_rows(record, rng), rng)
    assert by_ids(shuffled) == by_ids(record)


@MANY
@given(SEEDS)
def test_unrelated_rows_change_nothing(seed: int) -> None:
    rng = random.Random(seed)
    record = random_records.random_record(rng)
    assert by_ids(random_records.add_unrelated_rows(record, rng)) == by_ids(record)


@MANY
@given(SEEDS)
def test_spelling_of_ids_changes_nothing(seed: int) -> None:
    rng = random.Random(seed)
    record = random_records.random_record(rng)
    renamed, _ = random_records.rename_ids(record, rng)
    before, after = shipped.audit(record), shipped.audit(renamed)
    assert shipped.outcomes(after) == shipped.outcomes(before)
    assert shipped.told(after) == shipped.told(before)


@MANY
@given(SEEDS)
def test_what_is_taken_away_turns_nothing_compliant(seed: int) -> None:
    rng = random.Random(seed)
    record = random_records.random_record(rng)
    before = shipped.outcomes(shipped.audit(record))
    after = shipped.outcomes(shipped.audit(random_records.take_away(record, rng)))
    for check, outcome in after.items():
        assert outcome in (before[check], "insufficient_evidence"), check
