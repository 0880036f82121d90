"""Sorts more text than memory should hold, in a temporary file that has no name.

What it holds speaks of families: it lies where the output will lie, on the same disk and in the
same folder, and not in the system's temporary folder. Where the output has no folder (standard
output), it stays in memory, and what is too much for that goes into a file without a name in a
folder that is this user's alone.
"""

from __future__ import annotations

import errno
import heapq
import os
import struct
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from io import FileIO
from pathlib import Path

IN_MEMORY = 4 << 20
"""Bytes of text held in memory before they are written: few enough to be small."""
READ_AT_ONCE = 16 << 20
"""Bytes read ahead while sorted runs are put together, shared among the runs."""
_BLOCK = 1 << 20
_LEAST_READ = 4 << 10
_OVERHEAD = 100
"""Bytes that each entry takes in memory besides its text, roughly: many are short."""
_LENGTHS = struct.Struct("<II")
_folder: ContextVar[Path | None] = ContextVar("spool folder", default=None)


@contextmanager
def spools_in(folder: Path) -> Iterator[None]:
    """Let the spools that are made within the context lie in a folder, beside the output."""
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


def beside_output() -> Path | None:
    """Return the folder that `spools_in` names, for what else must lie there; None for none."""
    return _folder.get()


def sort_key(*parts: str | int) -> bytes:
    """Join a key's parts so that keys compare byte by byte as the tuples of parts would.

    Strings compare by code point and hold no NUL; whole numbers are not negative and have at
    most twelve digits. Parts at one place are of one type in all keys.
    """
    return b"\x00".join(
        part.encode("utf-8", "surrogatepass") if isinstance(part, str) else b"%012d" % part
        for part in parts
    )


class Spool:
    """Texts by part and key, given back in the order of their keys.

    Memory stays bounded however many there are: some megabytes at a time are sorted and written,
    and put together when they are read. `folder`: where the file is to lie, else as `spools_in`
    says.

    Raises OSError when the temporary file cannot be written.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._in = folder or _folder.get()
        self._waiting: dict[str, list[tuple[bytes, bytes]]] = {}
        self._held = 0
        self._runs: dict[str, list[tuple[int, int]]] = {}
        """Of each part the sorted runs in the file: where each begins and ends."""
        self._file: FileIO | None = None
        self._end = 0
        self._closed = False

    def add(self, part: str, key: bytes, text: str) -> None:
        """Keep one text, which holds no lone surrogate."""
        content = text.encode()
        self._waiting.setdefault(part, []).append((key, content))
        self._held += len(key) + len(content) + _OVERHEAD
        if self._held >= IN_MEMORY:
            self._write()

    def sorted(self, part: str) -> Iterator[str]:
        """Yield the texts of one part by key, and by text where keys are equal."""
        return map(bytes.decode, self.contents(part))

    def contents(self, part: str) -> Iterator[bytes]:
        """Yield the same as UTF-8, for whoever writes it as such."""
        if self._closed:
            raise self._failed(OSError(errno.EBADF, "it is closed"))
        waiting = self._waiting.get(part, [])
        waiting.sort()
        runs = self._runs.get(part, [])
        ahead = max(_LEAST_READ, READ_AT_ONCE // max(len(runs), 1))
        read = [self._read(start, end, ahead) for start, end in runs]
        for _, content in heapq.merge(waiting, *read):
            yield content

    def close(self) -> None:
        """Let go of what is kept, in memory and on the disk."""
        self._closed = True
        self._waiting.clear()
        if self._file is not None:
            self._file.close()

    def _write(self) -> None:
        """Sort what is held in memory, and write it after what is in the file."""
        try:
            if self._file is None:
                self._file = _nameless(self._in)
                # Also an audit that ends early, by Ctrl-C or a closed pipe, lets go of the file.
                weakref.finalize(self, self._file.close)
            for part, entries in self._waiting.items():
                entries.sort()
                start = self._end
                block = bytearray()
                for key, content in entries:
                    block += _LENGTHS.pack(len(key), len(content)) + key + content
                    if len(block) >= _BLOCK:
                        self._append(block)
                self._append(block)
                self._runs.setdefault(part, []).append((start, self._end))
        except OSError as error:
            raise self._failed(error) from error
        self._waiting.clear()
        self._held = 0

    def _append(self, block: bytearray) -> None:
        """Write a block at the file's end, and empty it."""
        assert self._file is not None
        while block:  # a disk that is nearly full may take less than it was given
            written = self._file.write(block) or 0
            self._end += written
            del block[:written]

    def _read(self, start: int, end: int, ahead: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield the entries of a sorted run, some read ahead."""
        held, at = b"", 0  # what was read, and how far it has been given back
        while at < len(held) or start < end:
            need = _LENGTHS.size
            if len(held) - at >= need:
                key, content = _LENGTHS.unpack_from(held, at)
                need += key + content
                if len(held) - at >= need:
                    text = at + _LENGTHS.size + key
                    yield held[at + _LENGTHS.size : text], held[text : at + need]
                    at += need
                    continue
            more = self._read_at(start, min(max(ahead, need), end - start))
            held, at, start = held[at:] + more, 0, start + len(more)

    def _read_at(self, at: int, size: int) -> bytes:
        assert self._file is not None
        try:
            found = os.pread(self._file.fileno(), size, at)
        except (OSError, ValueError) as error:
            raise self._failed(error) from error
        if not found:
            raise self._failed(OSError(errno.EIO, "it is shorter than what was written to it"))
        return found

    def _failed(self, error: OSError | ValueError) -> OSError:
        number = getattr(error, "errno", None) or errno.EIO
        why = getattr(error, "strerror", None) or os.strerror(number)
        cure = "or write the report to another folder"
        if self._in is None:
            cure = "or name another folder in TMPDIR"
        where = "beside the output" if self._in else "of temporary files"
        message = f"the report's temporary file {where} cannot be written or read ({why}): free"
        return OSError(number, f"{message} some space, {cure}")


def _nameless(folder: Path | None) -> FileIO:
    """Open a file that only this process can read: it has no name, or has lost it at once."""
    if folder is not None:
        return _unbuffered(folder)
    own = Path(tempfile.mkdtemp(prefix="casecheck-"))  # which nobody else may enter
    try:
        return _unbuffered(own)
    finally:
        with suppress(OSError):
            own.rmdir()


def _unbuffered(folder: Path) -> FileIO:
    """Open such a file; what could not be written waits nowhere to be tried again."""
    file = tempfile.TemporaryFile(  # noqa: SIM115 - it outlives this function
        dir=folder, prefix=".casecheck-", buffering=0
    )
    assert isinstance(file, FileIO)
    return file
