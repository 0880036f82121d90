"""Judges whether a pack that came back is whole, and reads the judgments in it.

Whatever is wrong is named with its place, all of it at once, so that it is put right in one go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from casecheck.qag.packs.form import (
    GRADES,
    JUDGMENTS,
    MAX_REASON,
    PackName,
    lesson_of,
    read_name,
)
from casecheck.qag.packs.form_check import as_sent, form_problems
from casecheck.qag.packs.returned import NO_JUDGMENT, Line, Problem, Returned, gathered
from casecheck.qag.store.rows import Judged
from casecheck.text.counted import counted
from casecheck.text.printable import printable

_RECORD = re.compile(r"[0-9]{1,9}", re.ASCII)
_CASES = 1000
"""Of how many cases without a judgment each is named."""
_SHOWN = 40
"""How much of a cell an error shows."""

Code = TypeVar("Code", bound=str)
Wrong = tuple[Line, str, str]
"""A row, a column of it, and what is wrong there."""


class Answer(NamedTuple):
    """One judgment that came back, and the row that it stands in."""

    case_id: str
    position: int
    lesson: str
    check: str
    judgment: Judged
    reason: str
    grade: str
    line: Line


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
    returned, broken = as_sent(returned, name)
    problems = [*_unanswered(returned), *form_problems(returned, name, broken)]
    answers: list[Answer] = []
    wrong: list[Wrong] = []
    for line in returned.lines:
        answer = _answer(line, wrong)
        if answer:
            answers.append(answer)
    problems += gathered(returned.file, wrong)
    return problems or Submission(returned.file, name, tuple(answers), returned.unread)


def _unanswered(returned: Returned) -> Iterator[Problem]:
    """Yield which rows have no judgment, case by case where there are several."""
    cases: dict[str, list[Line]] = {}
    for line in returned.lines:
        cases.setdefault(line.cell("case_id"), []).append(line)
    empty = [line for line in returned.lines if not line.cell("judgment")]
    cure = "where nothing shows which it is, choose Cannot tell"
    if len(empty) == 1:
        row = f"{printable(empty[0].cell('case_id'))}, {_check(empty[0])}"
        yield Problem(returned.file, empty[0].place("judgment"), f"{NO_JUDGMENT}{row}: {cure}")
        return
    if empty:
        rows = len(returned.lines)
        counts = f"{rows - len(empty)} of {rows} rows are answered, {len(empty)} are not: {cure}"
        yield Problem(returned.file, returned.heads.sheet, counts)
    incomplete = 0
    for case, lines in cases.items():
        those = [line for line in lines if not line.cell("judgment")]
        incomplete += bool(those)
        if those and incomplete <= _CASES:
            which = ", in its one row" if len(lines) == 1 else f", in any of its {len(lines)} rows"
            if len(those) < len(lines):
                which = f": {', '.join(_check(line) for line in those)}"
            place = returned.heads.places((line.row for line in those), "judgment")
            yield Problem(returned.file, place, f"{NO_JUDGMENT}{printable(case)}{which}")
    if incomplete > _CASES:
        more = f"{NO_JUDGMENT}{counted(incomplete - _CASES, 'more case')}"
        yield Problem(returned.file, returned.heads.sheet, more)


def _check(line: Line) -> str:
    return printable(f"{lesson_of(line.cell('lesson'))} {line.cell('check')}")


def _answer(line: Line, wrong: list[Wrong]) -> Answer | None:
    """Return the judgment of a row, or add what is wrong with the cells that were to be filled."""
    before = len(wrong)
    wrong += [(line, column, "a formula: write the text itself") for column in line.formulas]
    judgment = _code(line.cell("judgment"), JUDGMENTS)
    grade = _code(line.cell("grade"), GRADES)
    reason = printable(" ".join(line.cell("reason").split()))
    if judgment is None:
        wrong.append((line, "judgment", _unknown(line.cell("judgment"), JUDGMENTS)))
    if grade is None:
        message = f"{_unknown(line.cell('grade'), GRADES)}, or leave it empty"
        wrong.append((line, "grade", message))
    if len(reason) > MAX_REASON:
        message = f"{len(reason)} characters: {MAX_REASON} are the most"
        wrong.append((line, "reason", message))
    record = line.cell("record")
    if not _RECORD.fullmatch(record):
        wrong.append((line, "record", "this is no record's number"))
    if len(wrong) > before or not judgment:
        return None
    return Answer(
        line.cell("case_id"),
        int(record),
        lesson_of(line.cell("lesson")),
        line.cell("check"),
        judgment,
        reason,
        grade or "",
        line,
    )


def _code(text: str, choices: Mapping[Code, str]) -> Code | Literal[""] | None:
    """Return the code that a text names, itself or in words; "" for none, None for another."""
    name = " ".join(text.split()).casefold()
    if not name:
        return ""
    return next((one for one, words in choices.items() if name in (one, words.casefold())), None)


def _unknown(text: str, choices: Mapping[Code, str]) -> str:
    shown = printable(text[:_SHOWN])
    return f"{shown!r} is no choice: choose {', '.join(choices.values())}"
