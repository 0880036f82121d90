"""Recognises what casecheck itself wrote: a report saved among the records is no record.

By how the text begins, whatever the file is called, and so that no case record can be taken for a
report: each form begins with a field that the format of a record does not have.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8

REPORT_TITLE = "casecheck audit report"
"""What a report that is a workbook says of itself, also when somebody has saved it since."""
PROPERTIES = "docProps/core.xml"
"""The part of a workbook that says so."""
HEAD_BYTES = 4096
"""So much of a text's beginning tells what it is."""
OWN_SUFFIXES = (".csv", ".sarif", ".html", ".htm", ".txt", ".xlsx")
"""How reports may be called beside `.json` and `.jsonl`, which are names of records too."""


def _table(heads: str) -> bytes:
    """Return how a CSV with these heads begins, also one that a spreadsheet saved since."""
    return rb"[;,\t]".join(rb'"?' + head.encode() + rb'"?' for head in heads.split(","))


_BEGINNINGS = (
    rb'\{\s*"casecheck"\s*:\s*"',  # audit, check, compare and estimate as JSON
    rb'\{\s*"case_id"\s*:\s*"[^"]*"\s*,\s*"file"\s*:',  # audit as JSON Lines, a record's line
    rb'\{\s*"file"\s*:\s*"[^"]*"\s*,\s*"line"\s*:\s*(null|\d+)\s*,\s*"errors"\s*:',  # unreadable
    rb'\{\s*"\$schema"\s*:\s*"[^"]*/sarif-schema-[^"]*"(?=.*"name"\s*:\s*"casecheck")',
    rb'\{\s*"\$schema"\s*:\s*"https://json-schema\.org/(?=.*"description"\s*:)',  # `schema`
    rb'\{\s*"name"\s*:\s*"[^"]*"\s*,\s*"run"\s*:\s*\{\s*"id"\s*:',  # a sample as JSON
    rb'\[\s*\{\s*"id"\s*:\s*\d+\s*,\s*"name"\s*:\s*"[^"]*"\s*,\s*"run"\s*:',  # all samples
    rb'\[\s*\{\s*"run"\s*:\s*\d+\s*,\s*"label"\s*:',  # runs as JSON
    rb'\{\s*"log"\s*:\s*"casecheck (judgments|register)',  # an exported log
    rb'\{\s*"logs"\s*:\s*\[\s*\{\s*"log"\s*:',  # a log proved whole
    rb'\{\s*"taken"\s*:\s*\[',  # packs that were taken
    rb'\{\s*"problems"\s*:\s*\[',  # packs that were not, and `rules lint`
    rb'\{\s*"cases"\s*:\s*(null|\d+)\s*,\s*"population"\s*:',  # `size`
    rb'\{\s*"(old|new)"\s*:\s*\{\s*"folder"\s*:',  # `rules diff`
    rb'\{\s*"folder"\s*:\s*"[^"]*"\s*,\s*"digest"\s*:',  # `rules list`
    rb'\{\s*"lessons"\s*:\s*\[\s*\{\s*"lesson"\s*:',  # `rules mutate`
    rb'\{\s*"(trials|profiles|examples)"\s*:\s*(\[|\d)',  # the other reports on rules
    *map(
        _table,
        (
            "kind,case_id,file,line,lesson,check",  # an audit
            "kind,case_id,lesson,check,before,now",  # two compared
            "rank,case_id,stratum,outcome",  # a sample
            "id,name,run,design,size,drawn",  # all samples
            "lesson,check,measure,value,lower,upper",  # an estimate
            "cases,not_compliant,compliant_at_least",  # sizes
            "part,id,theme,finding,lesson,kind",  # the register
        ),
    ),
    rb"casecheck [0-9][0-9a-z.+-]*: [0-9,]+ records? (audited|read), ",  # audit, check as text
    rb"(?i:<!doctype html>)(?=.*\bcasecheck\b)",
)
_OWN = re.compile(rb"\s*(?:" + rb"|".join(_BEGINNINGS) + rb")", re.DOTALL)


def is_own_workbook(properties: bytes) -> bool:
    """Say whether a workbook is a report of casecheck's, by what its `PROPERTIES` say."""
    return f">{REPORT_TITLE}<".encode() in properties


def is_own_report(head: bytes) -> bool:
    """Say whether a text that begins so (its first `HEAD_BYTES`) is a report of casecheck's."""
    return _OWN.match(head[:HEAD_BYTES].removeprefix(BOM_UTF8)) is not None
