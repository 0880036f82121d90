"""Change a check or a concept in each small way: its rows, its conditions, its alternatives."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casecheck.authoring.condition_changes import Names, days_needed, rewordings
from casecheck.authoring.edits import GONE, Edit, Steps, number_edits, period_edits
from casecheck.lessons.alternative import LASTS
from casecheck.lessons.condition_shown import path_kind, read_path
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.lesson import SHORTFALLS, Concept
from casecheck.lessons.nodes import Place
from casecheck.lessons.terms import Field, RowPath
from casecheck.record.model import FIELDS, FieldSpec

_ALTERNATIVES = ("given", "unless", "met_by")
_NOWHERE = Place("", 1, 1)


@dataclass(frozen=True, slots=True)
class _Way:
    """An alternative, or a concept, and what its parts are changed by.

    `at` is where it stands, `label` what its changes are named by, `names` the rows that it may
    name beside those it finds; `beside` are its own conditions and those of the instances.
    """

    data: Mapping[str, Any]
    at: Steps
    label: str
    names: Mapping[str, str]
    beside: Sequence[str]


class CheckChanges:
    """Changes checks and concepts, knowing what each name of theirs may stand for."""

    def __init__(
        self, concepts: Mapping[str, Concept], made_of: Iterable[str] | None = None
    ) -> None:
        self.concepts = concepts
        self.kinds = [*FIELDS, *concepts] if made_of is None else list(made_of)

    def fields(self, kind: str) -> Mapping[str, FieldSpec]:
        """Return the fields of a section or concept."""
        return FIELDS[kind] if kind in FIELDS else self.concepts[kind].specs

    def of_check(self, check: Mapping[str, Any]) -> Iterator[Edit]:
        """Yield the changes of a check, which asks of one population or of several."""
        yield from period_edits(check, (), "")
        if "instances" not in check:
            yield from self.of_population(check, (), "")
            return
        for at, item in enumerate(check["instances"]):
            label = f"instances {at + 1}"
            if len(check["instances"]) > 1:
                yield Edit(f"{label} removed", ("instances", at), GONE)
            yield from self.of_population(item, ("instances", at), f"{label} ")

    def of_population(self, item: Mapping[str, Any], at: Steps, spot: str) -> Iterator[Edit]:
        """Yield the changes of whom a check is about, and of what is asked of each."""
        names = item["for_each"]
        yield from self.of_kinds(names, (*at, "for_each"), f"{spot}for_each", item)
        where = item.get("where", [])
        yield from self.of_where(where, (*at, "where"), f"{spot}where", names)
        for other in self.names_of(names).alike(item["dated"]) if "dated" in item else ():
            yield Edit(f"{spot}dated: {item['dated']} becomes {other}", (*at, "dated"), other)
        for what in _ALTERNATIVES:
            alternatives = item.get(what, [])
            for number, one in enumerate(alternatives):
                only = len(alternatives) == 1
                label = f"{spot}{what}" + ("" if only else f" {number + 1}")
                path = (*at, what, number)
                if not (only and what == "met_by"):
                    yield Edit(f"{label} removed", path[:-1] if only else path, GONE)
                found = one.get("find", {})
                yield from self.of_kinds(found, (*path, "find"), f"{label} find", one)
                every = {**names, **found}
                own = one.get("where", [])
                yield from self.of_where(own, (*path, "where"), label, every, where)
                yield from self.of_further(_Way(one, path, label, names, [*where, *own]))
        for what in SHORTFALLS:
            told = item.get(what, [])
            for number in range(len(told)):
                path, label = ((*at, what, number), f"{spot}{what} {number + 1}")
                if len(told) == 1:
                    path, label = path[:-1], f"{spot}{what}"
                yield Edit(f"{label} removed", path, GONE)

    def of_further(self, way: _Way) -> Iterator[Edit]:
        """Yield the changes of what an alternative asks beside that there are some rows."""
        if "without" in way.data:
            yield from self.of_absence(way)
        if "at_least" in way.data:
            path, told = (*way.at, "at_least"), f"{way.label} at_least"
            yield Edit(f"{told} removed", path, GONE)
            if isinstance(way.data["at_least"], int):
                yield from number_edits(way.data["at_least"], path, told)
        if "then" in way.data:
            yield from self.of_last(way)

    def of_last(self, way: _Way) -> Iterator[Edit]:
        """Yield the changes of which row an alternative speaks of, and of what must hold of it."""
        kind, other = LASTS if LASTS[0] in way.data else LASTS[::-1]
        others = {key: value for key, value in way.data.items() if key not in (kind, "then")}
        turned = {**others, other: way.data[kind], "then": way.data["then"]}
        yield Edit(f"{way.label} {kind} becomes {other}", way.at, turned)
        together = {**others, "where": [*way.data["where"], *way.data["then"]]}
        yield Edit(f"{way.label} {kind}: of any row", way.at, together)
        every = {**way.names, **way.data["find"]}
        for day in self.names_of(every).alike(way.data[kind]):
            yield Edit(f"{way.label} {kind}: {way.data[kind]} becomes {day}", (*way.at, kind), day)
        yield from self.of_where(
            way.data["then"], (*way.at, "then"), f"{way.label} then", every, way.beside
        )

    def of_absence(self, way: _Way) -> Iterator[Edit]:
        """Yield the changes of what must not be there beside what an alternative finds."""
        found = way.data.get("find", {})
        if "where" in way.data:  # without either there would be no alternative
            yield Edit(f"{way.label} without removed", (*way.at, "without"), GONE)
        absence = way.data["without"]
        path, spot = (*way.at, "without"), f"{way.label} without"
        yield from self.of_kinds(absence["find"], (*path, "find"), f"{spot} find", absence)
        every = {**way.names, **found, **absence["find"]}
        yield from self.of_where(absence["where"], (*path, "where"), spot, every, way.beside)

    def of_concept(self, concept: Mapping[str, Any]) -> Iterator[Edit]:
        """Yield the changes of the ways to come by a concept's rows."""
        for at, way in enumerate(concept["rows"]):
            label = f"rows {at + 1}"
            if len(concept["rows"]) > 1:
                yield Edit(f"{label} removed", ("rows", at), GONE)
            yield from self.of_kinds(way["of"], ("rows", at, "of"), f"{label} of", way)
            where = way.get("where", [])
            yield from self.of_where(where, ("rows", at, "where"), label, way["of"])
            yield from self.of_fields(way, ("rows", at), label)

    def of_concepts_further(self, name: str, concept: Mapping[str, Any]) -> Iterator[Edit]:
        """Yield the changes of what a concept asks beside the rows that it comes from."""
        names = {name: name}
        found = concept.get("find", {})
        where = concept.get("where", [])
        yield from self.of_kinds(found, ("find",), "find", concept)
        label = "where" if not found and "without" not in concept else "find"
        yield from self.of_where(where, ("where",), label, {**names, **found})
        if "without" in concept:
            yield from self.of_absence(_Way(concept, (), "further", names, where))

    def of_kinds(
        self, names: Mapping[str, str], at: Steps, label: str, item: Mapping[str, Any]
    ) -> Iterator[Edit]:
        """Yield other sections or concepts that have every field asked of a name's rows."""
        words = json.dumps(item)
        for name, kind in names.items():
            used = set(re.findall(rf"\b{name}\.(\w+)", words))
            for other in self.kinds:
                if other != kind and used <= self.fields(other).keys():
                    told = f"{label} {name}: {kind} becomes {other}"
                    yield Edit(told, (*at, name), other)

    def of_where(
        self,
        conditions: Sequence[str],
        at: Steps,
        label: str,
        names: Mapping[str, str],
        instances: Sequence[str] | None = None,
    ) -> Iterator[Edit]:
        """Yield the changes of some conditions, whose list stands at a place.

        `instances` are the conditions of the instances of which an alternative is asked; an
        alternative keeps one condition at least.
        """
        only = len(conditions) == 1
        for number, text in enumerate(conditions):
            condition = " ".join(text.split())
            path = (*at, number)
            if instances is None or not only:
                yield Edit(f"{label} {condition}: dropped", path[:-1] if only else path, GONE)
            others = [*(instances or ()), *conditions[:number], *conditions[number + 1 :]]
            needed = {day for other in others for day in days_needed(other)}
            for change in rewordings(condition, self.names_of(names, needed)):
                told = "" if change.part == condition else f": {change.part}"
                name = f"{label} {condition}{told} becomes {change.became}"
                yield Edit(name, path, change.condition)

    def of_fields(self, way: Mapping[str, Any], at: Steps, label: str) -> Iterator[Edit]:
        """Yield other rows and days for the fields of a concept."""
        names = self.names_of(way["of"])
        for field, path in way["fields"].items():
            for other in names.alike(path):
                told = f"{label} fields {field}: {path} becomes {other}"
                yield Edit(told, (*at, "fields", field), other)

    def names_of(self, bindings: Mapping[str, str], needed: Collection[str] = ()) -> Names:
        """Return what the paths of a condition lead to, by what its names stand for.

        `needed` are days without which another condition beside it is false.
        """
        scope = Scope(bindings, self.fields, {})

        def codes(path: str) -> Sequence[str]:
            found = read_path(path, _NOWHERE, scope)
            return tuple(found.spec.codes) if isinstance(found, Field) else ()

        def alike(path: str) -> Sequence[str]:
            owner, dot, name = path.rpartition(".")
            if not dot:
                kind = bindings.get(path)
                return [one for one in bindings if kind == bindings[one] and one != path]
            row = read_path(owner, _NOWHERE, scope)
            if not isinstance(row, RowPath):
                return ()
            specs = self.fields(path_kind(row, scope))
            spec = specs[name]
            return [
                f"{owner}.{other}"
                for other, one in specs.items()
                if other != name and (one.kind, one.target) == (spec.kind, spec.target)
            ]

        def is_event(path: str) -> bool:
            found = read_path(path, _NOWHERE, scope)
            is_one = isinstance(found, Field) and found.spec.role == "event"
            return is_one and path not in needed

        return Names(codes, alike, is_event)
