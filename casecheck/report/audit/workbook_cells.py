"""Writes the sheets of a workbook through XlsxWriter, row after row, so that memory stays bounded.

A text is written as a text, whatever it looks like: it is never a formula, a link or markup, and
one that would become a formula where somebody types over it begins with an apostrophe
(`text.cells`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Any

from casecheck.intake.own_reports import REPORT_TITLE
from casecheck.qag.extras import need
from casecheck.report.audit.sheets import DOES_NOT_APPLY, NOT_EVALUATED, Cell, Kind, Sheet
from casecheck.results import Outcome
from casecheck.text.cells import EXACT_DIGITS, harmless
from casecheck.text.spool import beside_output
from casecheck.text.spreadsheet import A4, MADE, cut_to_cell, fits_cell, lines_in, row_height

MOST_ROWS = 1_048_575
"""Rows of a sheet below its heads: more fit in no workbook."""
_FIRST_DAY, _LAST_DAY = date(1900, 3, 1), date(9999, 12, 31)
"""The days that every spreadsheet reads alike as a number."""
_CUT = " ... (cut: the whole of it is in the other formats)"
_FILLS: Mapping[str, Mapping[str, object]] = {
    Outcome.BREACH.in_words: {"bg_color": "#F8CBAD", "font_color": "#7B1E00", "bold": True},
    Outcome.INSUFFICIENT_EVIDENCE.in_words: {"bg_color": "#FFF2CC", "font_color": "#5F4700"},
    Outcome.COMPLIANT.in_words: {"bg_color": "#E2EFDA", "font_color": "#1F4E20"},
    DOES_NOT_APPLY: {"font_color": "#6B6B6B"},
    NOT_EVALUATED: {"bg_color": "#7B1E00", "font_color": "#FFFFFF", "bold": True},
}
_LOOKS: Mapping[Kind, Mapping[str, object]] = {
    "text": {},
    "words": {"text_wrap": True},
    "number": {"align": "right", "indent": 1},
    "share": {"num_format": "0%"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    "outcome": {},
}


class Workbook:
    """A workbook that is written sheet by sheet, in the order in which they are begun."""

    def __init__(self, file: Path, folder: Path) -> None:
        """Begin the workbook in `file`; while it is written, its parts lie in `folder`.

        Raises:
            MissingExtra: where XlsxWriter is not installed.
        """
        options = {"constant_memory": True, "tmpdir": str(folder)}
        self._book = need("xlsxwriter").Workbook(str(file), options)
        self._book.set_properties({"title": REPORT_TITLE, "created": MADE})
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self._looks: dict[tuple[Kind, str], Any] = {}

    def look(self, **properties: object) -> Any:
        """Return a format of these properties; each is kept once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"valign": "top", **properties})
        return self._formats[key]

    def _look_of(self, kind: Kind, outcome: str) -> Any:
        key = kind, outcome
        if key not in self._looks:
            self._looks[key] = self.look(**_LOOKS[kind], **_FILLS.get(outcome, {}))
        return self._looks[key]

    def page(self, name: str, widths: Sequence[float]) -> Any:
        """Begin a sheet that is laid out by hand, top to bottom; return XlsxWriter's own."""
        sheet = self._book.add_worksheet(name)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        self._paper(sheet, name)
        return sheet

    def rows(self, of: Sheet, rows: Iterable[Sequence[Cell]]) -> None:
        """Write a sheet of rows below its heads: frozen, with a filter, to be printed on A4."""
        sheet = self.page(of.name, [column.width for column in of.columns])
        head = self.look(bold=True, text_wrap=True, bg_color="#D9E1F2", bottom=1)
        sheet.freeze_panes(1, of.kept)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        # Beside a head stands the button of the filter.
        sheet.set_row(0, row_height(max(lines_in(one.head, one.width - 3) for one in of.columns)))
        for place, column in enumerate(of.columns):
            sheet.write_string(0, place, shown(column.head), head)
        words = [at for at, column in enumerate(of.columns) if column.kind == "words"]
        last = 0
        for last, row in enumerate(rows, 1):
            told = ((str(row[at] or ""), of.columns[at].width) for at in words)
            lines = max((lines_in(*one) for one in told), default=1)
            if lines > 1:
                sheet.set_row(last, row_height(lines))
            for place, (column, value) in enumerate(zip(of.columns, row, strict=True)):
                if value is not None and value != "":
                    self.cell(sheet, last, place, column.kind, value)
        sheet.autofilter(0, 0, max(last, 1), len(of.columns) - 1)
        sheet.print_area(0, 0, max(last, 1), (of.printed or len(of.columns)) - 1)

    def cell(self, sheet: Any, row: int, place: int, kind: Kind, value: Cell) -> None:
        """Write one cell, as what its column holds; a day or number that cannot be one as text."""
        look = self._look_of(kind, str(value) if kind == "outcome" else "")
        if isinstance(value, date):
            if _FIRST_DAY <= value <= _LAST_DAY:
                sheet.write_datetime(row, place, value, look)
                return
        elif isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**EXACT_DIGITS):
            sheet.write_number(row, place, value, look)
            return
        sheet.write_string(row, place, shown(str(value)), look)

    def close(self) -> None:
        """Write the workbook to its file.

        Raises OSError where it cannot be written.
        """
        self._book.close()

    def _paper(self, sheet: Any, name: str) -> None:
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer(f"&L{name}&CConfidential&RPage &P of &N")


def shown(text: str) -> str:
    """Return a text as a cell may hold it: no formula, no markup, and not too long."""
    line = harmless(text)
    if line.startswith("<r>"):  # which XlsxWriter would take for markup of its own
        line = f"'{line}"
    return line if fits_cell(line) else cut_to_cell(line, _CUT)


@contextmanager
def written_to(stream: IO[bytes]) -> Iterator[Workbook]:
    """Yield a workbook, and write it to a stream when the context ends without an error.

    What it is made of lies beside the output until then, in a folder that nobody else may enter.
    """
    with tempfile.TemporaryDirectory(prefix=".casecheck-", dir=beside_output()) as name:
        folder = Path(name)
        file = folder / "report.xlsx"
        book = Workbook(file, folder)
        yield book
        book.close()
        with file.open("rb") as made:
            while block := made.read(1 << 20):
                stream.write(block)
