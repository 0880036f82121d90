"""The actions of a response in the board paper: who does what by when, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from casecheck.qag.register.state import STANDINGS, ActionState
from casecheck.report.html.markup import Html, joined, tag

_CLASSES = {"overdue": "bad", "due_soon": "dim"}


def action_table(actions: Sequence[ActionState], caption: str) -> Html:
    """Return a table of actions."""
    heads = ("Action", "Owner", "By when", "Status", "What was said of it")
    head = tag("tr", *[tag("th", words, scope="col") for words in heads])
    rows = [tag("tr", *_cells(one)) for one in actions]
    table = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *rows),
                class_="actions")  # fmt: skip
    return tag("div", table, class_="wide", role="region", tabindex=0, aria_label=caption)


def _cells(state: ActionState) -> list[Html]:
    action = state.action
    name = joined([tag("b", action.id), " ", action.text])
    due = action.timed.deadline or "no deadline in the source"
    if action.timed.due:
        due += f" (by {action.timed.due})"
    standing = STANDINGS[state.standing]
    last = state.said[-1] if state.said else None
    said = ""
    if last is not None:
        told = last.text if last.text is not None else "words taken out"
        said = f"{last.on}, {last.by}: {told}"
    words = state.status if state.standing == "closed" else f"{state.status}, {standing}"
    return [
        tag("th", name, scope="row"),
        tag("td", action.owner or "nobody named"),
        tag("td", due),
        tag("td", words, class_=_CLASSES.get(state.standing, "")),
        tag("td", said or "nothing yet"),
    ]
