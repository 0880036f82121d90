"""The facts of some records for one lesson, put into batches for the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic

from casecheck.engine.asked_lesson import AskedLesson, Said
from casecheck.engine.batch import Batch
from casecheck.engine.durable import EngineFailure
from casecheck.engine.lacking import Kinds
from casecheck.truth.known import Known


class Batches(Generic[Said]):
    """The facts of records for one lesson, batch by batch, as they are written."""

    def __init__(self, lesson: AskedLesson[Said]) -> None:
        self.lesson = lesson
        self._failures: list[tuple[int, Said | EngineFailure]] = []
        self._large: list[int] = []
        self._full: list[Batch] = []
        self._exact = Batch(settled=True)
        self._bounded: dict[Kinds, Batch] = {}

    def add(self, record: int, known: Known) -> None:
        """Write the facts of a record, of the number `record`, if the lesson may apply to it."""
        lacking = self.lesson.lacking(known)
        bounded = self._bounded.get(lacking)
        if bounded is None:
            bounded = self._bounded[lacking] = Batch(False, lacking)
        facts = self.lesson.writer.write(known, self._exact.place, bounded.place)
        if not facts.texts:
            return
        try:
            self.lesson.refuse_too_much(facts)
        except EngineFailure as failure:
            self._failures.append((record, failure))
            return
        if self.lesson.is_large(facts):
            self._large.append(record)
            return
        batch = self._exact if facts.settled else bounded
        batch.add(record, facts)
        if not batch.full:
            return
        self._full.append(batch)
        if facts.settled:
            self._exact = Batch(settled=True)
        else:
            del self._bounded[lacking]

    def results(
        self, known: Sequence[Known], met: bool
    ) -> Iterator[tuple[int, Said | EngineFailure]]:
        """Yield what the lesson says of each record to which it may apply."""
        yield from self._failures
        for record in self._large:
            yield self.lesson.audit_large(record, known, met)
        for batch in (*self._full, self._exact, *self._bounded.values()):
            if batch.records:
                yield from self.lesson.audit(batch, known, met)
