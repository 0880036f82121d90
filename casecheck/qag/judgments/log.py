"""The judgment log: it only grows, and each entry holds the hash of the one before it.

`chain.py` says how. The words of an entry are its reason; `judge` prints the last hash.
"""

from __future__ import annotations

from casecheck.qag.store import chain
from casecheck.qag.store.rows import Entry

HEADING = {"log": "casecheck judgments 1"}
"""The first line of an exported log."""
HEADING_WITH_SALT = {"log": "casecheck judgments 2"}
"""The same of a log with reasons in own words, which an older casecheck cannot read."""
SALT_BYTES = chain.SALT_BYTES
LONGEST_LINE = chain.LONGEST_LINE
Broken = chain.Broken
CheckedLog = chain.CheckedLog[Entry]

JUDGMENTS = chain.Chain(
    Entry, "judgment log", (HEADING["log"], HEADING_WITH_SALT["log"]), "reason", "pack"
)
hash_of = JUDGMENTS.hash_of
chained = JUDGMENTS.chained
first_broken = JUDGMENTS.first_broken
redaction_name = JUDGMENTS.redaction_name
redacted_by = JUDGMENTS.redacted_by
what_is_left = JUDGMENTS.what_is_left
without_words = JUDGMENTS.without_words
exported = JUDGMENTS.exported
verify_export = JUDGMENTS.verify_export
verify_lines = JUDGMENTS.verify_lines
