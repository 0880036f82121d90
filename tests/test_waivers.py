"""Accepted findings: the file, what a waiver does and never does, and what reports say of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, Here

from casecheck.audit.waivers import load_waivers
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Rules
from casecheck.results import CaseAudit

CASE = str(ROOT / "sample_cases" / "c-0104.json")
TODAY = date.fromisoformat(json.loads(Path(CASE).read_text(encoding="utf-8"))["extracted_on"])
MARK = "0123456789abcdef" * 2
GOOD = f"""\
waivers:
  - fingerprint: "{MARK}"
    outcome: breach
    reason: The chair's letter is on paper.
    who: QAG of 4 May
    until: 2026-12-31
"""


@pytest.fixture
def report(here: Here) -> dict[str, Any]:
    """The audit of one case as it is."""
    found: dict[str, Any] = json.loads(here("audit", CASE, "--format", "json").out)
    assert found["findings"]
    return found


@pytest.fixture
def waive(tmp_path: Path) -> Callable[..., str]:
    """Write a file of waivers, for these fingerprints, until so many days after the extract."""

    def write(*fingerprints: str, days: int = 100) -> str:
        until = TODAY + timedelta(days=days)
        file = tmp_path / "waivers.yaml"
        file.write_text(
            "waivers:\n"
            + "".join(
                f'  - fingerprint: "{mark}"\n    outcome: breach\n    reason: Seen on paper\n'
                f"    who: QAG\n"
                f"    until: {until}\n"
                for mark in fingerprints
            )
        )
        return str(file)

    return write


# The file


def test_what_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(GOOD)
    (entry,) = load_waivers(file).entries.values()
    assert entry.waiver == (MARK, "The chair's letter is on paper.", "QAG of 4 May",
                            date(2026, 12, 31))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the page is empty"),
        ("waivers: []\n", "at least one item"),
        ("waiver: x\n", "did you mean `waivers`?"),
        (GOOD.replace("    who: QAG of 4 May\n", ""), "w.yaml:2:5: a waiver lacks `who`"),
        (GOOD.replace("    until: 2026-12-31\n", ""), "a waiver lacks `until`"),
        (GOOD.replace("    reason: The chair's letter is on paper.\n", ""), "lacks `reason`"),
        (GOOD.replace("reason: The chair's letter is on paper.", 'reason: ""'), "reason is empty"),
        (GOOD.replace("    outcome: breach\n", ""), "a waiver lacks `outcome`"),
        (GOOD.replace("breach", "compliant"), "breach or insufficient_evidence"),
        (GOOD.replace("2026-12-31", "2026-02-30"), "w.yaml:6:12: `until` is a day"),
        (GOOD.replace("2026-12-31", "never"), "`until` is a day of the calendar"),
        (GOOD.replace(MARK, MARK[:-1]), "w.yaml:2:18: a fingerprint is 32"),
        (GOOD.replace(MARK, MARK.upper()), "a fingerprint is 32"),
        (GOOD.replace(f'"{MARK}"', "12"), "a fingerprint is 32"),
        (GOOD.replace("who: QAG of 4 May", f"who: {'x' * 501}"), "longer than 500 characters"),
        (GOOD + GOOD.removeprefix("waivers:\n"), "w.yaml:7:5: this finding has a waiver in line 2"),
        (GOOD.replace("who:", "whom:"), "did you mean `who`?"),
        (GOOD.replace("QAG of 4 May", "qag@example.org"), "`who` holds what looks like an e-mail"),
        (GOOD + "    asked: what\n", "w.yaml:7:12: `asked` is 16 figures and letters"),
        (GOOD + "    asked: 12\n", "w.yaml:7:12: `asked` is 16 figures and letters"),
        ("waivers: *x\n", "w.yaml:1:10"),
    ],
)
def test_faults_are_named_with_their_line(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(text)
    with pytest.raises(RulesError) as error:
        load_waivers(file)
    assert told in str(error.value)


def test_bytes_that_are_no_text(tmp_path: Path, here: Here) -> None:
    file = tmp_path / "w.yaml"
    file.write_bytes(b"\xff")
    ended = here("audit", CASE, "--waivers", str(file))
    assert (ended.status, ended.out) == (2, b"")
    assert "w.yaml:1:1: this is not UTF-8 text" in ended.told


# What a waiver does


def test_the_finding_stays_and_is_marked_and_both_counts_are_told(
    here: Here, report: dict[str, Any], waive: Callable[..., str]
) -> None:
    of = report["findings"][0]
    file = waive(*(one["fingerprint"] for one in report["findings"] if one["check"] == of["check"]))
    marked = json.loads(here("audit", CASE, "--format", "json", "--waivers", file).out)
    without = [
        {key: value for key, value in one.items() if key != "waiver"} for one in marked["findings"]
    ]
    assert without == report["findings"]
    assert marked["summary"]["lessons"] == report["summary"]["lessons"]
    assert marked["cases"] == report["cases"]
    for one in marked["findings"]:
        assert ("waiver" in one) == (one["check"] == of["check"])
    assert marked["findings"][0]["waiver"] == {
        "reason": "Seen on paper", "who": "QAG", "until": str(TODAY + timedelta(days=100))
    }  # fmt: skip
    assert all("does not say what its check asked" in one for one in marked["waivers"])


def test_an_outcome_is_accepted_where_all_that_it_rests_on_is(
    here: Here, report: dict[str, Any], waive: Callable[..., str]
) -> None:
    lesson = report["findings"][0]["lesson"]
    of_lesson = [one for one in report["findings"] if one["lesson"] == lesson]
    outcome = report["cases"][0]["lessons"][lesson]["outcome"]
    resting = [one["fingerprint"] for one in of_lesson if one["outcome"] == outcome]
    assert len(resting) > 1
    for number, expected in ((len(resting), 1), (len(resting) - 1, 0)):
        file = waive(*resting[:number])
        found = json.loads(here("audit", CASE, "--format", "json", "--waivers", file).out)
        assert found["summary"]["accepted"][lesson][outcome] == expected
        assert found["summary"]["lessons"][lesson][outcome] == 1


def test_fail_on_looks_at_what_is_not_accepted(here: Here, waive: Callable[..., str]) -> None:
    both = str(ROOT / "sample_cases" / "c-0139.json")
    found = json.loads(here("audit", both, "--format", "json").out)["findings"]
    breaches = [one["fingerprint"] for one in found if one["outcome"] == "breach"]
    every = [one["fingerprint"] for one in found]
    assert breaches
    assert len(every) > len(breaches), "the case must show both"
    fail = ("audit", both, "--format", "json", "--fail-on")
    assert here(*fail, "breach").status == 1
    assert here(*fail, "breach", "--waivers", waive(*breaches, days=900)).status == 0
    assert here(*fail, "insufficient", "--waivers", waive(*breaches, days=900)).status == 1
    assert here(*fail, "insufficient", "--waivers", waive(*every, days=900)).status == 0
    assert here(*fail, "breach", "--waivers", waive(*every, days=-900)).status == 1


@pytest.mark.parametrize(
    ("days", "marked", "told"),
    [
        (-1, False, "ended on"),
        (0, True, "ends on"),
        (29, True, "ends on"),
        (30, True, "does not say what its check asked"),
    ],
)
def test_its_last_days_by_the_day_of_the_extract(  # noqa: PLR0917
    here: Here,
    report: dict[str, Any],
    waive: Callable[..., str],
    days: int,
    marked: bool,
    told: str,
) -> None:
    file = waive(report["findings"][0]["fingerprint"], days=days)
    found = json.loads(here("audit", CASE, "--format", "json", "--waivers", file).out)
    assert ("waiver" in found["findings"][0]) == marked
    assert [told in one for one in found["waivers"]] == [True]


def test_what_was_unclear_and_is_a_breach_now_is_not_accepted(
    here: Here, report: dict[str, Any], waive: Callable[..., str]
) -> None:
    assert report["findings"][0]["outcome"] == "breach"
    file = Path(waive(report["findings"][0]["fingerprint"]))
    file.write_text(file.read_text().replace("breach", "insufficient_evidence"))
    found = json.loads(here("audit", CASE, "--format", "json", "--waivers", file).out)
    assert "waiver" not in found["findings"][0]
    (told,) = found["waivers"]
    assert "accepts that the record cannot tell, and the finding is a breach now" in told
    assert "it met no finding" not in told


def test_the_report_never_takes_the_place_of_the_waivers(
    here: Here, waive: Callable[..., str]
) -> None:
    file = waive(MARK)
    before = Path(file).read_text()
    ended = here("audit", CASE, "--waivers", file, "--output", file)
    assert ended.status == 2
    assert Path(file).read_text() == before


@pytest.mark.parametrize("order", [1, -1])
def test_the_latest_extract_decides_what_is_announced(tmp_path: Path, order: int) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(GOOD.replace("2026-12-31", "2026-03-01"))
    waivers = load_waivers(file)
    for day in (date(2026, 1, 1), date(2026, 3, 2))[::order]:
        waivers.marked(CaseAudit("C-1", "f", None, {}, (), (), (), day))
    (told,) = waivers.notices(whole=False)
    assert "ended on 2026-03-01" in told


def test_one_that_meets_nothing_is_reported(here: Here, waive: Callable[..., str]) -> None:
    ended = here("audit", CASE, "--waivers", waive(MARK))
    assert f"the waiver of {MARK} meets no finding" in " ".join(ended.text.split())
    only = here("audit", CASE, "--lesson", "P9.1", "--waivers", waive(MARK))
    assert MARK not in only.text, "the other lessons were not asked"
    only = here("audit", CASE, "--rules", str(ROOT / "rules"), "--waivers", waive(MARK))
    assert MARK not in only.text, "there may be other folders"


# Every format


def test_every_format_marks_and_announces(
    here: Here, report: dict[str, Any], waive: Callable[..., str]
) -> None:
    file = waive(*(one["fingerprint"] for one in report["findings"]), days=3)
    until = str(TODAY + timedelta(days=3))
    audit = ("audit", CASE, "--waivers", file, "--format")
    text = " ".join(here(*audit, "text").text.split())
    assert f"accepted until {until} by QAG: Seen on paper" in text
    assert "Of these, the board has accepted: P1.1 1 breach" in text
    assert f"ends on {until}" in text
    rows = list(csv.DictReader(io.StringIO(here(*audit, "csv").text[1:])))
    findings = [row for row in rows if row["kind"] == "finding"]
    assert {row["accepted"] for row in findings} == {f"until {until} by QAG: Seen on paper"}
    assert sum(row["kind"] == "waiver" for row in rows) == len(findings)
    assert any("breach accepted 1" in row["message"] for row in rows if row["kind"] == "summary")
    (run,) = json.loads(here(*audit, "sarif").out)["runs"]
    results = [one for one in run["results"] if one["ruleId"] != "contradiction"]
    assert {one["suppressions"][0]["justification"] for one in results} == {
        f"Seen on paper (QAG, until {until})"
    }
    notices = run["invocations"][0]["toolConfigurationNotifications"]
    assert [one["level"] for one in notices].count("warning") == len(findings)
    lines = here(*audit, "jsonl")
    assert all(one["waiver"]["who"] == "QAG" for one in json.loads(lines.out)["findings"])
    assert lines.told.count(f"ends on {until}") == len(findings)


def test_the_settings_may_name_the_file(
    here: Here, report: dict[str, Any], waive: Callable[..., str], tmp_path: Path
) -> None:
    waive(report["findings"][0]["fingerprint"])
    settings = tmp_path / "casecheck.toml"
    settings.write_text("waivers = 'waivers.yaml'\n")
    ended = here("audit", CASE, "--format", "json", "--settings", str(settings))
    assert "waiver" in json.loads(ended.out)["findings"][0]


def test_what_checks_mean_is_worked_out_only_for_waivers(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes as long as the audit of a hundred records."""
    asked: list[Rules] = []

    def meanings(rules: Rules) -> dict[str, str]:
        asked.append(rules)
        return {}

    monkeypatch.setattr("casecheck.cli.audit.meanings_of", meanings)
    assert here("audit", CASE).status == 0
    assert asked == []
    file = tmp_path / "waivers.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert here("audit", CASE, "--waivers", file).status == 0
    assert len(asked) == 1
