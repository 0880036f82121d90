"""Proves logs whole: exported ones, and the store's, which must go on from what was exported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from casecheck.qag.judgments.log import (
    Broken,
    CheckedLog,
    departed,
    first_broken,
    verify_lines,
)
from casecheck.qag.judgments.taking import LogBroken
from casecheck.qag.store.rows import NO_ENTRY, Entry
from casecheck.qag.store.store import Store
from casecheck.text.regular_file import NoFile, open_file


class CannotVerify(ValueError):  # noqa: N818 - says why
    """A file is no log that could be proved; the message says why."""


class LogDeparted(ValueError):  # noqa: N818 - says where
    """An older export shows what the log does not hold any more; the message says what to do."""


class Verdict(NamedTuple):
    """Whether a log is whole: its name, how many entries were read, the hash of the last.

    `broken` is the first place where it is not.
    """

    log: str
    entries: int
    last: str
    broken: Broken | None

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.broken is None


def read_export(file: Path) -> CheckedLog:
    """Return what an exported log holds, and where it is not whole.

    Raises:
        CannotVerify: where it is a folder, no file, or cannot be read.
    """
    if file.is_dir():
        raise CannotVerify(f"{file} is a folder: name the exported log that is in it")
    try:
        with open_file(file) as opened:
            return verify_lines(opened)
    except NoFile as error:
        raise CannotVerify(f"{file} {error}") from None
    except OSError as error:
        raise CannotVerify(f"{file}: {error.strerror}") from None


def check_store(store: Store, before: Iterable[CheckedLog] = ()) -> CheckedLog:
    """Return the store's log, and where it is not whole, or is not what was exported before.

    Of exports, those that are not whole themselves prove nothing of it.

    Raises:
        StoreError: where the store is damaged.
    """
    store.check()
    log = store.entries()
    broken = first_broken(log, store.log_end())
    return CheckedLog(log, broken or departed(log, [one for one in before if not one.broken]))


def verdict(name: str, log: CheckedLog) -> Verdict:
    """Return what is to be said of a log of this name."""
    last = log.entries[-1].hash if log.entries else NO_ENTRY
    return Verdict(name, len(log.entries), last, log.broken)


def need_whole(entries: Sequence[Entry], end: tuple[int, str] | None = None) -> None:
    """Refuse a log that is not whole, or does not end as it must (`Store.log_end`).

    Raises:
        LogBroken: where it is not.
    """
    if broken := first_broken(entries, end):
        raise LogBroken(broken)


def need_beginning(older: Path, log: Sequence[Entry], store_file: Path) -> None:
    """Refuse to replace an older export that shows what the log does not hold any more.

    Raises:
        LogDeparted: where it does.
        CannotVerify: where it cannot be read.
    """
    if not older.is_file():
        return
    before = read_export(older)
    broken = before.broken or departed(log, [before])
    if broken:
        message = f"{older}: the log does not go on from what is there ({broken})"
        cure = f"keep it, name another file, and see `judge --verify {older} --store {store_file}`"
        raise LogDeparted(f"{message}: {cure}")
