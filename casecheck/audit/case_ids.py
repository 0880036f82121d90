"""Finds the case ids that stand in more than one record: twice the same family, or two of one name.

No record is dropped for it, since nobody but the data team can say which of them is right.
"""

from __future__ import annotations

import sqlite3
from weakref import finalize

from casecheck.results import CaseAudit, Place


class CaseIds:
    """The case ids that were read so far, and where each stood first.

    They are kept outside memory, in a temporary file that SQLite has unlinked when it writes it.

    Raises OSError when that file cannot be written (`SQLITE_TMPDIR` or `TMPDIR`).
    """

    def __init__(self) -> None:
        columns = "case_id TEXT PRIMARY KEY, file TEXT, line INTEGER"
        try:
            self._database = sqlite3.connect("", isolation_level=None)
            finalize(self, self._database.close)
            self._database.execute("PRAGMA journal_mode = OFF")
            self._database.execute(f"CREATE TABLE place ({columns}) WITHOUT ROWID")
            self._database.execute("BEGIN")
        except sqlite3.Error as error:
            raise _not_kept(error) from error

    def add(self, case_id: str, file: str, line: int | None) -> Place | None:
        """Take the place of a record; return the first one with its id, None where it is that."""
        insert = "INSERT OR IGNORE INTO place VALUES (?, ?, ?)"
        select = "SELECT file, line FROM place WHERE case_id = ?"
        name = file.encode("utf-8", "surrogateescape")  # a file's name need not be UTF-8
        try:
            if self._database.execute(insert, (case_id, name, line)).rowcount:
                return None
            first, at = self._database.execute(select, (case_id,)).fetchone()
        except sqlite3.Error as error:
            raise _not_kept(error) from error
        return Place(first.decode("utf-8", "surrogateescape"), at)

    def marked(self, audit: CaseAudit) -> CaseAudit:
        """Return a record's audit, with the first place of its id where that was before."""
        first = self.add(audit.case_id, audit.file, audit.line)
        return audit if first is None else audit._replace(repeats=first)


def _not_kept(error: sqlite3.Error) -> OSError:
    return OSError(
        f"the audit's temporary file cannot be written or read ({error}); "
        "free some space, or name another folder in TMPDIR"
    )
