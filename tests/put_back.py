"""Take a whole record apart, and put back from it what the reasons of a finding name.

A record that lacks something is part of a whole one: `parted` makes it. `put_back` supplies one
reason's fact as whoever has the file, or the extract, would.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable

import random_records
from random_records import FIELDS, Record

from casecheck.results import Unknown

ROWS_MISSING = ("only", "incomplete", "from")


def whole(rng: random.Random) -> Record:
    """A record of which nothing is lost: but days may contradict, and births are months."""
    return random_records.random_record(
        rng, null_rate=0, missing_rate=0, coverage_rate=0, range_rate=0, unknown_rate=0
    )


def parted(record: Record, rng: random.Random) -> Record:
    """The same with facts, days, events, rows and sections lost."""
    part = copy.deepcopy(record)

    def rate(*rates: float) -> float:
        return rng.choice(rates)

    random_records.carry_in_part(rng, part, rate(0.0, 0.05, 0.2))
    lost = rate(0.0, 0.02, 0.2)
    for section, fields in FIELDS.items():
        for row in part.get(section) or []:
            for name, field in fields.items():
                if field.null == "F" and rng.random() < lost:
                    row[name] = None
    random_records.widen_days(rng, part, rate(0.0, 0.02, 0.2))
    random_records.forget(rng, part, rate(0.0, 0.02, 0.2))
    random_records.lose_sections(rng, part, rate(0.0, 0.1, 0.4))
    return part


def put_back(part: Record, record: Record, unknown: Unknown) -> bool:
    """Put back what a reason names, and nothing else; say whether that was anything new."""
    before = copy.deepcopy(part)
    section, _, rest = unknown.pointer.strip("/").partition("/")
    if section == "opened_on":
        part["opened_on"] = record["opened_on"]
    elif not rest and unknown.reason.endswith("in_extract"):
        _rows_back(part, record, section)
    elif not rest:  # of many rows: the section is named in place of each
        whole_rows = {row["id"]: row for row in record[section]}
        part[section] = [copy.deepcopy(whole_rows[row["id"]]) for row in part[section]]
    else:
        _field_back(part, record, section, rest, unknown.reason == "partly_in_extract")
    return bool(part != before)


def _rows_back(part: Record, record: Record, section: str) -> None:
    rows = part.get(section)
    if rows is None:
        part[section] = copy.deepcopy(record[section])
        (part.get("coverage") or {}).pop(section, None)
        _drop_empty(part)
        return
    there = {row["id"]: row for row in rows}
    part[section] = [there.get(row["id"], copy.deepcopy(row)) for row in record[section]]
    told = (part.get("coverage") or {}).get(section, {})
    for key in ROWS_MISSING:
        told.pop(key, None)
    _tidy(part, section)


def _field_back(part: Record, record: Record, section: str, rest: str, column: bool) -> None:
    index, name = rest.split("/")
    asked = part[section][int(index)]["id"]
    whole_rows = {row["id"]: row for row in record[section]}
    for row in part[section]:
        if row["id"] == asked or (column and row.get(name) is None):
            row[name] = copy.deepcopy(whole_rows[row["id"]].get(name))
    if column:
        told = part.get("coverage", {}).get(section, {})
        if name not in told.get("without", ()):  # put back before, for another row
            return
        told["without"].remove(name)
        if not told["without"]:
            del told["without"]
        _tidy(part, section)


def _tidy(part: Record, section: str) -> None:
    coverage = part.get("coverage") or {}
    if section in coverage and not coverage[section]:
        del coverage[section]
    _drop_empty(part)


def _drop_empty(part: Record) -> None:
    if "coverage" in part and not part["coverage"]:
        del part["coverage"]


def put_all_back(part: Record, record: Record, unknowns: Iterable[Unknown]) -> tuple[Record, bool]:
    """A record with all that some reasons name put back, and whether that was anything new."""
    fuller = copy.deepcopy(part)
    # Sections first: pointers name rows by their places in the record as it was.
    fields = [one for one in unknowns if one.pointer.count("/") > 1 or "opened_on" in one.pointer]
    news = [put_back(fuller, record, one) for one in fields]
    news += [put_back(fuller, record, one) for one in unknowns if one not in fields]
    return fuller, any(news)
