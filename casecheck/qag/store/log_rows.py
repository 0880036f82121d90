"""The rows of the judgment log in the store's file: added at its end, sealed, read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

from casecheck.qag.store.file import StoreError, StoreFile
from casecheck.qag.store.rows import NO_ENTRY, Entry, entry_of
from casecheck.qag.store.sealed import Seals
from casecheck.qag.store.seals import LOG, NOT_SEALED, log_seal
from casecheck.qag.store.statements import ADD_ENTRY, ENTRY_ROWS, TAKE_WORDS


class LogRows:
    """The log of an open store; its methods are those of `Store`."""

    def __init__(self, file: StoreFile, seals: Seals) -> None:
        self._file = file
        self._seals = seals

    def append(self, entries: Sequence[Entry]) -> None:
        """Add entries that follow the last one."""
        with self._file.writing():
            last = self.last()
            number, previous = (last.number, last.hash) if last else (0, NO_ENTRY)
            for entry in entries:
                if (entry.number, entry.previous) != (number + 1, previous):
                    message = f"entry {entry.number} does not follow entry {number} of the log"
                    raise StoreError(f"{message}, which another command may have added: try again")
                number, previous = entry.number, entry.hash
            self._file.run_many(ADD_ENTRY, map(astuple, entries))
            if entries:
                self._seals.put(LOG, 0, log_seal(number, previous))

    def end(self) -> tuple[int, str] | None:
        """Return how many entries there must be, and the hash of the last; None if unknown."""
        sealed = self._seals.of(LOG, 0)
        if sealed == NOT_SEALED:
            self._seals.not_sealed["the end of the judgment log"] = None
            return None
        number, _, last = (sealed or log_seal(0, NO_ENTRY)).partition(" ")
        return (int(number) if number.isdecimal() else -1), last

    def last(self) -> Entry | None:
        """Return the last entry, if there is one."""
        row = self._file.row(f"{ENTRY_ROWS} ORDER BY number DESC LIMIT 1")
        return entry_of(row) if row else None

    def take_words(self, number: int, digest: str) -> None:
        """Put a digest in the place of an entry's words; the log must stay as it is otherwise."""
        with self._file.writing():
            before, take, after = TAKE_WORDS
            self._file.run(before)
            self._file.run(take, (digest, number))
            self._file.run(after)

    def entries(self, sample: int | None) -> list[Entry]:
        """Return the entries by number; of one sample the judgments alone."""
        if sample is None:
            return [entry_of(row) for row in self._file.rows(f"{ENTRY_ROWS} ORDER BY number")]
        rows = self._file.rows(f"{ENTRY_ROWS} WHERE sample = ? ORDER BY number", (sample,))
        return [one for one in map(entry_of, rows) if not one.is_redaction]
