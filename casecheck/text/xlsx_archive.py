"""Opens the archive that a workbook is, and gives its parts piece by piece, within bounds.

Whatever a file says of its sizes, no more is unpacked than `MAX_UNPACKED`, and only what is asked
for. A part is found by what the format says of it (content types and relationships), not by name.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

MAX_BYTES = 32 << 20
"""How large a file may be."""
MAX_UNPACKED = 128 << 20
"""Bytes of all parts, and of all that is unpacked."""
MAX_PARTS = 500
CHUNK = 1 << 16
_MAX_READ = 1 << 20
"""Bytes that are read of the file at once; a longer list of its parts is that of no workbook."""
_ENTRY = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_KINDS = (
    (b"\xd0\xcf\x11\xe0", "is an old .xls or has a password: save it as .xlsx, without a password"),
    (b"%PDF", "is a PDF, which cannot be read: name the workbook, or the CSV file"),
)
BROKEN = (
    zipfile.BadZipFile,  # what holds no list of parts, or a part that is not as its sum says
    zlib.error,  # a part that cannot be unpacked
    EOFError,  # one that is cut short
    RuntimeError,  # one with a password; or packed in a way that Python lacks (a subclass of it)
    ValueError,  # an offset before the file's beginning; a name that is not UTF-8 as it says
)
"""What `zipfile` raises of a damaged or foreign archive: whatever it is, it is no workbook."""
NO_WORKBOOK = "is no .xlsx workbook: save it as .xlsx, without a password"
_BOMB = "unpacks to more than any that is read"
DAMAGED = "is no workbook that can be read: save it anew as .xlsx"


class Unusable(Exception):  # noqa: N818 - says why
    """A file cannot be read; the message says why, after the file's name."""


class Archive:
    """The parts of a workbook. Names are compared without regard to case, as the format says."""

    def __init__(self, content: bytes) -> None:
        if len(content) > MAX_BYTES:
            raise Unusable(f"is larger than any that is read ({MAX_BYTES >> 20} MiB)")
        for begins, message in _KINDS:
            if content.startswith(begins):
                raise Unusable(message)
        # Each part has such an entry in the list of them, which would be read as a whole.
        if content.count(_ENTRY) > MAX_PARTS:
            raise Unusable(_BOMB)
        try:
            self._zip = zipfile.ZipFile(_Sparing(content))
        except BROKEN:
            raise Unusable(NO_WORKBOOK) from None
        self._parts: dict[str, zipfile.ZipInfo] = {}
        self._left = MAX_UNPACKED
        for info in self._zip.infolist():
            self._enter(info)
        if sum(info.file_size for info in self._parts.values()) > MAX_UNPACKED:
            raise Unusable(_BOMB)

    def _enter(self, info: zipfile.ZipInfo) -> None:
        if info.is_dir():
            return
        name = _folded(info.filename)
        if name in self._parts:
            raise Unusable("holds a part twice, which no spreadsheet writes: it is not read")
        self._parts[name] = info

    def names(self) -> list[str]:
        """Return the names of all parts, case folded."""
        return list(self._parts)

    def has(self, name: str) -> bool:
        """Say whether there is such a part."""
        return _folded(name) in self._parts

    def chunks(self, name: str, *, counted: bool = True) -> Iterator[bytes]:
        """Yield what a part holds, piece by piece; `counted` among what is unpacked of the file.

        Raises:
            Unusable: where it is damaged, is not there, or is more than a workbook holds.
        """
        info = self._parts.get(_folded(name))
        if info is None or info.compress_type not in _METHODS:
            raise Unusable(DAMAGED)
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(CHUNK):
                    self._left -= len(chunk) * counted
                    if self._left < 0:
                        raise Unusable(_BOMB)
                    yield chunk
        except BROKEN:
            raise Unusable(NO_WORKBOOK) from None


class _Sparing(io.BytesIO):
    """A file of which not much is read at once: a list of parts may be as long as the file."""

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(_MAX_READ + 1 if size is None or size < 0 else min(size, _MAX_READ + 1))
        if len(data) > _MAX_READ:
            raise zipfile.BadZipFile
        return data


def target_of(source: str, target: str) -> str:
    """Return the name of the part that a relationship of another part points to."""
    folder = posixpath.dirname(source)
    return posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")


def relationships_of(part: str) -> str:
    """Return the name of the part that holds a part's relationships."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()
