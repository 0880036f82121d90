"""A file of what records were audited to, by the digest of all that it hangs on (SQLite).

Only time hangs on it. A row has a seal over itself: one that is not as it was written is worked out
anew, and so is everything where the file cannot be read. It may hold our one table and nothing
else, since a file from outside may be made to do harm. It speaks of families: it is its owner's
alone, and so is what SQLite puts beside it.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from casecheck.record.faults import CasecheckError
from casecheck.text.whole_file import FILE_RIGHTS, sync_folder

UNUSED_RUNS = 16
"""A row that so many audits in a row have not asked for is deleted."""
_NOTED_EVERY = UNUSED_RUNS // 2
"""That a row was asked for is written once in so many audits: to write all takes long."""
_APPLICATION = 0x43436163
_TABLE = (
    "CREATE TABLE audited (key BLOB PRIMARY KEY, seal BLOB, used INTEGER, content TEXT)"
    " WITHOUT ROWID"
)
_PRAGMAS = (
    "trusted_schema = OFF",  # what a schema says is not run
    "synchronous = NORMAL",  # a power cut may take back the last rows, and damages nothing
    "secure_delete = ON",  # what is deleted is overwritten
    "temp_store = MEMORY",
)
_BESIDE = ("", "-wal", "-shm", "-journal")
_SECONDS_TO_WAIT = 60
_LONGEST = 256 << 20


class UnfitCache(CasecheckError):  # noqa: N818 - says what to do
    """The file cannot be a cache: wrong usage; the message says why, and what to do."""


class Row(NamedTuple):
    """What one record was audited to, and in which audit of this file it was last asked for."""

    content: str
    used: int


class CacheFile:
    """The open file, in the `run`th audit that uses it."""

    def __init__(self, path: Path, run: int = 0) -> None:
        self.path = path
        self.run = run
        self._database = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            timeout=_SECONDS_TO_WAIT,
            isolation_level=None,
            uri=True,
        )
        self._database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        for pragma in _PRAGMAS:
            self._database.execute(f"PRAGMA {pragma}")

    @classmethod
    def begin(cls, path: Path) -> CacheFile:
        """Open a cache for one more audit; make it where there is none.

        Raises:
            UnfitCache: where this is none, or somebody else may write to it.
        """
        try:
            _make_private(path)
            found = cls(path)
            try:
                found._prepare()
            except BaseException:
                found.close()
                raise
        except (sqlite3.Error, OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is none, or a damaged one"
            raise _unfit(path, f"cannot be used as a cache ({why})") from None
        return found

    def _prepare(self) -> None:
        run = self._database.execute
        run("BEGIN IMMEDIATE")
        schema = [sql for (sql,) in run("SELECT sql FROM sqlite_master")]
        ours = self._pragma("application_id")
        if not schema and not ours:
            run(_TABLE)
            run(f"PRAGMA application_id = {_APPLICATION}")
        elif schema != [_TABLE] or ours != _APPLICATION:
            raise ValueError
        self.run = self._pragma("user_version") + 1
        run(f"PRAGMA user_version = {self.run}")
        run("COMMIT")
        with suppress(sqlite3.OperationalError):  # two who begin at once: either sets it
            run("PRAGMA journal_mode = WAL")

    def _pragma(self, name: str) -> int:
        value: int = self._database.execute(f"PRAGMA {name}").fetchone()[0]
        return value

    def found(self, keys: Sequence[bytes]) -> tuple[dict[bytes, Row], int]:
        """Return the rows of these keys that are there as they were written; how many are not.

        Raises sqlite3.Error where the file cannot be read.
        """
        asked = ", ".join("?" * len(keys))
        question = f"SELECT key, seal, used, content FROM audited WHERE key IN ({asked})"  # noqa: S608
        rows: dict[bytes, Row] = {}
        damaged = 0
        for key, seal, used, content in self._database.execute(question, keys):
            if isinstance(content, str) and seal == _seal(key, content) and isinstance(used, int):
                rows[key] = Row(content, used)
            else:
                damaged += 1
        return rows, damaged

    def keep(self, new: Iterable[tuple[bytes, str]], again: Iterable[tuple[bytes, Row]]) -> None:
        """Write rows that are new, and that others were asked for again.

        Raises sqlite3.Error where the file cannot be written.
        """
        rows = [(key, _seal(key, content), self.run, content) for key, content in new]
        noted = [(self.run, key) for key, row in again if row.used <= self.run - _NOTED_EVERY]
        if not (rows or noted):
            return
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._database.executemany("INSERT OR REPLACE INTO audited VALUES (?, ?, ?, ?)", rows)
            self._database.executemany("UPDATE audited SET used = ? WHERE key = ?", noted)
            self._database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise

    def end(self) -> None:
        """Delete what long nobody asked for, and close the file."""
        with suppress(sqlite3.Error):  # the next audit tries again
            gone = "DELETE FROM audited WHERE used <= ?"
            self._database.execute(gone, (self.run - UNUSED_RUNS,))
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def delete(path: Path) -> None:
    """Delete a cache, with what SQLite has put beside it."""
    for suffix in reversed(_BESIDE):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _seal(key: bytes, content: str) -> bytes:
    return sha256(key + content.encode()).digest()[:16]


def _make_private(path: Path) -> None:
    """Make an empty file for its owner alone, unless there is one; refuse one that is not so."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, FILE_RIGHTS))
        sync_folder(path.absolute().parent)
    for suffix in _BESIDE:
        with suppress(FileNotFoundError):
            there = os.stat(f"{path}{suffix}")  # noqa: PTH116 - a name, with what is put after it
            if not stat.S_ISREG(there.st_mode):
                raise _unfit(path, f"cannot be a cache: {path}{suffix} is no file")
            if there.st_uid != os.geteuid():
                raise _unfit(path, "belongs to another user")
            if not suffix and there.st_size and not _is_ours(path):
                raise _unfit(path, "is no cache of casecheck")  # whoever may read it
            if there.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise _unfit(path, f"is a cache that others may use: chmod 600 {path}{suffix}, or")


def _is_ours(path: Path) -> bool:
    """Say whether a file begins as our caches do: SQLite's own name, and our number at byte 68."""
    with path.open("rb") as file:
        head = file.read(72)
    return head.startswith(b"SQLite format 3\0") and head[68:] == _APPLICATION.to_bytes(4, "big")


def _unfit(path: Path, why: str) -> UnfitCache:
    return UnfitCache(f"{path} {why}{'' if why.endswith('or') else ';'} name another file")
