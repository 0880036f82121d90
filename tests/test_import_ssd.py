"""`casecheck import ssd`: each fault of its tables, hostile files, the command."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from command_line import Here
from make_returns import Inventor
from make_ssd import Tables, tables_of, write_folder, write_sqlite

from casecheck.intake.sources import ssd
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import imported
from casecheck.intake.sources.key_file import KEY_BYTES, Key, new_key, read_key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.rows import SourceRefused
from casecheck.intake.sources.ssd import Family, Ssd
from casecheck.record.validation import read_record

AS_OF = date(2026, 3, 31)
PSEUDONYMS = Pseudonyms(Key(bytes(KEY_BYTES)))
Record = dict[str, Any]
PERSON = {"pers_person_id": "7", "pers_dob": "2015-06-12"}
EPISODE = {"cine_referral_id": "R", "cine_person_id": "7", "cine_referral_date": "2025-05-01"}
ASSESSMENT = {
    "cina_assessment_id": "A", "cina_person_id": "7", "cina_referral_id": "R",
    "cina_assessment_start_date": "2025-05-02", "cina_assessment_auth_date": "2025-06-02",
}  # fmt: skip
PLAN = {
    "cppl_cp_plan_id": "P", "cppl_person_id": "7", "cppl_referral_id": "R",
    "cppl_cp_plan_start_date": "2025-06-10", "cppl_cp_plan_initial_category": "Neglect",
    "cppl_cp_plan_latest_category": "Neglect",
}  # fmt: skip


class Import(NamedTuple):
    """What came of some tables: records by the person who names each, and faults."""

    records: dict[str, Record]
    faults: Faults
    source: Ssd

    @property
    def record(self) -> Record:
        (record,) = self.records.values()
        return record

    def met(self, number: int) -> list[str]:
        return [one.item for one in self.faults.met() if one.number == number]


def import_of(path: Path, family: Family = "none", since: date | None = None) -> Import:
    faults = Faults()
    source = Ssd(path, AS_OF, faults, family, since)
    lines = [json.loads(one.line) for one in imported(source, PSEUDONYMS)]
    for line in lines:
        read_record(json.dumps(line).encode())
    return Import({line["case_id"]: line for line in lines}, faults, source)


@pytest.fixture
def brought_in(tmp_path: Path) -> Callable[..., Import]:
    """Import some tables; those of one person with a referral are there unless they are given."""

    def run(family: Family = "none", as_file: bool = False, **tables: list[Any]) -> Import:
        every: Tables = {"ssd_person": [PERSON], "ssd_cin_episodes": [EPISODE], **tables}
        path = tmp_path / ("ssd.sqlite" if as_file else "ssd")
        (write_sqlite if as_file else write_folder)(every, path)
        return import_of(path, family)

    return run


Run = Callable[..., Import]


def named(person: str) -> str:
    return PSEUDONYMS.of("child", person)


# ---------------------------------------------------------------- what rows become


@pytest.mark.parametrize("as_file", [False, True])
def test_rows_become_sections(brought_in: Run, as_file: bool) -> None:
    found = brought_in(
        as_file=as_file,
        ssd_cin_assessments=[{**ASSESSMENT, "cina_assessment_child_seen": "Y"}],
        ssd_assessment_factors=[
            {"cinf_assessment_id": "A", "cinf_assessment_factors_json": '["1B", "16A"]'}
        ],
        ssd_cp_plans=[{**PLAN, "cppl_cp_plan_latest_category": "Multiple: Neglect, Sexual abuse"}],
        ssd_s47_enquiry=[
            {"s47e_s47_enquiry_id": "S", "s47e_person_id": "7", "s47e_referral_id": "R",
             "s47e_s47_start_date": "2025-06-02"}
        ],
        ssd_initial_cp_conference=[
            {"icpc_person_id": "7", "icpc_s47_enquiry_id": "S", "icpc_icpc_date": "2025-06-10",
             "icpc_icpc_transfer_in": "N"}
        ],
        ssd_cp_reviews=[
            {"cppr_person_id": "7", "cppr_cp_plan_id": "P", "cppr_cp_review_date": "2025-09-01",
             "cppr_cp_review_quorate": "Y", "cppr_cp_review_participation": "PN7"}
        ],
    ).record  # fmt: skip
    assert found["case_id"] == named("7")
    assert [one["kind"] for one in found["risks"]] == ["neglect", "parental_alcohol_misuse"]
    assert found["assessments"][0]["child_seen"] is True
    assert found["category_changes"][0]["to_category"] == "multiple"
    kinds = {one["kind"]: one for one in found["meetings"]}
    assert kinds.keys() == {"strategy", "initial_conference", "review_conference"}
    assert kinds["initial_conference"]["plan"] == "plan1"
    assert kinds["review_conference"]["quorate"] is True
    assert kinds["review_conference"]["child_views"] is False
    assert found["coverage"]["meetings"]["only"] == [
        "strategy", "initial_conference", "review_conference", "transfer_in_conference"
    ]  # fmt: skip
    assert found["coverage"]["plans"] == {"only": ["child_protection"], "from": "2020-03-31"}
    assert "relationships" not in found


@pytest.mark.parametrize(
    ("column", "text", "is_open"),
    [("cina_assessment_auth_date", "1900-01-01", True),
     ("cina_assessment_auth_date", "1900-01-01 00:00:00.000", True),
     ("cina_assessment_auth_date", "01/01/1900", True),
     ("cina_assessment_auth_date", "1970-01-01", False),
     ("cina_assessment_auth_date", "SSD_PH", False),
     ("cina_assessment_auth_date", "NULL", True)],
)  # fmt: skip
def test_19_an_assessment_with_no_authorisation_is_not_completed(
    brought_in: Run, column: str, text: str, is_open: bool
) -> None:
    found = brought_in(ssd_cin_assessments=[{**ASSESSMENT, column: text}])
    (assessment,) = found.record["assessments"]
    assert assessment.get("completed_on") == (None if is_open else "unknown")
    assert bool(found.met(19)) == ("19" in text)


def test_19_elsewhere_such_a_day_is_unknown(brought_in: Run) -> None:
    found = brought_in(ssd_cp_plans=[{**PLAN, "cppl_cp_plan_end_date": "1900-01-01"}])
    assert found.record["plans"][0]["end"] == "unknown"
    assert found.met(19) == ["cppl_cp_plan_end_date"]


def test_11_an_event_without_its_column_is_unknown_and_one_that_is_blank_has_not_happened(
    tmp_path: Path, brought_in: Run
) -> None:
    assert "end" not in brought_in(ssd_cp_plans=[PLAN]).record["plans"][0]
    file = tmp_path / "ssd" / "ssd_cp_plans.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0].replace("cppl_cp_plan_end_date", "gone"), *lines[1:]]))
    found = import_of(tmp_path / "ssd")
    assert found.record["plans"][0]["end"] == "unknown"
    assert "cppl_cp_plan_end_date" in found.met(11)
    assert found.source.unknown == {"gone": 1}


@pytest.mark.parametrize(
    "text", ['["1B"]', '{"1B": "Yes", "2B": "No"}', "1B", '"1B"', '["1B", "1B"]', ' [ "1b" ] ']
)
def test_factors_are_read_in_each_of_their_spellings(brought_in: Run, text: str) -> None:
    factors = [{"cinf_assessment_id": "A", "cinf_assessment_factors_json": text}]
    found = brought_in(ssd_cin_assessments=[ASSESSMENT], ssd_assessment_factors=factors)
    assert [one["kind"] for one in found.record["risks"]] == ["parental_alcohol_misuse"]


@pytest.mark.parametrize("text", ["[" * 5000, '{"a"', "[{}]", "Jo Bloggs drinks", '[["1B"]]'])
def test_55_factors_that_are_none_say_nothing(brought_in: Run, text: str) -> None:
    factors = [{"cinf_assessment_id": "A", "cinf_assessment_factors_json": text}]
    found = brought_in(ssd_cin_assessments=[ASSESSMENT], ssd_assessment_factors=factors)
    assert found.record["risks"] == []
    assert found.met(55) or found.met(53) or found.met(44)


def test_an_assessment_id_of_two_children_gives_its_factors_to_neither(brought_in: Run) -> None:
    other = {**ASSESSMENT, "cina_person_id": "8"}
    factors = [{"cinf_assessment_id": "A", "cinf_assessment_factors_json": '["1B"]'}]
    found = brought_in(ssd_cin_assessments=[ASSESSMENT, other], ssd_assessment_factors=factors)
    assert [one["risks"] for one in found.records.values()] == [[], []]
    assert found.faults.lost == 1


def test_a_plan_of_another_authority_is_left_out_and_its_kind_is_not_all_there(
    brought_in: Run,
) -> None:
    need = {"cinp_person_id": "7", "cinp_cin_plan_start_date": "2025-05-01"}
    found = brought_in(ssd_cp_plans=[{**PLAN, "cppl_cp_plan_ola": "Y"}], ssd_cin_plans=[need])
    assert [one["level"] for one in found.record["plans"]] == ["child_in_need"]
    assert found.record["coverage"]["plans"]["only"] == ["child_in_need"]
    assert found.met(41) == ["cppl_cp_plan_ola"]


def test_30_a_review_that_is_planned_is_none_and_one_without_its_day_leaves_the_others_open(
    brought_in: Run,
) -> None:
    held = {"cppr_person_id": "7", "cppr_cp_plan_id": "P", "cppr_cp_review_date": "2025-09-01"}
    ahead = {**held, "cppr_cp_review_date": "", "cppr_cp_review_due": "2026-06-01"}
    found = brought_in(ssd_cp_plans=[PLAN], ssd_cp_reviews=[held, ahead])
    assert found.record["coverage"]["meetings"]["only"] == ["review_conference"]
    assert found.faults.lost == 0
    late = {**ahead, "cppr_cp_review_due": "2025-12-01"}
    found = brought_in(ssd_cp_plans=[PLAN], ssd_cp_reviews=[held, late])
    assert found.record["coverage"]["meetings"]["only"] == []
    assert found.met(30) == ["cppr_cp_review_date"]


@pytest.mark.parametrize("first", ["Y", ""])
def test_30_what_two_rows_of_one_review_tell_in_two_ways_is_unknown(
    brought_in: Run, first: str
) -> None:
    review = {"cppr_person_id": "7", "cppr_cp_plan_id": "P", "cppr_cp_review_date": "2025-09-01",
              "cppr_cp_review_participation": "PN7"}  # fmt: skip
    rows = [
        {**review, "cppr_cp_review_quorate": text} for text in (first, {"Y": "", "": "Y"}[first])
    ]
    (meeting,) = brought_in(ssd_cp_plans=[PLAN], ssd_cp_reviews=rows).record["meetings"]
    assert meeting.get("quorate") is None
    assert meeting["child_views"] is False


@pytest.mark.parametrize("seen", [("Y", "N", "Y"), ("N", "Y", "Y"), ("Y", "", "Y")])
def test_52_what_rows_of_one_assessment_tell_in_two_ways_is_unknown(
    brought_in: Run, seen: tuple[str, ...]
) -> None:
    rows = [
        {**ASSESSMENT, "cina_assessment_id": f"A{at}", "cina_assessment_child_seen": text}
        for at, text in enumerate(seen)
    ]
    (assessment,) = brought_in(ssd_cin_assessments=rows).record["assessments"]
    assert assessment.get("child_seen") is None


@pytest.mark.parametrize("row", [{"icpc_icpc_date": ""}, {"icpc_icpc_transfer_in": "maybe"}])
def test_a_conference_that_does_not_tell_its_day_or_kind_leaves_others_open(
    brought_in: Run, row: Record
) -> None:
    known = {"icpc_person_id": "7", "icpc_icpc_date": "2025-06-10", "icpc_icpc_transfer_in": "N"}
    only = brought_in(ssd_initial_cp_conference=[known]).record["coverage"]["meetings"]["only"]
    assert only == ["initial_conference", "transfer_in_conference"]
    found = brought_in(ssd_initial_cp_conference=[known, {**known, **row}])
    assert found.record["coverage"]["meetings"]["only"] == []


def test_56_placeholders_name_nobody_and_nothing(brought_in: Run) -> None:
    found = brought_in(ssd_cp_plans=[{**PLAN, "cppl_referral_id": "-1"}])
    assert found.met(56) == ["cppl_referral_id"]
    assert "closed_on" not in found.record


def test_35_and_36_persons_without_or_with_another_s_identifier_are_refused(
    brought_in: Run,
) -> None:
    many = [{"pers_person_id": str(number), "pers_dob": "2015-06-12"} for number in range(10, 40)]
    found = brought_in(ssd_person=[*many, {"pers_dob": "2015-06-12"}])
    assert found.met(35) == ["pers_person_id"]
    assert len(found.records) == 31  # one of them by the referral alone
    other = {**PERSON, "pers_dob": "2011-01-01"}
    found = brought_in(ssd_person=[*many, PERSON, other])
    assert "pers_person_id" in found.met(36)
    assert named("7") not in found.records
    with pytest.raises(SourceRefused, match="more than 5 in 100"):
        brought_in(ssd_person=[PERSON, {"pers_dob": "2015-06-12"}])


def test_a_row_of_nobody_leaves_its_section_incomplete(brought_in: Run) -> None:
    found = brought_in(ssd_cp_plans=[PLAN, {**PLAN, "cppl_person_id": ""}])
    assert found.record["coverage"]["plans"]["incomplete"] is True
    assert found.met(35) == ["cppl_person_id"]


# ---------------------------------------------------------------- closing, care, window


def test_a_case_is_not_closed_while_something_without_a_referral_goes_on(brought_in: Run) -> None:
    closed = {**EPISODE, "cine_close_date": "2025-08-01", "cine_close_reason": "RC7"}
    assert brought_in(ssd_cin_episodes=[closed]).record["closed_on"] == "2025-08-01"
    loose = {"cinp_person_id": "7", "cinp_cin_plan_start_date": "2025-07-01"}
    assert "closed_on" not in brought_in(ssd_cin_episodes=[closed], ssd_cin_plans=[loose]).record
    visit = {"cinv_person_id": "7", "cinv_cin_visit_date": "2025-09-01"}
    assert (
        "closed_on"
        not in brought_in(
            ssd_cin_episodes=[closed], ssd_cin_plans=[], ssd_cin_visits=[visit]
        ).record
    )


def care(start: str, ended: str, reason: str = "", **more: str) -> Record:
    return {"clae_person_id": "7", "clae_cla_episode_start_date": start,
            "clae_cla_episode_ceased_date": ended, "clae_cla_episode_ceased_reason": reason,
            **more}  # fmt: skip


@pytest.mark.parametrize(
    ("episodes", "spans"),
    [
        ([care("2025-01-01", "", clae_cla_episode_start_reason="S")], [("2025-01-01", None)]),
        ([care("2025-03-01", "2025-04-01", "E4A", clae_entered_care_date="2024-06-01"),
          care("2025-01-01", "2025-03-01", "X1", clae_entered_care_date="2024-06-01")],
         [("2024-06-01", "2025-04-01")]),
        ([care("2025-01-01", "2025-02-01", "E4A", clae_cla_episode_start_reason="S"),
          care("2025-06-01", "2025-07-01", "E4A", clae_cla_episode_start_reason="S")],
         [("2025-01-01", "2025-02-01"), ("2025-06-01", "2025-07-01")]),
        ([care("2025-01-01", "2025-02-01", "E4A")], [("../2026-03-31", "2025-02-01")]),
        ([care("2025-01-01", "2025-02-01", "X1", clae_cla_episode_start_reason="S")],
         [("2025-01-01", "unknown")]),
        ([care("2025-01-01", "31/02/2025", "E4A", clae_cla_episode_start_reason="S")],
         [("2025-01-01", "unknown")]),
        ([care("2025-01-01", "2025-03-01", "X1", clae_cla_id="L",
               clae_entered_care_date="2025-01-01"),
          care("2025-03-05", "", "", clae_cla_id="L", clae_entered_care_date="2025-01-01")],
         [("2025-01-01", None)]),
    ],
)  # fmt: skip
def test_episodes_of_care_become_periods(
    brought_in: Run, episodes: list[Record], spans: list[tuple[str, str | None]]
) -> None:
    plans = brought_in(ssd_cla_episodes=episodes).record["plans"]
    assert [(one["start"], one.get("end")) for one in plans] == spans


def test_57_tables_of_fewer_years_begin_where_their_days_do(
    brought_in: Run, tmp_path: Path
) -> None:
    contacts = [
        {"cont_person_id": "7", "cont_contact_date": f"2024-{month:02}-{day:02}"}
        for month in range(1, 11) for day in (1, 5, 9, 20, 27)
    ]  # fmt: skip
    found = brought_in(ssd_contacts=contacts, ssd_cp_plans=[PLAN])
    assert found.record["coverage"]["plans"]["from"] == "2024-01-01"
    assert any("--from" in note for note in found.source.notes)
    asked = import_of(tmp_path / "ssd", since=date(2023, 1, 1))
    assert asked.record["coverage"]["plans"]["from"] == "2023-01-01"


# ---------------------------------------------------------------- families


def persons(*names: str, born: str = "2015-06-12") -> list[Record]:
    return [{"pers_person_id": name, "pers_dob": born} for name in names]


def test_nobody_is_put_together_unless_it_is_asked_for(brought_in: Run) -> None:
    families = [{"fami_family_id": "F", "fami_person_id": name} for name in ("7", "8")]
    tables = {"ssd_person": persons("7", "8"), "ssd_family": families}
    assert len(brought_in(**tables).records) == 2
    found = brought_in("ssd_family", **tables).record
    assert found["case_id"] == named("7")
    assert [one["pseudonym"] for one in found["people"]] == sorted(
        (PSEUDONYMS.of("person", name) for name in ("7", "8")),
        key=[one["pseudonym"] for one in found["people"]].index,
    )


def test_children_of_one_conference_are_a_family(brought_in: Run) -> None:
    held = [
        {"icpc_person_id": name, "icpc_icpc_meeting_id": "M", "icpc_icpc_date": "2025-06-10"}
        for name in ("7", "8")
    ]
    tables = {"ssd_person": persons("7", "8", "9"), "ssd_initial_cp_conference": held}
    assert len(brought_in("conference", **tables).records) == 2
    assert len(brought_in("ssd_family", **tables).records) == 3


def test_a_number_that_many_share_puts_nobody_together(brought_in: Run) -> None:
    names = [str(number) for number in range(100, 114)]
    families = [{"fami_family_id": "0", "fami_person_id": name} for name in names]
    found = brought_in("ssd_family", ssd_person=persons("7", *names), ssd_family=families)
    assert len(found.records) == 15
    assert any("put nobody together" in note for note in found.source.notes)


def test_a_chain_of_families_longer_than_any_household_is_none(brought_in: Run) -> None:
    names = [str(number) for number in range(100, 140)]
    families = [
        {"fami_family_id": f"F{at}", "fami_person_id": name}
        for at in range(len(names) - 1)
        for name in names[at : at + 2]
    ]
    found = brought_in("ssd_family", ssd_person=persons("7", *names), ssd_family=families)
    assert len(found.records) == 41


def test_mothers_stand_with_their_children(brought_in: Run) -> None:
    mothers = [
        {"moth_person_id": "3", "moth_childs_person_id": "7", "moth_childs_dob": "2015-06-12"},
        {"moth_person_id": "7", "moth_childs_person_id": "9", "moth_childs_dob": "2026-01-05"},
    ]
    adult = {"pers_person_id": "3", "pers_dob": "1990-01-01"}
    tables = {"ssd_person": [PERSON, adult], "ssd_mother": mothers}
    alone = brought_in(**tables)
    assert alone.records.keys() == {named("7")}
    assert "relationships" not in alone.record
    found = brought_in("ssd_family", **tables).record
    assert [one["kind"] for one in found["relationships"]] == ["parent_of", "parent_of"]
    assert len(found["people"]) == 3
    assert found["coverage"]["relationships"]["incomplete"] is True


# ---------------------------------------------------------------- who works, what is never read


def test_a_worker_who_comes_back_stands_twice_and_under_a_pseudonym(brought_in: Run) -> None:
    row = {"invo_person_id": "7", "invo_professional_id": "W1", "invo_professional_role_id": "CW",
           "invo_professional_team": "T1"}  # fmt: skip
    found = brought_in(
        ssd_involvements=[
            {**row, "invo_involvement_start_date": "2025-01-01",
             "invo_involvement_end_date": "2025-02-01"},
            {**row, "invo_involvement_start_date": "2025-06-01"},
            {**row, "invo_professional_role_id": "IRO", "invo_professional_id": "W2",
             "invo_involvement_start_date": "2025-06-01"},
        ]
    ).record  # fmt: skip
    assert len(found["workers"]) == 2
    assert PSEUDONYMS.of("worker", "W1") in {one["id"] for one in found["workers"]}
    assert found["team"] == PSEUDONYMS.of("team", "T1")


PLANTED = {
    "pers_person_id": "LA-55-PLANT", "pers_dob": "2013-07-19", "pers_upn": "A950000178301",
    "pers_forename": "Plantagenet", "pers_surname": "Smythe-Plant",
    "pers_common_child_id": "943 476 5919",
}  # fmt: skip
COMMENT = json.dumps({"COMMENTS": "Plantagenet lives at 4 Low Street CA1 2PL"})


@pytest.mark.parametrize("as_file", [False, True])
@pytest.mark.parametrize("family", ssd.FAMILIES)
def test_no_identifier_and_no_free_text_of_the_tables_leaves_them(
    here: Here, tmp_path: Path, as_file: bool, family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in records, report, messages or temporary files; not in the refusal of a damaged one."""
    name = "LA-55-PLANT"
    tables: Tables = {
        "ssd_person": [PLANTED, *persons(*(str(number) for number in range(30)))],
        "ssd_family": [{"fami_family_id": "FAM-PLANT", "fami_person_id": name}],
        "ssd_address": [{"addr_person_id": name, "addr_address_postcode": "CA1 2PL"}],
        "ssd_cin_episodes": [
            {**EPISODE, "cine_person_id": name, "cine_referral_outcome_json": COMMENT,
             "cine_referral_nfa": "ask Plantagenet", "cine_close_reason": "Mrs Plant moved",
             "cine_close_date": "Plantagenet left"}
        ],
        "ssd_cin_assessments": [
            {**ASSESSMENT, "cina_person_id": name, "cina_assessment_outcome_json": COMMENT}
        ],
        "ssd_assessment_factors": [
            {"cinf_assessment_id": "A", "cinf_assessment_factors_json": COMMENT}
        ],
        "ssd_cp_plans": [{**PLAN, "cppl_person_id": name, "cppl_cp_plan_id": "PLAN-PLANT"},
                         {**PLAN, "cppl_person_id": ""}],
        "ssd_professionals": [
            {"prof_professional_id": "W-PLANT", "prof_professional_name": "Plant"}
        ],
        "ssd_involvements": [
            {"invo_professional_id": "W-PLANT", "invo_person_id": name,
             "invo_professional_role_id": "CW", "invo_involvement_start_date": "2025-06-01",
             "invo_professional_team": "PLANT TEAM"}
        ],
    }  # fmt: skip
    path = tmp_path / ("ssd.sqlite" if as_file else "ssd")
    (write_sqlite if as_file else write_folder)(tables, path)
    new_key(tmp_path / "board.key")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    out = tmp_path / "out"
    out.mkdir()
    ended = here(
        "import", "ssd", path, "--as-of", "2026-03-31", "--family", family, "--key",
        tmp_path / "board.key", "--output", out / "ssd.jsonl", "--report", out / "report.json",
    )  # fmt: skip
    assert ended.status == 3, ended.told
    written = [file.read_text() for file in (*out.iterdir(), *temporary.iterdir())]
    for text in (ended.text, ended.told, *written):
        for planted in ("PLANT", "Plant", "943", "A950000", "2013-07-19", "CA1", "Low Street"):
            assert planted not in text.replace(str(tmp_path), ""), planted
    assert len((out / "ssd.jsonl").read_text().splitlines()) == 31


# ---------------------------------------------------------------- folders


def test_a_folder_is_read_whatever_its_files_are_called(tmp_path: Path) -> None:
    folder = tmp_path / "ssd"
    write_folder({"ssd_person": [PERSON], "ssd_cp_plans": [PLAN], "ssd_address": []}, folder)
    (folder / "ssd_person.csv").rename(folder / "ssd_development.SSD_Person.csv")
    (folder / "ssd_cp_plans.csv").rename(folder / "ssd_cp_plans_20260331.csv")
    (folder / "notes.csv").write_text("a,b\n1,2\n")
    found = import_of(folder)
    assert len(found.record["plans"]) == 1
    assert found.source.unknown == {"(files that are no table of the SSD)": 1}
    (folder / "person.csv").write_text("pers_person_id\n7\n")
    with pytest.raises(SourceRefused, match="two files of ssd_person"):
        import_of(folder)


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "ssd"
    write_folder({"ssd_person": [PERSON], "ssd_cp_plans": [PLAN]}, folder)
    (folder / "ssd_cp_plans.csv").rename(tmp_path / "elsewhere.csv")
    (folder / "ssd_cp_plans.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(SourceRefused, match="leads out of the folder"):
        import_of(folder)
    (folder / "ssd_cp_plans.csv").unlink()
    os.mkfifo(folder / "ssd_cp_plans.csv")
    with pytest.raises(SourceRefused, match="pipe"):
        import_of(folder)


def test_what_is_no_dataset_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceRefused, match="has no table of the SSD"):
        import_of(tmp_path / "empty")
    write_folder({"ssd_cp_plans": [PLAN]}, tmp_path / "part")
    with pytest.raises(SourceRefused, match="has no table ssd_person"):
        import_of(tmp_path / "part")
    with pytest.raises(SourceRefused, match="say with --as-of"):
        Ssd(tmp_path / "part", None, Faults())
    (tmp_path / "x.sqlite").write_text("no database")
    with pytest.raises(SourceRefused, match="is no SQLite file"):
        import_of(tmp_path / "x.sqlite")


# ---------------------------------------------------------------- hostile SQLite


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "ssd.sqlite"
    write_sqlite({"ssd_person": [PERSON], "ssd_cp_plans": [PLAN]}, file)
    return file


def changed(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


LOOP = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"


@pytest.mark.parametrize(
    "statements",
    [
        ("DROP TABLE ssd_cp_plans", f"CREATE VIEW ssd_cp_plans AS {LOOP}"),
        ("DROP TABLE ssd_cp_plans", "CREATE VIRTUAL TABLE ssd_cp_plans USING fts4(a)"),
    ],
)
def test_a_table_that_is_a_view_or_virtual_is_refused(
    database: Path, statements: tuple[str, ...]
) -> None:
    changed(database, *statements)
    with pytest.raises(SourceRefused, match="only plain tables are read"):
        import_of(database)


def test_views_triggers_and_columns_that_are_worked_out_are_not_run(database: Path) -> None:
    changed(
        database,
        f"CREATE VIEW other AS {LOOP}",
        "CREATE TRIGGER t AFTER INSERT ON ssd_person BEGIN DELETE FROM ssd_cp_plans; END",
        "ALTER TABLE ssd_person ADD COLUMN pers_death_date2 AS (hex(zeroblob(100000000)))",
        "DROP TABLE ssd_cp_plans",
        "CREATE TABLE ssd_cp_plans (cppl_cp_plan_id, cppl_person_id, cppl_cp_plan_start_date,"
        " cppl_cp_plan_end_date AS (hex(zeroblob(100000000))), cppl_cp_plan_initial_category)",
        "INSERT INTO ssd_cp_plans VALUES ('P', '7', '2025-06-10', 'Neglect')",
    )
    before = database.read_bytes()
    plan = import_of(database).record["plans"][0]
    assert (plan["start"], plan["end"]) == ("2025-06-10", "unknown")
    assert database.read_bytes() == before
    assert [file.name for file in database.parent.iterdir()] == [database.name]


def test_values_that_are_huge_or_of_other_types_are_cut_or_tell_nothing(database: Path) -> None:
    changed(
        database,
        "UPDATE ssd_cp_plans SET cppl_cp_plan_initial_category = printf('%.*c', 500000, 'x'),"
        " cppl_cp_plan_start_date = x'00ff', cppl_cp_plan_end_date = 20250610",
    )
    plan = import_of(database).record["plans"][0]
    assert plan["start"] == "../2026-03-31"
    assert plan["end"] == "unknown"
    changed(database, "UPDATE ssd_cp_plans SET cppl_cp_plan_end_date = zeroblob(30000000)")
    with pytest.raises(SourceRefused, match="damaged, or made to do harm"):
        import_of(database)


@pytest.mark.parametrize("at", [20, 100, 1024, 4096, 4100, 8192, 8200])
def test_a_damaged_file_is_refused_or_read_and_never_worse(database: Path, at: int) -> None:
    data = bytearray(database.read_bytes())
    for offset in range(at, min(at + 40, len(data))):
        data[offset] ^= 0xA5
    database.write_bytes(data)
    with suppress(SourceRefused):  # anything else would be a fault of ours
        import_of(database)


def test_changes_that_are_not_in_the_file_yet_are_not_passed_over(database: Path) -> None:
    database.with_name("ssd.sqlite-wal").write_bytes(b"changes")
    with pytest.raises(SourceRefused, match="with changes that are not in it yet"):
        import_of(database)


def test_a_file_whose_name_means_something_to_sqlite_is_that_file(tmp_path: Path) -> None:
    file = tmp_path / "a?mode=rwc&b#c%20.sqlite"
    write_sqlite({"ssd_person": [PERSON]}, tmp_path / "plain.sqlite")
    (tmp_path / "plain.sqlite").rename(file)
    assert len(import_of(file).records) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == [file.name]


# ---------------------------------------------------------------- many; the command


def test_records_are_the_same_however_many_readings_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tables_of(Inventor(3, AS_OF).children(40)), tmp_path / "ssd")
    for family in ("none", "ssd_family"):
        once = import_of(tmp_path / "ssd", family)
        monkeypatch.setattr(ssd, "ROWS_AT_ONCE", 50)
        often = import_of(tmp_path / "ssd", family)
        monkeypatch.undo()
        assert often.records == once.records
        assert [one[:3] for one in often.faults.met()] == [one[:3] for one in once.faults.met()]


def test_the_command_writes_records_and_refuses_to_write_over_a_table(
    here: Here, tmp_path: Path
) -> None:
    write_folder({"ssd_person": [PERSON], "ssd_cin_episodes": [EPISODE]}, tmp_path / "ssd")
    new_key(tmp_path / "board.key")
    words = ("import", "ssd", tmp_path / "ssd", "--key", tmp_path / "board.key", "--output")
    ended = here(*words, tmp_path / "ssd.jsonl", "--as-of", "2026-03-31")
    assert (ended.status, ended.told) == (0, f"Wrote {tmp_path / 'ssd.jsonl'}.\n")
    assert "1 record of ssd, as of 2026-03-31, from 2020-03-31 on" in ended.text
    over = here(*words, tmp_path / "ssd" / "ssd_person.csv", "--as-of", "2026-03-31")
    assert over.status == 2
    assert "in use" in over.told
    unsaid = here(*words, tmp_path / "ssd.jsonl")
    assert unsaid.status == 2
    assert "say with --as-of" in " ".join(unsaid.told.split())


# ---------------------------------------------------------------- whose a case is


@pytest.mark.parametrize("as_file", [False, True])
def test_whois_finds_the_row_of_a_person_or_a_worker(
    here: Here, tmp_path: Path, as_file: bool
) -> None:
    involved = {"invo_person_id": "7", "invo_professional_id": "W1", "invo_professional_team": "T"}
    mother = {"moth_person_id": "3", "moth_childs_person_id": "7"}
    tables: Tables = {"ssd_person": persons("5", "7"), "ssd_cin_episodes": [EPISODE] * 2,
                      "ssd_involvements": [involved], "ssd_mother": [mother]}  # fmt: skip
    path = tmp_path / ("ssd.sqlite" if as_file else "ssd")
    (write_sqlite if as_file else write_folder)(tables, path)
    new_key(tmp_path / "board.key")
    names = Pseudonyms(read_key(tmp_path / "board.key"))
    for kind, identifier, table, line in (
        ("child", "7", "ssd_person", 2), ("person", "7", "ssd_person", 2),
        ("person", "3", "ssd_mother", 1), ("worker", "W1", "ssd_involvements", 1),
        ("team", "T", "ssd_involvements", 1),
    ):  # fmt: skip
        asked = names.of(kind, identifier)
        ended = here("whois", asked, "--key", tmp_path / "board.key", "--source", path)
        where = f"{path} {table} row {line}" if as_file else f"{path}/{table}.csv line {line + 1}"
        assert (ended.status, ended.text) == (0, f"{where}: {kind} {identifier}\n")
    nobody = here(
        "whois", names.of("child", "8"), "--key", tmp_path / "board.key", "--source", path
    )
    assert (nobody.status, nobody.out) == (1, b"")


def test_24_referrals_of_two_children_of_a_family_do_not_overlap(brought_in: Run) -> None:
    families = [{"fami_family_id": "F", "fami_person_id": name} for name in ("7", "8")]
    other = {**EPISODE, "cine_person_id": "8", "cine_referral_id": "R2"}
    tables = {"ssd_person": persons("7", "8"), "ssd_family": families}
    found = brought_in("ssd_family", **tables, ssd_cin_episodes=[EPISODE, other])
    assert found.met(24) == []
    again = {**EPISODE, "cine_referral_id": "R3", "cine_referral_date": "2025-06-01"}
    found = brought_in("ssd_family", **tables, ssd_cin_episodes=[EPISODE, other, again])
    assert found.met(24) == ["cine_referral_date"]
