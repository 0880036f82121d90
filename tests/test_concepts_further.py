"""Concepts over several rows: what they ask is asked by each check that uses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import drawn_records
import pytest
import two_readings
import yaml
from amounts import tries
from lesson_pages import lesson_page
from test_condition_functions import BASE

from casecheck.audit.auditor import Auditor
from casecheck.authoring.mutating import Mutation
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import load_rules, rules_from_pages
from casecheck.lessons.schema import concepts_schema
from casecheck.report.lessons.lesson_words import LessonWords
from casecheck.results import Outcome
from casecheck.text.blocks import Item

FIRST_MISSING = {
    "means": "A missing episode with none in the days before it: the first of a cluster.",
    "rows": [{
        "of": {"incident": "incidents"},
        "where": ["incident.kind == 'missing'"],
        "fields": {"child": "incident.victim", "since": "incident.on", "incident": "incident"},
    }],
    "reported_as": ["child", "incident"],
    "parameters": {"gap": "days"},
    "without": {
        "find": {"earlier": "incidents"},
        "where": [
            "earlier.kind == 'missing'",
            "earlier.victim == first_missing.child",
            "earlier.on < first_missing.since",
            "first_missing.since <= earlier.on + gap",
        ],
    },
}  # fmt: skip
PARTNER = {
    "means": "Somebody who has a partner.",
    "rows": [{"of": {"person": "people"}, "fields": {"person": "person"}}],
    "find": {"tie": "relationships"},
    "where": ["tie.kind == 'partner_of'", "tie.from == with_partner.person"],
}  # fmt: skip
RECENT = {
    "means": "A risk or plan of late.",
    "rows": [
        {"of": {"risk": "risks"},
         "fields": {"child": "risk.subject", "since": "risk.identified_on"}},
        {"of": {"plan": "plans"}, "fields": {"child": "plan.subject", "since": "plan.start"}},
    ],
    "parameters": {"gap": "days"},
    "where": ["today <= recent.since + gap"],
}  # fmt: skip
CONCEPTS = {"first_missing": FIRST_MISSING, "with_partner": PARTNER, "recent": RECENT}
GAP = {"value": 28, "unit": "days", "basis": "Four weeks."}


def check(identifier: str, **parts: Any) -> dict[str, Any]:
    told = {"breach": "No.", "cannot_tell": "Perhaps."}
    return {"id": identifier, "asks": "Is it so?", **parts, **told}


def way(where: list[str] | None = None, **more: Any) -> list[dict[str, Any]]:
    return [{"means": "so", **({"where": where} if where else {}), **more}]


EPISODE = check(
    "followed", for_each={"episode": "first_missing"},
    met_by=way(["tool.subject == episode.child", "episode.since <= tool.on"],
               find={"tool": "tools"}),
)  # fmt: skip
CHECKS = [
    EPISODE,
    check("given-too", for_each={"episode": "first_missing", "plan": "plans"},
          where=["plan.subject == episode.child"],
          given=way(["risk.subject == episode.child"], find={"risk": "risks"})
          + way(["plan.level == 'child_protection'"]),
          met_by=way(["plan.end <= today"])),
    check("two-concepts", for_each={"person": "with_partner", "late": "recent"},
          where=["late.child == person.person"], met_by=way(["opened_on + 28 <= today"])),
    check("found", for_each={"plan": "plans"},
          met_by=way(["episode.child == plan.subject"], find={"episode": "first_missing"}),
          unless=way(["tie.person == plan.subject"], find={"tie": "with_partner"})),
    check("counted", for_each={"plan": "plans"},
          met_by=way(["late.child == plan.subject"], find={"late": "recent"}, at_least=2)),
    check("none", for_each={"plan": "plans"}, where=["plan.start <= today"],
          met_by=way(without={"find": {"tie": "with_partner", "late": "recent"},
                              "where": ["tie.person == plan.subject",
                                        "late.child == tie.person"]})),
    check("last", for_each={"plan": "plans"},
          met_by=way(["late.child == plan.subject"], find={"late": "recent"},
                     latest="late.since", then=["late.since >= plan.start"])),
    {"id": "parts", "asks": "Is it so?", "instances": [
        {key: value for key, value in EPISODE.items() if key not in ("id", "asks")}]},
]  # fmt: skip


def pages_of(
    checks: list[dict[str, Any]],
    concepts: Mapping[str, Any] = CONCEPTS,
    parameters: Mapping[str, Any] = MappingProxyType({"gap": GAP}),
    **example: Any,
) -> dict[str, str]:
    page = yaml.safe_load(lesson_page(f"  {json.dumps(checks)}\n", checks[0]["id"]))
    if parameters:
        page["parameters"] = dict(parameters)
    if example:
        page["examples"]["cases"].append({"name": "another", **example})
    pages = {"T1.1.yaml": page, "concepts.yaml": {"concepts": dict(concepts)}}
    return {name: json.dumps(one, default=str) for name, one in pages.items()}


def rules_of(checks: list[dict[str, Any]] = CHECKS, *args: Any, **named: Any) -> Rules:
    return rules_from_pages(pages_of(checks, *args, **named), "rules")


def faults_of(*args: Any, **named: Any) -> list[str]:
    with pytest.raises(RulesError) as error:
        rules_of(*args, **named)
    return [f"{one.file}: {one.message}" for one in error.value.errors]


# --- three values, by hand -----------------------------------------------------------------------


def episode(identifier: str, on: str, victim: str = "child") -> dict[str, Any]:
    return {"id": identifier, "kind": "missing", "on": on, "victim": victim}


def outcomes(check_of: dict[str, Any], **sections: Any) -> tuple[Outcome, list[str]]:
    """What the engine says of a check, and to which rows its findings point."""
    uses_gap = "first_missing" in json.dumps(check_of)
    rules = rules_of([check_of], parameters={"gap": GAP} if uses_gap else {})
    known = drawn_records.known_of({**BASE, **sections})
    audited = Auditor(rules).audit_one(known.record)
    assert not audited.errors
    pointers = [one.pointers[-1] for one in audited.findings]
    return audited.lessons["T1.1"].checks[check_of["id"]], sorted(pointers)


def test_of_a_cluster_the_first_row_alone_is_one() -> None:
    days = ("2026-01-05", "2026-01-20", "2026-02-10", "2026-05-01")
    incidents = [episode(f"i{at}", day) for at, day in enumerate(days)]
    found = outcomes(EPISODE, incidents=incidents)
    assert found == (Outcome.BREACH, ["/incidents/0", "/incidents/3"])


@pytest.mark.parametrize(
    ("earlier", "firsts"),
    [
        ("2026-04-03", ["/incidents/0"]),  # 28 days before
        ("2026-04-02", ["/incidents/0", "/incidents/1"]),
    ],
)
def test_the_pages_parameter_says_how_long_a_cluster_is(earlier: str, firsts: list[str]) -> None:
    incidents = [episode("a", earlier), episode("b", "2026-05-01")]
    assert outcomes(EPISODE, incidents=incidents) == (Outcome.BREACH, firsts)


def test_an_earlier_row_that_may_be_missing_leaves_it_open_which_is_the_first() -> None:
    coverage = {"incidents": {"incomplete": True}}
    found, _ = outcomes(EPISODE, incidents=[episode("a", "2026-05-01")], coverage=coverage)
    assert found == Outcome.INSUFFICIENT_EVIDENCE


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ([{"id": "t", "kind": "partner_of", "from": "child", "to": "mother"}], Outcome.BREACH),
        ([{"id": "t", "kind": "parent_of", "from": "child", "to": "mother"}],
         Outcome.NOT_APPLICABLE),
        ([], Outcome.NOT_APPLICABLE),
        (None, Outcome.INSUFFICIENT_EVIDENCE),
    ],
)  # fmt: skip
def test_a_row_is_one_where_there_is_such_another(ties: Any, expected: Outcome) -> None:
    asked = check("partner", for_each={"adult": "with_partner"},
                  met_by=way(["risk.subject == adult.person"], find={"risk": "risks"}))  # fmt: skip
    people = [{"id": "child"}, {"id": "mother"}]
    assert outcomes(asked, people=people, relationships=ties)[0] == expected


# --- the engine and the plain reading ------------------------------------------------------------


def test_both_readings_say_the_same_of_random_records() -> None:
    reached = two_readings.held_to_each_other(rules_of(), range(tries(150)))
    assert set(reached) == set(Outcome)


def test_a_concept_asks_what_a_check_that_writes_it_out_asks() -> None:
    """A finding is of the concept's row; else the two are one."""
    cluster = FIRST_MISSING["without"]
    plain = check(
        "followed", for_each={"episode": "missing"},
        given=way(without=json.loads(json.dumps(cluster).replace("first_missing.", "episode."))),
        met_by=EPISODE["met_by"],
    )  # fmt: skip
    missing = {key: FIRST_MISSING[key] for key in ("means", "rows", "reported_as")}
    audits = [Auditor(rules_of([EPISODE])), Auditor(rules_of([plain], {"missing": missing}))]
    for seed in range(tries(60)):
        record = drawn_records.known_of(drawn_records.drawn(Random(seed))).record
        found = [auditor.audit_one(record) for auditor in audits]
        told = [
            (one.lessons["T1.1"].checks, [(f.outcome, f.pointers) for f in one.findings])
            for one in found
        ]
        assert told[0] == told[1], seed


def test_a_parameter_that_changes_with_time_holds_on_the_rows_own_day() -> None:
    values = [{"value": 10, "until": "2026-02-28"}, {"value": 60, "from": "2026-03-01"}]
    gap = {"values": values, "unit": "days", "basis": "It changed."}
    rules = rules_of([EPISODE], parameters={"gap": gap})
    incidents = [episode("a", "2026-01-05"), episode("b", "2026-02-10"), episode("c", "2026-03-30")]
    known = drawn_records.known_of({**BASE, "incidents": incidents})
    findings = Auditor(rules).audit_one(known.record).findings
    assert {one.pointers[-1] for one in findings} == {"/incidents/0", "/incidents/1"}


# --- faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, "`first_missing` asks by the parameter `gap`, which this page has not: give it one"
             " (unit: days)"),
        ({"gap": {**GAP, "unit": "working days"}},
         "`first_missing` asks by `gap` in days: here it has another unit"),
    ],
)  # fmt: skip
def test_a_page_has_the_parameters_of_the_concepts_that_it_uses(
    parameters: Mapping[str, Any], told: str
) -> None:
    assert faults_of([EPISODE], parameters=parameters)[0] == f"T1.1.yaml: {told}"


def test_the_place_of_a_fault_is_where_the_page_names_the_concept() -> None:
    page = lesson_page("  - {id: a, asks: So?, for_each: {x: recent},\n"
                       "     met_by: [{means: so, where: [x.since <= today]}], breach: No.,"
                       " cannot_tell: So.}\n", "a")  # fmt: skip
    concepts = json.dumps({"concepts": CONCEPTS})
    with pytest.raises(RulesError) as error:
        rules_from_pages({"T1.1.yaml": page, "concepts.yaml": concepts}, "rules")
    assert [(one.file, one.line, one.column) for one in error.value.errors] == [
        ("T1.1.yaml", 6, 38)
    ]


def concept(**more: Any) -> dict[str, Any]:
    return {"c": {**{key: PARTNER[key] for key in ("means", "rows")}, **more}}


@pytest.mark.parametrize(
    ("concepts", "told"),
    [
        (concept(find={"tie": "relationships"}), "`find` needs conditions: add `where`"),
        (concept(parameters={"gap": "days"}), "`parameters` needs conditions: add `where`"),
        (concept(parameters={"gap": "weeks"}, where=["today <= opened_on + gap"]), "unit"),
        (concept(parameters={"gap": "days"}, where=["opened_on <= today"]),
         "no condition uses `gap`: remove it from parameters"),
        (concept(find={"tie": "relationships", "plan": "plans"}, where=["tie.to == c.person"]),
         "no condition uses `plan`: remove it from find"),
        (concept(find={"c": "relationships"}, where=["c.to == c.from"]),
         "`c` is a name in use: choose another"),
        (concept(find={"tie": "with_partner"}, where=["tie.person == c.person"]),
         "no section or concept `with_partner`"),
        (concept(find={"tie": "relationships"}, where=["tie.to == c.born"]), "born"),
        (concept(without={"find": {"tie": "relationships"}}), "without lacks `where`"),
        (concept(parameters={"today": "days"}, where=["opened_on + 3 <= today"]),
         "a parameter: a name is"),
    ],
)  # fmt: skip
def test_a_fault_in_what_a_concept_asks_is_told_on_its_own_page(
    concepts: Mapping[str, Any], told: str
) -> None:
    faults = faults_of([EPISODE], {**CONCEPTS, **concepts})
    assert faults[0].startswith("concepts.yaml: ")
    assert told in faults[0]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"for_each": {"plan": "plans"},
          "met_by": way(["tie.person == plan.subject"], find={"tie": "with_partner"},
                        latest="tie.person.born", then=["plan.start <= today"])},
         "`latest` is the day of one row"),
        ({"for_each": {"a": "first_missing", "b": "first_missing"}, "where": ["a.since < b.since"],
          "met_by": way(["opened_on <= today"])}, "`without` stands here and in a concept"),
        ({"for_each": {"plan": "plans"}, "where": ["plan.start <= today"],
          "met_by": way(without={"find": {"a": "first_missing"},
                                  "where": ["a.child == plan.subject"]})},
         "cannot itself be looked for under `without`"),
        ({"for_each": {"plan": "plans"}, "met_by": way(["plan.end <= today"]),
          "late": [{"means": "so", "find": {"a": "first_missing"},
                    "where": ["a.child == plan.subject"], "breach": "Late."}]},
         "has no place under `late`"),
    ],
)  # fmt: skip
def test_what_a_check_could_not_say_is_refused(parts: dict[str, Any], told: str) -> None:
    faults = faults_of([check("a", **parts)])
    assert any(told in one for one in faults), faults
    assert all(one.startswith("T1.1.yaml: ") for one in faults)


@pytest.mark.parametrize("part", ["given", "met_by", "where", "for_each", "instances"])
def test_a_page_of_odd_shape_is_a_fault_and_no_crash(part: str) -> None:
    for odd in ("text", 3, None, [], {}, ["text"], {"a": 3}, [["x"]]):
        assert faults_of([{**EPISODE, part: odd}])
        found = way(["x.child == episode.child"], find={"x": "first_missing"})
        found[0][part] = odd
        assert faults_of([{**EPISODE, "met_by": found}])
        assert faults_of([EPISODE], {"first_missing": {**FIRST_MISSING, "without": odd}})


# --- words, schema, mutation ---------------------------------------------------------------------


def test_a_code_like_the_name_of_a_row_stays_a_code() -> None:
    police = {
        "means": "An incident with the police.",
        "rows": [{"of": {"one": "incidents"}, "fields": {"on": "one.on", "who": "one.victim"}}],
        "find": {"police": "incidents"},
        "where": ["police.kind == 'police'", "police.victim == seen.who", "police.on <= seen.on"],
    }
    asked = check("a", for_each={"police": "seen"},
                  met_by=way(["tool.on >= police.on"], find={"tool": "tools"}))  # fmt: skip
    (given,) = rules_of([asked], {"seen": police}, {}).lessons[0].checks[0].populations[0].given
    assert [one.text for one in given.where] == [
        "police_2.kind == 'police'", "police_2.victim == police.who", "police_2.on <= police.on"
    ]  # fmt: skip


def test_a_lesson_in_words_says_what_its_concepts_ask() -> None:
    rules = rules_of()
    words = LessonWords(rules.concepts).lesson(rules.lessons[0], rules.lessons[0].checks)
    text = " ".join(
        part if isinstance(part, str) else f"`{part.text}`"
        for block in words
        if isinstance(block, Item)
        for part in block.text
    )
    text = " ".join(text.split())
    assert "and beside it there is no `earlier` (a row of incidents) for which" in text
    assert "and beside it there is `tie` (a row of relationships) for which" in text
    assert "tie.from == with_partner.person" in text
    assert "today <= recent.since + gap" in text


def test_the_schema_knows_what_a_concept_may_ask() -> None:
    schema = concepts_schema()["properties"]["concepts"]["additionalProperties"]
    assert {"parameters", "find", "where", "without"} <= schema["properties"].keys()


def test_mutation_changes_what_a_concept_asks(tmp_path: Path) -> None:
    twice = [episode("a", "2026-01-05"), episode("b", "2026-02-01")]
    tools = [{"id": "t", "kind": "chronology", "subject": "child", "on": "2026-01-06"}]
    record = {"people": [{"id": "child"}], "incidents": twice, "tools": tools}
    pages = pages_of([EPISODE], record=record, expect={"followed": "compliant"})
    for name, text in pages.items():
        (tmp_path / name).write_text(text)
    (concepts,) = (one for one in Mutation(load_rules(tmp_path)).run() if one.of == "concepts")
    survived = {one.name for one in concepts.survived}
    condition = "first_missing.since <= earlier.on + gap"
    # The two lie closer together than the gap, so no example shows how long it may be.
    assert f"concept first_missing: further without {condition}: dropped" in survived
    assert concepts.noticed
