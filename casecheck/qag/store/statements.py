"""What the store asks of its file: the rows of each part, in the order that its digest is over."""

from __future__ import annotations

from casecheck.qag.store.schema import ENTRY_AS_IT_IS
from casecheck.qag.store.seals import CASES, FINDINGS, MEASURED, MET, RESULTS, RUN, SAMPLE

RUN_ROWS = (
    "SELECT id, label, digest, settings, lessons, as_of, records, unreadable, not_evaluated,"
    " parameters, meanings FROM run"
)
RUN_ROW = f"{RUN_ROWS} WHERE id = ?"

ROWS_OF_A_RUN = {
    RESULTS: "SELECT number, lesson, outcome, checks FROM result WHERE run = ? ORDER BY number",
    CASES: (
        "SELECT position, case_id, file, line, record_digest, extracted_on, district, team,"
        " lead_agency, results FROM frame_case WHERE run = ? ORDER BY position"
    ),
    FINDINGS: (
        "SELECT position, lesson, check_id, outcome, fingerprint, pointers, accepted FROM finding"
        " WHERE run = ? ORDER BY position, number"
    ),
    MET: (
        "SELECT position, lesson, check_id, pointers, fingerprint, certain FROM met"
        " WHERE run = ? ORDER BY position, number"
    ),
    MEASURED: (
        "SELECT measure, apart, length, split, stratum, period, counts FROM measured WHERE run = ?"
        " ORDER BY measure, apart, length, split, stratum, period"
    ),
}
"""What is read of a run, part by part: the digests are over this."""
ALL_IDS = {
    RUN: "SELECT id FROM run ORDER BY id",
    SAMPLE: "SELECT id FROM sample ORDER BY id",
}
# One table after the other: a deletion that goes on by itself to others keeps all that it deletes.
DELETE_RUN = (
    "DELETE FROM measured WHERE run = ?",
    "DELETE FROM met WHERE run = ?",
    "DELETE FROM finding WHERE run = ?",
    "DELETE FROM frame_case WHERE run = ?",
    "DELETE FROM result WHERE run = ?",
    "DELETE FROM run WHERE id = ?",
)
SAMPLE_ROWS = "SELECT id, name, run, seed, design FROM sample"
DRAWN_ROWS = (
    "SELECT rank, position, case_id, stratum, probability, ticket, why, unusable, replaces"
    " FROM drawn WHERE sample = ? ORDER BY rank"
)
ENTRY_ROWS = (
    "SELECT number, sample, auditor, case_id, position, lesson, check_id, judgment, reason, grade,"
    " pack, second, previous, hash, salt, digest FROM entry"
)
ADD_ENTRY = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
TAKE_WORDS = (
    "DROP TRIGGER IF EXISTS entry_as_it_is",
    "UPDATE entry SET reason = '', salt = '', digest = ? WHERE number = ?",
    ENTRY_AS_IT_IS,
)
"""Put the digest of an entry's words in their place, within one transaction."""
