"""Makes of a child's episodes of care the periods in which the child was looked after.

A period begins with an episode of reason S, and goes on while each episode ends for another (X1).
A return has the episodes of its year alone: where the first is no beginning, the period began on
some day up to it. Short breaks are no continuous care.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from casecheck.intake.sources import values
from casecheck.intake.sources.case import Draft, PersonRef, Ref
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.rows import Place, SourceRow
from casecheck.intake.sources.values import UNKNOWN
from casecheck.record.values import DayRange

ITEMS = ("CHILD", "DECOM", "RNE", "LS", "DEC", "REC")
_SHORT_BREAKS = frozenset({"v3", "v4"})
_STARTS, _GOES_ON = "s", "x1"
_END_REASONS = {"e2": "died", "e3": "moved_area"}
_VIEWS = {
    "pn1": True,
    "pn2": True,
    "pn3": True,
    "pn4": False,
    "pn5": True,
    "pn6": True,
    "pn7": False,
}
"""How a child took part in a review: of PN0, a child under four, nothing is said."""
_LOST, _NO_CODE = 45, 44


class _Episode(NamedTuple):
    began: date
    ended: object
    new: str
    ceased: str
    place: Place


def views_of(row: SourceRow, faults: Faults) -> bool | None:
    """Return whether a review heard the child's views; None where that is not told."""
    word = values.folded(row.items.get("REVIEW_CODE") or "")
    if word and word != "pn0" and word not in _VIEWS:
        faults.add(_NO_CODE, "REVIEW_CODE", row.place)
    return _VIEWS.get(word)


def periods(
    rows: Iterable[SourceRow], child: str, doubtful: frozenset[str], faults: Faults
) -> tuple[list[Draft], bool]:
    """Return a child's periods of care as plans, and whether an episode could not be read."""
    episodes, lost = [], False
    for row in rows:
        if values.folded(row.items.get("LS") or "") in _SHORT_BREAKS:
            continue
        began = _day(row, "DECOM", doubtful, faults)
        if not isinstance(began, date):
            faults.add(_LOST, "DECOM", row.place, lost=True)
            lost = True
            continue
        new, ceased = (values.folded(row.items.get(name) or "") for name in ("RNE", "REC"))
        ended = _day(row, "DEC", doubtful, faults)
        episodes.append(_Episode(began, ended, new, ceased, row.place))
    episodes.sort(key=lambda one: (one.began, str(one.ended), one.new, one.ceased))
    return [
        _plan(child, number, group) for number, group in enumerate(_groups(episodes), 1)
    ], lost  # fmt: skip


def _day(row: SourceRow, item: str, doubtful: frozenset[str], faults: Faults) -> object:
    text = row.items.get(item)
    if text is None:
        return None
    value, fault = values.day(text, in_order=item not in doubtful)
    if fault is not None:
        faults.add(fault, item, row.place)
    return value


def _groups(episodes: Sequence[_Episode]) -> Iterator[list[_Episode]]:
    """Yield the episodes of each period, in order."""
    group: list[_Episode] = []
    for one in episodes:
        if group and (one.new == _STARTS or group[-1].ceased not in (_GOES_ON, "")):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _plan(child: str, number: int, group: Sequence[_Episode]) -> Draft:
    first, last = group[0], group[-1]
    made: dict[str, object] = {"subject": PersonRef(child), "level": "looked_after"}
    made["start"] = first.began if first.new == _STARTS else DayRange(None, first.began)
    if last.ended is not None or last.ceased:
        is_end = isinstance(last.ended, date) and last.ceased not in ("", _GOES_ON)
        made["end"] = last.ended if is_end else UNKNOWN
        if last.ceased in _END_REASONS:
            made["end_reason"] = _END_REASONS[last.ceased]
    items = {"start": "DECOM", "end": "DEC"}
    return Draft("plans", first.place, made, items, Ref("episodes", f"{child} {number}"))
