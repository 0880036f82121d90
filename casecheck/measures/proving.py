"""Run the examples of a measure: what each comes to, and what it was to come to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from casecheck.lessons.lesson import Rules
from casecheck.measures.asking import AskedMeasure
from casecheck.measures.measure import Expected, Measure, MeasureExample, Measures
from casecheck.measures.measuring import Asking, Measuring
from casecheck.measures.periods import Length, length_of
from casecheck.measures.report import MeasuresReport
from casecheck.record.validation import read_record

Counts = Mapping[str, float]
"""How many there are of each, by the names that examples use; those of which there are none are
left out."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An example that does not come to what it was to: where, and the counts."""

    example: MeasureExample
    expected: Expected
    found: Counts

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.expected.series, self.expected.period)))
        wanted = {name: number for name, number in self.expected.counts.items() if number}
        where = f" ({where})" if where else ""
        return f"{self.example.name}{where}: expected {_shown(wanted)}, found {_shown(self.found)}"


def _shown(counts: Mapping[str, float | None]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or "none"


def differences(measure: Measure, rules: Rules) -> Iterator[Difference]:
    """Yield each example of a measure that does not come to what it was to."""
    if not measure.is_asked:
        return
    asked = AskedMeasure(measure, rules.concepts)
    for example in measure.examples:
        record = read_record(json.dumps(example.record).encode())
        reports: dict[Length, MeasuresReport] = {}
        for expected in example.expect:
            by = length_of(expected.period) if expected.period else "quarter"
            if by not in reports:
                measuring = Measuring(Measures((measure,), ""), rules, [Asking(by)], [asked])
                measuring.add([record])
                reports[by] = measuring.reports()[0]
            found = _counts(measure, reports[by], expected)
            if found != {name: number for name, number in expected.counts.items() if number}:
                yield Difference(example, expected, found)


def _counts(measure: Measure, report: MeasuresReport, expected: Expected) -> Counts:
    """Return what a series comes to in the period that is expected, or in all together.

    An example of events that names a period says that nothing lies in others.
    """
    found: dict[str, float] = {}
    for series in report.series:
        if series.apart != expected.series:
            continue
        found["undated"] = series.undated or 0
        for period in series.periods:
            if expected.period and period.label != expected.period:
                continue
            tally = period.tally
            counts: dict[str, float] = {"open": period.open}
            if measure.kind == "count":
                counts |= {"members": tally.members, "perhaps": tally.perhaps}
            else:
                counts |= {
                    "met": tally.met,
                    "not_met": tally.not_met,
                    "cannot_tell": tally.cannot_tell,
                    "perhaps_not": tally.perhaps_not,
                    "perhaps_met": tally.perhaps_met,
                }
            for name, number in counts.items():
                found[name] = found.get(name, 0) + number
            if period.median and period.median.days is not None:
                found["median"] = period.median.days
    return {name: number for name, number in found.items() if number}
