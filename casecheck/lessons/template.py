"""The page that a new lesson begins with, and the texts of it that its author is to replace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from casecheck.lessons.nodes import Node, Place

_TO_WRITE = frozenset({"asks", "cite", "basis", "means", "breach", "cannot_tell"})
"""The keys under which a page has words of its author's."""
PAGE = """\
%(schema)s
#
# A new lesson. The page runs as it stands: as an example, it asks whether an action was set in time
# for each risk of neglect. Put your own question in its place, from top to bottom; the comments say
# what goes where. Until each text of the example is replaced, lint, test, mutate and every audit
# say so. docs/writing-a-lesson.md is the manual. When you have changed something, run
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

# The numbers that a board may set. Leave the whole out if there are none. `unit` is `days`,
# `working days`, `agencies` (`count(meeting.attended) >= quorum`), `years`
# (`under(child_years, ...)`) or `rows` (`at_least: least_visits`); `basis` says who set the number
# and where, or that it is a working assumption.
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
          - {id: r8, subject: child, kind: child_alcohol_misuse, identified_on: 2026-03-02}
          - {id: r9, subject: child, kind: child_drug_misuse, identified_on: 2026-03-02}
          - {id: r10, subject: child, kind: household_alcohol_misuse, identified_on: 2026-03-02}
          - {id: r11, subject: child, kind: household_drug_misuse, identified_on: 2026-03-02}
      expect: {action-set: not_applicable}
    - name: no risk is recorded
      without: [risk]
      record: {actions: [{id: action, addresses: none}]}
      expect: {action-set: not_applicable}
"""


def fill(lesson: str, review: str, **other: object) -> str:
    """Return the page with a lesson's id, its review, and what else it is told."""
    return PAGE % {"lesson": lesson, "review": review, **other}


def unwritten(page: Node) -> Iterator[Place]:
    """Yield where a page still has a text of the page that it began with."""
    parts = page.value if isinstance(page.value, dict) else {}
    source = parts["source"].value if "source" in parts else {}
    named = [parts.get("lesson"), source.get("review") if isinstance(source, dict) else None]
    lesson, review = (one.value if one and isinstance(one.value, str) else "" for one in named)
    texts = texts_to_replace(lesson, review)
    yield from (place for text, place in _words(page) if text in texts)


def has_one_to_replace(texts: Iterable[str], lesson: str, review: str) -> bool:
    """Say whether one of some texts is one of a new page, which its author is to replace."""
    # Each of them stands in the page: mostly none does, and the page need not be read.
    page, cite = " ".join(PAGE.split()), _cite(lesson, review)
    perhaps = [text for text in texts if text in page or text == cite]
    return bool(perhaps) and not texts_to_replace(lesson, review).isdisjoint(perhaps)


@cache
def texts_to_replace(lesson: str, review: str) -> frozenset[str]:
    """Return the texts of a new page that its author is to replace."""
    # PyYAML is slow to import, and most who import this read no page.
    from casecheck.lessons.yaml_nodes import read_page  # noqa: PLC0415

    page = fill("A1", "r", title="T", schema="#", file="A1.yaml")
    cite = _cite("A1", "r")
    texts = {text for text, _ in _words(read_page(page, ""))}
    return frozenset({*(texts - {cite}), _cite(lesson, review)})


def _cite(lesson: str, review: str) -> str:
    return f"Lesson {lesson} of the review {review}"


def _words(node: Node) -> Iterator[tuple[str, Place]]:
    """Yield the texts of a page that are its author's words, on one line each."""
    if isinstance(node.value, dict):
        for key, part in node.value.items():
            if key in _TO_WRITE and isinstance(part.value, str):
                yield " ".join(part.value.split()), part.place
            else:
                yield from _words(part)
    elif isinstance(node.value, list):
        for part in node.value:
            yield from _words(part)
