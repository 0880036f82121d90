"""Reports of an audit: one writer for each format, all with the same shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TextIO

from casecheck.record.faults import Unreadable
from casecheck.report.audit.in_force import CheckInForce, LessonInForce, RulesInForce
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.selection import WHOLE, Selection
from casecheck.report.audit.summary import Summary
from casecheck.results import CaseAudit

__all__ = [
    "FORMATS",
    "CheckInForce",
    "LessonInForce",
    "Origin",
    "Report",
    "RulesInForce",
    "Summary",
    "open_report",
]

FORMATS = ("text", "json", "jsonl", "csv", "sarif", "xlsx")


class Report(Protocol):
    """Takes an audit's items in reading order (by file, then line), and writes them."""

    summary: Summary
    """Counts of all that was added so far."""

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Take one record's audit, or one input that could not be read."""

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Write what is left to write; nothing is added after it.

        `notices` are what there is to say of waivers, and `notes` of the inputs as a whole, each a
        plain sentence.
        """


def open_report(  # noqa: PLR0913 - width and color are the text report's alone
    format: str,  # noqa: A002 - the option's own name
    stream: TextIO,
    rules: RulesInForce,
    settings: Sequence[str],
    *,
    origin: Origin | None = None,
    selection: Selection = WHOLE,
    width: int | None = None,
    color: bool | None = None,
) -> Report:
    """Open the report in one of `FORMATS` on a text stream.

    `settings` are the deviations from the shipped parameters, each a plain sentence; every
    format shows them. `origin` is where the rules come from; every format says so. `selection` is
    what a reader asked to see, for the formats that are `SHAPED` by it. `width`
    (columns) and `color` are for the text report; where None, a terminal's own width and colour,
    and elsewhere 100 columns without colour. `csv` needs a stream in UTF-8 that does not translate
    line ends; `json`, `jsonl` and `sarif` write ASCII. `xlsx` needs one
    with a stream of bytes below it (`io.TextIOWrapper`).

    Raises ValueError for another format. Each format's module is imported when it is asked for,
    so that starting costs only what is used.
    """
    if format == "text":
        from casecheck.report.audit.text import TextReport  # noqa: PLC0415

        return TextReport(
            stream, rules, settings, origin, selection=selection, width=width, color=color
        )
    if format == "json":
        from casecheck.report.audit.json_report import JsonReport  # noqa: PLC0415

        return JsonReport(stream, rules, settings, origin)
    if format == "jsonl":
        from casecheck.report.audit.jsonl import JsonLinesReport  # noqa: PLC0415

        return JsonLinesReport(stream, rules, settings, origin)
    if format == "csv":
        from casecheck.report.audit.csv_report import CsvReport  # noqa: PLC0415

        return CsvReport(stream, rules, settings, origin)
    if format == "sarif":
        from casecheck.report.audit.sarif import SarifReport  # noqa: PLC0415

        return SarifReport(stream, rules, settings, origin)
    if format == "xlsx":
        from casecheck.report.audit.workbook import WorkbookReport  # noqa: PLC0415

        return WorkbookReport(stream, rules, settings, origin, selection)
    raise ValueError(f"no report format {format!r}; the formats are {', '.join(FORMATS)}")
