"""Read the sentence that a check reports: its words, and the values that stand in it in braces."""

from __future__ import annotations

import re

from casecheck.lessons.condition_shown import read_shown
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.errors import PageError
from casecheck.lessons.lesson import Message
from casecheck.lessons.nodes import Node
from casecheck.lessons.shapes import Shapes
from casecheck.lessons.terms import Field, RowPath, Shown

_SLOT = re.compile(r"\{([^{}]*)\}")


def read_message(shapes: Shapes, node: Node, scope: Scope) -> tuple[Message, set[str]]:
    """Return a message, and the parameters that it mentions; faults are gathered."""
    text = shapes.text(node, "a message")
    parts: list[str | RowPath | Field | Shown] = []
    used: set[str] = set()
    end = 0
    for slot in _SLOT.finditer(text):
        parts.append(text[end : slot.start()])
        end = slot.end()
        shown = read_shown(slot[1], node.place, scope)
        used |= set(re.findall(r"\w+", slot[1])) & scope.numbers.keys()
        if isinstance(shown, Field) and shown.spec.kind == "codes":
            shown = node.place.error(f"`{shown}` is a list: a message shows a code or a day")
        if isinstance(shown, PageError):
            # A message may be folded over lines: the fault is named at its beginning.
            message = f"in {slot[0][:64]}: {shown.message}"
            shapes.fault(node.place, message)
        else:
            parts.append(shown)
    parts.append(text[end:])
    if any(brace in part for part in parts if isinstance(part, str) for brace in "{}"):
        shapes.fault(node.place, "a brace stands alone: values are written {row.field}")
    return Message(tuple(parts)), used
