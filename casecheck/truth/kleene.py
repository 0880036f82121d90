"""Kleene's three-valued logic: true, false, and None for what the record cannot tell.

>>> all_of([True, None]), all_of([False, None]), all_of([])
(None, False, True)
>>> any_of([True, None]), any_of([False, None]), any_of([])
(True, None, False)
>>> negation(None), negation(True)
(None, False)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Truth = bool | None
"""True, False, or None: the record cannot tell."""
Asked = TypeVar("Asked")
Rows = TypeVar("Rows")


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return whether all hold: one that does not settles it, whatever is unknown."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def all_hold(truth: Callable[[Asked, Rows], Truth], asked: Iterable[Asked], rows: Rows) -> Truth:
    """Return whether all that is asked of some rows holds: as `all_of`, where it is asked often."""
    result: Truth = True
    for one in asked:
        holds = truth(one, rows)
        if holds is False:
            return False
        if holds is None:
            result = None
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return whether any holds: one that does settles it, whatever is unknown."""
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


def negation(truth: Truth) -> Truth:
    """Return whether it does not hold."""
    return None if truth is None else not truth
