"""Find the files of pages in a folder and its subfolders, and read their text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from casecheck.intake.leftovers import leftover
from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.nodes import MAX_PAGE_CHARACTERS

CONCEPTS_PAGE = "concepts.yaml"
REVIEW_PAGE = "review.yaml"
RESPONSE_PAGE = "response.yaml"
"""What a board promised after the review: no page that an audit asks anything of."""
MAX_PAGES = 1_000
_YAML = re.compile(r"\.ya?ml(\.|$)")
_SPELT = {
    "concept.yaml": CONCEPTS_PAGE,
    "reviews.yaml": REVIEW_PAGE,
    "responses.yaml": RESPONSE_PAGE,
}


_OF_FOLDERS = (CONCEPTS_PAGE, REVIEW_PAGE, RESPONSE_PAGE)
"""Pages that a folder has one of, and finds by its name."""


def real_path(path: Path) -> Path:
    """Return where a path leads to; the path itself where it is a link that leads to itself."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # by the version of Python
        return path.absolute()


def find_pages(folder: Path, passed: list[Path] | None = None) -> list[Path]:
    """Return the pages of a folder and its subfolders, in order; raise `RulesError` for none.

    What systems and editors leave among them is passed over, and put into `passed` where it is not
    hidden. A response is not among them: no outcome hangs on it.
    """
    files = _files_in(folder, [] if passed is None else passed)
    pages = sorted(path for path in files if _YAML.search(path.name.lower()))
    wrong = [path for path in pages if path.suffix != ".yaml" or _misspelt(path)]
    if wrong:
        raise RulesError(PageError(str(path), 1, 1, _rename(path)) for path in wrong)
    pages = [path for path in pages if path.name != RESPONSE_PAGE]
    if not pages:
        raise RulesError([PageError(str(folder), 1, 1, "no page (*.yaml) in this folder")])
    if len(pages) > MAX_PAGES:
        raise RulesError([PageError(str(folder), 1, 1, f"more than {MAX_PAGES} pages")])
    return pages


def _misspelt(path: Path) -> str:
    """Return the name that a page of which a folder has one should have; "" where it has it."""
    lower = path.name.lower()
    name = _SPELT.get(lower, lower)
    return name if name in _OF_FOLDERS and path.name != name else ""


def _rename(path: Path) -> str:
    name = _misspelt(path)
    if name:
        return f"this page is to be named {name}: rename it"
    return "a page's name ends in .yaml: rename it"


def _files_in(folder: Path, passed: list[Path]) -> Iterator[Path]:
    """Yield the files of a folder and its subfolders; what cannot be looked into is a fault.

    A lesson that is left out unseen would be one that nobody is held to.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        raise RulesError([PageError(str(folder), 1, 1, message)]) from None
    for entry in entries:
        path = folder / entry.name
        left = leftover(entry.name, folder=entry.is_dir(follow_symlinks=False))
        if left is not None:
            if not left.hidden and (not left.of or _YAML.search(left.of.lower())):
                passed.append(path)
        elif _YAML.search(entry.name.lower()):
            yield path  # whatever it is, it is called a page
        elif entry.is_dir(follow_symlinks=False):
            yield from _files_in(path, passed)
        elif entry.is_symlink() and (message := _why_no_link(entry)):
            raise RulesError([PageError(str(path), 1, 1, message)])
        else:
            yield path


def _why_no_link(entry: os.DirEntry[str]) -> str:
    """Return why a link may leave pages out unseen; "" where it is no link to a folder."""
    try:
        if entry.is_dir():
            return "a link to a folder is not followed: name that folder by itself"
    except OSError as error:
        return f"this link cannot be followed ({error.strerror}): remove it"
    return ""


def read_page_text(path: Path) -> str:
    """Return the text of a page, as far as a page may be long; raise `RulesError` for none."""
    try:
        if not path.is_file():
            there = path.exists() or path.is_symlink()
            message = "this is not a file: remove it" if there else "no such file"
            raise RulesError([PageError(str(path), 1, 1, message)])
        with path.open("rb") as page:
            data = page.read(4 * MAX_PAGE_CHARACTERS + 4)
    except (OSError, RuntimeError) as error:
        said = error.strerror if isinstance(error, OSError) else "a link that leads to itself"
        raise RulesError([PageError(str(path), 1, 1, f"the page cannot be read: {said}")]) from None
    try:
        return data.decode("utf-8")[: MAX_PAGE_CHARACTERS + 1].replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        message = "this is not UTF-8 text: save the page as UTF-8"
        raise RulesError([PageError(str(path), line, column, message)]) from None
