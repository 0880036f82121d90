"""Write the facts of phantoms, the one row that an unknown section stands for, quickly.

A phantom tells nothing of itself, so its fact is the same in every record that lacks the section,
and is worked out once. Only what a page compares it with may differ: the day of opening, and
working days counted from today. The properties that read these are told of each record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from casecheck.engine.durable import fact_of_rest, rest_of_fact
from casecheck.engine.facts import content_of, of_properties
from casecheck.engine.properties import SELF, Property, Value
from casecheck.engine.sources import Source
from casecheck.lessons.terms import (
    Base,
    Calendar,
    Comparison,
    OpenedOn,
    Test,
    WorkingDay,
    bindings_of_base,
)
from casecheck.truth.bounds import UNKNOWN_BOUNDS
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow


class _Phantom(NamedTuple):
    """The fact of a source's phantom: what is the same of it everywhere, and what may differ.

    `is_known` says whether it is known that there is such a fact, or none at all (`rest` is "").
    """

    rest: str
    differing: tuple[tuple[str, Property], ...]
    is_known: bool


class Phantoms:
    """The phantoms of one lesson."""

    def __init__(self) -> None:
        self._phantoms: dict[int, _Phantom] = {}

    def fact(self, known: Known, source: Source, number: int, record: int) -> str:
        """Return the fact of the one row that an unknown section stands for.

        "" where even that row is certainly not of the kind: a condition may be on `opened_on`
        alone.
        """
        phantom = self._phantoms.get(source.number)
        if phantom is None:
            phantom = self._phantoms[source.number] = _phantom(known, source)
        rest = phantom.rest if phantom.is_known else _rest(known, source)
        if rest and phantom.differing:
            (row,) = known.rows(source.section)
            told = of_properties(known, phantom.differing, {SELF: row})
            more = ",".join([f'"{name}":{number}' for name, number in told.items()])
            rest = f"{more},{rest}"
        return fact_of_rest(number, record, rest) if rest else ""


def _phantom(known: Known, source: Source) -> _Phantom:
    (row,) = known.rows(source.section)
    where = (test for alternatives in source.where for tests in alternatives for test in tests)
    if any(_test_differs(test, row, known) for test in where):
        return _Phantom("", (), is_known=False)
    differing = tuple([one for one in source.properties if _differs(one[1], row, known)])
    return _Phantom(_rest(known, source, differing), differing, is_known=True)


def _rest(known: Known, source: Source, without: Iterable[tuple[str, Property]] = ()) -> str:
    """Return what a phantom's fact says; "" where there is none."""
    (row,) = known.rows(source.section)
    content = content_of(known, source, row)
    if not content:
        return ""
    for name in of_properties(known, without, {SELF: row}):
        del content[name]
    return rest_of_fact(source.kind.number, content)


def _differs(asked: Property, row: KnownRow, known: Known) -> bool:
    """Say whether a property differs from record to record though nothing of the row is known."""
    if isinstance(asked, Value):
        return _base_differs(asked.base)
    return isinstance(asked.test, Comparison) and _test_differs(asked.test, row, known)


def _test_differs(test: Test, row: KnownRow, known: Known) -> bool:
    """Say the same of a test: what has no bounds at all is no nearer to one day than to another."""
    if not isinstance(test, Comparison):
        return False
    for side in (test.left, test.right):
        if bindings_of_base(side.base) and known.bounds(side, {SELF: row}) == UNKNOWN_BOUNDS:
            return False
    return _base_differs(test.left.base) or _base_differs(test.right.base)


def _base_differs(base: Base) -> bool:
    """Say the same of a quantity.

    From today it is nought days to today, and as many working days; those of a day some days later
    depend on what day today is.
    """
    if isinstance(base, WorkingDay):
        return base.day.plus != 0 or _base_differs(base.day.base)
    return isinstance(base, OpenedOn | Calendar)
