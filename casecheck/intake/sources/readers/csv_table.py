"""Reads one table that was saved as CSV, a row at a time, whatever program saved it.

Commas, semicolons, tabs or bars may separate its cells, titles may stand above its heads, and line
breaks within quotes. A line, a row, a cell and the number of columns are bounded, so memory does
not grow with the file. Messages name lines and heads of columns that are known, never a cell.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO

from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.readers.encoded import encoding_of_table
from casecheck.intake.sources.rows import Place, SourceRefused, SourceRow
from casecheck.text.delimited import SEPARATORS, TooLong, bounded_lines, separator_told
from casecheck.text.regular_file import NoFile, open_file

MAX_LINE = 1 << 20
"""Characters of a line, and MAX_ROW of all lines that a row takes, by line breaks within quotes."""
MAX_ROW = 1 << 21
MAX_COLUMNS = 4_096
SEARCHED = 20
"""Of so many rows that are not blank one has the heads; they stand in the first LINES_SEARCHED."""
LINES_SEARCHED = 1_000
CUT_OFF = "unknown"
"""What stands for a cell that a row is too short to have: it is not blank, and tells nothing."""

_ENCODING, _HEADS_LOWER, _HEADS_SPELT, _TWICE, _ABSENT, _FORMULA, _SHIFTED = 2, 8, 9, 10, 11, 14, 45
"""The faults that are seen here."""
_MARKED = {"utf-8": "utf-8-sig", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}
_AS_TEXT = re.compile(r'="([^"]*)"')
"""How programs keep a spreadsheet from reading a number in a text: `="00123"`."""
_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)")
_NOT_A_HEAD = re.compile(r"[\d\s./:,-]+")


def head_of(text: str) -> str:
    """Return a head of a column as heads are compared: letters and digits, in one case.

    >>> head_of(" Child\\u2019s  ID. ") == head_of("child's_id")
    True
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if one.isalnum()) or plain.strip()


class _Heads(NamedTuple):
    """Which row has the heads, its line, and how the file's cells are separated."""

    separator: str
    line: int
    row: int
    texts: tuple[str, ...]


class CsvTable:
    """One table: its heads are found when it is opened, and its rows read when they are asked for.

    `wanted` are the heads to be read, as the rows' items are to be named; without any, all are.
    `keys` are those that name somebody: of a row that is too short for one it is None. `absent`
    are those that are not there, `others` what is there besides (heads may name a person: mask
    them before they are shown).

    Raises:
        SourceRefused: where it is no table, or two of its columns have one wanted head.
        OSError: where it cannot be read.
    """

    def __init__(
        self,
        path: Path,
        table: str,
        faults: Faults,
        wanted: Iterable[str] | None = None,
        keys: Iterable[str] = (),
    ) -> None:
        self.path, self.table, self._faults = path, table, faults
        self.name = masked(path.name)
        self._keys = frozenset(keys)
        encoded = encoding_of_table(path)
        self._encoding = _MARKED[encoded.name] if encoded.mark else encoded.name
        if encoded.told is not None:
            faults.add(_ENCODING, encoded.told, self.place(1))
        known = None if wanted is None else _by_head(wanted)
        self._heads = self._find_heads(known)
        self.columns = self._columns(known)
        """The place of each item in a row, from 0."""
        self.absent = tuple(one for one in (known or {}).values() if one not in self.columns)
        at = set(self.columns.values())
        self.others = tuple(
            text for place, text in enumerate(self._heads.texts) if text and place not in at
        )
        for item in self.absent:
            faults.add(_ABSENT, item, self.place(self._heads.line))

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads as they stand in the file."""
        return self._heads.texts

    def place(self, line: int) -> Place:
        """Return the place of a line."""
        return Place(self.name, "line", line)

    # The heads

    def _find_heads(self, known: Mapping[str, str] | None) -> _Heads:
        best: tuple[tuple[int, int], _Heads] | None = None
        with self._opened() as text:
            told = separator_told(text, MAX_LINE)
        for separator in (told,) if told else SEPARATORS:
            first = self._first_rows(separator)
            found = _by_width(first) if known is None else _by_names(first, known)
            if found is None:
                continue
            score, at = found
            line, texts = first[at]
            if best is None or score > best[0]:
                best = score, _Heads(separator, line, at, _trimmed(texts))
        if best is None or not best[0][0]:
            where = f"none of its first {SEARCHED} rows has the heads of its columns"
            raise SourceRefused(f"{self.name}: {where}: is it the right file?")
        heads = best[1]
        if heads.row:
            self._faults.add(_HEADS_LOWER, "heads", self.place(heads.line))
        return heads

    def _first_rows(self, separator: str) -> list[tuple[int, list[str]]]:
        """Return the first rows that are not blank, with their lines, up to what cannot be read.

        By a separator that is not the file's, much cannot; what is wrong by its own is told later.
        """
        found: list[tuple[int, list[str]]] = []
        with suppress(SourceRefused):
            for row in islice(self._read(separator, LINES_SEARCHED), SEARCHED):
                found.append(row)  # those before it stay where one is refused
        return found

    def _columns(self, known: Mapping[str, str] | None) -> dict[str, int]:
        columns: dict[str, int] = {}
        where = self.place(self._heads.line)
        for at, text in enumerate(self._heads.texts):
            if known is not None and head_of(text) not in known:
                continue
            item = text if known is None else known[head_of(text)]
            if not item:
                continue
            if item in columns:
                self._faults.add(_TWICE, masked(item), where, lost=True)
                columns_of = f"columns {columns[item] + 1} and {at + 1}"
                why = f"two columns have the head {masked(item)} ({columns_of})"
                raise self._refused(self._heads.line, f"{why}: rename or remove one")
            columns[item] = at
            if text != item:
                self._faults.add(_HEADS_SPELT, item, where)
        return columns

    # The rows

    def rows(self) -> Iterator[SourceRow]:
        """Yield the rows below the heads that are not blank; a blank item is None.

        A row with more cells than there are heads is refused, and counted as lost: its values
        stand in wrong places. So is a row with one cell alone, which is a note or the rest of a
        broken line. In another with fewer cells those that are not there are `CUT_OFF`.

        Raises:
            SourceRefused: where the file is no CSV from some line on.
        """
        heads, columns = self._heads, tuple(self.columns.items())
        width, last = len(heads.texts), max(self.columns.values(), default=-1)
        for line, cells in islice(self._read(heads.separator), heads.row + 1, None):
            place = self.place(line)
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                self._faults.add(_SHIFTED, "a row with more cells than heads", place, lost=True)
                continue
            if len(cells) <= last:
                is_note = len(cells) == 1 and width > 2
                what = "a row with one cell" if is_note else "a row with fewer cells than heads"
                self._faults.add(_SHIFTED, what, place, lost=is_note)
                if is_note:
                    continue
            items = {item: self._item(cells, item, at, place) for item, at in columns}
            yield SourceRow(self.table, place, items)

    def _item(self, cells: Sequence[str], item: str, at: int, place: Place) -> str | None:
        if at >= len(cells):
            return None if item in self._keys else CUT_OFF
        text = cells[at].strip()
        if not text:
            return None
        if text[0] not in "=#":
            return text
        if found := _AS_TEXT.fullmatch(text):
            return found[1].strip() or None
        if text[0] == "=" or _ERROR.fullmatch(text.upper()):
            self._faults.add(_FORMULA, item, place)
            return None if item in self._keys else CUT_OFF
        return text

    def _read(self, separator: str, most: int | None = None) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that are not blank, each with the line on which it begins.

        `most`: of so many lines.
        """
        with self._opened() as text:
            lines = _Lines(text, most)
            reader = csv.reader(lines.each(), delimiter=separator, strict=True)
            try:
                for row in reader:
                    lines.taken = 0
                    if any(row) and any(cell and not cell.isspace() for cell in row):
                        if len(row) > MAX_COLUMNS:
                            raise self._refused(lines.first, f"more than {MAX_COLUMNS:,} columns")
                        yield lines.first, row
            except (csv.Error, TooLong):
                begun = lines.first if lines.taken else lines.number + 1
                raise self._refused(begun, _NO_CSV) from None
            except UnicodeError:
                raise self._refused(lines.number + 1, "its text is damaged") from None

    def _opened(self) -> io.TextIOWrapper:
        try:
            file = open_file(self.path)
        except NoFile as error:
            raise SourceRefused(f"{self.name} {error}") from None
        return io.TextIOWrapper(file, self._encoding, newline="")

    def _refused(self, line: int, why: str) -> SourceRefused:
        return SourceRefused(f"{self.place(line)}: {why}")


_NO_CSV = (
    "this is not CSV from here on: a quote that is not closed, or a row longer than any table's. "
    "Save the file again as CSV UTF-8"
)


class _Lines:
    """The lines of a table, of which no row takes more than `MAX_ROW` characters.

    `number` is that of the last line, `first` of the one on which the row began; `taken` are the
    characters of the row so far, which is over when they are set to 0.
    """

    def __init__(self, text: TextIO, most: int | None) -> None:
        self.number = int(separator_told(text, MAX_LINE) is not None)
        self.first = self.number + 1
        self.taken = 0
        self._lines = islice(bounded_lines(text, MAX_LINE), most)

    def each(self) -> Iterator[str]:
        """Yield the lines; blank ones only within a row."""
        for line in self._lines:
            self.number += 1
            if not self.taken:
                if line.isspace():
                    continue
                self.first = self.number
            self.taken += len(line)
            if self.taken > MAX_ROW or "\0" in line:
                raise TooLong
            yield line


def _by_head(wanted: Iterable[str]) -> dict[str, str]:
    known: dict[str, str] = {}
    for one in wanted:
        if known.setdefault(head_of(one), one) != one:
            raise ValueError("two heads that are wanted are spelt alike")
    return known


def _trimmed(texts: Sequence[str]) -> tuple[str, ...]:
    """Return heads without blanks around them, and without the blank columns at their end."""
    heads = [text.strip() for text in texts]
    while heads and not heads[-1]:
        heads.pop()
    return tuple(heads)


def _by_names(
    first: Sequence[tuple[int, list[str]]], known: Mapping[str, str]
) -> tuple[tuple[int, int], int] | None:
    """Return the row with most of the known heads, and how many: the first, if there are more."""
    scores = [
        (len(known.keys() & set(map(head_of, row))), -at) for at, (_, row) in enumerate(first)
    ]
    best = max(scores, default=(0, 0))
    return ((best[0], len(first[-best[1]][1])), -best[1]) if best[0] else None


def _by_width(first: Sequence[tuple[int, list[str]]]) -> tuple[tuple[int, int], int] | None:
    """Return the first row that can be one of heads, as wide as most; wider is the better."""
    widths = [sum(1 for text in row if text.strip()) for _, row in first]
    most = max(widths, default=0)
    for at, (_, row) in enumerate(first):
        given = [text.strip() for text in row if text.strip()]
        named = not any(_NOT_A_HEAD.fullmatch(text) for text in given)
        if named and 2 * len(given) > most and len(set(given)) == len(given):
            return (len(given), 0), at
    return None
