"""A small valid page and its concepts, in which tests plant faults, and random checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import rules_from_pages
from casecheck.lessons.settings import Settings

PAGE = """\
lesson: T1.1
title: Risks are followed up
source: {review: test, finding: T1, theme: 1, cite: Made up for a test}
asks: Each risk is followed up in time.
parameters:
  spare_days: {value: 28, unit: days, basis: Four weeks.}
  some_workdays: {value: 5, unit: working days, basis: A week.}
checks:
  - id: followed-up
    asks: Was the risk followed up?
    for_each: {risk: risks}
    where:
      - risk.kind == 'neglect'
      - risk.identified_on + spare_days <= today
    given:
      - means: the child has a plan
        find: {plan: plans}
        where:
          - plan.subject == risk.subject
          - plan.level == 'child_protection'
    unless:
      - means: it was resolved
        where: [risk.resolved_on <= today]
    met_by:
      - means: an action
        find: {action: actions}
        where:
          - action.addresses == risk
          - workdays(risk.identified_on, action.set_on) <= some_workdays
      - means: a mitigation
        find: {mitigation: mitigations}
        where: [mitigation.risk == risk]
    breach: The risk of {risk.identified_on} was not followed up.
    cannot_tell: The record cannot tell of the risk of {risk.identified_on}.
  - id: noticed
    asks: Was each worry noticed, and each incident?
    instances:
      - for_each: {worry: worry}
        where: [worry.since <= today]
        met_by:
          - means: a tool
            find: {tool: tools}
            where: [tool.subject == worry.child]
        breach: The worry since {worry.since} was not noticed.
        cannot_tell: The record cannot tell.
      - for_each: {incident: incidents}
        met_by:
          - means: a risk
            find: {found: risks}
            where: [found.identified_on >= incident.on]
        breach: The incident of {incident.on} was not noticed.
        cannot_tell: The record cannot tell.
examples:
  background:
    extracted_on: 2026-06-30
    opened_on: 2025-01-06
    people: [{id: child, born: 2016-03, history: []}]
    plans: [{id: plan, subject: child, level: child_protection, start: 2025-02-17}]
  cases:
    - name: nothing to follow up
      expect: {followed-up: not_applicable, noticed: breach}
    - name: a risk
      record:
        risks: [{id: risk, subject: child, kind: neglect, identified_on: 2025-02-03}]
      without: [plan]
      not_in_extract: [tools]
      expect: {followed-up: not_applicable}
"""
CONCEPTS = """\
concepts:
  worry:
    means: A worry about a child.
    rows:
      - of: {risk: risks}
        where: [risk.kind != 'neglect']
        fields: {child: risk.subject, since: risk.identified_on}
      - of: {plan: plans}
        fields: {child: plan.subject, since: plan.start}
"""
Numbers = Mapping[str, Mapping[str, int]]
FILE, CONCEPTS_FILE = "T1.1.yaml", "concepts.yaml"


def load(page: str = PAGE, concepts: str = CONCEPTS, settings: Numbers | None = None) -> Rules:
    return rules_from_pages(
        {CONCEPTS_FILE: concepts, FILE: page}, "rules", Settings.of(settings or {}, "--set")
    )


def faults(
    page: str = PAGE, concepts: str = CONCEPTS, settings: Numbers | None = None
) -> tuple[PageError, ...]:
    """The faults of a page and its concepts; none where they load."""
    try:
        load(page, concepts, settings)
    except RulesError as error:
        return error.errors
    return ()


def planted(text: str, fault: str, instead_of: str) -> str:
    """The text with a fault in the one place where the other stands."""
    assert text.count(instead_of) == 1, instead_of
    return text.replace(instead_of, fault)


def place(text: str, at: str) -> tuple[int, int]:
    """Line and column of the one place where `at` stands."""
    assert text.count(at) == 1, at
    before = text[: text.index(at)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def lesson_page(checks: str, examples: str = "") -> str:
    """A page of these checks."""
    return (
        "lesson: T1.1\ntitle: A lesson\nasks: Something.\n"
        "source: {review: test, finding: T1, theme: 1, cite: Made up for a test}\n"
        f"checks:\n{checks}examples:\n"
        "  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}\n"
        f"  cases:\n    - {{name: nothing, expect: {{{examples}: not_applicable}}}}\n"
    )


def condition_list(conditions: Iterable[str]) -> str:
    """Conditions as a list in one line."""
    quoted = (f'"{condition}"' for condition in conditions)
    return f"[{', '.join(quoted)}]"
