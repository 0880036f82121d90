"""Changes a store as another program might, and seals it anew as one would who knows how."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from casecheck.qag.store.schema import RUN_ROW
from casecheck.qag.store.seals import (
    CASES,
    FINDINGS,
    LOG,
    MET,
    RESULTS,
    RUN,
    SAMPLE,
    digest_of,
    log_seal,
)
from casecheck.qag.store.store import _DRAWN, _ROWS, _SAMPLE

Statement = str | tuple[str, tuple[object, ...]]


def changed(file: Path, *statements: Statement, triggers: bool = True) -> None:
    """Run statements in a store by another program; without `triggers`, after these are gone."""
    with closing(sqlite3.connect(file)) as raw, raw:
        if not triggers:
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                raw.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            raw.execute(*((statement,) if isinstance(statement, str) else statement))


def resealed(file: Path, *statements: Statement) -> None:
    """Run statements in a store, and seal all that is in it then: nothing shows what was done."""
    changed(file, *statements)
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("DELETE FROM seal")
        for (run,) in raw.execute("SELECT id FROM run").fetchall():
            questions = {RUN: RUN_ROW, **{part: _ROWS[part] for part in _PARTS}}
            for part, question in questions.items():
                digest = digest_of(raw.execute(question, (run,)))
                raw.execute("INSERT INTO seal VALUES (?, ?, ?)", (part, run, digest))
        for row in raw.execute(_SAMPLE).fetchall():
            digest = digest_of([row, *raw.execute(_DRAWN, row[:1])])
            raw.execute("INSERT INTO seal VALUES (?, ?, ?)", (SAMPLE, row[0], digest))
        last = raw.execute("SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1").fetchone()
        if last:
            raw.execute("INSERT INTO seal VALUES (?, 0, ?)", (LOG, log_seal(*last)))


_PARTS = (RESULTS, CASES, FINDINGS, MET)
