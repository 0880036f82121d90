"""Estimates in words and tables: how practice is, and how far the engine and auditors agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor

from casecheck.qag.agreeing import CODES, AgreementTold, Coefficient
from casecheck.qag.estimating import Estimate
from casecheck.qag.rates import Measure
from casecheck.report.estimate_data import Report, measures
from casecheck.report.page import Column, Page, counted
from casecheck.report.percent import exactly, folded, percent
from casecheck.report.printable import printable

NONE = "-"
FEWEST_TO_DOUBT = 3
"""Judged breaches without which a rule is not named as doubtful: of fewer, one case decides."""
LONGEST_NAME = 20
"""Columns that the name of a check may take before it goes on in the next line."""
_SHOWN = ("compliance", "breaches_upheld", "breaches_missed", "change")
"""The measures that have their methods, and reasons, in the text; the other formats have all."""


def estimate_text(report: Report, page: Page) -> Iterator[str]:
    """Yield the lines of a report."""
    yield from _head(report, page)
    yield from _compliance(report, page)
    yield from _engine(report, page)
    yield from _to_look_at(report, page)
    if report.before is not None:
        yield from _change(report, page)
    yield from _agreement(report, page)
    yield from _basis(report, page)


def _head(report: Report, page: Page) -> Iterator[str]:
    view = report.view
    drawn = view.sample.drawn
    usable = sum(1 for one in drawn if not one.unusable)
    told = (
        f"Sample {view.sample.name}: {usable} of {len(view.members):,} cases, {view.plan.design},"
        f" of run {view.run.id}"
    )
    if view.run.label:
        told += f" ({view.run.label})"
    yield from page.lines(printable(told), 0, 2, "heading")
    for note in report.notes:
        yield from folded(page, printable(note), 0)


def _title(page: Page, text: str) -> Iterator[str]:
    yield ""
    yield from folded(page, text, 0, "heading")


def _named(one: Estimate) -> str:
    """A check's name, on two lines where it is long: a table would cut it off."""
    if not one.check:
        return one.lesson
    if len(one.check) <= LONGEST_NAME:
        return f"  {one.check}"
    at = one.check.rfind("-", 0, LONGEST_NAME) + 1 or LONGEST_NAME
    return f"  {one.check[:at]}\n    {one.check[at:]}"


def _compliance(report: Report, page: Page) -> Iterator[str]:
    confidence = exactly(report.confidence)
    yield from _title(page, "Compliance, by the auditors' judgment")
    columns = [
        Column("lesson\n  check", number=False),
        *map(Column, ("com-\npliant", "not com-\npliant", "cannot\ntell", "does not\napply")),
        Column("not\njudged"),
        Column("\nrate"),
        Column(f"within,\n{confidence}"),
        Column("at\nworst"),
    ]
    yield from page.table(
        columns,
        [
            [_named(one), *(str(one.judged[code]) for code in CODES), str(one.unjudged),
             _rate(one.compliance), _within(one.compliance), _rate(one.at_worst)]
            for one in report.estimates
        ],
    )  # fmt: skip
    told = "Rate: compliant of those that are compliant or not. At worst: as if all of which the"
    yield from folded(page, f"{told} auditors cannot tell were not compliant.", 0, "aside")


def _engine(report: Report, page: Page) -> Iterator[str]:
    confidence = exactly(report.confidence)
    yield from _title(page, "The engine against the auditors")
    columns = [
        Column("lesson\n  check", number=False), Column("breaches\njudged"), Column("\nupheld"),
        Column(f"within,\n{confidence}"), Column("no finding,\njudged"),
        Column("missed in\nall, about"), Column(f"within,\n{confidence}"),
    ]  # fmt: skip
    yield from page.table(
        columns,
        [
            [_named(one), str(one.upheld.n), _rate(one.upheld), _within(one.upheld),
             str(one.missed.n), _cases(one.missed), _cases_within(one.missed)]
            for one in report.estimates
        ],
    )  # fmt: skip
    told = (
        "Upheld: of the engine's breaches, those that the auditors judged not compliant. Missed:"
        " cases not compliant among those in which the engine found nothing, in the whole list."
    )
    yield from folded(page, told, 0, "aside")


def _to_look_at(report: Report, page: Page) -> Iterator[str]:
    """Name the checks whose rule may be wrong: little of what they say was so, or they miss."""
    checks = [one for one in report.estimates if one.check]
    doubtful = [
        one
        for one in checks
        if one.upheld.n >= FEWEST_TO_DOUBT
        and one.upheld.value is not None
        and one.upheld.value < 0.5
    ]
    missing = [one for one in checks if one.missed.value]
    if not (doubtful or missing):
        return
    yield from _title(page, "Rules to look at")
    for one in sorted(doubtful, key=lambda one: one.upheld.value or 0.0):
        told = f"{one.lesson} {one.check}: {_rate(one.upheld)} of {one.upheld.n} judged breaches"
        yield from folded(page, f"{told} were upheld.", 2)
    for one in sorted(missing, key=lambda one: -(one.missed.value or 0.0)):
        told = f"{one.lesson} {one.check}: the engine found nothing in about {_cases(one.missed)}"
        judged = f"by {counted(one.missed.n, 'judged case')}"
        yield from folded(page, f"{told} that the auditors judge not compliant, {judged}.", 2)


def _change(report: Report, page: Page) -> Iterator[str]:
    assert report.before is not None
    yield from _title(page, f"Change of the rate since {printable(report.before.sample.name)}")
    columns = [
        Column("lesson\n  check", number=False), Column("\nchange"),
        Column(f"within,\n{exactly(report.confidence)}", number=False),
        Column("\ntells", number=False),
    ]  # fmt: skip
    changes = [(one, one.change) for one in report.estimates if one.change is not None]
    yield from page.table(
        columns,
        [
            [_named(one), _points(change.value), _points_within(change), _tells(change)]
            for one, change in changes
        ],
    )
    told = "In percentage points. The interval takes both samples for independent of each other."
    yield from folded(page, told, 0, "aside")


def _tells(change: Measure) -> str:
    if change.within is None:
        return "nothing"
    if change.within.lower > 0:
        return "better"
    return "worse" if change.within.upper < 0 else "no change shown"


def _agreement(report: Report, page: Page) -> Iterator[str]:
    yield from _title(page, "Agreement of the auditors")
    if not any(told.judged for told in report.agreements):
        told = "No check of a case was judged by two: nothing can be said."
        yield from folded(page, told, 0)
        return
    names = [one.name for one in report.agreements[0].coefficients]
    columns = [
        Column("lesson", number=False), Column("judged\ntwice"),
        *(Column(name.replace(" ", "\n"), number=False) for name in names),
    ]  # fmt: skip
    yield from page.table(
        columns,
        [
            [told.lesson or "all", str(told.judged),
             *map(_coefficient, told.coefficients)]
            for told in report.agreements
        ],
    )  # fmt: skip
    told = "1: full agreement; 0: no more than by chance. Checks of one case hang together, so that"
    yield from folded(page, f"{told} the intervals are, if anything, too narrow.", 0, "aside")
    yield from _reasons(page, _refused_coefficients(report.agreements))


def _coefficient(one: Coefficient) -> str:
    if one.agreement is None:
        return NONE
    told = f"{one.agreement.value:.2f}"
    if one.agreement.within:
        lower, upper = one.agreement.within
        told += f" ({lower:.2f} to {upper:.2f})"
    return told


def _refused_coefficients(told: Sequence[AgreementTold]) -> Iterator[tuple[str, str]]:
    for one in told:
        for coefficient in one.coefficients:
            if coefficient.refused:
                yield f"{one.lesson or 'all'}, {coefficient.name}", coefficient.refused


def _basis(report: Report, page: Page) -> Iterator[str]:
    """Say the method of each number, and why others are refused."""
    methods: dict[str, dict[str, list[str]]] = {}
    refused: list[tuple[str, str]] = []
    for one in report.estimates:
        asked = f"{one.lesson} {one.check}".strip()
        for name, measure in measures(one):
            if name not in _SHOWN:
                continue
            words = name.replace("_", " ")
            if measure.refused:
                refused.append((f"{asked}, {words}", measure.refused))
            else:
                rests = f"{asked} {measure.n:,} of {measure.population:,}"
                methods.setdefault(words, {}).setdefault(measure.method, []).append(rests)
    yield from _title(page, "Methods")
    told = "After each check: the judged cases that the number rests on, of at most how many."
    yield from folded(page, told, 0, "aside")
    for words, used in methods.items():
        for method, those in used.items():
            yield from folded(page, f"{words}, {method}: {'; '.join(those)}", 2)
    if refused:
        yield from _title(page, "Not told, and why")
        yield from _reasons(page, refused)


def _reasons(
    page: Page, refused: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]
) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for what, why in refused:
        by_reason.setdefault(why, []).append(what)
    for why, those in by_reason.items():
        yield from folded(page, f"{why}: {'; '.join(those)}", 2)


def _rate(measure: Measure) -> str:
    return NONE if measure.value is None else percent(measure.value)


def _within(measure: Measure) -> str:
    """The bounds of a rate in %, rounded outwards, so that no more is claimed than is known.

    They are one where every case was judged.
    """
    if measure.within is None:
        return NONE
    if measure.within.lower == measure.within.upper:
        return "known"
    lower, upper = (round(bound * 1000, 6) for bound in measure.within)
    return f"{floor(lower) / 10:g} to {ceil(upper) / 10:g} %"


def _cases(measure: Measure) -> str:
    return NONE if measure.value is None else counted(round(measure.value), "case")


def _cases_within(measure: Measure) -> str:
    return _bounds(measure, lambda bound: f"{bound:,.0f}")


def _points(value: float | None) -> str:
    return NONE if value is None else f"{value * 100:+.1f}"


def _points_within(measure: Measure) -> str:
    return _bounds(measure, _points)


def _bounds(measure: Measure, written: Callable[[float], str]) -> str:
    if measure.within is None:
        return NONE
    return f"{written(measure.within.lower)} to {written(measure.within.upper)}"
