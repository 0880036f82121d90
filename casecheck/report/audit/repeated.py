"""Words of where a record stands, and of one that has the case id of another."""

from __future__ import annotations

from casecheck.results import Place
from casecheck.text.printable import printable


def place_words(file: str, line: int | None) -> str:
    """Say where a record stands; nothing in its name can harm a terminal."""
    name = "standard input" if file == "-" else printable(file)
    return name if line is None else f"{name} line {line}"


def repeated_words(first: Place) -> str:
    """Say of a record where its case id stood first, and what to do."""
    return (
        f"this case id stands in {place_words(*first)} too; both records are counted:"
        " take one of them out, or give it an id of its own"
    )
