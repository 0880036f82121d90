"""Finds the texts of records in files, in folders and on standard input."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from casecheck.intake.leftovers import in_words, leftover
from casecheck.intake.line_blocks import LineBlock, blocks_of_lines
from casecheck.intake.own_reports import OWN_SUFFIXES
from casecheck.intake.remote import find_remote, is_remote, open_remote
from casecheck.intake.texts import (
    NOT_A_FILE,
    Part,
    RecordText,
    begins_as_own,
    is_record_file,
    make_blocking,
    own_name,
    record_names,
    texts_of_file,
    texts_of_lines,
    unreadable,
    why_broken,
)
from casecheck.record.faults import CasecheckError, Unreadable

STDIN = "-"
"""The path that stands for standard input, and the name it has in a report."""


class NoSuchInput(CasecheckError):  # noqa: N818 - a mistake in the command, told before any audit
    """A path that was given and is not there."""

    def __init__(self, path: str) -> None:
        super().__init__(f"no such file or folder: {path}")
        self.path = path


@dataclass(slots=True)
class PassedOver:
    """The files of folders that were passed over though they look like records, by their names.

    `leftovers` are those of systems and editors, `reports` what casecheck wrote itself. They are
    known when all texts have been taken.
    """

    leftovers: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        """Return a sentence for each kind of file, none where there is none of it."""
        kinds = (
            (self.leftovers, "left by systems or editors"),
            (self.reports, "reports that casecheck wrote, and no records"),
        )
        return [f"Passed over, {what}: {in_words(sorted(names))}" for names, what in kinds if names]


def find_texts(
    paths: Sequence[str], stdin: BinaryIO, passed: PassedOver | None = None
) -> Iterator[RecordText | Unreadable]:
    """Yield the text of each record in `paths`, by file name and line.

    A path is a file, a folder (and all folders in it) or "-", standard input with one record a
    line. The order of the paths is of no account, and a file is read once, however often and by
    whatever names it is given. Memory holds one text, and the names of the files. What is in a
    folder and is no record by its kind is passed over, and told to `passed`.

    Raises:
        NoSuchInput: at once, not when the first text is asked for.
    """
    return _texts(_inputs(paths, passed), stdin, texts_of_lines)


def find_blocks(
    paths: Sequence[str], stdin: BinaryIO, passed: PassedOver | None = None
) -> Iterator[RecordText | Unreadable | LineBlock]:
    """Yield what `find_texts` does, but of what lies in files parts that another process reads."""
    return _texts(_inputs(paths, passed), stdin, blocks_of_lines)


def find_shared(
    paths: Sequence[str], stdin: BinaryIO, passed: PassedOver | None = None
) -> Iterator[RecordText | Unreadable | LineBlock]:
    """Yield what `find_blocks` does, for processes of any machine; URLs come after the paths.

    Raises:
        NoSuchInput, NotReached: at once.
    """
    urls = [*find_remote([path for path in paths if is_remote(path)])]
    here = [path for path in paths if not is_remote(path)]
    return chain(find_blocks(here, stdin, passed), _of_remote(urls))


def _of_remote(urls: Sequence[str]) -> Iterator[RecordText | Unreadable | LineBlock]:
    for url in urls:
        try:
            with open_remote(url) as stream:
                yield from blocks_of_lines(url, stream)
        except OSError as fault:
            yield unreadable(url, None, why_broken(fault))


def _inputs(paths: Sequence[str], passed: PassedOver | None) -> _Inputs:
    inputs = _Inputs(PassedOver() if passed is None else passed)
    for path in paths:
        if path == STDIN:
            inputs.files[STDIN] = None
        else:
            inputs.add(path)
    return inputs


def _texts(
    inputs: _Inputs, stdin: BinaryIO, lines: Callable[[str, BinaryIO], Iterator[Part]]
) -> Iterator[RecordText | Unreadable | Part]:
    held: set[str] = set()
    for item in inputs.in_order():
        if isinstance(item, Unreadable):
            held.add(inputs.found_in.get(item.file, ""))
            yield item
        elif item == STDIN:
            make_blocking(stdin)
            yield from texts_of_lines(STDIN, stdin)
        else:
            top = inputs.found_in.get(item)
            reports = None if top is None else inputs.passed.reports
            before = len(reports or ())
            yield from texts_of_file(item, reports, lines)
            if top is not None and len(reports or ()) == before:
                held.add(top)
    for top in sorted({*inputs.found_in.values()} - held):
        yield _nothing_in(top)


# Which files there are


@dataclass(slots=True)
class _Inputs:
    """The files to read by name, with what identifies each, and the inputs that cannot be read.

    `found_in` has the folder that was named for each file that was not named itself.
    """

    passed: PassedOver
    files: dict[str, tuple[int, int] | None] = field(default_factory=dict)
    found_in: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Unreadable] = field(default_factory=dict)
    folders: set[tuple[int, int]] = field(default_factory=set)
    linked_folders: dict[str, tuple[int, int]] = field(default_factory=dict)
    named: set[tuple[int, int]] = field(default_factory=set)

    def add(self, path: str) -> None:
        """Add a file or folder that was asked for by its path."""
        name = str(Path(path))
        try:
            status = os.stat(path)  # noqa: PTH116 - Path("") is the current folder
        except (FileNotFoundError, NotADirectoryError, ValueError):
            raise NoSuchInput(path) from None
        except OSError as fault:
            self._refuse(name, why_broken(fault))
            return
        if stat.S_ISDIR(status.st_mode):
            self._add_folder(name)
        elif is_record_file(own_name(name)):
            self.named.add(_identity(status))
            self._add_file(name)
        else:
            self._refuse(name, f"not a record file by its name, which ends in {record_names()}")

    def in_order(self) -> list[str | Unreadable]:
        """Return each file once, by the first of its names, and each refusal, sorted by name."""
        for name, identity in self.linked_folders.items():
            if identity not in self.folders:
                self._refuse(name, "a link to a folder, which is not followed; give the folder")
        first: dict[object, str] = {}
        for name, known in sorted(self.files.items()):
            first.setdefault(known or name, name)
            if known in self.named:  # by one of its names
                self.found_in.pop(name, None)
        return [self.refused.get(name, name) for name in sorted({*first.values(), *self.refused})]

    def _refuse(self, name: str, message: str) -> None:
        self.refused[name] = unreadable(name, None, message)

    def _add_file(self, name: str) -> None:
        try:
            status = Path(name).stat()
        except OSError as fault:
            self._refuse(name, why_broken(fault))
            return
        if stat.S_ISREG(status.st_mode):
            self.files[name] = _identity(status)
        else:
            self._refuse(name, NOT_A_FILE)

    def _add_folder(self, top: str) -> None:
        """Add the record files of a folder and of the folders in it; links are not followed."""
        nothing = True
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            try:
                self.folders.add(_identity(Path(folder).stat()))
                with os.scandir(folder) as entries:
                    listed = list(entries)
            except OSError as fault:
                self._refuse(folder, why_broken(fault))
                nothing = False
                continue
            for entry in listed:
                name = str(Path(entry.path))
                is_folder = entry.is_dir(follow_symlinks=False)
                if self._passes_over(entry.name, name, is_folder):
                    continue
                if is_folder:
                    waiting.append(name)
                elif entry.is_symlink() and (linked := self._linked_folder(name)):
                    self.linked_folders[name] = linked
                elif is_record_file(name):
                    self.found_in.setdefault(name, top)
                    self._add_file(name)
                    nothing = False
        if nothing:
            self.refused[top] = _nothing_in(top)

    def _passes_over(self, last: str, name: str, is_folder: bool) -> bool:
        """Say whether what a folder holds is passed over, and keep its name where that is told."""
        left = leftover(last, folder=is_folder)
        if left is None:
            if not is_folder and last.lower().endswith(OWN_SUFFIXES) and begins_as_own(name):
                self.passed.reports.append(name)
            return False
        if not left.hidden and (is_folder or is_record_file(left.of)):
            self.passed.leftovers.append(name)
        return True

    def _linked_folder(self, name: str) -> tuple[int, int] | None:
        """Return what identifies the folder that a link leads to, if it leads to one."""
        try:
            status = Path(name).stat()
        except OSError as fault:
            if fault.errno not in (errno.ENOENT, errno.ELOOP):
                self._refuse(name, why_broken(fault))
            return None
        return _identity(status) if stat.S_ISDIR(status.st_mode) else None


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _nothing_in(top: str) -> Unreadable:
    message = f"a folder without a record file, whose name ends in {record_names()}"
    return unreadable(top, None, message)
