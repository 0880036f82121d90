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
from typing import Any

from casecheck.lessons.errors import RulesError, did_you_mean
from casecheck.lessons.lesson import Example
from casecheck.lessons.shapes import Shapes, is_absent
from casecheck.lessons.yaml_nodes import Node
from casecheck.record import FIELDS, FieldSpec
from casecheck.results import FieldError, Outcome
from casecheck.validation import NotACaseRecord, read_record

MAX_EXAMPLES = 10_000
MAX_ROWS = 100
"""The most rows of one section in an example."""
_TOP = ("extracted_on", "opened_on")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_BIRTH = re.compile(r"[0-9]{4}(-[0-9]{2})?")
_ROW = re.compile(r"/([a-z_]+)/([0-9]+)(?:/([a-z_]+))?.*", re.ASCII)


def read_examples(
    node: Node, checks: Sequence[str] | None, shapes: Shapes
) -> tuple[Mapping[str, Any], tuple[Example, ...]]:
    """Return the background of a page's examples, and these; `shapes` gathers their faults.

    `checks` are the ids of the page's checks; None where they could not all be read.
    """
    return _Reader(checks, shapes).examples(node)


class _Reader:
    def __init__(self, checks: Sequence[str] | None, shapes: Shapes) -> None:
        self.checks = checks
        self.shapes = shapes
        self._told: set[str] = set()

    def examples(self, node: Node) -> tuple[Mapping[str, Any], tuple[Example, ...]]:
        shapes = self.shapes
        parts = shapes.members(node, "examples", ["background", "cases"])
        before = len(shapes.errors)
        background = self._record(parts["background"])
        for key in _TOP:
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
        parts = shapes.members(node, "an example", ["name", "expect"], optional)
        name = shapes.text(parts["name"], "a name")
        if name in names:
            shapes.fault(node.place, "two examples have this name: say how they differ")
        names.add(name)
        expect = self._expect(parts["expect"])
        changes = self._record(parts["record"]) if "record" in parts else {}
        without = self._words(parts.get("without"), "without")
        absent = self._words(parts.get("not_in_extract"), "not_in_extract")
        for section in absent:
            place = parts["not_in_extract"].place
            if section and section not in FIELDS:
                shapes.fault(place, f"no section `{section[:64]}`: {did_you_mean(section, FIELDS)}")
            elif section in changes:
                shapes.fault(
                    place, f"`record` gives rows of {section}, which is not in the extract"
                )
        known = {row["id"] for section in FIELDS for row in background.get(section, ())}
        for identifier in without if sound else ():
            if identifier and identifier not in known:
                message = f"the background has no row `{identifier[:32]}`"
                shapes.fault(parts["without"].place, message)
        if not sound or len(shapes.errors) > before:
            raise RulesError(())
        record = _merged(background, changes, without, absent)
        self._readable(node, record)
        return Example(name, record, expect, node.place)

    def _readable(self, node: Node, record: Mapping[str, Any]) -> None:
        """Tell why a record cannot be read; a fault that many examples share is told once."""
        try:
            read_record(json.dumps(record).encode())
        except NotACaseRecord as error:
            for one in error.errors:
                message = f"the record of this example cannot be read: {_where(one, record)}"
                if message not in self._told:
                    self._told.add(message)
                    self.shapes.fault(node.place, message)

    def _expect(self, node: Node) -> dict[str, Outcome]:
        expected: dict[str, Outcome] = {}
        for check, item in self.shapes.mapping(node, "expect maps checks to outcomes").items():
            if self.checks is not None and check not in self.checks:
                hint = did_you_mean(check, self.checks)
                self.shapes.fault(node.keys[check], f"no check `{check[:64]}` on this page: {hint}")
            outcome = item.value if isinstance(item.value, str) else ""
            if outcome in _OUTCOMES:
                expected[check] = Outcome(outcome)
            else:
                hint = did_you_mean(outcome, _OUTCOMES)
                self.shapes.fault(item.place, f"no outcome `{outcome[:64]}`: {hint}")
        return expected

    def _record(self, node: Node) -> dict[str, Any]:
        record: dict[str, Any] = {}
        ids: set[str] = set()
        for key, item in self.shapes.members(node, "a record", [], [*_TOP, *FIELDS]).items():
            if key in _TOP:
                record[key] = self._day(item, key)
            else:
                record[key] = self._rows(item, key, ids)
        return record

    def _day(self, node: Node, key: str) -> Any:
        if not (isinstance(node.value, str) and _DAY.fullmatch(node.value)):
            self.shapes.fault(node.place, f"`{key}` is a day written YYYY-MM-DD")
        return node.value

    def _rows(self, node: Node, section: str, ids: set[str]) -> list[dict[str, Any]]:
        if not isinstance(node.value, list):
            message = "a section is a list of rows (- {id: ...}); one left out has none"
            raise RulesError([node.place.error(message)])
        if len(node.value) > MAX_ROWS:
            raise RulesError([node.place.error(f"more than {MAX_ROWS} rows: an example is small")])
        rows: list[dict[str, Any]] = []
        for item in node.value:
            row = self.shapes.attempt(self._row, item, section, ids)
            if row is not None:
                rows.append(row)
        return rows

    def _row(self, node: Node, section: str, ids: set[str]) -> dict[str, Any]:
        fields = FIELDS[section]
        optional = [name for name in fields if name != "id"]
        parts = self.shapes.members(node, f"a row of {section}", ["id"], optional)
        for name, item in parts.items():
            if not is_absent(item) and (fault := _value_fault(item, fields[name])):
                self.shapes.fault(item.place, f"`{name}` of {section} {fault}")
        row = {name: _plain(item) for name, item in parts.items()}
        if not isinstance(row["id"], str):
            raise RulesError(())
        if row["id"] in ids:
            self.shapes.fault(parts["id"].place, f"the id `{row['id'][:32]}` is given twice")
        ids.add(row["id"])
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
            fault = next(filter(None, (_code_fault(item, spec) for item in value)), None)
        case "codes":
            fault = "is a list of codes, such as [police, school]"
        case _ if not isinstance(value, str):
            fault = "is a text: put it in quotation marks"
        case "date" if not _DAY.fullmatch(value):
            fault = "is a day written YYYY-MM-DD"
        case "born" if not _BIRTH.fullmatch(value):
            fault = 'is a month or a year, 2016-03 or "2016": a full date identifies a child'
        case _:
            fault = None
    return fault


def _code_fault(node: Node, spec: FieldSpec) -> str | None:
    value = node.value if isinstance(node.value, str) else ""
    if value in spec.codes:
        return None
    return f"has no code `{value[:64]}`: {did_you_mean(value, spec.codes)}"


def _where(error: FieldError, record: Mapping[str, Any]) -> str:
    """Return an error with its place as the page's author knows it: the row's id, the field."""
    row = _ROW.fullmatch(error.pointer)
    if not row:
        return f"{error.pointer} {error.message}"
    section, index, field = row.groups()
    place = " ".join(filter(None, (section, record[section][int(index)]["id"], field)))
    return f"{place}: {error.message}"


def _plain(node: Node) -> Any:
    return [_plain(item) for item in node.value] if isinstance(node.value, list) else node.value


def _merged(
    background: Mapping[str, Any],
    changes: Mapping[str, Any],
    without: Sequence[str],
    absent: Sequence[str],
) -> dict[str, Any]:
    record: dict[str, Any] = {"schema": "casecheck/1", "case_id": "EXAMPLE"}
    for key in _TOP:
        record[key] = changes.get(key, background[key])
    for section in FIELDS:
        if section in absent:
            continue
        rows = {row["id"]: dict(row) for row in background.get(section, ())}
        for row in changes.get(section, ()):
            rows[row["id"]] = {**rows.get(row["id"], {}), **row}
        record[section] = [row for row in rows.values() if row["id"] not in without]
    return record
