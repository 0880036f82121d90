"""Write the page of a new lesson: one that loads, lints and runs, with what to put in its place."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from casecheck.lessons.errors import RulesError
from casecheck.lessons.loading import load_rules
from casecheck.lessons.schema import SCHEMAS
from casecheck.text.whole_file import write_files

SCHEMA_LINE = "# yaml-language-server: $schema=../lesson.schema.json"
"""Tells an editor by which schema it may check a page as it is typed."""

_PAGE = """\
%(schema)s
#
# A new lesson. The page works as it stands: it asks whether an action was set in time for each
# risk of neglect. Put your own question in its place, from top to bottom; the comments say what
# goes where. docs/writing-a-lesson.md is the manual. When you have changed something, run
#
#     casecheck rules test %(file)s
#     casecheck rules lint %(file)s
#     casecheck rules mutate %(file)s

lesson: %(lesson)s
title: %(title)s
source:
  review: "%(review)s"
  # The finding or recommendation that this is learnt from, the theme it stands under (a number),
  # and where somebody can read it: document, page, month and year.
  finding: %(lesson)s
  theme: 1
  cite: "Lesson %(lesson)s of the review %(review)s"
# What the lesson asks of practice, in your own words.
asks: >-
  When a risk of neglect to a child is identified, an action that addresses it is set within the
  days allowed.

# The numbers that a board may set. Leave the whole out if there are none. `unit` is `days` or
# `working days`; `basis` says who set the number and where, or that it is a working assumption.
parameters:
  action_days:
    value: 28
    unit: days
    basis: A working assumption, four weeks. Say here who set this number, and where.

# The questions. Each asks of every such row (for_each, where) that there be evidence (met_by).
# Write only what the rows and the evidence look like: what is missing is worked out from there.
checks:
  - id: action-set
    asks: Was an action that addresses the risk set within the days allowed?
    for_each: {risk: risks}
    where:
      - risk.kind == 'neglect'
      # The last condition says that the time allowed has passed: nothing is found too early.
      - risk.identified_on + action_days <= today
    met_by:
      - means: an action that addresses the risk, set within the days allowed
        find: {action: actions}
        where:
          - action.addresses == risk
          - action.set_on <= risk.identified_on + action_days
    # What an auditor reads. Say what is not recorded, never who is to answer for it.
    breach: >-
      For the risk identified on {risk.identified_on}, no action that addresses it is recorded as
      set within the days allowed.
    cannot_tell: >-
      The record cannot tell whether an action that addresses the risk identified
      on {risk.identified_on} was set within the days allowed.

# Records, and what the checks must say of them. `background` holds what most examples share; each
# example says what is special in it. Wanted for each check: an example of each outcome, one on each
# side of each number, and for each condition one in which only that condition is not fulfilled.
examples:
  background:
    extracted_on: 2026-06-30
    opened_on: 2026-01-05
    people: [{id: child, born: 2016-03, history: []}]
    plans: [{id: plan, subject: child, level: child_in_need, start: 2026-01-12}]
    risks: [{id: risk, subject: child, kind: neglect, identified_on: 2026-03-02}]
    actions: [{id: action, plan: plan, kind: visit, addresses: risk, set_on: 2026-03-09}]
  cases:
    - name: an action was set a week later
      expect: {action-set: compliant}
    - name: an action was set on the last day allowed
      record: {actions: [{id: action, set_on: 2026-03-30}]}
      expect: {action-set: compliant}
    - name: an action was set on the day after the last day allowed
      record: {actions: [{id: action, set_on: 2026-03-31}]}
      expect: {action-set: breach}
    - name: the only action addresses no risk
      record: {actions: [{id: action, addresses: none}]}
      expect: {action-set: breach}
    - name: no action is recorded
      without: [action]
      expect: {action-set: breach}
    - name: it is not recorded which risk the action addresses
      record: {actions: [{id: action, addresses: null}]}
      expect: {action-set: insufficient_evidence}
    - name: the extract does not carry actions
      not_in_extract: [actions]
      expect: {action-set: insufficient_evidence}
    - name: the days allowed end today
      record: {extracted_on: 2026-03-30}
      without: [action]
      expect: {action-set: breach}
    - name: the days allowed end tomorrow
      record: {extracted_on: 2026-03-29}
      without: [action]
      expect: {action-set: not_applicable}
    - name: risks of every other kind
      without: [risk, action]
      record:
        risks:
          - {id: r1, subject: child, kind: sexual_abuse, identified_on: 2026-03-02}
          - {id: r2, subject: child, kind: physical_abuse, identified_on: 2026-03-02}
          - {id: r3, subject: child, kind: emotional_abuse, identified_on: 2026-03-02}
          - {id: r4, subject: child, kind: domestic_abuse, identified_on: 2026-03-02}
          - {id: r5, subject: child, kind: parental_alcohol_misuse, identified_on: 2026-03-02}
          - {id: r6, subject: child, kind: parental_drug_misuse, identified_on: 2026-03-02}
          - {id: r7, subject: child, kind: parental_mental_health, identified_on: 2026-03-02}
      expect: {action-set: not_applicable}
    - name: no risk is recorded
      without: [risk]
      record: {actions: [{id: action, addresses: none}]}
      expect: {action-set: not_applicable}
"""


class Refused(Exception):  # noqa: N818 - what was asked for is not done
    """A page cannot be written; the message says why, and what to do."""


def page_text(review: str, lesson: str, title: str, file: Path) -> str:
    """Return the page of a new lesson, to be written to `file`.

    `title` is one line of characters that can be seen.
    """
    values = {
        "schema": SCHEMA_LINE,
        "file": file,
        "lesson": lesson,
        # JSON's way to quote a text is one of YAML's too.
        "title": json.dumps(title, ensure_ascii=False),
        "review": review,
    }
    return _PAGE % values


def write_page(base: Path, review: str, lesson: str, title: str) -> Path:
    """Write the page of a new lesson into `base`, in the folder of its review; return its path.

    The page is written whole or not at all, and replaces nothing.

    Raises:
        Refused: where there is such a page or lesson already.
        OSError: where it cannot be written.
    """
    file = base / review / f"{lesson}.yaml"
    _refuse_taken(base, file, lesson)
    _write_new(file, page_text(review, lesson, title, file))
    _write_schemas(base)
    return file


def _write_schemas(base: Path) -> None:
    """Put the schemas that the pages' first lines name beside the pages, where there are none."""
    for name, schema in SCHEMAS.items():
        file = base / f"{name}.schema.json"
        with suppress(Refused):
            _write_new(file, json.dumps(schema(), indent=2) + "\n")


def _refuse_taken(base: Path, file: Path, lesson: str) -> None:
    if os.path.lexists(file):
        raise Refused(f"{file} exists already: choose another id, or change that page")
    if not base.is_dir():
        return
    # A fault in another page is told when the rules are used; it is no reason not to begin.
    with suppress(RulesError):
        for one in load_rules(base).lessons:
            if one.id == lesson:
                raise Refused(f"the lesson {lesson} stands in {one.file}: choose another id")


def _write_new(file: Path, text: str) -> None:
    try:
        write_files(file.parent, {file.name: text}, private=False)
    except FileExistsError:
        raise Refused(f"{file} exists already: choose another id, or change that page") from None
