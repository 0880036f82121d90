"""`casecheck rules try`: a page on records, once or at each save."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, SAMPLES, Here
from lesson_pages import place, planted

from casecheck.authoring import watching

CASES = ("c-0101.json", "c-0104.json", "c-0107.json")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page with its concepts, in a folder of its own."""
    folder = tmp_path / "ours"
    folder.mkdir()
    for name in ("concepts.yaml", "ST1.1.yaml"):
        shutil.copy(ROOT / "rules" / "statutory" / name, folder)
    return folder / "ST1.1.yaml"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    for name in CASES:
        shutil.copy(SAMPLES / name, folder)
    return folder


def tried(here: Here, *words: str | Path) -> dict[str, Any]:
    trial: dict[str, Any]
    (trial,) = json.loads(here("rules", "try", *words, "--format", "json").out)["trials"]
    return trial


def test_a_set_that_casecheck_ships_is_named_as_for_other_commands(
    here: Here, records: Path
) -> None:
    trial = tried(here, "statutory", records)
    assert {check["lesson"] for check in trial["checks"]} == {"ST1.1", "ST2.1", "ST3.1"}


def test_it_counts_what_the_audit_finds(here: Here, page: Path, records: Path) -> None:
    trial = tried(here, page, records, "--first", "1000")
    audit = json.loads(here("audit", records, "--rules", page.parent, "--format", "json").out)
    (check,) = trial["checks"]
    assert check["outcomes"] == audit["summary"]["lessons"]["ST1.1"]
    assert check["findings"] == len(audit["findings"]) > 1
    for shown, found in zip(check["first"], audit["findings"], strict=True):
        assert {name: found[name] for name in ("case_id", "outcome", "message", "pointers")} == {
            name: shown[name] for name in ("case_id", "outcome", "message", "pointers")
        }
    assert trial["records"] == len(CASES)
    assert trial["examples"]["failed"] == 0
    cost = check["cost"]
    assert 0 < cost["facts"] <= cost["rows"] <= cost["matches"] * 2
    assert cost["records"] == 3
    assert here("rules", "try", page, records).out == here("rules", "try", page, records).out


def test_the_first_of_each_outcome_with_message_and_place(
    here: Here, page: Path, records: Path
) -> None:
    ended = here("rules", "try", page, records, "--first", "1")
    words = " ".join(ended.text.split())
    assert ended.status == 0
    assert words.index("BREACH C-0101") < words.index("CANNOT TELL C-0107")
    assert "was completed on 2023-03-31, 52 working days after that day" in words
    assert "see /assessments/0" in words
    assert "completed-in-time: 2 findings" in words
    whole = here("rules", "try", page, SAMPLES, "--first", "1").text
    assert "completed-in-time: the first 2 of" in whole
    assert "BREACH" not in here("rules", "try", page, records, "--first", "0").text


def test_a_message_whose_section_is_missing_says_so(here: Here, page: Path, records: Path) -> None:
    """As the manual shows it: fields of such a row are not in the extract."""
    words = " ".join(here("rules", "try", page, records / "c-0107.json").text.split())
    assert "whether the assessment begun on (not in the extract) was completed in time." in words
    assert words.endswith("see /assessments")


def test_an_example_that_fails_is_told_and_the_records_are_tried(
    here: Here, page: Path, records: Path
) -> None:
    page.write_text(page.read_text().replace("expect: {completed-in-time: breach}",
                                             "expect: {completed-in-time: compliant}", 1)
                    .replace("expect: {completed-in-time: late}",
                             "expect: {completed-in-time: compliant}", 1))  # fmt: skip
    ended = here("rules", "try", page, records)
    assert ended.status == 1
    assert "FAILED" in ended.text
    assert "3 records tried" in ended.text


# --- odd input ---


def test_an_empty_folder_and_records_that_cannot_be_read(
    here: Here, page: Path, tmp_path: Path, records: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    ended = here("rules", "try", page, empty)
    assert ended.status == 3
    assert "No record was tried: this says nothing of the pages." in ended.text
    records.joinpath("broken.json").write_text('{"case_id": "Emma Jones"}')
    ended = here("rules", "try", page, records)
    assert ended.status == 3
    assert "3 records tried" in ended.text
    assert "1 could not be read:" in ended.text
    assert "broken.json" in ended.text
    assert "Emma" not in ended.text + ended.told
    assert tried(here, page, records)["unreadable"] == 1


def test_no_more_than_some_unreadable_are_told(here: Here, page: Path, records: Path) -> None:
    for number in range(9):
        records.joinpath(f"b{number}.json").write_text("[")
    text = here("rules", "try", page, records).text
    assert "9 could not be read" in text
    assert [f"b{number}.json" in text for number in (0, 4, 5)] == [True, True, False]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["no.yaml", "sample_cases"], "no such page or folder: no.yaml"),
        (["rules/statutory/ST1.1.yaml", "nowhere"], "no such file or folder: nowhere"),
        (["rules/statutory/ST1.1.yaml"], "Missing argument 'PATH...'"),
        (["rules/statutory/ST1.1.yaml", "-", "--watch"], "name a file or folder"),
        (["rules/statutory/ST1.1.yaml", "sample_cases", "--rounds", "2"], "--watch"),
    ],
)
def test_wrong_usage(here: Here, words: list[str], told: str) -> None:
    ended = here("rules", "try", *words)
    assert (ended.status, ended.out) == (2, b"")
    assert told in ended.told


def test_a_page_with_a_fault_is_told_with_its_place(here: Here, page: Path, records: Path) -> None:
    good = page.read_text()
    line, column = place(good, "title:")
    page.write_text(planted(good, "titel:", "title:"))
    ended = here("rules", "try", page, records)
    assert (ended.status, ended.out) == (2, b"")
    assert f"{page}:{line}:{column}: a lesson's page has no `titel`" in ended.told


def test_a_page_of_rules_new_is_told_to_be_unwritten(
    here: Here, tmp_path: Path, records: Path
) -> None:
    here("rules", "new", "board", "A1", "Risks", "--rules", tmp_path / "p")
    for command in (("try",), ("profile",), ("diff", tmp_path / "p" / "board")):
        ended = here("rules", *command, tmp_path / "p" / "board", records)
        assert ended.status == 0
        assert ended.told.count("L009") == 7
    assert len(tried(here, tmp_path / "p" / "board", records)["warnings"]) == 7


# --- the watch ---


class Saves:
    """In place of waiting: does the next thing that an author would do meanwhile."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self._steps = iter(steps)
        self.waited = 0

    def __call__(self) -> None:
        self.waited += 1
        step = next(self._steps, None)
        assert step is not None, "it waits for a save that does not come"
        step()


def watch(
    here: Here, monkeypatch: pytest.MonkeyPatch, saves: Saves, rounds: int, *words: str | Path
) -> tuple[int, str, str]:
    monkeypatch.setattr(watching, "pause", saves)
    ended = here("rules", "try", *words, "--watch", "--rounds", str(rounds))
    return ended.status, ended.text, ended.told


def test_it_runs_again_at_each_save_and_a_fault_ends_nothing(
    here: Here, page: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = page.read_text()
    saves = Saves(
        lambda: None,  # nothing is saved meanwhile: no run
        lambda: page.write_text(planted(good, "titel:", "title:")),
        page.unlink,  # as an editor does that writes a new file in its place
        lambda: page.write_text(good.replace("value: 45", "value: 20")),
    )
    status, text, told = watch(here, monkeypatch, saves, 4, page, records)
    assert status == 1  # the examples are of the old number
    assert saves.waited == 4
    assert [f"Run {number}" in told for number in (1, 2, 3, 4, 5)] == [True] * 4 + [False]
    assert "Run 2, after " in told
    assert "has no `titel`" in told
    assert "no such file" in told
    assert text.count("3 records tried") == 2
    assert "FAILED" in text


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("name", ["concepts.yaml", "review.yaml"])
def test_what_stands_beside_the_page_is_watched_too(  # noqa: PLR0917
    here: Here,
    page: Path,
    records: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    there: bool,
) -> None:
    """Also what comes there only later; the page asks for no concept."""
    beside = page.with_name(name)
    before = beside.read_text() if beside.exists() else ""
    if not there:
        page.with_name("concepts.yaml").unlink()
    saves = Saves(lambda: beside.write_text(f"{before}# changed\n"))
    _, _, told = watch(here, monkeypatch, saves, 2, page, records)
    assert f"Run 2, after {beside} was saved" in told


def test_a_file_that_is_only_touched_starts_no_run(tmp_path: Path) -> None:
    file = tmp_path / "A.yaml"
    file.write_text("a")

    def touch() -> None:
        file.touch()

    saves = Saves(touch, touch, lambda: file.write_text("b"), touch, lambda: file.write_text("c"))
    seen = list(watching.rounds(lambda: [file, tmp_path / "none.yaml"], 3, saves))
    assert seen == [(), (file,), (file,)]
    assert saves.waited == 5


def test_a_save_during_a_run_is_seen_after_it(tmp_path: Path) -> None:
    file = tmp_path / "A.yaml"
    file.write_text("a")
    rounds: Iterator[object] = watching.rounds(lambda: [file], 2, lambda: None)
    next(rounds)
    file.write_text("b")
    assert next(rounds) == (file,)


def test_json_is_one_line_a_run_and_a_fault_is_one_too(
    here: Here, page: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = page.read_text()
    saves = Saves(lambda: page.write_text("lesson: [\n"), lambda: page.write_text(good + "# \n"))
    _, text, _ = watch(here, monkeypatch, saves, 3, page, records, "--format", "json")
    first, second, third = map(json.loads, text.splitlines())
    assert list(second) == ["faults"]
    assert "ST1.1.yaml:" in second["faults"][0]
    assert first["trials"][0]["checks"] == third["trials"][0]["checks"]


def test_records_that_go_away_end_nothing(
    here: Here, page: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def move() -> None:
        records.rename(records.with_name("moved"))
        page.write_text(page.read_text() + "# saved\n")

    status, _, told = watch(here, monkeypatch, Saves(move), 2, page, records)
    assert status == 2
    assert f"no such file or folder: {records}" in told


def test_ctrl_c_ends_the_watch_cleanly(
    here: Here, page: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    status, text, told = watch(here, monkeypatch, Saves(interrupted), 9, page, records)
    assert status == 130
    assert "3 records tried" in text
    assert told.endswith("The watch has ended.\n")
    assert "Traceback" not in told
