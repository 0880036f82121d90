"""Bounds how many unreadable inputs are told one by one; the rest are counted, and so told.

Thirty kilobytes of compressed `{}` lines would else become half a gigabyte of report, each line
with all that it lacks. A hundred lines of a file show what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from casecheck.record.faults import FieldError, Unreadable
from casecheck.text.counted import counted

MOST_OF_A_FILE = 100
"""The most unreadable records of one file that are told one by one."""
MOST_IN_ALL = 1_000
"""The most unreadable inputs of one audit that are told one by one."""

Other = TypeVar("Other")


@dataclass(slots=True)
class _Untold:
    """What is counted and not told one by one: how much, where it begins, where it ends."""

    file: str = ""
    line: int | None = None
    count: int = 0
    files: int = 0
    last_file: str = ""
    last: int | None = None

    def add(self, item: Unreadable) -> None:
        if not self.count:
            self.file, self.line = item.file, item.line
        self.files += item.file != self.last_file
        self.last_file, self.last = item.file, item.line
        self.count += item.count


@dataclass(slots=True)
class Unread:
    """Passes inputs on in reading order (by file, then line), and holds back what is too much.

    What it holds back comes as one more item: at the end of its file, or at the end of all.
    """

    _file: str = ""
    _of_file: int = 0
    _in_all: int = 0
    _rest_of_file: _Untold = field(default_factory=_Untold)
    _rest: _Untold = field(default_factory=_Untold)

    def is_full(self, file: str) -> bool:
        """Say whether nothing more that is unreadable in this file will be told one by one."""
        return self._in_all >= MOST_IN_ALL or (
            file == self._file and self._of_file >= MOST_OF_A_FILE
        )

    def limited(self, items: Iterable[Other | Unreadable]) -> Iterator[Other | Unreadable]:
        """Yield the items; of those that are unreadable the first ones, and how many more."""
        for item in items:
            if not isinstance(item, Unreadable):
                yield item
                continue
            if item.file != self._file:
                yield from self._end_of_file()
                self._file, self._of_file = item.file, 0
            if self._of_file >= MOST_OF_A_FILE:
                self._rest_of_file.add(item)
            elif self._in_all >= MOST_IN_ALL:
                self._rest.add(item)
            else:
                self._of_file += 1
                self._in_all += 1
                yield item
        yield from self._end_of_file()
        rest = self._rest
        if rest.count:
            inputs, files = counted(rest.count, "more input"), counted(rest.files, "more file")
            message = f"this and others, {inputs} in {files}, could not be read either"
            yield _told(rest, message)

    def _end_of_file(self) -> Iterator[Unreadable]:
        rest, self._rest_of_file = self._rest_of_file, _Untold()
        if rest.count:
            last = f", the last of them line {rest.last:,}" if rest.last else ""
            more = counted(rest.count, "more record")
            message = f"this and others, {more} of this file{last}"
            yield _told(rest, f"{message}, could not be read either")


def _told(rest: _Untold, message: str) -> Unreadable:
    cure = "mend what is told one by one, and try again"
    return Unreadable(rest.file, rest.line, (FieldError("", f"{message}: {cure}"),), rest.count)
