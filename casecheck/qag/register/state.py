"""How a response stands on a day: each action with what was said of it, and figures entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from casecheck.qag.register.figures import Value, form_with, from_text, key_of
from casecheck.qag.store.register_rows import FIGURE, UPDATE, RegisterEntry
from casecheck.qag.store.store import Store
from casecheck.response.model import STATUSES, Action, Form, Response, Status

SOON = timedelta(days=60)
"""What is due within so many days is due soon."""
OPEN: tuple[Status, ...] = ("planned", "started")
Standing = Literal["overdue", "due_soon", "due_later", "no_deadline", "closed"]
STANDINGS: Mapping[Standing, str] = {
    "overdue": "overdue",
    "due_soon": f"due within {SOON.days} days",
    "due_later": "due later",
    "no_deadline": "open, without a last day",
    "closed": "done or dropped",
}
"""How an action stands with regard to its deadline, in words."""


class Said(NamedTuple):
    """What an entry of the register says of an action. `text` is None where it was taken out."""

    entry: int
    on: date
    status: Status
    by: str
    text: str | None


@dataclass(frozen=True, slots=True)
class ActionState:
    """An action on a day: its status, what was said of it, and how it stands.

    `days` are those left until it is due, negative where it is overdue; None of one that has no
    last day, or is closed.
    """

    action: Action
    status: Status
    said: tuple[Said, ...]
    standing: Standing
    days: int | None


class Entered(NamedTuple):
    """Figures that were entered for a measure; of one quarter, or one survey, the latest."""

    entry: int
    measure: str
    title: str
    on: date
    by: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class RegisterState:
    """Responses on a day. `strange` are entries of what no response in force has, in words."""

    on: date
    responses: tuple[Response, ...]
    actions: tuple[ActionState, ...]
    entered: tuple[Entered, ...]
    strange: tuple[str, ...] = ()

    def standing(self, standing: Standing) -> list[ActionState]:
        """Return the actions that stand so, those that are due first in front."""
        those = [one for one in self.actions if one.standing == standing]
        return sorted(those, key=lambda one: one.action.timed.due or date.max)


def latest_day(store: Store, log: Sequence[RegisterEntry]) -> date | None:
    """Return the latest day in a store: of an extract that was audited, or of its register."""
    days = [run.as_of for run in store.runs() if run.as_of] + [one.day for one in log]
    return max(map(date.fromisoformat, days), default=None)


def register_state(
    responses: Sequence[Response], log: Sequence[RegisterEntry], on: date
) -> RegisterState:
    """Return how responses stand on a day: only what was so by then counts."""
    by_then = [one for one in log if date.fromisoformat(one.day) <= on]
    actions = [
        _action(one, _said(by_then, response.review, one.id), on)
        for response in responses
        for one in response.actions
    ]
    entered = [one for response in responses for one in _entered(response, by_then)]
    return RegisterState(
        on, tuple(responses), tuple(actions), tuple(entered), tuple(_strange(responses, log))
    )


def history(
    log: Iterable[RegisterEntry], review: str, subject: str
) -> tuple[list[RegisterEntry], list[Said]]:
    """Return what was entered for a measure, and what was said of an action, in their order."""
    own = [one for one in log if (one.review, one.subject) == (review, subject)]
    return [one for one in own if one.kind == FIGURE], _said(own, review, subject)


def _said(log: Iterable[RegisterEntry], review: str, action: str) -> list[Said]:
    """Return what was said of an action: of one day, what was said later counts more."""
    said = [
        Said(
            one.number,
            date.fromisoformat(one.day),
            _status(one.status),
            one.who,
            None if one.digest else one.evidence,
        )
        for one in log
        if (one.review, one.kind, one.subject) == (review, UPDATE, action)
    ]
    return sorted(said, key=lambda one: (one.on, one.entry))


def _status(text: str) -> Status:
    return next(one for one in STATUSES if one == text)


def _action(action: Action, said: Sequence[Said], on: date) -> ActionState:
    status = said[-1].status if said else action.status
    due = action.timed.due
    if status not in OPEN:
        return ActionState(action, status, tuple(said), "closed", None)
    if due is None:
        return ActionState(action, status, tuple(said), "no_deadline", None)
    left = (due - on).days
    standing: Standing = "overdue" if left < 0 else "due_soon" if left <= SOON.days else "due_later"
    return ActionState(action, status, tuple(said), standing, left)


def _entered(response: Response, log: Iterable[RegisterEntry]) -> list[Entered]:
    """Return the figures of each measure: measures as the response has them, then by day."""
    latest: dict[tuple[object, ...], Entered] = {}
    for one in log:
        if (one.review, one.kind) != (response.review, FIGURE):
            continue
        values = from_text(one.fields)
        form = form_with(_forms(response, one.subject), values)
        title = form.title if form else ""
        key = (one.subject, *(key_of(form, values) if form else (one.number,)))
        day = date.fromisoformat(one.day)
        latest[key] = Entered(one.number, one.subject, title, day, one.who, values)
    order = [form.measure for form in response.forms]
    return sorted(
        latest.values(),
        key=lambda one: (
            order.index(one.measure) if one.measure in order else len(order),
            one.title,
            one.on,
            one.entry,
        ),
    )


def _forms(response: Response, measure: str) -> list[Form]:
    return [one for one in response.forms if one.measure == measure]


def _strange(responses: Iterable[Response], log: Iterable[RegisterEntry]) -> list[str]:
    """Return in words the subjects of entries that a response in force does not have."""
    known = {one.review: {action.id for action in one.actions} for one in responses}
    for response in responses:
        known[response.review] |= {form.measure for form in response.forms}
    found = [
        f"{one.subject} of {one.review}"
        for one in log
        if not one.is_redaction
        if one.review in known and one.subject not in known[one.review]
    ]
    return list(dict.fromkeys(found))
