"""Read the examples of a page: records, written as what differs from a shared background.

An example's record is the page's `background`, changed: a row with the id of one that stands
there changes the fields it names, any other row is added; `without` lists rows to leave out by
id, and `not_in_extract` the sections that this extract does not carry. A section that neither
names is carried and empty, so that an example is silent only where it says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casecheck.lessons.errors import RulesError, did_you_mean
from casecheck.lessons.lesson import SHORTFALLS, Example, ShortfallKind
from casecheck.lessons.nodes import Node, Place
from casecheck.lessons.shapes import Shapes, is_absent
from casecheck.record.faults import FieldError
from casecheck.record.model import FIELDS, FieldSpec
from casecheck.record.validation import NotACaseRecord, read_record
from casecheck.results import Outcome

MAX_EXAMPLES = 10_000
MAX_ROWS = 100
"""The most rows of one section in an example."""
_REQUIRED = ("extracted_on", "opened_on")
_DAYS = (*_REQUIRED, "closed_on")
_COVERAGE = "coverage"
_TOP = (*_DAYS, _COVERAGE)
_OF_THE_RECORD = dict.fromkeys((*_TOP, *FIELDS), "put it under `record`")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_RANGE = re.compile(rf"(?:{_DAY.pattern}|\.\.)/(?:{_DAY.pattern}|\.\.)", re.ASCII)
_NO_LATER = re.compile(rf"\.\./{_DAY.pattern}", re.ASCII)
_UNKNOWN = "unknown"
_BARE_DAY = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])", re.ASCII)
_BIRTH = re.compile(r"[0-9]{4}(-[0-9]{2})?")
_ID_POINTER = re.compile(r"/([a-z_]+)/[0-9]+/id", re.ASCII)
_ROW = re.compile(r"/([a-z_]+)/([0-9]+)(?:/([a-z_]+))?.*", re.ASCII)

_Places = dict[tuple[str, str], Place]
"""Where a record is written: by a row's id and a field, "" for the row itself or for no row."""


def read_examples(
    node: Node, checks: Sequence[str] | None, shapes: Shapes
) -> tuple[Mapping[str, Any], tuple[Example, ...]]:
    """Return the background of a page's examples, and these; `shapes` gathers their faults.

    `checks` are the ids of the page's checks; None where they could not all be read.
    """
    return ExampleReader(checks, shapes).examples(node)


class ExampleReader:
    """Reads the examples of one page; what they expect may be read otherwise."""

    def __init__(self, checks: Sequence[str] | None, shapes: Shapes) -> None:
        self.checks = checks
        self.shapes = shapes
        self._told: set[tuple[Place, str]] = set()
        self._background: _Places = {}

    def examples(self, node: Node) -> tuple[Mapping[str, Any], tuple[Example, ...]]:
        """Return the background of the examples, and these."""
        shapes = self.shapes
        parts = shapes.members(node, "examples", ["background", "cases"])
        before = len(shapes.errors)
        background = self._record(parts["background"], self._background)
        for key in _REQUIRED:
            if key not in background:
                shapes.fault(parts["background"].place, f"the background lacks `{key}`")
        sound = len(shapes.errors) == before
        found: list[Example] = []
        names: set[str] = set()
        for item in shapes.items(parts["cases"], "cases", MAX_EXAMPLES):
            example = shapes.attempt(self._example, item, background, names, sound)
            if example is not None:
                found.append(example)
        return background, tuple(found)

    def _example(
        self, node: Node, background: Mapping[str, Any], names: set[str], sound: bool
    ) -> Example:
        """Read one example; `names` are those before it, `sound` says that the background is."""
        shapes = self.shapes
        before = len(shapes.errors)
        optional = ["record", "without", "not_in_extract"]
        parts = shapes.members(node, "an example", ["name", "expect"], optional, _OF_THE_RECORD)
        name = shapes.text(parts["name"], "a name")
        if name in names:
            shapes.fault(node.place, "two examples have this name: say how they differ")
        names.add(name)
        expect, falls_short = self._expect(parts["expect"])
        places: _Places = {}
        changes = self._record(parts["record"], places) if "record" in parts else {}
        without = self._words(parts.get("without"), "without")
        left_out = _left_out(parts.get("without"))
        absent = self._words(parts.get("not_in_extract"), "not_in_extract")
        for section in absent:
            place = parts["not_in_extract"].place
            if section and section not in FIELDS:
                shapes.fault(place, f"no section `{section[:64]}`: {did_you_mean(section, FIELDS)}")
            elif section in changes:
                shapes.fault(
                    place, f"`record` gives rows of {section}, which is not in the extract"
                )
        self._changed_or_left_out(places, left_out)
        known = {row["id"] for section in FIELDS for row in background.get(section, ())}
        for identifier in without if sound else ():
            if identifier and identifier not in known:
                message = f"the background has no row `{identifier[:32]}`"
                shapes.fault(parts["without"].place, message)
        if not sound or len(shapes.errors) > before:
            raise RulesError(())
        record = _merged(background, changes, without, absent)
        self._readable(node, record, places, left_out)
        return Example(name, record, expect, node.place, falls_short)

    def _changed_or_left_out(self, changed: _Places, left_out: Mapping[str, Place]) -> None:
        for identifier, place in left_out.items():
            if identifier and (identifier, "") in changed:
                words = f"the row `{identifier[:32]}` is both left out here and changed in `record`"
                self.shapes.fault(place, f"{words}: remove one of the two")

    def _readable(
        self,
        node: Node,
        record: Mapping[str, Any],
        places: _Places,
        left_out: Mapping[str, Place],
    ) -> None:
        """Tell why a record cannot be read; a fault that many examples share is told once.

        It is told where it stands, in the example's record or in the background.
        """
        try:
            read_record(json.dumps(record).encode())
        except NotACaseRecord as error:
            for one in error.errors:
                spot = _Spot.of(one, record)
                if spot.value in left_out:
                    told = left_out[spot.value], spot.leads_to_left_out()
                else:
                    told = (
                        self._place(spot, places) or node.place,
                        spot.message_for_authors(one.message),
                    )
                if told not in self._told:
                    self._told.add(told)
                    self.shapes.fault(*told)

    def _place(self, spot: _Spot, places: _Places) -> Place | None:
        """Return where a field is written, or its row; the example's own before the background."""
        if spot.is_order and ("", "opened_on") not in places and ("", "extracted_on") in places:
            return places["", "extracted_on"]
        for key in ((spot.row, spot.field), (spot.row, "")):
            for written in (places, self._background):
                if key in written:
                    return written[key]
        return None

    def _expect(self, node: Node) -> tuple[dict[str, Outcome], dict[str, ShortfallKind]]:
        """Return the outcome of each check, and how those in breach fall short where it says so."""
        expected: dict[str, Outcome] = {}
        falls_short: dict[str, ShortfallKind] = {}
        for check, item in self.shapes.mapping(node, "expect maps checks to outcomes").items():
            if self.checks is not None and check not in self.checks:
                hint = did_you_mean(check, self.checks)
                self.shapes.fault(node.keys[check], f"no check `{check[:64]}` on this page: {hint}")
            outcome = item.value if isinstance(item.value, str) else ""
            kind = next((one for one in SHORTFALLS if one == outcome), None)
            if kind:
                expected[check], falls_short[check] = Outcome.BREACH, kind
            elif outcome in _OUTCOMES:
                expected[check] = Outcome(outcome)
            else:
                hint = did_you_mean(outcome, [*_OUTCOMES, *SHORTFALLS])
                self.shapes.fault(item.place, f"no outcome `{outcome[:64]}`: {hint}")
        return expected, falls_short

    def _record(self, node: Node, places: _Places) -> dict[str, Any]:
        """Return what a record gives; `places` gathers where."""
        record: dict[str, Any] = {}
        for key, item in self.shapes.members(node, "a record", [], [*_TOP, *FIELDS]).items():
            if key in _TOP:
                record[key] = _plain(item) if key == _COVERAGE else self._day(item, key)
                places["", key] = item.place
            else:
                record[key] = self._rows(item, key, places)
        return record

    def _day(self, node: Node, key: str) -> Any:
        known = isinstance(node.value, str) and bool(
            _DAY.fullmatch(node.value) or (key == "opened_on" and _NO_LATER.fullmatch(node.value))
        )
        if not known:
            self.shapes.fault(node.place, f"`{key}` {_no_day(node.value)}")
        return node.value

    def _rows(self, node: Node, section: str, places: _Places) -> list[dict[str, Any]]:
        if not isinstance(node.value, list):
            message = "a section is a list of rows (- {id: ...}); one left out has none"
            raise RulesError([node.place.error(message)])
        if len(node.value) > MAX_ROWS:
            raise RulesError([node.place.error(f"more than {MAX_ROWS} rows: an example is small")])
        rows: list[dict[str, Any]] = []
        for item in node.value:
            row = self.shapes.attempt(self._row, item, section, places)
            if row is not None:
                rows.append(row)
        return rows

    def _row(self, node: Node, section: str, places: _Places) -> dict[str, Any]:
        fields = FIELDS[section]
        optional = [name for name in fields if name != "id"]
        parts = self.shapes.members(node, f"a row of {section}", ["id"], optional)
        for name, item in parts.items():
            if not is_absent(item) and (fault := _value_fault(item, fields[name])):
                self.shapes.fault(item.place, f"`{name}` of {section} {fault}")
        row = {name: _plain(item) for name, item in parts.items()}
        if not isinstance(row["id"], str):
            raise RulesError(())
        if (row["id"], "") in places:
            self.shapes.fault(parts["id"].place, f"the id `{row['id'][:32]}` is given twice")
        places[row["id"], ""] = node.place
        for name, item in parts.items():
            places[row["id"], name] = item.place
        return row

    def _words(self, node: Node | None, what: str) -> list[str]:
        return [self.shapes.text(item, what) for item in self.shapes.items(node, what)]


_OUTCOMES = tuple(str(outcome) for outcome in Outcome)


def _value_fault(node: Node, spec: FieldSpec) -> str | None:
    """Return what is wrong with a value that no record can hold in this field."""
    value = node.value
    if value is None:
        return "may not be null" if spec.role == "required" else None
    match spec.kind:
        case "flag":
            fault = None if isinstance(value, bool) else "is true, false or null"
        case "code":
            fault = _code_fault(node, spec)
        case "codes" if isinstance(value, list):
            codes = (item for item in value if item.value != _UNKNOWN)
            fault = next(filter(None, (_code_fault(item, spec) for item in codes)), None)
        case "codes":
            fault = "is a list of codes, such as [police, school]"
        case "date" if not _is_day(value, spec):
            fault = _no_day(value)
        case _ if not isinstance(value, str):
            fault = "is a text: put it in quotation marks"
        case "born" if not _BIRTH.fullmatch(value):
            fault = 'is a month or a year, 2016-03 or "2016": a full date identifies a child'
        case _:
            fault = None
    return fault


def _is_day(value: Any, spec: FieldSpec) -> bool:
    """Say whether it is a day, a range of days, or of an event the word that it is unknown."""
    if not isinstance(value, str):
        return False
    unknown = spec.role == "event" and value == _UNKNOWN
    return unknown or bool(_DAY.fullmatch(value) or _RANGE.fullmatch(value))


def _no_day(value: Any) -> str:
    bare = _BARE_DAY.fullmatch(str(value)) if isinstance(value, str | int) else None
    day = "-".join(bare.groups()) if bare else ""
    return f"is a day written YYYY-MM-DD{day and f': write {day}'}"


def _code_fault(node: Node, spec: FieldSpec) -> str | None:
    value = node.value if isinstance(node.value, str) else ""
    if value in spec.codes:
        return None
    return f"has no code `{value[:64]}`: {did_you_mean(value, spec.codes)}"


def _left_out(node: Node | None) -> dict[str, Place]:
    """Return the ids of the rows that an example leaves out, and where each is written."""
    items = node.value if node is not None and isinstance(node.value, list) else []
    return {item.value: item.place for item in items if isinstance(item.value, str)}


@dataclass(frozen=True, slots=True)
class _Spot:
    """What an error of a record is about, as the page's author knows it.

    `row` is an id, "" for what is in no row; `value` is the id that the field leads to, "" for
    none; `is_order` says that the record's two days stand in the wrong order.
    """

    section: str
    row: str
    field: str
    value: str
    is_order: bool

    @classmethod
    def of(cls, error: FieldError, record: Mapping[str, Any]) -> _Spot:
        """Return the spot to which an error's JSON Pointer leads."""
        found = _ROW.fullmatch(error.pointer)
        if found is None:
            order = "/extracted_on" in error.message
            return cls("", "", error.pointer.removeprefix("/"), "", order)
        section, index, field = found.groups()
        row = record[section][int(index)]
        leads = field in FIELDS[section] and FIELDS[section][field].kind == "reference"
        return cls(section, row["id"], field or "", (leads and row.get(field)) or "", False)

    def message_for_authors(self, message: str) -> str:
        """Return an error's message without its pointers into the record."""
        field = f"`{self.field}`" if self.field else "the record of this example"
        what = f"{field} of {self.section}" if self.section else field
        message = _ID_POINTER.sub(r"the id of a row of \1", message)
        return f"{what}: {message.replace('/extracted_on', '`extracted_on`')}"

    def leads_to_left_out(self) -> str:
        """Return what is told of a reference to a row that `without` names."""
        left_out, row = self.value[:32], self.row[:32]
        words = f"the row `{left_out}` is left out, and `{self.field}` of `{row}` leads to it"
        return f"{words}: leave that row out too, or change it in `record`"


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(item) for key, item in node.value.items()}
    return [_plain(item) for item in node.value] if isinstance(node.value, list) else node.value


def _merged(
    background: Mapping[str, Any],
    changes: Mapping[str, Any],
    without: Sequence[str],
    absent: Sequence[str],
) -> dict[str, Any]:
    record: dict[str, Any] = {"schema": "casecheck/1", "case_id": "EXAMPLE"}
    for key in _TOP:
        if key in changes or key in background:
            record[key] = changes.get(key, background.get(key))
    for section in FIELDS:
        if section in absent:
            continue
        rows = {row["id"]: dict(row) for row in background.get(section, ())}
        for row in changes.get(section, ()):
            rows[row["id"]] = {**rows.get(row["id"], {}), **row}
        record[section] = [row for row in rows.values() if row["id"] not in without]
    return record
