"""Sorts more text than memory should hold, in a temporary file that leaves nothing behind."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator

_BATCH = 1_000
"""Entries held in memory before they are written: few enough to be small, enough to be quick."""


def sort_key(*parts: str | int) -> bytes:
    """Join a key's parts so that keys compare byte by byte as the tuples of parts would.

    Strings compare by code point and hold no NUL; whole numbers are not negative and have at
    most twelve digits. Parts at one place are of one type in all keys.
    """
    return b"\x00".join(
        part.encode("utf-8", "surrogatepass") if isinstance(part, str) else b"%012d" % part
        for part in parts
    )


class Spool:
    """Texts by part and key, given back in the order of their keys.

    Memory stays bounded however many there are: SQLite spills both the entries and the sorting
    into its own temporary file, which it has already unlinked while it writes it.

    Raises OSError when the temporary file cannot be written (`SQLITE_TMPDIR` or `TMPDIR`).
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[str, bytes, str]] = []
        self._database = sqlite3.connect("", isolation_level=None)
        # Also an audit that ends early, by Ctrl-C or a closed pipe, lets go of the file.
        self.close = weakref.finalize(self, self._database.close)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE entry (part TEXT, key BLOB, text TEXT)")
        self._database.execute("BEGIN")

    def add(self, part: str, key: bytes, text: str) -> None:
        """Keep one text, which holds no lone surrogate."""
        self._waiting.append((part, key, text))
        if len(self._waiting) >= _BATCH:
            self._write()

    def sorted(self, part: str) -> Iterator[str]:
        """Yield the texts of one part by key, and by text where keys are equal."""
        self._write()
        try:
            for (text,) in self._database.execute(
                "SELECT text FROM entry WHERE part = ? ORDER BY key, text", (part,)
            ):
                yield text
        except sqlite3.Error as error:
            raise _temporary_file_failed(error) from error

    def _write(self) -> None:
        try:
            self._database.executemany("INSERT INTO entry VALUES (?, ?, ?)", self._waiting)
        except sqlite3.Error as error:
            raise _temporary_file_failed(error) from error
        self._waiting.clear()


def _temporary_file_failed(error: sqlite3.Error) -> OSError:
    return OSError(
        f"the report's temporary file cannot be written or read ({error}); "
        "free some space, or name another folder in TMPDIR"
    )
