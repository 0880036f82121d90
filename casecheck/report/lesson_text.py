"""Puts a lesson in words: what it asks, of whom, what meets it, and by which numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from casecheck.lessons.conditions import Condition
from casecheck.lessons.lesson import Alternative, Check, Concept, Lesson, Parameter, Population
from casecheck.report.page import Page

CLOSING = (
    "A check says breach where what it asks for is surely not in the record, and cannot tell where "
    "the record is silent: a section that is not in the extract, or a fact that is not recorded, "
    "never passes. `today` is the day of the extract."
)


class LessonText:
    """Lines that put lessons in words, on one page."""

    def __init__(self, page: Page, concepts: Mapping[str, Concept]) -> None:
        self._page = page
        self._concepts = concepts

    def lesson(self, lesson: Lesson, checks: Sequence[Check]) -> list[str]:
        """A lesson, with those of its checks that were asked for."""
        page = self._page
        lines = page.lines(f"{lesson.id} {lesson.title}", 0, 2, "heading")
        lines += page.lines(lesson.source.cite, 0, 2, "aside")
        lines += page.lines(f"Page: {lesson.file}", 0, 2, "aside")
        lines += ["", *page.lines(lesson.asks)]
        for check in checks:
            lines += ["", *self._check(check)]
        if lesson.parameters:
            lines += ["", *page.lines("Parameters", style="heading")]
            for parameter in lesson.parameters.values():
                lines += self._parameter(parameter)
        notions = [self._concepts[kind] for kind in _kinds(checks) if kind in self._concepts]
        if notions:
            lines += ["", *page.lines("What is meant by", style="heading")]
            lines += chain.from_iterable(map(self._concept, notions))
        return [*lines, "", *page.lines(CLOSING)]

    def _parameter(self, parameter: Parameter) -> list[str]:
        told = f"{parameter.name}: {parameter.value:,} {parameter.unit}"
        if parameter.value != parameter.shipped:
            told += f", set for this run (shipped: {parameter.shipped:,} {parameter.unit})"
        return [*self._page.lines(told, 2, 2), *self._page.lines(parameter.basis, 4)]

    def _check(self, check: Check) -> list[str]:
        lines = self._page.lines(f"{check.id}: {check.asks}", 0, 2, "heading")
        for number, population in enumerate(check.populations):
            lines += self._population(population, "and of each" if number else "asked of each")
        return lines

    def _population(self, population: Population, heading: str) -> list[str]:
        page = self._page
        which = " for which" if population.where else ""
        lines = page.lines(f"{heading} {self._names(population.for_each)}{which}", 2, 2)
        lines += self._conditions(population.where, 4)
        if population.given:
            lines += page.lines(_one_of("and there is", population.given), 2)
            lines += self._alternatives(population.given)
        if population.unless:
            lines += page.lines(_one_of("left out where there is", population.unless), 2)
            lines += self._alternatives(population.unless)
        lines += page.lines(_one_of("met by", population.met_by), 2)
        return lines + self._alternatives(population.met_by)

    def _alternatives(self, alternatives: Iterable[Alternative]) -> list[str]:
        lines = []
        for alternative in alternatives:
            lines += self._page.lines(f"- {alternative.means}", 4, 2)
            if alternative.find:
                lines += self._page.lines(f"{self._names(alternative.find)} for which", 6, 2)
                lines += self._conditions(alternative.where, 8)
            else:
                lines += self._conditions(alternative.where, 6)
        return lines

    def _conditions(self, where: Iterable[Condition], indent: int) -> list[str]:
        return list(chain.from_iterable(self._page.lines(one.text, indent, 2) for one in where))

    def _names(self, names: Mapping[str, str]) -> str:
        return " and ".join(f"`{name}` ({self._kind(kind)})" for name, kind in names.items())

    def _kind(self, kind: str) -> str:
        return kind_in_words(kind) if kind in self._concepts else f"a row of {kind}"

    def _concept(self, concept: Concept) -> list[str]:
        name = kind_in_words(concept.name)
        lines = self._page.lines(f"{name}: {concept.means}", 2, 2)
        for number, rows in enumerate(concept.rows):
            start = "or from" if number else "from"
            told = f"{start} `{rows.binding}` (a row of {rows.section})"
            lines += self._page.lines(told + (" for which" if rows.where else ""), 4, 2)
            lines += self._conditions(rows.where, 6)
            fields = [f"{field} is {path}" for field, path in rows.fields.items()]
            lines += self._page.lines("; ".join(fields), 6, 2, "aside")
        return lines


def kind_in_words(kind: str) -> str:
    """A concept's name with its article: `a neglect concern`."""
    words = kind.replace("_", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _one_of(heading: str, alternatives: Sequence[Alternative]) -> str:
    return heading if len(alternatives) == 1 else f"{heading} any one of these"


def _kinds(checks: Iterable[Check]) -> Iterator[str]:
    """The sections and concepts that checks speak of, each once."""
    seen: dict[str, None] = {}
    for population in chain.from_iterable(check.populations for check in checks):
        alternatives = (*population.given, *population.unless, *population.met_by)
        for names in (population.for_each, *(one.find for one in alternatives)):
            seen.update(dict.fromkeys(names.values()))
    return iter(seen)
