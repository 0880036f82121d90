"""Whom several checks of a page are about: written once, read as if written out, changed once."""

from __future__ import annotations

from pathlib import Path

import pytest
from lesson_pages import CONCEPTS, FILE, faults, load, planted

from casecheck.authoring.mutating import Mutation
from casecheck.lessons.errors import PageError
from casecheck.lessons.loading import load_rules
from casecheck.lessons.meaning import meanings_of
from casecheck.lessons.schema import lesson_schema

HEAD = """\
lesson: T1.1
title: Young risks are followed up
source: {review: test, finding: T1, theme: 1, cite: Made up for a test}
asks: Each risk is followed up.
parameters:
  spare_days: {value: 28, unit: days, basis: Four weeks.}
"""
ABOUT = """\
about:
  young_risk:
    for_each: {risk: risks}
    where:
      - risk.kind == 'neglect'
      - risk.identified_on + spare_days <= today
    unless:
      - means: it was resolved
        where: [risk.resolved_on <= today]
"""
SHARED = """\
checks:
  - id: one
    asks: Was there a mitigation?
    about: young_risk
    met_by:
      - {means: so, find: {mitigation: mitigations}, where: [mitigation.risk == risk]}
    breach: "Nothing of {risk.identified_on}."
    cannot_tell: Perhaps.
  - id: two
    asks: Was there an action under a plan?
    about: young_risk
    for_each: {plan: plans}
    where: [plan.subject == risk.subject]
    unless:
      - means: the plan ended
        where: [plan.end <= today]
    met_by:
      - {means: so, find: {action: actions}, where: [action.plan == plan, action.addresses == risk]}
    breach: "Nothing of {risk.identified_on}."
    cannot_tell: Perhaps.
"""
WRITTEN_OUT = """\
checks:
  - id: one
    asks: Was there a mitigation?
    for_each: {risk: risks}
    where:
      - risk.kind == 'neglect'
      - risk.identified_on + spare_days <= today
    unless:
      - {means: it was resolved, where: [risk.resolved_on <= today]}
    met_by:
      - {means: so, find: {mitigation: mitigations}, where: [mitigation.risk == risk]}
    breach: "Nothing of {risk.identified_on}."
    cannot_tell: Perhaps.
  - id: two
    asks: Was there an action under a plan?
    for_each: {risk: risks, plan: plans}
    where:
      - risk.kind == 'neglect'
      - risk.identified_on + spare_days <= today
      - plan.subject == risk.subject
    unless:
      - {means: it was resolved, where: [risk.resolved_on <= today]}
      - {means: the plan ended, where: [plan.end <= today]}
    met_by:
      - {means: so, find: {action: actions}, where: [action.plan == plan, action.addresses == risk]}
    breach: "Nothing of {risk.identified_on}."
    cannot_tell: Perhaps.
"""
EXAMPLES = """\
examples:
  background:
    extracted_on: 2026-06-30
    opened_on: 2025-01-06
    people: [{id: child, born: 2016-03, history: []}]
    risks: [{id: risk, subject: child, kind: neglect, identified_on: 2026-06-02}]
  cases:
    - name: nothing was done
      expect: {one: breach, two: not_applicable}
    - name: it is not yet due
      record: {risks: [{id: risk, identified_on: 2026-06-03}]}
      expect: {one: not_applicable}
"""
PAGE = HEAD + ABOUT + SHARED + EXAMPLES


def test_it_asks_what_the_same_page_asks_written_out() -> None:
    shared, written = load(PAGE), load(HEAD + WRITTEN_OUT + EXAMPLES)
    assert meanings_of(shared) == meanings_of(written)
    for one, other in zip(shared.lessons[0].checks, written.lessons[0].checks, strict=True):
        for mine, theirs in zip(one.populations, other.populations, strict=True):
            assert dict(mine.for_each) == dict(theirs.for_each)
            assert [x.text for x in mine.where] == [x.text for x in theirs.where]
            assert [x.means for x in mine.unless] == [x.means for x in theirs.unless]


def test_an_item_of_instances_is_about_it_too() -> None:
    item = SHARED.partition("    about: young_risk\n")
    body = item[2].partition("  - id: two")[0]
    listed = "    instances:\n      - about: young_risk\n" + "".join(
        f"    {line}\n" for line in body.splitlines()
    )
    page = HEAD + ABOUT + item[0] + listed + EXAMPLES.replace(", two: not_applicable", "")
    assert not faults(page)
    assert meanings_of(load(page))["T1.1/one"] == meanings_of(load(PAGE))["T1.1/one"]
    both = page.replace("    instances:\n", "    about: young_risk\n    instances:\n")
    assert [one.message for one in faults(both)] == ["`about` belongs under each of `instances`"]


GIVEN = (
    "    given:\n      - {means: a plan, find: {p: plans}, where: [p.subject == risk.subject]}\n"
)
FAULTS = [
    ("about: young_risk\n    met_by", "about: yong_risk\n    met_by", "did you mean `young_risk`?"),
    ("risk.kind == 'neglect'", "risk.kind == 'negelct'", "did you mean `neglect`?"),
    ("{risk: risks}", "{risk: riskes}", "no section or concept `riskes`"),
    ("    for_each: {risk: risks}\n", "", "about young_risk lacks `for_each`"),
    ("    where:\n      - risk.kind", "    met_by: []\n    where:\n      - risk.kind",
     "about young_risk has no `met_by`"),
    ("{plan: plans}", "{risk: plans, plan: plans}", "`risk` is a row of `young_risk` already"),
    ("    where: [plan.subject == risk.subject]",
     "    where: [plan.subject == risk.subject, risk.kind == 'neglect']",
     "the same condition stands already on line 11"),
    ("  young_risk:\n", "  old_risk: {for_each: {risk: risks}}\n  young_risk:\n",
     "no check is about `old_risk`: remove it"),
    ("  young_risk:\n", "  Young: {for_each: {risk: risks}}\n  young_risk:\n", "a name is a word"),
    (ABOUT, "about: [young_risk]\n", "about is a mapping of names to populations"),
    (ABOUT, "", "no population `young_risk` on this page: name one under `about` of the page"),
    ("where: [plan.subject == risk.subject]", "where: plan.subject == risk.subject",
     "where is a list with at least one item"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "instead", "part"), FAULTS)
def test_a_fault_is_told_once_where_it_was_written(there: str, instead: str, part: str) -> None:
    page = planted(PAGE, instead, there)
    told = faults(page)
    assert part in told[0].message, told
    assert len(set(told)) == len(told)
    others = [one for one in told if part not in one.message]
    assert not [
        one for one in others if "lacks" in one.message or "no condition uses" in one.message
    ]


def test_one_of_each_given_cannot_be_asked() -> None:
    about = ABOUT.replace("    unless:", GIVEN + "    unless:")
    page = HEAD + about + SHARED + EXAMPLES
    assert not faults(page)
    again = GIVEN.replace("{p: plans}", "{q: plans}").replace("p.subject", "q.subject")
    page = page.replace("    for_each: {plan: plans}\n", "    for_each: {plan: plans}\n" + again)
    (told,) = faults(page)
    assert "`given` stands in `young_risk` too" in told.message


def test_a_check_may_be_dated_otherwise() -> None:
    about = ABOUT.replace("    where:\n", "    dated: risk.identified_on\n    where:\n")
    page = (HEAD + about + SHARED + EXAMPLES).replace(
        "    for_each: {plan: plans}\n", "    for_each: {plan: plans}\n    dated: opened_on\n"
    )
    assert not faults(page)


def mutated(tmp_path: Path, page: str) -> list[str]:
    tmp_path.joinpath(FILE).write_text(page)
    tmp_path.joinpath("concepts.yaml").write_text(CONCEPTS)
    tried = list(Mutation(load_rules(tmp_path)).run())
    survived = [change.name for one in tried for change in one.survived if one.of == "T1.1"]
    assert len(set(survived)) == len(survived)
    return survived


def test_what_is_shared_is_changed_once_for_all_checks(tmp_path: Path) -> None:
    survived = mutated(tmp_path, PAGE)
    about = [name for name in survived if name.startswith("about young_risk: ")]
    assert "about young_risk: where risk.kind == 'neglect': dropped" in about
    # The example of one check is enough, though the other has none.
    assert not [name for name in about if "identified_on + spare_days" in name and "<" in name[-60:]
                and "becomes <" in name]  # fmt: skip
    assert "about young_risk: unless removed" in about
    assert "two: where plan.subject == risk.subject: dropped" in survived
    assert not [name for name in survived if name.startswith(("one: where", "two: where risk"))]
    written = mutated(tmp_path, HEAD + WRITTEN_OUT + EXAMPLES)
    assert len(written) > len(survived)


def test_a_change_takes_nothing_of_the_checks_own_away(tmp_path: Path) -> None:
    about = ABOUT.replace("      - risk.kind == 'neglect'\n", "")
    page = HEAD + about + SHARED + EXAMPLES
    survived = mutated(tmp_path, page)
    dropped = "about young_risk: where risk.identified_on + spare_days <= today: dropped"
    assert dropped not in survived
    page = page.replace(
        "    - name: it is not yet due\n", "    - name: it is not yet due, either\n"
    )
    assert not faults(page)


def test_an_editor_knows_it() -> None:
    schema = lesson_schema()
    assert set(schema["properties"]["about"]["additionalProperties"]["properties"]) == {
        "for_each", "dated", "where", "given", "unless",
    }  # fmt: skip
    assert "about" in schema["definitions"]["check"]["properties"]


def test_what_a_fault_keeps_from_being_read_is_no_second_fault() -> None:
    page = planted(PAGE, "risk.kindd == 'neglect'", "risk.kind == 'neglect'")
    told: tuple[PageError, ...] = faults(page)
    assert [one.message.partition(":")[0] for one in told] == ["risks has no field `kindd`"]
