"""Audit only what has not been audited before, by the same rules and the same casecheck.

A record's audit hangs on its text, the rules and the program alone: the digest of the three is the
key under which it is kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from casecheck.audit.auditor import Auditor
from casecheck.audit.beneath import beneath
from casecheck.audit.cache_file import CacheFile, Row, UnfitCache
from casecheck.audit.chunk import Chunk, Trouble, Work
from casecheck.audit.packed import Unpacking, pack
from casecheck.audit.partition import Encode, part_of
from casecheck.audit.running import Item, More, audit_texts_of
from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Rules
from casecheck.record.faults import Unreadable
from casecheck.results import CaseAudit
from casecheck.text.kept import program


class Kept(NamedTuple):
    """Which cache is used, in the how manyeth audit of it, from which chunk of the input on."""

    file: Path
    run: int
    from_chunk: int = 0


def made_of(rules: Rules, more: More, encoded: str) -> bytes:
    """Return the digest of all that audits hang on beside the record's text."""
    checks = [(lesson.id, [check.id for check in lesson.checks]) for lesson in rules.lessons]
    runs = program(), beneath()
    content = repr((runs, rules.digest, checks, rules.deviations(), more, encoded))
    return sha256(content.encode(errors="surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Encoding:
    """Audits chunks into what is written of each record: of each chunk its tally, and records."""

    encode: Encode

    def __call__(self, auditor: Auditor, more: More) -> Work:
        """Return what audits a chunk."""

        def work(chunk: Chunk) -> Iterator[object]:
            items = audit_texts_of(chunk.read(), chunk, auditor, more)
            return _flat([_encoded(one, self.encode) for one in items])

        return work


@dataclass(frozen=True, slots=True)
class Caching:
    """Audits of chunks only what is not kept; with `encode` into what `Encoding` does."""

    kept: Kept
    encode: Encode | None

    def __call__(self, auditor: Auditor, more: More) -> Work:
        """Return what audits a chunk."""
        return _Cached(self, auditor, more).of_chunk


Line = tuple[CaseAudit, str]
"""A record's audit, and what is written of it; then of its findings nothing is needed."""


def _encoded(item: Item, encode: Encode) -> Line | Unreadable:
    return item if isinstance(item, Unreadable) else (item, encode(item))


def _flat(lines: Iterable[Line | Unreadable]) -> Iterator[object]:
    part = part_of(lines)
    yield part.tally
    yield from part.records


class _Cached:
    """Audits chunks, and keeps what was found."""

    def __init__(self, how: Caching, auditor: Auditor, more: More) -> None:
        self._kept, self._encode = how.kept, how.encode
        self._auditor, self._more = auditor, more
        self._made_of = made_of(auditor.rules, more, getattr(how.encode, "__qualname__", ""))
        self._unpacking = Unpacking(auditor.rules)
        self._file: CacheFile | None = None
        self._unusable = False

    def of_chunk(self, chunk: Chunk) -> Iterator[object]:
        """Yield what is found in a chunk, and what is wrong with the cache."""
        texts = chunk.read()
        keys = [None if isinstance(one, Unreadable) else self._key(one) for one in texts]
        rows, trouble = self._found([key for key in keys if key is not None])
        known = [
            self._read_back(rows[key], text) if key in rows and key else None
            for key, text in zip(keys, texts, strict=True)
        ]
        unknown = [text for text, item in zip(texts, known, strict=True) if item is None]
        fresh = audit_texts_of(unknown, chunk, self._auditor, self._more)
        new: list[tuple[bytes, str]] = []
        found = [
            item or self._fresh(next(fresh), key, new)
            for key, item in zip(keys, known, strict=True)
        ]
        yield from self._told(found)
        if chunk.number >= self._kept.from_chunk:
            trouble += self._keep(new, rows)
        yield from trouble

    def _told(self, found: Iterable[Line | Unreadable]) -> Iterator[object]:
        if self._encode is not None:
            return _flat(found)
        return iter([item if isinstance(item, Unreadable) else item[0] for item in found])

    def _key(self, text: RecordText) -> bytes:
        return sha256(self._made_of + sha256(text.data).digest()).digest()

    def _fresh(
        self, item: Item, key: bytes | None, new: list[tuple[bytes, str]]
    ) -> Line | Unreadable:
        """Return what was found of a record, and note what is to be kept of it."""
        if isinstance(item, Unreadable):
            return item
        body = "" if self._encode is None else self._encode(item)
        # An engine that gave up may do better where there is more room.
        if key is not None and not item.errors:
            told = item if self._encode is None else item._replace(findings=(), met=())
            new.append((key, f"{pack(told)}\n{body}"))
        return item, body

    def _read_back(self, row: Row, text: RecordText | Unreadable) -> Line | None:
        """Return what is kept of a record; None where nobody here has written it."""
        packed, _, body = row.content.partition("\n")
        try:
            return self._unpacking.unpack(packed, text.file, text.line), body
        except (ValueError, TypeError, KeyError):
            return None

    def _found(self, keys: Sequence[bytes]) -> tuple[dict[bytes, Row], list[Trouble]]:
        if self._unusable or not self._kept.file.exists():
            return {}, []
        try:
            rows, damaged = self._opened().found(keys)
        except sqlite3.Error as error:
            return {}, [self._fails(error)]
        return rows, [Trouble(damaged)] if damaged else []

    def _keep(self, new: Iterable[tuple[bytes, str]], rows: dict[bytes, Row]) -> list[Trouble]:
        if self._unusable:
            return []
        try:
            if not self._kept.file.exists():
                CacheFile.begin(self._kept.file).close()
            self._opened().keep(new, rows.items())
        except (sqlite3.Error, UnfitCache) as error:
            return [self._fails(error)]
        return []

    def _opened(self) -> CacheFile:
        if self._file is None:
            self._file = CacheFile(self._kept.file, self._kept.run)
        return self._file

    def _fails(self, error: Exception) -> Trouble:
        self._unusable = True
        return Trouble(0, getattr(error, "sqlite_errorname", type(error).__name__))
