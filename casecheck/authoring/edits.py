"""Edits of a page as plain data: one part of it replaced, or taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from casecheck.lessons.nodes import Node, Place

_PERIOD = ("from", "until")
GONE = object()
"""The value of a part that is taken away."""

Steps = tuple[str | int, ...]
"""The keys and positions that lead to a part of a page."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What a change is called, the part of a page that it changes, and what then stands there."""

    name: str
    path: Steps
    value: Any


def number_edits(number: int, at: Steps, label: str) -> Iterator[Edit]:
    """Yield a number one down and one up."""
    for other in (number - 1, number + 1):
        yield Edit(f"{label}: {number} becomes {other}", at, other)


def period_edits(item: Mapping[str, Any], at: Steps, spot: str) -> Iterator[Edit]:
    """Yield the first and the last day in force a day earlier, a day later, and left out."""
    for key in _PERIOD:
        if key not in item:
            continue
        day = date.fromisoformat(item[key])
        for by in (-1, 1):
            if not date.min.toordinal() <= day.toordinal() + by <= date.max.toordinal():
                continue
            other = str(day + timedelta(by))
            yield Edit(f"{spot}{key}: {day} becomes {other}", (*at, key), other)
        yield Edit(f"{spot}{key}: {day} dropped", (*at, key), GONE)


def changed_of(check: Any, edit: Edit, shared: str) -> Any:
    """Return a check with a change; one that is shared takes no part of the check's own away."""
    if shared and edit.value is GONE and len(edit.path) == 1 and len(check[edit.path[0]]) > 1:
        return changed_by(check, Edit(edit.name, (*edit.path, 0), GONE))
    return changed_by(check, edit)


def changed_by(data: Any, edit: Edit) -> Any:
    """Return the data as an edit makes it."""
    return _replaced(data, edit.path, edit.value)


def _replaced(data: Any, path: Steps, value: Any) -> Any:
    """Return the data with one part replaced or gone; what is not on the way to it is shared."""
    if not path:
        return value
    first, *rest = path
    copied = data.copy()
    if not rest and value is GONE:
        del copied[first]
    else:
        copied[first] = _replaced(data[first], tuple(rest), value)
    return copied


def place_of(node: Node, path: Steps) -> Place:
    """Return where a part of a page stands."""
    for part in path:
        node = node.value[part]
    return node.place
