"""`--leave-out`: of those who are listed as no cases there is no record, and it is said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import Ended, Here
from make_returns import Inventor, child, episode, protection_plan, return_of
from make_ssd import write_folder

from casecheck.cli.import_ import common
from casecheck.intake.sources import leaving_out
from casecheck.intake.sources.key_file import new_key, read_key
from casecheck.intake.sources.leaving_out import read_left_out
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.rows import SourceRefused

REFERENCE = date(2026, 3, 31)
PLAN = ("2025-05-12", None, "NEG", "NEG", ["2025-08-04"])
Import = Callable[..., tuple[Ended, dict[str, dict[str, Any]], dict[str, Any]]]


@pytest.fixture
def import_(here: Here, tmp_path: Path) -> Import:
    """Import by the command; return how it ended, the records by case id, and the report."""
    new_key(key := tmp_path / "board.key")

    def run(*arguments: str | Path) -> tuple[Ended, dict[str, dict[str, Any]], dict[str, Any]]:
        output, report = tmp_path / "cases.jsonl", tmp_path / "report.json"
        ended = here("import", *arguments, "--key", key, "--output", output, "--report", report)
        records = map(json.loads, output.read_text().splitlines())
        return ended, {one["case_id"]: one for one in records}, json.loads(report.read_text())

    return run


def case_id(folder: Path, name: str) -> str:
    return Pseudonyms(read_key(folder / "board.key")).of("child", name)


def listed(folder: Path, text: str) -> Path:
    (file := folder / "skip.txt").write_text(text)
    return file


def census(folder: Path, *more: str) -> Path:
    told = [child(name, "2015-06-12", episode("2025-05-01", protection_plan(*PLAN)))
            for name in ("1001", "1002", "1003", *more)]  # fmt: skip
    (file := folder / "census.xml").write_text("".join(return_of(told, REFERENCE)))
    return file


def test_a_child_that_is_listed_has_no_record_and_all_others_are_as_they_were(
    import_: Import, tmp_path: Path
) -> None:
    source = census(tmp_path)
    _, every, _ = import_("cin-census", source)
    skip = listed(tmp_path, "# test persons\n\n 1002 \r\n1003.0\n9999\n")
    ended, left, report = import_("cin-census", source, "--leave-out", skip)
    assert ended.status == 0
    gone = {case_id(tmp_path, name) for name in ("1002", "1003")}
    assert left == {name: record for name, record in every.items() if name not in gone}
    assert len(left) == len(every) - 2 == 1
    told = "Left out, as skip.txt says: 2 of 3; not found in the source: 1."
    assert told in report["notes"]
    assert told in " ".join(ended.text.split())
    (fault,) = [one for one in report["faults"] if one["fault"] == 41]
    assert (fault["item"], fault["count"]) == ("--leave-out", 2)
    assert fault["action"] == "left out, and told"
    assert fault["places"] == ["census.xml line 42", "census.xml line 68"]
    for name in ("1002", "1003", "9999"):
        assert name not in ended.text
        assert name not in json.dumps(report)


def test_a_listed_child_that_stands_twice_is_left_out_as_one(
    import_: Import, tmp_path: Path
) -> None:
    source = census(tmp_path, "1002")
    _, left, report = import_("cin-census", source, "--leave-out", listed(tmp_path, "1002"))
    assert left.keys() == {case_id(tmp_path, name) for name in ("1001", "1003")}
    assert "Left out, as skip.txt says: 1 of 1." in report["notes"]


def test_several_processes_leave_out_the_same(
    import_: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = Inventor(3, REFERENCE).children(40)
    text = "".join(return_of(every, REFERENCE))
    (source := tmp_path / "census.xml").write_text(text)
    names = re.findall("<LAchildID>(.*?)</LAchildID>", text)
    skip = listed(tmp_path, "\n".join(names[::3]))
    monkeypatch.setattr(common, "ENOUGH", 1)
    alone, across = (
        import_("cin-census", source, "--leave-out", skip, "--jobs", jobs) for jobs in ("1", "2")
    )
    assert alone == across
    assert len(alone[1]) == len(set(names) - set(names[::3])) > 0


def core_groups(folder: Path, rows: str) -> Path:
    (exports := folder / "exports").mkdir()
    (exports / "mapping.toml").write_text(
        '[meetings]\nfile = "m.csv"\nchild = "Child"\nonly = ["core_group"]\n'
        '[meetings.columns]\nkind = "Kind"\non = "On"\n'
    )
    (exports / "m.csv").write_text(f"Child,Kind,On\n{rows}")
    return exports


def test_exports_beside_a_source_leave_out_the_same(import_: Import, tmp_path: Path) -> None:
    source = census(tmp_path)
    exports = core_groups(tmp_path, "1001,core_group,2025-05-20\n1002,core_group,\n")
    skip = listed(tmp_path, "1002")
    _, left, report = import_("cin-census", source, "--with-csv", exports, "--leave-out", skip)
    assert left.keys() == {case_id(tmp_path, name) for name in ("1001", "1003")}
    assert any(
        one.startswith("Children by their ids: 1 in both sources; 1 in cin_census alone")
        for one in report["notes"]
    )


PERSONS = [{"pers_person_id": name, "pers_dob": "2015-06-12"} for name in ("7", "8", "9")]
EPISODES = [
    {"cine_referral_id": f"R{name}", "cine_person_id": name, "cine_referral_date": "2025-05-01"}
    for name in ("7", "8", "9")
]
FAMILY = [{"fami_table_id": f"F{name}", "fami_person_id": name, "fami_family_id": "F"}
          for name in ("7", "8")]  # fmt: skip


def ssd(folder: Path) -> Path:
    tables: dict[str, list[Any]] = {
        "ssd_person": PERSONS, "ssd_cin_episodes": EPISODES, "ssd_family": FAMILY,
    }  # fmt: skip
    write_folder(tables, path := folder / "ssd")
    return path


def test_a_person_of_the_dataset_is_left_out(import_: Import, tmp_path: Path) -> None:
    skip = listed(tmp_path, "8")
    source = (ssd(tmp_path), "--as-of", "2026-03-31")
    _, every, _ = import_("ssd", *source)
    ended, left, report = import_("ssd", *source, "--leave-out", skip)
    assert ended.status == 0
    assert left == {name: one for name, one in every.items() if name != case_id(tmp_path, "8")}
    assert "Left out, as skip.txt says: 1 of 1." in report["notes"]


@pytest.mark.parametrize("one", ["7", "8"])
def test_of_a_family_with_one_who_is_left_out_nothing_missing_is_known_to_be_missing(
    import_: Import, tmp_path: Path, one: str
) -> None:
    source = (ssd(tmp_path), "--as-of", "2026-03-31", "--family", "ssd_family")
    _, every, _ = import_("ssd", *source)
    both = next(one for one in every.values() if len(one["people"]) == 2)
    assert not both["coverage"].get("plans", {}).get("incomplete")
    ended, left, report = import_("ssd", *source, "--leave-out", listed(tmp_path, one))
    assert ended.status == 0
    assert len(left) == len(every) == 2
    family = next(one for one in left.values() if one["coverage"]["people"].get("incomplete"))
    assert len(family["people"]) == 1
    sections = [name for name, value in family.items() if isinstance(value, list)]
    assert all(family["coverage"][name]["incomplete"] for name in sections)
    assert "Left out, as skip.txt says: 1 of 1." in report["notes"]
    assert report["not_read"] == 0


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"# nobody\n\n", "lists no identifier"),
        (b"1001\n\xff\xfe\n", "line 2: no UTF-8"),
        (b"1001\n" * 9, "has more than 40 bytes"),
    ],
)
def test_a_list_that_is_none_is_refused_and_nothing_is_written(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, why: str
) -> None:
    monkeypatch.setattr(leaving_out, "LARGEST", 40)
    new_key(key := tmp_path / "board.key")
    (skip := tmp_path / "skip.txt").write_bytes(content)
    output = tmp_path / "cases.jsonl"
    ended = here("import", "cin-census", census(tmp_path), "--key", key, "--output", output,
                 "--leave-out", skip)  # fmt: skip
    assert ended.status == 2
    assert why in ended.told
    assert "1001" not in ended.told + ended.text
    assert not output.exists()


def test_a_list_that_is_not_there_or_is_a_folder_is_refused(here: Here, tmp_path: Path) -> None:
    new_key(key := tmp_path / "board.key")
    for place, why in ((tmp_path / "none.txt", "none.txt"), (tmp_path, "is a folder")):
        ended = here("import", "cin-census", census(tmp_path), "--key", key,
                     "--output", tmp_path / "cases.jsonl", "--leave-out", place)  # fmt: skip
        assert ended.status == 2
        assert why in ended.told


def test_the_list_itself_is_never_overwritten(here: Here, tmp_path: Path) -> None:
    new_key(key := tmp_path / "board.key")
    skip = listed(tmp_path, "1001")
    ended = here("import", "cin-census", census(tmp_path), "--key", key, "--output", skip,
                 "--leave-out", skip)  # fmt: skip
    assert ended.status == 2
    assert skip.read_text() == "1001"


def test_marks_of_editors_and_remarks_name_nobody(tmp_path: Path) -> None:
    (file := tmp_path / "skip.txt").write_bytes(b"\xef\xbb\xbf12.0\n  # 13\n\n12\n A-1 \n")
    assert read_left_out(file) == {"12", "A-1"}
    file.write_bytes(b"\xef\xbb\xbf\n")
    with pytest.raises(SourceRefused, match="lists no identifier"):
        read_left_out(file)


def test_exports_tell_nothing_of_one_who_is_left_out_of_a_family(
    import_: Import, tmp_path: Path
) -> None:
    exports = core_groups(tmp_path, "7,core_group,2026-01-12\n")
    source = (ssd(tmp_path), "--as-of", "2026-03-31", "--family", "ssd_family",
              "--with-csv", exports)  # fmt: skip
    _, every, _ = import_("ssd", *source)
    assert sum(len(one.get("meetings", ())) for one in every.values()) == 1
    _, left, _ = import_("ssd", *source, "--leave-out", listed(tmp_path, "7"))
    assert len(left) == 2
    assert all(not one.get("meetings") for one in left.values())
