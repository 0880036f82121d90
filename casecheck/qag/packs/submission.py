"""Judges whether a pack that came back is whole, and reads the judgments in it.

Whatever is wrong is named with its place, all of it at once, so that it is put right in one go.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from casecheck.intake.sources.guard import looks_like, masked
from casecheck.qag.packs.form import (
    CONFIRMED,
    GRADES,
    JUDGMENTS,
    MAX_REASON,
    PARTS,
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
    """A pack that came back: its name, its answers, and what else is in the file.

    `left` are the rows that are still to be answered, of a pack that was handed in half done.
    """

    file: str
    name: PackName
    answers: tuple[Answer, ...]
    unread: tuple[str, ...] = ()
    left: int = 0


def submission(
    returned: Returned, *, partial: bool = False, accept_reasons: bool = False
) -> Submission | list[Problem]:
    """Return the judgments of a pack, or all that is wrong with it.

    `partial`: it may be half done; rows without a judgment are then left for later. Unless
    `accept_reasons`, a reason in which somebody's identity seems to stand is wrong.
    """
    name = read_name(returned.name)
    if name is None:
        message = "this is not the name of a pack: send the file that was written for this audit"
        return [Problem(returned.file, returned.name_at, message)]
    returned, broken = as_sent(returned, name)
    answers: list[Answer] = []
    wrong: list[Wrong] = [] if accept_reasons else list(_telling(returned.lines))
    others, spare = _apart(returned.lines)
    for line in returned.lines:
        if line.row not in others:
            answer = _answer(line, wrong)
            if answer:
                answers.append(answer)
    owed = [line for line in returned.lines if line.row not in spare]
    for line, those in others.values():
        implied, to_answer = _of_others(line, those, wrong, partial=partial)
        answers += implied
        owed += to_answer
    owed.sort(key=lambda line: line.row)
    unanswered = [] if partial else list(_unanswered(returned, owed, spare))
    problems = [*unanswered, *form_problems(returned, name, broken)]
    problems += gathered(returned.file, wrong)
    left = sum(not line.cell("judgment") for line in owed)
    unread = tuple(map(masked, returned.unread))
    return problems or Submission(returned.file, name, tuple(answers), unread, left)


def _telling(lines: Iterable[Line]) -> Iterator[Wrong]:
    """Yield each cell whose words look as if they said whose case it is, or named a worker."""
    cure = "say it without, or take it all the same with --accept-reasons"
    for line in lines:
        if looks := looks_like(line.cell("reason")):
            yield line, "reason", f"holds what looks like {looks}, and would stay for good: {cure}"


def _unanswered(
    returned: Returned, owed: Sequence[Line], spare: Collection[int]
) -> Iterator[Problem]:
    """Yield which rows that are owed an answer have none, case by case where they are many.

    The rows that the cover counts are counted apart from those, `spare`, that are owed only since
    somebody did not confirm that no other lesson applies.
    """
    cases: dict[str, list[Line]] = {}
    for line in owed:
        cases.setdefault(line.cell("case_id"), []).append(line)
    empty = [line for line in owed if not line.cell("judgment")]
    cure = "where nothing shows which it is, choose Cannot tell"
    if len(empty) == 1:
        row = f"{printable(empty[0].cell('case_id'))}, {_check(empty[0])}"
        yield Problem(returned.file, empty[0].place("judgment"), f"{NO_JUDGMENT}{row}: {cure}")
        return
    if empty:
        asked = [line for line in owed if line.row not in spare]
        done = sum(bool(line.cell("judgment")) for line in asked)
        counts = f"{done} of {len(asked)} rows are answered, {len(asked) - done} are not"
        if further := len(owed) - len(asked):
            left = len(empty) - (len(asked) - done)
            counts += (
                f"; and {left} of {counted(further, 'row')} that are asked too, since lessons were "
                "not confirmed as not applying"
            )
        counts += f": {cure}"
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
    if line.cell("part") == PARTS["others"]:
        return "whether the other lessons do not apply"
    return printable(f"{lesson_of(line.cell('lesson'))} {line.cell('check')}")


def _answer(line: Line, wrong: list[Wrong]) -> Answer | None:
    """Return the judgment of a row, or add what is wrong with the cells that were to be filled."""
    before = len(wrong)
    judgment, reason = _filled_in(line, JUDGMENTS, wrong)
    grade = _code(line.cell("grade"), GRADES)
    if grade is None:
        message = f"{_unknown(line.cell('grade'), GRADES)}, or leave it empty"
        wrong.append((line, "grade", message))
    if not _RECORD.fullmatch(line.cell("record")):
        wrong.append((line, "record", "this is no record's number"))
    if len(wrong) > before or not judgment:
        return None
    return _answer_of(line, judgment, reason, grade or "", line)


def _filled_in(
    line: Line, choices: Mapping[Code, str], wrong: list[Wrong]
) -> tuple[Code | Literal[""] | None, str]:
    """Return what was chosen in a row, as `_code` does, and its reason; add what is wrong there."""
    wrong += [(line, column, "a formula: write the text itself") for column in line.formulas]
    chosen = _code(line.cell("judgment"), choices)
    reason = printable(" ".join(line.cell("reason").split()))
    if chosen is None:
        wrong.append((line, "judgment", _unknown(line.cell("judgment"), choices)))
    if len(reason) > MAX_REASON:
        wrong.append((line, "reason", f"{len(reason)} characters: {MAX_REASON} are the most"))
    return chosen, reason


def _answer_of(asked: Line, judgment: Judged, reason: str, grade: str, given_in: Line) -> Answer:
    """Return the answer to what one row asks, as it was given in that row or in another."""
    return Answer(
        asked.cell("case_id"),
        int(asked.cell("record")),
        lesson_of(asked.cell("lesson")),
        asked.cell("check"),
        judgment,
        reason,
        grade,
        given_in,
    )


def _apart(lines: Sequence[Line]) -> tuple[dict[int, tuple[Line, list[Line]]], set[int]]:
    """Return the rows that ask of all other lessons of a case, each with the rows of those.

    By their numbers in the file; and the numbers of all the rows of those. A pack of the first form
    has none.
    """
    spare: dict[str, list[Line]] = {}
    for line in lines:
        if line.cell("part") == PARTS["spare"]:
            spare.setdefault(line.cell("record"), []).append(line)
    others = {
        line.row: (line, spare.get(line.cell("record"), []))
        for line in lines
        if line.cell("part") == PARTS["others"]
    }
    return others, {line.row for those in spare.values() for line in those}


def _of_others(
    line: Line, spare: Sequence[Line], wrong: list[Wrong], *, partial: bool
) -> tuple[list[Answer], list[Line]]:
    """Return what the answer to "none of these applies" says of each of their checks.

    And the rows that it makes necessary to answer. `spare` are the rows of those lessons.
    """
    before = len(wrong)
    said, reason = _filled_in(line, CONFIRMED, wrong)
    if line.cell("grade"):
        wrong.append((line, "grade", "no grade is asked for here: leave it empty"))
    begun = {lesson_of(one.cell("lesson")) for one in spare if one.cell("judgment")}
    applies = [one for one in spare if _code(one.cell("judgment"), JUDGMENTS) in _APPLIES]
    if said and said != "not_confirmed" and applies:
        message = (
            f"{CONFIRMED[said]}, while row {applies[0].row} judges one of these lessons: choose"
            f" {CONFIRMED['not_confirmed']}, or clear that row"
        )
        wrong.append((line, "judgment", message))
    if said == "not_confirmed" and not begun and not partial and spare:
        message = f"{CONFIRMED[said]}: answer the rows of each lesson that applies, from row"
        wrong.append((line, "judgment", f"{message} {spare[0].row} on"))
    if len(wrong) > before or not said:
        return [], []
    to_answer = [one for one in spare if lesson_of(one.cell("lesson")) in begun]
    if said == "not_confirmed" and partial:
        return [], to_answer  # which others apply is known once the pack is done
    judgment: Judged = "cannot_tell" if said == "cannot_tell" else "not_applicable"
    blank = [one for one in spare if not one.cell("judgment")]
    # Those of a lesson that was begun are owed, and a pack with any of them is not taken.
    implied = [
        _answer_of(one, judgment, reason, "", line)
        for one in blank
        if _RECORD.fullmatch(one.cell("record"))
    ]
    return implied, to_answer if said == "not_confirmed" else []


_APPLIES = ("compliant", "not_compliant", "cannot_tell")
"""Judgments that say of a question that it arises, or may."""


def _code(text: str, choices: Mapping[Code, str]) -> Code | Literal[""] | None:
    """Return the code that a text names, itself or in words; "" for none, None for another."""
    name = " ".join(text.split()).casefold()
    if not name:
        return ""
    return next((one for one, words in choices.items() if name in (one, words.casefold())), None)


def _unknown(text: str, choices: Mapping[Code, str]) -> str:
    shown = printable(masked(text)[:_SHOWN])
    return f"{shown!r} is no choice: choose {', '.join(choices.values())}"
