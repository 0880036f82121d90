"""Compare two versions of rules on the same records: which instances come out otherwise, and why.

Each version is asked twice, by the engine and by the reference reading, which tells each instance
and how it came about; where the two disagree nothing is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from casecheck.audit.auditor import Auditor
from casecheck.authoring.causes import Cause, causes_of
from casecheck.authoring.looked_at import LookedAt, audited, some_at_a_time
from casecheck.authoring.versions import Pair, Version, pairs_of
from casecheck.intake.records import ReadRecord
from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Concept, Population, Rules
from casecheck.record.contradictions import contradictions
from casecheck.record.faults import Unreadable
from casecheck.results import CaseAudit, Outcome, Place
from casecheck.truth.account import Disagreement, explain_instance, explain_not_asked
from casecheck.truth.account_form import InstanceAccount
from casecheck.truth.indexed_reading import IndexedReading
from casecheck.truth.known import Known
from casecheck.truth.plain_reading import Instance, PlainReading, Result, outcome_of

Said = Result | None
"""What a version says of an instance; None where it does not ask about it."""
_GRAVEST_FIRST = tuple(Result)


class Change(NamedTuple):
    """An instance that comes out otherwise: its case, its rows, what each version says, and why."""

    case_id: str
    place: Place
    pointers: tuple[str, ...]
    before: Said
    now: Said
    causes: tuple[Cause, ...]


@dataclass(slots=True)
class PairCompared:
    """What became of a check over all records.

    `outcomes` counts records by what each version says of them; `moves` the instances that come
    out otherwise, by what each version says; `first` are the first of them, of each move.
    """

    pair: Pair
    outcomes: tuple[dict[Outcome, int], dict[Outcome, int]]
    moves: Counter[tuple[Said, Said]] = field(default_factory=Counter)
    first: list[Change] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many instances come out otherwise."""
        return sum(self.moves.values())


@dataclass(slots=True)
class Versions(LookedAt):
    """Two versions of rules, compared on some records.

    The engine may fail to evaluate a lesson in one version or in both: each time is counted.
    """

    before: Rules
    now: Rules
    pairs: list[PairCompared]

    @property
    def changed(self) -> int:
        """How many instances of checks in both versions come out otherwise."""
        return sum(one.changed for one in self.pairs)


def compare_versions(
    before: Rules, now: Rules, texts: Iterable[RecordText | Unreadable], first: int
) -> Versions:
    """Return how the checks of two versions come out on the records.

    `first` is how many instances of each check and move are kept, in the order of the records.

    Raises:
        Disagreement: where the engine and the reference reading differ; neither is to be trusted.
        EngineUnusable: where the engine cannot run at all.
    """
    pairs = [
        PairCompared(one, (dict.fromkeys(Outcome, 0), dict.fromkeys(Outcome, 0)))
        for one in pairs_of(before, now)
    ]
    compared = Versions(before, now, pairs)
    auditors = Auditor(before), Auditor(now)
    for read, unreadable in some_at_a_time(texts):
        compared.add_unreadable(unreadable)
        audits = [list(audited(one, read)) for one in auditors]
        for source, *both in zip(read, *audits, strict=True):
            _add(compared, source, both[0], both[1], first)
    return compared


def _add(
    compared: Versions, source: ReadRecord, before: CaseAudit, now: CaseAudit, first: int
) -> None:
    """Compare the two versions on one record."""
    compared.add_record((*before.errors, *now.errors))
    known = Known(source.record, contradictions(source.record))
    readings = _Readings(known)
    place = Place(source.file, source.line)
    for one in compared.pairs:
        both = one.pair.before, one.pair.now
        outcomes = [
            _outcome(version, audit) for version, audit in zip(both, (before, now), strict=True)
        ]
        for version, outcome, counts in zip(both, outcomes, one.outcomes, strict=True):
            if version and outcome:
                counts[outcome] += 1
        (then, later), (was, is_now) = both, outcomes
        if not (then and later and was and is_now):
            continue
        if one.pair.asks_the_same and was is is_now:
            continue
        sides = readings.of(then, was), readings.of(later, is_now)
        for change in _changes(source.record.case_id, place, *sides):
            one.moves[change.before, change.now] += 1
            same = [kept for kept in one.first if kept[3:5] == change[3:5]]
            if len(same) < first:
                one.first.append(change._replace(causes=_causes(change, *sides)))


def _outcome(version: Version | None, audit: CaseAudit) -> Outcome | None:
    """Return the engine's outcome of a check; None where its lesson could not be evaluated."""
    if version is None or version.lesson.id not in audit.lessons:
        return None
    return audit.lessons[version.lesson.id].checks[version.check.id]


class _Found(NamedTuple):
    """An instance, and the population that it is of."""

    population: Population
    instance: Instance


@dataclass(frozen=True, slots=True)
class _Side:
    """What one version of a check says of a record: by pointers, the gravest instance of them."""

    version: Version
    reading: PlainReading
    found: Mapping[tuple[str, ...], _Found]

    def said(self, pointers: tuple[str, ...]) -> Said:
        one = self.found.get(pointers)
        return one and one.instance.result

    def account(self, pointers: tuple[str, ...], other: _Side) -> InstanceAccount | None:
        """Return how rows came to what is said of them; None where the check is about no such.

        `other` is the other version's: of several parts of a check, or standards of several times,
        the one is told that is like that by which the other asks, else what comes nearest to it.
        """
        one = self.found.get(pointers)
        if one:
            return explain_instance(self.reading, one.population, one.instance)
        asked = other.found[pointers].population
        accounts = [
            (population, account)
            for population in self.version.check.populations
            if (account := explain_not_asked(self.reading, population, pointers))
        ]
        if not accounts:
            return None

        def unlike(one: tuple[Population, InstanceAccount]) -> tuple[bool, bool, int]:
            population, account = one
            periods = population.period != asked.period
            return population.part != asked.part, periods, _short_of_asking(account)

        return min(accounts, key=unlike)[1]


class _Readings:
    """The reference readings of one record: one for the concepts of each version."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._by_concepts: dict[int, PlainReading] = {}

    def of(self, version: Version, outcome: Outcome) -> _Side:
        """Return what a version says of the record; `outcome` is the engine's, to be held to it."""
        reading = self._reading(version.concepts)
        found: dict[tuple[str, ...], _Found] = {}
        results: set[Result] = set()
        for population in version.check.populations:
            for instance in reading.told(population):
                results.add(instance.result)
                pointers = tuple(
                    row.pointer for one in instance.bound.values() for row in reading.reported(one)
                )
                first = found.setdefault(pointers, _Found(population, instance))
                if _graver(instance.result, first.instance.result):
                    found[pointers] = _Found(population, instance)
        if outcome_of(results) is not outcome:
            raise Disagreement(version.lesson.id, version.check.id)
        return _Side(version, reading, found)

    def _reading(self, concepts: Mapping[str, Concept]) -> PlainReading:
        if id(concepts) not in self._by_concepts:
            self._by_concepts[id(concepts)] = IndexedReading(self._known, concepts)
        return self._by_concepts[id(concepts)]


def _short_of_asking(account: InstanceAccount) -> int:
    """Return how many conditions keep rows from being asked about."""
    kinds = [one for row in account.rows for one in row.of_kind]
    return sum(one.truth is not True for one in (*kinds, *account.conditions))


def _graver(one: Result, other: Result) -> bool:
    return _GRAVEST_FIRST.index(one) < _GRAVEST_FIRST.index(other)


def _changes(case_id: str, place: Place, before: _Side, now: _Side) -> Iterator[Change]:
    for pointers in dict.fromkeys((*before.found, *now.found)):
        said = before.said(pointers), now.said(pointers)
        if said[0] is not said[1]:
            yield Change(case_id, place, pointers, *said, causes=())


def _causes(change: Change, before: _Side, now: _Side) -> tuple[Cause, ...]:
    then, later = before.account(change.pointers, now), now.account(change.pointers, before)
    return tuple(causes_of(then, later))


def by_kind(compared: Versions, kinds: Sequence[str]) -> list[PairCompared]:
    """Return the checks of these kinds, in their order."""
    return [one for one in compared.pairs if one.pair.kind in kinds]
