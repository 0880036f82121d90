"""Reads `mapping.toml`: which CSV file of a folder holds which section, and how its columns read.

A person writes it, so it is read strictly: whatever is wrong is told with file, line and cure.
`docs/importing.md` describes its parts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from casecheck.intake.sources import values
from casecheck.intake.sources.case import DRAFT_FIELDS, PersonRef, Ref
from casecheck.intake.sources.day_formats import DayFormat, NoFormat
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.mapping import (
    FieldMap,
    RowMap,
    SectionCover,
    SourceMapping,
    read_parts,
)
from casecheck.intake.sources.readers.csv_table import head_of
from casecheck.intake.sources.rows import SourceRefused
from casecheck.intake.sources.values import UNKNOWN, folded
from casecheck.record.coverage import kind_field
from casecheck.record.model import FIELDS, KINDS, SECTIONS, FieldSpec
from casecheck.text.regular_file import NoFile, open_file

NAME = "mapping.toml"
LARGEST = 1 << 20
"""Bytes of a mapping."""
CASE = "case"
CASE_FIELDS = ("opened_on", "closed_on", "district", "team", "lead_agency")
LEAVE_OUT = "leave out"
"""What a row's kind may be translated into: then it is none of the section."""
_PARTS = {"file", "child", "id", "columns", "set", "codes", "days", "guessed", "whole", "only",
          "from", "incomplete", "without"}  # fmt: skip
_HOW_MUCH = ("whole", "only", "from", "incomplete")
_STRATUM = re.compile(r"[A-Z][A-Z0-9-]{0,31}")


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


class _Wrong(Exception):  # noqa: N818 - says why
    def __init__(self, section: str, key: str, why: str) -> None:
        self.section, self.key, self.why = section, key, why


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
    except _Wrong as error:
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


def _spec(section: str, name: str) -> FieldSpec:
    return FIELDS[section][name] if section in FIELDS else FieldSpec(name, "code", "fact")


def _mapping(path: Path, told: dict[str, Any], lines: _Lines) -> CsvMapping:
    for name, part in told.items():
        if name in ("days", "family"):
            continue
        if name not in (*SECTIONS, CASE):
            known = f"the sections of a case record are {', '.join((CASE, *SECTIONS))}"
            raise _Wrong("" if not isinstance(part, dict) else name, name,
                         f"there is no section {name}: {known}")  # fmt: skip
        if not isinstance(part, dict):
            raise _Wrong("", name, f"{name} must be a table: [{name}]")
    days = _days(told.get("days"), "")
    order = [name for name in (CASE, *SECTIONS) if name in told]
    if not order:
        raise _Wrong("", "", "it names no section: [meetings] with file, child and columns")
    family = told.get("family", False)
    if not isinstance(family, bool):
        raise _Wrong("", "family", "family is true or false")
    read = [_section(name, told[name], _Common(days, family, lines)) for name in order]
    rows = [one.rows for one in read if one.rows is not None]
    codes = {name: table for one in read for name, table in one.codes.items()}
    mapping = read_parts({"source": "csv", "wordings": True, "codes": codes, "rows": rows})
    by_section = {one.file.section: one for one in read}
    kept = {
        section: [_as_said(rule, by_section[section].file.days) for rule in rules]
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


def _days(text: object, section: str) -> DayFormat | None:
    if text is None:
        return None
    try:
        if isinstance(text, str):
            return DayFormat(text)
    except NoFormat:
        pass
    raise _Wrong(section, "days", 'days must be a format, such as "dd/mm/yyyy" or "dd-mmm-yyyy"')


def _section(name: str, told: dict[str, Any], common: _Common) -> _Read:
    for key in told:
        if key not in _PARTS:
            raise _Wrong(name, key, f"[{name}] has no part {key}: known are {_named(_PARTS)}")
    file = _file_name(name, told.get("file"))
    columns = _columns(name, told.get("columns", {}))
    fixed = _fixed(name, told.get("set", {}), columns)
    codes, left_out = _codes(name, told.get("codes", {}), columns)
    child, own = (_head(name, key, told.get(key)) for key in ("child", "id"))
    guessed = _words(name, "guessed", told.get("guessed", []))
    made = CsvFile(
        name, file, child, own, columns, common.lines.of(name, ""),
        _days(told.get("days"), name) or common.days, guessed, left_out,
    )  # fmt: skip
    _check_heads(made)
    if name == CASE:
        if child is None or not columns:
            raise _Wrong(name, "", "[case] needs child and columns")
        return _Read(made, None, codes, None, False, False)
    links = [one for one in columns if _is_link(name, one)]
    if child is None and not links:
        cure = f'say whose each row is: child = "the column with the child\'s id" under [{name}]'
        raise _Wrong(name, "", f"[{name}] does not tell whose its rows are: {cure}")
    by_child = () if common.family or child is None else _by_child(name, columns)
    needed = [
        one
        for one, spec in FIELDS[name].items()
        if spec.role == "required" and one not in ("id", *columns, *fixed, *by_child)
    ]
    if needed or (common.family and name == "people" and own is None):
        cure = f"name their columns under [{name}.columns]"
        raise _Wrong(name, "columns", f"{name} needs {_named(needed or ['id'])}: {cure}")
    cover, whole = _cover(name, told, columns, fixed)
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


def _file_name(section: str, name: object) -> str:
    """Return a file's name, if it can only be one within the folder."""
    if not isinstance(name, str) or not name.strip():
        raise _Wrong(section, "file", f'[{section}] needs its file: file = "{section}.csv"')
    if re.search(r"[/\\\0:]", name) or name.startswith(".") or name == NAME:
        why = "must be the name of a CSV file in the folder itself, without a path"
        raise _Wrong(section, "file", f"the file of [{section}] {why}")
    return name


def _head(section: str, key: str, text: object) -> str | None:
    if text is None:
        return None
    if not isinstance(text, str) or not text.strip():
        raise _Wrong(section, key, f"{key} must be the head of a column, as a text")
    if begins_formula(text):
        raise _Wrong(section, key, f"{key}: a formula is no head of a column: give it a plain one")
    return text


def begins_formula(text: str) -> bool:
    """Say whether a spreadsheet would take a text for a formula."""
    return text.lstrip()[:1] in ("=", "+", "@")


def _columns(section: str, told: object) -> dict[str, str]:
    if not isinstance(told, dict):
        raise _Wrong(section, "columns", f"[{section}.columns] must give a column for each field")
    known = _fields(section)
    columns = {}
    for name, head in told.items():
        if name not in known:
            why = f"{section} has no field {name}: known are {_named(known)}"
            raise _Wrong(section, name, why)
        columns[name] = str(_head(section, name, head))
    return columns


def _fields(section: str) -> tuple[str, ...]:
    if section == CASE:
        return CASE_FIELDS
    return tuple(name for name in FIELDS[section] if name not in ("id", "pseudonym"))


def _fixed(section: str, told: object, columns: Mapping[str, str]) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise _Wrong(section, "set", f"[{section}.set] must give a value for each field")
    for name, value in told.items():
        spec = FIELDS.get(section, {}).get(name)
        if spec is None or spec.kind not in ("code", "flag") or name in columns:
            raise _Wrong(
                section, name, f"{name} cannot be set: codes and flags without a column can"
            )
        if value not in spec.codes and not (spec.kind == "flag" and isinstance(value, bool)):
            can = _named(spec.codes) or "true and false"
            raise _Wrong(section, name, f"{name} cannot be that: it can be {can}")
    return dict(told)


def _codes(
    section: str, told: object, columns: Mapping[str, str]
) -> tuple[dict[str, dict[str, str]], frozenset[str]]:
    """Return the code tables of a section's fields, and the folded words of rows to leave out."""
    if not isinstance(told, dict):
        raise _Wrong(section, "codes", f"[{section}.codes.FIELD] must translate words into codes")
    tables = {}
    left_out: set[str] = set()
    for name in columns:
        spec = FIELDS.get(section, {}).get(name)
        if spec is not None and spec.kind in ("code", "codes"):
            spelt = {code.replace("_", " "): code for code in spec.codes}
            tables[f"{section}.{name}"] = spelt | {code: code for code in spec.codes}
    for name, words in told.items():
        table = tables.get(f"{section}.{name}")
        if table is None or not isinstance(words, dict):
            why = f"[{section}.codes.{name}] must translate words of a column with codes"
            raise _Wrong(section, f"codes.{name}", why)
        for word, code in words.items():
            if code == LEAVE_OUT and name == _kind_of(section):
                left_out.add(folded(word))
            elif code in table.values():
                table[word] = code
            else:
                leave = f', or "{LEAVE_OUT}"' if name == _kind_of(section) else ""
                can = f"it can be {_named(set(table.values()))}{leave}"
                raise _Wrong(section, word, f"a word of {name} is translated into no code: {can}")
    return tables, frozenset(left_out)


def _kind_of(section: str) -> str | None:
    return kind_field(FIELDS[section]) if section in FIELDS else None


def _check_heads(file: CsvFile) -> None:
    heads: dict[str, str] = {}
    for head in file.wanted:
        if heads.setdefault(head_of(head), head) != head:
            why = "two columns are spelt alike but for case and marks: spell each as in the file"
            raise _Wrong(file.section, "columns", f"[{file.section}]: {why}")


def _is_link(section: str, name: str) -> bool:
    target = _spec(section, name).target
    return target is not None and target != "people"


def _check_links(read: Sequence[_Read]) -> None:
    """Refuse a link into a section of the folder whose rows have no names."""
    ids = {one.file.section: one.file.id for one in read}
    for one in read:
        for name in one.file.columns:
            target = _spec(one.file.section, name).target
            if target in ids and target != "people" and ids[str(target)] is None:
                why = f'say which column names the rows of {target}: id = "..." under [{target}]'
                raise _Wrong(one.file.section, name, f"{name} links into {target}: {why}")


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


def _as_said(rule: RowMap, days: DayFormat | None) -> RowMap:
    """Return a rule whose days are read in the format that is said, and its references strictly."""
    return replace(rule, fields=tuple(_field(rule.section, one, days) for one in rule.fields))


def _field(section: str, one: FieldMap, days: DayFormat | None) -> FieldMap:
    spec = FIELDS[section][one.name]
    if spec.kind == "reference":
        return FieldMap(one.name, one.item, partial(_reference, spec))
    if days is None or (not one.is_day and spec.kind != "born"):
        return one
    read = days.day if one.is_day else partial(_birth, days)
    return FieldMap(one.name, one.item, read, one.is_day)


def _reference(spec: FieldSpec, text: str) -> values.Read:
    """Return whom or what a cell refers to; a word for nothing is unknown, if it is no code."""
    if spec.allows_none and folded(text) == "none":
        return "none", None
    name = identifier_of(text)
    if name is None:
        return UNKNOWN, values.NONE_WORD
    return (PersonRef(name) if spec.target == "people" else Ref(str(spec.target), name)), None


def _birth(days: DayFormat, text: str) -> values.Read:
    value, fault = days.day(text)
    return (f"{value:%Y-%m}", fault) if isinstance(value, date) else values.month(text)


def identifier_of(text: str | None) -> str | None:
    """Return an identifier as all sources are to write it; None where a cell has none."""
    name = values.identifier(text)
    return None if name is None or values.says_none(name) else name


def _cover(
    section: str, told: Mapping[str, Any], columns: Mapping[str, str], fixed: Mapping[str, Any]
) -> tuple[SectionCover, bool]:
    """Return what of a section the file carries, and whether it is all."""
    if not any(key in told for key in _HOW_MUCH):
        cure = "whole = true where the file has all rows, else incomplete = true, only or from"
        raise _Wrong(section, "", f"[{section}] does not say how much of it the file has: {cure}")
    for key in ("whole", "incomplete"):
        if key in told and told[key] is not True:
            raise _Wrong(section, key, f"{key} can only be true: leave it out, else")
    whole = "whole" in told
    if whole and any(key in told for key in ("only", "from", "incomplete")):
        raise _Wrong(section, "whole", f"[{section}] is whole, or only in part, and not both")
    since = told.get("from")
    if "from" in told and (type(since) is not date or section in ("people", "relationships")):
        raise _Wrong(section, "from", "from must be a day, as from = 2025-04-01; no people have it")
    only = None
    if "only" in told:
        codes = _words(section, "only", told["only"])
        if not KINDS[section] or not set(codes) <= set(KINDS[section]):
            raise _Wrong(
                section, "only", f"only can be of {_named(KINDS[section]) or 'no section'}"
            )
        only = dict.fromkeys(codes, section)
    events = {name for name, spec in FIELDS[section].items() if spec.role == "event"}
    without = _words(section, "without", told.get("without", []))
    if not set(without) <= events:
        can = _named(sorted(events)) or "no field of it"
        raise _Wrong(section, "without", f"without can be {can}")
    missing = events - set(columns) - set(fixed) | set(without)
    return (
        SectionCover(
            (section,), only, False, "incomplete" in told, tuple(sorted(missing)), since=since
        ),
        whole,
    )


def _words(section: str, key: str, told: object) -> tuple[str, ...]:
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise _Wrong(section, key, f'{key} must be a list of texts, as {key} = ["..."]')
    return tuple(dict.fromkeys(told))


def _named(names: Any) -> str:
    return ", ".join(sorted(names) if isinstance(names, set) else names)


def stratum(text: str) -> str | None:
    """Return a district, a lead agency as a record can have it; None where it cannot."""
    code = re.sub(r"[\s_]+", "-", text.strip()).upper()
    return code if _STRATUM.fullmatch(code) else None
