"""Word a finding: what was found of which rows, in one sentence, with a lasting fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from casecheck.audit.about_whom import NOBODY, AboutWhom
from casecheck.audit.condition_reads import ReadNotes
from casecheck.audit.instance_rows import BatchRows, Fact, InstanceRows, Reached, Way
from casecheck.audit.last_day import LastDay
from casecheck.audit.message_words import PreparedMessage
from casecheck.audit.shortfall_finder import NOT_TOLD, Fallen, ShortfallFinder
from casecheck.audit.unknown_finder import Form, UnknownFinder
from casecheck.engine.matches import Members
from casecheck.engine.sources import Source
from casecheck.lessons.lesson import Check, CheckName, Concept, Population
from casecheck.lessons.terms import RowPath
from casecheck.results import About, Finding, MetInstance, Outcome, Unknown
from casecheck.truth.hangs_on import HangsOn
from casecheck.truth.known import Known

_BREACH = Outcome.BREACH
MOST_MESSAGES = 1 << 10
"""So many messages of a population are kept; of an extract there are a few."""


class FindingWriter:
    """Writes the findings of one population of a check.

    `folded` says how each row of an instance is reached from those that the engine names, where
    nothing is unknown; `notes` may be those of other populations too.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a lesson is made of
        self,
        lesson: str,
        check: Check,
        population: Population,
        folded: Sequence[RowPath],
        sources: Sequence[Source],
        concepts: Mapping[str, Concept],
        notes: ReadNotes,
    ) -> None:
        self.lesson = lesson
        self.check = check.id
        self._severity, self._tags = check.severity, check.tags
        self._shortfalls = population.shortfalls and ShortfallFinder(population, sources)
        self._about, self._due = AboutWhom(population, sources), LastDay(population, sources)
        self._unknowns = UnknownFinder(population, concepts, notes)
        self._once = population.once
        self._of_phantoms: dict[Form, str] = {}
        self._reached = _reached(population, folded, sources)
        # What a fingerprint says between the case and the rows; none of it holds a space.
        part = (f"part{population.part}",) if population.part else ()
        self._what, *self._also = [
            " ".join((*name, *part)) for name in (*check.formerly, CheckName(lesson, check.id))
        ]
        self._in_breach, self._cannot_tell = (
            PreparedMessage(one, population.for_each, sources)
            for one in (population.breach, population.cannot_tell)
        )
        self._is_of_rows = self._cannot_tell.is_of_rows

    def write(  # noqa: PLR0913 - the instance, and whence it is read
        self,
        members: Members,
        outcome: Outcome,
        instances: BatchRows,
        known: Known,
        hangs_on: Callable[[], HangsOn],
        *,
        met: bool = False,
    ) -> Finding:
        """Return the finding that an instance is, of those of a batch: the numbers of its facts.

        `hangs_on` gives the plain reading of the record, which says in which way it falls short, or
        what it hangs on. `met`: if the check applies to it, it is met.
        """
        instance = instances.of(members, self._reached, known)
        if outcome is _BREACH:
            return self._breach(instance, known, hangs_on)
        unknown = self._unknowns.unknowns(instance.form, instance.facts, known, hangs_on, met=met)
        message = self._message(instance, known)
        if not instance.is_there:
            return self._finding(instance, known, outcome, message, unknown=unknown)
        about, due = self._whom_and_when(instance, known)
        return self._finding(instance, known, outcome, message, about, due, unknown)

    def _breach(
        self, instance: InstanceRows, known: Known, hangs_on: Callable[[], HangsOn]
    ) -> Finding:
        fallen = NOT_TOLD
        if self._shortfalls:
            fallen = self._shortfalls.told(instance.facts, instance.told, known, hangs_on)
        about, due = self._whom_and_when(instance, known)
        message = fallen.sentence or self._in_breach.worded(instance.told, known)
        message = self._due.with_days_off(message, due)
        return self._finding(instance, known, _BREACH, message, about, due, fallen=fallen)

    def _whom_and_when(self, instance: InstanceRows, known: Known) -> tuple[About, date | None]:
        if instance.about is None:
            instance.about = self._about.about(instance.facts, known)
        return instance.about, self._due.day(instance.facts, known)

    def _finding(  # noqa: PLR0913, PLR0917 - what findings differ in
        self,
        instance: InstanceRows,
        known: Known,
        outcome: Outcome,
        message: str,
        about: About = NOBODY,
        due: date | None = None,
        unknown: tuple[Unknown, ...] = (),
        fallen: Fallen = NOT_TOLD,
    ) -> Finding:
        case_id, names = known.record.case_id, instance.names
        also: tuple[str, ...] = ()
        if self._also:
            also = tuple([_fingerprint(case_id, what, names) for what in self._also])
        # By their places, which takes half as long: an extract has dozens of findings a record.
        return Finding(
            case_id,
            self.lesson,
            self.check,
            outcome,
            message,
            instance.pointers,
            _fingerprint(case_id, self._what, names),
            None,
            fallen.kind or ("missing" if outcome is _BREACH else ""),
            self._severity,
            self._tags,
            also,
            None,
            about,
            due,
            unknown,
            fallen.nearest,
            fallen.done_on,
        )

    def _message(self, instance: InstanceRows, known: Known) -> str:
        """Return why an instance cannot be told; the same for all of which no row is there."""
        if instance.is_there or not self._is_of_rows:
            return self._worded(instance, known)
        message = self._of_phantoms.get(instance.form)
        if message is None:
            if len(self._of_phantoms) >= MOST_MESSAGES:
                self._of_phantoms.clear()
            message = self._of_phantoms[instance.form] = self._worded(instance, known)
        return message

    def _worded(self, instance: InstanceRows, known: Known) -> str:
        return self._cannot_tell.worded(instance.told, known) + _perhaps_none(instance.facts)

    def with_others(self, finding: Finding, more: int) -> Finding:
        """Return a finding that says how many others of its days are told with it."""
        assert self._once is not None  # or nothing would be told with it
        are = "is" if more == 1 else "are"
        told = f"{more:,} more of the same {self._once.days + 1:,} days {are} told with it."
        return finding._replace(message=f"{finding.message} {told}")

    def met(
        self, members: Members, certain: bool, instances: BatchRows, known: Known
    ) -> MetInstance:
        """Return what identifies an instance that is no finding."""
        instance = instances.of(members, self._reached, known)
        fingerprint = _fingerprint(known.record.case_id, self._what, instance.names)
        return MetInstance(self.lesson, self.check, instance.pointers, fingerprint, certain)


def _fingerprint(case_id: str, what: str, names: str) -> str:
    """Return what identifies an instance wherever it is found again: its rows' ids.

    Positions would change with rows added, and contents with a correction. Parts of one check may
    ask different things of the same rows. `what` is asked: the check by one of its names, and the
    part of it.
    """
    content = f"{case_id} {what} {names}"
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _perhaps_none(facts: Sequence[Fact]) -> str:
    """Say of rows that an extract may lack that there may be none of them, and what to look for."""
    sections = dict.fromkeys(row.section for _, row in facts if row.data is None)
    if not sections:
        return ""
    named = " and ".join(section.replace("_", " ") for section in sections)
    return f" The extract does not carry all {named}: look in the file whether there are any."


def _reached(
    population: Population, folded: Sequence[RowPath], sources: Sequence[Source]
) -> Reached:
    """Return how each row of an instance is reached; nothing where each has a fact of its own."""
    if not any(row.references for row in folded):
        return ()
    named = [row.binding for row in folded if not row.references]
    by_kind = {source.kind.name: source for source in sources}
    return tuple(
        Way(named.index(row.binding), row.references, by_kind[kind] if row.references else None)
        for row, kind in zip(folded, population.for_each.values(), strict=True)
    )
