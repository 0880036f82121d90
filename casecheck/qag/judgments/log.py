"""The judgment log: it only grows, and each entry holds the hash of the one before it.

An entry's hash is the SHA-256 of its other fields as canonical JSON, the hash of the entry before
among them. So no entry can be changed, left out, put in or moved without its hash, or that of a
later one, coming out otherwise. What a chain cannot show is that entries at its very end are gone:
for this an exported log ends with a line that counts them, and `judge` prints the last hash.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import count
from operator import attrgetter
from typing import Any, BinaryIO, NamedTuple

from casecheck.qag.store.rows import NO_ENTRY, Entry

HEADING = {"log": "casecheck judgments 1"}
"""The first line of an exported log."""
LONGEST_LINE = 1 << 20
"""Bytes of a line of an exported log: no entry has as many."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where a log is not whole: the entry's number, and what is wrong with it."""

    number: int
    why: str

    def __str__(self) -> str:
        return f"entry {self.number}: {self.why}"


class CheckedLog(NamedTuple):
    """The entries of a log up to the first that is `broken`; all of them where none is."""

    entries: list[Entry]
    broken: Broken | None = None


def hash_of(entry: Entry) -> str:
    """Return the hash that an entry must have."""
    return hashlib.sha256(_line(_content(entry)).encode()).hexdigest()


def chained(last: Entry | None, drafts: Iterable[Entry]) -> list[Entry]:
    """Return entries with numbers and hashes that follow the last one of the log."""
    number, previous = (last.number, last.hash) if last else (0, NO_ENTRY)
    entries: list[Entry] = []
    for draft in drafts:
        number += 1
        entry = replace(draft, number=number, previous=previous)
        entries.append(replace(entry, hash=hash_of(entry)))
        previous = entries[-1].hash
    return entries


def first_broken(entries: Iterable[Entry], end: tuple[int, str] | None = None) -> Broken | None:
    """Return the first entry that does not fit the log, or None where all do.

    `end`: how many there must be, and the hash of the last, where that is known (`log_end`).
    """
    previous = NO_ENTRY
    number = 0
    for number, entry in enumerate(entries, 1):
        if entry.number != number:
            return Broken(number, f"is missing: entry {entry.number} stands in its place")
        if entry.previous != previous:
            return Broken(number, "does not follow the entry before it")
        if entry.hash != hash_of(entry):
            return Broken(number, "was changed: its hash is not that of what it says")
        previous = entry.hash
    if end is not None and end != (number, previous):
        if end[0] > number:
            return Broken(number + 1, f"is gone: {end[0]} were saved, and the log ends before it")
        return Broken(max(number, 1), "is not the last that was saved: another program wrote there")
    return None


def exported(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield the lines of an exported log: a heading, the entries, and how many there are."""
    yield _line(HEADING)
    for entry in entries:
        yield _line(_values_of(entry))
    yield _line(_closing(entries))


def verify_export(log: bytes) -> CheckedLog:
    """Return the entries of an exported log up to the first that is not as it was written."""
    return verify_lines(io.BytesIO(log))


def verify_lines(log: BinaryIO) -> CheckedLog:
    """Return the entries of an exported log up to the first that is not as it was written.

    Every byte counts: each line must be as this program writes what it says. The line after the
    last entry, and the heading, are told by the number that an entry in their place would have.
    No more is read than up to the first that is wrong, and no more of a line than an entry has.
    """
    if log.readline(LONGEST_LINE) != _line(HEADING).encode() + b"\n":
        return CheckedLog([], Broken(0, "the heading is not that of an exported judgment log"))
    entries: list[Entry] = []
    previous = NO_ENTRY
    for number in count(1):
        read = log.readline(LONGEST_LINE)
        line = read.removesuffix(b"\n")
        if line == _line(_closing(entries)).encode():
            if read == line:
                return CheckedLog(entries, Broken(number, "is missing, and so is the log's end"))
            if log.read(1) != b"":
                return CheckedLog(entries, Broken(number, "more follows after the log's end"))
            return CheckedLog(entries)
        entry = _read(line)
        if entry is None:
            why = "is not as it was written" if line else "is missing, and so is the log's end"
            return CheckedLog(entries, Broken(number, why))
        if (entry.number, entry.previous, entry.hash) != (number, previous, hash_of(entry)):
            why = "was changed, or does not follow the entry before it"
            return CheckedLog(entries, Broken(number, why))
        previous = entry.hash
        entries.append(entry)
    raise AssertionError  # the end of what can be read is no entry


def _read(line: bytes) -> Entry | None:
    """Return the entry that a line holds, or None where it is not exactly as one is written."""
    try:
        entry = Entry(**json.loads(line))
    except (ValueError, TypeError, RecursionError):
        return None
    return entry if _line(_values_of(entry)).encode() == line else None


def _closing(entries: Sequence[Entry]) -> dict[str, Any]:
    return {"entries": len(entries), "last": entries[-1].hash if entries else NO_ENTRY}


_FIELDS = tuple(field.name for field in fields(Entry))
_VALUES = attrgetter(*_FIELDS)


def _values_of(entry: Entry) -> dict[str, Any]:
    return dict(zip(_FIELDS, _VALUES(entry), strict=True))


def _content(entry: Entry) -> dict[str, Any]:
    content = _values_of(entry)
    del content["hash"]
    return content


def _line(content: dict[str, Any]) -> str:
    # `repr`: what another program put there instead of text, which then has another hash.
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=repr)
