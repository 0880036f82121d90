"""Read by when something is to be: as the source has it, and the last day that this can mean."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date

from casecheck.lessons.nodes import Node
from casecheck.lessons.periods import read_day
from casecheck.lessons.shapes import Shapes
from casecheck.response.model import UNTIMED, Timed

_MONTH = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{4})", re.ASCII)
_MONTHS = [name.casefold() for name in calendar.month_name]
_READ_AS = (
    "the source names no month: say in `read_as` how the day in `due` was read from it, or write"
    " `due: null` and say why"
)


def read_timed(shapes: Shapes, parts: Mapping[str, Node]) -> Timed:
    """Return the deadline of an action or a how line; faults are put into `shapes`."""
    if "deadline" not in parts or parts["deadline"].value is None:
        for key in ("due", "read_as"):
            if key in parts and parts[key].value is not None:
                message = f"`{key}` is of a deadline: say the `deadline` as the source has it"
                shapes.fault(parts[key].place, message)
        return UNTIMED
    words = shapes.text(parts["deadline"], "deadline")
    if "due" not in parts:
        message = "a deadline needs `due`: the last day that it can mean, or null for none"
        shapes.fault(parts["deadline"].place, message)
        return Timed(words)
    node = parts["due"]
    day = None if node.value is None else read_day(node.value)
    if node.value is not None and day is None:
        shapes.fault(node.place, "`due` is a day of the calendar, YYYY-MM-DD, or null")
    read_as = shapes.text(parts["read_as"], "read_as") if "read_as" in parts else ""
    last = last_day_of(words)
    if last is None and not read_as:
        shapes.fault(node.place, _READ_AS)
    elif last is not None and day != last and not read_as:
        message = f"the last day of {words} is {last}: write it, or say in `read_as` why not"
        shapes.fault(node.place, message)
    return Timed(words, day, read_as)


def last_day_of(words: str) -> date | None:
    """Return the last day of a month or a day that is written out; None for any other words.

    >>> last_day_of("Sept 2017"), last_day_of("2018-07-31"), last_day_of("in the coming year")
    (datetime.date(2017, 9, 30), datetime.date(2018, 7, 31), None)
    """
    found = _MONTH.fullmatch(words)
    if found is None:
        return read_day(words)
    name, year = found[1].casefold(), int(found[2])
    month = next((at for at, full in enumerate(_MONTHS) if full and full.startswith(name)), 0)
    if not month or year == 0:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])
