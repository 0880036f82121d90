"""Packs of rules: what `review.yaml` says of a folder, and the digests that reports name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import shipped
from command_line import ROOT, SAMPLES, Here
from jsonschema import Draft7Validator

from casecheck.lessons.errors import RulesError
from casecheck.lessons.loading import load_rules
from casecheck.lessons.rule_packs import digest_of
from casecheck.lessons.schema import review_schema
from casecheck.report.audit.formats import ON_A_STREAM as FORMATS

CASE = SAMPLES / "c-0104.json"
REVIEW = "review: ours\ntitle: Ours\nabout: Our own.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two packs, and one page that is in none."""
    base = tmp_path / "all"
    for name, page in (("ours", "P1.1.yaml"), ("theirs", "P2.2.yaml")):
        base.joinpath(name).mkdir(parents=True)
        shipped.copied(page, base / name)
    shutil.copy(ROOT / "rules" / "children_p" / "concepts.yaml", base)
    base.joinpath("ours", "review.yaml").write_text(
        REVIEW + 'version: "2.1.0"\nlicence: OGL-UK-3.0\nauthors: [The board, The university]\n'
    )
    base.joinpath("theirs", "review.yaml").write_text(REVIEW.replace("ours", "theirs"))
    return base


def test_each_page_is_of_the_nearest_pack(folder: Path) -> None:
    rules = load_rules(folder)
    assert [(one.review, one.version) for one in rules.packs] == [
        ("", ""), ("ours", "2.1.0"), ("theirs", "")
    ]  # fmt: skip
    (ours,) = (one for one in rules.reviews if one.id == "ours")
    assert ours.licence == "OGL-UK-3.0"
    assert ours.authors == ("The board", "The university")
    nested = folder / "ours" / "more"
    nested.mkdir()
    folder.joinpath("theirs", "P2.2.yaml").rename(nested / "P2.2.yaml")
    again = load_rules(folder)
    assert [one.review for one in again.packs] == ["", "ours"]
    assert again.packs[1].digest != rules.packs[1].digest


def test_the_digest_is_that_of_the_pages_wherever_they_are(folder: Path, tmp_path: Path) -> None:
    before = {one.review: one.digest for one in load_rules(folder).packs}
    shutil.copytree(folder, tmp_path / "elsewhere")
    page = tmp_path / "elsewhere" / "ours" / "P1.1.yaml"
    page.rename(page.with_name("other.yaml"))
    now = {one.review: one.digest for one in load_rules(tmp_path / "elsewhere").packs}
    assert now == before
    other = page.with_name("other.yaml")
    other.write_text(other.read_text() + "# a remark\n")
    changed = {one.review: one.digest for one in load_rules(tmp_path / "elsewhere").packs}
    assert [name for name in before if changed[name] != before[name]] == ["ours"]


def test_the_order_of_the_files_is_of_no_account() -> None:
    assert digest_of(["a", "b"]) == digest_of(["b", "a"]) != digest_of(["ab"])


@pytest.mark.parametrize("how", FORMATS)
def test_every_format_names_pack_version_and_digest(here: Here, folder: Path, how: str) -> None:
    ended = here("audit", CASE, "--rules", folder, "--format", how)
    words = " ".join(ended.text.split())
    for pack in load_rules(folder).packs:
        shown = pack.digest[:19] if how == "text" else pack.digest
        assert shown in words
    assert "2.1.0" in words
    if how in {"json", "jsonl"}:
        told = json.loads(ended.text.splitlines()[0] if how == "jsonl" else ended.text)
        packs = told["rules_from"]["packs"]
        assert [(one["pack"], one["version"]) for one in packs] == [
            (None, None), ("ours", "2.1.0"), ("theirs", None)
        ]  # fmt: skip
        assert [Path(one["folder"]).name for one in packs] == ["all", "ours", "theirs"]


@pytest.mark.parametrize(
    "words",
    [
        ("check", CASE),
        ("rules", "list"),
        ("rules", "try", "all", CASE),
        ("rules", "profile", "all", CASE),
        ("rules", "diff", "all", "all", CASE),
    ],
    ids=lambda words: " ".join(map(str, words[:2])),
)
def test_other_reports_do_so_too(
    here: Here, folder: Path, words: tuple[str | Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    ended = here(*words, *([] if "all" in words else ["--rules", folder]))
    assert ended.status == 0
    assert "Rule pack ours, version 2.1.0, sha256:" in " ".join(ended.text.split())


def test_an_explanation_by_rules_that_nobody_named_does_so_too(
    here: Here, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.rename(folder.with_name("rules"))
    monkeypatch.chdir(folder.parent)
    monkeypatch.setattr("casecheck.lessons.in_force.load_rules", load_rules)
    told = here("explain", "P1.1", "--case", CASE).text
    assert "Rule pack ours, version 2.1.0, sha256:" in told


def test_a_board_s_numbers_are_not_the_pack_s(here: Here, folder: Path) -> None:
    """The digest in force is another then; that of the pack says which pages were asked."""
    reports = [
        json.loads(here("audit", CASE, "--rules", folder, "--format", "json", *words).out)
        for words in ((), ("--set", "P1.1.carry_days=5"))
    ]
    digests = [one["rules_from"]["digest"] for one in reports]
    assert digests[0] != digests[1]
    assert reports[0]["rules_from"]["packs"] == reports[1]["rules_from"]["packs"]


def test_what_is_shipped_says_whose_it_is(here: Here) -> None:
    for name in ("children_p", "statutory"):
        listed = json.loads(here("rules", "list", "--rules", name, "--format", "json").out)
        (review,) = listed["reviews"]
        assert review["version"]
        assert review["licence"] == "MIT"
        assert review["authors"]
        (pack,) = listed["packs"]
        assert pack["pack"] == review["review"]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("version: soon", "5: a version is figures with dots between them, such as 2.1.0"),
        ('version: ""', "5: version is empty"),
        ("version: 1." + "1" * 40, "5: a version is figures"),
        ("version: [1]", "5: version is a text"),
        ("version: true", "5: version is a text"),
        ("licence: [MIT]", "5: licence is a text"),
        ("licence: " + "x" * 101, "5: licence is longer than 100 characters"),
        ("authors: The board", "5: authors is a list with at least one item"),
        ("authors: []", "5: authors is a list with at least one item"),
        ("authors: [A, B, A]", "5: this author is named already"),
        ("authors: [1]", "5: an author is a text"),
        ("autors: [The board]", "5: a review has no `autors`: did you mean `authors`?"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, lines: str, fault: str) -> None:
    tmp_path.joinpath("review.yaml").write_text(f"# yaml\n{REVIEW}{lines}\n")
    with pytest.raises(RulesError) as told:
        load_rules(tmp_path)
    line, _, words = fault.partition(": ")
    assert [one.line for one in told.value.errors] == [int(line)]
    assert words in str(told.value)


@pytest.mark.parametrize("version", ["2", "2.1", '"2.1.0"', "2.1.0-draft", "2026.11.30+ours"])
def test_versions_that_are_good(folder: Path, version: str) -> None:
    file = folder / "theirs" / "review.yaml"
    file.write_text(f"{REVIEW.replace('ours', 'theirs')}version: {version}\n")
    assert load_rules(folder).packs[2].version == version.strip('"')


def test_the_schema_takes_what_loads() -> None:
    validator = Draft7Validator(review_schema())
    page = {"review": "r", "title": "T", "about": "A."}
    for more in ({"version": "2.1.0"}, {"version": 2}, {"licence": "MIT", "authors": ["B"]}):
        assert list(validator.iter_errors({**page, **more})) == []
    for more in ({"version": "soon"}, {"authors": []}, {"authors": ["A", "A"]}, {"licence": 1}):
        assert list(validator.iter_errors({**page, **more}))
