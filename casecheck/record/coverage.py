"""What an extract carries of sections that it carries in part: the perhaps-rows they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol

_KIND_FIELDS = ("kind", "level", "service", "law", "role", "topic")
"""What `only` speaks of: the codes of a section's first required field of one of these names."""


class PerhapsRow(NamedTuple):
    """A row that may be missing from a section that is there in part.

    `kinds` are the codes, of the section's kind field, of which it may be; None: of any. `before`
    is the day before which all its days lie, its events too; None: nothing is known of them.
    `asked` says whether a check may ask about it, as it may about a row of an unknown section.
    """

    kinds: frozenset[str] | None = None
    before: date | None = None

    @property
    def asked(self) -> bool:
        """Whether a check may ask about the row; what lay before a first day is only evidence."""
        return self.before is None


class _Spec(Protocol):
    @property
    def kind(self) -> str: ...

    @property
    def role(self) -> str: ...


def kind_field(fields: Mapping[str, _Spec]) -> str | None:
    """Return the name of a section's kind field; None where it has none."""
    for name, spec in fields.items():
        if name in _KIND_FIELDS and spec.kind == "code" and spec.role == "required":
            return name
    return None


def perhaps_rows(told: Mapping[str, Any], kinds: tuple[str, ...]) -> tuple[PerhapsRow, ...]:
    """Return the rows that may be missing where an extract tells this of a section.

    `kinds` are the codes of the section's kind field.
    """
    rows = []
    if "only" in told:
        rows.append(PerhapsRow(kinds=frozenset(kinds) - frozenset(told["only"])))
    if "incomplete" in told:
        rows.append(PerhapsRow())
    if "from" in told:
        rows.append(PerhapsRow(before=told["from"]))
    return tuple(rows)
