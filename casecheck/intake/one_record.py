"""Finds the records with one case id among files and folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from casecheck.audit.auditor import ReadRecord
from casecheck.intake.leftovers import leftover
from casecheck.intake.record_texts import RecordText, parse
from casecheck.record.faults import Unreadable

MOST_ENTRIES = 20_000
"""The most files and folders that are looked through where nobody named a folder."""


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


def records_of(
    case_id: str, texts: Iterable[RecordText | Unreadable]
) -> Iterator[ReadRecord | Unreadable]:
    """Yield each record with this case id, and each text that names it and cannot be read.

    Other texts are not parsed: only one that holds the id can be its record.
    """
    named = f'"{case_id}"'.encode()
    for text in texts:
        if isinstance(text, Unreadable) or named not in text.data:
            continue
        record = parse(text)
        if isinstance(record, Unreadable):
            yield record
        elif record.case_id == case_id:
            yield ReadRecord(record, text.file, text.line)
