"""The rows of instances that the engine found in a batch, worked out once for all who tell of them.

Several checks of a lesson ask about the same rows: each of their findings has the same pointers, is
about the same person, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from casecheck.audit.unknown_finder import Form, form_of
from casecheck.engine.batch import Batch
from casecheck.engine.matches import Members
from casecheck.engine.sources import Source
from casecheck.results import About
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow


class Fact(NamedTuple):
    """A fact of an instance: where it came from, and its row."""

    source: Source
    row: KnownRow


class Way(NamedTuple):
    """How a row of an instance is reached: from which of the facts named, by which references.

    `source` is where a fact of the row would come from; None where the row is that fact's own.
    """

    fact: int
    references: tuple[str, ...]
    source: Source | None


class InstanceRows:
    """The facts of one instance, and what follows from them: pointers, names for a fingerprint.

    `is_there`: some row of it is in the record. `about` is whom it is about, once that was asked.
    """

    __slots__ = ("about", "facts", "form", "is_there", "names", "pointers", "told")

    def __init__(self, facts: Sequence[Fact], known: Known) -> None:
        rows = _reported_rows(facts, known)
        self.facts = facts
        self.told = [(source.number, row) for source, row in facts]
        self.form: Form = form_of(facts)
        self.is_there = any(row.data is not None for _, row in facts)
        self.pointers = tuple([row.pointer for row in rows])
        self.names = " ".join(
            [f"{row.section}/{row.id}" if row.id else row.section for row in rows]
        )
        self.about: About | None = None


Reached = tuple[Way, ...]
"""How each row of an instance is reached; () where each has a fact of its own."""
Phantoms = dict[tuple[int, ...], InstanceRows]
"""Instances of which no row is in the record, by their sources: the same in all records."""


class BatchRows:
    """The instances of a batch, each by the numbers of its facts."""

    def __init__(self, batch: Batch, phantoms: Phantoms) -> None:
        self._batch = batch
        self._phantoms = phantoms
        self._instances: dict[object, InstanceRows] = {}

    def of(self, members: Members, reached: Reached, known: Known) -> InstanceRows:
        """Return an instance of a record: the facts of the batch, by their numbers."""
        folded = self._batch.settled and reached
        key = (members, tuple([way[:2] for way in reached])) if folded else members
        rows = self._instances.get(key)
        if rows is None:
            numbers = (members,) if isinstance(members, str) else members
            origins = [self._batch.origins[int(number) - 1] for number in numbers]
            # Where nothing is unknown, there are no phantoms.
            rows = None if self._batch.settled else self._of_phantoms(origins, known)
            if rows is None:
                facts = _facts(origins, known)
                if folded:
                    facts = [_followed(facts, way, known) for way in reached]
                rows = InstanceRows(facts, known)
            self._instances[key] = rows
        return rows

    def _of_phantoms(
        self, origins: Sequence[tuple[Source, int]], known: Known
    ) -> InstanceRows | None:
        """Return an instance of which no row is in the record; None where some is."""
        sections = known.record.sections
        key = []
        for source, _ in origins:
            if sections[source.section] is not None:
                return None
            key.append(source.number)
        rows = self._phantoms.get(tuple(key))
        if rows is None:
            rows = self._phantoms[tuple(key)] = InstanceRows(_facts(origins, known), known)
        return rows


def _facts(origins: Sequence[tuple[Source, int]], known: Known) -> list[Fact]:
    return [Fact(source, known.row_at(source.section, at)) for source, at in origins]


def _followed(facts: Sequence[Fact], way: Way, known: Known) -> Fact:
    if way.source is None:
        return facts[way.fact]
    found = known.follow(facts[way.fact].row, way.references)
    assert found is not None  # what is folded is always there
    return Fact(way.source, found)


def _reported_rows(facts: Sequence[Fact], known: Known) -> Sequence[KnownRow]:
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
