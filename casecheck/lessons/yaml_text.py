"""The text of a page that is not YAML: what its lines look like around where the parser gave up."""

from __future__ import annotations

import re
from dataclasses import dataclass

Spot = tuple[int, int]
"""A line and a column, both from 0."""
_ITEM = re.compile(r"\s*(- +)*")
KEY = re.compile(r":(\s|$)")
_KEY_WITHOUT_COLON = re.compile(r"\s*([\w-]+|(- +)?[\w-]+ +[>|][+-]?)\s*")
OTHER_BLANK = re.compile(r"[^\S \t\r\n]")
"""A blank that YAML does not take for one, such as one that does not break the line."""
_BLANK_IN_INDENT = re.compile(rf"[ \t]*(?:- +)*({OTHER_BLANK.pattern})")
_BLANK_BEHIND_COLON = re.compile(rf"\s*(?:- +)*[\w-]+:({OTHER_BLANK.pattern})")
_TEXT_BELOW = re.compile(r"(^|\s)[>|][+-]?\s*$")


@dataclass(frozen=True, slots=True)
class TextFault:
    """Where the parser gave up, `at`, and where what it was reading began, `since`.

    `since` is `at` too where the parser does not say it. `bracket` is the last bracket still open
    there; `late_quote` a quotation mark that was opened on an earlier line and is closed on that
    one, where another text begins.
    """

    lines: list[str]
    at: Spot
    since: Spot
    bracket: Spot | None
    late_quote: Spot | None

    def sign(self, spot: Spot) -> str:
        """Return the sign at a place; "" behind the end of its line."""
        line, column = spot
        return self._line(line)[column : column + 1]

    def indent(self, line: int) -> str:
        """Return the blanks and tabs with which a line begins."""
        found = self._line(line)
        return found[: len(found) - len(found.lstrip())]

    def is_bullet(self) -> bool:
        """Say whether the line of `since` begins there, with `* `."""
        line, column = self.since
        begins = len(self.indent(line)) == column
        return begins and self._line(line)[column:].startswith("* ")

    @property
    def before(self) -> str:
        """What stands on the line before the place where the parser gave up."""
        return self._line(self.at[0])[: self.at[1]]

    @property
    def behind(self) -> str:
        """What stands on the line from there on."""
        return self._line(self.at[0])[self.at[1] :]

    def key_column(self, line: int) -> int:
        """Return where on a line a key would begin: behind the blanks, and behind `- `."""
        return len(self._line(line)) - len(_ITEM.sub("", self._line(line), count=1))

    def is_key(self, line: int) -> bool:
        """Say whether a line without a colon is a key all the same: a word, or one and `>-`."""
        return _KEY_WITHOUT_COLON.fullmatch(self._line(line)) is not None

    def has_words(self, line: int) -> bool:
        """Say whether a line is neither empty nor a remark."""
        words = self._line(line).lstrip()
        return bool(words) and not words.startswith("#")

    def top_of_text(self) -> int | None:
        """Return the first of the lines next above that have no key; None where there is none."""
        top = None
        for line in filter(self.has_words, range(self.at[0] - 1, -1, -1)):
            if KEY.search(self._line(line)):
                break
            top = line
        return top

    def is_below_folding(self) -> bool:
        """Say whether the line of `since` stands just below `>-` or `|`."""
        above = [line for line in range(self.since[0]) if self.has_words(line)]
        return any(_TEXT_BELOW.search(self._line(line)) for line in above[-1:])

    def other_blank(self) -> Spot | None:
        """Return where a line begins, or a key ends, with a blank that is none to YAML."""
        top = self.top_of_text()
        first = min(self.since[0], self.at[0] if top is None else top)
        for line in range(max(0, first - 1), self.at[0] + 1):
            for pattern in (_BLANK_IN_INDENT, _BLANK_BEHIND_COLON):
                if found := pattern.match(self._line(line)):
                    return line, found.start(1)
        return None

    def is_beside_items(self) -> bool:
        """Say whether the line of `since` stands just below an item, `- `, and in line with it."""
        at, column = self.since
        above = [line for line in range(at) if self.has_words(line)]
        beside = [self._line(line) for line in above if len(self.indent(line)) <= column]
        return any(text.startswith(" " * column + "- ") for text in beside[-1:])

    def _line(self, line: int) -> str:
        return self.lines[line] if line < len(self.lines) else ""
