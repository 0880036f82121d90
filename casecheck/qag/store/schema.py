"""The tables of the store, and how an older store becomes one of today."""

from __future__ import annotations

import sqlite3
from functools import cache

APPLICATION_ID = 0x43434B53
"""Marks a SQLite file as a store of casecheck, whatever its name."""

_RUNS = (
    """CREATE TABLE run (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        label TEXT NOT NULL,
        digest TEXT NOT NULL,
        settings TEXT NOT NULL,    -- JSON: sentences
        lessons TEXT NOT NULL,     -- JSON: ids, in order
        parameters TEXT NOT NULL,  -- JSON: P1.1.carry_days to what was in force, in words
        as_of TEXT NOT NULL,
        records INTEGER NOT NULL,
        unreadable INTEGER NOT NULL,
        not_evaluated INTEGER NOT NULL
    )""",
    # Many records have the same outcomes of a lesson: each is kept once.
    """CREATE TABLE result (
        run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
        number INTEGER NOT NULL,
        lesson TEXT NOT NULL,
        outcome TEXT NOT NULL,
        checks TEXT NOT NULL,      -- JSON: check to outcome, in page order
        PRIMARY KEY (run, number)
    ) WITHOUT ROWID""",
    """CREATE TABLE frame_case (
        run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
        position INTEGER NOT NULL,
        case_id TEXT NOT NULL,
        file TEXT NOT NULL,
        line INTEGER,
        record_digest TEXT NOT NULL,
        extracted_on TEXT NOT NULL,
        district TEXT,
        team TEXT,
        lead_agency TEXT,
        results TEXT NOT NULL,     -- JSON: numbers of results
        PRIMARY KEY (run, position)
    ) WITHOUT ROWID""",
    """CREATE TABLE finding (
        run INTEGER NOT NULL,
        position INTEGER NOT NULL,
        number INTEGER NOT NULL,
        lesson TEXT NOT NULL,
        check_id TEXT NOT NULL,
        outcome TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        pointers TEXT NOT NULL,    -- JSON
        accepted INTEGER NOT NULL,
        PRIMARY KEY (run, position, number),
        FOREIGN KEY (run, position) REFERENCES frame_case ON DELETE CASCADE
    ) WITHOUT ROWID""",
    """CREATE TABLE met (
        run INTEGER NOT NULL,
        position INTEGER NOT NULL,
        number INTEGER NOT NULL,
        lesson TEXT NOT NULL,
        check_id TEXT NOT NULL,
        pointers TEXT NOT NULL,    -- JSON
        fingerprint TEXT NOT NULL,
        certain INTEGER NOT NULL,
        PRIMARY KEY (run, position, number),
        FOREIGN KEY (run, position) REFERENCES frame_case ON DELETE CASCADE
    ) WITHOUT ROWID""",
)

_SAMPLES = (
    """CREATE TABLE sample (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        run INTEGER NOT NULL REFERENCES run,
        seed TEXT NOT NULL,
        design TEXT NOT NULL       -- JSON
    )""",
    """CREATE TABLE drawn (
        sample INTEGER NOT NULL REFERENCES sample ON DELETE CASCADE,
        rank INTEGER NOT NULL,
        position INTEGER NOT NULL,
        case_id TEXT NOT NULL,
        stratum TEXT NOT NULL,
        probability TEXT NOT NULL,
        ticket TEXT NOT NULL,
        why TEXT NOT NULL,
        unusable TEXT NOT NULL,
        replaces INTEGER,
        PRIMARY KEY (sample, rank)
    ) WITHOUT ROWID""",
)

ENTRY_AS_IT_IS = """CREATE TRIGGER entry_as_it_is BEFORE UPDATE ON entry
        BEGIN SELECT RAISE(ABORT, 'the log of judgments only grows'); END"""
"""Stands but for the moment in which the words of an entry give way to their digest."""
_JUDGMENTS = (
    """CREATE TABLE entry (
        number INTEGER PRIMARY KEY,
        sample INTEGER NOT NULL REFERENCES sample,
        auditor TEXT NOT NULL,
        case_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        lesson TEXT NOT NULL,
        check_id TEXT NOT NULL,
        judgment TEXT NOT NULL,
        reason TEXT NOT NULL,
        grade TEXT NOT NULL,
        pack TEXT NOT NULL,
        second INTEGER NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
    )""",
    # The log only grows. Who goes round this with another program is found out by the hashes.
    """CREATE TRIGGER entry_stays BEFORE DELETE ON entry
        BEGIN SELECT RAISE(ABORT, 'the log of judgments only grows'); END""",
    ENTRY_AS_IT_IS,
)

_SEALS = (
    # Of each part of a run, of each sample and of the log: what it must come to when it is read.
    """CREATE TABLE seal (
        part TEXT NOT NULL,
        id INTEGER NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (part, id)
    ) WITHOUT ROWID""",
    # What was there before seals were: nobody can say whether it is as it was saved.
    """INSERT INTO seal SELECT part, id, 'not sealed' FROM run,
        (SELECT 'run' AS part UNION ALL SELECT 'result' UNION ALL SELECT 'case'
            UNION ALL SELECT 'finding' UNION ALL SELECT 'met')""",
    "INSERT INTO seal SELECT 'sample', id, 'not sealed' FROM sample",
    "INSERT INTO seal SELECT 'log', 0, 'not sealed' WHERE EXISTS (SELECT 1 FROM entry)",
)

# JSON: `LESSON/check` to the digest of what it asks; '{}' of a run saved before there were such.
_MEANINGS = ("ALTER TABLE run ADD COLUMN meanings TEXT NOT NULL DEFAULT '{}'",)

# What keeps the digest of a reason from being guessed; that digest, once the words are gone.
_REDACTION = (
    "ALTER TABLE entry ADD COLUMN salt TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE entry ADD COLUMN digest TEXT NOT NULL DEFAULT ''",
)

REGISTER_AS_IT_IS = """CREATE TRIGGER register_as_it_is BEFORE UPDATE ON register
        BEGIN SELECT RAISE(ABORT, 'the register only grows'); END"""
_REGISTER = (
    # What was said of a response's actions, and what was entered for its measures.
    """CREATE TABLE register (
        number INTEGER PRIMARY KEY,
        review TEXT NOT NULL,
        kind TEXT NOT NULL,        -- update, figure or redacted
        subject TEXT NOT NULL,     -- the action's id, or the measure's
        day TEXT NOT NULL,
        status TEXT NOT NULL,      -- of an update
        fields TEXT NOT NULL,      -- JSON: of a figure, the fields of its form
        who TEXT NOT NULL,
        evidence TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL,
        salt TEXT NOT NULL,
        digest TEXT NOT NULL
    )""",
    """CREATE TRIGGER register_stays BEFORE DELETE ON register
        BEGIN SELECT RAISE(ABORT, 'the register only grows'); END""",
    REGISTER_AS_IT_IS,
)

_MEASURED = (
    # What measures came to, of all records of a run or a stratum of them: counts, never a record.
    """CREATE TABLE measured (
        run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
        measure TEXT NOT NULL,     -- '' for the periods that the run covers
        apart TEXT NOT NULL,
        length TEXT NOT NULL,      -- of the period: month, quarter or year
        split TEXT NOT NULL,       -- '', district or team
        stratum TEXT NOT NULL,
        period TEXT NOT NULL,      -- '' for what is of no period
        counts TEXT NOT NULL,      -- JSON
        PRIMARY KEY (run, measure, apart, length, split, stratum, period)
    ) WITHOUT ROWID""",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (*_RUNS, *_SAMPLES, *_JUDGMENTS),
    _SEALS,
    _MEANINGS,
    _REDACTION,
    _REGISTER,
    _MEASURED,
)
"""The statements that lead from each version of the schema to the next; the first from nothing."""

Thing = tuple[str, str, str, str | None]
"""A thing in a schema: its type, its name, its table, and how it was made."""


@cache
def schema_of(migrations: tuple[tuple[str, ...], ...]) -> frozenset[Thing]:
    """Return all that a store holds to which these migrations have led."""
    model = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for migration in migrations:
            for statement in migration:
                model.execute(statement)
        return frozenset(model.execute(SCHEMA))
    finally:
        model.close()


SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master"
