"""Judges whether a pack that came back is whole, and reads the judgments in it.

Whatever is wrong is named with its place, all of it at once, so that it is put right in one go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from casecheck.qag.pack_form import (
    GRADES,
    JUDGMENTS,
    MAX_REASON,
    NUMBER,
    SEALS,
    PackName,
    broken_seals,
    columns,
    digest,
    read_name,
)
from casecheck.qag.store import Judged
from casecheck.report.printable import printable

MAX_BYTES = 32 << 20
"""How large a file may be: no pack is."""
_RECORD = re.compile(r"[0-9]{1,9}", re.ASCII)
_SHOWN = 40
"""How much of a cell an error shows."""


class Unusable(Exception):  # noqa: N818 - says why
    """A file is no pack that can be read; the message says why, after the file's name."""


class Line(NamedTuple):
    """One row of a file: its number there, its cells by column, and where each of them is.

    `beyond` are the cells that hold something where the form has none, `formulas` the columns of
    those that hold a formula.
    """

    row: int
    cells: Mapping[str, str]
    places: Mapping[str, str]
    beyond: tuple[str, ...] = ()
    formulas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Returned:
    """A pack that came back, as read: its name and its rows; `sheet` is "" where it has none.

    `changed` are the places, apart from its rows, that are not as they were sent.
    """

    file: str
    sheet: str
    name: str
    name_at: str
    lines: tuple[Line, ...]
    changed: tuple[str, ...] = ()


_CHANGED = "this locked cell was changed: it must be as it was sent"


class Problem(NamedTuple):
    """What is wrong, in which file and where in it."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(filter(None, self))


class Answer(NamedTuple):
    """One judgment that came back, and where it stands."""

    case_id: str
    position: int
    lesson: str
    check: str
    judgment: Judged
    reason: str
    grade: str
    place: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A pack that came back whole: its name and its answers."""

    file: str
    name: PackName
    answers: tuple[Answer, ...]


def submission(returned: Returned) -> Submission | list[Problem]:
    """Return the judgments of a pack, or all that is wrong with it."""
    name = read_name(returned.name)
    if name is None:
        message = "this is not the name of a pack: send the file that was written for this audit"
        return [Problem(returned.file, returned.name_at, message)]
    problems = [Problem(returned.file, place, _CHANGED) for place in returned.changed]
    problems += _form_problems(returned, name)
    answers: list[Answer] = []
    for line in returned.lines:
        found = _answer(returned, line)
        if isinstance(found, Answer):
            answers.append(found)
        else:
            problems += found
    return problems or Submission(returned.file, name, tuple(answers))


def place_of(returned: Returned, line: Line, column: str) -> str:
    """Return where a cell is, in words: sheet, row and cell."""
    sheet = f"sheet {returned.sheet}, " if returned.sheet else ""
    return f"{sheet}row {line.row}, {line.places[column]}"


def _form_problems(returned: Returned, name: PackName) -> Iterator[Problem]:
    """Yield what is not as it was sent: rows that are missing, twice or new, and locked cells."""
    keys = [column.key for column in columns(name.kind == "blind")]
    numbers = {f"{number} of {name.rows}": number for number in range(1, name.rows + 1)}
    seen: dict[int, dict[str, str]] = {}
    changed = False
    for line in returned.lines:
        cells = {key: line.cells.get(key, "") for key in keys}
        number = numbers.get(cells[NUMBER.key])
        at = place_of(returned, line, NUMBER.key)
        if number is None:
            yield Problem(returned.file, at, f"this is no row of the pack, 1 to {name.rows}")
        elif number in seen:
            yield Problem(returned.file, at, f"row {number} of the pack stands here again")
        else:
            seen[number] = cells
            for key in broken_seals(cells, line.cells.get(SEALS.key, "")):
                changed = True
                yield Problem(returned.file, place_of(returned, line, key), _CHANGED)
        for cell in line.beyond:
            place = place_of(returned, line, NUMBER.key).rpartition(", ")[0]
            yield Problem(returned.file, f"{place}, {cell}", "the form has no such cell: clear it")
    missing = [number for number in numbers.values() if number not in seen]
    for number in missing:
        yield Problem(returned.file, returned.sheet, f"row {number} of the pack is missing")
    if not missing and not changed:
        sent = [seen[number] for number in sorted(seen)]
        if digest(name._replace(digest=""), sent) != name.digest:
            message = "the name and the rows are not those of one pack: begin from the file sent"
            yield Problem(returned.file, returned.name_at, message)


def _answer(returned: Returned, line: Line) -> Answer | list[Problem]:
    """Return the judgment of a row, or what is wrong with the cells that were to be filled."""
    problems = []

    def wrong(column: str, message: str) -> None:
        problems.append(Problem(returned.file, place_of(returned, line, column), message))

    for column in sorted(line.formulas):
        wrong(column, "a formula: write the text itself")
    judgment = _code(line.cells.get("judgment", ""), JUDGMENTS)
    grade = _code(line.cells.get("grade", ""), GRADES)
    reason = printable(" ".join(line.cells.get("reason", "").split()))
    if judgment == "":
        wrong("judgment", "no judgment: where nothing shows which it is, choose Cannot tell")
    elif judgment is None:
        wrong("judgment", _unknown(line.cells["judgment"], JUDGMENTS))
    if grade is None:
        wrong("grade", f"{_unknown(line.cells['grade'], GRADES)}, or leave it empty")
    if len(reason) > MAX_REASON:
        wrong("reason", f"{len(reason)} characters: {MAX_REASON} are the most")
    record = line.cells.get("record", "")
    if not _RECORD.fullmatch(record):
        wrong("record", "this is no record's number")
    if problems:
        return problems
    return Answer(
        line.cells["case_id"],
        int(record),
        line.cells["lesson"],
        line.cells["check"],
        judgment,  # type: ignore[arg-type] # a key of JUDGMENTS
        reason,
        grade or "",
        place_of(returned, line, "judgment"),
    )


def _code(text: str, choices: Mapping[str, str]) -> str | None:
    """Return the code that a text names, itself or in words; "" for none, None for another."""
    told = " ".join(text.split()).casefold()
    by_text = {"": "", **{code: code for code in choices}}
    by_text.update((words.casefold(), code) for code, words in choices.items())
    return by_text.get(told)


def _unknown(text: str, choices: Mapping[str, str]) -> str:
    told = printable(text[:_SHOWN])
    return f"{told!r} is no choice: choose {', '.join(choices.values())}"
