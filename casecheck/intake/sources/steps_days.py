"""Finds days that lie ahead, and pairs of days that cannot both be right.

Both stay in the record as they are: the audit takes them as unknown, and names them. What is worked
out here builds on neither.
"""

from __future__ import annotations

from datetime import date

from casecheck.intake.sources.case import Case
from casecheck.intake.sources.dirt import Faults
from casecheck.record.model import CONTRADICTORY_PAIRS, FIELDS

_PAIRS = {**CONTRADICTORY_PAIRS, "episodes": (("referred_on", "closed_on"),)}
_OF_A_PERSON = "people"
_MAY_LIE_AHEAD = frozenset(
    name for fields in FIELDS.values() for name, spec in fields.items() if spec.may_lie_ahead
)


def days(case: Case, faults: Faults) -> None:
    """Count what lies ahead, ends before its start, or starts and ends on one day."""
    today = case.extract.day
    for section, drafts in case.drafts.items():
        if section == _OF_A_PERSON:
            continue
        pairs = _PAIRS.get(section, ())
        for draft in drafts:
            values = draft.values
            for name, value in values.items():
                if type(value) is date and value > today and name not in _MAY_LIE_AHEAD:
                    faults.add(20, draft.item(name), draft.place)
            for first, last in pairs:
                end = values.get(last)
                if not isinstance(end, date):
                    continue
                start = values.get(first)
                if not isinstance(start, date):
                    continue
                if end < start:
                    draft.doubtful = True
                    faults.add(22, draft.item(last), draft.place)
                elif end == start and section == "plans":
                    faults.add(23, draft.item(last), draft.place)
