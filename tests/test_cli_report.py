"""The text report of the sample cases, pinned whole: what an auditor reads first.

After a change that is meant, write it anew at the root of the repository, and read what differs:

    python -m casecheck audit sample_cases/ > tests/expected/sample_cases_report.txt
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml
from command_line import Here

EXPECTED = Path(__file__).parent / "expected" / "sample_cases_report.txt"
STORIES = Path(__file__).parent / "sample_cases_expected.yaml"
_DIGEST = re.compile(r"sha256:[0-9a-f]+")


def test_the_report_of_the_sample_cases_is_as_expected(here: Here) -> None:
    """But for the rules' digest, which changes with every word on their pages."""
    ended = here("audit", "sample_cases/")
    assert (ended.status, ended.err) == (0, b"")
    expected = EXPECTED.read_text(encoding="utf-8")
    assert _DIGEST.sub("sha256:", ended.text) == _DIGEST.sub("sha256:", expected)


def test_the_sample_cases_come_out_as_their_stories_say(here: Here) -> None:
    """Each check in each case, as worked out by hand from its story."""
    stories = yaml.safe_load(STORIES.read_text(encoding="utf-8"))
    lines = here("audit", "sample_cases/", "--format", "jsonl").text.splitlines()
    cases = {case["case_id"]: case["lessons"] for case in map(json.loads, lines)}
    assert cases.keys() == stories.keys()
    for case_id, story in stories.items():
        for name, outcome in story.items():
            lesson, check = name.split("/")
            assert cases[case_id][lesson]["checks"][check] == outcome, (case_id, name)
