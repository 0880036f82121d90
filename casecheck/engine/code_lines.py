"""Lines of generated code that both of a lesson's functions are made of.

One function says whether the lesson may apply (`applies_code`), one writes its facts (`fact_code`).
Their text is made of the record model's own attribute names and codes and of whole numbers, never
of anything else that a page says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from casecheck.engine.row_code import Requirement, RowCode
from casecheck.engine.row_fields import Expression
from casecheck.engine.ruleset import Pattern
from casecheck.engine.sources import Source


class Code(NamedTuple):
    """A function of one record, line by line, and the fields that it reads, by section."""

    name: str
    parameters: str
    lines: Sequence[str]
    reads: AbstractSet[tuple[str, str]]

    def text(self) -> str:
        """Return the function's text: at its head it looks up what it needs of the record."""
        words = self.words()
        head = [f"{name} = {value}" for name, value in _HEAD.items() if name in words]
        lines = "\n".join(f"    {line}" for line in [*head, *self.lines])
        return f"def {self.name}({self.parameters}):\n{lines}\n"

    def words(self) -> set[str]:
        """Return the words of the function's lines, its variables among them."""
        return set(re.findall(r"\w+", "\n".join(self.lines)))


_HEAD = {
    "sections": "known.record.sections",
    "by_id": "known.by_id",
    "numbers": "known.numbers",
    "today": "known.today",
    "opened": "known.opened_on",
    "now": "working(known.today)",
}
"""The variables that a function may read of a record, and what each of them is."""


# The lines


def loop_lines(code: RowCode, loop: str, body: Sequence[str]) -> list[str]:
    """Return a loop over rows; before it the indexes of other rows that it reads."""
    lines = [loop, *(f"    {line}" for line in body)]
    if code.fields.indexes:
        indexes = [f"{name} = by_id[{section!r}]" for section, name in code.fields.indexes.items()]
        return ["if rows:", *(f"    {line}" for line in [*indexes, *lines])]
    return lines


def where_lines(code: RowCode, source: Source, *, unsure: bool) -> list[str]:
    """Return the lines that pass over a row which is certainly not of this kind.

    `unsure`: they note where it is so only perhaps.
    """
    lines: list[str] = []
    for alternatives in source.where:
        each = [
            together("all_of", [code.truths.test(test) for test in tests]) for tests in alternatives
        ]
        text, perhaps = together("any_of", each)
        lines += code.fields.take_lines()
        if not perhaps:
            lines.append(f"if not {text}: continue")
        elif unsure:
            code.perhaps_unsure = True
            lines += [f"w = {text}", "if w is False: continue", "if w is None: unsure = True"]
        else:
            lines.append(f"if {text} is False: continue")
    return ["unsure = False", *lines] if code.perhaps_unsure else lines


def together(function: str, parts: Sequence[Expression]) -> Expression:
    """Return a call of `all_of` or `any_of` on some truths; of one, the truth itself."""
    if len(parts) == 1:
        return parts[0]
    return Expression(f"{function}(({', '.join(text for text, _ in parts)}))", perhaps=True)


def must_lines(code: RowCode, source: Source, patterns: Sequence[Pattern]) -> list[str]:
    """Return the lines that tell the truths that every pattern asks, and pass over what fails."""
    lines: list[str] = []
    everywhere = set(patterns[0].truths).intersection(*(one.truths for one in patterns))
    for name, negated in patterns[0].truths:
        if (name, negated) in everywhere:
            lines += property_lines(code, source, [name])
            lines.append(code.must_line(name, negated))
    return lines


def property_lines(code: RowCode, source: Source, names: Iterable[str]) -> list[str]:
    """Return the lines that tell those of some properties that have not been told."""
    wanted = set(names)
    return [
        line
        for name, asked in source.properties
        if name in wanted
        for line in code.property_lines(name, asked)
    ]


def requirements_of(pattern: Pattern) -> tuple[Requirement, ...]:
    """Return all that a pattern asks of a fact alone."""
    limits = [(name, (order, number)) for name, order, number in pattern.limits]
    return (*pattern.truths, *limits)


def least_demanding(asked: Iterable[tuple[Requirement, ...]]) -> list[tuple[Requirement, ...]]:
    """Return those that ask nothing more than another does: whatever passes any passes one."""
    each = {frozenset(one): one for one in asked}
    return [one for all_of, one in each.items() if not any(other < all_of for other in each)]


def any_condition(conditions: Iterable[str]) -> str:
    """Return the condition that one of some holds."""
    return " or ".join(f"({one})" for one in conditions)
