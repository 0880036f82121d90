"""The key of the pseudonyms: makes it, and reads it back from a file that its owner alone may read.

The file is text, so that it can be printed and kept in a safe: a first line with its version, the
key in base 32, and a check sum that tells a slip of the pen from a key. No message repeats it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from casecheck.text.regular_file import NoFile, open_file
from casecheck.text.whole_file import FILE_RIGHTS, WRONG_PLACE, write_files

KEY_BYTES = 32
_NAME, _VERSION = "casecheck key", 1
_HEADING = f"{_NAME} {_VERSION}"
_REMARK = "# Who holds this key can tell whose case is whose. Keep it apart from the records."
_LONGEST = 4096
"""Bytes of a key file: none of ours has as many."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SUM_CHARACTERS = 16


class KeyFileError(ValueError):
    """A file cannot be used as a key file, or none be made there; the message says why."""


@dataclass(frozen=True, slots=True)
class Key:
    """The key of the pseudonyms; it never shows itself.

    Raises:
        ValueError: where `secret` is not of `KEY_BYTES` bytes.
    """

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")

    @property
    def mark(self) -> str:
        """Some letters by which two key files are known to hold the same key; no secret."""
        made = hmac.digest(self.secret, b"casecheck mark 1", hashlib.sha256)
        return base64.b32encode(made[:5]).decode()


def new_key(path: Path) -> Key:
    """Make a key, and write it to a new file that its owner alone may read; return it.

    The file is there whole, on the disk, or not at all, and no other is ever replaced.

    Raises:
        KeyFileError: where something is there already, where there can be no such file, or where
            the disk does not keep others from reading it.
        OSError: where it cannot be written.
    """
    if path.name in {"", ".."} or "\0" in path.name or not path.parent.is_dir():
        raise KeyFileError(f"{path}: there is no such folder: name a file in one that is there")
    key = Key(secrets.token_bytes(KEY_BYTES))
    try:
        write_files(path.parent, {path.name: _text(key)})
    except FileExistsError:
        message = "is there already, and no key is written over another file: name a new one"
        raise KeyFileError(f"{path}: {message}") from None
    except OSError as error:
        if error.errno not in WRONG_PLACE:
            raise
        raise KeyFileError(f"{path}: {error.strerror}: name another place") from None
    try:
        return read_key(path)
    except KeyFileError:
        # Such as on a stick or a share whose file system knows no owner.
        path.unlink(missing_ok=True)
        message = "others could read a file there, whatever its rights: name one on a disk of"
        raise KeyFileError(f"{path}: {message} this machine; no key was left there") from None


def read_key(path: Path) -> Key:
    """Return the key of a file.

    Raises:
        KeyFileError: where it is no file of its own (a link, a pipe, a device), not the user's, one
            that others may read, damaged, or of another version.
        OSError: where it cannot be read.
    """
    if path.is_symlink():
        message = "is a link to a file elsewhere, whose rights may be others"
        raise KeyFileError(f"{path} {message}: name the key file itself")
    try:
        with open_file(path) as file:
            _refuse_readable(path, os.fstat(file.fileno()))
            content = file.read(_LONGEST + 1)
    except NoFile as error:
        raise KeyFileError(f"{path} {error}") from None
    except FileNotFoundError:
        made = f"`casecheck key new {path}` makes one"
        raise KeyFileError(f"there is no key file {path}: {made}") from None
    except PermissionError:
        message = "you may not read it: ask its owner, who is to hold the key"
        raise KeyFileError(f"{path}: {message}") from None
    return _key_of(path, content)


def _refuse_readable(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid():
        message = "belongs to another user of this machine"
        raise KeyFileError(f"{path} {message}: make a copy of your own")
    if stat.S_IMODE(status.st_mode) & _OTHERS:
        message = f"others may read or change {path}, so it keeps no secret"
        cure = f"chmod {FILE_RIGHTS:o} {path}, if nobody can have read it yet, or make a new key"
        raise KeyFileError(f"{message}: {cure}")


def _text(key: Key) -> str:
    written = base64.b32encode(key.secret).decode().rstrip("=")
    groups = " ".join(written[at : at + 4] for at in range(0, len(written), 4))
    return f"{_HEADING}\n{_REMARK}\n{groups}\nsum {_sum(key)}\n"


def _sum(key: Key) -> str:
    """Return a check sum: of 256 random bits it gives nothing away."""
    return hashlib.sha256(f"{_HEADING}\n".encode() + key.secret).hexdigest()[:_SUM_CHARACTERS]


def _key_of(path: Path, content: bytes) -> Key:
    lines = [
        text
        for line in content.decode("utf-8", errors="replace").removeprefix("\ufeff").splitlines()
        if (text := " ".join(line.split())) and not text.startswith("#")
    ]
    if not lines or not lines[0].startswith(f"{_NAME} ") or len(content) > _LONGEST:
        message = "is no key file of casecheck"
        raise KeyFileError(f"{path} {message}: name the one that `casecheck key new` made")
    if lines[0] != _HEADING:
        message = "is a key file of another version of casecheck"
        raise KeyFileError(f"{path} {message}: this one reads version {_VERSION}")
    key = _decoded(lines[1]) if len(lines) == 3 else None
    if key is None or lines[2] != f"sum {_sum(key)}":
        message = "is damaged: its check sum is not that of its key"
        raise KeyFileError(f"{path} {message}; put back a copy")
    return key


def _decoded(line: str) -> Key | None:
    text = line.replace(" ", "").upper()
    try:
        return Key(base64.b32decode(text + "=" * (-len(text) % 8)))
    except (binascii.Error, ValueError):
        return None
