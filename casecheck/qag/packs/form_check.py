"""Tells what of a pack that came back is not as it was sent: cells, and rows gone, twice or new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casecheck.qag.packs.form import (
    LOCKED,
    NUMBER,
    OPEN,
    SEALS,
    PackName,
    broken_seals,
    columns,
    digest,
    lesson_of,
)
from casecheck.qag.packs.returned import Line, Problem, Returned, place_of, place_of_rows, ranges
from casecheck.qag.packs.spreadsheet_days import days

_FEW = 5
"""How many cells of one column, or rows, are named one by one; of more there is one cause."""
_TITLES = {column.key: column.title for column in (NUMBER, *LOCKED, *OPEN, SEALS)}

FormRows = Mapping[int, Mapping[str, str]]
"""The locked cells of rows, by the row's number in the pack."""


def form_problems(returned: Returned, name: PackName) -> Iterator[Problem]:
    """Yield what is not as it was sent; a date that a spreadsheet wrote otherwise is as it was."""
    for place in returned.changed:
        yield Problem(returned.file, place, _changed(returned))
    keys = [column.key for column in columns(name.kind == "blind")]
    numbers = {f"{number} of {name.rows}": number for number in range(1, name.rows + 1)}
    seen: dict[int, dict[str, str]] = {}
    changed: dict[str, list[Line]] = {}
    for line in returned.lines:
        seals = line.cells.get(SEALS.key, "")
        cells = _put_back({key: line.cells.get(key, "") for key in keys}, seals)
        number = numbers.get(cells[NUMBER.key])
        at = place_of(returned, line, NUMBER.key)
        if number is None:
            yield Problem(returned.file, at, f"this is no row of the pack, 1 to {name.rows}")
        elif number in seen:
            yield Problem(returned.file, at, f"row {number} of the pack stands here again")
        else:
            seen[number] = cells
            for key in broken_seals(cells, seals):
                changed.setdefault(key, []).append(line)
        for cell in line.beyond:
            place = place_of(returned, line, NUMBER.key).rpartition(", ")[0]
            yield Problem(returned.file, f"{place}, {cell}", "the form has no such cell: clear it")
    for key, lines in changed.items():
        yield from _changed_cells(returned, key, lines)
    missing = [number for number in numbers.values() if number not in seen]
    yield from _missing(returned, missing, seen)
    if not missing and not changed:
        sent = [seen[number] for number in sorted(seen)]
        if digest(name._replace(digest=""), sent) != name.digest:
            message = "the name and the rows are not those of one pack: begin from the file sent"
            yield Problem(returned.file, returned.name_at, message)


def _put_back(cells: dict[str, str], seals: str) -> dict[str, str]:
    """Return the cells with their day as it was sent, where that is what the cell says.

    The seal decides which of the days it may mean was sent, and the digest of all cells after it.
    """
    if "as_of" not in broken_seals(cells, seals):
        return cells
    for day in days(cells["as_of"]):
        sent = {**cells, "as_of": day}
        if "as_of" not in broken_seals(sent, seals):
            return sent
    return cells


def _changed(returned: Returned) -> str:
    locked = "locked cell" if returned.sheet else "cell"
    return f"this {locked} was changed: it must be as it was sent"


def _changed_cells(returned: Returned, key: str, lines: Sequence[Line]) -> Iterator[Problem]:
    if len(lines) <= _FEW:
        for line in lines:
            yield Problem(returned.file, place_of(returned, line, key), _changed(returned))
        return
    column = _TITLES[key] if returned.sheet else key
    place = place_of_rows(returned, (line.row for line in lines), column)
    message = (
        f"{len(lines)} cells were changed, and must be as they were sent. Spreadsheets rewrite what"
        " looks to them like a date or a number: begin from the file sent, and open it so that"
        " each column is text"
    )
    yield Problem(returned.file, place, message)


def _missing(returned: Returned, missing: Sequence[int], seen: FormRows) -> Iterator[Problem]:
    if len(missing) > _FEW:
        message = f"{len(missing)} rows of the pack are missing: {ranges(missing)}"
        cases = dict.fromkeys(_asked_in(number, seen)[0] for number in missing)
        cases.pop("", None)
        of_cases = f" ({', '.join(cases)})" if cases else ""
        yield Problem(returned.file, returned.sheet, f"{message}{of_cases}")
        return
    for number in missing:
        case, question = _asked_in(number, seen)
        told = f": {case}, {question}" if case and question else ""
        yield Problem(returned.file, returned.sheet, f"row {number} of the pack is missing{told}")


def _asked_in(number: int, seen: FormRows) -> tuple[str, str]:
    """Return the case and the check of a row that is gone, "" where the others do not tell.

    Every case has the same questions in the same order.
    """
    asked = len({_question(cells) for cells in seen.values()})
    cases = {
        cells["case_id"] for at, cells in seen.items() if (at - 1) // asked == (number - 1) // asked
    }
    questions = {_question(cells) for at, cells in seen.items() if at % asked == number % asked}
    case, question = (those.pop() if len(those) == 1 else "" for those in (cases, questions))
    return case, question


def _question(cells: Mapping[str, str]) -> str:
    return f"{lesson_of(cells['lesson'])} {cells['check']}"
