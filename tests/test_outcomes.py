"""The table of outcomes, cell by cell: population, exclusion and evidence, certain and possible."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
import shipped
from hypothesis import given
from hypothesis import strategies as st

from casecheck.engine.doubts import Parted
from casecheck.engine.matches import Members
from casecheck.engine.outcomes import (
    Instances,
    bounded_instances,
    check_outcomes,
    exact_instances,
    findings_of,
    met_of,
    worst,
)
from casecheck.engine.ruleset import PopulationRules, ReadingRules
from casecheck.record.validation import read_record
from casecheck.results import Outcome

ROOT = Path(__file__).parent.parent
Truth = bool | None
TRUTHS: tuple[Truth, ...] = (True, None, False)
ONE: Members = "1"
SAYS = ("breach", "insufficient", "met", "unsettled")

BREACH, INSUFFICIENT, COMPLIANT, NOT_APPLICABLE = Outcome
NO_INSTANCE = None
# Membership, evidence: what the instance says. Exclusion is part of membership, by Kleene's logic.
TABLE: dict[tuple[Truth, Truth], str | None] = {
    (True, True): "met",
    (True, None): "insufficient",
    (True, False): "breach",
    (None, True): "unsettled",
    (None, None): "insufficient",
    (None, False): "insufficient",
    (False, True): NO_INSTANCE,
    (False, None): NO_INSTANCE,
    (False, False): NO_INSTANCE,
}


Role = Literal["members", "excluded", "met"]
Reading = Literal["must", "may"]
ROLES: tuple[Role, ...] = ("members", "excluded", "met")
READINGS: tuple[Reading, ...] = ("must", "may")


class Matching:
    """What the rules of one population matched, each in one reading."""

    def __init__(self) -> None:
        self.told: dict[tuple[Reading, Role], list[tuple[str, tuple[int, ...] | None]]] = {}
        self.matches: dict[str, set[Members]] = {}
        self.rules = 0

    def add(
        self, role: Role, reading: Reading, *found: Members, columns: tuple[int, ...] | None = None
    ) -> None:
        """Add a rule and its matches, which tell of the rows at `columns`, or of all."""
        self.rules += 1
        name = f"r{self.rules}"
        self.told.setdefault((reading, role), []).append((name, columns))
        if found:
            self.matches[name] = set(found)

    def tell(self, role: Role, truth: Truth, instance: Members = ONE) -> None:
        """Add the matches that the rules of a role have where it is of this truth."""
        if truth is not False:
            self.add(role, "may", instance)
        if truth is True:
            self.add(role, "must", instance)

    def _rules(self, reading: Reading) -> ReadingRules:
        members, excluded, met = (tuple(self.told.get((reading, role), ())) for role in ROLES)
        return ReadingRules(tuple(name for name, _ in members), excluded, met)

    @property
    def bounded(self) -> Instances:
        rules = PopulationRules(self._rules("must"), self._rules("may"), ())
        return bounded_instances(rules, self.matches)

    @property
    def exact(self) -> Instances:
        """What is told where nothing was unknown but evidence: that in `may` is in doubt."""
        both, doubted = self._rules("must"), self.told.get(("may", "met"), [])
        rules = PopulationRules(both, replace(both, met=(*both.met, *doubted)), ())
        names = {name for name, _ in doubted}
        matches = {name: found for name, found in self.matches.items() if name not in names}
        doubts = {name: found for name, found in self.matches.items() if name in names}
        return exact_instances(replace(rules, must=rules.may), Parted(matches, doubts))


def k_and(left: Truth, right: Truth) -> Truth:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def k_not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def said(instances: Instances) -> dict[Members, str]:
    """Return what each instance says; none says two things."""
    named = {one: name for name in SAYS for one in getattr(instances, name)}
    assert len(named) == sum(len(getattr(instances, name)) for name in SAYS)
    return named


def instances_that_say(*names: str) -> Instances:
    """Return a population's instances, numbered from 1, that say these things."""
    numbered: list[tuple[Members, str]] = [
        (str(at), name) for at, name in enumerate(names, start=1)
    ]
    breach, insufficient, met, unsettled = (
        {instance for instance, name in numbered if name == wanted} for wanted in SAYS
    )
    return Instances(breach, insufficient, met, unsettled)


@pytest.mark.parametrize(("member", "evidence"), TABLE)
def test_each_cell_of_the_table(member: Truth, evidence: Truth) -> None:
    matched = Matching()
    matched.tell("members", member)
    matched.tell("met", evidence)
    assert said(matched.bounded).get(ONE) == TABLE[member, evidence]


@pytest.mark.parametrize(("member", "excluded", "evidence"), list(product(TRUTHS, repeat=3)))
def test_an_exclusion_takes_from_the_population_as_far_as_it_is_sure(
    member: Truth, excluded: Truth, evidence: Truth
) -> None:
    matched = Matching()
    matched.tell("members", member)
    matched.tell("excluded", excluded)
    matched.tell("met", evidence)
    expected = TABLE[k_and(member, k_not(excluded)), evidence]
    assert said(matched.bounded).get(ONE) == expected


@pytest.mark.parametrize("excluded", [True, False])
@pytest.mark.parametrize("member", [True, False])
@pytest.mark.parametrize("evidence", TRUTHS)
def test_a_record_in_which_at_most_evidence_is_unknown_has_no_unsettled_instance(
    member: bool, excluded: bool, evidence: Truth
) -> None:
    matched = Matching()
    matched.tell("met", evidence)
    if member:
        matched.add("members", "must", ONE)
    if excluded:
        matched.add("excluded", "must", ONE)
    assert said(matched.exact).get(ONE) == TABLE[member and not excluded, evidence]


def test_evidence_of_some_members_counts_for_each_instance_that_has_them() -> None:
    matched = Matching()
    for instance in product("12", "34"):
        matched.tell("members", True, instance)
    for reading in READINGS:
        matched.add("met", reading, "4", columns=(1,))
    matched.add("met", "may", "2", columns=(0,))
    assert said(matched.bounded) == {
        ("1", "3"): "breach",
        ("1", "4"): "met",
        ("2", "3"): "insufficient",
        ("2", "4"): "met",
    }


def test_an_exclusion_of_some_members_takes_each_instance_that_has_them() -> None:
    matched = Matching()
    for instance in product("12", "34"):
        matched.tell("members", True, instance)
    for reading in READINGS:
        matched.add("excluded", reading, "4", columns=(1,))
    matched.add("excluded", "may", "2", columns=(0,))
    assert said(matched.bounded) == {
        ("1", "3"): "breach",
        ("2", "3"): "insufficient",
    }


def test_the_columns_of_a_match_are_the_members_it_speaks_of() -> None:
    """Fact 7 as a second member is not fact 7 as a first."""
    cases: list[tuple[tuple[int, ...], Members, Members]] = [
        ((0,), "7", ("7", "8")),
        ((1,), "7", ("8", "7")),
        ((0, 1), ("7", "8"), ("7", "8")),
        ((1, 0), ("7", "8"), ("8", "7")),
    ]
    for columns, told, met in cases:
        matched = Matching()
        for reading in READINGS:
            matched.add("members", reading, ("7", "8"), ("8", "7"), columns=(0, 1))
            matched.add("met", reading, told, columns=columns)
        found = said(matched.bounded)
        assert found == {one: "met" if one == met else "breach" for one in found}
        assert len(found) == 2


@pytest.mark.parametrize("role", ["met", "excluded"])
def test_what_speaks_of_no_member_counts_for_all(role: Role) -> None:
    matched = Matching()
    for instance in "12":
        matched.tell("members", True, instance)
    for reading in READINGS:
        matched.add(role, reading, (), columns=())
    expected = {"1": "met", "2": "met"} if role == "met" else {}
    assert said(matched.bounded) == expected


@pytest.mark.parametrize("role", ROLES)
def test_a_rule_that_matched_nothing_says_nothing(role: Role) -> None:
    matched = Matching()
    for reading in READINGS:
        matched.add("members", reading, ONE)
        matched.add(role, reading)
    assert said(matched.bounded) == said(matched.exact) == {ONE: "breach"}


def test_evidence_without_a_population_is_no_instance() -> None:
    matched = Matching()
    matched.tell("met", True)
    assert said(matched.bounded) == {}
    assert said(Matching().exact) == {}


def test_two_ways_to_be_a_member_are_one_instance() -> None:
    """A population found by two rules of one reading, and the surer of the two."""
    matched = Matching()
    matched.tell("members", None)
    matched.tell("members", True)
    matched.tell("members", True)
    assert said(matched.bounded) == {ONE: "breach"}


INSTANCES = st.dictionaries(
    st.sampled_from("1234"),
    st.tuples(*[st.sampled_from(TRUTHS)] * 3),
    max_size=4,
)


@given(INSTANCES)
def test_instances_do_not_touch_each_other(
    instances: dict[Members, tuple[Truth, Truth, Truth]],
) -> None:
    together = Matching()
    expected = {}
    for instance, (member, excluded, evidence) in instances.items():
        for role, truth in zip(ROLES, (member, excluded, evidence), strict=True):
            together.tell(role, truth, instance)
        if result := TABLE[k_and(member, k_not(excluded)), evidence]:
            expected[instance] = result
    assert said(together.bounded) == expected


@given(st.tuples(*[st.sampled_from(TRUTHS)] * 3), st.tuples(*[st.booleans()] * 3))
def test_knowing_less_never_makes_a_pass(
    truths: tuple[Truth, Truth, Truth], lost: tuple[bool, bool, bool]
) -> None:
    def outcome(member: Truth, excluded: Truth, evidence: Truth) -> Outcome:
        matched = Matching()
        matched.tell("members", member)
        matched.tell("excluded", excluded)
        matched.tell("met", evidence)
        return outcome_of(matched.bounded)

    before = outcome(*truths)
    member, excluded, evidence = (
        None if gone else truth for truth, gone in zip(truths, lost, strict=True)
    )
    after = outcome(member, excluded, evidence)
    assert after in (before, INSUFFICIENT)


# --- from instances to a check, and from checks to a lesson ------------------------------------


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], NOT_APPLICABLE),
        (["met"], COMPLIANT),
        (["met", "met"], COMPLIANT),
        (["unsettled"], INSUFFICIENT),
        (["unsettled", "unsettled"], INSUFFICIENT),
        (["unsettled", "met"], COMPLIANT),
        (["unsettled", "insufficient"], INSUFFICIENT),
        (["unsettled", "breach"], BREACH),
        (["insufficient"], INSUFFICIENT),
        (["met", "insufficient"], INSUFFICIENT),
        (["met", "insufficient", "breach"], BREACH),
        (["met", "breach"], BREACH),
        (["breach"], BREACH),
    ],
)
def test_a_checks_outcome_is_the_worst_of_its_instances(
    found: list[str], expected: Outcome
) -> None:
    assert outcome_of(instances_that_say(*found)) is expected
    # The same, were each an instance of a population of its own, in whatever order.
    apart = [instances_that_say(one) for one in found]
    assert outcome_of(*apart) is expected
    assert outcome_of(*apart[::-1]) is expected


def outcome_of(*populations: Instances) -> Outcome:
    """A check's outcome where all instances are of one record."""
    return check_outcomes(populations, ONE_RECORD).get(0, NOT_APPLICABLE)


ONE_RECORD = dict.fromkeys(map(str, range(10)), 0)


def reported(*populations: Instances) -> set[tuple[int, Members, Outcome]]:
    found = [
        (position, members, outcome)
        for (_, position, members), outcome in findings_of(populations, ONE_RECORD)
    ]
    assert len(found) == len(set(found))
    return set(found)


def test_a_breach_and_an_insufficient_are_findings_and_what_is_met_is_none() -> None:
    first = instances_that_say("breach", "met", "insufficient", "unsettled")
    second = instances_that_say("met", "breach")
    assert reported(first, second) == {
        (0, "1", BREACH),
        (0, "3", INSUFFICIENT),
        (1, "2", BREACH),
    }


@pytest.mark.parametrize("other", ["breach", "insufficient", "met"])
def test_an_unsettled_instance_is_a_finding_only_where_its_check_has_no_other(other: str) -> None:
    unsettled = instances_that_say("unsettled", "unsettled")
    both = {(0, "1", INSUFFICIENT), (0, "2", INSUFFICIENT)}
    assert reported(unsettled) == reported(unsettled, instances_that_say()) == both
    # An instance of another population of the same check is another instance too.
    assert reported(unsettled, instances_that_say(other)).isdisjoint(both)


@given(st.lists(st.lists(st.sampled_from(SAYS), max_size=3), max_size=3))
def test_a_check_has_findings_of_its_outcome_exactly_where_it_is_no_pass(
    populations: list[list[str]],
) -> None:
    instances = [instances_that_say(*names) for names in populations]
    outcome = outcome_of(*instances)
    found = {one for _, _, one in reported(*instances)}
    assert (outcome in found) == (outcome in (BREACH, INSUFFICIENT))
    assert found <= {BREACH, INSUFFICIENT}
    if outcome is not BREACH:
        assert BREACH not in found


@given(st.lists(st.lists(st.sampled_from(SAYS), max_size=3), max_size=3), st.randoms())
def test_the_instances_of_several_records_are_told_apart(
    populations: list[list[str]], rng: Random
) -> None:
    """What is said of each record is what would be said were there no other."""
    whose = {str(number): rng.randrange(3) for number in range(10)}
    together = [instances_that_say(*names) for names in populations]
    outcomes = check_outcomes(together, whose)
    found, met = list(findings_of(together, whose)), list(met_of(together, whose))
    assert outcomes.keys() <= set(range(3))
    for record in range(3):
        alone = [
            Instances(*({one for one in said if whose[str(one)] == record} for said in instances))
            for instances in together
        ]
        assert outcomes.get(record) == check_outcomes(alone, whose).get(record)
        # Each once, in whatever order a set has them.
        of_record = Counter(one for one in found if one[0][0] == record)
        assert of_record == Counter(findings_of(alone, whose))
        of_record = Counter(one for one in met if one[0][0] == record)
        assert of_record == Counter(met_of(alone, whose))


def test_a_pair_is_of_the_record_of_its_rows() -> None:
    pairs = Instances({("1", "2")}, {("3", "4")}, {("5", "6")}, {("7", "8")})
    whose = {str(number): (number + 1) // 2 for number in range(1, 9)}
    assert check_outcomes([pairs], whose) == {
        1: BREACH, 2: INSUFFICIENT, 3: COMPLIANT, 4: INSUFFICIENT,
    }  # fmt: skip
    assert {record for (record, _, _), _ in findings_of([pairs], whose)} == {1, 2, 4}
    assert {record for (record, _, _), _ in met_of([pairs], whose)} == {3}


def test_the_gravest_outcome_comes_first() -> None:
    order = [BREACH, INSUFFICIENT, COMPLIANT, NOT_APPLICABLE]
    assert [outcome.value for outcome in order] == [
        "breach", "insufficient_evidence", "compliant", "not_applicable",
    ]  # fmt: skip
    for first, second in product(range(4), repeat=2):
        assert worst([order[first], order[second]]) is order[min(first, second)]
    assert worst([COMPLIANT]) is COMPLIANT


# --- the examples of docs/outcomes.md ------------------------------------------------------------

AGREEMENT = {
    "id": "a",
    "category_change": "c",
    "recorded_on": "2026-03-02",
    "risks_mitigated": True,
}
CASE: dict[str, Any] = {
    "schema": "casecheck/1",
    "case_id": "CASE-1",
    "extracted_on": "2026-06-30",
    "opened_on": "2025-01-06",
    "people": [{"id": "p"}],
    "plans": [{"id": "plan", "subject": "p", "level": "child_protection", "start": "2025-02-03"}],
    "category_changes": [
        {
            "id": "c",
            "plan": "plan",
            "on": "2026-03-02",
            "from_category": "neglect",
            "to_category": "emotional_abuse",
        }
    ],
    "chair_agreements": [AGREEMENT],
}
EXAMPLES: list[tuple[str, dict[str, Any], str]] = [
    ("a change on 2 March; `chair_agreements` is `[]`", {"chair_agreements": []}, "breach"),
    ("a change on 2 March; an agreement of 2 March, risks mitigated", {}, "compliant"),
    (
        "a change on 2 March; an agreement of 4 March",
        {"chair_agreements": [AGREEMENT | {"recorded_on": "2026-03-04"}]},
        "breach",
    ),
    (
        "a change on 2 March; an agreement of 2 March, whether risks are mitigated is null",
        {"chair_agreements": [AGREEMENT | {"risks_mitigated": None}]},
        "insufficient evidence",
    ),
    (
        "a change on 2 March; no section `chair_agreements`",
        {"chair_agreements": None},
        "insufficient evidence",
    ),
    (
        "no section `plans` (the change's plan may be of any level); an agreement of 2 March,"
        " risks mitigated",
        {"plans": None},
        "insufficient evidence",
    ),
    (
        "`category_changes` is `[]`",
        {"category_changes": [], "chair_agreements": []},
        "not applicable",
    ),
    (
        "no section `category_changes`, and plans are recorded",
        {"category_changes": None},
        "insufficient evidence",
    ),
    (
        "no section `category_changes`, and `plans` is `[]`",
        {"category_changes": None, "plans": [], "chair_agreements": []},
        "not applicable",
    ),
]


@pytest.mark.parametrize(("says", "changes", "outcome"), EXAMPLES)
def test_the_examples_of_the_page_are_so(says: str, changes: dict[str, Any], outcome: str) -> None:
    page = (ROOT / "docs/outcomes.md").read_text(encoding="utf-8")
    (line,) = (line for line in page.splitlines() if line.startswith(f"| {says} |"))
    assert line.startswith(f"| {says} | {outcome}")
    record = read_record(json.dumps(CASE | changes).encode())
    audit = shipped.auditor().audit_one(record)
    assert audit.lessons["P1.1"].checks["chair-agreement"].replace("_", " ") == outcome


def test_the_page_shows_no_example_that_is_not_tried() -> None:
    page = (ROOT / "docs/outcomes.md").read_text(encoding="utf-8")
    examples = page.split("### Examples")[1].split("## ")[0]
    assert examples.count("\n| ") == len(EXAMPLES) + 2
