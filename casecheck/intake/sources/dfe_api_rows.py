"""Turns a child of the DfE's API into rows: its own, and one for each object of its lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.rows import CHILD, ROW_ID, WITHIN, Place, SourceRow
from casecheck.intake.sources.values import OTHER_TEXT

IDENTIFIER = "la_child_id"
EPISODES = "social_care_episodes"
LISTS = (
    "care_worker_details", "child_and_family_assessments", "child_in_need_plans",
    "section_47_assessments", "child_protection_plans", "child_looked_after_placements",
)  # fmt: skip
"""The lists of an episode that are read."""
PASSED_OVER = frozenset(
    {"mis_child_id", "health_and_wellbeing", "adoption", "care_leavers", "purge",
     "unique_pupil_number", "former_unique_pupil_number", "unique_pupil_number_unknown_reason",
     "first_name", "surname", "sex", "ethnicity", "disabilities", "postcode", "uasc_flag",
     "uasc_end_date", "referral_source", "social_care_episode_id", "placement_type",
     "change_reason", "icpc_required_flag", "child_and_family_assessment_id",
     "child_in_need_plan_id", "section_47_assessment_id", "child_protection_plan_id",
     "child_looked_after_placement_id"}
)  # fmt: skip
"""What is known and never read: least data."""
_READ = {
    "child": {IDENTIFIER},
    "child_details": {"date_of_birth", "expected_date_of_birth"},
    EPISODES: {"referral_date", "closure_date", "closure_reason",
               "referral_no_further_action_flag"},
    "care_worker_details": {"worker_id", "start_date", "end_date"},
    "child_and_family_assessments": {"start_date", "authorisation_date"},
    "child_in_need_plans": {"start_date", "end_date"},
    "section_47_assessments": {"start_date", "icpc_date", "end_date"},
    "child_protection_plans": {"start_date", "end_date"},
    "child_looked_after_placements": {"start_date", "start_reason", "end_date", "end_reason"},
}  # fmt: skip
_HELD = {
    "child": {"child_details", EPISODES},
    EPISODES: set(LISTS),
    "child_and_family_assessments": {"factors"},
}
_LEFT_OUT = 41
"""The fault of a row that was to be left out."""
_OTHER_NAME = "(a name that is not shown)"
_NAME = re.compile(r"(?!.*\d{5})[a-z][a-z0-9_]{0,39}", re.ASCII)
_MAX_TEXT = 4_096
_MAX_OBJECTS = 5_000
"""Objects of one child that are read: the longest of real ones have some hundreds."""


class ChildRows(NamedTuple):
    """The rows of a child, its own first, and the lists that one of its episodes lacks.

    `purged` says that the whole child was to be removed.
    """

    rows: list[SourceRow]
    lacking: frozenset[str]
    purged: bool


class ApiRows:
    """Makes rows of children. `carried` are the tables and items that occur, `unknown` the others.

    `name` is that of the file, as it may be shown.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.carried: set[str] = set()
        self.unknown: Counter[str] = Counter()

    def of(self, number: int, child: Mapping[str, Any], faults: Faults) -> ChildRows:
        """Return the rows of the child at this place in the file, from 0."""
        one = _OneChild(self, faults, self._name)
        place = Place(self._name, "child", number + 1)
        own = one.row("child", child, place, None)
        details = child.get("child_details")
        if isinstance(details, dict) and not one.is_purged(details, "child_details", place):
            one.items_of("child_details", details, place, own)
        for at, episode in one.objects(child, EPISODES, place, f"/{number}"):
            held = one.row(EPISODES, episode, at, own)
            pointer = f"{at.part}/{at.number}"
            for table in LISTS:
                for where, value in one.objects(episode, table, at, pointer):
                    row = one.row(table, value, where, held)
                    if table == "child_and_family_assessments":
                        one.factors(value, row)
        identifier = own.items.get(IDENTIFIER)
        for row in one.rows:
            assert isinstance(row.items, dict)
            row.items[CHILD] = identifier
        return ChildRows(one.rows, frozenset(one.lacking), child.get("purge") is True)

    def count_unknown(self, name: str) -> None:
        """Count a name that nobody knows."""
        self.unknown[name if _NAME.fullmatch(name) else _OTHER_NAME] += 1


class _OneChild:
    """Gathers the rows of one child."""

    def __init__(self, every: ApiRows, faults: Faults, file: str) -> None:
        self._every, self._faults, self._file = every, faults, file
        self.rows: list[SourceRow] = []
        self.lacking: set[str] = set()

    def row(
        self, table: str, value: Mapping[str, Any], place: Place, within: SourceRow | None
    ) -> SourceRow:
        """Add the row of an object, and return it."""
        items: dict[str, str | None] = {ROW_ID: str(len(self.rows))}
        if within is not None:
            items[WITHIN] = within.items[ROW_ID]
        row = SourceRow(table, place, items)
        self._every.carried.add(table)
        self.items_of(table, value, place, row)
        self.rows.append(row)
        return row

    def items_of(self, table: str, value: Mapping[str, Any], place: Place, row: SourceRow) -> None:
        """Give a row what an object says of the names that are read."""
        assert isinstance(row.items, dict)
        read, held = _READ[table], _HELD.get(table, ())
        for name, said in value.items():
            if name not in read:
                if name not in held and name not in PASSED_OVER:
                    self._every.count_unknown(name)
                continue
            item = name if table == "child" else f"{table}.{name}"
            row.items[item] = self._text(said, item, place)
            self._every.carried.add(item)

    def _text(self, said: Any, item: str, place: Place) -> str | None:
        if said is None:
            return None
        if isinstance(said, bool):
            return "true" if said else "false"
        if isinstance(said, str | int | float):
            return str(said).strip()[:_MAX_TEXT] or None
        self._faults.add(OTHER_TEXT, item, place)
        return "unknown"

    def objects(
        self, holder: Mapping[str, Any], name: str, place: Place, pointer: str
    ) -> Iterator[tuple[Place, Mapping[str, Any]]]:
        """Yield the objects of a list; where it is none, the list is lacking."""
        every = holder.get(name)
        if not isinstance(every, list):
            self.lacking.add(name)
            if every is not None:
                self._faults.add(OTHER_TEXT, name, place, lost=True)
            return
        self._every.carried.add(name)
        for number, value in enumerate(every):
            where = Place(self._file, f"{pointer}/{name}", number)
            if not isinstance(value, dict) or len(self.rows) > _MAX_OBJECTS:
                self._faults.add(OTHER_TEXT, name, where, lost=True)
                self.lacking.add(name)
            elif self.is_purged(value, name, where):
                self.lacking.add(name)
            else:
                yield where, value

    def is_purged(self, value: Mapping[str, Any], name: str, place: Place) -> bool:
        """Say whether an object is there to be removed; it is counted."""
        if value.get("purge") is not True:
            return False
        self._faults.add(_LEFT_OUT, name, place)
        return True

    def factors(self, assessment: Mapping[str, Any], row: SourceRow) -> None:
        """Add a row for each factor of an assessment."""
        told = assessment.get("factors")
        if isinstance(told, list):
            self._every.carried.add("factors")
        elif told is not None:
            self._faults.add(OTHER_TEXT, "factors", row.place)
            told = ["unknown"]
        for factor in (told or ())[:_MAX_OBJECTS]:
            text = self._text(factor, "factors", row.place)
            items = {ROW_ID: None, WITHIN: row.items[ROW_ID], "factors": text}
            self.rows.append(SourceRow("factors", row.place, items))
