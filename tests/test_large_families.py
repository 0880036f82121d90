"""Large families are evaluated, and what is still too large says why, in every report."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from amounts import few
from command_line import Here
from large_families import TOLD, large_family
from once import auditor_of, load_once
from random_records import random_record
from test_match_bound import exploding

from casecheck.audit.auditor import Auditor
from casecheck.audit.lesson_auditor import LessonAuditor
from casecheck.engine import match_bound, rule_by_rule
from casecheck.engine.batch import Batch
from casecheck.engine.durable import EngineFailure
from casecheck.engine.lacking import EVERY
from casecheck.engine.rule_by_rule import RuleByRule, TooLarge
from casecheck.engine.ruleset import Join, Kind, Pattern, Rule, RuleRow, Ruleset
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import rules_from_pages
from casecheck.record.contradictions import contradictions
from casecheck.record.validation import read_record
from casecheck.results import CaseAudit, Outcome
from casecheck.truth.known import Known

ROOT = Path(__file__).parent.parent
SETS = ("children_p", "statutory")
Json = dict[str, Any]


@cache
def auditor(name: str) -> Auditor:
    return auditor_of(load_once(ROOT / "rules" / name))


def audited(record: Json, name: str = "children_p") -> CaseAudit:
    return auditor(name).audit_one(read_record(json.dumps(record).encode()))


FAMILIES = [
    pytest.param(one, marks=[] if one == "no actions" else [pytest.mark.slow]) for one in TOLD
]


@pytest.mark.parametrize("told", FAMILIES)
@pytest.mark.parametrize("name", SETS)
def test_every_lesson_is_evaluated_of_a_large_family(name: str, told: str) -> None:
    record = large_family(told)
    if "actions" in record:
        assert len(record["actions"]) == 500
    audit = audited(record, name)
    assert audit.errors == ()
    assert len(audit.lessons) == len(auditor(name).lessons)


@pytest.mark.slow
def test_unlinked_and_linked_actions_of_one_plan() -> None:
    """159 actions that continue nothing; 102 with three changes; 3,000 that make a chain."""
    plan = {"id": "p", "subject": "c", "level": "child_protection", "start": "2024-01-01"}
    for number, changes, linked in ((159, 0, False), (102, 3, False), (3_000, 0, True)):
        record = exploding(changes) | {"plans": [plan | {"category": "neglect"}], "risks": []}
        record["actions"] = [
            {"id": f"a{one}", "plan": "p", "kind": "visit", "set_on": "2025-01-06",
             "due": "2025-02-03", **({"continues": f"a{one - 1}"} if linked and one else {})}
            for one in range(number)
        ]  # fmt: skip
        audit = audited(record)
        assert audit.errors == ()
        assert audit.lessons["P7.1"].checks["actions-implemented"] is Outcome.BREACH
        of_actions = [one for one in audit.findings if one.check == "actions-implemented"]
        assert len(of_actions) == (1 if linked else number)


# --- three rows of one section ---

PAGE = """
lesson: M1
title: Three times missing
source: {review: r, finding: M1, theme: 1, cite: "The review r, page 1"}
asks: A child who goes missing three times in a month is talked to.
checks:
  - id: three-times
    asks: Was there a talk after the third time?
    for_each: {FOR_EACH}
    where:
      - first.kind == 'missing'
      OTHERS
    met_by:
      - means: a talk
        find: {FIND}
        where:
          - talk.kind == 'strategy'
          - talk.on >= first.on
          MORE
    breach: Three times from {first.on}, and no talk.
    cannot_tell: The record cannot tell of {first.on}.
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2026-01-05, people: []}
  cases:
    - name: nothing is recorded
      record: {incidents: []}
      expect: {three-times: not_applicable}
"""
CHAIN = """- first.on < second.on <= first.on + 28
      - second.on < third.on <= second.on + 28"""


def page(for_each: str, others: str, find: str = "{talk: meetings}", more: str = "") -> Rules:
    text = PAGE.replace("{FOR_EACH}", for_each).replace("OTHERS", others)
    text = text.replace("{FIND}", find).replace("MORE", more)
    return rules_from_pages({"M1.yaml": text}, "r")


THREE = page("{first: incidents, second: incidents, third: incidents}", CHAIN)
LATER = page(
    "{first: incidents}",
    "",
    "{talk: meetings, second: incidents, third: incidents}",
    CHAIN.replace("\n", "\n    "),
)


def missing(number: int, apart: int, **fields: Any) -> Json:
    """A family with so many episodes of going missing, each so many days after the one before."""
    first = 735_000
    return {
        "schema": "casecheck/1",
        "case_id": "CASE-1",
        "extracted_on": "2026-06-30",
        "opened_on": "2012-01-02",
        "people": [],
        "meetings": [{"id": "m", "kind": "strategy", "on": "2026-01-05"}],
        "incidents": [
            {"id": f"i{one}", "kind": "missing", "victim": None,
             "on": fields.get("on") or date_of(first + apart * one)}
            for one in range(number)
        ],
    }  # fmt: skip


def date_of(ordinal: int) -> str:
    from datetime import date  # noqa: PLC0415

    return date.fromordinal(ordinal).isoformat()


def test_days_of_which_no_two_lie_in_a_window_are_not_counted() -> None:
    for rules, found in ((THREE, 0), (LATER, 120)):
        audit = Auditor(rules).audit_one(read_record(json.dumps(missing(120, 40)).encode()))
        assert audit.errors == ()
        assert len(audit.findings) == found


@pytest.mark.slow
def test_evidence_that_all_joins_is_asked_in_bounds() -> None:
    """60 of each on days that nobody knows: 216,000 threes that may be evidence."""
    record = missing(60, 0, on="2027-01-04")
    audit = Auditor(LATER).audit_one(read_record(json.dumps(record).encode()))
    assert audit.errors == ()
    assert audit.lessons["M1"].outcome is Outcome.INSUFFICIENT_EVIDENCE
    assert len(audit.findings) == 60


def test_instances_that_are_too_many_are_refused_and_say_which() -> None:
    record = missing(60, 0, on="2027-01-04")
    (error,) = Auditor(THREE).audit_one(read_record(json.dumps(record).encode())).errors
    assert error.lesson == "M1"
    assert error.reason == (
        "check `three-times`: 60 incidents, 60 incidents and 60 incidents belong together in more"
        " than 25,000 ways"
    )
    assert "audit the case by hand" in error.remedy
    assert "rules lint" in error.remedy


# --- what is asked rule by rule is what is asked at once ---


@pytest.mark.slow
@pytest.mark.parametrize("at_once", few([1, 2], 2))
def test_rule_by_rule_and_in_parts_the_matches_are_the_same(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(rule_by_rule, "AT_ONCE", at_once)
    several = 0
    lessons = auditor("children_p").lessons
    for seed in range(40):
        record = read_record(json.dumps(random_record(random.Random(9_000 + seed))).encode())
        known = Known(record, contradictions(record))
        for lesson in lessons:
            facts = lesson.writer.write(known)
            if facts.texts:
                batch = Batch(facts.settled)
                batch.add(0, facts)
                engine = lesson.exact if facts.settled else lesson.bounded.engine(EVERY)
                together = engine.matches(batch.text())
                apart = lesson._rule_by_rule(facts.settled).matches(facts.texts)
                assert apart == together
                several += any(len(found) > at_once for found in together.values())
    assert several


@pytest.mark.slow
def test_small_families_are_audited_alike_when_they_are_taken_for_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = [large_family(told, scale=0.05) for told in TOLD]
    together = [audited(record) for record in records]
    assert len({audit.findings for audit in together}) > 5
    monkeypatch.setattr(LessonAuditor, "is_large", lambda *_: True)
    assert [audited(record) for record in records] == together


def test_evidence_for_which_other_evidence_stands_is_left_out() -> None:
    """Of actions that may address any risk, those still open and set first stand for all."""
    (lesson,) = [one for one in auditor("children_p").lessons if one.lesson.id == "P1.1"]
    record = read_record(json.dumps(large_family("facts unknown")).encode())
    facts = lesson.writer.write(Known(record, contradictions(record)))
    by_kind = match_bound.facts_by_kind(facts.texts)
    ruleset = lesson.compiled.bounded
    fewest = []
    for rule, tests in RuleByRule(ruleset, ["c"] * len(ruleset.checks))._tests.items():
        rows = match_bound.rows_of(tests, by_kind)
        needed = rule_by_rule._needed(tests, rows, ruleset.rules[rule].members)
        if len(rows) == 3 and len(rows[2]) == 500:
            fewest.append(len(needed[2]))
    assert fewest
    assert min(fewest) <= 2 * 9  # a plan has one that is open, and at most one more


def test_what_is_looked_at_to_count_grows_with_what_joins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of rows, each of which names the one before: each is looked at once."""
    looked_at: list[int] = []
    fewest = match_bound._Finder._fewest

    def counted(self: Any, chosen: Any) -> Any:
        found = fewest(self, chosen)
        looked_at.append(len(found))
        return found

    monkeypatch.setattr(match_bound._Finder, "_fewest", counted)
    for number in (500, 5_000):
        looked_at.clear()
        facts = [{"t": 1, "a": one, "b": one - 1} for one in range(number)]
        first, second = (
            RuleRow("rows", Pattern((), (), ()), (), joins)
            for joins in ((), (Join("b", "==", 0, "a"),))
        )
        chain = Ruleset({"rows": Kind("rows", 1)}, {"r": Rule((first, second), 2)}, ())
        tests = match_bound.rule_tests(chain)["r"]
        rows = match_bound.rows_of(tests, {1: facts})
        assert match_bound.matches_of(tests, rows, 10**9) == number
        assert sum(looked_at) == 2 * number - 1


# --- what is refused ---


def test_given_rows_that_make_too_many_instances_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (lesson,) = [one for one in auditor("children_p").lessons if one.lesson.id == "P2.1"]
    record = read_record(json.dumps(large_family()).encode())
    facts = lesson.writer.write(Known(record, contradictions(record)))
    ruleset = lesson.compiled.exact if facts.settled else lesson.compiled.bounded
    apart = RuleByRule(ruleset, ["a", "b", "c"])
    monkeypatch.setattr(rule_by_rule, "MAX_MATCHES", 3)
    with pytest.raises(
        TooLarge, match="check `a`: 24 workers and 19 sexual_abuse_concern belong together"
    ):
        apart.matches(facts.texts)


def test_instances_that_other_rows_make_are_counted_by_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A repeated incident is an incident before which there was another: one row, joined to one."""
    (lesson,) = [one for one in auditor("children_p").lessons if one.lesson.id == "P8.2"]
    incident = {"kind": "domestic_abuse", "victim": "teenager", "by": "mother"}
    told = exploding(0) | {
        "people": [{"id": "teenager", "born": "2009-03"}, {"id": "mother"}],
        "incidents": [
            {"id": f"i{day}", "on": f"2025-03-{day:02}", **incident} for day in range(1, 10)
        ],
    }
    for section in ("plans", "risks", "category_changes"):
        told[section] = []
    record = read_record(json.dumps(told).encode())
    facts = lesson.writer.write(Known(record, contradictions(record)))
    ruleset = lesson.compiled.exact if facts.settled else lesson.compiled.bounded
    apart = RuleByRule(ruleset, [one.id for one in lesson.lesson.checks])
    found = apart.matches(facts.texts)
    joined = {
        rule: matches
        for rule, matches in found.items()
        if rule in apart._populations
        and len(ruleset.rules[rule].rows) > ruleset.rules[rule].members == 1
    }
    assert joined
    monkeypatch.setattr(rule_by_rule, "MAX_MATCHES", len(max(joined.values(), key=len)) - 1)
    by_kind = match_bound.facts_by_kind(facts.texts)
    refused = 0
    for rule, matches in joined.items():
        rows = match_bound.rows_of(apart._tests[rule], by_kind)
        if len(matches) <= rule_by_rule.MAX_MATCHES:
            assert apart._matches_of(rule, rows) == matches
            continue
        with pytest.raises(TooLarge, match=f": {len(rows[0])} incidents belong together in more"):
            apart._matches_of(rule, rows)
        refused += 1
    assert refused


def test_an_engine_that_gives_up_on_a_part_is_an_error_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def give_up(*_: object) -> None:
        raise EngineFailure("the engine refused the batch")

    monkeypatch.setattr(RuleByRule, "_matches_of_part", give_up)
    monkeypatch.setattr(LessonAuditor, "is_large", lambda *_: True)
    (error,) = audited(large_family(scale=0.05)).errors[:1]
    assert error.reason == "the engine refused the batch"
    assert "report this as a fault" in error.remedy


def test_findings_that_are_too_many_are_an_error_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("casecheck.audit.auditor.MAX_FINDINGS", 17)
    (error, *_) = audited(exploding(9)).errors
    assert "findings" in error.reason
    assert "more than 17 of one record" in error.reason


@pytest.mark.slow
def test_facts_that_are_too_many_are_an_error_with_its_reason() -> None:
    record = exploding(1)
    record["meetings"] = [
        {"id": f"m{one}", "plan": "p", "kind": "core_group", "on": "2025-01-06"}
        for one in range(4_001)
    ]
    reasons = {error.lesson: error.reason for error in audited(record).errors}
    assert reasons["P7.1"].startswith("4,00")
    assert reasons["P7.1"].endswith(" of its rows bear on the lesson, more than 4,000")


REASON = "check `risks-carried`: 450 category_changes and 450 risks belong together in more than"


@pytest.fixture(scope="module")
def too_large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("large") / "c.json"
    file.write_text(json.dumps(exploding(450)))
    return file


@pytest.mark.parametrize("form", few(["text", "json", "jsonl", "csv", "sarif"], "text", "json"))
def test_every_format_says_why_and_what_to_do(here: Here, too_large: Path, form: str) -> None:
    ended = here("audit", too_large, "--lesson", "P1.1", "--format", form)
    assert ended.status == 3
    words = " ".join(ended.text.replace("\\", "").split())
    assert REASON in words
    assert "audit the case by hand" in words
    if form in ("json", "jsonl"):
        (error,) = json.loads(ended.out)["errors"]
        assert error["reason"].startswith(REASON)
        assert error["what_to_do"].startswith("audit the case by hand")


def test_explain_says_it_too(here: Here, too_large: Path) -> None:
    ended = here("explain", "P1.1", "--case", too_large)
    assert ended.status == 3
    assert REASON in ended.told


@pytest.mark.slow
def test_check_counts_it_as_not_answered(here: Here, too_large: Path, tmp_path: Path) -> None:
    ended = here("check", too_large)
    assert ended.status == 3
    words = " ".join(ended.text.split())
    assert "Not answered: lessons that could not be evaluated on a record" in words
    assert "too large (1), actions (1)" in ended.text
    assert REASON in words
    ended = here("check", too_large, "--format", "json")
    report = json.loads(ended.out)
    assert report["errors"][0]["reason"].startswith(REASON)
    assert report["lessons"]["P1.1"]["records_not_evaluated"] == 1
    assert report["lessons"]["P1.1"]["records_with_all_sections"] == 0
    whole = tmp_path / "whole.json"
    whole.write_text(json.dumps(large_family()))
    ended = here("check", whole, "--format", "json")
    assert (ended.status, json.loads(ended.out)["errors"]) == (0, [])


# --- what authors are told ---


def grown(rules: Rules) -> list[tuple[str, int]]:
    from casecheck.authoring.growth import growing  # noqa: PLC0415

    return [(one.of, one.ways) for lesson in rules.lessons for one in growing(lesson, {})]


@pytest.mark.parametrize(
    ("for_each", "others", "ways"),
    [
        ("{first: incidents}", "", None),
        ("{first: incidents, second: incidents}", "- first.on < second.on", None),
        ("{first: incidents, second: meetings}", "- first.on < second.on", 30_000),
        ("{first: incidents, second: meetings}", "- first.on <= second.on <= first.on + 28", None),
        ("{first: incidents, second: meetings}",
         "- 0 < 1 and workdays(first.on, second.on) <= 5", None),
        ("{first: incidents, second: incidents, third: incidents}", CHAIN, 1_000_000),
    ],
)  # fmt: skip
def test_what_multiplies_for_a_large_family(for_each: str, others: str, ways: int | None) -> None:
    if "0 < 1" in others:
        others = "- workdays(first.on, second.on) <= 5\n      - workdays(first.on, second.on) >= 1"
    found = grown(page(for_each, others))
    assert [number for _, number in found] == ([ways] if ways else [])


def test_evidence_of_three_rows_multiplies_too() -> None:
    ((of, ways),) = grown(LATER)
    assert (of, ways) == ("`a talk`", 300 * 1_000_000)


BETWEEN = """- risk.identified_on <= first.on
      - link.from == first.victim"""


@pytest.mark.parametrize(
    ("more", "ways"), [("", 100 * 60 * 20), ("\n      - link.to == risk.subject", None)]
)
def test_a_row_between_two_that_are_given_adds_none(more: str, ways: int | None) -> None:
    text = page("{first: incidents, risk: risks, link: relationships}", BETWEEN + more)
    assert [number for _, number in grown(text)] == ([ways] if ways else [])


def test_an_author_is_warned_when_linting_and_when_testing(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "M1.yaml"
    text = PAGE.replace("{FOR_EACH}", "{first: incidents, second: incidents, third: incidents}")
    text = text.replace("OTHERS", CHAIN).replace("{FIND}", "{talk: meetings}")
    file.write_text(text.replace("MORE", ""))
    linted = here("rules", "lint", file, "--select", "L008")
    assert linted.status == 1
    assert "`three-times` multiplies rows" in linted.text
    assert "1,000,000 combinations" in linted.text
    tested = here("rules", "test", file)
    assert tested.status == 0
    assert "Warning" in tested.told
    assert "L008" in tested.told
    report = json.loads(here("rules", "test", file, "--format", "json").out)
    assert [one["code"] for one in report["warnings"]] == ["L008"]
