"""Reads what stands in CSV files by a person's mapping: days, references, births, districts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import partial

from casecheck.intake.sources import values
from casecheck.intake.sources.case import PersonRef, Ref
from casecheck.intake.sources.day_formats import DayFormat
from casecheck.intake.sources.mapping import FieldMap, RowMap
from casecheck.intake.sources.values import UNKNOWN, folded
from casecheck.record.model import FIELDS, FieldSpec

_STRATUM = re.compile(r"[A-Z][A-Z0-9-]{0,31}")


def begins_formula(text: str) -> bool:
    """Say whether a spreadsheet would take a text for a formula."""
    return text.lstrip()[:1] in ("=", "+", "@")


def as_said(rule: RowMap, days: DayFormat | None) -> RowMap:
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


def stratum(text: str) -> str | None:
    """Return a district, a lead agency as a record can have it; None where it cannot."""
    code = re.sub(r"[\s_]+", "-", text.strip()).upper()
    return code if _STRATUM.fullmatch(code) else None
