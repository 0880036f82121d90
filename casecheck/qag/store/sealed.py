"""Holds what is read of the store to its seals: refuses, or notes, what is not as it was saved."""

from __future__ import annotations

from typing import NamedTuple

from casecheck.qag.store.file import NotAsSaved, StoreFile
from casecheck.qag.store.seals import NOT_SEALED, RUN
from casecheck.qag.store.statements import ALL_IDS

SENSELESS = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What Python says of values that nobody saved so."""


class SealedPart(NamedTuple):
    """A part that a seal is of: in words, of what it is a part, and the cure if it is not right."""

    part: str
    number: int
    what: str
    owner: str
    cure: str = ""


def part_of_run(part: str, run: int) -> SealedPart:
    """Return a part of a run: itself, or what is saved of its records."""
    cure = f", or delete the run (`casecheck runs delete {run}`) and audit again"
    what = f"run {run}" if part == RUN else f"what is saved of run {run}"
    return SealedPart(part, run, what, f"run {run}", cure)


class Seals:
    """The seals of an open store."""

    def __init__(self, file: StoreFile) -> None:
        self._file = file
        self.not_sealed: dict[str, None] = {}
        """What was read that an older casecheck saved without a seal, in words, in order."""

    def of(self, part: str, number: int) -> str | None:
        """Return the digest that seals a part; None where it has none."""
        row = self._file.row("SELECT digest FROM seal WHERE part = ? AND id = ?", (part, number))
        return str(row[0]) if row else None

    def put(self, part: str, number: int, digest: str) -> None:
        """Seal a part: of a run or a sample by its number, the log by 0."""
        self._file.run("INSERT OR REPLACE INTO seal VALUES (?, ?, ?)", (part, number, digest))

    def remove(self, number: int, *parts: str) -> None:
        """Take away the seals of parts of a run or a sample."""
        for part in parts:
            self._file.run("DELETE FROM seal WHERE part = ? AND id = ?", (part, number))

    def need(self, sealed: SealedPart, digest: str, changed: list[str] | None) -> bool:
        """Refuse, or note, a part that is not as it was saved; tell whether it is sealed at all."""
        seal = self.of(sealed.part, sealed.number)
        if seal == NOT_SEALED:
            self.not_sealed[sealed.owner] = None
            return False
        if seal != digest:
            error = self.not_as_saved(sealed.what, sealed.cure)
            if changed is None:
                raise error
            changed.append(str(error))
        return True

    def need_all(self, part: str, changed: list[str] | None = None) -> None:
        """See that there are those runs, or samples, that were saved, and no other."""
        there = list(self._file.rows(ALL_IDS[part]))
        sealed = list(self._file.rows("SELECT id FROM seal WHERE part = ? ORDER BY id", (part,)))
        if there != sealed:
            error = self.not_as_saved(f"the list of {part}s")
            if changed is None:
                raise error
            changed.append(str(error))

    def not_as_saved(self, what: str, cure: str = "") -> NotAsSaved:
        """Return the error that says what is not as it was saved, and what to do."""
        why = "the file is damaged, or another program changed it"
        message = f"{what} in {self._file.path} is not as it was saved: {why}"
        return NotAsSaved(f"{message}. Put back a copy of the store{cure}")
