"""Sample sizes in words: what a sample of this size can show, and what it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from casecheck.qag.inference.sizing import (
    Aim,
    AttributeSize,
    MarginSize,
    Shown,
    StopOrGo,
    misprint,
    shown,
)
from casecheck.text.page import Column, Page, counted
from casecheck.text.percent import (
    at_least,
    at_most,
    exactly,
    folded,
    percent,
    rounded,
    rounded_down,
    rounded_up,
)

SMALL = 60
"""Below this many cases, what even a perfect score leaves open is said first: more than 5 %."""

MOST_ROWS = 12
"""Rows of the table of what numbers not compliant would show: more, and nobody reads them."""

_COUNTS_ONLY = (
    "Cases to which the check does not apply, and cases of which the auditors cannot tell, do not"
    " count towards the size: draw more in their place."
)
_NO_PARTS = (
    "It cannot show how single teams or districts do: each of them would need a sample of its own."
)


@dataclass(frozen=True, slots=True)
class SizeStatement:
    """A size, in words and as numbers; `facts` are the keys of the JSON object."""

    cases: int
    method: str
    confidence: Fraction
    population: int | None
    can: Sequence[str]
    cannot: Sequence[str]
    table: Sequence[Shown]
    facts: dict[str, Any] = field(default_factory=dict)

    def lines(self, page: Page) -> Iterator[str]:
        """Yield the lines of a page."""
        of = "" if self.population is None else f" of the {self.population:,}"
        yield from page.lines(f"{counted(self.cases, 'case')}{of}", 0, 2, "heading")
        yield from folded(page, f"Method: {self.method}.", 0, "aside")
        for head, sentences in (("What it can show", self.can), ("What it cannot", self.cannot)):
            yield ""
            yield from page.lines(head, 0, 0, "heading")
            for sentence in sentences:
                yield from folded(page, sentence, 2)
        yield ""
        confidence = exactly(self.confidence)
        heading = f"The share that is compliant, with {confidence} confidence, exact"
        yield from folded(page, heading, 0, "heading")
        columns = [Column(f"not compliant\nof {self.cases:,}"), Column("at least"),
                   Column("or between", number=False)]  # fmt: skip
        yield from page.table(
            columns,
            [
                [f"{row.not_compliant}", at_least(row.at_least),
                 f"{at_least(row.lower)} and {at_most(row.upper)}"]
                for row in self.table
            ],
        )  # fmt: skip

    def json_object(self) -> dict[str, Any]:
        """Return the object of the JSON format."""
        return {
            "cases": self.cases,
            "population": self.population,
            "confidence": rounded(float(self.confidence)),
            "method": self.method,
            **self.facts,
            "can_show": list(self.can),
            "cannot_show": list(self.cannot),
            "shows": [dict(zip(COLUMNS[1:], row[1:], strict=True)) for row in self.rows()],
        }

    def rows(self) -> Iterator[tuple[float, ...]]:
        """Yield the rows of the CSV format: a number not compliant, and what it would show."""
        for row in self.table:
            lower = rounded_down(row.at_least), rounded_down(row.lower)
            yield self.cases, row.not_compliant, *lower, rounded_up(row.upper)


COLUMNS = ("cases", "not_compliant", "compliant_at_least", "compliant_lower", "compliant_upper")


def attribute_statement(size: AttributeSize, kind: str = "") -> SizeStatement:
    """Tell a size for a tolerable rate, of all cases or of those of a kind."""
    aim, cases = size.aim, size.cases
    can = [
        *_census(cases, aim.population),
        f"If {_no_more(size.allowed)}, it can be said with {exactly(aim.confidence)} confidence:"
        f" {_fewer(size, kind)}.",
        f"The risk to say so where it is not so is {at_most(size.risk)} at most.",
        *_reached(size),
        *_perfect(cases, aim.confidence, aim.population),
    ]
    rare = aim.tolerable / 5
    cannot = [
        f"Where {_so_many(aim, rare)} not compliant, it finds none of them with a probability of"
        f" {percent(aim.chance_at(rare, 0, cases))}.",
        _NO_PARTS,
        _COUNTS_ONLY,
    ]
    facts: dict[str, Any] = {
        "tolerable": rounded(float(aim.tolerable)),
        "expected": rounded(float(size.expected)),
        "allowed": size.allowed,
        "risk": rounded_up(size.risk),
        "chance_if_expected": rounded(size.reached),
    }
    wrong = misprint(size)
    if wrong:
        can.append(
            f"{wrong.where} prints {wrong.printed} here. That is a misprint: with {wrong.printed}"
            f" the risk is {float(aim.chance(size.allowed, wrong.printed)):.2%},"
            f" over {exactly(aim.risk)}.".replace("%,", " %,")
        )
        facts["misprint"] = {"printed": wrong.printed, "where": wrong.where}
    finite = f"hypergeometric distribution, {counted(aim.population or 0, 'case')}, exact"
    method = "binomial distribution, exact" if aim.population is None else finite
    table = _table(cases, size.allowed + 3, aim.confidence, aim.population)
    return SizeStatement(cases, method, aim.confidence, aim.population, can, cannot, table, facts)


def _no_more(allowed: int) -> str:
    if allowed == 0:
        return "all of them are compliant"
    return f"at most {allowed} of them {_is(allowed)} not compliant"


def _is(number: int) -> str:
    return "is" if number < 2 else "are"


def _fewer(size: AttributeSize, kind: str) -> str:
    aim = size.aim
    if aim.population is None:
        return f"fewer than {exactly(aim.tolerable)} of all cases{kind} are not compliant"
    least = aim.too_many - 1
    return (
        f"fewer than {exactly(aim.tolerable)} of the {counted(aim.population, 'case')}{kind} are"
        f" not compliant ({'none' if least == 0 else f'{least:,} at most'})"
    )


def _census(cases: int, population: int | None) -> Iterator[str]:
    if cases == population:
        yield f"All {counted(cases, 'case')} are read: a census. Nothing is left to chance."


def _so_many(aim: Aim, rate: Fraction) -> str:
    if aim.population is None:
        return f"{exactly(rate)} of cases are"
    number = aim.marked(rate)
    return f"{number:,} of the {counted(aim.population, 'case')} {_is(number)}"


def _reached(size: AttributeSize) -> Iterator[str]:
    aim = size.aim
    rate = size.expected or aim.tolerable / 2
    chance = aim.chance_at(rate, size.allowed, size.cases)
    if aim.population is not None and aim.marked(rate) >= aim.too_many:
        return  # so few cases that one alone is too many
    told = f"If in truth {_so_many(aim, rate)} not compliant, the probability that it shows this is"
    more = "" if size.expected else "; to raise it, say what you expect (--expected)"
    yield f"{told} {percent(chance)}{more}."


def _perfect(cases: int, confidence: Fraction, population: int | None) -> Iterator[str]:
    if cases < SMALL and cases != population:
        least = shown(0, cases, confidence, population).at_least
        yield (
            f"Even a perfect score, {cases} of {cases} compliant, shows no more than: at least"
            f" {_share(least, population)} are compliant, with {exactly(confidence)} confidence."
        )


def _share(least: float, population: int | None) -> str:
    """Write a lower bound of the compliant, of a finite population with their number."""
    if population is None:
        return at_least(least)
    return f"{at_least(least)} ({round(least * population):,} of the {population:,})"


def _table(
    cases: int, rows: int, confidence: Fraction, population: int | None
) -> tuple[Shown, ...]:
    """Return what each number not compliant would show; of very many, some, and the last three."""
    last = min(cases, rows - 1)
    found = set(range(last + 1))
    if last >= MOST_ROWS:
        steps = MOST_ROWS - 3
        found = {last * step // steps for step in range(steps)} | {last - 2, last - 1, last}
    return tuple(shown(one, cases, confidence, population) for one in sorted(found))


def cases_statement(cases: int, confidence: Fraction, population: int | None) -> SizeStatement:
    """Tell what a number of cases can show."""
    best = shown(0, cases, confidence, population)
    can = [*_census(cases, population), *_perfect(cases, confidence, population)]
    if not can:
        can = [
            f"If all are compliant, at least {_share(best.at_least, population)} of all cases"
            f" are, with {exactly(confidence)} confidence."
        ]
    cannot = [_NO_PARTS, _COUNTS_ONLY]
    if best.at_least < 1:
        cannot.insert(0, f"It cannot show that more than {at_most(best.at_least)} are compliant.")
    elif cases != population:
        cannot.insert(0, "It cannot rule out that a case which nobody looked at is not compliant.")
    method = "Clopper-Pearson, exact"
    if population is not None:
        method = f"hypergeometric distribution, {counted(population, 'case')}, exact"
    table = _table(cases, 6, confidence, population)
    return SizeStatement(cases, method, confidence, population, can, cannot, table)


def margin_statement(size: MarginSize) -> SizeStatement:
    """Tell a size for a margin of error, and hold the formula's promise to the exact interval."""
    cases, expected = size.cases, size.expected
    confidence, population = size.confidence, size.population
    found = round(expected * cases)
    likely = shown(found, cases, confidence, population)
    can = [
        *_census(cases, population),
        f"If about {exactly(expected)} turn out not compliant, the rate is known to"
        f"{'' if size.formula == 'exact' else ' about'} {exactly(size.margin)} on either side, with"
        f" {exactly(confidence)} confidence.",
        f"With {cases - found} of {cases} compliant, the exact interval is"
        f" {at_least(likely.lower)} to {at_most(likely.upper)}.",
        *_perfect(cases, confidence, population),
    ]
    cannot = [_NO_PARTS, _COUNTS_ONLY]
    if size.formula != "exact":
        cannot.insert(
            0,
            f"The formula takes the normal distribution for the binomial, and the rate for"
            f" {exactly(expected)}: near 0 % and 100 % it promises too much (--formula exact does"
            " not). To show that practice is good enough, use --tolerable.",
        )
    names = {
        "exact": "exact interval, from Cochran's formula up",
        "cochran": "Cochran's formula",
        "nhs": "formula of the NHS calculator (Bristol 2005)",
    }
    corrected = "" if population is None else f", corrected for {counted(population, 'case')}"
    facts = {
        "margin": rounded(float(size.margin)),
        "expected": rounded(float(expected)),
        "raw": rounded(size.raw),
    }
    return SizeStatement(
        cases,
        names[size.formula] + corrected,
        confidence,
        population,
        can,
        cannot,
        (likely,),
        facts,
    )


def steps_statement(plan: StopOrGo) -> SizeStatement:
    """Tell a stop-or-go sample."""
    aim, sizes = plan.aim, plan.sizes
    share = exactly(aim.tolerable)
    can = [
        f"Draw {counted(sizes[0], 'case')}. Draw the others in the same order, only as far as"
        " needed."
    ]
    for allowed, size in enumerate(sizes):
        then = "go on" if allowed < len(sizes) - 1 else "stop: it cannot be said"
        can.append(
            f"After {size}: if {_no_more(allowed)}, stop: fewer than {share} are not compliant,"
            f" with {exactly(aim.confidence)} confidence. Else {then}."
        )
    can.append(
        f"As soon as more than {len(sizes) - 1} are not compliant, stop: no step can show it any"
        " more."
    )
    can.append(f"The risk of all steps together is {at_most(plan.risk)} at most.")
    printed = ", ".join(map(str, plan.single))
    cannot = [
        f"Printed tables have smaller sizes for such steps: {printed}. Each is right as the only"
        f" step; used one after the other their risk comes to {percent(plan.single_risk)}, not"
        f" {exactly(aim.risk)}.",
        "The bounds below are of a sample of this size drawn at once, and hold at no other step.",
        _NO_PARTS,
        _COUNTS_ONLY,
    ]
    facts = {
        "tolerable": rounded(float(aim.tolerable)),
        "steps": [{"cases": size, "allowed": allowed} for allowed, size in enumerate(sizes)],
        "stop_beyond": len(sizes) - 1,
        "risk": rounded_up(plan.risk),
        "single_steps": list(plan.single),
        "single_steps_risk": rounded(plan.single_risk),
    }
    method = "stop-or-go, the whole risk held over all steps; "
    method += (
        "binomial"
        if aim.population is None
        else f"hypergeometric, {counted(aim.population, 'case')}"
    )
    table = _table(sizes[0], 1, aim.confidence, aim.population)
    return SizeStatement(
        sizes[0], method, aim.confidence, aim.population, can, cannot, table, facts
    )
