"""What was said of a case of no use is kept in the log, and counts in nothing that is estimated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from amounts import few
from click.testing import CliRunner
from qag_judged import LESSONS, as_the_engine, drawn, judge
from qag_store import LABELS, prepared

from casecheck.cli import cli
from casecheck.qag.judgments.log import chained
from casecheck.qag.sampling.plan import Plan
from casecheck.qag.sampling.samples import replace_case
from casecheck.qag.store.store import Entry, Store
from casecheck.results import Outcome

CASES = 8
COUNTED = ("estimates", "agreement", "remarks")


def report(file: Path) -> dict[str, Any]:
    done = CliRunner().invoke(cli, ["estimate", "s", "--format", "json", "--store", str(file)])
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.output)
    return told


def with_entries(store: Store, drafts: Sequence[Entry]) -> None:
    with store.writing():
        store.append_entries(chained(store.last_entry(), drafts))


def judged(folder: Path, says_of_lost: str | None, *, corrected: bool = False) -> dict[str, Any]:
    """Two auditors judge all of a sample, of which a case is then lost.

    Of the lost one they say this, or nothing. `corrected`: one of them then says another word.
    """
    folder.mkdir()
    file = prepared(folder)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", CASES, LESSONS, tuple(Outcome)))
        lost = view.sample.drawn[0]
        for second in (False, True):
            judge(store, view, as_the_engine, second=second)
        entries = store.entries()
        of_lost = [one for one in entries if one.position == lost.position]
    file = prepared(folder)
    with Store.open(file, create=False) as store:
        drawn(store, LABELS[1], "s", Plan("simple", CASES, LESSONS, tuple(Outcome)))
        replace_case(store, "s", lost.case_id, "the file is lost")
        kept = [one for one in entries if one not in of_lost]
        if says_of_lost is not None:
            kept += [replace(one, judgment=says_of_lost, reason="Done late") for one in of_lost]
        if corrected:
            kept += [replace(one, judgment="compliant") for one in of_lost if one.second]
        with_entries(store, kept)
    return report(file)


@pytest.mark.parametrize("word", few(["cannot_tell", "compliant", "not_compliant"], "cannot_tell"))
def test_what_is_said_of_a_lost_case_changes_no_number(tmp_path: Path, word: str) -> None:
    """Two who cannot tell of a file that nobody has agree in nothing."""
    without, told = judged(tmp_path / "a", None), judged(tmp_path / "b", word)
    for part in COUNTED:
        assert told.get(part) == without.get(part), part
    assert any("judged all the same" in note for note in told["notes"])
    assert without["agreement"][0]["cases"] == CASES - 1


def test_a_correction_of_a_lost_case_settles_nothing(tmp_path: Path) -> None:
    told = judged(tmp_path / "a", "cannot_tell", corrected=True)
    assert [one["corrected"] for one in told["agreement"]] == [0] * len(told["agreement"])
    assert not any("corrected" in note for note in told["notes"])
