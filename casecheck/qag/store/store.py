"""The store of the audit cycle: runs, samples and judgments, in one SQLite file.

It never holds a record: of each it keeps the digest, the outcomes and where the findings point.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Literal, NamedTuple

from casecheck.lessons.lesson import Rules
from casecheck.qag.store.file import SqlRow, StoreError, StoreFile
from casecheck.qag.store.run_writer import RunWriter
from casecheck.results import MetInstance, Outcome

__all__ = [
    "DEFAULT_STORE",
    "LATEST",
    "MAX_NAME",
    "NO_ENTRY",
    "DrawnCase",
    "Entry",
    "FrameCase",
    "Judged",
    "Run",
    "RunWriter",
    "Sample",
    "Store",
    "StoreError",
    "StoredFinding",
]

DEFAULT_STORE = "casecheck.db"
LATEST = "latest"
"""The name of the run, or the sample, that was saved last."""
MAX_NAME = 100
NO_ENTRY = "0" * 64
"""What the first entry of the log names as the one before it."""
Judged = Literal["compliant", "not_compliant", "cannot_tell", "not_applicable"]


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
    not evaluate there are none. The instances that are `met` are there where they were asked for.
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
    met: tuple[MetInstance, ...] = ()


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
    parameters: Mapping[str, str] = field(default_factory=dict)


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

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    @classmethod
    def open(cls, path: Path, *, create: bool) -> Store:
        """Open a store, or make one where `create` and nothing is there.

        Raises:
            StoreError: where there is no store, or what is there is none.
        """
        return cls(StoreFile(path, create=create))

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def check(self) -> None:
        """Read the whole file through, to see that it is in order: SQLite's quick check.

        Raises:
            StoreError: where it is damaged.
        """
        self._file.check()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make everything within one transaction, in which nobody else can write.

        Read what you decide upon in it too, so that two people at once decide one after the other.
        An exception takes back all of it. Inside one another they are one.
        """
        with self._file.writing():
            yield

    # --- runs ---

    def begin_run(self, label: str, rules: Rules) -> RunWriter:
        """Return what takes the audits of a run; nothing is in the store before its `finish`.

        `label` may be "", which names no run.

        Raises:
            StoreError: where the label is of no use, or a run has it.
        """
        with self._file.writing():  # what cannot be written is told before the audit
            if label:
                _refuse_odd(label, "a label")
                same = self._file.row("SELECT id FROM run WHERE label = ?", (label,))
                if same:
                    message = f"run {same[0]} has the label {label!r}: choose another"
                    raise StoreError(f"{message}, or `casecheck runs delete {same[0]}`")
        return RunWriter(self._file, label, rules)

    def runs(self) -> list[Run]:
        """Return the runs, the earliest saved first."""
        return [_run(row) for row in self._file.rows(f"{_RUN} ORDER BY id")]

    def run(self, name: int | str) -> Run:
        """Return a run by its id (also as text), its label, or "latest", the last saved.

        Raises:
            StoreError: where there is none, or more than one has the label.
        """
        if name == LATEST:
            rows = list(self._file.rows(f"{_RUN} ORDER BY id DESC LIMIT 1"))
        elif _is_id(name):
            rows = list(self._file.rows(f"{_RUN} WHERE id = ?", (int(name),)))
        else:
            rows = list(self._file.rows(f"{_RUN} WHERE label = ?", (name,)))
        if len(rows) > 1:  # two audits that were saved at the same time
            ids = " and ".join(str(row[0]) for row in rows)
            raise StoreError(f"runs {ids} have the label {name!r}: give the number")
        if not rows:
            raise StoreError(f"no run {name!r} in {self._file.path}: see `casecheck runs list`")
        return _run(rows[0])

    def frame(
        self, run: int, lessons: Sequence[str] = (), *, with_met: bool = False
    ) -> list[FrameCase]:
        """Return the records of a run by position; outcomes and findings of these lessons only.

        No lessons: all. `with_met`: the instances that are met too.
        """
        with self._file.reading():
            return list(self._frame(run, frozenset(lessons), with_met=with_met))

    def delete_run(self, run: int, *, with_samples: bool = False) -> list[str]:
        """Delete a run, and its samples if asked; return the names of these.

        Raises:
            StoreError: where it has samples and that was not asked, or one has judgments.
        """
        with self._file.writing():
            asked = "SELECT id, name FROM sample WHERE run = ? ORDER BY id"
            held = list(self._file.rows(asked, (run,)))
            for sample, name in held:
                if not with_samples:
                    cure = "`--with-samples` deletes both"
                    raise StoreError(f"the sample {name!r} was drawn from run {run}: {cure}")
                if self._file.row("SELECT 1 FROM entry WHERE sample = ?", (sample,)):
                    message = f"the sample {name!r} of run {run} has judgments, which stay"
                    raise StoreError(f"{message}: delete the whole store if you must")
            self._file.run("DELETE FROM sample WHERE run = ?", (run,))
            self._file.run("DELETE FROM run WHERE id = ?", (run,))
        self._file.shrink()
        return [name for _, name in held]

    # --- samples ---

    def save_sample(
        self, name: str, run: int, seed: str, design: Mapping[str, Any], drawn: Sequence[DrawnCase]
    ) -> Sample:
        """Save a new sample.

        Raises:
            StoreError: where the name is of no use, or a sample has it.
        """
        _refuse_odd(name, "a sample's name")
        with self._file.writing():
            if self._file.row("SELECT 1 FROM sample WHERE name = ?", (name,)):
                raise StoreError(f"there is a sample {name!r} already: choose another name")
            if not self._file.row("SELECT 1 FROM run WHERE id = ?", (run,)):
                raise StoreError(f"run {run} is not there any more: see `casecheck runs list`")
            sample = self._file.run(
                "INSERT INTO sample (name, run, seed, design) VALUES (?, ?, ?, ?)",
                (name, run, seed, _design(design)),
            )
            self._save_drawn(sample, drawn)
            return self.sample(sample)

    def change_sample(
        self, sample: int, design: Mapping[str, Any], drawn: Sequence[DrawnCase]
    ) -> Sample:
        """Put another design and other drawn cases in place of a sample's: extended, or topped up.

        Use it within `writing`, in which the sample was read. Each case drawn before stays, by
        rank, position and case id.

        Raises:
            StoreError: where one does not stay.
        """
        with self._file.writing():
            before, after = (
                {(one.rank, one.position, one.case_id) for one in cases}
                for cases in (self.sample(sample).drawn, drawn)
            )
            if before - after:
                raise StoreError("a case that was drawn stays in its sample, in its place")
            self._file.run("UPDATE sample SET design = ? WHERE id = ?", (_design(design), sample))
            self._file.run("DELETE FROM drawn WHERE sample = ?", (sample,))
            self._save_drawn(sample, drawn)
            return self.sample(sample)

    def samples(self) -> list[Sample]:
        """Return the samples, the earliest saved first."""
        with self._file.reading():
            return [self._sample(row) for row in self._file.rows(f"{_SAMPLE} ORDER BY id")]

    def sample(self, name: int | str) -> Sample:
        """Return a sample by its id (also as text), its name, or "latest", the last saved.

        Raises:
            StoreError: where there is none.
        """
        with self._file.reading():
            if name == LATEST:
                row = self._file.row(f"{_SAMPLE} ORDER BY id DESC LIMIT 1")
            elif _is_id(name):
                row = self._file.row(f"{_SAMPLE} WHERE id = ?", (int(name),))
            else:
                row = self._file.row(f"{_SAMPLE} WHERE name = ?", (name,))
            if row is None:
                cure = "see `casecheck sample list`"
                raise StoreError(f"no sample {name!r} in {self._file.path}: {cure}")
            return self._sample(row)

    # --- judgments ---

    def append_entries(self, entries: Sequence[Entry]) -> None:
        """Add entries to the log; they are all there, or none.

        Use it within `writing`, in which `last_entry` was read.

        Raises:
            StoreError: where they do not follow the last entry by number and hash.
        """
        with self._file.writing():
            last = self.last_entry()
            number, previous = (last.number, last.hash) if last else (0, NO_ENTRY)
            for entry in entries:
                if (entry.number, entry.previous) != (number + 1, previous):
                    message = f"entry {entry.number} does not follow entry {number} of the log"
                    raise StoreError(f"{message}, which another command may have added: try again")
                number, previous = entry.number, entry.hash
            self._file.run_many(_ADD_ENTRY, map(astuple, entries))

    def last_entry(self) -> Entry | None:
        """Return the last entry of the log, if there is one."""
        row = self._file.row(f"{_ENTRY} ORDER BY number DESC LIMIT 1")
        return _entry(row) if row else None

    def entries(self, sample: int | None = None) -> list[Entry]:
        """Return the log's entries by number, or those of one sample."""
        if sample is None:
            return [_entry(row) for row in self._file.rows(f"{_ENTRY} ORDER BY number")]
        rows = self._file.rows(f"{_ENTRY} WHERE sample = ? ORDER BY number", (sample,))
        return [_entry(row) for row in rows]

    # --- from rows to values ---

    def _frame(self, run: int, lessons: frozenset[str], *, with_met: bool) -> Iterator[FrameCase]:
        results = {
            number: _outcomes(lesson, outcome, checks)
            for number, lesson, outcome, checks in self._file.rows(_RESULTS, (run,))
            if not lessons or lesson in lessons
        }
        merged: dict[str, Mapping[tuple[str, str], Outcome]] = {}
        findings = _ByCase(self._file.rows(_FINDINGS, (run,)), lessons)
        met = _ByCase(self._file.rows(_MET, (run,)) if with_met else iter(()), lessons)
        for *case, numbers in self._file.rows(_CASES, (run,)):
            if numbers not in merged:  # few differ, of many records
                chosen = [results[one].items() for one in json.loads(numbers) if one in results]
                merged[numbers] = dict(chain.from_iterable(chosen))
            found = tuple([_finding(row) for row in findings.of(case[0])])
            held = tuple([_met(row) for row in met.of(case[0])])
            yield FrameCase(*(*case, merged[numbers], found, held))

    def _sample(self, row: SqlRow) -> Sample:
        number, name, run, seed, design = row
        drawn = self._file.rows(_DRAWN, (number,))
        cases = tuple([DrawnCase(*one) for one in drawn])
        return Sample(number, name, run, seed, json.loads(design), cases)

    def _save_drawn(self, sample: int, drawn: Sequence[DrawnCase]) -> None:
        self._file.run_many(
            "INSERT INTO drawn VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(sample, *astuple(one)) for one in drawn],
        )


_RUN = (
    "SELECT id, label, digest, settings, lessons, as_of, records, unreadable, not_evaluated,"
    " parameters FROM run"
)
_RESULTS = "SELECT number, lesson, outcome, checks FROM result WHERE run = ?"
_CASES = (
    "SELECT position, case_id, file, line, record_digest, extracted_on, district, team,"
    " lead_agency, results FROM frame_case WHERE run = ? ORDER BY position"
)
_FINDINGS = (
    "SELECT position, lesson, check_id, outcome, fingerprint, pointers, accepted FROM finding"
    " WHERE run = ? ORDER BY position, number"
)
_MET = (
    "SELECT position, lesson, check_id, pointers, fingerprint, certain FROM met"
    " WHERE run = ? ORDER BY position, number"
)
_SAMPLE = "SELECT id, name, run, seed, design FROM sample"
_DRAWN = (
    "SELECT rank, position, case_id, stratum, probability, ticket, why, unusable, replaces"
    " FROM drawn WHERE sample = ? ORDER BY rank"
)
_ENTRY = (
    "SELECT number, sample, auditor, case_id, position, lesson, check_id, judgment, reason, grade,"
    " pack, second, previous, hash FROM entry"
)
_ADD_ENTRY = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class _ByCase:
    """Rows of a run, handed out case by case, in the order of their positions."""

    def __init__(self, rows: Iterator[SqlRow], lessons: frozenset[str]) -> None:
        self._rows = rows
        self._lessons = lessons
        self._next = next(rows, None)

    def of(self, position: int) -> list[SqlRow]:
        """Return those of the case at a position, without it."""
        found = []
        while self._next and self._next[0] == position:
            row = self._next[1:]
            if not self._lessons or row[0] in self._lessons:
                found.append(row)
            self._next = next(self._rows, None)
        return found


def _finding(row: SqlRow) -> StoredFinding:
    lesson, check, outcome, fingerprint, pointers, accepted = row
    where = tuple(json.loads(pointers))
    return StoredFinding(lesson, check, Outcome(outcome), fingerprint, where, bool(accepted))


def _met(row: SqlRow) -> MetInstance:
    lesson, check, pointers, fingerprint, certain = row
    return MetInstance(lesson, check, tuple(json.loads(pointers)), fingerprint, bool(certain))


def _run(row: SqlRow) -> Run:
    number, label, digest, settings, lessons, *counts, parameters = row
    told = tuple(json.loads(settings)), tuple(json.loads(lessons))
    return Run(*(number, label, digest, *told, *counts, json.loads(parameters)))


def _outcomes(lesson: str, outcome: str, checks: str) -> dict[tuple[str, str], Outcome]:
    of_checks = {(lesson, check): Outcome(one) for check, one in json.loads(checks).items()}
    return {(lesson, ""): Outcome(outcome), **of_checks}


def _entry(row: SqlRow) -> Entry:
    *before, second, previous, own = row
    return Entry(*(*before, bool(second), previous, own))


def _design(design: Mapping[str, Any]) -> str:
    return json.dumps(design, ensure_ascii=False, allow_nan=False)


def _is_id(name: int | str) -> bool:
    return isinstance(name, int) or (name.isascii() and name.isdigit() and len(name) < 19)


def _refuse_odd(name: str, what: str) -> None:
    """Raise `StoreError` for a name that cannot be typed, or that means something else."""
    odd = not name.isprintable() or name != name.strip() or not 0 < len(name) <= MAX_NAME
    if odd or name.isdigit() or name == LATEST:
        message = f"{what} is of 1 to {MAX_NAME} characters on one line, not a number alone"
        raise StoreError(f"{message}, nor {LATEST!r}")
