"""The store of the audit cycle: runs, samples and judgments, in one SQLite file.

It never holds a record: of each it keeps the digest, the outcomes and where the findings point.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any

from casecheck.lessons.lesson import Rules
from casecheck.qag.store.file import NotAsSaved, SqlRow, StoreError, StoreFile
from casecheck.qag.store.frame_reader import frame_cases
from casecheck.qag.store.log_rows import JUDGMENT_TABLE, LogRows, judgments_of
from casecheck.qag.store.measured_rows import MeasuredRow, measured_rows
from casecheck.qag.store.naming import LATEST, refuse_odd, run_row, sample_row
from casecheck.qag.store.register_rows import REGISTER_TABLE
from casecheck.qag.store.rows import (
    NO_ENTRY,
    DrawnCase,
    Entry,
    FrameCase,
    Judged,
    Run,
    Sample,
    StoredFinding,
    run_of,
)
from casecheck.qag.store.run_writer import RunWriter
from casecheck.qag.store.sealed import SENSELESS, SealedPart, Seals, part_of_run
from casecheck.qag.store.seals import (
    CASES,
    FINDINGS,
    MET,
    OF_A_RUN,
    RESULTS,
    RUN,
    SAMPLE,
    Digest,
    digest_of,
)
from casecheck.qag.store.statements import (
    ALL_IDS,
    DELETE_RUN,
    DRAWN_ROWS,
    RUN_ROWS,
    SAMPLE_ROWS,
)
from casecheck.text.typed import typed

__all__ = [
    "DEFAULT_STORE",
    "LATEST",
    "NO_ENTRY",
    "DrawnCase",
    "Entry",
    "FrameCase",
    "Judged",
    "NotAsSaved",
    "Run",
    "Sample",
    "Store",
    "StoreError",
    "StoredFinding",
]

DEFAULT_STORE = "casecheck.db"


class Store:
    """An open store. What is written is there whole, and on the disk, or not at all.

    `with Store.open(path, create=False) as store:` closes it again.
    """

    def __init__(self, file: StoreFile) -> None:
        self._file = file
        self._seals = Seals(file)
        self.judgments = LogRows(file, self._seals, JUDGMENT_TABLE)
        self.register = LogRows(file, self._seals, REGISTER_TABLE)
        """What was said of the response's actions, and entered for its measures."""

    @classmethod
    def open(cls, path: Path, *, create: bool) -> Store:
        """Open a store, or make one where `create` and nothing is there.

        Raises:
            StoreError: where there is no store, or what is there is none.
        """
        return cls(StoreFile(path, create=create))

    @property
    def not_sealed(self) -> Mapping[str, None]:
        """What was read that an older casecheck saved without a seal, in words, in order."""
        return self._seals.not_sealed

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

    def ids(self, part: str) -> list[int]:
        """Return the numbers of all runs (`seals.RUN`), or samples, the earliest saved first."""
        return [number for (number,) in self._file.rows(ALL_IDS[part])]

    def seal_of(self, number: int, *parts: str) -> str:
        """Return one digest of the seals of parts of a run or a sample, for the minutes."""
        return digest_of([(part, self._seals.of(part, number)) for part in parts])

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
                refuse_odd(label, "a label")
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
            self._seals.need_all(RUN)
            return [self._run(row) for row in self._file.rows(f"{RUN_ROWS} ORDER BY id")]

    def run(self, name: int | str, changed: list[str] | None = None) -> Run:
        """Return a run by its id (also as text), its label, or "latest", the last saved.

        Raises:
            StoreError: where there is none, or more than one has the label.
            NotAsSaved: where it is not as it was saved, unless that is to be added to `changed`.
        """
        with self._file.reading():
            self._seals.need_all(RUN, changed)
            return self._run(run_row(self._file, name), changed)

    def run_to_delete(self, name: int | str) -> tuple[int, str]:
        """Return a run's id and label, damaged or not, so that it can be deleted.

        Raises:
            StoreError: where there is none, or more than one has the label.
        """
        number, label, *_ = run_row(self._file, name)
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
        parts = (RESULTS, CASES, FINDINGS, *((MET,) if with_met else ()))
        digests = {part: Digest() for part in parts}
        sealed = [part_of_run(part, run) for part in parts]
        with self._file.reading():
            there = self._file.row("SELECT 1 FROM run WHERE id = ?", (run,)) is not None
            try:
                cases = list(frame_cases(self._file, run, frozenset(lessons), digests))
            except SENSELESS:
                raise self._seals.not_as_saved(sealed[0].what, sealed[0].cure) from None
            for part in sealed:
                if there or self._seals.of(part.part, run) is not None:
                    self._seals.need(part, digests[part.part].text(), changed)
        return cases

    def measured(self, run: int, changed: list[str] | None = None) -> list[MeasuredRow]:
        """Return what a run keeps of measures; nothing where it was saved without.

        Raises:
            NotAsSaved: where it is not as it was saved, unless that is to be added to `changed`.
        """
        with self._file.reading():
            return list(measured_rows(self._file, self._seals, run, changed))

    def delete_run(self, run: int, *, with_samples: bool = False) -> list[str]:
        """Delete a run, and its samples if asked; return the names of these.

        Raises:
            StoreError: where it has samples and that was not asked, or one has judgments.
        """
        with self._file.writing():
            drawn_from_it = "SELECT id, name FROM sample WHERE run = ? ORDER BY id"
            held = list(self._file.rows(drawn_from_it, (run,)))
            for sample, name in held:
                if not with_samples:
                    cure = "`--with-samples` deletes both"
                    raise StoreError(f"the sample {name!r} was drawn from run {run}: {cure}")
                if self._file.row("SELECT 1 FROM entry WHERE sample = ?", (sample,)):
                    message = f"the sample {name!r} of run {run} has judgments, which stay"
                    raise StoreError(f"{message}: delete the whole store if you must")
            for sample, _ in held:
                self._seals.remove(sample, SAMPLE)
            self._file.run("DELETE FROM sample WHERE run = ?", (run,))
            self._seals.remove(run, *OF_A_RUN)
            for statement in DELETE_RUN:
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
            self._seals.remove(sample, SAMPLE)
            self._file.run("DELETE FROM sample WHERE id = ?", (sample,))
        self._file.shrink()

    def save_sample(
        self, name: str, run: int, seed: str, design: Mapping[str, Any], drawn: Sequence[DrawnCase]
    ) -> Sample:
        """Save a new sample.

        Raises:
            StoreError: where the name is of no use, or a sample has it.
        """
        refuse_odd(name, "a sample's name")
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
            self._seals.need_all(SAMPLE)
            rows = list(self._file.rows(f"{SAMPLE_ROWS} ORDER BY id"))
            return [self._sample(row) for row in rows]

    def sample(self, name: int | str, changed: list[str] | None = None) -> Sample:
        """Return a sample by its id (also as text), its name, or "latest", the last saved.

        Raises:
            StoreError: where there is none.
            NotAsSaved: where it is not as it was saved, unless that is to be added to `changed`.
        """
        with self._file.reading():
            self._seals.need_all(SAMPLE, changed)
            row = sample_row(self._file, self._seals, name)
            return self._sample(row, changed)

    # --- judgments ---

    def append_entries(self, entries: Sequence[Entry]) -> None:
        """Add entries to the log; they are all there, or none.

        Use it within `writing`, in which `last_entry` was read.

        Raises:
            StoreError: where they do not follow the last entry by number and hash.
        """
        self.judgments.append(entries)

    def log_end(self) -> tuple[int, str] | None:
        """Return how many entries the log must have, and the hash of its last; None if unknown.

        It is unknown of a log that an older casecheck wrote, and to which nothing was added since.
        """
        return self.judgments.end()

    def last_entry(self) -> Entry | None:
        """Return the last entry of the log, if there is one."""
        return self.judgments.last()

    def take_words(self, number: int, digest: str) -> None:
        """Put the digest of an entry's reason in the place of its words, and of their salt.

        Use it within `writing`, in which an entry is added that says so; then `wipe`.
        """
        self.judgments.take_words(number, digest)

    def wipe(self) -> bool:
        """Leave no byte of what was taken out in the file, or beside it.

        Return whether all could be: while another command reads, its journal keeps what it reads.
        """
        return self._file.rewrite()

    def entries(self, sample: int | None = None) -> list[Entry]:
        """Return the log's entries by number; of one sample the judgments alone."""
        return self.judgments.all() if sample is None else judgments_of(self._file, sample)

    # --- from rows to values ---

    def _run(self, row: SqlRow, changed: list[str] | None = None) -> Run:
        part = part_of_run(RUN, row[0])
        sealed = self._seals.need(part, digest_of([row]), changed)
        try:
            return run_of(row, sealed=sealed)
        except SENSELESS:
            raise self._seals.not_as_saved(part.what, part.cure) from None

    def _sample(self, row: SqlRow, changed: list[str] | None = None) -> Sample:
        number, name, run, seed, design = row
        what = f"the sample {name!r}"
        drawn = list(self._file.rows(DRAWN_ROWS, (number,)))
        self._seals.need(SealedPart(SAMPLE, number, what, what), digest_of([row, *drawn]), changed)
        try:
            cases = tuple([DrawnCase(*case) for case in drawn])
            return Sample(number, name, run, seed, json.loads(design), cases)
        except SENSELESS:
            raise self._seals.not_as_saved(what) from None

    def _seal_sample(self, number: int) -> None:
        saved = self._file.row(f"{SAMPLE_ROWS} WHERE id = ?", (number,))
        if saved is None:
            raise self._seals.not_as_saved(f"sample {number}")
        drawn = self._file.rows(DRAWN_ROWS, (number,))
        self._seals.put(SAMPLE, number, digest_of([saved, *drawn]))

    def _save_drawn(self, sample: int, drawn: Sequence[DrawnCase]) -> None:
        self._file.run_many(
            "INSERT INTO drawn VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(sample, *astuple(case)) for case in drawn],
        )


def _design(design: Mapping[str, Any]) -> str:
    return json.dumps(design, ensure_ascii=False, allow_nan=False)
