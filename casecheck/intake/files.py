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

from casecheck.intake.leftovers import in_words, leftover
from casecheck.intake.own_reports import HEAD_BYTES, OWN_SUFFIXES, is_own_report
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
"""The most blank lines in a row that are skipped: reading twenty million takes twenty seconds.

Lines too short to hold a record count with them, and blank lines that follow each other.
"""
SHORTEST = 80
"""Bytes that no record's line is shorter than: the names of its first fields take as many."""
MAX_SKIPPED_BYTES = 2**28
"""The most bytes of one file that are read for nothing, in lines too long or blank.

A thousandth of it, compressed, unpacks to as much: a gigabyte of it takes five seconds.
"""
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


def parse(text: RecordText, explained: bool = True) -> CaseRecord | Unreadable:
    """Return the record that the text holds, or what makes it unreadable, if that is asked.

    The line of an unreadable `.json` file is the one on which it stops being JSON, else its first.
    """
    try:
        return read_record(text.data, explained=explained)
    except NotACaseRecord as fault:
        return Unreadable(text.file, text.line or fault.line or 1, fault.errors)


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
    inputs = _Inputs(PassedOver() if passed is None else passed)
    for path in paths:
        if path == STDIN:
            inputs.files[STDIN] = None
        else:
            inputs.add(path)
    return _texts(inputs, stdin)


def _texts(inputs: _Inputs, stdin: BinaryIO) -> Iterator[RecordText | Unreadable]:
    held: set[str] = set()
    for item in inputs.in_order():
        if isinstance(item, Unreadable):
            held.add(inputs.found_in.get(item.file, ""))
            yield item
        elif item == STDIN:
            _make_blocking(stdin)
            yield from _lines(STDIN, stdin)
        else:
            top = inputs.found_in.get(item)
            reports = None if top is None else inputs.passed.reports
            before = len(reports or ())
            yield from _file_texts(item, reports)
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
            self._refuse(name, _why(fault))
            return
        if stat.S_ISDIR(status.st_mode):
            self._add_folder(name)
        elif is_record_file(_own_name(name)):
            self.named.add(_identity(status))
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
            if known in self.named:  # by one of its names
                self.found_in.pop(name, None)
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
                self._refuse(name, _why(fault))
            return None
        return _identity(status) if stat.S_ISDIR(status.st_mode) else None


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def is_record_file(name: str) -> bool:
    """Say whether a file of this name in a folder is read."""
    return name.lower().endswith(_SUFFIXES)


def _own_name(name: str) -> str:
    """Return the name that says what a file holds which was named by itself: `x.json` of a backup.

    `x.json.bak` and `#x.json#` are of no kind by their own names.
    """
    left = None if is_record_file(name) else leftover(Path(name).name)
    return left.of if left and left.of else name


def _nothing_in(top: str) -> Unreadable:
    message = f"a folder without a record file, whose name ends in {_choices()}"
    return _unreadable(top, None, message)


# What is in them


def begins_as_own(name: str) -> bool:
    """Say whether a file begins as a report of casecheck's does."""
    try:
        with open(name, "rb", opener=_open_at_once) as file:
            is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            return is_file and is_own_report(file.read(HEAD_BYTES))
    except OSError:
        return False  # it is none of ours to read


def _file_texts(name: str, reports: list[str] | None) -> Iterator[RecordText | Unreadable]:
    """Yield the texts of one file; never wait for a pipe that has taken the file's place.

    A report of casecheck's is passed over, and its name put into `reports`; None where the file was
    named by itself: then it is read.
    """
    try:
        file = open(name, "rb", opener=_open_at_once)  # noqa: SIM115 - closed just below
    except OSError as fault:
        yield _unreadable(name, None, _why(fault))
        return
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            yield _unreadable(name, None, _NOT_A_FILE)
            return
        kind = _own_name(name).lower()
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if kind.endswith(".gz") else file
        if reports is not None and _is_own(stream):
            reports.append(name)
        elif kind.endswith(RECORD_A_LINE):
            yield from _lines(name, stream)
        else:
            yield _whole(name, stream)


def _is_own(stream: BinaryIO) -> bool:
    """Say whether a stream begins as a report of casecheck's does; it stands at its start again."""
    try:
        head = stream.peek(HEAD_BYTES)  # type: ignore[attr-defined]
    except _BROKEN:
        return False  # which is told when it is read
    return is_own_report(head)


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
    if is_own_report(data[:HEAD_BYTES]):
        return _unreadable(name, 1, _OWN)
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
    number, none_found, last = 1, True, b""
    idle = _Idle()
    try:
        while data := stream.readline(MAX_RECORD_BYTES + 1):
            if number == 1 and data.startswith(_FOREIGN_MARKS):
                yield _unreadable(name, number, _NOT_UTF8)
                return
            if len(data) > MAX_RECORD_BYTES and not data.endswith(b"\n"):
                yield _unreadable(name, number, _TOO_LONG)
                none_found = False
                idle.drain(stream, data)
            else:
                text = (data.removeprefix(BOM_UTF8) if number == 1 else data).strip(_SPACE)
                if last == b"{" and text.startswith(b'"'):
                    yield _unreadable(name, number, _SEVERAL_LINES)
                    return
                idle.line(text, data)
                if text:
                    yield _text(name, number, text)
                    none_found, last = False, text
            if idle.told:
                yield _unreadable(name, number, idle.told)
                return
            number += 1
    except _BROKEN as fault:
        yield _unreadable(name, number, _why(fault))
        return
    if none_found:
        yield _unreadable(name, None, _NO_RECORD)


@dataclass(slots=True)
class _Idle:
    """How much of one file was read for nothing, and whether that is to end.

    `told` says why no more of the file is read, "" while it is.
    """

    blank: int = 0
    short: int = 0
    skipped: int = 0
    told: str = ""

    def line(self, text: bytes, data: bytes) -> None:
        """Count a line among those in a row that are blank, or too short to hold a record."""
        self.blank = 0 if text else self.blank + 1
        self.short = 0 if len(text) >= SHORTEST else self.short + 1
        if not text:
            self._skip(len(data))
        if self.blank > MAX_BLANK_LINES:
            self.told = _BLANK
        elif self.short > MAX_BLANK_LINES:
            self.told = _SHORT

    def drain(self, stream: BinaryIO, data: bytes) -> None:
        """Read to the end of a line that is too long, as far as a file may be read for nothing."""
        self._skip(len(data))
        while data and not data.endswith(b"\n") and not self.told:
            data = stream.readline(_CHUNK)
            self._skip(len(data))

    def _skip(self, count: int) -> None:
        self.skipped += count
        if self.skipped > MAX_SKIPPED_BYTES:
            self.told = _SKIPPED


# What is said of what cannot be read

_BROKEN = (OSError, EOFError, zlib.error)
_NO_RECORD = "holds no record; did the export fail?"
_BLANK = (
    f"more than {MAX_BLANK_LINES:,} blank lines in a row; what follows is not read: "
    "remove them, or export it again"
)
_SHORT = (
    f"more than {MAX_BLANK_LINES:,} lines in a row that are blank, or too short for a record; what "
    "follows is not read: remove them, or export it again"
)
_SKIPPED = (
    f"more than {MAX_SKIPPED_BYTES // 2**20} MiB of blank lines, or of lines longer than any "
    "record; what follows is not read: export it again, a record a line"
)
_OWN = "a report that casecheck wrote, and no case record; give the records"
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
