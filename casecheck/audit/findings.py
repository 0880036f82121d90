"""Word a finding: what was found of which rows, in one sentence, with a lasting fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from casecheck.audit.about_whom import AboutWhom
from casecheck.audit.last_day import LastDay
from casecheck.audit.message_words import PreparedMessage
from casecheck.audit.shortfall_finder import Fallen, ShortfallFinder
from casecheck.audit.unknown_finder import Form, UnknownFinder, form_of
from casecheck.engine.batch import Batch
from casecheck.engine.matches import Members
from casecheck.engine.sources import Source
from casecheck.lessons.lesson import Check, CheckName, Concept, Population
from casecheck.lessons.terms import RowPath
from casecheck.results import FallsShort, Finding, MetInstance, Outcome, Unknown
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow
from casecheck.truth.quick_reading import QuickReading


class FindingWriter:
    """Writes the findings of one population of a check.

    `folded` says how each row of an instance is reached from those that the engine names, where
    nothing is unknown.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a lesson is made of
        self,
        lesson: str,
        check: Check,
        population: Population,
        folded: Sequence[RowPath],
        sources: Sequence[Source],
        concepts: Mapping[str, Concept],
    ) -> None:
        self.lesson = lesson
        self.check = check.id
        self._severity, self._tags = check.severity, check.tags
        self._shortfalls = population.shortfalls and ShortfallFinder(population, sources)
        self._about, self._due = AboutWhom(population, sources), LastDay(population, sources)
        self._unknowns = UnknownFinder(population, concepts)
        self._once = population.once
        self._phantoms: dict[tuple[int, ...], _Phantoms] = {}
        self._reached = _reached(population, folded, sources)
        # What a fingerprint says between the case and the rows; none of it holds a space.
        part = (f"part{population.part}",) if population.part else ()
        self._what, *self._also = [
            " ".join((*name, *part)) for name in (*check.formerly, CheckName(lesson, check.id))
        ]
        self._messages = {
            Outcome.BREACH: PreparedMessage(population.breach, population.for_each, sources),
            Outcome.INSUFFICIENT_EVIDENCE: PreparedMessage(
                population.cannot_tell, population.for_each, sources
            ),
        }

    def write(  # noqa: PLR0913 - the instance, and whence it is read
        self,
        members: Members,
        outcome: Outcome,
        batch: Batch,
        known: Known,
        reading: Callable[[], QuickReading],
        *,
        met: bool = False,
    ) -> Finding:
        """Return the finding that an instance is: the facts of a batch, by their numbers.

        `reading` gives the plain reading of the record, which says in which way it falls short, or
        what it hangs on. `met`: if the check applies to it, it is met.
        """
        if outcome is not Outcome.BREACH and not batch.settled:
            phantoms = self._of_phantoms(members, batch, known)
            if phantoms is not None:
                return self._of_nothing(phantoms, outcome, known, reading, met=met)
        facts = self._facts(members, batch, known)
        rows = _reported_rows(facts, known)
        case_id = known.record.case_id
        names = _names(rows)
        message, shortfall = "", _missing(outcome)
        fallen = Fallen()
        if outcome is Outcome.BREACH and self._shortfalls:
            fallen = self._shortfalls.told(facts, known, reading)
            message, shortfall = fallen.sentence, fallen.kind or shortfall
        if not message:
            told = [(source.number, row) for source, row in facts]
            message = self._messages[outcome].worded(told, known)
        pointers = tuple([row.pointer for row in rows])
        unknown: tuple[Unknown, ...] = ()
        if outcome is not Outcome.BREACH:
            unknown = self._unknowns.unknowns(facts, known, reading, met=met)
        return Finding(
            case_id,
            self.lesson,
            self.check,
            outcome,
            message,
            pointers,
            fingerprint=_fingerprint(case_id, self._what, names),
            shortfall=shortfall,
            severity=self._severity,
            tags=self._tags,
            also=self._former_fingerprints(case_id, names),
            about=self._about.about(facts, known),
            due=self._due.day(facts, known),
            unknown=unknown,
            nearest=fallen.nearest,
            done_on=fallen.done_on,
        )

    def _of_phantoms(self, members: Members, batch: Batch, known: Known) -> _Phantoms | None:
        """Return what an instance is of which no row is in the record; None for any other."""
        numbers = (members,) if isinstance(members, str) else members
        sections, sources = known.record.sections, []
        for number in numbers:
            source, _ = batch.origins[int(number) - 1]
            if sections[source.section] is not None:
                return None
            sources.append(source)
        key = tuple([source.number for source in sources])
        phantoms = self._phantoms.get(key)
        if phantoms is None:
            facts = [_Fact(source, known.row_at(source.section, 0)) for source in sources]
            rows = _reported_rows(facts, known)
            pointers = tuple([row.pointer for row in rows])
            phantoms = self._phantoms[key] = _Phantoms(
                facts, form_of(facts), pointers, _names(rows), {}
            )
        return phantoms

    def _of_nothing(
        self,
        phantoms: _Phantoms,
        outcome: Outcome,
        known: Known,
        reading: Callable[[], QuickReading],
        *,
        met: bool,
    ) -> Finding:
        """Return a finding of which no row is in the record: it is about nobody, and due never."""
        case_id = known.record.case_id
        message = phantoms.messages.get(outcome)
        if message is None:
            prepared = self._messages[outcome]
            message = prepared.worded([(one.number, row) for one, row in phantoms.facts], known)
            if prepared.is_of_rows:
                phantoms.messages[outcome] = message
        return Finding(
            case_id,
            self.lesson,
            self.check,
            outcome,
            message,
            phantoms.pointers,
            fingerprint=_fingerprint(case_id, self._what, phantoms.names),
            severity=self._severity,
            tags=self._tags,
            also=self._former_fingerprints(case_id, phantoms.names),
            unknown=self._unknowns.of_form(phantoms.form, phantoms.facts, known, reading, met=met),
        )

    def with_others(self, finding: Finding, more: int) -> Finding:
        """Return a finding that says how many others of its days are told with it."""
        assert self._once is not None  # or nothing would be told with it
        are = "is" if more == 1 else "are"
        told = f"{more:,} more of the same {self._once.days + 1:,} days {are} told with it."
        return finding._replace(message=f"{finding.message} {told}")

    def met(self, members: Members, certain: bool, batch: Batch, known: Known) -> MetInstance:
        """Return what identifies an instance that is no finding."""
        rows = _reported_rows(self._facts(members, batch, known), known)
        fingerprint = _fingerprint(known.record.case_id, self._what, _names(rows))
        pointers = tuple([row.pointer for row in rows])
        return MetInstance(self.lesson, self.check, pointers, fingerprint, certain)

    def _former_fingerprints(self, case_id: str, names: str) -> tuple[str, ...]:
        if not self._also:
            return ()
        return tuple([_fingerprint(case_id, what, names) for what in self._also])

    def _facts(self, members: Members, batch: Batch, known: Known) -> list[_Fact]:
        """Return the facts of an instance, one for each of its rows."""
        numbers = (members,) if isinstance(members, str) else members
        origins = [batch.origins[int(number) - 1] for number in numbers]
        facts = [_Fact(source, known.row_at(source.section, at)) for source, at in origins]
        if not (batch.settled and self._reached):
            return facts
        return [
            _Fact(way.source, _followed(facts[way.fact].row, way.references, known))
            if way.source
            else facts[way.fact]
            for way in self._reached
        ]


def _names(rows: Sequence[KnownRow]) -> str:
    """Return what a fingerprint says of an instance's rows."""
    return " ".join([f"{row.section}/{row.id}" if row.id else row.section for row in rows])


def _fingerprint(case_id: str, what: str, names: str) -> str:
    """Return what identifies an instance wherever it is found again: its rows' ids.

    Positions would change with rows added, and contents with a correction. Parts of one check may
    ask different things of the same rows. `what` is asked: the check by one of its names, and the
    part of it.
    """
    content = f"{case_id} {what} {names}"
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _missing(outcome: Outcome) -> FallsShort:
    return "missing" if outcome is Outcome.BREACH else ""


class _Fact(NamedTuple):
    """A fact of an instance: where it came from, and its row."""

    source: Source
    row: KnownRow


class _Phantoms(NamedTuple):
    """An instance of which no row is in the record: the same in all records that lack its sections.

    `messages` has those of its messages that show nothing else of a record, by outcome.
    """

    facts: Sequence[_Fact]
    form: Form
    pointers: tuple[str, ...]
    names: str
    messages: dict[Outcome, str]


class _Way(NamedTuple):
    """How a row of an instance is reached: from which of the facts named, by which references.

    `source` is where a fact of the row would come from; None where the row is that fact's own.
    """

    fact: int
    references: tuple[str, ...]
    source: Source | None


def _reached(
    population: Population, folded: Sequence[RowPath], sources: Sequence[Source]
) -> list[_Way]:
    """Return how each row of an instance is reached; nothing where each has a fact of its own."""
    if not any(row.references for row in folded):
        return []
    named = [row.binding for row in folded if not row.references]
    by_kind = {source.kind.name: source for source in sources}
    return [
        _Way(named.index(row.binding), row.references, by_kind[kind] if row.references else None)
        for row, kind in zip(folded, population.for_each.values(), strict=True)
    ]


def _followed(row: KnownRow, references: Sequence[str], known: Known) -> KnownRow:
    found = known.follow(row, references)
    assert found is not None  # what is folded is always there
    return found


def _reported_rows(facts: Sequence[_Fact], known: Known) -> Sequence[KnownRow]:
    """Return the rows that facts are reported with: their own, or those that a concept names.

    An unknown section stands for itself, whatever it might have led to.
    """
    rows: list[KnownRow] = []
    for source, row in facts:
        if row.data is None or not source.reported:
            rows.append(row)
            continue
        found = [known.follow(row, path.references) for path in source.reported]
        rows += [reported for reported in found if reported is not None]
    return rows
