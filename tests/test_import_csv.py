"""`casecheck import csv`: a mapping is read strictly, dirt is told, nothing unsaid is a no."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import Here

from casecheck.intake.sources.csv_draft import write_draft
from casecheck.intake.sources.csv_folder import CsvFolder
from casecheck.intake.sources.csv_mapping import load_csv_mapping
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import imported
from casecheck.intake.sources.key_file import KEY_BYTES, Key, new_key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.rows import SourceRefused
from casecheck.record.model import KINDS

AS_OF = date(2026, 3, 31)
PSEUDONYMS = Pseudonyms(Key(bytes(KEY_BYTES)))
PLANS = "Child,Plan,Start,End\nC1,P1,01/05/2025,\nC2,P2,02/06/2025,03/09/2025\n"
MEETINGS = (
    "Child,Plan,Type,Held,Came\nC1,P1,Core group,14/05/2025,School; Police\n"
    "C2,P2,Other talk,14/06/2025,\n"
)
MAPPING = """
[plans]
file = "plans.csv"
child = "Child"
id = "Plan"
only = ["child_protection"]
[plans.columns]
start = "Start"
end = "End"
[plans.set]
level = "child_protection"
[meetings]
file = "meetings.csv"
child = "Child"
whole = true
[meetings.columns]
plan = "Plan"
kind = "Type"
on = "Held"
attended = "Came"
[meetings.codes.kind]
"Other talk" = "leave out"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    (made / "plans.csv").write_text(PLANS)
    (made / "meetings.csv").write_text(MEETINGS)
    (made / "mapping.toml").write_text(MAPPING)
    return made


def change(folder: Path, was: str, becomes: str, name: str = "mapping.toml") -> None:
    file = folder / name
    text = file.read_text()
    assert was in text
    file.write_text(text.replace(was, becomes, 1))


def append(folder: Path, *lines: str) -> None:
    with (folder / "mapping.toml").open("a") as out:
        out.write("\n".join([*lines, ""]))


def records_of(folder: Path) -> tuple[dict[str, dict[str, Any]], Faults, CsvFolder]:
    faults = Faults()
    source = CsvFolder(folder, AS_OF, faults)
    of = {PSEUDONYMS.of("child", name): name for name in source.rows.children}
    made = {of[one.case_id]: json.loads(one.line) for one in imported(source, PSEUDONYMS)}
    return made, faults, source


def met(faults: Faults) -> dict[tuple[int, str], int]:
    return {(one.number, one.item): one.times for one in faults.met()}


# ---------------------------------------------------------------- what is made


def test_files_become_sections_and_no_more(folder: Path) -> None:
    records, faults, _ = records_of(folder)
    one = records["C1"]
    assert one["plans"] == [
        {"id": "plan1", "subject": "child1", "level": "child_protection", "start": "2025-05-01"}
    ]
    assert one["meetings"][0]["attended"] == ["school", "police"]
    assert one["meetings"][0]["plan"] == "plan1"
    assert one["coverage"] == {
        "people": {"incomplete": True},
        "plans": {"only": ["child_protection"]},
        "meetings": {"without": ["chair_waived_quorum_on"]},
    }
    assert not {"risks", "actions", "relationships"} & one.keys()
    assert records["C2"]["meetings"] == []
    assert met(faults) == {(41, "Type"): 1}


def test_the_order_of_rows_and_columns_does_not_matter(folder: Path) -> None:
    first, _, _ = records_of(folder)
    heads, *rows = PLANS.splitlines()
    (folder / "plans.csv").write_text("\n".join([heads, *rows[::-1]]) + "\n")
    (folder / "meetings.csv").write_text(
        "Came,Held,Type,Plan,Child\nSchool; Police,14/05/2025,Core group,P1,C1\n"
        ",14/06/2025,Other talk,P2,C2\n"
    )
    assert records_of(folder)[0] == first


def test_a_row_for_each_who_came_is_one_meeting(folder: Path) -> None:
    change(folder, 'child = "Child"\nwhole', 'child = "Child"\nid = "No"\nwhole')
    (folder / "meetings.csv").write_text(
        "No,Child,Plan,Type,Held,Came\n1,C1,P1,Core group,14/05/2025,School\n"
        "1,C1,P1,Core group,14/05/2025,Police\n2,C1,P1,Core group,14/05/2025,Housing\n"
    )
    meetings = records_of(folder)[0]["C1"]["meetings"]
    came = sorted(sorted(one["attended"]) for one in meetings)
    assert came == [["housing"], ["police", "school"]]


def test_what_two_rows_of_one_say_differently_is_unknown(folder: Path) -> None:
    (folder / "meetings.csv").write_text(
        "Child,Plan,Type,Held,Came\nC1,P1,Core group,14/05/2025,School\n"
        "C1,P1,Core group,14/05/2025,Police\n"
    )
    records, faults, _ = records_of(folder)
    (meeting,) = records["C1"]["meetings"]
    assert "attended" not in meeting
    assert (52, "meetings") in met(faults)


def test_a_family_is_one_record(folder: Path) -> None:
    (folder / "mapping.toml").write_text(
        'family = true\n[plans]\nfile = "plans.csv"\nchild = "Child"\nwhole = true\n'
        '[plans.columns]\nsubject = "Plan"\nstart = "Start"\nend = "End"\n'
        '[plans.set]\nlevel = "child_protection"\n'
    )
    records, _, _ = records_of(folder)
    assert len(records["C1"]["people"]) == 1
    assert records["C1"]["people"][0]["pseudonym"] == PSEUDONYMS.of("person", "P1")


def test_rows_reach_their_child_by_what_they_refer_to(folder: Path) -> None:
    append(folder, '[actions]', 'file = "actions.csv"', "whole = true", "[actions.columns]",
           'plan = "Plan"', 'kind = "Kind"', 'set_on = "Set"')  # fmt: skip
    (folder / "actions.csv").write_text("Plan,Kind,Set\nP1,visit,02/05/2025\nP9,visit,02/05/2025\n")
    records, faults, _ = records_of(folder)
    assert len(records["C1"]["actions"]) == 1
    assert (38, "Plan") in met(faults)
    assert faults.lost == 1
    for record in records.values():  # whose the other is nobody knows
        assert record["coverage"]["actions"]["incomplete"] is True


def test_an_action_may_be_due_after_the_export(folder: Path) -> None:
    append(folder, "[actions]", 'file = "actions.csv"', "whole = true", "[actions.columns]",
           'plan = "Plan"', 'kind = "Kind"', 'set_on = "Set"', 'due = "Due"')  # fmt: skip
    rows = "Plan,Kind,Set,Due\nP1,visit,02/05/2025,01/06/2026\n"
    (folder / "actions.csv").write_text(rows)
    records, faults, _ = records_of(folder)
    assert records["C1"]["actions"][0]["due"] == "2026-06-01"
    assert faults.count(20) == 0


def test_others_than_the_child_make_files_by_child_incomplete(folder: Path) -> None:
    append(folder, "[relationships]", 'file = "kin.csv"', 'child = "Child"', "whole = true",
           "[relationships.columns]", 'from = "From"', 'to = "To"', 'kind = "Kind"')  # fmt: skip
    (folder / "kin.csv").write_text("Child,From,To,Kind\nC1,M1,C1,parent of\n")
    records, _, _ = records_of(folder)
    assert records["C1"]["coverage"]["plans"]["incomplete"] is True
    assert "incomplete" not in records["C2"]["coverage"]["plans"]


def test_what_began_before_a_case_was_opened_leaves_that_day_as_it_is_told(folder: Path) -> None:
    append(folder, "[case]", 'file = "case.csv"', 'child = "Child"', "[case.columns]",
           'opened_on = "Opened"')  # fmt: skip
    (folder / "case.csv").write_text("Child,Opened\nC1,01/12/2025\n")
    records, _, _ = records_of(folder)
    assert records["C1"]["plans"][0]["start"] == "2025-05-01"
    assert records["C1"]["opened_on"] == "../2025-12-01"
    assert records["C2"]["opened_on"] == "../2025-06-02"  # the file says nothing of this one


ASSESSMENTS = (
    "[assessments]", 'file = "assessments.csv"', 'child = "Child"', "{how}",
    "[assessments.columns]", 'kind = "Kind"', 'started_on = "Begun"', 'completed_on = "Ended"',
)  # fmt: skip


@pytest.mark.parametrize(
    ("how", "only"),
    [
        ("whole = true", [*(set(KINDS["assessments"]) - {"parenting"})]),
        ('only = ["risk", "parenting"]', ["risk"]),
        ('only = ["risk"]', ["risk"]),
        ("incomplete = true", None),
    ],
)
def test_a_file_by_child_never_has_all_assessments_of_parents(
    folder: Path, how: str, only: list[str] | None
) -> None:
    append(folder, *(line.replace("{how}", how) for line in ASSESSMENTS))
    (folder / "assessments.csv").write_text("Child,Kind,Begun,Ended\nC1,risk,02/05/2025,\n")
    told = records_of(folder)[0]["C1"]["coverage"]["assessments"]
    assert told == (
        {"incomplete": True} if only is None
        else {"only": [one for one in KINDS["assessments"] if one in only]}
    )  # fmt: skip


def test_a_file_that_says_who_was_assessed_may_have_all_assessments(folder: Path) -> None:
    append(folder, *(line.replace("{how}", "whole = true") for line in ASSESSMENTS),
           'subject = "Who"')  # fmt: skip
    (folder / "assessments.csv").write_text(
        "Child,Kind,Begun,Ended,Who\nC1,risk,02/05/2025,,C1\nC1,parenting,02/05/2025,,M1\n"
    )
    record = records_of(folder)[0]["C1"]
    assert "assessments" not in record["coverage"]
    assert len(record["people"]) == 2


def test_what_a_row_refers_to_is_missing_where_a_whole_file_lacks_it(folder: Path) -> None:
    change(folder, 'only = ["child_protection"]', "whole = true")
    append(folder, "[actions]", 'file = "actions.csv"', 'child = "Child"', "whole = true",
           "[actions.columns]", 'plan = "Plan"', 'kind = "Kind"', 'set_on = "Set"')  # fmt: skip
    (folder / "actions.csv").write_text(
        "Child,Plan,Kind,Set\nC1,P9,visit,03/05/2025\nC2,P2,visit,03/06/2025\n"
    )
    records, faults, _ = records_of(folder)
    assert records["C1"]["coverage"]["plans"] == {"incomplete": True}
    assert records["C1"]["coverage"]["actions"]["incomplete"] is True
    assert "plans" not in records["C2"]["coverage"]
    assert met(faults)[38, "Plan"] == 1


def test_a_case_may_be_closed_and_in_a_district(folder: Path) -> None:
    append(folder, "[case]", 'file = "case.csv"', 'child = "Child"', "[case.columns]",
           'closed_on = "Closed"', 'district = "Where"', 'team = "Team"')  # fmt: skip
    (folder / "case.csv").write_text(
        "Child,Closed,Where,Team\nC1,01/02/2026,West Town,Red\nC2,05/10/2025,west town,Red\n"
    )
    records, faults, _ = records_of(folder)
    assert records["C2"]["closed_on"] == "2025-10-05"
    assert records["C2"]["district"] == "WEST-TOWN"
    assert records["C2"]["team"] == PSEUDONYMS.of("team", "Red")
    assert "closed_on" not in records["C1"]  # a plan is open
    assert (50, "closed_on") in met(faults)


def test_a_note_says_that_closings_are_not_told(folder: Path) -> None:
    _, _, source = records_of(folder)
    assert "No column tells when a case was closed" in source.notes[0]


# ---------------------------------------------------------------- dirt


@pytest.mark.parametrize(
    ("was", "becomes", "fault", "item"),
    [
        ("01/05/2025", "2025-05-01T09:30:00", 16, "Start"),
        ("01/05/2025", "01/05/25", 17, "Start"),
        ("01/05/2025", "01/01/1900", 19, "Start"),
        ("01/05/2025", "01/05/2027", 20, "Start"),
        ("01/05/2025", "not recorded", 53, "Start"),
        ("01/05/2025", "45778", 55, "Start"),
        ("02/06/2025,03/09/2025", "02/06/2025,01/05/2025", 22, "End"),
        ("02/06/2025,03/09/2025", "02/06/2025,she said", 55, "End"),
        ("C2,P2", ",P2", 35, "Child"),
        ("C2,P2", "n/a,P2", 35, "Child"),
        ("C2,P2,02/06/2025,", "C2,P2,02/06/2025,x,", 45, "a row with more cells than heads"),
        ("C2,P2,02/06/2025,03/09/2025", "C2,P2", 45, "a row with fewer cells than heads"),
        ("C2,P2,02/06/2025,03/09/2025", "C2,P2,moved,away", 45,
         "a row of which several columns do not read"),
        ("C2,P2,", "C1,P1,01/05/2025,\nC2,P2,", 52, "plans.csv"),
        ("Child,Plan", "Child , PLAN", 9, "Plan"),
        ("Child,Plan", "Plans of 2025\nChild,Plan", 8, "heads"),
    ],
)  # fmt: skip
def test_a_fault_is_told_once_with_its_place(
    folder: Path, was: str, becomes: str, fault: int, item: str
) -> None:
    change(folder, was, becomes, "plans.csv")
    _, faults, _ = records_of(folder)
    assert met(faults).get((fault, item)) == 1, met(faults)


@pytest.mark.parametrize("lost", [",P2", "C2,P2,02/06/2025,x,", "C2,P2,moved,away\nC3,P3"])
def test_a_row_that_is_dropped_makes_its_section_incomplete(folder: Path, lost: str) -> None:
    change(folder, "C2,P2", lost, "plans.csv")
    records, faults, _ = records_of(folder)
    assert faults.lost
    assert records["C1"]["coverage"]["plans"]["incomplete"] is True
    assert "incomplete" not in records["C1"]["coverage"]["meetings"]


def test_a_day_in_american_order_makes_its_whole_column_unknown(folder: Path) -> None:
    change(folder, "C2,P2,02/06/2025", "C2,P2,06/14/2025", "plans.csv")
    records, faults, _ = records_of(folder)
    assert records["C1"]["plans"][0]["start"] == "../2026-03-31"
    assert met(faults)[17, "Start"] == 2
    change(folder, 'only = ["child', 'days = "mm/dd/yyyy"\nonly = ["child')
    records, _, _ = records_of(folder)
    assert records["C1"]["plans"][0]["start"] == "2025-01-05"
    assert records["C2"]["plans"][0]["start"] == "2025-06-14"


def test_a_column_that_is_not_there_is_not_blank(folder: Path) -> None:
    change(folder, "Start,End", "Start,Ended", "plans.csv")
    records, faults, source = records_of(folder)
    assert records["C1"]["plans"][0]["end"] == "unknown"
    assert (11, "End") in met(faults)
    assert source.unknown["plans.csv: Ended"] == 1


def test_most_rows_without_a_child_are_refused(folder: Path) -> None:
    (folder / "plans.csv").write_text("Child,Plan,Start,End\n" + ",P1,01/05/2025,\n" * 30)
    with pytest.raises(SourceRefused, match=r"30 of 30 rows tell no child.*mapping.toml line 2"):
        records_of(folder)


# ---------------------------------------------------------------- the mapping


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("[plans]", "[plan]", r"line 2: there is no section plan: the sections"),
        ('file = "plans.csv"', 'file = "../plans.csv"', r"line 3: .* without a path"),
        ('file = "plans.csv"', 'file = "/etc/passwd"', r"line 3: .* without a path"),
        ('file = "plans.csv"', 'file = "a\\\\plans.csv"', r"line 3: .* without a path"),
        ('file = "plans.csv"', 'file = "mapping.toml"', r"line 3: .* without a path"),
        ('file = "plans.csv"', 'file = "plan.csv"', r"line 2: there is no plan.csv"),
        ('file = "plans.csv"', "", r"line 2: \[plans\] needs its file"),
        ('child = "Child"', "", r"line 2: .* does not tell whose its rows are"),
        ('child = "Child"', 'child = "Kid"', r"plans.csv has no column Kid, .* line 2"),
        ('start = "Start"', 'begin = "Start"', r"line 8: plans has no field begin: known are"),
        ('start = "Start"', "", r"line 7: plans needs start"),
        ('start = "Start"', 'start = "=A1"', r"line 8: .* a formula is no head"),
        ('level = "child_protection"', 'level = "cp"', r"line 11: level cannot be that: it can be"),
        ('only = ["child_protection"]', "", r"line 2: .* does not say how much of it"),
        ('only = ["child_protection"]', 'only = ["cpp"]', r"line 6: only can be of early_help"),
        ('only = ["child_protection"]', 'only = []\nwhole = true', r"whole, or only in part"),
        ('only = ["child_protection"]', 'from = "2025"', r"line 6: from must be a day"),
        ('only = ["child_protection"]', 'incomplete = false', r"line 6: .* can only be true"),
        ('only = ["child_protection"]', 'whole = true\nwithout = ["start"]', r"line 7: without"),
        ('"Other talk" = "leave out"', '"Other talk" = "chat"', r"line 22: a word of kind is"),
        ("[meetings.codes.kind]", "[meetings.codes.on]", r"line 21: .* a column with codes"),
        ('id = "Plan"', "", r"plan links into plans: say which column names"),
        ("[plans]", 'days = "dd/mm/yy"\n[plans]', r"line 2: days must be a format"),
        ("[plans]", "[plans", r"this is not TOML: .*line 2"),
        ('child = "Child"', 'child = "Child"\nsort = 1', r"line 5: \[plans\] has no part sort"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_mapping_is_told_with_file_and_line(
    folder: Path, was: str, becomes: str, message: str
) -> None:
    change(folder, was, becomes)
    with pytest.raises(SourceRefused, match=message):
        records_of(folder)


def test_a_file_that_is_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "plans.csv").rename(tmp_path / "elsewhere.csv")
    (folder / "plans.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(SourceRefused, match=r"line 2: plans\.csv is a link to another place"):
        records_of(folder)


def test_a_folder_without_a_mapping_is_told_of_the_draft(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="import csv --draft"):
        load_csv_mapping(tmp_path)


def test_guesses_that_nobody_confirmed_are_told(folder: Path) -> None:
    change(folder, 'child = "Child"', 'child = "Child"\nguessed = ["start"]')
    _, _, source = records_of(folder)
    assert "mapping.toml line 2: [plans] still holds guesses" in source.notes[0]
    assert "start" in source.notes[0]


# ---------------------------------------------------------------- the draft


def test_a_draft_is_a_mapping_of_guesses(folder: Path) -> None:
    (folder / "mapping.toml").unlink()
    (folder / "core_groups.csv").unlink(missing_ok=True)
    (folder / "chatter.csv").write_text('"say ""x""\\\n",=A1,AB 12 34 56 C\n1,2,3\n')
    write_draft(folder)
    text = (folder / "mapping.toml").read_text()
    assert "=A1" not in text
    assert "AB 12 34 56 C" not in text
    told = load_csv_mapping(folder) if "level" in text.split("[plans.columns]")[1][:80] else None
    assert told is None
    assert "[meetings]" in text
    assert "whole" not in text.split("[meetings]")[1]
    assert 'guessed = ["section", "child"' in text


def test_a_draft_is_never_written_over_a_file(folder: Path) -> None:
    with pytest.raises(SourceRefused, match="there is one already"):
        write_draft(folder)
    assert (folder / "mapping.toml").read_text() == MAPPING


# ---------------------------------------------------------------- the command


def test_the_command_tells_no_content(here: Here, folder: Path, tmp_path: Path) -> None:
    for name, was in (("plans.csv", "C1"), ("meetings.csv", "C1")):
        file = folder / name
        file.write_text(file.read_text().replace(was, "SECRET-9"))
    change(folder, "02/06/2025", "told by Mrs Smith", "plans.csv")
    new_key(key := tmp_path / "k.key")
    output, report = tmp_path / "o.jsonl", tmp_path / "r.json"
    ended = here("import", "csv", folder, "--key", key, "--output", output, "--report", report,
                 "--as-of", "2026-03-31")  # fmt: skip
    assert ended.status == 0, ended.told
    assert "What these records can answer, check by check" in ended.text
    everything = output.read_text() + report.read_text() + ended.text + ended.told
    assert "SECRET" not in everything
    assert "Smith" not in everything
    assert here("audit", output).status == 0
    record = json.loads(output.read_text().splitlines()[0])
    found = here("whois", record["case_id"], "--key", key, "--source", folder / "plans.csv",
                 "--column", "Child")  # fmt: skip
    assert found.status == 0
    assert found.text.split()[-1] in ("SECRET-9", "C2")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--output", "o.jsonl", "--as-of", "2026-03-31"), "Missing option '--key'"),
        (("--key", "k.key", "--as-of", "2026-03-31"), "Missing option '--output'"),
        (("--key", "k.key", "--output", "o.jsonl"), "tells no day for which it speaks"),
    ],
)
def test_what_an_import_needs(
    here: Here, folder: Path, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    new_key(tmp_path / "k.key")
    given = [tmp_path / one if "." in one and "-" not in one else one for one in arguments]
    ended = here("import", "csv", folder, *given)
    assert ended.status == 2
    assert told in " ".join(ended.told.split())


def test_the_draft_is_written_by_the_command(here: Here, folder: Path) -> None:
    (folder / "mapping.toml").unlink()
    ended = here("import", "csv", "--draft", folder)
    assert ended.status == 0
    assert "look at every guess" in ended.text
    assert here("import", "csv", "--draft", folder).status != 0
