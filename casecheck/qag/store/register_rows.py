"""The entries of the register: what was said of a response's actions, and entered for its measures.

They stand in a log that only grows (`chain.py`), apart from the log of judgments.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from casecheck.qag.store.file import SqlRow
from casecheck.qag.store.log_rows import LogTable
from casecheck.qag.store.schema import REGISTER_AS_IT_IS
from casecheck.qag.store.seals import REGISTER

EntryKind = Literal["update", "figure", "redacted"]
UPDATE: EntryKind = "update"
FIGURE: EntryKind = "figure"
REDACTED: EntryKind = "redacted"


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One entry of the register; `previous` is the hash of the entry before it, or `NO_ENTRY`.

    An `update` gives the action that is its `subject` a status from `day` on, with evidence in
    somebody's own words, which have a salt as an auditor's reason has. A `figure` gives what an
    outside source says of the measure that is its `subject`: `fields` is JSON. `review` is whose
    action or measure it is. One that is redacted (`is_redaction`) says which entry's words were
    taken out by its `subject`, and why by its evidence.
    """

    number: int
    review: str
    kind: EntryKind
    subject: str
    day: str
    status: str
    fields: str
    who: str
    evidence: str
    previous: str
    hash: str
    salt: str = ""
    digest: str = ""

    @property
    def is_redaction(self) -> bool:
        """Whether it says that the words of another entry were taken out."""
        return self.kind == REDACTED


_COLUMNS = [field.name for field in fields(RegisterEntry)]
_ROWS = f"SELECT {', '.join(_COLUMNS)} FROM register"  # noqa: S608 - our own names
_ADD = f"INSERT INTO register VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_TAKE_WORDS = (
    "DROP TRIGGER IF EXISTS register_as_it_is",
    "UPDATE register SET evidence = '', salt = '', digest = ? WHERE number = ?",
    REGISTER_AS_IT_IS,
)


def _entry_of(row: SqlRow) -> RegisterEntry:
    return RegisterEntry(*row)


REGISTER_TABLE = LogTable("register", REGISTER, _ROWS, _ADD, _TAKE_WORDS, _entry_of)
