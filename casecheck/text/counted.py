"""Numbers with their nouns, as people write them: `1 record`, `2,000 working days`."""

from __future__ import annotations


def counted(number: int, thing: str, things: str = "") -> str:
    """Return a number with its noun: `1 record`, `2,000 records`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


_ONE = {"agencies": "agency"}


def in_units(number: int, unit: str) -> str:
    """Return a number with a unit that is given in the plural: `1 working day`, `28 days`."""
    return counted(number, _ONE.get(unit) or unit.removesuffix("s"), unit)
