"""Pair the checks of two versions of rules: which ask the same, which are changed, renamed, new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from casecheck.lessons.lesson import Check, Concept, Lesson, Rules
from casecheck.lessons.meaning import meaning_of

Kind = Literal["same", "changed", "renamed", "new", "gone"]


@dataclass(frozen=True, slots=True)
class Version:
    """A check in one of two versions, with what it asks as a digest."""

    lesson: Lesson
    check: Check
    concepts: Mapping[str, Concept]
    asked: str

    @property
    def name(self) -> str:
        """The check's name, as a report has it."""
        return f"{self.lesson.id} {self.check.id}"


@dataclass(frozen=True, slots=True)
class Pair:
    """A check in both versions, or in one.

    `kind`: it asks the `same` in both, or something else (`changed`); it is `renamed`, whatever it
    asks; it is `new`, or `gone`. `parameters` are the numbers of its lesson that differ: by name,
    what each version says in words, "" for no such number.
    """

    kind: Kind
    before: Version | None
    now: Version | None
    parameters: Mapping[str, tuple[str, str]]

    @property
    def name(self) -> str:
        """The check's name, the old and the new one where it was renamed."""
        names = dict.fromkeys(one.name for one in (self.before, self.now) if one)
        return " -> ".join(names)

    @property
    def asks_the_same(self) -> bool:
        """Whether both versions ask the same of a record."""
        before, now = self.before, self.now
        return before is not None and now is not None and before.asked == now.asked


def pairs_of(before: Rules, now: Rules) -> list[Pair]:
    """Return the checks of two versions in pairs: those of the later in their order, then the gone.

    A check is the same by its lesson and its name. One that is in one version only is taken for
    another of the other version if the page says so (`formerly`), or if the two ask the same.
    """
    old, new = ({one.name: one for one in _versions(rules)} for rules in (before, now))
    gone = {name: one for name, one in old.items() if name not in new}
    pairs = []
    for name, one in new.items():
        first = old.get(name) or _renamed(one, gone)
        if first is None:
            pairs.append(Pair("new", None, one, {}))
            continue
        gone.pop(first.name, None)
        kind: Kind = "same" if first.asked == one.asked else "changed"
        if first.name != name:
            kind = "renamed"
        pairs.append(Pair(kind, first, one, _parameters(first.lesson, one.lesson)))
    return [*pairs, *(Pair("gone", one, None, {}) for one in gone.values())]


def _versions(rules: Rules) -> Iterator[Version]:
    for lesson in rules.lessons:
        for check in lesson.checks:
            yield Version(lesson, check, rules.concepts, meaning_of(check, rules.concepts))


def _renamed(one: Version, gone: Mapping[str, Version]) -> Version | None:
    """Return the check of the earlier version that this one was, if any is known to be it."""
    for name in one.check.formerly:
        if found := gone.get(f"{name.lesson} {name.check}"):
            return found
    return next((other for other in gone.values() if other.asked == one.asked), None)


def _parameters(before: Lesson, now: Lesson) -> dict[str, tuple[str, str]]:
    words = [
        {name: one.in_words for name, one in lesson.parameters.items()} for lesson in (before, now)
    ]
    pairs = {name: (words[0].get(name, ""), words[1].get(name, "")) for name in words[0] | words[1]}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
