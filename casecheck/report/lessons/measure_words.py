"""Puts measures in words: what each asks, of whom, by which day, and what counts as met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from casecheck.lessons.lesson import Concept, Parameter
from casecheck.measures.measure import Asked, Measure
from casecheck.report.lessons.lesson_words import _CheckWords, _parameter, _which
from casecheck.text.blocks import Block, Code, Heading, Item, Paragraph, Table

_HOPED = {
    "up": "The response hopes that it rises.",
    "down": "The response hopes that it falls.",
    "none": "The response hopes for no direction.",
}
_KINDS = {
    "count": "A count",
    "share": "A share",
    "median_days": "A median of days",
    "entered": "Entered from another source",
    "lessons": "A share of the records of each stored run",
}


def measures_in_words(
    measures: Iterable[Measure], concepts: Mapping[str, Concept]
) -> Iterator[Block]:
    """Yield the words of all measures of a review."""
    every = list(measures)
    yield Heading("Measures", 1)
    yield Paragraph(("How the board will know: what is asked of all records for each period.",))
    yield Table(("measure", "asks"), tuple((one.id, one.title) for one in every))
    for one in every:
        yield from _measure(one, concepts)


def _measure(measure: Measure, concepts: Mapping[str, Concept]) -> Iterator[Block]:
    yield Heading(f"{measure.id} {measure.title}", 2)
    yield Paragraph((measure.asks,))
    by = ", of what is so on the last day of each period" if measure.by == "states" else ""
    unit = ", counting each person once a period" if measure.unit == "person" else ""
    yield Paragraph((f"{_KINDS[measure.kind]}{by}{unit}. {_HOPED[measure.hoped]}",))
    yield Paragraph((f"Answers: {', '.join(measure.answers)}. {measure.basis}",), aside=True)
    words = _MemberWords(concepts, measure.parameters)
    yield from words.members(measure.members)
    for apart in measure.apart:
        yield Item(0, (f"shown apart, {apart.means}:",))
        yield from words.members(apart.members, 1)
    for parameter in measure.parameters.values():
        yield from _parameter(parameter)
    if measure.is_asked:
        shown = [one.name for one in measure.examples]
        yield Item(0, (f"{len(shown)} examples, such as: {'; '.join(shown[:3])}",))


class _MemberWords(_CheckWords):
    """Puts the members of one measure in words."""

    def __init__(
        self, concepts: Mapping[str, Concept], parameters: Mapping[str, Parameter]
    ) -> None:
        super().__init__(concepts, parameters)

    def members(self, members: Iterable[Asked], depth: int = 0) -> Iterator[Block]:
        for one in members:
            for block in self._asked(one):
                if isinstance(block, Item):
                    yield Item(block.depth + depth, block.text, block.kind)

    def _asked(self, one: Asked) -> Iterator[Block]:
        population, names = one.population, one.population.for_each
        if one.check:
            yield Item(0, ("asked of whom the check ", Code(one.check), " asks, and met as it is"))
            yield from self._conditions(1, one.more, names)
        else:
            yield Item(0, ("asked of each ", *self._names(names), _which(population.where)))
            yield from self._conditions(1, population.where, names)
            if population.given:
                yield from self._ways("and there is", population.given, names)
            if population.unless:
                yield from self._ways("left out where there is", population.unless, names)
            if population.met_by:
                heading = "met where there is none of" if one.inverted else "met by"
                yield from self._ways(heading, population.met_by, names)
        for text in (condition.text for condition in one.surely):
            yield Item(0, ("only where it is sure: ", Code(text)), "condition")
        day, since = one.days
        if since:
            yield Item(0, ("days from ", Code(since), " to ", Code(day)))
        elif day:
            yield Item(0, ("counted in the period of ", Code(day)))
        if one.person is not None:
            yield Item(0, ("who is counted: ", Code(str(one.person))))
