"""What a check says of itself: severity and tags, in reports, weights, samples and choices."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
from command_line import Here
from lesson_pages import faults, load, planted
from report_fakes import FakeCheck, FakeLesson, FakeRules, audited, finding
from test_standards_in_time import record

from casecheck import api
from casecheck.audit.gravity import CaseWeights, Gravity, amount, gravity
from casecheck.lessons.in_force import NotInForce, only_marked
from casecheck.lessons.meaning import meanings_of
from casecheck.qag.sampling.weights import Weights
from casecheck.qag.store.store import FrameCase, Store, StoredFinding
from casecheck.report.audit.formats import open_report
from casecheck.results import CaseAudit, Finding, Outcome, Severity

BREACH, UNKNOWN = Outcome.BREACH, Outcome.INSUFFICIENT_EVIDENCE
PAGE = """\
lesson: T1.1
title: Three questions of an action
source: {review: test, finding: T1, theme: 1, cite: Made up for a test}
asks: Something.
checks:
  - id: grave
    asks: Was it completed by its day?
    severity: high
    tags: [child-voice, timeliness]
    for_each: {action: actions}
    where: [action.due <= today]
    met_by: [{means: in time, where: [action.completed_on <= action.due]}]
    late:
      - means: after it
        where: [action.completed_on > action.due]
        breach: Done {days(action.due, action.completed_on)} late.
    breach: Not done.
    cannot_tell: Perhaps.
  - id: plain
    asks: Was it a visit?
    tags: [timeliness]
    for_each: {action: actions}
    met_by: [{means: a visit, where: [action.kind == 'visit']}]
    breach: No visit.
    cannot_tell: Perhaps.
  - id: slight
    asks: Was a reason recorded?
    severity: low
    for_each: {action: actions}
    met_by: [{means: a reason, where: [action.closure_reason_recorded]}]
    breach: No reason.
    cannot_tell: Perhaps whether there is a reason.
examples:
  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}
  cases:
    - {name: nothing, expect: {grave: not_applicable}}
"""


def one_action(**fields: Any) -> dict[str, Any]:
    """A record with one action that was completed two days late, of no visit, without a reason."""
    action = {
        "id": "a", "plan": "plan", "kind": "service", "set_on": "2026-01-05", "due": "2026-02-02",
        "completed_on": "2026-02-04", "closure_reason_recorded": False, **fields,
    }  # fmt: skip
    return record(None, None, actions=[action])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of the page, and beside it a record that is in breach of all."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "T1.1.yaml").write_text(PAGE, "utf-8")
    (tmp_path / "case.json").write_text(json.dumps(one_action()), "utf-8")
    return tmp_path


# --- reading them ---


def test_they_are_read_and_change_nothing_that_is_asked() -> None:
    rules = load(PAGE)
    grave, plain, slight = rules.lessons[0].checks
    assert (grave.severity, plain.severity, slight.severity) == ("high", "medium", "low")
    assert (grave.tags, slight.tags) == (("child-voice", "timeliness"), ())
    bare = re.sub(r"    (severity|tags): .*\n", "", PAGE)
    assert meanings_of(load(bare)) == meanings_of(rules)


@pytest.mark.parametrize(
    ("instead_of", "fault", "told"),
    [
        ("severity: high", "severity: hihg", "no severity `hihg`: did you mean `high`?"),
        ("severity: high", "severity: critical", "did you mean `high`?"),
        ("severity: high", "severity: Moderate", "did you mean `medium`?"),
        ("severity: high", "severity: zebra", "no severity `zebra`: known: high, low, medium"),
        ("severity: high", "severity: 1", "severity is a text"),
        ("severity: high", "severty: high", "did you mean `severity`?"),
        ("tags: [timeliness]", "tags: timeliness", "tags is a list with at least one item"),
        ("tags: [timeliness]", "tags: [Time]", "a tag is small letters, figures and hyphens"),
        ("tags: [timeliness]", "tags: [a, b, a]", "the tag `a` is repeated: remove one"),
        ("tags: [timeliness]", "tag: [timeliness]", "did you mean `tags`?"),
        (
            "tags: [timeliness]", "tags: [a, b, c, d, e, f, g, h, i, j, k]",
            "tags has more than 10 items",
        ),
    ],
)  # fmt: skip
def test_what_is_no_mark_is_refused(instead_of: str, fault: str, told: str) -> None:
    (error,) = faults(planted(PAGE, fault, instead_of))
    assert told in error.message


# --- gravity and weights ---


def found(check: str, outcome: Outcome, severity: Severity, row: int = 0) -> Finding:
    one = finding("C-1", "P7.1", check, outcome, f"/meetings/{row}", message="x")
    return one._replace(severity=severity)


@pytest.mark.parametrize(
    ("of", "severity", "expected"),
    [(4, "high", 8), (4, "medium", 4), (4, "low", 2), (3, "low", 2), (1, "low", 1), (0, "low", 0)],
)
def test_a_severity_doubles_or_halves(of: int, severity: Severity, expected: int) -> None:
    assert amount(of, severity) == expected


def weighed() -> tuple[CaseAudit, FrameCase]:
    findings = [
        found("quorum", BREACH, "high"),
        found("quorum", UNKNOWN, "high", 1),
        found("child-views", UNKNOWN, "low"),
        found("other", BREACH, "medium"),
        found("more", UNKNOWN, "high"),
    ]
    stored = tuple(
        StoredFinding(
            one.lesson, one.check, one.outcome, one.fingerprint, one.pointers, False, one.severity
        )
        for one in findings
    )
    case = FrameCase(
        1, "C-1", "a", None, "", "2026-06-30", None, None, None, {("P7.1", ""): BREACH}, stored
    )
    return audited("C-1", "a", findings=findings), case


def test_a_check_weighs_by_its_severity_in_the_report_and_in_a_sample() -> None:
    audit, case = weighed()
    standing = ((one.lesson, one.check, one.outcome, one.severity) for one in audit.findings)
    found_of_it = gravity(standing, missing=0)
    assert found_of_it == Gravity(2, 2, 0, high=(1, 1), low=(0, 1))
    assert CaseWeights().of(audit) == found_of_it.weight() == 1 + 8 + 4 + 4 + 1
    assert Weights().of(case, ["P7.1"]) == (
        18,
        "1 + 1 x 8 in breach, high severity + 1 x 4 in breach + 1 x 4 cannot tell, high severity"
        " + 1 x 1 cannot tell, low severity",
    )


def test_a_run_keeps_the_severities_that_were_in_force(here: Here, folder: Path) -> None:
    store = folder / "s.db"
    words = ("audit", folder / "case.json", "--rules", folder / "rules", "--store", store)
    assert here(*words).status == 0
    with Store.open(store, create=False) as opened:
        (case,) = opened.frame(1)
        run = opened.run(1)
    assert [(one.check, one.severity) for one in case.findings] == [
        ("grave", "high"), ("plain", "medium"), ("slight", "low"),
    ]  # fmt: skip
    assert run.marks == {
        "T1.1/grave": {"severity": "high", "tags": ["child-voice", "timeliness"]},
        "T1.1/plain": {"tags": ["timeliness"]},
        "T1.1/slight": {"severity": "low"},
    }
    assert all(re.fullmatch("[0-9a-f]{16}", asked) for asked in run.meanings.values())
    drawn = here("sample", "--store", store, "--design", "risk", "--size", "1", "--seed", "1")
    assert "1 x 8 in breach, high severity + 1 x 4 in" in " ".join(drawn.text.split())
    shown = here("sample", "show", "latest", "--store", store)
    assert shown.status == 0, shown.told


# --- reports ---


def test_every_format_says_them(here: Here, folder: Path) -> None:
    words = ("audit", folder / "case.json", "--rules", folder / "rules", "--format")
    report = json.loads(here(*words, "json").out)
    grave, plain, slight = report["findings"]
    assert grave["severity"] == "high"
    assert grave["tags"] == ["child-voice", "timeliness"]
    assert (grave["shortfall"], plain["shortfall"]) == ("late", "missing")
    assert grave["message"] == "Done 2 days late."
    assert "severity" not in plain
    assert "tags" not in slight
    (line,) = here(*words, "jsonl").text.splitlines()
    assert json.loads(line)["findings"] == report["findings"]
    rows = [
        row
        for row in csv.DictReader(io.StringIO(here(*words, "csv").text.lstrip("\ufeff")))
        if row["kind"] == "finding"
    ]
    assert [(row["shortfall"], row["severity"], row["tags"]) for row in rows] == [
        ("late", "high", "child-voice timeliness"),
        ("missing", "medium", "timeliness"),
        ("missing", "low", ""),
    ]
    run = json.loads(here(*words, "sarif").out)["runs"][0]
    assert [(one["level"], one["rank"]) for one in run["results"]] == [
        ("error", 100), ("error", 50), ("warning", 25),
    ]  # fmt: skip
    assert run["results"][0]["properties"]["tags"] == ["child-voice", "timeliness"]
    assert run["results"][0]["properties"]["shortfall"] == "late"
    assert run["tool"]["driver"]["rules"][0]["properties"]["severity"] == "high"
    text = here(*words, "text").text
    assert re.search(r"grave \(high severity\): .*Done 2 days late\.", " ".join(text.split()))
    assert re.search(r"slight \(low severity\): .*No reason\.", " ".join(text.split()))
    assert re.search(r"plain: .*No visit\.", " ".join(text.split()))


def test_what_cannot_be_told_is_a_note_where_it_is_of_low_severity(
    here: Here, folder: Path
) -> None:
    case = one_action(closure_reason_recorded=None, due=None, kind="visit")
    (folder / "case.json").write_text(json.dumps(case), "utf-8")
    words = ("audit", folder / "case.json", "--rules", folder / "rules", "--format", "sarif")
    results = json.loads(here(*words).out)["runs"][0]["results"]
    assert [(one["level"], one["rank"]) for one in results] == [("warning", 50), ("note", 12.5)]
    assert "shortfall" not in results[0]["properties"]


def test_the_gravest_case_and_finding_come_first() -> None:
    rules = FakeRules(
        "sha256:" + "0" * 64,
        [
            FakeLesson("P1.1", "One", 1, [FakeCheck("slight", "?", "low")]),
            FakeLesson("P7.1", "Two", 1, [FakeCheck("grave", "?", "high")]),
        ],
    )
    low = finding("C-1", "P1.1", "slight", BREACH, "/risks/0", message="x")._replace(severity="low")
    high = finding("C-2", "P7.1", "grave", BREACH, "/risks/0", message="x")._replace(
        severity="high"
    )
    lone = CaseAudit("C-1", "C-1.json", None, {}, (low,), (), ())
    both = CaseAudit("C-2", "C-2.json", None, {}, (low._replace(case_id="C-2"), high), (), ())
    grave = CaseAudit("C-3", "C-3.json", None, {}, (high._replace(case_id="C-3"),), (), ())
    stream = io.StringIO(newline="")
    report = open_report("text", stream, rules, ())
    for item in (lone, grave, both):
        report.add(item)
    report.finish()
    text = stream.getvalue()
    assert re.findall("^(C-.)  ", text, re.MULTILINE) == ["C-2", "C-3", "C-1"]
    assert text.index("P7.1 grave") < text.index("P1.1 slight")


def test_lists_and_pages_show_them(here: Here, folder: Path) -> None:
    text = here("rules", "list", "--rules", folder / "rules").text
    assert "severity high; tags child-voice, timeliness" in " ".join(text.split())
    listed = json.loads(here("rules", "list", "--rules", folder / "rules", "--format", "json").out)
    checks = listed["lessons"][0]["checks"]
    assert [one.get("severity") for one in checks] == ["high", None, "low"]
    assert checks[0]["tags"] == ["child-voice", "timeliness"]
    words = here("explain", "T1.1", "--rules", folder / "rules").text
    assert "severity: high" in words
    assert "tags: child-voice, timeliness" in words
    assert "severity: medium" not in words


# --- choosing by them ---


def asked(rules: Any) -> list[str]:
    return [check.id for lesson in rules.lessons for check in lesson.checks]


@pytest.mark.parametrize(
    ("tags", "severity", "expected"),
    [
        ([], None, ["grave", "plain", "slight"]),
        (["timeliness"], None, ["grave", "plain"]),
        (["child-voice"], None, ["grave"]),
        (["child-voice", "timeliness"], None, ["grave", "plain"]),
        ([], "high", ["grave"]),
        ([], "medium", ["grave", "plain"]),
        ([], "low", ["grave", "plain", "slight"]),
        (["timeliness"], "high", ["grave"]),
    ],
)
def test_checks_are_chosen(tags: list[str], severity: Severity | None, expected: list[str]) -> None:
    chosen = only_marked(load(PAGE), tags, severity)
    assert asked(chosen) == expected
    in_part = len(expected) < 3
    assert bool(chosen.asked_in_part) == in_part
    assert bool(chosen.deviations()) == in_part


def test_a_choice_of_nothing_is_refused() -> None:
    with pytest.raises(NotInForce, match="tag 'timelines': did you mean `timeliness`"):
        only_marked(load(PAGE), ["timelines"], None)
    with pytest.raises(NotInForce, match="no check of these lessons has a tag"):
        only_marked(load(), ["timelines"], None)
    without = load(PAGE.replace("severity: high", "severity: medium"))
    told = "No check of these lessons has the tag child-voice and the severity high"
    with pytest.raises(NotInForce, match=told):
        only_marked(without, ["child-voice"], "high")


def test_an_audit_in_part_says_so_in_every_format(here: Here, folder: Path) -> None:
    words = ("audit", folder / "case.json", "--rules", folder / "rules", "--tag", "child-voice")
    told = (
        "only 1 of 3 checks are asked, those with the tag child-voice: the outcome of a lesson is"
        " that of these alone"
    )
    for how in ("text", "json", "csv", "sarif"):
        assert told in " ".join(here(*words, "--format", how).text.split()), how
    report = json.loads(here(*words, "--format", "json").out)
    assert report["cases"][0]["lessons"]["T1.1"]["checks"] == {"grave": "breach"}
    high = here("audit", folder / "case.json", "--rules", folder / "rules", "--severity", "high")
    assert "those with the severity high" in " ".join(high.text.split())
    wrong = here(*words, "--tag", "tmeliness")
    assert wrong.status == 2
    assert "did you mean `timeliness`?" in wrong.told
    assert here(*words[:-2], "--severity", "grave").status == 2


def test_a_waiver_of_a_check_that_was_not_asked_is_not_called_useless(
    here: Here, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = json.loads(
        here("audit", folder / "case.json", "--rules", folder / "rules", "--format", "json").out
    )
    mark = report["findings"][2]["fingerprint"]
    accepted = f'fingerprint: "{mark}", outcome: breach, reason: r, who: w, until: 2027-01-01'
    (folder / "w.yaml").write_text(f"waivers: [{{{accepted}}}]")
    monkeypatch.chdir(folder)
    words = ("audit", "case.json", "--waivers", "w.yaml", "--format", "json")
    monkeypatch.setattr("casecheck.lessons.in_force.refuse_strangers", lambda *_: None)
    whole = json.loads(here(*words).out)
    assert whole["findings"][2]["waiver"]["who"] == "w"
    part = json.loads(here(*words, "--severity", "high").out)
    assert not any("meets no finding" in notice for notice in part["waivers"])


def test_from_python(folder: Path) -> None:
    rules = api.load_rules(folder / "rules", tags=["timeliness"], severity="medium")
    assert asked(rules) == ["grave", "plain"]
    with pytest.raises(api.CasecheckError, match="No check has the tag 'x'"):
        api.load_rules(folder / "rules", tags=["x"])
    with pytest.raises(api.WrongArgument, match="tags is a list"):
        api.load_rules(folder / "rules", tags="timeliness")
    with pytest.raises(api.WrongArgument, match="severity is high, medium or low"):
        api.load_rules(folder / "rules", severity=cast(Severity, "grave"))
