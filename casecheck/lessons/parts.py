"""What concepts, checks and pages are read from: names, conditions, days. Faults are gathered."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import date
from keyword import iskeyword
from math import prod

from casecheck.lessons.alternative import LASTS
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.conditions import read_condition
from casecheck.lessons.errors import PageError, RulesError, closest, did_you_mean
from casecheck.lessons.lesson import Concept, Group
from casecheck.lessons.never import which_never, why_never
from casecheck.lessons.nodes import Node, Place
from casecheck.lessons.periods import ALWAYS, Period, read_day
from casecheck.lessons.shapes import Shapes, is_absent
from casecheck.record.model import FIELDS

MAX_COMBINATIONS = 64
"""The most ways to choose one alternative of each condition: the engine has a rule for each."""
MAX_CONDITIONS = 60
MAX_NAMES = 8
"""The most rows that one check, or one alternative, puts together."""
NAMED = "a name is a word of its own, in lower case and _"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
LESSON_ID = re.compile(r"[A-Z][A-Za-z0-9.-]{0,31}", re.ASCII)
CHECK_ID = re.compile(r"[a-z][a-z0-9-]{0,59}", re.ASCII)
RESERVED = frozenset({"today", "opened_on", "under", "workdays", "happened", "or_today", "count"})


_OF_ROWS = {"at_least", "then", *LASTS}
"""Keys of an alternative that speak of the rows which it looks for."""


def is_name(name: str) -> bool:
    """Say whether a page may give a name: it can stand in a condition, where it means itself."""
    return bool(NAME.fullmatch(name)) and name not in RESERVED and not iskeyword(name)


def words_of(node: Node) -> set[str]:
    """Return every word in the texts of a node: the names that conditions there may use."""
    if isinstance(node.value, dict | list):
        parts = node.value.values() if isinstance(node.value, dict) else node.value
        return {word for part in parts for word in words_of(part)}
    return set(re.findall(r"\w+", str(node.value)))


def keys_of_way(node: Node) -> tuple[list[str], list[str]]:
    """Return the keys that an alternative must have, and those that it may.

    Where it looks for no row, what is not there (`without`) may be all that it asks. Rows are
    counted, or put in the order of their days, where it looks for some.
    """
    has = node.value if isinstance(node.value, dict) else {}
    if "without" in has and "find" not in has and not _OF_ROWS & has.keys():
        return ["means", "without"], ["where", "find"]
    last = [kind for kind in LASTS if kind in has][:1]
    if last or "then" in has:
        return ["means", "find", "where", *(last or LASTS[:1]), "then"], ["without"]
    if "at_least" in has:
        return ["means", "find", "where", "at_least"], ["without"]
    return ["means", "where"], ["find", "without", "at_least", *LASTS]


class Parts(Shapes):
    """Reads the parts that concepts and checks have in common, and gathers every fault on the way.

    `unread` are the words of what a fault kept from being read: a name among them may be used
    there. `faulty` are the concepts with a fault; None stands for all, none being readable.
    `groups` are the named groups of codes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.unread: set[str] = set()
        self.faulty: set[str] | None = set()
        self.groups: dict[str, Group] = {}

    def codes_of_groups(self) -> dict[str, tuple[str, ...]]:
        """Return the codes of each group that conditions may name."""
        return {name: group.codes for name, group in self.groups.items()}

    def bindings(self, node: Node, what: str, concepts: Mapping[str, Concept]) -> dict[str, str]:
        """Return the section or concept of each name; raise `RulesError` where one has none."""
        named = self.mapping(node, f"{what} maps names to sections, such as {{plan: plans}}")
        if len(named) > MAX_NAMES:
            raise RulesError([node.place.error(f"{what} has more than {MAX_NAMES} names")])
        bindings: dict[str, str] = {}
        for name, item in named.items():
            kind = item.value if isinstance(item.value, str) else ""
            if not is_name(name):
                self.fault(node.keys[name], NAMED)
                self.unread.add(name)
            if name in self.groups:
                message = f"`{name}` is a group of codes: choose another name"
                self.fault(node.keys[name], message)
                self.unread.add(name)
            if kind in FIELDS or kind in concepts:
                bindings[name] = kind
            elif self.faulty is not None and kind not in self.faulty:
                hint = did_you_mean(kind, [*FIELDS, *concepts])
                self.fault(item.place, f"no section or concept `{kind[:64]}`: {hint}")
        if len(bindings) < len(named):
            raise RulesError(())
        return bindings

    def conditions(self, node: Node | None, scope: Scope) -> tuple[Condition, ...]:
        """Return the conditions of a list that could be read; none of them is there twice."""
        found: dict[Hashable, Condition] = {}
        for item in self.items(node, "where", MAX_CONDITIONS):
            text = self.text(item, "a condition")
            if not text:
                continue
            condition = read_condition(text, item.text_place or item.place, scope)
            if isinstance(condition, PageError):
                self.keep([within(condition, item, text)])
                # A misspelt name uses the one that was meant.
                names = [*scope.bindings, *scope.numbers]
                words = words_of(item)
                self.unread |= words | {closest(word, names) or "" for word in words}
            elif again := found.get(condition.question()):
                message = f"the same condition stands already on line {again.place.line}"
                self.fault(condition.place, f"{message}: remove it, or ask something else")
            else:
                found[condition.question()] = condition
        return tuple(found.values())

    def can_hold(self, conditions: tuple[Condition, ...], place: Place) -> bool:
        """Say whether conditions may hold together, and are few enough; tell it where not."""
        combinations = prod(len(condition.alternatives) for condition in conditions)
        if combinations > MAX_COMBINATIONS:
            message = (
                f"`or` and `!=` make {combinations} combinations of these conditions and those"
                f" above them, more than {MAX_COMBINATIONS}: split the check"
            )
            self.fault(place, message)
        elif reason := why_never([condition.alternatives for condition in conditions]):
            self._tell_never(conditions, place, reason)
        else:
            return True
        return False

    def _tell_never(self, conditions: tuple[Condition, ...], place: Place, reason: str) -> None:
        """Tell of the two that cannot both hold at the second of them; of more at their list."""
        alternatives = [condition.alternatives for condition in conditions]
        culprits = which_never(alternatives)
        if culprits is None:
            message = f"these conditions can never hold together: {reason}"
            self.fault(place, f"{message}: read each with the others, and change one of them")
            return
        first, second = culprits
        reason = why_never([alternatives[at] for at in culprits]) or reason
        if first == second:
            message = f"this condition can never hold: {reason}: ask something else"
        else:
            other = conditions[first]
            message = (
                f"these conditions can never hold together: this one and `{other.text[:64]}` on"
                f" line {other.place.line}: {reason}: change or remove one of the two"
            )
        self.fault(conditions[second].place, message)

    def period(self, parts: Mapping[str, Node]) -> Period:
        """Return the days on which something is in force, by its `from` and `until`."""
        start, end = self._limit(parts, "from"), self._limit(parts, "until")
        if start and end and end < start:
            self.fault(parts["until"].place, "`until` comes before `from`")
            return ALWAYS
        return Period(start, end)

    def _limit(self, parts: Mapping[str, Node], key: str) -> date | None:
        if key not in parts or is_absent(parts[key]):
            return None
        day = read_day(parts[key].value)
        if day is None:
            self.fault(parts[key].place, f"`{key}` is a day of the calendar, YYYY-MM-DD")
        return day


def within(error: PageError, node: Node, text: str) -> PageError:
    """Return a fault in a text at the text's own place, where its characters cannot be counted."""
    if node.text_place and text == node.value:
        return error
    return replace(error, line=node.place.line, column=node.place.column)
