"""Takes the Standard Safeguarding Dataset as an extract: its day, its window, its families.

Its tables are read once to see what they carry and who belongs together. Then the rows of some
families after others are gathered and made cases, in as many further readings as keep the rows in
memory few: nothing that says whose a row is lies in any file.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from casecheck.intake.sources import values
from casecheck.intake.sources.case import Case, Extract
from casecheck.intake.sources.dirt import LEFT_OUT, Faults
from casecheck.intake.sources.families import Families
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.leaving_out import LEAVE_OUT
from casecheck.intake.sources.mapping import SourceMapping, load_mapping
from casecheck.intake.sources.rows import Place, SourceRefused, SourceRow
from casecheck.intake.sources.ssd_cases import CaseMaker
from casecheck.intake.sources.ssd_tables import SsdTable, TableSpec, ssd_tables, table_specs
from casecheck.intake.sources.survey import MOST_NAMELESS

Family = Literal["ssd_family", "conference", "none"]
FAMILIES: tuple[Family, ...] = ("ssd_family", "conference", "none")
YEARS = 6
"""So many years back the dataset reaches, as it is defined."""
ENOUGH_DAYS, MISSING_DAYS = 50, 366
"""Where so many days are told, and none in the first so many of the window, it is a shorter one."""
ROWS_AT_ONCE = 150_000
_PERSON, _BIRTH = "pers_person_id", "pers_dob"
_NAMELESS, _DOUBLED, _PLACEHOLDER = 35, 36, 56
_WINDOWED = frozenset({"cont_contact_date", "s47e_s47_start_date", "cina_assessment_auth_date"})
"""Days of which a script writes those of its window alone."""
_LINKS = {"ssd_family": ("ssd_family", "fami_family_id"),
          "conference": ("ssd_initial_cp_conference", "icpc_icpc_meeting_id")}  # fmt: skip
_ADULT = 26


@dataclass
class _Survey:
    """What the first reading found."""

    carried: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    births: dict[str, str | None] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)
    differ: set[str] = field(default_factory=set)
    owners: dict[str, dict[str, str | None]] = field(default_factory=dict)
    unowned: set[str] = field(default_factory=set)
    rows: int = 0
    persons: int = 0
    nameless: int = 0
    nulls: int = 0
    days: int = 0
    first: date = date.max


class Ssd:
    """The extract that the tables of one folder, or of one SQLite file, are.

    `family` says by what persons are put in one record. `since` is the first day that the tables
    cover, where that is not six years before the day for which they speak. Of persons `left_out`
    nothing is read; of a family with one of them, what is not there is not known.

    Raises:
        SourceRefused: where they cannot be read, or it is not said for which day they speak.
        OSError: where a file cannot be read.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what the tables do not tell, and whom to leave out
        self, path: Path, as_of: date | None, faults: Faults, family: Family = "none",
        since: date | None = None, left_out: Set[str] = frozenset(),
    ) -> None:  # fmt: skip
        if as_of is None:
            why = "its tables do not tell for which day they speak: say with --as-of the day on"
            raise SourceRefused(f"{masked(str(path))}: {why} which the script was run")
        if since is not None and since > as_of:
            raise SourceRefused(f"--from {since} lies after --as-of {as_of}")
        self.mapping = _mapping()
        self.faults = faults
        self.notes: list[str] = []
        self._family = family
        self._left_out = left_out
        self._specs = table_specs(self.mapping)
        self._tables, self.unknown = ssd_tables(path, self._specs)
        if family == "none":  # nobody is put together, so none of these is read
            for name in ("ssd_family", "ssd_mother"):
                self._tables.pop(name, None)
        if "ssd_person" not in self._tables:
            raise SourceRefused(f"{masked(str(path))} has no table ssd_person: export it too")
        self._survey, self._families = _Survey(), Families()
        self._adults: set[str] = set()
        for name, table in self._tables.items():
            self._look_at(self._specs[name], table)
        self._families.join()
        self._refuse_others(path)
        self.extract = self._extract(as_of, since)
        self._say_what_is_odd()

    # The first reading

    def _look_at(self, spec: TableSpec, table: SsdTable) -> None:
        survey, days = self._survey, self.mapping.days
        owners = survey.owners.setdefault(spec.name, {}) if spec.key else {}
        for row in table.rows(None):
            survey.rows += 1
            survey.carried.add(spec.name)
            items = self._cleaned(row, spec, None)
            for item, text in items.items():
                if text is None:
                    continue
                survey.carried.add(item)
                if "/" in text and item in days and values.has_month_second(text):
                    survey.doubtful.add(item)
            self._look_at_window(items)
            person = self._whose(items, spec)
            if spec.name == "ssd_person":
                self._look_at_person(person, items, row.place)
            elif person is None:
                survey.unowned.add(spec.name)
            else:
                survey.active.add(person)
                self._look_at_links(person, items, spec)
            key = values.identifier(items.get(spec.key)) if spec.key else None
            if key is not None:
                owners[key] = person if owners.get(key, person) == person else None

    def _look_at_person(
        self, person: str | None, items: Mapping[str, str | None], place: Place
    ) -> None:
        survey = self._survey
        survey.persons += 1
        if person is None:
            survey.nameless += 1
            return
        birth = items.get(_BIRTH)
        if person in self._left_out and person not in survey.births:
            self.faults.add(LEFT_OUT, LEAVE_OUT, place)
        if person in survey.births and _day(survey.births[person]) != _day(birth):
            survey.differ.add(person)
        survey.births.setdefault(person, birth)

    def _look_at_window(self, items: Mapping[str, str | None]) -> None:
        survey = self._survey
        for item in _WINDOWED & items.keys():
            day = _day(items[item])
            if day is not None:
                survey.days += 1
                survey.first = min(survey.first, day)

    def _look_at_links(self, person: str, items: Mapping[str, str | None], spec: TableSpec) -> None:
        if self._family == "none":
            return
        table, item = _LINKS[self._family]
        if spec.name == table and (value := values.identifier(items.get(item))) is not None:
            self._families.shares(person, item, value)
        if spec.name == "ssd_mother":
            mother = values.identifier(items.get("moth_person_id"))
            if mother is not None:
                self._families.pair(mother, person)

    def _cleaned(
        self, row: SourceRow, spec: TableSpec, faults: Faults | None
    ) -> dict[str, str | None]:
        """Return a row's items without what SQL Server and suppliers' scripts write for none."""
        items = dict(row.items)
        for item, text in items.items():
            if text is None:
                continue
            if text in ("NULL", "null"):
                items[item] = None
                self._survey.nulls += faults is None
            elif text == "-1" or text[:6].upper() == "SSD_PH":
                items[item] = None if item in spec.ids else "unknown"
                if faults is not None:
                    faults.add(_PLACEHOLDER, item, row.place)
        return items

    def _whose(self, items: Mapping[str, str | None], spec: TableSpec) -> str | None:
        person = values.identifier(items.get(spec.person)) if spec.person else None
        if person is None and spec.through is not None:
            key = values.identifier(items.get(spec.through.column))
            person = self._survey.owners.get(spec.through.table, {}).get(key or "")
        return person

    def _refuse_others(self, path: Path) -> None:
        survey = self._survey
        if survey.nameless * 100 > survey.persons * MOST_NAMELESS:
            message = f"{survey.nameless:,} of {survey.persons:,} persons have no {_PERSON}"
            raise SourceRefused(
                f"{masked(str(path))}: {message}: more than {MOST_NAMELESS} in 100; nothing is"
                " written"
            )

    # What is true of it as a whole

    def _extract(self, as_of: date, since: date | None) -> Extract:
        survey = self._survey
        carried = set(survey.carried)
        if "cinf_assessment_factors_json" in carried:
            carried.add("cinf_factor")
        if "clae_cla_episode_start_date" in carried:
            carried.add("care_start")
        first = since or _years_before(as_of)
        shorter = survey.days >= ENOUGH_DAYS and (survey.first - first).days > MISSING_DAYS
        if since is None and shorter:
            first = min(survey.first, as_of)
            self.notes.append(
                f"No day is told before {first}: the tables are taken to begin there, and not"
                f" {YEARS} years before {as_of}. If they begin on another day, say it with --from."
            )
        return Extract("ssd", as_of, first, frozenset(carried))

    def _say_what_is_odd(self) -> None:
        if self._survey.nulls:
            self.notes.append(
                f"{self._survey.nulls:,} x NULL is read as a blank, which SQL Server writes so."
            )
        if self._families.refused:
            self.notes.append(
                f"{self._families.refused:,} numbers or chains of families are shared by more"
                " persons than any family has: they put nobody together."
            )

    # The further readings

    def cases(self) -> Iterator[Case]:
        """Yield the families, or the persons, some after others."""
        survey, extract, gone = self._survey, self.extract, self._survey.differ | self._left_out
        maker = CaseMaker(self.mapping, extract, frozenset(survey.doubtful), self.faults)
        readings = 1 + survey.rows // ROWS_AT_ONCE
        for reading in range(readings):
            rows, members = self._rows_of(reading, readings)
            for name in list(rows):
                persons = frozenset(members[name] - gone)
                case = maker.case(name, persons, rows.pop(name))
                if case is None:
                    continue
                incomplete = {one for table in survey.unowned for one in self._sections(table)}
                if members[name] & gone:
                    incomplete |= self.mapping.cover.keys()
                case.incomplete.update(incomplete)
                case.sifted = True
                yield case
        if self._adults:
            self.notes.append(
                f"{len(self._adults):,} persons over {_ADULT - 1} of whom ssd_person alone tells"
                " have no record of their own."
            )

    def _rows_of(
        self, reading: int, readings: int
    ) -> tuple[dict[str, list[SourceRow]], dict[str, set[str]]]:
        """Return the rows, and the members, of the families that this reading is for."""
        gone = self._survey.differ | self._left_out
        rows: dict[str, list[SourceRow]] = {}
        members: dict[str, set[str]] = defaultdict(set)
        first = reading == 0
        for name, table in self._tables.items():
            spec = self._specs[name]
            if name not in self.mapping.rows:
                continue
            for row in table.rows(self.faults if first else None):
                person = self._whose(self._cleaned(row, spec, None), spec)
                if person is None or person in gone:
                    if first and person not in self._left_out:
                        number = _NAMELESS if person is None else _DOUBLED
                        self.faults.add(number, spec.person or name, row.place, lost=True)
                    if person is not None:
                        members[self._families.first_of(person)].add(person)
                    continue
                family = self._families.first_of(person)
                if zlib.crc32(family.encode("utf-8", "surrogatepass")) % readings != reading:
                    continue
                if not self._is_of_a_child(person):
                    self._adults.add(person)
                    continue
                items = self._cleaned(row, spec, self.faults)
                if spec.person is not None:
                    items[spec.person] = person
                rows.setdefault(family, []).append(SourceRow(name, row.place, items))
                members[family].add(person)
                if name == "ssd_mother" and (mother := items.get("moth_person_id")) is not None:
                    members[family].add(values.identifier(mother) or person)
        return rows, members

    def _is_of_a_child(self, person: str) -> bool:
        """Say whether a person is, or may be, one of whom there is a record.

        An adult of whom no other table tells is in one as somebody's mother, or in none.
        """
        survey = self._survey
        if person in survey.active or self._families.is_joined(person):
            return True
        birth = _day(survey.births.get(person))
        return birth is None or (self.extract.day - birth).days < _ADULT * 365.25

    def _sections(self, table: str) -> Iterator[str]:
        for rule in self.mapping.rows.get(table, ()):
            if rule.section in self.mapping.cover:
                yield rule.section
            elif rule.section == "factors":
                yield "risks"


@cache
def _mapping() -> SourceMapping:
    return load_mapping("ssd")


def _day(text: str | None) -> date | None:
    found = values.day(text)[0] if text else None
    return found if isinstance(found, date) else None


def _years_before(day: date) -> date:
    year = day.year - YEARS
    return date(year, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)
