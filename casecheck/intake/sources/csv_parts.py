"""Reads the parts of a section of `mapping.toml`, strictly: a fault is told with its key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from casecheck.intake.sources.csv_values import begins_formula
from casecheck.intake.sources.day_formats import DayFormat, NoFormat
from casecheck.intake.sources.mapping import SectionCover
from casecheck.intake.sources.values import folded
from casecheck.record.coverage import kind_field
from casecheck.record.model import FIELDS, KINDS, FieldSpec

NAME = "mapping.toml"
CASE = "case"
CASE_FIELDS = ("opened_on", "closed_on", "district", "team", "lead_agency")
LEAVE_OUT = "leave out"
"""What a row's kind may be translated into: then it is none of the section."""
_ABOUT_OTHERS = {"assessments": ("parenting",)}
"""Kinds of rows that are mostly about those who look after a child."""
_HOW_MUCH = ("whole", "only", "from", "incomplete")


class WrongPart(Exception):  # noqa: N818 - says why
    """A part of a section is wrong; `key` is where, and `why` says what to do."""

    def __init__(self, section: str, key: str, why: str) -> None:
        self.section, self.key, self.why = section, key, why


def spec_of(section: str, name: str) -> FieldSpec:
    """Return what a field of a section is; those of `case` are texts."""
    return FIELDS[section][name] if section in FIELDS else FieldSpec(name, "code", "fact")


def days_of(text: object, section: str) -> DayFormat | None:
    """Return the format of days that is said; None where none is."""
    if text is None:
        return None
    try:
        if isinstance(text, str):
            return DayFormat(text)
    except NoFormat:
        pass
    raise WrongPart(section, "days", 'days must be a format, such as "dd/mm/yyyy" or "dd-mmm-yyyy"')


def file_name(section: str, name: object) -> str:
    """Return a file's name, if it can only be one within the folder."""
    if not isinstance(name, str) or not name.strip():
        raise WrongPart(section, "file", f'[{section}] needs its file: file = "{section}.csv"')
    if re.search(r"[/\\\0:]", name) or name.startswith(".") or name == NAME:
        why = "must be the name of a CSV file in the folder itself, without a path"
        raise WrongPart(section, "file", f"the file of [{section}] {why}")
    return name


def head_said(section: str, key: str, text: object) -> str | None:
    """Return the head of a column; None where none is said."""
    if text is None:
        return None
    if not isinstance(text, str) or not text.strip():
        raise WrongPart(section, key, f"{key} must be the head of a column, as a text")
    if begins_formula(text):
        raise WrongPart(
            section, key, f"{key}: a formula is no head of a column: give it a plain one"
        )
    return text


def columns_of(section: str, told: object) -> dict[str, str]:
    """Return the heads of a section's columns by its fields."""
    if not isinstance(told, dict):
        raise WrongPart(
            section, "columns", f"[{section}.columns] must give a column for each field"
        )
    known = fields_of(section)
    columns = {}
    for name, head in told.items():
        if name not in known:
            why = f"{section} has no field {name}: known are {named(known)}"
            raise WrongPart(section, name, why)
        columns[name] = str(head_said(section, name, head))
    return columns


def fields_of(section: str) -> tuple[str, ...]:
    """Return the fields of a section that a column can fill."""
    if section == CASE:
        return CASE_FIELDS
    return tuple(name for name in FIELDS[section] if name not in ("id", "pseudonym"))


def fixed_of(section: str, told: object, columns: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that all rows of a file have."""
    if not isinstance(told, dict):
        raise WrongPart(section, "set", f"[{section}.set] must give a value for each field")
    for name, value in told.items():
        spec = FIELDS.get(section, {}).get(name)
        if spec is None or spec.kind not in ("code", "flag") or name in columns:
            raise WrongPart(
                section, name, f"{name} cannot be set: codes and flags without a column can"
            )
        if value not in spec.codes and not (spec.kind == "flag" and isinstance(value, bool)):
            can = named(spec.codes) or "true and false"
            raise WrongPart(section, name, f"{name} cannot be that: it can be {can}")
    return dict(told)


def codes_of(
    section: str, told: object, columns: Mapping[str, str]
) -> tuple[dict[str, dict[str, str]], frozenset[str]]:
    """Return the code tables of a section's fields, and the folded words of rows to leave out."""
    if not isinstance(told, dict):
        raise WrongPart(
            section, "codes", f"[{section}.codes.FIELD] must translate words into codes"
        )
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
            raise WrongPart(section, f"codes.{name}", why)
        for word, code in words.items():
            if code == LEAVE_OUT and name == kind_of(section):
                left_out.add(folded(word))
            elif code in table.values():
                table[word] = code
            else:
                leave = f', or "{LEAVE_OUT}"' if name == kind_of(section) else ""
                can = f"it can be {named(set(table.values()))}{leave}"
                raise WrongPart(
                    section, word, f"a word of {name} is translated into no code: {can}"
                )
    return tables, frozenset(left_out)


def kind_of(section: str) -> str | None:
    """Return the field of a section of which `only` speaks; None where there is none."""
    return kind_field(FIELDS[section]) if section in FIELDS else None


def cover_of(
    section: str, told: Mapping[str, Any], columns: Mapping[str, str], fixed: Mapping[str, Any]
) -> tuple[SectionCover, bool]:
    """Return what of a section the file carries, and whether it is all."""
    if not any(key in told for key in _HOW_MUCH):
        cure = "whole = true where the file has all rows, else incomplete = true, only or from"
        raise WrongPart(
            section, "", f"[{section}] does not say how much of it the file has: {cure}"
        )
    for key in ("whole", "incomplete"):
        if key in told and told[key] is not True:
            raise WrongPart(section, key, f"{key} can only be true: leave it out, else")
    whole = "whole" in told
    if whole and any(key in told for key in ("only", "from", "incomplete")):
        raise WrongPart(section, "whole", f"[{section}] is whole, or only in part, and not both")
    since = told.get("from")
    if "from" in told and (type(since) is not date or section in ("people", "relationships")):
        raise WrongPart(
            section, "from", "from must be a day, as from = 2025-04-01; no people have it"
        )
    only = None
    if "only" in told:
        codes = words_of(section, "only", told["only"])
        if not KINDS[section] or not set(codes) <= set(KINDS[section]):
            raise WrongPart(
                section, "only", f"only can be of {named(KINDS[section]) or 'no section'}"
            )
        only = dict.fromkeys(codes, section)
    events = {name for name, spec in FIELDS[section].items() if spec.role == "event"}
    without = words_of(section, "without", told.get("without", []))
    if not set(without) <= events:
        can = named(sorted(events)) or "no field of it"
        raise WrongPart(section, "without", f"without can be {can}")
    missing = events - set(columns) - set(fixed) | set(without)
    return (
        SectionCover(
            (section,), only, False, "incomplete" in told, tuple(sorted(missing)), since=since
        ),
        whole,
    )


def of_child_alone(section: str, cover: SectionCover) -> SectionCover:
    """Return what a file carries whose rows are about the child, since no column says about whom.

    Kinds that are about others by their nature are not all there.
    """
    others = _ABOUT_OTHERS.get(section, ())
    if cover.incomplete or not others:
        return cover
    kinds = KINDS[section] if cover.only is None else cover.only
    return replace(cover, only={kind: section for kind in kinds if kind not in others})


def words_of(section: str, key: str, told: object) -> tuple[str, ...]:
    """Return the texts of a list, each once."""
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise WrongPart(section, key, f'{key} must be a list of texts, as {key} = ["..."]')
    return tuple(dict.fromkeys(told))


def named(names: Any) -> str:
    """Return names in one line."""
    return ", ".join(sorted(names) if isinstance(names, set) else names)
