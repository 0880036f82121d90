"""Reads `mapping.toml`: which CSV file of a folder holds which section, and how its columns read.

A person writes it, so it is read strictly: whatever is wrong is told with file, line and cure.
`docs/importing.md` describes its parts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from casecheck.intake.sources.case import DRAFT_FIELDS
from casecheck.intake.sources.csv_parts import (
    CASE,
    NAME,
    WrongPart,
    codes_of,
    columns_of,
    cover_of,
    days_of,
    file_name,
    fixed_of,
    head_said,
    named,
    of_child_alone,
    spec_of,
    words_of,
)
from casecheck.intake.sources.csv_values import as_said
from casecheck.intake.sources.day_formats import DayFormat
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.mapping import SectionCover, SourceMapping, read_parts
from casecheck.intake.sources.readers.csv_table import head_of
from casecheck.intake.sources.rows import SourceRefused
from casecheck.record.model import FIELDS, SECTIONS
from casecheck.text.regular_file import NoFile, open_file

LARGEST = 1 << 20
"""Bytes of a mapping."""
_PARTS = {"file", "child", "id", "columns", "set", "codes", "days", "guessed", "whole", "only",
          "from", "incomplete", "without"}  # fmt: skip


@dataclass(frozen=True)
class CsvFile:
    """One file of a folder: the section that it holds, and the heads of the columns that are read.

    `child` is the column that says whose case a row belongs to; without, a link of the row does.
    `columns` are the heads by field, `id` that of the row's own name. `guessed` are fields that
    a draft guessed and nobody has confirmed.
    """

    section: str
    name: str
    child: str | None
    id: str | None
    columns: Mapping[str, str]
    line: int
    days: DayFormat | None
    guessed: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()

    @property
    def wanted(self) -> tuple[str, ...]:
        """The heads of all columns that are read, each once."""
        every = [one for one in (self.child, self.id) if one]
        return tuple(dict.fromkeys([*every, *self.columns.values()]))

    @property
    def keys(self) -> frozenset[str]:
        """The heads of the columns that name the child, and the row."""
        return frozenset(one for one in (self.child, self.id) if one)


@dataclass(frozen=True)
class CsvMapping:
    """A folder's mapping: its files in the order in which their rows refer to each other.

    `family`: the columns called `child` name a family, of which one record is made. `child_alone`
    are the sections whose rows are about the child because no column says about whom.
    """

    path: Path
    files: tuple[CsvFile, ...]
    mapping: SourceMapping
    family: bool = False
    child_alone: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=())


def load_csv_mapping(folder: Path) -> CsvMapping:
    """Return the mapping of a folder.

    Raises:
        SourceRefused: where it has none, or there is a fault in it; with its line and the cure.
        OSError: where it cannot be read.
    """
    path = folder / NAME
    text = _text(path)
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceRefused(f"{NAME}: this is not TOML: {masked(str(error))}") from None
    lines = _Lines(text)
    try:
        return _mapping(path, told, lines)
    except WrongPart as error:
        line = lines.of(error.section, error.key)
        raise SourceRefused(f"{NAME} line {line}: {masked(error.why)}") from None


def _text(path: Path) -> str:
    try:
        with open_file(path) as file:
            content = file.read(LARGEST + 1)
    except NoFile as error:
        raise SourceRefused(f"{NAME} {error}") from None
    except FileNotFoundError:
        cure = "write one with `casecheck import csv --draft FOLDER`, and look through it"
        raise SourceRefused(f"the folder has no {NAME}: {cure}") from None
    if len(content) > LARGEST:
        raise SourceRefused(f"{NAME}: larger than any mapping ({LARGEST >> 20} MiB)")
    try:
        return content.decode("utf-8-sig")
    except UnicodeError:
        raise SourceRefused(f"{NAME}: not UTF-8: save it as UTF-8") from None


class _Lines:
    """Where the parts of a mapping stand, by section and key."""

    def __init__(self, text: str) -> None:
        self._at: dict[tuple[str, str], int] = {}
        section = ""
        for number, line in enumerate(text.splitlines(), 1):
            if found := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line):
                section, _, rest = found[1].replace('"', "").partition(".")
                self._at.setdefault((section, rest), number)
                self._at.setdefault((section, ""), number)
            elif found := re.match(r"\s*(\"[^\"]*\"|'[^']*'|[\w-]+)\s*[=.]", line):
                self._at.setdefault((section, found[1].strip("\"'")), number)

    def of(self, section: str, key: str) -> int:
        """Return the line of a key; of its section, where it is not found."""
        return self._at.get((section, key)) or self._at.get((section, ""), 1)


def _mapping(path: Path, told: dict[str, Any], lines: _Lines) -> CsvMapping:
    for name, part in told.items():
        if name in ("days", "family"):
            continue
        if name not in (*SECTIONS, CASE):
            known = f"the sections of a case record are {', '.join((CASE, *SECTIONS))}"
            raise WrongPart("" if not isinstance(part, dict) else name, name,
                         f"there is no section {name}: {known}")  # fmt: skip
        if not isinstance(part, dict):
            raise WrongPart("", name, f"{name} must be a table: [{name}]")
    days = days_of(told.get("days"), "")
    order = [name for name in (CASE, *SECTIONS) if name in told]
    if not order:
        raise WrongPart("", "", "it names no section: [meetings] with file, child and columns")
    family = told.get("family", False)
    if not isinstance(family, bool):
        raise WrongPart("", "family", "family is true or false")
    read = [_section(name, told[name], _Common(days, family, lines)) for name in order]
    rows = [one.rows for one in read if one.rows is not None]
    codes = {name: table for one in read for name, table in one.codes.items()}
    mapping = read_parts({"source": "csv", "wordings": True, "codes": codes, "rows": rows})
    by_section = {one.file.section: one for one in read}
    kept = {
        section: [as_said(rule, by_section[section].file.days) for rule in rules]
        for section, rules in mapping.rows.items()
    }
    cover = {one.file.section: one.cover for one in read if one.cover is not None}
    cover.setdefault("people", SectionCover(("people",), incomplete=True))
    whole = frozenset(one.file.section for one in read if one.is_whole)
    _check_links(read)
    notes = tuple(
        f"{NAME} line {one.file.line}: [{one.file.section}] still holds guesses that nobody has "
        f"confirmed: {', '.join(one.file.guessed)}. Look at them, and take them out of `guessed`."
        for one in read
        if one.file.guessed
    )
    files = tuple(one.file for one in read)
    mapping = replace(mapping, rows=kept, cover=cover)
    alone = frozenset(one.file.section for one in read if one.child_alone)
    return CsvMapping(path, files, mapping, family, alone, whole, notes)


class _Read(NamedTuple):
    file: CsvFile
    rows: Mapping[str, Any] | None
    codes: Mapping[str, Mapping[str, str]]
    cover: SectionCover | None
    is_whole: bool
    child_alone: bool


class _Common(NamedTuple):
    """What is said for all sections."""

    days: DayFormat | None
    family: bool
    lines: _Lines


def _section(name: str, told: dict[str, Any], common: _Common) -> _Read:
    for key in told:
        if key not in _PARTS:
            raise WrongPart(name, key, f"[{name}] has no part {key}: known are {named(_PARTS)}")
    file = file_name(name, told.get("file"))
    columns = columns_of(name, told.get("columns", {}))
    fixed = fixed_of(name, told.get("set", {}), columns)
    codes, left_out = codes_of(name, told.get("codes", {}), columns)
    child, own = (head_said(name, key, told.get(key)) for key in ("child", "id"))
    guessed = words_of(name, "guessed", told.get("guessed", []))
    made = CsvFile(
        name, file, child, own, columns, common.lines.of(name, ""),
        days_of(told.get("days"), name) or common.days, guessed, left_out,
    )  # fmt: skip
    _check_heads(made)
    if name == CASE:
        if child is None or not columns:
            raise WrongPart(name, "", "[case] needs child and columns")
        return _Read(made, None, codes, None, False, False)
    links = [one for one in columns if _is_link(name, one)]
    if child is None and not links:
        cure = f'say whose each row is: child = "the column with the child\'s id" under [{name}]'
        raise WrongPart(name, "", f"[{name}] does not tell whose its rows are: {cure}")
    by_child = () if common.family or child is None else _by_child(name, columns)
    needed = [
        one
        for one, spec in FIELDS[name].items()
        if spec.role == "required" and one not in ("id", *columns, *fixed, *by_child)
    ]
    if needed or (common.family and name == "people" and own is None):
        cure = f"name their columns under [{name}.columns]"
        raise WrongPart(name, "columns", f"{name} needs {named(needed or ['id'])}: {cure}")
    cover, whole = cover_of(name, told, columns, fixed)
    if by_child:
        cover = of_child_alone(name, cover)
    return _Read(made, _rows(made, fixed, by_child), codes, cover, whole, bool(by_child))


def _by_child(section: str, columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return the fields that name the child where no column fills them."""
    if section == "relationships":
        return ()
    return tuple(
        name
        for name, spec in FIELDS[section].items()
        if spec.target == "people" and name not in columns
        if spec.role == "required" or (section == "meetings" and name == "subject")
    )


def _check_heads(file: CsvFile) -> None:
    heads: dict[str, str] = {}
    for text in file.wanted:
        if heads.setdefault(head_of(text), text) != text:
            why = "two columns are spelt alike but for case and marks: spell each as in the file"
            raise WrongPart(file.section, "columns", f"[{file.section}]: {why}")


def _is_link(section: str, name: str) -> bool:
    target = spec_of(section, name).target
    return target is not None and target != "people"


def _check_links(read: Sequence[_Read]) -> None:
    """Refuse a link into a section of the folder whose rows have no names."""
    ids = {one.file.section: one.file.id for one in read}
    for one in read:
        for name in one.file.columns:
            target = spec_of(one.file.section, name).target
            if target in ids and target != "people" and ids[str(target)] is None:
                why = f'say which column names the rows of {target}: id = "..." under [{target}]'
                raise WrongPart(one.file.section, name, f"{name} links into {target}: {why}")


def _rows(file: CsvFile, fixed: Mapping[str, Any], by_child: Sequence[str]) -> Mapping[str, Any]:
    """Return the section's rows in the form of the mappings that casecheck ships."""
    section = file.section
    fields: dict[str, Any] = {}
    for name, column in file.columns.items():
        kind = DRAFT_FIELDS[section][name].kind
        if kind in ("code", "codes"):
            fields[name] = {"item": column, "codes": f"{section}.{name}"}
        elif kind == "reference":
            fields[name] = {"item": column, "link": FIELDS[section][name].target}
        else:
            fields[name] = column
    fields |= dict.fromkeys(by_child, file.child)
    key = file.id or (file.child if section == "people" else None)
    return {"of": section, "section": section, "fields": fields, "set": dict(fixed), "key": key}
