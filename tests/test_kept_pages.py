"""Where one page of many is edited, what was made of the others is read back from the disk."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, SAMPLES

from casecheck.audit import auditor
from casecheck.audit.auditor import Auditor
from casecheck.engine import asked_lesson
from casecheck.intake.records import ReadRecord
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson_reader import LessonReader
from casecheck.lessons.loading import load_rules
from casecheck.record.validation import read_record
from casecheck.text import kept as keeping

PAGE = "P1.1.yaml"


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of rules that may be edited, and that are kept however few they are."""
    monkeypatch.setattr(keeping, "folder", lambda: tmp_path / "kept")
    monkeypatch.setattr("casecheck.lessons.loading.WORTH_KEEPING", 1)
    folder = tmp_path / "rules"
    folder.mkdir()
    for name in (PAGE, "P8.2.yaml", "concepts.yaml"):
        shutil.copy(ROOT / "rules" / "children_p" / name, folder)
    return folder


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pages that were read, and the lessons that were compiled."""
    found: list[str] = []
    reads, compiles = LessonReader.lesson, asked_lesson.prepare

    def lesson(self: LessonReader, text: str, file: str, concepts: Any) -> Any:
        found.append(Path(file).name)
        return reads(self, text, file, concepts)

    def prepare(lesson: Any, concepts: Any) -> Any:
        found.append(lesson.id)
        return compiles(lesson, concepts)

    monkeypatch.setattr(LessonReader, "lesson", lesson)
    monkeypatch.setattr(auditor, "prepare", prepare)
    return found


def edited(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.slow
def test_only_the_page_that_was_edited_is_read_and_compiled(
    pages: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Auditor(load_rules(pages))
    assert sorted(read) == ["P1.1", PAGE, "P8.2", "P8.2.yaml"]
    read.clear()
    edited(pages / PAGE, "value: 28", "value: 29")
    rules = load_rules(pages)
    quick = Auditor(rules)
    assert sorted(read) == ["P1.1", PAGE]
    texts = [path.read_bytes() for path in sorted(SAMPLES.glob("c-01*.json"))]
    records = [ReadRecord(read_record(text), "", None) for text in texts]
    found = quick.audit(records)
    monkeypatch.setattr(keeping, "folder", lambda: None)
    anew = load_rules(pages)
    assert (anew.digest, tuple(anew.lessons)) == (rules.digest, tuple(rules.lessons))
    assert Auditor(anew).audit(records) == found


@pytest.mark.slow
def test_what_is_wrong_with_a_page_is_told_each_time(pages: Path, read: list[str]) -> None:
    edited(pages / PAGE, "lesson: P1.1", "lesson: P1.1\nleson: P1.2")
    told = []
    for _ in range(2):
        with pytest.raises(RulesError) as error:
            load_rules(pages)
        told.append(str(error.value))
    assert told[0] == told[1]
    assert "leson" in told[0]
    assert read.count(PAGE) == 2
    assert read.count("P8.2.yaml") == 1


@pytest.mark.slow
def test_a_concept_that_was_edited_is_one_of_all_lessons(pages: Path, read: list[str]) -> None:
    Auditor(load_rules(pages))
    read.clear()
    with (pages / "concepts.yaml").open("a", encoding="utf-8") as concepts:
        concepts.write("# edited\n")
    Auditor(load_rules(pages))
    assert sorted(read) == ["P1.1", PAGE, "P8.2", "P8.2.yaml"]
