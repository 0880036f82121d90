"""What an outcome hangs on where it cannot be told: each unknown that matters, and why it is one.

Of a condition that is unknown by Kleene's logic those parts matter that are unknown themselves: a
part that is true, or false, settles nothing that is left open. Of a test, both its sides matter. A
row that is not there reads through sections that may be missing in their turn: those are named too,
so that whoever supplies what is named need hardly ask twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from casecheck.lessons.alternative import Alternative, LastRow
from casecheck.lessons.check_reads import looked_for
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Population
from casecheck.lessons.terms import (
    Base,
    Birthday,
    Calendar,
    CodeOf,
    DayKnown,
    DayOf,
    Distinct,
    FactTest,
    Field,
    Identity,
    OpenedOn,
    Quantity,
    RowPath,
    Test,
    Whose,
    WorkingDay,
    Zero,
)
from casecheck.record.codes import ANY_CATEGORY
from casecheck.record.model import FIELDS, OWN_DAYS, FieldSpec
from casecheck.record.values import UNKNOWN_WORD, DayRange
from casecheck.results import Reason, Unknown
from casecheck.truth.kleene import Truth, all_of
from casecheck.truth.known_row import UNKNOWN, KnownRow
from casecheck.truth.plain_reading import Bound, Candidate, PlainReading, to_row

Found = Iterator[Unknown]
Rows = Mapping[str, KnownRow]
_SUBJECT = FIELDS["meetings"]["subject"]
_BORN = FIELDS["people"]["born"]


MOST_OF_A_SECTION = 20
"""So many places of one section are named one by one."""


class HangsOn:
    """Names what outcomes of one record hang on, by a reading of it."""

    def __init__(self, reading: PlainReading) -> None:
        self.reading = reading
        self.known = reading.known

    # --- an instance ---

    def unknowns(self, population: Population, bound: Bound) -> tuple[Unknown, ...]:
        """Return what leaves an instance open, in the order of their pointers.

        Nothing for an instance that is surely met, or surely in breach.
        """
        return in_order(self._of_instance(population, bound))

    def _of_instance(self, population: Population, bound: Bound) -> Found:
        yield from self.of_asking(bound.values())
        yield from self.of_rows(bound.values())
        yield from self.of_conditions(population.where, bound)
        if population.given:
            yield from self.of_any(population.given, bound)
        yield from self.of_any(population.unless, bound)
        yield from self.of_any(population.met_by, bound)

    def of_asking(self, candidates: Iterable[Candidate]) -> Found:
        """Yield the days that leave open whether a check asks about rows."""
        for candidate in candidates:
            row = candidate.row
            if self.known.asked_about(row) is None:
                yield Unknown(f"{row.pointer}/{OWN_DAYS[row.section].name}", "perhaps_asked")

    # --- rows that are looked for ---

    def of_any(self, alternatives: Sequence[Alternative], bound: Bound) -> Found:
        """Yield what leaves open whether one of some alternatives holds."""
        if self.reading.any_of(alternatives, bound) is None:
            for one in alternatives:
                yield from self.of_alternative(one, bound)

    def of_alternative(self, one: Alternative, bound: Bound) -> Found:
        """Yield what leaves open whether there are the rows that are looked for.

        Where that is more than `MOST_OF_A_SECTION` rows of one section, all that is open of what is
        read is named by its sections: nobody looks up so many, and a large family has thousands.
        """
        found: set[Unknown] = set()
        of_section: Counter[str] = Counter()
        for unknown in self._each_of_alternative(one, bound):
            if unknown in found:
                continue
            found.add(unknown)
            _, section, *place = unknown.pointer.split("/")
            of_section[section] += bool(place)
            if of_section[section] > MOST_OF_A_SECTION:
                yield from self.by_sections(one, bound)
                return
        yield from found

    def _each_of_alternative(self, one: Alternative, bound: Bound) -> Found:
        """Yield the same one by one; the alternative surely does not hold."""
        if not one.is_plain and self.reading.holds(one, bound) is not None:
            return
        if one.last:
            yield from self._of_last(one, one.last, bound)
            return
        for rows, truth in self.reading.combinations(one.find, one.where, bound):
            yield from self._of_found(one, rows, truth)
        for rows in self.reading.left_open(one.find, one.where, bound):
            yield from self._of_combination(one.find, one.where, rows)

    def by_sections(self, one: Alternative, bound: Bound) -> Iterable[Unknown]:
        """Return the sections of which something is open that is read in looking for rows."""
        return self._by_sections(one, bound)

    def _by_sections(self, one: Alternative, bound: Bound) -> Found:
        own = {name: candidate.kind for name, candidate in bound.items()}
        reads = looked_for(one.rows, one.reads, own, self.reading.concepts)
        for part in reads.every:
            for section in (*part.sections, *part.instead):
                yield from self._missing(KnownRow(section, None, None, None))
            for section, name in part.fields:
                yield from self._open_in(section, name)

    def _open_in(self, section: str, name: str) -> Found:
        """Yield why a field is open in some row of a section, as of the section."""
        spec = FIELDS[section][name]
        for row in self.known.rows(section):
            value = None if row.data is None else row.value(spec)
            if row.data is not None and not _is_settled(value, spec):
                for unknown in self._silent(row, spec):
                    yield Unknown(f"/{section}", unknown.reason)

    def _of_found(self, one: Alternative, rows: Bound, truth: Truth) -> Found:
        """Yield what leaves open whether rows are what is looked for."""
        absence = one.without
        if absence is not None:
            beside = list(self.reading.looked_for(absence.find, absence.where, rows))
            if any(there for _, there in beside):
                return
            for others, there in beside:
                if there is None:
                    yield from self._of_combination(absence.find, absence.where, others)
        if truth is None:
            yield from self._of_combination(one.find, one.where, rows)

    def _of_last(self, one: Alternative, last: LastRow, bound: Bound) -> Found:
        """Yield what leaves open which row is the last, or what holds of it."""
        found = list(self.reading.found(one, bound))
        perhaps = self.reading.may_be_last(last, found)
        for rows, truth in perhaps:
            yield from self._of_found(one, rows, truth)
            if self.reading.all_of(last.then, rows) is None:
                yield from self.of_conditions(last.then, rows)
            if len(perhaps) > 1:
                # Also of two rows of one day: which of them came last is not recorded.
                yield from self._field_in(last.day, rows)

    def _of_combination(
        self, names: Iterable[str], where: Sequence[Condition], rows: Bound
    ) -> Found:
        yield from self.of_rows(rows[name] for name in names)
        yield from self.of_conditions(where, rows)

    def of_rows(self, candidates: Iterable[Candidate]) -> Found:
        """Yield what leaves open whether rows are there, and of the kind asked for."""
        for candidate in candidates:
            if candidate.there is not None:
                continue
            if candidate.row.data is None:
                yield from self._missing(candidate.row)
            if candidate.source is not None:
                source = candidate.source
                row = self.reading.candidate(source.section, candidate.row, None)
                own = {source.binding: row}
                yield from self.of_conditions(source.where, own)

    # --- conditions ---

    def of_conditions(self, conditions: Iterable[Condition], bound: Bound) -> Found:
        """Yield what leaves open those of some conditions that are unknown."""
        for condition in conditions:
            yield from self.of_condition(condition, bound)

    def of_condition(self, condition: Condition, bound: Bound) -> Iterable[Unknown]:
        """Yield what leaves a condition open, if it is unknown."""
        if self.reading.truth(condition, bound) is None:
            for tests in condition.alternatives:
                truths = [self.reading.test(test, bound) for test in tests]
                if all_of(truths) is None:
                    for test, truth in zip(tests, truths, strict=True):
                        if truth is None:
                            yield from self._of_test(test, bound)

    def _of_test(self, test: Test, bound: Bound) -> Found:
        own, rows = self.reading.on_rows(test, bound)
        if isinstance(own, FactTest):
            field = own.fact.field
            yield from self._field(field.row, field.spec, rows)
            return
        left, right = (list(self._of_quantity(side, rows)) for side in (own.left, own.right))
        # No record tells a birth better than by its month: only where nothing else is open.
        if right and all(map(self._is_month, left)):
            left = []
        if left and all(map(self._is_month, right)):
            right = []
        yield from left
        yield from right

    def _is_month(self, unknown: Unknown) -> bool:
        section, _, place = unknown.pointer[1:].partition("/")
        index, _, name = place.partition("/")
        if section != "people" or name != "born":
            return False
        born = (self.known.record.sections[section] or ())[int(index)].get(name)
        return born is not None and len(born) > len("2008")

    def _of_quantity(self, quantity: Quantity, rows: Rows) -> Found:
        bounds = self.known.bounds(quantity, rows)
        if bounds is not None and bounds[0] != bounds[1]:
            yield from self._of_base(quantity.base, rows)

    def _of_base(self, base: Base, rows: Rows) -> Found:
        match base:
            case Zero() | Calendar():
                return
            case OpenedOn():
                yield Unknown("/opened_on", "not_recorded")
            case DayOf(field=field) | Distinct(field=field) | CodeOf(field=field):
                yield from self._field(field.row, field.spec, rows)
            case DayKnown(event=event, own=own):
                yield from self._known_day(event, own, rows)
            case Birthday(person=row):
                yield from self._field(row, _BORN, rows)
            case Identity(row=row):
                yield from self._field(row, None, rows)
            case Whose(meeting=row):
                yield from self._whose(row, rows)
            case WorkingDay(day=day):
                yield from self._of_base(day.base, rows)

    def _known_day(self, event: Field, own: Field, rows: Rows) -> Found:
        value = self.known.field(event, rows)
        if value is not None:
            yield from self._field(event.row, event.spec, rows)
        if value is None or value is UNKNOWN:
            bounds = self.known.bounds(Quantity(DayOf(own)), rows)
            if bounds and bounds[0] != bounds[1]:
                yield from self._field(own.row, own.spec, rows)

    def _whose(self, path: RowPath, rows: Rows) -> Found:
        meeting = self.known.row(path, rows)
        if meeting is not None and meeting.value(_SUBJECT) is UNKNOWN:
            yield from self._field(path, _SUBJECT, rows)
            plan = RowPath(path.binding, (*path.references, "plan"))
            yield from self._field(plan, FIELDS["plans"]["subject"], rows)

    # --- fields ---

    def _field_in(self, field: Field, bound: Bound) -> Found:
        name = field.row.binding
        candidate = bound[name]
        own = to_row(name, candidate).field(field)
        yield from self._field(own.row, own.spec, {name: candidate.row})

    def _field(self, path: RowPath, spec: FieldSpec | None, rows: Rows) -> Found:
        """Yield what leaves a field open; without a field, to which row a path leads."""
        row = rows[path.binding]
        is_there, leads_to_any = row.data is not None, False
        for reference in path.references:
            link = FIELDS[row.section][reference]
            if row.value(link) is UNKNOWN:
                yield from self._silent(row, link)
                leads_to_any = is_there
            reached = self.known.follow(row, (reference,))
            assert reached is not None  # what may be no row is not followed
            row = reached
        if spec is not None:
            yield from self._silent(row, spec)
            if leads_to_any:
                yield from self._of_any_row(row.section, spec)
        elif not path.references:
            yield from self._missing(row)

    def _of_any_row(self, section: str, spec: FieldSpec) -> Found:
        """Yield what leaves a field open in any row: whichever a row that is there may lead to.

        Of many such rows the section is named, as where rows are looked for.
        """
        every = [row for row in self.known.rows(section) if row.data is not None]
        is_open = [row for row in every if not _is_told(row.value(spec))]
        if len(is_open) > MOST_OF_A_SECTION:
            yield from self._open_in(section, spec.name)
            return
        for row in is_open:
            yield from self._silent(row, spec)

    def _silent(self, row: KnownRow, spec: FieldSpec) -> Found:
        """Yield why a row does not tell a field, or does not tell it well enough."""
        if row.data is None:
            yield from self._missing(row)
            return
        reason: Reason = "not_recorded"
        if spec.name in row.unknown:
            reason = "contradictory"
        elif (
            row.data.get(spec.name) in (None, UNKNOWN_WORD)
            and (row.section, spec.name) in row.not_carried
        ):
            reason = "partly_in_extract"
        yield Unknown(f"{row.pointer}/{spec.name}", reason)

    def _missing(self, row: KnownRow) -> Found:
        """Yield why a row is not there: nothing where its section is whole; what led to it is."""
        record = self.known.record
        if record.sections[row.section] is None:
            yield Unknown(f"/{row.section}", "not_in_extract")
        elif row.section in record.perhaps:
            yield Unknown(f"/{row.section}", "partly_in_extract")


def _is_told(value: object) -> bool:
    """Say whether a field holds as much as most rows tell: of a birth its month."""
    if isinstance(value, str) and value.isdigit() and len(value) == len("2008"):
        return False
    return value is not UNKNOWN and not isinstance(value, DayRange) and value != ANY_CATEGORY


def _is_settled(value: object, spec: FieldSpec) -> bool:
    """Say whether a field holds all that can be told of it."""
    if value is UNKNOWN or isinstance(value, DayRange) or value == ANY_CATEGORY:
        return False
    return spec.name != "born" and not (isinstance(value, list) and UNKNOWN_WORD in value)


def in_order(unknowns: Iterable[Unknown]) -> tuple[Unknown, ...]:
    """Return each unknown once, by its pointer.

    What is open for another reason too is not open only because it is perhaps asked about.
    """
    found = set(unknowns)
    told = {one.pointer for one in found if one.reason != "perhaps_asked"}
    left = (one for one in found if one.reason != "perhaps_asked" or one.pointer not in told)
    return tuple(sorted(left))
