"""Writes files whole or not at all: into a part file beside the target, to the disk, then renamed.

Every file that a command leaves behind is written here. What speaks of families is for its owner
alone (files 0600, folders 0700); a file that is replaced keeps its rights, and never gets more.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

FILE_RIGHTS = 0o600
FOLDER_RIGHTS = 0o700
"""The rights of what speaks of families."""
_PREFIX, _SUFFIX = ".casecheck-", ".part"
_ACCESS_LIST = "system.posix_acl_access"
_CANNOT_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.ENOSYS, errno.EACCES, errno.EPERM}
"""How a system says that a folder has no state of its own to write out, or is not to be read."""
WRONG_PLACE = {
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR,
    errno.ENAMETOOLONG, errno.ELOOP, errno.EEXIST,
}  # fmt: skip
"""How the system says that nothing can be written there, whoever tries again: wrong usage."""
_CANNOT_LINK = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES}


class UnfitTarget(Exception):  # noqa: N818 - says why
    """There can be no file of this name: wrong usage; the message says why."""


def target_of(file: Path) -> Path:
    """Return the file to write or replace, where links lead to it.

    Raises:
        UnfitTarget: where that is no file in an existing folder.
    """
    try:
        target = file.resolve()
        there = os.path.lexists(file)
        right = target.parent.is_dir() and not target.is_symlink()
        right = right and (not there or target.is_file() or _leads_nowhere(file))
        _refuse_long(target)
    except (OSError, RuntimeError, ValueError):  # a link that leads to itself, a name too long
        right = False
    if not right and not file.parent.exists():
        raise UnfitTarget("there is no such folder: make it first (mkdir), or name another")
    if not right:
        message = "not a file in an existing folder, or a name that is too long"
        raise UnfitTarget(f"{message}; where it is a device or a pipe, use > instead")
    return target


def _leads_nowhere(file: Path) -> bool:
    """Tell whether this is a link to a file that is still to be made."""
    return file.is_symlink() and not file.exists()


def _refuse_long(target: Path) -> None:
    """Raise OSError for a name that the file system has no room for."""
    with suppress(FileNotFoundError):
        os.lstat(target)


@contextmanager
def whole_file(target: Path, *, private: bool = True) -> Iterator[BinaryIO]:
    """Yield a file to write; when the context ends, it is on the disk in the target's place.

    Whatever goes wrong, what stood there before still stands, and no part of the new is left. Not
    `private`: a new file has the rights that any other would have.

    Raises:
        UnfitTarget: where nothing may be written there.
        OSError: where it cannot be written; its `filename` is the target's.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=target.parent)
    except OSError as error:
        if error.errno in WRONG_PLACE:
            raise UnfitTarget(error.strerror or os.strerror(error.errno)) from error
        raise _of(error, target) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        _give_rights(part, target, private=private)
        part.replace(target)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename in {None, name}:
            raise _of(error, target) from error
        raise
    sync_folder(target.parent)


def write_files(
    folder: Path, files: Mapping[str, bytes | str], *, private: bool = True, replace: bool = False
) -> None:
    """Write several files into a folder, all or none; the folder is made if it is not there.

    Raises:
        FileExistsError: where one is there already, and may not be replaced.
        OSError: where they cannot be written; none of them is there then, but for those that were
            replaced before one that could not be.
    """
    make_folder(folder, private=private)
    placed: list[Path] = []
    whole = False
    with TemporaryDirectory(prefix=_PREFIX, dir=folder) as parts:  # which nobody else may enter
        for name, content in files.items():
            _write(Path(parts, name), content)
        for name in files:
            _sync(Path(parts, name))
        try:
            for name in files:
                part, target = Path(parts, name), folder / name
                part.chmod(FILE_RIGHTS)
                _give_rights(part, target, private=private)
                if replace:
                    part.replace(target)
                else:
                    place_new(part, target)
                    placed.append(target)
            sync_folder(folder)
            whole = True
        finally:
            for target in () if whole else placed:
                with suppress(OSError):
                    target.unlink()


def _write(part: Path, content: bytes | str) -> None:
    if isinstance(content, str):
        part.write_text(content, encoding="utf-8", newline="")
    else:
        part.write_bytes(content)


def _sync(part: Path) -> None:
    with part.open("rb") as written:
        os.fsync(written.fileno())


def place_new(part: Path, target: Path) -> None:
    """Give a file that was written its name, which no other file may have.

    Raises:
        FileExistsError: where another came to be there meanwhile.
    """
    try:
        # A link, unlike a renaming, never replaces what came to be there meanwhile.
        target.hardlink_to(part)
    except OSError as error:
        if error.errno not in _CANNOT_LINK:
            raise
        # On a disk without links: no two commands may do this within the same moment.
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        part.rename(target)


def make_folder(folder: Path, *, private: bool = True) -> list[Path]:
    """Make a folder and those above it that are not there; return those made, the highest first.

    Raises:
        OSError: where one cannot be made; then none is left.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()][::-1]
    made: list[Path] = []
    try:
        for one in missing:
            one.mkdir(FOLDER_RIGHTS if private else 0o777, exist_ok=True)
            made.append(one)
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
        for one in made:
            sync_folder(one.parent)
    except BaseException:
        for one in reversed(made):
            with suppress(OSError):
                one.rmdir()
        raise
    return made


def _give_rights(part: Path, target: Path, *, private: bool) -> None:
    """Give a part file, which is its owner's alone, the rights that it is to have.

    Those of the file that it replaces, whose owner chose them; where its group cannot be kept, the
    group gets none. A new one is its owner's alone, or `private` is not asked.
    """
    try:
        status = target.stat()
    except FileNotFoundError:
        if not private:
            part.chmod(0o666 & ~_umask())
        return
    rights = stat.S_IMODE(status.st_mode) & 0o777
    with suppress(PermissionError):
        os.chown(part, status.st_uid, status.st_gid)
    if part.stat().st_gid != status.st_gid:
        with suppress(PermissionError):
            os.chown(part, -1, status.st_gid)
    if part.stat().st_gid != status.st_gid or not _same_access_list(part, target):
        rights &= ~0o070  # else another group than the one that was chosen could read it
    part.chmod(rights)


def _same_access_list(part: Path, target: Path) -> bool:
    """Let a part file have the access list of its target, if it has one; tell whether it has.

    Where there is a list, the group's rights in a file's mode are the most that anybody in the
    list has: as the rights of the group they would be more than was given to it.
    """
    if not hasattr(os, "getxattr"):
        return True
    try:
        wanted = os.getxattr(target, _ACCESS_LIST)
    except OSError:
        with suppress(OSError):  # one that the folder gives to all that is made in it
            os.removexattr(part, _ACCESS_LIST)
        return True
    try:
        os.setxattr(part, _ACCESS_LIST, wanted)
    except OSError:
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Write a folder's names out to the disk: until then a new name may be lost with the power."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        if error.errno in _CANNOT_SYNC:
            return
        raise
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise _of(error, folder) from error
    finally:
        os.close(handle)


def _of(error: OSError, file: Path) -> OSError:
    """Return an error of the system that names the file that was to be written."""
    number = error.errno or errno.EIO
    return OSError(number, error.strerror or os.strerror(number), str(file))


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
