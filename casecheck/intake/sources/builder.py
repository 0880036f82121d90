"""Makes of a case's drafts the case record: rows with ids, what is covered, its days."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from casecheck.intake.sources import (
    steps_assessments,
    steps_days,
    steps_episodes,
    steps_joined,
    steps_meetings,
    steps_people,
    steps_plans,
)
from casecheck.intake.sources.case import Case, Draft, PersonRef, Ref
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.mapping import SourceMapping
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.values import UNKNOWN
from casecheck.record.model import FIELDS, SECTIONS, FieldSpec
from casecheck.record.values import UNKNOWN_WORD, DayRange, day_in_json

Step = Callable[[Case, Faults], None]
STEPS: tuple[Step, ...] = (
    steps_people.births,
    steps_people.before_birth,
    steps_days.days,
    steps_plans.doubles,
    steps_plans.category_changes,
    steps_meetings.doubles,
    steps_meetings.conferences,
    steps_meetings.strategies,
    steps_meetings.reviews,
    steps_assessments.doubles,
    steps_assessments.risks,
    steps_episodes.episodes,
    steps_joined.settle,
)
"""What is worked out of the drafts, whatever the source; a step finds nothing where it has none."""

CALLED = {
    "people": "person", "relationships": "link", "plans": "plan", "category_changes": "change",
    "chair_agreements": "agreement", "risks": "risk", "mitigations": "mitigation",
    "actions": "action", "assessments": "assessment", "tools": "tool", "meetings": "meeting",
    "incidents": "incident", "referrals": "referral", "marac_decisions": "marac",
    "court_orders": "order", "best_interest_reviews": "review", "court_notices": "notice",
    "threshold_decisions": "decision", "workers": "worker", "contacts": "contact",
    "visits": "visit", "return_interviews": "interview", "training": "training",
}  # fmt: skip
"""What the ids of a section's rows begin with."""


class Builder:
    """Makes records of the cases of one extract."""

    def __init__(self, mapping: SourceMapping, pseudonyms: Pseudonyms, faults: Faults) -> None:
        self._mapping = mapping
        self._pseudonyms = pseudonyms
        self._faults = faults
        self._told: dict[tuple[object, ...], dict[str, dict[str, Any]]] = {}
        self._covers: dict[frozenset[str], dict[str, dict[str, Any]]] = {}
        self._carries: dict[frozenset[str], tuple[frozenset[str], tuple[str, ...]]] = {}

    def record(self, case: Case) -> dict[str, Any]:
        """Return a case's record as plain JSON values. The case is used up."""
        case.carries, in_order = self._sections(case.extract.carried)
        case.maps = self._mapping.sections
        for step in STEPS:
            step(case, self._faults)
        rows = _Rows(case, self._pseudonyms, self._faults)
        opened = case.opened_on or case.extract.day
        record: dict[str, Any] = {
            "schema": "casecheck/1",
            "case_id": self._pseudonyms.of("child", case.identifier),
            "extracted_on": case.extract.day.isoformat(),
            "opened_on": f"../{opened.isoformat()}",
        }
        if case.closed_on is not None:
            record["closed_on"] = case.closed_on.isoformat()
        record["source"] = case.extract.source
        for name, of in case.strata.items():
            record[name] = self._pseudonyms.of("team", of) if name == "team" else of
        sections = {
            section: rows.of(section) if section in case.drafts else []
            for section in in_order
            if section == "people" or not case.nothing_known
        }
        coverage = self._coverage(case, tuple(sections))
        if coverage:
            record["coverage"] = coverage
        return record | sections

    def _coverage(self, case: Case, sections: tuple[str, ...]) -> Mapping[str, dict[str, Any]]:
        """Return the coverage of a record's sections, worked out once for all alike."""
        extract = case.extract
        known = extract.carried, sections, frozenset(case.not_only), frozenset(case.incomplete)
        if known not in self._told:
            carried = self._cover(extract.carried)
            self._told[known] = {
                section: told
                for section in sections
                if (told := _coverage(case, section, carried[section]))
            }
        return self._told[known]

    def _sections(self, carried: frozenset[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return the sections that an extract carries, and the same in the record's order."""
        if carried not in self._carries:
            cover = self._cover(carried)
            in_order = tuple([section for section in SECTIONS if section in cover])
            self._carries[carried] = frozenset(cover), in_order
        return self._carries[carried]

    def _cover(self, carried: frozenset[str]) -> dict[str, dict[str, Any]]:
        """Return what the extract covers of each section that it carries, but for first days."""
        if carried not in self._covers:
            self._covers[carried] = {
                section: {**told, "from": True} if cover.from_first_day else told
                for section, cover in self._mapping.cover.items()
                if (told := cover.of(carried)) is not None
            }
        return self._covers[carried]


_WRITTEN = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def text_of(record: Mapping[str, Any]) -> str:
    """Return a record as the line of a JSON Lines file, without its end."""
    text = to_json(record)
    # Beyond ASCII, the standard library writes escapes, which any reader takes.
    return text.decode() if text.isascii() else _WRITTEN(record)


def _coverage(case: Case, section: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section's coverage in one record."""
    covered = dict(told)
    if covered.get("from") is True:
        del covered["from"]
        if case.extract.first_day is not None:
            covered["from"] = case.extract.first_day.isoformat()
    if "only" in covered:
        covered["only"] = [kind for kind in covered["only"] if (section, kind) not in case.not_only]
    elif any(one == section for one, _ in case.not_only):
        covered["incomplete"] = True
    if section in case.incomplete:
        covered["incomplete"] = True
    return covered


_AS_IT_IS = frozenset((str, bool, list))
_Field = tuple[str, FieldSpec, bool]
_FIELDS: Mapping[str, tuple[_Field, ...]] = {
    section: tuple(
        (name, spec, spec.role == "required")
        for name, spec in fields.items()
        if name not in ("id", "pseudonym")
    )
    for section, fields in FIELDS.items()
}


@lru_cache(maxsize=1024)
def _fields_of(section: str, names: tuple[str, ...]) -> tuple[_Field, ...]:
    """Return the fields of a row that has values of these names, in the record's order.

    Of a section most rows have one of a few sets of them.
    """
    return tuple([one for one in _FIELDS[section] if one[2] or one[0] in names])


class _Rows:
    """Gives a case's drafts their ids, in an order that is not the source's, and writes them."""

    def __init__(self, case: Case, pseudonyms: Pseudonyms, faults: Faults) -> None:
        self._case = case
        self._pseudonyms = pseudonyms
        self._faults = faults
        self._people: dict[str, str | None] = {}
        for section, drafts in case.drafts.items():
            if section not in CALLED:
                continue  # of drafts alone
            if len(drafts) > 1:
                drafts.sort(key=_order)
            for number, draft in enumerate(drafts, 1):
                draft.id = f"{draft.called or CALLED[section]}{number}"
                if section == "workers" and draft.key is not None:
                    draft.id = pseudonyms.of("worker", draft.key.key)  # the same in every record
        for person in case.of("people"):
            if person.key is not None:
                self._people[person.key.key] = person.id

    def of(self, section: str) -> list[dict[str, Any]]:
        """Return the rows of a section; one that lacks what it must have makes it incomplete."""
        rows: list[dict[str, Any]] = []
        for draft in self._case.drafts.get(section, ()):
            row = self._row(draft)
            if row is None:
                self._case.incomplete.add(section)
                self._faults.add(45, section, draft.place, lost=True)
            else:
                rows.append(row)
        return rows

    def _row(self, draft: Draft) -> dict[str, Any] | None:
        row: dict[str, Any] = {"id": draft.id}
        if draft.section == "people" and draft.key is not None:
            row["pseudonym"] = self._pseudonyms.of("person", draft.key.key)
        values = draft.values
        for name, spec, is_required in _fields_of(draft.section, tuple(values)):
            value: Any = values.get(name)
            kind = type(value)
            if kind is date:
                row[name] = value.isoformat()
                continue
            if kind in _AS_IT_IS:
                row[name] = value
                continue
            written: Any
            if kind is PersonRef:
                written = self._people.get(value.identifier)
            elif value is None and not is_required:
                continue
            else:
                written = self._written(value, spec)
            if written is not None:
                row[name] = written
            elif is_required:
                return None
        return row

    def _written(self, value: Any, spec: FieldSpec) -> Any:
        """Return a value as a record has it; None where nothing is known of it."""
        if value is None or value is UNKNOWN:
            if spec.role == "required" and spec.kind == "date":
                return day_in_json(self._case.no_later())
            return UNKNOWN_WORD if spec.role == "event" else None
        if isinstance(value, DayRange):
            return day_in_json(value)
        if isinstance(value, Ref):
            target = self._case.by_key.get(value)
            return target.id if target is not None else None
        return value


def _order(draft: Draft) -> str:
    """Return by what drafts are put in order: what they say, and not where they stand."""
    return "|".join(
        [
            f"{name}={value if type(value) in _SHOWN else _shown(value)}"
            for name, value in sorted(draft.values.items())
            if type(value) is not Ref
        ]
    )


_SHOWN = frozenset((str, date, list))
"""Kinds of values that are written as they are: a day as in the record."""


@lru_cache(maxsize=1024, typed=True)
def _shown(value: Any) -> str:
    return f"{day_in_json(value) if isinstance(value, DayRange) else value}"
