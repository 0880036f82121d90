"""A change of practice that is planted in 24 months of records is told of the stored extracts.

Of invented families the records grow from extract to extract, as a council's do. Each month some of
them have a review conference, with a quorum or without one. All is asked as a group would: each
extract is audited into a store, and the store is asked by month.
"""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import Here

FAMILIES = 30
EXTRACTS = (date(2024, 6, 30), date(2024, 12, 31), date(2025, 6, 30), date(2025, 12, 31))
CHANGE = 12
"""After so many months practice changes, of 24."""
QUORUM = ["childrens_services", "police", "school"]
SEEDS = 20


def conferences(seed: int, before: float, after: float) -> list[list[tuple[date, bool]]]:
    """Draw, for each family, the days of its conferences, and which of them have a quorum."""
    chance = random.Random(f"{seed} {before} {after}")
    of_family: list[list[tuple[date, bool]]] = [[] for _ in range(FAMILIES)]
    for month in range(24):
        rate = before if month < CHANGE else after
        for family in chance.sample(range(FAMILIES), chance.randint(12, FAMILIES)):
            day = date(2024 + month // 12, month % 12 + 1, chance.randint(1, 28))
            of_family[family].append((day, chance.random() < rate))
    return of_family


def record_on(family: int, held: list[tuple[date, bool]], day: date) -> dict[str, Any]:
    """Make the record of a family as an extract of a day has it."""
    meetings = [
        {
            "id": f"m{at}", "kind": "review_conference", "plan": "plan", "on": on.isoformat(),
            "attended": QUORUM if quorum else QUORUM[:2], "quorate": None,
        }
        for at, (on, quorum) in enumerate(held)
        if on <= day
    ]  # fmt: skip
    plan = {"id": "plan", "subject": "child", "level": "child_protection", "category": "neglect",
            "start": "2023-12-04"}  # fmt: skip
    return {
        "schema": "casecheck/1",
        "case_id": f"CASE-{family}",
        "opened_on": "2023-12-01",
        "extracted_on": day.isoformat(),
        "people": [{"id": "child", "born": "2016-03", "history": []}],
        "plans": [plan],
        "meetings": meetings,
    }


def signal_of(here: Here, folder: Path, seed: int, before: float, after: float) -> dict[str, Any]:
    """Audit each extract into a store, and return what the store says of M7a by month."""
    held, store = conferences(seed, before, after), folder / f"{seed}.db"
    for day in EXTRACTS:
        file = folder / f"{seed}-{day}.jsonl"
        records = [record_on(family, its, day) for family, its in enumerate(held)]
        file.write_text("".join(f"{json.dumps(record)}\n" for record in records))
        ended = here("audit", file, "--store", store, "--lesson", "P7.1", "--summary")
        assert ended.status == 0, ended.told
    asked = here(
        "measures", "--store", store, "--by", "month", "--from", "2024-01-01",
        "--measure", "M7a", "--format", "json",
    )  # fmt: skip
    (measure,) = json.loads(asked.text)["measures"]
    assert len(measure["periods"]) == 24
    counted = sum(one["met"] + one["not_met"] for one in measure["periods"])
    assert counted == sum(map(len, held))
    return dict(measure["signal"])


@pytest.mark.parametrize(
    ("before", "after", "verdict"), [(0.45, 0.85, "improved"), (0.65, 0.65, "no_signal")]
)
def test_one_planted_change_is_told(
    here: Here, tmp_path: Path, before: float, after: float, verdict: str
) -> None:
    told = signal_of(here, tmp_path, 0, before, after)
    assert told["verdict"] == verdict
    assert (told["since"] is not None) == (verdict != "no_signal")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [(0.45, 0.85, "improved"), (0.85, 0.45, "worse"), (0.65, 0.65, "no_signal")],
)
def test_of_twenty_planted_changes_nineteen_are_told(
    here: Here, tmp_path: Path, before: float, after: float, verdict: str
) -> None:
    found = [signal_of(here, tmp_path, seed, before, after)["verdict"] for seed in range(SEEDS)]
    assert found.count(verdict) >= 19, found
