"""Reads a mapping: which table and item of a source becomes which section and field of a record.

A mapping is a TOML file in `mappings/`. `docs/importing.md` describes its parts. What is wrong with
one is said with the table's name; a mapping that casecheck ships is held to be right by a test.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from casecheck.intake.sources import values
from casecheck.intake.sources.case import DRAFT_FIELDS, Draft, DraftField, PersonRef, Ref
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.rows import CHILD, ROW_ID, WITHIN, SourceRow
from casecheck.intake.sources.values import UNKNOWN, folded

FOLDER = Path(__file__).parent / "mappings"


class WrongMapping(Exception):  # noqa: N818 - says why
    """A mapping cannot be used; the message says where, and why."""


_OF_LISTS = {"headers", "lists", "cut_to_code"}
"""Parts that say how the tables of a workbook are found: `readers/list_headers.py` reads them."""


@lru_cache(maxsize=1024)
def _key(table: str, text: str | None) -> Ref | None:
    """Return how others refer to a row, by the text that names it; the rows of each child do so."""
    key = values.identifier(text)
    return Ref(table, key) if key else None


_KEPT = 1024
"""So many texts of one item are read once: those of an item are mostly a few."""
Reader = Callable[[str], values.Read]


class FieldMap(NamedTuple):
    """How one field is filled: from which item, and how its text is read."""

    name: str
    item: str
    read: Reader
    is_day: bool = False


@lru_cache(maxsize=1024)
def _doubting(fields: tuple[FieldMap, ...], doubtful: frozenset[str]) -> tuple[FieldMap, ...]:
    """Return the fields with those read as doubtful whose days are perhaps in American order."""
    return tuple(
        one._replace(read=_in_doubt) if one.is_day and one.item in doubtful else one
        for one in fields
    )


_in_doubt = partial(values.day, in_order=False)


@dataclass(frozen=True, slots=True)
class RowMap:
    """How rows of a table become drafts of a section.

    `needs` are items without which a row makes no such draft; `when` the folded texts that an item
    must have; `fixed` the values that all such drafts have.
    """

    table: str
    section: str
    fields: tuple[FieldMap, ...]
    items: Mapping[str, str]
    fixed: Mapping[str, Any]
    needs: tuple[str, ...]
    when: tuple[tuple[str, frozenset[str]], ...]
    key: str | None
    called: str | None

    def draft(self, row: SourceRow, faults: Faults, doubtful: frozenset[str]) -> Draft | None:
        """Return the draft that a row makes, or None where it makes none of this section.

        `doubtful` are items whose days with slashes are perhaps in American order.
        """
        _, place, items = row
        get = items.get
        for item in self.needs:
            if get(item) is None:
                return None
        for item, texts in self.when:
            if folded(get(item) or "") not in texts:
                return None
        made = dict(self.fixed)
        for name, item, read, _ in _doubting(self.fields, doubtful) if doubtful else self.fields:
            text = get(item)
            if text is not None:
                made[name], fault = read(text)
                if fault is not None:
                    faults.add(fault, item, place)
        reference = _key(self.table, get(self.key)) if self.key else None
        return Draft(self.section, place, made, self.items, reference, False, self.called)


@dataclass(frozen=True, slots=True)
class SectionCover:
    """What a source carries of a section.

    `carried_by` are tables or items of which one must occur in the extract, else the section is
    unknown; `only` gives for each kind that is all there the table or item that carries it.
    `since` is a first day of the section's own.
    """

    carried_by: tuple[str, ...]
    only: Mapping[str, str] | None = None
    from_first_day: bool = False
    incomplete: bool = False
    without: tuple[str, ...] = ()
    since: date | None = None

    def of(self, carried: frozenset[str]) -> dict[str, Any] | None:
        """Return the section's coverage but for its first day; None where it is not carried."""
        if carried.isdisjoint(self.carried_by):
            return None
        told: dict[str, Any] = {}
        if self.only is not None:
            told["only"] = [kind for kind, by in self.only.items() if by in carried]
        if self.incomplete:
            told["incomplete"] = True
        if self.without:
            told["without"] = list(self.without)
        if self.since is not None:
            told["from"] = self.since.isoformat()
        return told


@dataclass(frozen=True)
class SourceMapping:
    """A source's mapping: its code, its rows by table, and what it carries of each section."""

    source: str
    rows: Mapping[str, Sequence[RowMap]]
    cover: Mapping[str, SectionCover]
    passed_over: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The wordings or codes that each item may have, as the mapping spells them."""

    @cached_property
    def sections(self) -> frozenset[str]:
        """The sections that rows of the source become, those of drafts only among them."""
        return frozenset(rule.section for rules in self.rows.values() for rule in rules)

    def drafts(
        self, row: SourceRow, faults: Faults, doubtful: frozenset[str] = frozenset()
    ) -> Iterator[Draft]:
        """Yield the drafts that a row of the source makes."""
        yield from self.drafts_of((row,), faults, doubtful)

    def drafts_of(
        self, rows: Iterable[SourceRow], faults: Faults, doubtful: frozenset[str]
    ) -> list[Draft]:
        """Return the drafts that rows of the source make, in order."""
        made = []
        for row in rows:
            for rule in self.rows.get(row.table, ()):
                draft = rule.draft(row, faults, doubtful)
                if draft is not None:
                    made.append(draft)
        return made

    @property
    def days(self) -> frozenset[str]:
        """The items that hold days."""
        return frozenset(
            one.item for rules in self.rows.values() for rule in rules for one in rule.fields
            if one.is_day
        )  # fmt: skip


@cache
def load_mapping(name: str) -> SourceMapping:
    """Return the mapping of this name that casecheck ships.

    Raises:
        WrongMapping: where there is a fault in it.
    """
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    return read_mapping(text)


def read_mapping(text: str) -> SourceMapping:
    """Return the mapping that a TOML text describes.

    Raises:
        WrongMapping: with the first fault.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongMapping(f"it is no TOML: {error}") from None
    return read_parts(told)


def read_parts(told: Mapping[str, Any]) -> SourceMapping:
    """Return the mapping of which a TOML text was read.

    Raises:
        WrongMapping: with the first fault.
    """
    parts = {"source", "codes", "wordings", "rows", "coverage", "passed_over"}
    _only_keys(told, parts | _OF_LISTS, "the mapping")
    unknown = values.NO_SUCH_WORDING if told.get("wordings") else None
    codes = {name: _code_table(table) for name, table in told.get("codes", {}).items()}
    codes["factors"] = {folded(code): code for code in factors()}
    spelt = {name: tuple(table) for name, table in told.get("codes", {}).items()}
    known = _Codes(codes, unknown, {**spelt, "factors": tuple(factors())}, {})
    rows: dict[str, list[RowMap]] = {}
    for number, entry in enumerate(told.get("rows", []), 1):
        rule = _row_map(entry, known, f"rows {number} ({entry.get('of')})")
        rows.setdefault(rule.table, []).append(rule)
    cover = {
        section: _cover(section, entry, rows) for section, entry in told.get("coverage", {}).items()
    }
    items = {one.item for rules in rows.values() for rule in rules for one in rule.fields}
    items |= {one for rules in rows.values() for rule in rules for one in rule.needs}
    items |= {one for rules in rows.values() for rule in rules for one, _ in rule.when}
    items |= {rule.key for rules in rows.values() for rule in rules if rule.key}
    return SourceMapping(
        told.get("source", ""), rows, cover, frozenset(told.get("passed_over", ())),
        frozenset(rows), frozenset(items),
        {item: tuple(texts) for item, texts in known.accepted.items()},
    )  # fmt: skip


class Factor(NamedTuple):
    """What a factor of an assessment is in a record: a kind of risk, a topic looked at, or None."""

    risk: str | None = None
    topic: str | None = None


@cache
def factors() -> Mapping[str, Factor]:
    """Return the factors at the end of assessments, by the DfE's codes."""
    text = (FOLDER / "factors.toml").read_text(encoding="utf-8")
    return {code: Factor(**told) for code, told in tomllib.loads(text).items()}


def _only_keys(entry: Mapping[str, Any], keys: set[str], where: str) -> None:
    for name in entry:
        if name not in keys:
            raise WrongMapping(f"{where}: no such part: {name}")


def _code_table(table: Mapping[str, str]) -> dict[str, str]:
    return {folded(text): code for text, code in table.items()}


class _Codes(NamedTuple):
    """The tables of codes, and the fault of a text in none of them, where it is always the same.

    `spelt` has the texts of each table as the mapping spells them; `accepted` gathers, as fields
    are read, those of each item.
    """

    tables: Mapping[str, Mapping[str, str]]
    unknown: int | None
    spelt: Mapping[str, tuple[str, ...]]
    accepted: dict[str, dict[str, None]]


def _row_map(entry: Mapping[str, Any], codes: _Codes, where: str) -> RowMap:
    _only_keys(entry, {"of", "section", "fields", "set", "needs", "when", "key", "called"}, where)
    section = entry.get("section", "")
    if section not in DRAFT_FIELDS:
        raise WrongMapping(f"{where}: no such section: {section}")
    known = DRAFT_FIELDS[section]
    fields = tuple(
        _field_map(name, spec, known, codes, f"{where}, {name}")
        for name, spec in entry.get("fields", {}).items()
    )
    fixed = entry.get("set", {})
    for name in fixed:
        if name not in known:
            raise WrongMapping(f"{where}: {section} has no field {name}")
    when = tuple(
        (item, frozenset(map(folded, texts))) for item, texts in entry.get("when", {}).items()
    )
    return RowMap(
        entry["of"], section, fields, {one.name: one.item for one in fields}, fixed,
        tuple(entry.get("needs", ())), when, entry.get("key"), entry.get("called"),
    )  # fmt: skip


def _field_map(
    name: str,
    spec: str | Mapping[str, Any],
    known: Mapping[str, DraftField],
    codes: _Codes,
    where: str,
) -> FieldMap:
    if name not in known:
        raise WrongMapping(f"{where}: there is no such field")
    told = {"item": spec} if isinstance(spec, str) else spec
    _only_keys(told, {"item", "codes", "link", "never"}, where)
    kind = known[name].kind
    if kind == "date" and "never" in told:
        never = frozenset(map(date.fromisoformat, told["never"]))
        read = partial(values.day_or_never, never=never)
        return FieldMap(name, told["item"], read, is_day=True)
    if kind == "flag" and "codes" in told:
        table = _codes_of(told, codes, where)
        return FieldMap(name, told["item"], partial(values.coded_flag, known=table))
    if kind == "flag":
        codes.accepted.setdefault(told["item"], {}).update(dict.fromkeys(values.FLAGS))
    if kind in _READ_ALONE:
        return FieldMap(name, told["item"], _READ_ALONE[kind], kind == "date")
    if kind == "reference":
        if "link" not in told:
            raise WrongMapping(f"{where}: say the table into which it links")
        return FieldMap(name, told["item"], lru_cache(_KEPT)(partial(_link, told["link"])))
    if kind not in ("code", "codes"):
        raise WrongMapping(f"{where}: a mapping cannot fill it")
    table = _codes_of(told, codes, where)
    if kind == "codes":
        return FieldMap(
            name, told["item"], partial(values.codes, known=table, unknown=codes.unknown)
        )
    read = partial(values.code, known=table, unknown=codes.unknown)
    return FieldMap(name, told["item"], lru_cache(_KEPT)(read))


def _codes_of(told: Mapping[str, Any], codes: _Codes, where: str) -> Mapping[str, str]:
    name = told.get("codes", "")
    if name not in codes.tables:
        raise WrongMapping(f"{where}: say which of the codes' tables holds its codes")
    codes.accepted.setdefault(told["item"], {}).update(dict.fromkeys(codes.spelt[name]))
    return codes.tables[name]


@lru_cache(maxsize=1024)
def _person(text: str) -> values.Read:
    found = values.identifier(text)
    return (UNKNOWN, values.OTHER_TEXT) if found is None else (PersonRef(found), None)


_READ_ALONE: Mapping[str, Reader] = {
    "date": values.day, "flag": lru_cache(_KEPT)(values.flag), "person": _person,
    "born": lru_cache(_KEPT)(values.month),
}  # fmt: skip
"""How fields are read that need nothing but their text; what was read is kept for all of them."""


def _link(table: str, text: str) -> values.Read:
    return Ref(table, text), None


def _cover(
    section: str, entry: Mapping[str, Any], rows: Mapping[str, list[RowMap]]
) -> SectionCover:
    where = f"coverage of {section}"
    _only_keys(entry, {"carried_by", "only", "from", "incomplete", "without"}, where)
    if section not in DRAFT_FIELDS:
        raise WrongMapping(f"{where}: no such section")
    by = entry.get("carried_by") or [
        table for table, rules in rows.items() if any(one.section == section for one in rules)
    ]
    if not by:
        raise WrongMapping(f"{where}: say which table or item carries it")
    return SectionCover(
        tuple(by), entry.get("only"), entry.get("from", False), entry.get("incomplete", False),
        tuple(entry.get("without", ())),
    )  # fmt: skip


ADDED_BY_READERS = frozenset({ROW_ID, WITHIN, CHILD})
"""Items that stand in no file: a reader adds them."""
