"""What an audit finds: the values that pass from the engine to the reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple, get_args

from casecheck.record.carried import WHOLE, Carried
from casecheck.record.faults import Contradiction


class Outcome(StrEnum):
    """What a check, or a lesson, says of one record, gravest first (`docs/outcomes.md`)."""

    BREACH = "breach"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    COMPLIANT = "compliant"
    NOT_APPLICABLE = "not_applicable"

    # An enumeration's own hash is a call into Python, and every count of outcomes asks for it.
    __hash__ = str.__hash__

    @property
    def in_words(self) -> str:
        """What it is called wherever people read it."""
        return _IN_WORDS[self]


_IN_WORDS = {
    Outcome.BREACH: "breach",
    Outcome.INSUFFICIENT_EVIDENCE: "cannot tell",
    Outcome.COMPLIANT: "compliant",
    Outcome.NOT_APPLICABLE: "does not apply",
}
OF_FINDINGS = (Outcome.BREACH, Outcome.INSUFFICIENT_EVIDENCE)
"""The outcomes that findings have, the graver first."""


Severity = Literal["high", "medium", "low"]
"""How grave it is where a check is not met, as its page says; `medium` where it says nothing."""
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""The severities, the gravest first."""
MEDIUM: Severity = "medium"
WEIGHTS = ("breach", "cannot_tell")
"""Weights that are of no lesson or check: what each check adds that is in breach, or in doubt."""
FallsShort = Literal["late", "incomplete", "missing", ""]
"""In which way a breach falls short: its evidence lies outside its window, lacks something, or is
not shown at all; "" of what is no breach."""


Reason = Literal[
    "not_in_extract", "partly_in_extract", "not_recorded", "contradictory", "perhaps_asked"
]
"""Why something cannot be told: the extract lacks the section (or the field), has it in part, the
row says nothing, two facts contradict each other, or it is not sure that the question is asked."""
CheckId = tuple[str, str]
"""A lesson and the name of one of its checks: what tells checks apart."""
OF_EXTRACT: frozenset[Reason] = frozenset(("not_in_extract", "partly_in_extract"))
"""The reasons that are the extract's, and no case's."""


class Unknown(NamedTuple):
    """One thing that the record leaves open, which an outcome hangs on: where, and why."""

    pointer: str
    reason: Reason


class About(NamedTuple):
    """The child, or young parent, that a finding is about.

    `person` is the id and `pseudonym` the pseudonym in the record; `age` the whole years on the
    finding's day. None where the record does not settle it.
    """

    person: str | None
    pseudonym: str | None
    age: int | None


class Waiver(NamedTuple):
    """A board's acceptance of one finding: why, by whom, and until which day."""

    fingerprint: str
    reason: str
    who: str
    until: date


class Finding(NamedTuple):
    """One instance that is a breach, or of which the record cannot tell.

    `pointers` are the JSON Pointers of the instance's rows in the record as read, the row it is
    about first; for an unknown section, that of the section. `fingerprint` is the same wherever
    the same instance is found again. `waiver` is the board's acceptance of it, if there is one;
    `lapsed` one that accepts nothing now, since the check asks something else than it did then.
    `severity` and `tags` are those of the check. `also` are the fingerprints that it would have
    under other names that the check has, or had. `about` is whom it is about; `due` the last day on
    which the evidence would have been in time; `unknown`, where it cannot be told, what it hangs
    on; `nearest`, of a breach that is late or incomplete, the rows of evidence that its sentence
    tells of, and `done_on` the day of what was done late.
    """

    case_id: str
    lesson: str
    check: str
    outcome: Outcome
    message: str
    pointers: tuple[str, ...]
    fingerprint: str
    waiver: Waiver | None = None
    shortfall: FallsShort = ""
    severity: Severity = MEDIUM
    tags: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    lapsed: Waiver | None = None
    about: About = About(None, None, None)
    due: date | None = None
    unknown: tuple[Unknown, ...] = ()
    nearest: tuple[str, ...] = ()
    done_on: date | None = None

    @property
    def of_extract(self) -> bool:
        """Whether it cannot be told for what the extract does not carry, and for nothing else.

        No case's file answers it; `CaseAudit.is_own` says what is told of the extract instead.
        """
        return bool(self.unknown) and all(one.reason in OF_EXTRACT for one in self.unknown)


class MetInstance(NamedTuple):
    """One instance that is no finding: it is met.

    Not `certain`: the record cannot tell whether the check applies to it; if it does, it is met.
    """

    lesson: str
    check: str
    pointers: tuple[str, ...]
    fingerprint: str
    certain: bool


@dataclass(frozen=True, slots=True)
class EngineError:
    """A lesson that the engine could not evaluate on a record: never an outcome.

    `reason` says what was too much or went wrong, and `remedy` what to do. They explain the error,
    and are no part of which error it is.
    """

    case_id: str
    lesson: str
    message: str
    reason: str = field(default="", compare=False)
    remedy: str = field(default="", compare=False)

    @property
    def in_words(self) -> str:
        """The whole of it in words, without a stop at its end."""
        words = f"{self.message}. Why: {self.reason}" if self.reason else self.message
        return f"{words}. What to do: {self.remedy}" if self.remedy else words


@dataclass(frozen=True, slots=True)
class LessonResult:
    """A lesson's outcome for one record, and each of its checks' outcomes, in page order."""

    outcome: Outcome
    checks: Mapping[str, Outcome]


class Place(NamedTuple):
    """Where a record stands: its file, and its line in a file of many, else None."""

    file: str
    line: int | None


class Dated(NamedTuple):
    """A day as far as a record tells it: its bounds, equal where the day is known.

    None is no bound on that side. `contradictory`: another date of the record denies it.
    """

    first: date | None
    last: date | None
    contradictory: bool = False


class TimelineRow(NamedTuple):
    """One row of a record as a timeline shows it: codes, days and ids, and nothing else.

    `row` is its position in its section, `of` the id of whom or what it is about ("" for none);
    of `codes` each is "" where it is not recorded. `end` is the day on which it ended, by the field
    `ended_by`; None where it has not, or has no end. `lasting`: rows of its kind last until they
    end.
    """

    section: str
    row: int
    id: str
    of: str
    codes: tuple[str, ...]
    start: Dated
    end: Dated | None = None
    ended_by: str = ""
    lasting: bool = False
    due: Dated | None = None


class Timeline(NamedTuple):
    """A record's rows that have days, section by section, and the first and the last day of all.

    `absent` are the sections with days that the record does not carry, `partial` those that it
    carries in part.
    """

    opened: Dated
    today: date
    rows: tuple[TimelineRow, ...]
    absent: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()


class CaseAudit(NamedTuple):
    """Everything the audit says of one record.

    `lessons` holds each lesson that was evaluated, in the order of the rules; a lesson that the
    engine could not evaluate is in `errors` and not here. `line` is the record's line in a file
    of many records, else None. `extracted_on` is the day that the record speaks for; `district`,
    `team` and `lead_agency` are its codes to sample by. What only the store needs is there where
    it was asked for: `digest`, the SHA-256 of the record's text, and the instances that are `met`;
    and what only a format that draws it needs, the `timeline`.
    `repeats` is the first place of the same case id, where a record before this one has it. `since`
    names the sections that the record holds from a first day on, each with that day; `carried`
    those that it lacks, or has in part, and `unanswerable` the checks that therefore come to
    nothing, whatever its rows say.
    """

    case_id: str
    file: str
    line: int | None
    lessons: Mapping[str, LessonResult]
    findings: tuple[Finding, ...]
    contradictions: tuple[Contradiction, ...]
    errors: tuple[EngineError, ...]
    extracted_on: date = date.min
    district: str | None = None
    team: str | None = None
    lead_agency: str | None = None
    digest: str = ""
    met: tuple[MetInstance, ...] = ()
    repeats: Place | None = None
    since: tuple[tuple[str, date], ...] = ()
    timeline: Timeline | None = None
    carried: Carried = WHOLE
    unanswerable: frozenset[CheckId] = frozenset()

    @property
    def own(self) -> tuple[Finding, ...]:
        """The findings that are the case's own, which reports for people tell of it."""
        return tuple([one for one in self.findings if self.is_own(one)])

    def is_own(self, finding: Finding) -> bool:
        """Whether a finding is told of the case, and not once of the extract it came from.

        A breach always is. What cannot be told is not where it hangs on nothing but what the
        extract lacks, nor where its check is unanswerable: no blank that is looked up settles it.
        """
        if finding.outcome is Outcome.BREACH:
            return True
        return not (finding.of_extract or (finding.lesson, finding.check) in self.unanswerable)
