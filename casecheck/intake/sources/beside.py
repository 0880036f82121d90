"""What exports beside a source carry, and how they and the source differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass
class Beside:
    """What the exports beside a source carry: the kinds of each section that they have in full.

    None is all kinds. `without` and `base_without` are the event fields that the exports, and the
    other source, do not carry. `rows` are the drafts of the exports in the case at hand, `both` the
    drafts of the other source that the exports have too. `differ`, `missing` and `alike` count
    fields that differ, rows that a whole file lacks, and rows that cannot be told apart.
    """

    kinds: Mapping[str, frozenset[str] | None]
    without: Mapping[str, tuple[str, ...]]
    base_without: Mapping[str, tuple[str, ...]]
    since: Mapping[str, date | None] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    both: set[int] = field(default_factory=set)
    differ: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    alike: Counter[str] = field(default_factory=Counter)

    def has_in_full(self, section: str, kind: object) -> bool:
        """Say whether the exports have every row of a kind."""
        if section not in self.kinds:
            return False
        kinds = self.kinds[section]
        return kinds is None or kind in kinds

    def has_in_full_since(self, section: str, kind: object, day: date | None) -> bool:
        """Say whether the exports have every row of a kind, at the least since a day."""
        since = self.since.get(section)
        covered = since is None or (day is not None and since <= day)
        return covered and self.has_in_full(section, kind)

    def notes(self) -> Iterable[str]:
        """Yield what is to be told of both sources."""
        for name, number in sorted(self.differ.items()):
            yield f"{name} differs in the two sources in {number:,} rows: it is taken as unknown."
        for section, number in sorted(self.missing.items()):
            why = f"the CSV file lacks {number:,} that the other source has"
            yield f"{section} are incomplete for some children: {why}."
        for section, number in sorted(self.alike.items()):
            why = f"{number:,} rows of the CSV file cannot be told apart by child, kind and day"
            yield f"{section} are incomplete for some children: {why}."
