"""Lays out the register as plain text: what is overdue first, then theme by theme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from casecheck.qag.register.figures import Value
from casecheck.qag.register.state import (
    STANDINGS,
    ActionState,
    Entered,
    RegisterState,
    Said,
    Standing,
)
from casecheck.qag.store.register_rows import RegisterEntry
from casecheck.response.model import Action, Form, How, Response, Timed
from casecheck.text.counted import counted
from casecheck.text.page import Column, Page
from casecheck.text.printable import printable

_COLUMNS = (
    Column("id"),
    Column("status", number=False),
    Column("due", number=False),
    Column("owner", number=False),
    Column("action", number=False),
)
_LOOK_AT: tuple[Standing, ...] = ("overdue", "due_soon")
_STYLES: Mapping[Standing, str] = {"overdue": "breach", "due_soon": "insufficient_evidence"}
NOT_NAMED = "not named"
"""Written where the source names no owner."""


def register_text(state: RegisterState, page: Page) -> Iterator[str]:
    """Yield the lines that show responses on a day."""
    yield from _heading(state, page)
    for standing in _LOOK_AT:
        if there := state.standing(standing):
            yield ""
            heading = STANDINGS[standing].capitalize()
            yield from page.lines(heading, 0, 2, _STYLES[standing])
            yield from page.table(_COLUMNS, map(_cells, there))
    for response in state.responses:
        yield from _response(state, response, page)


def _heading(state: RegisterState, page: Page) -> Iterator[str]:
    number = counted(len(state.actions), "action")
    yield from page.lines(f"The register on {state.on}: {number}", 0, 2, "heading")
    for standing, words in STANDINGS.items():
        there = len(state.standing(standing))
        style = _STYLES.get(standing, "") if there else ""
        yield from page.lines(f"{there:4}  {words}", 0, 6, style)


def _response(state: RegisterState, response: Response, page: Page) -> Iterator[str]:
    yield ""
    yield from page.lines(printable(response.title), 0, 2, "heading")
    yield from page.lines(printable(f"Source: {response.cite}"), 0, 2, "aside")
    states = {one.action.id: one for one in state.actions}
    for theme in response.themes:
        yield ""
        yield from page.lines(printable(f"Theme {theme.number}: {theme.title}"), 0, 2, "heading")
        for finding in response.findings:
            if finding.theme != theme.number:
                continue
            yield ""
            yield from _named(page, finding.id, finding.text)
            for lesson in response.lessons:
                if lesson.finding == finding.id:
                    yield from _named(page, lesson.id, lesson.text)
            if finding.as_at is not None:
                yield from page.lines(f"Actions: those of {finding.as_at}", 2, 2)
            yield from _actions(response, states, finding.id, page)
            yield from _how_lines(response, finding.id, page)
    yield ""
    yield from page.lines("Spreading the learning, and what is of all lessons", 0, 2, "heading")
    yield from _actions(response, states, None, page)
    yield from _how_lines(response, None, page)
    yield from _further(state, response, page)


def _further(state: RegisterState, response: Response, page: Page) -> Iterator[str]:
    """Yield what was entered, what the source says of the whole, how deadlines were read."""
    measures = {form.measure for form in response.forms}
    entered = [one for one in state.entered if one.measure in measures]
    if entered:
        yield ""
        yield from page.lines("Entered figures", 0, 2, "heading")
        for one in entered:
            yield from page.lines(printable(entered_words(one)), 2, 4)
    if response.letter:
        yield ""
        yield from page.lines("Of the whole", 0, 2, "heading")
        for statement in response.letter:
            yield from _named(page, statement.id, statement.text)
    yield ""
    names = "; ".join(one.name for one in response.agencies)
    agencies = f"{counted(len(response.agencies), 'agency', 'agencies')} reviewed: {names}"
    yield from page.lines(printable(agencies), 0, 2, "aside")
    for timed, name in _read_deadlines(response):
        words = f"{name}, {timed.deadline!r}: {timed.read_as}"
        yield from page.lines(printable(words), 0, 2, "aside")


def _read_deadlines(response: Response) -> Iterator[tuple[Timed, str]]:
    every: Iterable[Action | How] = (*response.actions, *response.how)
    return ((one.timed, one.id) for one in every if one.timed.read_as)


def _named(page: Page, name: str, text: str) -> list[str]:
    return page.lines(printable(f"{name}: {text}"), 0, 2)


def _actions(
    response: Response, states: Mapping[str, ActionState], finding: str | None, page: Page
) -> Iterator[str]:
    own = [states[one.id] for one in response.actions if one.finding == finding]
    if own:
        yield from page.table(_COLUMNS, map(_cells, own))
        for one in own:
            for said in one.said:
                words = f"{one.action.id} {said_words(said)}"
                yield from page.lines(printable(words), 2, 2, "aside")


def _how_lines(response: Response, finding: str | None, page: Page) -> Iterator[str]:
    own = [one for one in response.how if one.finding == finding]
    if own:
        yield from page.lines("How will we know", 0, 2)
    for one in own:
        when = f" ({one.timed.deadline})" if one.timed.deadline else ""
        yield from page.lines(printable(f"{one.id}: {one.text}{when}"), 2, 4)
        yield from page.lines(printable(answer_words(one)), 4, 2, "aside")


def answer_words(how: How) -> str:
    """Return what answers a line, or why nothing does."""
    if how.answered_by:
        return f"Answered by {', '.join(how.answered_by)}"
    return f"Not answered: {how.not_answered}"


def _cells(state: ActionState) -> list[str]:
    action = state.action
    owner = action.owner or NOT_NAMED
    text = f"{action.text} ({action.lesson})" if action.lesson else action.text
    return [action.id, state.status, due_words(state), printable(owner), printable(text)]


def due_words(state: ActionState) -> str:
    """Return by when an action is due, as the source has it and as a day, and how it stands."""
    timed = state.action.timed
    if timed.deadline is None:
        return "no deadline" if state.standing == "no_deadline" else ""
    day = f"{timed.due}" if timed.due else "no last day"
    late = (
        f", {counted(-state.days, 'day')} ago" if state.days is not None and state.days < 0 else ""
    )
    return printable(f"{day}{late} ({timed.deadline})")


def said_words(said: Said) -> str:
    """Return in a line what an entry says of an action."""
    text = "(the words were taken out)" if said.text is None else said.text
    return f"{said.status} on {said.on} (entry {said.entry}, {said.by}): {text}"


def entered_words(one: Entered) -> str:
    """Return figures in a line."""
    by = f", {one.by}" if one.by else ""
    return f"{one.measure} {one.title} (entry {one.entry}{by}): {figures_words(one.fields)}"


def figures_words(fields: Mapping[str, Value]) -> str:
    """Return figures in words: each field with what it holds."""
    told = {name: {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
            for name, value in fields.items()}  # fmt: skip
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in told.items())


def history_text(
    subject: str,
    of: Action | Sequence[Form],
    said: Sequence[Said],
    figures: Sequence[tuple[RegisterEntry, Mapping[str, Value]]],
    page: Page,
) -> Iterator[str]:
    """Yield the lines that show all that the register holds of an action, or of a measure."""
    words = of.text if isinstance(of, Action) else "; ".join(form.title for form in of)
    yield from page.lines(printable(f"{subject}: {words}"), 0, 2, "heading")
    if isinstance(of, Action):
        yield from page.lines(printable(f"In the source: {of.status} ({of.cite})"), 2, 2)
    for one in said:
        yield from page.lines(printable(said_words(one)), 2, 2)
    for entry, values in figures:
        by = f", {entry.who}" if entry.who else ""
        words = f"{entry.day} (entry {entry.number}{by}): {figures_words(values)}"
        yield from page.lines(printable(words), 2, 2)
    if not (said or figures):
        yield from page.lines("Nothing of it is in the register.", 2, 2)
