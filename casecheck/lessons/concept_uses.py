"""Write out, in the checks that use a concept, what it asks beside the rows that it comes from.

A concept may ask for further rows beside its own, for none of some, or by a page's parameters. A
check that names it asks all that as if it were written there: of a row of `for_each` under `where`,
or under `given` where other rows are spoken of; of a row of `find` beside it. So nothing that reads
checks need know of it, and three values come out as they do there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from casecheck.lessons.alternative import LASTS
from casecheck.lessons.lesson import SHORTFALLS, Concept
from casecheck.lessons.nodes import Node, Place
from casecheck.lessons.parts import Parts, words_of

_WAYS = ("given", "unless", "met_by", *SHORTFALLS)


class ConceptUses:
    """Writes out what concepts ask in the checks of one page; `parts` gathers what is wrong."""

    def __init__(self, page: Node, concepts: Mapping[str, Concept], parts: Parts) -> None:
        self._page = page
        self._asking = {name: one for name, one in concepts.items() if one.further}
        self._parts = parts
        self._parameters = _members(_members(page).get("parameters"))
        self._taken: set[str] = set()

    def page(self) -> Node:
        """Return the page with all that written out in each of its checks."""
        checks = _members(self._page).get("checks")
        if not self._asking or checks is None or not isinstance(checks.value, list):
            return self._page
        written = replace(checks, value=list(map(self._check, checks.value)))
        return replace(self._page, value={**self._page.value, "checks": written})

    def _check(self, check: Node) -> Node:
        instances = _members(check).get("instances")
        if instances is None or not isinstance(instances.value, list):
            return self._population(check)
        items = replace(instances, value=list(map(self._population, instances.value)))
        return replace(check, value={**check.value, "instances": items})

    def _population(self, item: Node) -> Node:
        """Return a check, or an item of `instances`, with what its concepts ask."""
        parts = dict(_members(item))
        if not parts:
            return item
        self._taken = words_of(item) | self._parameters.keys() | self._parts.groups.keys()
        for key in _WAYS:
            if key in parts and isinstance(parts[key].value, list):
                ways = [self._way(one, key) for one in parts[key].value]
                parts[key] = replace(parts[key], value=ways)
        for asked, place in self._asked_of(parts.get("for_each")):
            if "find" in asked or "without" in asked:
                parts["given"] = self._given(parts.get("given"), asked, place)
            else:
                parts["where"] = _joined(parts.get("where"), asked["where"])
        return replace(item, value=parts)

    def _given(self, given: Node | None, asked: Mapping[str, Node], place: Place) -> Node:
        """Return the ways to be given with what a concept asks in each of them."""
        if given is None:
            alone = Node(dict(asked), asked["means"].place, {})
            return Node([alone], alone.place, {})
        if not isinstance(given.value, list):
            return given
        return replace(given, value=[self._with(way, asked, place) for way in given.value])

    def _way(self, way: Node, key: str) -> Node:
        """Return an item of `key` with what the concepts ask that it looks for."""
        parts = dict(_members(way))
        if "without" in parts:
            parts["without"] = self._absence(parts["without"])
            way = replace(way, value=parts)
        for asked, place in self._asked_of(parts.get("find")):
            if key in SHORTFALLS and "without" in asked:
                message = f"a concept that is told by what is not there has no place under `{key}`"
                self._parts.fault(place, f"{message}: write what it means here")
            else:
                way = self._with(way, asked, place)
        return way

    def _absence(self, absence: Node) -> Node:
        for asked, place in self._asked_of(_members(absence).get("find")):
            if "without" in asked:
                message = (
                    "a concept that is told by what is not there cannot itself be looked for under"
                    " `without`: write what it means here"
                )
                self._parts.fault(place, message)
            else:
                absence = self._with(absence, asked, place)
        return absence

    def _with(self, way: Node, asked: Mapping[str, Node], place: Place) -> Node:
        """Return what is looked for, and beside it what a concept asks that is named at a place."""
        parts = dict(_members(way))
        if not parts:
            return way
        if "without" in parts and "without" in asked:
            message = (
                "`without` stands here and in a concept that is asked for, and only one can be"
                " asked: write what the concept means here"
            )
            self._parts.fault(place, message)
            return way
        last = next((kind for kind in LASTS if kind in parts), None)
        if last and "find" in asked:
            message = (
                f"`{last}` is the day of one row, and a concept that is asked for here looks for"
                " others beside its own: write what the concept means here"
            )
            self._parts.fault(place, message)
            return way
        if "find" in asked:
            parts["find"] = _together(parts.get("find"), asked["find"])
        if "where" in asked:
            parts["where"] = _joined(parts.get("where"), asked["where"])
        if "without" in asked:
            parts.setdefault("without", asked["without"])
        return replace(way, value=parts)

    def _asked_of(self, names: Node | None) -> Iterator[tuple[dict[str, Node], Place]]:
        """Yield what each concept asks that stands under some names, in words of this check.

        With it comes the place where the check names the concept.
        """
        for name, kind in _members(names).items():
            concept = self._asking.get(kind.value) if isinstance(kind.value, str) else None
            if concept and concept.further and self._has_parameters(concept, kind.place):
                nodes = concept.further.nodes
                found = [*_members(nodes.get("find"))]
                found += _members(_members(nodes.get("without")).get("find"))
                names_here = {concept.name: name, **{one: self._free(one) for one in found}}
                asked = {key: _renamed(node, names_here) for key, node in nodes.items()}
                yield asked, kind.place

    def _free(self, name: str) -> str:
        """Return a name for a found row that nothing here has."""
        number, free = 2, name
        while free in self._taken:
            free, number = f"{name[:36]}_{number}", number + 1
        self._taken.add(free)
        return free

    def _has_parameters(self, concept: Concept, place: Place) -> bool:
        """Say whether the page has the parameters that a concept asks by; tell it where not."""
        before = len(self._parts.errors)
        for name, unit in concept.further.parameters.items() if concept.further else ():
            own = _members(self._parameters.get(name)).get("unit")
            if name not in self._parameters:
                message = f"asks by the parameter `{name}`, which this page has not: give it one"
                self._parts.fault(place, f"`{concept.name}` {message} (unit: {unit})")
            elif own is not None and own.value != unit:
                message = f"asks by `{name}` in {unit}: here it has another unit"
                self._parts.fault(place, f"`{concept.name}` {message}")
        return len(self._parts.errors) == before


def _members(node: Node | None) -> Mapping[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _joined(first: Node | None, second: Node) -> Node:
    if first is None:
        return second
    return replace(first, value=[*first.value, *second.value]) if _is_list(first) else first


def _is_list(node: Node) -> bool:
    return isinstance(node.value, list)


def _together(first: Node | None, second: Node) -> Node:
    if first is None:
        return second
    together = {**_members(first), **_members(second)}
    return replace(first, value=together, keys={**second.keys, **first.keys})


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    """Return a part of a concept with other names for its rows; codes stay, being in quotes."""
    if isinstance(node.value, list):
        return replace(node, value=[_renamed(one, names) for one in node.value])
    if isinstance(node.value, dict):
        # Under `find` the keys are names of rows, and what stands there is a section.
        value = {
            names.get(key, key): one if key in names else _renamed(one, names)
            for key, one in node.value.items()
        }
        keys = {names.get(key, key): place for key, place in node.keys.items()}
        return replace(node, value=value, keys=keys)
    if not isinstance(node.value, str):
        return node
    any_name = "|".join(map(re.escape, names))
    text = re.sub(rf"(?<![\w.'\"])(?:{any_name})\b(?!['\"])", lambda at: names[at[0]], node.value)
    return replace(node, value=text, text_place=None)
