"""The store of the audit cycle: runs, samples and judgments, in one SQLite file.

It never holds a record: of each it keeps the digest, the outcomes and where the findings point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from casecheck.lessons.lesson import Rules
from casecheck.results import CaseAudit, Outcome

DEFAULT_STORE = "casecheck.db"
NO_ENTRY = "0" * 64
"""What the first entry of the log names as the one before it."""
Judged = Literal["compliant", "not_compliant", "cannot_tell", "not_applicable"]


class StoreError(Exception):
    """The store cannot be used as asked; the message says why, and the cure (exit status 2).

    A store that cannot be written (a full disk) is an `OSError`, which ends with exit status 4.
    """


class StoredFinding(NamedTuple):
    """A finding without its message, which may quote the record.

    `accepted`: a waiver was in force for it.
    """

    lesson: str
    check: str
    outcome: Outcome
    fingerprint: str
    pointers: tuple[str, ...]
    accepted: bool


@dataclass(frozen=True, slots=True)
class FrameCase:
    """One record of a run, as samples are drawn from it.

    `position` counts from 1 in the order of case id, file and line, whatever the order of reading.
    `outcomes` are by lesson and check, "" being the lesson's own; of a lesson that the engine could
    not evaluate there are none.
    """

    position: int
    case_id: str
    file: str
    line: int | None
    record_digest: str
    extracted_on: str
    district: str | None
    team: str | None
    lead_agency: str | None
    outcomes: Mapping[tuple[str, str], Outcome]
    findings: tuple[StoredFinding, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """An audit that was saved.

    `settings` say in words what deviated from the pages; `parameters` (`P1.1.carry_days`) are all
    that were in force, in words; `as_of` is the latest day of an extract, "" of a run without
    records. `not_evaluated` counts the lessons that the engine could not evaluate on a record.
    """

    id: int
    label: str
    digest: str
    settings: tuple[str, ...]
    lessons: tuple[str, ...]
    as_of: str
    records: int
    unreadable: int
    not_evaluated: int = 0
    parameters: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class DrawnCase:
    """A case in a sample: in which place it was drawn, with what probability, and why.

    `probability` is exact, as text (`3/8` or `0.375`); `unusable` is the reason, "" while it is
    usable; `replaces` is the rank of the case in whose place it stands.
    """

    rank: int
    position: int
    case_id: str
    stratum: str
    probability: str
    ticket: str
    why: str
    unusable: str = ""
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of a run's cases; `design` is all that is needed to draw it again, as of JSON."""

    id: int
    name: str
    run: int
    seed: str
    design: Mapping[str, Any]
    drawn: tuple[DrawnCase, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One judgment in the log; `previous` is the hash of the entry before it, or `NO_ENTRY`.

    `sample` is the sample's id, `pack` the digest of the pack it came in; `second`: a second
    auditor's judgment of the same check of the same case.
    """

    number: int
    sample: int
    auditor: str
    case_id: str
    position: int
    lesson: str
    check: str
    judgment: Judged
    reason: str
    grade: str
    pack: str
    second: bool
    previous: str
    hash: str


class Store:
    """An open store. What is written is there whole, and on the disk, or not at all.

    `with Store.open(path, create=False) as store:` closes it again.
    """

    @classmethod
    def open(cls, path: Path, *, create: bool) -> Store:
        """Open a store, or make one where `create` and nothing is there.

        Raises:
            StoreError: where there is no store, or what is there is none.
        """
        raise NotImplementedError

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        raise NotImplementedError

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make everything within one transaction, in which nobody else can write.

        Read what you decide upon in it too, so that two people at once decide one after the other.
        An exception takes back all of it. Inside one another they are one.
        """
        raise NotImplementedError
        yield

    # --- runs ---

    def begin_run(self, label: str, rules: Rules) -> RunWriter:
        """Return what takes the audits of a run; nothing is in the store before its `finish`.

        Raises:
            StoreError: where the label is of no use, or a run has it.
        """
        raise NotImplementedError

    def runs(self) -> list[Run]:
        """Return the runs, the earliest saved first."""
        raise NotImplementedError

    def run(self, name: int | str) -> Run:
        """Return a run by its id (also as text), its label, or "latest", the last saved.

        Raises:
            StoreError: where there is none, or more than one has the label.
        """
        raise NotImplementedError

    def frame(self, run: int, lessons: Sequence[str] = ()) -> list[FrameCase]:
        """Return the records of a run by position; outcomes and findings of these lessons only.

        No lessons: all.
        """
        raise NotImplementedError

    def delete_run(self, run: int, *, with_samples: bool = False) -> None:
        """Delete a run, and its samples if asked.

        Raises:
            StoreError: where it has samples and that was not asked, or one has judgments.
        """
        raise NotImplementedError

    # --- samples ---

    def save_sample(
        self, name: str, run: int, seed: str, design: Mapping[str, Any], drawn: Sequence[DrawnCase]
    ) -> Sample:
        """Save a new sample.

        Raises:
            StoreError: where the name is of no use, or a sample has it.
        """
        raise NotImplementedError

    def change_sample(
        self, sample: int, design: Mapping[str, Any], drawn: Sequence[DrawnCase]
    ) -> Sample:
        """Put another design and other drawn cases in place of a sample's: extended, or topped up.

        Use it within `writing`, in which the sample was read. Each case drawn before stays, by
        rank, position and case id.
        """
        raise NotImplementedError

    def samples(self) -> list[Sample]:
        """Return the samples, the earliest saved first."""
        raise NotImplementedError

    def sample(self, name: int | str) -> Sample:
        """Return a sample by its id (also as text), its name, or "latest", the last saved.

        Raises:
            StoreError: where there is none.
        """
        raise NotImplementedError

    # --- judgments ---

    def append_entries(self, entries: Sequence[Entry]) -> None:
        """Add entries to the log; they are all there, or none.

        Use it within `writing`, in which `last_entry` was read.

        Raises:
            StoreError: where they do not follow the last entry by number and hash.
        """
        raise NotImplementedError

    def last_entry(self) -> Entry | None:
        """Return the last entry of the log, if there is one."""
        raise NotImplementedError

    def entries(self, sample: int | None = None) -> list[Entry]:
        """Return the log's entries by number, or those of one sample."""
        raise NotImplementedError


class RunWriter:
    """Takes what an audit finds, record by record, and saves it at the end as one run."""

    def add(self, audit: CaseAudit) -> None:
        """Take one record's audit, with its waivers marked."""
        raise NotImplementedError

    def add_unreadable(self) -> None:
        """Count an input that could not be read."""
        raise NotImplementedError

    def finish(self) -> Run:
        """Save the run; when this returns, it is on the disk."""
        raise NotImplementedError
