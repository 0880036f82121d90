"""Puts a lesson in words: what it asks, of whom, what meets it, by which numbers, with examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from casecheck.lessons.alternative import Alternative, AtLeast, Once
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_words import FUNCTIONS
from casecheck.lessons.lesson import (
    SHORTFALLS,
    Check,
    Concept,
    Further,
    Group,
    Lesson,
    Message,
    Parameter,
    Population,
    ShortfallKind,
)
from casecheck.lessons.periods import ALWAYS, Period, standards_in_words
from casecheck.record.model import FIELDS, FieldSpec
from casecheck.report.lessons.condition_in_words import ConditionInWords
from casecheck.results import MEDIUM
from casecheck.text.blocks import Block, Code, Heading, Item, PageFile, Paragraph, Words

CLOSING = (
    "A check says breach where what it asks for is surely not in the record, and cannot tell where "
    "the record is silent: a section that is not in the extract, or a fact that is not recorded, "
    "never passes. ",
    Code("today"),
    " is the day of the extract.",
)


_FALLS_SHORT: Mapping[ShortfallKind, str] = {
    "late": "where it is not met, told as late or too early by",
    "incomplete": "where it is not met, told as incomplete by",
}


class LessonWords:
    """Puts lessons in words; `concepts` are those that their pages share."""

    def __init__(
        self, concepts: Mapping[str, Concept], groups: Mapping[str, Group] = MappingProxyType({})
    ) -> None:
        self._concepts = concepts
        self._groups = groups

    def lesson(self, lesson: Lesson, checks: Sequence[Check]) -> Iterator[Block]:
        """A lesson, with those of its checks that were asked for; its examples are not in it."""
        yield Heading(f"{lesson.id} {lesson.title}", 1)
        yield Paragraph((lesson.source.cite,), aside=True)
        yield PageFile(lesson.file)
        yield Paragraph((lesson.asks,))
        if lesson.since_then:
            yield Paragraph((f"Since then: {lesson.since_then}",))
        if lesson.period != ALWAYS:
            yield Paragraph((f"The lesson is {_in_force(lesson.period)}.",))
        words = _CheckWords(self._concepts, lesson.parameters)
        for check in checks:
            yield from words.check(check)
        if lesson.parameters:
            yield Heading("Parameters", 2)
            for parameter in lesson.parameters.values():
                yield from _parameter(parameter)
        notions = [self._concepts[kind] for kind in _kinds(checks) if kind in self._concepts]
        named = _texts(checks, notions)
        groups = [one for name, one in self._groups.items() if re.search(rf"\b{name}\b", named)]
        if notions or groups:
            yield Heading("What is meant by", 2)
            for notion in notions:
                yield from _concept(notion, self._concepts)
            for group in groups:
                yield Item(0, (Code(group.name), f": one of {', '.join(group.codes)}"))
        yield from _functions(checks)
        yield Paragraph(CLOSING)


class _CheckWords:
    """Puts the checks of one lesson in words."""

    def __init__(
        self, concepts: Mapping[str, Concept], parameters: Mapping[str, Parameter]
    ) -> None:
        self._concepts = concepts
        self._parameters = parameters
        self._words = ConditionInWords(fields_of(concepts), numbers_of(parameters))

    def check(self, check: Check) -> Iterator[Block]:
        """One check: of whom it is asked, what leaves out, what meets it, and its sentences."""
        yield Heading(f"{check.id}: {check.asks}", 2)
        yield from _marks(check)
        if check.period != ALWAYS:
            yield Item(0, (f"The check is {_in_force(check.period)}.",))
        for part, populations in groupby(check.populations, lambda one: one.part):
            yield from self._part(list(populations), "and of each" if part else "asked of each")

    def _part(self, periods: Sequence[Population], heading: str) -> Iterator[Block]:
        """One part of a check, which differs between the periods by its standards alone."""
        population, *others = periods
        # With another standard a condition is another, but its text is the same.
        always = set.intersection(*({one.text for one in each.where} for each in periods))
        where = [one for one in population.where if one.text in always]
        yield Item(0, (f"{heading} ", *self._names(population.for_each), _which(where)))
        yield from self._conditions(1, where, population.for_each)
        if others:
            yield Item(0, ("by the standard of its own day, which is one of these",))
            for each in periods:
                of_period = [one for one in each.where if one.text not in always]
                yield from self._conditions(1, of_period, population.for_each)
        names = population.for_each
        if population.given:
            yield from self._ways("and there is", population.given, names)
        if population.unless:
            found = any(way.find for way in population.unless)
            left_out = f"left out where{' there is' if found else ''}"
            yield from self._ways(left_out, population.unless, names)
        yield from self._ways("met by", population.met_by, names)
        for kind in SHORTFALLS:
            shortfalls = [one for one in population.shortfalls if one.kind == kind]
            if shortfalls:
                evidence = [one.evidence for one in shortfalls]
                yield from self._ways(_FALLS_SHORT[kind], evidence, names)
                for one in shortfalls:
                    yield Item(1, (f"the breach then says: {_message(one.breach)}",))
        if population.once:
            yield Item(0, self._once(population.once))
        or_else = "a breach says" if not population.shortfalls else "any other breach says"
        yield Item(0, (f"{or_else}: {_message(population.breach)}",))
        yield Item(0, (f"cannot tell says: {_message(population.cannot_tell)}",))

    def _ways(
        self, heading: str, ways: Sequence[Alternative], outer: Mapping[str, str]
    ) -> Iterator[Block]:
        yield Item(0, (heading if len(ways) == 1 else f"{heading} any one of these",))
        for way in ways:
            yield Item(1, (way.means,), "way")
            if way.find:
                yield Item(2, (*self._names(way.find), _which(way.where)))
            found = {**outer, **way.find}
            yield from self._conditions(3 if way.find else 2, way.where, found)
            if way.without:
                names, where = self._names(way.without.find), way.without.where
                yield Item(2, ("and there is no ", *names, _which(where)))
                yield from self._conditions(3, where, {**found, **way.without.find})
            if way.at_least:
                yield Item(2, self._at_least(way.at_least, next(iter(way.find))))
            if way.last:
                name = Code(way.last.day.row.binding)
                day = Code(str(way.last.day))
                yield Item(2, ("and of these the ", name, f" with the {way.last.kind} ", day))
                yield from self._conditions(3, way.last.then, found)

    def _once(self, once: Once) -> Words:
        days = f"{once.days} days"
        if once.parameter:
            days = self._parameters[once.parameter].in_words
        same = Code(str(once.same))
        return ("told once in ", days, " after the first, for each ", same, ": by the gravest")

    def _at_least(self, number: AtLeast, name: str) -> Words:
        told = ""
        if number.parameter:
            told = f" ({self._parameters[number.parameter].in_words})"
        return ("and there are at least ", Code(str(number)), told, " of ", Code(name))

    def _conditions(
        self, depth: int, where: Iterable[Condition], names: Mapping[str, str]
    ) -> Iterator[Block]:
        """Conditions in words, and as they are written with the numbers of their parameters."""
        for one in where:
            used = [self._parameters[name] for name in sorted(one.used & self._parameters.keys())]
            told = "; ".join(f"{parameter.name}: {parameter.in_words}" for parameter in used)
            if len(used) == 1:
                told = used[0].in_words
            code = (Code(one.text), f" ({told})" if told else "")
            words = self._words.words(one.text, names)
            yield Item(depth, (f"{words}: ", *code) if words else code, "condition")

    def _names(self, names: Mapping[str, str]) -> Iterator[str | Code]:
        for number, (name, kind) in enumerate(names.items()):
            yield from (" and ", Code(name)) if number else (Code(name),)
            yield f" ({kind_in_words(kind) if kind in self._concepts else f'a row of {kind}'})"


def _marks(check: Check) -> Iterator[Block]:
    """What a check says of itself: how grave it is, its tags, and what it was called."""
    if check.severity != MEDIUM:
        yield Item(0, (f"severity: {check.severity}",))
    if check.tags:
        yield Item(0, (f"tags: {', '.join(check.tags)}",))
    if check.formerly:
        yield Item(0, (f"formerly called {', '.join(map(str, check.formerly))}",))


def conditions_in_words(lesson: Lesson, concepts: Mapping[str, Concept]) -> Mapping[str, str]:
    """Return the words for each condition that a lesson and its concepts ask, by its text.

    One whose words are not the same wherever it stands has none here.
    """
    in_words = ConditionInWords(fields_of(concepts), numbers_of(lesson.parameters))
    asked: list[tuple[Iterable[Condition], Mapping[str, str]]] = [
        (way.where, {way.binding: way.section}) for one in concepts.values() for way in one.rows
    ]
    for population in (one for check in lesson.checks for one in check.populations):
        asked.append((population.where, population.for_each))
        for way in population.ways:
            without = way.without.find if way.without else {}
            asked.append((way.conditions, {**population.for_each, **way.find, **without}))
    found: dict[str, set[str]] = {}
    for where, names in asked:
        for condition in where:
            words = in_words.words(condition.text, names)
            found.setdefault(condition.text, set()).add(words)
    return {text: words.pop() for text, words in found.items() if len(words) == 1}


def numbers_of(parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Return each parameter as it is in force: `28 days`."""
    return {name: standards_in_words(one.standards, one.unit) for name, one in parameters.items()}


def fields_of(concepts: Mapping[str, Concept]) -> Callable[[str], Mapping[str, FieldSpec]]:
    """Return what gives the fields of a section or a concept."""

    def fields(kind: str) -> Mapping[str, FieldSpec]:
        if kind in concepts:
            return concepts[kind].specs
        return FIELDS.get(kind, {})

    return fields


def kind_in_words(kind: str) -> str:
    """A concept's name with its article: `a neglect concern`."""
    words = kind.replace("_", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _in_force(period: Period) -> str:
    return f"in force {period}"


def _which(where: Sequence[Condition]) -> str:
    return " for which" if where else ""


def _message(message: Message) -> str:
    """A message with its slots, none of which is broken over lines at its signs."""
    slots = (part if isinstance(part, str) else f"{{{part}}}" for part in message.parts)
    return "".join(
        slot.replace(" - ", "-").replace(" + ", "+") if slot.startswith("{") else slot
        for slot in slots
    )


def _parameter(parameter: Parameter) -> Iterator[Block]:
    yield Item(0, (f"{parameter.name}: {parameter.in_words}",))
    yield Item(1, (parameter.basis,))


def _concept(concept: Concept, concepts: Mapping[str, Concept]) -> Iterator[Block]:
    in_words = ConditionInWords(fields_of(concepts), {})
    yield Item(0, (f"{kind_in_words(concept.name)}: {concept.means}",))
    for number, rows in enumerate(concept.rows):
        start = "or from " if number else "from "
        name: Words = (start, Code(rows.binding), f" (a row of {rows.section})")
        yield Item(1, (*name, _which(rows.where)))
        for one in rows.where:
            words = in_words.words(one.text, {rows.binding: rows.section})
            code = Code(one.text)
            yield Item(2, (f"{words}: ", code) if words else (code,), "condition")
        fields = [f"{field} is {path}" for field, path in rows.fields.items()]
        yield Item(2, ("; ".join(fields),), "aside")
    if concept.further:
        yield from _further(concept.name, concept.further, in_words)


def _further(name: str, further: Further, in_words: ConditionInWords) -> Iterator[Block]:
    """What a concept asks beside the rows that it comes from."""
    asked, absence = further.asked, further.asked.without
    names = {name: name, **asked.find}
    parts: list[tuple[str, Mapping[str, str], Sequence[Condition]]] = []
    if asked.find or asked.where:
        parts.append(("and beside it there is " if asked.find else "", asked.find, asked.where))
    if absence:
        parts.append(("and beside it there is no ", absence.find, absence.where))
    for start, found, where in parts:
        rows = [
            part
            for number, (row, section) in enumerate(found.items())
            for part in (" and " if number else "", Code(row), f" (a row of {section})")
        ]
        told = (start, *rows, _which(where)) if found else ("and for which",)
        yield Item(1, tuple(part for part in told if part))
        for one in where:
            words = in_words.words(one.text, {**names, **found})
            code = Code(one.text)
            yield Item(2, (f"{words}: ", code) if words else (code,), "condition")


def _functions(checks: Sequence[Check]) -> Iterator[Block]:
    """What the functions ask that the conditions of some checks call, for who signs them off."""
    text = _texts(checks, ())
    called = [told for name, told in FUNCTIONS.items() if re.search(rf"\b{name}\(", text)]
    if called:
        yield Heading("How to read the conditions", 2)
        for told in called:
            call, _, asks = told.partition(": ")
            yield Item(0, (Code(call), f": {asks}"))


def _texts(checks: Iterable[Check], concepts: Iterable[Concept]) -> str:
    """All conditions of some checks and concepts."""
    populations = [population for check in checks for population in check.populations]
    ways = [way for one in populations for way in one.ways]
    conditions = [*(one.where for one in populations), *(one.conditions for one in ways)]
    conditions += [way.where for concept in concepts for way in concept.rows]
    return " ".join(one.text for where in conditions for one in where)


def _kinds(checks: Iterable[Check]) -> Iterator[str]:
    """The sections and concepts that checks speak of, each once."""
    seen: dict[str, None] = {}
    for population in (one for check in checks for one in check.populations):
        for names in (population.for_each, *(one.rows for one in population.ways)):
            seen.update(dict.fromkeys(names.values()))
    return iter(seen)
