"""Whole records cut down to what some exports of a case system would tell, and written as CSV.

A random choice of sections is there, whole or in part, with a random choice of their columns; one
record a family, or one a child of the family.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from make_exports import Table, write_exports
from oracle import contradictions
from random_records import FIELDS, carry_in_part, is_event, lose_sections, random_record

Record = dict[str, Any]
Row = dict[str, Any]
FORMATS: dict[str | None, Callable[[date], str]] = {
    None: date.isoformat,
    "dd/mm/yyyy": lambda day: f"{day:%d/%m/%Y}",
    "mm/dd/yyyy": lambda day: f"{day:%m/%d/%Y}",
    "dd-mmm-yyyy": lambda day: f"{day:%d-%b-%Y}",
    "yyyymmdd": lambda day: f"{day:%Y%m%d}",
}
FAMILY = "F-1"
ACTIVITY = ("plans", "assessments", "meetings", "actions", "visits")


class NoExport(Exception):  # noqa: N818 - says what there is not
    """No export could tell of this record."""


@dataclass
class View:
    """Exports made of a whole record, one record a family or one a child.

    `cut` are rows that lay before a section's first day, and are not there for that.
    """

    record: Record
    tables: list[Table]
    family: bool
    cut: frozenset[tuple[str, str]] = frozenset()

    def write(self, folder: Path) -> None:
        write_exports(folder, self.tables, family=self.family)


def whole_record(seed: int) -> Record:
    rng = Random(seed)
    record = random_record(
        rng, None, null_rate=0, missing_rate=0, coverage_rate=0, range_rate=0, unknown_rate=0
    )
    if contradictions(record) or _is_perhaps_open(record):
        raise NoExport
    return record


def _is_perhaps_open(record: Record) -> bool:
    """Whether something denies that the case was closed: then nobody can say what day is today.

    The record takes its word for the closing, an import does not: both are right to.
    """
    closed = record.get("closed_on")
    if not closed:
        return False
    rows = [(section, row) for section in ACTIVITY for row in record[section]]
    return any(
        (section == "plans" and not row.get("end"))
        or any(row.get(name) and row[name] > closed for name in _days_of(section))
        for section, row in rows
    )


def _days_of(section: str) -> list[str]:
    return [
        name for name, spec in FIELDS[section].items() if spec.holds == "date" and name != "due"
    ]


def family_view(record: Record, rng: Random) -> View:
    """Return what exports would tell of a family, by its identifier."""
    part = copy.deepcopy(record)
    carry_in_part(rng, part, rng.choice((0, 0.1, 0.3)))
    lose_sections(rng, part, rng.choice((0, 0.1, 0.3, 0.6)))
    tables = [_case(part, FAMILY)]
    for section in FIELDS:
        if part.get(section) is not None:
            tables.append(_Writer(part, section, rng, None).table())
    return View(record, tables, True, _cut(record, part))


def child_view(record: Record, rng: Random) -> tuple[str, View]:
    """Return one child of a family, and what exports by child would tell of that child."""
    today = date.fromisoformat(record["extracted_on"])
    children = [one for one in record["people"] if one.get("born") and _age(one, today) < 18]
    if not children:
        raise NoExport
    child = rng.choice(children)["id"]
    part = {name: value for name, value in record.items() if name not in FIELDS}
    carried = {name for name in FIELDS if name not in ("people", "relationships", *UNASKED)}
    for section in FIELDS:
        if section not in carried:
            part[section] = None
            continue
        rows = [row for row in record[section] if _is_of(section, row, child, part)]
        part[section] = copy.deepcopy(rows)
    carry_in_part(rng, part, rng.choice((0, 0.1, 0.3)))
    lose_sections(rng, part, rng.choice((0, 0.3, 0.6)))
    tables = [_case(part, child)]
    tables += [
        _Writer(part, section, rng, child).table()
        for section in FIELDS
        if part.get(section) is not None
    ]
    return child, View(record, tables, False, _cut(record, part))


def _cut(record: Record, part: Record) -> frozenset[tuple[str, str]]:
    """The rows that a section with a first day does not have."""
    return frozenset(
        (section, row["id"])
        for section, covered in (part.get("coverage") or {}).items()
        if "from" in covered and part.get(section) is not None
        for row in record[section]
        if row["id"] not in {one["id"] for one in part[section]}
    )


UNASKED = ("workers", "training", "incidents")
"""Sections whose rows do not say of themselves whose they are."""


def _is_of(section: str, row: Row, child: str, part: Record) -> bool:
    """Whether a row is about a child, by itself or by the row to which it refers.

    An action for a child is about it in whosever plan it stands: a file that has every action of
    the child has it too.
    """
    if row.get("for_person") == child:
        return True
    for name, spec in FIELDS[section].items():
        if spec.holds != "reference" or spec.null != "R":
            continue
        if spec.target == "people":
            return row[name] == child
        there = part.get(spec.target)
        return there is not None and any(one["id"] == row[name] for one in there)
    if not row.get("subject") and not row.get("plan"):
        raise NoExport  # it may be anybody's
    plans = {one["id"] for one in part.get("plans") or ()}
    if row.get("plan") in plans and (row.get("subject") or child) != child:
        raise NoExport  # a file by child would give a meeting of two children to either
    return row.get("subject") == child or row.get("plan") in plans


def _age(person: Row, today: date) -> int:
    return today.year - int(person["born"][:4])


def _case(record: Record, name: str) -> Table:
    cells = [name, record["opened_on"], record.get("closed_on")]
    columns = {"opened_on": "Opened", "closed_on": "Closed"}
    return Table("case", ["Case", "Opened", "Closed"], [cells], columns, {"child": "Case"})


class _Writer:
    """Writes a section of a record as a table: of a family, or of one child."""

    def __init__(self, record: Record, section: str, rng: Random, child: str | None) -> None:
        self.record, self.section, self.rng, self.child = record, section, rng, child
        self.covered = dict((record.get("coverage") or {}).get(section, {}))
        days = rng.choice(list(FORMATS))
        self.days, self.written = days, FORMATS[days]

    def table(self) -> Table:
        fields = self._fields()
        heads = ["Case", "Row", *[name.replace("_", " ").capitalize() for name in fields]]
        rows = [self._row(row, fields) for row in self.record[self.section]]
        self.rng.shuffle(rows)
        said: dict[str, Any] = {"child": "Case", "id": "Row"}
        said |= {name: value for name, value in self.covered.items() if name != "without"}
        if isinstance(said.get("from"), str):
            said["from"] = date.fromisoformat(said["from"])
        if not {"only", "from", "incomplete"} & said.keys():
            said["whole"] = True
        if self.days is not None:
            said["days"] = self.days
        columns = dict(zip(fields, heads[2:], strict=True))
        return Table(self.section, heads, rows, columns, said)

    def _fields(self) -> list[str]:
        without = self.covered.get("without", ())
        fields = [
            name
            for name, spec in FIELDS[self.section].items()
            if name not in ("id", "pseudonym", *without)
            if spec.null == "R" or self.rng.random() < 0.8
            if not (self.child and spec.target == "people" and self._is_whose(name))
        ]
        if "attended" in fields and "quorate" not in fields:
            fields.append("quorate")  # it weighs more: `recorded()` is excepted in docs/outcomes.md
        if self.section == "meetings" and not self.child and "subject" not in fields:
            fields += ["subject"] * self._has_meetings_of_others()
        return fields

    def _has_meetings_of_others(self) -> bool:
        """Whether a meeting is another's than its plan: no export without its subject is true."""
        plans = {one["id"]: one["subject"] for one in self.record.get("plans") or ()}
        return any(
            row.get("subject") not in (None, plans.get(row.get("plan"), row.get("subject")))
            for row in self.record["meetings"]
        )

    def _is_whose(self, name: str) -> bool:
        """Whether the column of the child says this, so that no other is needed."""
        return FIELDS[self.section][name].null == "R" or (self.section, name) == (
            "meetings",
            "subject",
        )

    def _row(self, row: Row, fields: Sequence[str]) -> list[str | None]:
        own = self.child or FAMILY
        return [own, row["id"], *[self._cell(name, row.get(name)) for name in fields]]

    def _cell(self, name: str, value: Any) -> str | None:
        if value is None:
            return "not recorded" if self._may_be_a_word(name) and self.rng.random() < 0.2 else None
        if value == "unknown":
            return "unknown"
        if isinstance(value, bool):
            return (
                self.rng.choice(("Y", "yes", "1")) if value else self.rng.choice(("N", "No", "0"))
            )
        if isinstance(value, list):
            return "; ".join(self._words(one) for one in value) if value else None
        spec = FIELDS[self.section][name]
        if spec.holds == "date":
            return self.written(date.fromisoformat(value))
        return self._words(value) if spec.holds == "code" else value

    def _may_be_a_word(self, name: str) -> bool:
        return not is_event(self.section, name)

    def _words(self, code: str) -> str:
        return self.rng.choice(
            (code, code.replace("_", " ").capitalize(), f" {code.upper()}\u00a0")
        )
