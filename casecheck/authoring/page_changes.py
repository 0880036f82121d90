"""Change one thing in a page: a condition, a number, a section, an alternative.

A page is changed as plain data (mappings, lists, texts), and only as much of it is kept as the
change concerns: the loader then reads it as any other page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from casecheck.authoring.condition_changes import Names, days_needed, rewordings
from casecheck.lessons.abouts import Abouts
from casecheck.lessons.alternative import LASTS
from casecheck.lessons.condition_shown import path_kind, read_path
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.lesson import SHORTFALLS, Concept
from casecheck.lessons.shapes import Shapes
from casecheck.lessons.terms import Field, RowPath
from casecheck.lessons.yaml_nodes import Node, Place
from casecheck.record.model import FIELDS, FieldSpec

_ALTERNATIVES = ("given", "unless", "met_by")
_PERIOD = ("from", "until")
_NO_EXAMPLES = ("examples", "equivalent")
_NOWHERE = Place("", 1, 1)
_GONE = object()
"""The value of a part that is taken away."""

Steps = tuple[str | int, ...]
"""The keys and positions that lead to a part of a page."""


@dataclass(frozen=True, slots=True)
class Change:
    """A page with one change: what it is called, where it is, and what the page then holds.

    `of_concept` is the concept or group that is changed, "" where it is a lesson.
    """

    name: str
    place: Place
    page: Mapping[str, Any]
    of_concept: str = ""


@dataclass(frozen=True, slots=True)
class _Edit:
    name: str
    path: Steps
    value: Any


def lesson_changes(page: Node, concepts: Mapping[str, Concept]) -> Iterator[Change]:
    """Yield every change of a lesson's page; a change of a check keeps that check alone.

    A change of what several checks are about keeps all of them, and changes each.
    """
    shared = SharedChanges(page)
    page = shared.page
    whole = {key: plain(node) for key, node in page.value.items() if key not in _NO_EXAMPLES}
    for edit in (*_of_period(whole, (), ""), *_of_parameters(whole)):
        yield Change(edit.name, _place(page, edit.path), _with_stub(_changed(whole, edit)))
    writer = _CheckChanges(concepts)
    for at, check in enumerate(whole["checks"]):
        for edit in writer.of_check(check):
            place = _place(page, ("checks", at, *edit.path))
            label, others = shared.concerned(at, edit.path)
            if label and others[0] != at:
                continue  # which is tried with the first check that is about the same
            changed = [_changed_of(whole["checks"][other], edit, label) for other in others]
            only = {**whole, "checks": changed}
            yield Change(f"{label or check['id']}: {edit.name}", place, _with_stub(only))


def concept_changes(page: Node, concepts: Mapping[str, Concept]) -> Iterator[Change]:
    """Yield every change of a page of concepts; each keeps the changed concept or group alone."""
    writer = _CheckChanges(concepts, made_of=FIELDS)  # a concept is made of sections only
    yield from _group_changes(page)
    for name, node in named_parts(page, "concepts").items():
        concept = plain(node)
        for edit in (*writer.of_concept(concept), *writer.of_concepts_further(name, concept)):
            only = {"concepts": {name: _changed(concept, edit)}}
            place = _place(page, ("concepts", name, *edit.path))
            yield Change(f"concept {name}: {edit.name}", place, only, name)


def named_parts(page: Node, key: str) -> Mapping[str, Node]:
    """Return what stands under the names of a part of a page of concepts, which it may lack."""
    parts: Mapping[str, Node] = page.value[key].value if key in page.value else {}
    return parts


def _group_changes(page: Node) -> Iterator[Change]:
    """Yield each group without each of its codes, and with each that stands beside all of them."""
    for name, node in named_parts(page, "groups").items():
        codes = plain(node)
        place = _place(page, ("groups", name))
        beside = dict.fromkeys(
            code
            for fields in FIELDS.values()
            for spec in fields.values()
            if set(codes) <= set(spec.codes)
            for code in spec.codes
        )
        changed = {f"{code} dropped": [one for one in codes if one != code] for code in codes}
        changed |= {f"{code} added": [*codes, code] for code in beside if code not in codes}
        for told, now in changed.items():
            if now:
                yield Change(f"group {name}: {told}", place, {"groups": {name: now}}, name)


def without_examples(page: Node, checks: Sequence[Any]) -> dict[str, Any]:
    """Return a lesson's page with some of its checks, and without its examples."""
    whole = {key: plain(node) for key, node in page.value.items() if key not in _NO_EXAMPLES}
    return _with_stub({**whole, "checks": checks})


def with_used_parameters(part: Mapping[str, Any], users: Any) -> dict[str, Any]:
    """Return a page, or a concept, with the parameters that its users still mention.

    What no condition uses the loader refuses, and no example would have to notice it.
    """
    kept = dict(part)
    named = kept.pop("parameters", {})
    if used := {name: value for name, value in named.items() if mentions(users, name)}:
        kept["parameters"] = used
    return kept


def plain(node: Node) -> Any:
    """Return what a node holds as mappings, lists, texts and numbers."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def mentions(data: Any, word: str) -> bool:
    """Say whether a word stands anywhere in the texts of some data."""
    return re.search(rf"\b{re.escape(word)}\b", json.dumps(data)) is not None


class SharedChanges:
    """Knows which parts of a page's checks come from what several of them are about.

    `page` is the page with that written out in each check.
    """

    def __init__(self, page: Node) -> None:
        abouts = Abouts(page, Shapes())
        self.page = abouts.page()
        self._checks = page.value["checks"].value
        self._shared = list(map(abouts.shared_by, self._checks))

    def concerned(self, at: int, path: Steps) -> tuple[str, list[int]]:
        """Return what a change of one check is named by, "" for the check, and which it changes."""
        shared = self._shared[at]
        if shared is None or not shared.is_part(path, self._checks[at]):
            return "", [at]
        return f"about {shared.name}", [n for n, one in enumerate(self._shared) if one is shared]


class _CheckChanges:
    """Changes checks and concepts, knowing what each name of theirs may stand for."""

    def __init__(
        self, concepts: Mapping[str, Concept], made_of: Iterable[str] | None = None
    ) -> None:
        self.concepts = concepts
        self.kinds = [*FIELDS, *concepts] if made_of is None else list(made_of)

    def fields(self, kind: str) -> Mapping[str, FieldSpec]:
        """Return the fields of a section or concept."""
        return FIELDS[kind] if kind in FIELDS else self.concepts[kind].specs

    def of_check(self, check: Mapping[str, Any]) -> Iterator[_Edit]:
        """Yield the changes of a check, which asks of one population or of several."""
        yield from _of_period(check, (), "")
        if "instances" not in check:
            yield from self.of_population(check, (), "")
            return
        for at, item in enumerate(check["instances"]):
            label = f"instances {at + 1}"
            if len(check["instances"]) > 1:
                yield _Edit(f"{label} removed", ("instances", at), _GONE)
            yield from self.of_population(item, ("instances", at), f"{label} ")

    def of_population(self, item: Mapping[str, Any], at: Steps, spot: str) -> Iterator[_Edit]:
        """Yield the changes of whom a check is about, and of what is asked of each."""
        names = item["for_each"]
        yield from self.of_kinds(names, (*at, "for_each"), f"{spot}for_each", item)
        where = item.get("where", [])
        yield from self.of_where(where, (*at, "where"), f"{spot}where", names)
        for other in self.names_of(names).alike(item["dated"]) if "dated" in item else ():
            yield _Edit(f"{spot}dated: {item['dated']} becomes {other}", (*at, "dated"), other)
        for what in _ALTERNATIVES:
            alternatives = item.get(what, [])
            for number, one in enumerate(alternatives):
                only = len(alternatives) == 1
                label = f"{spot}{what}" + ("" if only else f" {number + 1}")
                path = (*at, what, number)
                if not (only and what == "met_by"):
                    yield _Edit(f"{label} removed", path[:-1] if only else path, _GONE)
                found = one.get("find", {})
                yield from self.of_kinds(found, (*path, "find"), f"{label} find", one)
                every = {**names, **found}
                own = one.get("where", [])
                yield from self.of_where(own, (*path, "where"), label, every, where)
                yield from self.of_further(one, path, label, names, [*where, *own])
        for what in SHORTFALLS:
            told = item.get(what, [])
            for number in range(len(told)):
                path, label = ((*at, what, number), f"{spot}{what} {number + 1}")
                if len(told) == 1:
                    path, label = path[:-1], f"{spot}{what}"
                yield _Edit(f"{label} removed", path, _GONE)

    def of_further(
        self,
        way: Mapping[str, Any],
        at: Steps,
        label: str,
        names: Mapping[str, str],
        beside: Sequence[str],
    ) -> Iterator[_Edit]:
        """Yield the changes of what an alternative asks beside that there are some rows.

        `beside` are its own conditions and those of the instances.
        """
        if "without" in way:
            yield from self.of_absence(way, at, label, names, beside)
        if "at_least" in way:
            path, told = (*at, "at_least"), f"{label} at_least"
            yield _Edit(f"{told} removed", path, _GONE)
            if isinstance(way["at_least"], int):
                yield from _moved(way["at_least"], path, told)
        if "then" in way:
            yield from self.of_last(way, at, label, names, beside)

    def of_last(
        self,
        way: Mapping[str, Any],
        at: Steps,
        label: str,
        names: Mapping[str, str],
        beside: Sequence[str],
    ) -> Iterator[_Edit]:
        """Yield the changes of which row an alternative speaks of, and of what must hold of it."""
        kind, other = LASTS if LASTS[0] in way else LASTS[::-1]
        others = {key: value for key, value in way.items() if key not in (kind, "then")}
        turned = {**others, other: way[kind], "then": way["then"]}
        yield _Edit(f"{label} {kind} becomes {other}", at, turned)
        together = {**others, "where": [*way["where"], *way["then"]]}
        yield _Edit(f"{label} {kind}: of any row", at, together)
        every = {**names, **way["find"]}
        for day in self.names_of(every).alike(way[kind]):
            yield _Edit(f"{label} {kind}: {way[kind]} becomes {day}", (*at, kind), day)
        yield from self.of_where(way["then"], (*at, "then"), f"{label} then", every, beside)

    def of_absence(
        self,
        way: Mapping[str, Any],
        at: Steps,
        label: str,
        names: Mapping[str, str],
        beside: Sequence[str],
    ) -> Iterator[_Edit]:
        """Yield the changes of what must not be there beside what an alternative finds."""
        found = way.get("find", {})
        if "where" in way:  # without either there would be no alternative
            yield _Edit(f"{label} without removed", (*at, "without"), _GONE)
        absence = way["without"]
        path, spot = (*at, "without"), f"{label} without"
        yield from self.of_kinds(absence["find"], (*path, "find"), f"{spot} find", absence)
        every = {**names, **found, **absence["find"]}
        yield from self.of_where(absence["where"], (*path, "where"), spot, every, beside)

    def of_concept(self, concept: Mapping[str, Any]) -> Iterator[_Edit]:
        """Yield the changes of the ways to come by a concept's rows."""
        for at, way in enumerate(concept["rows"]):
            label = f"rows {at + 1}"
            if len(concept["rows"]) > 1:
                yield _Edit(f"{label} removed", ("rows", at), _GONE)
            yield from self.of_kinds(way["of"], ("rows", at, "of"), f"{label} of", way)
            where = way.get("where", [])
            yield from self.of_where(where, ("rows", at, "where"), label, way["of"])
            yield from self.of_fields(way, ("rows", at), label)

    def of_concepts_further(self, name: str, concept: Mapping[str, Any]) -> Iterator[_Edit]:
        """Yield the changes of what a concept asks beside the rows that it comes from."""
        names = {name: name}
        found = concept.get("find", {})
        where = concept.get("where", [])
        yield from self.of_kinds(found, ("find",), "find", concept)
        label = "where" if not found and "without" not in concept else "find"
        yield from self.of_where(where, ("where",), label, {**names, **found})
        if "without" in concept:
            yield from self.of_absence(concept, (), "further", names, where)

    def of_kinds(
        self, names: Mapping[str, str], at: Steps, label: str, item: Mapping[str, Any]
    ) -> Iterator[_Edit]:
        """Yield other sections or concepts that have every field asked of a name's rows."""
        words = json.dumps(item)
        for name, kind in names.items():
            used = set(re.findall(rf"\b{name}\.(\w+)", words))
            for other in self.kinds:
                if other != kind and used <= self.fields(other).keys():
                    told = f"{label} {name}: {kind} becomes {other}"
                    yield _Edit(told, (*at, name), other)

    def of_where(
        self,
        conditions: Sequence[str],
        at: Steps,
        label: str,
        names: Mapping[str, str],
        instances: Sequence[str] | None = None,
    ) -> Iterator[_Edit]:
        """Yield the changes of some conditions, whose list stands at a place.

        `instances` are the conditions of the instances of which an alternative is asked; an
        alternative keeps one condition at least.
        """
        only = len(conditions) == 1
        for number, text in enumerate(conditions):
            condition = " ".join(text.split())
            path = (*at, number)
            if instances is None or not only:
                yield _Edit(f"{label} {condition}: dropped", path[:-1] if only else path, _GONE)
            others = [*(instances or ()), *conditions[:number], *conditions[number + 1 :]]
            needed = {day for other in others for day in days_needed(other)}
            for change in rewordings(condition, self.names_of(names, needed)):
                told = "" if change.part == condition else f": {change.part}"
                name = f"{label} {condition}{told} becomes {change.became}"
                yield _Edit(name, path, change.condition)

    def of_fields(self, way: Mapping[str, Any], at: Steps, label: str) -> Iterator[_Edit]:
        """Yield other rows and days for the fields of a concept."""
        names = self.names_of(way["of"])
        for field, path in way["fields"].items():
            for other in names.alike(path):
                told = f"{label} fields {field}: {path} becomes {other}"
                yield _Edit(told, (*at, "fields", field), other)

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


def _of_parameters(page: Mapping[str, Any]) -> Iterator[_Edit]:
    """Yield each parameter one down and one up, at each of its values if it has several."""
    for name, parameter in page.get("parameters", {}).items():
        at, label = ("parameters", name), f"parameter {name}"
        if "value" in parameter:
            yield from _moved(parameter["value"], (*at, "value"), label)
        for number, one in enumerate(parameter.get("values", [])):
            path, spot = (*at, "values", number), f"{label} value {number + 1}"
            yield from _moved(one["value"], (*path, "value"), spot)
            yield from _of_period(one, path, f"{spot} ")


def _moved(number: int, at: Steps, label: str) -> Iterator[_Edit]:
    for other in (number - 1, number + 1):
        yield _Edit(f"{label}: {number} becomes {other}", at, other)


def _of_period(item: Mapping[str, Any], at: Steps, spot: str) -> Iterator[_Edit]:
    """Yield the first and the last day in force a day earlier, a day later, and left out."""
    for key in _PERIOD:
        if key not in item:
            continue
        day = date.fromisoformat(item[key])
        for by in (-1, 1):
            if not date.min.toordinal() <= day.toordinal() + by <= date.max.toordinal():
                continue
            other = str(day + timedelta(by))
            yield _Edit(f"{spot}{key}: {day} becomes {other}", (*at, key), other)
        yield _Edit(f"{spot}{key}: {day} dropped", (*at, key), _GONE)


def _with_stub(page: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page with an example that says nothing."""
    checks = page["checks"]
    kept = {key: value for key, value in page.items() if key not in _NO_EXAMPLES}
    background = {"extracted_on": "2026-06-30", "opened_on": "2026-06-30"}
    cases = [{"name": "none", "expect": {check["id"]: "breach" for check in checks}}]
    kept["examples"] = {"background": background, "cases": cases}
    return kept


def _changed_of(check: Any, edit: _Edit, shared: str) -> Any:
    """Return a check with a change; one that is shared takes no part of the check's own away."""
    if shared and edit.value is _GONE and len(edit.path) == 1 and len(check[edit.path[0]]) > 1:
        return _changed(check, _Edit(edit.name, (*edit.path, 0), _GONE))
    return _changed(check, edit)


def _changed(data: Any, edit: _Edit) -> Any:
    return _replaced(data, edit.path, edit.value)


def _replaced(data: Any, path: Steps, value: Any) -> Any:
    """Return the data with one part replaced or gone; what is not on the way to it is shared."""
    if not path:
        return value
    first, *rest = path
    copied = data.copy()
    if not rest and value is _GONE:
        del copied[first]
    else:
        copied[first] = _replaced(data[first], tuple(rest), value)
    return copied


def _place(node: Node, path: Steps) -> Place:
    for part in path:
        node = node.value[part]
    return node.place
