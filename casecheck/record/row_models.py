"""The rows of a case record, as pydantic models: one class a section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, NotRequired

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from casecheck.record.codes import (
    AbuseCategory,
    ActionKind,
    Agency,
    AgencyOrMore,
    AssessmentKind,
    ContactOutcome,
    ContactSource,
    DecisionLevel,
    HistoryCodeOrMore,
    IncidentKind,
    Law,
    MeetingKind,
    OrderKind,
    PlanEndReason,
    PlanLevel,
    ReferralService,
    RelationshipKind,
    RiskKind,
    RiskKindOrMore,
    ToolGrade,
    ToolKind,
    TopicOrMore,
    TrainingTopic,
    WorkerRole,
)
from casecheck.record.field_types import (
    ActionIdIfKnown,
    Born,
    CategoryChangeId,
    CourtOrderId,
    Day,
    EventDay,
    IncidentId,
    MayLieAhead,
    PersonId,
    PersonIdIfKnown,
    PlanId,
    Pseudonym,
    ReferralId,
    RiskId,
    RiskIdOrNone,
    RowId,
    WorkerId,
    codes,
    event,
    fact,
    required,
)


@dataclass(frozen=True, slots=True)
class RowsOf:
    """Marks a list of rows that a model describes, each read as a plain dictionary.

    Instances of the model would take three times the memory, and with it the processor's caches.
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

    id: RowId = required(
        "The row's name, unique in the whole record, and neither `none` nor `unknown`."
    )


class Person(RowModel):
    """A child, parent, carer or other person of the family."""

    pseudonym: Pseudonym | None = fact(
        "The person's own pseudonym, the same in every record of an extract and from year to year."
    )
    born: Born | None = fact(
        "Year or month of birth, expected or actual: YYYY or YYYY-MM, known to that precision and "
        "no better; of a child who is expected, a month to come. A full date of birth is refused, "
        "since it identifies a child."
    )
    history: list[HistoryCodeOrMore] | None = codes("What is recorded of the person's own past.")


class Relationship(RowModel):
    """How one person stands to another, from the first to the second."""

    kind: RelationshipKind = required("What `from` is to `to`: `parent_of` is parent to child.")
    from_: PersonId = required("The person whose relationship it is.", alias="from")
    to: PersonId = required("The person to whom it is.")
    start: Day | None = fact("The day it began.")
    end: EventDay | None = event("The day it ended.", "it has not ended")
    known_on: EventDay | None = event(
        "The day from which services knew of it, where that is not `start`.", "it is `start`"
    )


class Plan(RowModel):
    """A plan for one person, from early help to being looked after."""

    subject: PersonId = required("The person whose plan it is.")
    level: PlanLevel = required("The level of the plan.")
    category: AbuseCategory | None = fact("The category of abuse at the plan's start.")
    start: Day = required("The day it began.")
    end: EventDay | None = event("The day it ended.", "it has not ended")
    end_reason: PlanEndReason | None = fact("Why it ended.")


class CategoryChange(RowModel):
    """A change of a plan's category of abuse."""

    plan: PlanId = required("The plan whose category changed.")
    on: Day | None = fact(
        "The day of the change; often a range, where only the first and the latest category are "
        "held."
    )
    from_category: AbuseCategory | None = fact("The category before the change.")
    to_category: AbuseCategory | None = fact("The category after the change.")


class ChairAgreement(RowModel):
    """What the conference chair recorded about a change of category."""

    category_change: CategoryChangeId = required("The change that the chair considered.")
    recorded_on: Day = required("The day on which the chair recorded it.")
    risks_mitigated: bool | None = fact("Whether it says that the earlier risks are mitigated.")
    risks_carried: bool | None = fact(
        "Whether it says that the earlier risks stand in the new plan."
    )


class Risk(RowModel):
    """A risk to a child."""

    subject: PersonId = required(
        "The child at risk; of a parent's drinking too, it is the child and not the parent."
    )
    kind: RiskKind = required("The kind of risk.")
    identified_on: Day = required("The day on which it was identified.")
    resolved_on: EventDay | None = event("The day on which it was resolved.", "it is not resolved")


class Mitigation(RowModel):
    """A record that a risk has been mitigated."""

    risk: RiskId = required("The risk that is mitigated.")
    recorded_on: Day = required("The day on which it was recorded.")


class Action(RowModel):
    """An action of a plan."""

    plan: PlanId = required("The plan that sets the action.")
    kind: ActionKind = required("The kind of action.")
    for_person: PersonId | None = fact("The person whose outcome it serves.")
    addresses: RiskIdOrNone | None = fact("The risk it addresses, or `none` for no risk.")
    owner: Agency | None = fact("The agency that owns it.")
    set_on: Day = required("The day on which it was set.")
    due: Annotated[Day, MayLieAhead] | None = fact(
        "The day by which it is due; it may lie after the extract."
    )
    completed_on: EventDay | None = event("The day of its completion.", "it is not completed")
    closed_on: EventDay | None = event("The day it ended without completion.", "it is not closed")
    closure_reason_recorded: bool | None = fact("Whether a reason for closing it is recorded.")
    continues: ActionIdIfKnown | None = event(
        "The earlier action it takes over.", "it takes over none"
    )


class Assessment(RowModel):
    """An assessment of one person."""

    subject: PersonId = required("The person assessed.")
    kind: AssessmentKind = required("The kind of assessment.")
    started_on: Day = required("The day on which it started.")
    completed_on: EventDay | None = event("The day of its completion.", "it is not completed")
    agencies: list[AgencyOrMore] | None = codes("The agencies that took part.")
    considers: list[TopicOrMore] | None = codes("The topics that it considers.")
    child_seen: bool | None = fact("Whether the child was seen.")
    child_views: bool | None = fact("Whether it records the child's views.")
    impact_on_child: bool | None = fact("Whether it analyses the impact on the child.")
    parenting_capacity: bool | None = fact("Whether it analyses the capacity to parent.")


class Tool(RowModel):
    """A tool of practice used with a person."""

    kind: ToolKind = required("Which tool.")
    subject: PersonId = required("The person it is about.")
    on: Day = required("The day it was done or last brought up to date.")
    begun_on: Day | None = fact("The day it was begun.")
    grade: ToolGrade | None = fact("The grade that it came to, `grade_1` being the best.")


class Meeting(RowModel):
    """A meeting of professionals."""

    kind: MeetingKind = required("The kind of meeting.")
    plan: PlanId | None = fact("The plan it is about.")
    subject: PersonId | None = fact("Whose meeting it is, where `plan` does not tell.")
    on: Day = required("The day of the meeting.")
    attended: list[AgencyOrMore] | None = codes("The agencies that attended.")
    plan_updated: bool | None = fact("Whether the plan was updated.")
    progress_reviewed: bool | None = fact("Whether progress against the plan was reviewed.")
    child_views: bool | None = fact("Whether the child's views were heard.")
    quorate: bool | None = fact(
        "Whether it was quorate, where the extract tells that and not who came."
    )
    chair_waived_quorum_on: EventDay | None = event(
        "The day on which the chair recorded why it went ahead without its quorum.",
        "no such reason is recorded",
    )


class Incident(RowModel):
    """Something that happened to the family."""

    kind: IncidentKind = required("The kind of incident.")
    on: Day = required("The day of the incident.")
    victim: PersonId | None = fact("The person who was harmed.")
    by: PersonIdIfKnown | None = event("The person said to have done it.", "nobody of this record")
    known_on: EventDay | None = event(
        "The day on which services came to know, where that is not `on`.", "it is `on`"
    )
    returned_on: EventDay | None = event(
        "The day on which someone who was missing returned.", "nobody has returned"
    )


class Referral(RowModel):
    """A referral that was considered, and perhaps made."""

    subject: PersonId = required("The person considered for referral.")
    service: ReferralService = required("The service.")
    considered_on: Day = required("The day on which it was considered.")
    made_on: EventDay | None = event("The day on which it was made.", "it has not been made")
    reason_recorded: bool | None = fact("Whether the reason for the decision is recorded.")


class MaracDecision(RowModel):
    """A decision of a multi-agency risk assessment conference on a referral."""

    referral: ReferralId = required("The referral decided on.")
    on: Day = required("The day of the decision.")
    age_considered: bool | None = fact("Whether it considers the victim's age.")


class CourtOrder(RowModel):
    """An application for a court order about a child, and what became of it."""

    child: PersonId = required("The child it is about.")
    law: Law = required("Private law (within the family) or public law (by the authority).")
    kind: OrderKind | None = fact("The kind of order.")
    applied_on: Day = required("The day of the application.")
    supported_on: EventDay | None = event(
        "The day on which the local authority came to support it.", "it has not supported it"
    )
    support_ended_on: EventDay | None = event(
        "The day on which that support ended.", "it has not ended"
    )
    granted_on: EventDay | None = event("The day on which it was granted.", "it is not granted")
    ended_on: EventDay | None = event(
        "The day on which the application was refused or withdrawn.", "neither has happened"
    )


class BestInterestReview(RowModel):
    """A review of whether an order is still in the child's best interest."""

    order: CourtOrderId = required("The order reviewed.")
    on: Day = required("The day of the review.")
    still_in_interest: bool | None = fact("Whether the order is still in the child's interest.")


class CourtNotice(RowModel):
    """A notice to the court about an order."""

    order: CourtOrderId = required("The order it is about.")
    on: Day = required("The day of the notice.")


class ThresholdDecision(RowModel):
    """A decision on the level of need of a person."""

    person: PersonId = required("The person decided about.")
    on: Day = required("The day of the decision.")
    level: DecisionLevel = required("The level decided: that of a plan, or no further action.")
    rationale_recorded: bool | None = fact("Whether the reasons are recorded.")


class Worker(RowModel):
    """A worker who holds, manages or chairs the case; the id is a pseudonym."""

    role: WorkerRole = required("The worker's role in the case.")
    agency: Agency | None = fact("The worker's agency.")
    start: Day = required("The day on which the role in the case began.")
    end: EventDay | None = event("The day on which the role in the case ended.", "it has not ended")


class Contact(RowModel):
    """A contact with services about a person, and what came of it."""

    subject: PersonId = required("The person it is about.")
    on: Day = required("The day of the contact.")
    source: ContactSource | None = fact("Who made it.")
    factors: list[RiskKindOrMore] | None = codes("The risks that it names.")
    outcome: ContactOutcome | None = fact("What came of it.")


class Visit(RowModel):
    """A visit to a person."""

    subject: PersonId = required("The person visited.")
    plan: PlanId | None = fact("The plan under which it was made.")
    on: Day = required("The day of the visit.")
    child_seen: bool | None = fact("Whether the child was seen.")
    seen_alone: bool | None = fact("Whether the child was seen alone.")


class ReturnInterview(RowModel):
    """An interview, offered or held, of someone who had been missing."""

    incident: IncidentId = required("The episode of going missing.")
    offered_on: EventDay | None = event("The day on which it was offered.", "it was not offered")
    held_on: EventDay | None = event("The day on which it was held.", "it was not held")
    independent: bool | None = fact("Whether the interviewer was independent.")


class Training(RowModel):
    """A training that a worker completed."""

    worker: WorkerId = required("The worker trained.")
    topic: TrainingTopic = required("What it was about.")
    completed_on: Day = required("The day of its completion.")
