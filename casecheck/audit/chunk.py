"""A chunk of texts that are audited at once, and what audits one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from casecheck.intake.line_blocks import LineBlock, texts_of_block
from casecheck.intake.texts import RecordText
from casecheck.record.faults import Unreadable


class Chunk(NamedTuple):
    """Texts that are audited at once, or the place where they stand.

    Of the files that are `full` nothing need say why a text is unreadable. `number` is the chunk's
    place among all, from 0.
    """

    texts: Sequence[RecordText | Unreadable] | LineBlock
    full: frozenset[str]
    number: int

    def read(self) -> Sequence[RecordText | Unreadable]:
        """Return the texts."""
        return [*texts_of_block(self.texts)] if isinstance(self.texts, LineBlock) else self.texts


Work = Callable[[Chunk], Iterable[Any]]
"""Audits a chunk. What it gives for a text goes through unchanged, if it is not `Unreadable`."""


class Trouble(NamedTuple):
    """Rows of a cache that were not as they were written, or why nothing of it can be used."""

    damaged: int
    why: str = ""
