"""`casecheck rules new` writes a page that works as it stands, or nothing."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from command_line import ROOT, Here

from casecheck.authoring.scaffold import SCHEMA_LINE
from casecheck.lessons.loading import load_rules


def written(folder: Path) -> list[str]:
    """Everything in a folder, by its path from there."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_the_page_loads_and_runs_and_says_what_is_to_be_written(here: Here, tmp_path: Path) -> None:
    base = tmp_path / "my rules"
    ended = here("rules", "new", "neighbours", "N1.1", "Risks are acted on", "--rules", base)
    assert (ended.status, ended.told) == (0, "")
    schemas = [f"{what}.schema.json" for what in ("concepts", "lesson", "review")]
    assert written(base) == [
        schemas[0],
        schemas[1],
        "neighbours",
        "neighbours/N1.1.yaml",
        schemas[2],
    ]
    for name in schemas:  # which the first line of a page names, for editors
        shipped = (ROOT / "rules" / name).read_text(encoding="utf-8")
        assert base.joinpath(name).read_text(encoding="utf-8") == shipped
    base.joinpath(schemas[0]).write_text("the board's own")
    here("rules", "new", "neighbours", "N1.2", "More", "--rules", base)
    assert base.joinpath(schemas[0]).read_text() == "the board's own"
    base.joinpath("neighbours", "N1.2.yaml").unlink()
    text = base.joinpath("neighbours", "N1.1.yaml").read_text(encoding="utf-8")
    assert text.startswith(f"{SCHEMA_LINE}\n")
    (lesson,) = load_rules(base).lessons
    assert (lesson.id, lesson.title) == ("N1.1", "Risks are acted on")
    assert (lesson.source.review, lesson.source.finding) == ("neighbours", "N1.1")

    # What it says to do next works as it is printed, and each says that texts are to be written.
    for line in ended.text.splitlines()[1:]:
        program, *arguments = shlex.split(line)
        assert program == "casecheck"
        ran = here(*arguments)
        assert ran.status == (1 if "lint" in arguments else 0)
        assert (ran.text + ran.told).count("L009 this text is still the example") == 7


def test_that_audits_now_ask_the_new_folder_alone_is_told_once(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = "In this folder `casecheck audit` now asks the lessons of rules/"
    assert told in here("rules", "new", "neighbours", "N1.1", "Risks are acted on").text
    assert told not in here("rules", "new", "neighbours", "N1.2", "More").text
    assert told not in here("rules", "new", "neighbours", "N1.1", "x", "--rules", "mine").text


@pytest.mark.parametrize(
    "title",
    [
        'Said: "act" # and \\ go on',
        "Wörter über Grenzen, 100 % {geschützt} %(lesson)s",
        "null",
        "{a: [b]} - c",
        "  folded \n over \t lines ",
        "x" * 200,
    ],
)
def test_any_title_is_kept(here: Here, tmp_path: Path, title: str) -> None:
    assert here("rules", "new", "r", "A1", title, "--rules", tmp_path).status == 0
    assert load_rules(tmp_path).lessons[0].title == " ".join(title.split())


@pytest.mark.parametrize("review", ["null", "true", "a", "x-1_y"])
def test_any_name_of_a_review_loads(here: Here, tmp_path: Path, review: str) -> None:
    assert here("rules", "new", review, "A1", "Title", "--rules", tmp_path).status == 0
    assert load_rules(tmp_path).lessons[0].source.review == review


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("../out", "A1", "Title"), "REVIEW"),
        (("a/b", "A1", "Title"), "REVIEW"),
        (("..", "A1", "Title"), "REVIEW"),
        ((".", "A1", "Title"), "REVIEW"),
        (("/out", "A1", "Title"), "REVIEW"),
        (("", "A1", "Title"), "REVIEW"),
        (("r\n", "A1", "Title"), "REVIEW"),
        (("Review", "A1", "Title"), "REVIEW"),
        (("r" * 65, "A1", "Title"), "REVIEW"),
        (("r", "../A1", "Title"), "LESSON"),
        (("r", "A1/B", "Title"), "LESSON"),
        (("r", "a1", "Title"), "LESSON"),
        (("r", "", "Title"), "LESSON"),
        (("r", "A 1", "Title"), "LESSON"),
        (("r", "A" * 33, "Title"), "LESSON"),
        (("r", "A1", ""), "TITLE"),
        (("r", "A1", " \n "), "TITLE"),
        (("r", "A1", "a\x07b"), "TITLE"),
        (("r", "A1", "a\u202eb"), "TITLE"),
        (("r", "A1", "a\udcffb"), "TITLE"),
        (("r", "A1", "x" * 201), "TITLE"),
    ],
)
def test_what_could_not_be_a_page_is_refused(
    here: Here, tmp_path: Path, words: tuple[str, str, str], named: str
) -> None:
    base = tmp_path / "rules"
    ended = here("rules", "new", *words, "--rules", base)
    assert ended.status == 2
    refusals = (f"Error: {named} ", f"Error: Invalid value for '{named}'")
    assert any(refusal in ended.told for refusal in refusals)
    assert written(tmp_path) == []


def test_a_folder_whose_name_could_break_the_page_is_refused(here: Here, tmp_path: Path) -> None:
    ended = here("rules", "new", "r", "A1", "Title", "--rules", tmp_path / "a\nlesson: B1")
    assert ended.status == 2
    assert "rename the folder" in ended.told
    assert written(tmp_path) == []


@pytest.mark.parametrize("there", ["file", "link"])
def test_nothing_is_overwritten(here: Here, tmp_path: Path, there: str) -> None:
    file = tmp_path / "r" / "A1.yaml"
    file.parent.mkdir()
    if there == "file":
        file.write_text("mine")
    else:
        file.symlink_to(tmp_path / "nowhere")
    ended = here("rules", "new", "r", "A1", "Title", "--rules", tmp_path)
    assert ended.status == 2
    assert f"{file} exists already" in ended.told
    assert written(tmp_path) == ["r", "r/A1.yaml"]
    assert there == "link" or file.read_text() == "mine"


def test_a_page_that_comes_to_be_meanwhile_is_kept(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casecheck.authoring.scaffold.os.path.lexists", lambda _: False)
    file = tmp_path / "r" / "A1.yaml"
    file.parent.mkdir()
    file.write_text("theirs")
    ended = here("rules", "new", "r", "A1", "Title", "--rules", tmp_path)
    assert (ended.status, file.read_text()) == (2, "theirs")
    assert "exists already" in ended.told
    assert written(tmp_path) == ["r", "r/A1.yaml"]


def test_a_lesson_stands_on_one_page(here: Here, tmp_path: Path) -> None:
    assert here("rules", "new", "one", "A1", "Title", "--rules", tmp_path).status == 0
    ended = here("rules", "new", "two", "A1", "Title", "--rules", tmp_path)
    assert ended.status == 2
    assert f"the lesson A1 stands in {tmp_path / 'one' / 'A1.yaml'}" in ended.told
    assert here("rules", "new", "two", "A2", "Title", "--rules", tmp_path).status == 0


def test_a_fault_in_another_page_is_no_reason_not_to_begin(here: Here, tmp_path: Path) -> None:
    tmp_path.joinpath("broken.yaml").write_text("lesson: [")
    assert here("rules", "new", "r", "A1", "Title", "--rules", tmp_path).status == 0


def test_a_page_is_written_whole_or_not_at_all(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "hardlink_to", full)
    ended = here("rules", "new", "r", "A1", "Title", "--rules", tmp_path)
    assert ended.status == 2
    assert "No space left on device" in ended.told
    assert written(tmp_path) == ["r"]


def test_a_file_in_the_place_of_a_folder(here: Here, tmp_path: Path) -> None:
    base = tmp_path / "rules"
    base.write_text("")
    ended = here("rules", "new", "r", "A1", "Title", "--rules", base)
    assert ended.status == 2
    assert "Nothing is written" in ended.told
