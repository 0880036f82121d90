"""`judge --verify` holds the runs and samples of a store to their seals, and says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from amounts import few
from command_line import Here
from qag_judged import judged
from qag_sealed import changed, resealed

BY_HAND = {
    "outcomes": "UPDATE result SET outcome = 'compliant' WHERE run = 2 AND outcome = 'breach'",
    "checks": "UPDATE result SET checks = replace(checks, 'breach', 'compliant') WHERE run = 2",
    "findings": "DELETE FROM finding WHERE run = 2 AND number = 0",
    "pointers": "UPDATE finding SET pointers = '[]' WHERE run = 2",
    "what is met": "UPDATE met SET certain = 1 - certain WHERE run = 2",
    "cases": "UPDATE frame_case SET team = 'TEAM-Z' WHERE run = 2",
    "a case's day": "UPDATE frame_case SET extracted_on = '2020-01-01' WHERE run = 2",
    "measures": "INSERT INTO measured VALUES (2, 'M1', '', 'month', '', '', '2026-01', '{}')",
    "the run": "UPDATE run SET parameters = '{}' WHERE id = 2",
    "a run that is gone": "DELETE FROM run WHERE id = 2",
    "a run's number": "UPDATE run SET id = 9 WHERE id = 2",
    "a seal": "UPDATE seal SET digest = 'sha256:0' WHERE part = 'result' AND id = 2",
    "no seal": "DELETE FROM seal WHERE part = 'finding' AND id = 2",
    "drawn cases": "UPDATE drawn SET why = 'chosen' WHERE rank = 1",
    "chances": "UPDATE drawn SET probability = '1/2' WHERE rank = 1",
    "a seed": "UPDATE sample SET seed = 'another' WHERE name = 'now'",
    "a sample that is gone": "DELETE FROM sample WHERE name = 'now'",
}


@pytest.mark.parametrize("how", few(BY_HAND, *[*BY_HAND][::3]))
def test_whatever_was_changed_by_hand_is_told(here: Here, tmp_path: Path, how: str) -> None:
    store = judged(tmp_path)
    changed(store, "PRAGMA foreign_keys = OFF", BY_HAND[how])
    ended = here("judge", "--verify", "--store", store)
    assert ended.status == 1
    assert "NOT AS IT WAS SAVED: " in ended.text
    assert "is not as it was saved" in ended.text
    if how not in {"what is met", "measures"}:  # by which nothing is estimated
        ended = here("estimate", "now", "--store", store)
        assert (ended.status, ended.out) == (2, b"")


def test_it_says_what_it_covers_and_what_to_keep(here: Here, tmp_path: Path) -> None:
    store = judged(tmp_path)
    ended = here("judge", "--verify", "--store", store)
    assert ended.status == 0
    assert ended.text.count("as it was saved; sha256:") == 4
    covers = json.loads(here("judge", "--verify", "--store", store, "--format", "json").out)[
        "covers"
    ]
    assert [(one["what"], one["changed"], one["sealed"]) for one in covers] == [
        ("run", "", True), ("run", "", True), ("sample", "", True), ("sample", "", True),
    ]  # fmt: skip
    digests = {one["name"]: one["digest"] for one in covers}
    assert len(set(digests.values())) == 4
    assert all(digest in ended.text for digest in digests.values())


def test_who_seals_anew_changes_the_digest_in_the_minutes(here: Here, tmp_path: Path) -> None:
    """Six outcomes changed by hand, and sealed: only what was kept elsewhere shows it."""
    store = judged(tmp_path)
    words = ("judge", "--verify", "--store", store, "--format", "json")
    before = json.loads(here(*words).out)["covers"]
    resealed(store, BY_HAND["outcomes"])
    after = json.loads(here(*words).out)["covers"]
    runs = [one for one in after if one["what"] == "run"]
    assert [one["digest"] == old["digest"] for one, old in zip(runs, before[:2], strict=True)] == [
        True, False,
    ]  # fmt: skip
