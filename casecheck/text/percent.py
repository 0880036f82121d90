"""Rates as people read them: a percentage to one place, which never claims all or none wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from casecheck.text.page import Page

_UNPARTED = "\ue000"
"""Stands for the space before a sign while a text is folded: rich folds at U+00A0 too."""


def percent(rate: float | Fraction) -> str:
    """Write a rate (1 is all) to one place: `68.8 %`, `5 %`, `over 99.9 %` where not quite all."""
    value = round(float(rate) * 100, 9)
    if 0 < value < 0.05:
        return "under 0.1 %"
    if 99.95 < value < 100:
        return "over 99.9 %"
    written = f"{value:.1f}"
    return f"{written.removesuffix('.0')} %"


def exactly(rate: Fraction) -> str:
    """Write a rate that somebody chose, with all its places: `3.25 %`."""
    return f"{float(rate * 100):.10g} %"


def rounded(value: float) -> float:
    """Return a number for machines, to ten places: the last bits differ between machines."""
    return round(value, 10) + 0.0


def folded(page: Page, text: str, indent: int, style: str = "") -> Iterator[str]:
    """Fold a paragraph so that no number is parted from its sign."""
    for line in page.lines(unparted(text), indent, 2, style):
        yield parted(line)


def unparted(text: str) -> str:
    """Return a text that is folded nowhere between a number and its sign."""
    return text.replace(" %", f"{_UNPARTED}%")


def parted(text: str) -> str:
    """Return a folded text with plain spaces again."""
    return text.replace(f"{_UNPARTED}%", " %")
