"""The case record: one family's anonymised record on one day, as typed rows in sections.

The format is described for the people who export it in `docs/case-record.md`. Its one source are
the models of `record_model.py`, of which `fields.json` holds what is asked time and again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, NoneType
from typing import Any, Literal

from casecheck.record.blanks import BlankFields
from casecheck.record.carried import Carried, carried_by
from casecheck.record.coverage import PerhapsRow, kind_field, perhaps_rows
from casecheck.record.rows import RowData, RowsData
from casecheck.record.values import UNKNOWN_WORD, DayRange, day_in_json, latest


class CaseRecord:  # noqa: PLW1641 - it holds lists, and so has no hash
    """One family's anonymised record, as it stood on one day.

    `given` are its fields by their names in JSON, as `casecheck.record.reader` reads them: each
    value is right by itself. Ids, references and the order of the days are checked across rows by
    `casecheck.record.validation`, through which every record is read. `plain`: it is known that
    no value is a range of days or says that it is unknown.
    """

    schema_: Literal["casecheck/1"]
    case_id: str
    extracted_on: date
    opened_on: date | DayRange
    closed_on: date | None
    source: str | None
    coverage: Mapping[str, Mapping[str, Any]] | None
    district: str | None
    team: str | None
    lead_agency: str | None

    people: RowsData | None
    relationships: RowsData | None
    plans: RowsData | None
    category_changes: RowsData | None
    chair_agreements: RowsData | None
    risks: RowsData | None
    mitigations: RowsData | None
    actions: RowsData | None
    assessments: RowsData | None
    tools: RowsData | None
    meetings: RowsData | None
    incidents: RowsData | None
    referrals: RowsData | None
    marac_decisions: RowsData | None
    court_orders: RowsData | None
    best_interest_reviews: RowsData | None
    court_notices: RowsData | None
    threshold_decisions: RowsData | None
    workers: RowsData | None
    contacts: RowsData | None
    visits: RowsData | None
    return_interviews: RowsData | None
    training: RowsData | None

    given: Mapping[str, Any]
    plain: bool

    def __init__(self, given: Mapping[str, Any], *, plain: bool = False) -> None:
        values = {**_ABSENT, **given, "given": given, "plain": plain}
        values["schema_"] = values.pop("schema")
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a case record does not change: {name} stays as it was read")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a case record does not change: {name} stays as it was read")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CaseRecord) and self.given == other.given

    def __repr__(self) -> str:
        return f"<case record {self.case_id}>"

    def as_json(self) -> dict[str, Any]:
        """Return the record as `json.dumps` takes it, with the fields that were given."""
        return {name: _in_json(value) for name, value in self.given.items()}

    @cached_property
    def sections(self) -> Mapping[str, Sequence[RowData] | None]:
        """Each section's rows; None where it is unknown.

        An unknown section is `[]` where a required reference of its rows could point nowhere,
        the referred section being empty for certain: a category change needs a plan.
        """
        return self._sections_and_perhaps[0]

    @property
    def in_part(self) -> Mapping[str, Mapping[str, Any]]:
        """What `coverage` says of each section that it names."""
        return self.coverage or {}

    @property
    def perhaps(self) -> Mapping[str, tuple[PerhapsRow, ...]]:
        """The rows that may be missing of each section that is there in part."""
        return self._sections_and_perhaps[1]

    @cached_property
    def _sections_and_perhaps(
        self,
    ) -> tuple[Mapping[str, Sequence[RowData] | None], Mapping[str, tuple[PerhapsRow, ...]]]:
        values, coverage = self.__dict__, self.in_part
        sections: dict[str, Sequence[RowData] | None] = {name: values[name] for name in SECTIONS}
        perhaps: dict[str, tuple[PerhapsRow, ...]] = {}
        for name, rows in sections.items():
            if rows is not None and name not in coverage:
                continue
            needs_what_is_not = any(
                sections[needed] == [] and needed not in perhaps for needed in NEEDS[name]
            )
            if rows is None and needs_what_is_not:
                sections[name] = []
            elif rows is not None and not needs_what_is_not:
                may_be_missing = perhaps_rows(coverage[name], KINDS[name])
                if may_be_missing:
                    perhaps[name] = may_be_missing
        return sections, perhaps

    @cached_property
    def not_carried(self) -> frozenset[tuple[str, str]]:
        """The event fields that the extract does not carry, each with its section."""
        return frozenset(
            (place, name)
            for place, entry in self.in_part.items()
            for name in entry.get("without", ())
        )

    @cached_property
    def unusual(self) -> frozenset[tuple[str, str]]:
        """The fields that some row holds in an unusual form, each with its section.

        A range, an event that is unknown or not carried, a list with more than it shows. A section
        with rows that may be missing, or that lie after `today`, is named with the field "".
        `opened_on` as a range has the section "". What reads none of these may read the record
        as if it were whole.
        """
        return frozenset(self._unusual())

    def _unusual(self) -> Iterator[tuple[str, str]]:
        if isinstance(self.opened_on, DayRange):
            yield "", "opened_on"
        for place in self.perhaps:
            yield place, ""
        for place, rows in self.sections.items():
            own_day = OWN_DAYS.get(place)
            if self.closed_on and own_day:
                for row in rows or ():
                    if latest(row.get(own_day.name)) > self.today:
                        yield place, ""
            for row in () if self.plain else rows or ():
                # Most rows have nothing but texts, days and flags, which is quickly told.
                if UNKNOWN_WORD not in row.values() and _PLAIN.issuperset(map(type, row.values())):
                    continue
                for name, value in row.items():
                    if (
                        isinstance(value, DayRange)
                        or value == UNKNOWN_WORD
                        or (isinstance(value, list) and UNKNOWN_WORD in value)
                    ):
                        yield place, name
        for place, name in self.not_carried:
            if any(row.get(name) is None for row in self.sections[place] or ()):
                yield place, name

    @cached_property
    def blanks(self) -> BlankFields:
        """The fields of each section that some row leaves open by saying nothing, or too little."""
        return BlankFields(self.sections, FIELDS)

    @cached_property
    def carried(self) -> Carried:
        """Which sections the record lacks, and which it has in part."""
        return carried_by(self.sections, self.in_part, self.perhaps)

    @property
    def today(self) -> date:
        """The day on which the rules look at the record."""
        return self.closed_on or self.extracted_on

    def rows(self, section: str) -> Sequence[RowData] | None:
        """Return the section's rows, or None where it is unknown."""
        return self.sections[section]


_ABSENT: Mapping[str, Any] = dict.fromkeys(
    name for name in CaseRecord.__annotations__ if name not in {"schema_", "given", "plain"}
)


def _in_json(value: Any) -> Any:
    if isinstance(value, DayRange | date):
        return day_in_json(value)
    if isinstance(value, Mapping):
        return {name: _in_json(one) for name, one in value.items()}
    return list(map(_in_json, value)) if isinstance(value, list) else value


_PLAIN = frozenset((str, date, bool, NoneType))
"""The types of values of which none is unusual but the word that says unknown."""


# What the format is, for those who compile rules, describe it or check across rows


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a section's rows.

    `codes` are those of a "code" or "codes" field, in the format's order; `target` is the section
    that a "reference" points into. `allows_none` says that the string "none" may stand for a
    reference to no row, `may_lie_ahead` that a day may come after that of the extract.
    """

    name: str
    kind: Literal["id", "born", "pseudonym", "code", "codes", "flag", "date", "reference"]
    role: Literal["required", "fact", "event"]
    codes: tuple[str, ...] = ()
    target: str | None = None
    allows_none: bool = False
    may_lie_ahead: bool = False


def _is_own_day(spec: FieldSpec) -> bool:
    """Say whether a day is a row's own; a change of category has one even where it is unknown."""
    return spec.kind == "date" and (spec.role == "required" or spec.name == "on")


FIELDS_FILE = Path(__file__).with_name("fields.json")


def _fields() -> Iterator[tuple[str, Mapping[str, FieldSpec]]]:
    for section, fields in json.loads(FIELDS_FILE.read_text(encoding="utf-8")).items():
        specs = {
            name: FieldSpec(name, **{**told, "codes": tuple(told.get("codes", ()))})
            for name, told in fields.items()
        }
        yield section, MappingProxyType(specs)


FIELDS: Mapping[str, Mapping[str, FieldSpec]] = MappingProxyType(dict(_fields()))
"""Each section's fields by their names in JSON, in the order of the format."""
SECTIONS: tuple[str, ...] = tuple(FIELDS)

# Each section's required references. A section stands after those that it needs, so that one pass
# in this order closes "[] where it needs []"; `tests/test_record.py` holds the order to that.
NEEDS: Mapping[str, tuple[str, ...]] = {
    section: tuple(
        dict.fromkeys(
            spec.target for spec in fields.values() if spec.role == "required" and spec.target
        )
    )
    for section, fields in FIELDS.items()
}

KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        section: fields[name].codes if (name := kind_field(fields)) else ()
        for section, fields in FIELDS.items()
    }
)
"""The codes of each section's kind field, of which `coverage` may say `only`; () for none."""

OWN_DAYS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        section: spec
        for section, fields in FIELDS.items()
        for spec in [next((one for one in fields.values() if _is_own_day(one)), None)]
        if spec is not None
    }
)
"""The day on which a row of each section came about: the first that it must have."""

_PAIRS = (
    ("start", "end"),
    ("identified_on", "resolved_on"),
    ("set_on", "completed_on"),
    ("set_on", "closed_on"),
    ("started_on", "completed_on"),
    ("considered_on", "made_on"),
    ("applied_on", "granted_on"),
    ("applied_on", "ended_on"),
    ("supported_on", "granted_on"),
    ("supported_on", "support_ended_on"),
    ("on", "known_on"),
    ("begun_on", "on"),
)
CONTRADICTORY_PAIRS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        section: tuple(pair for pair in _PAIRS if fields.keys() >= set(pair))
        for section, fields in FIELDS.items()
    }
)
"""In each section the pairs of dates (start, end) of one row where the end cannot come first."""
