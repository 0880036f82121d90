"""What is wrong in a page of rules, and where: for the person who must mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from casecheck.record.faults import CasecheckError


@dataclass(frozen=True, slots=True, order=True)
class PageError:
    """One fault in a page: file, line and column (both from 1), what is wrong, the likely cure."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class RulesError(CasecheckError):
    """The rules cannot be used; `errors` names every fault that was found."""

    def __init__(self, errors: Iterable[PageError]) -> None:
        self.errors = tuple(sorted(set(errors)))
        super().__init__("\n".join(map(str, self.errors)))


_NEAR = 0.7


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint at the likeliest known name, or a list of what is known."""
    names = sorted(known)
    close = closest(name, names)
    if close:
        return f"did you mean `{close}`?"
    if not names:
        return "none is known here"
    shown = ", ".join(names[:25]) + (", ..." if len(names) > 25 else "")
    return f"known: {shown}"


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the likeliest known name, or None where none is near.

    Near is what shares seven tenths of its letters (`count` is not meant to be `until`), or the one
    name that begins so: `carry` is meant to be `carry_days`.
    """
    names = sorted(known)
    close = difflib.get_close_matches(name[:64], names, n=1, cutoff=_NEAR)
    if close:
        return close[0]
    begun = [one for one in names if name and one.startswith(f"{name}_")]
    return begun[0] if len(begun) == 1 else None
