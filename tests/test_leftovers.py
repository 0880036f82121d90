"""Files of systems and editors are no records, pages or packs, unless named by themselves."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from command_line import ROOT, SAMPLES, Here

from casecheck.intake.files import PassedOver, find_texts
from casecheck.intake.leftovers import MOST_NAMED, in_words, leftover
from casecheck.intake.texts import RecordText
from casecheck.lessons.loading import load_rules
from casecheck.qag.packs.files import find_packs

HIDDEN = (
    ".{}",
    "._{}",
    ".#{}",
    ".{}.swp",
    ".{}.swo",
    ".~lock.{}#",
    ".{}.Xa12zq",
    ".goutputstream-X",
    "{}:Zone.Identifier",
)
NAMED = (
    "{}~", "{}.~1~", "{}.bak", "{}.BAK", "{}.orig", "{}.rej", "{}.tmp", "{}.part", "{}.crdownload",
    "{}.swp", "{}.save", "{}.old", "#{}#", "~${}", "{}.bak~", "#{}.orig#",
    "{}.save.1", "{}.bak2", "{}.bkp", "{}.orig.3", "{}.mine", "{}.r12", "{}.working", "{}.lck",
    "{}.swx", "{}.sb-1a2b3c4d-XyZ9", "{}___jb_tmp___", "flycheck_{}",
    ".{}.icloud",
)  # fmt: skip
FOLDERS = (".git", ".svn", ".ipynb_checkpoints", "__MACOSX", "__pycache__", "$RECYCLE.BIN")
OTHERS = ("Thumbs.db", "desktop.ini", ".DS_Store", "4913", "Icon\r")


@pytest.mark.parametrize("name", ["x.json", "x.yaml", "pack.xlsx", "x.jsonl.gz"])
def test_one_function_tells_what_is_left_over(name: str) -> None:
    assert leftover(name) is None
    for form in HIDDEN:
        told = leftover(form.format(name))
        assert told is not None, form
        assert told.hidden
    for form in NAMED:
        assert leftover(form.format(name)) == (False, name), form
    for folder in FOLDERS:
        assert leftover(folder, folder=True) is not None


@pytest.mark.parametrize(
    "name",
    [
        "c-0101.json",
        "c~1.json",
        "bak.json",
        "x.part.json",
        "#1.json",
        "~$",
        "##",
        "part",
        "~",
        "flycheck_",
        "x.r2.json",
        "mine.json",
    ],
)
def test_what_is_only_called_alike_is_not(name: str) -> None:
    assert leftover(name) is None


def test_a_folder_is_not_left_over_for_a_word_in_its_name() -> None:
    assert leftover("extract.old", folder=True) is None


def litter(folder: Path, name: str, content: bytes) -> None:
    """Put into a folder whatever systems and editors might leave beside a file."""
    for form in (*HIDDEN, *NAMED):
        folder.joinpath(form.format(name)).write_bytes(content)
    for other in OTHERS:
        folder.joinpath(other).write_bytes(content)
    folder.joinpath(f".#locked-{name}").symlink_to("anna@desk.1234:5678")
    for inner in FOLDERS:
        folder.joinpath(inner).mkdir()
        folder.joinpath(inner, name).write_bytes(content)
        folder.joinpath(inner, f"._{name}").write_bytes(content)


def test_of_records(tmp_path: Path) -> None:
    record = SAMPLES.joinpath("c-0103.json").read_bytes()
    tmp_path.joinpath("x.json").write_bytes(record)
    litter(tmp_path, "x.json", b"\x00\x05\x16\x07")
    passed = PassedOver()
    texts = list(find_texts([str(tmp_path)], io.BytesIO(), passed))
    assert texts == [RecordText(str(tmp_path / "x.json"), None, record)]
    told = {Path(one).name for one in passed.leftovers}
    named = {form.format("x.json") for form in NAMED}
    assert told == named | {"__MACOSX", "__pycache__", "$RECYCLE.BIN"}


def test_each_is_named_once_and_no_more_than_some(here: Here, tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "c-0103.json", tmp_path / "x.json")
    tmp_path.joinpath("x.json.bak").write_bytes(b"{")
    tmp_path.joinpath(".x.json").write_bytes(b"{")
    tmp_path.joinpath("notes.txt.bak").write_bytes(b"of nobody's concern")
    for arguments in (("audit", tmp_path), ("check", tmp_path)):
        ended = here(*arguments)
        assert ended.status == 0
        said = ended.told + ended.text
        assert said.count("x.json.bak") == 1
        assert ".x.json" not in said.replace("x.json.bak", "")
        assert "notes.txt" not in said
    assert in_words([str(one) for one in range(MOST_NAMED + 5)]).endswith("9 and 5 more")


@pytest.mark.parametrize("how", ["json", "jsonl", "csv", "sarif", "text"])
def test_a_report_that_is_kept_names_them_too(here: Here, tmp_path: Path, how: str) -> None:
    extract, report = tmp_path / "extract", tmp_path / "report"
    extract.mkdir()
    shutil.copy(SAMPLES / "c-0103.json", extract / "x.json")
    extract.joinpath("y.json~").write_bytes(b"{")
    ended = here("audit", extract, "--format", how, "--output", report)
    assert "y.json~" in ended.told
    assert ("y.json~" in report.read_text()) == (how != "jsonl")


def test_a_folder_with_nothing_else_has_no_record(here: Here, tmp_path: Path) -> None:
    tmp_path.joinpath("._x.json").write_bytes(b"\x00")
    ended = here("check", tmp_path)
    assert ended.status == 3
    assert "a folder without a record file" in ended.text


@pytest.mark.parametrize("name", ["._x.json", "x.json.bak", "#x.json#", "x.json~", ".x.json"])
def test_a_file_that_is_named_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    shutil.copy(SAMPLES / "c-0103.json", file)
    (text,) = find_texts([str(file)], io.BytesIO())
    assert isinstance(text, RecordText)
    # And so it is where its folder is named too.
    shutil.copy(SAMPLES / "c-0104.json", tmp_path / "y.json")
    both = find_texts([str(tmp_path), str(file)], io.BytesIO())
    assert {one.file for one in both} == {str(file), str(tmp_path / "y.json")}


@pytest.mark.slow
def test_of_pages(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    before = load_rules(rules)
    for folder in (rules, rules / "children_p"):
        litter(folder, "P1.1.yaml", b"not: [a page")
    after = load_rules(rules)
    assert after.digest == before.digest
    assert [one.id for one in after.lessons] == [one.id for one in before.lessons]
    told = {Path(one).name for one in after.passed_over}
    assert {form.format("P1.1.yaml") for form in NAMED} <= told
    assert {one for one in told if one.startswith(".")} == {".P1.1.yaml.icloud"}


@pytest.mark.slow
def test_an_author_with_a_page_open_can_audit(here: Here, tmp_path: Path) -> None:
    rules = tmp_path / "pages"
    rules.joinpath("children_p").mkdir(parents=True)
    for name in ("P1.1.yaml", "concepts.yaml", "review.yaml"):
        shutil.copy(ROOT / "rules" / "children_p" / name, rules / "children_p")
    page = rules / "children_p" / "P1.1.yaml"
    page.with_name(".P1.1.yaml.swp").write_bytes(b"b0VIM 9.1")
    page.with_name(".#P1.1.yaml").symlink_to("anna@desk.1234")
    page.with_name("P1.1.yaml~").write_bytes(b"lesson: half a pa")
    lint = ("lint", "--select", "L001")
    for words in (("audit", SAMPLES / "c-0103.json"), ("rules", "list"), ("rules", *lint)):
        ended = here(*words, "--rules", rules)
        assert ended.status == 0, ended.told
        assert ended.told.count("P1.1.yaml~") == 1
        assert ".swp" not in ended.told
    for words in (lint, ("test",)):
        ended = here("rules", *words, rules / "children_p")
        assert ended.status == 0, ended.told
        assert ended.told.count("P1.1.yaml~") == 1


def test_concepts_in_a_folder_of_a_system_are_not_used(here: Here, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules" / "children_p", rules / "children_p")
    shutil.copytree(ROOT / "rules" / "children_p", rules / ".git" / "children_p")
    page = rules / "children_p" / "P4.1.yaml"
    ended = here("rules", "lint", page, "--rules", rules)
    assert ended.status == 0, ended.told


def test_of_packs(tmp_path: Path) -> None:
    for name in ("b-10.csv", "b-9.csv", "a.xlsx", "print.html"):
        tmp_path.joinpath(name).write_bytes(b"x")
    litter(tmp_path, "a.xlsx", b"x")
    tmp_path.joinpath("a.ods").write_bytes(b"x")
    found = find_packs([tmp_path])
    assert [one.name for one in found.files] == ["a.xlsx", "b-9.csv", "b-10.csv"]
    assert "~$a.xlsx" in {Path(one).name for one in found.leftovers}
    hidden = {Path(one).name for one in found.leftovers if Path(one).name.startswith(".")}
    assert hidden == {".a.xlsx.icloud"}
    assert {Path(one).name for one in found.others} == {"a.ods", "4913"}
    named = find_packs([tmp_path / "~$a.xlsx"])
    assert named.files == [tmp_path / "~$a.xlsx"]
