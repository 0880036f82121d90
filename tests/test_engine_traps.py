"""The engine's traps, one by one: each is shown not to catch us, most with the trap itself.

`raw` talks to the engine's C module as nobody should; a new version that behaves otherwise is
noticed there. What crashes or hangs is not shown. The numbers are those of `docs/engine.md`.
"""

from __future__ import annotations

import fnmatch
import json
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count, permutations, product
from pathlib import Path
from random import Random
from typing import Any

import durable_rules_engine
import pytest
import shipped
from amounts import few, tries
from once import unused_auditor_of
from random_records import random_record

from casecheck.audit.auditor import NOT_EVALUATED, Auditor
from casecheck.engine.compiled import CompiledLesson
from casecheck.engine.compiling import compile_lesson
from casecheck.engine.durable import END, Engine, definition_of
from casecheck.engine.match_bound import MAX_FACTS
from casecheck.engine.matches import Members
from casecheck.engine.ruleset import Ruleset
from casecheck.intake.records import ReadRecord
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import rules_from_pages
from casecheck.record.model import CaseRecord
from casecheck.record.validation import read_record
from casecheck.results import CaseAudit, EngineError, Outcome

ROOT = Path(__file__).parent.parent
SHIPPED = shipped.rules()
THREE = replace(
    SHIPPED, lessons=tuple(one for one in SHIPPED.lessons if one.id in ("P1.1", "P4.1", "P7.1"))
)
"""Enough to see that what befalls one lesson befalls no other."""
MAX_MEMBERS = 16
MAX_JOIN_TESTS = 29
MAX_DISTINCT_PATTERNS = 64
MAX_SAME_PATTERNS = 255
MAX_PROPERTIES = 253
"""The most that a fact may have, `id` among them."""

Json = dict[str, Any]
Definition = Mapping[str, Any]
NAMES = (f"raw-{number}" for number in count(1))


def raw(definition: Definition, facts: list[Json] | str) -> tuple[int, dict[str, list[Json]]]:
    """Assert facts straight in the engine: the status, and each rule's matches.

    The session is left, for deleting it is a trap of its own.
    """
    handle = durable_rules_engine.create_ruleset(next(NAMES), json.dumps(definition))
    text = facts if isinstance(facts, str) else json.dumps(facts)
    status, offset = durable_rules_engine.assert_facts(handle, text)
    return status, drained(handle, offset)


def drained(handle: int, offset: int) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    started = durable_rules_engine.start_action_for_state(handle, offset)
    message = started[1] if started else None
    while message:
        for rule, matched in json.loads(message).items():
            found.setdefault(rule, []).extend(matched if isinstance(matched, list) else [matched])
        message = durable_rules_engine.complete_and_start_action(handle, offset)
    return found


def rule(*patterns: Json, **settings: Any) -> Json:
    return {"all": list(patterns), "cap": 1000, **settings}


def joined(*tests: Json) -> Json:
    """Return a rule of two facts, the second of which is tied to the first by these tests."""
    second = {"$and": [{"t": 2}, *tests, {"$gte": {"z": {"m0": "z"}}}]}
    return rule({"m0": {"t": 1}}, {"m1": second}, dist=0)


# --- rules of our own -------------------------------------------------------------------------

PAGE = """
lesson: T1
title: A lesson that uses all of the language
source: {{review: test, finding: T1, theme: 1, cite: none}}
asks: Something.
{parameters}
checks:
{checks}
examples:
  background: {{extracted_on: 2026-06-30, opened_on: 2025-01-06}}
  cases:
    - {{name: nothing, expect: {{{first}: not_applicable}}}}
"""
CHECK = """
  - id: {id}
    asks: Is it so?
    for_each: {for_each}
    where: {where}
    {more}
    met_by:
{met_by}
    breach: It is not.
    cannot_tell: Nobody knows.
"""
MET_BY = """
      - means: so it is
        {find}
        where: {where}
"""


def alternative(where: Iterable[str], find: str = "") -> str:
    return MET_BY.format(where=json.dumps(list(where)), find=find and f"find: {find}")


def check(
    identifier: str, for_each: str, where: Iterable[str], *met_by: str, more: str = ""
) -> str:
    return CHECK.format(
        id=identifier,
        for_each=for_each,
        where=json.dumps(list(where)),
        more=more,
        met_by="".join(met_by),
    )


def rules_of(*checks: str, parameters: str = "") -> Rules:
    first = re.search(r"id: (\S+)", checks[0])
    assert first
    text = PAGE.format(parameters=parameters, checks="".join(checks), first=first[1])
    concepts = (ROOT / "rules/children_p/concepts.yaml").read_text(encoding="utf-8")
    return rules_from_pages({"test/T1.yaml": text, "test/concepts.yaml": concepts}, "test")


EVERYTHING = rules_of(
    check(
        "alternatives",
        "{change: category_changes, risk: risks}",
        [
            "change.plan.level == 'child_protection' or risk.kind == 'neglect'",
            "risk.subject == change.plan.subject",
            "not (risk.resolved_on <= change.on) or change.to_category in ('neglect', 'multiple')",
            "risk.identified_on <= change.on + spare",
        ],
        alternative(
            [
                "action.plan == change.plan",
                "action.addresses == risk or action.for_person == risk.subject",
                "not (action.set_on > change.on + spare and action.closure_reason_recorded)",
                "not (action.continues == earlier)",
            ],
            "{action: actions, earlier: actions}",
        ),
        alternative(["risk.resolved_on != change.on", "change.on - 3 <= today"]),
        more="unless: [{means: not so, where: [change.on < opened_on]}]",
    ),
    check(
        "codes-and-counts",
        "{meeting: meetings}",
        ["not (meeting.kind == 'strategy')", "workdays(meeting.on, today) >= 5"],
        alternative(
            [
                "'police' in meeting.attended and not ('school' in meeting.attended)",
                "3 <= count(meeting.attended) < 9",
            ]
        ),
        alternative(["meeting.plan_updated"]),
    ),
    check(
        "ages",
        "{pair: teenage_parent, concern: neglect_concern}",
        [
            "concern.child == pair.child",
            "under(18, pair.parent, concern.since)",
            "not under(13, pair.parent, or_today(concern.until))",
            "pair.child.born + 63 <= today",
            "happened(concern.until)",
        ],
        alternative(
            ["workdays(concern.since, assessment.completed_on) <= 45"],
            "{assessment: assessments}",
        ),
    ),
    parameters="parameters: {spare: {value: 28, unit: days, basis: none}}",
)


def rulesets() -> Iterator[tuple[str, CompiledLesson, Ruleset]]:
    for rules in (SHIPPED, EVERYTHING):
        for lesson in rules.lessons:
            compiled = compile_lesson(lesson)
            yield f"{lesson.id}-exact", compiled, compiled.exact
            yield f"{lesson.id}-bounded", compiled, compiled.bounded


RULESETS = list(rulesets())
each_ruleset = pytest.mark.parametrize(
    ("compiled", "ruleset"),
    [(compiled, ruleset) for _, compiled, ruleset in RULESETS],
    ids=[name for name, _, _ in RULESETS],
)


def patterns_of(ruleset: Ruleset) -> Iterator[tuple[int, list[Json]]]:
    """Yield the tests of each pattern of each rule, and the pattern's place in its rule."""
    for name, definition in definition_of(ruleset).items():
        for place, pattern in enumerate(definition["all"]):
            (whole,) = pattern.values()
            if name != END:
                yield place, whole["$and"]


def operands(test: Json) -> tuple[str, str, object]:
    """Return a test's order, the property it reads, and what that is compared with."""
    ((name, value),) = test.items()
    if name.startswith("$"):
        ((inner, value),) = value.items()
        return name, inner, value
    return "==", name, value


def alone(tests: Iterable[Json]) -> list[Json]:
    """Return the tests of a pattern that look at one fact only."""
    return [test for test in tests if type(operands(test)[2]) is int]


PLAN = {"id": "plan", "subject": "p", "level": "child_protection", "start": "2025-02-03"}


# --- what is really asked of the engine ---------------------------------------------------------


def records(seeds: Iterable[int]) -> Iterator[CaseRecord]:
    for seed in seeds:
        yield read_record(json.dumps(random_record(Random(seed))).encode())


def record(**sections: Any) -> CaseRecord:
    whole = {
        "schema": "casecheck/1",
        "case_id": "CASE-1",
        "extracted_on": "2026-06-30",
        "opened_on": "2025-01-06",
        **sections,
    }
    return read_record(json.dumps(whole).encode())


class KnownEngine(Engine):
    """An engine that says what its rules are."""

    def __init__(self, ruleset: Ruleset) -> None:
        super().__init__(ruleset)
        self.ruleset = ruleset


def _use(engine: type[Engine], patch: pytest.MonkeyPatch) -> None:
    """Make auditors use an engine, wherever they make one."""
    for module in ("engine.asked_lesson", "engine.lacking"):
        patch.setattr(f"casecheck.{module}.Engine", engine)


@pytest.fixture(scope="module")
def batches() -> list[tuple[Ruleset, str]]:
    """Every batch that the audit of some records puts to the engine, and the ruleset it meets."""
    put: list[tuple[Ruleset, str]] = []

    class NotingEngine(KnownEngine):
        def matches(self, batch: str) -> Any:
            put.append((self.ruleset, batch))
            return super().matches(batch)

    with pytest.MonkeyPatch.context() as patch:
        _use(NotingEngine, patch)
        for rules in (SHIPPED, EVERYTHING):
            auditor = unused_auditor_of(rules)
            for first in range(0, tries(130, 65), 5):  # of some records at once, as in production
                read = [ReadRecord(one, "", None) for one in records(range(first, first + 5))]
                assert all(audit.errors == () for audit in auditor.audit(read))
    assert len(put) > tries(300, 150)
    return put


def plainly_matched(ruleset: Ruleset, facts: list[Json]) -> dict[str, set[Members]]:
    """Match by trying every combination of facts: what the engine's answer must be."""
    found: dict[str, set[Members]] = {}
    for name, rule in ruleset.rules.items():
        number = rule.members
        patterns = definition_of(ruleset)[name]["all"]
        for match in _combinations(patterns, facts, {}):
            members = tuple(str(match[f"m{place}"]["id"]) for place in range(number))
            found.setdefault(name, set()).add(members if number > 1 else members[0])
    return found


def _combinations(
    patterns: list[Json], facts: list[Json], earlier: dict[str, Json]
) -> Iterator[dict[str, Json]]:
    if not patterns:
        yield earlier
        return
    ((alias, whole),) = patterns[0].items()
    for fact in facts:
        if all(_holds(test, fact, earlier) for test in whole["$and"]):
            yield from _combinations(patterns[1:], facts, {**earlier, alias: fact})


def _holds(test: Json, fact: Json, earlier: dict[str, Json]) -> bool:
    order, name, other = operands(test)
    if name == "t" and fact["t"] != other:
        return False  # a fact of another kind has other properties
    if isinstance(other, dict):
        ((alias, property_of_other),) = other.items()
        other = earlier[alias][property_of_other]
    assert isinstance(other, int)
    compared: dict[str, Callable[[int], bool]] = {
        "==": other.__eq__,
        "$lt": other.__gt__,
        "$lte": other.__ge__,
        "$gt": other.__lt__,
        "$gte": other.__le__,
    }
    return compared[order](fact[name])


# --- wrong answers ------------------------------------------------------------------------------


def test_1_none_depends_on_the_order_of_facts() -> None:
    def unless(kind: int) -> Json:
        return rule({"m0": {"t": 1}}, {"m1$not": {"$and": [{"t": kind}, {"d": {"m0": "d"}}]}})

    definition = {"no-mitigation": unless(2), "no-assessment": unless(3)}
    event, assessment = {"id": 1, "t": 1, "d": 8}, {"id": 2, "t": 3, "d": 8}
    assert set(raw(definition, [assessment, event])[1]) == {"no-mitigation"}
    assert set(raw(definition, [event, assessment])[1]) != {"no-mitigation"}


@each_ruleset
def test_1_2_3_7_8_11_16_17_rules_are_plain_conjunctions(
    compiled: CompiledLesson, ruleset: Ruleset
) -> None:
    """No `none`, `or`, `not`, array test, `count` or nested `$and`, and nothing to run."""
    assert compiled.lesson.checks
    for name, definition in definition_of(ruleset).items():
        assert definition.keys() == ({"all"} if name == END else {"all", "cap", "dist"})
        for place, pattern in enumerate(definition["all"]):
            assert list(pattern) == ["m" if name == END else f"m{place}"]
    for place, tests in patterns_of(ruleset):
        earlier = {f"m{number}" for number in range(place)}
        for test in tests:
            order, own, other = operands(test)
            assert order in ("==", "$lt", "$lte", "$gt", "$gte")
            assert re.fullmatch(r"[a-z]+[01]?", own)
            if isinstance(other, dict):
                ((alias, name),) = other.items()
                assert alias in earlier
                assert re.fullmatch(r"[a-z]+[01]?", name)
            else:
                assert type(other) is int


def test_1_any_order_of_facts_gives_the_matches_of_plain_trying(
    batches: list[tuple[Ruleset, str]],
) -> None:
    engines: dict[int, Engine] = {}
    rng = Random(1)
    matched = 0
    for ruleset, batch in rng.sample(batches, tries(len(batches), 35)):
        if id(ruleset) not in engines:
            engines[id(ruleset)] = Engine(ruleset)
        engine = engines[id(ruleset)]
        *facts, sentinel = json.loads(batch)
        expected = plainly_matched(ruleset, facts)
        matched += sum(map(len, expected.values()))
        assert engine.matches(batch) == expected
        for _ in range(2):
            rng.shuffle(facts)
            shuffled = json.dumps([*facts, sentinel], separators=(",", ":"))
            assert engine.matches(shuffled) == expected
    assert matched > tries(3_000) / 2


def test_2_an_or_over_two_properties_of_an_item_misses() -> None:
    definition = {"r": rule({"m": {"$iany": {"xs": {"$or": [{"$i.a": 1}, {"$i.b": 2}]}}}})}
    assert raw(definition, [{"id": 1, "xs": [{"a": 1}]}])[1] != {}
    assert raw(definition, [{"id": 1, "xs": [{"a": 1, "b": 1}]}])[1] == {}


@pytest.mark.parametrize(
    ("attended", "outcome"),
    [
        (["police", "school"], Outcome.COMPLIANT),
        (["school", "police"], Outcome.COMPLIANT),
        (["housing", "police", "probation"], Outcome.COMPLIANT),
        (["school"], Outcome.COMPLIANT),
        (["housing", "probation"], Outcome.BREACH),
        ([], Outcome.BREACH),
        (None, Outcome.INSUFFICIENT_EVIDENCE),
    ],
)
def test_2_lists_are_searched_before_the_engine(
    attended: list[str] | None, outcome: Outcome
) -> None:
    met = alternative(["'police' in meeting.attended or 'school' in meeting.attended"])
    rules = rules_of(check("attended", "{meeting: meetings}", ["meeting.on <= today"], met))
    meeting = {"id": "m", "kind": "strategy", "on": "2026-03-02", "attended": attended}
    audit = Auditor(rules).audit_one(record(plans=[], people=[], meetings=[meeting]))
    assert audit.lessons["T1"].checks == {"attended": outcome}


def test_3_an_or_over_alternatives_fires_twice() -> None:
    definition = {"r": rule({"m": {"$or": [{"a": 1}, {"b": 1}]}})}
    assert len(raw(definition, [{"id": 1, "a": 1, "b": 1}])[1]["r"]) == 2


def test_3_an_instance_for_which_both_alternatives_hold_is_found_once() -> None:
    where = ["risk.kind == 'neglect' or risk.identified_on <= today"]
    met = alternative(["risk.subject == plan.subject"], "{plan: plans}")
    rules = rules_of(check("either", "{risk: risks}", where, met))
    risk = {"id": "r", "subject": "p", "kind": "neglect", "identified_on": "2026-03-02"}
    audit = Auditor(rules).audit_one(record(people=[{"id": "p"}], plans=[], risks=[risk]))
    assert [finding.pointers for finding in audit.findings] == [("/risks/0",)]


def test_4_an_event_is_consumed_by_the_first_rule_that_it_matches() -> None:
    definition = {"r0": rule({"m": {"a": 1}}), "r1": rule({"m": {"b": 1}})}
    handle = durable_rules_engine.create_ruleset(next(NAMES), json.dumps(definition))
    event = json.dumps([{"id": 1, "a": 1, "b": 1}])
    _, offset = durable_rules_engine.assert_events(handle, event)
    assert set(drained(handle, offset)) == {"r0"}
    # The same as a fact, which is how we assert.
    assert set(raw(definition, event)[1]) == {"r0", "r1"}


def test_5_values_are_coerced_when_compared() -> None:
    younger = {"r": rule({"m": {"$lt": {"age": 18}}})}
    assert [bool(raw(younger, [{"id": 1, "age": age}])[1]) for age in ("100", "9")] == [True, False]
    equal = {"r": joined({"v": {"m0": "v"}})}
    facts: list[Json] = [{"id": 1, "t": 1, "z": 1, "v": 1}, {"id": 2, "t": 2, "z": 1, "v": 1.0}]
    assert raw(equal, facts)[1] == {}
    assert raw({"r": rule({"m": {"v": 2**63 - 1}})}, [{"id": 1, "v": 2**64}])[1] != {}


def test_5_9_10_20_facts_are_whole_numbers_and_tell_all_that_rules_read(
    batches: list[tuple[Ruleset, str]],
) -> None:
    """No text, null, fraction, exponent, huge number or repeated id; the sentinel stands last."""
    for ruleset, batch in batches:
        assert re.fullmatch(r'\[(\{("[a-z]+[01]?":-?\d+,?)+\},?)+\]', batch)
        *facts, sentinel = json.loads(batch)
        assert sentinel == {"id": len(facts) + 1, "t": 0, "z": 1}
        assert [fact["id"] for fact in facts] == list(range(1, len(facts) + 1))
        read: dict[int, set[str]] = {}
        for definition in definition_of(ruleset).values():
            for kind, name in properties_read(definition["all"]):
                read.setdefault(kind, {"z"}).add(name)
        layouts: dict[int, set[frozenset[str]]] = {}
        for fact in facts:
            assert fact["z"] == 1
            assert fact["t"] > 0
            assert all(abs(value) < 2**31 for value in fact.values())
            assert len(fact) < MAX_PROPERTIES
            assert fact.keys() >= read.get(fact["t"], set())
            assert next(iter(fact)) == "id"  # where its number is looked for in a match
            layouts.setdefault(fact["t"], set()).add(frozenset(fact))
        assert all(len(layout) == 1 for layout in layouts.values())


def properties_read(patterns: list[Json]) -> Iterator[tuple[int, str]]:
    """Yield the kind and the property for everything that a rule reads."""
    kinds: dict[str, int] = {}
    for pattern in patterns:
        ((alias, whole),) = pattern.items()
        tests = whole.get("$and", [whole])
        kinds[alias] = tests[0]["t"]
        for test in tests:
            _, own, other = operands(test)
            yield kinds[alias], own
            if isinstance(other, dict):
                ((earlier, name),) = other.items()
                yield kinds[earlier], name


GOOD = '[{"id":1,"t":1,"z":1,"v":4},{"id":2,"t":2,"z":1,"v":5},{"id":3,"t":0,"z":1}]'
MANY = ",".join(f'"p{number}":1' for number in range(MAX_PROPERTIES))
CUT = {
    "an exponent": GOOD.replace('"v":5', '"v":5e0'),
    "a large exponent": GOOD.replace('"v":5', '"v":1e16'),
    "too many properties": GOOD.replace('"v":5', f'"v":5,{MANY}'),
}


@pytest.mark.parametrize("batch", CUT.values(), ids=CUT)
def test_6_a_batch_is_cut_short_with_status_ok(batch: str) -> None:
    definition = {"r": rule({"m": {"z": 1}}), "end": {"all": [{"m": {"t": 0}}]}}
    status, found = raw(definition, batch)
    assert status == 0
    assert [match["m"]["id"] for match in found["r"]] == [1]
    assert "end" not in found


@pytest.mark.parametrize("broken", ['"z":1e0', f'"z":1,{MANY}'], ids=["exponent", "properties"])
def test_6_a_batch_cut_short_is_an_error_of_the_lesson_and_never_an_outcome(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CutEngine(KnownEngine):
        def matches(self, batch: str) -> Any:
            if definition_of(self.ruleset) in ours and cut.pop(0):
                first, second, rest = batch.split('"z":1', 2)
                batch = f'{first}"z":1{second}{broken}{rest}'
            return super().matches(batch)

    compiled = compile_lesson(next(lesson for lesson in SHIPPED.lessons if lesson.id == "P1.1"))
    ours = [definition_of(compiled.exact), definition_of(compiled.bounded)]
    _use(CutEngine, monkeypatch)
    auditor = unused_auditor_of(THREE)
    whole = record(**FORTY)
    cut = [False, False, True, False]
    expected = auditor.audit_one(whole)
    assert expected.lessons["P1.1"].outcome is Outcome.BREACH

    before, audit, after = auditor.audit([ReadRecord(whole, "", None)] * 3)
    assert before == after == expected
    assert audit.errors == (EngineError("CASE-1", "P1.1", NOT_EVALUATED),)
    others = {name: result for name, result in expected.lessons.items() if name != "P1.1"}
    assert audit.lessons == others
    assert not any(finding.lesson == "P1.1" for finding in audit.findings)
    assert cut == []


def test_6_a_record_that_cuts_a_batch_short_is_found_among_those_it_came_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The others are evaluated: each record of such a batch is tried alone."""
    sizes: list[int] = []

    class CutEngine(KnownEngine):
        def matches(self, batch: str) -> Any:
            if definition_of(self.ruleset) in ours:
                sizes.append(batch.count('"id"') - 1)
                # The second fact of the third record; a batch whose first is dropped crashes.
                batch = re.sub(r'("r":3,.*?"r":3)', rf"\1,{MANY}", batch, count=1)
            return super().matches(batch)

    compiled = compile_lesson(next(lesson for lesson in SHIPPED.lessons if lesson.id == "P4.1"))
    ours = [definition_of(compiled.exact), definition_of(compiled.bounded)]
    risk = {"id": "r", "subject": "p", "kind": "neglect", "identified_on": "2025-01-06"}
    told = record(
        people=[{"id": "p", "born": "2020-01"}], risks=[risk, risk | {"id": "s"}], plans=[],
        tools=[], meetings=[],
        assessments=[], category_changes=[],
    )  # fmt: skip
    expected = unused_auditor_of(THREE).audit_one(told)
    assert expected.lessons["P4.1"].outcome is Outcome.BREACH

    _use(CutEngine, monkeypatch)
    audits = unused_auditor_of(THREE).audit([ReadRecord(told, "", None)] * 4)
    assert [audits[number] for number in (0, 1, 3)] == [expected] * 3
    assert audits[2].errors == (EngineError("CASE-1", "P4.1", NOT_EVALUATED),)
    assert "P4.1" not in audits[2].lessons
    assert not any(finding.lesson == "P4.1" for finding in audits[2].findings)
    assert sizes == [4 * sizes[1], *[sizes[1]] * 4]


def test_facts_of_two_records_are_never_joined() -> None:
    """Though all else is the same of them; the record's number is a hashed equality too."""
    ranges = {"$gte": {"a": {"m0": "a"}}}, {"$lte": {"a": {"m0": "b"}}}
    definition = {"r": joined(*ranges, {"r": {"m0": "r"}})}
    rng = Random(1)
    for _ in range(100):
        facts = [
            {"id": number, "t": rng.choice((1, 2)), "r": rng.randrange(64), "z": 1, "a": 5, "b": 5}
            for number in range(1, 129)
        ]
        expected = {
            (one["id"], two["id"])
            for one in facts
            for two in facts
            if (one["t"], two["t"]) == (1, 2) and one["r"] == two["r"]
        }
        _, found = raw(definition, facts)
        assert {(match["m0"]["id"], match["m1"]["id"]) for match in found["r"]} == expected


def test_7_a_count_fires_once_for_each_block() -> None:
    definition = {"r": {"all": [{"m": {"a": 1}}], "count": 3}}
    facts = [{"id": number, "a": 1} for number in range(1, 6)]
    assert len(raw(definition, facts)[1]["r"]) == 3


def test_8_11_14_neither_the_engines_language_nor_its_host_is_loaded() -> None:
    """They shadow names, drop `not`, swallow exceptions and start threads."""
    code = (
        "import sys, threading; from pathlib import Path;"
        "from casecheck.audit.auditor import Auditor;"
        "from casecheck.lessons.loading import load_rules;"
        "Auditor(load_rules(Path('rules/statutory')));"
        "assert 'durable_rules_engine' in sys.modules;"
        "print('durable' in sys.modules, threading.active_count())"
    )
    assert run_apart(code) == "False 1\n"


def test_8_and_and_not_in_a_condition_mean_what_they_say() -> None:
    met = alternative(["not (plan.category == 'neglect' and not happened(plan.end))"])
    rules = rules_of(check("both", "{plan: plans}", ["plan.start <= today"], met))
    auditor = Auditor(rules)
    for category, end, outcome in (
        ("neglect", None, Outcome.BREACH),
        ("neglect", "2026-02-02", Outcome.COMPLIANT),
        ("sexual_abuse", None, Outcome.COMPLIANT),
        (None, "2026-02-02", Outcome.COMPLIANT),
        (None, None, Outcome.INSUFFICIENT_EVIDENCE),
    ):
        told = record(people=[{"id": "p"}], plans=[PLAN | {"category": category, "end": end}])
        assert auditor.audit_one(told).lessons["T1"].outcome is outcome


def test_9_without_ids_of_their_own_equal_facts_are_refused() -> None:
    definition = {"r": rule({"m": {"a": 1}})}
    assert raw(definition, [{"a": 1}, {"a": 1}]) == (2, {"r": [{"m": {"a": 1}}]})
    both = [{"m": {"id": 2, "a": 1}}, {"m": {"id": 1, "a": 1}}]
    assert raw(definition, [{"id": 1, "a": 1}, {"id": 2, "a": 1}]) == (0, {"r": both})


def test_9_a_repeated_id_goes_unsaid_where_a_later_fact_matches_nothing() -> None:
    """So that the status cannot be relied on; batches number their facts themselves."""
    repeated = [{"id": 1, "a": 1}, {"id": 1, "a": 1}, {"id": 2, "a": 2}]
    status, found = raw({"r": rule({"m": {"a": 1}})}, repeated)
    assert status == 1
    assert len(found["r"]) == 1


def test_9_rows_that_say_the_same_are_two_facts() -> None:
    met = alternative(["tool.on < opened_on"])
    rules = rules_of(check("old", "{tool: tools}", ["tool.kind == 'genogram'"], met))
    tools = [{"id": one, "kind": "genogram", "subject": "p", "on": "2026-03-02"} for one in "ab"]
    audit = Auditor(rules).audit_one(record(people=[{"id": "p"}], tools=tools))
    assert [finding.pointers for finding in audit.findings] == [("/tools/0",), ("/tools/1",)]


def test_9_no_two_numbers_of_a_batch_share_their_hash() -> None:
    """The engine knows a fact by the 32-bit FNV-1a of the text of its id."""
    hashes = {fnv(str(number)) for number in range(1, MAX_FACTS + 2)}
    assert len(hashes) == MAX_FACTS + 1
    assert fnv("797186") == fnv("40189")  # the first two of all numbers that do


def fnv(text: str) -> int:
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def test_9_the_engine_drops_a_fact_whose_ids_hash_another_has() -> None:
    facts = [{"id": 40189, "a": 1}, {"id": 797186, "a": 1}]
    status, found = raw({"r": rule({"m": {"a": 1}})}, facts)
    assert (status, len(found["r"])) == (2, 1)


def test_9_a_record_of_too_many_facts_is_an_error_and_never_an_outcome() -> None:
    rules = rules_of(check("early", "{tool: tools}", ["tool.on >= today"], alternative(
        ["tool.kind == 'genogram'"]
    )))  # fmt: skip
    rows = [
        {"id": f"t{number}", "kind": "genogram", "subject": "p", "on": "2026-06-30"}
        for number in range(MAX_FACTS + 1)
    ]
    audit = Auditor(rules).audit_one(record(people=[{"id": "p"}], tools=rows))
    assert audit.errors == (EngineError("CASE-1", "T1", NOT_EVALUATED),)
    assert audit.lessons == {}


def test_10_null_breaks_a_range_join_and_never_equals() -> None:
    first, second = {"id": 1, "t": 1, "z": 1, "v": 4}, {"id": 2, "t": 2, "z": 1, "v": None}
    later = {"r": joined({"$gte": {"v": {"m0": "v"}}})}
    with pytest.raises(Exception, match="error code: 312"):
        raw(later, [first, second])
    assert raw({"r": joined({"v": {"m0": "v"}})}, [first, second])[1] == {}


def test_10_events_that_have_not_happened_take_part_in_joins() -> None:
    met = alternative(
        ["later.plan == action.plan", "later.completed_on > action.completed_on"],
        "{later: actions}",
    )
    rules = rules_of(check("next", "{action: actions}", ["action.set_on <= today"], met))
    auditor = Auditor(rules)
    base = {"plan": "plan", "kind": "visit", "set_on": "2025-03-03"}
    for first, second, breaches in (
        (None, None, 2),
        ("2025-04-01", None, 2),
        ("2025-04-01", "2025-04-01", 2),
        ("2025-04-01", "2025-04-02", 1),
    ):
        actions = [
            base | {"id": "a", "completed_on": first},
            base | {"id": "b", "completed_on": second},
        ]
        told = record(people=[{"id": "p"}], plans=[PLAN], actions=actions)
        audit = auditor.audit_one(told)
        assert audit.errors == ()
        assert [finding.outcome for finding in audit.findings] == [Outcome.BREACH] * breaches


# --- crashes and hangs --------------------------------------------------------------------------


@each_ruleset
def test_12_every_join_ends_in_a_test_that_holds(
    compiled: CompiledLesson, ruleset: Ruleset
) -> None:
    joins = 0
    for place, tests in patterns_of(ruleset):
        assert [test for test in tests if operands(test)[1] == "t"] == tests[:1]
        if place:
            joins += 1
            assert tests[-2:] == [{"r": {"m0": "r"}}, {"$gte": {"z": {"m0": "z"}}}]
        else:
            assert alone(tests) == tests
    assert joins or compiled.lesson.id == "T1"


def test_13_every_session_fires_at_least_the_sentinel() -> None:
    """Deleting the state of a session in which nothing fired would free what is not its own."""
    for _, _, ruleset in RULESETS:
        assert definition_of(ruleset)[END] == {"all": [{"m": {"t": 0}}]}
        engine = Engine(ruleset)
        for _ in range(50):
            assert engine.matches('[{"id":1,"t":0,"z":1}]') == {}


def test_13_a_record_of_which_no_lesson_speaks_never_reaches_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    auditor = Auditor(SHIPPED)
    monkeypatch.setattr(Engine, "matches", None)
    audit = auditor.audit_one(record(people=[], workers=[], meetings=[], incidents=[]))
    assert {result.outcome for result in audit.lessons.values()} == {Outcome.NOT_APPLICABLE}


# --- limits -------------------------------------------------------------------------------------


def run_apart(code: str) -> str:
    """Run code in a process of its own and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_15_an_engine_holds_no_more_than_1024_sessions() -> None:
    code = """
import json, durable_rules_engine as engine
handle = engine.create_ruleset("sessions", json.dumps({"r": {"all": [{"m": {"a": 1}}]}}))
try:
    for number in range(2_000):
        engine.assert_facts(handle, json.dumps([{"sid": str(number), "id": 1, "a": 1}]))
except MemoryError:
    print(number)
"""
    assert run_apart(code) == "1024\n"


def test_15_one_auditor_audits_more_records_than_there_are_sessions() -> None:
    auditor = Auditor(EVERYTHING)
    met, unknown = record(**MEETING), record(**MEETING | {"workers": None, "plans": None})
    expected = [auditor.audit_one(one) for one in (met, unknown)]
    assert [audit.lessons["T1"].checks["codes-and-counts"] for audit in expected] == [
        Outcome.COMPLIANT
    ] * 2
    for _ in range(1_600):
        assert [auditor.audit_one(one) for one in (met, unknown)] == expected


MEETING = {
    "people": [],
    "workers": [],
    "incidents": [],
    "meetings": [
        {"id": "m", "kind": "core_group", "on": "2026-03-02", "attended": [], "plan_updated": True}
    ],
}


@pytest.mark.slow
def test_15_memory_is_flat_over_thousands_of_sessions() -> None:
    code = """
import json, sys
sys.path.insert(0, "tests")
from test_engine_traps import EVERYTHING, MEETING, record
from casecheck.audit.auditor import Auditor

def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

auditor = Auditor(EVERYTHING)
one = record(**MEETING)
for _ in range(500):
    auditor.audit_one(one)
before = resident()
for _ in range(5_000):
    auditor.audit_one(one)
print(resident() - before)
"""
    if not Path("/proc/self/status").exists():
        pytest.skip("the resident memory is read from /proc")
    assert int(run_apart(code)) < 8_000  # in KB; one session takes 140


@each_ruleset
def test_15_21_shipped_lessons_stay_far_below_every_limit(
    compiled: CompiledLesson, ruleset: Ruleset
) -> None:
    if compiled.lesson.id == "T1":
        return
    patterns = Counter(json.dumps(alone(tests)) for _, tests in patterns_of(ruleset))
    distinct = Counter(json.loads(pattern)[0]["t"] for pattern in patterns)
    # P2.2 has 50 of the 64 that there may be: room enough for a number that changes with time.
    assert max(distinct.values()) <= MAX_DISTINCT_PATTERNS * 4 // 5
    assert max(patterns.values()) <= MAX_SAME_PATTERNS // 4
    joins = [len(tests) - len(alone(tests)) for _, tests in patterns_of(ruleset)]
    assert max(joins) <= MAX_JOIN_TESTS // 2
    facts = [len(definition["all"]) for definition in definition_of(ruleset).values()]
    assert max(facts) <= MAX_MEMBERS // 2
    assert all(
        4 + 2 * len(kind.properties) <= MAX_PROPERTIES // 2
        for ruleset in (compiled.exact, compiled.bounded)
        for kind in ruleset.kinds.values()
    )


def many_patterns(number: int) -> Definition:
    return {
        f"r{at}": rule({"m": {"$and": [{"t": 1}, {"$gte": {"v": at}}]}}) for at in range(number)
    }


def wide_join(number: int) -> Definition:
    tests = [{"$gte": {f"v{at}": {"m0": f"v{at}"}}} for at in range(number - 1)]
    return {"r": joined(*tests)}


def long_match(number: int) -> Definition:
    return {"r": rule(*({f"m{at}": {"t": 1}} for at in range(number)), dist=0)}


@pytest.mark.parametrize(
    ("definition", "limit", "code"),
    [
        (many_patterns, MAX_DISTINCT_PATTERNS, 303),
        (wide_join, MAX_JOIN_TESTS, 113),
        (long_match, MAX_MEMBERS, 304),
    ],
)
def test_15_the_limits_are_where_they_are_said_to_be(
    definition: Callable[[int], Definition], limit: int, code: int
) -> None:
    values = {f"v{at}": 1 for at in range(MAX_JOIN_TESTS)}
    facts = [{"id": at, "t": at, "z": 1, "v": 1_000, **values} for at in (1, 2)]
    assert raw(definition(limit), facts)[1] != {}
    with pytest.raises(Exception, match=f"error code: {code}"):
        raw(definition(limit + 1), facts)


def test_15_a_fact_has_at_most_253_properties() -> None:
    definition = {"r": rule({"m": {"z": 1}})}
    for number, matches in ((MAX_PROPERTIES, 3), (MAX_PROPERTIES + 1, 1)):
        extra = {f"p{at}": 1 for at in range(number - 2)}
        facts = [{"id": 1, "z": 1}, {"id": 2, "z": 1, **extra}, {"id": 3, "z": 1}]
        assert len(raw(definition, facts)[1]["r"]) == matches


def test_21_as_many_rules_share_a_pattern_as_we_allow() -> None:
    """One more may crash the process, so that it is not shown."""
    definition = {
        f"r{at}": joined({"$lt": {f"v{at}": {"m0": "v0"}}}) for at in range(MAX_SAME_PATTERNS)
    }
    assert raw(definition, [{"id": 1, "t": 1, "z": 1, "v0": 1}]) == (0, {})


def more_patterns_than_a_fact_may_match() -> Rules:
    return rules_of(
        *(
            check(
                f"c{number}",
                "{tool: tools}",
                [f"tool.on + {number} <= today"],
                alternative(["tool.kind == 'genogram'", f"tool.on + {number} <= opened_on"]),
            )
            for number in range(MAX_DISTINCT_PATTERNS // 2 + 1)
        )
    )


def more_tests_than_a_join_may_have() -> Rules:
    where = [f"tool.on <= plan.start + {number}" for number in range(MAX_JOIN_TESTS)]
    met = alternative([*where, "tool.kind == 'dash'"], "{tool: tools}")
    return rules_of(check("wide", "{plan: plans}", ["plan.level == 'child_protection'"], met))


def more_rows_than_a_match_may_have() -> Rules:
    names = [f"t{number}" for number in range(MAX_MEMBERS)]
    find = f"{{{', '.join(f'{name}: tools' for name in names)}}}"
    met = alternative([f"{name}.subject == plan.subject" for name in names], find)
    return rules_of(check("long", "{plan: plans}", ["plan.level == 'child_protection'"], met))


def more_rules_with_one_pattern_than_may_be() -> Rules:
    either = " or ".join(f"tool.on <= plan.start + {number}" for number in range(16))
    other = " or ".join(f"tool.on >= plan.start - {number}" for number in range(16))
    met = alternative([either, other], "{tool: tools}")
    return rules_of(check("many", "{plan: plans}", ["plan.level == 'child_protection'"], met))


def more_rules_than_there_may_be() -> Rules:
    """Three conditions of sixteen alternatives, each with each: 4,096 conjunctions."""
    days = [f"tool.on {order} plan.start + {at}" for order in ("<=", ">=") for at in range(16)]
    differ = [f"tool.on != plan.start + {at}" for at in range(8)]
    either = [" or ".join(tests) for tests in (days[:16], days[16:], differ)]
    met = alternative(either, "{tool: tools}")
    return rules_of(check("many", "{plan: plans}", ["plan.level == 'child_protection'"], met))


def more_properties_than_a_fact_may_have() -> Rules:
    """A day of the plan is told once for each number of days that is added to it."""
    met = [
        alternative(
            [f"tool.on <= plan.start + {26 * one + at}" for at in range(26)], "{tool: tools}"
        )
        for one in range(5)
    ]
    return rules_of(check("wide", "{plan: plans}", ["plan.level == 'child_protection'"], *met))


@pytest.mark.parametrize(
    "page",
    [
        more_patterns_than_a_fact_may_match,
        more_tests_than_a_join_may_have,
        more_rows_than_a_match_may_have,
        more_rules_with_one_pattern_than_may_be,
        more_rules_than_there_may_be,
        more_properties_than_a_fact_may_have,
    ],
)
def test_15_21_a_page_that_asks_more_than_the_engine_can_is_refused(
    page: Callable[[], Rules],
) -> None:
    """When it is compiled, before any record, naming the page."""
    with pytest.raises(RulesError, match=re.escape("test/T1.yaml")):
        compile_lesson(page().lessons[0])


# --- found on the way ---------------------------------------------------------------------------


def test_16_an_or_before_the_end_of_a_join_drops_the_later_tests() -> None:
    later = {"$gte": {"d": {"m0": "d"}}}
    either = {"$or": [{"k": 1}, {"k": 2}]}
    facts = [{"id": 1, "t": 1, "z": 1, "d": 9}, {"id": 2, "t": 2, "z": 1, "k": 1, "d": 5}]
    assert raw({"r": joined(either, later)}, facts)[1] != {}
    assert raw({"r": joined({"$and": [{"k": 1}]}, later)}, facts)[1] != {}
    assert raw({"r": joined({"k": 1}, later)}, facts)[1] == {}


def test_16_17_an_or_in_a_join_is_written_as_two_rules() -> None:
    """One alternative joins, the other is a constant; a later condition counts for both."""
    met = alternative(
        ["tool.subject == plan.subject or tool.kind == 'dash'", "tool.on >= plan.start"],
        "{tool: tools}",
    )
    where = ["plan.level == 'child_protection'"]
    auditor = Auditor(rules_of(check("either", "{plan: plans}", where, met)))
    for subject, kind, on, outcome in (
        ("p", "genogram", "2025-02-03", Outcome.COMPLIANT),
        ("q", "dash", "2025-02-03", Outcome.COMPLIANT),
        ("p", "dash", "2025-02-03", Outcome.COMPLIANT),
        ("p", "dash", "2025-02-02", Outcome.BREACH),
        ("q", "genogram", "2025-02-03", Outcome.BREACH),
    ):
        tool = {"id": "t", "kind": kind, "subject": subject, "on": on}
        told = record(people=[{"id": "p"}, {"id": "q"}], plans=[PLAN], tools=[tool])
        assert auditor.audit_one(told).lessons["T1"].outcome is outcome


def test_17_an_or_of_a_join_and_a_constant_misses_the_constant() -> None:
    either = {"$or": [{"p": {"m0": "p"}}, {"u": 1}]}
    definition = {"r": rule({"m0": {"t": 1}}, {"m1": {"$and": [{"t": 2}, either]}})}
    facts = [{"id": 1, "t": 1, "p": 7}, {"id": 2, "t": 2, "p": 8, "u": 1}]
    assert raw(definition, facts)[1] == {}


def test_18_one_fact_fills_two_patterns_only_where_that_is_set() -> None:
    patterns = {"m0": {"a": 1}}, {"m1": {"b": 1}}
    fact = {"id": 1, "a": 1, "b": 1}
    assert raw({"r": rule(*patterns)}, [fact])[1] == {}
    assert len(raw({"r": rule(*patterns, dist=0)}, [fact])[1]["r"]) == 1


def test_18_a_row_may_be_evidence_for_itself() -> None:
    met = alternative(["other.plan == meeting.plan", "other.on >= meeting.on"], "{other: meetings}")
    rules = rules_of(check("held", "{meeting: meetings}", ["meeting.kind == 'core_group'"], met))
    meeting = {"id": "m", "kind": "core_group", "plan": "plan", "on": "2026-03-02"}
    told = record(people=[{"id": "p"}], plans=[PLAN], meetings=[meeting])
    assert Auditor(rules).audit_one(told).lessons["T1"].outcome is Outcome.COMPLIANT


def test_19_a_match_is_an_object_or_a_list_with_a_cap() -> None:
    fact = [{"id": 1, "a": 1}]
    patterns = [{"m": {"a": 1}}]
    shapes: list[tuple[Json, type]] = [({"all": patterns}, dict), (rule(*patterns), list)]
    for written, shape in shapes:
        definition = {"r": written}
        handle = durable_rules_engine.create_ruleset(next(NAMES), json.dumps(definition))
        _, offset = durable_rules_engine.assert_facts(handle, json.dumps(fact))
        message = durable_rules_engine.start_action_for_state(handle, offset)[1]
        assert type(json.loads(message)["r"]) is shape


def test_19_a_match_holds_its_facts_in_the_order_of_the_rule_each_with_its_id_first() -> None:
    """Whichever comes last in the batch: an answer is read by the places of its ids."""
    definition = {"r": rule(*({f"m{at}": {"$and": [{"t": at + 1}]}} for at in range(4)), dist=0)}
    facts = [f'{{"id":{number},"t":{number}}}' for number in (1, 2, 3, 4)]
    for order in permutations(facts):
        handle = durable_rules_engine.create_ruleset(next(NAMES), json.dumps(definition))
        _, offset = durable_rules_engine.assert_facts(handle, f"[{','.join(order)}]")
        message = durable_rules_engine.start_action_for_state(handle, offset)[1]
        assert re.findall(r'"m(\d)":{"id":(\d)', message) == [
            ("0", "1"), ("1", "2"), ("2", "3"), ("3", "4"),
        ]  # fmt: skip


PEOPLE = [{"id": "p", "born": "2015-03", "history": []}]
FORTY: Json = {
    "people": PEOPLE,
    "plans": [
        {
            "id": "plan",
            "subject": "p",
            "level": "child_protection",
            "category": "neglect",
            "start": "2025-02-03",
        }
    ],
    "category_changes": [
        {
            "id": f"c{number}",
            "plan": "plan",
            "on": "2026-03-02",
            "from_category": "neglect",
            "to_category": "emotional_abuse",
        }
        for number in range(40)
    ],
    "risks": [
        {"id": f"r{number}", "subject": "p", "kind": "neglect", "identified_on": "2025-02-03"}
        for number in range(40)
    ],
    **{
        section: []
        for section in ("chair_agreements", "mitigations", "actions", "assessments", "tools")
    },
    **{section: [] for section in ("meetings", "incidents", "workers", "training")},
}


def pairs(audit: CaseAudit, name: str) -> Counter[tuple[str, ...]]:
    return Counter(finding.pointers for finding in audit.findings if finding.check == name)


@pytest.mark.parametrize("mitigations", [[], None], ids=["settled", "unsettled"])
def test_19_more_matches_than_one_message_holds_are_all_taken(mitigations: Any) -> None:
    audit = shipped.auditor().audit_one(record(**FORTY | {"mitigations": mitigations}))
    assert audit.errors == ()
    assert pairs(audit, "risks-carried") == Counter(
        (f"/category_changes/{change}", f"/risks/{risk}")
        for change, risk in product(range(40), repeat=2)
    )
    outcome = Outcome.BREACH if mitigations == [] else Outcome.INSUFFICIENT_EVIDENCE
    assert audit.lessons["P1.1"].checks["risks-carried"] is outcome


def test_20_a_property_that_is_missing_is_a_silent_miss_or_an_error_of_the_batch() -> None:
    definition = {"r": joined({"$gte": {"v": {"m0": "v"}}})}
    older, newer = {"id": 1, "t": 1, "z": 1, "v": 4}, {"id": 2, "t": 2, "z": 1, "v": 5}
    without = {"id": 2, "t": 2, "z": 1}
    assert raw(definition, [older, newer])[1] != {}
    assert raw(definition, [older, without]) == (1, {})
    with pytest.raises(Exception, match="error code: 311"):
        raw(definition, [{"id": 1, "t": 1, "z": 1}, newer])


UNKNOWN_CONDITIONS = [
    "action.closure_reason_recorded",
    "not action.closure_reason_recorded",
    "action.owner == 'police'",
    "action.owner != 'police'",
    "action.due <= today",
    "action.due >= today",
    "action.due == today",
    "not (action.due <= opened_on)",
    "workdays(action.due, today) >= 1",
    "workdays(action.due, today) <= 10",
    "action.for_person == action.plan.subject",
    "action.for_person != action.plan.subject",
    "under(18, action.for_person, today)",
    "not under(18, action.for_person, today)",
    "count(action.for_person.history) < 3",
    "count(action.for_person.history) >= 0",
    "not ('care_experienced' in action.for_person.history)",
]


@pytest.mark.parametrize("condition", UNKNOWN_CONDITIONS)
@pytest.mark.parametrize("role", ["evidence", "exclusion", "population"])
@pytest.mark.parametrize("kind", few(["visit", "service"], "visit"))
def test_20_what_is_unknown_of_one_row_settles_nothing(
    kind: str, role: str, condition: str
) -> None:
    """Whatever stands for it in a fact must meet no rule, nor fail one, for certain."""
    where, more, evidence = ["action.set_on <= today"], "", ["action.kind == 'visit'"]
    if role == "population":
        where.append(condition)
    elif role == "exclusion":
        more = f"unless: [{{means: not so, where: [{json.dumps(condition)}]}}]"
    else:
        evidence = [condition, f"action.kind == '{kind}'"]
    page = check("known", "{action: actions}", where, alternative(evidence), more=more)
    action = {"id": "a", "plan": "plan", "kind": kind, "set_on": "2025-03-03"}
    told = record(people=[{"id": "p"}], plans=[PLAN], actions=[action])
    audit = Auditor(rules_of(page)).audit_one(told)
    assert audit.lessons["T1"].outcome is Outcome.INSUFFICIENT_EVIDENCE
    assert [finding.pointers for finding in audit.findings] == [("/actions/0",)]


@pytest.mark.parametrize(
    ("tools", "outcome"),
    [
        ([{"id": "t", "kind": "genogram", "subject": "p", "on": "2025-03-03"}], True),
        ([{"id": "t", "kind": "dash", "subject": "p", "on": "2025-03-03"}], False),
        ([], False),
        (None, None),
    ],
)
def test_20_a_condition_on_none_of_an_instances_rows_holds_for_all(
    tools: Any, outcome: bool | None
) -> None:
    """A rule without a row of the instance, or of any row, has nothing to be joined to."""
    anywhere = alternative(["tool.kind == 'genogram'"], "{tool: tools}")
    never = alternative(["plan.end < plan.start"])
    where = ["plan.level == 'child_protection'"]
    unless = "unless: [{{means: so, {find} where: [{where}]}}]"
    rules = rules_of(
        check("met-by-a-row", "{plan: plans}", where, anywhere),
        check("met-by-a-day", "{plan: plans}", where, alternative(["opened_on + 63 <= today"])),
        check(
            "but-a-row",
            "{plan: plans}",
            where,
            never,
            more=unless.format(find="find: {tool: tools},", where="tool.kind == 'genogram'"),
        ),
        check(
            "but-a-day",
            "{plan: plans}",
            where,
            never,
            more=unless.format(find="", where="opened_on + 63 <= today"),
        ),
    )
    audit = Auditor(rules).audit_one(record(people=[{"id": "p"}], plans=[PLAN], tools=tools))
    breach, insufficient, compliant, not_applicable = Outcome
    assert audit.lessons["T1"].checks == {
        "met-by-a-row": {True: compliant, None: insufficient, False: breach}[outcome],
        "met-by-a-day": compliant,
        "but-a-row": {True: not_applicable, None: insufficient, False: breach}[outcome],
        "but-a-day": not_applicable,
    }


@pytest.mark.slow
def test_audits_side_by_side_in_threads_agree() -> None:
    """An auditor to a thread: sessions of two rulesets do not touch."""
    told = list(records(range(8)))
    expected = [Auditor(SHIPPED).audit_one(one) for one in told]
    answers: list[list[CaseAudit]] = []

    def audit() -> None:
        auditor = Auditor(SHIPPED)
        answers.append([auditor.audit_one(one) for one in told])

    threads = [threading.Thread(target=audit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected, expected]


def test_every_trap_stands_on_the_page_with_tests_that_there_are() -> None:
    page = (ROOT / "docs/engine.md").read_text(encoding="utf-8")
    traps = sorted(int(number) for number in re.findall(r"^\| (\d+) \|", page, re.MULTILINE))
    assert traps == list(range(1, 23))
    files = ("test_engine_traps.py", "test_engine.py", "test_large_families.py")
    tests = [
        name
        for file in files
        for name in re.findall(r"^def (\w+)", (ROOT / "tests" / file).read_text(), re.MULTILINE)
    ]
    named = set(re.findall(r"\b(test_\w+\*?)(?=`)", page))
    assert len(named) > 20
    assert [name for name in named if not fnmatch.filter(tests, name)] == []
