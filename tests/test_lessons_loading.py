"""Broken pages: each fault is told with its line, its column and its cure, and nothing else is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shipped
from amounts import tries
from costs import memory, steps, times_as_dear
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_pages import CONCEPTS, CONCEPTS_FILE, FILE, PAGE, faults, load, place, planted

from casecheck.audit.auditor import Auditor
from casecheck.lessons import effort
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.conditions import read_condition
from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.lesson_reader import MAX_CHECKS
from casecheck.lessons.loading import load_rules, rules_from_pages
from casecheck.lessons.page_files import MAX_PAGES
from casecheck.lessons.shapes import MAX_FAULTS
from casecheck.lessons.yaml_nodes import MAX_PAGE_CHARACTERS, Place
from casecheck.record.model import FIELDS
from casecheck.results import Outcome

STEPS_A_CHARACTER = 20
"""A page without a fault takes five; one of so many characters squared would take thousands."""
AGREE = "        where: [mitigation.risk == risk]\n"
KIND = "      - risk.kind == 'neglect'\n"
RISK = "        risks: [{id: risk, subject: child, kind: neglect, identified_on: 2025-02-03}]\n"
PLANS = "    plans: [{id: plan, subject: child, level: child_protection, start: 2025-02-17}]\n"

# What stands there, what is written instead, where the fault is told, a part of the message.
FAULTS: dict[str, tuple[str, str, str, str]] = {
    # the page
    "no title": ("title: Risks are followed up\n", "", "lesson: T1.1", "lacks `title`"),
    "a misspelt title": ("title:", "titel:", "titel:", "did you mean `title`?"),
    "an unknown key": ("title:", "colour: 1\ntitle:", "colour",
        "has no `colour`: known: about, asks"),
    "a title that is a list": ("title: Risks", "title: [Risks", "", "this is not YAML"),
    "a title that is a number": ("Risks are followed up", "12", "12\n", "title is a text"),
    "an empty title": ("title: Risks are followed up", "title: ''", "''",
        "title is empty: write it"),
    "a title left out behind its colon": ("title: Risks are followed up", "title:", "\nsource",
        "title is empty: write it"),
    "a title cut short": ("title: Risks are followed up", "title: Lesson #4 of the board", "#4",
        "the text is cut here: behind ` #` all is a remark; put the text in quotation marks"),
    "a title lost": ("title: Risks are followed up", "title: #4 of the board", "#4", "cut here"),
    "a message cut short": ("breach: The worry since", "breach: Worry #3 since", "#3", "cut here"),
    "a question cut short on its second line": ("asks: Each risk is followed up in time.",
        "asks: Each risk\n  has action #1\n  in time.", "#1", "cut here"),
    "a meaning cut short": ("means: a tool", "means: tool #2", "#2", "cut here"),
    "a condition cut short": (KIND, KIND.replace("\n", " #todo\n"), "#todo", "cut here"),
    "an invisible letter": (
        "Risks are followed", "Ri\u200bsks are followed", "Ri\u200bsks", "cannot be seen"
    ),
    "a lesson's id in lower case": ("lesson: T1.1", "lesson: t1", "t1", "id is like P1.1"),
    "a lesson's id with a space": ("T1.1", "T1 1", "T1 1", "id is like P1.1"),
    "a lesson's id with a letter of its own": ("T1.1", "T1é", "T1é", "id is like P1.1"),
    "a source that is a text": ("{review: test, finding: T1, theme: 1, cite: Made up for a test}",
        "test", "test\nasks", "source is a mapping"),
    "a source without a theme": (" theme: 1,", "", "{review", "source lacks `theme`"),
    "a theme in words": ("theme: 1", "theme: one", "one, cite", "theme is a whole number"),
    "a theme that is true": ("theme: 1", "theme: true", "true", "theme is a whole number"),
    # parameters
    "parameters as a list": (
        "  spare_days: {", "  - spare_days: {", "", "this is not YAML"
    ),
    "a parameter without a basis": (
        ", basis: Four weeks.", "", "{value: 28", "parameter spare_days lacks `basis`"
    ),
    "a parameter without a value": (
        "value: 28, ", "", "{unit: days, basis: Four", "parameter spare_days lacks `value`"
    ),
    "a parameter's misspelt key": ("value: 28", "vlaue: 28", "vlaue", "did you mean `value`?"),
    "a parameter that is a number": (
        "{value: 28, unit: days, basis: Four weeks.}", "28", "28", "is a mapping"
    ),
    "a parameter in words": ("value: 28", "value: many", "many", "a whole number from 0"),
    "a parameter below nought": ("value: 28", "value: -1", "-1,", "a whole number from 0"),
    "a parameter of centuries": ("value: 28", "value: 36526", "36526", "from 0 to 36,525"),
    "a huge parameter": ("value: 28", "value: 1" + "0" * 40, "1" + "0" * 40, "from 0 to 36,525"),
    "a parameter with a fraction": ("value: 28", "value: 1.5", "1.5,", "a whole number from 0"),
    "a parameter that is true": ("value: 28", "value: true", "true", "a whole number from 0"),
    "a unit of its own": ("unit: days", "unit: weeks", "weeks,", "`days`, `working days`,"),
    "a unit that is a list": ("unit: days", "unit: [days]", "[days]", "unit is a text"),
    "a parameter that no condition uses": (
        "  some_workdays:", "  more_days: {value: 1, unit: days, basis: None.}\n  some_workdays:",
        "more_days:", "no condition uses the parameter `more_days`",
    ),
    "values of which two hold on one day": (
        "{value: 28, unit: days, basis: Four weeks.}",
        "{values: [{value: 27, until: 2026-01-01}, {value: 28, from: 2026-01-01},"
        " {value: 29, from: 2026-03-01}], unit: days, basis: Four weeks.}",
        "{value: 28, from", "two of these hold on one day: end the earlier",
    ),
    "a parameter named like a function": (
        "  some_workdays:", "  count: {value: 1, unit: days, basis: None.}\n  some_workdays:",
        "count:", "a name is a word of its own",
    ),
    # checks
    "no checks": (PAGE[PAGE.index("  - id: followed") : PAGE.index("examples:")], "  []\n",
        "[]\n", "checks is a list with at least one item"),
    "a check that is a text": ("  - id: noticed\n", "  - text\n  - id: noticed\n", "text\n",
        "a check is a mapping"),
    "a check without an id": ("  - id: noticed\n    asks", "  - asks", "asks: Was each",
        "a check lacks `id`"),
    "a check without a question": ("    asks: Was the risk followed up?\n", "", "id: followed-up",
        "a check lacks `asks`"),
    "a check's id in capitals": ("id: noticed", "id: Noticed", "Noticed", "is like chair-agree"),
    "a check's id that is a number": ("id: noticed", "id: 12", "12", "id is a text"),
    "a check repeated": ("id: noticed", "id: followed-up # again", "followed-up # again",
        "the check `followed-up` is repeated"),
    "a misspelt key of a check": ("    unless:", "    unles:", "unles:", "did you mean `unless`?"),
    "a check without evidence": (PAGE[PAGE.index("    met_by:\n      - means: an action") :
        PAGE.index("    breach: The risk")], "", "id: followed-up", "a check lacks `met_by`"),
    "a check without a message": (
        "    breach: The risk of {risk.identified_on} was not followed up.\n", "",
        "id: followed-up", "a check lacks `breach`"),
    "conditions beside instances": ("    instances:\n", "    where: [today]\n    instances:\n",
        "[today]", "`where` belongs under each of `instances`"),
    "instances that are a mapping": (
        "    instances:\n      - for_each: {worry: worry}", "    instances: {}\n    # {worry}",
        "", "this is not YAML"),
    # rows
    "an unknown section": ("{risk: risks}", "{risk: risk}", "risk}\n    where",
        "no section or concept `risk`: did you mean `risks`?"),
    "an unknown concept": ("{worry: worry}", "{worry: wory}", "wory}", "did you mean `worry`?"),
    "a section that is a list": ("{risk: risks}", "{risk: [risks]}", "[risks]", "no section"),
    "a section that is a number": ("{risk: risks}", "{risk: 1}", "1}\n    where", "no section"),
    "a section left out": ("{risk: risks}", "{risk: }", "}\n    where", "no section"),
    "rows as a list": ("{risk: risks}", "[risks]", "[risks]", "maps names to sections"),
    "no rows at all": ("{risk: risks}", "{}", "{}", "maps names to sections"),
    "a row named in capitals": ("{incident: incidents}", "{incident: incidents, I: risks}", "I:",
        "a name is a word of its own"),
    "a row named like a word of the language": ("{incident: incidents}",
        "{incident: incidents, not: risks}", "not:", "a name is a word of its own"),
    "a row named today": ("{incident: incidents}", "{incident: incidents, today: risks}", "today:",
        "a name is a word of its own"),
    "a row that no condition uses": ("{incident: incidents}", "{incident: incidents, b: plans}",
        "b:", "no condition uses `b`: remove it from for_each"),
    "a row to find that no condition uses": ("{mitigation: mitigations}",
        "{mitigation: mitigations, b: plans}", "b: plans", "no condition uses `b`"),
    "a row named like another": ("{mitigation: mitigations}",
        "{mitigation: mitigations, risk: risks}",
        "risk: risks}\n        where", "`risk` is a name in use"),
    "a row named like a parameter": ("{mitigation: mitigations}",
        "{mitigation: mitigations, spare_days: plans}", "spare_days: plans", "is a name in use"),
    # conditions
    "a misspelt field": (KIND, "      - risk.knid == 'neglect'\n", "knid", "did you mean `kind`?"),
    "a misspelt code": (KIND, "      - risk.kind == 'negelct'\n", "risk.kind == 'neg",
        "no code 'negelct': did you mean `neglect`?"),
    "a misspelt row": ("plan.level ==", "plam.level ==", "plam", "did you mean `plan`?"),
    "a misspelt parameter": ("identified_on + spare_days", "identified_on + spair_days",
        "spair_days", "did you mean `spare_days`?"),
    "a misspelt function": ("workdays(risk", "workday(risk", "workday(risk", "`workdays`?"),
    "a fault in quotation marks": ("- plan.level == 'child_protection'",
        '- "plan.levle == \'child_protection\'"', "levle", "did you mean `level`?"),
    "a fault in a folded condition": ("- plan.level == 'child_protection'",
        "- >-\n            plan.level == 'child_protection'\n            and plan.levle == 'x'",
        ">-", "did you mean `level`?"),
    "a fault behind an escape": ("- plan.level == 'child_protection'",
        "- 'plan.level == ''child_protection'' and plan.levle'", "'plan.level", "`level`?"),
    "a condition that is a number": (KIND, KIND + "      - 12\n", "12\n", "a condition is a text"),
    "a condition that is true": (KIND, KIND + "      - true\n", "true", "a condition is a text"),
    "a condition that is a mapping": (KIND, KIND + "      - a: b\n", "a: b", "is a text"),
    "a condition with a colon": (KIND, "      - risk.kind: neglect\n", "risk.kind: neglect",
        "a `:` does not compare: write `risk.kind == 'neglect'`"),
    "a condition with a colon and a day": (KIND, "      - risk.identified_on: 2026-01-01\n",
        "risk.identified_on: 2", "write `risk.identified_on == ...`"),
    "a condition that is a lone dash": (KIND, KIND + "      -\n", "\n      - risk.identified_on +",
        "a condition is empty: write it"),
    "an empty condition": (KIND, KIND + "      - ''\n", "''", "a condition is empty: write it"),
    "no conditions in the list": ("where: [worry.since <= today]", "where: []", "[]\n        met",
        "where is a list with at least one item"),
    "conditions as a text": ("where: [mitigation.risk == risk]", "where: mitigation.risk == risk",
        "mitigation.risk", "where is a list"),
    "a remark that would hide the rest": ("- plan.level == 'child_protection'",
        '- "plan.level == \'child_protection\' # and more"', "# and more", "no place"),
    "two codes at once": (KIND, KIND + "      - risk.kind == 'injury' or risk.kind == 'missing'\n",
        "risk.kind == 'injury'", "no code 'injury'"),
    "conditions that cannot hold": ("          - plan.level == 'child_protection'\n",
        "          - plan.level == 'child_protection'\n"
        "          - plan.level != 'child_protection'\n", "plan.level != 'child",
        "this one and `plan.level == 'child_protection'` on line 20: `plan.level` would need"),
    "conditions against those of the check": (AGREE,
        "        where: [mitigation.risk == risk, risk.kind == 'sexual_abuse']\n",
        "risk.kind == 'sexual", "this one and `risk.kind == 'neglect'` on line 13"),
    "a window that is closed": ("where: [worry.since <= today]",
        "where: [worry.since <= today, worry.since > today]", "worry.since > today",
        "can never hold together: this one and `worry.since <= today`"),
    "a window closed by a parameter": (AGREE, "        where: [mitigation.risk == risk,"
        " risk.identified_on + 27 >= today]\n", "risk.identified_on + 27",
        "this one and `risk.identified_on + spare_days <= today` on line 14: one would"),
    "a circle of three": (AGREE, "        where: [mitigation.risk == risk,"
        " mitigation.recorded_on < opened_on, opened_on < risk.identified_on,"
        " risk.identified_on < mitigation.recorded_on]\n", "[mitigation.risk",
        "together: one would have to be both less and more than the other: read each with"),
    "alternatives against the rest": (KIND,
        KIND + "      - risk.kind == 'sexual_abuse' or risk.kind == 'physical_abuse'\n",
        "risk.kind == 'sexual", "this one and `risk.kind == 'neglect'` on line 13"),
    "an exclusion that cannot hold": ("where: [risk.resolved_on <= today]",
        "where: [risk.resolved_on > today, risk.resolved_on <= today]", "risk.resolved_on <= t",
        "can never hold together: this one and `risk.resolved_on > today`"),
    "a day on which services were not involved yet": ("where: [worry.since <= today]",
        "where: [worry.since <= today, opened_on > today]", "opened_on >",
        "this condition can never hold: neither the start of involvement nor"),
    "a condition of a list twice": (KIND, f"{KIND}      - risk.kind=='neglect'\n",
        "risk.kind=='neglect'", "stands already on line 13: remove it"),
    "a condition twice, otherwise written": ("where: [mitigation.risk == risk]",
        "where: [mitigation.risk == risk, 'risk == mitigation.risk']", "risk == mitigation.risk'",
        "stands already on line 32"),
    "a condition twice in an exclusion": ("[risk.resolved_on <= today]",
        "[risk.resolved_on <= today, today >= risk.resolved_on]", "today >= risk",
        "the same condition stands already on line 23"),
    "a condition twice in one": (KIND, "      - risk.kind == 'neglect' or risk.kind =='neglect'\n",
        "risk.kind =='neglect'", "the same stands in this condition already"),
    "a thing compared with itself": (AGREE,
        "        where: [mitigation.risk == mitigation.risk]\n", "mitigation.risk]",
        "compares a thing with itself"),
    "an item of evidence twice": ("      - means: a mitigation\n",
        "      - means: the same again\n        find: {mitigation: mitigations}\n"
        "        where: [risk == mitigation.risk]\n      - means: a mitigation\n",
        "means: a mitigation", "asks the same as the item of met_by on line 30"),
    "an item of evidence twice, the row by another name": ("      - means: a mitigation\n",
        "      - means: the same again\n        find: {second: mitigations}\n"
        "        where: [risk == second.risk]\n      - means: a mitigation\n",
        "means: a mitigation", "asks the same as the item of met_by on line 30"),
    "too many combinations": (
        AGREE, "        where: [mitigation.risk == risk"
        + "".join(f", mitigation.recorded_on != today - {at}" for at in range(7)) + "]\n",
        "[mitigation.risk", "make 128 combinations"),
    # alternatives
    "an alternative without a meaning": ("- means: a mitigation\n        find:", "- find:",
        "find: {mitigation", "an item of met_by lacks `means`"),
    "an alternative without conditions": (AGREE, "", "means: a mitigation", "lacks `where`"),
    "an alternative's misspelt key": ("find: {mitigation", "fnid: {mitigation", "fnid", "`find`?"),
    "an alternative that is a text": ("      - means: a mitigation\n", "      - text\n"
        "      - means: a mitigation\n", "text\n", "an item of met_by is a mapping"),
    "exclusions that are a mapping": ("      - means: it was resolved\n        where:",
        "        means: it was resolved\n        where:", "means: it was resolved",
        "unless is a list"),
    "an example like another": ("    - name: a risk\n",
        "    - name: still nothing\n      expect: {noticed: breach, followed-up: not_applicable}\n"
        "    - name: a risk\n", "name: still nothing", "shows the same as that on line 60"),
    "themes from nought": ("theme: 1", "theme: 0", "0, cite", "a whole number, from 1"),
    # messages
    "one message for both": ("The record cannot tell of the risk of {risk.identified_on}.",
        "The risk of {risk.identified_on} was not followed up.", "", "says the same as `breach`"),
    "a misspelt field in a message": ("since {worry.since}", "since {worry.sinse}",
        "The worry since", "in {worry.sinse}: worry has no field `sinse`: did you mean `since`?"),
    "a message with a row to find": ("since {worry.since}", "since {tool.on}", "The worry since",
        "no `tool` here: only `worry` can be named here; a message cannot show rows of find"),
    "a message with an id": ("since {worry.since}", "since {worry.child.id}", "The worry since",
        "in {worry.child.id}: the row stands for its id: write `worry.child`"),
    "a message with blanks": ("since {worry.since}", "since { worry.since }", "The worry since",
        "no blanks here: write `worry.since`"),
    "a condition with a code that lacks its quotation marks": (KIND,
        "      - risk.kind == neglect\n", "neglect\n", "quotation marks: 'neglect'"),
    "a condition of a row that has no name": ("where: [worry.since <= today]",
        "where: [worry.since <= today, plan.start <= today]", "plan.start <= today",
        "name the row in `find` or `for_each`: {plan: plans}"),
    "a message with a brace": ("since {worry.since}", "since } {worry.since}", "The worry since",
        "a brace stands alone"),
    "a message with two braces": ("since {worry.since}", "since {{worry.since}}",
        "The worry since", "a brace stands alone"),
    "a message with an empty slot": ("since {worry.since}", "since {}", "The worry since",
        "in {}: empty: write a path"),
    "a message with arithmetic on a code": ("since {worry.since}", "since {worry.child + 1}",
        "The worry since", "only a number of days is added to or taken from a day"),
    "a message with a day after a birth": ("since {worry.since}", "since {worry.child.born + 1}",
        "The worry since", "a birth is not shown"),
    "a message with the days since a birth": ("since {worry.since}",
        "since {days(worry.child.born, worry.since)}", "The worry since", "a birth is not shown"),
    "a message with the working days since a birth": ("since {worry.since}",
        "since {workdays(worry.child.born, worry.since)}", "The worry since",
        "a birth is not shown"),
    "a message with the days of one day": ("since {worry.since}", "since {days(worry.since)}",
        "The worry since", "it is written days(a, b)"),
    "a message with working days after a day": ("since {worry.since}",
        "since {working_day(worry.since, worry.since)}", "The worry since",
        "a number or a parameter is needed here"),
    "a message with a truth": ("since {worry.since}", "since {under(18, worry.child, today)}",
        "The worry since", "under() is true or false already"),
    "a message with a row in brackets": ("since {worry.since}", "since {(worry.child)}",
        "The worry since", "a row of people: write its path alone"),
    "a condition with what a message works out": ("where: [worry.since <= today]",
        "where: ['days(worry.since, today) <= 3']", "days(worry.since, today)",
        "days() stands in a message only"),
    "a message with a birth": ("since {worry.since}", "since {worry.child.born}", "The worry since",
        "a birth is not shown"),
    "a message with a list": ("since {worry.since}", "since {worry.child.history}",
        "The worry since", "is a list"),
    "a message that formats": ("since {worry.since}", "since {worry.since!r}", "The worry",
        "in {worry.since!r}: values are shown as they are, without a format"),
    "a message that reaches into Python": ("since {worry.since}", "since {worry.__class__}",
        "The worry since", "worry has no field `__class__`"),
    "a message that is a list": ("breach: The worry since {worry.since} was not noticed.",
        "breach: [one]", "[one]", "a message is a text"),
    # examples
    "examples as a list": (PAGE[PAGE.index("examples:\n") :], "examples: []\n", "[]\n",
        "examples is a mapping"),
    "no cases": (PAGE[PAGE.index("    - name: nothing") :], "    []\n", "[]\n",
        "cases is a list with at least one item"),
    "a background without its day": ("    extracted_on: 2026-06-30\n", "", "opened_on: 2025",
        "the background lacks `extracted_on`"),
    "a day that is no day": ("2026-06-30", "30.06.2026", "30.06.2026", "written YYYY-MM-DD"),
    "a day that is a number": ("2026-06-30", "20260630", "20260630",
        "written YYYY-MM-DD: write 2026-06-30"),
    "a row's day that is a number": (RISK, RISK.replace("2025-02-03", "20250203"), "20250203",
        "`identified_on` of risks is a day written YYYY-MM-DD: write 2025-02-03"),
    "an unknown section of a record": (RISK, RISK.replace("risks:", "riks:"), "riks",
        "did you mean `risks`?"),
    "a section that is a mapping": (RISK, "        risks: {id: risk}\n", "{id: risk}",
        "a section is a list of rows"),
    "a row that is a text": (RISK, "        risks: [risk]\n", "risk]\n      without",
        "a row of risks is a mapping"),
    "an unknown field of a row": (RISK, RISK.replace("subject", "subjcet"), "subjcet",
        "did you mean `subject`?"),
    "a row without an id": (RISK, RISK.replace("id: risk, ", ""), "{subject", "lacks `id`"),
    "a row whose id is a number": (RISK, RISK.replace("id: risk,", "id: 7,"), "7, subject",
        "`id` of risks is a text: put it in quotation marks"),
    "a row whose id is a list": (RISK, RISK.replace("id: risk,", "id: [7],"), "[7]", "is a text"),
    "a row's id given twice": (PLANS, PLANS.replace("}]", "}, {id: plan, subject: child}]"),
        "plan, subject: child}]", "the id `plan` is given twice"),
    "a year without quotation marks": ("born: 2016-03", "born: 2016", "2016,",
        "`born` of people is a text: put it in quotation marks"),
    "a code that is not one": (RISK, RISK.replace("neglect", "negelct"), "negelct",
        "no code `negelct`: did you mean `neglect`?"),
    "a code that is a number": (RISK, RISK.replace("neglect", "7"), "7, identified", "no code"),
    "a list that is a code": ("history: []", "history: none", "none", "is a list of codes"),
    "a list with a wrong code": ("history: []", "history: [abuse]", "[abuse]", "no code `abuse`"),
    "a reference that is a number": (RISK, RISK.replace("subject: child", "subject: 7"), "7, kind",
        "put it in quotation marks"),
    "null where a value is required": (RISK, RISK.replace("subject: child", "subject: null"),
        "null", "may not be null"),
    "a date that is none": (RISK, RISK.replace("2025-02-03", "soon"), "soon", "YYYY-MM-DD"),
    "a reference to nobody": (RISK, RISK.replace("subject: child", "subject: nobody"),
        "nobody", "`subject` of risks: no row of people has this id"),
    "a day that the calendar lacks": (RISK, RISK.replace("2025-02-03", "2025-02-30"),
        "2025-02-30", "`identified_on` of risks: no such day in the calendar"),
    "days in the wrong order": ("opened_on: 2025-01-06", "opened_on: 2026-07-01",
        "2026-07-01", "`opened_on`: after `extracted_on`; correct one"),
    "days in the wrong order by an example": (RISK, "        extracted_on: 2024-01-01\n" + RISK,
        "2024-01-01", "`opened_on`: after `extracted_on`; correct one"),
    "a month of the background that is none": ("born: 2016-03", "born: 2016-13", "2016-13",
        "`born` of people: not a birth written as YYYY-MM or YYYY"),
    "a day of the background that is none": ("start: 2025-02-17", "start: 2025-02-30",
        "2025-02-30", "`start` of plans: no such day in the calendar"),
    "an id of the background with a blank": ("{id: child,", '{id: "John Smith",', '"John Smith"',
        "`id` of people: not an id (1 to 32 letters"),
    "a reference of the background to nobody": (PLANS, PLANS.replace("child,", "chidl,"), "chidl",
        "`subject` of plans: no row of people has this id"),
    "a field that the background's row lacks": (PLANS, PLANS.replace("subject: child, ", ""),
        "{id: plan,", "`subject` of plans: missing; give the id of a row of people"),
    "an id of the background in another section": (RISK, RISK.replace("id: risk", "id: child"),
        "child, subject: child, kind", "`id` of risks: repeats the id of a row of people"),
    "a row left out that another leads to": ("    - name: nothing to follow up\n",
        "    - name: nothing to follow up\n      without: [child]\n", "child]\n      ex",
        "the row `child` is left out, and `subject` of `plan` leads to it"),
    "a row both left out and changed": (f"{RISK}      without: [plan]\n",
        "        plans: [{id: plan, end: 2025-05-01}]\n      without: [plan]\n", "plan]\n",
        "the row `plan` is both left out here and changed in `record`: remove one"),
    "a day beside the record": ("      without: [plan]", "      extracted_on: 2026-05-01",
        "extracted_on: 2026-05", "no `extracted_on`: put it under `record`"),
    "a section beside the record": ("      without: [plan]", "      actions: []", "actions: []",
        "no `actions`: put it under `record`"),
    "an example whose dash is missing": ("    - name: a risk", "      name: a risk",
        "name: a risk", "the key `name` is repeated: remove one, or write `- ` before it"),
    "a name in braces without a blank": ("for_each: {risk: risks}", "for_each: {risk:risks}",
        ":risks", "write a blank behind the colon"),
    "an id in braces without a blank": (RISK, RISK.replace("id: risk", "id:risk"), ":risk,",
        "write a blank behind the colon"),
    "an example without a name": ("    - name: a risk\n      record", "    - record", "record:\n",
        "an example lacks `name`"),
    "an example's name that is a number": ("name: a risk", "name: 7", "7\n", "a name is a text"),
    "an example's name repeated": ("name: a risk", "name: nothing to follow up # twice",
        "name: nothing to follow up # twice", "two examples have this name"),
    "an unknown check": ("{followed-up: not_applicable}", "{folowed-up: not_applicable}",
        "folowed-up", "did you mean `followed-up`?"),
    "an unknown outcome": ("{followed-up: not_applicable}", "{followed-up: passed}", "passed",
        "no outcome `passed`"),
    "a misspelt outcome": ("{followed-up: not_applicable}", "{followed-up: compliand}",
        "compliand", "did you mean `compliant`?"),
    "an outcome that is a list": ("{followed-up: not_applicable}", "{followed-up: [breach]}",
        "[breach]", "no outcome"),
    "nothing expected": ("expect: {followed-up: not_applicable}\n", "expect: {}\n", "{}\n",
        "expect maps checks to outcomes"),
    "an unknown section not in the extract": ("[tools]", "[tool]", "[tool]", "`tools`?"),
    "a section not in the extract with rows": ("[tools]", "[risks]", "[risks]",
        "`record` gives rows of risks"),
    "sections not in the extract as a text": ("[tools]", "tools", "tools\n",
        "not_in_extract is a list"),
    "an unknown row left out": ("without: [plan]", "without: [paln]", "[paln]", "no row `paln`"),
    "a row left out that is a number": ("without: [plan]", "without: [7]", "7]", "is a text"),
    # YAML
    "a tab": ("  - id: noticed", "\t- id: noticed", "\t- id", "this is not YAML"),
    "an anchor": ("theme: 1", "theme: &one 1", "&one", "anchors"),
    "an alias": ("theme: 1", "theme: *one", "*one", "aliases"),
    "a tag": ("theme: 1", "theme: !!int 1", "!!int", "tags"),
    "a key repeated": ("title:", "lesson: T1\ntitle:", "lesson: T1\ntitle", "is repeated"),
    "a second document": ("examples:\n", "---\nexamples:\n", "---", "one document"),
    "a key that is a list": ("title:", "[title]:", "[title]", "a key is a plain word"),
    "a bell": ("Risks are", "Risks\x07 are", "\x07", "a character that YAML does not allow"),
    "NUL": ("Risks are", "Risks\x00 are", "\x00", "a character that YAML does not allow"),
    "brackets in brackets": ("title: Risks are followed up", "title: " + "[" * 500, "", "deeper"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_at_its_place_with_its_cure_and_alone(name: str) -> None:
    there, instead, at, part = FAULTS[name]
    page = planted(PAGE, instead, there)
    told: list[PageError] = []
    assert steps(lambda: told.extend(faults(page))) < STEPS_A_CHARACTER * len(PAGE)
    assert len(told) == 1, [str(one) for one in told]
    assert part in told[0].message
    assert told[0].file == FILE
    if at:
        assert (told[0].line, told[0].column) == place(page, at)


def test_examples_may_come_to_so_much_to_look_at_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two risks: each with its own conditions, and with the rows of each way beside it."""
    risk = "{id: risk, subject: child, kind: neglect, identified_on: 2025-02-03}"
    page = planted(PAGE, risk[:-1] + "}, " + risk.replace("id: risk", "id: other"), risk)
    (rules,) = [load(page)]
    first, second = rules.lessons[0].examples
    check = rules.lessons[0].checks[0]
    # for_each 1 + 2; given 1 + 2, unless 1 + 1, an action 1 + 2, a mitigation 1 + 1.
    of_a_risk = 3 + 3 + 2 + 3 + 2
    assert effort.effort(check, first.record, rules.concepts) == of_a_risk
    assert effort.effort(check, second.record, rules.concepts) == 2 * of_a_risk
    whole = sum(
        effort.effort(check, example.record, rules.concepts)
        for example in (first, second)
        for check in rules.lessons[0].checks
    )
    monkeypatch.setattr(effort, "MAX_EFFORT", whole)
    assert faults(page) == ()
    monkeypatch.setattr(effort, "MAX_EFFORT", whole - 1)
    (told,) = faults(page)
    assert (told.line, told.column) == place(page, "name: a risk")
    assert "make more than" in told.message
    assert told.message.endswith("give fewer rows, or split the lesson")


def test_rows_that_all_join_each_other_do_not_keep_an_author_waiting() -> None:
    rows = ", ".join(
        f"{{id: r{number}, subject: child, kind: neglect, identified_on: 2025-02-03}}"
        for number in range(96)
    )
    page = planted(PAGE, "{risk: risks, two: risks, three: risks}", "{risk: risks}")
    page = planted(
        page, f"[{rows}]", "[{id: risk, subject: child, kind: neglect, identified_on: 2025-02-03}]"
    )
    page = planted(
        page,
        "      - risk.kind == 'neglect'\n      - two.kind == three.kind\n",
        "      - risk.kind == 'neglect'\n",
    )
    assert any("make more than" in one.message for one in faults(page))


TWICE = {
    "in the evidence and in the check": ("where: [mitigation.risk == risk]",
        "where: [mitigation.risk == risk, risk.kind == 'neglect']"),
    "in two items of evidence": (AGREE, f"""{AGREE}      - means: another mitigation
        find: {{mitigation: mitigations}}
        where: [mitigation.risk == risk, mitigation.recorded_on >= risk.identified_on]
"""),
    "a parameter and its number": (KIND, f"{KIND}      - risk.identified_on + 28 <= today\n"),
    "of two rows of one section, turned round": ("        where: [mitigation.risk == risk]\n",
        """        where: [mitigation.risk == risk]
      - means: two actions
        find: {one: actions, other: actions}
        where: [one.addresses == risk, one.set_on < other.set_on]
      - means: two others
        find: {one: actions, other: actions}
        where: [one.addresses == risk, other.set_on < one.set_on]
"""),
    "of rows of two sections": ("            where: [tool.subject == worry.child]\n",
        """            where: [tool.subject == worry.child]
          - means: an assessment
            find: {tool: assessments}
            where: [tool.subject == worry.child]
"""),
    "of two rows": (AGREE, """        where: [mitigation.risk == risk]
      - means: two mitigations
        find: {one: mitigations, two: mitigations}
        where: [one.risk == risk, two.risk == risk, one != two]
"""),
}  # fmt: skip


@pytest.mark.parametrize("name", TWICE)
def test_the_like_may_stand_on_a_page_twice(name: str) -> None:
    there, instead = TWICE[name]
    assert faults(planted(PAGE, instead, there)) == ()


def test_a_board_may_set_one_parameter_to_what_another_is() -> None:
    page = planted(PAGE, f"{KIND}      - risk.identified_on + other_days <= today\n", KIND)
    other = "  other_days: {value: 14, unit: days, basis: Two weeks.}\n"
    page = planted(page, f"{other}  some_workdays:", "  some_workdays:")
    assert faults(page) == faults(page, settings={"T1.1": {"other_days": 28}}) == ()


def test_items_with_faults_are_not_taken_for_the_same() -> None:
    both = """        where: [mitigation.rsk == risk]
      - means: another mitigation
        find: {mitigation: mitigations}
        where: [mitigation.recordedon >= risk.identified_on]
"""
    told = [one.message for one in faults(planted(PAGE, both, AGREE))]
    assert len(told) == 2
    assert all("did you mean" in one for one in told)


def test_there_are_a_hundred_faults_and_none_in_the_page_itself() -> None:
    assert len(FAULTS) >= 100
    assert faults() == ()


# --- several faults at once ----------------------------------------------------------------------


def test_every_fault_is_told_at_once() -> None:
    page = PAGE
    for there, instead in {
        "title: Risks are followed up": "titel: Risks are followed up",
        "unit: days": "unit: weeks",
        "{risk: risks}": "{risk: riks}",
        "worry.since <= today": "worry.sinse <= today",
        "found.identified_on >= incident.on": "incident.on <= today",
        "kind: neglect": "kind: negelct",
        "{followed-up: not_applicable}": "{followed-up: passed}",
    }.items():
        page = planted(page, instead, there)
    concepts = planted(CONCEPTS, "risk.knid", "risk.kind")
    marks = ["titel", "weeks, basis", "riks", "sinse", "{found: risks}", "negelct", "passed"]
    lines = [place(page, mark)[0] for mark in marks]
    assert [(one.file, one.line) for one in faults(page)] == [(FILE, line) for line in lines]
    # A concept with a fault is not judged by what uses it, nor what uses it by the fault.
    lines.remove(place(page, "sinse")[0])
    told = [(one.file, one.line) for one in faults(page, concepts)]
    assert told == [(FILE, line) for line in lines] + [(CONCEPTS_FILE, 6)]


def test_a_page_of_nothing_but_faults_is_told_a_hundred() -> None:
    rows = "".join(f"      - {{name: example {at}, expect: {{no: no}}}}\n" for at in range(2000))
    page = PAGE[: PAGE.index("    - name: nothing")] + rows
    told: list[PageError] = []
    assert steps(lambda: told.extend(faults(page))) < STEPS_A_CHARACTER * len(page)
    assert len(told) == MAX_FAULTS + 1
    assert "only 100 faults of this page are shown" in told[0].message


# --- concepts ------------------------------------------------------------------------------------

CONCEPT_FAULTS: dict[str, tuple[str, str, str, str]] = {
    "no concepts": (CONCEPTS, "concepts: {}\n", "{}", "concepts is a mapping of names"),
    "a misspelt key of the page": ("concepts:\n", "concept:\n", "concept:", "`concepts`?"),
    "a concept named like a section": ("since: plan.start}\n",
        "since: plan.start}\n  risks: {means: x, rows: [{of: {one: plans}, fields: {one: one}}]}\n",
        "risks: {", "word of its own"),
    "a concept without rows": (CONCEPTS[CONCEPTS.index("      - of: {risk") :], "      []\n",
        "[]\n", "rows is a list"),
    "a concept of a concept": ("{plan: plans}", "{plan: worry}", "worry}", "no section"),
    "a concept of two rows": ("{plan: plans}", "{plan: plans, risk: risks}", "{plan: plans, ",
        "one name: one section"),
    "a field named in capitals": ("{child: plan", "{Child: plan", "Child", "a word of its own"),
    "a field named from": (", since: plan.start}", ", since: plan.start, from: plan.end}",
        "from: plan", "a word of its own"),
    "fields of which there are none": ("{child: plan.subject, since: plan.start}", "{}", "{}",
        "fields is a mapping of names to paths"),
    "a misspelt path": ("plan.subject", "plan.subjcet", "subjcet", "did you mean `subject`?"),
    "a path that is a number": ("plan.subject", "7", "7,", "a path is a text"),
    "a path to a code": ("since: plan.start", "since: plan.level", "plan.level",
        "a concept's field is a row or a day"),
    "a path with days added": ("since: plan.start", "since: plan.start + 1", "plan.start + 1",
        "its field is needed"),
    "other fields": (", since: plan.start", "", "means:", "each way to worry gives the same"),
    "a field of two kinds": ("child: plan.subject", "child: plan", "means:",
        "`child` of worry is of one kind only"),
    "a field of two days": ("child: plan.subject", "child: plan.end", "means:",
        "`child` of worry is of one kind only"),
    "rows reported that are not there": ("since: plan.start}\n",
        "since: plan.start}\n    reported_as: [parent]\n", "[parent]",
        "`parent` is not a row of worry"),
    "a day reported": ("since: plan.start}\n",
        "since: plan.start}\n    reported_as: [since]\n", "[since]",
        "`since` is not a row of worry"),
    "rows that could be reported as one": ("since: plan.start}\n",
        "since: plan.start}\n    reported_as: [child]\n", "[child]",
        "two rows of worry could be reported as one"),
    "conditions that cannot hold": ("[risk.kind != 'neglect']",
        "[risk.kind == 'neglect', risk.kind == 'sexual_abuse']", "risk.kind == 'sexual",
        "this one and `risk.kind == 'neglect'` on line 6: `risk.kind` would need to be two"),
    "a condition twice": ("[risk.kind != 'neglect']",
        "[risk.kind != 'neglect', not risk.kind == 'neglect']", "not risk.kind",
        "the same condition stands already on line 6"),
    "an unknown function": ("[risk.kind != 'neglect']", "[len(risk.kind)]", "len", "no function"),
    "not YAML": ("concepts:\n", "concepts: {\n", "", "this is not YAML"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONCEPT_FAULTS)
def test_a_fault_of_a_concept_is_told_alone(name: str) -> None:
    there, instead, at, part = CONCEPT_FAULTS[name]
    concepts = planted(CONCEPTS, instead, there)
    told = faults(concepts=concepts)
    assert len(told) == 1, [str(one) for one in told]
    assert part in told[0].message
    assert told[0].file == CONCEPTS_FILE
    if at:
        assert (told[0].line, told[0].column) == place(concepts, at)


def test_a_concept_of_two_pages_is_told() -> None:
    pages = {"a/concepts.yaml": CONCEPTS, "b/concepts.yaml": CONCEPTS, FILE: PAGE}
    with pytest.raises(RulesError, match=r"b/concepts.yaml:2:3: the concept `worry` is on another"):
        rules_from_pages(pages, "rules")


def test_a_concepts_row_may_be_none_and_its_day_never() -> None:
    concepts = """\
concepts:
  step:
    means: An action, and what comes of it.
    rows:
      - of: {risk: risks}
        fields: {from_row: risk.subject, by: risk.identified_on, at: risk.identified_on}
      - of: {action: actions}
        fields: {from_row: action.for_person, by: action.due, at: action.completed_on}
  later:
    means: An action that goes on with another.
    rows: [{of: {action: actions}, fields: {earlier: action.continues}}]
"""
    page = planted(PAGE, "{step: step, later: later, old: actions}", "{incident: incidents}")
    page = planted(page, "step.at", "{incident.on}".strip("{}") + "}")[:0] or page
    page = page.replace("{incident.on}", "{step.at}").replace(
        "[found.identified_on >= incident.on]", "[{}]"
    )

    def told(condition: str) -> tuple[PageError, ...]:
        every = "found.identified_on <= step.at, later.earlier == old"
        return faults(page.replace("[{}]", f"[{every}, {condition}]"), CONCEPTS + concepts[10:])

    # A row's day may lie after today where the case was closed before, in the concept too.
    assert told("step.by > today") == ()
    assert told("step.at > today") == ()
    assert "never hold" in told("opened_on > today")[0].message
    assert told("happened(step.at)") == ()
    assert "may be no row at all" in told("later.earlier.set_on <= today")[0].message


# --- folders and settings ------------------------------------------------------------------------


def folder_faults(folder: Path) -> list[str]:
    with pytest.raises(RulesError) as raised:
        load_rules(folder)
    return [str(one).removeprefix(str(folder)) for one in raised.value.errors]


def write(folder: Path) -> Path:
    (folder / FILE).write_text(PAGE, encoding="utf-8")
    (folder / CONCEPTS_FILE).write_text(CONCEPTS, encoding="utf-8")
    return folder


def test_a_folder_without_lessons_is_refused(tmp_path: Path) -> None:
    assert folder_faults(tmp_path) == [":1:1: no page (*.yaml) in this folder"]
    (missing,) = folder_faults(tmp_path / "none")
    assert missing == ":1:1: the folder cannot be read: No such file or directory"
    (tmp_path / CONCEPTS_FILE).write_text(CONCEPTS, encoding="utf-8")
    assert folder_faults(tmp_path) == [":1:1: no page of a lesson in this folder"]


def test_pages_that_are_no_text_are_all_told(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "P1.yaml").write_bytes(PAGE.encode("utf-16"))
    (tmp_path / "P2.yaml").write_bytes(b"lesson: \xff")
    (tmp_path / "P3.yaml").mkdir()
    (tmp_path / "P4.yaml").symlink_to("nowhere")
    assert folder_faults(tmp_path) == [
        "/P1.yaml:1:1: this is not UTF-8 text: save the page as UTF-8",
        "/P2.yaml:1:9: this is not UTF-8 text: save the page as UTF-8",
        "/P3.yaml:1:1: this is not a file: remove it",
        "/P4.yaml:1:1: this is not a file: remove it",
    ]


def test_no_lesson_is_left_out_unseen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    (tmp_path / "B1.yaml.txt").touch()
    assert folder_faults(tmp_path) == ["/B1.yaml.txt:1:1: a page's name ends in .yaml: rename it"]
    (tmp_path / "B1.yaml.txt").rename(tmp_path / "Concepts.yaml")
    assert folder_faults(tmp_path) == [
        "/Concepts.yaml:1:1: this page is to be named concepts.yaml: rename it"
    ]
    (tmp_path / "Concepts.yaml").unlink()
    (tmp_path / "more").symlink_to(tmp_path)
    (told,) = folder_faults(tmp_path)
    assert told == "/more:1:1: a link to a folder is not followed: name that folder by itself"
    (tmp_path / "more").unlink()
    (tmp_path / "closed").mkdir()
    scan = os.scandir

    def refuse(folder: Path) -> Any:
        if folder.name == "closed":
            raise PermissionError(13, "Permission denied", str(folder))
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    (told,) = folder_faults(tmp_path)
    assert told == "/closed:1:1: the folder cannot be read: Permission denied"


def test_one_folder_named_in_two_ways_is_read_once(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "sub").mkdir()
    rules = load_rules(tmp_path, more=[tmp_path / "sub" / ".."])
    assert len(rules.lessons) == 1


def test_a_page_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path), mode)

    monkeypatch.setattr(Path, "open", refuse)
    (tmp_path / FILE).touch()
    assert folder_faults(tmp_path) == ["/T1.1.yaml:1:1: the page cannot be read: Permission denied"]


@pytest.mark.parametrize("name", ["P1.1.yml", "P1.1.YAML", "deep/P1.1.yml"])
def test_a_page_of_another_name_is_not_passed_over(tmp_path: Path, name: str) -> None:
    write(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(PAGE, encoding="utf-8")
    assert folder_faults(tmp_path) == [f"/{name}:1:1: a page's name ends in .yaml: rename it"]


def test_more_pages_than_a_folder_may_hold(tmp_path: Path) -> None:
    for number in range(MAX_PAGES + 1):
        (tmp_path / f"{number}.yaml").touch()
    assert folder_faults(tmp_path) == [f":1:1: more than {MAX_PAGES} pages"]
    (tmp_path / "0.yaml").unlink()
    assert len(folder_faults(tmp_path)) == MAX_PAGES


def test_a_page_as_other_systems_write_it(tmp_path: Path) -> None:
    write(tmp_path)
    plain = load_rules(tmp_path)
    (tmp_path / FILE).write_bytes(b"\xef\xbb\xbf" + PAGE.replace("\n", "\r\n").encode())
    windows = load_rules(tmp_path)
    assert [lesson.checks for lesson in windows.lessons] == [
        lesson.checks for lesson in plain.lessons
    ]
    (tmp_path / FILE).write_bytes(b"\xef\xbb\xbftitel: x\n")
    assert any(
        "T1.1.yaml:1:1: a lesson's page has no `titel`" in one for one in folder_faults(tmp_path)
    )


def test_a_huge_page_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"# " + b"x" * MAX_PAGE_CHARACTERS)
    assert "split the lesson" in folder_faults(tmp_path)[0]
    with (tmp_path / FILE).open("wb") as page:
        page.truncate(3_000_000_000)
    told: list[str] = []
    held = memory(lambda: told.extend(folder_faults(tmp_path)))
    assert "split the lesson" in told[0]
    assert held < 20 * MAX_PAGE_CHARACTERS, "no more is read than a page may be long"


def test_a_lesson_of_two_pages_is_told() -> None:
    pages = {CONCEPTS_FILE: CONCEPTS, "a.yaml": PAGE, "b.yaml": PAGE}
    with pytest.raises(RulesError, match=r"b.yaml:1:1: the lesson T1.1 stands in a.yaml too: r"):
        rules_from_pages(pages, "rules")


def test_lessons_stand_in_the_order_of_their_numbers() -> None:
    pages = {f"{name}.yaml": PAGE.replace("T1.1", name) for name in ("P10.1", "P2.10", "P2.9", "A")}
    rules = rules_from_pages({CONCEPTS_FILE: CONCEPTS, **pages}, "rules")
    assert [lesson.id for lesson in rules.lessons] == ["A", "P2.9", "P2.10", "P10.1"]


def checks_page(number: int) -> str:
    start, end = PAGE.index("  - id: followed"), PAGE.index("  - id: noticed")
    more = [PAGE[start:end].replace("followed-up", f"check-{at}") for at in range(number - 2)]
    return PAGE[:end] + "".join(more) + PAGE[end:]


def test_the_number_of_checks_is_limited() -> None:
    assert faults(checks_page(MAX_CHECKS)) == ()
    (told,) = faults(checks_page(MAX_CHECKS + 1))
    assert "more than 60 checks: split the lesson" in told.message


SETTINGS = [
    (
        {"T1.2": {"spare_days": 3}},
        "rules:1:1: no lesson `T1.2` among those in force, of rules: T1.1",
    ),
    ({"T1.1": {"spair_days": 3}}, "T1.1 has no parameter `spair_days`: did you mean `spare_days`?"),
    ({"T1.1": {"spare_days": -1}}, "T1.1.spare_days cannot be set so: a value is a whole number"),
    ({"T1.1": {"spare_days": 36_526}}, "T1.1.spare_days cannot be set so"),
    ({"T1.1": {"spare_days": True}}, "T1.1.spare_days cannot be set so"),
    ({"T1.1": {"spare_days": "3"}}, "T1.1.spare_days cannot be set so"),
]


@pytest.mark.parametrize(("chosen", "part"), SETTINGS)
def test_a_setting_that_cannot_be_is_refused(chosen: dict[str, dict[str, int]], part: str) -> None:
    (told,) = faults(settings=chosen)
    assert part in str(told)


@pytest.mark.parametrize("value", [0, 1, 36_525])
def test_a_setting_in_range_is_in_force(value: int) -> None:
    rules = load(settings={"T1.1": {"spare_days": value, "some_workdays": value}})
    assert rules.lessons[0].parameters["spare_days"].value == value
    assert rules.lessons[0].parameters["spare_days"].shipped[0].value == 28
    assert len(rules.deviations()) == 2
    assert rules.digest != load().digest


def test_working_days_set_to_none_at_all() -> None:
    page = planted(PAGE, "< some_workdays", "<= some_workdays")
    assert faults(page, settings={"T1.1": {"some_workdays": 1}}) == ()
    (told,) = faults(page, settings={"T1.1": {"some_workdays": 0}})
    assert (told.line, told.column) == place(page, "workdays(risk")
    assert "with 1 or more; this is 0" in told.message


def test_no_setting_is_judged_beside_a_page_that_cannot_be_read() -> None:
    (told,) = faults("lesson: {", settings={"T1.1": {"spare_days": 3}})
    assert "not YAML" in told.message


# --- whatever is done to a page ------------------------------------------------------------------

PIECES = ("", " ", "\n", "  ", "- ", ": ", "{", "}", "[", "]", "'", '"', "#", "&a", "*a", "!", "|",
          ">", "%", "@", "`", "\t", "\x00", "\ud800", "\ufeff", "\x85", "\u2028", "é", "0", "null",
          "true", "or", "not", "==", "(", ")", "today", "from", "9" * 30, "? ",
          "---\n", "...\n")  # fmt: skip
SHIPPED = {
    file: "    - name: ".join(text.split("    - name: ")[:6])
    for file, text in shipped.pages().items()
}
"""The shipped pages with their first examples, of which the others are like."""


@st.composite
def spoilt_pages(draw: st.DrawFn) -> tuple[str, str]:
    file = draw(st.sampled_from(sorted(SHIPPED)))
    text = SHIPPED[file]
    # Most of the faults in the checks, which are the first third of a page.
    start = draw(st.integers(0, len(text) // draw(st.sampled_from((1, 3)))))
    span = text[start : start + draw(st.integers(0, 60))]
    instead = draw(st.one_of(st.sampled_from(PIECES), st.just(span * 2), st.text(max_size=5)))
    return file, text[:start] + instead + text[start + len(span) :]


@pytest.mark.slow
@settings(max_examples=tries(250))
@given(spoilt_pages())
def test_a_spoilt_page_loads_or_is_refused_with_a_place(spoilt: tuple[str, str]) -> None:
    file, text = spoilt
    lesson = Path(file).stem
    others = shipped.only("P5.1" if lesson == "concepts" else lesson, SHIPPED)
    pages = {**others, file: text}
    told: list[PageError] = []

    def load_them() -> None:
        try:
            rules_from_pages(pages, "rules")
        except RulesError as error:
            told.extend(error.errors)
            assert told

    assert steps(load_them) < STEPS_A_CHARACTER * sum(map(len, pages.values()))
    last = len(text.split("\n")) + text.count("\x85") + text.count("\u2028") + 1
    assert all(one.message and one.column >= 1 for one in told)
    assert all(1 <= one.line <= last for one in told if one.file == file)


def exhausting_pages() -> Iterator[object]:
    for name, text in {
        "brackets": "[" * 400_000,
        "braces": "{a: " * 100_000,
        "questions": "? " * 200_000,
        "dashes": "- " * 200_000,
        "quotes": "'" * 400_000,
        "a line": "a" * 400_000,
        "a key": "a" * 400_000 + ": b",
        "keys": "".join(f"k{at}: 1\n" for at in range(28_000)),
        "spaces": " " * 400_000 + "a",
        "lines": "\n" * 400_000,
        "a folded condition": planted(PAGE, "- " + "risk.kind " * 40_000,
                                      "- risk.kind == 'neglect'"),
        "many conditions": planted(PAGE, "- today\n      " * 20_000, "- risk.kind == 'neglect'"),
        "brackets in a condition": planted(PAGE, "- " + "(" * 490, "- risk.kind == 'neglect'"),
        "a long way": planted(PAGE, "- risk" + ".a" * 245, "- risk.kind == 'neglect'"),
        "a long sum": planted(PAGE, "- today" + "+1" * 245 + " > 1", "- risk.kind == 'neglect'"),
        "many nots": planted(PAGE, "- " + "not " * 120 + "today", "- risk.kind == 'neglect'"),
        "many doubts": planted(PAGE, "- " + " and ".join(["today!=today+1"] * 30),
                               "- risk.kind == 'neglect'"),
    }.items():  # fmt: skip
        yield pytest.param(text, id=name)


@pytest.mark.parametrize("text", [*exhausting_pages()])
@pytest.mark.slow
def test_a_page_made_to_exhaust_is_refused_soon(text: str) -> None:
    characters = max(len(text), len(PAGE))
    told: list[PageError] = []
    assert steps(lambda: told.extend(faults(text))) < STEPS_A_CHARACTER * characters
    assert told
    assert times_as_dear(lambda: faults(text), faults) < 15 + 5 * characters / len(PAGE)


# --- the manual ----------------------------------------------------------------------------------

MANUAL = (shipped.ROOT / "docs/writing-a-lesson.md").read_text(encoding="utf-8")
PLACE = Place("docs/writing-a-lesson.md", 1, 1)
BLOCKS = re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)


def test_each_page_of_the_manual_loads_and_its_examples_come_out() -> None:
    concepts = [block for block in BLOCKS if block.startswith("concepts:")]
    lessons = [block for block in BLOCKS if block.startswith("lesson:")]
    assert len(lessons) == 1  # tests/test_concepts_further.py loads the concepts over several rows
    pages = {CONCEPTS_FILE: concepts[0], "B1.1.yaml": lessons[0]}
    rules = rules_from_pages(pages, "rules")
    auditor = Auditor(rules)
    (lesson,) = rules.lessons
    assert {one for example in lesson.examples for one in example.expect.values()} == {*Outcome}
    for example in lesson.examples:
        checks = shipped.audit(example.record, auditor).lessons[lesson.id].checks
        told = {check: checks[check] for check in example.expect}
        assert told == dict(example.expect), example.name


def test_each_condition_in_the_manuals_table_is_one() -> None:
    table = MANUAL[
        MANUAL.index("| write | asks whether |") : MANUAL.index("Days are dates of rows")
    ]
    singular = ("plan", "risk", "meeting", "assessment", "action", "incident", "contact")
    rows = {name: f"{name}s" for name in singular} | {
        "person": "people",
        "link": "relationships",
        "change": "category_changes",
        "order": "court_orders",
        "review": "best_interest_reviews",
    }
    scope = Scope(rows, FIELDS.__getitem__, {}, groups={"grave": ("neglect",)})
    conditions = [one for one in re.findall(r"^\| `([^`]+)` ", table, re.MULTILINE) if "." in one]
    assert len(conditions) == 24
    for text in conditions:
        condition = read_condition(text, PLACE, scope)
        assert isinstance(condition, Condition), condition
