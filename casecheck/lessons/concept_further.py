"""Read what a concept asks beside the rows that it comes from: further rows, or none of some."""

from __future__ import annotations

from collections.abc import Mapping

from casecheck.lessons.alternative import Absence, Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Further
from casecheck.lessons.nodes import Node
from casecheck.lessons.parts import NAMED, Parts, is_name
from casecheck.lessons.units import UNITS, unit_fault
from casecheck.record.model import FIELDS, FieldSpec

FURTHER = ("parameters", "find", "where", "without")
_PARAMETERS = "parameters maps names of a page's parameters to units, such as {gap_days: days}"


def read_further(
    loader: Parts, name: str, specs: Mapping[str, FieldSpec], parts: Mapping[str, Node]
) -> Further | None:
    """Return what a concept asks beside the rows that it comes from; None where it asks no more.

    In its conditions the concept's own row is called as the concept is; `specs` are its fields.
    """
    if not any(key in parts for key in FURTHER):
        return None
    reader = _Reader(loader, name, specs, parts)
    nodes = {key: parts[key] for key in ("means", *FURTHER[1:]) if key in parts}
    return Further(reader.units, reader.asked(), nodes)


class _Reader:
    def __init__(
        self, loader: Parts, name: str, specs: Mapping[str, FieldSpec], parts: Mapping[str, Node]
    ) -> None:
        self.loader = loader
        self.name = name
        self.specs = specs
        self.parts = parts
        self.units = self._units()

    def _units(self) -> dict[str, str]:
        if "parameters" not in self.parts:
            return {}
        units = {}
        node = self.parts["parameters"]
        for name, item in self.loader.mapping(node, _PARAMETERS).items():
            if not is_name(name) or name in self.loader.groups or name == self.name:
                self.loader.fault(node.keys[name], f"a parameter: {NAMED}, that nothing else has")
            units[name] = self.loader.text(item, "a unit")
            if units[name] and units[name] not in UNITS:
                self.loader.fault(item.place, unit_fault(units[name]))
        return units

    def asked(self) -> Alternative:
        """Return the rows that must be there, or not, and their conditions."""
        parts, own = self.parts, {self.name: self.name}
        faults = len(self.loader.errors)
        if "where" not in parts and "without" not in parts:
            key = "find" if "find" in parts else "parameters"
            raise RulesError([parts[key].place.error(f"`{key}` needs conditions: add `where`")])
        find = self._rows(parts.get("find"), own)
        where = self._conditions(parts.get("where"), {**own, **find})
        absence = None
        if "without" in parts:
            absent = self.loader.members(parts["without"], "without", ["find", "where"])
            gone = self._rows(absent["find"], {**own, **find})
            absence = Absence(gone, self._conditions(absent["where"], {**own, **find, **gone}))
        means = self.loader.text(parts["means"], "means")
        asked = Alternative(means, find, where, absence)
        if len(self.loader.errors) == faults:
            self._refuse_unused(asked)
        return asked

    def _rows(self, node: Node | None, named: Mapping[str, str]) -> dict[str, str]:
        if node is None:
            return {}
        rows = self.loader.bindings(node, "find", {})
        for name in rows.keys() & {*named, *self.units}:
            self.loader.fault(node.keys[name], f"`{name}` is a name in use: choose another")
        return rows

    def _conditions(self, node: Node | None, names: Mapping[str, str]) -> tuple[Condition, ...]:
        numbers = dict.fromkeys(self.units, 1)
        scope = Scope(names, self._fields, numbers, self.units, self.loader.codes_of_groups())
        return self.loader.conditions(node, scope)

    def _fields(self, kind: str) -> Mapping[str, FieldSpec]:
        return FIELDS.get(kind, self.specs)

    def _refuse_unused(self, asked: Alternative) -> None:
        used = {name for one in asked.conditions for name in one.used}
        for key, names in (("parameters", self.units), ("find", asked.rows)):
            for name in names.keys() - used:
                node = self.parts.get(key, self.parts.get("without"))
                assert node is not None  # the names stand under one of the two
                place = node.keys.get(name, node.place)
                self.loader.fault(place, f"no condition uses `{name}`: remove it from {key}")
