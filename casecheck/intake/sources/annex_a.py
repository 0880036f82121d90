"""Takes the lists of Ofsted's Annex A as an extract: its day, its window, its children.

A child stands in several lists, and more than once in some: so all lists are read first, and of
each row the few columns are kept that a record needs. What one row of a list lost costs every
child's record what that list tells: whose row it was is not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from casecheck.intake.sources import values
from casecheck.intake.sources.annex_a_day import AGE, BIRTH, ID, day_of, first_day
from casecheck.intake.sources.case import Case, Extract
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.guard import kinds_in
from casecheck.intake.sources.identifiers import Identified, SourceError
from casecheck.intake.sources.listed_case import put_in_order
from casecheck.intake.sources.mapping import load_mapping
from casecheck.intake.sources.pseudonyms import Kind
from casecheck.intake.sources.readers.list_headers import lists_of
from casecheck.intake.sources.readers.workbook import ListRow, ListsWorkbook, ListTable, Wanted
from casecheck.intake.sources.rows import CHILD, ROW_ID, Place, SourceRefused, SourceRow
from casecheck.intake.sources.survey import MOST_NAMELESS
from casecheck.intake.sources.values import UNKNOWN, says_none

NAME = "annex_a"
SEX, TEAM = "Gender", "Allocated Team"
_ASIDE = frozenset({AGE, SEX, TEAM})
_EXPECTED, _CHILDREN = "@expected", "Child"
_LATEST = ("List 6", "List 7", "List 8")
_NEVER_READ = "List 11"
_TEAMS = ("List 7", "List 8", "List 6", "List 9", "List 5", "List 4", "List 3")
"""Where the team of a child is looked for first."""
_SEXES = {"a)male": "M", "male": "M", "m": "M", "1": "M",
          "b)female": "F", "female": "F", "f": "F", "2": "F"}  # fmt: skip
_UNBORN = "-1"


class _Told(NamedTuple):
    """A row of a list, with the list."""

    table: ListTable
    row: ListRow

    @property
    def items(self) -> dict[str, str | None]:
        return self.table.items_of(self.row)

    @property
    def place(self) -> Place:
        return self.table.place(self.row.number)


class AnnexA:
    """The extract that the lists of some workbooks are.

    `empty` are lists of which the person says that nothing in them means that there is nothing.

    Raises:
        SourceRefused: where they cannot be read, or do not tell the day for which they speak.
        OSError: where a file cannot be read.
    """

    def __init__(
        self, paths: Sequence[Path], as_of: date | None, faults: Faults, empty: Iterable[str] = ()
    ) -> None:
        self.mapping = load_mapping(NAME)
        self.faults = faults
        self.notes: list[str] = []
        self._empty = frozenset(empty)
        """Lists that are empty because there is nothing; one with rows is not among them."""
        files = {path.resolve(): path for path in paths}  # a file given twice is read once
        self._read([read_lists(path, faults) for path in files.values()])
        self._doubtful: dict[str, frozenset[str]] = {}
        for table in self._tables:  # of a list on two sheets, both are as doubtful
            before = self._doubtful.get(table.name, frozenset())
            self._doubtful[table.name] = before | self._in_wrong_order(table)
        self._refuse_others()
        self._lost = {table.name for table in self._tables if table.lost}
        self.extract = self._extract(as_of)
        self._refuse_shifted()

    def _read(self, books: Sequence[ListsWorkbook]) -> None:
        refused = frozenset().union(*(book.refused for book in books))
        every = [table for book in books for table in book.tables]
        self._tables = [table for table in every if table.name not in refused]
        if not self._tables:
            names = ", ".join(book.name for book in books)
            why = "no list of Annex A is there by its headers" if not every else "two columns alike"
            raise SourceRefused(f"{names}: {why}; nothing is written")
        not_empty = {table.name for table in every if table.rows or table.lost} & self._empty
        self._empty -= not_empty
        self.notes += [
            f"{name} has rows: --empty says nothing of it." for name in sorted(not_empty)
        ]
        others = dict.fromkeys(text for book in books for text in book.others)
        self.unknown: dict[str, int] = dict(Counter(_shown(text) for text in others))
        for book in books:
            self.notes += book.notes
            if book.no_list:
                sheets = ", ".join(map(str, book.no_list))
                self.notes.append(f"{book.name}: no list by its headers, not read: sheet {sheets}.")
        for name in (one.name for one in lists_of(NAME).known if one.name != _NEVER_READ):
            with_rows = [table for table in every if table.name == name and table.rows]
            if not with_rows and name not in self._empty and name not in refused:
                self.faults.add(13, name, Place(books[0].name, "sheets 1 to", books[0].sheets))
            if name in _LATEST and with_rows:
                self.faults.add(58, name, with_rows[0].place(with_rows[0].header_row))

    def _in_wrong_order(self, table: ListTable) -> frozenset[str]:
        """Return the columns of a list in which some day can only be in American order."""
        days = [(at, item) for at, item in enumerate(table.items) if item in self._days]
        return frozenset(
            item
            for at, item in days
            if any(
                text is not None and "/" in text and values.has_month_second(text)
                for _, texts, _ in table.rows
                for text in (texts[at],)
            )
        )

    @property
    def _days(self) -> frozenset[str]:
        return self.mapping.days

    def _refuse_others(self) -> None:
        nameless = sum(table.nameless for table in self._tables)
        every = nameless + sum(len(table.rows) for table in self._tables)
        if nameless * 100 > every * MOST_NAMELESS:
            message = f"{nameless:,} of {every:,} rows have no {ID}"
            raise SourceRefused(f"{message}: more than {MOST_NAMELESS} in 100; nothing is written")

    def _refuse_shifted(self) -> None:
        """Leave out rows in which two cells hold what cannot be theirs: they are shifted."""
        for table in self._tables:
            typed = [at for at, item in enumerate(table.items) if item in self._days]
            kept = []
            for row in table.rows:
                texts = [text for at in typed if (text := row.texts[at]) is not None]
                if sum(values.day(text)[1] == values.OTHER_TEXT for text in texts) < 2:
                    kept.append(row)
                    continue
                self.faults.add(45, table.name, table.place(row.number), lost=True)
                self._lost.add(table.name)
            table.rows = kept

    def _extract(self, as_of: date | None) -> Extract:
        day, notes = day_of(self._tables, self._days, as_of)
        self.notes += notes
        first = first_day(self._tables, day)
        return Extract(self.mapping.source, day, first, self._carried())

    def _carried(self) -> frozenset[str]:
        """Return the lists with rows, and the columns in which something stands."""
        carried = {_CHILDREN}
        for table in self._tables:
            if not table.rows and table.name not in self._empty:
                continue
            carried.add(table.name)
            carried.update(
                item
                for at, item in enumerate(table.items)
                if table.name in self._empty or any(row.texts[at] is not None for row in table.rows)
            )
        for name in self._empty:
            carried |= {name, *(one for one in _wanted().items.get(name, ()))}
        return frozenset(carried)

    # The children

    def _every_row(self) -> Iterator[_Told]:
        for table in self._tables:
            for row in table.rows:
                yield _Told(table, row)

    def cases(self) -> Iterator[Case]:
        """Yield the children, one at a time."""
        children: dict[str, list[_Told]] = {}
        for one in self._every_row():
            name = values.identifier(one.items[ID])
            assert name is not None  # a row without is left out
            children.setdefault(name, []).append(one)
        for name, told in children.items():
            once = self._once_each(told)
            if self._are_one(once):
                yield self._case(name, once)

    def _once_each(self, told: list[_Told]) -> list[_Told]:
        """Return the rows of a child, those that are alike in all cells once."""
        kept: dict[tuple[str, bytes], _Told] = {}
        for one in told:
            known = one.table.name, one.row.digest
            if known in kept:
                self.faults.add(52, one.table.name, one.place)
            else:
                kept[known] = one
        return list(kept.values())

    def _are_one(self, told: list[_Told]) -> bool:
        """Say whether all rows of an identifier are of one child, by birth and sex."""
        births, sexes = set(), set()
        for one in told:
            items = one.items
            born, _ = self._born(one.table, items)
            if isinstance(born, date) and not self._is_expected(born, items):
                births.add(born)
            sexes.add(_SEXES.get(values.folded(items.get(SEX) or "")))
        if len(births) < 2 and len(sexes - {None}) < 2:
            return True
        for one in told:
            self.faults.add(36, ID, one.place, lost=True)
        return False

    def _born(self, table: ListTable, items: dict[str, str | None]) -> values.Read:
        in_order = BIRTH not in self._doubtful[table.name]
        text = items.get(BIRTH)
        return values.day(text, in_order) if text else (None, None)

    def _is_expected(self, born: date, items: dict[str, str | None]) -> bool:
        return born > self.extract.day or (items.get(AGE) or "").strip() == _UNBORN

    def _case(self, name: str, told: list[_Told]) -> Case:
        case = Case(name, told[0].place, self.extract)
        case.of_lists = True
        case.add(self.mapping.drafts(self._child(name, told), self.faults))
        for one in told:
            self._add(case, name, one)
        for table in self._lost:
            rules = self.mapping.rows.get(table, ())
            case.incomplete |= {rule.section for rule in rules} & self.mapping.cover.keys()
        team = _team(told)
        if team is not None:
            case.strata["team"] = team
        put_in_order(case, self.faults)
        return case

    def _child(self, name: str, told: list[_Told]) -> SourceRow:
        """Return a row for the child itself: its birth as some list has it, or when it is due."""
        birth = expected = None
        for one in told:
            items = one.items
            born, fault = self._born(one.table, items)
            if fault is not None:
                self.faults.add(fault, BIRTH, one.place)
            if isinstance(born, date) and self._is_expected(born, items):
                expected = expected or born.isoformat()
            elif isinstance(born, date):
                birth = birth or born.isoformat()
        row = {ID: name, BIRTH: birth, _EXPECTED: None if birth else expected}
        return SourceRow(_CHILDREN, told[0].place, row)

    def _add(self, case: Case, name: str, one: _Told) -> None:
        table = one.table
        items = {ROW_ID: f"{table.file}:{table.sheet}.{one.row.number}", CHILD: name, **one.items}
        row = SourceRow(table.name, one.place, items)
        for draft in self.mapping.drafts(row, self.faults, self._doubtful[table.name]):
            for field, item in draft.items.items():
                if item in table.missing:  # an absent column is not an empty one
                    draft.values.setdefault(field, UNKNOWN)
            case.add([draft])


@cache
def _wanted() -> Wanted:
    mapping = load_mapping(NAME)
    items = {
        one.name: frozenset(_items(one.name) | _ASIDE | {ID, BIRTH})
        & frozenset(one.spellings.values())
        for one in lists_of(NAME).known
        if one.name != _NEVER_READ
    }
    return Wanted(items, mapping.days, _ASIDE, frozenset({AGE}))


def _items(table: str) -> set[str]:
    rules = load_mapping(NAME).rows.get(table, ())
    found = {field.item for rule in rules for field in rule.fields}
    found |= {item for rule in rules for item in rule.needs}
    return found | {item for rule in rules for item, _ in rule.when}


def read_lists(path: Path, faults: Faults) -> ListsWorkbook:
    """Return the lists of Annex A in a workbook.

    Raises:
        SourceRefused: where it cannot be read.
        OSError: where the file cannot be read.
    """
    return ListsWorkbook(path, lists_of(NAME), _wanted(), faults)


def whose_rows(path: Path) -> Iterator[Identified]:
    """Yield whose each row of the lists in a workbook is: the child's, and the team's.

    Raises:
        SourceError: where it cannot be read as lists.
    """
    try:
        tables = read_lists(path, Faults()).tables
    except (SourceRefused, OSError) as error:
        raise SourceError(str(error)) from None
    for table in tables:
        for row in table.rows:
            items = table.items_of(row)
            place = f"sheet {table.sheet}, row {row.number}"
            name = values.identifier(items.get(ID))
            team = (items.get(TEAM) or "").strip()
            for kind, one in (("child", name), ("person", name), ("team", team)):
                if one:
                    yield Identified(cast(Kind, kind), one, row.number, place)


def _shown(header: str) -> str:
    """Return the header of a column that nobody knows, unless it looks like somebody's identity."""
    text = " ".join(header.split())
    return "(a header that is not shown)" if kinds_in(text) or len(text) > 80 else text


def _team(told: list[_Told]) -> str | None:
    """Return the team that has a child now, as far as the lists tell."""
    for name in _TEAMS:
        teams = {
            text.strip()
            for one in told
            if one.table.name == name and (text := one.items.get(TEAM)) and not says_none(text)
        }
        if len(teams) == 1:
            return teams.pop()
    return None
