"""Put a finding's message in words: every path to what it shows is worked out beforehand.

An instance's rows are facts, each from one of the sources of its kind (`facts.py`); a row that was
looked for stands beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from casecheck.engine.properties import SELF
from casecheck.engine.sources import Source
from casecheck.lessons.lesson import Message
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import DayOf, Field, Quantity, RowPath, Shown, bindings_of_base
from casecheck.record.model import FieldSpec
from casecheck.record.values import DayRange
from casecheck.truth.bounds import UNKNOWN_BOUNDS, Bounds, moved
from casecheck.truth.known import Known
from casecheck.truth.known_row import UNKNOWN, KnownRow
from casecheck.truth.shown_values import NOT_RECORDED, show_row, show_worked_out

NO_SOURCE = -1
"""In place of a source's number: the row is one of a section, and was looked for as such."""

NOT_IN_EXTRACT = "(not in the extract)"
"""In place of what would be told of a row that the extract may lack."""
CONTRADICTED = "(recorded, and contradicted)"
"""In place of a day that another one denies: which of the two is right is for the file to tell."""

Told = tuple[int, KnownRow]
"""A row that a message may show, and the number of the source that it came from."""


ReadBounds = Callable[[KnownRow, Known], Bounds | None]
"""What reads a quantity of one row, as `Known.bounds` does."""


def bounds_reader(quantity: Quantity, name: str = SELF) -> ReadBounds:
    """Return what reads a quantity of the row `name`: quickly, where it is a day of that row."""
    base, plus = quantity.base, quantity.plus
    if not isinstance(base, DayOf) or base.field.row.references:
        return lambda row, known: known.bounds(quantity, {name: row})
    spec, or_today = base.field.spec, base.or_today
    none = (plus, plus) if or_today else None

    def read(row: KnownRow, known: Known) -> Bounds | None:
        value = row.value(spec)
        if value is None:
            return none
        if value is UNKNOWN:
            return UNKNOWN_BOUNDS
        first, last = known.bounds_of_day(value)
        if or_today:
            # Of a case that was closed an event may be later than today.
            first, last = min(first, 0), min(last, 0)
        return moved(first, plus), moved(last, plus)

    return read


class _Slot(NamedTuple):
    """A row or field in a message.

    `place` is its row's among those told; `paths` says, for each source that the row may come from,
    the references to the row to show, and the field of it, or None for its id.
    """

    place: int
    paths: Mapping[int, tuple[tuple[str, ...], FieldSpec | None]]


class _WorkedOut(NamedTuple):
    """What a message works out: of each quantity the place of its row, and how it is read there."""

    shown: Shown
    quantities: Sequence[tuple[int, Mapping[int, ReadBounds]]]

    def bounds(self, told: Sequence[Told], known: Known) -> list[Bounds | None]:
        """Return what each quantity comes to."""
        return [own[told[place][0]](told[place][1], known) for place, own in self.quantities]


class PreparedMessage:
    """A message, and the path of each of its slots from every source that its row may come from.

    `names` are the names of the rows that it may show, in their order, and the kind of each; those
    of `found` are the rows of sections that were looked for.
    """

    def __init__(
        self,
        message: Message,
        names: Mapping[str, str],
        sources: Sequence[Source],
        found: Sequence[str] = (),
    ) -> None:
        self._names = list(names)
        self._own = {
            name: {NO_SOURCE: Substitution(name, SELF)}
            if name in found
            else {one.number: one.own(name) for one in sources if one.kind.name == kind}
            for name, kind in names.items()
        }
        self._parts: list[str | _Slot | _WorkedOut] = []
        for part in message.parts:
            if isinstance(part, Shown):
                quantities = [self._quantity(one) for one in part.quantities]
                self._parts.append(_WorkedOut(part, quantities))
            else:
                self._parts.append(part if isinstance(part, str) else self._slot(part))
        self._spans = [
            part
            for part in self._parts
            if isinstance(part, _WorkedOut) and part.shown.what in ("days", "working days")
        ]

    @property
    def is_of_rows(self) -> bool:
        """Whether it shows rows and their fields alone, and nothing worked out of days."""
        return not any(isinstance(part, _WorkedOut) for part in self._parts)

    def _slot(self, shown: RowPath | Field) -> _Slot:
        name = shown.binding if isinstance(shown, RowPath) else shown.row.binding
        own = self._own[name]
        return _Slot(self._names.index(name), {at: _path(shown, to) for at, to in own.items()})

    def _quantity(self, quantity: Quantity) -> tuple[int, Mapping[int, ReadBounds]]:
        # Today and numbers are no row's: they are told of the first, as of any.
        name = next(iter(bindings_of_base(quantity.base)), self._names[0])
        own = self._own[name]
        return self._names.index(name), {
            at: bounds_reader(to.quantity(quantity)) for at, to in own.items()
        }

    def reads(self, quantity: Quantity) -> Callable[[Sequence[Told], Known], Bounds | None]:
        """Return what reads a quantity of some rows, as the message would show it."""
        place, by_source = self._quantity(quantity)
        return lambda told, known: by_source[told[place][0]](told[place][1], known)

    def worded(self, told: Sequence[Told], known: Known) -> str:
        """Return the message of some rows."""
        words = []
        for part in self._parts:
            if isinstance(part, str):
                words.append(part)
            elif isinstance(part, _Slot):
                source, bound = told[part.place]
                references, spec = part.paths[source]
                row = known.follow(bound, references) if references else bound
                words.append(_why_not(bound, row, spec) or show_row(row, spec))
            else:
                shown = show_worked_out(part.shown, part.bounds(told, known), known.today)
                of = [told[place][1] for place, _ in part.quantities]
                absent = shown == NOT_RECORDED and any(row.data is None for row in of)
                words.append(NOT_IN_EXTRACT if absent else shown)
        return "".join(words)

    def distances(self, told: Sequence[Told], known: Known) -> list[int]:
        """Return the times between two days that the message of some rows shows."""
        far = []
        for part in self._spans:
            first, last = part.bounds(told, known)
            far.append(abs(last[0] - first[0]) if first and last else 0)
        return far


def _why_not(bound: KnownRow, row: KnownRow | None, spec: FieldSpec | None) -> str:
    """Say why a fact cannot be shown that is not simply left blank; else return "".

    The row may be one that the extract lacks, and a day may be recorded and contradict another.
    """
    if bound.data is None:
        return NOT_IN_EXTRACT
    if spec is None or row is None or row.data is None or row.value(spec) is not UNKNOWN:
        return ""
    recorded = row.data.get(spec.name)
    return CONTRADICTED if isinstance(recorded, date | DayRange) else ""


def _path(shown: RowPath | Field, to: Substitution) -> tuple[tuple[str, ...], FieldSpec | None]:
    if isinstance(shown, RowPath):
        return to.row(shown).references, None
    field = to.field(shown)
    return field.row.references, field.spec
