"""Say where the cost of rules goes on some records: which checks, and which of their conditions."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from casecheck.audit.auditor import Auditor
from casecheck.authoring.costs import CheckCost, Cost
from casecheck.authoring.growth import Growth, growing
from casecheck.authoring.joins import CheckJoins, JoinStep
from casecheck.authoring.looked_at import LookedAt, audited, some_at_a_time
from casecheck.intake.records import ReadRecord
from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Check, Lesson, Rules
from casecheck.record.contradictions import contradictions
from casecheck.record.faults import Unreadable
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
class Profile(LookedAt):
    """Where the cost of some rules goes: each check, the costliest first."""

    rules: Rules
    checks: list[CheckProfile] = field(default_factory=list)


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
            list(audited(self._auditor, records))
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
    for records, unreadable in some_at_a_time(texts):
        known = [Known(one.record, contradictions(one.record)) for one in records]
        for of, auditor, own in zip(profiles, auditors, meters, strict=True):
            of.add_unreadable(unreadable)
            for audit in audited(auditor, records):
                of.add_record(audit.errors)
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
