"""What the parts of a page must be: mappings with known keys, lists, texts. Faults are gathered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ParamSpec, TypeVar

from casecheck.lessons import slips
from casecheck.lessons.errors import PageError, RulesError, closest
from casecheck.lessons.nodes import Node, Place

P = ParamSpec("P")
T = TypeVar("T")
_PATH = re.compile(r"[a-z_]+(\.[a-z_]+)+", re.ASCII)
_CODE = re.compile(r"[a-z_]{1,64}", re.ASCII)
MAX_ITEMS = 1_000
"""The most items of a list, where nothing narrower is said."""
_NOTHING: Mapping[str, str] = {}
MAX_FAULTS = 100
"""The most faults told of one page; a hundred show the pattern."""


class TooManyFaults(Exception):  # noqa: N818 - ends the reading of a page
    """A page has more faults than are told."""


class _Absent:
    """The value of a key that is missing: its fault is told, and nothing more follows from it."""


_ABSENT = _Absent()


def is_absent(node: Node) -> bool:
    """Say whether this stands for the value of a key that is missing."""
    return node.value is _ABSENT


def absent(place: Place) -> Node:
    """Return what stands for the value of a key that is missing, where that is told already."""
    return Node(_ABSENT, place, {})


def _no_text(node: Node) -> str:
    """Return what is wrong with a value that stands where a text should, and what to do."""
    if node.value is None or isinstance(node.value, str):
        return "is empty: write it"
    if isinstance(node.value, dict) and len(node.value) == 1:
        ((key, item),) = node.value.items()
        if _PATH.fullmatch(key):
            side = f"'{item.value}'" if _is_code(item) else "..."
            return f"is a text, and a `:` does not compare: write `{key[:64]} == {side}`"
    return "is a text (put it in quotation marks)"


def _is_code(node: Node) -> bool:
    return isinstance(node.value, str) and _CODE.fullmatch(node.value) is not None


class Shapes:
    """Takes pages apart and gathers every fault on the way.

    `gaps` counts the parts that are missing, or not the list that they should be: names may have
    been used there.
    """

    def __init__(self) -> None:
        self.errors: list[PageError] = []
        self.gaps = 0
        self._most = MAX_FAULTS

    def page(self, file: str, step: Callable[P, T], *args: P.args, **named: P.kwargs) -> T | None:
        """Take the step that reads a page, as far as its faults are told; None where it failed."""
        self._most = len(self.errors) + MAX_FAULTS
        try:
            return self.attempt(step, *args, **named)
        except TooManyFaults:
            message = f"only {MAX_FAULTS} faults of this page are shown: mend these and try again"
            self.errors.append(PageError(file, 1, 1, message))
            return None

    def attempt(self, step: Callable[P, T], *args: P.args, **named: P.kwargs) -> T | None:
        """Return what one step returns; where it failed, keep its faults and return None."""
        try:
            return step(*args, **named)
        except RulesError as error:
            self.keep(error.errors)
            return None

    def keep(self, errors: Iterable[PageError]) -> None:
        """Keep faults; raise `TooManyFaults` where that is enough of one page."""
        self.errors.extend(errors)
        if len(self.errors) >= self._most:
            raise TooManyFaults

    def fault(self, place: Place, message: str) -> None:
        """Keep one fault."""
        self.keep([place.error(message)])

    def members(
        self,
        node: Node,
        what: str,
        required: Sequence[str],
        optional: Sequence[str] = (),
        elsewhere: Mapping[str, str] = _NOTHING,
    ) -> dict[str, Node]:
        """Return a mapping's members, having named those that are missing or unknown.

        A misspelt key is read as the one that it is taken for, so that what is under it is read.
        `elsewhere` says of keys that are often written here what to do with them.
        """
        if is_absent(node):
            raise RulesError(())
        allowed = [*required, *optional]
        if not isinstance(node.value, dict):
            keys = ", ".join(allowed[:5])
            raise RulesError([node.place.error(f"{what} is a mapping (key: value), with {keys}")])
        found = {key: item for key, item in node.value.items() if key in allowed}
        for key, item in node.value.items():
            if key not in allowed:
                hint = elsewhere.get(key) or slips.unknown_key(key, allowed)
                self.fault(node.keys[key], f"{what} has no `{key[:64]}`: {hint}")
                if key not in elsewhere and (meant := closest(key, allowed)):
                    found.setdefault(meant, item)
        for key in required:
            if key not in found:
                self.gaps += 1
                self.fault(node.place, f"{what} lacks `{key}`")
                found[key] = absent(node.place)
        return found

    def text(self, node: Node, what: str) -> str:
        """Return a text on one line; "" where there is none."""
        if is_absent(node):
            return ""
        if not isinstance(node.value, str) or not node.value.strip():
            self.fault(node.place, f"{what} {_no_text(node)}")
            return ""
        words = " ".join(node.value.split())
        if not words.isprintable():
            self.fault(node.place, f"{what} holds a character that cannot be seen: retype it")
        return words

    def items(self, node: Node | None, what: str, most: int = MAX_ITEMS) -> list[Node]:
        """Return a list's items; none where there is no list. More than `most` are a fault."""
        if node is None or is_absent(node):
            return []
        if not isinstance(node.value, list) or not node.value:
            self.gaps += 1
            self.fault(node.place, f"{what} is a list with at least one item (- ...)")
            return []
        if len(node.value) > most:
            self.gaps += 1
            self.fault(node.place, f"{what} has more than {most:,} items: split it")
            return []
        items: list[Node] = node.value
        return items

    def mapping(self, node: Node, message: str) -> dict[str, Node]:
        """Return a mapping of names that the page is free to choose, at least one."""
        if is_absent(node):
            self.gaps += 1
            raise RulesError(())
        if not isinstance(node.value, dict) or not node.value:
            raise RulesError([node.place.error(message)])
        return node.value
