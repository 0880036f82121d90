"""The actions of a response in the board paper: who does what by when, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from casecheck.qag.register.state import STANDINGS, ActionState
from casecheck.report.html.markup import Html, joined, tag

_PRESSING = {"overdue": "bad", "due_soon": "dim"}
"""How an action stands that is said beside its status, and the class of that."""


def action_table(actions: Sequence[ActionState], caption: str) -> Html:
    """Return a table of actions."""
    heads = ["Action", "Owner", "By when", "Status"]
    with_words = any(one.said for one in actions)
    heads += ["What was said of it"] if with_words else []
    head = tag("tr", *[tag("th", words, scope="col") for words in heads])
    rows = [tag("tr", *_cells(one)[: len(heads)]) for one in actions]
    table = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *rows),
                class_="actions")  # fmt: skip
    return tag("div", table, class_="wide", role="region", tabindex=0, aria_label=caption)


def _cells(state: ActionState) -> list[Html]:
    action = state.action
    name = joined([tag("b", action.id), " ", action.text])
    due = action.timed.deadline or "no deadline in the source"
    if action.timed.due:
        due += f" (by {action.timed.due})"
    last = state.said[-1] if state.said else None
    said = ""
    if last is not None:
        told = last.text if last.text is not None else "words taken out"
        said = f"{last.on}, {last.by}: {told}"
    class_ = _PRESSING.get(state.standing, "")
    words = f"{state.status}, {STANDINGS[state.standing]}" if class_ else state.status
    return [
        tag("th", name, scope="row"),
        tag("td", action.owner or "nobody named"),
        tag("td", due),
        tag("td", words, class_=class_),
        tag("td", said or "nothing yet"),
    ]
