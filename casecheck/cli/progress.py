"""Counts on a terminal how far a command has come."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

EVERY = 100
"""How many are done before it is told, and told again."""

Item = TypeVar("Item")


def counted_on_terminal(items: Iterable[Item], what: str) -> Iterator[Item]:
    """Yield the items, and count them in one line of stderr, which is empty at the end.

    Nothing is told where stderr is no terminal, or one that cannot go back in its line. `NO_COLOR`
    is about colour: it changes only how the line is emptied, without an escape.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield from items
        return
    told = ""
    try:
        for number, item in enumerate(items, start=1):
            if number % EVERY == 0:
                told = f"{number:,} {what}"
                click.echo(f"\r{told}", err=True, nl=False)
            yield item
    finally:
        if told:
            plain = f"{' ' * len(told)}\r" if os.environ.get("NO_COLOR") else "\x1b[K"
            click.echo(f"\r{plain}", err=True, nl=False)
