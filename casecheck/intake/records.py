"""Makes a text that was read the record that it holds, and keeps where it stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from casecheck.intake.texts import RecordText
from casecheck.intake.unread import Unread
from casecheck.record.faults import Unreadable
from casecheck.record.model import CaseRecord
from casecheck.record.validation import NotACaseRecord, read_record


class ReadRecord(NamedTuple):
    """A case record and where it was read: the file, and the line in a file of many.

    `digest` is the SHA-256 of its text, "" where the audit is not for the store.
    """

    record: CaseRecord
    file: str
    line: int | None
    digest: str = ""


def parse(text: RecordText, explained: bool = True) -> CaseRecord | Unreadable:
    """Return the record that the text holds, or what makes it unreadable, if that is asked.

    The line of an unreadable `.json` file is the one on which it stops being JSON, else its first.
    """
    try:
        return read_record(text.data, explained=explained)
    except NotACaseRecord as fault:
        return Unreadable(text.file, text.line or fault.line or 1, fault.errors)


def read(text: RecordText | Unreadable) -> ReadRecord | Unreadable:
    """Return the record of a text with its place, or what makes it unreadable."""
    record = text if isinstance(text, Unreadable) else parse(text)
    return record if isinstance(record, Unreadable) else ReadRecord(record, text.file, text.line)


def read_each(texts: Iterable[RecordText | Unreadable]) -> Iterator[ReadRecord | Unreadable]:
    """Yield the record of each text, or why it cannot be read, as far as that is told."""
    unread = Unread()

    def each() -> Iterator[ReadRecord | Unreadable]:
        for text in texts:
            if isinstance(text, Unreadable):
                yield text
                continue
            record = parse(text, not unread.is_full(text.file))
            if isinstance(record, Unreadable):
                yield record
            else:
                yield ReadRecord(record, text.file, text.line)

    return unread.limited(each())
