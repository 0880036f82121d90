"""Word a finding: what was found of which rows, in one sentence, with a lasting fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from casecheck.engine.batch import Batch
from casecheck.engine.durable import Members
from casecheck.engine.sources import Source
from casecheck.lessons.lesson import Message, Population
from casecheck.lessons.terms import Field, RowPath
from casecheck.record.model import FieldSpec
from casecheck.record.values import DayRange, range_in_words
from casecheck.results import Finding, MetInstance, Outcome
from casecheck.truth.known import UNKNOWN, Known, KnownRow

NOT_RECORDED = "(not recorded)"
NOT_HAPPENED = "(not yet)"


class FindingWriter:
    """Writes the findings of one population of a check.

    `folded` says how each row of an instance is reached from those that the engine names, where
    nothing is unknown.
    """

    def __init__(
        self,
        lesson: str,
        check: str,
        population: Population,
        folded: Sequence[RowPath],
        sources: Sequence[Source],
    ) -> None:
        self.lesson = lesson
        self.check = check
        self._reached = _reached(population, folded, sources)
        # What a fingerprint says between the case and the rows; none of it holds a space.
        part = (f"part{population.part}",) if population.part else ()
        self._what = " ".join((lesson, check, *part))
        self._messages = {
            Outcome.BREACH: _prepared(population.breach, population, sources),
            Outcome.INSUFFICIENT_EVIDENCE: _prepared(population.cannot_tell, population, sources),
        }

    def write(self, members: Members, outcome: Outcome, batch: Batch, known: Known) -> Finding:
        """Return the finding that an instance is: the facts of a batch, by their numbers."""
        facts = self._facts(members, batch, known)
        rows = _reported_rows(facts, known)
        case_id = known.record.case_id
        message = _worded(self._messages[outcome], facts, known)
        pointers = tuple([row.pointer for row in rows])
        fingerprint = self._fingerprint(case_id, rows)
        return Finding(case_id, self.lesson, self.check, outcome, message, pointers, fingerprint)

    def met(self, members: Members, certain: bool, batch: Batch, known: Known) -> MetInstance:
        """Return what identifies an instance that is no finding."""
        rows = _reported_rows(self._facts(members, batch, known), known)
        fingerprint = self._fingerprint(known.record.case_id, rows)
        pointers = tuple([row.pointer for row in rows])
        return MetInstance(self.lesson, self.check, pointers, fingerprint, certain)

    def _fingerprint(self, case_id: str, rows: Sequence[KnownRow]) -> str:
        """Return what identifies an instance wherever it is found again: its rows' ids.

        Positions would change with rows added, and contents with a correction. Parts of one check
        may ask different things of the same rows.
        """
        names = [f"{row.section}/{row.id}" if row.id else row.section for row in rows]
        content = f"{case_id} {self._what} {' '.join(names)}"
        return hashlib.sha256(content.encode()).hexdigest()[:32]

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


class _Fact(NamedTuple):
    """A fact of an instance: where it came from, and its row."""

    source: Source
    row: KnownRow


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


class _Path(NamedTuple):
    """From a fact's row to a value: the references, and the field; None for the row's own id."""

    references: tuple[str, ...]
    spec: FieldSpec | None


class _Slot(NamedTuple):
    """A value in a message: of which row of the instance, and the path from each source of it."""

    row: int
    paths: Mapping[int, _Path]


def _prepared(
    message: Message, population: Population, sources: Sequence[Source]
) -> tuple[str | _Slot, ...]:
    """Return a message with each slot's path from every source that its row may come from."""
    parts: list[str | _Slot] = []
    for part in message.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        binding = part.binding if isinstance(part, RowPath) else part.row.binding
        paths = {
            source.number: _path(source.own(binding, part))
            for source in sources
            if source.kind.name == population.for_each[binding]
        }
        parts.append(_Slot(list(population.for_each).index(binding), paths))
    return tuple(parts)


def _path(shown: RowPath | Field) -> _Path:
    if isinstance(shown, RowPath):
        return _Path(shown.references, None)
    return _Path(shown.row.references, shown.spec)


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


def _worded(parts: Sequence[str | _Slot], facts: Sequence[_Fact], known: Known) -> str:
    words = []
    for part in parts:
        if isinstance(part, str):
            words.append(part)
        else:
            fact = facts[part.row]
            references, spec = part.paths[fact.source.number]
            row = known.follow(fact.row, references) if references else fact.row
            words.append(_shown(row, spec))
    return "".join(words)


def _shown(row: KnownRow | None, spec: FieldSpec | None) -> str:
    if spec is not None:
        return show_value(UNKNOWN if row is None else row.value(spec))
    return NOT_HAPPENED if row is None else row.id or NOT_RECORDED


def show_value(value: Any) -> str:
    """Return a value in words: a day as YYYY-MM-DD, a code without underscores, a flag."""
    if isinstance(value, str):
        return value.replace("_", " ")
    if value is UNKNOWN:
        return NOT_RECORDED
    if value is None:
        return NOT_HAPPENED
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, DayRange):
        return range_in_words(value)
    return "yes" if value else "no"
