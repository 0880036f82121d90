"""Finds the tables of a Standard Safeguarding Dataset: files of a folder, or tables of SQLite.

Of each table that is known the columns are read that the mapping needs, and no other: what is not
named in `ssd_tables.toml` or the mapping is never opened.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.mapping import ADDED_BY_READERS, SourceMapping
from casecheck.intake.sources.readers.csv_table import CsvTable
from casecheck.intake.sources.readers.sqlite_tables import SqliteTables
from casecheck.intake.sources.rows import SourceRefused, SourceRow

SPECS = Path(__file__).parent / "ssd_tables.toml"
MADE = frozenset({"cinf_factor", "care_start", "care_end"})
"""Items that are worked out of columns, and stand in no table."""
OTHER_FILES = "(files that are no table of the SSD)"
_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
_DATED = re.compile(r"(?:ssd_)?([a-z][a-z0-9_]*?)(?:[_-]?\d{4,}[\d_-]*)?", re.ASCII)
_SPELT_ALIKE = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_ABSENT = 11
"""The fault of a column that is not there."""


class Through(NamedTuple):
    """By which column a row leads to that of another table, whose person it is about."""

    column: str
    table: str


@dataclass(frozen=True)
class TableSpec:
    """A table that is read; `columns` are all items that are wanted of it, but for `perhaps`
    missed where they are not there."""

    name: str
    person: str | None
    through: Through | None
    key: str | None
    spelt: Mapping[str, str]
    columns: frozenset[str]
    perhaps: frozenset[str]

    @property
    def ids(self) -> frozenset[str]:
        """The columns that name a row, a person or another thing."""
        return frozenset(one for one in self.columns if one.endswith(("_id", "_team")))


@cache
def _told() -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(SPECS.read_text(encoding="utf-8"))


def table_specs(mapping: SourceMapping) -> dict[str, TableSpec]:
    """Return the tables that are read, by name, in the order in which they are to be read."""
    return {name: _spec(name, told, mapping) for name, told in _told().items()}


def _spec(name: str, told: Mapping[str, object], mapping: SourceMapping) -> TableSpec:
    wanted: set[str | None] = set(_list(told.get("also")))
    for rule in mapping.rows.get(name, ()):
        wanted.update(one.item for one in rule.fields)
        wanted.update((*rule.needs, *(item for item, _ in rule.when), rule.key))
    through = told.get("through")
    link = Through(**through) if isinstance(through, dict) else None
    person, key = _text(told.get("person")), _text(told.get("key"))
    wanted |= {person, key, link.column if link else None}
    spelt = told.get("spelt")
    columns = frozenset(one for one in wanted if one) - MADE - ADDED_BY_READERS
    other = spelt if isinstance(spelt, dict) else {}
    return TableSpec(name, person, link, key, other, columns, frozenset(_list(told.get("perhaps"))))


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


class SsdTable(Protocol):
    """One table: its columns by their items, how many it has besides, and its rows."""

    columns: frozenset[str]

    def rows(self, faults: Faults | None) -> Iterator[SourceRow]:
        """Yield its rows; faults of the file are counted in what is given, if anything is."""


def ssd_tables(
    path: Path, specs: Mapping[str, TableSpec]
) -> tuple[dict[str, SsdTable], dict[str, int]]:
    """Return the tables of an extract by name, and what is there besides, with its number.

    Raises:
        SourceRefused: where there is none, or something there is not safe to read.
        OSError: where it cannot be read.
    """
    if path.is_dir():
        tables, others = _in_folder(path, specs)
    else:
        tables, others = _in_sqlite(path, specs)
    if not tables:
        why = "has no table of the SSD: they are named ssd_person, ssd_cp_plans and so on"
        raise SourceRefused(f"{masked(str(path))} {why}")
    return tables, others


# CSV


def _in_folder(
    folder: Path, specs: Mapping[str, TableSpec]
) -> tuple[dict[str, SsdTable], dict[str, int]]:
    found: dict[str, Path] = {}
    others = 0
    for file in sorted(folder.iterdir()):
        name = _table_of(file, specs)
        if name is None:
            others += not file.name.startswith(".") and not file.name.lower().startswith("ssd_")
            continue
        if not file.resolve().is_relative_to(folder.resolve()):
            raise SourceRefused(f"{masked(str(file))} leads out of the folder: copy it into it")
        if name in found:
            raise SourceRefused(
                f"{masked(str(folder))} has two files of {name}: leave in it the one that counts"
            )
        found[name] = file
    unknown = {OTHER_FILES: others} if others else {}
    tables: dict[str, SsdTable] = {
        name: _CsvFile(found[name], spec, unknown)
        for name, spec in specs.items()
        if name in found and not _is_blank(found[name])
    }
    return tables, unknown


def _is_blank(file: Path) -> bool:
    return file.is_file() and not file.stat().st_size


def _table_of(file: Path, specs: Mapping[str, TableSpec]) -> str | None:
    """Return the table that a file holds by its name, perhaps with a schema or a day in it."""
    if file.suffix.lower() not in _SUFFIXES:
        return None
    stem = file.name[: -len(file.suffix)].casefold().rpartition(".")[2]
    exact = stem if stem.startswith("ssd_") else f"ssd_{stem}"
    if exact in specs:
        return exact
    dated = _DATED.fullmatch(stem)
    name = f"ssd_{dated[1]}" if dated else ""
    return name if name in specs else None


class _CsvFile:
    """A table as CSV."""

    def __init__(self, path: Path, spec: TableSpec, unknown: dict[str, int]) -> None:
        self._path, self._spec = path, spec
        ids = spec.ids | {name for name, item in spec.spelt.items() if item in spec.ids}
        self._uncounted = CsvTable(path, spec.name, Faults(), spec.columns | spec.spelt.keys(), ids)
        self._items = _items(self._uncounted.columns, spec)
        self.columns = frozenset(self._items.values())
        _count_others(self._uncounted.others, spec, unknown)

    def rows(self, faults: Faults | None) -> Iterator[SourceRow]:
        """Yield its rows."""
        if faults is None:
            return self._spelt_rows(self._uncounted)
        ids = [one for one, item in self._items.items() if item in self._spec.ids]
        table = CsvTable(self._path, self._spec.name, faults, self._items, ids)
        for item in sorted(self._spec.columns - self.columns - self._spec.perhaps):
            faults.add(_ABSENT, item, table.place(1))
        return self._spelt_rows(table)

    def _spelt_rows(self, table: CsvTable) -> Iterator[SourceRow]:
        """Yield the rows of a table, their items named as the mapping names them."""
        spelt = self._items
        plain = spelt.keys() == table.columns.keys() and all(
            name == item for name, item in spelt.items()
        )
        for row in table.rows():
            if plain:
                yield row
                continue
            items = {spelt[name]: text for name, text in row.items.items() if name in spelt}
            yield SourceRow(row.table, row.place, items)


def _items(columns: Mapping[str, int], spec: TableSpec) -> dict[str, str]:
    """Return the columns that are there, and the item that each is."""
    items = {name: name for name in columns if name in spec.columns}
    for name, item in spec.spelt.items():
        if name in columns and item not in items.values():
            items[name] = item
    return items


def _count_others(heads: tuple[str, ...], spec: TableSpec, unknown: dict[str, int]) -> None:
    """Count columns that no script writes: those of one have the table's letters before them."""
    prefixes = {one.partition("_")[0] for one in (*spec.columns, *spec.spelt)}
    for head in heads:
        name = head.strip().casefold()
        if name.partition("_")[0] not in prefixes or not _SPELT_ALIKE.fullmatch(name):
            shown = masked(head) if _SPELT_ALIKE.fullmatch(name) else "(a head that is not shown)"
            unknown[shown] = unknown.get(shown, 0) + 1


# SQLite


def _in_sqlite(
    path: Path, specs: Mapping[str, TableSpec]
) -> tuple[dict[str, SsdTable], dict[str, int]]:
    file = SqliteTables(path, specs)
    tables: dict[str, SsdTable] = {
        name: _SqliteTable(file, spec) for name, spec in specs.items() if name in file.tables
    }
    return tables, {}


class _SqliteTable:
    """A table of a SQLite file."""

    def __init__(self, file: SqliteTables, spec: TableSpec) -> None:
        self._file, self._spec = file, spec
        self._items = _items(dict.fromkeys(file.tables[spec.name], 0), spec)
        self.columns = frozenset(self._items.values())

    def rows(self, faults: Faults | None) -> Iterator[SourceRow]:
        """Yield its rows."""
        place = self._file.place(self._spec.name, 1)
        for item in sorted(self._spec.columns - self.columns - self._spec.perhaps):
            if faults is not None:
                faults.add(_ABSENT, item, place)
        return self._file.rows(self._spec.name, self._items) if self._items else iter(())
