"""The facts of some records for one ruleset of a lesson: what the engine is given at a time.

The engine makes room for each batch, as much for one small record as for many: so the facts of some
records go together. Each carries its record's number, and rules join facts of one record only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from casecheck.engine.doubts import Doubt
from casecheck.engine.durable import batch_text
from casecheck.engine.facts import FIRST, BatchPosition, Facts
from casecheck.engine.lacking import EVERY, Kinds
from casecheck.engine.match_bound import MAX_FACTS
from casecheck.engine.sources import Source

FACTS_AT_ONCE = 64
"""With so many facts a batch is full. Many more would no longer be at hand in the processor."""
_NUMBERS = tuple(map(str, range(FACTS_AT_ONCE + MAX_FACTS + 1)))
"""Each number that a fact may have, as text: made once."""


@dataclass(slots=True)
class Batch:
    """Facts numbered from 1, those of one record after another's.

    `settled`: they are for the exact ruleset, else for the bounded one's engine for records that
    are `lacking` facts of some kinds. The next record's belong at `place`. `origins` has
    each fact's source and its row's position in the section; `doubts` are as in `Facts`. `records`
    are the records, and `record_of` says by a fact's number, as text, whose it is.
    """

    settled: bool
    lacking: Kinds = EVERY
    place: BatchPosition = FIRST
    texts: list[str] = field(default_factory=list)
    origins: list[tuple[Source, int]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    records: list[int] = field(default_factory=list)
    record_of: dict[str, int] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """Whether another record belongs in another batch."""
        return self.place.facts >= FACTS_AT_ONCE

    def add(self, record: int, facts: Facts) -> None:
        """Add a record's facts, written for this batch's `place`."""
        first = self.place.facts + 1
        self.texts += facts.texts
        self.origins += facts.origins
        self.doubts += facts.doubts
        self.records.append(record)
        self.place = BatchPosition(len(self.texts), len(self.records) + 1)
        self.record_of |= dict.fromkeys(_NUMBERS[first : self.place.facts + 1], record)

    def text(self) -> str:
        """Return the batch as the engine's JSON, ended by the sentinel."""
        return batch_text(self.texts, len(self.origins) + 1)

    def apart(self) -> Iterator[Batch]:
        """Yield each record's facts as a batch of their own, under the numbers that they have."""
        for record in self.records:
            mine = [number for number, of in self.record_of.items() if of == record]
            texts = self.texts[int(mine[0]) - 1 : int(mine[-1])]
            doubts = [doubt for doubt in self.doubts if doubt.fact in mine]
            yield replace(self, texts=texts, doubts=doubts, records=[record])
