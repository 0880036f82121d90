"""Logs that only grow: each entry holds the hash of the one before it.

An entry's hash is the SHA-256 of its other fields as canonical JSON, the hash of the entry before
among them. Somebody's own words stand in it by their digest, the SHA-256 of a random salt and the
words: should they name somebody, both can be taken out, and the digest left in their place, from
which nobody can guess them. The chain still proves all else.

So no entry can be changed, left out, put in or moved without its hash, or that of a later one,
coming out otherwise. What a chain cannot show is that entries at its very end are gone: for this an
exported log ends with a line that counts them, and the commands print the last hash.
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
from typing import Any, BinaryIO, Generic, NamedTuple, Protocol, TypeVar

from casecheck.qag.store.rows import NO_ENTRY

SALT_BYTES = 16
LONGEST_LINE = 1 << 20
"""Bytes of a line of an exported log: no entry has as many."""
_REDACTED = re.compile(r"entry ([1-9][0-9]{0,15}) sha256:([0-9a-f]{64})", re.ASCII)
_MAY_LACK = ("salt", "digest")
"""What an entry is written without where it is "", as before there were such."""


class Linked(Protocol):
    """An entry of such a log: a frozen dataclass, whose own words may have given way to a digest.

    An entry that `is_redaction` says that the words of another were taken out.
    """

    @property
    def number(self) -> int: ...  # noqa: D102 - as the class says
    @property
    def previous(self) -> str: ...  # noqa: D102
    @property
    def hash(self) -> str: ...  # noqa: D102
    @property
    def salt(self) -> str: ...  # noqa: D102
    @property
    def digest(self) -> str: ...  # noqa: D102
    @property
    def is_redaction(self) -> bool: ...  # noqa: D102


E = TypeVar("E", bound=Linked)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where a log is not whole: the entry's number, and what is wrong with it."""

    number: int
    why: str

    def __str__(self) -> str:
        return f"entry {self.number}: {self.why}"


class CheckedLog(NamedTuple, Generic[E]):
    """The entries of a log up to the first that is `broken`; all of them where none is."""

    entries: list[E]
    broken: Broken | None = None


class Chain(Generic[E]):
    """A kind of log, by what its entries are: how they are chained, proved, exported, read back."""

    def __init__(
        self, entry: type[E], name: str, headings: tuple[str, str], words: str, redacts: str
    ) -> None:
        """Take the entries' type, and two of its fields: their own words, and what they redact.

        `name` is the log's in a sentence; `headings` are those of an exported log without words of
        anybody's own, and with such.
        """
        made: Any = entry
        self._entry = made
        self._words = words
        self._redacts = redacts
        self._headings = tuple({"log": heading} for heading in headings)
        self._no_heading = f"the heading is not that of an exported {name}"
        names: Any = fields(self._entry)
        self._names = tuple(field.name for field in names)
        self._all_values = attrgetter(*self._names)

    def is_of_text(self, entry: E) -> bool:
        """Say whether an entry holds texts and numbers alone: no hash tells "" from no bytes."""
        return not any(isinstance(value, bytes) for value in self._all_values(entry))

    def hash_of(self, entry: E) -> str:
        """Return the hash that an entry must have."""
        return hashlib.sha256(_line(self._content(entry)).encode()).hexdigest()

    def chained(self, last: E | None, drafts: Iterable[E]) -> list[E]:
        """Return entries with numbers and hashes that follow the last one of the log."""
        number, previous = (last.number, last.hash) if last else (0, NO_ENTRY)
        entries: list[E] = []
        for draft in drafts:
            number += 1
            entry = _with(draft, number=number, previous=previous)
            entries.append(_with(entry, hash=self.hash_of(entry)))
            previous = entries[-1].hash
        return entries

    def first_broken(
        self, entries: Iterable[E], end: tuple[int, str] | None = None
    ) -> Broken | None:
        """Return the first entry that does not fit the log, or None where all do.

        `end`: how many there must be, and the hash of the last, where that is known (`log_end`).
        """
        links = _Links(self)
        for entry in entries:
            if broken := links.add(entry):
                return broken
        number, previous = links.number, links.last
        if end is not None and end != (number, previous):
            if end[0] > number:
                why = f"is gone: {end[0]} were saved, and the log ends before it"
                return Broken(number + 1, why)
            why = "is not the last that was saved: another program wrote there"
            return Broken(max(number, 1), why)
        return links.unexplained()

    def redaction_name(self, without_words: E) -> str:
        """Return how a redaction names the entry of which it is: its number, and what is left."""
        return f"entry {without_words.number} sha256:{self.what_is_left(without_words)}"

    def redacted_by(self, redaction: E) -> tuple[int, str]:
        """Return the number of the entry whose words were taken out, and the rest's digest."""
        found = _REDACTED.fullmatch(str(getattr(redaction, self._redacts)))
        return (int(found[1]), found[2]) if found else (0, "")

    def what_is_left(self, entry: E) -> str:
        """Return the digest of an entry without its words, its hash among the rest."""
        return hashlib.sha256(_line(self._values_of(entry)).encode()).hexdigest()

    def without_words(self, entry: E) -> E:
        """Return an entry with the digest of its own words in the place of them and their salt."""
        digest = entry.digest or self._words_digest(entry)
        return _with(entry, **{self._words: ""}, salt="", digest=digest)

    def _words_digest(self, entry: E) -> str:
        words = getattr(entry, self._words)
        return hashlib.sha256(_line([entry.salt, words]).encode()).hexdigest()

    def exported(self, entries: Sequence[E]) -> Iterator[str]:
        """Yield the lines of an exported log: a heading, the entries, and how many there are."""
        yield _line(self._heading(entries))
        for entry in entries:
            yield _line(self._values_of(entry))
        yield _line(_closing(entries))

    def verify_export(self, log: bytes) -> CheckedLog[E]:
        """Return the entries of an exported log up to the first that is not as it was written."""
        return self.verify_lines(io.BytesIO(log))

    def verify_lines(self, log: BinaryIO) -> CheckedLog[E]:
        """Return the entries of an exported log up to the first that is not as it was written.

        Every byte counts: each line must be as this program writes what it says. The line after the
        last entry, and the heading, are told by the number that an entry in their place would have.
        No more is read than up to the first that is wrong, and no more of a line than an entry has.
        """
        heading = log.readline(LONGEST_LINE)
        if heading not in map(_heading_line, self._headings):
            return CheckedLog([], Broken(0, self._no_heading))
        entries: list[E] = []
        links = _Links(self)
        for number in count(1):
            read = log.readline(LONGEST_LINE)
            line = read.removesuffix(b"\n")
            if line == _line(_closing(entries)).encode():
                if read == line:
                    return CheckedLog(
                        entries, Broken(number, "is missing, and so is the log's end")
                    )
                if log.read(1) != b"":
                    return CheckedLog(entries, Broken(number, "more follows after the log's end"))
                right = heading == _heading_line(self._heading(entries))
                return CheckedLog(
                    entries, links.unexplained() if right else Broken(0, self._no_heading)
                )
            entry = self._read(line)
            if entry is None:
                why = "is not as it was written" if line else "is missing, and so is the log's end"
                return CheckedLog(entries, Broken(number, why))
            if broken := links.add(entry):
                why = "was changed, or does not follow the entry before it"
                return CheckedLog(entries, Broken(broken.number, why))
            entries.append(entry)
        raise AssertionError  # the end of what can be read is no entry

    def departed(self, log: Sequence[E], before: Iterable[CheckedLog[E]]) -> Broken | None:
        """Return where a log is not what was exported from it before: its end may be gone."""
        for export in before:
            for number, entry in enumerate(export.entries):
                now = log[number] if number < len(log) else None
                # Its words may have been taken out since, and an entry further on says so.
                if now is None or now not in (entry, self.without_words(entry)):
                    return Broken(number + 1, "is not what was exported before, or is gone")
        return None

    def _read(self, line: bytes) -> E | None:
        """Return the entry that a line holds, or None where it is not exactly as one is written."""
        try:
            entry: E = self._entry(**json.loads(line))
        except (ValueError, TypeError, RecursionError):
            return None
        return entry if _line(self._values_of(entry)).encode() == line else None

    def _values_of(self, entry: E) -> dict[str, Any]:
        values = dict(zip(self._names, self._all_values(entry), strict=True))
        return {
            name: value for name, value in values.items() if value != "" or name not in _MAY_LACK
        }

    def _content(self, entry: E) -> dict[str, Any]:
        """Return what an entry's hash is over."""
        content = self._values_of(entry if not entry.salt else self.without_words(entry))
        if "digest" in content:
            del content[self._words]
        del content["hash"]
        return content

    def _heading(self, entries: Iterable[E]) -> dict[str, str]:
        return self._headings[any(entry.salt or entry.digest for entry in entries)]


class _Links(Generic[E]):
    """Takes the entries of a log one after the other, and says which does not fit."""

    def __init__(self, chain: Chain[E]) -> None:
        self.number = 0
        self.last = NO_ENTRY
        self._chain = chain
        self._wordless: dict[int, str] = {}
        """What is left of each entry without its words, of which no entry has said so yet."""

    def add(self, entry: E) -> Broken | None:
        """Take the next entry, or return what is wrong with it."""
        number = self.number + 1
        if entry.number != number:
            return Broken(number, f"is missing: entry {entry.number} stands in its place")
        if entry.previous != self.last:
            return Broken(number, "does not follow the entry before it")
        if not self._chain.is_of_text(entry) or entry.hash != self._chain.hash_of(entry):
            return Broken(number, "was changed: its hash is not that of what it says")
        if entry.digest:
            self._wordless[number] = self._chain.what_is_left(entry)
        if entry.is_redaction:
            of, left = self._chain.redacted_by(entry)
            if self._wordless.pop(of, None) != left:
                return Broken(of or number, f"is not what it was when entry {number} was written")
        self.number, self.last = number, entry.hash
        return None

    def unexplained(self) -> Broken | None:
        """Return the first entry whose words are gone though no entry says so."""
        if not self._wordless:
            return None
        return Broken(min(self._wordless), "was changed: its words are gone, and no entry says so")


def _with(entry: E, **values: Any) -> E:
    """Return an entry with other values: entries are dataclasses, which no protocol can say."""
    one: Any = entry
    changed: E = replace(one, **values)
    return changed


def _closing(entries: Sequence[E]) -> dict[str, Any]:
    return {"entries": len(entries), "last": entries[-1].hash if entries else NO_ENTRY}


def _heading_line(heading: Mapping[str, str]) -> bytes:
    return _line(heading).encode() + b"\n"


def _line(content: object) -> str:
    # `repr`: what another program put there instead of text, which then has another hash.
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=repr)
