"""One number that a board sets for itself, and all such numbers in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from casecheck.lessons.nodes import Place
from casecheck.lessons.periods import Standard
from casecheck.lessons.units import value_fault


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter's standards as the board sets them, by what, and why if it says so."""

    standards: tuple[Standard, ...]
    set_by: str
    reason: str = ""
    place: Place | None = None

    def fault(self, unit: str) -> str:
        """Return why no page could give a parameter of this unit such a value, or ""."""
        return next(filter(None, (value_fault(one.value, unit) for one in self.standards)), "")


def settings_in_words(parameters: Mapping[str, Mapping[str, Setting]]) -> Iterator[str]:
    """Yield a sentence for each parameter that is set, whatever its page says."""
    for identifier, values in parameters.items():
        for name, setting in values.items():
            why = f": {setting.reason}" if setting.reason else ""
            numbers = ", ".join(f"{one.value} {one.period}".strip() for one in setting.standards)
            yield f"{identifier}.{name} is {numbers}, set by {setting.set_by}{why}"
