"""Write the page of a new lesson: one that loads and runs, with what to put in its place."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from casecheck.lessons.errors import RulesError
from casecheck.lessons.loading import load_rules
from casecheck.lessons.schema import SCHEMAS
from casecheck.lessons.template import fill
from casecheck.text.whole_file import write_files

SCHEMA_LINE = "# yaml-language-server: $schema=../lesson.schema.json"
"""Tells an editor by which schema it may check a page as it is typed."""


class Refused(Exception):  # noqa: N818 - what was asked for is not done
    """A page cannot be written; the message says why, and what to do."""


def page_text(review: str, lesson: str, title: str, file: Path) -> str:
    """Return the page of a new lesson, to be written to `file`.

    `title` is one line of characters that can be seen.
    """
    # JSON's way to quote a text is one of YAML's too.
    quoted = json.dumps(title, ensure_ascii=False)
    return fill(lesson, review, title=quoted, schema=SCHEMA_LINE, file=file)


def write_page(base: Path, review: str, lesson: str, title: str) -> Path:
    """Write the page of a new lesson into `base`, in the folder of its review; return its path.

    The page is written whole or not at all, and replaces nothing.

    Raises:
        Refused: where there is such a page or lesson already.
        OSError: where it cannot be written.
    """
    file = base / review / f"{lesson}.yaml"
    _refuse_taken(base, file, lesson)
    _write_new(file, page_text(review, lesson, title, file))
    _write_schemas(base)
    return file


def _write_schemas(base: Path) -> None:
    """Put the schemas that the pages' first lines name beside the pages, where there are none."""
    for name, schema in SCHEMAS.items():
        file = base / f"{name}.schema.json"
        with suppress(Refused):
            _write_new(file, json.dumps(schema(), indent=2) + "\n")


def _refuse_taken(base: Path, file: Path, lesson: str) -> None:
    if os.path.lexists(file):
        raise Refused(f"{file} exists already: choose another id, or change that page")
    if not base.is_dir():
        return
    # A fault in another page is told when the rules are used; it is no reason not to begin.
    with suppress(RulesError):
        for one in load_rules(base).lessons:
            if one.id == lesson:
                raise Refused(f"the lesson {lesson} stands in {one.file}: choose another id")


def _write_new(file: Path, text: str) -> None:
    try:
        write_files(file.parent, {file.name: text}, private=False)
    except FileExistsError:
        raise Refused(f"{file} exists already: choose another id, or change that page") from None
