"""Report what became of the examples of measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from casecheck.lessons.lesson import Rules
from casecheck.measures.measure import Measures
from casecheck.measures.proving import Difference, differences
from casecheck.text.page import Page, counted


def all_differences(measures: Measures, rules: Rules) -> Iterator[Difference]:
    """Yield each example of some measures that does not come to what it was to."""
    for measure in measures.measures:
        yield from differences(measure, rules)


def measures_proof_object(
    measures: Sequence[Measures], wrong: Sequence[Difference]
) -> dict[str, Any]:
    """Return what became of the examples as `json.dumps` takes it: nothing where there are none."""
    if not measures:
        return {}
    failed = [
        {
            "file": one.example.place.file,
            "line": one.example.place.line,
            "name": one.example.name,
            "apart": one.expected.series,
            "in": one.expected.period,
            "expected": dict(one.expected.counts),
            "found": dict(one.found),
        }
        for one in wrong
    ]
    return {"measures": {"examples": _number(measures), "failed": failed}}


def _number(measures: Sequence[Measures]) -> int:
    return sum(len(one.examples) for each in measures for one in each.measures)


def measures_proof_text(
    measures: Sequence[Measures], wrong: Sequence[Difference], page: Page
) -> Iterator[str]:
    """Yield the lines that tell it: none where there are no measures."""
    asked = [one for each in measures for one in each.measures if one.is_asked]
    if not asked:
        return
    for one in wrong:
        place = one.example.place
        yield from page.lines(f"{place.file}:{place.line}: FAILED {one}", 0, 2, "breach")
    failed = len({one.example.place for one in wrong})
    examples = counted(_number(measures), "example")
    told = f"{failed:,} failed" if failed else "all as expected"
    yield from page.lines(
        f"{examples} of {counted(len(asked), 'measure')}: {told}.", 0, 2, "heading"
    )
