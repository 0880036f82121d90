"""Parts of a file with a record a line, told by their place: another process reads them itself.

Only what cannot be mistaken is told so: lines that begin and end as a record does, none of them
too short or too long for one. From the first other line on a file is read line by line, in order,
since what is said of such lines may hang on those before them.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from casecheck.intake.remote import is_remote, open_remote
from casecheck.intake.texts import (
    MAX_RECORD_BYTES,
    SHORTEST,
    RecordText,
    bounded_text,
    open_at_once,
    texts_of_lines,
    unreadable,
    why_broken,
)
from casecheck.record.faults import Unreadable

BLOCK_BYTES = 3 * 2**19
"""How much of a file is read, and handed to another process, at a time."""
_CHANGED = "was changed while it was read; audit it again when nothing writes to it"


class LineBlock(NamedTuple):
    """So many lines of a file, from the byte `start` on; `line` is the first one's number."""

    file: str
    line: int
    start: int
    size: int
    lines: int


def blocks_of_lines(name: str, stream: BinaryIO) -> Iterator[LineBlock | RecordText | Unreadable]:
    """Yield a file's blocks as long as each line is surely a record's, and then text by text.

    `stream` is a file that stands at its start, and can be put elsewhere.
    """
    line, start = 1, 0
    while size := _plain(stream, start):
        block = LineBlock(name, line, start, *size)
        yield block
        line, start = line + block.lines, start + block.size
    stream.seek(start)
    if line == 1 or stream.read(1):
        stream.seek(start)
        yield from texts_of_lines(name, stream, line)


def texts_of_block(block: LineBlock) -> Iterator[RecordText | Unreadable]:
    """Yield the texts of a block, which is read from its file."""
    try:
        with _opened(block.file) as file:
            file.seek(block.start)
            found = _lines(file.read(block.size))
    except OSError as fault:
        yield unreadable(block.file, block.line, why_broken(fault))
        return
    if len(found) != block.lines or not all(map(_is_plain, found)):
        yield unreadable(block.file, block.line, _CHANGED)
        return
    for number, line in enumerate(found, start=block.line):
        yield bounded_text(block.file, number, line.removesuffix(b"\r"))


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if is_remote(name):
        with open_remote(name) as stream:
            yield stream
        return
    with open(name, "rb", opener=open_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError
        yield file


def _plain(stream: BinaryIO, start: int) -> tuple[int, int] | None:
    """Return of how many bytes, and lines, the next block is; None at the end of what is plain."""
    try:
        stream.seek(start)
        data = stream.read(BLOCK_BYTES)
    except (OSError, io.UnsupportedOperation):
        return None  # which is told when it is read again
    if len(data) == BLOCK_BYTES:
        data = data[: data.rfind(b"\n") + 1]
    lines = _lines(data)
    return (len(data), len(lines)) if lines and all(map(_is_plain, lines)) else None


def _lines(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def _is_plain(line: bytes) -> bool:
    return (
        line.startswith(b"{")
        and line.endswith((b"}", b"}\r"))
        and SHORTEST < len(line) <= MAX_RECORD_BYTES
    )
