"""`casecheck import dfe-api`: faults of children as JSON, hostile files, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from beside import beside
from command_line import Here

from casecheck.intake.sources.dfe_api import DfeApi
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import imported
from casecheck.intake.sources.key_file import KEY_BYTES, Key, new_key, read_key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.readers import json_children
from casecheck.intake.sources.rows import SourceRefused
from casecheck.record.validation import read_record

AS_OF = date(2026, 3, 31)
PSEUDONYMS = Pseudonyms(Key(bytes(KEY_BYTES)))
REAL = beside("data", "dfe_api") / "d2i_sample_child_record.json"
LISTS = ("care_worker_details", "child_and_family_assessments", "child_in_need_plans",
         "section_47_assessments", "child_protection_plans",
         "child_looked_after_placements")  # fmt: skip
Record = dict[str, Any]


class Import(NamedTuple):
    """What came of a file: its records, and the faults that were met."""

    records: list[Record]
    faults: Faults
    source: DfeApi

    @property
    def record(self) -> Record:
        (record,) = self.records
        return record

    def met(self, number: int) -> list[str]:
        return [one.item for one in self.faults.met() if one.number == number]


def import_of(file: Path) -> Import:
    faults = Faults()
    source = DfeApi(file, AS_OF, faults)
    lines = [one.line for one in imported(source, PSEUDONYMS)]
    for line in lines:
        read_record(line.encode())
    return Import([json.loads(line) for line in lines], faults, source)


@pytest.fixture
def brought_in(tmp_path: Path) -> Callable[..., Import]:
    """Import children, or a text that is some."""

    def run(*children: Any, text: str | bytes | None = None) -> Import:
        content = json.dumps(list(children)) if text is None else text
        file = tmp_path / "children.json"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_of(file)

    return run


Run = Callable[..., Import]


def episode(**told: Any) -> Record:
    """An episode with all its lists, empty if they are not told."""
    return {"referral_date": "2025-05-01", **{name: [] for name in LISTS}, **told}


def child(*episodes: Record, name: str = "C1", birth: str = "2015-06-12", **more: Any) -> Record:
    details = {"date_of_birth": birth, **more}
    return {"la_child_id": name, "child_details": details, "social_care_episodes": list(episodes)}


# ---------------------------------------------------------------- what is carried


def test_an_empty_list_tells_of_none_and_a_list_that_is_not_there_tells_nothing(
    brought_in: Run,
) -> None:
    other = child(episode(child_protection_plans=[{"start_date": "2025-06-01"}]), name="C2")
    none = brought_in(child(episode()), other).records
    plans = [one["coverage"]["plans"]["only"] for one in none]
    assert plans == [["child_in_need", "child_protection", "looked_after"]] * 2
    lacking = episode()
    del lacking["child_protection_plans"]
    found = brought_in(child(lacking), other)
    (of_child,) = [one for one in found.records if not one["plans"]]
    assert of_child["coverage"]["plans"]["only"] == ["child_in_need", "looked_after"]
    assert found.met(11) == ["child_protection_plans"]


def test_a_child_without_episodes_tells_of_nothing(brought_in: Run) -> None:
    found = brought_in({"la_child_id": "C1"}, child(episode(), name="C2"))
    (nothing,) = [one for one in found.records if "plans" not in one]
    assert nothing.keys() >= {"case_id", "people"}
    assert "social_care_episodes" in found.met(11)


def test_conferences_that_followed_no_enquiry_may_be_missing(brought_in: Run) -> None:
    enquiry = {"start_date": "2025-06-01", "icpc_date": "2025-06-16"}
    plan = {"start_date": "2025-06-16"}
    found = brought_in(
        child(episode(section_47_assessments=[enquiry], child_protection_plans=[plan]))
    ).record
    assert found["coverage"]["meetings"]["only"] == ["strategy"]
    assert [one["kind"] for one in found["meetings"]] == ["initial_conference", "strategy"]
    moved_in = brought_in(child(episode(child_protection_plans=[plan]))).record
    assert moved_in["coverage"]["meetings"]["only"] == []


def test_an_event_that_no_object_of_many_names_is_unknown_and_a_blank_has_not_happened(
    brought_in: Run,
) -> None:
    open_plan = {"start_date": "2025-06-01"}
    plans = brought_in(child(episode(child_in_need_plans=[open_plan]))).record["plans"]
    assert "end" not in plans[0]
    many = [{"start_date": f"2024-01-{number:02}"} for number in range(1, 21)]
    plans = brought_in(child(episode(child_in_need_plans=many))).record["plans"]
    assert {one["end"] for one in plans} == {"unknown"}
    ended = {"start_date": "2025-01-01", "end_date": "2025-02-01"}
    plans = brought_in(child(episode(child_in_need_plans=[open_plan, ended]))).record["plans"]
    assert sorted(str(one.get("end")) for one in plans) == ["2025-02-01", "None"]
    blank = {"start_date": "2025-06-01", "end_date": None}
    plans = brought_in(child(episode(child_in_need_plans=[blank]))).record["plans"]
    assert "end" not in plans[0]


def test_19_an_assessment_of_1900_is_not_completed(brought_in: Run) -> None:
    row = {"start_date": "2025-06-01", "authorisation_date": "1900-01-01", "factors": []}
    found = brought_in(child(episode(child_and_family_assessments=[row])))
    assert "completed_on" not in found.record["assessments"][0]
    assert found.met(19) == ["child_and_family_assessments.authorisation_date"]


def test_placements_become_periods_of_care(brought_in: Run) -> None:
    first = {"start_date": "2025-01-01", "start_reason": "S", "end_date": "2025-03-01",
             "end_reason": "X1"}  # fmt: skip
    then = {"start_date": "2025-03-01", "start_reason": "P"}
    found = brought_in(child(episode(child_looked_after_placements=[then, first]))).record
    assert [(one["start"], one.get("end")) for one in found["plans"]] == [("2025-01-01", None)]


def test_workers_stand_under_pseudonyms(brought_in: Run) -> None:
    stints = [{"worker_id": "SW12345", "start_date": day} for day in ("2025-01-01", "2025-06-01")]
    found = brought_in(child(episode(care_worker_details=stints))).record
    assert len(found["workers"]) == 2
    assert PSEUDONYMS.of("worker", "SW12345") in {one["id"] for one in found["workers"]}


def test_what_is_to_be_removed_is_left_out_and_leaves_its_kind_open(brought_in: Run) -> None:
    gone = {"start_date": "2025-06-01", "purge": True}
    found = brought_in(child(episode(child_protection_plans=[gone])))
    assert found.record["plans"] == []
    assert "child_protection" not in found.record["coverage"]["plans"]["only"]
    assert found.met(41) == ["child_protection_plans"]
    found = brought_in({**child(episode()), "purge": True}, child(episode(), name="C2"))
    assert len(found.records) == 1
    assert found.met(41) == ["purge"]


@pytest.mark.parametrize("value", [{"a": 1}, ["x"], 7.5, True, "soon"])
def test_55_what_is_no_day_is_unknown(brought_in: Run, value: Any) -> None:
    row = {"start_date": "2025-06-01", "end_date": value}
    found = brought_in(child(episode(child_in_need_plans=[row])))
    assert found.record["plans"][0]["end"] == "unknown"
    assert found.met(55) or found.met(53) or found.met(44)


@pytest.mark.parametrize("value", ["none", {"start_date": "2025-06-01"}, [3], [None]])
def test_55_what_is_no_list_of_objects_leaves_its_kind_open(brought_in: Run, value: Any) -> None:
    other = child(episode(child_in_need_plans=[{"start_date": "2025-06-01"}]), name="C2")
    found = brought_in(child(episode(child_in_need_plans=value)), other)
    (of_child,) = [one for one in found.records if not one["plans"]]
    assert "child_in_need" not in of_child["coverage"]["plans"]["only"]
    assert found.faults.lost == 1


def test_35_and_36_children_without_or_with_another_s_identifier_are_refused(
    brought_in: Run,
) -> None:
    others = [child(episode(), name=f"D{number}") for number in range(30)]
    found = brought_in(*others, {"child_details": {}})
    assert (len(found.records), found.met(35)) == (30, ["la_child_id"])
    found = brought_in(*others, child(episode()), child(episode(), birth="2012-02-02"))
    assert (len(found.records), found.met(36)) == (30, ["la_child_id"])
    plan = {"start_date": "2025-06-01", "end_date": "2025-07-01"}
    twice = [child(episode(child_in_need_plans=[{**plan, "start_date": day}]))
             for day in ("2025-06-01", "2025-06-20")]  # fmt: skip
    assert len(brought_in(*twice).record["plans"]) == 2
    with pytest.raises(SourceRefused, match="more than 5 in 100"):
        brought_in(child(episode()), {"child_details": {}})


def test_6_what_is_not_known_is_counted_by_a_name_that_is_no_identity(brought_in: Run) -> None:
    found = brought_in({**child(episode(novelty=1)), "Plant A950000178301": 2})
    assert found.source.unknown == {"novelty": 1, "(a name that is not shown)": 1}


# ---------------------------------------------------------------- the file


def test_one_child_a_line_or_one_alone_is_read_as_well(brought_in: Run) -> None:
    text = json.dumps(child(episode()))
    assert len(brought_in(text=text).records) == 1
    assert len(brought_in(text=text + "\n" + text.replace("C1", "C2") + "\n").records) == 2
    assert len(brought_in(text=b"\xef\xbb\xbf[" + text.encode() + b"]").records) == 1
    assert brought_in(text="[]").records == []


DEEP = '{"la_child_id": "PLANTED", "child_details": ' + "[" * 30 + "]" * 30 + "}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no object of a child"),
        ("null", "no object stands where a child should"),
        ("[1]", "no object stands where a child should"),
        ('[{"la_child_id": "PLANTED"}, 3]', "after child 1: what is no object"),
        ('[{"la_child_id": "PLANTED"} {}]', "after child 1: what is no object"),
        ('[{"la_child_id": "PLANTED"},]', "after child 1: what is no object"),
        ('[{"la_child_id": "PLANTED"}', "after child 1: the text breaks off"),
        ('[{"la_child_id": "PLANTED', "the text breaks off"),
        ('[{"la_child_id": "PLANTED"}] []', "after child 1: a bracket closes"),
        ('[{"la_child_id": "PLANTED"}}', "a bracket closes what was not opened"),
        ('[{"la_child_id": PLANTED}]', "child 1: not JSON"),
        ('[{"la_child_id": "PLANTED", "la_child_id": "B"}]', "child 1: .* one name twice"),
        ('[{"a": [{"b": {"PLANTED": 1, "PLANTED": 2}}]}]', "child 1: .* one name twice"),
        (DEEP, "nested deeper than 20"),
        ("[" * 100_000, "no object stands where a child should"),
        ('{"a":' * 100_000, "nested deeper than 20"),
        ('[{"la_child_id": "PLANTED' + "x" * (2 << 20) + '"}]', "a child of more than 2 MiB"),
        ('["PLANTED' + "x" * (1 << 20) + '"]', "no object stands where a child should"),
        (b'[{"la_child_id": "\xff"}]', "not UTF-8"),
        ('[{"la_child_id": "a"}]'.encode("utf-16"), "child"),
        ('[{"la_child_id": NaN}]', "not JSON"),
        ("<xml/>", "no object of a child|no object stands"),
    ],
)  # fmt: skip
def test_hostile_and_broken_files_are_refused_with_place_and_without_content(
    brought_in: Run, text: str | bytes, why: str
) -> None:
    with pytest.raises(SourceRefused, match=why) as refused:
        brought_in(text=text)
    assert "PLANTED" not in str(refused.value)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 64])
def test_children_are_the_same_in_whatever_pieces_the_file_is_read(
    brought_in: Run, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    odd = child(episode(closure_reason='R"]}{[\\'), name='q"\\\\"]')
    text = json.dumps([odd, child(episode())], indent=1)
    whole = brought_in(text=text).records
    monkeypatch.setattr(json_children, "_CHUNK", size)
    assert brought_in(text=text).records == whole


@pytest.mark.skipif(not REAL.is_file(), reason="the file of others is not here")
def test_a_real_file_imports() -> None:
    found = import_of(REAL)
    record = found.record
    assert sorted(one["level"] for one in record["plans"]) == [
        "child_in_need", "child_protection", "looked_after"
    ]  # fmt: skip
    assert [one["kind"] for one in record["risks"]] == ["household_alcohol_misuse"]
    assert record["closed_on"] == "2022-06-14"
    assert found.source.unknown == {}


# ---------------------------------------------------------------- the command


def test_no_identifier_of_the_file_leaves_it(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = child(
        episode(
            closure_reason="Mrs Plant moved", closure_date="Plant left",
            care_worker_details=[{"worker_id": "W-PLANT", "start_date": "2025-01-01"}],
            child_protection_plans=[
                {"child_protection_plan_id": "PLAN-PLANT", "start_date": {"PLANT": 1}}
            ],
        ),
        name="LA-55-PLANT", birth="2013-07-19", first_name="Plantagenet", surname="Plant",
        postcode="CA1 2PL", unique_pupil_number="A950000178301", PLANT_9434765919="x",
    )  # fmt: skip
    file = tmp_path / "children.json"
    file.write_text(json.dumps([planted, {"mis_child_id": "PLANT-2", **child(episode())}]))
    new_key(tmp_path / "board.key")
    for folder in ("temporary", "out"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    ended = here(
        "import", "dfe-api", file, "--as-of", "2026-03-31", "--key", tmp_path / "board.key",
        "--output", tmp_path / "out" / "api.jsonl", "--report", tmp_path / "out" / "report.json",
    )  # fmt: skip
    assert ended.status == 0, ended.told
    written = [one.read_text() for at in ("temporary", "out") for one in (tmp_path / at).iterdir()]
    assert len(written) == 2
    for text in (ended.text, ended.told, *written):
        for one in ("PLANT", "Plant", "943", "A950000", "2013-07-19", "CA1"):
            assert one not in text, one


def test_the_day_must_be_said(here: Here, tmp_path: Path) -> None:
    (tmp_path / "children.json").write_text("[]")
    new_key(tmp_path / "board.key")
    words = ("import", "dfe-api", tmp_path / "children.json", "--key", tmp_path / "board.key")
    ended = here(*words, "--output", tmp_path / "api.jsonl")
    assert ended.status == 2
    assert "say it with --as-of" in " ".join(ended.told.split())


def test_whois_finds_a_child_or_a_worker(here: Here, tmp_path: Path) -> None:
    worked = {"worker_id": "W1", "start_date": "2025-01-01"}
    children = [child(name="C0"), child(episode(care_worker_details=[worked]))]
    file = tmp_path / "children.json"
    file.write_text(json.dumps(children))
    new_key(tmp_path / "board.key")
    names = Pseudonyms(read_key(tmp_path / "board.key"))
    words = ("--key", tmp_path / "board.key", "--source", file)
    for kind, identifier in (("child", "C1"), ("person", "C1"), ("worker", "W1")):
        ended = here("whois", names.of(kind, identifier), *words)
        assert (ended.status, ended.text) == (0, f"{file} child 2: {kind} {identifier}\n")
    file.write_text("[1]")
    ended = here("whois", names.of("child", "C1"), *words)
    assert ended.status == 2
    assert "no object stands where a child should" in ended.told
