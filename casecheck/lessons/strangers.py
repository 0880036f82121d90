"""Refuses rules and settings that somebody else may have put where casecheck looks for them.

What is found by looking (a settings file here or in a folder above, `rules/` here) decides what is
asked of every record. So it counts only where nobody but its user, or the system's own, can have
written it; what is named by hand counts whoever wrote it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from casecheck.intake.leftovers import leftover
from casecheck.lessons.errors import PageError, RulesError

MOST_TOLD = 3
"""How many files of one folder are told to be somebody else's: the first of them show it."""


def refuse_strangers(place: Path, cure: str) -> None:
    """Raise `RulesError` where a file, or a folder with all in it, may be somebody else's work.

    `cure` says how it is named by hand, or left aside.
    """
    errors = []
    for path in _all_of(place):
        if why := _strange(path):
            message = f"{why}, and it was found here, not named: it is not used. {cure}"
            errors.append(PageError(str(path), 1, 1, message))
            if len(errors) == MOST_TOLD:
                break
    if errors:
        raise RulesError(errors)


def _all_of(found: Path) -> Iterator[Path]:
    """Yield a path and, of a folder, all that rules may be read from in it."""
    yield found
    if not found.is_dir():
        return
    try:
        entries = sorted(found.iterdir())
    except OSError:
        return  # which is told when the rules are read
    for entry in entries:
        is_folder = entry.is_dir() and not entry.is_symlink()
        if leftover(entry.name, folder=is_folder) is None:
            if is_folder:
                yield from _all_of(entry)
            else:
                yield entry


def _strange(path: Path) -> str:
    """Return why a path is not surely its user's own, "" where it is: of a link, both its ends."""
    try:
        ends = {path.lstat(), path.stat()}
    except OSError:
        return ""  # which is told when it is read
    owners = {end.st_uid for end in ends} - set(_trusted())
    if owners:
        return f"this belongs to another user (number {min(owners)})"
    if any(end.st_mode & stat.S_IWOTH for end in ends if not stat.S_ISLNK(end.st_mode)):
        return "anybody on this machine can change this"
    return ""


def _trusted() -> Iterable[int]:
    """Yield the numbers of the users whose files count: one's own, and the system's.

    Of root's commands also the user who asked for root's rights: it is that user's session.
    """
    user = os.geteuid()
    yield from (0, user)
    asked_by = os.environ.get("SUDO_UID", "")
    if user == 0 and asked_by.isascii() and asked_by.isdigit():
        yield int(asked_by)
