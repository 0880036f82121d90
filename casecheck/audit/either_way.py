"""Which checks a record can find met, and can find in breach too: those that a rate may count.

Where a record does not carry what a check reads, the check may come out one way only: in breach and
never met, or the other way round. A share of such outcomes says what was exported, and nothing of
practice. It is worked out from what a record carries, never from its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casecheck.audit.check_answers import ChecksByCarried
from casecheck.lessons.check_reads import PopulationReads, Reads, WayReads
from casecheck.record.carried import Carried


class OneWay(ChecksByCarried):
    """Says which checks can come out one way only: no rate may count the record for these."""

    def _follows(self, reads: Sequence[PopulationReads], carried: Carried) -> bool:
        return not all(either_way(one, carried) for one in reads)


def either_way(reads: PopulationReads, carried: Carried) -> bool:
    """Say whether a record that carries this may find a population met, and may find a breach.

    What tells more than is asked does not make up for it: an event that is read and not carried
    counts as lacking, and so does a row that may be missing of those asked about.
    """
    if any(_lacks_event(one, carried) for one in reads.every):
        return False
    if any(_lacks_rows(way, carried) for way in _asked(reads)):
        return False
    given = not reads.given or any(one.may_hold(carried) for one in reads.given)
    whom = given and all(_may_be_nothing(one, carried) for one in reads.unless)
    shown = any(one.may_hold(carried) for one in reads.met_by)
    lacking = all(_may_be_nothing(one, carried) for one in reads.met_by)
    return whom and reads.asked.may_hold(carried) and shown and lacking


def _asked(reads: PopulationReads) -> Iterator[Reads]:
    """Yield every way in which the rows are found that are asked about."""
    for ways in reads.asked.rows:
        yield from ways


def _lacks_event(reads: Reads, carried: Carried) -> bool:
    return any(
        (part.section, name) in reads.fields for part in carried.in_part for name in part.without
    )


def _lacks_rows(way: Reads, carried: Carried) -> bool:
    """Say whether rows may be missing of those that a way finds, since its day or at any time.

    What lay wholly before an extract's first day is asked about by no check, and is no evidence
    for what came after.
    """
    if way.first in carried.absent:
        return True
    asked = way.sections[way.first]
    return any(
        row.asked and (row.kinds is None or asked is None or bool(row.kinds & asked))
        for part in carried.in_part
        if part.section == way.first
        for row in part.perhaps
    )


def _may_be_nothing(way: WayReads, carried: Carried) -> bool:
    """Say whether a record may tell for certain that there is nothing of what a way looks for."""
    if any(not one.absent(carried) for one in way.alone):
        return True
    return any(not any(_lacks_rows(one, carried) for one in ways) for ways in way.rows)
