"""Read the examples of a measure: records as lessons' examples have them, and expected counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from casecheck.lessons.errors import RulesError
from casecheck.lessons.examples import ExampleReader
from casecheck.lessons.lesson import Example, ShortfallKind
from casecheck.lessons.nodes import Node
from casecheck.lessons.shapes import Shapes
from casecheck.measures.measure import Expected, MeasureExample
from casecheck.measures.periods import is_period
from casecheck.results import Outcome

COUNTS = ("met", "not_met", "cannot_tell", "perhaps_not", "perhaps_met")
"""What an example may expect of a share, in numbers; of others `members` and `perhaps`."""
OTHERS = ("members", "perhaps", "undated", "open", "median")
_WHERE = ("in", "apart")


class MeasureExampleReader(ExampleReader):
    """Reads the examples of one page; `apart` are the names of what it shows apart."""

    def __init__(self, apart: Iterable[str], shapes: Shapes) -> None:
        super().__init__(None, shapes)
        self._apart = tuple(apart)
        self._expected: tuple[Expected, ...] = ()
        self.read: list[MeasureExample] = []

    def _example(
        self, node: Node, background: Mapping[str, Any], names: set[str], sound: bool
    ) -> Example:
        example = super()._example(node, background, names, sound)
        one = MeasureExample(example.name, example.record, self._expected, example.place)
        self.read.append(one)
        return example

    def _expect(self, node: Node) -> tuple[dict[str, Outcome], dict[str, ShortfallKind]]:
        """Keep what is expected: one mapping of counts, or a list of such."""
        items = node.value if isinstance(node.value, list) else [node]
        self._expected = tuple(map(self._counts, items))
        if not items:
            raise RulesError([node.place.error("expect is a mapping of counts, or a list of such")])
        return {}, {}

    def _counts(self, node: Node) -> Expected:
        parts = self.shapes.members(node, "expect", [], [*_WHERE, *COUNTS, *OTHERS])
        counts: dict[str, int | None] = {}
        for key, item in parts.items():
            if key in _WHERE:
                continue
            counts[key] = item.value
            if not (type(item.value) is int and item.value >= 0):
                self.shapes.fault(item.place, f"`{key}` is a whole number, from 0")
        period = self.shapes.text(parts["in"], "in") if "in" in parts else ""
        if period and not is_period(period):
            message = "`in` names a period: 2026-Q1, 2026-03 or, in quotation marks, 2026"
            self.shapes.fault(parts["in"].place, message)
        series = self.shapes.text(parts["apart"], "apart") if "apart" in parts else ""
        if series and series not in self._apart:
            self.shapes.fault(parts["apart"].place, f"nothing is shown apart as `{series[:64]}`")
        return Expected(counts, period, series)
