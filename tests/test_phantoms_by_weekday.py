"""What is worked out once of an unknown section holds on no other weekday than its own."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
import shipped
from test_cost_of_unknowns import told

from casecheck.audit.auditor import Auditor
from casecheck.lessons.loading import rules_from_pages

PAGE = """\
lesson: T1.1
title: A plan runs, or ended of late
source: {review: made-up, finding: T1, theme: 1, cite: Made up for a test}
asks: Each tool stands beside a plan.
parameters:
  ahead: {value: 3, unit: days, basis: Made up.}
  few: {value: 1, unit: working days, basis: Made up.}
checks:
  - id: beside-a-plan
    asks: Was there a plan of late?
    for_each: {tool: tools}
    where:
      - tool.on <= today
    met_by:
      - means: a plan that runs, or ended of late
        find: {plan: plans}
        where:
          - workdays(or_today(plan.end), today + ahead) <= few
    breach: The tool of {tool.on} had no plan.
    cannot_tell: The record cannot tell of the tool of {tool.on}.
examples:
  background:
    extracted_on: 2026-06-30
    opened_on: 2025-01-06
    people: [{id: child, born: 2016-03}]
  cases:
    - name: nothing
      expect: {beside-a-plan: not_applicable}
"""
DAYS = [date(2026, 6, 25) + timedelta(days) for days in range(7)]


def audits(days: tuple[date, ...]) -> dict[date, list[object]]:
    auditor = Auditor(rules_from_pages({"T1.1.yaml": PAGE}, "a test"))
    said: dict[date, list[object]] = {}
    for day in days:
        record = {
            "schema": "casecheck/1",
            "case_id": "C-1",
            "extracted_on": str(day),
            "opened_on": "2025-01-06",
            "people": [{"id": "child", "born": "2016-03"}],
            "tools": [{"id": "t", "kind": "genogram", "subject": "child", "on": "2026-06-01"}],
        }
        (audit,) = shipped.audit_together([record], auditor)
        said[day] = told([audit])
    return said


@pytest.mark.parametrize("days", [*permutations((DAYS[1], DAYS[5])), tuple(DAYS)], ids=str)
def test_the_records_before_do_not_matter(days: tuple[date, ...]) -> None:
    assert audits(days) == {day: audits((day,))[day] for day in days}


def test_the_days_differ() -> None:
    outcomes = {str(said) for said in audits(tuple(DAYS)).values()}
    assert len(outcomes) > 1
