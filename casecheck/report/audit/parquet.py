"""Reports three tables as Parquet, for data tools: cases, outcomes and findings.

A table is written twenty thousand rows at a time: the same input and rules give the same bytes, by
the same version of pyarrow. What is of no row, such as where the rules come from, is in the
metadata of each file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from casecheck import __version__
from casecheck.qag.extras import need
from casecheck.record.faults import Unreadable
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import (
    contradictions_in_order,
    errors_in_order,
    findings_in_order,
)
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.summary import Summary
from casecheck.results import CaseAudit, Finding, Waiver
from casecheck.text.printable import encodable

ROWS_AT_ONCE = 20_000
"""So many rows of a table are held, and make a row group."""
_WAIVER = {"reason": "string", "who": "string", "until": "date32"}
_PLACE: Mapping[str, object] = {"case_id": "string", "file": "string", "line": "int64"}
TABLES: Mapping[str, Mapping[str, object]] = {
    "cases": {
        **_PLACE,
        "extracted_on": "date32",
        "district": "string",
        "team": "string",
        "lead_agency": "string",
        "repeats": {"file": "string", "line": "int64"},
        "contradictions": [{"pointers": ["string"], "message": "string"}],
        "unreadable": [{"pointer": "string", "message": "string"}],
        "count": "int64",
    },
    "outcomes": {
        **_PLACE,
        "lesson": "string",
        "check": "string",
        "outcome": "string",
        "error": "string",
    },
    "findings": {
        **_PLACE,
        "lesson": "string",
        "check": "string",
        "outcome": "string",
        "message": "string",
        "pointers": ["string"],
        "fingerprint": "string",
        "severity": "string",
        "tags": ["string"],
        "about": {"person": "string", "pseudonym": "string", "age": "int32"},
        "due": "date32",
        "shortfall": "string",
        "unknown": [{"pointer": "string", "reason": "string"}],
        "waiver": _WAIVER,
        "lapsed_waiver": _WAIVER,
    },
}
"""The tables, and the type of each column: a name of pyarrow's, a list of one, or a struct."""
_Row = dict[str, object]
FILES = tuple(f"{name}.parquet" for name in TABLES)


class TableFiles(NamedTuple):
    """The files of the tables, to be written."""

    cases: BinaryIO
    outcomes: BinaryIO
    findings: BinaryIO

    def flush(self) -> None:
        """Nothing is left to write once a report is finished."""


class ParquetReport:
    """Writes the rows of each record to the tables; `files` takes the place of a stream."""

    def __init__(
        self,
        files: TableFiles,
        rules: RulesInForce,
        settings: Sequence[str],
        origin: Origin | None = None,
    ) -> None:
        """Begin the tables.

        Raises:
            MissingExtra: where pyarrow is not installed: before anything is audited.
        """
        self.summary = Summary(rules)
        self._rules = rules
        about = {"settings": list(settings), "rules_from": origin.as_json() if origin else None}
        self._about: dict[str, object] = {"casecheck": __version__, "digest": rules.digest, **about}
        self._tables = {
            name: _Table(getattr(files, name), columns) for name, columns in TABLES.items()
        }

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Take the rows of one record, or of one input that could not be read."""
        self.summary.add(item)
        place: _Row = {"file": encodable(item.file), "line": item.line}
        if isinstance(item, Unreadable):
            errors = [{"pointer": one.pointer, "message": one.message} for one in item.errors]
            self._tables["cases"].add(place | {"unreadable": errors, "count": item.count})
            return
        place["case_id"] = item.case_id
        self._tables["cases"].add(place | _case(item))
        for lesson, result in item.lessons.items():
            for check, outcome in ((None, result.outcome), *result.checks.items()):
                row: _Row = {"lesson": lesson, "check": check, "outcome": str(outcome)}
                self._tables["outcomes"].add(place | row)
        for failed in errors_in_order(item.errors):
            row = {"lesson": failed.lesson, "error": failed.in_words}
            self._tables["outcomes"].add(place | row)
        for found in findings_in_order(item.findings):
            self._tables["findings"].add(place | _finding(found))

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Write the last rows, and what was counted, into each table."""
        counts = self.summary
        summary = {
            "records": counts.records,
            "unreadable": counts.unreadable,
            "contradictory": counts.contradictory,
            "errors": counts.errors,
            "lessons": counts.lessons,
        }
        told = {"summary": summary, "waivers": list(notices), "notes": list(notes)}
        about = json.dumps(self._about | told)
        for table in self._tables.values():
            table.finish(about)


class _Table:
    """One table on its way into its file."""

    def __init__(self, file: BinaryIO, columns: Mapping[str, object]) -> None:
        arrow = need("pyarrow", "a report as Parquet", "parquet")
        parquet = need("pyarrow.parquet", "a report as Parquet", "parquet")
        self._schema = arrow.schema([(name, _type(arrow, of)) for name, of in columns.items()])
        self._make = arrow.RecordBatch.from_pylist
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[_Row] = []

    def add(self, row: _Row) -> None:
        self._rows.append(row)
        if len(self._rows) == ROWS_AT_ONCE:
            self._write()

    def finish(self, about: str) -> None:
        self._write()
        self._writer.add_key_value_metadata({"casecheck": about})
        self._writer.close()

    def _write(self) -> None:
        if self._rows:
            self._writer.write_batch(self._make(self._rows, schema=self._schema))
            self._rows = []


def _type(arrow: Any, of: object) -> Any:
    if isinstance(of, list):
        return arrow.list_(_type(arrow, of[0]))
    if isinstance(of, Mapping):
        return arrow.struct([(name, _type(arrow, inner)) for name, inner in of.items()])
    return getattr(arrow, str(of))()


def _case(audit: CaseAudit) -> _Row:
    first = audit.repeats
    return {
        "extracted_on": audit.extracted_on,
        "district": audit.district,
        "team": audit.team,
        "lead_agency": audit.lead_agency,
        "repeats": first and {"file": encodable(first.file), "line": first.line},
        "contradictions": [
            {"pointers": list(two.pointers), "message": two.message}
            for two in contradictions_in_order(audit.contradictions)
        ],
        "unreadable": [],
        "count": 1,
    }


def _finding(found: Finding) -> _Row:
    return {
        "lesson": found.lesson,
        "check": found.check,
        "outcome": str(found.outcome),
        "message": found.message,
        "pointers": list(found.pointers),
        "fingerprint": found.fingerprint,
        "severity": found.severity,
        "tags": list(found.tags),
        "about": found.about._asdict(),
        "due": found.due,
        "shortfall": found.shortfall or None,
        "unknown": [one._asdict() for one in found.unknown],
        "waiver": _waiver(found.waiver),
        "lapsed_waiver": _waiver(found.lapsed),
    }


def _waiver(waiver: Waiver | None) -> _Row | None:
    if waiver is None:
        return None
    return {"reason": waiver.reason, "who": waiver.who, "until": waiver.until}
