"""Read who the members of a measure are: rows of its own, or those of which a lesson's check asks.

Conditions are those of lessons, read by the same reader; a measure of states may name `day`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from casecheck.lessons.check_reader import MAX_ALTERNATIVES, CheckReader
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_days import read_own_day
from casecheck.lessons.condition_shown import path_kind, read_path
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.errors import PageError, RulesError, did_you_mean
from casecheck.lessons.lesson import Check, Concept, Lesson, Message, Parameter, Population
from casecheck.lessons.nodes import Node
from casecheck.lessons.part_values import Chosen, Day
from casecheck.lessons.parts import Parts
from casecheck.lessons.periods import ALWAYS
from casecheck.lessons.terms import RowPath
from casecheck.measures.measure import Asked, By, Kind, Unit

_OWN = ("where", "given", "unless", "met_by", "met_unless")
_COUNTED = ("dated", "since", "person", "surely")
_CHECK = re.compile(r"([A-Z][A-Za-z0-9.-]*) ([a-z][a-z0-9-]*)", re.ASCII)
_NOTHING = Message(())


class CheckMissing(Exception):  # noqa: N818 - names it
    """A measure asks for a check that is not among the rules: it cannot be asked of these."""


class MemberReader(CheckReader):
    """Reads the members of one measure. `lessons` are those in force, by their ids."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a measure is made of
        self,
        loader: Parts,
        parameters: Mapping[str, Parameter],
        concepts: Mapping[str, Concept],
        lessons: Mapping[str, Lesson],
        kind: Kind,
        by: By,
        unit: Unit,
    ) -> None:
        super().__init__(loader, parameters, concepts, ALWAYS)
        self._lessons = lessons
        self._kind, self._by, self._unit = kind, by, unit

    def members(self, node: Node, what: str) -> tuple[Asked, ...]:
        """Return the members that a list says, those of one item after the other's."""
        found: list[Asked] = []
        for number, item in enumerate(self.loader.items(node, what, MAX_ALTERNATIVES)):
            asked = self.loader.attempt(self._item, item)
            found += [replace(one, item=number) for one in asked or ()]
        return tuple(found)

    def _item(self, node: Node) -> list[Asked]:
        if isinstance(node.value, dict) and "checks" in node.value:
            return self._of_checks(node)
        parts = self.loader.members(node, "an item of members", ["for_each"], [*_OWN, *_COUNTED])
        for_each = self.loader.bindings(parts["for_each"], "for_each", self.concepts)
        self._no_shadowing(parts["for_each"], for_each)
        inverted = "met_unless" in parts
        if inverted and "met_by" in parts:
            message = "`met_by` and `met_unless` stand beside each other: write one of them"
            self.loader.fault(parts["met_unless"].place, message)
        self._refuse_evidence(parts, node)
        evidence = "met_unless" if inverted else "met_by"
        population, surely = self._population(parts, for_each, evidence, node)
        asked = self._asked(parts, node, population, surely, self._scope(for_each))
        return [replace(asked, inverted=inverted)]

    def _refuse_evidence(self, parts: Mapping[str, Node], node: Node) -> None:
        """Say where evidence is wanting, or is not counted."""
        given = [parts[key] for key in ("met_by", "met_unless") if key in parts]
        if self._kind == "share" and not given:
            self.loader.gaps += 1
            self.loader.fault(node.place, "a share needs `met_by`, or `met_unless`")
        elif self._kind != "share" and given:
            message = f"a measure of kind {self._kind} counts no evidence: leave this out"
            self.loader.fault(given[0].place, message)

    def _population(
        self, parts: Mapping[str, Node], for_each: Mapping[str, str], evidence: str, node: Node
    ) -> tuple[Population, tuple[Condition, ...]]:
        loader, gaps = self.loader, self.loader.gaps
        scope = self._scope(for_each)
        own = loader.conditions(parts.get("where"), scope)
        surely = loader.conditions(parts.get("surely"), scope)
        where = (*own, *surely)
        self._note(where)
        place = parts["where"].place if "where" in parts else node.place
        possible = loader.can_hold(where, place)
        given, unless, met_by = (
            self._alternatives(parts.get(key), key, for_each, where, possible)
            for key in ("given", "unless", evidence)
        )
        ways = [one.conditions for all_of in (given, unless, met_by) for one in all_of]
        named = [
            self.loader.text(parts[key], key)
            for key in ("dated", "since", "person")
            if key in parts
        ]
        used = {word for text in named for word in re.findall(r"\w+", text)}
        unused = {name: kind for name, kind in for_each.items() if name not in used}
        if loader.gaps == gaps and unused:
            self._all_used(parts["for_each"], unused, [where, *ways], "for_each")
        return Population(for_each, where, given, unless, met_by, _NOTHING, _NOTHING), surely

    def _of_checks(self, node: Node) -> list[Asked]:
        """Return the instances of lessons' checks, perhaps with conditions beside theirs."""
        parts = self.loader.members(
            node, "an item of members", ["checks"], ["where", "given", *_COUNTED]
        )
        if self._kind != "share":
            message = "members of a lesson's check are counted as a share of those that meet it"
            raise RulesError([node.place.error(message)])
        found: list[Asked] = []
        for number, item in enumerate(self.loader.items(parts["checks"], "checks")):
            lesson, check = self._check(item)
            numbers = {name: one.value for name, one in lesson.parameters.items()}
            for population in check.populations:
                asked = self._of_check(parts, node, population, numbers)
                text = self.loader.text(item, "a check")
                found.append(replace(asked, joined=number, check=text))
        return found

    def _check(self, node: Node) -> tuple[Lesson, Check]:
        text = self.loader.text(node, "a check")
        named = _CHECK.fullmatch(text)
        if named is None:
            raise RulesError([node.place.error("a check is named as in `P1.1 chair-agreement`")])
        lesson = self._lessons.get(named[1])
        checks = {one.id: one for one in lesson.checks} if lesson else {}
        if lesson is None or named[2] not in checks:
            raise CheckMissing(text)
        return lesson, checks[named[2]]

    def _of_check(
        self,
        parts: Mapping[str, Node],
        node: Node,
        population: Population,
        numbers: Mapping[str, int],
    ) -> Asked:
        """Return a population of a check; conditions may use its lesson's numbers, and its own."""
        scope = self._scope(population.for_each)
        scope = replace(scope, numbers={**numbers, **scope.numbers})
        surely = self.loader.conditions(parts.get("surely"), scope)
        more = (*self.loader.conditions(parts.get("where"), scope), *surely)
        self._note(more)
        where = (*population.where, *more)
        if more:
            self.loader.can_hold(where, parts.get("where", node).place)
        given = population.given
        if "given" in parts:
            if given:
                message = "the check has a `given` of its own: say this under `where`"
                raise RulesError([parts["given"].place.error(message)])
            names = population.for_each
            given = self._alternatives(parts["given"], "given", names, where, possible=True)
        whole = replace(population, where=where, given=given, shortfalls=(), once=None)
        return replace(self._asked(parts, node, whole, surely, scope), more=more)

    def _asked(
        self,
        parts: Mapping[str, Node],
        node: Node,
        population: Population,
        surely: tuple[Condition, ...],
        scope: Scope,
    ) -> Asked:
        """Return how the instances of a population are counted."""
        self._refuse_uncounted(parts, node)
        since = self._day(parts, "since", scope)
        if isinstance(since, Chosen):
            self.loader.fault(parts["since"].place, "`since` is one day: name it alone")
            since = None
        return Asked(
            population,
            self._day(parts, "dated", scope),
            self._person(parts, scope),
            surely,
            since,
            days=(self._text_of(parts, "dated"), self._text_of(parts, "since")),
        )

    def _text_of(self, parts: Mapping[str, Node], key: str) -> str:
        return self.loader.text(parts[key], key) if key in parts else ""

    def _refuse_uncounted(self, parts: Mapping[str, Node], node: Node) -> None:
        """Say which of the keys that tell how members are counted is wanting, or too many."""
        wanted = {
            "dated": self._by == "events",
            "since": self._kind == "median_days",
            "person": self._unit == "person",
        }
        why = {
            "dated": "a measure of events has, and one of states has not",
            "since": "a measure of kind median_days has, and no other",
            "person": "a measure with `unit: person` has, and no other",
        }
        for key, is_wanted in wanted.items():
            if is_wanted and key not in parts:
                self.loader.gaps += 1
                self.loader.fault(node.place, f"an item of members lacks `{key}`, which {why[key]}")
            elif key in parts and not is_wanted:
                self.loader.fault(parts[key].place, f"`{key}` is what {why[key]}: leave it out")

    def _day(self, parts: Mapping[str, Node], key: str, scope: Scope) -> Day | Chosen | None:
        if key not in parts:
            return None
        text = self.loader.text(parts[key], key)
        place = parts[key].text_place or parts[key].place
        found = self.loader.attempt(read_own_day, text, place, scope) if text else None
        if found is None:
            return None
        self.used |= found[1]
        return found[0]

    def _person(self, parts: Mapping[str, Node], scope: Scope) -> RowPath | None:
        if "person" not in parts:
            return None
        node = parts["person"]
        path = read_path(self.loader.text(node, "person"), node.text_place or node.place, scope)
        if isinstance(path, PageError):
            raise RulesError([path])
        if not isinstance(path, RowPath) or path_kind(path, scope) != "people":
            hint = did_you_mean(str(path), scope.bindings)
            raise RulesError([node.place.error(f"`person` names a row of people: {hint}")])
        return path

    def _scope(self, bindings: Mapping[str, str]) -> Scope:
        return replace(super()._scope(bindings), day=self._by == "states")
