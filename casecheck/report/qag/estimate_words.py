"""Estimates in words and tables: how practice is, and how far the engine and auditors agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from casecheck.qag.estimates.agreeing import CODES, Coefficient, LessonAgreement
from casecheck.qag.estimates.estimate import Estimate
from casecheck.qag.estimates.rates import Measure
from casecheck.qag.estimates.report import Report, measures
from casecheck.report.qag.engine_words import engine_tables, to_look_at
from casecheck.report.qag.estimate_cells import NONE, points, points_within, rate, within
from casecheck.report.qag.estimate_parts import Head, Headline, Part, Table, Title, Words, name_of
from casecheck.report.qag.in_short import in_short
from casecheck.report.qag.remarks_words import remarks_parts
from casecheck.text.counted import counted
from casecheck.text.percent import bound_above, bound_below, exactly, percent
from casecheck.text.printable import printable

_SHOWN = ("compliance", "breaches_upheld", "breaches_missed", "cannot_tell_not_compliant", "change")
"""The measures that have their methods, and reasons, in the text; the other formats have all."""


def estimate_parts(report: Report) -> Iterator[Part]:
    """Yield the parts of a report: in short, what to bear in mind, each lesson, and the methods."""
    yield _head(report)
    yield from in_short(report)
    if report.notes:
        yield Title("To bear in mind")
        for note in report.notes:
            yield Words(printable(note))
    yield from to_look_at(report)
    yield from _legend()
    for _, those in groupby(report.estimates, lambda one: one.lesson):
        yield from _of_lesson(list(those), report)
    yield from remarks_parts(report.remarks)
    yield from _agreement(report)
    yield from _basis(report)


def _head(report: Report) -> Headline:
    view = report.view
    usable = sum(1 for case in view.sample.drawn if not case.unusable)
    share = percent(usable / len(view.members))
    told = (
        f"Sample {view.sample.name}: {usable} of {counted(len(view.members), 'case')} ({share}),"
        f" {view.plan.design}, of run {view.run.id}"
    )
    if view.run.label:
        told += f" ({view.run.label})"
    return Headline(printable(told))


def _legend() -> Iterator[Part]:
    yield Title("Lesson by lesson")
    told = (
        "Rate: compliant of those that are compliant or not, by the auditors; drawn with # between"
        " its bounds (=). At worst: as if all of which the auditors cannot tell were not compliant."
        " Upheld: of casecheck's breaches that were judged, those not compliant; in all: of all of"
        " the list, as the sample was drawn. Missed: cases not compliant of those judged in which"
        " it found nothing; about how many there are in the whole list. Where there are no two"
        " bounds, one is told that holds in any design."
    )
    yield Words(told, "aside")


def _of_lesson(estimates: Sequence[Estimate], report: Report) -> Iterator[Part]:
    yield Title(estimates[0].lesson)
    yield from _compliance(estimates, report.confidence)
    yield from _allowing(estimates[0], report.confidence)
    yield from _strata(estimates[0], report.confidence)
    yield from engine_tables(estimates, report.confidence)
    if report.before is not None:
        yield from _change(estimates, report.before.sample.name, report.confidence)


def _compliance(estimates: Sequence[Estimate], confidence: Fraction) -> Iterator[Part]:
    columns = [
        Head("lesson\n  check", number=False),
        *map(Head, ("com-\npliant", "cannot\ntell", "does not\napply")),
    ]
    more = {
        "not\njudged": [one.unjudged for one in estimates],
        "readers\ndiffer": [one.differ for one in estimates],
    }
    more = {head: numbers for head, numbers in more.items() if any(numbers)}
    columns += [*map(Head, more), Head("\nrate"), Head(f"within,\n{exactly(confidence)}"),
                Head("at\nworst")]  # fmt: skip
    yield Table(
        columns,
        [
            [name_of(one), _decided(one), str(one.judged["cannot_tell"]),
             str(one.judged["not_applicable"]), *(str(numbers[at]) for numbers in more.values()),
             rate(one.compliance), within(one.compliance), rate(one.at_worst)]
            for at, one in enumerate(estimates)
        ],
        [one.compliance for one in estimates],
    )  # fmt: skip


def _decided(estimate: Estimate) -> str:
    compliant, not_compliant = estimate.judged["compliant"], estimate.judged["not_compliant"]
    decided = compliant + not_compliant
    return f"{compliant:,} of {decided:,}" if decided else NONE


def _allowing(estimate: Estimate, confidence: Fraction) -> Iterator[Part]:
    """Tell a lesson's rate with slips allowed for; the other formats have that of each check."""
    measure = estimate.allowing
    if measure is not None:
        told = f"With the auditors' own slips allowed for: {rate(measure)}, {within(measure)}"
        yield Words(f"{told} ({exactly(confidence)} sure).", "aside")


def _strata(estimate: Estimate, confidence: Fraction) -> Iterator[Part]:
    """Yield how a lesson is in each stratum, with the counts that this rests on."""
    if not estimate.strata:
        return
    columns = [
        Head("stratum", number=False), Head("on the\nlist"), Head("\ndrawn"),
        *map(Head, ("com-\npliant", "not com-\npliant", "cannot\ntell", "does not\napply")),
        Head("\nrate"), Head(f"within,\n{exactly(confidence)}"),
    ]  # fmt: skip
    rows = [
        [
            printable(one.name), f"{one.listed:,}", f"{one.drawn:,}",
            *(str(one.judged[code]) for code in CODES), rate(one.compliance),
            within(one.compliance),
        ]
        for one in estimate.strata
    ]  # fmt: skip
    yield Table(columns, rows, [one.compliance for one in estimate.strata])
    told = "Of so few cases the bounds are wide. Strata whose bounds overlap need not differ."
    yield Words(told, "aside")


def _change(estimates: Sequence[Estimate], before: str, confidence: Fraction) -> Iterator[Part]:
    columns = [
        Head(f"change of the rate\nsince {printable(before)}", number=False), Head("\npoints"),
        Head(f"within,\n{exactly(confidence)}", number=False),
        Head("\ntells", number=False),
    ]  # fmt: skip
    changes = [(one, one.change) for one in estimates if one.change is not None]
    yield Table(
        columns,
        [
            [name_of(one), points(change.value), points_within(change), _tells(change)]
            for one, change in changes
        ],
        [change for _, change in changes],
        scale="difference",
    )


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
    yield from _agreement_of_grades(report.agreements)
    yield from _reasons(_refused_coefficients(report.agreements))


def _agreement_of_grades(agreements: Sequence[LessonAgreement]) -> Iterator[Part]:
    """Tell how far the grades agree, of which one may be nearer to another."""
    graded = [one for one in agreements if one.graded]
    if not graded:
        return
    names = [coefficient.name for coefficient in graded[0].grades]
    columns = [
        Head("lesson\n  grades", number=False), Head("graded\ntwice"),
        *(Head(name.replace(" ", "\n", 1), number=False) for name in names),
    ]  # fmt: skip
    yield Table(
        columns,
        [[one.lesson or "all", str(one.graded), *map(_coefficient, one.grades)] for one in graded],
    )


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
        for coefficient in (*agreement.coefficients, *agreement.grades):
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
    yield Words(_design_effect(report))
    for words, used in methods.items():
        for method, those in used.items():
            yield Words(f"{words}, {method}: {'; '.join(those)}", "item")
    if refused:
        yield Title("Not told, and why")
        yield from _reasons(refused)


def _design_effect(report: Report) -> str:
    if report.design_effect == 1:
        return "Design effect 1: each case read had the same chance to be drawn."
    drawn = sum(not case.unusable for case in report.view.sample.drawn)
    return (
        f"Design effect {report.design_effect:.2f} (Kish), of unequal chances to be drawn:"
        f" {counted(drawn, 'case')} say as much of a rate as about"
        f" {drawn / report.design_effect:.0f} drawn plainly."
    )


def _reasons(refused: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]) -> Iterator[Part]:
    by_reason: dict[str, list[str]] = {}
    for what, why in refused:
        by_reason.setdefault(why, []).append(what)
    for why, those in by_reason.items():
        yield Words(f"{why}: {'; '.join(those)}", "item")
