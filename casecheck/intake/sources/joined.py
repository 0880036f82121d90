"""Joins the exports of a folder of CSV files to another extract, by the child's identifier.

The extract decides who there is: of a child whom only the exports name no record is made, and of
one whom they do not name they say nothing. What both tell is one row (`steps_joined.py`); what each
covers of a section is put together here, and never more than both bear out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from casecheck.intake.sources import steps_assessments, steps_meetings, steps_plans
from casecheck.intake.sources.beside import Beside
from casecheck.intake.sources.case import Case
from casecheck.intake.sources.csv_cases import add_people, add_rows, settle_links
from casecheck.intake.sources.csv_parts import CASE
from casecheck.intake.sources.csv_rows import CsvRows
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import Source
from casecheck.intake.sources.mapping import SectionCover
from casecheck.intake.sources.rows import SourceRefused
from casecheck.intake.sources.steps_joined import join_rows
from casecheck.record.model import FIELDS, KINDS

_ONE_SOURCE = 38
_TOLD_OF = ("episodes", "plans", "assessments", "meetings")
"""Of a child without any of these its source tells nothing."""
_IN_PART = {"only", "from", "incomplete"}
BESIDE = "csv:"
"""What the names of the exports' sections begin with, among what an extract carries."""


class Joined:
    """An extract with the exports of a folder beside it; of those `left_out` they say nothing.

    Raises:
        SourceRefused: where the folder cannot be read, or holds families.
        OSError: where a file cannot be read.
    """

    def __init__(self, source: Source, folder: Path, left_out: Set[str] = frozenset()) -> None:
        self._source = source
        self._left_out = left_out
        self.faults: Faults = source.faults
        self.rows = CsvRows(folder, self.faults)
        if self.rows.told.family:
            cure = "name the column with the child's id, and leave `family` out"
            why = "exports by family cannot be joined to another source"
            raise SourceRefused(f"{self.rows.told.path.name}: {why}: {cure}")
        self.extract = source.extract
        self.notes: list[str] = [*source.notes, *self.rows.told.notes]
        self.unknown: dict[str, int] = dict(self.rows.unknown)
        base, beside = source.mapping, self.rows.told.mapping
        sections = [one.section for one in self.rows.told.files if one.section != CASE]
        self._carried = frozenset(f"{BESIDE}{section}" for section in sections)
        self._beside = Beside(
            {section: _kinds(beside.cover[section]) for section in sections},
            {section: beside.cover[section].without for section in sections},
            {one: cover.without for one, cover in base.cover.items()},
            {section: beside.cover[section].since for section in sections},
        )
        self._has_episodes = "episodes" in base.sections
        cover = dict(base.cover)
        for section in sections:
            cover[section] = JoinedCover.of_both(
                section, base.cover.get(section), beside.cover[section], self.extract.first_day
            )
        self.mapping = replace(base, cover=cover, accepted=_both(base.accepted, beside.accepted))
        if any(one.section == CASE for one in self.rows.told.files):
            self.notes.append(f"[{CASE}] is not read beside another source, which tells of cases.")

    def cases(self) -> Iterator[Case]:
        """Yield the cases of the extract, each with what the exports tell of its child."""
        left = set(self.rows.children) - self._left_out
        both = alone = 0
        for case in self._source.cases():
            if case.identifier in left:
                both += 1
                left.discard(case.identifier)
                self._join(case)
            elif case.identifier not in self._left_out:
                alone += 1
            yield case
        for child in sorted(left):
            self.faults.add(_ONE_SOURCE, "the child's id", self.rows.first_place(child))
        self.unknown |= self._source.unknown
        self.notes += self._beside.notes()
        self.notes.append(
            f"Children by their ids: {both:,} in both sources; {alone:,} in {self.extract.source} "
            f"alone, of whom the CSV files say nothing; {len(left):,} in the CSV files alone, of "
            "whom no record is made."
        )

    def _join(self, case: Case) -> None:
        for double in (steps_plans.doubles, steps_meetings.doubles, steps_assessments.doubles):
            double(case, self.faults)
        before = {id(draft) for drafts in case.drafts.values() for draft in drafts}
        carried = case.extract.carried
        if self._has_episodes and not any(case.of(one) for one in _TOLD_OF):
            carried &= frozenset(self._source.mapping.cover["people"].carried_by)
        case.extract = replace(case.extract, carried=carried | self._carried)
        add_rows(case, self.rows)
        case.beside = self._beside
        join_rows(case, before)
        add_people(case, self.rows.told)
        covers = self.mapping.cover.items()
        there = {one: told for one, cover in covers
                 if (told := cover.of(case.extract.carried)) is not None}  # fmt: skip
        whole = [one for one, told in there.items() if not _IN_PART & told.keys()]
        settle_links(case, there, whole, self.faults)


def _kinds(cover: SectionCover) -> frozenset[str] | None:
    """Return of which kinds a file has every row, whatever their days; None: of all."""
    if cover.incomplete:
        return frozenset()
    return None if cover.only is None else frozenset(cover.only)


class JoinedCover(SectionCover):
    """What two sources carry of a section together.

    Of a kind that one of them has in full nothing is missing. The later of their first days holds,
    where both are needed; an event field that one of them has is carried, and unknown in the rows
    of the other.
    """

    base: SectionCover | None
    beside: SectionCover
    first_day: date | None
    section: str

    @classmethod
    def of_both(
        cls, section: str, base: SectionCover | None, beside: SectionCover, first_day: date | None
    ) -> JoinedCover:
        """Return what is carried of a section by an extract and the exports beside it."""
        made = cls((f"{BESIDE}{section}", *(base.carried_by if base is not None else ())))
        for name, value in (
            ("base", base), ("beside", beside), ("first_day", first_day), ("section", section),
        ):  # fmt: skip
            object.__setattr__(made, name, value)
        return made

    def of(self, carried: frozenset[str]) -> dict[str, Any] | None:
        """Return the section's coverage, its first day included."""
        base = self.base.of(carried) if self.base is not None else None
        has_first = self.base is not None and self.base.from_first_day
        if base is not None and has_first and self.first_day is not None:
            base["from"] = self.first_day.isoformat()
        if f"{BESIDE}{self.section}" not in carried:
            return base
        beside = self.beside.of(frozenset([self.section])) or {}
        return beside if base is None else together(self.section, base, beside)


def together(section: str, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return what two sources carry of a section, of what each carries."""
    every = frozenset(KINDS[section]) or frozenset([""])
    kinds, others = _full(one, every), _full(other, every)
    told: dict[str, Any] = {}
    both = kinds | others
    if not both:
        told["incomplete"] = True
    elif both != every:
        told["only"] = [kind for kind in KINDS[section] if kind in both]
    days = [
        part["from"]
        for part, own, its in ((one, kinds, others), (other, others, kinds))
        if "from" in part and not own <= its
    ]
    if kinds == others and "from" in one and "from" in other:
        days = [min(one["from"], other["from"])]
    if days:
        told["from"] = max(days)
    without = [
        name for name in FIELDS[section]
        if name in one.get("without", ()) and name in other.get("without", ())
    ]  # fmt: skip
    if without:
        told["without"] = without
    return told


def _full(told: dict[str, Any], every: frozenset[str]) -> frozenset[str]:
    """Return the kinds of which a source has every row since its first day.

    A section without kinds has one, which has no name.
    """
    if "incomplete" in told:
        return frozenset()
    return frozenset(told["only"]) if "only" in told else every


def _both(
    one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[str, ...]]:
    """Return what each item of two sources may have; an item of both what either accepts."""
    return {
        item: tuple(dict.fromkeys((*one.get(item, ()), *other.get(item, ()))))
        for item in {**one, **other}
    }
