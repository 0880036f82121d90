"""Finds one record: the only one of a file, or the one with a case id among files and folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from casecheck.intake.files import find_texts
from casecheck.intake.leftovers import leftover
from casecheck.intake.records import ReadRecord, read
from casecheck.intake.texts import RecordText
from casecheck.record.faults import CasecheckError, Unreadable

MOST_ENTRIES = 20_000
"""The most files and folders that are looked through where nobody named a folder."""


Read = ReadRecord | Unreadable


class SeveralRecords(CasecheckError):  # noqa: N818 - says where
    """More than one record could be meant. `places` are files, and lines in files of many."""

    def __init__(self, case_id: str, places: Sequence[Read]) -> None:
        self.places = [(place.file, place.line) for place in places]
        where = " and ".join(
            file if line is None else f"{file} line {line}" for file, line in self.places
        )
        super().__init__(f"{case_id} stands in {where}" if case_id else f"records are in {where}")


class NoSuchRecord(CasecheckError):  # noqa: N818 - says which
    """There is no record with the case id that was asked for."""


class TooManyFiles(CasecheckError):  # noqa: N818 - asks for less
    """A folder that nobody named holds more than is looked through unasked."""


def find_case(case_id: str, paths: Sequence[str], stdin: BinaryIO) -> Read:
    """Return the record with a case id in files and folders, or why it cannot be read.

    Where no path is given, it is looked for in the working folder.

    Raises:
        NoSuchInput: where a path is not there.
        TooManyFiles: where no path is given, and the working folder is large.
        NoSuchRecord: where no record has the id, nor a text that cannot be read names it.
        SeveralRecords: where more than one does.
    """
    if not paths and not is_small_enough(Path()):
        raise TooManyFiles(f"more than {MOST_ENTRIES:,} files in the working folder: name a path")
    every = [*islice(_records_of(case_id, find_texts(paths or ["."], stdin)), 2)]
    if not every:
        raise NoSuchRecord(f"no record with the case id {case_id}")
    if len(every) > 1:
        raise SeveralRecords(case_id, every)
    return every[0]


def record_of_file(path: str, stdin: BinaryIO, case_id: str | None = None) -> Read:
    """Return the only record of a file, or the one with a case id, or why it cannot be read.

    Raises:
        NoSuchInput: where the file is not there.
        NoSuchRecord: where all of it can be read, and no record has the id.
        SeveralRecords: where more than one could be meant.
    """
    texts = find_texts([path], stdin)
    if case_id is None:
        first, *others = map(read, islice(texts, 2))
        if others:
            raise SeveralRecords("", [first, *others])
        return first
    own: ReadRecord | None = None
    unreadable: Unreadable | None = None
    for text in texts:
        record = read(text)
        if isinstance(record, Unreadable):
            unreadable = unreadable or record
        elif record.record.case_id == case_id:
            if own is not None:
                raise SeveralRecords(case_id, [own, record])
            own = record
    if own is not None:
        return own
    if unreadable is None:
        raise NoSuchRecord(f"no record with the case id {case_id}")
    return unreadable


def is_small_enough(folder: Path) -> bool:
    """Say whether a folder holds so little that it can be looked through without being asked."""
    waiting, seen = [folder], 0
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    seen += 1
                    if seen > MOST_ENTRIES:
                        return False
                    is_folder = entry.is_dir(follow_symlinks=False)
                    if is_folder and leftover(entry.name, folder=True) is None:
                        waiting.append(Path(entry.path))
        except OSError:
            continue  # what cannot be looked into holds nothing that can be explained
    return True


def _records_of(case_id: str, texts: Iterable[RecordText | Unreadable]) -> Iterator[Read]:
    """Yield each record with this case id, and each text that names it and cannot be read.

    Other texts are not parsed: only one that holds the id can be its record.
    """
    named = f'"{case_id}"'.encode()
    for text in texts:
        if isinstance(text, Unreadable) or named not in text.data:
            continue
        record = read(text)
        if isinstance(record, Unreadable) or record.record.case_id == case_id:
            yield record
