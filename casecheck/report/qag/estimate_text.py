"""Estimates in words and tables: how practice is, and how far the engine and auditors agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casecheck.qag.estimates.agreeing import CODES, Coefficient, LessonAgreement
from casecheck.qag.estimates.rates import Measure
from casecheck.qag.estimates.report import Report, measures
from casecheck.report.qag.engine_text import engine_text
from casecheck.report.qag.estimate_cells import (
    NONE,
    named,
    points,
    points_within,
    rate,
    title,
    within,
)
from casecheck.report.qag.in_short import in_short
from casecheck.report.qag.remarks_text import remarks_text
from casecheck.text.counted import counted
from casecheck.text.page import Column, Page
from casecheck.text.percent import bound_above, bound_below, exactly, folded
from casecheck.text.printable import printable

_SHOWN = ("compliance", "breaches_upheld", "breaches_missed", "cannot_tell_not_compliant", "change")
"""The measures that have their methods, and reasons, in the text; the other formats have all."""


def estimate_text(report: Report, page: Page) -> Iterator[str]:
    """Yield the lines of a report."""
    yield from _head(report, page)
    yield from in_short(report, page)
    yield from _compliance(report, page)
    yield from _strata(report, page)
    yield from engine_text(report, page)
    if report.before is not None:
        yield from _change(report, page)
    yield from remarks_text(report.remarks, page)
    yield from _agreement(report, page)
    yield from _basis(report, page)


def _head(report: Report, page: Page) -> Iterator[str]:
    view = report.view
    drawn = view.sample.drawn
    usable = sum(1 for case in drawn if not case.unusable)
    told = (
        f"Sample {view.sample.name}: {usable} of {counted(len(view.members), 'case')},"
        f" {view.plan.design}, of run {view.run.id}"
    )
    if view.run.label:
        told += f" ({view.run.label})"
    yield from page.lines(printable(told), 0, 2, "heading")
    for note in report.notes:
        yield from folded(page, printable(note), 0)


def _compliance(report: Report, page: Page) -> Iterator[str]:
    confidence = exactly(report.confidence)
    yield from title(page, "Compliance, by the auditors' judgment")
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
            [named(estimate), *(str(estimate.judged[code]) for code in CODES),
             str(estimate.unjudged), rate(estimate.compliance), within(estimate.compliance),
             rate(estimate.at_worst)]
            for estimate in report.estimates
        ],
    )  # fmt: skip
    told = "Rate: compliant of those that are compliant or not. At worst: as if all of which the"
    yield from folded(page, f"{told} auditors cannot tell were not compliant.", 0, "aside")


def _strata(report: Report, page: Page) -> Iterator[str]:
    """Yield how each lesson is in each stratum, with the counts that this rests on."""
    rows = [
        [
            estimate.lesson if not at else "", printable(one.name), f"{one.listed:,}",
            f"{one.drawn:,}", *(str(one.judged[code]) for code in CODES),
            str(one.drawn - sum(one.judged.values())), rate(one.compliance), within(one.compliance),
        ]
        for estimate in report.estimates
        for at, one in enumerate(estimate.strata)
    ]  # fmt: skip
    if not rows:
        return
    yield from title(page, "Compliance in each stratum")
    columns = [
        Column("lesson", number=False), Column("stratum", number=False),
        Column("on the\nlist"), Column("\ndrawn"),
        *map(Column, ("com-\npliant", "not com-\npliant", "cannot\ntell", "does not\napply")),
        Column("not\njudged"), Column("\nrate"), Column(f"within,\n{exactly(report.confidence)}"),
    ]  # fmt: skip
    yield from page.table(columns, rows)
    told = "Of so few cases the bounds are wide. Strata whose bounds overlap need not differ."
    yield from folded(page, told, 0, "aside")


def _change(report: Report, page: Page) -> Iterator[str]:
    assert report.before is not None
    yield from title(page, f"Change of the rate since {printable(report.before.sample.name)}")
    columns = [
        Column("lesson\n  check", number=False), Column("\nchange"),
        Column(f"within,\n{exactly(report.confidence)}", number=False),
        Column("\ntells", number=False),
    ]  # fmt: skip
    changes = [
        (estimate, estimate.change) for estimate in report.estimates if estimate.change is not None
    ]
    yield from page.table(
        columns,
        [
            [named(one), points(change.value), points_within(change), _tells(change)]
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
    yield from title(page, "Agreement of the auditors")
    if not any(told.judged for told in report.agreements):
        told = "No check of a case was judged by two: nothing can be said."
        yield from folded(page, told, 0)
        return
    names = [coefficient.name for coefficient in report.agreements[0].coefficients]
    columns = [
        Column("lesson\n  words", number=False), Column("judged\ntwice"), Column("of\ncases"),
        *(Column(name.replace(" ", "\n"), number=False) for name in names),
    ]  # fmt: skip
    yield from page.table(columns, list(_agreement_rows(report.agreements)))
    told = (
        "By what each auditor said first. 1: full agreement; 0: no more than by chance. Checks of"
        " one case hang together, for which the intervals allow; of few cases they are wide."
    )
    yield from folded(page, told, 0, "aside")
    corrected = report.agreements[0].corrected
    if corrected:
        told = (
            f"Settled: after {counted(corrected, 'check')} judged twice"
            f" {'was' if corrected == 1 else 'were'} corrected, which says nothing of how far the"
            " auditors agreed."
        )
        yield from folded(page, told, 0)
    yield from _reasons(page, _refused_coefficients(report.agreements))


def _agreement_rows(agreements: Sequence[LessonAgreement]) -> Iterator[list[str]]:
    for agreement in agreements:
        basis = [str(agreement.judged), str(agreement.cases)]
        yield [agreement.lesson or "all", *basis, *map(_coefficient, agreement.coefficients)]
        if agreement.corrected:
            settled = f"  settled, {agreement.corrected}"
            yield [settled, "", "", *map(_coefficient, agreement.settled)]


def _coefficient(coefficient: Coefficient) -> str:
    if coefficient.agreement is None:
        return NONE
    words = _to_two_places(coefficient.agreement.value)
    if coefficient.agreement.within:
        lower, upper = coefficient.agreement.within
        words += f" ({bound_below(lower, 2)} to {bound_above(upper, 2)})"
    return words


def _to_two_places(value: float) -> str:
    """Write a coefficient, which is 1.00 only where all is the same."""
    return "over 0.99" if 0.995 <= round(value, 9) < 1 else f"{value:.2f}"


def _refused_coefficients(agreements: Sequence[LessonAgreement]) -> Iterator[tuple[str, str]]:
    for agreement in agreements:
        for coefficient in agreement.coefficients:
            if coefficient.refused:
                yield f"{agreement.lesson or 'all'}, {coefficient.name}", coefficient.refused


def _basis(report: Report, page: Page) -> Iterator[str]:
    """Say the method of each number, and why others are refused."""
    methods: dict[str, dict[str, list[str]]] = {}
    refused: list[tuple[str, str]] = []
    for estimate in report.estimates:
        asked = f"{estimate.lesson} {estimate.check}".strip()
        for name, measure, _ in measures(estimate):
            if name not in _SHOWN or (name == "cannot_tell_not_compliant" and not measure.n):
                continue
            words = name.replace("_", " ")
            if measure.refused:
                refused.append((f"{asked}, {words}", measure.refused))
            else:
                rests = f"{asked} {measure.n:,} of {measure.population:,}"
                methods.setdefault(words, {}).setdefault(measure.method, []).append(rests)
    yield from title(page, "Methods")
    told = "After each check: the judged cases that the number rests on, of at most how many."
    yield from folded(page, told, 0, "aside")
    for words, used in methods.items():
        for method, those in used.items():
            yield from folded(page, f"{words}, {method}: {'; '.join(those)}", 2)
    if refused:
        yield from title(page, "Not told, and why")
        yield from _reasons(page, refused)


def _reasons(
    page: Page, refused: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]
) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for what, why in refused:
        by_reason.setdefault(why, []).append(what)
    for why, those in by_reason.items():
        yield from folded(page, f"{why}: {'; '.join(those)}", 2)
