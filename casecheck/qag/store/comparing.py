"""Compare two runs, finding by finding: what is new, what is gone, and what still stands.

An instance is known again by its fingerprint. A finding that is gone may be met now, or be no
instance any more, or nobody asked: the comparison says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from casecheck.qag.store.renamed import Renamed
from casecheck.qag.store.rows import FrameCase, Run, StoredFinding
from casecheck.results import Outcome

Kind = Literal["new", "gone", "standing"]
Column = Literal["new", "gone, met now", "gone, not met", "standing", "asked in one run only"]
COLUMNS: tuple[Column, ...] = get_args(Column)
MET = "met"
MET_IF = "met if it applies"
NO_INSTANCE = "no instance"
NO_CASE = "the case is not in this run"
NOT_ASKED = "this check has no outcome in this run"
_GRAVITY = {outcome: number for number, outcome in enumerate(Outcome)}


class Change(NamedTuple):
    """A finding in either run, or in both.

    `before` and `now` say what the instance was in each: an outcome where it was found, else `MET`,
    `MET_IF`, `NO_INSTANCE`, `NO_CASE` or `NOT_ASKED`; `check_before` and `check_now` the outcome of
    its check in the case, "" for none. Pointers are those of the later run that found it;
    `accepted` if a waiver was in force there.
    """

    kind: Kind
    case_id: str
    lesson: str
    check: str
    before: str
    now: str
    check_before: str
    check_now: str
    fingerprint: str
    pointers: tuple[str, ...]
    accepted: bool

    @property
    def asked_in_both(self) -> bool:
        """Whether both runs looked for it: else its coming or going says nothing of the case."""
        return not {self.before, self.now} & {NO_CASE, NOT_ASKED}

    @property
    def column(self) -> Column:
        """Where it is counted."""
        if not self.asked_in_both:
            return "asked in one run only"
        if self.kind == "gone":
            return "gone, met now" if self.now == MET else "gone, not met"
        return self.kind

    @property
    def changed(self) -> bool:
        """Whether it is not in both runs, or not with the same outcome."""
        return self.kind != "standing" or self.before != self.now


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, the earlier saved one named first by the user or not, and their differences.

    `parameters` holds those that differ: by name, what was in force in each run, "" for nothing.
    `checks` holds those that ask something else in either run: by `LESSON/check`, the digest of
    what each asked, "" for a check that was not in force; None where a run does not say.
    `renamed` holds what checks were called in the earlier run, by their names in the later one, by
    which they are named everywhere else.
    """

    before: Run
    now: Run
    parameters: Mapping[str, tuple[str, str]]
    checks: Mapping[str, tuple[str, str]] | None
    cases_in_both: int
    cases_before_only: tuple[str, ...]
    cases_now_only: tuple[str, ...]
    changes: tuple[Change, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)


def compare(
    before: Run,
    now: Run,
    frame_before: Sequence[FrameCase],
    frame_now: Sequence[FrameCase],
    lessons: Sequence[str] = (),
) -> Comparison:
    """Return how the findings of two runs differ, by case id, lesson, check and pointers.

    The frames are those of these lessons (none: all), with the instances that are met.
    """
    names = Renamed(before, now)
    cases = _cases(frame_before, names), _cases(frame_now, names)
    changes: list[Change] = []
    for case_id in sorted(cases[0].keys() | cases[1].keys()):
        changes += sorted(_changes(case_id, *[one.get(case_id) for one in cases]), key=_order)
    parameters = _differing(before.parameters, now.parameters, ".", lessons)
    meanings = names.names(before.meanings), names.names(now.meanings)
    checks = _differing(*meanings, "/", lessons)
    told = [run.meanings or not run.lessons for run in (before, now)]
    return Comparison(
        before=before,
        now=now,
        parameters=parameters,
        checks=checks if all(told) else None,
        cases_in_both=len(cases[0].keys() & cases[1].keys()),
        cases_before_only=tuple(sorted(cases[0].keys() - cases[1].keys())),
        cases_now_only=tuple(sorted(cases[1].keys() - cases[0].keys())),
        changes=tuple(changes),
        renamed={
            name: was
            for name, was in names.renamed.items()
            if not lessons or name.rpartition("/")[0] in lessons
        },
    )


def _differing(
    before: Mapping[str, str], now: Mapping[str, str], sign: str, lessons: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Return what differs by name, of these lessons (none: all); a lesson ends before a sign."""
    pairs = {name: (before.get(name, ""), now.get(name, "")) for name in [*before, *now]}
    return {
        name: two
        for name, two in pairs.items()
        if two[0] != two[1] and (not lessons or name.rpartition(sign)[0] in lessons)
    }


class _Case(NamedTuple):
    """What a run says of a case: of each check, and of each fingerprint, the gravest."""

    outcomes: dict[tuple[str, str], Outcome]
    findings: dict[str, StoredFinding]
    met: dict[str, bool]


def _cases(frame: Iterable[FrameCase], names: Renamed) -> dict[str, _Case]:
    """Return a run's cases by their ids; several records with one id are one case."""
    cases: dict[str, _Case] = {}
    for record in frame:
        case = cases.setdefault(record.case_id, _Case({}, {}, {}))
        for asked, outcome in record.outcomes.items():
            called = names.name(*asked)
            if _GRAVITY[outcome] <= _GRAVITY[case.outcomes.get(called, outcome)]:
                case.outcomes[called] = outcome
        for one in record.findings:
            lesson, check = names.name(one.lesson, one.check)
            found = one._replace(lesson=lesson, check=check)
            first = case.findings.setdefault(found.fingerprint, found)
            if _GRAVITY[found.outcome] < _GRAVITY[first.outcome]:
                case.findings[found.fingerprint] = found
        for held in record.met:
            case.met[held.fingerprint] = held.certain and case.met.get(held.fingerprint, True)
    return cases


def _changes(case_id: str, before: _Case | None, now: _Case | None) -> Iterator[Change]:
    found_before = before.findings if before else {}
    found_now = now.findings if now else {}
    for fingerprint in found_before.keys() | found_now.keys():
        kind: Kind = "standing"
        if fingerprint not in found_before:
            kind = "new"
        elif fingerprint not in found_now:
            kind = "gone"
        one = found_now.get(fingerprint) or found_before[fingerprint]
        yield Change(
            kind=kind,
            case_id=case_id,
            lesson=one.lesson,
            check=one.check,
            before=_said(before, one),
            now=_said(now, one),
            check_before=_said_of_check(before, one),
            check_now=_said_of_check(now, one),
            fingerprint=fingerprint,
            pointers=one.pointers,
            accepted=one.accepted,
        )


def _said(case: _Case | None, finding: StoredFinding) -> str:
    if case is None:
        return NO_CASE
    if finding.fingerprint in case.findings:
        return case.findings[finding.fingerprint].outcome
    if finding.fingerprint in case.met:
        return MET if case.met[finding.fingerprint] else MET_IF
    return NO_INSTANCE if _said_of_check(case, finding) else NOT_ASKED


def _said_of_check(case: _Case | None, finding: StoredFinding) -> str:
    return case.outcomes.get((finding.lesson, finding.check), "") if case else ""


def _order(change: Change) -> tuple[str, str, tuple[str, ...], str]:
    return change.lesson, change.check, change.pointers, change.fingerprint
