"""The codes of a case record: the values that its coded fields can hold."""

from __future__ import annotations

from typing import Literal

HistoryCode = Literal[
    "sexual_abuse_victim",
    "sexual_abuse_perpetrator",
    "domestic_abuse_victim",
    "domestic_abuse_perpetrator",
    "neglect_in_childhood",
    "care_experienced",
    "substance_misuse",
]
RelationshipKind = Literal["parent_of", "carer_of", "partner_of", "sibling_of"]
PlanLevel = Literal["early_help", "child_in_need", "child_protection", "looked_after"]
DecisionLevel = Literal[
    "no_further_action", "early_help", "child_in_need", "child_protection", "looked_after"
]
AbuseCategory = Literal["neglect", "physical_abuse", "sexual_abuse", "emotional_abuse", "multiple"]
ANY_CATEGORY = "multiple"
"""A category that may be any single one of them."""
RiskKind = Literal[
    "sexual_abuse",
    "physical_abuse",
    "emotional_abuse",
    "neglect",
    "domestic_abuse",
    "parental_alcohol_misuse",
    "parental_drug_misuse",
    "parental_mental_health",
    "child_alcohol_misuse",
    "child_drug_misuse",
    "household_alcohol_misuse",
    "household_drug_misuse",
]
IncidentKind = Literal[
    "sexual_abuse",
    "physical_abuse",
    "emotional_abuse",
    "neglect",
    "domestic_abuse",
    "parental_alcohol_misuse",
    "parental_drug_misuse",
    "parental_mental_health",
    "child_alcohol_misuse",
    "child_drug_misuse",
    "household_alcohol_misuse",
    "household_drug_misuse",
    "missing",
    "police",
    "injury",
    "other",
]
ActionKind = Literal["assessment", "service", "visit", "other"]
AssessmentKind = Literal[
    "child_and_family",
    "risk",
    "parenting",
    "substance_misuse",
    "domestic_abuse",
    "own_needs",
    "early_help",
    "pre_birth",
]
Agency = Literal[
    "childrens_services",
    "health_visiting",
    "school_nursing",
    "school",
    "general_practice",
    "police",
    "probation",
    "ambulance",
    "hospital",
    "maternity",
    "child_and_adolescent_mental_health",
    "adult_mental_health",
    "adult_substance_misuse",
    "voluntary_sector",
    "housing",
    "early_help",
]
ContactSource = Literal[
    "childrens_services",
    "health_visiting",
    "school_nursing",
    "school",
    "general_practice",
    "police",
    "probation",
    "ambulance",
    "hospital",
    "maternity",
    "child_and_adolescent_mental_health",
    "adult_mental_health",
    "adult_substance_misuse",
    "voluntary_sector",
    "housing",
    "early_help",
    "family",
    "public",
]
Topic = Literal[
    "sexual_abuse_history",
    "family_history",
    "intergenerational_domestic_abuse",
    "older_partner",
    "exposure_to_abuse",
    "substance_misuse",
    "domestic_abuse",
]
ToolKind = Literal[
    "graded_care_profile",
    "local_neglect_tool",
    "genogram",
    "chronology",
    "sexual_behaviour_tool",
    "dash",
]
ToolGrade = Literal["grade_1", "grade_2", "grade_3", "grade_4", "grade_5"]
MeetingKind = Literal[
    "strategy",
    "initial_conference",
    "review_conference",
    "core_group",
    "legal_planning",
    "child_in_need_review",
    "transfer_in_conference",
    "looked_after_review",
    "family_group_decision",
]
ReferralService = Literal[
    "early_help",
    "marac",
    "child_and_adolescent_mental_health",
    "sexual_assault_referral_centre",
    "substance_misuse",
    "childrens_social_care",
    "other",
]
Law = Literal["private", "public"]
OrderKind = Literal[
    "child_arrangements",
    "special_guardianship",
    "care",
    "supervision",
    "placement",
    "other",
]
PlanEndReason = Literal[
    "no_longer_needed",
    "stepped_down",
    "stepped_up",
    "looked_after",
    "moved_area",
    "turned_18",
    "died",
    "other",
]
ContactOutcome = Literal["no_further_action", "information", "early_help", "assessment", "strategy"]
WorkerRole = Literal["practitioner", "manager", "conference_chair"]
TrainingTopic = Literal[
    "child_sexual_abuse",
    "age_appropriate_sexual_behaviour",
    "parental_substance_misuse",
    "neglect",
    "domestic_abuse",
]


# Codes of lists that may hold more than they show

HistoryCodeOrMore = Literal[HistoryCode, "unknown"]
AgencyOrMore = Literal[Agency, "unknown"]
TopicOrMore = Literal[Topic, "unknown"]
RiskKindOrMore = Literal[RiskKind, "unknown"]
