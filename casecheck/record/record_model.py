"""The case record as pydantic's models: the one source of the format.

The tables of `model.py`, what reads records (`reader.py`), the JSON Schema and the tables of
`docs/case-record.md` derive from them. To import pydantic and build the models takes as long as
to audit some dozens of records, so an audit of records that are right does without: it takes the
tables from `fields.json`, which `tools/outputs.py` writes and a test holds to the models.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Literal, NotRequired, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    with_config,
)
from pydantic.fields import FieldInfo
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from casecheck.record.field_types import (
    NOT_HAPPENED_IF_ABSENT,
    CaseId,
    ExactDay,
    FirstDayOrBefore,
    Holds,
    MayLieAhead,
    Refers,
    SourceCode,
    StratumCode,
    required,
    section,
)
from casecheck.record.model import FieldSpec
from casecheck.record.row_models import (
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
    RowModel,
    RowsOf,
    ThresholdDecision,
    Tool,
    Training,
    Visit,
    Worker,
)
from casecheck.record.rows import RowsData
from casecheck.record.values import UNKNOWN_WORD, no_number

Coverage = TypedDict(
    "Coverage",
    {
        "only": Annotated[
            NotRequired[list[str]], Field(description="The section holds rows of these kinds only.")
        ],
        "incomplete": Annotated[
            NotRequired[Annotated[Literal[True], BeforeValidator(no_number)]],
            Field(description="Rows of any kind may be missing."),
        ],
        "from": Annotated[
            NotRequired[ExactDay],
            Field(description="What lay wholly before this day may be missing."),
        ],
        "without": Annotated[
            NotRequired[list[str]], Field(description="These event fields are not carried.")
        ],
    },
)
with_config(ConfigDict(strict=True, extra="forbid"))(Coverage)


class CaseRecordModel(BaseModel):
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


# What the models say, for those who compile rules, describe the format or check across rows


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


ROW_MODELS: Mapping[str, type[RowModel]] = MappingProxyType(
    {
        section: marker.model
        for section, info in CaseRecordModel.model_fields.items()
        for marker in _value_type(info)[1]
        if isinstance(marker, RowsOf)
    }
)


def specs() -> dict[str, list[FieldSpec]]:
    """Return each section's fields as the models have them, in the order of the format."""
    return {
        section: [
            _field_spec(info.alias or name, info) for name, info in model.model_fields.items()
        ]
        for section, model in ROW_MODELS.items()
    }
