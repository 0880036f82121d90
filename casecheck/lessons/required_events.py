"""Say whether conditions require that an event has happened: are they false until it has?"""

from __future__ import annotations

from collections.abc import Iterable

from casecheck.lessons.condition import Condition
from casecheck.lessons.terms import (
    Base,
    Comparison,
    DayOf,
    FactTest,
    Field,
    Happened,
    Test,
    WorkingDay,
)


def requires(conditions: Iterable[Condition], event: Field) -> bool:
    """Say whether one of the conditions, which all must hold, is false without the event.

    It is where each of its alternatives (`or`) has a test (`and`) that is.
    """
    return any(
        all(any(_is_false_without(test, event) for test in tests) for tests in one.alternatives)
        for one in conditions
    )


def _is_false_without(test: Test, event: Field) -> bool:
    if isinstance(test, Comparison):
        sides = (_event(test.left.base), _event(test.right.base))
        return event in sides and not test.when_null
    return test == FactTest(Happened(event))


def _event(base: Base) -> Field | None:
    """Return the field whose day a quantity is, where nothing stands in for a day that is none."""
    if isinstance(base, WorkingDay):
        return _event(base.day.base)
    return base.field if isinstance(base, DayOf) and not base.or_today else None
