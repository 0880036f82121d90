"""A record's text becomes a case record, or the errors that say why it cannot.

What is right is read once, quickly; only what is not is read again, slowly, to say where and why.
No message repeats the text: it may name a person where a code belongs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from pydantic_core import ValidationError

from casecheck.record.coverage_errors import coverage_errors
from casecheck.record.faults import CasecheckError, FieldError
from casecheck.record.json_text import NotJson, RepeatingObject, decode
from casecheck.record.model import FIELDS, SECTIONS, CaseRecord, FieldSpec
from casecheck.record.reader import record_of
from casecheck.record.rows import RowData
from casecheck.record.values import NO_RISK, UNKNOWN_WORD, earliest

_FIELD_NAME = re.compile(r"[a-z]+(_[a-z]+){0,4}", re.ASCII)
MAX_ERRORS = 100
"""The most errors that one record is given; a hundred show the pattern."""


class NotACaseRecord(CasecheckError):  # noqa: N818 - a finding about the input
    """A text that cannot be read as a case record, and all that is wrong with it.

    `line` is the line of the text (from 1) on which it stops being JSON, where that is why.
    """

    def __init__(self, errors: tuple[FieldError, ...], line: int | None = None) -> None:
        super().__init__("; ".join(f"{error.pointer} {error.message}" for error in errors))
        self.errors = errors
        self.line = line


def read_record(data: bytes, *, explained: bool = True) -> CaseRecord:
    """Return the case record that the text `data` (UTF-8, one JSON object) holds.

    Not `explained`: where it holds none, nothing says why, which takes many times as long.

    Raises:
        NotACaseRecord: where it holds none, as `docs/case-record.md` says what is unreadable.
    """
    explain = _explained if explained else _unexplained
    try:
        record = record_of(data)
    except ValidationError:
        raise explain(data) from None
    if data.count(b":") != _count_fields(record):
        raise explain(data)
    errors = _limited(_errors_across_rows(record))
    if errors:
        raise NotACaseRecord(errors)
    return record


_ID: Callable[[RowData], str] = itemgetter("id")


def _count_fields(record: CaseRecord) -> int:
    """Return how many fields the record was given, each name of an object counted once.

    No value of a valid record holds a colon, so its text has as many colons as fields; if it has
    more, an object repeats a name, of which pydantic has taken the last. This finds that at a
    twentieth of the cost of parsing the text again.
    """
    coverage = record.in_part
    in_coverage = len(coverage) + sum(map(len, coverage.values()))
    return len(record.given) + sum(map(len, _rows(record))) + in_coverage


def _rows(record: CaseRecord) -> Iterator[RowData]:
    return chain.from_iterable(filter(None, map(record.__dict__.__getitem__, SECTIONS)))


def _limited(errors: Iterable[FieldError]) -> tuple[FieldError, ...]:
    found = tuple(islice(errors, MAX_ERRORS + 1))
    if len(found) <= MAX_ERRORS:
        return found
    more = FieldError("", f"only the first {MAX_ERRORS} errors are shown; mend these and try again")
    return (*found[:MAX_ERRORS], more)


# Ids and references, across the rows of a record that is valid value by value

_REFERENCES: tuple[tuple[str, str, FieldSpec], ...] = tuple(
    (section, spec.target, spec)
    for section, fields in FIELDS.items()
    for spec in fields.values()
    if spec.target
)
_RESERVED = frozenset((NO_RISK, UNKNOWN_WORD))
_TARGETS = dict.fromkeys(target for _, target, _ in _REFERENCES)


def _errors_across_rows(record: CaseRecord) -> Iterator[FieldError]:
    yield from _day_errors(record)
    yield from coverage_errors(record.in_part)
    ids = list(map(_ID, _rows(record)))
    if len(set(ids)) < len(ids) or not _RESERVED.isdisjoint(ids):
        yield from _id_errors(record)
    sections = record.sections
    known = {target: {None, *map(_ID, sections[target] or ())} for target in _TARGETS}
    for section, target, spec in _REFERENCES:
        rows, name, ids_known = sections[section] or (), spec.name, known[target]
        whole = sections[target] is not None and target not in record.perhaps
        for row in rows:
            referred = row.get(name)
            if referred not in ids_known and referred not in _words_of(spec):
                yield from _reference_errors(section, spec, rows, ids_known, whole)
                break


def _words_of(spec: FieldSpec) -> tuple[str, ...]:
    """Return the words that may stand in a reference for no row, or for one that is not known."""
    none = (NO_RISK,) if spec.allows_none else ()
    return (*none, UNKNOWN_WORD) if spec.role == "event" else none


def _day_errors(record: CaseRecord) -> Iterator[FieldError]:
    if earliest(record.opened_on) > record.extracted_on:
        yield FieldError("/opened_on", "after /extracted_on; correct one of the two days")
    if record.closed_on is None:
        return
    if record.closed_on < earliest(record.opened_on):
        yield FieldError("/closed_on", "before /opened_on; correct one of the two days")
    if record.closed_on > record.extracted_on:
        yield FieldError("/closed_on", "after /extracted_on; correct one of the two days")


def _id_errors(record: CaseRecord) -> Iterator[FieldError]:
    first: dict[str, str] = {}
    for section, rows in record.sections.items():
        for index, row in enumerate(rows or ()):
            pointer = f"/{section}/{index}/id"
            if row["id"] in _RESERVED:
                yield FieldError(pointer, f"no row may have the id `{row['id']}`; give it another")
            elif row["id"] in first:
                message = f"repeats {first[row['id']]}; each row of a record has an id of its own"
                yield FieldError(pointer, message)
            else:
                first[row["id"]] = pointer


def _reference_errors(
    section: str,
    spec: FieldSpec,
    rows: Iterable[RowData],
    known: set[str | None],
    whole: bool,
) -> Iterator[FieldError]:
    """Yield an error for each reference to no row; `whole`: all rows referred to are there."""
    message = f"no row of {spec.target} has this id; correct the id or add the row"
    for index, row in enumerate(rows):
        referred = row.get(spec.name)
        if referred in _RESERVED:  # ids that no row can have, in an unknown section either
            dangles = referred not in _words_of(spec)
        else:
            dangles = whole and referred not in known
        if dangles:
            yield FieldError(f"/{section}/{index}/{spec.name}", message)


# The second, slow reading, of a text that is not a case record

_DAY = "a day written as YYYY-MM-DD, from 1900-01-01 to 2100-12-31"
_RANGE = f"{_DAY}, or a range of two such days with a slash between, either of which may be `..`"
_STRATUM = "a code of 1 to 32 capital letters, digits and hyphens, a letter first; or null"
_TOP_LEVEL: Mapping[str, str] = {
    "schema": "the string `casecheck/1`",
    "case_id": "a pseudonym of 3 to 32 capital letters, digits and hyphens, a letter first",
    "extracted_on": _DAY,
    "opened_on": f"{_DAY}, or ../ and such a day",
    "closed_on": f"{_DAY}, or null where services are involved still",
    "source": "a code of 1 to 32 small letters, digits, _ and -, a letter first; or null",
    "coverage": "an object that says of sections what of them is carried, or null",
    "district": _STRATUM,
    "team": _STRATUM,
    "lead_agency": _STRATUM,
    **dict.fromkeys(SECTIONS, "a list of rows, or null where the extract does not carry it"),
}
_ID_FORM = "1 to 32 letters, digits, _ and -, a letter first"


def _unexplained(_: bytes) -> NotACaseRecord:
    return NotACaseRecord((FieldError("", "not a case record"),))


def _explained(data: bytes) -> NotACaseRecord:
    """Return all that is wrong with a text that is not a case record."""
    try:
        value = decode(data)
    except NotJson as fault:
        column = f" (column {fault.column})" if fault.column else ""
        return NotACaseRecord((FieldError("", fault.message + column),), fault.line)
    if isinstance(value, list):
        message = (
            "a list and not one record; write each record on a line of its own in a .jsonl file,"
            " without the brackets and commas of the list"
        )
        return NotACaseRecord((FieldError("", message),))
    if not isinstance(value, dict):
        return NotACaseRecord((FieldError("", "not a JSON object; a case record is one"),))
    errors = _limited(_value_errors(value))
    return NotACaseRecord(errors or (FieldError("", "not a case record, for no known reason"),))


def _value_errors(record: dict[str, Any]) -> Iterator[FieldError]:
    yield from _name_errors(record, "", tuple(_TOP_LEVEL))
    top = {
        name: [] if isinstance(value, list) and name in SECTIONS else value
        for name, value in record.items()
        if name in _TOP_LEVEL
    }
    for name, kind, within in _faults("", top):
        if name == "coverage" and within:
            yield _coverage_fault(within)
        else:
            yield FieldError(f"/{name}", _message(_TOP_LEVEL[name], kind, top.get(name)))
    yield from _repeated_in_coverage(record.get("coverage"))
    for section in SECTIONS:
        rows = record.get(section)
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            yield from _row_errors(row, section, f"/{section}/{index}")


def _repeated_in_coverage(coverage: object) -> Iterator[FieldError]:
    """Yield an error for each name that `coverage`, or what it says of a section, repeats."""
    if not isinstance(coverage, dict):
        return
    objects = {"/coverage": coverage} | {
        f"/coverage/{name}": entry for name, entry in coverage.items() if name in SECTIONS
    }
    for pointer, item in objects.items():
        if isinstance(item, RepeatingObject):
            yield FieldError(pointer, "gives a name more than once; give each once")


_IN_COVERAGE: Mapping[str, str] = {
    "only": "a list of the kinds of rows that the extract carries",
    "incomplete": "true",
    "from": _DAY,
    "without": "a list of the event fields that the extract does not carry",
}


def _coverage_fault(within: Sequence[str]) -> FieldError:
    """Return what is wrong within `coverage`: at a section, at a key of it, or in its list.

    A name that the format does not know may be a person's, and is not shown.
    """
    names = [name for name in within if name in SECTIONS or name in _IN_COVERAGE]
    pointer = "/".join(("/coverage", *names))
    expected = _IN_COVERAGE.get(names[-1], "") if names else ""
    if expected:
        return FieldError(pointer, f"not {expected}")
    return FieldError(pointer, f"not an object with some of {', '.join(_IN_COVERAGE)}")


def _row_errors(row: Any, section: str, pointer: str) -> Iterator[FieldError]:
    if not isinstance(row, dict):
        yield FieldError(pointer, "not a JSON object; a row is one")
        return
    fields = FIELDS[section]
    yield from _name_errors(row, pointer, tuple(fields))
    known = {name: value for name, value in row.items() if name in fields}
    for name, kind, within in _faults(section, known):
        spec, value = fields[name], known.get(name)
        message = _birth_message(value) if spec.kind == "born" else ""
        message = message or _message(_expected(spec, within=bool(within)), kind, value)
        yield FieldError("/".join((pointer, name, *within)), message)


def _name_errors(
    item: dict[str, Any], pointer: str, known: tuple[str, ...]
) -> Iterator[FieldError]:
    """Yield an error for each name that is unknown or repeated.

    An unknown name may itself be a person's. So its error points at it only where it is spelt as
    fields are; else at the object, and counts.
    """
    if isinstance(item, RepeatingObject):
        for name in item.repeated:
            if name in known:
                message = "given more than once in one object; give it once"
                yield FieldError(f"{pointer}/{name}", message)
    for position, name in enumerate(item, 1):
        if name not in known:
            near = get_close_matches(name[:50], [field for field in known if field not in item], 1)
            hint = f"did you mean `{near[0]}`?" if near else f"the fields are {', '.join(known)}"
            if _FIELD_NAME.fullmatch(name):
                yield FieldError(f"{pointer}/{name}", f"unknown to the format; {hint}")
            else:
                message = f"field {position} of this object is unknown to the format; {hint}"
                yield FieldError(pointer, message)


def _faults(section: str, value: dict[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield each fault's field, its kind in pydantic's words, and the index within a list.

    Those of a row of a section; or, where it is "", of the record beside its rows.
    """
    # Slow to import, and wanted only where something is not right.
    from casecheck.record.record_model import ROW_MODELS, CaseRecordModel  # noqa: PLC0415

    model = ROW_MODELS[section] if section else CaseRecordModel
    try:
        model.model_validate(value)
    except ValidationError as invalid:
        for fault in invalid.errors(include_url=False, include_context=False, include_input=False):
            name, *within = map(str, fault["loc"])
            yield name, fault["type"], tuple(within)


def _message(expected: str, kind: str, value: object) -> str:
    if kind == "missing":
        return f"missing; give {expected}"
    if kind == "day_absent":
        return f"no such day in the calendar; give {expected}"
    if value is None:
        return f"null; give {expected}"
    return f"not {expected}"


_FULL_DATE = re.compile(r"\s*([0-9]{8}|[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4})")


def _birth_message(value: object) -> str:
    if isinstance(value, str) and _FULL_DATE.match(value):
        return "looks like a full date, which identifies a child; give only YYYY-MM or YYYY"
    return ""


def _expected(spec: FieldSpec, *, within: bool) -> str:
    """Return what the field holds, or, `within` a list of codes, what one of them is."""
    if spec.kind == "reference":
        none = f", or `{NO_RISK}`" if spec.allows_none else ""
        none += f", or `{UNKNOWN_WORD}`" if spec.role == "event" else ""
        return f"the id of a row of {spec.target} ({_ID_FORM}){none}"
    if spec.kind == "codes":
        codes = ", ".join((*spec.codes, UNKNOWN_WORD))
        return f"one of {codes}" if within else f"a list, of {codes}"
    if spec.codes:
        return f"one of {', '.join(spec.codes)}"
    return {
        "id": f"an id ({_ID_FORM})",
        "born": "a birth written as YYYY-MM or YYYY, from 1900 to 2100",
        "flag": "true, false or null",
        "pseudonym": "a pseudonym of 3 to 32 capital letters, digits and hyphens, a letter first",
        "date": f"{_RANGE}, or `{UNKNOWN_WORD}`" if spec.role == "event" else _RANGE,
    }[spec.kind]
