"""Opens what a person names as a file, and refuses what is none without waiting for it.

To open a pipe may wait for ever, to read a device may have no end.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

_KINDS = (
    (stat.S_ISDIR, "a folder: name the files in it"),
    (stat.S_ISFIFO, "a pipe: save what comes out of it in a file, and name that"),
    (stat.S_ISSOCK, "a socket, and no file"),
    (stat.S_ISCHR, "a device, and no file"),
    (stat.S_ISBLK, "a device, and no file"),
)


class NoFile(Exception):  # noqa: N818 - says what it is
    """Something is no file; the message says what it is, after its name."""


def open_file(path: Path) -> BinaryIO:
    """Open a file to read its bytes.

    Raises:
        NoFile: where it is something else, or there can be no such name.
        OSError: where it cannot be opened.
    """
    try:
        kind = path.stat().st_mode
    except ValueError:  # a NUL in the name
        raise NoFile("is no name that a file could have") from None
    _refuse(kind)
    # It may be another by now: whatever it is, this does not wait.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _refuse(os.fstat(handle).st_mode)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_file(path: Path, most: int) -> bytes:
    """Return what is in a file of so many bytes at most.

    Raises:
        NoFile: where it is something else, or there can be no such name, or it is larger.
        OSError: where it cannot be read.
    """
    with open_file(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise NoFile(f"has more than {most:,} bytes")
    return content


def _refuse(mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    raise NoFile(f"is {next((what for kind, what in _KINDS if kind(mode)), 'no file')}")
