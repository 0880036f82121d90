"""Take an audit record by record, and save it at its end as one run."""

from __future__ import annotations

import json
from typing import Any

from casecheck.lessons.lesson import Rules
from casecheck.qag.store.file import StoreFile
from casecheck.record.faults import Unreadable
from casecheck.results import CaseAudit, Finding, LessonResult, MetInstance

_BATCH = 500
_ASIDE = (
    "DROP TABLE IF EXISTS temp.case_aside",
    "DROP TABLE IF EXISTS temp.finding_aside",
    "DROP TABLE IF EXISTS temp.met_aside",
    """CREATE TABLE temp.case_aside (
        at INTEGER PRIMARY KEY, case_id, file, line, record_digest, extracted_on,
        district, team, lead_agency, results
    )""",
    """CREATE TABLE temp.finding_aside (
        at, number, lesson, check_id, outcome, fingerprint, pointers, accepted,
        PRIMARY KEY (at, number)
    )""",
    """CREATE TABLE temp.met_aside (
        at, number, lesson, check_id, pointers, fingerprint, certain,
        PRIMARY KEY (at, number)
    )""",
    # Positions depend on the records alone: not on the order in which they were read.
    """CREATE TEMP VIEW IF NOT EXISTS place AS
        SELECT at, row_number() OVER (ORDER BY case_id, file, ifnull(line, 0), at) AS position
        FROM temp.case_aside""",
)
_CASE_ASIDE = "INSERT INTO case_aside VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_FINDING_ASIDE = "INSERT INTO finding_aside VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_MET_ASIDE = "INSERT INTO met_aside VALUES (?, ?, ?, ?, ?, ?, ?)"
_SAVE = (
    """INSERT INTO main.frame_case
        SELECT ?, position, case_id, file, line, record_digest, extracted_on, district, team,
            lead_agency, results
        FROM temp.case_aside JOIN temp.place USING (at)""",
    """INSERT INTO main.finding
        SELECT ?, position, number, lesson, check_id, outcome, fingerprint, pointers, accepted
        FROM temp.finding_aside JOIN temp.place USING (at)""",
    """INSERT INTO main.met
        SELECT ?, position, number, lesson, check_id, pointers, fingerprint, certain
        FROM temp.met_aside JOIN temp.place USING (at)""",
)


class RunWriter:
    """A run on its way into the store.

    It waits aside, in a temporary file of this connection alone: an audit may take an hour, in
    which others can save theirs, and one that is stopped leaves nothing behind.
    """

    def __init__(self, file: StoreFile, label: str, rules: Rules) -> None:
        self._file = file
        self._label = label
        self._rules = rules
        self._cases: list[tuple[Any, ...]] = []
        self._findings: list[tuple[Any, ...]] = []
        self._met: list[tuple[Any, ...]] = []
        self._results: dict[tuple[str, str, str], int] = {}
        self._records = self._unreadable = self._not_evaluated = 0
        self._as_of = ""
        for statement in _ASIDE:
            file.run(statement)

    def add(self, audit: CaseAudit | Unreadable) -> None:
        """Take one record's audit, with its waivers marked; count what could not be read."""
        if isinstance(audit, Unreadable):
            self._unreadable += 1
            return
        self._records += 1
        self._not_evaluated += len(audit.errors)
        extracted_on = audit.extracted_on.isoformat()
        self._as_of = max(self._as_of, extracted_on)
        results = [self._number(lesson, one) for lesson, one in audit.lessons.items()]
        case = (self._records, audit.case_id, _file_name(audit.file), audit.line, audit.digest)
        strata = (audit.district, audit.team, audit.lead_agency)
        self._cases.append((*case, extracted_on, *strata, json.dumps(results)))
        self._findings += [
            (self._records, number, *_finding(one)) for number, one in enumerate(audit.findings)
        ]
        self._met += [(self._records, number, *_met(one)) for number, one in enumerate(audit.met)]
        if len(self._cases) >= _BATCH:
            self._put_aside()

    def finish(self) -> int:
        """Save the run and return its id; when this returns, it is on the disk."""
        self._put_aside()
        with self._file.writing():
            run = self._save_run()
            self._file.run_many(
                "INSERT INTO result VALUES (?, ?, ?, ?, ?)",
                [(run, number, *result) for result, number in self._results.items()],
            )
            for statement in _SAVE:
                self._file.run(statement, (run,))
        return run

    def _save_run(self) -> int:
        rules = self._rules
        parameters = {
            f"{lesson.id}.{one.name}": one.in_words
            for lesson in rules.lessons
            for one in lesson.parameters.values()
        }
        lists = (rules.deviations(), [lesson.id for lesson in rules.lessons], parameters)
        texts = [json.dumps(one, ensure_ascii=False) for one in lists]
        counts = (self._records, self._unreadable, self._not_evaluated)
        return self._file.run(
            "INSERT INTO run (label, digest, settings, lessons, parameters, as_of, records,"
            " unreadable, not_evaluated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self._label, rules.digest, *texts, self._as_of, *counts),
        )

    def _number(self, lesson: str, result: LessonResult) -> int:
        checks = json.dumps(result.checks)
        return self._results.setdefault((lesson, result.outcome, checks), len(self._results) + 1)

    def _put_aside(self) -> None:
        with self._file.reading():  # one transaction, which holds nobody else up
            self._file.run_many(_CASE_ASIDE, self._cases)
            self._file.run_many(_FINDING_ASIDE, self._findings)
            self._file.run_many(_MET_ASIDE, self._met)
        for held in (self._cases, self._findings, self._met):
            held.clear()


def _finding(one: Finding) -> tuple[object, ...]:
    pointers, accepted = json.dumps(one.pointers), one.waiver is not None
    return (one.lesson, one.check, one.outcome, one.fingerprint, pointers, accepted)


def _met(one: MetInstance) -> tuple[object, ...]:
    return (one.lesson, one.check, json.dumps(one.pointers), one.fingerprint, one.certain)


def _file_name(name: str) -> str:
    r"""Return a file's name with bytes that are not UTF-8 as the reports show them (`\xff`)."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
