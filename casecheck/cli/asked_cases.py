"""What is asked of an audit's cases: options that contradict each other, and ids of no record."""

from __future__ import annotations

import difflib

import click

from casecheck.report.audit.selection import SHAPED, Selection
from casecheck.text.counted import counted
from casecheck.text.printable import printable

_MOST_NEAR = 3
"""The most case ids that are suggested in place of one that is none."""
_LEAST_ALIKE = 0.7
"""Ids are alike that share so much of their letters and digits."""


def not_contrary(selection: Selection, report_format: str) -> Selection:
    """Return it, or end the command where it asks for two things of which a report can show one.

    Formats that hold everything show all of it, whatever is asked.
    """
    if report_format not in SHAPED:
        return selection
    cases = [f"--case {printable(one)}" for one in sorted(selection.cases)]
    top = [f"--top {selection.top}"] if selection.top is not None else []
    every = ["--all"] * selection.every
    if selection.summary and (others := [*cases, *top, *every]):
        shown = ", ".join(others)
        raise click.UsageError(f"--summary shows no case, and {shown} asks for some: choose one")
    if top and every:
        raise click.UsageError(f"{top[0]} and --all: choose one, so many cases or all of them")
    if cases and every:
        raise click.UsageError("--case shows a case in full as it is: leave out --all")
    if "--case " in cases:
        raise click.UsageError("--case: name the id of a case")
    return selection


class SoughtCases:
    """Takes the ids of all records, and says which that were asked for are of none."""

    def __init__(self, selection: Selection, report_format: str) -> None:
        # The formats that hold everything whatever is asked need no case to be there.
        self._missing = set(selection.cases) if report_format in SHAPED else set()
        self._known: set[str] | None = set() if self._missing else None

    def add(self, case_id: str) -> None:
        """Take the id of one record."""
        if self._known is not None:
            self._known.add(case_id)
            self._missing.discard(case_id)

    def need_all(self, unreadable: int) -> None:
        """End the command, before a report is written, where a case that was asked for is nowhere.

        `unreadable` is how many inputs could not be read, in which it may be.
        """
        if not self._missing:
            return
        known = sorted(self._known or ())
        told = [_no_case(one, known) for one in sorted(self._missing)]
        told.append(f"{counted(len(known), 'case')} looked through; nothing was written.")
        if unreadable:
            told.append(f"{counted(unreadable, 'input')} could not be read, and may hold it.")
        raise click.UsageError("\n".join(told))


def _no_case(case_id: str, known: list[str]) -> str:
    told = f"--case {printable(case_id)}: no record has this case id"
    near = _near(case_id, known)
    return f"{told}: did you mean {' or '.join(near)}?" if near else f"{told}."


def _near(case_id: str, known: list[str]) -> list[str]:
    """Return the ids that are likeliest meant: those with the same number, else those alike."""
    number = case_id.rpartition("-")[2].lstrip("0")
    same = [one for one in known if number and one.rpartition("-")[2].lstrip("0") == number]
    if not same:
        same = difflib.get_close_matches(case_id[:64], known, _MOST_NEAR, _LEAST_ALIKE)
    return [printable(one) for one in same[:_MOST_NEAR]]
