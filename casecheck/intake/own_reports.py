"""Recognises what casecheck itself wrote: a report saved among the records is no record.

By how the text begins, whatever the file is called, and so that no case record can be taken for a
report: each form begins with a field that the format of a record does not have.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8

HEAD_BYTES = 4096
"""So much of a text's beginning tells what it is."""
OWN_SUFFIXES = (".csv", ".sarif", ".html", ".htm", ".txt", ".xlsx")
"""How reports may be called beside `.json` and `.jsonl`, which are names of records too."""

_BEGINNINGS = (
    rb'\{\s*"casecheck"\s*:\s*"',  # audit, check, compare and estimate as JSON
    rb'\{\s*"case_id"\s*:\s*"[^"]*"\s*,\s*"file"\s*:',  # audit as JSON Lines, a record's line
    rb'\{\s*"file"\s*:\s*"[^"]*"\s*,\s*"line"\s*:\s*(null|\d+)\s*,\s*"errors"\s*:',  # unreadable
    rb'\{\s*"\$schema"\s*:\s*"[^"]*/sarif-schema-[^"]*"(?=.*"name"\s*:\s*"casecheck")',
    rb'\{\s*"\$schema"\s*:\s*"https://json-schema\.org/(?=.*"description"\s*:)',  # `schema`
    rb'\{\s*"name"\s*:\s*"[^"]*"\s*,\s*"run"\s*:\s*\{\s*"id"\s*:',  # a sample as JSON
    rb'\{\s*"log"\s*:\s*"casecheck judgments',  # an exported log
    rb"kind,case_id,file,line,lesson,check,",  # audit as CSV
    rb"rank,case_id,stratum,outcome,",  # a sample as CSV
    rb"casecheck [0-9][0-9a-z.+-]*: [0-9,]+ records? (audited|read), ",  # audit, check as text
    rb"(?i:<!doctype html>)(?=.*\bcasecheck\b)",
)
_OWN = re.compile(rb"\s*(?:" + rb"|".join(_BEGINNINGS) + rb")", re.DOTALL)


def is_own_report(head: bytes) -> bool:
    """Say whether a text that begins so (its first `HEAD_BYTES`) is a report of casecheck's."""
    return _OWN.match(head[:HEAD_BYTES].removeprefix(BOM_UTF8)) is not None
