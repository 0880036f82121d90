"""Finds the texts of records in files, in folders and on standard input, and reads each."""

from __future__ import annotations

import errno
import gzip
import io
import os
import stat
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from casecheck.record.faults import FieldError, Unreadable
from casecheck.record.model import CaseRecord
from casecheck.record.validation import NotACaseRecord, read_record

MAX_RECORD_BYTES = 2**20
"""The longest text of one record, some 200 times as long as a usual one."""
MAX_OPENED = 2**14
"""The most objects and lists of one record, some 200 times as many as usual.

Read as JSON each takes half a kilobyte, be it but two bytes of the text.
"""
_SMALL = 2**18
"""A text of so many bytes holds few enough of anything; they need not be counted."""
MAX_BLANK_LINES = 1_000_000
"""The most blank lines in a row that are skipped: reading twenty million takes twenty seconds."""
STDIN = "-"
"""The path that stands for standard input, and the name it has in a report."""
ONE_RECORD = (".json", ".json.gz")
RECORD_A_LINE = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")

_SUFFIXES = ONE_RECORD + RECORD_A_LINE
_FOREIGN_MARKS = (BOM_UTF32_BE, BOM_UTF16_LE, BOM_UTF16_BE)  # UTF-32-LE begins as UTF-16-LE does
_SPACE = b" \t\r\n"
_CHUNK = 2**16


class NoSuchInput(Exception):  # noqa: N818 - a mistake in the command, told before any audit
    """A path that was given and is not there."""

    def __init__(self, path: str) -> None:
        super().__init__(f"no such file or folder: {path}")
        self.path = path


@dataclass(frozen=True, slots=True)
class RecordText:
    """The text of one record: its file, its line (from 1) in a file of many, and its bytes."""

    file: str
    line: int | None
    data: bytes


def parse(text: RecordText) -> CaseRecord | Unreadable:
    """Return the record that the text holds, or what makes it unreadable.

    The line of an unreadable `.json` file is the one on which it stops being JSON, else its first.
    """
    try:
        return read_record(text.data)
    except NotACaseRecord as fault:
        return Unreadable(text.file, text.line or fault.line or 1, fault.errors)


def find_texts(paths: Sequence[str], stdin: BinaryIO) -> Iterator[RecordText | Unreadable]:
    """Yield the text of each record in `paths`, by file name and line.

    A path is a file, a folder (and all folders in it) or "-", standard input with one record a
    line. The order of the paths is of no account, and a file is read once, however often and by
    whatever names it is given. Memory holds one text, and the names of the files.

    Raises:
        NoSuchInput: at once, not when the first text is asked for.
    """
    inputs = _Inputs()
    for path in paths:
        if path == STDIN:
            inputs.files[STDIN] = None
        else:
            inputs.add(path)
    return _texts(inputs.in_order(), stdin)


def _texts(inputs: list[str | Unreadable], stdin: BinaryIO) -> Iterator[RecordText | Unreadable]:
    for item in inputs:
        if isinstance(item, Unreadable):
            yield item
        elif item == STDIN:
            _make_blocking(stdin)
            yield from _lines(STDIN, stdin)
        else:
            yield from _file_texts(item)


# Which files there are


@dataclass(slots=True)
class _Inputs:
    """The files to read by name, with what identifies each, and the inputs that cannot be read."""

    files: dict[str, tuple[int, int] | None] = field(default_factory=dict)
    refused: dict[str, Unreadable] = field(default_factory=dict)
    folders: set[tuple[int, int]] = field(default_factory=set)
    linked_folders: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, path: str) -> None:
        """Add a file or folder that was asked for by its path."""
        name = str(Path(path))
        try:
            status = os.stat(path)  # noqa: PTH116 - Path("") is the current folder
        except (FileNotFoundError, NotADirectoryError, ValueError):
            raise NoSuchInput(path) from None
        except OSError as fault:
            self._refuse(name, _why(fault))
            return
        if stat.S_ISDIR(status.st_mode):
            self._add_folder(name)
        elif is_record_file(name):
            self._add_file(name)
        else:
            self._refuse(name, f"not a record file by its name, which ends in {_choices()}")

    def in_order(self) -> list[str | Unreadable]:
        """Return each file once, by the first of its names, and each refusal, sorted by name."""
        for name, identity in self.linked_folders.items():
            if identity not in self.folders:
                self._refuse(name, "a link to a folder, which is not followed; give the folder")
        first: dict[object, str] = {}
        for name, known in sorted(self.files.items()):
            first.setdefault(known or name, name)
        return [self.refused.get(name, name) for name in sorted({*first.values(), *self.refused})]

    def _refuse(self, name: str, message: str) -> None:
        self.refused[name] = _unreadable(name, None, message)

    def _add_file(self, name: str) -> None:
        try:
            status = Path(name).stat()
        except OSError as fault:
            self._refuse(name, _why(fault))
            return
        if stat.S_ISREG(status.st_mode):
            self.files[name] = _identity(status)
        else:
            self._refuse(name, _NOT_A_FILE)

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
                self._refuse(folder, _why(fault))
                nothing = False
                continue
            for entry in listed:
                name = str(Path(entry.path))
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(name)
                elif entry.is_symlink() and (linked := self._linked_folder(name)):
                    self.linked_folders[name] = linked
                elif is_record_file(name):
                    self._add_file(name)
                    nothing = False
        if nothing:
            self._refuse(top, f"a folder without a record file, whose name ends in {_choices()}")

    def _linked_folder(self, name: str) -> tuple[int, int] | None:
        """Return what identifies the folder that a link leads to, if it leads to one."""
        try:
            status = Path(name).stat()
        except OSError as fault:
            if fault.errno not in (errno.ENOENT, errno.ELOOP):
                self._refuse(name, _why(fault))
            return None
        return _identity(status) if stat.S_ISDIR(status.st_mode) else None


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def is_record_file(name: str) -> bool:
    """Say whether a file of this name in a folder is read."""
    return name.lower().endswith(_SUFFIXES)


# What is in them


def _file_texts(name: str) -> Iterator[RecordText | Unreadable]:
    """Yield the texts of one file; never wait for a pipe that has taken the file's place."""
    try:
        file = open(name, "rb", opener=_open_at_once)  # noqa: SIM115 - closed just below
    except OSError as fault:
        yield _unreadable(name, None, _why(fault))
        return
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            yield _unreadable(name, None, _NOT_A_FILE)
            return
        kind = name.lower()
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if kind.endswith(".gz") else file
        if kind.endswith(RECORD_A_LINE):
            yield from _lines(name, stream)
        else:
            yield _whole(name, stream)


def _text(name: str, line: int | None, data: bytes) -> RecordText | Unreadable:
    """Return a record's text, but one that would come to far more in memory than its bytes."""
    if len(data) > _SMALL and data.count(b"{") + data.count(b"[") > MAX_OPENED:
        return _unreadable(name, line or 1, _TOO_MANY)
    return RecordText(name, line, data)


def _make_blocking(stdin: BinaryIO) -> None:
    """Make standard input wait for more; where it does not, a pause would pass for its end."""
    with suppress(io.UnsupportedOperation):
        os.set_blocking(stdin.fileno(), True)


def _open_at_once(name: str, flags: int) -> int:
    return os.open(name, flags | os.O_NONBLOCK)


def _whole(name: str, stream: BinaryIO) -> RecordText | Unreadable:
    """Return the text of a file that holds one record."""
    try:
        data = stream.read(MAX_RECORD_BYTES + 1)
    except _BROKEN as fault:
        return _unreadable(name, 1, _why(fault))
    if len(data) > MAX_RECORD_BYTES:
        return _unreadable(name, 1, _TOO_LONG)
    if data.startswith(_FOREIGN_MARKS):
        return _unreadable(name, 1, _NOT_UTF8)
    data = data.removeprefix(BOM_UTF8)
    if not data.strip(_SPACE):
        return _unreadable(name, 1, _NO_RECORD)
    return _text(name, None, data)


def _lines(name: str, stream: BinaryIO) -> Iterator[RecordText | Unreadable]:
    """Yield the text of each line but the blank ones; what is read is bounded, and kept."""
    number, none_found, blank, last = 1, True, 0, b""
    try:
        while data := stream.readline(MAX_RECORD_BYTES + 1):
            if number == 1 and data.startswith(_FOREIGN_MARKS):
                yield _unreadable(name, number, _NOT_UTF8)
                return
            if len(data) > MAX_RECORD_BYTES and not data.endswith(b"\n"):
                while data and not data.endswith(b"\n"):
                    data = stream.readline(_CHUNK)
                yield _unreadable(name, number, _TOO_LONG)
                none_found = False
            else:
                text = (data.removeprefix(BOM_UTF8) if number == 1 else data).strip(_SPACE)
                if last == b"{" and text.startswith(b'"'):
                    yield _unreadable(name, number, _SEVERAL_LINES)
                    return
                if text:
                    yield _text(name, number, text)
                    none_found, last = False, text
                blank = 0 if text else blank + 1
                if blank > MAX_BLANK_LINES:
                    yield _unreadable(name, number, _BLANK)
                    return
            number += 1
    except _BROKEN as fault:
        yield _unreadable(name, number, _why(fault))
        return
    if none_found:
        yield _unreadable(name, None, _NO_RECORD)


# What is said of what cannot be read

_BROKEN = (OSError, EOFError, zlib.error)
_NO_RECORD = "holds no record; did the export fail?"
_BLANK = (
    f"more than {MAX_BLANK_LINES:,} blank lines in a row; what follows is not read: "
    "remove them, or export it again"
)
_NOT_A_FILE = "not a regular file but a pipe, socket, device or the like; give a file"
_NOT_UTF8 = "UTF-16 or UTF-32 text; export it as UTF-8"
_SEVERAL_LINES = (
    "looks like one record over several lines; name the file .json, or write each record on one "
    "line; what follows is not read"
)
_TOO_LONG = (
    f"longer than {MAX_RECORD_BYTES // 2**20} MiB, which no one record is; "
    "many records belong in a .jsonl file, one a line"
)
_TOO_MANY = (
    f"holds more than {MAX_OPENED:,} objects and lists, which no one record does; "
    "many records belong in a .jsonl file, one a line"
)


def _choices() -> str:
    return f"{', '.join(_SUFFIXES[:-1])} or {_SUFFIXES[-1]}"


def _unreadable(name: str, line: int | None, message: str) -> Unreadable:
    return Unreadable(name, line, (FieldError("", message),))


def _why(fault: Exception) -> str:
    """Return what stopped the reading, in words that hold nothing of the system's own."""
    if isinstance(fault, EOFError):
        return "a gzip file that is cut short; copy or export it again"
    if isinstance(fault, gzip.BadGzipFile | zlib.error):
        return "not a gzip file, or a damaged one; copy or export it again"
    if isinstance(fault, PermissionError):
        return "no permission to read it"
    if isinstance(fault, FileNotFoundError):
        return "not there, or a link that leads nowhere"
    code = fault.errno if isinstance(fault, OSError) else None
    return f"the system cannot read it ({errno.errorcode.get(code or 0, 'no reason given')})"
