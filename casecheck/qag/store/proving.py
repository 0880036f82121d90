"""Proves logs whole: exported ones, and the store's, which must go on from what was exported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from casecheck.qag.store.chain import Broken, Chain, CheckedLog, E
from casecheck.qag.store.rows import NO_ENTRY
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


def read_exported(chain: Chain[E], file: Path) -> CheckedLog[E]:
    """Return what an exported log holds, and where it is not whole.

    Raises:
        CannotVerify: where it is a folder, no file, or cannot be read.
    """
    if file.is_dir():
        raise CannotVerify(f"{file} is a folder: name the exported log that is in it")
    try:
        with open_file(file) as opened:
            return chain.verify_lines(opened)
    except NoFile as error:
        raise CannotVerify(f"{file} {error}") from None
    except OSError as error:
        raise CannotVerify(f"{file}: {error.strerror}") from None


def proved(
    chain: Chain[E],
    log: list[E],
    end: tuple[int, str] | None,
    before: Iterable[CheckedLog[E]] = (),
) -> CheckedLog[E]:
    """Return a store's log, and where it is not whole, or is not what was exported before.

    Of exports, those that are not whole themselves prove nothing of it.
    """
    broken = chain.first_broken(log, end)
    whole = [one for one in before if not one.broken]
    return CheckedLog(log, broken or chain.departed(log, whole))


def verdict(name: str, log: CheckedLog[E]) -> Verdict:
    """Return what is to be said of a log of this name."""
    last = log.entries[-1].hash if log.entries else NO_ENTRY
    return Verdict(name, len(log.entries), last, log.broken)


def need_goes_on(chain: Chain[E], older: Path, log: Sequence[E], see: str) -> None:
    """Refuse to replace an older export that shows what the log does not hold any more.

    `see` is the command that shows it.

    Raises:
        LogDeparted: where it does.
        CannotVerify: where it cannot be read.
    """
    if not older.is_file():
        return
    before = read_exported(chain, older)
    broken = before.broken or chain.departed(log, [before])
    if broken:
        message = f"{older}: the log does not go on from what is there ({broken})"
        raise LogDeparted(f"{message}: keep it, name another file, and see `{see}`")
