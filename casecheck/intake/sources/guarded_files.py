"""Looks through files for what looks like an identity: records, tables, workbooks and other texts.

Of each place it tells the file, the line, the JSON Pointer or the cell, and the kind. Names of
files, folders and fields are content too: they are looked at, and what looks so in them is masked.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from casecheck.intake.leftovers import leftover
from casecheck.intake.sources.guard import is_label, kinds_in, masked
from casecheck.text.regular_file import NoFile, open_file

STDIN = "-"
MAX_WHOLE = 64 << 20
"""Bytes of a file that is read as one: a JSON document, a workbook."""
MAX_LINE = 4 << 20
"""Bytes of a line that is looked at as one; a longer one is looked at in pieces."""
_OVERLAP = 256
"""Bytes by which two such pieces overlap: more than any identity takes."""
_CHUNK = 1 << 16
_SEPARATORS = ",;\t|"
_FIELD_NAME = re.compile(r"[a-z]+(_[a-z]+){0,4}", re.ASCII)


class Hit(NamedTuple):
    """What looks like an identity: where, and of which kind.

    `line` counts from 1, None where the file has none or the place says more; `place` is a JSON
    Pointer, a cell or a column, "" for the line as such.
    """

    file: str
    line: int | None
    place: str
    kind: str


class NotLookedAt(NamedTuple):
    """A file that could not be looked through, and why."""

    file: str
    why: str


Cell = tuple[str, int, int, str]
"""Where a cell stands (in words), its row and column from 0 on, and its text."""
Workbook = Callable[[bytes], Iterable[Cell]]
"""Yields the cells of a workbook; raises `NoWorkbook` where it is none that could be read."""


class NoWorkbook(Exception):  # noqa: N818 - says why
    """A workbook cannot be read; the message says why."""


Found = Iterator[Hit | NotLookedAt]


def look_through(paths: Sequence[str], stdin: BinaryIO, workbook: Workbook) -> Found:
    """Yield what looks like an identity in files and folders, and what could not be looked at.

    A path is a file, a folder with all folders in it, or "-" for standard input. What hides itself
    there, or is no file, is passed over unless it was named.
    """
    for path in paths:
        if path == STDIN:
            yield from _lines(STDIN, stdin, as_json=True)
            continue
        for kind in kinds_in(path):
            yield Hit(masked(path), None, "its name", kind)
        if Path(path).is_dir():
            yield from _folder(Path(path), workbook)
        else:
            yield from _file(Path(path), workbook)


def _folder(folder: Path, workbook: Workbook) -> Found:
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as fault:
        yield NotLookedAt(masked(str(folder)), _why(fault))
        return
    for entry in listed:
        is_folder = entry.is_dir(follow_symlinks=False)
        left = leftover(entry.name, folder=is_folder)
        if left is not None and left.hidden:
            continue
        for kind in kinds_in(entry.name):
            yield Hit(masked(entry.path), None, "its name", kind)
        if is_folder:
            yield from _folder(Path(entry.path), workbook)
        elif entry.is_dir():
            why = "a link to a folder, which is not followed: name the folder"
            yield NotLookedAt(masked(entry.path), why)
        else:
            yield from _file(Path(entry.path), workbook)


def _file(path: Path, workbook: Workbook) -> Found:
    name = masked(str(path))
    try:
        with open_file(path) as file:
            yield from _opened(name, _kind(path), file, workbook)
    except NoFile as fault:
        yield NotLookedAt(name, str(fault))
    except (OSError, EOFError, zlib.error) as fault:
        yield NotLookedAt(name, _why(fault))


def _kind(path: Path) -> str:
    return Path(path.name.lower().removesuffix(".gz")).suffix


def _opened(name: str, kind: str, file: BinaryIO, workbook: Workbook) -> Found:
    head = file.read(_CHUNK)
    file.seek(0)
    if head.startswith(b"\x1f\x8b"):
        file = cast(BinaryIO, gzip.GzipFile(fileobj=file))
        head = file.read(_CHUNK)
        file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        yield from _book(name, file, workbook)
        return
    encoding = _encoding(head)
    if encoding is None:
        yield NotLookedAt(name, _NO_TEXT)
    elif encoding != "utf-8":
        content = file.read(MAX_WHOLE + 1)
        text = content.decode(encoding, errors="replace")
        yield from _texts(name, text.splitlines())
        if len(content) > MAX_WHOLE:
            yield NotLookedAt(name, _TOO_LARGE)
    elif kind in (".json", ".sarif"):
        yield from _document(name, file)
    elif kind in (".jsonl", ".ndjson"):
        yield from _lines(name, file, as_json=True)
    elif kind in (".csv", ".tsv", ".tab"):
        yield from _table(name, file, head)
    else:
        yield from _lines(name, file)


def _encoding(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return None if b"\0" in head else "utf-8"


# JSON


def _document(name: str, file: BinaryIO) -> Found:
    content = file.read(MAX_WHOLE + 1)
    value = _read_json(content) if len(content) <= MAX_WHOLE else None
    with suppress(RecursionError):  # nested too deep: read line by line then
        if value is not None:
            yield from [Hit(name, None, at, kind) for at, kind in _in_json(value[0], "", "")]
            return
    file.seek(0)
    yield from _lines(name, file)


class _Object(list[tuple[str, Any]]):
    """A JSON object with every name that it gives, a repeated one as often as it is given."""


def _read_json(content: bytes) -> tuple[Any] | None:
    """Return the value of a text, all numbers as they are written; None where it is not JSON."""
    with suppress(ValueError, RecursionError):
        text = content.decode("utf-8-sig")
        return (json.loads(text, object_pairs_hook=_Object, parse_int=str, parse_float=str),)
    return None


def _in_json(value: Any, pointer: str, field: str) -> Iterator[tuple[str, str]]:
    """Yield the pointer and the kind of what looks so in a value, and in its fields' names."""
    if isinstance(value, _Object):
        for number, (name, each) in enumerate(value, 1):
            # A name that is not spelt as fields are may be a person's.
            at = f"{pointer}/{name if _FIELD_NAME.fullmatch(name) else f'(field {number})'}"
            for kind in kinds_in(name):
                yield f"{at} (its name)", kind
            yield from _in_json(each, at, name)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _in_json(each, f"{pointer}/{number}", field)
    elif isinstance(value, str):
        for kind in kinds_in(value, field):
            yield pointer, kind


# Tables


def _table(name: str, file: BinaryIO, head: bytes) -> Found:
    first = head.split(b"\n", 1)[0]
    separator = max(_SEPARATORS, key=lambda one: first.count(one.encode()))
    reader = csv.reader((text for _, text in _decoded(file)), delimiter=separator)
    before = csv.field_size_limit(MAX_LINE)
    try:
        cells = (
            (f"column {column + 1}", reader.line_num, column, text)
            for row in reader
            for column, text in enumerate(row)
        )
        for (place, line, _, _), kind in _in_cells(cells):
            yield Hit(name, line, place, kind)
    except csv.Error:
        file.seek(0)
        yield from _lines(name, file)
    finally:
        csv.field_size_limit(before)


def _book(name: str, file: BinaryIO, workbook: Workbook) -> Found:
    content = file.read(MAX_WHOLE + 1)
    if len(content) > MAX_WHOLE:
        yield NotLookedAt(name, _TOO_LARGE)
        return
    try:
        for (place, *_), kind in _in_cells(workbook(content)):
            yield Hit(name, None, place, kind)
    except NoWorkbook as fault:
        yield NotLookedAt(name, str(fault))


def _in_cells(cells: Iterable[Cell]) -> Iterator[tuple[Cell, str]]:
    """Yield the cells in which something looks so, with its kind.

    A cell stands under the head of its column, if any above names a kind, or beside one that does.
    """
    heads: dict[int, str] = {}
    row, beside = -1, ""
    for cell in cells:
        _, number, column, text = cell
        if number != row:
            row, beside = number, ""
        found = kinds_in(text, heads.get(column) or beside)
        yield from ((cell, kind) for kind in found)
        beside = ""
        if not found and is_label(text):
            heads[column] = beside = text


# Other texts


def _lines(name: str, file: BinaryIO, *, as_json: bool = False) -> Found:
    told: tuple[int, set[str]] = 0, set()
    for number, text in _decoded(file):
        if number != told[0]:
            told = number, set()
        value = _read_json(text.encode()) if as_json else None
        if value is not None:
            yield from (Hit(name, number, at, kind) for at, kind in _in_json(value[0], "", ""))
        else:
            for kind in kinds_in(text):
                if kind not in told[1]:  # what stands where two pieces of a line overlap
                    told[1].add(kind)
                    yield Hit(name, number, "", kind)


def _texts(name: str, lines: Iterable[str]) -> Found:
    for number, text in enumerate(lines, 1):
        yield from (Hit(name, number, "", kind) for kind in kinds_in(text))


def _decoded(file: BinaryIO) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers, in UTF-8 or the code page of Windows; long ones in pieces."""
    number, rest = 1, b""
    while data := file.readline(MAX_LINE):
        yield number, _decode(rest + data, first=number == 1)
        whole = data.endswith(b"\n")
        rest = b"" if whole else data[-_OVERLAP:]
        number += whole


def _decode(data: bytes, *, first: bool) -> str:
    try:
        return data.decode("utf-8-sig" if first else "utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


# What is said of what cannot be looked at

_NO_TEXT = (
    "no text, table or workbook: not looked at. Of a store, `casecheck judge --export FILE` writes"
    " the words"
)
_TOO_LARGE = f"larger than {MAX_WHOLE >> 20} MiB: what follows is not looked at"


def _why(fault: Exception) -> str:
    if isinstance(fault, OSError) and fault.strerror:
        return f"cannot be read: {fault.strerror}"
    return "a gzip file that is damaged or cut short"
