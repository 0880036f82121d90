"""What is asked of an audit's cases: none that is nowhere, no two things at once, nothing else."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from amounts import few
from command_line import SAMPLES, Here
from cut_extract import text

from casecheck.report.audit.selection import Selection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in ("0104", "0107", "0132"):
        shutil.copy(SAMPLES / f"c-{number}.json", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("C-104", ["C-0104"]),  # the number, without its zeros
        ("C0107", ["C-0107"]),  # a sign that was left out
        ("c-0140", ["C-0104", "C-0107"]),  # two figures the wrong way round
        ("X-9999", []),
    ],
)
def test_a_case_of_no_record_is_wrong_usage_and_near_ids_are_named(
    here: Here, folder: Path, typed: str, near: list[str]
) -> None:
    output = folder / "report.html"
    ended = here("audit", folder, "--case", typed, "--output", output)
    assert (ended.status, ended.out, output.exists()) == (2, b"", False)
    assert f"--case {typed.upper()}: no record has this case id" in ended.told
    assert "3 cases looked through" in ended.told
    for one in near:
        assert one in ended.told
    assert ("did you mean" in ended.told) is bool(near)


@pytest.mark.parametrize("how", ["text", "html", "xlsx"])
def test_one_case_that_is_nowhere_ends_the_command_whatever_else_is_asked(
    here: Here, folder: Path, how: str
) -> None:
    ended = here("audit", folder, "--case", "C-0104", "--case", "C-9", "--format", how)
    assert (ended.status, ended.out) == (2, b"")
    assert "--case C-9:" in ended.told
    assert "--case C-0104:" not in ended.told


def test_it_may_be_in_what_could_not_be_read(here: Here, folder: Path) -> None:
    folder.joinpath("broken.json").write_bytes(b"{")
    ended = here("audit", folder, "--case", "C-9999")
    assert ended.status == 2
    assert "1 input could not be read, and may hold it" in ended.told


@pytest.mark.parametrize("typed", ["c-0104", " C-0104 "])
def test_capitals_and_blanks_do_not_matter(here: Here, folder: Path, typed: str) -> None:
    ended = here("audit", folder, "--case", typed)
    assert ended.status == 0
    assert "\nC-0104  " in ended.text


def test_a_format_that_holds_everything_needs_no_case(here: Here, folder: Path) -> None:
    ended = here("audit", folder, "--case", "C-9999", "--format", "json")
    assert ended.status == 0
    assert len(json.loads(ended.out)["cases"]) == 3
    assert "of no use for json" in ended.told


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--summary", "--case", "C-0104"), "--case C-0104"),
        (("--summary", "--top", "3"), "--top 3"),
        (("--summary", "--all"), "--all"),
        (("--top", "3", "--all"), "choose one"),
        (("--case", "C-0104", "--all"), "leave out --all"),
        (("--top", "0"), "0 is not in the range"),
        (("--case", " "), "name the id of a case"),
    ],
)
def test_options_that_ask_for_two_things_are_wrong_usage(
    here: Here, folder: Path, options: tuple[str, ...], says: str
) -> None:
    ended = here("audit", folder, *options)
    assert (ended.status, ended.out) == (2, b"")
    assert says in ended.told


@pytest.mark.parametrize(
    "options", [("--summary", "--by", "team"), ("--case", "C-0104", "--top", "1")]
)
def test_options_that_go_together_do(here: Here, folder: Path, options: tuple[str, ...]) -> None:
    assert here("audit", folder, *options).status == 0


def explained(told: str) -> str | None:
    found = re.search(r"^  casecheck explain (.*)$", told, re.MULTILINE)
    return found and found[1]


def test_what_to_do_next_is_about_the_cases_that_were_asked_for(here: Here, folder: Path) -> None:
    all_of_it = here("audit", folder).text
    heaviest = re.search(r"^(C-\d+)  ", all_of_it, re.MULTILINE)
    assert heaviest
    assert (explained(all_of_it) or "").startswith(heaviest[1])
    (other,) = {"C-0104", "C-0107"} - {heaviest[1]} - {"C-0107"}
    assert (explained(here("audit", folder, "--case", other).text) or "").startswith(other)
    summary = here("audit", folder, "--summary").text
    assert explained(summary) is None
    assert "What to do next\n  casecheck check PATH..." in summary


def test_what_to_do_next_names_the_lesson_that_was_asked(here: Here, folder: Path) -> None:
    told = explained(here("audit", folder, "--lesson", "P8.1").text)
    assert told is not None
    assert told.startswith("C-0132 --lesson P8.1 ")
    ended = here("explain", *told.split())
    assert ended.status == 0
    assert "P1.1" not in ended.text.partition("How each check")[0]


@pytest.mark.parametrize("cut", few([True, False], True))
def test_what_is_called_full_is_full(cut: bool) -> None:
    """Where something is left out the heading does not say so, and what is left out is counted."""
    lines = text(cut)
    assert "and" in lines
    (heading,) = re.findall(r"^Cases, .*$", lines, re.MULTILINE)
    left_out = re.findall(r"^  and ([\d,]+) more, of ", lines, re.MULTILINE)
    assert ("in full" in heading) is not left_out
    assert ("as far as there is room" in heading) is bool(left_out)


def test_what_is_left_out_of_a_case_is_counted_in_findings() -> None:
    """As its title counts: 117 breaches and 1 that cannot be told are 118 findings."""
    of_case = re.search(r"^C-0101  .*?(?=^\n)", text(False), re.MULTILINE | re.DOTALL)
    assert of_case
    title, *entries = of_case[0].split("\n  BREACH")
    counts = re.findall(r"(\d+) (?:breach|cannot)", title)
    (more,) = re.findall(r"and ([\d,]+) more, of", of_case[0])
    shown = of_case[0].count("\n  BREACH") + of_case[0].count("\n  LOOK UP")
    times = sum(int(one) - 1 for one in re.findall(r"\((\d+) times\)", of_case[0]))
    assert entries
    assert sum(map(int, counts)) == int(more) + shown + times


def test_cases_that_are_told_in_full_are_said_to_be() -> None:
    told = text(False, Selection(top=2))
    assert re.search(r"^Cases, the weightiest first: 2 of \d+ in full$", told, re.MULTILINE)
    assert "as far as there is room" not in told
    assert not re.search(r"^  and [\d,]+ more, of ", told, re.MULTILINE)
