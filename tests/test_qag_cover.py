"""What the cover of an open pack says to type can be typed, of whatever extract it was made."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from command_line import SAMPLES, Here

from casecheck.qag.packs.form import instructions

CASES = ("c-0101", "c-0104")


def extract(folder: Path, name: str) -> Path:
    """An extract of some cases: each in a file of its own, or all of them in one, line by line."""
    records = [json.loads((SAMPLES / f"{case}.json").read_bytes()) for case in CASES]
    if name.endswith(".jsonl"):
        lines = "".join(f"{json.dumps(record)}\n" for record in records)
        (folder / name).write_text(lines, encoding="utf-8")
        return folder / name
    (folder / name).mkdir()
    for case, record in zip(CASES, records, strict=True):
        (folder / name / f"{case}.json").write_text(json.dumps(record), encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("name", ["the extract.jsonl", "one a file"])
def test_the_command_on_the_cover_explains_a_row(here: Here, tmp_path: Path, name: str) -> None:
    path, store = extract(tmp_path, name), tmp_path / "store.db"
    assert here("audit", path, "--lesson", "P1.1", "--store", store).status == 0
    drawn = ("--size", "2", "--seed", "a", "--name", "s", "--lesson", "P1.1")
    assert here("sample", *drawn, "--store", store).status == 0
    words = ("--sample", "s", "--auditor", "anna", "--open", "--format", "csv")
    packs = tmp_path / "packs"
    assert here("pack", *words, "--store", store, "--output", packs).status == 0
    (file,) = packs.glob("*.csv")
    row, *_ = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))
    (cover,) = [line for line in instructions(blind=False) if "casecheck explain" in line]
    told = re.search(r"casecheck explain (CASE FILE --lesson LESSON),", cover)
    assert told
    said = {
        "CASE": row["case_id"],
        "FILE": re.sub(r" line \d+$", "", row["file"]),
        "LESSON": row["lesson"].split()[0],
    }
    ended = here("explain", *(said.get(word, word) for word in told[1].split()))
    assert ended.status == 0, ended.told
    assert row["case_id"] in ended.text
    assert row["check"] in ended.text
