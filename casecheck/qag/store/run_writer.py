"""Take an audit record by record, and save it at its end as one run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from casecheck.lessons.check_marks import marks_json
from casecheck.lessons.lesson import Rules
from casecheck.lessons.meaning import meanings_of
from casecheck.qag.store.file import MAX_NAME, StoreFile
from casecheck.qag.store.measured_rows import SAVE_MEASURED, MeasuredRow
from casecheck.qag.store.rows import saved_meanings
from casecheck.qag.store.seals import (
    CASES,
    FINDINGS,
    MEASURED,
    MET,
    RESULTS,
    RUN,
    Digest,
    digest_of,
)
from casecheck.qag.store.statements import RUN_ROW
from casecheck.record.faults import Unreadable
from casecheck.results import CaseAudit, Finding, LessonResult, MetInstance
from casecheck.text.spool import Spool, sort_key

_BATCH = 500
_ASIDE = "case"
_SAVE_RESULT = "INSERT INTO result VALUES (?, ?, ?, ?, ?)"
_SAVE_CASE = "INSERT INTO frame_case VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SAVE_FINDING = "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SAVE_MET = "INSERT INTO met VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_SAVE_SEAL = "INSERT INTO seal VALUES (?, ?, ?)"


class RunWriter:
    """A run on its way into the store.

    It waits aside, beside the store, in a file without a name: an audit may take an hour, in which
    others can save theirs, and one that is stopped leaves nothing behind.
    """

    def __init__(self, file: StoreFile, label: str, rules: Rules) -> None:
        self.label = label
        """The run's label; another once it is saved, where one saved meanwhile took this one."""
        self.label_taken_by = 0
        """The run that took the label meanwhile; 0 for none."""
        self._file = file
        self._rules = rules
        self._aside = Spool(Path(os.path.realpath(file.path)).parent)
        self._results: dict[tuple[str, str, str], int] = {}
        self._measured: list[MeasuredRow] | None = None
        self._records = self._unreadable = self._not_evaluated = 0
        self._as_of = ""

    def add(self, audit: CaseAudit | Unreadable) -> None:
        """Take one record's audit, with its waivers marked; count what could not be read."""
        if isinstance(audit, Unreadable):
            self._unreadable += audit.count
            return
        self._records += 1
        self._not_evaluated += len(audit.errors)
        extracted_on = audit.extracted_on.isoformat()
        self._as_of = max(self._as_of, extracted_on)
        results = [self._number(lesson, one) for lesson, one in audit.lessons.items()]
        file = _file_name(audit.file)
        strata = (audit.district, audit.team, audit.lead_agency)
        where = (audit.case_id, file, audit.line, audit.digest, extracted_on)
        case = (*where, *strata, json.dumps(results))
        rows = (
            case,
            [_finding(finding) for finding in audit.findings],
            [_met(one) for one in audit.met],
        )
        # Positions depend on the records alone: not on the order in which they were read.
        key = sort_key(audit.case_id, file, audit.line or 0, self._records)
        self._aside.add(_ASIDE, key, json.dumps(rows))

    def add_measured(self, rows: Iterable[MeasuredRow]) -> None:
        """Take what the measures of all records came to."""
        self._measured = sorted(rows)

    def writing(self) -> AbstractContextManager[None]:
        """Return a context in which `finish` does all, and at whose end it is on the disk.

        So that it can be tried whether there is room for the run before the report takes its
        place, and the run be there only once that stands.
        """
        return self._file.writing()

    def finish(self) -> int:
        """Save the run and return its id; when this returns, it is on the disk.

        Within `writing` it is there when that ends.
        """
        with self._file.writing():
            self._take_label()
            run = self._save_run()
            results = [(number, *result) for result, number in self._results.items()]
            self._file.run_many(_SAVE_RESULT, [(run, *row) for row in results])
            seals = {RESULTS: digest_of(results), **self._save_cases(run)}
            if self._measured is not None:
                self._file.run_many(SAVE_MEASURED, [(run, *row) for row in self._measured])
                seals[MEASURED] = digest_of(map(tuple, self._measured))
            saved = self._file.row(RUN_ROW, (run,))
            assert saved is not None
            seals[RUN] = digest_of([saved])
            self._file.run_many(_SAVE_SEAL, [(part, run, one) for part, one in seals.items()])
        self._aside.close()
        return run

    def _take_label(self) -> None:
        """See that no run has the label: of audits at once each gets one of its own."""
        named = self._file.rows("SELECT label, id FROM run WHERE label <> ''")
        taken: dict[str, int] = dict(named)
        label, number = self.label, 1
        while label in taken:
            number += 1
            end = f"-{number}"
            label = self.label[: MAX_NAME - len(end)] + end
        self.label_taken_by = taken.get(self.label, 0)
        self.label = label

    def _save_cases(self, run: int) -> dict[str, str]:
        """Save the cases in their order, with what was found of each; return what seals them."""
        digests = {part: Digest() for part in (CASES, FINDINGS, MET)}
        waiting: dict[str, list[tuple[Any, ...]]] = {part: [] for part in digests}

        def save() -> None:  # the cases first, to which the others refer
            for part, statement in (
                (CASES, _SAVE_CASE), (FINDINGS, _SAVE_FINDING), (MET, _SAVE_MET),
            ):  # fmt: skip
                self._file.run_many(statement, waiting[part])
                waiting[part].clear()

        for position, text in enumerate(self._aside.sorted(_ASIDE), start=1):
            case, findings, met = json.loads(text)
            digests[CASES].add((position, *case))
            waiting[CASES].append((run, position, *case))
            for part, rows in ((FINDINGS, findings), (MET, met)):
                for number, row in enumerate(rows):
                    digests[part].add((position, *row))
                    waiting[part].append((run, position, number, *row))
            if len(waiting[CASES]) >= _BATCH:
                save()
        save()
        return {part: digest.text() for part, digest in digests.items()}

    def _save_run(self) -> int:
        rules = self._rules
        parameters = {
            f"{lesson.id}.{parameter.name}": parameter.in_words
            for lesson in rules.lessons
            for parameter in lesson.parameters.values()
        }
        lessons = [lesson.id for lesson in rules.lessons]
        marks = {
            f"{lesson.id}/{check.id}": marks_json(check)
            for lesson in rules.lessons
            for check in lesson.checks
        }
        checks = saved_meanings(meanings_of(rules), marks)
        lists = (rules.deviations(), lessons, parameters, checks)
        texts = [json.dumps(one, ensure_ascii=False) for one in lists]
        counts = (self._records, self._unreadable, self._not_evaluated)
        return self._file.run(
            "INSERT INTO run (label, digest, settings, lessons, parameters, meanings, as_of,"
            " records, unreadable, not_evaluated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self.label, rules.digest, *texts, self._as_of, *counts),
        )

    def _number(self, lesson: str, result: LessonResult) -> int:
        checks = json.dumps(result.checks)
        return self._results.setdefault((lesson, result.outcome, checks), len(self._results) + 1)


def _finding(one: Finding) -> tuple[object, ...]:
    pointers, accepted = json.dumps(one.pointers), int(one.waiver is not None)
    return (one.lesson, one.check, one.outcome, one.fingerprint, pointers, accepted)


def _met(one: MetInstance) -> tuple[object, ...]:
    return (one.lesson, one.check, json.dumps(one.pointers), one.fingerprint, int(one.certain))


def _file_name(name: str) -> str:
    r"""Return a file's name with bytes that are not UTF-8 as the reports show them (`\xff`)."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
