"""What is in a pack, and what is not, and how each format shows it."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, Here
from qag_packs import CHECKS, LESSONS, NAME, UNUSABLE, draw, sample_of, with_sample
from shipped import rules

from casecheck.qag import extras
from casecheck.qag.packs.csv_file import pack_csv
from casecheck.qag.packs.form import (
    GRADES,
    JUDGMENTS,
    MAX_CELL,
    MAX_REASON,
    REASONS,
    columns,
    file_stem,
    instructions,
    locked_cells,
    name_of,
    read_name,
)
from casecheck.qag.packs.packs import (
    MOST_ROWS,
    Pack,
    PackError,
    Question,
    deal,
    make_pack,
    questions,
    sample_key,
)
from casecheck.qag.packs.to_html import pack_html
from casecheck.qag.packs.to_workbook import workbook
from casecheck.qag.store.rows import NOT_SEEN
from casecheck.qag.store.store import DrawnCase, FrameCase, Run, Sample, Store, StoredFinding
from casecheck.results import Outcome

ALL = range(1, 1000)
WRITERS = {"xlsx": workbook, "csv": pack_csv, "html": pack_html}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return with_sample(tmp_path)


def drawn(number: int, unusable: tuple[int, ...] = ()) -> Sample:
    cases = (
        DrawnCase(
            rank, rank * 3, f"C-{rank:04}", "", "1/2", "", "", "lost" if rank in unusable else ""
        )
        for rank in range(1, number + 1)
    )
    return Sample(1, "a sample", 1, "a seed", {}, tuple(cases))


def frame_case(position: int, outcome: Outcome, pointers: tuple[str, ...] = ()) -> FrameCase:
    found = tuple(
        StoredFinding("P1.1", "chair-agreement", outcome, "f", (pointer, "/risks/0"), False)
        for pointer in pointers
    )
    outcomes = {("P1.1", "chair-agreement"): outcome}
    return FrameCase(
        position, f"C-{position:04}", "a.jsonl", 7, "", "2026-06-30", None, None, None,
        outcomes, found,
    )  # fmt: skip


QUESTION = Question(
    "P1.1", "A changed category", "chair-agreement", "Was it so?", "a letter", "plans"
)


def a_pack(blind: bool, outcome: Outcome = Outcome.BREACH, *pointers: str, **more: Any) -> Pack:
    case = frame_case(3, outcome, pointers or ("/plans/0",))
    question = QUESTION._replace(**more)
    return make_pack(drawn(1), "0" * 16, "anna", [1], {3: case}, [question], blind)


# --- who reads which case -----------------------------------------------------------------------


@pytest.mark.parametrize("double", [0, 1, 20, 34, 100])
@pytest.mark.parametrize("number", [1, 7, 40])
def test_each_case_is_dealt_once_and_the_share_of_them_twice(number: int, double: int) -> None:
    dealt = deal(drawn(number), ["anna", "ben", "cy"], double, ALL)
    read = sorted(rank for mine in dealt.cases.values() for rank in mine)
    twice = -(-number * double // 100)
    assert len(dealt.second) == twice
    assert read == sorted([*range(1, number + 1), *dealt.second])
    assert all(len(set(mine)) == len(mine) for mine in dealt.cases.values())


def test_auditors_have_about_as_many_cases_each() -> None:
    dealt = deal(drawn(40), ["anna", "ben", "cy"], 25, ALL)
    counts = [len(mine) for mine in dealt.cases.values()]
    assert sum(counts) == 50
    assert max(counts) - min(counts) <= 1


def test_more_than_one_pair_reads_cases_twice() -> None:
    dealt = deal(drawn(40), ["anna", "ben", "cy"], 50, ALL)
    pairs = {
        tuple(name for name, mine in dealt.cases.items() if rank in mine) for rank in dealt.second
    }
    assert pairs == {("anna", "ben"), ("anna", "cy"), ("ben", "cy")}


def test_the_deal_can_be_done_again_outside_our_code() -> None:
    """As docs/packs.md says it."""

    def tickets(use: str) -> list[int]:
        told = {
            rank: hashlib.sha256(f"a seed|{use}|{rank}|C-{rank:04}".encode()).hexdigest()
            for rank in range(1, 13)
        }
        return sorted(told, key=lambda rank: told[rank])

    dealt = deal(drawn(12), ["anna", "ben"], 25, ALL)
    assert dealt.second == set(tickets("double")[:3])
    first = tickets("deal")
    assert set(first[::2]) <= set(dealt.cases["anna"]) <= set(first[::2]) | dealt.second
    assert set(first[1::2]) <= set(dealt.cases["ben"]) <= set(first[1::2]) | dealt.second


def test_a_case_found_unusable_later_moves_no_other() -> None:
    before = deal(drawn(20), ["anna", "ben"], 30, ALL)
    after = deal(drawn(20, unusable=(5, 6)), ["anna", "ben"], 30, ALL)
    for name, mine in before.cases.items():
        assert after.cases[name] == tuple(rank for rank in mine if rank not in (5, 6))
    assert after.second == before.second - {5, 6}


def test_only_the_cases_of_an_extension_are_dealt() -> None:
    dealt = deal(drawn(20), ["anna", "ben"], 0, range(11, 21))
    assert sorted(rank for mine in dealt.cases.values() for rank in mine) == list(range(11, 21))


def test_cases_cannot_be_read_twice_by_one_auditor() -> None:
    with pytest.raises(PackError, match="need two auditors"):
        deal(drawn(20), ["anna"], 10, ALL)


def test_a_sample_without_usable_cases_is_refused() -> None:
    with pytest.raises(PackError, match="no usable case"):
        deal(drawn(2, unusable=(1, 2)), ["anna"], 0, ALL)


# --- what is asked ------------------------------------------------------------------------------


def test_every_check_of_the_lessons_is_asked_in_the_pages_words() -> None:
    asked = questions(rules(), LESSONS)
    assert [(one.lesson, one.check) for one in asked] == [
        (lesson.id, check.id)
        for lesson in rules().lessons
        if lesson.id in LESSONS
        for check in lesson.checks
    ]
    carried = asked[2]
    assert carried.asks.startswith("Was each risk that was open at the change resolved")
    assert "a mitigation of the risk" in carried.met_by
    assert carried.met_by.endswith(
        "Standard: 28 days (Four weeks, by which the plan should hold what was open at the change."
        " No guidance sets this time; it is an assumption of this rule set)"
    )
    assert carried.title == "A changed category must not hide the old risks"
    assert set(carried.look.split(", ")) == {
        "plans", "category changes", "risks", "mitigations", "actions",
    }  # fmt: skip
    assert "Standard" not in asked[0].met_by, "this check has no number"


def test_no_lessons_are_all_of_them() -> None:
    assert len(questions(rules(), ())) == sum(len(lesson.checks) for lesson in rules().lessons)


@pytest.mark.parametrize("form", WRITERS)
def test_a_blind_pack_is_the_same_whatever_the_engine_found(form: str) -> None:
    packs = {
        WRITERS[form](a_pack(True, outcome, pointer))
        for outcome in Outcome
        for pointer in ("/plans/0", "/plans/1")
    }
    assert len(packs) == 1


def test_what_the_engine_found_does_not_even_pass_through_a_blind_pack() -> None:
    (row,) = a_pack(True).rows
    assert (row.engine, row.rows) == ("", "")


@pytest.mark.parametrize("form", WRITERS)
def test_an_open_pack_shows_what_the_engine_found(form: str) -> None:
    packs = {WRITERS[form](a_pack(False, outcome)) for outcome in Outcome}
    assert len(packs) == len(Outcome)


def test_a_blind_pack_tells_nothing_of_the_draw(store: Path) -> None:
    """A stratum, a reason for the draw or a rank may show what was found."""
    sample, _ = sample_of(store)
    shuffled = replace(
        sample,
        drawn=tuple(
            replace(one, stratum="x", why="y", probability="1", ticket="z", rank=11 - one.rank)
            for one in sample.drawn
        ),
    )
    frame = {one.position: frame_case(one.position, Outcome.BREACH) for one in sample.drawn}
    packs = [
        make_pack(one, "0" * 16, "anna", ALL, frame, [QUESTION], True) for one in (sample, shuffled)
    ]
    assert packs[0] == packs[1]


def test_an_open_pack_says_where_the_findings_point_and_how_many_more() -> None:
    pointers = [f"/plans/{number}" for number in range(MOST_ROWS + 3)]
    (row,) = a_pack(False, Outcome.BREACH, *pointers).rows
    assert row.engine == "Breach"
    assert row.rows.startswith("/plans/0 with /risks/0; /plans/1 with /risks/0; ")
    assert row.rows.endswith("; and 3 more")


def test_a_lesson_that_the_engine_could_not_evaluate_is_no_outcome() -> None:
    (row,) = a_pack(False, check="another").rows
    assert (row.engine, row.rows) == ("Could not be evaluated", "")


def test_a_record_of_a_file_of_many_is_found_by_its_line() -> None:
    (row,) = a_pack(True).rows
    assert (row.file, row.as_of) == ("a.jsonl line 7", "2026-06-30")


@pytest.mark.parametrize("text", ["x" * (MAX_CELL + 1), "\U0001f600" * (MAX_CELL // 2 + 1)])
def test_a_text_that_fits_no_cell_is_refused(text: str) -> None:
    with pytest.raises(PackError, match="fits no cell"):
        locked_cells(a_pack(True, asks=text))


# --- its name -----------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", [NAME, "a/b", "é=1,|+", "%2F", "1-blind/7"])
def test_a_packs_name_is_read_as_it_was_written(sample: str) -> None:
    pack = replace(a_pack(True), sample=sample)
    name = name_of(pack, locked_cells(pack))
    assert read_name(str(name)) == name
    assert read_name(str(name)[:-1]) is None


def test_each_thing_in_a_pack_is_in_its_digest() -> None:
    pack = a_pack(False)
    others = [
        replace(pack, sample="another"),
        replace(pack, sample_key="1" * 16),
        replace(pack, auditor="ben"),
        replace(pack, rows=pack.rows * 2),
        *(
            replace(pack, rows=(pack.rows[0]._replace(**{name: "2"}),))
            for name in ("case_id", "position", "file", "as_of", "engine", "rows")
        ),
        *(
            replace(pack, rows=(pack.rows[0]._replace(question=QUESTION._replace(**{name: "2"})),))
            for name in Question._fields
        ),
    ]
    digests = {name_of(one, locked_cells(one)).digest for one in (pack, *others)}
    assert len(digests) == len(others) + 1


def test_a_samples_key_stays_when_it_is_extended_and_is_of_this_sample(store: Path) -> None:
    sample, run = sample_of(store)
    key = sample_key(sample, run)
    assert sample_key(replace(sample, drawn=sample.drawn[:1], design={}), run) == key
    others: list[tuple[Sample, Run]] = [
        (replace(sample, name="another"), run),
        (replace(sample, seed="another"), run),
        (sample, replace(run, digest="another")),
        (sample, replace(run, label="another")),
        (sample, replace(run, as_of="2026-01-01")),
    ]
    assert key not in {sample_key(*other) for other in others}


@pytest.mark.parametrize(
    ("sample", "stem"), [(NAME, "q3-2026-anna"), ("../../etc", "etc-anna"), ("é", "sample-anna")]
)
def test_a_packs_files_have_plain_names(sample: str, stem: str) -> None:
    assert file_stem(replace(a_pack(True), sample=sample)) == stem


# --- the workbook -------------------------------------------------------------------------------


def opened(pack: Pack) -> Any:
    return pytest.importorskip("openpyxl").load_workbook(io.BytesIO(workbook(pack)))


@pytest.mark.parametrize("blind", [True, False])
def test_only_what_is_to_be_filled_in_can_be_filled_in(blind: bool) -> None:
    book = opened(a_pack(blind))
    assert all(sheet.protection.sheet for sheet in book)
    sheet = book["Judgments"]
    heads = [cell.value for cell in sheet[1]]
    free = {heads[cell.column - 1] for row in sheet for cell in row if not cell.protection.locked}
    assert free == {"Judgment", "Reason", "Grade"}
    assert all(cell.protection.locked for row in book["Cover"] for cell in row)
    assert sheet.column_dimensions["O" if blind else "Q"].hidden, "the seals"


def test_judgments_reasons_and_grades_are_chosen_from_lists() -> None:
    sheet = opened(a_pack(True))["Judgments"]
    lists = {
        str(one.sqref): (one.formula1.strip('"').split(","), bool(one.showErrorMessage))
        for one in sheet.data_validations.dataValidation
    }
    assert lists == {
        "F2": (list(JUDGMENTS.values()), True),
        "G2": (list(REASONS), False),
        "H2": (list(GRADES.values()), True),
    }


def test_a_workbook_has_one_formula_no_macro_and_nothing_from_outside() -> None:
    evil = a_pack(False, Outcome.BREACH, "=1+1", asks="=HYPERLINK(1)", met_by="+1, -2", look="@x")
    content = workbook(evil)
    book = pytest.importorskip("openpyxl").load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet for cell in row]
    formulas = [cell for cell in cells if cell.data_type == "f"]
    assert [(cell.parent.title, cell.coordinate) for cell in formulas] == [("Cover", "B6")]
    starts = {str(cell.value)[0] for cell in cells if cell.value and cell not in formulas}
    assert starts.isdisjoint("=+-@")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "vba" in name or "xternal" in name]


def test_a_workbook_prints_on_a4_with_its_heads_on_each_page() -> None:
    book = opened(a_pack(True))
    assert {sheet.page_setup.paperSize for sheet in book} == {9}
    sheet = book["Judgments"]
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_area.endswith("$A$1:$I$2"), "what is read, and no seals"


def test_a_long_question_has_room_in_its_row() -> None:
    low, high = (
        opened(a_pack(True, asks=asks))["Judgments"].row_dimensions[2].height
        for asks in ("Was it?", "Was it so? " * 40)
    )
    assert high > 5 * low


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_pack_is_the_same_bytes(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = WRITERS[form](a_pack(False))
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert WRITERS[form](a_pack(False)) == before


def test_without_xlsxwriter_the_cure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(
        extras.MissingExtra, match=r"make qag.*casecheck-[0-9.]+-py3-none-any\.whl\[qag\]"
    ):
        workbook(a_pack(True))


# --- what its cover says ------------------------------------------------------------------------


@pytest.mark.parametrize("on_paper", [True, False])
def test_a_cover_explains_what_an_open_pack_points_to(on_paper: bool) -> None:
    blind, opened_up = (
        " ".join(instructions(blind=one, on_paper=on_paper)) for one in (True, False)
    )
    for told in ("/meetings/0 is the first", "casecheck explain CASE FILE --lesson LESSON"):
        assert told in opened_up
        assert told not in blind


@pytest.mark.parametrize("on_paper", [True, False])
def test_a_cover_says_what_today_is_and_what_to_do_of_a_file_not_seen(on_paper: bool) -> None:
    cover = " ".join(instructions(blind=True, on_paper=on_paper))
    assert "'Today' in a question means that day." in cover
    assert "tell the group before you send this back" in cover
    assert f"with the reason '{NOT_SEEN}'" in cover
    assert NOT_SEEN in REASONS


def test_a_page_to_print_speaks_of_no_column_that_it_lacks() -> None:
    page = pack_html(a_pack(True)).decode()
    assert "column 'As it stood on'" not in page
    assert "on the day above its questions" in page
    assert "white cells" not in page
    assert "must be typed into the workbook or CSV file" in page


def test_each_printed_page_says_whose_it_is_and_that_it_is_confidential() -> None:
    """What stands in a table's head is printed again on each page that the table goes on to."""
    page = pack_html(a_pack(True)).decode()
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    assert "Case C-0003, as it stood on 2026-06-30" in head
    assert "Confidential." in head
    assert "thead { display: table-header-group; }" in page


# --- CSV and HTML -------------------------------------------------------------------------------


def test_a_csv_pack_holds_no_formula() -> None:
    evil = a_pack(False, Outcome.BREACH, "=1+1", asks="=HYPERLINK(1)", met_by="a;=1", look="-x")
    text = pack_csv(evil).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["question"] == "'=HYPERLINK(1)"
    assert row["met_by"] == "a;'=1"
    assert row["look"] == "'-x"
    assert row["rows"] == "'=1+1 with /risks/0"
    assert (row["judgment"], row["reason"], row["grade"]) == ("", "", "")


class Seen(HTMLParser):
    """Gathers what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_to_print_is_for_a4_and_takes_nothing_from_outside() -> None:
    page = pack_html(a_pack(False, asks="<script>alert(1)</script> & <b>")).decode()
    seen = Seen()
    seen.feed(page)
    assert "@page { size: A4" in page
    assert {"script", "link", "img", "iframe", "b"}.isdisjoint(seen.tags)
    assert {"src", "href", "onclick"}.isdisjoint(seen.attributes)
    assert "url(" not in page
    assert "<script>alert(1)</script> & <b>" in seen.text
    for words in (*JUDGMENTS.values(), *GRADES.values(), *REASONS, "C-0003", "Breach"):
        assert words in seen.text.replace("\xa0", " ")


# --- the command --------------------------------------------------------------------------------


def test_each_auditor_has_a_pack_in_each_format(here: Here, store: Path, tmp_path: Path) -> None:
    formats = [word for form in WRITERS for word in ("--format", form)]
    ended = here(
        "pack", "--store", store, "--sample", NAME, "--auditor", "anna", "--auditor", "ben",
        "--double", "20", *formats, "--output", tmp_path / "packs",
    )  # fmt: skip
    assert (ended.status, ended.err) == (0, b"")
    names = [f"q3-2026-{name}.{form}" for name in ("anna", "ben") for form in WRITERS]
    assert sorted(one.name for one in (tmp_path / "packs").iterdir()) == sorted(names)
    lines = ended.text.splitlines()
    assert lines[0] == f"Sample {NAME}: 9 cases, 2 of them read twice."
    assert lines[3:] == [str(tmp_path / "packs" / name) for name in names]


def test_the_unusable_case_is_in_no_pack_and_every_other_is(
    here: Here, store: Path, tmp_path: Path
) -> None:
    to = tmp_path / "packs"
    ended = here("pack", "--store", store, "--auditor", "anna", "--format", "csv", "--output", to,
        "--ask", "all",
    )  # fmt: skip
    assert ended.status == 0
    text = (to / "q3-2026-anna.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    sample, _ = sample_of(store)
    usable = {one.case_id for one in sample.drawn if one.rank != UNUSABLE}
    assert {row["case_id"] for row in rows} == usable
    assert len(rows) == len(usable) * CHECKS
    assert "found" not in rows[0], "a pack is blind unless it is asked to be open"


def test_a_file_that_is_there_is_never_replaced(here: Here, store: Path, tmp_path: Path) -> None:
    there = tmp_path / "packs" / "q3-2026-ben.xlsx"
    there.parent.mkdir()
    there.write_text("judgments")
    words = ("--auditor", "anna", "--auditor", "ben", "--output", there.parent)
    ended = here("pack", "--store", store, *words)
    assert ended.status == 2
    assert f"{there} is there: move it" in ended.told
    assert [one.name for one in there.parent.iterdir()] == [there.name]
    assert there.read_text() == "judgments"


def test_a_full_disk_leaves_the_folder_as_it_was(
    here: Here, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> int:
        if path.name.endswith("ben.xlsx"):
            raise OSError(28, "No space left on device")
        return len(content)

    monkeypatch.setattr(Path, "write_bytes", full)
    to = tmp_path / "packs"
    ended = here(
        "pack", "--store", store, "--auditor", "anna", "--auditor", "ben", "--output", to
    )  # fmt: skip
    assert ended.status == 4
    assert "No space left on device" in ended.told
    assert list(to.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(here: Here, store: Path) -> None:
    ended = here("pack", "--store", store, "--auditor", "anna", "--output", store / "packs")
    assert ended.status == 2
    assert "--output" in ended.told


@pytest.mark.slow
def test_other_rules_than_the_audits_are_refused(here: Here, store: Path, tmp_path: Path) -> None:
    words = ("--auditor", "anna", "--output", tmp_path / "packs")
    ended = here("pack", "--store", store, *words, "--set", "P1.1.carry_days=21")
    assert ended.status == 2
    assert "was audited by other rules" in ended.told
    assert "--rules, --settings and --set" in ended.told
    assert not (tmp_path / "packs").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--auditor", "anna b"), "give a code"),
        (("--auditor", "../x"), "give a code"),
        (("--auditor", "anna", "--auditor", "ANNA"), "named twice"),
        (("--auditor", "anna", "--double", "10"), "need two auditors"),
        (("--auditor", "anna", "--ranks", "5"), "is not FIRST-LAST"),
        (("--auditor", "anna", "--ranks", "9-5"), "is not FIRST-LAST"),
        (("--auditor", "anna", "--ranks", "11-20"), "no usable case"),
        (("--auditor", "anna", "--sample", "none"), "no sample 'none'"),
        (("--auditor", "anna", "--store", ROOT / "no.db"), "there is no store"),
        ((), "--auditor"),
    ],
)
def test_what_is_asked_wrongly_is_told(
    here: Here, store: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    ended = here("pack", "--store", store, "--output", tmp_path / "packs", *words)
    assert ended.status == 2
    assert told in " ".join(ended.told.split())
    assert not (tmp_path / "packs").exists()


def test_only_some_ranks(here: Here, store: Path, tmp_path: Path) -> None:
    words = ("--auditor", "anna", "--output", tmp_path / "packs", "--ranks", "9-10")
    ended = here("pack", "--store", store, *words)
    assert ended.text.startswith(f"Sample {NAME}: 2 cases, 0 of them read twice.")


def test_an_auditor_with_no_case_gets_no_pack(here: Here, store: Path, tmp_path: Path) -> None:
    words = ("--auditor", "anna", "--auditor", "ben", "--output", tmp_path, "--ranks", "10-10")
    ended = here("pack", "--store", store, *words)
    assert ended.status == 0
    assert len(list(tmp_path.glob("*.xlsx"))) == 1


def test_another_samples_packs_are_others(here: Here, store: Path, tmp_path: Path) -> None:
    with Store.open(store, create=False) as opened_store:
        draw(opened_store, "another", "another seed")
    names = set()
    for name in (NAME, "another"):
        to = tmp_path / name
        words = ("--sample", name, "--auditor", "a", "--format", "csv", "--output", to)
        assert here("pack", "--store", store, *words).status == 0
        (file,) = to.iterdir()
        names.add(read_name(file.read_text("utf-8-sig").splitlines()[1].split(",")[0]))
    assert len({one.sample_key for one in names if one}) == 2


def test_the_manual_names_every_column_and_choice() -> None:
    manual = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8").lower()
    titles = [column.title for blind in (True, False) for column in columns(blind)]
    for words in (*titles, *JUDGMENTS.values(), *GRADES.values(), f"{MAX_REASON} characters"):
        assert words.lower() in manual
