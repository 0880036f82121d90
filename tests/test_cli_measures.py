"""`casecheck measures`: its formats, its store, what it withholds, and how it refuses."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Here

from casecheck.engine.durable import EngineFailure
from casecheck.measures.asking import AskedMeasure

KEYS = ["id", "title", "kind", "unit", "hoped", "split", "periods", "undated", "signal"]
OF_A_PERIOD = [
    "period", "members", "perhaps", "met", "not_met", "cannot_tell", "share", "low", "high",
    "suppressed", "partial",
]  # fmt: skip


def referral(case: int, made_on: str, **more: Any) -> dict[str, Any]:
    return {
        "schema": "casecheck/1",
        "case_id": f"CASE-{case}",
        "extracted_on": "2026-05-31",
        "opened_on": "2025-10-06",
        "people": [{"id": "girl", "born": "2009-05"}],
        "referrals": [
            {"id": "r", "subject": "girl", "service": "marac", "considered_on": made_on,
             "made_on": made_on}
        ],
        **more,
    }  # fmt: skip


@pytest.fixture
def records(tmp_path: Path) -> Path:
    file = tmp_path / "records.jsonl"
    days = ["2025-11-03"] * 12 + ["2026-02-02"] * 7 + ["2026-04-06"] * 2
    rows = [
        referral(at, day, district="EAST" if at % 3 else "WEST") for at, day in enumerate(days, 100)
    ]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return file


def as_json(here: Here, *arguments: Any) -> dict[str, Any]:
    ended = here("measures", *arguments, "--format", "json")
    assert ended.status == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def test_the_json_is_that_of_the_contract(here: Here, records: Path) -> None:
    found = as_json(here, records, "--measure", "M8a")
    assert found["by"] == "quarter"
    assert found["disclosure"] == "none"
    assert found["records"] == 21
    assert found["rules"]["digest"].startswith("sha256:")
    (measure,) = found["measures"]
    assert list(measure) == KEYS
    told = {key: measure[key] for key in KEYS if key not in ("periods", "title", "signal")}
    assert told == {
        "id": "M8a", "kind": "count", "unit": "person", "hoped": "up", "split": None, "undated": 0,
    }  # fmt: skip
    assert [list(one) for one in measure["periods"]] == [OF_A_PERIOD] * 3
    assert measure["periods"][1] == {
        "period": "2026-Q1", "members": 7, "perhaps": 0, "met": None, "not_met": None,
        "cannot_tell": None, "share": None, "low": 7, "high": 7, "suppressed": False,
        "partial": False,
    }  # fmt: skip
    assert [one["partial"] for one in measure["periods"]] == [False, False, True]
    assert measure["signal"]["verdict"] == "too_few"


def test_a_share_has_all_its_counts(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    decision = {"id": "d", "referral": "r", "on": "2026-02-02", "age_considered": None}
    file.write_text(json.dumps(referral(1, "2026-02-02", marac_decisions=[decision])))
    (measure,) = as_json(here, file, "--measure", "M8c", "--by", "year", "--from", "2026-03-01")[
        "measures"
    ]
    assert measure["kind"] == "share"
    assert measure["periods"] == [
        {"period": "2026", "members": 1, "perhaps": 0, "met": 0, "not_met": 0, "cannot_tell": 1,
         "share": 0.0, "low": 0.0, "high": 1.0, "suppressed": False, "partial": True}
    ]  # fmt: skip


def test_splits_stand_beside_the_whole(here: Here, records: Path) -> None:
    found = as_json(here, records, "--measure", "M8a", "--split", "district")
    assert found["split_by"] == "district"
    members = {one["split"]: [each["members"] for each in one["periods"]]
               for one in found["measures"]}  # fmt: skip
    assert members[None] == [12, 7, 2]
    assert [sum(each) for each in zip(members["EAST"], members["WEST"], strict=True)] == [12, 7, 2]


def test_small_numbers_are_withheld_and_say_so(here: Here, records: Path) -> None:
    found = as_json(here, records, "--measure", "M8a", "--split", "district", "--disclosure", "dfe")
    assert found["disclosure"] == "dfe"
    assert "withheld" in found["protected"]
    for measure in found["measures"]:
        for period in measure["periods"]:
            shown = [period[name] for name in ("members", "low", "high", "perhaps")]
            assert not any(one is not None and 0 < one <= 5 for one in shown), period
            assert period["suppressed"] == (period["members"] is None)
    whole = found["measures"][0]["periods"]
    assert [one["members"] for one in whole] == [12, 7, None]
    # 12 is 8 and 4, 7 is 4 and 3: neither part of either is shown.
    parts = [one["members"] for one in found["measures"][1]["periods"]]
    assert parts == [None, None, None]
    ended = here("measures", records, "--measure", "M8a", "--disclosure", "dfe", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ended.out.decode("utf-8-sig"))))
    assert [row["members"] for row in rows] == ["12", "7", "c"]
    text = here("measures", records, "--measure", "M8a", "--disclosure", "dfe").out.decode()
    assert "withheld" in text


@pytest.mark.parametrize("disclosure", ["none", "dfe"])
def test_the_page_holds_the_tables_and_no_script(
    here: Here, records: Path, tmp_path: Path, disclosure: str
) -> None:
    page = tmp_path / "page.html"
    ended = here(
        "measures", records, "--measure", "M8a", "--disclosure", disclosure, "--output", page
    )
    assert ended.status == 0
    text = page.read_text()
    assert "<script" not in text
    assert "default-src &#x27;none&#x27;" in text
    assert ("withheld" in text) == (disclosure == "dfe")
    assert "2026-Q2*" in text


@pytest.mark.slow
def test_a_store_tells_what_the_records_did(here: Here, records: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    assert here("audit", records, "--store", store).status == 0
    for options in ([], ["--by", "month"], ["--by", "year", "--split", "district"]):
        of_records = as_json(here, records, *options)["measures"]
        of_store = as_json(here, "--store", store, *options)["measures"]
        assert [one for one in of_store if not one["id"].startswith("ML.")] == of_records
    options = ["--from", "2026-01-01", "--to", "2026-02-01"]
    assert [
        one for one in as_json(here, "--store", store, *options)["measures"]
        if not one["id"].startswith("ML.")
    ] == as_json(here, records, *options)["measures"]  # fmt: skip


def test_a_store_holds_no_record(here: Here, records: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    text = records.read_text().replace("girl", "somebody-secret")
    records.write_text(text)
    here("audit", records, "--store", store)
    assert b"somebody-secret" not in store.read_bytes()


def test_later_runs_tell_of_the_periods_that_they_cover(here: Here, tmp_path: Path) -> None:
    store, file = tmp_path / "store.db", tmp_path / "r.json"
    for extracted_on, day in (("2026-03-31", "2026-02-02"), ("2026-06-30", "2026-05-04")):
        record = referral(1, day, extracted_on=extracted_on, opened_on="2026-01-05")
        if day == "2026-05-04":
            record["opened_on"] = "2026-04-06"
        file.write_text(json.dumps(record))
        assert here("audit", file, "--store", store).status == 0
    found = as_json(here, "--store", store, "--measure", "M8a", "--measure", "ML")
    members = {
        one["id"]: {each["period"]: each["members"] for each in one["periods"]}
        for one in found["measures"]
    }
    assert members["M8a"] == {"2026-Q1": 1, "2026-Q2": 1}
    assert members["ML.P8.2"] == {"2026-Q1": 1, "2026-Q2": 1}
    assert members["ML.P1.1"].keys() == {"2026-Q1", "2026-Q2"}


@pytest.mark.slow
def test_lessons_are_told_by_what_the_audit_said(here: Here, tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    here("audit", "sample_cases", "--store", store)
    audit = json.loads(here("audit", "sample_cases", "--format", "json").out)
    found = as_json(here, "--store", store, "--measure", "ML")["measures"]
    outcomes: dict[str, list[str]] = {}
    for case in audit["cases"]:
        for lesson, result in case["lessons"].items():
            outcomes.setdefault(lesson, []).append(result["outcome"])
    assert {one["id"] for one in found} == {f"ML.{lesson}" for lesson in outcomes}
    for one in found:
        (period,) = one["periods"]
        said = outcomes[one["id"].removeprefix("ML.")]
        assert period["met"] == said.count("compliant")
        assert period["not_met"] == said.count("breach")
        assert period["cannot_tell"] == said.count("insufficient_evidence")


def test_what_cannot_be_read_is_counted_and_the_rest_goes_on(here: Here, records: Path) -> None:
    with records.open("a") as file:
        file.write("{}\n")
    ended = here("measures", records, "--measure", "M8a", "--format", "json")
    assert ended.status == 3
    found = json.loads(ended.out)
    assert (found["records"], found["unreadable"]) == (21, 1)


def test_a_record_that_stands_twice_is_told(here: Here, records: Path) -> None:
    with records.open("a") as file:
        file.write(json.dumps(referral(100, "2026-02-02")) + "\n")
    assert as_json(here, records, "--measure", "M8a")["repeated"] == 1
    assert "1 case id stands in more than one record" in here("measures", records).out.decode()


def test_measures_that_are_not_asked_say_why(here: Here, records: Path) -> None:
    found = as_json(here, records)
    assert [one["id"] for one in found["not_asked"]] == ["M6c", "M11", "ML"]
    assert all(one["why"] for one in found["not_asked"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "name either the records to ask"),
        (["records.jsonl", "--store", "x.db"], "name either the records to ask"),
        (["records.jsonl", "--measure", "M8x"], "no measure 'M8x'"),
        (["records.jsonl", "--disclosure", "all"], "no profile 'all'"),
        (["records.jsonl", "--from", "2026-02-01", "--to", "2026-01-01"], "--to comes before"),
        (["nowhere.jsonl"], "nowhere.jsonl"),
        (["--store", "nowhere.db"], "nowhere.db"),
    ],
)
def test_wrong_usage_is_told(
    here: Here, records: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(records.parent)
    ended = here("measures", *arguments)
    assert ended.status == 2
    assert told in ended.err.decode()


@pytest.mark.slow
def test_what_the_engine_could_not_work_out_is_told(
    here: Here, records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(self: AskedMeasure, facts: object) -> None:
        del facts
        if self.measure.id == "M8a":
            raise EngineFailure("too much")

    monkeypatch.setattr(AskedMeasure, "refuse_too_much", give_up)
    ended = here("measures", records, "--measure", "M8a", "--format", "json")
    assert ended.status == 3
    found = json.loads(ended.out)
    assert len(found["errors"]) == 21
    assert found["errors"][0] == {"case_id": "CASE-100", "measure": "M8a", "why": "too much"}
    assert {one["members"] for one in found["measures"][0]["periods"]} == {0}
    store = tmp_path / "store.db"
    assert here("audit", records, "--store", store).status == 0
    ended = here("measures", "--store", store, "--measure", "M8a", "--format", "json")
    assert ended.status == 3
    (error,) = json.loads(ended.out)["errors"]
    assert (error["case_id"], error["measure"]) == ("run 1", "M8a")
    assert "21 records" in error["why"]
