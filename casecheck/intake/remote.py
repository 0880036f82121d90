"""Files with a record a line that lie elsewhere than on this machine, named by a URL.

fsspec (the extra `dask`) reads them: `s3://bucket/records/`, `abfs://`, `gs://`, `hdfs://` and so
on, each by a package of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, BinaryIO

from casecheck.intake.leftovers import leftover
from casecheck.record.faults import CasecheckError

_A_LINE = (".jsonl", ".ndjson")


class NotReached(CasecheckError):  # noqa: N818 - says what to do
    """What a URL names cannot be reached; the message says why, and what to do."""


def is_remote(path: str) -> bool:
    """Say whether a path is a URL."""
    return "://" in path


def find_remote(urls: Sequence[str]) -> Iterator[str]:
    """Yield the files that URLs name, and those of the folders that they name, sorted by URL.

    Raises:
        NotReached: where one is not there or cannot be reached, or is no file of a record a line.
    """
    found: set[str] = set()
    for url in urls:
        files, name = _reached(url)
        try:
            below = files.find(name) if files.isdir(name) else [name] * files.exists(name)
        except Exception as error:  # each kind of storage has errors of its own
            raise NotReached(_not_reached(url, error)) from None
        ours = [one for one in below if one.endswith(_A_LINE) and not leftover(_last(one))]
        if not ours:
            raise NotReached(
                f"{url}: not there, or no file with a record a line, whose name ends in"
                f" {' or '.join(_A_LINE)}"
            )
        found.update(files.unstrip_protocol(one) for one in ours)
    yield from sorted(found)


def open_remote(url: str) -> AbstractContextManager[BinaryIO]:
    """Open what a URL names, to be read from any place on.

    Raises OSError where it cannot be.
    """
    files, name = _reached(url)
    opened: AbstractContextManager[BinaryIO] = files.open(name, "rb")
    return opened


def _reached(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - of an extra
    except ImportError:
        raise NotReached(f"{url}: to read from there, install casecheck[dask]") from None
    try:
        files, name = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise NotReached(f"{url}: {error}") from None
    return files, name


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _not_reached(url: str, error: Exception) -> str:
    return f"{url} cannot be reached ({type(error).__name__}): look at its name and your access"
