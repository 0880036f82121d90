"""Puts the examples of a lesson in words: what each changes of the background, and its outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from casecheck.lessons.lesson import Check, Example, Lesson
from casecheck.record.model import FIELDS, FieldSpec
from casecheck.text.blocks import Block, Heading, Paragraph, Table

_DAYS = {"extracted_on": "extracted on", "opened_on": "opened on", "closed_on": "closed on"}
_INTRODUCTION = (
    "Each example is the background with what it changes, and the outcome that the checks it is "
    "about must have. A section of which nothing is said is in the extract, and empty."
)
Record = Mapping[str, Any]


def example_words(lesson: Lesson, checks: Sequence[Check], background: Record) -> Iterator[Block]:
    """The examples of these checks; `background` is what they share."""
    chosen = {check.id for check in checks}
    yield Heading("Examples", 2)
    yield Paragraph((_INTRODUCTION,))
    yield Table(("0", "the background"), tuple(_background(background)))
    for number, example in enumerate(lesson.examples, 1):
        if chosen & example.expect.keys():
            outcomes = tuple(
                (check, " as ".join(filter(None, (one.in_words, example.falls_short.get(check)))))
                for check, one in example.expect.items()
            )
            changes = tuple(_example(example, background))
            yield Table((str(number), example.name), changes, outcomes)


def _background(background: Record) -> Iterator[tuple[str, str]]:
    for key, label in _DAYS.items():
        if key in background:
            yield label, background[key]
    yield from _carried(background)
    for section in FIELDS:
        for row in background.get(section, ()):
            yield section, _row(section, row)


def _example(example: Example, background: Record) -> Iterator[tuple[str, str]]:
    record = example.record
    for key, label in _DAYS.items():
        now, then = record.get(key), background.get(key)
        if now != then:
            yield label, f"{now} (background: {then})" if then else str(now)
    if record.get("coverage") != background.get("coverage"):
        yield from _carried(record)
    for section in FIELDS:
        if section in record:
            yield from _rows(section, record[section], background.get(section, ()))
        else:
            yield "not in the extract", section


def _carried(record: Record) -> Iterator[tuple[str, str]]:
    """What the extract carries of the sections that it carries in part."""
    for section, carried in (record.get("coverage") or {}).items():
        told = []
        for key, value in carried.items():
            listed = " and ".join(value) or "none" if isinstance(value, list) else str(value)
            told.append(key if value is True else f"{key} {listed}")
        yield "carried in part", f"{section}: {', '.join(told)}"


def _rows(
    section: str, rows: Sequence[Record], before: Sequence[Record]
) -> Iterator[tuple[str, str]]:
    """What one section has otherwise than in the background."""
    known = {row["id"]: row for row in before}
    for row in rows:
        if row["id"] not in known:
            yield "added", _row(section, row, f" in {section}")
        elif changes := list(_changes(section, row, known[row["id"]])):
            yield "changed", f"{row['id']} in {section}: {', '.join(changes)}"
    there = {row["id"] for row in rows}
    for identifier in known:
        if identifier not in there:
            yield "left out", f"{identifier} in {section}"


def _row(section: str, row: Record, where: str = "") -> str:
    fields = [f"{name} {_value(row[name], spec)}" for name, spec in _specs(section) if name in row]
    return f"{row['id']}{where}" + (f": {', '.join(fields)}" if fields else "")


def _changes(section: str, row: Record, before: Record) -> Iterator[str]:
    for name, spec in _specs(section):
        now, then = (_value(one.get(name), spec) for one in (row, before))
        if now != then:
            yield f"{name} {now} (background: {then})"


def _specs(section: str) -> list[tuple[str, FieldSpec]]:
    return [(name, spec) for name, spec in FIELDS[section].items() if name != "id"]


def _value(value: Any, spec: FieldSpec) -> str:
    if value is None:
        return "has not happened" if spec.role == "event" else "not recorded"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " and ".join(value) or "none"
    return str(value)
