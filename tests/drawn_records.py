"""Random records of a few sections, of the second edition: coverage, ranges, unknowns, null.

They are drawn field by field from the record model, with no story in them, so that every way in
which a record may not tell stands beside every other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

from casecheck.record.contradictions import contradictions
from casecheck.record.coverage import kind_field
from casecheck.record.model import FIELDS, OWN_DAYS, FieldSpec
from casecheck.record.validation import read_record
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow

TODAY = date(2026, 6, 30)
SECTIONS = ("people", "relationships", "plans", "risks", "actions", "meetings", "incidents",
            "workers", "contacts", "assessments")  # fmt: skip


class Draft:
    """A record in the making; `odd` is how often a value is not a plain one."""

    def __init__(self, rng: Random, odd: float) -> None:
        self.rng = rng
        self.odd = odd
        self.ids = {
            section: [f"{section[:2]}{at}" for at in range(rng.randint(0, 3))]
            for section in SECTIONS
        }

    def is_odd(self) -> bool:
        return self.rng.random() < self.odd

    def day(self) -> str:
        # A few days only, so that they meet.
        return (TODAY - timedelta(self.rng.choice((0, 0, 1, 2, 27, 28, 29, 60)))).isoformat()

    def date(self, spec: FieldSpec) -> str | None:
        rng = self.rng
        if spec.role == "event" and rng.random() < 0.35:
            return "unknown" if self.is_odd() else None
        if not self.is_odd():
            return self.day()
        if spec.role == "fact" and rng.random() < 0.4:
            return None
        first, last = sorted((self.day(), self.day()))
        return rng.choice((f"{first}/{last}", f"../{last}", f"{first}/.."))

    def value(self, spec: FieldSpec) -> Any:  # noqa: PLR0911 - one for each kind
        rng, may_be_null = self.rng, spec.role != "required"
        match spec.kind:
            case "date":
                return self.date(spec)
            case "flag":
                return None if self.is_odd() else rng.random() < 0.6
            case "code":
                return None if may_be_null and self.is_odd() else rng.choice(spec.codes)
            case "codes":
                if self.is_odd() and rng.random() < 0.4:
                    return None
                unknown = ["unknown"] * self.is_odd()
                return [*rng.sample(spec.codes, rng.randint(0, 3)), *unknown]
            case "born":
                months = ("2008-05", "2008-06", "2008-07", "1990-01", "2026-06", "2008")
                return None if self.is_odd() else rng.choice(months)
            case "reference" if spec.target in SECTIONS:
                return self.reference(spec)
            case _:
                return None

    def reference(self, spec: FieldSpec) -> str | None:
        others = self.ids[spec.target or ""]
        if spec.role != "required" and (self.is_odd() or not others or self.rng.random() < 0.2):
            return "unknown" if spec.role == "event" and self.is_odd() else None
        return self.rng.choice(others) if others else None

    def rows(self, section: str) -> list[dict[str, Any]]:
        rows = []
        for identity in self.ids[section]:
            row = {name: self.value(spec) for name, spec in FIELDS[section].items() if name != "id"}
            rows.append({"id": identity, **row})
        return rows


def drawn(rng: Random, sections: Sequence[str] = SECTIONS) -> dict[str, Any]:
    """A valid record; other sections than these are in it and empty."""
    draft = Draft(rng, rng.choice((0.0, 0.0, 0.02, 0.1, 0.3)))
    record: dict[str, Any] = {
        "schema": "casecheck/1",
        "case_id": "C-1",
        "extracted_on": TODAY.isoformat(),
        "opened_on": draft.day(),
        **{section: [] for section in FIELDS},
    }
    # What must refer to a row of a section that is empty is not there either.
    for section in sections:
        for spec in FIELDS[section].values():
            must_refer = spec.role == "required" and spec.kind == "reference"
            if must_refer and not draft.ids.get(spec.target or "", []):
                draft.ids[section] = []
    for section in sections:
        record[section] = draft.rows(section)
    coverage = {}
    for section in sections:
        if draft.is_odd() and rng.random() < 0.5:
            record[section] = None
        elif draft.is_odd():
            coverage[section] = _part(rng, record, section)
    # A row may refer to one that an unknown section, or one in part, does not show.
    coverage = {section: told for section, told in coverage.items() if told}
    if coverage:
        record["coverage"] = coverage
    return record


def _part(rng: Random, record: dict[str, Any], section: str) -> dict[str, Any]:
    specs = FIELDS[section]
    kind = kind_field(specs)
    events = [one.name for one in specs.values() if one.role == "event" and one.kind == "date"]
    ways: list[dict[str, Any]] = [{"incomplete": True}]
    if kind:
        shown = {row[kind] for row in record[section]} | set(rng.sample(specs[kind].codes, 1))
        if shown < set(specs[kind].codes):
            ways.append({"only": sorted(shown)})
    if section in OWN_DAYS:
        ways.append({"from": (TODAY - timedelta(28)).isoformat()})
    if events:
        without = rng.choice(events)
        if all(row.get(without) is None for row in record[section]):
            ways.append({"without": [without]})
    return rng.choice(ways)


def known_of(record: dict[str, Any]) -> Known:
    read = read_record(json.dumps(record).encode())
    return Known(read, contradictions(read))


def completed(rng: Random, record: dict[str, Any], *, multiple: bool) -> dict[str, Any]:
    """A record that this one may be of, with all told that it leaves open: one of many.

    `multiple`: so is which category one of `multiple` is. Coverage, births and unknown sections
    stay; so do a null flag and a null subject of a meeting, which `recorded` and `whose` read.
    """
    whole = json.loads(json.dumps(record))
    for section in SECTIONS:
        for row in whole[section] or ():
            for name, spec in FIELDS[section].items():
                if (row[name] != "multiple" or multiple) and name != "subject":
                    row[name] = _settled(rng, spec, row[name], whole)
    return whole


def _settled(  # noqa: PLR0911 - one for each kind
    rng: Random, spec: FieldSpec, value: Any, record: dict[str, Any]
) -> Any:
    if spec.kind == "date":
        if value == "unknown":
            return rng.choice((None, _any_day(rng)))
        if value is None:
            return None if spec.role == "event" else _any_day(rng)
        first, _, last = value.partition("/")
        low = "2026-04-01" if first == ".." else first
        high = {"": first, "..": TODAY.isoformat()}.get(last, last)
        span = (date.fromisoformat(high) - date.fromisoformat(low)).days
        return (date.fromisoformat(low) + timedelta(rng.randint(0, span))).isoformat()
    if spec.kind == "code" and value in (None, "multiple"):
        return rng.choice([code for code in spec.codes if code != "multiple"])
    if spec.kind == "codes":
        if value is None or "unknown" in value:
            more = rng.sample(spec.codes, rng.randint(0, 3))
            return sorted({*(value or ()), *more} - {"unknown"})
        return value
    if spec.kind == "reference" and spec.target in SECTIONS:
        others = [row["id"] for row in record[spec.target or ""] or ()]
        if others and (value == "unknown" or (value is None and spec.role != "event")):
            return rng.choice(others)
    return value


def _any_day(rng: Random) -> str:
    return (TODAY - timedelta(rng.randint(0, 62))).isoformat()


def combinations(known: Known, names: Mapping[str, str]) -> Iterator[dict[str, KnownRow]]:
    """Each choice of a row that is in the record for each name, which stands for a section."""
    for rows in product(*(known.rows(section) for section in names.values())):
        if all(row.index is not None for row in rows):
            yield dict(zip(names, rows, strict=True))
