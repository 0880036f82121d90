"""Write what measures come to, in each format."""

from __future__ import annotations

import json
from typing import TextIO

from casecheck.measures.report import MeasuresReport
from casecheck.report.measures.to_csv import write_csv
from casecheck.report.measures.to_html import measures_page
from casecheck.report.measures.to_json import measures_object
from casecheck.report.measures.to_text import measures_text
from casecheck.text.page import Page

FORMATS = ("text", "json", "csv", "html")


def write_measures(report: MeasuresReport, stream: TextIO, how: str) -> None:
    """Write a report in one of FORMATS."""
    if how == "json":
        stream.write(json.dumps(measures_object(report), indent=1, ensure_ascii=False) + "\n")
    elif how == "csv":
        write_csv(report, stream)
    elif how == "html":
        stream.write(measures_page(report))
    else:
        lines = measures_text(report, Page(stream, None, None))
        stream.writelines(f"{line}\n" for line in lines)
