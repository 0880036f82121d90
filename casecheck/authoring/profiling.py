"""Say where the cost of rules goes on some records: which checks, and which of their conditions."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from casecheck.audit.auditor import Auditor
from casecheck.authoring.costs import CheckCost, Cost
from casecheck.authoring.growth import Growth, growing
from casecheck.authoring.joins import CheckJoins, JoinStep
from casecheck.authoring.trying import AT_ONCE, MOST_TOLD, audited, in_chunks
from casecheck.intake.records import ReadRecord, read_each
from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Check, Lesson, Rules
from casecheck.record.contradictions import contradictions
from casecheck.record.faults import Unreadable
from casecheck.results import EngineError
from casecheck.truth.indexed_reading import IndexedReading
from casecheck.truth.known import Known


@dataclass(slots=True)
class CheckProfile:
    """What one check costs, and how its rows are put together.

    `milliseconds` is how long the engine took for it alone, where that was asked for: information
    that is another each time. `cut` are the records of which not all combinations were tried;
    `growth` says what of it would multiply in a large family.
    """

    cost: Cost
    joins: tuple[JoinStep, ...] = ()
    cut: int = 0
    growth: tuple[Growth, ...] = ()
    milliseconds: float | None = None

    @property
    def poor(self) -> list[JoinStep]:
        """The rows that are put beside others and hold back little."""
        return [one for one in self.joins if one.poor]


@dataclass(slots=True)
class Profile:
    """Where the cost of some rules goes: each check, the costliest first."""

    rules: Rules
    checks: list[CheckProfile] = field(default_factory=list)
    records: int = 0
    not_read: int = 0
    not_evaluated: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    errors: list[EngineError] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every input was read, and every lesson evaluated on it."""
        return not (self.not_read or self.not_evaluated)


class _Meter:
    """Measures one check on records."""

    def __init__(self, lesson: Lesson, check: Check, rules: Rules, timed: bool) -> None:
        alone = replace(lesson, checks=(check,))
        self._auditor = Auditor(replace(rules, lessons=(alone,))) if timed else None
        self._cost = CheckCost(lesson, check, rules)
        self._joins = CheckJoins(check)
        self._growth = tuple(growing(alone, rules.concepts))
        self._seconds = 0.0

    def add(self, records: Sequence[ReadRecord], readings: Sequence[IndexedReading]) -> None:
        for reading in readings:
            self._cost.add(reading.known)
            self._joins.add(reading)
        if self._auditor:
            begun = time.perf_counter()
            list(audited(self._auditor, list(records)))
            self._seconds += time.perf_counter() - begun

    def profile(self) -> CheckProfile:
        taken = self._seconds * 1_000 if self._auditor else None
        joins = tuple(self._joins)
        return CheckProfile(self._cost.cost, joins, self._joins.cut, self._growth, taken)


def profile(
    loaded: Iterable[Rules], texts: Iterable[RecordText | Unreadable], *, timed: bool
) -> list[Profile]:
    """Return where the cost of the rules goes on the records.

    `timed`: each check is also run alone in the engine, to say how long that takes.

    Raises:
        RulesError: where a lesson asks more than the engine can do.
        EngineUnusable: where the engine cannot run at all.
    """
    profiles = [Profile(rules) for rules in loaded]
    meters = [
        [_Meter(lesson, check, one.rules, timed) for lesson in one.rules.lessons
         for check in lesson.checks]
        for one in profiles
    ]  # fmt: skip
    auditors = [Auditor(one.rules) for one in profiles]
    for chunk in in_chunks(read_each(texts), AT_ONCE):
        records = [item for item in chunk if isinstance(item, ReadRecord)]
        known = [Known(one.record, contradictions(one.record)) for one in records]
        for of, auditor, own in zip(profiles, auditors, meters, strict=True):
            _count(of, chunk, auditor, records)
            readings = [IndexedReading(one, of.rules.concepts) for one in known]
            for meter in own:
                meter.add(records, readings)
    for of, own in zip(profiles, meters, strict=True):
        # Sorting keeps the order of the rules where two cost the same.
        of.checks = sorted(
            (meter.profile() for meter in own),
            key=lambda one: (-one.cost.matches, -one.cost.facts),
        )
    return profiles


def _count(
    of: Profile,
    chunk: Sequence[ReadRecord | Unreadable],
    auditor: Auditor,
    records: list[ReadRecord],
) -> None:
    """Count what was read and what could be evaluated."""
    for item in chunk:
        if isinstance(item, Unreadable):
            of.not_read += item.count
            of.unreadable += [item] if len(of.unreadable) < MOST_TOLD else []
    of.records += len(records)
    for audit in audited(auditor, records):
        of.not_evaluated += len(audit.errors)
        of.errors += audit.errors[: MOST_TOLD - len(of.errors)]
