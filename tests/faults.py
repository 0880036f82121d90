"""Lets each call of the system fail in turn, as SQLite's own tests do.

`sweep` runs something again and again: the first time the first call fails, then the second, until
none fails any more. Then every call has failed once.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

Wrong = Callable[[], BaseException]
KINDS: dict[str, Wrong] = {
    "full": lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "broken": lambda: OSError(errno.EIO, os.strerror(errno.EIO)),
    "memory": MemoryError,
}
OF_FILES = (
    (os, "fsync"),
    (os, "fdopen"),
    (os, "chown"),
    (tempfile, "mkstemp"),
    (tempfile, "mkdtemp"),
    (tempfile, "TemporaryFile"),
    (Path, "chmod"),
    (Path, "replace"),
    (Path, "hardlink_to"),
    (Path, "write_bytes"),
    (Path, "write_text"),
    (Path, "mkdir"),
)
"""The calls by which what is written reaches the disk, besides those of text files."""


class Faults:
    """Counts calls, and fails at one of them, and (as a disk does) at all that follow if asked."""

    def __init__(self, at: int, wrong: Wrong, *, lasting: bool = False) -> None:
        self.calls = 0
        self.failed = False
        self._at = at
        self._wrong = wrong
        self._lasting = lasting

    def count(self) -> None:
        self.calls += 1
        if self.calls == self._at or (self._lasting and self.calls > self._at):
            self.failed = True
            raise self._wrong()


@contextmanager
def failing(
    monkeypatch: pytest.MonkeyPatch, faults: Faults, calls: Any = OF_FILES
) -> Iterator[None]:
    """Let these calls fail as the faults say, while the context lasts."""
    with monkeypatch.context() as patched:
        for owner, name in calls:
            patched.setattr(owner, name, _counted(getattr(owner, name), faults))
        patched.setattr(io, "TextIOWrapper", _text(faults))
        yield


def _counted(call: Callable[..., Any], faults: Faults) -> Callable[..., Any]:
    def counted(*arguments: Any, **named: Any) -> Any:
        faults.count()
        return call(*arguments, **named)

    return counted


def _text(faults: Faults) -> type[io.TextIOWrapper]:
    class Text(io.TextIOWrapper):
        def write(self, text: str) -> int:
            faults.count()
            return super().write(text)

        def flush(self) -> None:
            faults.count()
            super().flush()

        def __del__(self) -> None:
            # One that failed is thrown away; Python 3.13 would report that it fails once more.
            with suppress(OSError, MemoryError, ValueError):
                self.close()

    return Text


def connecting(faults: Faults, code: int) -> type[sqlite3.Connection]:
    """Return connections whose every statement, and every row that is fetched, may fail."""

    def wrong() -> None:
        try:
            faults.count()
        except MemoryError:
            raise
        except OSError as error:
            failed = sqlite3.OperationalError(str(error))
            failed.sqlite_errorcode = code
            raise failed from None

    class Rows(sqlite3.Cursor):
        def __next__(self) -> Any:
            wrong()
            return super().__next__()

    class Connection(sqlite3.Connection):
        def execute(self, *arguments: Any) -> Any:
            wrong()
            return self.cursor(Rows).execute(*arguments)

        def executemany(self, *arguments: Any) -> Any:
            wrong()
            return super().executemany(*arguments)

    return Connection


def sweep(once: Callable[[int], Faults], step: int = 1, first: int = 1) -> int:
    """Run once with each so-manieth call failing, until none does; return how many calls failed.

    `step`: how many calls to pass over each time.
    """
    for number in builtins.range(first, 100_000, step):
        if not once(number).failed:
            return (number - first) // step
    raise AssertionError("it never came to its end")
