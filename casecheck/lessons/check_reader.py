"""Read the checks of a lesson: populations, what excludes them, what meets them, messages."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from itertools import product
from math import prod

from casecheck.lessons.alternative import Absence, Alternative, Once
from casecheck.lessons.check_marks import read_marks
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import (
    SHORTFALLS,
    Check,
    Concept,
    Message,
    Parameter,
    Population,
    Shortfall,
    ShortfallKind,
)
from casecheck.lessons.message_reader import read_message
from casecheck.lessons.nodes import Node, Place
from casecheck.lessons.own_day import OwnDay, in_force, own_day, refuse_unrequired
from casecheck.lessons.parts import CHECK_ID, Parts, keys_of_way, words_of
from casecheck.lessons.periods import Period
from casecheck.lessons.way_reader import (
    NOT_IN_A_SHORTFALL,
    last_kind,
    read_at_least,
    read_last,
    read_once,
    with_a_day,
)
from casecheck.record.model import FIELDS, FieldSpec

MAX_ALTERNATIVES = 30
"""The most items of `met_by`, `unless` or `given`: the engine has a rule for each, or more."""
MAX_PERIODS = 4
"""The most periods of one check in which different standards hold: with more, a row comes near the
64 tests that the engine can take of one fact (`docs/engine.md`, trap 15)."""
_POPULATION = (
    "for_each", "dated", "where", "given", "unless", "met_by", "once_per", *SHORTFALLS, "breach",
    "cannot_tell",
)  # fmt: skip


class CheckReader:
    """Reads the checks of one lesson."""

    def __init__(
        self,
        loader: Parts,
        parameters: Mapping[str, Parameter],
        concepts: Mapping[str, Concept],
        period: Period,
        lesson: str = "",
    ) -> None:
        self.loader = loader
        self.lesson = lesson
        self.parameters = parameters
        self.concepts = concepts
        self.period = period
        self.numbers = {name: parameter.value for name, parameter in parameters.items()}
        self.units = {name: parameter.unit for name, parameter in parameters.items()}
        self.used: set[str] = set()

    def _fields(self, kind: str) -> Mapping[str, FieldSpec]:
        return FIELDS[kind] if kind in FIELDS else self.concepts[kind].specs

    def check(self, node: Node) -> Check:
        """Return a check; raise `RulesError` where it cannot be read at all."""
        loader = self.loader
        optional = [*_POPULATION, "instances", "from", "until", "severity", "tags", "formerly"]
        parts = loader.members(node, "a check", ["id", "asks"], optional)
        identifier = loader.text(parts["id"], "id")
        if identifier and not CHECK_ID.fullmatch(identifier):
            loader.fault(parts["id"].place, "a check's id is like chair-agreement")
        whole = {key: parts[key] for key in _POPULATION if key in parts}
        populations: list[Population] = []
        if "instances" in parts:
            for key, item in whole.items():
                loader.fault(item.place, f"`{key}` belongs under each of `instances`")
            items = loader.items(parts["instances"], "instances")
        else:
            items = [Node(whole, node.place, {})]
        period = loader.period(parts)
        for part, item in enumerate(items):
            for numbers, days in self._standards(item, period):
                self.numbers = numbers
                population = loader.attempt(self.population, item, part, days)
                if population is None:
                    loader.unread |= words_of(item)
                else:
                    populations.append(population)
        asks = loader.text(parts["asks"], "asks")
        marks = read_marks(loader, parts, self.lesson, identifier)
        return Check(identifier, asks, tuple(populations), parts["id"].place, period, *marks)

    def _standards(self, node: Node, period: Period) -> list[tuple[dict[str, int], Period]]:
        """Return the numbers that one part of a check uses, and the days on which they hold.

        There are several where a parameter changes with time; days on which one of them has no
        value are in none.
        """
        days = period.meet(self.period)
        words = words_of(node)
        used = {
            name: parameter.standards
            for name, parameter in self.parameters.items()
            if name in words
        }
        if prod(map(len, used.values())) > MAX_PERIODS:
            message = f"more than {MAX_PERIODS} combinations of the values of these parameters"
            raise RulesError([node.place.error(message)])
        periods = []
        for chosen in product(*used.values()):
            together = days
            for standard in chosen:
                together = together and together.meet(standard.period)
            if together is not None:
                values = [standard.value for standard in chosen]
                numbers = {**self.numbers, **dict(zip(used, values, strict=True))}
                periods.append((numbers, together))
        if not periods:
            raise RulesError([node.place.error("on no day is all of this in force: see `from`")])
        return periods

    def population(self, node: Node, part: int, period: Period) -> Population:
        """Return the instances of one part of a check in a period in which its numbers hold."""
        loader = self.loader
        gaps, faults = loader.gaps, len(loader.errors)
        required = ["for_each", "met_by", "breach", "cannot_tell"]
        optional = ["dated", "where", "given", "unless", "once_per", *SHORTFALLS]
        parts = loader.members(node, "a check", required, optional)
        for_each = loader.bindings(parts["for_each"], "for_each", self.concepts)
        self._no_shadowing(parts["for_each"], for_each)
        scope = self._scope(for_each)
        where = loader.conditions(parts.get("where"), scope)
        self._note(where)
        place = parts["where"].place if "where" in parts else node.place
        own = where
        dated = own_day(loader, parts.get("dated"), scope)
        where += in_force(period, dated, for_each, place)
        # Conditions that cannot hold are told once, not again with each alternative.
        possible = loader.can_hold(where, place)
        ways: dict[str, tuple[Alternative, ...]] = {}
        for what in ("given", "unless", "met_by"):
            ways[what] = self._alternatives(parts.get(what), what, for_each, where, possible)
        asked = [where, *(one.conditions for all_of in ways.values() for one in all_of)]
        if loader.gaps == gaps:
            self._all_used(parts["for_each"], for_each, asked, "for_each")
        if len(loader.errors) == faults:  # else a condition that could not be read may ask for it
            refuse_unrequired(loader, parts.get("dated"), scope, own, ways["given"])
        breach, cannot_tell = (
            self._message(parts[what], scope) for what in ("breach", "cannot_tell")
        )
        if breach.parts and breach == cannot_tell:
            message = "`cannot_tell` says the same as `breach`: say what the record cannot tell"
            loader.fault(parts["cannot_tell"].place, message)
        return Population(
            for_each=for_each,
            where=where,
            given=ways["given"],
            unless=ways["unless"],
            met_by=ways["met_by"],
            breach=breach,
            cannot_tell=cannot_tell,
            part=part,
            period=period,
            shortfalls=self._shortfalls(parts, for_each),
            once=loader.attempt(self._once, parts, dated, scope) if "once_per" in parts else None,
        )

    def _once(self, parts: Mapping[str, Node], dated: OwnDay | None, scope: Scope) -> Once:
        once = read_once(self.loader, parts["once_per"], dated and dated[1], scope)
        self.used |= {once.parameter} - {""}
        return once

    def _shortfalls(
        self, parts: Mapping[str, Node], outer: Mapping[str, str]
    ) -> tuple[Shortfall, ...]:
        """Return what says how evidence falls short, in the order in which it is looked for."""
        shortfalls: list[Shortfall] = []
        places: dict[Hashable, Place] = {}
        for kind in SHORTFALLS:
            for item in self.loader.items(parts.get(kind), kind, MAX_ALTERNATIVES):
                shortfall = self.loader.attempt(self._shortfall, item, kind, outer)
                if shortfall is None:
                    self.loader.unread |= words_of(item)
                    continue
                shortfalls.append(shortfall)
                first = places.setdefault(shortfall.evidence.question, item.place)
                if first != item.place:
                    message = f"this asks the same as the item on line {first.line}"
                    self.loader.fault(item.place, f"{message}, which is looked for before it")
        return tuple(shortfalls)

    def _shortfall(self, node: Node, kind: ShortfallKind, outer: Mapping[str, str]) -> Shortfall:
        gaps = self.loader.gaps
        what = f"an item of {kind}"
        parts = self.loader.members(
            node, what, ["means", "where", "breach"], ["find"], NOT_IN_A_SHORTFALL
        )
        evidence = self._evidence(parts, outer, gaps)
        scope = self._scope({**outer, **evidence.find})
        return Shortfall(kind, evidence, self._message(parts["breach"], scope))

    def _message(self, node: Node, scope: Scope) -> Message:
        message, used = read_message(self.loader, node, scope)
        self.used |= used
        return message

    def _scope(self, bindings: Mapping[str, str]) -> Scope:
        groups = self.loader.codes_of_groups()
        return Scope(bindings, self._fields, self.numbers, self.units, groups)

    def _alternatives(
        self,
        node: Node | None,
        what: str,
        outer: Mapping[str, str],
        where: tuple[Condition, ...],
        possible: bool,
    ) -> tuple[Alternative, ...]:
        alternatives: list[Alternative] = []
        places: dict[Hashable, Place] = {}
        for item in self.loader.items(node, what, MAX_ALTERNATIVES):
            before = len(self.loader.errors)
            alternative = self.loader.attempt(self._alternative, item, what, outer, where, possible)
            if alternative is None:
                self.loader.unread |= words_of(item)
                continue
            alternatives.append(alternative)
            if len(self.loader.errors) > before:
                continue  # what could not be read of it may tell it from others
            first = places.setdefault(alternative.question, item.place)
            if first != item.place:
                message = f"this asks the same as the item of {what} on line {first.line}"
                self.loader.fault(item.place, f"{message}: remove one, or ask something else")
        return tuple(alternatives)

    def _alternative(
        self,
        node: Node,
        what: str,
        outer: Mapping[str, str],
        where: tuple[Condition, ...],
        possible: bool,
    ) -> Alternative:
        gaps = self.loader.gaps
        required, optional = keys_of_way(node)
        parts = self.loader.members(node, f"an item of {what}", required, optional)
        alternative = self._evidence(parts, outer, gaps)
        if possible:
            asked = (*where, *alternative.where)
            may_hold = "where" not in parts or self.loader.can_hold(asked, parts["where"].place)
            if may_hold and alternative.without:
                asked = (*where, *alternative.where, *alternative.without.where)
                may_hold = self.loader.can_hold(asked, parts["without"].place)
            if may_hold and alternative.last:
                asked = (*where, *alternative.where, *alternative.last.then)
                self.loader.can_hold(asked, parts.get("then", node).place)
        return alternative

    def _evidence(
        self, parts: Mapping[str, Node], outer: Mapping[str, str], gaps: int
    ) -> Alternative:
        """Return what is looked for beside the rows of `outer`; `gaps` are those before it."""
        loader = self.loader
        means = loader.text(parts["means"], "means")
        bindings: dict[str, str] = {}
        if "find" in parts:
            bindings = loader.bindings(parts["find"], "find", self.concepts)
            self._no_shadowing(parts["find"], bindings, outer)
        named = {**outer, **bindings}
        conditions = loader.conditions(parts.get("where"), self._scope(named))
        self._note(conditions)
        absence = None
        if "without" in parts:
            absence = loader.attempt(self._absence, parts["without"], named)
            loader.unread |= set() if absence else words_of(parts["without"])
        alternative = Alternative(means, bindings, conditions, absence)
        if "at_least" in parts:
            at_least = loader.attempt(read_at_least, parts["at_least"], self.numbers)
            self.used |= {at_least.parameter} - {""} if at_least else words_of(parts["at_least"])
            alternative = replace(alternative, at_least=at_least)
        if kind := last_kind(parts):
            scope = self._scope(named)
            last = loader.attempt(read_last, loader, parts, kind, bindings, scope)
            if last:
                self._note(last.then)
                where = with_a_day(conditions, last, parts[kind])
                alternative = replace(alternative, where=where, last=last)
        if bindings and loader.gaps == gaps:
            self._all_used(parts["find"], bindings, [alternative.conditions], "find")
        return alternative

    def _absence(self, node: Node, outer: Mapping[str, str]) -> Absence:
        """Return the rows of which none may be there beside those of `outer`."""
        loader = self.loader
        gaps = loader.gaps
        parts = loader.members(node, "without", ["find", "where"])
        bindings = loader.bindings(parts["find"], "find", self.concepts)
        self._no_shadowing(parts["find"], bindings, outer)
        conditions = loader.conditions(parts["where"], self._scope({**outer, **bindings}))
        self._note(conditions)
        if loader.gaps == gaps:
            self._all_used(parts["find"], bindings, [conditions], "find")
        return Absence(bindings, conditions)

    def _no_shadowing(
        self, node: Node, names: Mapping[str, str], outer: Mapping[str, str] | None = None
    ) -> None:
        for name in names:
            if name in self.numbers or name in (outer or {}):
                self.loader.fault(node.keys[name], f"`{name}` is a name in use: choose another")
                self.loader.unread.add(name)

    def _note(self, conditions: Iterable[Condition]) -> None:
        for condition in conditions:
            self.used |= condition.used

    def _all_used(
        self,
        node: Node,
        bindings: Mapping[str, str],
        asked: Iterable[tuple[Condition, ...]],
        what: str,
    ) -> None:
        used = {name for conditions in asked for one in conditions for name in one.used}
        for name in bindings:
            if name not in used | self.loader.unread:
                message = (
                    f"no condition uses `{name}`: remove it from {what}, or say how it matters"
                )
                self.loader.fault(node.keys[name], message)
