"""What takes long to work out is kept on disk, and nothing but the time hangs on it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from amounts import few
from command_line import ROOT, SAMPLES, environment

from casecheck.audit.auditor import Auditor
from casecheck.intake.records import ReadRecord
from casecheck.lessons.lesson import Off
from casecheck.lessons.loading import load_rules
from casecheck.lessons.nodes import Place
from casecheck.lessons.settings import Settings
from casecheck.record.validation import read_record
from casecheck.text import kept as keeping
from casecheck.text.kept import VARIABLE, Later, kept


class Maker:
    """Makes a list, and counts how often it was asked to."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> list[str]:
        self.times += 1
        return ["made"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, not yet there, in which this process keeps what it makes."""
    where = tmp_path / "home" / "kept"
    monkeypatch.setattr(keeping, "folder", lambda: where)
    return where


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_it_is_made_once(folder: Path) -> None:
    make = Maker()
    assert [kept("rules", "of this", make) for _ in range(3)] == [["made"]] * 3
    assert make.times == 1
    assert (folder.stat().st_mode & 0o777, only_file(folder).stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


def test_of_other_things_it_is_made_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()
    kept("rules", "of this", make)
    kept("rules", "of that", make)
    kept("lessons", "of this", make)
    monkeypatch.setattr(keeping, "program", lambda: "a later casecheck")
    kept("rules", "of this", make)
    assert make.times == len(list(folder.iterdir())) == 4


def test_casecheck_itself_is_known_by_its_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = keeping.program.__wrapped__
    before = program()
    monkeypatch.setattr(keeping.casecheck, "__file__", str(tmp_path / "__init__.py"))
    tmp_path.joinpath("one.py").write_text("")
    here = program()
    tmp_path.joinpath("one.py").write_text("changed")
    assert len({before, here, program()}) == 3


@pytest.mark.parametrize("at", [0, 31, 32, -1])
def test_a_file_that_is_damaged_is_made_anew(folder: Path, at: int) -> None:
    make = Maker()
    kept("rules", "of this", make)
    file = only_file(folder)
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    for damaged in (bytes(content), content[:20], b""):
        file.write_bytes(damaged)
        assert kept("rules", "of this", make) == ["made"]
    assert make.times == 4


def test_a_file_of_something_else_is_not_taken_for_it(folder: Path) -> None:
    kept("rules", "of this", lambda: ["other"])
    file = only_file(folder)
    kept("rules", "of that", Maker())
    (right,) = set(folder.iterdir()) - {file}
    right.write_bytes(file.read_bytes())
    assert kept("rules", "of that", Maker()) == ["made"]


@pytest.mark.parametrize("others_may_write", ["folder", "file"])
def test_what_others_may_write_is_not_read(folder: Path, others_may_write: str) -> None:
    """Or somebody else could have their code run."""
    make = Maker()
    kept("rules", "of this", make)
    place = folder if others_may_write == "folder" else only_file(folder)
    place.chmod(place.stat().st_mode | 0o022)
    kept("rules", "of this", make)
    assert make.times == 2


@pytest.mark.usefixtures("folder")
def test_what_belongs_to_another_user_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()
    kept("rules", "of this", make)
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    kept("rules", "of this", make)
    assert make.times == 2


def test_a_link_in_the_place_of_what_is_kept_is_not_followed(folder: Path, tmp_path: Path) -> None:
    make = Maker()
    kept("rules", "of this", make)
    file = only_file(folder)
    elsewhere = file.rename(tmp_path / "elsewhere")
    file.symlink_to(elsewhere)
    kept("rules", "of this", make)
    assert make.times == 2


def test_a_pipe_in_its_place_is_not_waited_for(folder: Path) -> None:
    make = Maker()
    kept("rules", "of this", make)
    file = only_file(folder)
    file.unlink()
    os.mkfifo(file, 0o600)
    kept("rules", "of this", make)
    assert make.times == 2


def test_what_is_looked_at_is_what_was_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who may write a file in its place while it is opened has nothing run."""
    make = Maker()
    kept("rules", "of this", make)
    file = only_file(folder)
    open_ = os.open

    def exchanged(path: os.PathLike[str] | str, *how: int, **more: int) -> int:
        if str(path).endswith(file.name):
            file.chmod(0o666)
        return open_(path, *how, **more)

    monkeypatch.setattr(os, "open", exchanged)
    kept("rules", "of this", make)
    assert make.times == 2


def test_where_nothing_can_be_kept_it_is_made(tmp_path: Path, folder: Path) -> None:
    folder.parent.write_text("no folder")
    assert kept("rules", "of this", Maker()) == ["made"]
    assert list(tmp_path.iterdir()) == [folder.parent]


def test_what_goes_wrong_in_making_is_raised(folder: Path) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        kept("rules", "of this", fail)
    assert not folder.exists()


def test_the_latest_are_kept_and_other_files_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 5
    monkeypatch.setattr(keeping, "MOST_FILES", most)
    folder.mkdir(parents=True, mode=0o700)
    folder.joinpath("notes.txt").write_text("somebody's")
    folder.joinpath("rules-of-thumb").write_text("somebody's")
    for number in range(most + 3):
        kept("rules", f"of {number}", Maker())
    assert len(list(folder.iterdir())) == most + 2
    make = Maker()
    kept("rules", f"of {most + 2}", make)
    assert make.times == 0


WHERE = """
import pathlib, sys
from casecheck.text.kept import folder
sys.platform, home = sys.argv[1:]
def no_home():
    raise RuntimeError
if not home:
    pathlib.Path.home = no_home
print(folder())
"""


@pytest.mark.parametrize(
    ("platform", "told", "where"),
    [
        ("linux", {}, ".cache/casecheck"),
        ("linux", {"XDG_CACHE_HOME": "/elsewhere"}, "/elsewhere/casecheck"),
        ("darwin", {}, "Library/Caches/casecheck"),
        ("linux", {VARIABLE: "/named"}, "/named"),
        ("linux", {VARIABLE: "off"}, None),
        ("linux", {"HOME": ""}, None),
    ],
)
def test_where_it_is_kept(
    platform: str, told: dict[str, str], where: str | None, tmp_path: Path
) -> None:
    env = environment({VARIABLE: "", "XDG_CACHE_HOME": "", "HOME": str(tmp_path), **told})
    done = subprocess.run(
        [sys.executable, "-c", WHERE, platform, env["HOME"]],
        capture_output=True, text=True, check=True, env=env,
    )  # fmt: skip
    assert done.stdout.strip() == str(where and tmp_path / where)


@pytest.mark.parametrize("which", few(["rules", "rules/statutory"], "rules/statutory"))
def test_rules_that_were_kept_audit_as_those_read_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    """All that is read back is the same, and so are the findings and what the engine is given."""
    monkeypatch.setattr("casecheck.lessons.loading.WORTH_KEEPING", 1)
    anew = load_rules(ROOT / which)
    (file,) = folder.glob("rules-*")
    kept_rules = load_rules(ROOT / which)
    assert kept_rules == anew
    assert kept_rules is not anew
    assert [file] == list(folder.glob("rules-*"))
    texts = [path.read_bytes() for path in sorted(SAMPLES.glob("*.json"))]
    records = [ReadRecord(read_record(text), "", None) for text in texts]
    first = Auditor(anew)
    assert len(list(folder.glob("lesson-*"))) == len(anew.lessons)
    again = Auditor(kept_rules)
    assert again.audit(records, met=True) == first.audit(records, met=True)


def test_settings_and_parts_of_the_rules_are_told_apart(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casecheck.lessons.loading.WORTH_KEEPING", 1)
    statutory = ROOT / "rules" / "statutory"
    whole = load_rules(statutory)
    (name, parameter), *_ = whole.lessons[0].parameters.items()
    chosen = {whole.lessons[0].id: {name: parameter.value + 1}}
    other = load_rules(statutory, Settings.of(chosen, "--set"))
    assert whole.digest != other.digest
    assert other.lessons[0].parameters[name].value == parameter.value + 1
    Auditor(whole), Auditor(other)
    assert len(list(folder.glob("lesson-*"))) == len(whole.lessons) + len(other.lessons)


@pytest.mark.usefixtures("folder")
def test_values_come_back_as_they_were_and_what_is_for_later_when_it_is_looked_at() -> None:
    place, later = Place("a.yaml", 1, 2), Later([Place("b.yaml", 3, 4)])

    def make() -> tuple[Off, Place, Later[Place]]:
        return Off("P1.1", "x", "why", "who", place), place, later

    made = make()
    kept("rules", "of this", make)
    off, again, then = kept("rules", "of this", make)
    assert then is not later  # read back, and not made anew
    assert (off, again) == made[:2]
    assert off.place is again is not place
    assert isinstance(vars(then)["_kept_as"], bytes)
    assert then == later == (Place("b.yaml", 3, 4),)
    assert then[:1] == tuple(then)
    assert hash(then) == hash(later)
    assert vars(then)["_kept_as"] is None
