"""What a fact tells of its row: properties, each a quantity or a truth, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from casecheck.lessons.terms import Base, Comparison, Fact, Order, nullable
from casecheck.truth.bounds import FAR

FALSE, UNSURE, TRUE = 0, 1, 2
"""A truth as a number in a fact."""
NEVER = 3 * FAR
"""Further away than the bounds of any unknown day: where an event lies that has not happened."""
SELF = "_"
"""The name of a fact's own row in the terms of its properties."""


@dataclass(frozen=True, slots=True)
class Value:
    """A property that holds a number: a quantity of the fact's row.

    `null_above` says on which side of all days an event lies that has not happened, so that the
    comparison comes out as it must; None where the quantity is never such an event.
    """

    base: Base
    plus: int
    null_above: bool | None


@dataclass(frozen=True, slots=True)
class TruthOf:
    """A property that holds a truth: 0 false, 1 unknown, 2 true."""

    test: Fact | Comparison


Property = Value | TruthOf


Side = Literal["left", "right"]
_BEYOND_ALL_DAYS: Mapping[tuple[Order, Side], bool] = {
    ("<", "left"): True,
    ("<", "right"): False,
    ("<=", "left"): True,
    ("<=", "right"): False,
    ("==", "left"): True,
    ("==", "right"): False,
    (">", "left"): False,
    (">", "right"): True,
    (">=", "left"): False,
    (">=", "right"): True,
}
"""Whether a number beyond all days (True), or before all (False), makes a comparison false."""


def null_above(test: Comparison, side: Side) -> bool | None:
    """Say where an event lies that has not happened, so that the test comes to its `when_null`.

    True is beyond all days, False before all; None where that side is never such an event.
    """
    quantity = test.left if side == "left" else test.right
    if not nullable(quantity.base):
        return None
    return _BEYOND_ALL_DAYS[test.order, side] != test.when_null
