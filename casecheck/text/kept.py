"""Keep on disk what takes long to work out, by the digest of all that it was worked out of.

Only speed hangs on it: what is not kept, or cannot be read, is worked out anew. It is kept in a
folder of the user's own (`folder`), for which nobody else may have the right to write: reading it
back can run code, as Python's own compiled files can.
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import re
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar, overload

import casecheck
from casecheck.text.whole_file import UnfitTarget, make_folder, whole_file

VARIABLE = "CASECHECK_CACHE"
"""The environment's variable that names another folder, or is `off`."""
MOST_FILES = 192
"""So many files are kept: those that were made last."""
_DIGEST_BYTES = 32
_NAME = re.compile(r"[a-z]+-[0-9a-f]{64}", re.ASCII)
Made = TypeVar("Made")
Item = TypeVar("Item")


def folder() -> Path | None:
    """Return the folder where things are kept; None where nothing is to be kept."""
    named = os.environ.get(VARIABLE)
    if named:
        return None if named == "off" else Path(named)
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "casecheck"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "casecheck"


def kept(what: str, made_of: str, make: Callable[[], Made]) -> Made:
    """Return what `make` returns: from the disk, if it was made of the same before.

    `made_of` is all that it depends on beside casecheck and Python; `what` begins the file's name.
    """
    where = folder()
    if where is None:
        return make()
    key = hashlib.sha256(f"{program()}\n{what}\n{made_of}".encode(errors="surrogatepass"))
    file = where / f"{what}-{key.hexdigest()}"
    with _no_collecting():
        try:
            made: Made = _read(file, key.digest())
        except Exception:  # whatever is wrong with the file: it only saves time
            made = make()
            with suppress(OSError, UnfitTarget, MemoryError, RecursionError, pickle.PicklingError):
                _write(file, key.digest(), made)
    return made


class Later(Sequence[Item]):
    """A sequence that is read back from the disk only when it is looked at.

    For what is large, and what most who ask for the rest do not need.
    """

    def __init__(self, items: Sequence[Item] = (), kept_as: bytes | None = None) -> None:
        self._items = items
        self._kept_as = kept_as

    def _all(self) -> Sequence[Item]:
        if self._kept_as is not None:
            with _no_collecting():
                # Of a file of the user's own, as was checked when it was read.
                self._items = pickle.loads(self._kept_as)  # noqa: S301
            self._kept_as = None
        return self._items

    @overload
    def __getitem__(self, at: int) -> Item: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...

    def __getitem__(self, at: int | slice) -> Item | Sequence[Item]:
        return self._all()[at]

    def __len__(self) -> int:
        return len(self._all())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return Later, ((), self._kept_as or _pickled(tuple(self._items)))


class _Pickler(pickle.Pickler):
    """Has values of dataclasses made again by their `__init__`.

    What `dataclasses` does itself, where they have slots, takes three times as long to read.
    """

    def reducer_override(self, value: Any) -> Any:
        names = _set_by_place(value.__class__)
        if not names:
            return NotImplemented
        return type(value), tuple([getattr(value, name) for name in names])


@cache
def _set_by_place(of: type[object]) -> tuple[str, ...]:
    """Return the fields, where `__init__` takes each by its place and does nothing but to set it.

    () for any other class.
    """
    if not is_dataclass(of) or hasattr(of, "__post_init__"):
        return ()
    if any(one.kw_only or not one.init for one in fields(of)):
        return ()
    return tuple(one.name for one in fields(of))


def _pickled(value: object) -> bytes:
    out = BytesIO()
    _Pickler(out, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return out.getvalue()


@cache
def program() -> str:
    """Return what stands for casecheck and Python: their versions, and when each module changed."""
    package = Path(casecheck.__file__).parent
    return "\n".join([casecheck.__version__, sys.version, *sorted(_modules(str(package)))])


def _modules(folder: str) -> Iterator[str]:
    """Yield each module of a folder, and each file of data, with its size and when it changed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _modules(entry.path)
            elif not entry.name.endswith(".pyc"):
                there = entry.stat()
                yield f"{entry.path} {there.st_size} {there.st_mtime_ns}"


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Leave garbage for later: hundreds of thousands of new values would be gone through often."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read(file: Path, key: bytes) -> Any:
    content = _content(file)
    payload = memoryview(content)[_DIGEST_BYTES:]
    if hashlib.sha256(key + payload).digest() != content[:_DIGEST_BYTES]:
        raise ValueError
    return pickle.loads(payload)  # noqa: S301 - the user's own, as is checked above


def _content(file: Path) -> bytes:
    """Return what is in a file: what is looked at is what was opened, and never a link's target.

    To look at a path and to open it then would leave time to put another in its place.
    """
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _refuse_strange(os.fstat(folder))
        how = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        handle = os.open(file.name, how, dir_fd=folder)
    finally:
        os.close(folder)
    with os.fdopen(handle, "rb") as opened:
        there = os.fstat(handle)
        _refuse_strange(there)
        if not stat.S_ISREG(there.st_mode):
            raise PermissionError
        return opened.read()


def _refuse_strange(there: os.stat_result) -> None:
    """Raise `PermissionError` where another user made this, or may change it."""
    if there.st_uid != os.geteuid() or there.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError


def _write(file: Path, key: bytes, made: object) -> None:
    payload = _pickled(made)
    make_folder(file.parent)
    _refuse_strange(file.parent.stat())
    with whole_file(file) as out:
        out.write(hashlib.sha256(key + payload).digest())
        out.write(payload)
    ours = (each for each in file.parent.iterdir() if _NAME.fullmatch(each.name))
    by_age = sorted((each.stat().st_mtime_ns, each) for each in ours)
    for _, old in by_age[:-MOST_FILES]:
        old.unlink(missing_ok=True)
