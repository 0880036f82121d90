"""Reads the CSV files of a folder, by its mapping, into the rows of each child.

Each file is read twice: to see whether its days are in the American order, then row by row. A row
is held as one short text, by the identifier of its child. A row that cannot be read, or of which it
is not known whose it is, makes its section incomplete for every child.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from casecheck.intake.sources import values
from casecheck.intake.sources.case import Draft
from casecheck.intake.sources.csv_mapping import CsvFile, CsvMapping, load_csv_mapping
from casecheck.intake.sources.csv_values import identifier_of
from casecheck.intake.sources.dirt import DOUBLE_ROW, LEFT_OUT, Faults
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.mapping import FieldMap, RowMap
from casecheck.intake.sources.readers.csv_table import CsvTable
from casecheck.intake.sources.rows import Place, SourceRefused, SourceRow
from casecheck.intake.sources.survey import MOST_NAMELESS
from casecheck.intake.sources.values import UNKNOWN
from casecheck.record.coverage import kind_field
from casecheck.record.model import FIELDS

_FEW_ROWS = 20
_NO_ID, _ONE_SOURCE, _SHIFTED = 35, 38, 45
_TYPED = ("date", "flag", "code", "born")
_UNREAD = 2
"""Of so many typed columns that do not read, a row's values stand in wrong places."""


class CsvRows:
    """The rows of a folder, by child.

    `incomplete` are the sections of which some row could not be read or is nobody's. `doubtful`
    are, by section, columns whose days are perhaps in the American order.

    Raises:
        SourceRefused: where the mapping or a file cannot be read, or a column is not there.
        OSError: where a file cannot be read.
    """

    def __init__(self, folder: Path, faults: Faults) -> None:
        self.told: CsvMapping = load_csv_mapping(folder)
        self.faults = faults
        self.unknown: dict[str, int] = {}
        self.incomplete: set[str] = set()
        self.doubtful: dict[str, frozenset[str]] = {}
        self.absent: dict[str, frozenset[str]] = {}
        self.paths: list[Path] = []
        self._folder = folder
        self._by_child: dict[str, dict[str, int]] = {}
        self._whose: dict[tuple[str, str], set[str]] = {}
        self._names: dict[str, str] = {}
        for file in self.told.files:
            self._read(file)

    @property
    def children(self) -> frozenset[str]:
        """The identifiers of all children."""
        return frozenset(self._by_child)

    def first_place(self, child: str) -> Place:
        """Return where the first row of a child stands."""
        text, line = next(iter(self._by_child[child].items()))
        return self._place(json.loads(text)[0], line)

    def rows(self, child: str) -> Iterator[SourceRow]:
        """Yield the rows of a child, in an order that is not that of the files."""
        columns = {file.section: file.wanted for file in self.told.files}
        for text, line in sorted(self._by_child.get(child, {}).items()):
            section, *cells = json.loads(text)
            items = dict(zip(columns[section], cells, strict=True))
            yield SourceRow(section, self._place(section, line), items)

    def drafts(self, row: SourceRow, faults: Faults) -> Iterator[Draft]:
        """Yield the draft of a row; what is not in the file is no blank."""
        doubtful = self.doubtful.get(row.table, frozenset())
        for draft in self.told.mapping.drafts(row, faults, doubtful):
            for name, item in draft.items.items():
                if item in self.absent[row.table]:
                    draft.values[name] = UNKNOWN
            yield draft

    def _place(self, section: str, line: int) -> Place:
        return Place(self._names[section], "line", line)

    # Reading

    def _read(self, file: CsvFile) -> None:
        path = self._within(file)
        self.paths.append(path)
        lost = self.faults.lost
        table = CsvTable(path, file.section, self.faults, file.wanted, file.keys)
        self._names[file.section] = table.name
        self.absent[file.section] = frozenset(table.absent)
        self._refuse_absent(file, table)
        for head in table.others:
            name = f"{table.name}: {masked(head)}"
            self.unknown[name] = self.unknown.get(name, 0) + 1
        self._look_at(file, path)
        rules = self.told.mapping.rows.get(file.section, ())
        rows = nameless = 0
        for row in table.rows():
            rows += 1
            if self._is_left_out(file, row):
                continue
            nameless += not self._take(file, row, rules[0] if rules else None)
        if nameless * 100 > max(rows, _FEW_ROWS) * MOST_NAMELESS:
            told = f"{nameless:,} of {rows:,} rows tell no child: more than {MOST_NAMELESS} in 100"
            raise SourceRefused(
                f"{table.name}: {told}; is it the right column in {self._at(file)}?"
            )
        if self.faults.lost > lost:
            self.incomplete.add(file.section)

    def _at(self, file: CsvFile) -> str:
        return f"{self.told.path.name} line {file.line}"

    def _within(self, file: CsvFile) -> Path:
        """Return the path of a file, if it is one in the folder and no link out of it."""
        path = self._folder / file.name
        if path.is_symlink() and path.resolve().parent != self._folder.resolve():
            why = "is a link to another place: put the file itself into the folder"
            raise SourceRefused(f"{self._at(file)}: {masked(file.name)} {why}")
        if not path.exists():
            cure = "name the file as it is, or take the section out"
            raise SourceRefused(f"{self._at(file)}: there is no {masked(file.name)}: {cure}")
        return path

    def _refuse_absent(self, file: CsvFile, table: CsvTable) -> None:
        """Refuse a file without a column on which its rows stand."""
        fields = FIELDS.get(file.section, {})
        needed = {file.child, file.id} | {
            column
            for name, column in file.columns.items()
            if name in fields and fields[name].role == "required"
        }
        gone = [one for one in table.absent if one in needed]
        if gone:
            heads = ", ".join(masked(one) for one in table.heads if one)
            cure = f"the file has: {heads}"
            where = f"{table.name} has no column {masked(gone[0])}"
            raise SourceRefused(f"{where}, which {self._at(file)} needs; {cure}")

    def _look_at(self, file: CsvFile, path: Path) -> None:
        """See which columns have days that can only be in the American order."""
        rules = self.told.mapping.rows.get(file.section, ())
        days = {one.item for rule in rules for one in rule.fields if one.is_day}
        if file.days is not None or not days:
            return
        found: set[str] = set()
        for row in CsvTable(path, file.section, Faults(), file.wanted).rows():
            for item in days - found:
                text = row.items.get(item)
                if text and "/" in text and values.has_month_second(text):
                    found.add(item)
        self.doubtful[file.section] = frozenset(found)

    def _is_left_out(self, file: CsvFile, row: SourceRow) -> bool:
        """Say whether the mapping leaves rows of this kind out."""
        if not file.left_out:
            return False
        item = file.columns.get(kind_field(FIELDS[file.section]) or "", "")
        if values.folded(row.items.get(item) or "") not in file.left_out:
            return False
        self.faults.add(LEFT_OUT, item, row.place)
        return True

    def _take(self, file: CsvFile, row: SourceRow, rule: RowMap | None) -> bool:
        """Take a row to each child that it is about; say whether it tells one."""
        children = self._children_of(file, row)
        if not children:
            return False
        if rule is not None and self._is_shifted(rule, row):
            return True
        text = json.dumps([file.section, *(row.items.get(item) for item in file.wanted)])
        for child in sorted(children):
            held = self._by_child.setdefault(child, {})
            if text in held:
                self.faults.add(DOUBLE_ROW, file.name, row.place)
            held.setdefault(text, row.place.number)
        own = identifier_of(row.items.get(file.id)) if file.id else None
        if own is not None:
            self._whose.setdefault((file.section, own), set()).update(children)
        return True

    def _children_of(self, file: CsvFile, row: SourceRow) -> set[str]:
        """Return whose a row is: as it says, or as the rows say to which it refers."""
        if file.child is not None:
            child = identifier_of(row.items.get(file.child))
            if child is None:
                self.faults.add(_NO_ID, file.child, row.place, lost=True)
            return {child} if child else set()
        for name, item in file.columns.items():
            target = FIELDS[file.section][name].target
            key = identifier_of(row.items.get(item))
            if target and key and (target, key) in self._whose:
                return self._whose[target, key]
        item = next(iter(file.columns.values()))
        self.faults.add(_ONE_SOURCE, item, row.place, lost=True)
        self.incomplete.add(file.section)
        return set()

    def _is_shifted(self, rule: RowMap, row: SourceRow) -> bool:
        """Read a row for its faults; say whether its values stand in wrong places."""
        unread = sum(_unread(rule.section, one, row) for one in rule.fields)
        if unread < _UNREAD:
            for _ in self.drafts(row, self.faults):
                pass
            return False
        self.faults.add(
            _SHIFTED, "a row of which several columns do not read", row.place, lost=True
        )
        return True


def _unread(section: str, one: FieldMap, row: SourceRow) -> bool:
    text = row.items.get(one.item)
    if text is None or FIELDS[section][one.name].kind not in _TYPED:
        return False
    return one.read(text)[1] == values.OTHER_TEXT
