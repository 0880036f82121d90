"""Writes a pack as an Excel workbook: no macros, locked but for what is to be filled.

The same pack gives the same workbook: nothing in it comes from the clock.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from casecheck.qag.extras import need
from casecheck.qag.packs.form import (
    CONFIRMED,
    FIRST_FORM,
    GRADES,
    JUDGMENTS,
    MAX_REASON,
    REASONS,
    SEALS,
    TO_FILL,
    PackName,
    file_stem,
    instructions,
    layout,
    locked_cells,
    name_of,
    printed,
    seal,
)
from casecheck.qag.packs.packs import Pack
from casecheck.text.counted import counted
from casecheck.text.spreadsheet import A4, MADE, lines_in, row_height
from casecheck.text.xlsx_cells import column_letters

COVER = "Cover"
JUDGED = "Judgments"
PACK_LABEL = "Pack"
"""The label on the cover beside which the pack's name stands."""
CASES_AT = (4, 1)
"""The cell of the cover, by row and column from 0, that tells how many cases there are."""
DONE_AT = (5, 1)
"""The cell that tells how many rows are answered: the only formula in a pack."""
_COVER_WIDTH = 84
_MAY = {"format_rows": True, "format_columns": True, "autofilter": True}
"""What a reader may do on a locked sheet, so that it can be read."""


def workbook(pack: Pack) -> bytes:
    """Return the workbook.

    Raises:
        MissingExtra: where XlsxWriter is not installed.
    """
    file = io.BytesIO()
    book = need("xlsxwriter").Workbook(file, {"in_memory": True})
    book.set_properties({"title": f"Pack of {pack.sample} for {pack.auditor}", "created": MADE})
    cells = deque(locked_cells(pack))
    _cover(book, pack, name_of(pack, cells))
    _judged(book, pack, cells)
    book.close()
    return file.getvalue()


def cover_cells(name: PackName, cases: int, asked: int) -> dict[tuple[int, int], str]:
    """Return the texts of a pack's cover by row and column, both from 0.

    `asked` is how many rows are to be answered.
    """
    done = [] if name.form == FIRST_FORM else [("Done", f"0 of {asked} answered")]
    told = [
        ("Sample", name.sample),
        ("Auditor", name.auditor),
        ("To do", f"{counted(cases, 'case')}, {counted(asked, 'question')}, on the sheet {JUDGED}"),
        *done,
        *(
            ("What to do" if not number else "", one)
            for number, one in enumerate(instructions(blind=name.kind == "blind", form=name.form))
        ),
        (PACK_LABEL, str(name)),
    ]
    cells = {(0, 0): "Audit of case records"}
    for line, texts in enumerate(told, 2):
        cells |= {(line, place): text for place, text in enumerate(texts)}
    return cells


def _cover(book: Any, pack: Pack, name: PackName) -> None:
    sheet = book.add_worksheet(COVER)
    heading = book.add_format({"bold": True, "font_size": 16})
    label = book.add_format({"bold": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, _COVER_WIDTH)
    cases = len({row.position for row in pack.rows})
    texts = cover_cells(name, cases, pack.asked)
    for (line, place), value in texts.items():
        look = text if place else label if line else heading
        sheet.write_string(line, place, value, look)
        if place:
            sheet.set_row(line, _height([(value, _COVER_WIDTH)]))
    answers = column_letters(layout(pack.blind).index(TO_FILL[0]))
    asked = f"{JUDGED}!{answers}2:{answers}{pack.asked + 1}"
    counted_up = f'=COUNTA({asked})&" of {pack.asked} answered"'
    sheet.write_formula(*DONE_AT, counted_up, book.add_format({"bold": True}), texts[DONE_AT])
    _paper(sheet, pack, landscape=False)
    sheet.protect("", _MAY)


def _judged(book: Any, pack: Pack, cells: deque[dict[str, str]]) -> None:
    sheet = book.add_worksheet(JUDGED)
    shown = layout(pack.blind)
    sealed = len(shown)
    looks = _Looks(book)
    sheet.set_row(0, row_height(2))
    for place, column in enumerate(shown):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, looks.head)
    sheet.write_string(0, sealed, SEALS.title, looks.head)
    sheet.set_column(sealed, sealed, 10, None, {"hidden": True})
    number = len(cells)
    band, case = False, None
    for line, of in enumerate(pack.rows, 1):
        row = cells.popleft()  # the writer holds it now, and there may be many
        first = (of.position, of.part == "spare") != case
        band, case = band ^ first, (of.position, of.part == "spare")
        sheet.set_row(line, _height((row.get(one.key, ""), one.width) for one in shown))
        for place, column in enumerate(shown):
            look = looks.of(column in TO_FILL, band, first, column.key in _TOLD_APART)
            if column in TO_FILL:
                sheet.write_blank(line, place, None, look)
            else:
                sheet.write_string(line, place, row[column.key], look)
        sheet.write_string(line, sealed, seal(row), looks.of(False, band, first, False))
    _choices(sheet, shown.index(TO_FILL[0]), pack)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, number, sealed - 1)
    # What is asked only where a lesson applies after all is seldom needed on paper.
    sheet.print_area(0, 0, pack.asked, printed(pack.blind) - 1)
    sheet.repeat_rows(0)
    _paper(sheet, pack, landscape=True)
    sheet.protect("", _MAY)


_TOLD_APART = ("no", "case_id")
"""The columns that stay in sight; the first row of a case has them in bold."""


class _Looks:
    """The formats of a pack's cells: each case is told from the next by its colour and a line."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[bool, bool, bool, bool], Any] = {}
        self._cell = {"border": 1, "border_color": "#A6A6A6", "text_wrap": True, "valign": "top"}
        self.head = book.add_format({**self._cell, "bold": True, "bg_color": "#D9E1F2"})

    def of(self, free: bool, band: bool, first: bool, names: bool) -> Any:
        """Return that of a cell: `free` to fill in, in the other `band`, the `first` of a case."""
        key = free, band, first, names
        if key not in self._made:
            look: dict[str, object] = {**self._cell, "num_format": "@", "locked": not free}
            if not free:
                look["bg_color"] = "#DDE6F3" if band else "#F2F2F2"
            if first:
                look |= {"top": 2, "top_color": "#1F3864", "bold": names}
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _height(texts: Iterable[tuple[str, int]]) -> float:
    """Return a height in which each text is to be read in a column of its width."""
    return row_height(max(_lines(text, width) for text, width in texts))


_lines = lru_cache(maxsize=1 << 12)(lines_in)
"""The same few texts are in each case of a pack."""


def _choices(sheet: Any, first: int, pack: Pack) -> None:
    """Add the lists to choose from; a reason may be other words, the others may not."""
    others = [line for line, row in enumerate(pack.rows, 1) if row.part == "others"]
    plain = [line for line, row in enumerate(pack.rows, 1) if row.part != "others"]
    every = range(1, len(pack.rows) + 1)
    lists: tuple[tuple[Sequence[int], int, dict[str, Any]], ...] = (
        (
            plain,
            first,
            {
                "source": list(JUDGMENTS.values()),
                "error_title": "Judgment",
                "error_message": "Choose one of the four from the list.",
            },
        ),
        (
            others,
            first,
            {
                "source": list(CONFIRMED.values()),
                "error_title": "Judgment",
                "error_message": "Choose one of the three from the list.",
            },
        ),
        (
            every,
            first + 1,
            {
                "source": list(REASONS),
                "show_error": False,
                "input_title": "Reason",
                "input_message": f"Choose one, or write a few words of your own: at most"
                f" {MAX_REASON} characters, and nobody's name.",
            },
        ),
        (
            plain,
            first + 2,
            {
                "source": list(GRADES.values()),
                "error_title": "Grade",
                "error_message": "Choose one of the four from the list, or leave it empty.",
            },
        ),
    )
    for lines, place, choice in lists:
        for start, end in _runs(lines):
            sheet.data_validation(start, place, end, place, {"validate": "list", **choice})


def _runs(lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of rows that follow each other."""
    for _, run in groupby(enumerate(lines), lambda one: one[1] - one[0]):
        numbers = [line for _, line in run]
        yield numbers[0], numbers[-1]


def _paper(sheet: Any, pack: Pack, *, landscape: bool) -> None:
    sheet.set_paper(A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{file_stem(pack)}&CConfidential&RPage &P of &N")
