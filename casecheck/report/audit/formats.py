"""Reports of an audit: one writer for each format, all with the same shape."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TextIO, cast

from casecheck.record.faults import Unreadable
from casecheck.report.audit.in_force import CheckInForce, LessonInForce, RulesInForce
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.selection import SHAPED, WHOLE, Selection
from casecheck.report.audit.summary import Summary
from casecheck.report.audit.targets import TooMuchForOneFile
from casecheck.results import CaseAudit

if TYPE_CHECKING:
    from casecheck.report.audit.parquet import TableFiles

__all__ = [
    "FORMATS",
    "ON_A_STREAM",
    "WITH_TIMELINES",
    "CheckInForce",
    "LessonInForce",
    "Origin",
    "Report",
    "RulesInForce",
    "Summary",
    "TooMuchForOneFile",
    "open_report",
]

_REPORTS = {
    "text": ("text", "TextReport"),
    "json": ("json_report", "JsonReport"),
    "jsonl": ("jsonl", "JsonLinesReport"),
    "csv": ("csv_report", "CsvReport"),
    "sarif": ("sarif", "SarifReport"),
    "html": ("html_report", "HtmlReport"),
    "xlsx": ("workbook", "WorkbookReport"),
    "parquet": ("parquet", "ParquetReport"),
}
"""The module and the class of each format's report."""
FORMATS = tuple(_REPORTS)
ON_A_STREAM = tuple(name for name in FORMATS if name != "parquet")
"""The formats that are one stream: all but the one that writes several files into a folder."""
WITH_TIMELINES = frozenset({"html"})
"""The formats that show the timeline of each record."""


class Report(Protocol):
    """Takes an audit's items in reading order (by file, then line), and writes them."""

    summary: Summary
    """Counts of all that was added so far."""

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Take one record's audit, or one input that could not be read.

        Raises:
            TooMuchForOneFile: where the format has a limit.
        """

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Write what is left to write; nothing is added after it.

        `notices` are what there is to say of waivers, and `notes` of the inputs as a whole, each a
        plain sentence.
        """


def open_report(  # noqa: PLR0913 - width and color are the text report's alone
    format: str,  # noqa: A002 - the option's own name
    stream: TextIO | TableFiles,
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
    with a stream of bytes below it (`io.TextIOWrapper`), and `parquet` files in its place.

    Raises ValueError for another format. Each format's module is imported when it is asked for,
    so that starting costs only what is used.
    """
    if format not in _REPORTS:
        raise ValueError(f"no report format {format!r}; the formats are {', '.join(FORMATS)}")
    module, name = _REPORTS[format]
    report = getattr(import_module(f"casecheck.report.audit.{module}"), name)
    of_format: dict[str, object] = {"selection": selection} if format in SHAPED else {}
    if format == "text":
        of_format |= {"width": width, "color": color}
    return cast(Report, report(stream, rules, settings, origin, **of_format))
