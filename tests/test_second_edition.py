"""What the second edition of the record can leave open makes no pass, in each of its ways.

`tests/test_agreement.py` takes away one thing of any kind; here each kind has its own records, of
both reviews, and each record loses several things of it. Days that contradict others stay as they
are: docs/outcomes.md has this exception.
"""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import random_records
import shipped
from amounts import tries
from once import auditor_of
from random_records import FIELDS, Record

from casecheck.audit.auditor import Auditor

Rng = random.Random
Row = dict[str, Any]
Weaken = Callable[[Record, Rng], None]
TRIED = tries(200)
TOGETHER = 20


@cache
def auditor() -> Auditor:
    return auditor_of(shipped.every_rule())


def sections(record: Record) -> list[str]:
    return [section for section in FIELDS if record.get(section) is not None]


def some(rng: Rng, things: list[Any], most: int = 4) -> list[Any]:
    return rng.sample(things, min(len(things), rng.randint(1, most)))


def a_section_is_gone(record: Record, rng: Rng) -> None:
    for section in some(rng, sections(record), 2):
        record[section] = None


def some_kinds_are_not_carried(record: Record, rng: Rng) -> None:
    can = [one for one in sections(record) if random_records.carry_only in ways(one)]
    for section in some(rng, can, 2):
        random_records.carry_only(rng, record, section)


def some_rows_are_missing(record: Record, rng: Rng) -> None:
    can = [one for one in sections(record) if random_records.carry_some in ways(one)]
    for section in some(rng, can, 2):
        random_records.carry_some(rng, record, section)


def ways(section: str) -> list[Any]:
    return list(random_records.ways_to_carry(section))


def days_are_ranges(record: Record, rng: Rng) -> None:
    for _section, row, name in some(rng, random_records.settled_days(record)):
        row[name] = random_records.widened(row[name], rng)


def opening_is_no_later_than(record: Record, _: Rng) -> None:
    if "/" not in record["opened_on"]:
        record["opened_on"] = f"../{record['opened_on']}"


def events_are_unknown(record: Record, rng: Rng) -> None:
    """Those that have happened, and those that have not."""
    happened = [
        (row, name)
        for section, row, name in random_records.settled_days(record)
        if random_records.is_event(section, name)
    ]
    events = happened + [
        (row, name)
        for section, row, name in fields(record)
        if random_records.is_event(section, name)
        if row.get(name) is None or FIELDS[section][name].holds == "reference"
    ]
    for row, name in some(rng, events):
        row[name] = "unknown"


def fields(record: Record) -> Iterator[tuple[str, Row, str]]:
    for section in sections(record):
        for row in record[section]:
            for name in FIELDS[section]:
                yield section, row, name


def lists_hold_perhaps_more(record: Record, rng: Rng) -> None:
    lists = [row[name] for _, row, name in fields(record) if isinstance(row.get(name), list)]
    for codes in some(rng, [one for one in lists if "unknown" not in one]):
        codes.append("unknown")


WAYS: tuple[Weaken, ...] = (
    a_section_is_gone,
    some_kinds_are_not_carried,
    some_rows_are_missing,
    days_are_ranges,
    opening_is_no_later_than,
    events_are_unknown,
    lists_hold_perhaps_more,
)


def pairs(weaken: Weaken) -> Iterator[tuple[int, Record, Record]]:
    """Each seed, a record, and the same with less known of it."""
    for seed in range(TRIED):
        rng = random.Random(f"{weaken.__name__} {seed}")
        # Little is lost beforehand: of what is open already there is nothing to see.
        record = random_records.random_record(
            rng,
            null_rate=0.02,
            missing_rate=0.02,
            coverage_rate=0.02,
            range_rate=0.02,
            unknown_rate=0.02,
        )
        poorer = copy.deepcopy(record)
        weaken(poorer, rng)
        yield seed, record, poorer


def outcomes(records: list[Record]) -> list[dict[tuple[str, str], str]]:
    return [shipped.outcomes(audited) for audited in shipped.audit_together(records, auditor())]


@pytest.mark.parametrize("weaken", WAYS, ids=lambda weaken: weaken.__name__)
def test_what_is_known_less_makes_no_pass_and_no_breach(weaken: Weaken) -> None:
    seen: Counter[str] = Counter()
    everything = list(pairs(weaken))
    for first in range(0, len(everything), TOGETHER):
        block = everything[first : first + TOGETHER]
        before = outcomes([record for _, record, _ in block])
        after = outcomes([poorer for _, _, poorer in block])
        for (seed, _, _), known, less in zip(block, before, after, strict=True):
            for check, outcome in less.items():
                seen["open now" if outcome != known[check] else outcome] += 1
                assert outcome in (known[check], "insufficient_evidence"), (seed, check)
    assert min(seen["open now"], seen["breach"], seen["compliant"]) > 0
