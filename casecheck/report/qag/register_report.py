"""Reports the register in each format."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from casecheck import __version__
from casecheck.qag.register.figures import Value
from casecheck.qag.register.state import ActionState, Entered, RegisterState, Said
from casecheck.qag.store.register_rows import RegisterEntry
from casecheck.report.qag.register_sheets import write_workbook
from casecheck.report.qag.register_text import figures_words, register_text, said_words
from casecheck.response.model import How, Timed
from casecheck.text.cells import table
from casecheck.text.page import Page

FORMATS = ("text", "json", "csv", "xlsx")
_CELLS = (
    "part", "id", "theme", "finding", "lesson", "kind", "text", "cite", "owner", "deadline", "due",
    "status", "standing", "days", "evidence", "answered_by",
)  # fmt: skip
"""The columns of a CSV file, of which each part of a response has some."""


def write_register(state: RegisterState, stream: TextIO, how: str) -> None:
    """Write the register in one of FORMATS."""
    if how == "json":
        stream.write(json.dumps(register_object(state), indent=2, ensure_ascii=False) + "\n")
    elif how == "csv":
        write = table(stream, _CELLS)
        for row in _rows(state):
            write(row.get(cell) for cell in _CELLS)
    elif how == "xlsx":
        write_workbook(state, stream)
    else:
        stream.writelines(f"{line}\n" for line in register_text(state, Page(stream, None, None)))


def register_object(state: RegisterState) -> dict[str, object]:
    """Return the register as JSON has it."""
    every = state.responses
    return {
        "casecheck": __version__,
        "on": state.on.isoformat(),
        "themes": [
            {"review": one.review, "theme": theme.number, "title": theme.title, "cite": theme.cite}
            for one in every
            for theme in one.themes
        ],
        "findings": [
            {
                "id": finding.id,
                "theme": finding.theme,
                "text": finding.text,
                "cite": finding.cite,
                "as_at": finding.as_at,
            }
            for one in every
            for finding in one.findings
        ],
        "lessons": [
            {
                "id": lesson.id,
                "finding": lesson.finding,
                "text": lesson.text,
                "cite": lesson.cite,
            }
            for one in every
            for lesson in one.lessons
        ],
        "actions": [_action_object(one) for one in state.actions],
        "how": [_how_object(how) for one in every for how in one.how],
        "entered": [_entered_object(one) for one in state.entered],
        "letter": [
            {"id": said.id, "kind": said.kind, "text": said.text, "cite": said.cite}
            for one in every
            for said in one.letter
        ],
        "agencies": [
            {"name": agency.name, "note": agency.note} for one in every for agency in one.agencies
        ],
    }


def _action_object(state: ActionState) -> dict[str, object]:
    action = state.action
    return {
        "id": action.id,
        "lesson": action.lesson,
        "finding": action.finding,
        "kind": action.kind,
        "text": action.text,
        "cite": action.cite,
        "owner": action.owner,
        **_timed_object(action.timed),
        "status": state.status,
        "standing": state.standing,
        "days": state.days,
        "evidence": [said_object(one) for one in state.said],
    }


def _timed_object(timed: Timed) -> dict[str, object]:
    due = timed.due.isoformat() if timed.due else None
    return {"deadline": timed.deadline, "due": due, "read_as": timed.read_as or None}


def _how_object(how: How) -> dict[str, object]:
    return {
        "id": how.id,
        "finding": how.finding,
        "text": how.text,
        "cite": how.cite,
        **_timed_object(how.timed),
        "answered_by": list(how.answered_by),
        "not_answered": how.not_answered or None,
    }


def said_object(said: Said) -> dict[str, object]:
    """Return what an entry says of an action as JSON has it."""
    return {**said._asdict(), "on": said.on.isoformat()}


def _entered_object(one: Entered) -> dict[str, object]:
    return {**one._asdict(), "on": one.on.isoformat(), "fields": dict(one.fields)}


def history_object(
    subject: str,
    said: Sequence[Said],
    figures: Sequence[tuple[RegisterEntry, Mapping[str, Value]]],
) -> dict[str, object]:
    """Return all that the register holds of an action, or of a measure, as JSON has it."""
    return {
        "casecheck": __version__,
        "id": subject,
        "evidence": [said_object(one) for one in said],
        "entered": [
            {"entry": one.number, "on": one.day, "by": one.who, "fields": dict(values)}
            for one, values in figures
        ],
    }


def _rows(state: RegisterState) -> Iterator[dict[str, object]]:
    """Yield a row of CSV for each part of the responses, in the order of the source."""
    for response in state.responses:
        themes = {one.id: one.theme for one in response.findings}
        for theme in response.themes:
            words = {"text": theme.title, "cite": theme.cite}
            yield {"part": "theme", "id": str(theme.number), "theme": theme.number, **words}
        for finding in response.findings:
            words = {"text": finding.text, "cite": finding.cite}
            yield {"part": "finding", "id": finding.id, "theme": finding.theme, **words}
        for lesson in response.lessons:
            words = {"text": lesson.text, "cite": lesson.cite, "finding": lesson.finding}
            theme_of = {"theme": themes[lesson.finding]}
            yield {"part": "lesson", "id": lesson.id, **theme_of, **words}
        own = {one.id for one in response.actions}
        for one in state.actions:
            if one.action.id in own:
                evidence = "; ".join(map(said_words, one.said))
                row = {**_action_object(one), "evidence": evidence}
                yield {**row, "part": "action", "theme": themes.get(one.action.finding or "")}
        for how in response.how:
            names = " ".join(how.answered_by)
            row = {**_how_object(how), "answered_by": names}
            yield {**row, "part": "how", "theme": themes.get(how.finding or "")}
        for statement in response.letter:
            words = {"text": statement.text, "cite": statement.cite}
            yield {"part": "letter", "id": statement.id, "kind": statement.kind, **words}
        for agency in response.agencies:
            yield {"part": "agency", "id": agency.name, "text": agency.note}
    for figures in state.entered:
        yield {
            "part": "entered",
            "id": figures.measure,
            "kind": figures.title,
            "text": figures_words(figures.fields),
            "due": None,
            "evidence": f"entry {figures.entry}, {figures.on}",
            "owner": figures.by,
        }
