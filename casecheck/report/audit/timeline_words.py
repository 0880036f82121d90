"""The words of a timeline: its lanes and tracks, and each row's days as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from casecheck.record.values import range_in_words
from casecheck.results import Dated, Timeline, TimelineRow

LANES: Mapping[str, str] = {
    "plans": "Plans",
    "category_changes": "Category changes",
    "chair_agreements": "Chairs' agreements",
    "risks": "Risks",
    "mitigations": "Mitigations recorded",
    "incidents": "Incidents",
    "contacts": "Contacts",
    "assessments": "Assessments",
    "tools": "Tools",
    "meetings": "Meetings",
    "actions": "Actions",
    "visits": "Visits",
    "referrals": "Referrals",
    "marac_decisions": "MARAC decisions",
    "threshold_decisions": "Threshold decisions",
    "court_orders": "Court orders",
    "best_interest_reviews": "Reviews of orders",
    "court_notices": "Notices to the court",
    "return_interviews": "Return interviews",
    "workers": "Workers",
    "training": "Training",
}
"""The lanes of a timeline, from the top, by the section that each shows."""

_NOT_RECORDED = "not recorded"
_ENDED = {"end": "to"}
"""How an end is told; of any other field by its own name."""
_CODES = ("marac", "dash")
"""Codes that are the initials of names."""


class Track(NamedTuple):
    """The rows of one lane that share a label: of one kind, and about one person or thing.

    The label is "" in a lane of one kind alone, which its heading names.
    """

    section: str
    label: str
    rows: tuple[TimelineRow, ...]


def tracks(timeline: Timeline) -> list[Track]:
    """Return the tracks of a timeline from the top, each lane's in the order of their first rows.

    Where all rows of a lane are about the same, its labels do not say about whom.
    """
    found: list[Track] = []
    by_section = {section: list(rows) for section, rows in groupby(timeline.rows, _section)}
    for section in LANES:
        rows = by_section.get(section, [])
        several = len({row.of for row in rows}) > 1 and section in _OF_PERSONS
        labelled: dict[str, list[TimelineRow]] = {}
        for row in rows:
            labelled.setdefault(_label(row, several), []).append(row)
        found += [Track(section, label, tuple(rows)) for label, rows in labelled.items()]
    return found


_OF_PERSONS = ("plans", "risks", "assessments", "threshold_decisions")


def _section(row: TimelineRow) -> str:
    return row.section


def _label(row: TimelineRow, several: bool) -> str:
    codes = row.codes[:1] if row.section in ("plans", "contacts") else row.codes
    if row.section == "category_changes":
        words = f"{code_words(codes[0])} to {code_words(codes[1])}"
    else:
        words = ", ".join(map(code_words, codes))
    return f"{row.of}: {words}" if several and row.of else words


def code_words(code: str) -> str:
    """Return a code in words, as in `child protection`."""
    if code in _CODES:
        return code.upper()
    return code.replace("_", " ") or _NOT_RECORDED


def day_words(day: Dated) -> str:
    """Return a day in words, as far as the record tells it."""
    first, last, contradictory = day
    if first is None and last is None:
        words = "a day that is not recorded"
    elif first == last:
        words = str(first)
    else:
        words = range_in_words(first, last)
    return f"{words} (contradictory)" if contradictory else words


def row_words(row: TimelineRow) -> str:
    """Return a row's days in words, with its place in its section."""
    words = day_words(row.start)
    if row.end is not None:
        how = _ENDED.get(row.ended_by) or row.ended_by.removesuffix("_on").replace("_", " ")
        if row.end[:2] == (None, None):
            words += f", {'ended' if how == 'to' else how}: not known"
        else:
            words += f" to {day_words(row.end)}" if how == "to" else f", {how} {day_words(row.end)}"
    elif row.lasting:
        words += ", not ended"
    if row.due is not None:
        words += f", due {day_words(row.due)}"
    if row.section == "plans":
        words += f", {code_words(row.codes[1])}"
    return f"{words} [{row.row}]"


def section_list(sections: Iterable[str]) -> str:
    """Return the names of sections as people read them."""
    return ", ".join(LANES[section].lower() for section in sections)


def undated(rows: Sequence[TimelineRow]) -> int:
    """Return how many of the rows have no day at all, so that they cannot be drawn."""
    return sum(
        all(day is None or day[:2] == (None, None) for day in (row.start, row.end)) for row in rows
    )
