"""How much there is to look at in a page's examples: rows that may belong together, and conditions.

Who tests or lints a page goes through every combination of rows in plain Python, once for each
condition. Examples are small; those that are not would keep an author waiting for hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import Any

from casecheck.lessons.condition import Condition
from casecheck.lessons.errors import PageError
from casecheck.lessons.lesson import Check, Concept, Example

MAX_EFFORT = 100_000
"""The most combinations of rows, each counted once for each condition, of one page's examples.

A shipped page comes to 72,000 at most.
"""


def too_much_effort(
    examples: Iterable[Example], checks: Sequence[Check], concepts: Mapping[str, Concept]
) -> Iterator[PageError]:
    """Yield a fault at the first example with which there is too much to look at."""
    so_far = 0
    for example in examples:
        so_far += sum(effort(check, example.record, concepts) for check in checks)
        if so_far > MAX_EFFORT:
            message = (
                f"the rows of the examples so far make more than {MAX_EFFORT:,} combinations for"
                " the conditions of the checks: give fewer rows, or split the lesson"
            )
            yield example.place.error(message)
            return


def effort(check: Check, record: Mapping[str, Any], concepts: Mapping[str, Concept]) -> int:
    """Return how many combinations of rows there may be, each counted for each condition.

    An unknown section, and an empty one, counts as one row. Of a number that changes with time, the
    periods count as one: a board that sets such a number cannot make a page's examples fewer.
    """

    def together(names: Mapping[str, str]) -> int:
        return prod(_rows(kind, record, concepts) for kind in names.values())

    parts: dict[int, int] = {}
    for population in check.populations:
        instances = together(population.for_each)
        combinations = instances * _asked(population.where)
        for way in population.ways:
            combinations += instances * together(way.rows) * _asked(way.conditions)
        parts[population.part] = max(combinations, parts.get(population.part, 0))
    return sum(parts.values())


def _asked(where: Sequence[Condition]) -> int:
    return 1 + sum(len(tests) for condition in where for tests in condition.alternatives)


def _rows(kind: str, record: Mapping[str, Any], concepts: Mapping[str, Concept]) -> int:
    sections = [one.section for one in concepts[kind].rows] if kind in concepts else [kind]
    return sum(max(len(record.get(section) or ()), 1) for section in sections)
