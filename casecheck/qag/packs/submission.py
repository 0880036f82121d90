"""Judges whether a pack that came back is whole, and reads the judgments in it.

Whatever is wrong is named with its place, all of it at once, so that it is put right in one go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from casecheck.qag.packs.form import (
    GRADES,
    JUDGMENTS,
    MAX_REASON,
    TO_FILL,
    PackName,
    lesson_of,
    read_name,
)
from casecheck.qag.packs.form_check import form_problems
from casecheck.qag.packs.returned import Line, Problem, Returned, place_of, place_of_rows
from casecheck.qag.store.store import Judged
from casecheck.text.printable import printable

_RECORD = re.compile(r"[0-9]{1,9}", re.ASCII)
_SHOWN = 40
"""How much of a cell an error shows."""


class Answer(NamedTuple):
    """One judgment that came back, and where its cells are: judgment, reason and grade."""

    case_id: str
    position: int
    lesson: str
    check: str
    judgment: Judged
    reason: str
    grade: str
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Submission:
    """A pack that came back whole: its name, its answers, and what else is in the file."""

    file: str
    name: PackName
    answers: tuple[Answer, ...]
    unread: tuple[str, ...] = ()


def submission(returned: Returned) -> Submission | list[Problem]:
    """Return the judgments of a pack, or all that is wrong with it."""
    name = read_name(returned.name)
    if name is None:
        message = "this is not the name of a pack: send the file that was written for this audit"
        return [Problem(returned.file, returned.name_at, message)]
    problems = [*_unanswered(returned), *form_problems(returned, name)]
    answers: list[Answer] = []
    for line in returned.lines:
        found = _answer(returned, line)
        if isinstance(found, Answer):
            answers.append(found)
        else:
            problems += found
    return problems or Submission(returned.file, name, tuple(answers), returned.unread)


def _unanswered(returned: Returned) -> Iterator[Problem]:
    """Yield which rows have no judgment, case by case where there are several."""
    cases: dict[str, list[Line]] = {}
    for line in returned.lines:
        cases.setdefault(line.cells.get("case_id", ""), []).append(line)
    empty = [line for line in returned.lines if not line.cells.get("judgment")]
    cure = "where nothing shows which it is, choose Cannot tell"
    if len(empty) == 1:
        place = place_of(returned, empty[0], "judgment")
        asked = f"{printable(empty[0].cells.get('case_id', ''))}, {_check(empty[0])}"
        yield Problem(returned.file, place, f"no judgment of {asked}: {cure}")
        return
    if empty:
        rows = len(returned.lines)
        told = f"{rows - len(empty)} of {rows} rows are answered, {len(empty)} are not: {cure}"
        yield Problem(returned.file, returned.sheet, told)
    for case, lines in cases.items():
        those = [line for line in lines if line in empty]
        if those:
            told = f", in any of its {len(lines)} rows"
            if len(those) < len(lines):
                told = f": {', '.join(_check(line) for line in those)}"
            column = TO_FILL[0].title if returned.sheet else TO_FILL[0].key
            place = place_of_rows(returned, (line.row for line in those), column)
            yield Problem(returned.file, place, f"no judgment of {printable(case)}{told}")


def _check(line: Line) -> str:
    lesson = lesson_of(line.cells.get("lesson", ""))
    return printable(f"{lesson} {line.cells.get('check', '')}")


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
    if judgment is None:
        wrong("judgment", _unknown(line.cells["judgment"], JUDGMENTS))
    if grade is None:
        wrong("grade", f"{_unknown(line.cells['grade'], GRADES)}, or leave it empty")
    if len(reason) > MAX_REASON:
        wrong("reason", f"{len(reason)} characters: {MAX_REASON} are the most")
    record = line.cells.get("record", "")
    if not _RECORD.fullmatch(record):
        wrong("record", "this is no record's number")
    if problems or not judgment:
        return problems
    return Answer(
        line.cells["case_id"],
        int(record),
        lesson_of(line.cells["lesson"]),
        line.cells["check"],
        judgment,  # type: ignore[arg-type] # a key of JUDGMENTS
        reason,
        grade or "",
        {column.key: place_of(returned, line, column.key) for column in TO_FILL},
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
