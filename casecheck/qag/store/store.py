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
from casecheck.qag.store.file import MAX_NAME, NotAsSaved, SqlRow, StoreError, StoreFile
from casecheck.qag.store.run_writer import RunWriter
from casecheck.qag.store.schema import RUN_ROW, RUN_ROWS
from casecheck.qag.store.seals import (
    CASES,
    FINDINGS,
    LOG,
    MET,
    NOT_SEALED,
    OF_A_RUN,
    RESULTS,
    RUN,
    SAMPLE,
    Digest,
    digest_of,
    log_seal,
)
from casecheck.results import MetInstance, Outcome
from casecheck.text.typed import typed

__all__ = [
    "DEFAULT_STORE",
    "LATEST",
    "MAX_NAME",
    "NO_ENTRY",
    "DrawnCase",
    "Entry",
    "FrameCase",
    "Judged",
    "NotAsSaved",
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
    records. `not_evaluated` counts the lessons that the engine could not evaluate on a record. Not
    `sealed`: an older casecheck saved it, and nobody can say whether it is as it was saved.
    `meanings` are the digests of what each check asked, by `LESSON/check`; none of a run that was
    saved before there were such.
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
    meanings: Mapping[str, str] = field(default_factory=dict)
    sealed: bool = True


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
        self.not_sealed: dict[str, None] = {}
        """What was read that an older casecheck saved without a seal, in words, in order."""

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
        label = typed(label)
        with self._file.writing():  # what cannot be written is told before the audit
            if label:
                _refuse_odd(label, "a label")
                same = self._file.row("SELECT id FROM run WHERE label = ?", (label,))
                if same:
                    message = f"run {same[0]} has the label {label!r}: choose another"
                    raise StoreError(f"{message}, or `casecheck runs delete {same[0]}`")
        return RunWriter(self._file, label, rules)

    def runs(self) -> list[Run]:
        """Return the runs, the earliest saved first.

        Raises:
            NotAsSaved: where what is said of one is not as it was saved, or one is gone.
        """
        with self._file.reading():
            self._need_all(RUN)
            return [self._run(row) for row in self._file.rows(f"{RUN_ROWS} ORDER BY id")]

    def run(self, name: int | str, changed: list[str] | None = None) -> Run:
        """Return a run by its id (also as text), its label, or "latest", the last saved.

        Raises:
            StoreError: where there is none, or more than one has the label.
            NotAsSaved: where it is not as it was saved, unless that is to be added to `changed`.
        """
        with self._file.reading():
            self._need_all(RUN, changed)
            return self._run(self._run_row(name), changed)

    def run_to_delete(self, name: int | str) -> tuple[int, str]:
        """Return a run's id and label, damaged or not, so that it can be deleted.

        Raises:
            StoreError: where there is none, or more than one has the label.
        """
        number, label, *_ = self._run_row(name)
        return number, str(label)

    def frame(
        self,
        run: int,
        lessons: Sequence[str] = (),
        *,
        with_met: bool = False,
        changed: list[str] | None = None,
    ) -> list[FrameCase]:
        """Return the records of a run by position; outcomes and findings of these lessons only.

        No lessons: all. `with_met`: the instances that are met too.

        Raises:
            NotAsSaved: where they are not as they were saved, unless that is to be added to
                `changed`, and they make sense all the same.
        """
        with self._file.reading():
            return self._frame(run, frozenset(lessons), with_met=with_met, changed=changed)

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
            for sample, _ in held:
                self._unseal(sample, SAMPLE)
            self._file.run("DELETE FROM sample WHERE run = ?", (run,))
            self._unseal(run, *OF_A_RUN)
            for statement in _DELETE_RUN:
                self._file.run(statement, (run,))
        self._file.shrink()
        return [name for _, name in held]

    # --- samples ---

    def delete_sample(self, sample: int) -> None:
        """Delete a sample in which nothing has been judged.

        Raises:
            StoreError: where it has judgments, which stay.
        """
        with self._file.writing():
            if self._file.row("SELECT 1 FROM entry WHERE sample = ?", (sample,)):
                message = "the sample has judgments, which stay"
                raise StoreError(f"{message}: delete the whole store if you must")
            self._unseal(sample, SAMPLE)
            self._file.run("DELETE FROM sample WHERE id = ?", (sample,))
        self._file.shrink()

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
            self._seal_sample(sample)
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
            self._seal_sample(sample)
            return self.sample(sample)

    def samples(self) -> list[Sample]:
        """Return the samples, the earliest saved first.

        Raises:
            NotAsSaved: where one is not as it was saved, or is gone.
        """
        with self._file.reading():
            self._need_all(SAMPLE)
            rows = list(self._file.rows(f"{_SAMPLE} ORDER BY id"))
            return [self._sample(row) for row in rows]

    def sample(self, name: int | str, changed: list[str] | None = None) -> Sample:
        """Return a sample by its id (also as text), its name, or "latest", the last saved.

        Raises:
            StoreError: where there is none.
            NotAsSaved: where it is not as it was saved, unless that is to be added to `changed`.
        """
        with self._file.reading():
            self._need_all(SAMPLE, changed)
            if not str(name).isprintable():
                row = None  # which none is called, and SQLite might not take
            elif name == LATEST:
                row = self._file.row(f"{_SAMPLE} ORDER BY id DESC LIMIT 1")
            elif _is_id(name):
                row = self._file.row(f"{_SAMPLE} WHERE id = ?", (int(name),))
            else:
                row = self._file.row(f"{_SAMPLE} WHERE name = ?", (name,))
                row = row or next(iter(self._spelt_alike(_SAMPLE, str(name))), None)
                if row and typed(str(row[1])) != typed(str(name)):  # an index that leads elsewhere
                    raise self._not_as_saved(f"the sample {name!r}")
            if row is None:
                cure = "see `casecheck sample list`"
                raise StoreError(f"no sample {name!r} in {self._file.path}: {cure}")
            return self._sample(row, changed)

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
            if entries:
                self._seal(LOG, 0, log_seal(number, previous))

    def log_end(self) -> tuple[int, str] | None:
        """Return how many entries the log must have, and the hash of its last; None if unknown.

        It is unknown of a log that an older casecheck wrote, and to which nothing was added since.
        """
        sealed = self._seal_of(LOG, 0)
        if sealed == NOT_SEALED:
            self.not_sealed["the end of the judgment log"] = None
            return None
        number, _, last = (sealed or log_seal(0, NO_ENTRY)).partition(" ")
        return (int(number) if number.isdecimal() else -1), last

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

    def _spelt_alike(self, select: str, name: str) -> list[SqlRow]:
        """Return the rows whose second column is this name in another spelling of its letters.

        What was saved before names were made one spelling has whichever was typed.
        """
        return [row for row in self._file.rows(select) if typed(str(row[1])) == typed(name)]

    def _frame(
        self, run: int, lessons: frozenset[str], *, with_met: bool, changed: list[str] | None
    ) -> list[FrameCase]:
        parts = (RESULTS, CASES, FINDINGS, *((MET,) if with_met else ()))
        digests = {part: Digest() for part in parts}
        there = self._file.row("SELECT 1 FROM run WHERE id = ?", (run,)) is not None
        sealed = [_of_run(part, run) for part in parts]
        try:
            cases = list(self._cases(run, lessons, digests))
        except _SENSELESS:
            raise self._not_as_saved(sealed[0].what, sealed[0].cure) from None
        for one in sealed:
            if there or self._seal_of(one.part, run) is not None:
                self._need(one, digests[one.part].text(), changed)
        return cases

    def _cases(
        self, run: int, lessons: frozenset[str], digests: Mapping[str, Digest]
    ) -> Iterator[FrameCase]:
        """Yield the records of a run; all that is read of it goes into the digests."""

        def read(part: str) -> Iterator[SqlRow]:
            if part not in digests:
                return iter(())
            return digests[part].over(self._file.rows(_ROWS[part], (run,)))

        results = {
            number: _outcomes(lesson, outcome, checks)
            for number, lesson, outcome, checks in read(RESULTS)
            if not lessons or lesson in lessons
        }
        merged: dict[str, Mapping[tuple[str, str], Outcome]] = {}
        findings, met = _ByCase(read(FINDINGS), lessons), _ByCase(read(MET), lessons)
        for *case, numbers in read(CASES):
            if numbers not in merged:  # few differ, of many records
                chosen = [results[one].items() for one in json.loads(numbers) if one in results]
                merged[numbers] = dict(chain.from_iterable(chosen))
            found = tuple([_finding(row) for row in findings.of(case[0])])
            held = tuple([_met(row) for row in met.of(case[0])])
            yield FrameCase(*(*case, merged[numbers], found, held))
        findings.exhaust()
        met.exhaust()

    def _run_row(self, name: int | str) -> SqlRow:
        if not str(name).isprintable():
            rows = []  # which none is called, and SQLite might not take
        elif name == LATEST:
            rows = list(self._file.rows(f"{RUN_ROWS} ORDER BY id DESC LIMIT 1"))
        elif _is_id(name):
            rows = list(self._file.rows(RUN_ROW, (int(name),)))
        else:
            rows = list(self._file.rows(f"{RUN_ROWS} WHERE label = ?", (name,)))
            rows = rows or self._spelt_alike(f"{RUN_ROWS} ORDER BY id", str(name))
        if len(rows) > 1:  # which an older casecheck saved at the same time
            ids = " and ".join(str(row[0]) for row in rows)
            raise StoreError(f"runs {ids} have the label {name!r}: give the number")
        if not rows:
            raise StoreError(f"no run {name!r} in {self._file.path}: see `casecheck runs list`")
        return rows[0]

    def _run(self, row: SqlRow, changed: list[str] | None = None) -> Run:
        part = _of_run(RUN, row[0])
        sealed = self._need(part, digest_of([row]), changed)
        try:
            return _run(row, sealed=sealed)
        except _SENSELESS:
            raise self._not_as_saved(part.what, part.cure) from None

    def _sample(self, row: SqlRow, changed: list[str] | None = None) -> Sample:
        number, name, run, seed, design = row
        what = f"the sample {name!r}"
        drawn = list(self._file.rows(_DRAWN, (number,)))
        self._need(_Sealed(SAMPLE, number, what, what), digest_of([row, *drawn]), changed)
        try:
            cases = tuple([DrawnCase(*one) for one in drawn])
            return Sample(number, name, run, seed, json.loads(design), cases)
        except _SENSELESS:
            raise self._not_as_saved(what) from None

    # --- seals ---

    def _seal_of(self, part: str, number: int) -> str | None:
        row = self._file.row("SELECT digest FROM seal WHERE part = ? AND id = ?", (part, number))
        return str(row[0]) if row else None

    def _seal(self, part: str, number: int, digest: str) -> None:
        self._file.run("INSERT OR REPLACE INTO seal VALUES (?, ?, ?)", (part, number, digest))

    def _unseal(self, number: int, *parts: str) -> None:
        for part in parts:
            self._file.run("DELETE FROM seal WHERE part = ? AND id = ?", (part, number))

    def _seal_sample(self, number: int) -> None:
        saved = self._file.row(f"{_SAMPLE} WHERE id = ?", (number,))
        if saved is None:
            raise self._not_as_saved(f"sample {number}")
        drawn = self._file.rows(_DRAWN, (number,))
        self._seal(SAMPLE, number, digest_of([saved, *drawn]))

    def _need(self, sealed: _Sealed, digest: str, changed: list[str] | None) -> bool:
        """Refuse, or note, a part that is not as it was saved; tell whether it is sealed at all."""
        seal = self._seal_of(sealed.part, sealed.number)
        if seal == NOT_SEALED:
            self.not_sealed[sealed.owner] = None
            return False
        if seal != digest:
            error = self._not_as_saved(sealed.what, sealed.cure)
            if changed is None:
                raise error
            changed.append(str(error))
        return True

    def _need_all(self, part: str, changed: list[str] | None = None) -> None:
        """See that there are those runs, or samples, that were saved, and no other."""
        there = list(self._file.rows(_ALL[part]))
        sealed = list(self._file.rows("SELECT id FROM seal WHERE part = ? ORDER BY id", (part,)))
        if there != sealed:
            error = self._not_as_saved(f"the list of {part}s")
            if changed is None:
                raise error
            changed.append(str(error))

    def _not_as_saved(self, what: str, cure: str = "") -> NotAsSaved:
        why = "the file is damaged, or another program changed it"
        message = f"{what} in {self._file.path} is not as it was saved: {why}"
        return NotAsSaved(f"{message}. Put back a copy of the store{cure}")

    def _save_drawn(self, sample: int, drawn: Sequence[DrawnCase]) -> None:
        self._file.run_many(
            "INSERT INTO drawn VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(sample, *astuple(one)) for one in drawn],
        )


_SENSELESS = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What Python says of values that nobody saved so."""
_ROWS = {
    RESULTS: "SELECT number, lesson, outcome, checks FROM result WHERE run = ? ORDER BY number",
    CASES: (
        "SELECT position, case_id, file, line, record_digest, extracted_on, district, team,"
        " lead_agency, results FROM frame_case WHERE run = ? ORDER BY position"
    ),
    FINDINGS: (
        "SELECT position, lesson, check_id, outcome, fingerprint, pointers, accepted FROM finding"
        " WHERE run = ? ORDER BY position, number"
    ),
    MET: (
        "SELECT position, lesson, check_id, pointers, fingerprint, certain FROM met"
        " WHERE run = ? ORDER BY position, number"
    ),
}
"""What is read of a run, part by part: the digests are over this."""
_ALL = {
    RUN: "SELECT id FROM run ORDER BY id",
    SAMPLE: "SELECT id FROM sample ORDER BY id",
}
# One table after the other: a deletion that goes on by itself to others keeps all that it deletes.
_DELETE_RUN = (
    "DELETE FROM met WHERE run = ?",
    "DELETE FROM finding WHERE run = ?",
    "DELETE FROM frame_case WHERE run = ?",
    "DELETE FROM result WHERE run = ?",
    "DELETE FROM run WHERE id = ?",
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


class _Sealed(NamedTuple):
    """A part that a seal is of: in words, of what it is a part, and the cure if it is not right."""

    part: str
    number: int
    what: str
    owner: str
    cure: str = ""


def _of_run(part: str, run: int) -> _Sealed:
    cure = f", or delete the run (`casecheck runs delete {run}`) and audit again"
    what = f"run {run}" if part == RUN else f"what is saved of run {run}"
    return _Sealed(part, run, what, f"run {run}", cure)


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

    def exhaust(self) -> None:
        """Read what is left, which is of no case: it was not saved so, and its digest says it."""
        for _ in self._rows:
            pass


def _finding(row: SqlRow) -> StoredFinding:
    lesson, check, outcome, fingerprint, pointers, accepted = row
    where = tuple(json.loads(pointers))
    return StoredFinding(lesson, check, Outcome(outcome), fingerprint, where, bool(accepted))


def _met(row: SqlRow) -> MetInstance:
    lesson, check, pointers, fingerprint, certain = row
    return MetInstance(lesson, check, tuple(json.loads(pointers)), fingerprint, bool(certain))


def _run(row: SqlRow, *, sealed: bool) -> Run:
    number, label, digest, settings, lessons, *counts, parameters, meanings = row
    texts = tuple(json.loads(settings)), tuple(json.loads(lessons))
    mappings = json.loads(parameters), json.loads(meanings)
    return Run(*(number, label, digest, *texts, *counts, *mappings, sealed))


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
