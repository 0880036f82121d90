"""Tells on a terminal how far a command has come: how many of how many, how quickly."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import click

from casecheck.intake.files import STDIN, find_texts
from casecheck.intake.texts import RecordText
from casecheck.record.faults import Unreadable

EVERY = 100
"""How many are done before it is told, and told again."""
SECONDS = 0.5
"""Or so much time has passed, where each takes long."""
COUNTING = 2.0
"""So many seconds may be spent to count what there is to do; else the total stays unsaid."""

Item = TypeVar("Item")


def counted_on_terminal(
    items: Iterable[Item], what: str, total: int | None = None
) -> Iterator[Item]:
    """Yield the items, and count them in one line of stderr, which is empty at the end.

    `total` is how many there will be, if that is known. Nothing is told where stderr is no
    terminal, or one that cannot go back in its line. `NO_COLOR` is about colour: it changes only
    how the line is emptied, without an escape.
    """
    if not on_terminal():
        yield from items
        return
    longest, began = 0, time.monotonic()
    last = began
    try:
        for number, item in enumerate(items, start=1):
            now = time.monotonic()
            if number % EVERY == 0 or now - last >= SECONDS:
                line, last = progress_words(number, total, now - began, what), now
                longest = max(longest, len(line))
                click.echo(f"\r{line:<{longest}}", err=True, nl=False)
            yield item
    finally:
        if longest:
            plain = f"{' ' * longest}\r" if os.environ.get("NO_COLOR") else "\x1b[K"
            click.echo(f"\r{plain}", err=True, nl=False)


def on_terminal() -> bool:
    """Tell whether standard error is a terminal that can write over a line."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def progress_words(number: int, total: int | None, seconds: float, what: str) -> str:
    """Say how many of how many are done, how many a second that is, and how long it takes yet.

    >>> progress_words(300, 1200, 10.0, "records audited")
    '300 of 1,200 records audited, 30 a second, 30 s left'
    >>> progress_words(3, 11, 60.0, "lessons tried")
    '3 of 11 lessons tried, 3 a minute, 2 min 40 s left'
    """
    of = "" if total is None else f" of {total:,}"
    words = f"{number:,}{of} {what}"
    if seconds < SECONDS:
        return words
    rate = number / seconds
    words += f", {rate:,.0f} a second" if rate >= 1 else f", {rate * 60:,.0f} a minute"
    if total is None:
        return words
    left = max(round((total - number) / rate), 0)
    minutes = f"{left // 60:,} min " if left >= 60 else ""
    return f"{words}, {minutes}{left % 60} s left"


def records_in(paths: Sequence[str]) -> int | None:
    """Return how many records there are to read, where it will be told and soon is known."""
    if not on_terminal() or STDIN in paths:
        return None
    until, number = time.monotonic() + COUNTING, 0
    for _ in find_texts(paths, sys.stdin.buffer):
        number += 1
        if time.monotonic() > until:
            return None
    return number


def texts_on_terminal(paths: Sequence[str]) -> Iterator[RecordText | Unreadable]:
    """Return the texts of records, as `find_texts` does, counted as they are taken.

    Raises:
        NoSuchInput: at once, not when the first text is asked for.
    """
    texts = find_texts(paths, sys.stdin.buffer)
    return counted_on_terminal(texts, "records read", records_in(paths))
