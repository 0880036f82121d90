"""Finds the packs that came back: files that are named, and all packs of folders that are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from casecheck.intake.leftovers import in_words, leftover
from casecheck.intake.own_reports import HEAD_BYTES, PROPERTIES, is_own_report, is_own_workbook
from casecheck.qag.packs.returned import MAX_BYTES, Problem
from casecheck.text.natural import natural
from casecheck.text.printable import printable
from casecheck.text.regular_file import NoFile, open_file
from casecheck.text.xlsx_archive import Archive, Unusable

SUFFIXES = (".xlsx", ".csv")
"""How packs are called that `casecheck judge` reads."""
_ARCHIVE = b"PK\x03\x04"
"""How a workbook begins, whatever it is called."""
_NOT_READ = (".html", ".htm", ".pdf")
"""What packs are printed from, or printed to: nobody types into them."""


@dataclass(slots=True)
class PackFiles:
    """The packs to read, in order; what is wrong with a folder; and what was passed over in one."""

    files: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        """Return a sentence for each kind of file that was passed over."""
        kinds = (
            (self.leftovers, "left by systems or editors (close a pack that is open, and save it)"),
            (self.reports, "reports that casecheck wrote, and no packs"),
            (self.others, f"no packs by their names, which end in {' or '.join(SUFFIXES)}"),
        )
        return [f"Passed over, {what}: {in_words(names)}" for names, what in kinds if names]


def find_packs(paths: Iterable[Path]) -> PackFiles:
    """Return the packs of paths, each a file, which is read whatever it is called, or a folder.

    A folder without a pack is a problem: nobody names one to have nothing taken.
    """
    found = PackFiles()
    for path in paths:
        if not path.is_dir():
            found.files.append(path)
            continue
        before = len(found.files), len(found.problems)
        for file in _files_in(path, found):
            _sort_out(file, found)
        if (len(found.files), len(found.problems)) == before:
            message = f"a folder without a pack, whose name ends in {' or '.join(SUFFIXES)}"
            found.problems.append(Problem(printable(str(path)), "", message))
    found.files = list(dict.fromkeys(found.files))
    return found


def kind_of(file: Path) -> str:
    """Return the suffix that says what a file holds, also of an editor's copy named by itself."""
    left = leftover(file.name)
    return Path(left.of if left and left.of else file.name).suffix.lower()


def _files_in(folder: Path, found: PackFiles) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda one: natural(one.name))
    except OSError as error:
        name = printable(str(folder))
        found.problems.append(Problem(name, "", f"cannot be read: {error.strerror}"))
        return
    for entry in entries:
        path, is_folder = folder / entry.name, entry.is_dir(follow_symlinks=False)
        left = leftover(entry.name, folder=is_folder)
        if left is not None:
            if not left.hidden and (is_folder or left.of.lower().endswith(SUFFIXES)):
                found.leftovers.append(printable(str(path)))
        elif is_folder:
            yield from _files_in(path, found)
        else:
            yield path


def _sort_out(file: Path, found: PackFiles) -> None:
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        if suffix not in _NOT_READ:
            found.others.append(printable(str(file)))
    elif _is_report(file):
        found.reports.append(printable(str(file)))
    else:
        found.files.append(file)


def _is_report(file: Path) -> bool:
    """Say whether a file is a report of casecheck's; what cannot be read is told with the rest."""
    try:
        with open_file(file) as opened:
            head = opened.read(HEAD_BYTES)
            if not head.startswith(_ARCHIVE):
                return is_own_report(head)
            archive = Archive(head + opened.read(MAX_BYTES + 1 - len(head)))
            return is_own_workbook(next(archive.chunks(PROPERTIES), b""))
    except (OSError, NoFile, Unusable):
        return False
