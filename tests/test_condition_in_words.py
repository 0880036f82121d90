"""Conditions in words: each form has its sentence, each field its words."""

from __future__ import annotations

import re

import pytest
import shipped
from once import load_once

from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_words import FUNCTIONS, Scope
from casecheck.lessons.conditions import read_condition
from casecheck.lessons.yaml_nodes import Place
from casecheck.record.model import FIELDS
from casecheck.report.lessons.condition_in_words import ConditionInWords
from casecheck.report.lessons.field_words import DAYS, EVENTS, LISTS, NOUNS, ON
from casecheck.report.lessons.lesson_words import fields_of, numbers_of

NAMES = {
    "action": "actions", "change": "category_changes", "plan": "plans", "risk": "risks",
    "meeting": "meetings", "order": "court_orders", "link": "relationships", "person": "people",
    "incident": "incidents", "contact": "contacts", "assessment": "assessments",
    "later": "actions", "worker": "workers", "review": "best_interest_reviews",
}  # fmt: skip
NUMBERS = {"carry_days": "28 days", "age": "18 years", "talk_workdays": "3 working days"}
GROUPS = {"grave": ("neglect", "sexual_abuse")}
SENTENCES = [
    ("not (action.completed_on <= change.on + carry_days)",
     "the action had not been completed by 28 days after the day of the change"),
    ("not (action.closed_on < change.on)",
     "the action had not been closed before the day of the change"),
    ("change.on + carry_days <= today",
     "28 days or more had passed from the day of the change by today"),
    ("plan.start + 92 < or_today(plan.end)",
     "more than 92 days had passed from the day the plan began by the day the plan"
     " ended (or today)"),
    ("action.set_on > change.on + 28",
     "the action was set more than 28 days after the day of the change"),
    ("risk.identified_on - 92 <= assessment.completed_on",
     "the assessment was completed no earlier than 92 days before the day the risk was identified"),
    ("plan.start <= meeting.on <= plan.start + 42",
     "the meeting was held on or after the day the plan began, and no later than 42"
     " days after the day"
     " the plan began"),
    ("plan.start != today", "the plan began on another day than today"),
    ("opened_on <= plan.start", "the plan began on or after the day services became involved"),
    ("happened(plan.end)", "the plan ended"),
    ("not happened(plan.end)", "the plan had not ended"),
    ("plan.level == 'child_protection'", "the level of the plan is child protection"),
    ("risk.kind != 'neglect'", "the kind of the risk is not neglect"),
    ("risk.kind in ('neglect', 'sexual_abuse')",
     "the kind of the risk is one of neglect or sexual abuse"),
    ("risk.kind not in ('neglect', 'sexual_abuse')",
     "the kind of the risk is none of neglect or sexual abuse"),
    ("risk.kind in grave", "the kind of the risk is one of the group “grave”"),
    ("risk.kind in contact.factors", "the kind of the risk is among what the contact shows"),
    ("plan.category == risk.kind", "the category of the plan is the kind of the risk"),
    ("same_code(plan.category, 'multiple')", "the category of the plan is written as multiple"),
    ("'police' in meeting.attended", "police attended the meeting"),
    ("'police' not in meeting.attended", "it is not so that police attended the meeting"),
    ("any('police', 'school') in meeting.attended", "any of police or school attended the meeting"),
    ("all('police', 'school') in meeting.attended",
     "all of police and school attended the meeting"),
    ("not (any(grave) in contact.factors)",
     "it is not so that the contact shows any of the group “grave”"),
    ("count(meeting.attended) >= 3", "the agencies that attended the meeting are at least 3"),
    ("3 <= count(meeting.attended)", "the agencies that attended the meeting are at least 3"),
    ("assessment.child_seen", "“child seen” is yes for the assessment"),
    ("not assessment.child_seen", "“child seen” is no for the assessment"),
    ("recorded(meeting.quorate)", "“quorate” is recorded as yes for the meeting"),
    ("meeting.plan == plan", "the meeting is of the plan"),
    ("meeting.plan != plan", "the meeting is not of the plan"),
    ("action.addresses == risk", "the action addresses the risk"),
    ("later.continues == action", "the later action continues the action"),
    ("action.plan.subject == risk.subject",
     "the subject of the plan of the action is the subject of the risk"),
    ("link.from == person", "the person from whom the link goes is the person"),
    ("whose(meeting) == plan.subject",
     "the person the meeting is about is the subject of the plan"),
    ("workdays(incident.on, meeting.on) <= talk_workdays",
     "from the day of the incident to the day of the meeting it is at most 3 working days"),
    ("under(18, incident.victim, incident.on)",
     "the victim of the incident is under 18 on the day of the incident"),
    ("not under(age, person, today)", "the person is not under 18 on today"),
    ("older(2, link.from, link.to)",
     "the person from whom the link goes is older than the person to whom the link"
     " goes by 2 years or more"),
    ("before(order.granted_on, review.on)",
     "the review was held before the day the order was granted, or the order had not been granted"),
    ("not before(plan.end, risk.identified_on)",
     "it is not so that the risk was identified before the day the plan ended, or"
     " that the plan had not"
     " ended"),
    ("lasted(plan.start, plan.end, 28)",
     "28 days or more had passed from the day the plan began until the day the plan"
     " ended, or until today"
     " if it goes on"),
    ("earlier(plan.start, opened_on) <= today",
     "the earlier of the day the plan began and the day services became involved is"
     " on or before today"),
    ("overlaps(plan, link)", "the plan and the link have a day in common"),
    ("not overlaps(plan, worker)", "the plan and the worker have no day in common"),
    ("later(opened_on, known(incident)) <= today",
     "the later of the day services became involved and the day services knew of the"
     " incident is on or"
     " before today"),
    ("birthday(18, person) <= meeting.on",
     "the meeting was held on or after birthday 18 of the person"),
    ("plan.start < today and (plan.end < today or risk.kind == 'neglect')",
     "the plan began before today, and (the plan ended before today, or the kind of"
     " the risk is neglect)"),
    ("not (plan.start < today and happened(plan.end))",
     "it is not so that (the plan began before today, and the plan ended)"),
]  # fmt: skip


def words(text: str) -> str:
    return ConditionInWords(fields_of({}), NUMBERS).words(text, NAMES)


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_a_condition_in_words(text: str, expected: str) -> None:
    numbers = {"carry_days": 28, "age": 18, "talk_workdays": 3}
    units = {"carry_days": "days", "age": "years", "talk_workdays": "working days"}
    scope = Scope(NAMES, FIELDS.__getitem__, numbers, units, GROUPS)
    assert isinstance(read_condition(text, Place("page.yaml", 1, 1), scope), Condition)
    assert words(text) == expected


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_stands_in_a_sentence(name: str) -> None:
    assert any(f"{name}(" in text for text, _ in SENTENCES)


def test_each_field_of_a_record_has_its_words() -> None:
    for section, fields in FIELDS.items():
        for name, spec in fields.items():
            if spec.kind == "date" and spec.role == "event":
                assert name in EVENTS, (section, name)
            elif spec.kind == "date":
                assert name in DAYS, (section, name)
            elif spec.kind == "codes":
                assert name in LISTS, (section, name)
        if "on" in fields:
            assert section in ON
    assert NOUNS.keys() <= FIELDS.keys()
    assert ON.keys() <= FIELDS.keys()


@pytest.mark.parametrize("text", ["plan.start >= 2014-01-01", "risk.kind <", "nobody == plan",
                                  "plan.nothing == plan", "plan.start * 2 < today"])  # fmt: skip
def test_what_has_no_words_is_shown_as_it_is_written(text: str) -> None:
    assert words(text) == ""


@pytest.mark.parametrize("review", ["children_p", "statutory"])
def test_every_condition_that_is_shipped_has_words(review: str) -> None:
    rules = load_once(shipped.ROOT / "rules" / review)
    for lesson in rules.lessons:
        in_words = ConditionInWords(fields_of(rules.concepts), numbers_of(lesson.parameters))
        for check in lesson.checks:
            for one in check.populations:
                own = [(one.where, one.for_each)]
                own += [(way.where, {**one.for_each, **way.find}) for way in one.ways]
                for where, names in own:
                    for condition in where:
                        if re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", condition.text):
                            continue  # the days on which a standard is in force
                        assert in_words.words(condition.text, names), condition.text
