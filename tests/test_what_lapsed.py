"""What is no more what it was: waivers of another question, texts of a new page that are left."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import SAMPLES, Here
from lesson_pages import planted

from casecheck.authoring.scaffold import page_text
from casecheck.lessons.loading import rules_from_pages

CASE = SAMPLES / "c-0104.json"
ANOTHER = "0" * 16
Waive = Callable[..., Path]


@pytest.fixture
def found(here: Here) -> dict[str, Any]:
    """The first breach of the case."""
    report = json.loads(here("audit", CASE, "--format", "json").out)
    return next(one for one in report["findings"] if one["outcome"] == "breach")


@pytest.fixture
def waive(tmp_path: Path) -> Waive:
    def write(fingerprint: str, asked: str) -> Path:
        file = tmp_path / "waivers.yaml"
        file.write_text(
            f'waivers:\n  - fingerprint: "{fingerprint}"\n    outcome: breach\n'
            "    reason: Seen on paper\n    who: QAG\n    until: 2030-01-01\n"
            f'    asked: "{asked}"\n'
        )
        return file

    return write


@pytest.mark.parametrize("how", ["text", "json", "jsonl", "csv", "sarif"])
def test_every_format_says_which_finding_was_accepted_when_its_check_asked_something_else(
    here: Here, found: dict[str, Any], waive: Waive, how: str
) -> None:
    file = waive(found["fingerprint"], ANOTHER)
    ended = here("audit", CASE, "--waivers", file, "--format", how)
    told = ended.told if how == "jsonl" else ended.text
    assert "was given when its check asked something else" in " ".join(told.split())
    if how == "csv":
        rows = list(csv.DictReader(io.StringIO(ended.text.removeprefix("\ufeff"))))
        assert not any(row["accepted"] for row in rows), "what is not accepted is not in its column"
        return
    if how == "text":
        words = "accepted by QAG when the check asked something else: not now"
        assert ended.text.count(words) == 1
        return
    report = json.loads(ended.text)
    if how == "sarif":
        lapsed = [one for one in report["runs"][0]["results"]
                  if "lapsedWaiver" in one["properties"]]  # fmt: skip
        assert [one["partialFingerprints"]["casecheck/v1"] for one in lapsed] == [
            found["fingerprint"]
        ]
        assert "suppressions" not in lapsed[0]
        return
    lapsed = [one for one in report["findings"] if "lapsed_waiver" in one]
    assert [one["fingerprint"] for one in lapsed] == [found["fingerprint"]]
    assert "waiver" not in lapsed[0]
    assert lapsed[0]["lapsed_waiver"] == {
        "reason": "Seen on paper", "who": "QAG", "until": "2030-01-01"
    }  # fmt: skip


def test_the_finding_counts_and_fails_as_if_it_had_never_been_accepted(
    here: Here, found: dict[str, Any], waive: Waive
) -> None:
    plain = json.loads(here("audit", CASE, "--format", "json").out)
    file = waive(found["fingerprint"], ANOTHER)
    marked = json.loads(here("audit", CASE, "--format", "json", "--waivers", file).out)
    assert marked["summary"] == plain["summary"]
    assert here("audit", CASE, "--fail-on", "breach", "--waivers", file).status == 1


def test_one_whose_check_changed_so_that_nothing_is_found_is_noticed_too(
    here: Here, found: dict[str, Any], waive: Waive
) -> None:
    """It met no finding; and what it says that its check asked, none asks."""
    nothing = "f" * 32
    told = here("audit", CASE, "--waivers", waive(nothing, ANOTHER)).text
    assert "was given for a question that no check asks now" in " ".join(told.split())
    listed = json.loads(here("rules", "list", "--format", "json").out)
    asked = next(
        check["asked"]
        for lesson in listed["lessons"]
        for check in lesson["checks"]
        if (lesson["id"], check["id"]) == (found["lesson"], found["check"])
    )
    told = here("audit", CASE, "--waivers", waive(nothing, asked)).text
    assert "meets no finding of the records audited" in " ".join(told.split())
    file = waive(nothing, ANOTHER)
    told = here("audit", CASE, "--lesson", "P1.1", "--waivers", file).text
    assert "no check asks now" not in told, "the other lessons were not asked"


# --- what is still of a new page ---


@pytest.mark.parametrize("kept", ["breach", "cannot_tell", "late"])
def test_a_sentence_alone_that_is_left_of_a_new_page_is_told_in_reports(kept: str) -> None:
    page = page_text("r", "A1", "T", Path("A1.yaml"))
    sentences = {
        "breach": "For the risk identified on {risk.identified_on}, no action that addresses it is",
        "cannot_tell": "The record cannot tell whether an action that addresses the risk",
    }
    for part in (
        "When a risk of neglect to a child is identified, an",
        "Lesson A1 of",
        "A working assumption, four weeks.",
        "Was an action that addresses the risk set",
        "means: an action that addresses the risk, set",
        *(text for name, text in sentences.items() if name != kept),
    ):
        page = planted(page, part.replace(" a", " our a", 1).replace(" of", " 1 of"), part)
    if kept == "late":
        page = page.replace("    breach: >-\n", _LATE + "    breach: >-\n")
    (lesson,) = rules_from_pages({"A1.yaml": page}, "r").lessons
    assert lesson.is_unwritten


_LATE = """\
    late:
      - means: an action that addresses the risk, set later
        find: {action: actions}
        where:
          - action.addresses == risk
          - action.set_on > risk.identified_on + action_days
        breach: >-
          For the risk identified on {risk.identified_on}, no action that addresses it is recorded
          as set within the days allowed.
"""
