"""Rules and settings are named in every report, and count only from whoever may decide them."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path

import pytest
import shipped
from amounts import few
from command_line import ROOT, SAMPLES, Here, casecheck
from once import load_once

from casecheck.lessons.errors import RulesError
from casecheck.lessons.loading import load_rules
from casecheck.lessons.settings import Settings
from casecheck.lessons.shipped import is_shipped, shipped_names, shipped_set
from casecheck.lessons.strangers import refuse_strangers
from casecheck.report.audit.formats import ON_A_STREAM as FORMATS

CASE = SAMPLES / "c-0104.json"
SOMEBODY = 54_321
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: Here) -> Path:  # noqa: ARG001
    """A working folder of somebody who has lessons and settings of their own."""
    tmp_path.joinpath("rules", "ours").mkdir(parents=True)
    for name in ("review.yaml", "concepts.yaml"):
        shutil.copy(ROOT / "rules" / "children_p" / name, tmp_path / "rules" / "ours")
    page = shipped.copied("P1.1.yaml", tmp_path / "rules" / "ours")
    page.write_text(page.read_text().replace("value: 28", "value: 29", 1))
    tmp_path.joinpath("casecheck.toml").write_text(
        '[checks_off]\n"P1.1/actions-carried" = "Not now."\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("casecheck.lessons.in_force.load_rules", load_rules)
    return tmp_path


@pytest.mark.parametrize("how", few(FORMATS, "json"))
def test_every_format_names_folders_and_settings(here: Here, folder: Path, how: str) -> None:
    told = here("audit", CASE, "--format", how).text
    assert "casecheck.toml" in told
    plain = here("audit", CASE, "--no-settings", "--rules", folder / "rules", "--format", how).text
    assert "casecheck.toml" not in plain
    assert str(folder / "rules") in plain
    shipped = here("audit", CASE, "--rules", "children_p", "--format", how).text
    for report, same in ((told, False), (plain, False), (shipped, False)):
        assert says_shipped(report, how) is same
    shipped = here("audit", CASE, "--rules", "children_p", "--no-settings", "--format", how).text
    assert says_shipped(shipped, how) is True
    assert str(ROOT) not in shipped.replace(str(SAMPLES), "")


def says_shipped(report: str, how: str) -> bool:
    """Whether a report says that its digest is that of shipped rules."""
    if how == "json":
        return bool(json.loads(report)["rules_from"]["shipped"])
    if how == "jsonl":
        return all(json.loads(line)["rules_from"]["shipped"] for line in report.splitlines())
    if how == "csv":
        rows = csv.DictReader(io.StringIO(report.removeprefix("\ufeff")))
        (told,) = [row["message"] for row in rows if row["message"].startswith("Rules sha256:")]
        return told.endswith("as casecheck ships them")
    if how == "sarif":
        properties = json.loads(report)["runs"][0]["tool"]["driver"]["properties"]
        return bool(properties["rulesShipped"])
    if how == "html":
        return "as casecheck ships them</li>" in report
    head = " ".join(report.partition("\n\n")[0].split())
    return "as casecheck ships them" in head and "with settings of the board" not in head


def test_changed_pages_and_settings_are_told_apart(here: Here, folder: Path) -> None:  # noqa: ARG001
    (changed, board) = (
        json.loads(here("audit", CASE, *words, "--format", "json").out)["rules_from"]
        for words in ((), ("--rules", "children_p"))
    )
    assert (changed["shipped"], changed["pages_shipped"]) == (False, False)
    assert (board["shipped"], board["pages_shipped"]) == (False, True)
    assert "NOT the rules that casecheck ships" in here("audit", CASE).text
    assert "NOT the rules that casecheck ships" in here("check", CASE).text
    assert json.loads(here("check", CASE, "--format", "json").out)["rules_from"] == changed
    assert "NOT the rules that casecheck ships" in here("explain", "P1.1", "--case", CASE).text


def test_the_digests_of_what_is_shipped_are_those() -> None:
    names = shipped_names()
    assert names == ["children_p", "statutory"]
    folders = [ROOT / "rules" / name for name in names]
    for chosen in ([ROOT / "rules"], [folders[0]], [folders[1]], folders):
        rules = load_once(chosen[0], more=chosen[1:])
        assert is_shipped(rules.digest), "run tools/outputs.py, which writes shipped_digests.py"
        assert rules.as_written == rules.digest
        (lesson, *_) = rules.lessons
        parameter = next(iter(lesson.parameters))
        settings = Settings.of({lesson.id: {parameter: 5}}, "a test")
        board = load_once(chosen[0], settings, chosen[1:])
        assert board.as_written == rules.digest
        assert not is_shipped(board.digest)


@needs_root
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("casecheck.toml", ("--settings", "casecheck.toml")),
        ("rules", ("--rules", "rules")),
        ("rules/ours", ("--rules", "rules")),
        ("rules/ours/P1.1.yaml", ("--rules", "rules")),
    ],
)
def test_a_stranger_s_file_counts_only_where_it_is_named(
    here: Here, folder: Path, monkeypatch: pytest.MonkeyPatch, path: str, words: tuple[str, ...]
) -> None:
    monkeypatch.delenv("SUDO_UID", raising=False)
    os.chown(folder / path, SOMEBODY, SOMEBODY)
    for command in (("audit", CASE), ("check", CASE), ("rules", "list"), ("explain", "P1.1")):
        ended = here(*command)
        assert (ended.status, ended.out) == (2, b"")
        assert f"{path}:1:1: this belongs to another user (number {SOMEBODY})" in ended.told
        assert f"name it by {' '.join(words)}" in ended.told
        assert here(*command, *words).status == 0
    # Of who asked for root's rights it is as good as root's own.
    monkeypatch.setenv("SUDO_UID", str(SOMEBODY))
    assert here("audit", CASE).status == 0


@needs_root
def test_a_settings_file_in_a_folder_above(
    here: Here, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = folder / "extract" / "june"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    os.chown(folder / "casecheck.toml", SOMEBODY, SOMEBODY)
    ended = here("audit", CASE)
    assert ended.status == 2
    assert "this belongs to another user" in ended.told
    assert f"--settings {folder / 'casecheck.toml'}, or use --no-settings" in ended.told
    assert here("audit", CASE, "--no-settings").status == 0


@needs_root
def test_a_project_s_file_counts_as_settings_only_where_it_is_one(here: Here, folder: Path) -> None:
    folder.joinpath("casecheck.toml").unlink()
    project = folder / "pyproject.toml"
    project.write_text("[tool.black]\n")
    os.chown(project, SOMEBODY, SOMEBODY)
    assert here("audit", CASE).status == 0
    project.write_text("[tool.casecheck]\n")
    assert here("audit", CASE).status == 2


@needs_root
def test_a_stranger_s_link_to_a_file_of_one_s_own(here: Here, folder: Path) -> None:
    folder.joinpath("casecheck.toml").rename(folder / "other.toml")
    link = folder / "casecheck.toml"
    link.symlink_to("other.toml")
    assert here("audit", CASE).status == 0
    os.chown(link, SOMEBODY, SOMEBODY, follow_symlinks=False)
    assert here("audit", CASE).status == 2


@pytest.mark.parametrize("path", ["casecheck.toml", "rules", "rules/ours/P1.1.yaml"])
def test_what_anybody_can_change_is_not_used(here: Here, folder: Path, path: str) -> None:
    folder.joinpath(path).chmod(0o777)
    ended = here("audit", CASE)
    assert ended.status == 2
    assert "anybody on this machine can change this" in ended.told


def test_leftovers_are_nobody_s_rules(here: Here, folder: Path) -> None:
    page = folder / "rules" / "ours" / "P1.1.yaml~"
    page.write_text("")
    page.chmod(0o666)
    folder.joinpath("rules", ".git").mkdir(mode=0o777)
    assert here("audit", CASE).status == 0


def test_some_files_are_named_and_not_all(tmp_path: Path) -> None:
    for number in range(9):
        file = tmp_path / f"{number}.yaml"
        file.write_text("")
        file.chmod(0o666)
    with pytest.raises(RulesError) as told:
        refuse_strangers(tmp_path, "Read it.")
    assert [Path(one.file).name for one in told.value.errors] == ["0.yaml", "1.yaml", "2.yaml"]
    refuse_strangers(tmp_path / "nothing", "Read it.")


@pytest.mark.slow
def test_the_shipped_folder_is_the_shipped_one_by_any_path(
    here: Here, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clone is as trustworthy as the program in it."""
    shutil.rmtree(folder / "rules")
    folder.joinpath("rules").symlink_to(ROOT / "rules")
    monkeypatch.setattr("casecheck.lessons.strangers._strange", lambda _: "this is a stranger's")
    assert here("audit", CASE, "--no-settings").status == 0


# Shipped sets by name, also where there is no clone


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The package as a wheel has it: the rules are inside of it, and there is no clone."""
    package = tmp_path / "site" / "casecheck"
    shutil.copytree(ROOT / "casecheck", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "rules", package / "shipped_rules")
    return tmp_path / "site"


@pytest.mark.slow
def test_a_shipped_set_is_named_outside_a_clone(installed: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    env = {"PYTHONPATH": str(installed)}
    for name in ("statutory", "statutory-timescales"):
        ended = casecheck("audit", CASE, "--rules", name, env=env, cwd=work)
        assert ended.status == 0, ended.told
        assert "3 lessons, from casecheck itself, statutory, as casecheck ships them" in ended.text
    listed = casecheck("rules", "list", env=env, cwd=work)
    assert "11 lessons" in listed.text
    work.joinpath("casecheck.toml").write_text("add_rules = ['statutory']\n")
    both = casecheck("audit", CASE, env=env, cwd=work)
    told = " ".join(both.text.split())
    assert "14 lessons, from casecheck itself, with its statutory, as casecheck ships them" in told


def test_a_name_is_a_path_where_there_is_one(here: Here, folder: Path) -> None:
    folder.joinpath("statutory").mkdir()
    assert "no page (*.yaml) in this folder" in here("audit", CASE, "--rules", "statutory").told
    ended = here("audit", CASE, "--rules", "statutry")
    assert "The sets that casecheck ships: --rules children_p or statutory" in ended.told
    assert shipped_set("children-p") == ROOT / "rules" / "children_p"
    assert shipped_set("nobody's") is None


@pytest.mark.parametrize("key", ["rules = 'statutory'", "add_rules = ['statutory']"])
def test_settings_name_shipped_sets_too(here: Here, folder: Path, key: str) -> None:
    folder.joinpath("casecheck.toml").write_text(f"{key}\n")
    assert "ST1.1" in here("rules", "list").text
