"""Writes a pack as an Excel workbook: no macros, no formulas, locked but for what is to be filled.

The same pack gives the same workbook: nothing in it comes from the clock.
"""

from __future__ import annotations

import io
import textwrap
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from casecheck.qag.extras import need
from casecheck.qag.packs.form import (
    GRADES,
    JUDGMENTS,
    MAX_REASON,
    REASONS,
    SEALS,
    TO_FILL,
    PackName,
    columns,
    file_stem,
    instructions,
    locked_cells,
    name_of,
    seal,
)
from casecheck.qag.packs.packs import Pack
from casecheck.text.counted import counted

COVER = "Cover"
JUDGED = "Judgments"
PACK_LABEL = "Pack"
"""The label on the cover beside which the pack's name stands."""
CASES_AT = (4, 1)
"""The cell of the cover, by row and column from 0, that tells how many cases there are."""
_A4 = 9
_FIXED = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A workbook must say when it was made; ours says what its archive says, the first day of zip."""
_COVER_WIDTH = 84
_LINE = 15.0
_HIGHEST = 405.0
_MAY = {"format_rows": True, "format_columns": True, "autofilter": True}
"""What a reader may do on a locked sheet, so that it can be read."""


def workbook(pack: Pack) -> bytes:
    """Return the workbook.

    Raises:
        MissingExtra: where XlsxWriter is not installed.
    """
    file = io.BytesIO()
    book = need("xlsxwriter").Workbook(file, {"in_memory": True})
    book.set_properties({"title": f"Pack of {pack.sample} for {pack.auditor}", "created": _FIXED})
    cells = deque(locked_cells(pack))
    _cover(book, pack, name_of(pack, cells))
    _judged(book, pack, cells)
    book.close()
    return file.getvalue()


def cover_cells(name: PackName, cases: int) -> dict[tuple[int, int], str]:
    """Return the texts of a pack's cover by row and column, both from 0."""
    told = [
        ("Sample", name.sample),
        ("Auditor", name.auditor),
        (
            "To do",
            f"{counted(cases, 'case')}, {counted(name.rows, 'question')}, on the sheet {JUDGED}",
        ),
        *(
            ("What to do" if not number else "", one)
            for number, one in enumerate(instructions(blind=name.kind == "blind"))
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
    for (line, place), value in cover_cells(name, cases).items():
        look = text if place else label if line else heading
        sheet.write_string(line, place, value, look)
        if place:
            sheet.set_row(line, _height([(value, _COVER_WIDTH)]))
    _paper(sheet, pack, landscape=False)
    sheet.protect("", _MAY)


def _judged(book: Any, pack: Pack, cells: deque[dict[str, str]]) -> None:
    sheet = book.add_worksheet(JUDGED)
    shown = columns(pack.blind)
    border = {"border": 1, "border_color": "#A6A6A6", "text_wrap": True, "valign": "top"}
    head = book.add_format({**border, "bold": True, "bg_color": "#D9E1F2"})
    locked = book.add_format({**border, "num_format": "@", "bg_color": "#F2F2F2"})
    free = book.add_format({**border, "num_format": "@", "locked": False})
    sheet.set_row(0, 2 * _LINE)
    for place, column in enumerate((*shown, *TO_FILL)):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, head)
    sealed = len(shown) + len(TO_FILL)
    sheet.write_string(0, sealed, SEALS.title, head)
    sheet.set_column(sealed, sealed, 10, None, {"hidden": True})
    rows = len(cells)
    for line in range(1, rows + 1):
        row = cells.popleft()  # the writer holds it now, and there may be many
        sheet.set_row(line, _height((row[one.key], one.width) for one in shown))
        for place, text in enumerate(row.values()):
            sheet.write_string(line, place, text, locked)
        for place in range(len(shown), sealed):
            sheet.write_blank(line, place, None, free)
        sheet.write_string(line, sealed, seal(row), locked)
    _choices(sheet, len(shown), rows)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, rows, sealed - 1)
    sheet.print_area(0, 0, rows, sealed - 1)
    sheet.repeat_rows(0)
    _paper(sheet, pack, landscape=True)
    sheet.protect("", _MAY)


def _height(texts: Iterable[tuple[str, int]]) -> float:
    """Return a height in which each text is to be read in a column of its width.

    Spreadsheets that print without showing a sheet leave a row as high as it is told to be.
    """
    lines = max(_lines(text, max(2, width - 1)) for text, width in texts)
    return min(_HIGHEST, _LINE * max(1, lines))


@lru_cache(maxsize=1 << 12)
def _lines(text: str, width: int) -> int:
    """Return in how many lines a text stands. The same few texts are in each case of a pack."""
    return len(textwrap.wrap(text, width, break_on_hyphens=False))


def _choices(sheet: Any, first: int, rows: int) -> None:
    """Add the lists to choose from; a reason may be other words, the two others may not."""
    lists: tuple[dict[str, Any], ...] = (
        {
            "source": list(JUDGMENTS.values()),
            "error_title": "Judgment",
            "error_message": "Choose one of the four from the list.",
        },
        {
            "source": list(REASONS),
            "show_error": False,
            "input_title": "Reason",
            "input_message": f"Choose one, or write a few words of your own: at most {MAX_REASON}"
            " characters, and nobody's name.",
        },
        {
            "source": list(GRADES.values()),
            "error_title": "Grade",
            "error_message": "Choose one of the four from the list, or leave it empty.",
        },
    )
    for place, choice in enumerate(lists, first):
        sheet.data_validation(1, place, rows, place, {"validate": "list", **choice})


def _paper(sheet: Any, pack: Pack, *, landscape: bool) -> None:
    sheet.set_paper(_A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{file_stem(pack)}&CConfidential&RPage &P of &N")
