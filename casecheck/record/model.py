"""The case record: one family's anonymised record on one day, as typed rows in sections.

The format is described for the people who export it in `docs/case-record.md`. The models here are
its one source: the field specifications, the JSON Schema and that page's tables derive from them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Literal, NotRequired, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic import WithJsonSchema as JsonSchema
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from casecheck.record.codes import (
    AbuseCategory,
    ActionKind,
    Agency,
    AssessmentKind,
    DecisionLevel,
    HistoryCode,
    IncidentKind,
    Law,
    MeetingKind,
    PlanLevel,
    ReferralService,
    RelationshipKind,
    RiskKind,
    ToolKind,
    Topic,
    TrainingTopic,
    WorkerRole,
)

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2100, 12, 31)
NO_RISK = "none"
"""What `actions.addresses` says where an action addresses no risk; so no row has it as its id."""


# The values that a field can hold


class _Days(dict[str, date]):
    """Each day by its text, filled as it is met: never more than the range's 73,414 days."""

    def __missing__(self, text: str) -> date:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise PydanticCustomError("day_form", "not a day written as YYYY-MM-DD")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise PydanticCustomError("day_absent", "no such day in the calendar") from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise PydanticCustomError("day_range", "a day outside 1900-01-01 to 2100-12-31")
        self[text] = day
        return day


_DAYS = _Days()


class _ExactDay:
    """Makes pydantic read a day through `_DAYS`.

    Its own date parser is looser than the format in some versions ("1234" is seconds since 1970),
    and looking a day up is as quick as parsing it.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, _: object, __: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(strict=True)
        return core_schema.no_info_after_validator_function(_DAYS.__getitem__, text)


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a field as the id of a row of `section`, or "none" where `allows_none`."""

    section: str
    allows_none: bool = False


@dataclass(frozen=True, slots=True)
class Holds:
    """Marks what kind of text a field holds, where its Python type does not say."""

    kind: Literal["id", "born"]


class MayLieAhead:
    """Marks a day that may come after the day of the extract."""


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,31}$")]
RowId = Annotated[Id, Holds("id")]
PersonId = Annotated[Id, Refers("people")]
PlanId = Annotated[Id, Refers("plans")]
CategoryChangeId = Annotated[Id, Refers("category_changes")]
RiskId = Annotated[Id, Refers("risks")]
RiskIdOrNone = Annotated[Id, Refers("risks", allows_none=True)]
ActionId = Annotated[Id, Refers("actions")]
ReferralId = Annotated[Id, Refers("referrals")]
CourtOrderId = Annotated[Id, Refers("court_orders")]
WorkerId = Annotated[Id, Refers("workers")]
CaseId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{2,31}$")]
Stratum = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{0,31}$")]
Day = Annotated[
    date,
    _ExactDay,
    JsonSchema({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
]
Born = Annotated[
    str,
    StringConstraints(pattern=r"^(19[0-9]{2}|20[0-9]{2}|2100)(-(0[1-9]|1[0-2]))?$"),
    Holds("born"),
]


# What a field's absence means

_UNKNOWN = "unknown"
_NOT_HAPPENED = "has not happened"


def _required(description: str, **options: Any) -> Any:
    """Return a field that each row must have."""
    return Field(description=description, **options)


def _fact(description: str) -> Any:
    """Return a field that is unknown where it is absent or null."""
    return _optional(f"{description} Absent or null: unknown.", _UNKNOWN)


def _codes(description: str) -> Any:
    """Return a list of codes that is unknown where it is absent or null.

    A list stops at its first fault, so that millions of them in one text cannot fill the memory.
    """
    text = f"{description} Absent or null: unknown; []: none."
    return _optional(text, _UNKNOWN, fail_fast=True)


def _event(description: str, absence: str = "it has not happened") -> Any:
    """Return a field that says, where it is absent or null, that nothing happened."""
    return _optional(f"{description} Absent or null: {absence}.", _NOT_HAPPENED)


def _optional(description: str, absence: str, **options: Any) -> Any:
    return Field(
        default=None,
        description=description,
        json_schema_extra={"x-absence": absence},
        **options,
    )


def _section(description: str) -> Any:
    """Return a list of rows that is unknown where it is absent or null."""
    text = f"{description} Absent or null: unknown, the extract does not carry it; []: none."
    return _optional(text, _UNKNOWN, fail_fast=True)


# The sections' rows

Row = dict[str, Any]
"""A row as it is read: the fields that were given, by their names in JSON."""
Rows = list[Row]


@dataclass(frozen=True, slots=True)
class RowsOf:
    """Marks a list of rows that a model describes, each read as a plain dictionary.

    Instances of the model would take three times the memory, and with it the processor's caches.
    What was not given stays away, so that it can be counted what was.
    """

    model: type[RowModel]

    def __get_pydantic_core_schema__(self, _: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        annotated: Any = Annotated  # which a type checker wants to read, not to run
        typed_dict: Any = TypedDict
        fields = {}
        for attribute, info in self.model.model_fields.items():
            form = annotated[(info.annotation, Field(), *info.metadata)]
            fields[info.alias or attribute] = form if info.is_required() else NotRequired[form]
        row: Any = typed_dict(self.model.__name__, fields)
        row.__pydantic_config__ = ConfigDict(strict=True, extra="forbid")
        return handler.generate_schema(list.__class_getitem__(row))

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "array", "items": handler(self.model.__pydantic_core_schema__)}


class RowModel(BaseModel):
    """One row of a section: one fact for the rules."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: RowId = _required("The row's name, unique in the whole record, and not `none`.")


class Person(RowModel):
    """A child, parent, carer or other person of the family."""

    born: Born | None = _fact(
        "Year or month of birth, expected or actual: YYYY or YYYY-MM, known to that precision and "
        "no better. A full date of birth is refused, since it identifies a child."
    )
    history: list[HistoryCode] | None = _codes("What is recorded of the person's own past.")


class Relationship(RowModel):
    """How one person stands to another, from the first to the second."""

    kind: RelationshipKind = _required("What `from` is to `to`: `parent_of` is parent to child.")
    from_: PersonId = _required("The person whose relationship it is.", alias="from")
    to: PersonId = _required("The person to whom it is.")
    start: Day | None = _fact("The day it began.")
    end: Day | None = _event("The day it ended.", "it has not ended")


class Plan(RowModel):
    """A plan for one person, from early help to being looked after."""

    subject: PersonId = _required("The person whose plan it is.")
    level: PlanLevel = _required("The level of the plan.")
    category: AbuseCategory | None = _fact("The category of abuse at the plan's start.")
    start: Day = _required("The day it began.")
    end: Day | None = _event("The day it ended.", "it has not ended")


class CategoryChange(RowModel):
    """A change of a plan's category of abuse."""

    plan: PlanId = _required("The plan whose category changed.")
    on: Day = _required("The day of the change.")
    from_category: AbuseCategory | None = _fact("The category before the change.")
    to_category: AbuseCategory | None = _fact("The category after the change.")


class ChairAgreement(RowModel):
    """What the conference chair recorded about a change of category."""

    category_change: CategoryChangeId = _required("The change that the chair considered.")
    recorded_on: Day = _required("The day on which the chair recorded it.")
    risks_mitigated: bool | None = _fact("Whether it says that the earlier risks are mitigated.")


class Risk(RowModel):
    """A risk to a child."""

    subject: PersonId = _required(
        "The child at risk; of a parent's drinking too, it is the child and not the parent."
    )
    kind: RiskKind = _required("The kind of risk.")
    identified_on: Day = _required("The day on which it was identified.")
    resolved_on: Day | None = _event("The day on which it was resolved.", "it is not resolved")


class Mitigation(RowModel):
    """A record that a risk has been mitigated."""

    risk: RiskId = _required("The risk that is mitigated.")
    recorded_on: Day = _required("The day on which it was recorded.")


class Action(RowModel):
    """An action of a plan."""

    plan: PlanId = _required("The plan that sets the action.")
    kind: ActionKind = _required("The kind of action.")
    for_person: PersonId | None = _fact("The person whose outcome it serves.")
    addresses: RiskIdOrNone | None = _fact("The risk it addresses, or `none` for no risk.")
    owner: Agency | None = _fact("The agency that owns it.")
    set_on: Day = _required("The day on which it was set.")
    due: Annotated[Day, MayLieAhead] | None = _fact(
        "The day by which it is due; it may lie after the extract."
    )
    completed_on: Day | None = _event("The day of its completion.", "it is not completed")
    closed_on: Day | None = _event("The day it ended without completion.", "it is not closed")
    closure_reason_recorded: bool | None = _fact("Whether a reason for closing it is recorded.")
    continues: ActionId | None = _event("The earlier action it takes over.", "it takes over none")


class Assessment(RowModel):
    """An assessment of one person."""

    subject: PersonId = _required("The person assessed.")
    kind: AssessmentKind = _required("The kind of assessment.")
    started_on: Day = _required("The day on which it started.")
    completed_on: Day | None = _event("The day of its completion.", "it is not completed")
    agencies: list[Agency] | None = _codes("The agencies that took part.")
    considers: list[Topic] | None = _codes("The topics that it considers.")
    child_seen: bool | None = _fact("Whether the child was seen.")
    child_views: bool | None = _fact("Whether it records the child's views.")
    impact_on_child: bool | None = _fact("Whether it analyses the impact on the child.")
    parenting_capacity: bool | None = _fact("Whether it analyses the capacity to parent.")


class Tool(RowModel):
    """A tool of practice used with a person."""

    kind: ToolKind = _required("Which tool.")
    subject: PersonId = _required("The person it is about.")
    on: Day = _required("The day it was done or last brought up to date.")


class Meeting(RowModel):
    """A meeting of professionals."""

    kind: MeetingKind = _required("The kind of meeting.")
    plan: PlanId | None = _fact("The plan it is about.")
    on: Day = _required("The day of the meeting.")
    attended: list[Agency] | None = _codes("The agencies that attended.")
    plan_updated: bool | None = _fact("Whether the plan was updated.")
    progress_reviewed: bool | None = _fact("Whether progress against the plan was reviewed.")
    child_views: bool | None = _fact("Whether the child's views were heard.")


class Incident(RowModel):
    """Something that happened to the family."""

    kind: IncidentKind = _required("The kind of incident.")
    on: Day = _required("The day of the incident.")
    victim: PersonId | None = _fact("The person who was harmed.")


class Referral(RowModel):
    """A referral that was considered, and perhaps made."""

    subject: PersonId = _required("The person considered for referral.")
    service: ReferralService = _required("The service.")
    considered_on: Day = _required("The day on which it was considered.")
    made_on: Day | None = _event("The day on which it was made.", "it has not been made")
    reason_recorded: bool | None = _fact("Whether the reason for the decision is recorded.")


class MaracDecision(RowModel):
    """A decision of a multi-agency risk assessment conference on a referral."""

    referral: ReferralId = _required("The referral decided on.")
    on: Day = _required("The day of the decision.")
    age_considered: bool | None = _fact("Whether it considers the victim's age.")


class CourtOrder(RowModel):
    """An application for a court order about a child, and what became of it."""

    child: PersonId = _required("The child it is about.")
    law: Law = _required("Private law (within the family) or public law (by the authority).")
    applied_on: Day = _required("The day of the application.")
    supported_on: Day | None = _event(
        "The day on which the local authority came to support it.", "it has not supported it"
    )
    support_ended_on: Day | None = _event(
        "The day on which that support ended.", "it has not ended"
    )
    granted_on: Day | None = _event("The day on which it was granted.", "it is not granted")
    ended_on: Day | None = _event(
        "The day on which the application was refused or withdrawn.", "neither has happened"
    )


class BestInterestReview(RowModel):
    """A review of whether an order is still in the child's best interest."""

    order: CourtOrderId = _required("The order reviewed.")
    on: Day = _required("The day of the review.")
    still_in_interest: bool | None = _fact("Whether the order is still in the child's interest.")


class CourtNotice(RowModel):
    """A notice to the court about an order."""

    order: CourtOrderId = _required("The order it is about.")
    on: Day = _required("The day of the notice.")


class ThresholdDecision(RowModel):
    """A decision on the level of need of a person."""

    person: PersonId = _required("The person decided about.")
    on: Day = _required("The day of the decision.")
    level: DecisionLevel = _required("The level decided: that of a plan, or no further action.")
    rationale_recorded: bool | None = _fact("Whether the reasons are recorded.")


class Worker(RowModel):
    """A worker who holds, manages or chairs the case; the id is a pseudonym."""

    role: WorkerRole = _required("The worker's role in the case.")
    agency: Agency | None = _fact("The worker's agency.")
    start: Day = _required("The day on which the role in the case began.")
    end: Day | None = _event("The day on which the role in the case ended.", "it has not ended")


class Training(RowModel):
    """A training that a worker completed."""

    worker: WorkerId = _required("The worker trained.")
    topic: TrainingTopic = _required("What it was about.")
    completed_on: Day = _required("The day of its completion.")


class CaseRecord(BaseModel):
    """One family's anonymised record, as it stood on one day.

    A model alone checks each value; ids, references and the order of the days are checked across
    rows by `casecheck.record.validation`, through which every record is read.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    schema_: Literal["casecheck/1"] = _required(
        "The name of this format: `casecheck/1`.", alias="schema"
    )
    case_id: CaseId = _required("The family's pseudonym.")
    extracted_on: Day = _required("The day the record speaks for, the rules' only today.")
    opened_on: Day = _required("The day on which services first became involved.")
    district: Stratum | None = Field(None, description="A code to sample and report by, or null.")
    team: Stratum | None = Field(None, description="A code to sample and report by, or null.")
    lead_agency: Stratum | None = Field(
        None, description="A code to sample and report by, or null."
    )

    people: Annotated[Rows, RowsOf(Person)] | None = _section("The people of the family.")
    relationships: Annotated[Rows, RowsOf(Relationship)] | None = _section(
        "How they stand to each other."
    )
    plans: Annotated[Rows, RowsOf(Plan)] | None = _section("The plans of children and parents.")
    category_changes: Annotated[Rows, RowsOf(CategoryChange)] | None = _section(
        "Changes of plans' categories."
    )
    chair_agreements: Annotated[Rows, RowsOf(ChairAgreement)] | None = _section(
        "Chairs' agreements to changes."
    )
    risks: Annotated[Rows, RowsOf(Risk)] | None = _section("The risks to children.")
    mitigations: Annotated[Rows, RowsOf(Mitigation)] | None = _section(
        "Records that risks are mitigated."
    )
    actions: Annotated[Rows, RowsOf(Action)] | None = _section("The actions of plans.")
    assessments: Annotated[Rows, RowsOf(Assessment)] | None = _section("The assessments.")
    tools: Annotated[Rows, RowsOf(Tool)] | None = _section("The tools of practice used.")
    meetings: Annotated[Rows, RowsOf(Meeting)] | None = _section("The meetings of professionals.")
    incidents: Annotated[Rows, RowsOf(Incident)] | None = _section("What happened to the family.")
    referrals: Annotated[Rows, RowsOf(Referral)] | None = _section("Referrals considered and made.")
    marac_decisions: Annotated[Rows, RowsOf(MaracDecision)] | None = _section(
        "Decisions on referrals to MARAC."
    )
    court_orders: Annotated[Rows, RowsOf(CourtOrder)] | None = _section(
        "Applications for court orders."
    )
    best_interest_reviews: Annotated[Rows, RowsOf(BestInterestReview)] | None = _section(
        "Reviews of orders."
    )
    court_notices: Annotated[Rows, RowsOf(CourtNotice)] | None = _section("Notices to the court.")
    threshold_decisions: Annotated[Rows, RowsOf(ThresholdDecision)] | None = _section(
        "Decisions on need."
    )
    workers: Annotated[Rows, RowsOf(Worker)] | None = _section("The workers of the case.")
    training: Annotated[Rows, RowsOf(Training)] | None = _section("The training of those workers.")

    @cached_property
    def sections(self) -> Mapping[str, Sequence[Row] | None]:
        """Each section's rows; None where it is unknown.

        An unknown section is `[]` where a required reference of its rows could point nowhere,
        the referred section being `[]`: a category change needs a plan.
        """
        values = self.__dict__
        sections: dict[str, Sequence[Row] | None] = {name: values[name] for name in SECTIONS}
        for name in [name for name, rows in sections.items() if rows is None]:
            if any(sections[needed] == [] for needed in _NEEDS[name]):
                sections[name] = []
        return sections

    def rows(self, section: str) -> Sequence[Row] | None:
        """Return the section's rows, or None where it is unknown."""
        return self.sections[section]


# What the models say, for those who compile rules, describe the format or check across rows


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a section's rows.

    `codes` are those of a "code" or "codes" field, in the format's order; `target` is the section
    that a "reference" points into. `allows_none` says that the string "none" may stand for a
    reference to no row, `may_lie_ahead` that a day may come after that of the extract.
    """

    name: str
    kind: Literal["id", "born", "code", "codes", "flag", "date", "reference"]
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
        role = "event" if absence == _NOT_HAPPENED else "fact"
    for marker in markers:
        if isinstance(marker, Refers):
            target, none = marker.section, marker.allows_none
            return FieldSpec(name, "reference", role, (), target, none)
        if isinstance(marker, Holds):
            return FieldSpec(name, marker.kind, role)
    if get_origin(annotation) is list:
        return FieldSpec(name, "codes", role, get_args(get_args(annotation)[0]))
    if get_origin(annotation) is Literal:
        return FieldSpec(name, "code", role, get_args(annotation))
    if annotation is bool:
        return FieldSpec(name, "flag", role)
    return FieldSpec(name, "date", role, may_lie_ahead=MayLieAhead in markers)


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
_NEEDS: Mapping[str, tuple[str, ...]] = {
    section: tuple(
        dict.fromkeys(
            spec.target for spec in fields.values() if spec.role == "required" and spec.target
        )
    )
    for section, fields in FIELDS.items()
}

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
)
CONTRADICTORY_PAIRS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        section: tuple(pair for pair in _PAIRS if fields.keys() >= set(pair))
        for section, fields in FIELDS.items()
    }
)
"""In each section the pairs of dates (start, end) of one row where the end cannot come first."""
