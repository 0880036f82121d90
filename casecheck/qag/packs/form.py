"""The form that a pack is in every format: its columns, its choices, its seals, its words.

A seal is four characters in a row for each of its locked cells: by them a cell that was changed is
named. The digest in the pack's name covers all locked cells together. Both show accidents; they
are no signature, and whoever forges a pack can forge them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, unquote

from casecheck.qag.packs.packs import Pack, PackError, PackRow, Part
from casecheck.qag.store.rows import NOT_SEEN, Judged
from casecheck.text.cells import harmless
from casecheck.text.spreadsheet import MAX_CELL, fits_cell

FORM, FIRST_FORM = "casecheck-pack-2", "casecheck-pack-1"
"""The form that packs have now, and the one they had before, which is read back as well."""
SEAL = 4
"""Characters of a cell's seal."""


class Column(NamedTuple):
    """One column: its key, which heads it in CSV, its title, its width in characters."""

    key: str
    title: str
    width: int


PACK = Column("pack", "Pack", 0)
NUMBER = Column("no", "No", 9)
_CASE = Column("case_id", "Case", 10)
_RECORD = Column("record", "Record", 7)
_FILE = Column("file", "File", 16)
_AS_OF = Column("as_of", "As it stood on", 11)
_LESSON = Column("lesson", "Lesson", 16)
_CHECK = Column("check", "Check", 15)
_QUESTION = Column("question", "Question", 28)
_MET_BY = Column("met_by", "Met by any of these", 44)
_LOOK = Column("look", "Where to look", 16)
_FOUND = Column("found", "casecheck says", 12)
_ROWS = Column("rows", "Rows it points to", 20)
PART = Column("part", "Part", 9)
TO_FILL = (
    Column("judgment", "Judgment", 13),
    Column("reason", "Reason", 22),
    Column("grade", "Grade", 12),
)
SEALS = Column("seal", "Seal", 0)
PARTS: Mapping[Part, str] = {"asked": "Asked", "others": "Others", "spare": "If one applies"}
"""What the last column calls the parts of a pack."""

Confirmed = Literal["confirmed", "not_confirmed", "cannot_tell"]

JUDGMENTS: Mapping[Judged, str] = {
    "compliant": "Compliant",
    "not_compliant": "Not compliant",
    "cannot_tell": "Cannot tell",
    "not_applicable": "Not applicable",
}
CONFIRMED: Mapping[Confirmed, str] = {
    "confirmed": "Confirmed",
    "not_confirmed": "Not confirmed",
    "cannot_tell": "Cannot tell",
}
"""What can be answered where it is asked whether none of the other lessons applies."""
REASONS = (
    "Not done",
    "Done late",
    "Done in part",
    "Done but not recorded",
    "Recorded elsewhere",
    "The record is wrong",
    "The record is unclear",
    NOT_SEEN,
)
"""The usual reasons, offered in a list; an auditor may write others."""
MAX_REASON = 500
GRADES = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement",
    "inadequate": "Inadequate",
}


def layout(blind: bool, form: str = FORM) -> tuple[Column, ...]:
    """Return the columns of a row in their order, but for its seal.

    The question, the answer and the reason stand side by side, so that a laptop shows them
    together; what only tells a row from others, or is the same in many, stands behind them.
    """
    if form == FIRST_FORM:
        of_case = (NUMBER, _CASE, _RECORD, _FILE, _AS_OF, _LESSON, _CHECK)
        opened = () if blind else (_FOUND, _ROWS)
        return (*of_case, _QUESTION, _MET_BY, _LOOK, *opened, *TO_FILL)
    found, rows = ((), ()) if blind else ((_FOUND,), (_ROWS,))
    asked = (NUMBER, _CASE, _AS_OF, *found, _QUESTION, _MET_BY)
    return (*asked, *TO_FILL, _LOOK, *rows, _LESSON, _CHECK, _FILE, _RECORD, PART)


def columns(blind: bool, form: str = FORM) -> tuple[Column, ...]:
    """Return the locked columns of a row, its number first."""
    return tuple(column for column in layout(blind, form) if column not in TO_FILL)


def printed(blind: bool) -> int:
    """Return how many columns are printed of a workbook: as many as can be read on A4."""
    return layout(blind).index(_LOOK) + 1


def locked_cells(pack: Pack) -> list[dict[str, str]]:
    """Return for each row the texts of its locked cells, by column."""
    return [
        _cells(f"{number} of {len(pack.rows)}", row, pack.blind)
        for number, row in enumerate(pack.rows, 1)
    ]


def _cells(number: str, row: PackRow, blind: bool) -> dict[str, str]:
    question = row.question
    texts = {
        NUMBER: number,
        _CASE: row.case_id,
        _RECORD: str(row.position),
        _FILE: row.file,
        _AS_OF: row.as_of,
        _LESSON: f"{question.lesson} {question.title}",
        _CHECK: question.check,
        _QUESTION: question.asks,
        _MET_BY: question.met_by,
        _LOOK: question.look,
        _FOUND: row.engine,
        _ROWS: row.rows,
        PART: PARTS[row.part],
    }
    return {column.key: _one_line(texts[column]) for column in columns(blind)}


def lesson_of(cell: str) -> str:
    """Return the id of the lesson that a cell names; its title follows it."""
    return cell.partition(" ")[0]


@lru_cache(maxsize=1 << 12)
def _one_line(text: str) -> str:
    """Return a text that is no formula, and comes back from a spreadsheet as it went in."""
    line = harmless(" ".join(text.split()))
    if not fits_cell(line):
        raise PackError(f"a text of more than {MAX_CELL:,} characters fits no cell: {line[:60]}...")
    return line


class PackName(NamedTuple):
    """What a pack is called: which form, of which sample, for whom, how long, and its digest.

    As text its parts are set apart by `/`, the sample's name written as in an address.
    """

    form: str
    sample: str
    sample_key: str
    auditor: str
    kind: str
    rows: int
    digest: str

    def __str__(self) -> str:
        return "/".join(map(str, self._replace(sample=quote(self.sample, safe=""))))


_NAME = re.compile(
    rf"({FORM}|{FIRST_FORM})/([!-.0-~]+)/([0-9a-f]{{16}})/([A-Za-z0-9_-]+)/(blind|open)/([0-9]{{1,7}})/([0-9a-f]{{64}})"
)


def read_name(text: str) -> PackName | None:
    """Return the name of a pack that a text is, or None where it is none."""
    matched = _NAME.fullmatch(text)
    if not matched:
        return None
    form, sample, key, auditor, kind, rows, digest = matched.groups()
    return PackName(form, unquote(sample), key, auditor, kind, int(rows), digest)


def name_of(pack: Pack, cells: Sequence[Mapping[str, str]]) -> PackName:
    """Return the name of a pack with these locked cells."""
    kind = "blind" if pack.blind else "open"
    unsealed = PackName(FORM, pack.sample, pack.sample_key, pack.auditor, kind, len(cells), "")
    return unsealed._replace(digest=digest(unsealed, (row.values() for row in cells)))


def file_stem(pack: Pack) -> str:
    """Return what the files of a pack are called: sample and auditor, of plain letters only."""
    sample = re.sub(r"[^A-Za-z0-9]+", "-", pack.sample)[:60].strip("-")
    return f"{sample or 'sample'}-{pack.auditor}"


def digest(name: PackName, rows: Iterable[Iterable[str]]) -> str:
    """Return the SHA-256 of a pack's name, without its digest, and of all its locked cells.

    It is that of one JSON list, which is never held as a whole.
    """
    hashed = hashlib.sha256(_json(list(name[:-1]))[:-1].encode())
    between = b",["
    for row in rows:
        hashed.update(between + _json(list(row)).encode())
        between = b","
    hashed.update(b",[]]" if between == b",[" else b"]]")
    return hashed.hexdigest()


def _json(texts: list[Any]) -> str:
    return json.dumps(texts, separators=(",", ":"))


def seal(cells: Mapping[str, str]) -> str:
    """Return a row's seal: some characters for each of its locked cells."""
    number = cells[NUMBER.key]
    return "-".join(seal_of(number, key, text) for key, text in cells.items())


def seal_of(number: str, key: str, text: str) -> str:
    """Return the seal of one cell of the row of this number."""
    return hashlib.sha256("\n".join((number, key, text)).encode()).hexdigest()[:SEAL]


def broken_seals(cells: Mapping[str, str], sealed: str) -> list[str]:
    """Return the columns of the cells that are not as they were sealed."""
    now, then = seal(cells).split("-"), sealed.split("-")
    if len(now) != len(then):
        return [SEALS.key]
    return [key for key, one, two in zip(cells, now, then, strict=True) if one != two]


def instructions(*, blind: bool, on_paper: bool = False, form: str = FORM) -> list[str]:
    """Return what an auditor is to do, paragraph by paragraph."""
    return [
        "Each row asks one question about one case. Read the case's file, then give your judgment.",
        f"Judge the case as it stood on the day {_DAY_ON_PAPER if on_paper else _DAY_IN_CELLS}."
        " 'Today' in a question means that day. What was done or recorded later does not count.",
        *_HOW_TO_JUDGE,
        *(() if form == FIRST_FORM else _OTHERS),
        *(_ON_PAPER if on_paper else _IN_CELLS),
        _EVERY if form == FIRST_FORM else _EVERY_ASKED,
        "Where you could not see a case's file at all, tell the group before you send this back:"
        " another case can be drawn in its place. If it cannot, choose 'Cannot tell' in each row"
        f" of the case, with the reason '{NOT_SEEN}'.",
        "Some cases may be read by a second auditor, to see how far two people agree. Please do"
        " not confer.",
        *(_BLIND if blind else _OPEN),
    ]


_EVERY = "Answer every row: 'Cannot tell' and 'Not applicable' are answers."
_EVERY_ASKED = (
    "Answer every row that asks: 'Cannot tell' and 'Not applicable' are answers. What is half done"
    " can be sent in as well, and gone on with."
)
_OTHERS = (
    "Where some lessons seem not to apply to a case, its last row asks whether that is so. Choose"
    f" '{CONFIRMED['confirmed']}' where none of them applies. Where one does, choose"
    f" '{CONFIRMED['not_confirmed']}', and answer all rows of that lesson: they are at the end,"
    " after the last case. The rows there of lessons that do not apply stay empty.",
)
_DAY_IN_CELLS = "in the column 'As it stood on'"
_DAY_ON_PAPER = "above its questions"
_HOW_TO_JUDGE = (
    "Compliant: each time the question arises in this case, the standard was met. Not compliant: at"
    " least once it was not. Not applicable: the question does not arise. Cannot tell: you have"
    " looked, and nothing shows which it is.",
    "The reason says in a few words why: choose one of the usual, or write your own. Where"
    " practice was good but the record is poor, judge the practice and say so here. Name nobody: no"
    " names, no birthdays, no addresses.",
    "The grade is your own view of the practice that the question is about. Leave it empty if you"
    " have none.",
)
_IN_CELLS = (
    "Fill in the white cells. The others are locked: please leave them, and add or remove no rows."
    " Save the workbook as .xlsx and send it back.",
)
_ON_PAPER = (
    f"Usual reasons: {'; '.join(REASONS)}.",
    "What you write here must be typed into the workbook or CSV file of this pack, which alone can"
    " be read back: keep these pages until it has been taken.",
)
_BLIND = ("What casecheck found is not shown, so that it cannot sway you.",)
_OPEN = (
    "'casecheck says' is what the rules engine found in the extract. It is a question to you, not"
    " an answer: it may be wrong.",
    "'Rows it points to' are rows of the case's record: /meetings/0 is the first in its section"
    " meetings, /meetings/1 the second. 'with' joins the rows that one finding is about, ';' parts"
    " findings. Whoever holds the record can see row by row how casecheck came to it:"
    " casecheck explain CASE FILE --lesson LESSON, with the row's case, file and lesson; of a file"
    " of many records its name alone, without 'line' and the number.",
)
