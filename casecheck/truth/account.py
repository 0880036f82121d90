"""Explain how each check of a lesson came to its outcome for one record, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, product
from math import prod

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Check, Concept, Lesson, Population, ShortfallKind
from casecheck.lessons.needs import fields_of
from casecheck.record.contradictions import contradictions
from casecheck.record.model import CaseRecord
from casecheck.results import CaseAudit
from casecheck.truth.account_form import (
    AlternativeAccount,
    CheckAccount,
    ConditionAccount,
    InstanceAccount,
    PopulationAccount,
    RowAccount,
    SearchedSection,
    ShortOf,
    TriedRows,
)
from casecheck.truth.falling_short import shortfall_of
from casecheck.truth.indexed_reading import IndexedReading
from casecheck.truth.kleene import Truth, all_of
from casecheck.truth.known import Known
from casecheck.truth.nearest import nearest_rows
from casecheck.truth.plain_reading import (
    Bound,
    Candidate,
    Instance,
    PlainReading,
    Result,
    finding_of,
    outcome_of,
)
from casecheck.truth.remarks import remarks_on
from casecheck.truth.value_words import ValueWords

MOST_NEAREST = 5
"""The most rows shown that were looked at and are not what was looked for, the nearest first."""
MOST_NOT_ASKED = 3
"""The most combinations of rows shown that are not asked about, the nearest first."""
MOST_COMPARED = 20_000
"""The most combinations of rows among which the nearest are looked for."""

_GRAVEST_FIRST = tuple(Result)


class Disagreement(Exception):  # noqa: N818 - of two readings, neither of which is to be trusted
    """The engine and the reference reading differ on a check."""

    def __init__(self, lesson: str, check: str) -> None:
        super().__init__(
            f"{lesson} {check}: the explanation and the engine disagree on this record. Trust"
            " neither, and report it, please, with the version (casecheck --version)."
        )


def explain(
    checks: Iterable[Check], concepts: Mapping[str, Concept], record: CaseRecord, most: int
) -> tuple[CheckAccount, ...]:
    """Return how each check came to its outcome, with the `most` gravest instances of each."""
    reading = IndexedReading(Known(record, contradictions(record)), concepts)
    return tuple(map(_Explainer(reading, most).check, checks))


def agree(lesson: Lesson, accounts: Iterable[CheckAccount], audit: CaseAudit) -> None:
    """Hold an explanation against the engine's audit of the same record.

    Raises:
        Disagreement: where an outcome or a finding of a check differs.
    """
    for account in accounts:
        findings = frozenset(
            (finding.outcome, finding.pointers)
            for finding in audit.findings
            if (finding.lesson, finding.check) == (lesson.id, account.check.id)
        )
        outcome = audit.lessons[lesson.id].checks[account.check.id]
        if (outcome, findings) != (account.outcome, account.findings):
            raise Disagreement(lesson.id, account.check.id)


def ways_short(
    check: Check, instances_of: Iterable[Iterable[Instance]], reading: PlainReading
) -> frozenset[ShortfallKind | None]:
    """Return how the instances in breach of each of a check's populations fall short."""
    short = (
        shortfall_of(population, instance.bound, reading)
        for population, instances in zip(check.populations, instances_of, strict=True)
        for instance in instances
        if instance.result is Result.BREACH
    )
    return frozenset(shortfall and shortfall[0].kind for shortfall in short)


class _Explainer:
    """Explains checks of one record."""

    def __init__(self, reading: PlainReading, most: int) -> None:
        self.reading = reading
        self.teller = ValueWords(reading)
        self.most = most

    def check(self, check: Check) -> CheckAccount:
        told = [self.reading.told(population) for population in check.populations]
        found = [list(instances) for instances in told]
        seen = {instance.result for instance in chain.from_iterable(found)}
        only_unsettled = seen == {Result.UNSETTLED}
        findings = {
            (outcome, self._pointers(instance.bound))
            for instance in chain.from_iterable(found)
            if (outcome := finding_of(instance.result, only_unsettled=only_unsettled))
        }
        return CheckAccount(
            check,
            outcome_of(seen),
            tuple(map(self._population, check.populations, told)),
            frozenset(findings),
            ways_short(check, found, self.reading),
        )

    def _population(
        self, population: Population, told: Mapping[Instance, int]
    ) -> PopulationAccount:
        found, more = list(told), sum(told.values())
        results = [instance.result for instance in found]
        gravest = sorted(found, key=lambda instance: _GRAVEST_FIRST.index(instance.result))
        every = prod(len(self.reading.candidates(kind)) for kind in population.for_each.values())
        return PopulationAccount(
            self._looked(population.for_each),
            {result: results.count(result) for result in _GRAVEST_FIRST},
            tuple(self.instance(population, instance) for instance in gravest[: self.most]),
            every - len(found) - more,
            self._not_asked(population, every),
            population.part,
            population.period,
            more,
        )

    def _not_asked(self, population: Population, every: int) -> tuple[InstanceAccount, ...]:
        """Return the rows that come nearest to being asked about, and are not."""
        if every > MOST_COMPARED:
            return ()
        instances = self.reading.instances(population)
        asked = {tuple(map(id, instance.bound.values())) for instance in instances}
        others = (
            bound
            for bound in self._every(population.for_each, {})
            if tuple(map(id, bound.values())) not in asked
        )
        names = list(population.for_each)
        nearest = nearest_rows(self.reading, MOST_NOT_ASKED, population.where, names, others)
        return tuple(self.other(population, bound) for bound in nearest)

    def instance(self, population: Population, instance: Instance) -> InstanceAccount:
        """Return how one instance came to what it says."""
        bound = instance.bound
        return InstanceAccount(
            instance.result,
            instance.member,
            instance.evidence,
            self._pointers(bound),
            self._rows(bound, _read_by(population)),
            self._conditions(population.where, bound),
            tuple(self._alternative(one, bound) for one in population.given),
            tuple(self._alternative(one, bound) for one in population.unless),
            tuple(self._alternative(one, bound) for one in population.met_by),
            self._falls_short(population, instance),
        )

    def _falls_short(self, population: Population, instance: Instance) -> ShortOf | None:
        if instance.result is not Result.BREACH:
            return None
        found = shortfall_of(population, instance.bound, self.reading)
        if found is None:
            return None
        shortfall, sentence = found
        evidence = self._alternative(shortfall.evidence, instance.bound)
        return ShortOf(shortfall.kind, evidence, sentence)

    def other(self, population: Population, bound: Bound) -> InstanceAccount:
        """Return why some rows are not asked about: the first reason that there is."""
        where = self._conditions(population.where, bound)
        no_more = any(one.truth is False for one in where) or any(
            candidate.there is False for candidate in bound.values()
        )
        return InstanceAccount(
            None,
            False,
            False,
            self._pointers(bound),
            self._rows(bound, _read_by(population)),
            where,
            () if no_more else tuple(self._alternative(one, bound) for one in population.given),
            () if no_more else tuple(self._alternative(one, bound) for one in population.unless),
            (),
            None,
        )

    def _pointers(self, bound: Bound) -> tuple[str, ...]:
        return tuple(row.pointer for one in bound.values() for row in self.reading.reported(one))

    def reported_as(
        self, names: Sequence[tuple[str, str]], pointers: tuple[str, ...], bound: Bound
    ) -> Bound | None:
        """Return the first rows for some names that are reported with these pointers, if any."""
        if not names:
            return None if pointers else bound
        (name, kind), *others = names
        for candidate in self.reading.candidates(kind):
            own = tuple(row.pointer for row in self.reading.reported(candidate))
            if pointers[: len(own)] == own:
                wider = {**bound, name: candidate}
                found = self.reported_as(others, pointers[len(own) :], wider)
                if found is not None:
                    return found
        return None

    # --- alternatives ---

    def _alternative(self, alternative: Alternative, bound: Bound) -> AlternativeAccount:
        truth = self.reading.holds(alternative, bound)
        remarks = remarks_on(alternative, bound, self.reading)
        if not alternative.find:
            conditions = self._conditions(alternative.where, bound)
            return AlternativeAccount(alternative.means, truth, (), (), 0, conditions, remarks)
        # One row that holds says it all; else those that may hold, and the nearest others.
        shown, more = self._tried(alternative, bound, 1 if truth else MOST_NEAREST)
        looked = self._looked(alternative.find)
        return AlternativeAccount(alternative.means, truth, looked, shown, more, (), remarks)

    def _tried(
        self, alternative: Alternative, bound: Bound, most: int
    ) -> tuple[tuple[TriedRows, ...], int]:
        every = prod(len(self.reading.candidates(kind)) for kind in alternative.find.values())
        combined: Iterable[Bound]
        if not alternative.is_plain and most == 1:
            # Of the rows for which the conditions hold, those that are what is looked for.
            found = self.reading.found(alternative, bound)
            combined = (rows for rows, truth in found if truth)
        elif every > MOST_COMPARED:
            found = self.reading.combinations(alternative.find, alternative.where, bound)
            combined = (rows for rows, _ in found)
        else:
            combined = self._every(alternative.find, bound)
        nearest = nearest_rows(
            self.reading, most, alternative.where, list(alternative.find), combined
        )
        read = _read_in(alternative.reads)
        tried = tuple(
            TriedRows(
                self._rows({name: rows[name] for name in alternative.find}, read),
                self._truth(alternative.where, rows, alternative.find),
                self._conditions(alternative.where, rows),
            )
            for rows in nearest
        )
        return tried, every - len(tried)

    def _every(self, names: Mapping[str, str], bound: Bound) -> Iterator[Bound]:
        candidates = [self.reading.candidates(kind) for kind in names.values()]
        for chosen in product(*candidates):
            yield {**bound, **dict(zip(names, chosen, strict=True))}

    def _truth(self, where: Iterable[Condition], rows: Bound, names: Iterable[str]) -> Truth:
        truths = [self.reading.all_of(where, rows), *(rows[name].there for name in names)]
        return all_of(truths)

    # --- rows and conditions ---

    def _looked(self, names: Mapping[str, str]) -> tuple[SearchedSection, ...]:
        known, concepts = self.reading.known, self.reading.concepts
        return tuple(
            SearchedSection(name, kind, section, len(known.rows(section)) if carried else None)
            for name, kind in names.items()
            for section in (
                dict.fromkeys(source.section for source in concepts[kind].rows)
                if kind in concepts
                else (kind,)
            )
            for carried in [known.is_known(section)]
        )

    def _conditions(self, where: Iterable[Condition], bound: Bound) -> tuple[ConditionAccount, ...]:
        return tuple(
            ConditionAccount(
                condition.text,
                self.reading.truth(condition, bound),
                self.teller.condition(condition, bound),
            )
            for condition in where
        )

    def _rows(self, bound: Bound, read: Mapping[str, Sequence[str]]) -> tuple[RowAccount, ...]:
        return tuple(
            self._row(name, candidate, read.get(name, ())) for name, candidate in bound.items()
        )

    def _row(self, name: str, candidate: Candidate, read: Sequence[str]) -> RowAccount:
        row = candidate.row
        of_kind: tuple[ConditionAccount, ...] = ()
        if candidate.source is not None:
            source = candidate.source
            own = {source.binding: Candidate(source.section, row, None, candidate.there)}
            of_kind = self._conditions(source.where, own)
        fields = tuple(self.teller.fields(name, candidate, read)) if row.data is not None else ()
        in_extract = row.index is not None
        return RowAccount(name, candidate.kind, row.pointer, in_extract, row.id, fields, of_kind)


# What conditions read of each row, in the order in which they do


def _read_by(population: Population) -> dict[str, list[str]]:
    alternatives = (*population.given, *population.unless, *population.met_by)
    where = [*population.where, *chain.from_iterable(one.reads for one in alternatives)]
    read = _read_in(where)
    return {name: read.get(name, []) for name in population.for_each}


def _read_in(where: Iterable[Condition]) -> dict[str, list[str]]:
    read: dict[str, dict[str, None]] = {}
    for condition in where:
        for test in chain.from_iterable(condition.alternatives):
            for row, field in fields_of(test):
                if name := row.references[0] if row.references else field:
                    read.setdefault(row.binding, {})[name] = None
    return {name: list(fields) for name, fields in read.items()}


# One instance, or rows that are none, by themselves


def explain_instance(
    reading: PlainReading, population: Population, instance: Instance
) -> InstanceAccount:
    """Return how one instance of a population came to what it says."""
    return _Explainer(reading, 1).instance(population, instance)


def explain_not_asked(
    reading: PlainReading, population: Population, pointers: Sequence[str]
) -> InstanceAccount | None:
    """Return why rows that are reported with these pointers are not asked about.

    None where no rows that the population is about are reported so.
    """
    explainer = _Explainer(reading, 1)
    found = explainer.reported_as(list(population.for_each.items()), tuple(pointers), {})
    return None if found is None else explainer.other(population, found)
