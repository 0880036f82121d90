"""The rows of a log in the store's file: added at its end, sealed, read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Generic

from casecheck.qag.store.chain import E
from casecheck.qag.store.file import SqlRow, StoreError, StoreFile
from casecheck.qag.store.rows import NO_ENTRY, Entry, entry_of
from casecheck.qag.store.sealed import Seals
from casecheck.qag.store.seals import LOG, NOT_SEALED, log_seal
from casecheck.qag.store.statements import ADD_ENTRY, ENTRY_ROWS, TAKE_WORDS


@dataclass(frozen=True, slots=True)
class LogTable(Generic[E]):
    """Where a log stands: the statements that read and add its rows, and take words out of one.

    `part` is what its end is sealed as.
    """

    name: str
    part: str
    rows: str
    add: str
    take_words: tuple[str, str, str]
    entry_of: Callable[[SqlRow], E]


JUDGMENT_TABLE = LogTable("judgment log", LOG, ENTRY_ROWS, ADD_ENTRY, TAKE_WORDS, entry_of)


class LogRows(Generic[E]):
    """A log of an open store; of the judgments', the methods are those of `Store`."""

    def __init__(self, file: StoreFile, seals: Seals, table: LogTable[E]) -> None:
        self._file = file
        self._seals = seals
        self._table = table

    def append(self, entries: Sequence[E]) -> None:
        """Add entries that follow the last one; they are all there, or none.

        Use it within `Store.writing`, in which the last was read.

        Raises:
            StoreError: where they do not follow the last entry by number and hash.
        """
        with self._file.writing():
            last = self.last()
            number, previous = (last.number, last.hash) if last else (0, NO_ENTRY)
            for entry in entries:
                if (entry.number, entry.previous) != (number + 1, previous):
                    message = f"entry {entry.number} does not follow entry {number} of the log"
                    raise StoreError(f"{message}, which another command may have added: try again")
                number, previous = entry.number, entry.hash
            self._file.run_many(self._table.add, [_as_row(entry) for entry in entries])
            if entries:
                self._seals.put(self._table.part, 0, log_seal(number, previous))

    def end(self) -> tuple[int, str] | None:
        """Return how many entries there must be, and the hash of the last; None if unknown."""
        sealed = self._seals.of(self._table.part, 0)
        if sealed == NOT_SEALED:
            self._seals.not_sealed[f"the end of the {self._table.name}"] = None
            return None
        number, _, last = (sealed or log_seal(0, NO_ENTRY)).partition(" ")
        return (int(number) if number.isdecimal() else -1), last

    def last(self) -> E | None:
        """Return the last entry, if there is one."""
        row = self._file.row(f"{self._table.rows} ORDER BY number DESC LIMIT 1")
        return self._table.entry_of(row) if row else None

    def take_words(self, number: int, digest: str) -> None:
        """Put a digest in the place of an entry's words; the log must stay as it is otherwise."""
        with self._file.writing():
            before, take, after = self._table.take_words
            self._file.run(before)
            self._file.run(take, (digest, number))
            self._file.run(after)

    def all(self) -> list[E]:
        """Return the entries by number."""
        rows = self._file.rows(f"{self._table.rows} ORDER BY number")
        return [self._table.entry_of(row) for row in rows]


def judgments_of(file: StoreFile, sample: int) -> list[Entry]:
    """Return the judgments of one sample by number."""
    rows = file.rows(f"{ENTRY_ROWS} WHERE sample = ? ORDER BY number", (sample,))
    return [one for one in map(entry_of, rows) if not one.is_redaction]


def _as_row(entry: E) -> SqlRow:
    one: Any = entry  # a dataclass, which no protocol can say
    return astuple(one)
