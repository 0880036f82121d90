"""The judgment log: it only grows, and each entry holds the hash of the one before it.

An entry's hash is the SHA-256 of its other fields as canonical JSON, the hash of the entry before
among them. A reason in an auditor's own words stands in it by its digest, the SHA-256 of a random
salt and the words: should they name somebody, both can be taken out, and the digest left in their
place, from which nobody can guess them. The chain still proves all else.

So no entry can be changed, left out, put in or moved without its hash, or that of a later one,
coming out otherwise. What a chain cannot show is that entries at its very end are gone: for this an
exported log ends with a line that counts them, and `judge` prints the last hash.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import count
from operator import attrgetter
from typing import Any, BinaryIO, NamedTuple

from casecheck.qag.store.rows import NO_ENTRY, Entry

HEADING = {"log": "casecheck judgments 1"}
"""The first line of an exported log."""
HEADING_WITH_SALT = {"log": "casecheck judgments 2"}
"""The same of a log with reasons in own words, which an older casecheck cannot read."""
SALT_BYTES = 16
_REDACTED = re.compile(r"entry ([1-9][0-9]{0,15}) sha256:([0-9a-f]{64})", re.ASCII)
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
    chain = _Chain()
    for entry in entries:
        if broken := chain.add(entry):
            return broken
    number, previous = chain.number, chain.last
    if end is not None and end != (number, previous):
        if end[0] > number:
            return Broken(number + 1, f"is gone: {end[0]} were saved, and the log ends before it")
        return Broken(max(number, 1), "is not the last that was saved: another program wrote there")
    return chain.unexplained()


class _Chain:
    """Takes the entries of a log one after the other, and says which does not fit."""

    def __init__(self) -> None:
        self.number = 0
        self.last = NO_ENTRY
        self._wordless: dict[int, str] = {}
        """What is left of each entry without its words, of which no entry has said so yet."""

    def add(self, entry: Entry) -> Broken | None:
        """Take the next entry, or return what is wrong with it."""
        number = self.number + 1
        if entry.number != number:
            return Broken(number, f"is missing: entry {entry.number} stands in its place")
        if entry.previous != self.last:
            return Broken(number, "does not follow the entry before it")
        if entry.hash != hash_of(entry):
            return Broken(number, "was changed: its hash is not that of what it says")
        if entry.digest:
            self._wordless[number] = what_is_left(entry)
        if entry.is_redaction:
            of, left = redacted_by(entry)
            if self._wordless.pop(of, None) != left:
                return Broken(of or number, f"is not what it was when entry {number} was written")
        self.number, self.last = number, entry.hash
        return None

    def unexplained(self) -> Broken | None:
        """Return the first entry whose words are gone though no entry says so."""
        if not self._wordless:
            return None
        return Broken(min(self._wordless), "was changed: its words are gone, and no entry says so")


def redaction_name(without_words: Entry) -> str:
    """Return how a redaction names the entry of which it is: its number, and what is left of it."""
    return f"entry {without_words.number} sha256:{what_is_left(without_words)}"


def redacted_by(redaction: Entry) -> tuple[int, str]:
    """Return the number of the entry whose words were taken out, and the digest of the rest."""
    found = _REDACTED.fullmatch(str(redaction.pack))
    return (int(found[1]), found[2]) if found else (0, "")


def what_is_left(entry: Entry) -> str:
    """Return the digest of an entry without its words, its hash among the rest."""
    return hashlib.sha256(_line(_values_of(entry)).encode()).hexdigest()


def without_words(entry: Entry) -> Entry:
    """Return an entry with the digest of its reason in the place of the words and their salt."""
    digest = entry.digest or _reason_digest(entry)
    return replace(entry, reason="", salt="", digest=digest)


def _reason_digest(entry: Entry) -> str:
    return hashlib.sha256(_text([entry.salt, entry.reason]).encode()).hexdigest()


def exported(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield the lines of an exported log: a heading, the entries, and how many there are."""
    yield _line(_heading(entries))
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
    heading = log.readline(LONGEST_LINE)
    if heading not in (_heading_line(HEADING), _heading_line(HEADING_WITH_SALT)):
        return CheckedLog([], Broken(0, _NO_HEADING))
    entries: list[Entry] = []
    chain = _Chain()
    for number in count(1):
        read = log.readline(LONGEST_LINE)
        line = read.removesuffix(b"\n")
        if line == _line(_closing(entries)).encode():
            if read == line:
                return CheckedLog(entries, Broken(number, "is missing, and so is the log's end"))
            if log.read(1) != b"":
                return CheckedLog(entries, Broken(number, "more follows after the log's end"))
            right = heading == _heading_line(_heading(entries))
            return CheckedLog(entries, chain.unexplained() if right else Broken(0, _NO_HEADING))
        entry = _read(line)
        if entry is None:
            why = "is not as it was written" if line else "is missing, and so is the log's end"
            return CheckedLog(entries, Broken(number, why))
        if broken := chain.add(entry):
            why = "was changed, or does not follow the entry before it"
            return CheckedLog(entries, Broken(broken.number, why))
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
_NO_HEADING = "the heading is not that of an exported judgment log"
_MAY_LACK = ("salt", "digest")
"""What an entry is written without where it is "", as before there were such."""


def _values_of(entry: Entry) -> dict[str, Any]:
    values = dict(zip(_FIELDS, _VALUES(entry), strict=True))
    return {name: value for name, value in values.items() if value != "" or name not in _MAY_LACK}


def _content(entry: Entry) -> dict[str, Any]:
    """Return what an entry's hash is over."""
    content = _values_of(entry if not entry.salt else without_words(entry))
    if "digest" in content:
        del content["reason"]
    del content["hash"]
    return content


def _heading(entries: Iterable[Entry]) -> dict[str, str]:
    newer = any(entry.salt or entry.digest for entry in entries)
    return HEADING_WITH_SALT if newer else HEADING


def _heading_line(heading: dict[str, str]) -> bytes:
    return _line(heading).encode() + b"\n"


def _line(content: Mapping[str, Any]) -> str:
    return _text(content)


def _text(content: object) -> str:
    # `repr`: what another program put there instead of text, which then has another hash.
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=repr)
