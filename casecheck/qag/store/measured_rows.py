"""What a run keeps of measures: counts by series, stratum and period, never a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from casecheck.qag.store.file import StoreFile
from casecheck.qag.store.sealed import Seals, part_of_run
from casecheck.qag.store.seals import MEASURED, digest_of
from casecheck.qag.store.statements import ROWS_OF_A_RUN


class MeasuredRow(NamedTuple):
    """One row: `counts` is JSON, which `casecheck.measures.saving` writes and reads."""

    measure: str
    apart: str
    length: str
    split: str
    stratum: str
    period: str
    counts: str


SAVE_MEASURED = "INSERT INTO measured VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def measured_rows(
    file: StoreFile, seals: Seals, run: int, changed: list[str] | None
) -> Iterator[MeasuredRow]:
    """Yield what a run keeps of measures; nothing of one that was saved without.

    Raises:
        NotAsSaved: where it is not as it was saved, unless that is to be added to `changed`.
    """
    rows = list(file.rows(ROWS_OF_A_RUN[MEASURED], (run,)))
    if rows or seals.of(MEASURED, run) is not None:
        seals.need(part_of_run(MEASURED, run), digest_of(rows), changed)
    yield from (MeasuredRow(*map(str, row)) for row in rows)
