"""The sheets of the workbook: their columns, and the rows that one record's audit has on each.

Each sheet of rows begins with its heads and holds nothing beside them, so that a filter, a pivot
table or another program takes it as it is. A row is a list of texts, numbers, days and None for no
cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from casecheck.audit.check_answers import CheckAnswers
from casecheck.audit.gravity import CaseWeights
from casecheck.record.faults import FieldError, Unreadable
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import contradictions_in_order, errors_in_order
from casecheck.report.audit.rates import Rates
from casecheck.report.audit.repeated import repeated_words
from casecheck.results import OF_EXTRACT, CaseAudit, Finding, Outcome, Reason

Cell = str | int | float | date | None
Kind = Literal["text", "words", "number", "share", "day", "outcome"]
"""What a column holds. `words` are sentences, which may take several lines; a `share` is between 0
and 1, and `outcome` is one in words, in the colour that it has in every report."""


class Column(NamedTuple):
    """One column: its head, its width in characters, and what it holds."""

    head: str
    width: float
    kind: Kind = "text"


class Sheet(NamedTuple):
    """One sheet of rows: its name and its columns.

    `kept` columns stay in sight, and the first `printed` are printed, 0 for all: so many as can
    be read on A4.
    """

    name: str
    columns: tuple[Column, ...]
    kept: int = 1
    printed: int = 0


_CASE = Column("Case", 11)
_OF_CASE = (_CASE, Column("Team", 10), Column("District", 10))
"""What each sheet says of a case, so that each can be sorted and counted by it."""
_CHECK = (Column("Lesson", 8), Column("Check", 24))
NOT_GIVEN = "not given"
"""Written where a record names no team, or no district: a pivot table shows it as one more."""
DOES_NOT_APPLY = "n/a"
"""In a table of many outcomes, that a lesson does not apply."""
NOT_EVALUATED = "error"
"""In such a table, that the engine could not evaluate a lesson."""

FINDINGS = Sheet(
    "Findings",
    (
        *_OF_CASE,
        Column("Child", 9),
        Column("Age", 5, "number"),
        Column("Lesson", 8),
        Column("Check", 19, "words"),
        Column("Outcome", 10, "outcome"),
        Column("What the record says", 58, "words"),
        Column("Falls short", 10),
        Column("Deadline", 11, "day"),
        Column("Days past the deadline", 12, "number"),
        Column("As it stood on", 11, "day"),
        Column("Severity", 9),
        Column("Accepted until", 11, "day"),
        Column("Accepted by, and why", 24, "words"),
        Column("Rows", 24),
        Column("Tags", 12),
        Column("File", 24),
        Column("Line", 7, "number"),
        Column("Fingerprint", 20),
    ),
    printed=13,
)
OUTCOMES = Sheet(
    "Outcomes",
    (
        *_OF_CASE,
        *_CHECK,
        Column("Outcome", 11, "outcome"),
        Column("Applies, or may", 8, "number"),
        Column("Breach", 8, "number"),
        Column("Cannot tell", 10, "number"),
        Column("Compliant", 11, "number"),
        Column("Not in the extract", 10, "number"),
        Column("Findings", 9, "number"),
        Column("Accepted", 9, "number"),
        Column("For a rate", 8, "number"),
        Column("Lead agency", 17),
        Column("Theme", 8, "number"),
        Column("Severity", 9),
        Column("As it stood on", 11, "day"),
    ),
)
LOOK_UP = Sheet(
    "Look up",
    (
        *_OF_CASE,
        Column("Where in the record", 34, "words"),
        Column("Why", 44, "words"),
        Column("Checks it may settle", 10, "number"),
        Column("Which", 46, "words"),
    ),
)
TEAMS = Sheet(
    "Teams",
    (
        Column("District", 12),
        Column("Team", 12),
        Column("Lesson", 9),
        Column("What it asks", 50, "words"),
        Column("Cases", 8, "number"),
        Column("Applies, or may", 8, "number"),
        Column("Breach", 8, "number"),
        Column("Cannot tell", 10, "number"),
        Column("Compliant", 11, "number"),
        Column("Of so many told", 9, "number"),
        Column("Breach, of those that can be told", 14, "share"),
        Column("Why it has no share, or leaves records out", 40, "words"),
    ),
    kept=3,
)
EXTRACT = Sheet(
    "Extract",
    (
        Column("Lesson", 8),
        Column("Check", 30),
        Column("What it asks", 62, "words"),
        Column("Cases it answers", 11, "number"),
        Column("In part", 9, "number"),
        Column("Only whom to ask", 9, "number"),
        Column("Not at all", 9, "number"),
        Column("What would settle it", 32, "words"),
    ),
    kept=2,
)
NOT_AUDITED = Sheet(
    "Not audited",
    (
        _CASE,
        Column("File", 28),
        Column("Line", 8, "number"),
        Column("Lesson", 9),
        Column("Where in it", 26),
        Column("What was wrong", 80, "words"),
    ),
)
_REASONS: dict[Reason, str] = {
    "not_in_extract": "the extract does not carry this",
    "partly_in_extract": "the extract carries only part of this",
    "not_recorded": "nothing is recorded here",
    "contradictory": "what is recorded here contradicts something else",
    "perhaps_asked": "it cannot be told whether the question arises",
}


def cases_sheet(rules: RulesInForce) -> Sheet:
    """Return the sheet of a row a case, with a column for each lesson."""
    return Sheet(
        "Cases",
        (
            *_OF_CASE,
            Column("Weight", 8, "number"),
            Column("Checks in breach", 10, "number"),
            Column("Checks in doubt", 10, "number"),
            Column("Not in the extract", 10, "number"),
            *(Column(lesson.id, 9, "outcome") for lesson in rules.lessons),
            Column("As it stood on", 11, "day"),
            Column("Dates in doubt", 9, "number"),
            Column("Lead agency", 17),
            Column("File", 24),
            Column("Line", 7, "number"),
            Column("Note", 40, "words"),
        ),
        printed=7 + len(rules.lessons),
    )


class CaseRows:
    """The rows of one record at a time, under the rules in force and the weights of a board."""

    def __init__(self, rules: RulesInForce, weights: CaseWeights, rates: Rates) -> None:
        self._weights = weights
        self._rates = rates
        self._lessons = [lesson.id for lesson in rules.lessons]
        self._themes = {lesson.id: lesson.theme for lesson in rules.lessons}
        self._severities = {
            (lesson.id, check.id): check.severity
            for lesson in rules.lessons
            for check in lesson.checks
        }

    def case(self, audit: CaseAudit) -> list[Cell]:
        """Return the record's row among the cases."""
        return [
            *_of_case(audit),
            self._weights.of(audit),
            *_checks_found(audit),
            *(self._outcome(audit, lesson) for lesson in self._lessons),
            _day(audit.extracted_on),
            len(audit.contradictions),
            audit.lead_agency,
            audit.file,
            audit.line,
            repeated_words(audit.repeats).capitalize() if audit.repeats else None,
        ]

    def _outcome(self, audit: CaseAudit, lesson: str) -> str:
        result = audit.lessons.get(lesson)
        if result is None:
            return NOT_EVALUATED
        applies = result.outcome is not Outcome.NOT_APPLICABLE
        return result.outcome.in_words if applies else DOES_NOT_APPLY

    def finding(self, audit: CaseAudit, found: Finding) -> list[Cell]:
        """Return the row of one of its findings."""
        about, accepted = found.about, found.waiver
        return [
            *_of_case(audit),
            about.pseudonym or about.person,
            about.age,
            found.lesson,
            found.check,
            found.outcome.in_words,
            found.message,
            found.shortfall,
            found.due,
            _days_past(audit, found),
            _day(audit.extracted_on),
            found.severity,
            accepted and accepted.until,
            f"{accepted.who}: {accepted.reason}" if accepted else None,
            " ".join(found.pointers),
            " ".join(found.tags),
            audit.file,
            audit.line,
            found.fingerprint,
        ]

    def outcomes(self, audit: CaseAudit) -> Iterator[list[Cell]]:
        """Yield a row for each check that applies to the record, or may."""
        findings: dict[tuple[str, str], int] = {}
        accepted: dict[tuple[str, str], int] = {}
        of_case = {(one.lesson, one.check) for one in audit.own}
        for found in audit.findings:
            key = found.lesson, found.check
            findings[key] = findings.get(key, 0) + 1
            accepted[key] = accepted.get(key, 0) + (found.waiver is not None)
        for lesson, result in audit.lessons.items():
            for check, outcome in result.checks.items():
                if outcome is Outcome.NOT_APPLICABLE:
                    continue
                key = lesson, check
                yield [
                    *_of_case(audit),
                    lesson,
                    check,
                    outcome.in_words,
                    1,
                    *(int(outcome is one) for one in COUNTED),
                    int(outcome is Outcome.INSUFFICIENT_EVIDENCE and key not in of_case),
                    findings.get(key, 0),
                    accepted.get(key, 0),
                    int(self._rates.counts(audit, lesson, check)),
                    audit.lead_agency,
                    self._themes[lesson],
                    self._severities[key],
                    _day(audit.extracted_on),
                ]


COUNTED = (Outcome.BREACH, Outcome.INSUFFICIENT_EVIDENCE, Outcome.COMPLIANT)
"""The outcomes of what applies, or may, in the order of the columns that count them."""


def look_up_rows(audit: CaseAudit) -> Iterator[list[Cell]]:
    """Yield what to look up in a case's file: each place of which an outcome hangs, and why.

    What would settle most checks comes first. What the extract carries of no case is said of the
    extract, and not of each case.
    """
    places: dict[tuple[str, Reason], dict[str, None]] = {}
    for found in audit.own:
        for unknown in found.unknown:
            if unknown.reason not in OF_EXTRACT:
                of_place = places.setdefault((unknown.pointer, unknown.reason), {})
                of_place[f"{found.lesson} {found.check}"] = None
    ordered = sorted(places.items(), key=lambda one: (-len(one[1]), one[0]))
    for (pointer, reason), checks in ordered:
        yield [*_of_case(audit), pointer, _REASONS[reason], len(checks), ", ".join(sorted(checks))]
    for two in contradictions_in_order(audit.contradictions):
        yield [*_of_case(audit), " and ".join(two.pointers), two.message, None, None]


def extract_rows(rules: RulesInForce, answers: Mapping[str, CheckAnswers]) -> Iterator[list[Cell]]:
    """Yield a row a check: of how many cases the extract carries what it asks for."""
    for lesson in rules.lessons:
        for check in lesson.checks:
            found = answers.get(f"{lesson.id} {check.id}")
            if found:
                settles = ", ".join(section.replace("_", " ") for section in found.would_settle)
                numbers = found.answered, found.partly, found.finds_whom_to_ask, found.not_
                yield [lesson.id, check.id, check.asks, *numbers, settles]


def not_audited_rows(item: CaseAudit | Unreadable) -> Iterator[list[Cell]]:
    """Yield what of an input could not be read, or which lessons could not be evaluated on it."""
    if isinstance(item, CaseAudit):
        for failed in errors_in_order(item.errors):
            place: Sequence[Cell] = (item.case_id, item.file, item.line)
            yield [*place, failed.lesson, None, failed.in_words]
        return
    for wrong in item.errors or (FieldError("", "could not be read"),):
        yield [None, item.file, item.line, None, wrong.pointer, wrong.message]


def _checks_found(audit: CaseAudit) -> tuple[int, int, int]:
    """Return how many checks are in breach, in doubt, and left open by the extract alone.

    A check counts once, by the gravest of its findings that the board has not accepted.
    """
    rank: dict[tuple[str, str], int] = {}
    for one in audit.findings:
        if one.waiver is None:
            found = 0 if one.outcome is Outcome.BREACH else 2 - audit.is_own(one)
            rank[one.lesson, one.check] = min(found, rank.get((one.lesson, one.check), found))
    found_of = list(rank.values())
    return found_of.count(0), found_of.count(1), found_of.count(2)


def _of_case(audit: CaseAudit) -> Iterable[Cell]:
    return audit.case_id, audit.team or NOT_GIVEN, audit.district or NOT_GIVEN


def _day(day: date) -> date | None:
    """Return a day, or None for that of a record which says none."""
    return None if day == date.min else day


def _days_past(audit: CaseAudit, found: Finding) -> int | None:
    """Return how many days after the deadline it was done late, or else the record was made.

    None where the record does not settle the day, or it is not after the deadline.
    """
    until = found.done_on if found.shortfall == "late" else _day(audit.extracted_on)
    if found.due is None or until is None or until <= found.due:
        return None
    return (until - found.due).days
