"""Reads plain tables of a SQLite file, which may be made to do harm until it is shown to be none.

The file is opened for reading only, as one that nobody changes. Of its schema, tables of known
names are read, and of those the known columns; no view, trigger, virtual table or column worked out
by an expression runs. What SQLite may do for a row is counted, and texts are cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.rows import Place, SourceRefused, SourceRow
from casecheck.text.regular_file import NoFile, open_file

MAX_BYTES = 16 << 30
MAX_TEXT = 4_096
"""Characters of a value that are kept: any more are no day, code or identifier."""
MAX_TABLES = 2_000
LEAST_ROW = 4
"""Bytes of the file that every row takes at least: one that has more rows leads in circles."""
MAX_STEPS = 20_000
"""Thousands of instructions that SQLite may take to find the next row: of a plain table, a few."""
_STEPS_AT_ONCE = 1_000
_MAGIC = b"SQLite format 3\0"
_LONGEST = 1 << 20
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: _LONGEST,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: _LONGEST,
    sqlite3.SQLITE_LIMIT_COLUMN: 2_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_ALLOWED = {
    sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_FUNCTION
}  # fmt: skip
_FUNCTIONS = frozenset({"substr", "typeof"})
_PRAGMAS = frozenset({"trusted_schema", "cell_size_check", "mmap_size", "temp_store", "table_xinfo",
                      "cache_size"})  # fmt: skip


def is_sqlite(path: Path) -> bool:
    """Say whether a file begins as one of SQLite does.

    Raises:
        SourceRefused: where it is no file.
        OSError: where it cannot be read.
    """
    try:
        with open_file(path) as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except NoFile as error:
        raise SourceRefused(f"{masked(str(path))} {error}") from None


class SqliteTables:
    """The plain tables of one file, those of `known` names: each with the columns that it has.

    `known` has the names of tables in lower case; `tables` gives the columns of those that are
    there, in lower case, and `others` how many tables and views there are besides.

    Raises:
        SourceRefused: where it is no such file, or one that is not safe to read.
        OSError: where it cannot be read.
    """

    def __init__(self, path: Path, known: Iterable[str]) -> None:
        self.path, self.name = path, masked(path.name)
        self.tables: dict[str, tuple[str, ...]] = {}
        self.others = 0
        self._spelt: dict[str, tuple[str, Mapping[str, str]]] = {}
        self._left = MAX_STEPS
        if not is_sqlite(path):
            raise self._refused("is no SQLite file")
        size = path.stat().st_size
        self._most_rows = size // LEAST_ROW
        if size > MAX_BYTES:
            raise self._refused(f"is larger than {MAX_BYTES >> 30} GiB")
        for journal in ("-wal", "-journal"):
            beside = path.with_name(path.name + journal)
            if beside.exists() and beside.stat().st_size:
                why = f"has a file {journal} beside it, with changes that are not in it yet"
                raise self._refused(f"{why}: close the program that writes it, or copy it with it")
        with closing(self._connected()) as connection:
            self._find_tables(connection, frozenset(known))

    def rows(self, table: str, columns: Mapping[str, str]) -> Iterator[SourceRow]:
        """Yield the rows of a table; `columns` gives for columns the items that they are.

        A text is cut, a number written as text, and what is neither is a text that tells nothing.
        """
        spelt, names = self._spelt[table]
        asked = ", ".join(_asked(names[column]) for column in columns)
        query = f"SELECT {asked} FROM main.{_quoted(spelt)}"  # noqa: S608 - quoted names
        with closing(self._connected()) as connection:
            for number, values in enumerate(self._fetched(connection, query), 1):
                if number > self._most_rows:
                    raise self._damaged()
                items = {
                    item: _text(value) for item, value in zip(columns.values(), values, strict=True)
                }
                yield SourceRow(table, self.place(table, number), items)

    def place(self, table: str, number: int) -> Place:
        """Return the place of a row of a table, counted from 1."""
        return Place(self.name, f"{table} row", number)

    def _connected(self) -> sqlite3.Connection:
        uri = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        except sqlite3.Error:
            raise self._refused("cannot be opened as a SQLite file") from None
        for limit, value in _LIMITS.items():
            connection.setlimit(limit, value)
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.set_authorizer(_authorized)
        connection.set_progress_handler(self._step, _STEPS_AT_ONCE)
        self._left = MAX_STEPS
        try:
            for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0",
                           "temp_store = MEMORY", "cache_size = -8000"):  # fmt: skip
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise self._damaged() from None
        return connection

    def _step(self) -> int:
        """Let SQLite go on, or not: it is called after so many steps."""
        self._left -= 1
        return int(self._left < 0)

    def _fetched(self, connection: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
        try:
            for row in connection.execute(query):
                self._left = MAX_STEPS
                yield row
        except (sqlite3.Error, OverflowError, MemoryError):
            raise self._damaged() from None

    def _find_tables(self, connection: sqlite3.Connection, known: frozenset[str]) -> None:
        query = "SELECT type, substr(name, 1, 200), substr(sql, 1, 20) FROM main.sqlite_schema"
        for count, (kind, name, sql) in enumerate(self._fetched(connection, query)):
            if count > MAX_TABLES * 4:
                raise self._refused(f"has more than {MAX_TABLES:,} tables")
            if kind not in ("table", "view") or not isinstance(name, str):
                continue
            table = name.lower()
            if table not in known:
                self.others += not table.startswith("sqlite_")
                continue
            if kind == "view" or not str(sql).upper().startswith("CREATE TABLE"):
                raise self._refused(f"has {table} as a view: only plain tables are read")
            if table in self._spelt:
                raise self._refused(f"has two tables {table}")
            self._spelt[table] = name, self._columns(connection, name)
            self.tables[table] = tuple(self._spelt[table][1])

    def _columns(self, connection: sqlite3.Connection, name: str) -> Mapping[str, str]:
        """Return the columns of a table that hold values, and are not worked out."""
        found = self._fetched(connection, f"PRAGMA main.table_xinfo({_quoted(name)})")
        return {str(row[1]).lower(): str(row[1]) for row in found if row[6] == 0}

    def _refused(self, why: str) -> SourceRefused:
        return SourceRefused(f"{masked(str(self.path))} {why}")

    def _damaged(self) -> SourceRefused:
        return self._refused("is damaged, or made to do harm: SQLite cannot read it on")


def _authorized(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Say what SQLite may do: read, by the two functions and the settings that are used here."""
    if action == sqlite3.SQLITE_FUNCTION and second not in _FUNCTIONS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and first not in _PRAGMAS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _asked(column: str) -> str:
    """Return the text of a query that asks for a column's value, cut where it is a text."""
    name = _quoted(column)
    return f"CASE typeof({name}) WHEN 'text' THEN substr({name}, 1, {MAX_TEXT}) ELSE {name} END"


def _text(value: Any) -> str | None:
    """Return a value as text; one of bytes tells nothing."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return "unknown"
    return str(value).strip() or None
