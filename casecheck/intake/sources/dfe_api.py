"""Takes children as JSON of the DfE's API as an extract: its day, its window, its children.

The file is read twice: once to see what it carries and which identifiers stand twice, then child by
child to make records. Memory holds a digest for each identifier, and no child.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from casecheck.intake.sources import care_periods, values
from casecheck.intake.sources.case import Case, Extract
from casecheck.intake.sources.dfe_api_rows import EPISODES, IDENTIFIER, LISTS, ApiRows, ChildRows
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.drafting import drafts_of, once_each
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.mapping import SourceMapping, load_mapping
from casecheck.intake.sources.readers.json_children import json_children
from casecheck.intake.sources.rows import WITHIN, Place, SourceRefused, SourceRow
from casecheck.intake.sources.survey import Survey, digest

MONTHS_BACK = 24
"""The window begins on the 1 April on or before the day so many months back."""
ENOUGH_OBJECTS = 20
"""Where so many objects of a list lack a name, all of the file, it is one that is never written."""
_BIRTH = "child_details.date_of_birth"
_PLACEMENTS = "child_looked_after_placements"
CARE = care_periods.CareItems(
    start=f"{_PLACEMENTS}.start_date",
    start_reason=f"{_PLACEMENTS}.start_reason",
    end=f"{_PLACEMENTS}.end_date",
    end_reason=f"{_PLACEMENTS}.end_reason",
)
_LEFT_OUT, _NAMELESS, _DOUBLED, _LACKING = 41, 35, 36, 11


@dataclass
class _Survey(Survey):
    """What the first reading found, and which lists and items the file carries at all."""

    carried: set[str] = field(default_factory=set)
    objects: Counter[str] = field(default_factory=Counter)


class DfeApi:
    """The extract that one file of children is.

    Raises:
        SourceRefused: where it cannot be read, or it is not said for which day it speaks.
        OSError: where it cannot be read.
    """

    def __init__(self, path: Path, as_of: date | None, faults: Faults) -> None:
        if as_of is None:
            why = "the file does not tell for which day it speaks: say it with --as-of"
            raise SourceRefused(f"{masked(str(path))}: {why}")
        self.mapping = _mapping()
        self.faults = faults
        self.unknown: dict[str, int] = {}
        self.notes: list[str] = []
        self._path = path
        self._survey = _Survey()
        self._by_table: dict[str, list[str]] = {}
        for item in self.mapping.items | {CARE.end}:
            self._by_table.setdefault(item.partition(".")[0], []).append(item)
        self._look_at()
        self.extract = Extract("dfe_api", as_of, _first_day(as_of), frozenset(self._survey.carried))

    def _look_at(self) -> None:
        """Read the file for the first time; its faults are counted the second time."""
        survey, days, made = self._survey, self.mapping.days, ApiRows(masked(self._path.name))
        for number, child in json_children(self._path):
            found = made.of(number, child, Faults())
            survey.see(values.identifier(found.rows[0].items.get(IDENTIFIER)))
            if survey.too_many_again:
                break
            for row in found.rows:
                survey.objects[row.table] += 1
                for item, text in row.items.items():
                    if text and "/" in text and item in days and values.has_month_second(text):
                        survey.doubtful.add(item)
        survey.carried = made.carried
        survey.refuse_others(IDENTIFIER)

    def cases(self) -> Iterator[Case]:
        """Yield the children, one at a time; those that stand twice come last."""
        made = ApiRows(masked(self._path.name))
        twice: dict[str, list[ChildRows]] = {}
        for number, child in json_children(self._path):
            found = made.of(number, child, self.faults)
            own = found.rows[0]
            name = values.identifier(own.items.get(IDENTIFIER))
            if name is None:
                self.faults.add(_NAMELESS, IDENTIFIER, own.place, lost=True)
            elif digest(name) in self._survey.doubled:
                twice.setdefault(name, []).append(found)
            elif found.purged:
                self.faults.add(_LEFT_OUT, "purge", own.place)
            else:
                yield self._case(name, [found])
        self.unknown = dict(made.unknown)
        for name, every in sorted(twice.items()):
            case = self._joined(name, every)
            if case is not None:
                yield case

    def _joined(self, name: str, every: list[ChildRows]) -> Case | None:
        """Return the case of a child that stands more than once; None where it may be two."""
        if len(every) == 1:  # another has the same digest
            return None if every[0].purged else self._case(name, every)
        births = {values.day(one.rows[0].items.get(_BIRTH) or "")[0] for one in every}
        one_child = len(births) == 1 and isinstance(next(iter(births)), date)
        one_child = one_child and not any(one.purged for one in every)
        for one in every:
            self.faults.add(_DOUBLED, IDENTIFIER, one.rows[0].place, lost=not one_child)
        return self._case(name, every) if one_child else None

    def _case(self, name: str, every: list[ChildRows]) -> Case:
        case = Case(name, every[0].rows[0].place, self.extract)
        for number, child in enumerate(every):
            rows = child.rows if number == 0 else list(_renamed(child.rows, number))
            for row in self._prepared(rows):
                case.add(drafts_of(self.mapping, row, self.faults, frozenset(self._doubtful)))
            for table in sorted(child.lacking):
                self._lack(case, table, child.rows[0].place)
        once_each(case, "workers")
        _enquiries_that_are_missing(case)
        return case

    @property
    def _doubtful(self) -> set[str]:
        return self._survey.doubtful

    def _prepared(self, rows: list[SourceRow]) -> Iterator[SourceRow]:
        """Yield rows as the mapping can read them: placements as periods of care.

        A name that an object lacks is blank there, as the data flows to the API leave blanks out;
        but one that no object of many has is not there.
        """
        for row in rows:
            if row.table != _PLACEMENTS:
                yield self._filled(row)
        care = [self._filled(row) for row in rows if row.table == _PLACEMENTS]
        yield from care_periods.periods(care, CARE)

    def _filled(self, row: SourceRow) -> SourceRow:
        survey = self._survey
        few = survey.objects[row.table] < ENOUGH_OBJECTS
        blank = {
            one: None
            for one in self._by_table.get(row.table, ())
            if one not in row.items and (few or one in survey.carried)
        }
        return row._replace(items={**blank, **row.items}) if blank else row

    def _lack(self, case: Case, table: str, place: Place) -> None:
        """Let what a child's episode does not tell of be unknown for that child."""
        if table in self._survey.carried:
            self.faults.add(_LACKING, table, place)
        for one in LISTS if table == EPISODES else (table,):
            for rule in self.mapping.rows.get(one, ()):
                cover = self.mapping.cover.get(rule.section)
                kind = rule.fixed.get("kind") or rule.fixed.get("level")
                if cover is not None and cover.only is not None and kind in cover.only:
                    case.not_only.add((rule.section, str(kind)))


def _enquiries_that_are_missing(case: Case) -> None:
    """Let enquiries be incomplete where a plan began without a conference that is told.

    It may be the plan of a family that moved in, whose enquiry was another council's.
    """
    held = {
        case.sure(one, "on")
        for one in case.of("meetings")
        if one.values.get("kind") == "initial_conference"
    }
    for plan in case.of("plans"):
        start = case.sure(plan, "start")
        if plan.values.get("level") == "child_protection" and (start is None or start not in held):
            case.not_only.add(("meetings", "strategy"))


@cache
def _mapping() -> SourceMapping:
    return load_mapping("dfe_api")


def _first_day(as_of: date) -> date:
    months = as_of.year * 12 + as_of.month - 1 - MONTHS_BACK
    year, month = divmod(months, 12)
    return date(year if month >= 3 else year - 1, 4, 1)


def _renamed(rows: list[SourceRow], number: int) -> Iterator[SourceRow]:
    """Yield the further rows of a child, their names made others than those of the first."""
    for row in rows[1:]:  # the child itself is there
        items = {
            item: f"{number}.{text}" if item in ("@id", WITHIN) and text is not None else text
            for item, text in row.items.items()
        }
        yield SourceRow(row.table, row.place, items)
