"""Tells what of a pack that came back is not as it was sent: cells, and rows gone, twice or new."""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from casecheck.qag.packs.form import (
    NUMBER,
    PART,
    PARTS,
    SEALS,
    PackName,
    broken_seals,
    columns,
    digest,
    lesson_of,
    seal_of,
)
from casecheck.qag.packs.returned import FEW, Line, Problem, Returned, gathered, ranges, rows_words
from casecheck.qag.packs.spreadsheet_days import days
from casecheck.text.cells import kept, unkept
from casecheck.text.printable import printable

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(slots=True)
class _Seen:
    """The rows of a pack that came back, by their number in it, and what is wrong with some."""

    rows: dict[int, Line] = field(default_factory=dict)
    again: dict[int, list[Line]] = field(default_factory=lambda: defaultdict(list))
    foreign: list[Line] = field(default_factory=list)
    changed: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))


Broken = Mapping[int, Sequence[str]]
"""By the numbers of rows in the file, the columns of cells that are not as they were sent."""


def as_sent(returned: Returned, name: PackName) -> tuple[Returned, Broken]:
    """Return the pack with its locked cells as they were sent, and those that are not.

    A spreadsheet may have written a day in its own way, or left out the apostrophe that kept it. A
    row's seal decides whether that is all, and the digest of all cells after it.
    """
    keys = [column.key for column in columns(name.kind == "blind", name.form)]
    lines = []
    broken: dict[int, list[str]] = {}
    for line in returned.lines:
        cells = _cells(line, keys)
        sealed = unkept(line.cell(SEALS.key))
        keys_broken = broken_seals(cells, sealed)
        suspect = [key for key in keys if _is_rewritten(key, cells[key])]
        if keys_broken != [SEALS.key] and (keys_broken or suspect):
            # A seal is short: what is rewritten may by chance have that of what was sent.
            restored = _restored(cells, [*dict.fromkeys([*keys_broken, *suspect])], sealed)
            keys_broken = [key for key in keys_broken if key not in restored]
            texts = list(line.texts)
            for key, text in restored.items():
                texts[line.heads.at[key]] = text
            line = line._replace(texts=tuple(texts))  # noqa: PLW2901 - as it was sent
        if keys_broken:
            broken[line.row] = keys_broken
        lines.append(line)
    return replace(returned, lines=tuple(lines)), broken


def _is_rewritten(key: str, text: str) -> bool:
    """Say whether a cell has a form in which none is sent, whatever its seal."""
    if key == "as_of" and not _DAY.fullmatch(text):
        return True
    return text.startswith("'") and kept(unkept(text)) == text


def _restored(cells: Mapping[str, str], broken: Sequence[str], sealed: str) -> dict[str, str]:
    """Return the cells that say what was sent in another way, as they were sent."""
    restored: dict[str, str] = {}
    if NUMBER.key in broken:  # by which all cells of its row are sealed
        return restored
    seals = dict(zip(cells, sealed.split("-"), strict=True))
    for key in broken:
        for text in _may_have_been(key, cells[key]):
            if text != cells[key] and seal_of(cells[NUMBER.key], key, text) == seals[key]:
                restored[key] = text
                break
    return restored


def _may_have_been(key: str, text: str) -> Iterator[str]:
    bare = " ".join(unkept(text).split())
    yield bare
    yield " ".join(text.split())
    yield f"'{text}"
    if key == "as_of":
        yield from days(bare)


def _cells(line: Line, keys: Iterable[str]) -> dict[str, str]:
    return {key: line.cell(key) for key in keys}


def form_problems(returned: Returned, name: PackName, broken: Broken) -> Iterator[Problem]:
    """Yield what of a pack is not as it was sent; it is as `as_sent` returned it."""
    for place in returned.changed:
        yield Problem(returned.file, place, _changed(returned))
    keys = [column.key for column in columns(name.kind == "blind", name.form)]
    seen = _seen(returned, name, broken)
    yield from _rows_problems(returned, name, seen)
    for key, lines in seen.changed.items():
        many = _REWRITTEN if len(lines) > FEW else ""
        message = f"{len(lines)} cells were {many}" if many else _changed(returned)
        yield from gathered(returned.file, ((line, key, message) for line in lines))
    missing = [number for number in range(1, name.rows + 1) if number not in seen.rows]
    yield from _missing(returned, missing, seen.rows)
    if not missing and not seen.changed:
        sent = (_cells(seen.rows[number], keys).values() for number in sorted(seen.rows))
        if digest(name._replace(digest=""), sent) != name.digest:
            message = "the name and the rows are not those of one pack: begin from the file sent"
            yield Problem(returned.file, returned.name_at, message)


_REWRITTEN = (
    "changed, and must be as they were sent. Spreadsheets rewrite what looks to them like a date or"
    " a number: begin from the file sent, and open it so that each column is text"
)


def _seen(returned: Returned, name: PackName, broken: Broken) -> _Seen:
    seen = _Seen()
    ending = f" of {name.rows}"
    for line in returned.lines:
        text = line.cell(NUMBER.key)
        number = _number(text.removesuffix(ending)) if text.endswith(ending) else 0
        if not 1 <= number <= name.rows:
            seen.foreign.append(line)
        elif number in seen.rows:
            seen.again[number].append(line)
        else:
            seen.rows[number] = line
            for key in broken.get(line.row, ()):
                seen.changed[key].append(line)
    return seen


def _number(text: str) -> int:
    """Return a number as a pack writes it, or 0."""
    return (
        int(text) if text.isascii() and text.isdigit() and text[0] != "0" and len(text) < 8 else 0
    )


def _rows_problems(returned: Returned, name: PackName, seen: _Seen) -> Iterator[Problem]:
    """Yield rows that are none of the pack or there again, and cells beside the form."""
    foreign = f"this is no row of the pack, 1 to {name.rows}"
    yield from gathered(returned.file, ((line, NUMBER.key, foreign) for line in seen.foreign))
    again = [line for lines in seen.again.values() for line in lines]
    if len(again) > FEW:
        place = returned.heads.places((line.row for line in again), NUMBER.key)
        yield Problem(returned.file, place, f"{len(again)} rows of the pack stand here again")
    else:
        for number, lines in seen.again.items():
            for line in lines:
                message = f"row {number} of the pack stands here again"
                yield Problem(returned.file, line.place(NUMBER.key), message)
    beyond = [line for line in returned.lines if line.beyond]
    if len(beyond) > FEW:
        place = f"{returned.heads.of_sheet()}{rows_words(line.row for line in beyond)}"
        yield Problem(returned.file, place, "the form has no cells beside its own: clear them")
        return
    for line in beyond:
        for cell in line.beyond:
            place = f"{returned.heads.of_sheet()}row {line.row}, {cell}"
            yield Problem(returned.file, place, "the form has no such cell: clear it")


def _changed(returned: Returned) -> str:
    locked = "locked cell" if returned.heads.sheet else "cell"
    return f"this {locked} was changed: it must be as it was sent"


def _missing(
    returned: Returned, missing: Sequence[int], seen: Mapping[int, Line]
) -> Iterator[Problem]:
    if not missing:
        return
    parts = {line.cell(PART.key) for line in seen.values()}
    gone = _QuestionsGone(seen, alike=parts <= {"", PARTS["asked"]})
    sheet = returned.heads.sheet
    if len(missing) > FEW:
        message = f"{len(missing)} rows of the pack are missing: {ranges(missing)}"
        cases = dict.fromkeys(gone.of(number)[0] for number in missing)
        cases.pop("", None)
        of_cases = f" ({', '.join(map(printable, cases))})" if cases else ""
        yield Problem(returned.file, sheet, f"{message}{of_cases}")
        return
    for number in missing:
        case, question = gone.of(number)
        which = f": {', '.join(printable(one) for one in (case, question) if one)}" if case else ""
        yield Problem(returned.file, sheet, f"row {number} of the pack is missing{which}")


class _QuestionsGone:
    """Tells what was asked in a row that is gone by those that are not.

    `alike`: every case has the same questions in the same order. Else the rows on both sides may
    tell whose row it was.
    """

    def __init__(self, seen: Mapping[int, Line], *, alike: bool) -> None:
        self._seen = sorted(seen)
        self._case_of = {number: line.cell("case_id") for number, line in seen.items()}
        self._alike = alike
        questions = {number: _question(line) for number, line in seen.items()}
        self._each = max(1, len(set(questions.values())))
        self._cases: dict[int, set[str]] = defaultdict(set)
        self._questions: dict[int, set[str]] = defaultdict(set)
        for number, line in seen.items():
            self._cases[(number - 1) // self._each].add(line.cell("case_id"))
            self._questions[number % self._each].add(questions[number])

    def of(self, number: int) -> tuple[str, str]:
        """Return the case and the check of a row, "" where the others do not tell."""
        if not self._alike:
            at = bisect(self._seen, number)
            beside = {self._case_of[one] for one in self._seen[max(at - 1, 0) : at + 1]}
            return (next(iter(beside)) if len(beside) == 1 else ""), ""
        cases = self._cases[(number - 1) // self._each]
        questions = self._questions[number % self._each]
        case, question = (
            next(iter(those)) if len(those) == 1 else "" for those in (cases, questions)
        )
        return case, question


def _question(line: Line) -> str:
    return f"{lesson_of(line.cell('lesson'))} {line.cell('check')}"
