"""Estimates in words and tables: how practice is, and how far the engine and auditors agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casecheck.qag.estimates.agreeing import CODES, Coefficient, LessonAgreement
from casecheck.qag.estimates.rates import Measure
from casecheck.qag.estimates.report import Report, measures
from casecheck.report.qag.engine_words import engine_parts
from casecheck.report.qag.estimate_cells import NONE, points, points_within, rate, within
from casecheck.report.qag.estimate_parts import Head, Headline, Part, Table, Title, Words, name_of
from casecheck.report.qag.in_short import in_short
from casecheck.report.qag.remarks_words import remarks_parts
from casecheck.text.counted import counted
from casecheck.text.percent import bound_above, bound_below, exactly
from casecheck.text.printable import printable

_SHOWN = ("compliance", "breaches_upheld", "breaches_missed", "cannot_tell_not_compliant", "change")
"""The measures that have their methods, and reasons, in the text; the other formats have all."""


def estimate_parts(report: Report) -> Iterator[Part]:
    """Yield the parts of a report, in their order."""
    yield from _head(report)
    yield from in_short(report)
    yield from _compliance(report)
    yield from _strata(report)
    yield from engine_parts(report)
    if report.before is not None:
        yield from _change(report)
    yield from remarks_parts(report.remarks)
    yield from _agreement(report)
    yield from _basis(report)


def _head(report: Report) -> Iterator[Part]:
    view = report.view
    drawn = view.sample.drawn
    usable = sum(1 for case in drawn if not case.unusable)
    told = (
        f"Sample {view.sample.name}: {usable} of {counted(len(view.members), 'case')},"
        f" {view.plan.design}, of run {view.run.id}"
    )
    if view.run.label:
        told += f" ({view.run.label})"
    yield Headline(printable(told))
    for note in report.notes:
        yield Words(printable(note))


def _compliance(report: Report) -> Iterator[Part]:
    confidence = exactly(report.confidence)
    yield Title("Compliance, by the auditors' judgment")
    columns = [
        Head("lesson\n  check", number=False),
        *map(Head, ("com-\npliant", "not com-\npliant", "cannot\ntell", "does not\napply")),
        Head("not\njudged"),
        Head("\nrate"),
        Head(f"within,\n{confidence}"),
        Head("at\nworst"),
    ]
    yield Table(
        columns,
        [
            [name_of(estimate), *(str(estimate.judged[code]) for code in CODES),
             str(estimate.unjudged), rate(estimate.compliance), within(estimate.compliance),
             rate(estimate.at_worst)]
            for estimate in report.estimates
        ],
        [estimate.compliance for estimate in report.estimates],
    )  # fmt: skip
    told = "Rate: compliant of those that are compliant or not. At worst: as if all of which the"
    yield Words(f"{told} auditors cannot tell were not compliant.", "aside")


def _strata(report: Report) -> Iterator[Part]:
    """Yield how each lesson is in each stratum, with the counts that this rests on."""
    rows = [
        [
            estimate.lesson, printable(one.name), f"{one.listed:,}",
            f"{one.drawn:,}", *(str(one.judged[code]) for code in CODES),
            str(one.drawn - sum(one.judged.values())), rate(one.compliance), within(one.compliance),
        ]
        for estimate in report.estimates
        for one in estimate.strata
    ]  # fmt: skip
    if not rows:
        return
    yield Title("Compliance in each stratum")
    columns = [
        Head("lesson", number=False), Head("stratum", number=False),
        Head("on the\nlist"), Head("\ndrawn"),
        *map(Head, ("com-\npliant", "not com-\npliant", "cannot\ntell", "does not\napply")),
        Head("not\njudged"), Head("\nrate"), Head(f"within,\n{exactly(report.confidence)}"),
    ]  # fmt: skip
    told_of = [one.compliance for estimate in report.estimates for one in estimate.strata]
    yield Table(columns, rows, told_of)
    told = "Of so few cases the bounds are wide. Strata whose bounds overlap need not differ."
    yield Words(told, "aside")


def _change(report: Report) -> Iterator[Part]:
    assert report.before is not None
    yield Title(f"Change of the rate since {printable(report.before.sample.name)}")
    columns = [
        Head("lesson\n  check", number=False), Head("\nchange"),
        Head(f"within,\n{exactly(report.confidence)}", number=False),
        Head("\ntells", number=False),
    ]  # fmt: skip
    changes = [
        (estimate, estimate.change) for estimate in report.estimates if estimate.change is not None
    ]
    yield Table(
        columns,
        [
            [name_of(one), points(change.value), points_within(change), _tells(change)]
            for one, change in changes
        ],
        [change for _, change in changes],
        scale="difference",
    )
    told = "In percentage points. The interval takes both samples for independent of each other."
    yield Words(told, "aside")


def _tells(change: Measure) -> str:
    if change.within is None:
        return "nothing"
    if change.within.lower > 0:
        return "better"
    return "worse" if change.within.upper < 0 else "no change shown"


def _agreement(report: Report) -> Iterator[Part]:
    yield Title("Agreement of the auditors")
    if not any(told.judged for told in report.agreements):
        told = "No check of a case was judged by two: nothing can be said."
        yield Words(told)
        return
    names = [coefficient.name for coefficient in report.agreements[0].coefficients]
    columns = [
        Head("lesson\n  words", number=False), Head("judged\ntwice"), Head("of\ncases"),
        *(Head(name.replace(" ", "\n"), number=False) for name in names),
    ]  # fmt: skip
    yield Table(columns, list(_agreement_rows(report.agreements)))
    told = (
        "By what each auditor said first. 1: full agreement; 0: no more than by chance. Checks of"
        " one case hang together, for which the intervals allow; of few cases they are wide."
    )
    yield Words(told, "aside")
    corrected = report.agreements[0].corrected
    if corrected:
        told = (
            f"Settled: after {counted(corrected, 'check')} judged twice"
            f" {'was' if corrected == 1 else 'were'} corrected, which says nothing of how far the"
            " auditors agreed."
        )
        yield Words(told)
    yield from _reasons(_refused_coefficients(report.agreements))


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


def _basis(report: Report) -> Iterator[Part]:
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
    yield Title("Methods")
    told = "After each check: the judged cases that the number rests on, of at most how many."
    yield Words(told, "aside")
    for words, used in methods.items():
        for method, those in used.items():
            yield Words(f"{words}, {method}: {'; '.join(those)}", "item")
    if refused:
        yield Title("Not told, and why")
        yield from _reasons(refused)


def _reasons(refused: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]) -> Iterator[Part]:
    by_reason: dict[str, list[str]] = {}
    for what, why in refused:
        by_reason.setdefault(why, []).append(what)
    for why, those in by_reason.items():
        yield Words(f"{why}: {'; '.join(those)}", "item")
