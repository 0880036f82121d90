"""The language of conditions: what each fault is told as, and that no text of a page can run."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

import pytest
import shipped
from amounts import tries
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_pages import CONCEPTS, PAGE, load

from casecheck.audit.auditor import Auditor
from casecheck.engine import fact_code
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_shown import read_path
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.conditions import read_condition
from casecheck.lessons.errors import PageError
from casecheck.lessons.loading import rules_from_pages
from casecheck.lessons.settings import Settings
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import Comparison, Field, RowPath
from casecheck.lessons.yaml_nodes import Place
from casecheck.record.model import FIELDS

ROWS = {
    "risk": "risks",
    "plan": "plans",
    "other": "plans",
    "action": "actions",
    "other_action": "actions",
    "meeting": "meetings",
    "assessment": "assessments",
    "person": "people",
    "link": "relationships",
}
SCOPE = Scope(ROWS, FIELDS.__getitem__, {"days": 28, "nought": 0})
HERE = Place("page.yaml", 7, 11)


def read(text: str) -> Condition | PageError:
    return read_condition(text, HERE, SCOPE)


# The condition, what the fault is at, and what is said of it.
FAULTS = [
    ("risk.kind = 'neglect'", "= 'neg", "a single `=` does not compare: write `==`"),
    ("risk.kind is 'neglect'", "risk", "write `==`"),
    ("risk.kind is not 'neglect'", "risk", "`is not` does not compare here: write `!=`"),
    ("today < plan.start or plan.end < today and today < risk.identified_on", "plan.end",
        "put what belongs together in brackets"),
    ("plan.end < today and plan.start < today or today < plan.start", "plan.end",
        "put what belongs together in brackets"),
    ("(plan.end < today and plan.start < today or today < plan.start)", "plan.end",
        "put what belongs together in brackets"),
    ("(plan.end < today) and (plan.start < today) or today < plan.start", "(plan.end",
        "put what belongs together in brackets"),
    ("plan.start + 0x1C <= today", "0x1C", "a number is written in figures alone: 28"),
    ("plan.start + 2_8 <= today", "2_8", "a number is written in figures alone: 28"),
    ("plan.end is null", "plan", "what has not happened is `not happened(plan.end)`"),
    ("plan.end is None", "plan", "what has not happened is `not happened(plan.end)`"),
    ("plan.end == null", "null", "what has not happened is `not happened(plan.end)`"),
    ("meeting.plan_updated == true", "true", "a flag is written alone"),
    ("age(person, today) < 10", "age", "an age is asked by under(18, person, day)"),
    ("under(person, 10, today)", "under", "it is written under(18, person, day)"),
    ("risk.kind == 'neglect", "'neglect", "look for a missing operator, quote or bracket"),
    ("risk.kind == 'neglect')", ")", "missing operator, quote or bracket"),
    ("(risk.kind == 'neglect'", "(", "missing operator, quote or bracket"),
    ("risk.kind 'neglect'", "", "missing operator"),
    ("risk.kind == ‘neglect’", "‘", "this character has no place"),
    ("risk.kind ≤ 'neglect'", "≤", "this character has no place"),
    ("risk.kind == 'neglect' # so", "#", "this character has no place"),
    ("risk.kind == \x00'neglect'", "\x00", "this character has no place"),
    ("link.fr0m == person", "fr0m", "did you mean `from`?"),
    ("risk.kind < 'neglect'", "risk", "codes have no order"),
    ("risk.kind == ('neglect', 'injury')", "risk", "cannot be compared with a code"),
    ("risk.kind in ()", "()", "at least one code"),
    ("risk.kind in ('neglect', 7)", "7", "a code in quotes is needed"),
    ("risk.kind in ('neglect', 'x')", "('neglect", "no code 'x'"),
    ("'neglect' in risk.kind", "'neglect'", "`in` asks either"),
    ("('a', 'b') in meeting.attended", "('a'", "for several write any(...) or all(...) in meeting"),
    ("'polize' in meeting.attended", "'polize'", "did you mean `police`?"),
    ("meeting.attended == 'police'", "meeting", "is a list of codes: write 'code' in"),
    ("meeting.attended in ('police', 'school')", "meeting", "`in` asks either"),
    ("meeting.attended", "meeting", "neither true nor false"),
    ("meeting.plan_updated == True", "True", "a flag is written alone"),
    ("meeting.plan_updated == 'yes'", "meeting", "is a flag: write it alone"),
    ("meeting.plan_updated == other.level", "meeting", "is a flag"),
    ("plan.level == risk.kind", "plan", "have no code in common: they are never the same"),
    ("plan.level == other.start", "plan", "`plan.level`, a code cannot be compared"),
    ("plan.start == 'neglect'", "plan", "a day cannot be compared with a code"),
    ("plan.start == 28", "plan", "a day cannot be compared with a number"),
    ("plan.start == other", "plan", "a day cannot be compared with `other`, a row of plans"),
    ("plan == risk", "plan", "they are never the same row"),
    ("risk.subject == plan", "risk", "`risk.subject` is of people, `plan` of plans"),
    ("plan < other", "plan", "rows have no order"),
    ("plan", "plan", "neither true nor false"),
    ("plan.end == None", "None", "what has not happened is `not happened("),
    ("plan.end", "plan", "neither true nor false"),
    ("'a' == 'b'", "'a'", "one side must be a field"),
    ("1 < 2", "1", "asks nothing of the record"),
    ("days <= 30", "days", "asks nothing of the record"),
    ("today <= today + days", "today", "asks nothing of the record"),
    ("plan.id == 'x'", "id", "the row stands for its id: write `plan` for `plan.id`"),
    ("plan.levle == 'x'", "levle", "did you mean `level`?"),
    ("plan.start.year == 1", "year", "a day has no fields"),
    ("plan.level.upper() == 'X'", "plan", "this cannot be called"),
    ("action.continues.plan == plan", "plan == plan", "may be no row at all"),
    ("action.addresses.subject == person", "subject", "may be no row at all"),
    ("plan.start + plan.end <= today", "plan", "only a number of days"),
    ("plan.start - plan.end <= 5", "plan", "only a number of days"),
    ("plan.start * 2 <= today", "plan", "not part of the language"),
    ("plan.start + -1 <= today", "-1", "not part of the language"),
    ("plan.start + 1.5 <= today", "1.5", "a whole number"),
    ("plan.start + 36526 <= today", "36526", "the largest number here is 36,525"),
    ("plan.start + 36525 + 1 <= today", "plan", "the largest number here is 36,525"),
    ("plan.start + 1e9 <= today", "1e9", "a whole number"),
    ("plan.start + count(meeting.attended) <= today", "plan", "a fixed number or a parameter"),
    ("len(meeting.attended) > 1", "len", "no function `len`"),
    ("hapened(plan.end)", "hapened", "did you mean `happened`?"),
    ("happened(plan.start)", "happened", "is not an event"),
    ("happened(plan.end + 1)", "plan", "a row's event is needed here, such as plan.end"),
    ("happened(plan.level)", "plan", "a date is needed here, this is `plan.level`, a code"),
    ("happened(plan.end) == True", "happened", "true or false already"),
    ("happened()", "happened", "it is written happened(event_date)"),
    ("happened(plan.end, plan.end)", "happened", "it is written"),
    ("happened(x=plan.end)", "happened", "it is written"),
    ("happened(*plan.end)", "*plan", "not part of the language"),
    ("or_today(plan.start) <= today", "or_today", "write it without or_today"),
    ("or_today(plan.end)", "or_today", "or_today() is a value: compare it"),
    ("count(plan.level) > 1", "plan", "a list of codes is needed here"),
    ("count(meeting.attended)", "count", "count() is a value"),
    ("under(18, plan, today)", "plan", "a row of people is needed here, this is `plan`, a row of"),
    ("under(18, person, days)", "days", "a day is needed here, this is a number"),
    ("under(0, person, today)", "under", "an age is from 1 to 130"),
    ("under(days, person, today)", "under", "an age is written as a number"),
    ("action.addresses == other_action.addresses", "action", "may both be no row at all"),
    ("action.continues != other_action.continues", "action", "may both be no row at all"),
    ("under(131, person, today)", "under", "an age is from 1 to 130"),
    ("under('18', person, today)", "'18'", "a whole number is needed"),
    ("under(18, person, today) == True", "under", "true or false already"),
    ("workdays(plan.start, today) == 5", "workdays", "by <=, >=, < or >"),
    ("workdays(plan.start, today) != 5", "workdays", "by <=, >=, < or >"),
    ("workdays(plan.start, today) >= 0", "workdays", "with 1 or more; this is 0"),
    ("workdays(plan.start, today) >= nought", "workdays", "with 1 or more; this is 0"),
    ("workdays(plan.start, today) <= 3 - 4", "workdays", "this is -1"),
    ("workdays(plan.start, today) <= plan.start", "workdays", "with a number or a parameter"),
    ("workdays(plan.start, today)", "workdays", "is a value"),
    ("workdays(plan.start, 5) <= 5", "5) <=", "a day is needed here, this is a number"),
    ("'police' in meeting.attended in meeting.attended", "meeting", "`in` asks either"),
    ("plan.start <= today <= 5", "plan", "a day cannot be compared with a number"),
    ("lambda: plan", "lambda", "not part of the language"),
    ("[x for x in plan]", "[x", "not part of the language"),
    ("f'{plan}' == 'x'", "f'", "not part of the language"),
    ("b'x' == plan.level", "b'x'", "whole number"),
    ("(x := plan) == other", "(x", ""),
    ("plan.__class__ == plan", "__class__", "plans has no field `__class__`"),
    ("__import__('os') == plan", "__import__", "no function `__import__`"),
    ("plan['level'] == 'x'", "plan", "not part of the language"),
    ("plan.start if plan.end else today", "plan", "not part of the language"),
    ("count(workdays(plan.start, today)) > 1", "workdays", "this is a number of working days"),
    ("yield", "", "not a condition"),
    ("plan.level == 'x'; import os", ";", "not a condition"),
    ("await plan", "", ""),
    ("", "", "not a condition"),
    ("plan." * 100 + "x", "", "longer than 500 characters"),
    ("(" * 240 + "plan" + ")" * 240, "", ""),
    (" or ".join(f"plan.start == today - {at}" for at in range(17)), "plan",
        "more than 16 alternatives"),
    ("not (" + " and ".join(f"plan.start == today - {at}" for at in range(17)) + ")", "plan",
        "more than 16 alter"),
    (" and ".join(f"plan.start != today - {at}" for at in range(5)), "plan",
        "more than 16 alternatives"),
]  # fmt: skip


# What is written so elsewhere, where it stands, and what is to be written here.
SLIPS = [
    ("meeting.plan_updated is not True", "True", "a flag is written alone"),
    ("plan.start =< today", "=<", "`=<` is not read here: write `<=`"),
    ("plan.start => today", "=>", "write `>=`"),
    ("risk.kind <> 'neglect'", "<>", "write `!=`"),
    ("risk.kind =! 'neglect'", "=!", "write `!=`"),
    ("risk.kind === 'neglect'", "===", "write `==`"),
    ("risk.kind not == 'neglect'", "not ==", "write `!=`"),
    ("plan.start <= today && plan.end <= today", "&&", "write `and`"),
    ("(plan.start <= today) & (plan.end <= today)", "&", "write `and`"),
    ("plan.start <= today || plan.end <= today", "||", "write `or`"),
    ("(plan.start <= today) | (plan.end <= today)", "|", "write `or`"),
    ("plan.start <= today AND plan.end <= today", "AND", "write `and`, in small letters"),
    ("AND(plan.start <= today, plan.end <= today)", "AND", "write `and`, in small letters"),
    ("plan.start <= today Or plan.end <= today", "Or", "write `or`, in small letters"),
    ("NOT meeting.plan_updated", "NOT", "`NOT` is not read here: write `not`, in small"),
    ("NOT (plan.end <= today)", "NOT", "write `not`, in small letters"),
    ("risk.kind IN ('neglect', 'police')", "IN", "write `in`, in small letters"),
    ("!meeting.plan_updated", "!", "write `not`"),
    ("!(plan.end <= today)", "!", "write `not`"),
    ("plan.start ≤ today", "≤", "no place in a condition: write `<=`"),
    ("plan.start ≥ today", "≥", "no place in a condition: write `>=`"),
    ("risk.kind ≠ 'neglect'", "≠", "no place in a condition: write `!=`"),
    ("risk.kind == ‘neglect’", "‘", "write straight quotation marks"),
    ("risk.kind == “neglect”", "“", "write straight quotation marks"),
    ("plan.start – 5 <= today", "–", "write a plain `-`"),
    ("plan.start\u00a0<= today", "\u00a0", "type a blank"),
    ("risk.kind == 'neglect' é", "é", "no place in a condition: retype it"),
    ("meeting.on between plan.start and plan.end", "between", "`a <= b <= c`"),
    ("between(meeting.on, plan.start, plan.end)", "between", "`a <= b <= c`"),
    ("meeting.attended contains 'police'", "contains", "by `in`: 'police' in meeting.attended"),
    ("contains(meeting.attended, 'police')", "contains", "'police' in meeting.attended"),
    ("plan.start + 3 days <= today", "3 days", "a number stands alone, and counts days"),
    ("plan.start + 2weeks <= today", "2weeks", "7 for a week"),
    ("plan.start + 3 months <= today", "3 months", "92 for three months"),
    ("plan.start + 3 working days <= today", "3 working days", "by workdays(a, b)"),
    ("plan.end IS NULL", "IS NULL", "what has not happened is `not happened(plan.end)`"),
    ("plan.end != null", "null", "what has is `happened(plan.end)`"),
    ("risk.kind == neglect", "neglect", "a code goes in quotation marks: 'neglect'"),
    ("neglect == risk.kind", "neglect", "a code goes in quotation marks: 'neglect'"),
    ("risk.kind != negelct", "negelct", "a code goes in quotation marks: 'neglect'"),
    ("plan.level is looked_after", "plan", "write `==`"),
    ("risk.kind in (neglect, 'injury')", "neglect", "a code goes in quotation marks: 'neglect'"),
    ("risk.kind in ('neglect', domestic_abuse)", "domestic_abuse", "marks: 'domestic_abuse'"),
    ("police in meeting.attended", "police", "a code goes in quotation marks: 'police'"),
    ("risk.kind == day", "day", "no `day` here: did you mean `days`?"),
    ("risk.kind == zebra", "zebra", "no `zebra` here: known"),
    ("plans.start <= today", "plans", "no `plans` here: did you mean `plan`?"),
    ("plan.start == neglect", "neglect", "no `neglect` here"),
    ("plan.start >= 2026-01-01", "2026-01-01", "a date cannot stand in a condition"),
    ("plan.start >= 2026-10-12", "2026-10-12", "by `from` and `until` of the check"),
    ("plan.start >= 01/02/2026", "01/02/2026", "a date cannot stand in a condition"),
    ("plan.start >= '2026-01-01'", "plan", "a date cannot stand in a condition"),
    ("'1.2.2026' <= plan.start", "'1.2.2026'", "a date cannot stand in a condition"),
    ("under(18, person, '2026-01-01')", "'2026", "a date cannot stand in a condition"),
    ("workdays(2026-1-1, today) <= 5", "2026-1-1", "a date cannot stand in a condition"),
    ("plan.start <= today()", "today", "write `today` without brackets"),
    ("opened_on() <= plan.start", "opened_on", "write `opened_on` without brackets"),
    ("happened(today)", "today", "a row's event is needed here, such as plan.end"),
    ("action.addresses == none", "none", "whether `action.addresses` leads to no row cannot be"),
    ("action.addresses == None", "None", "find a row of risks, and compare it with that"),
    ("action.addresses != null", "null", "find a row of risks, and compare it with that"),
    ("action.continues is None", "None", "find a row of actions, and compare it with that"),
    ("referral.service == 'marac'", "referral", "in `find` or `for_each`: {referral: referrals}"),
    ("referrals.service == 'marac'", "referrals", "`for_each`: {referral: referrals}"),
    ("change.plan == plan", "change", "`find` or `for_each`: {change: category_changes}"),
    ("court_orders.child == person", "court_orders", "{court_order: court_orders}"),
    ("training.worker == person", "training", "{training: training}"),
    ("decision.on <= today", "decision", "no `decision` here: known"),
    ("people == person", "people", "did you mean `person`?"),
    ("child == person", "child", "no `child` here: did you mean `person`?"),
    ("risks.kind == 'neglect'", "risks", "did you mean `risk`?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "part"), [*FAULTS, *SLIPS])
def test_a_fault_is_told_at_its_place(text: str, at: str, part: str) -> None:
    told = read(text)
    assert isinstance(told, PageError)
    assert part in told.message
    assert told.line == HERE.line
    offset = told.column - HERE.column
    assert 0 <= offset <= len(text)
    if at and not at.startswith("(x"):
        assert text[offset:].startswith(at), (told.column, text[offset:])


@pytest.mark.parametrize(
    "text",
    [
        "between.start <= contains.start",
        "between == contains",
        "none.start <= today",
        "none == between",
    ],
)
def test_a_row_may_have_the_name_of_a_slip(text: str) -> None:
    rows = {"between": "plans", "contains": "plans", "none": "plans"}
    assert isinstance(read_condition(text, HERE, Scope(rows, FIELDS.__getitem__, {})), Condition)


@pytest.mark.parametrize(
    "code", ["a AND b", "=<", "2026-01-01", "a && b", "not ==", "3 days", "!x", "IS NULL"]
)
def test_what_stands_in_quotation_marks_is_no_slip(code: str) -> None:
    for quoted in (f"'{code}'", f'"{code}"'):
        told = read(f"risk.kind == {quoted}")
        assert isinstance(told, PageError)
        assert f"`risk.kind` has no code '{code}'" in told.message
        broken = read(f"risk.kind {quoted}")
        assert isinstance(broken, PageError)
        assert "missing operator" in broken.message


@pytest.mark.parametrize("text", ["person", "people", "child"])
def test_a_person_is_named_as_one(text: str) -> None:
    told = read_condition(f"{text} == x", HERE, Scope({}, FIELDS.__getitem__, {"plan_days": 1}))
    assert isinstance(told, PageError)
    word = "person" if text == "people" else text
    assert told.message.endswith(f"name the row in `find` or `for_each`: {{{word}: people}}")


def test_a_row_is_not_taken_for_a_parameter_that_is_near() -> None:
    scope = Scope({"risk": "risks"}, FIELDS.__getitem__, {"action_days": 28})
    told = read_condition("action.set_on <= today", HERE, scope)
    assert isinstance(told, PageError)
    assert told.message.endswith("name the row in `find` or `for_each`: {action: actions}")


# What a message shows, and what is to be written.
PATHS = [
    ("tool.on", "`person`, `link` can be named here; a message cannot show rows of find"),
    ("rsik.kind", "no `rsik` here: did you mean `risk`?"),
    ("risk.id", "the row stands for its id: write `risk` for `risk.id`"),
    ("action.plan.id", "write `action.plan` for `action.plan.id`"),
    (" risk.kind ", "no blanks here: write `risk.kind`"),
    ("risk.kind ", "no blanks here: write `risk.kind`"),
    ("", "empty: write a path to a row or its field"),
    ("  ", "empty: write a path to a row or its field"),
    ("risk.kind:>9", "without a format: write `risk.kind` alone"),
    ("risk.kind!r", "without a format: write `risk.kind` alone"),
    ("risk.kind + 1", "here a path to a row or its field is needed"),
    ("risk . kind", "here a path to a row or its field is needed"),
]


@pytest.mark.parametrize(("text", "part"), PATHS)
def test_what_is_no_path_is_told_with_its_cure(text: str, part: str) -> None:
    told = read_path(text, HERE, SCOPE)
    assert isinstance(told, PageError)
    assert part in told.message


# What is compared with itself, and where the second of the two stands.
ITSELF = [
    ("risk.identified_on <= risk.identified_on", "risk.identified_on"),
    ("plan.end <= plan.end + 1", "plan.end + 1"),
    ("plan.end + 28 > plan.end + days", "plan.end + days"),
    ("plan.end == plan.end", "plan.end"),
    ("person.born <= person.born", "person.born"),
    ("or_today(plan.end) >= or_today(plan.end) - 3", "or_today(plan.end) - 3"),
    ("opened_on <= opened_on + 3", "opened_on + 3"),
    ("count(meeting.attended) >= count(meeting.attended)", "count(meeting.attended)"),
    ("workdays(plan.start, plan.start + 28) <= 20", "plan.start + 28) <= 20"),
    ("workdays(today - 7, today) <= 5", "today) <= 5"),
    ("5 >= workdays(plan.start, plan.start)", "plan.start)"),
    ("under(18, person, person.born + 100)", "person.born + 100)"),
    ("plan == plan", "plan"),
    ("action.for_person == action.for_person", "action.for_person"),
    ("action.addresses != action.addresses", "action.addresses"),
    ("link.from == link.from", "link.from"),
    ("action.plan.subject == action.plan.subject", "action.plan.subject"),
    ("plan.start <= today <= today + 1", ""),
    ("plan.start <= plan.end <= plan.end", "plan.end"),
    ("not (plan.end < plan.end)", "plan.end)"),
    ("plan.start < today and plan != plan", "plan"),
    ("plan.start < today or (plan.end < plan.start and other == other)", "other)"),
]


@pytest.mark.parametrize(("text", "second"), ITSELF)
def test_a_thing_is_not_compared_with_itself(text: str, second: str) -> None:
    told = read(text)
    assert isinstance(told, PageError)
    if second:
        assert "compares a thing with itself: name another field or row" in told.message
        assert text[told.column - HERE.column :] == second
    else:
        assert "asks nothing of the record" in told.message


@pytest.mark.parametrize(
    "text",
    [
        "plan.start <= other.start",
        "plan.start <= plan.end",
        "plan.end <= or_today(plan.end)",
        "plan == other",
        "plan.subject == other.subject",
        "link.from != link.to",
        "action.continues == other_action",
        "count(meeting.attended) >= count(assessment.agencies)",
        "workdays(plan.start, or_today(plan.end)) <= 5",
        "under(18, person, plan.start)",
        "under(1, risk.subject, person.born)",
        "plan.start <= meeting.on <= plan.start + 42",
    ],
)
def test_two_things_are_compared(text: str) -> None:
    assert isinstance(read(text), Condition)


# One part, and what says the same again.
AGAIN = [
    ("plan.start <= today", "plan.start<=today"),
    ("plan.start <= today", "( plan.start  <=  today )"),
    ("plan.start <= today", "today >= plan.start"),
    ("action.plan == plan", "plan == action.plan"),
    ("plan.start != today", "today != plan.start"),
    ("plan.level == 'early_help'", 'plan.level == "early_help"'),
    ("plan.level in ('early_help', 'looked_after')", "plan.level in ('looked_after','early_help')"),
    ("plan.level != 'early_help'", "not plan.level == 'early_help'"),
    ("meeting.plan_updated", "(meeting.plan_updated)"),
    ("plan.start + days <= today", "days + plan.start <= today"),
    ("(plan.end < today and happened(plan.end))", "(happened(plan.end) and plan.end < today)"),
]
# What only looks like the same: 28 is what `days` happens to be.
NOT_AGAIN = [
    ("plan.start <= today", "plan.start < today"),
    ("plan.start <= today", "other.start <= today"),
    ("plan.start + days <= today", "plan.start + 28 <= today"),
    ("plan.end <= today", "not (plan.end > today)"),
    ("meeting.plan_updated", "meeting.progress_reviewed"),
    ("plan.level == 'early_help'", "other.level == 'early_help'"),
    ("(plan.end < today and happened(plan.end))", "happened(plan.end)"),
]


@pytest.mark.parametrize(
    "joined", ["{} and {}", "{} or {}", "not ({} or {})", "plan.end > opened_on or ({} and {})"]
)
@pytest.mark.parametrize(("one", "again"), AGAIN)
def test_what_is_asked_twice_in_one_condition_is_told_at_the_second(
    one: str, again: str, joined: str
) -> None:
    text = joined.format(one, again)
    told = read(text)
    assert isinstance(told, PageError)
    assert told.message.startswith("the same stands in this condition already: remove it")
    offset = told.column - HERE.column
    assert text[offset:].rstrip(" )") == again.lstrip("( ").rstrip(" )")


@pytest.mark.parametrize("word", ["and", "or"])
@pytest.mark.parametrize(("one", "other"), NOT_AGAIN)
def test_what_is_asked_once_may_stand_beside_the_like(one: str, other: str, word: str) -> None:
    assert isinstance(read(f"{one} {word} {other}"), Condition)


def test_one_part_may_stand_in_two_alternatives() -> None:
    both = "(plan.start < today and happened(plan.end)) or (plan.start < today and plan == other)"
    assert isinstance(read(both), Condition)


SAME = [
    ("not (plan.start <= plan.end)", "plan.start > plan.end", True),
    ("plan.start <= plan.end <= today", "plan.start <= plan.end and plan.end <= today", False),
    ("not not plan.start <= today", "plan.start <= today", False),
    ("not (plan.start <= today or plan.end <= today)",
     "not (plan.start <= today) and not (plan.end <= today)", False),
    ("not (plan.start <= today and plan.end <= today)",
     "not (plan.start <= today) or not (plan.end <= today)", False),
    ("plan.level not in ('early_help', 'looked_after')",
     "not (plan.level in ('early_help', 'looked_after'))", False),
    ("plan.level != 'early_help'", "not (plan.level == 'early_help')", False),
    ("'police' not in meeting.attended", "not ('police' in meeting.attended)", False),
    ("plan.start + days <= today", "28 + plan.start <= today", False),
    ("plan.start + 30 - 2 <= today", "plan.start + 28 <= today", False),
    ("5 >= workdays(plan.start, today)", "workdays(plan.start, today) <= 5", False),
    ("plan.start != today", "plan.start < today or plan.start > today", False),
    ("risk.kind in ('neglect')", "risk.kind == 'neglect'", False),
    ("link.from == person", "link.from==person", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "other", "of_events"), SAME)
def test_two_ways_to_say_the_same(text: str, other: str, of_events: bool) -> None:
    one, two = read(text), read(other)
    assert isinstance(one, Condition)
    assert isinstance(two, Condition)
    # Turned round they are the same but for an event that has not happened.
    assert (one.alternatives == two.alternatives) is not of_events


def when_null(text: str) -> bool:
    found = read(text)
    assert isinstance(found, Condition)
    each = [[test.when_null for test in one if isinstance(test, Comparison)]
            for one in found.alternatives]  # fmt: skip
    return any(all(tests) for tests in each)


@pytest.mark.parametrize("order", ["<", "<=", ">", ">=", "==", "!="])
def test_what_has_not_happened_compares_false_and_its_not_is_true(order: str) -> None:
    assert not when_null(f"plan.end {order} plan.start")
    assert when_null(f"not (plan.end {order} plan.start)")
    assert not when_null(f"not not (plan.start {order} plan.end)")


def test_a_path_is_a_row_or_a_field() -> None:
    assert str(read_path("risk.subject", HERE, SCOPE)) == "risk.subject"
    assert isinstance(read_path("link.from", HERE, SCOPE), RowPath)
    assert isinstance(read_path("plan.start", HERE, SCOPE), Field)
    for text in ("today", "plan.start + 1", "or_today(plan.end)", "person.born", "days", "1 +"):
        assert isinstance(read_path(text, HERE, SCOPE), PageError)


@settings(max_examples=tries(400))
@given(
    st.text(
        st.sampled_from("risk.plankdfyo_hten'()<=!>+-, 0128inotrwadsu\"[]{}:\\`~@"), max_size=60
    )
)
def test_any_text_is_a_condition_or_a_fault_in_it(text: str) -> None:
    told = read(text)
    if isinstance(told, PageError):
        assert HERE.column <= told.column <= HERE.column + len(text)


@pytest.mark.parametrize("error", [ValueError, RecursionError, MemoryError])
def test_what_is_too_much_for_the_parser_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def give_up(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(ast, "parse", give_up)
    told = read("plan.start <= today")
    assert isinstance(told, PageError)
    assert "too deep or too large" in told.message


def test_a_row_is_put_in_the_place_of_another_and_of_no_third() -> None:
    other = Substitution("plan", "action")
    assert other.row(RowPath("plan", ("subject",))) == RowPath("action", ("subject",))
    assert other.row(RowPath("risk", ("subject",))) == RowPath("risk", ("subject",))


# --- nothing of a page runs ----------------------------------------------------------------------

ALLOWED_TEXT = {one.name for fields in FIELDS.values() for one in fields.values()}
ALLOWED_TEXT |= {
    code for fields in FIELDS.values() for one in fields.values() for code in one.codes
}
ALLOWED_TEXT |= {*FIELDS, "id", "born", "<", "<=", ">", ">=", "=="}
RULE = re.compile(r"r[0-9]+")


def generated(monkeypatch: pytest.MonkeyPatch, pages: Mapping[str, str]) -> list[str]:
    """The Python that is generated for the lessons of some pages."""
    written: list[str] = []
    original = fact_code.Code.text

    def noted(code: fact_code.Code) -> str:
        written.append(original(code))
        return written[-1]

    monkeypatch.setattr(fact_code.Code, "text", noted)
    Auditor(rules_from_pages(pages, "", Settings.of({}, "--set")))
    return written


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param(shipped.pages(), marks=pytest.mark.slow),
        {"concepts.yaml": CONCEPTS, "T1.1.yaml": PAGE},
    ],
)
def test_generated_code_holds_names_of_the_model_codes_and_numbers_only(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, str]
) -> None:
    codes = generated(monkeypatch, pages)
    assert codes
    for code in codes:
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.JoinedStr):
                continue
            if isinstance(node, ast.Attribute):
                assert not node.attr.startswith("__") or node.attr == "__dict__"
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                known = text in ALLOWED_TEXT or RULE.fullmatch(text)
                assert known or re.fullmatch(r'[{},:"a-z0-9\s-]*', text), text


def test_names_that_a_page_chooses_do_not_reach_the_generated_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = {"risk: risks": "zebra: risks", "spare_days": "zeal_days", "worry": "zest",
              "{plan: plans}": "{zone: plans}", "followed-up": "zig-zag",
              "T1.1": "Z9.9"}  # fmt: skip
    page, concepts = PAGE, CONCEPTS
    for there, instead in chosen.items():
        page, concepts = page.replace(there, instead), concepts.replace(there, instead)
    page = re.sub(r"\brisk\.", "zebra.", page).replace("== risk\n", "== zebra\n")
    page = page.replace("== risk]", "== zebra]").replace("- plan.", "- zone.")
    concepts = re.sub(r"\brisk\.", "zebra.", re.sub(r"\bplan\.", "zone.", concepts))
    renamed = generated(monkeypatch, {"concepts.yaml": concepts, "Z.yaml": page})
    monkeypatch.undo()
    plain = generated(monkeypatch, {"concepts.yaml": CONCEPTS, "T.yaml": PAGE})
    assert renamed == plain


def test_the_page_in_the_tests_can_be_audited() -> None:
    rules = load()
    assert rules.lessons[0].theme == 1
    for example in rules.lessons[0].examples:
        checks = shipped.audit(example.record, Auditor(rules)).lessons["T1.1"].checks
        assert {check: checks[check] for check in example.expect} == example.expect


@pytest.mark.parametrize(
    "text",
    [
        "today < risk.identified_on or (plan.end < today and risk.resolved_on < today)",
        "( plan.end < today and risk.resolved_on < today ) or today < risk.identified_on",
        "today < plan.start and (plan.end < today or risk.resolved_on < today)",
        "((plan.end < today) and (plan.start < today)) or today < plan.start",
    ],
)
def test_in_brackets_they_may_stand_together(text: str) -> None:
    assert not isinstance(read(text), PageError)
