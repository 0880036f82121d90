"""Changes a store as another program might, and seals it anew as one would who knows how."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

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
from casecheck.qag.store.statements import DRAWN_ROWS, ROWS_OF_A_RUN, RUN_ROW, SAMPLE_ROWS

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
            questions = {RUN: RUN_ROW, **{part: ROWS_OF_A_RUN[part] for part in _PARTS}}
            for part, question in questions.items():
                digest = digest_of(raw.execute(question, (run,)))
                raw.execute("INSERT INTO seal VALUES (?, ?, ?)", (part, run, digest))
        for row in raw.execute(SAMPLE_ROWS).fetchall():
            digest = digest_of([row, *raw.execute(DRAWN_ROWS, row[:1])])
            raw.execute("INSERT INTO seal VALUES (?, ?, ?)", (SAMPLE, row[0], digest))
        last = raw.execute("SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1").fetchone()
        if last:
            raw.execute("INSERT INTO seal VALUES (?, 0, ?)", (LOG, log_seal(*last)))


_PARTS = (RESULTS, CASES, FINDINGS, MET)
