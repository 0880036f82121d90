"""The case record: one family's anonymised record on one day, as typed rows in sections.

The format is described for the people who export it in `docs/case-record.md`. The models here are
its one source: the field specifications, the JSON Schema and that page's tables derive from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Literal, cast, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
)
from pydantic.fields import FieldInfo

from casecheck.record.blanks import BlankFields
from casecheck.record.carried import Carried, carried_by
from casecheck.record.coverage import Coverage, PerhapsRow, kind_field, perhaps_rows
from casecheck.record.rows import (
    Action,
    Assessment,
    BestInterestReview,
    CategoryChange,
    ChairAgreement,
    Contact,
    CourtNotice,
    CourtOrder,
    Incident,
    MaracDecision,
    Meeting,
    Mitigation,
    Person,
    Plan,
    Referral,
    Relationship,
    ReturnInterview,
    Risk,
    RowData,
    RowModel,
    RowsData,
    RowsOf,
    ThresholdDecision,
    Tool,
    Training,
    Visit,
    Worker,
)
from casecheck.record.values import (
    NOT_HAPPENED_IF_ABSENT,
    UNKNOWN_WORD,
    CaseId,
    DayRange,
    ExactDay,
    FirstDayOrBefore,
    Holds,
    MayLieAhead,
    Refers,
    SourceCode,
    StratumCode,
    latest,
    required,
    section,
)


class CaseRecord(BaseModel):
    """One family's anonymised record, as it stood on one day.

    A model alone checks each value; ids, references and the order of the days are checked across
    rows by `casecheck.record.validation`, through which every record is read.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    schema_: Literal["casecheck/1"] = required(
        "The name of this format: `casecheck/1`.", alias="schema"
    )
    case_id: CaseId = required("The family's pseudonym.")
    extracted_on: ExactDay = required(
        "The day the record speaks for, and the rules' only today unless `closed_on` is given."
    )
    opened_on: FirstDayOrBefore = required(
        "The day on which services first became involved; `../D` where no later than D."
    )
    closed_on: ExactDay | None = Field(
        None,
        description="The day on which services' involvement ended, or null: then the rules' today.",
    )
    source: SourceCode | None = Field(
        None, description="A code of what the record was made from, or null."
    )
    coverage: dict[str, Coverage] | None = Field(
        None,
        description="What the extract carries of sections that it carries in part, or null.",
    )
    district: StratumCode | None = Field(
        None, description="A code to sample and report by, or null."
    )
    team: StratumCode | None = Field(None, description="A code to sample and report by, or null.")
    lead_agency: StratumCode | None = Field(
        None, description="A code to sample and report by, or null."
    )

    people: Annotated[RowsData, RowsOf(Person)] | None = section("The people of the family.")
    relationships: Annotated[RowsData, RowsOf(Relationship)] | None = section(
        "How they stand to each other."
    )
    plans: Annotated[RowsData, RowsOf(Plan)] | None = section("The plans of children and parents.")
    category_changes: Annotated[RowsData, RowsOf(CategoryChange)] | None = section(
        "Changes of plans' categories."
    )
    chair_agreements: Annotated[RowsData, RowsOf(ChairAgreement)] | None = section(
        "Chairs' agreements to changes."
    )
    risks: Annotated[RowsData, RowsOf(Risk)] | None = section("The risks to children.")
    mitigations: Annotated[RowsData, RowsOf(Mitigation)] | None = section(
        "Records that risks are mitigated."
    )
    actions: Annotated[RowsData, RowsOf(Action)] | None = section("The actions of plans.")
    assessments: Annotated[RowsData, RowsOf(Assessment)] | None = section("The assessments.")
    tools: Annotated[RowsData, RowsOf(Tool)] | None = section("The tools of practice used.")
    meetings: Annotated[RowsData, RowsOf(Meeting)] | None = section(
        "The meetings of professionals."
    )
    incidents: Annotated[RowsData, RowsOf(Incident)] | None = section(
        "What happened to the family."
    )
    referrals: Annotated[RowsData, RowsOf(Referral)] | None = section(
        "Referrals considered and made."
    )
    marac_decisions: Annotated[RowsData, RowsOf(MaracDecision)] | None = section(
        "Decisions on referrals to MARAC."
    )
    court_orders: Annotated[RowsData, RowsOf(CourtOrder)] | None = section(
        "Applications for court orders."
    )
    best_interest_reviews: Annotated[RowsData, RowsOf(BestInterestReview)] | None = section(
        "Reviews of orders."
    )
    court_notices: Annotated[RowsData, RowsOf(CourtNotice)] | None = section(
        "Notices to the court."
    )
    threshold_decisions: Annotated[RowsData, RowsOf(ThresholdDecision)] | None = section(
        "Decisions on need."
    )
    workers: Annotated[RowsData, RowsOf(Worker)] | None = section("The workers of the case.")
    contacts: Annotated[RowsData, RowsOf(Contact)] | None = section("Contacts with services.")
    visits: Annotated[RowsData, RowsOf(Visit)] | None = section("Visits to children.")
    return_interviews: Annotated[RowsData, RowsOf(ReturnInterview)] | None = section(
        "Interviews of those who had been missing."
    )
    training: Annotated[RowsData, RowsOf(Training)] | None = section(
        "The training of those workers."
    )

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
        return cast(Mapping[str, Mapping[str, Any]], self.coverage or {})

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
            for row in rows or ():
                if self.closed_on and own_day and latest(row.get(own_day.name)) > self.today:
                    yield place, ""
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


_PLAIN = frozenset((str, date, bool, NoneType))
"""The types of values of which none is unusual but the word that says unknown."""


# What the models say, for those who compile rules, describe the format or check across rows


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


def _value_type(info: FieldInfo) -> tuple[Any, list[Any]]:
    """Return the type of a field's value where it has one, and the markers on it."""
    annotation, markers = info.annotation, list(info.metadata)
    if NoneType in get_args(annotation):
        annotation = next(part for part in get_args(annotation) if part is not NoneType)
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        markers += more
    return annotation, markers


def _field_spec(name: str, info: FieldInfo) -> FieldSpec:
    annotation, markers = _value_type(info)
    extra = info.json_schema_extra
    role: Literal["required", "fact", "event"] = "required"
    if not info.is_required():
        absence = extra["x-absence"] if isinstance(extra, dict) else None
        role = "event" if absence == NOT_HAPPENED_IF_ABSENT else "fact"
    for marker in markers:
        if isinstance(marker, Refers):
            target, none = marker.section, marker.allows_none
            return FieldSpec(name, "reference", role, (), target, none)
        if isinstance(marker, Holds):
            return FieldSpec(name, marker.kind, role)
    if get_origin(annotation) is list:
        codes = get_args(get_args(annotation)[0])
        return FieldSpec(name, "codes", role, tuple(one for one in codes if one != UNKNOWN_WORD))
    if get_origin(annotation) is Literal:
        return FieldSpec(name, "code", role, get_args(annotation))
    if annotation is bool:
        return FieldSpec(name, "flag", role)
    return FieldSpec(name, "date", role, may_lie_ahead=MayLieAhead in markers)


def _is_own_day(spec: FieldSpec) -> bool:
    """Say whether a day is a row's own; a change of category has one even where it is unknown."""
    return spec.kind == "date" and (spec.role == "required" or spec.name == "on")


ROW_MODELS: Mapping[str, type[RowModel]] = MappingProxyType(
    {
        section: marker.model
        for section, info in CaseRecord.model_fields.items()
        for marker in _value_type(info)[1]
        if isinstance(marker, RowsOf)
    }
)
SECTIONS: tuple[str, ...] = tuple(ROW_MODELS)
FIELDS: Mapping[str, Mapping[str, FieldSpec]] = MappingProxyType(
    {
        section: MappingProxyType(
            {
                spec.name: spec
                for name, info in model.model_fields.items()
                for spec in [_field_spec(info.alias or name, info)]
            }
        )
        for section, model in ROW_MODELS.items()
    }
)
"""Each section's fields by their names in JSON, in the order of the format."""

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
