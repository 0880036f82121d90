"""Reads the texts of records in one file, or on standard input: bounded, whatever is in it."""

from __future__ import annotations

import errno
import gzip
import io
import os
import stat
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from casecheck.intake.leftovers import leftover
from casecheck.intake.own_reports import HEAD_BYTES, is_own_report
from casecheck.record.faults import FieldError, Unreadable

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
MAX_SHORT_LINES = 50_000
"""The most lines in a row, but for blank ones, that are too short to hold a record.

Each is a record that cannot be read, which costs some fifty times a blank line.
"""
SHORTEST = 80
"""Bytes that no record's line is shorter than: the names of its first fields take as many."""
MAX_SKIPPED_BYTES = 2**28
"""The most bytes of one file that are read for nothing, in lines too long or blank.

A thousandth of it, compressed, unpacks to as much: a gigabyte of it takes five seconds.
"""
ONE_RECORD = (".json", ".json.gz")
RECORD_A_LINE = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")

_SUFFIXES = ONE_RECORD + RECORD_A_LINE
_FOREIGN_MARKS = (BOM_UTF32_BE, BOM_UTF16_LE, BOM_UTF16_BE)  # UTF-32-LE begins as UTF-16-LE does
_SPACE = b" \t\r\n"
_CHUNK = 2**16

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class RecordText:
    """The text of one record: its file, its line (from 1) in a file of many, and its bytes.

    Those are not shown with it: what others log of their work would tell of families.
    """

    file: str
    line: int | None
    data: bytes = field(repr=False)


def is_record_file(name: str) -> bool:
    """Say whether a file of this name in a folder is read."""
    return name.lower().endswith(_SUFFIXES)


def own_name(name: str) -> str:
    """Return the name that says what a file holds which was named by itself: `x.json` of a backup.

    `x.json.bak` and `#x.json#` are of no kind by their own names.
    """
    left = None if is_record_file(name) else leftover(Path(name).name)
    return left.of if left and left.of else name


def begins_as_own(name: str) -> bool:
    """Say whether a file begins as a report of casecheck's does."""
    try:
        with open(name, "rb", opener=open_at_once) as file:
            is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            return is_file and is_own_report(file.read(HEAD_BYTES))
    except OSError:
        return False  # it is none of ours to read


def texts_of_file(
    name: str, reports: list[str] | None, lines: Callable[[str, BinaryIO], Iterator[Part]]
) -> Iterator[RecordText | Unreadable | Part]:
    """Yield the texts of one file; never wait for a pipe that has taken the file's place.

    A report of casecheck's is passed over, and its name put into `reports`; None where the file was
    named by itself: then it is read. `lines` reads a file of a record a line, where it is not
    compressed: `texts_of_lines`, or what tells parts of it.
    """
    try:
        file = open(name, "rb", opener=open_at_once)  # noqa: SIM115 - closed just below
    except OSError as fault:
        yield unreadable(name, None, why_broken(fault))
        return
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            yield unreadable(name, None, NOT_A_FILE)
            return
        kind = own_name(name).lower()
        opened = gzip.GzipFile(fileobj=file) if kind.endswith(".gz") else file
        stream = cast(BinaryIO, opened)
        if reports is not None and _is_own(opened):
            reports.append(name)
        elif kind.endswith(RECORD_A_LINE):
            yield from lines(name, stream) if opened is file else texts_of_lines(name, stream)
        else:
            yield _whole(name, stream)


def _is_own(stream: io.BufferedReader | gzip.GzipFile) -> bool:
    """Say whether a stream begins as a report of casecheck's does; it stands at its start again."""
    try:
        head = stream.peek(HEAD_BYTES)
    except _BROKEN:
        return False  # which is told when it is read
    return is_own_report(head)


def bounded_text(name: str, line: int | None, data: bytes) -> RecordText | Unreadable:
    """Return a record's text, but one that would come to far more in memory than its bytes."""
    if len(data) > _SMALL and data.count(b"{") + data.count(b"[") > MAX_OPENED:
        return unreadable(name, line or 1, _TOO_MANY)
    return RecordText(name, line, data)


def make_blocking(stdin: BinaryIO) -> None:
    """Make standard input wait for more; where it does not, a pause would pass for its end."""
    with suppress(io.UnsupportedOperation):
        os.set_blocking(stdin.fileno(), True)


def open_at_once(name: str, flags: int) -> int:
    """Open a file as `open` has it done, without waiting where a pipe has taken its place."""
    return os.open(name, flags | os.O_NONBLOCK)


def text_of(name: str, line: int, data: bytes) -> RecordText | Unreadable:
    """Return the text of a record that is in memory, held to the bounds of one in a file."""
    if len(data) > MAX_RECORD_BYTES:
        return unreadable(name, line, _TOO_LONG)
    if data.startswith(_FOREIGN_MARKS):
        return unreadable(name, line, _NOT_UTF8)
    return bounded_text(name, line, data.removeprefix(BOM_UTF8))


def _whole(name: str, stream: BinaryIO) -> RecordText | Unreadable:
    """Return the text of a file that holds one record."""
    try:
        data = stream.read(MAX_RECORD_BYTES + 1)
    except _BROKEN as fault:
        return unreadable(name, 1, why_broken(fault))
    if is_own_report(data[:HEAD_BYTES]):
        return unreadable(name, 1, _OWN)
    if len(data) > MAX_RECORD_BYTES:
        return unreadable(name, 1, _TOO_LONG)
    if data.startswith(_FOREIGN_MARKS):
        return unreadable(name, 1, _NOT_UTF8)
    data = data.removeprefix(BOM_UTF8)
    if not data.strip(_SPACE):
        return unreadable(name, 1, _NO_RECORD)
    return bounded_text(name, None, data)


def texts_of_lines(
    name: str, stream: BinaryIO, number: int = 1
) -> Iterator[RecordText | Unreadable]:
    """Yield the text of each line but the blank ones; what is read is bounded, and kept.

    `number` is that of the stream's next line; there are records in those before it.
    """
    none_found, last = number == 1, b""
    idle = _Idle()
    try:
        while data := stream.readline(MAX_RECORD_BYTES + 1):
            if number == 1 and data.startswith(_FOREIGN_MARKS):
                yield unreadable(name, number, _NOT_UTF8)
                return
            if len(data) > MAX_RECORD_BYTES and not data.endswith(b"\n"):
                yield unreadable(name, number, _TOO_LONG)
                none_found = False
                idle.drain(stream, data)
            else:
                text = (data.removeprefix(BOM_UTF8) if number == 1 else data).strip(_SPACE)
                if last == b"{" and text.startswith(b'"'):
                    yield unreadable(name, number, _SEVERAL_LINES)
                    return
                idle.line(text, data)
                if text:
                    yield bounded_text(name, number, text)
                    none_found, last = False, text
            if idle.told:
                yield unreadable(name, number, idle.told)
                return
            number += 1
    except _BROKEN as fault:
        yield unreadable(name, number, why_broken(fault))
        return
    if none_found:
        yield unreadable(name, None, _NO_RECORD)


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
        if not text:
            self._skip(len(data))
        elif len(text) < SHORTEST:
            self.short += 1
        else:
            self.short = 0
        if self.blank > MAX_BLANK_LINES:
            self.told = _BLANK
        elif self.short > MAX_SHORT_LINES:
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
    f"more than {MAX_SHORT_LINES:,} lines in a row that are too short for a record; what follows "
    "is not read: remove them, or export it again"
)
_SKIPPED = (
    f"more than {MAX_SKIPPED_BYTES // 2**20} MiB of blank lines, or of lines longer than any "
    "record; what follows is not read: export it again, a record a line"
)
_OWN = "a report that casecheck wrote, and no case record; give the records"
NOT_A_FILE = "not a regular file but a pipe, socket, device or the like; give a file"
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


def record_names() -> str:
    """Return how the name of a file of records may end, in words."""
    return f"{', '.join(_SUFFIXES[:-1])} or {_SUFFIXES[-1]}"


def unreadable(name: str, line: int | None, message: str) -> Unreadable:
    """Return an input that cannot be read, for one reason of the whole of it."""
    return Unreadable(name, line, (FieldError("", message),))


def why_broken(fault: Exception) -> str:
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
