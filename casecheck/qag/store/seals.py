"""Seals what the store holds: a digest over each part, which is worked out again at each use.

A part that is not as it was saved (a worn disk, another program) gives another digest, and is
refused rather than believed. Who works the digest out anew is not found out: for that the exported
log of judgments is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from casecheck.qag.store.file import SqlRow

NOT_SEALED = "not sealed"
"""Stands in place of a digest for what an older casecheck saved, which had none."""
RUN, RESULTS, CASES, FINDINGS, MET = "run", "result", "case", "finding", "met"
MEASURED = "measured"
SAMPLE, LOG, REGISTER = "sample", "log", "register"
OF_A_RUN = (RUN, RESULTS, CASES, FINDINGS, MET, MEASURED)
_AT_ONCE = 256


class Digest:
    """Works out the SHA-256 of rows as canonical JSON, in the order in which they are added."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._waiting: list[SqlRow] = []

    def add(self, row: SqlRow) -> None:
        """Take one more row."""
        self._waiting.append(row)
        if len(self._waiting) == _AT_ONCE:
            self._work()

    def over(self, rows: Iterable[SqlRow]) -> Iterator[SqlRow]:
        """Yield rows, and take each."""
        for row in rows:
            self.add(row)
            yield row

    def text(self) -> str:
        """Return the digest of all rows so far; none is added after it."""
        self._work()
        return f"sha256:{self._hash.hexdigest()}"

    def _work(self) -> None:
        # `repr`: what is neither text nor number was not written by us, and has another digest.
        text = json.dumps(self._waiting, separators=(",", ":"), default=repr)
        self._hash.update(text.encode())
        self._waiting.clear()


def digest_of(rows: Iterable[SqlRow]) -> str:
    """Return the digest of rows."""
    digest = Digest()
    for row in rows:
        digest.add(row)
    return digest.text()


def log_seal(entries: int, last: str) -> str:
    """Return what seals the log: how many entries it has, and the hash of the last one."""
    return f"{entries} {last}"
