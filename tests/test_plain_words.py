"""Words that a stranger stumbled over: two days for one, rows for one row, counts of two units."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from amounts import few
from chromium import browser, needs_chromium
from command_line import ROOT, SAMPLES, Here
from cut_extract import KEPT, RULES, audits, page, report, sheets, text
from once import made_once

from casecheck import api
from casecheck.audit.check_answers import ExtractAnswers
from casecheck.qag.packs.returned import rows_words
from casecheck.record.carried import Carried
from casecheck.record.model import SECTIONS
from casecheck.record.working_days import working_day_number
from casecheck.report.audit.extract_words import MOST_ASKED_FOR, steps_of
from casecheck.report.audit.origin import OWN, Origin
from casecheck.report.audit.selection import Selection
from casecheck.results import CaseAudit, Finding, Outcome


def squeezed(words: str) -> str:
    return " ".join(words.split())


# --- text, HTML and workbook say the same ---


@pytest.mark.slow
@pytest.mark.parametrize("cut", few([True, False], True))
def test_text_html_and_workbook_have_one_order_one_weight_and_one_headline(cut: bool) -> None:
    every = text(cut, Selection(every=True))
    titles = re.findall(r"^(C-\d+)  (?:(.*?), )?weight (\d+)", squeezed_titles(every), re.MULTILINE)
    in_text = [(case, int(weight)) for case, _, weight in titles]
    rows = sheets(cut).rows["Cases"]
    assert [(row["Case"], row["Weight"]) for row in rows][: len(in_text)] == in_text
    assert all(row["Weight"] == 1 for row in rows[len(in_text) :])
    told = page(cut)
    in_html = re.findall(r"\|(C-\d+)\|no\. \d+\|(.*?)weight (\d+)\|", told)
    assert [(case, int(weight)) for case, _, weight in in_html][: len(in_text)] == in_text
    counts = {case: words for case, words, _ in titles}
    for case, words, _ in in_html:
        assert counts.get(case, "") == ", ".join(filter(None, words.split("|"))), case
    (headline,) = re.findall(r"^Records by their gravest finding: (.*)$", every, re.MULTILINE)
    assert [f"Records by their gravest finding: {headline}."] in sheets(cut).summary
    for number in re.findall(r"\d+", headline):
        assert f"|{number}|" in told.partition("In how many records")[0]


def squeezed_titles(lines: str) -> str:
    """A long title goes on in the next line."""
    return re.sub(r",\n +", ", ", lines)


@pytest.mark.slow
def test_applying_for_certain_is_not_claimed_of_what_cannot_be_told() -> None:
    assert "applies or may apply" in text(True)
    assert "|applies or may|" in page(True)
    assert "Applies, or may" in sheets(True).rows["Teams"][0]
    assert any("Applies, or may" in row for row in sheets(True).summary)


# --- what an extract cannot answer ---


def council(*also: str) -> Carried:
    return Carried(tuple(one for one in SECTIONS if one not in (*KEPT, *also)))


def test_a_section_that_a_few_records_seem_to_have_is_asked_for() -> None:
    """In a family without plans no category can have changed: its record seems to answer that."""
    extract = ExtractAnswers(RULES)
    for _ in range(9):
        extract.add(council())
    extract.add(council("category_changes", "chair_agreements"))
    steps = steps_of(extract)
    asked = [section for step in steps for section in step.sections]
    assert {"category_changes", "chair_agreements", "tools", "relationships"} <= set(asked)
    settled = [name for step in steps for name in step.checks]
    assert "P1.1 chair-agreement" in settled


def test_text_and_html_ask_for_the_same_and_name_what_is_in_few_records() -> None:
    lines = squeezed(text(True, Selection(summary=True)))
    assert "In few: category_changes (1 of 54), chair_agreements (1 of 54)" in lines
    asked = re.findall(r"([a-z_ ]+): \d+ more checks? \(", lines)
    html = re.findall(r"\|([a-z_ ]+)\|: \d+ more checks? \(", page(True))
    assert [one.strip() for one in asked] == html
    assert len(html) == MOST_ASKED_FOR
    assert any("category_changes" in one for one in html)


def test_counts_of_checks_cannot_be_read_two_ways() -> None:
    lines = squeezed(text(True, Selection(summary=True)))
    assert "24 of 53 checks, in every record; 8 more, in most" in lines
    assert "5 of the 6 checks of P1.1" in lines
    told = "Of 53 checks, 24 can be answered in no record; 8 can be answered in fewer than half"
    assert told in page(True)
    assert "|Of 53 checks, 53 can be answered in most records, and not wholly in all.|" in page(
        False
    )


# --- sentences ---


def findings(cut: bool) -> list[Finding]:
    return [one for audit in audits(cut) for one in audit.findings]


def small_family(case_id: str) -> dict[str, Any]:
    lines = (SAMPLES / "small-families.jsonl").read_text("utf-8").splitlines()
    found: dict[str, Any]
    (found,) = [one for one in map(json.loads, lines) if one["case_id"] == case_id]
    return found


def test_a_sentence_that_names_the_last_working_day_names_the_days_off_after_it_too() -> None:
    for one in findings(cut=False):
        if one.outcome is not Outcome.BREACH or one.due is None or str(one.due) in one.message:
            continue
        before = one.due - timedelta(days=1)
        while working_day_number(before.toordinal()) == working_day_number(one.due.toordinal()):
            assert str(before) not in one.message, one
            before -= timedelta(days=1)


@pytest.mark.parametrize(
    ("identified", "last", "due"),
    [
        ("2025-06-13", "2025-08-15", "2025-08-17"),  # a Friday
        ("2025-10-27", "2025-12-31", "2026-01-01"),  # before a bank holiday
        ("2025-06-16", "2025-08-18", "2025-08-18"),  # a Monday
    ],
)
def test_the_days_off_after_the_last_working_day_are_named(
    identified: str, last: str, due: str
) -> None:
    record = small_family("C-0204")
    for risk in record["risks"]:
        risk |= {"identified_on": identified, "resolved_on": None}
    with made_once():
        (audit,) = api.audit_records([record], RULES)
    assert isinstance(audit, CaseAudit)
    (late,) = [one for one in audit.findings if (one.lesson, one.check) == ("P3.1", "timely")]
    assert str(late.due) == due
    assert last in late.message
    told = f"No working day followed until {due}, so that day was in time too."
    assert late.message.endswith(told) is (last != due)


def test_of_a_row_that_may_not_exist_it_is_said_what_to_look_for() -> None:
    phantoms = [
        one
        for one in findings(cut=True)
        if one.outcome is not Outcome.BREACH and any(p.count("/") == 1 for p in one.pointers)
    ]
    assert phantoms
    for one in phantoms:
        sections = [p[1:].replace("_", " ") for p in one.pointers if p.count("/") == 1]
        assert f"The extract does not carry all {sections[0]}" in one.message
        assert "look in the file whether there are any" in one.message
    concerns = [one.message for one in phantoms if "a concern about neglect" in one.message]
    assert any("a concern about neglect from (not in the extract)" in one for one in concerns)


def test_a_day_that_is_contradicted_is_not_called_unrecorded() -> None:
    told = [one.message for one in findings(cut=False) if one.case_id == "C-0139"]
    assert any("(recorded, and contradicted)" in one for one in told)
    of_plan = [
        one
        for one in findings(cut=False)
        if one.case_id == "C-0139" and one.pointers == ("/plans/0",) and "dated" in one.message
    ]
    assert of_plan
    assert all("(not recorded)" not in one.message for one in of_plan)


# --- smaller words ---


@pytest.mark.parametrize(
    ("rows", "words"),
    [([52], "row 52"), ([52, 52], "row 52"), ([2, 3, 4, 9], "rows 2 to 4, 9")],
)
def test_one_row_is_no_rows(rows: list[int], words: str) -> None:
    assert rows_words(rows) == words


@pytest.mark.parametrize(
    ("folders", "words"),
    [
        ((OWN,), "from casecheck itself,"),
        ((OWN, f"{OWN}, statutory"), "from casecheck itself, with its statutory,"),
        ((f"{OWN}, statutory",), "from casecheck itself, statutory,"),
        (("ours", OWN), "from casecheck itself, ours,"),
    ],
)
def test_a_place_of_rules_is_named_once(folders: tuple[str, ...], words: str) -> None:
    assert Origin("sha256:0", folders, None, True, True).rules_words().startswith(words)


@pytest.mark.parametrize(
    ("file", "options", "says"),
    [
        (None, ("--set", "P1.1.carry_days=3"), "with settings typed with --set"),
        ("casecheck.toml", (), "with settings of the board"),
        ("c.toml", ("--set", "a=1"), "with settings of the board and settings typed with --set"),
    ],
)
def test_settings_are_said_to_be_whose_they_are(
    file: str | None, options: tuple[str, ...], says: str
) -> None:
    assert Origin("d", (OWN,), file, False, True, options).rules_words().endswith(says)


def test_a_folder_that_is_not_there_is_said_to_be_missing(here: Here, tmp_path: Path) -> None:
    ended = here("audit", SAMPLES / "c-0104.json", "--output", tmp_path / "nodir" / "x.html")
    assert ended.status == 2
    assert "there is no such folder: make it first (mkdir), or name another" in ended.told


def test_docs_quote_what_the_report_says() -> None:
    words = (ROOT / "docs" / "auditing.md").read_text("utf-8")
    (said,) = re.findall(r"\| `and ([\d,]+) more, of", words)
    assert f"  and {said} more, of " in words.partition("| line | says |")[0]


# --- on paper and on a telephone ---


@pytest.mark.slow
@needs_chromium
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not here")
@pytest.mark.parametrize("options", [("--top", "3"), ("--by", "lesson", "--top", "1")])
def test_no_page_on_paper_has_a_heading_alone(
    here: Here, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Nor the space for notes alone: it stands below the heading of its case."""
    assert here("audit", SAMPLES, *options, "--output", tmp_path / "a.html").status == 0
    with browser(tmp_path) as one:
        one.open(tmp_path / "a.html")
        one.pdf(tmp_path / "a.pdf")
    told = subprocess.run(
        ["pdftotext", "-layout", "a.pdf", "-"], cwd=tmp_path, capture_output=True, check=True
    ).stdout.decode()
    pages = told.split("\f")[:-1]
    assert len(pages) > 3
    for sheet in pages:
        lines = [line for line in sheet.splitlines() if re.search("[A-Za-z]{3}", line)]
        heads = [line for line in lines if re.search(r"\bno\. +\d+ +C-\d|\.json|Notes$", line)]
        assert len(lines) - len(heads) > 1 + bool(heads), sheet  # "Confidential" is on each


def test_on_paper_notes_come_before_the_timeline() -> None:
    markup = report("html", False).decode()
    for case in markup.split('<details class="case"')[1:3]:
        assert case.index('class="notes"') < case.index('class="line"')


@pytest.mark.slow
@needs_chromium
def test_on_a_telephone_a_table_says_that_it_can_be_moved(tmp_path: Path) -> None:
    tmp_path.joinpath("a.html").write_bytes(report("html", False, Selection(top=1)))
    hint = "getComputedStyle(document.querySelector('.wide'),'::before').content"
    with browser(tmp_path) as one:
        one.open(tmp_path / "a.html")
        assert one.run(hint) == "none"
        one.size(390, 844, mobile=True)
        assert "move it sideways" in one.run(hint)
