"""`rules docs` writes what `explain` says, loses nothing on the way, and knows its own pages."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import shipped
from amounts import few
from command_line import ROOT, RULES, Here
from lesson_pages import CONCEPTS, PAGE, planted
from markdown_it import MarkdownIt
from once import load_once

from casecheck.record.model import FIELDS
from casecheck.report.lessons.lesson_page import INDEX, MARK, escaped
from casecheck.results import Outcome

LESSONS = {lesson.id: lesson for lesson in shipped.rules().lessons}
OTHERS = {lesson.id: lesson for lesson in load_once(RULES / "statutory").lessons}
DOCS = ROOT / "docs" / "lessons"
CODE = re.compile(r"`([^`]+)`")
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(markdown: str) -> str:
    """What a reader sees of a page: its text as a reader of Markdown has it, without the markup."""
    texts: list[str] = []
    for block in READER.parse(markdown):
        assert block.type != "html_block" or block.content.strip() == MARK
        for part in block.children or ():
            assert part.type != "html_inline"
            texts.append(part.content)
        texts.append(" ")
    return "".join(texts).replace("All lessons", "", 1)


def words(text: str) -> list[str]:
    """The words and signs of a text, without the layout's own: bullets, backticks and colons."""
    return re.sub(r"[`:]", " ", re.sub(r"^\s*- ", " ", text, flags=re.MULTILINE)).split()


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    folder.joinpath("T1.1.yaml").write_text(PAGE)
    folder.joinpath("concepts.yaml").write_text(CONCEPTS)
    return folder


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return tmp_path / "docs"


# The repository's own pages


# That they have not drifted, `test_docs.py` proves.


@pytest.mark.parametrize("lesson", few([*LESSONS, *OTHERS], "P1.1", "ST1.1"))
def test_explain_says_the_same(here: Here, lesson: str) -> None:
    page = (ROOT / "docs" / "lessons" / f"{lesson}.md").read_text(encoding="utf-8")
    folder = "rules/statutory" if lesson in OTHERS else "rules"
    text = here("explain", lesson, "--examples", "--rules", folder).text
    assert words(shown(page)) == words(text)


@pytest.mark.parametrize("lesson", LESSONS)
def test_explain_without_examples_is_its_beginning(here: Here, lesson: str) -> None:
    whole, short = here("explain", lesson, "--examples").text, here("explain", lesson).text
    assert whole.startswith(f"{short}\nExamples\n")
    count = len(LESSONS[lesson].examples)
    assert [int(number) for number in re.findall(r"^(\d+)  ", whole, re.MULTILINE)] == [
        *range(count + 1)
    ]


@pytest.mark.slow
def test_the_index_leads_to_every_lesson_by_theme_and_by_finding(
    here: Here, tmp_path: Path
) -> None:
    here("rules", "docs", "--output", tmp_path)
    index = (tmp_path / INDEX).read_text(encoding="utf-8")
    for review in shipped.rules().reviews:
        themes, findings = index.split(f"\n## {review.title}\n")[1].split("### By finding")[:2]
        assert review.about in themes
        for lesson in (one for one in LESSONS.values() if one.source.review == review.id):
            link = f"[{lesson.id}]({lesson.id}.md)"
            row = f"| {link} | {lesson.title} | {lesson.source.finding} | {len(lesson.checks)} "
            assert row in themes.split(f"### Theme {lesson.theme}\n")[1].split("###")[0]
            (line,) = [one for one in findings.split("\n## ")[0].splitlines() if link in one]
            assert line.startswith(f"| {lesson.source.finding} |")
            assert (tmp_path / f"{lesson.id}.md").exists()
    assert "[measures](measures.md)" in index
    written = {path.stem for path in tmp_path.glob("*.md")}
    others = {"concepts", "review", "response"}
    lessons = {path.stem for path in RULES.glob("*/*.yaml")} - others
    assert written == {*lessons, "README", "measures"}
    words = (tmp_path / "measures.md").read_text(encoding="utf-8")
    for page in RULES.rglob("measures/*.yaml"):
        assert f"\n## {page.stem} " in words


# What a page says


def test_the_words_of_a_small_page(here: Here, rules: Path, docs: Path) -> None:
    assert here("rules", "docs", "--rules", rules, "--output", docs).status == 0
    page = (docs / "T1.1.md").read_text(encoding="utf-8")
    for line in (
        "# T1.1 Risks are followed up",
        "## followed-up: Was the risk followed up?",
        "- asked of each `risk` (a row of risks) for which",
        "  - the kind of the risk is neglect: `risk.kind == 'neglect'`",
        "- left out where",
        "- met by any one of these",
        "    - `action` (a row of actions) for which",
        "      - the action addresses the risk: `action.addresses == risk`",
        "- a breach says: The risk of {risk.identified_on} was not followed up.",
        "- and of each `incident` (a row of incidents)",
        "- asked of each `worry` (a worry) for which",
        "- spare_days: 28 days",
        "- a worry: A worry about a child.",
    ):
        assert line in page.splitlines(), line
    assert f"Page: [{os.path.relpath(rules / 'T1.1.yaml')}](../rules/T1.1.yaml)" in page


def test_an_example_says_what_it_changes(here: Here, rules: Path, docs: Path) -> None:
    text = planted(
        PAGE,
        """\
    - name: a risk
      record:
        extracted_on: 2026-05-01
        people: [{id: child, born: null}]
        risks: [{id: risk, subject: child, kind: neglect, identified_on: 2025-02-03}]
        assessments:
          - {id: talk, subject: child, kind: risk, started_on: 2025-02-03,
             agencies: [school, police], considers: [], child_seen: true, child_views: false,
             completed_on: null}
""",
        """\
    - name: a risk
      record:
        risks: [{id: risk, subject: child, kind: neglect, identified_on: 2025-02-03}]
""",
    )
    rules.joinpath("T1.1.yaml").write_text(text)
    assert here("rules", "docs", "--rules", rules, "--output", docs).status == 0
    tables = (docs / "T1.1.md").read_text(encoding="utf-8").split("## Examples")[1].split("\n\n")
    assert tables[2].splitlines() == [
        "| 0 | the background |",
        "| --- | --- |",
        "| extracted on | 2026-06-30 |",
        "| opened on | 2025-01-06 |",
        "| people | child: born 2016-03, history none |",
        "| plans | plan: subject child, level child_protection, start 2025-02-17 |",
    ]
    assert tables[3].splitlines()[2:] == [
        "| followed-up | **does not apply** |",
        "| noticed | **breach** |",
    ]
    assert tables[4].splitlines() == [
        "| 2 | a risk |",
        "| --- | --- |",
        "| extracted on | 2026-05-01 (background: 2026-06-30) |",
        "| changed | child in people: born not recorded (background: 2016-03) |",
        "| left out | plan in plans |",
        "| added | risk in risks: subject child, kind neglect, identified_on 2025-02-03 |",
        "| added | talk in assessments: subject child, kind risk, started_on 2025-02-03,"
        " completed_on has not happened, agencies school and police, considers none,"
        " child_seen yes, child_views no |",
        "| not in the extract | tools |",
        "| followed-up | **does not apply** |",
    ]


def test_the_examples_of_a_check_alone(here: Here, rules: Path) -> None:
    text = here("explain", "T1.1", "--rules", rules, "--check", "noticed", "--examples").text
    assert "\n1  nothing to follow up\n" in text
    assert "\n2  a risk\n" not in text
    ended = here("explain", "T1.1", "--rules", rules, "--examples", "--case", "sample_cases/")
    assert ended.status == 2
    assert "give no --case" in " ".join(ended.told.split())


def test_every_outcome_has_its_words() -> None:
    told = {"breach", "cannot tell", "compliant", "does not apply"}
    pages = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    ways = {"breach as late", "breach as incomplete"}
    assert set(re.findall(r"\| \*\*(.*?)\*\* \|$", pages, re.MULTILINE)) == told | ways
    assert len(told) == len(Outcome)


def test_what_is_in_force_when(here: Here, rules: Path, docs: Path) -> None:
    text = planted(
        PAGE,
        "spare_days: {values: [{value: 28, until: 2026-03-31}, {value: 21, from: 2026-04-01}],"
        " unit",
        "spare_days: {value: 28, unit",
    )
    text = planted(text, "lesson: T1.1\nfrom: 2020-01-01\nuntil: 2099-12-31\n", "lesson: T1.1\n")
    text = planted(text, "- id: noticed\n    from: 2025-04-01", "- id: noticed")
    rules.joinpath("T1.1.yaml").write_text(text)
    assert here("rules", "docs", "--rules", rules, "--output", docs).status == 0
    page = (docs / "T1.1.md").read_text(encoding="utf-8")
    assert "\nThe lesson is in force from 2020-01-01 until 2099-12-31.\n" in page
    assert "\n- The check is in force from 2025-04-01.\n" in page
    assert "\n- spare_days: 28 days until 2026-03-31, 21 days from 2026-04-01\n" in page
    followed = page.split("## followed-up")[1].split("\n## ")[0]
    assert followed.count("asked of each") == 1, "a check is told once, not once for each period"
    by_day = followed.split("by the standard of its own day, which is one of these\n")[1]
    assert [CODE.findall(line) for line in by_day.splitlines()[:2]] == [
        ["risk.identified_on >= 2020-01-01 and risk.identified_on <= 2026-03-31"],
        ["risk.identified_on >= 2026-04-01 and risk.identified_on <= 2099-12-31"],
    ]


HOSTILE = "A | <script>alert(1)</script> `code` *bold* [x](y) &amp; ~~no~~ $x$ \\| _so_ :cat: #1"


def test_nothing_that_a_page_says_is_taken_for_markup(here: Here, rules: Path, docs: Path) -> None:
    quoted = "'" + HOSTILE + "'"
    text = planted(PAGE, f"title: {quoted}", "title: Risks are followed up")
    text = planted(text, f"means: {quoted}", "means: it was resolved")
    text = planted(text, f"basis: {quoted}", "basis: Four weeks.")
    text = planted(text, f"name: {quoted}", "name: a risk")
    text = planted(text, "asks: '1. - # Each risk'", "asks: Each risk is followed up in time.")
    rules.joinpath("T1.1.yaml").write_text(text)
    assert here("rules", "docs", "--rules", rules, "--output", docs).status == 0
    page = (docs / "T1.1.md").read_text(encoding="utf-8")
    assert shown(page).count(HOSTILE) == 4
    assert "\n1\\. - \\# Each risk\n" in page
    index = (docs / INDEX).read_text(encoding="utf-8")
    assert f"| [T1.1](T1.1.md) | {escaped(HOSTILE)} | T1 | 2 | 2 |" in index


@pytest.mark.parametrize("sign", [*"\\`*[]<>|~&$#"])
def test_a_sign_of_markdown_is_escaped(sign: str) -> None:
    assert escaped(f"a{sign}b") == f"a\\{sign}b"


def test_a_name_stays_readable() -> None:
    assert escaped("category_changes, _so_") == "category_changes, \\_so\\_"
    assert all(escaped(field) == field for fields in FIELDS.values() for field in fields)


def test_a_review_that_is_not_in_force_by_itself_has_its_pages(
    here: Here, rules: Path, docs: Path
) -> None:
    other = rules / "other"
    other.mkdir()
    other.joinpath("T2.1.yaml").write_text(
        PAGE.replace("T1.1", "T2.1").replace("review: test", "review: others")
    )
    other.joinpath("concepts.yaml").write_text(CONCEPTS.replace("A worry", "Another worry"))
    review = "review: others\ntitle: Other | lessons\nabout: More of them.\ndefault: false\n"
    other.joinpath("review.yaml").write_text(review)
    ended = here("rules", "docs", "--rules", rules, "--output", docs)
    assert (ended.status, ended.err) == (0, b"")
    assert "Another worry about a child" in (docs / "T2.1.md").read_text(encoding="utf-8")
    assert "Another worry" not in (docs / "T1.1.md").read_text(encoding="utf-8")
    index = (docs / INDEX).read_text(encoding="utf-8")
    mine, others = index.split("## Other \\| lessons\n\nMore of them.\n\nNot in force unless ")
    assert "| [T1.1](T1.1.md) |" in mine
    assert "| [T2.1](T2.1.md) |" in others
    assert "2 lessons, 4 checks" in index


# What the command does to files


def test_it_writes_only_what_differs(here: Here, rules: Path, docs: Path) -> None:
    arguments = ("rules", "docs", "--rules", rules, "--output", docs)
    ended = here(*arguments)
    assert (ended.status, ended.err) == (0, b"")
    assert ended.text == f"2 pages in {docs}: 2 written, 0 removed\n"
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in docs.iterdir()}
    assert {path.name for path in before} == {"T1.1.md", INDEX}
    assert here(*arguments).text == f"2 pages in {docs}: 0 written, 0 removed\n"
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in docs.iterdir()} == before


def test_a_page_of_a_lesson_that_is_gone_is_removed_and_no_other(
    here: Here, rules: Path, docs: Path
) -> None:
    arguments = ("rules", "docs", "--rules", rules, "--output", docs)
    docs.mkdir()
    docs.joinpath("G1.1.md").write_text(f"{MARK}\n\n# A lesson that was\n")
    docs.joinpath("notes.md").write_text("# My own\n")
    docs.joinpath("folder.md").mkdir()
    assert here(*arguments, "--check").text.splitlines() == [
        f"missing: {docs / INDEX}",
        f"missing: {docs / 'T1.1.md'}",
        f"of no lesson: {docs / 'G1.1.md'}",
    ]
    assert here(*arguments).text == f"2 pages in {docs}: 2 written, 1 removed\n"
    assert {path.name for path in docs.iterdir()} == {"T1.1.md", INDEX, "notes.md", "folder.md"}


def test_check_names_what_has_drifted_and_writes_nothing(
    here: Here, rules: Path, docs: Path
) -> None:
    arguments = ("rules", "docs", "--rules", rules, "--output", docs)
    ended = here(*arguments, "--check")
    assert ended.status == 1
    assert not docs.exists()
    here(*arguments)
    assert here(*arguments, "--check").status == 0
    rules.joinpath("T1.1.yaml").write_text(planted(PAGE, "value: 29", "value: 28"))
    before = (docs / "T1.1.md").read_bytes()
    ended = here(*arguments, "--check")
    assert (ended.status, ended.text) == (1, f"drifted: {docs / 'T1.1.md'}\n")
    assert ended.told == "`casecheck rules docs` writes them anew.\n"
    assert (docs / "T1.1.md").read_bytes() == before


@pytest.mark.parametrize("name", ["T1.1.md", INDEX])
def test_a_file_in_the_way_is_never_overwritten(
    here: Here, rules: Path, docs: Path, name: str
) -> None:
    docs.mkdir()
    docs.joinpath(name).write_text("# My own\n")
    ended = here("rules", "docs", "--rules", rules, "--output", docs)
    assert ended.status == 2
    assert "was not written by this command" in " ".join(ended.told.split())
    assert [path.name for path in docs.iterdir()] == [name]
    assert docs.joinpath(name).read_text() == "# My own\n"


def test_two_lessons_never_share_a_page(here: Here, rules: Path, docs: Path) -> None:
    """README is an id as the format has it, and on some file systems `t1.a` is `t1.A`."""
    rules.joinpath("T1.1.yaml").write_text(planted(PAGE, "lesson: README", "lesson: T1.1"))
    ended = here("rules", "docs", "--rules", rules, "--output", docs)
    assert ended.status == 2
    assert "give it another id" in " ".join(ended.told.split())
    assert not docs.exists()


def test_a_folder_that_cannot_be_is_wrong_usage(here: Here, rules: Path, tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "docs"):
        ended = here("rules", "docs", "--rules", rules, "--output", folder)
        assert ended.status == 2
        assert str(folder) in "".join(ended.told.split())


def test_what_cannot_all_be_written_leaves_all_as_it_was(
    here: Here, rules: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("rules", "docs", "--rules", rules, "--output", docs)
    here(*arguments)
    before = {path.name: path.read_bytes() for path in docs.iterdir()}
    rules.joinpath("T1.1.yaml").write_text(
        planted(PAGE, "title: Others", "title: Risks are followed up")
    )
    written: list[Path] = []
    write_text = Path.write_text

    def failing(path: Path, *args: str, **named: str) -> int:
        if written:
            raise OSError(28, "No space left on device")
        written.append(path)
        return write_text(path, *args, **named)

    monkeypatch.setattr(Path, "write_text", failing)
    ended = here(*arguments)
    monkeypatch.undo()
    assert ended.status == 2
    assert "No space left" in ended.told
    assert {path.name: path.read_bytes() for path in docs.iterdir()} == before
