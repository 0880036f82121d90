"""Open the SQLite file of the store, and write to it whole or not at all."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from casecheck.qag.store.schema import APPLICATION_ID, MIGRATIONS, SCHEMA, schema_of
from casecheck.text.printable import printable
from casecheck.text.whole_file import FILE_RIGHTS, sync_folder

SECONDS_TO_WAIT = 60
"""How long to wait for another to finish writing, which takes a moment for all but vast runs."""
MAX_NAME = 100
"""Characters of a run's label or a sample's name."""
_ATTEMPTS = 3
_FULL = "the disk is full, or that of temporary files (TMPDIR); free some space, and try again"
_NOT_OURS = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_TOOBIG}
_NOT_OURS_AT_FIRST = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_SCHEMA}
"""What SQLite says of a file that it cannot make sense of, while it is opened."""
_NOT_ALLOWED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_WAITED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

_BESIDE = ("", "-wal", "-shm", "-journal")
"""The files that SQLite opens, by what is put after the store's name."""
_LONGEST = 64 << 20
"""Bytes of a value: no store of ours holds a longer one, and a damaged one may claim to."""
_STATISTICS = "sqlite_stat"
"""How the tables are named in which ANALYZE keeps its counts: they decide nothing."""
_HARDENED = (
    "PRAGMA trusted_schema = OFF",  # what a schema says is not run
    "PRAGMA cell_size_check = ON",
    "PRAGMA temp_store = MEMORY",  # nothing of it in the system's temporary folder
)

SqlRow = tuple[Any, ...]


class StoreError(Exception):
    """The store cannot be used as asked; the message says why, and the cure (exit status 2).

    A store that cannot be written (a full disk) is an `OSError`, which ends with exit status 4.
    """


class NotAsSaved(StoreError):  # noqa: N818 - says what is wrong
    """What is in the store is not what was put there: damage, or another program's work."""


class StoreFile:
    """The open file. Journal: write-ahead, on the disk before a commit returns."""

    def __init__(self, path: Path, *, create: bool) -> None:
        self.path = path
        self._depth = 0
        self._preparing = True
        _refuse_no_file(path)
        if create:
            _make_private(path)
        elif not path.is_file():
            cure = "`casecheck audit PATH --store FILE` makes one"
            raise StoreError(f"there is no store {path}: {cure}")
        with self._faults_told():
            # SQLite's own transactions only: none that Python begins unasked.
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}",
                timeout=SECONDS_TO_WAIT,
                isolation_level=None,
                uri=True,
            )
        # What is no UTF-8 was not written by us: it must be read, for the log to name the entry.
        self._connection.text_factory = lambda text: text.decode(errors="replace")
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        try:
            with self._faults_told():
                self._prepare(create=create)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._connection.close()

    def _prepare(self, *, create: bool) -> None:
        for statement in _HARDENED:
            self._connection.execute(statement)
        with self.reading():
            self._refuse_other(allow_empty=create)
            self._refuse_other_schema()
        self._preparing = False
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        self._make_write_ahead()
        if self._version() < len(MIGRATIONS):
            with self.writing():
                self._upgrade()

    def _make_write_ahead(self) -> None:
        """Set the journal, which is kept in the file; two who make a new store do so at once."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if _code(error) not in _WAITED or attempt == _ATTEMPTS:
                    raise
                # This one change does not wait by itself: wait for the other's transaction.
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.execute("ROLLBACK")

    def _refuse_other(self, *, allow_empty: bool) -> None:
        ours = self._pragma("application_id") == APPLICATION_ID
        if not (ours or (allow_empty and self._is_empty())):
            raise StoreError(f"{self.path} is not a store of casecheck: name another file")

    def _refuse_other_schema(self) -> None:
        """Refuse a file with anything that we did not make: a view or a trigger might do anything.

        Triggers that are gone are no reason: what they prevent is found out by the log's hashes.
        """
        expected = schema_of(MIGRATIONS[: self._version()])
        found = {
            thing
            for thing in self._connection.execute(SCHEMA)
            if not str(thing[1]).startswith(_STATISTICS)
        }
        for kind, name, *_ in sorted(found - expected, key=repr):
            what = f"a {kind} {printable(str(name))!r}"
            message = f"{self.path} holds {what} that casecheck did not make so"
            raise StoreError(f"{message}: it is damaged or was changed; put back a copy of it")
        if any(kind != "trigger" for kind, *_ in expected - found):
            raise StoreError(f"{self.path} is damaged: a table is gone; put back a copy of it")

    def _upgrade(self) -> None:
        self._refuse_other(allow_empty=True)
        for migration in MIGRATIONS[self._version() :]:
            for statement in migration:
                self._connection.execute(statement)
        self._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def _version(self) -> int:
        version = self._pragma("user_version")
        if version > len(MIGRATIONS):
            message = f"{self.path} was written by a newer casecheck: update this one to use it"
            raise StoreError(message)
        if version < 0:
            raise StoreError(f"{self.path} is damaged: put back a copy of it")
        return version

    def _is_empty(self) -> bool:
        (things,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return not (things or self._pragma("user_version") or self._pragma("application_id"))

    def _pragma(self, name: str) -> int:
        value: int = self._connection.execute(f"PRAGMA {name}").fetchone()[0]
        return value

    # --- use ---

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make everything within one transaction; alone, from its beginning, in writing."""
        with self._within("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read within it one state of the store, whoever writes meanwhile."""
        with self._within("BEGIN"):
            yield

    @contextmanager
    def _within(self, begin: str) -> Iterator[None]:
        with self._faults_told():
            if not self._depth:
                self._connection.execute(begin)
            self._depth += 1
            try:
                yield
                if self._depth == 1:
                    self._connection.execute("COMMIT")
            finally:
                self._depth -= 1
                if not self._depth:
                    self._take_back()

    def _take_back(self) -> None:
        """Take back what was not committed; a commit that failed may have done so already."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except (sqlite3.Error, MemoryError):
            self._connection.close()  # which takes it back too; why it came to this is told

    def rows(self, question: str, values: Sequence[object] = ()) -> Iterator[SqlRow]:
        """Yield the rows that answer a question."""
        with self._faults_told():
            # Not `yield from`: it would close the cursor of a generator that is left half read,
            # which a connection that is closed by then answers with an error out of nowhere.
            cursor = self._connection.execute(question, values)
            try:
                for row in cursor:  # noqa: UP028
                    yield row
            except (sqlite3.Error, MemoryError):
                with suppress(sqlite3.Error):  # else it keeps the file from others
                    cursor.close()
                raise

    def row(self, question: str, values: Sequence[object] = ()) -> SqlRow | None:
        """Return the first row that answers a question, if there is one."""
        return next(self.rows(question, values), None)

    def run(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run one statement; return the id of the row that it added, if it did."""
        with self._faults_told():
            return self._connection.execute(statement, values).lastrowid or 0

    def run_many(self, statement: str, values: Iterable[Sequence[object]]) -> None:
        """Run one statement for each tuple of values."""
        with self._faults_told():
            self._connection.executemany(statement, values)

    def check(self) -> None:
        """Read the whole file through, to see that it is in order.

        Raises:
            StoreError: where it is damaged.
        """
        found = self.row("PRAGMA quick_check(1)")
        if found != ("ok",):
            raise StoreError(f"{self.path} is damaged, and proves nothing: put back a copy of it")

    def shrink(self) -> None:
        """Take what was deleted out of the journal, too, unless somebody is reading there."""
        if not self._depth:
            list(self.rows("PRAGMA wal_checkpoint(TRUNCATE)"))

    def rewrite(self) -> bool:
        """Write the file anew without what was deleted, and empty the journal.

        Return whether the journal is empty: it is not while somebody is reading there.
        """
        with self._faults_told():
            self._connection.execute("VACUUM")
            (busy, *_), *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return not busy

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        """Turn SQLite's errors into what the user can do about them."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._told(error) from error
        except UnicodeDecodeError as error:
            if not self._preparing:
                raise
            # SQLite's message, which quotes a schema that is damaged.
            raise self._not_ours() from error

    def _told(self, error: sqlite3.Error) -> Exception:
        code = _code(error)
        if code in _NOT_OURS or (self._preparing and code in _NOT_OURS_AT_FIRST):
            return self._not_ours()
        if code in _NOT_ALLOWED:
            return StoreError(
                f"the store {self.path} cannot be opened: it and its folder must be there and let"
                " you write, even if you only read it"
            )
        if code == sqlite3.SQLITE_FULL:
            return self._failed(errno.ENOSPC, _FULL)
        if code in _WAITED:
            return self._failed(errno.EBUSY, "another command is writing to it; try again")
        return self._failed(errno.EIO, f"{error}")

    def _not_ours(self) -> StoreError:
        message = f"{self.path} is not a store of casecheck, or a damaged one: name another file"
        return StoreError(f"{message}, or put back a copy")

    def _failed(self, number: int, why: str) -> OSError:
        return OSError(number, f"the store {self.path} cannot be written: {why}")


def _refuse_no_file(path: Path) -> None:
    """Refuse what SQLite would open and wait on: it, and what lies beside it, must be files."""
    for suffix in _BESIDE:
        one = f"{path}{suffix}"
        try:
            mode = os.stat(one).st_mode  # noqa: PTH116 - a name, with what is put after it
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            message = f"the store {path} cannot be opened: it and its folder must be there and let"
            raise StoreError(f"{message} you write, even if you only read it ({why})") from None
        if not (stat.S_ISREG(mode) or (stat.S_ISDIR(mode) and not suffix)):
            raise StoreError(f"{one} is a pipe, a device or such, and no file: name another file")


def _make_private(path: Path) -> None:
    """Make an empty file that only its owner can read, unless there is one; SQLite fills it.

    What SQLite puts beside it has the same rights. Where it cannot be made, SQLite says why.
    """
    target = os.path.realpath(path)
    with suppress(OSError, ValueError):
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, FILE_RIGHTS))
        sync_folder(Path(target).parent)


def _code(error: sqlite3.Error) -> int:
    """Return SQLite's primary code, without what extends it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
