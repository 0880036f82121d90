"""What people type for the register: on one line, not too long, and nothing that names somebody."""

from __future__ import annotations

from casecheck.intake.sources.guard import looks_like
from casecheck.text.printable import printable
from casecheck.text.typed import typed

MAX_EVIDENCE = 500
MAX_ROLE = 100


class CannotKeep(ValueError):  # noqa: N818 - says why
    """Something cannot be put into the register as asked; the message says why."""


def one_line(text: str, what: str, most: int) -> str:
    """Return what is to stand in the register for good, on one line.

    Raises:
        CannotKeep: where it is empty, too long, or looks like somebody's identity; the message
            never repeats it.
    """
    line = printable(" ".join(typed(text).split()))
    if not line or len(line) > most:
        raise CannotKeep(f"{what} takes 1 to {most} characters")
    if looks := looks_like(line):
        raise CannotKeep(f"{what} holds what looks like {looks}: say it without")
    return line
