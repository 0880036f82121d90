"""Find what findings hang on that cannot be told, as an audit of many records must: quickly.

It says what `truth/hangs_on.py` says, the plain reading, and the tests hold it to that. Most of
what a check asks cannot be open in a record: the sections that it reads are there, and no row
leaves open a field that it reads. And most of what is open follows from the sections that the
extract lacks, so it is worked out once for all records that lack the same of what the check reads,
as a `_Plan`. Only what is left is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from casecheck.audit.condition_reads import Place, ReadNotes
from casecheck.audit.open_parts import Part, PartReader
from casecheck.engine.sources import Source
from casecheck.lessons.lesson import Concept, Population
from casecheck.lessons.needs import sections_passed
from casecheck.record.carried import Carried
from casecheck.record.coverage import PerhapsRow
from casecheck.results import Unknown
from casecheck.truth.hangs_on import HangsOn, in_order
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow
from casecheck.truth.plain_reading import Bound, PlainReading

Facts = Sequence[tuple[Source, KnownRow]]
Form = int
"""A number for what instances have in common of which each row comes from the same source, and is
there, or is not, or may be missing: quicker to look up than all that.
"""
MOST_PLANS = 1 << 12
"""So many plans of a population are kept; an extract has a few, unless each record is in part."""


_numbers = count()


def form_of(facts: Facts) -> Form:
    """Return the form of an instance of these facts: as long as it is remembered the same."""
    return _form(tuple([(source.number, row.data is None, row.perhaps) for source, row in facts]))


@lru_cache(maxsize=MOST_PLANS)
def _form(rows: tuple[tuple[int, bool, PerhapsRow | None], ...]) -> Form:
    del rows
    return next(_numbers)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be read of instances of one form, in records that carry the same.

    `always` is what they hang on whatever the rows say; `parts` are what may leave more open.
    `reads` are the fields that some part leaves open where a row does.
    """

    always: tuple[Unknown, ...]
    parts: tuple[Part, ...]
    reads: frozenset[Place]
    asked: bool


class UnknownFinder:
    """Names what instances of one population hang on that are neither met nor in breach."""

    def __init__(
        self, population: Population, concepts: Mapping[str, Concept], notes: ReadNotes
    ) -> None:
        self._population = population
        self._concepts = concepts
        self._plans: dict[tuple[bool, int, Form], _Plan] = {}
        self._worked_out: dict[tuple[bool, Carried, Form], _Plan] = {}
        self._notes = notes
        self._sections = sections_passed(population, concepts)

    def unknowns(
        self,
        form: Form,
        facts: Facts,
        known: Known,
        hangs_on: Callable[[], HangsOn],
        *,
        met: bool,
    ) -> tuple[Unknown, ...]:
        """Return what an instance hangs on, of the rows of these facts, in the order of pointers.

        `form` is theirs; `hangs_on` reads the record, where that must be. `met`: its evidence is
        there, and only whether it is asked for is open.
        """
        key = (met, known.carried, form)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            plan = self._plans[key] = self._plan_for(facts, form, known.record.carried, met=met)
        is_open = plan.reads & known.open_places if plan.reads else plan.reads
        if not (plan.asked or is_open):
            return plan.always
        rows = dict(zip(self._population.for_each, [row for _, row in facts], strict=True))
        left: list[Part] = []
        whole = not known.record.carried.absent
        for part in plan.parts:
            # Once something must be read a glance at the others would spare nothing; of a record
            # that lacks no section, where findings hang on fields, hardly ever anything.
            may_be_open = part.asked or not is_open.isdisjoint(part.fields)
            if may_be_open and (whole or left or not part.closed(rows, known)):
                left.append(part)
        if not left:
            return plan.always
        hangs = hangs_on()
        bound = self._bound(facts, hangs.reading)
        found = set(plan.always)
        for part in left:
            found.update(part.read(hangs, bound))
        return in_order(found)

    def _plan_for(self, facts: Facts, form: Form, carried: Carried, *, met: bool) -> _Plan:
        """Return a plan, worked out once for all that carry the same of what the check reads."""
        read = carried.of(self._sections)
        key = (met, read, form)
        if key not in self._worked_out:
            if len(self._worked_out) >= MOST_PLANS:
                self._worked_out.clear()
            self._worked_out[key] = self._plan(facts, read, met=met)
        return self._worked_out[key]

    def _bound(self, facts: Facts, reading: PlainReading) -> Bound:
        return {
            name: reading.candidate(kind, row, source.way)
            for (name, kind), (source, row) in zip(
                self._population.for_each.items(), facts, strict=True
            )
        }

    def _plan(self, facts: Facts, carried: Carried, *, met: bool) -> _Plan:
        reader = PartReader(self._population, self._concepts, facts, carried, self._notes)
        parts = list(reader.parts(met=met))
        always = in_order([*reader.own, *(one for part in parts for one in part.always)])
        named = {one.pointer for one in always}
        left = [part for one in parts if (part := one.without(named)) is not None]
        reads = frozenset[Place]().union(*[part.fields for part in left])
        return _Plan(always, tuple(left), reads, any(part.asked for part in left))
