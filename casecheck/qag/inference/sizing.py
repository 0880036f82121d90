"""How many cases an audit must look at, and what a number of cases can show.

Rates are shares of cases that are *not* compliant, as fractions of 1, exact: 5 % is 1/20.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb, floor
from typing import Literal

from casecheck.qag.inference.intervals import (
    clopper_pearson,
    finite_counts,
    finite_upper,
    lower_limit,
    normal_quantile,
)
from casecheck.qag.inference.tail_limits import binomial_keeps, hypergeometric_keeps
from casecheck.qag.inference.tails import (
    binomial_at_most,
    hypergeometric_at_most,
    hypergeometric_first,
)
from casecheck.text.counted import counted

MOST_CASES = 5_000
"""No audit reads more: a size beyond it says that the rates asked for are too near each other."""

_AT_ONCE = 16
"""Counts of which the probabilities are worked out together, since each follows from the last."""

Formula = Literal["cochran", "nhs", "exact"]


class NoSize(Exception):  # noqa: N818 - says why, for a person to read
    """No size can do what was asked; the message says why, and the cure."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a sample is to show: that fewer than `tolerable` of the cases are not compliant.

    `population` None is one so large that drawing does not use it up (the binomial distribution);
    a number is the cases there are (the hypergeometric).
    """

    tolerable: Fraction
    confidence: Fraction
    population: int | None = None

    @property
    def risk(self) -> Fraction:
        """The probability allowed to say so where it is not so."""
        return 1 - self.confidence

    @property
    def too_many(self) -> int:
        """The least number of a finite population that is too many."""
        return ceil(self.tolerable * (self.population or 0))

    @property
    def most(self) -> int:
        """The largest size there can be."""
        return MOST_CASES if self.population is None else min(self.population, MOST_CASES)

    def chance(self, number: int, drawn: int) -> Fraction:
        """The probability of so few not compliant where just too many are."""
        if self.population is None:
            return binomial_at_most(number, drawn, self.tolerable)
        return hypergeometric_at_most(number, drawn, self.too_many, self.population)

    def keeps(self, number: int, drawn: int, risk: Fraction) -> bool:
        """Tell whether that probability keeps to a risk; exact, as `chance` is, and quick.

        It falls with the cases drawn and rises with those number.
        """
        if self.population is None:
            return binomial_keeps(risk, number, drawn, self.tolerable)
        return hypergeometric_keeps(risk, number, drawn, self.too_many, self.population)

    def marked(self, rate: Fraction) -> int:
        """How many of a finite population a rate is: rounded down, but one at least."""
        return max(1, floor(rate * (self.population or 0)))

    def chance_at(self, rate: Fraction, number: int, drawn: int) -> float:
        """The probability of so few where the rate is another; of a finite list, `marked`."""
        if self.population is None:
            return float(binomial_at_most(number, drawn, rate))
        return float(hypergeometric_at_most(number, drawn, self.marked(rate), self.population))


@dataclass(frozen=True, slots=True)
class AttributeSize:
    """A size, how many not compliant it allows, and the exact risk that it leaves."""

    aim: Aim
    expected: Fraction
    cases: int
    allowed: int
    risk: float

    @property
    def reached(self) -> float:
        """The probability that the sample shows what it is to show, if the expected is so."""
        return self.aim.chance_at(self.expected, self.allowed, self.cases)


def attribute_size(aim: Aim, expected: Fraction = Fraction(0)) -> AttributeSize:
    """Return the least size that shows the aim with as many not compliant as are expected.

    The least n with P(X <= ceil(expected n)) <= risk where the tolerable rate is so: the rule of
    AICPA, Audit Sampling (2017), appendix A, tables A-1 and A-2; of a finite population that of the
    DCAA's EZ-Quant.

    Raises:
        NoSize: where the expected rate is not below the tolerable, or too near it.
    """
    if not 0 <= expected < aim.tolerable:
        raise NoSize("the expected rate must be below the tolerable one: nothing else can be shown")
    if not expected:
        segment = (0, 1, aim.most) if aim.keeps(0, aim.most, aim.risk) else None
    else:
        segment = _first_segment(aim, expected, 1, ceil(expected * aim.most))
    if segment is None:
        raise NoSize(too_near(aim))
    allowed, first, last = segment
    cases = least_size(aim, allowed, aim.risk, first, last)
    return AttributeSize(aim, expected, cases, allowed, float(aim.chance(allowed, cases)))


def _first_segment(
    aim: Aim, expected: Fraction, fewest: int, most: int
) -> tuple[int, int, int] | None:
    """Return the first number allowed, of these, whose largest size keeps to the risk.

    With it come the sizes, first and last, that have this number expected among them, rounded up.
    More cases and fewer allowed mean less risk. So where the fewest allowed among the largest size
    of all is too much risk, each size between them is, and none of them is looked at.
    """
    last = min(floor(most / expected), aim.most)
    if not aim.keeps(fewest, last, aim.risk):
        return None
    if fewest == most:
        return most, floor((most - 1) / expected) + 1, last
    middle = (fewest + most) // 2
    return _first_segment(aim, expected, fewest, middle) or _first_segment(
        aim, expected, middle + 1, most
    )


def least_size(aim: Aim, allowed: int, risk: Fraction, first: int, last: int) -> int:
    """Return the least size from `first` to `last` that keeps to a risk; `last` does."""
    while first < last:
        middle = (first + last) // 2
        if aim.keeps(allowed, middle, risk):
            last = middle
        else:
            first = middle + 1
    return first


def too_near(aim: Aim) -> str:
    """Say that no size shows an aim, and the cure."""
    cure = "choose a tolerable rate further from the expected one, or less confidence"
    if aim.most == aim.population:
        return f"not even all {aim.most:,} cases would show it: {cure}"
    return f"more than {aim.most:,} cases would be needed: {cure}"


@dataclass(frozen=True, slots=True)
class StopOrGo:
    """A sample in steps: after each, stop if no more than 0, 1, 2 ... are not compliant.

    `sizes` are cumulative, and the risk of all steps together is `risk`. `single` are the sizes
    that would do were each the only step, as tables print them; `single_risk` is what their risk
    comes to where they are used as steps.
    """

    aim: Aim
    sizes: tuple[int, ...]
    risk: float
    single: tuple[int, ...]
    single_risk: float


def stop_or_go(aim: Aim, steps: int) -> StopOrGo:
    """Return the sizes at which to stop with 0, 1, ... not compliant, `steps` sizes in all.

    The single sizes are those of Touw & Hoogduin (2011), p. 126. Whoever looks several times has
    several chances to be wrong, so each step here has a smaller risk, the same at each, in
    thousandths: the largest with which all together keep to the whole (cf. Jennison & Turnbull
    2000, Group Sequential Methods, ch. 1-2).

    Raises:
        NoSize: where the population is too small for so many steps.
    """
    single = _step_sizes(aim, steps, aim.risk)
    least, most = 1, 1000
    while least < most:
        middle = (least + most + 1) // 2
        if _stepped_risk(aim, _step_sizes(aim, steps, aim.risk * middle / 1000)) <= aim.risk:
            least = middle
        else:
            most = middle - 1
    sizes = _step_sizes(aim, steps, aim.risk * least / 1000)
    return StopOrGo(aim, sizes, _stepped_risk(aim, sizes), single, _stepped_risk(aim, single))


def _step_sizes(aim: Aim, steps: int, risk: Fraction) -> tuple[int, ...]:
    sizes: list[int] = []
    for allowed in range(steps):
        if not aim.keeps(allowed, aim.most, risk):
            message = (
                f"{counted(steps, 'step')} need more than {aim.most:,} cases: choose fewer steps"
            )
            raise NoSize(message)
        least = sizes[-1] if sizes else 1
        sizes.append(least_size(aim, allowed, risk, least, aim.most))
    return tuple(sizes)


def _stepped_risk(aim: Aim, sizes: Sequence[int]) -> float:
    """Return the probability to stop content at some step where just too many are not compliant."""
    going = {0: 1.0}
    content, drawn = 0.0, 0
    for allowed, size in enumerate(sizes):
        after: dict[int, float] = {}
        for found, chance in going.items():
            for more in range(len(sizes) - found):
                there = chance * _in_step(aim, drawn, found, size - drawn, more)
                after[found + more] = after.get(found + more, 0.0) + there
        content += sum(chance for found, chance in after.items() if found <= allowed)
        going = {found: chance for found, chance in after.items() if found > allowed}
        drawn = size
    return content


def _in_step(aim: Aim, drawn: int, found: int, size: int, more: int) -> float:
    """Return the probability of `more` among the next `size`, after `found` among `drawn`."""
    if more > size:
        return 0.0
    if aim.population is None:
        rate = float(aim.tolerable)
        return comb(size, more) * rate**more * (1 - rate) ** (size - more)
    number = (more // _AT_ONCE + 1) * _AT_ONCE
    return hypergeometric_first(number, size, aim.too_many - found, aim.population - drawn)[more]


@dataclass(frozen=True, slots=True)
class MarginSize:
    """A size for a margin of error; `raw` is what the formula gives before rounding up."""

    margin: Fraction
    expected: Fraction
    confidence: Fraction
    population: int | None
    formula: Formula
    cases: int
    raw: float


def margin_size(
    margin: Fraction,
    expected: Fraction,
    confidence: Fraction,
    population: int | None = None,
    formula: Formula = "cochran",
) -> MarginSize:
    """Return the size after which a rate is known to a margin on either side, about.

    `cochran`: n0 / (1 + (n0 - 1)/N), with n0 = z^2 p (1 - p) / margin^2 (Cochran 1977, Sampling
    Techniques, 3rd ed., 4.4). `nhs`: z^2 N p (1 - p) / (margin^2 N + z^2 p (1 - p)) with z = 1.96,
    as in the Sample Size Calculator of United Bristol Healthcare NHS Trust (2005), for 95 %. Both
    take the normal distribution for the binomial, and so promise too much near 0 and 1.

    Raises:
        NoSize: the `nhs` formula for another confidence or without a population.
    """
    spread = float(expected * (1 - expected))
    if formula == "nhs":
        if population is None or confidence != Fraction(19, 20):
            raise NoSize("the NHS calculator is for a known population and 95 % confidence")
        squared = 1.96**2
        raw = squared * population * spread / (float(margin) ** 2 * population + squared * spread)
    else:
        raw = normal_quantile((1 + confidence) / 2) ** 2 * spread / float(margin) ** 2
        if population is not None:
            raw = raw / (1 + (raw - 1) / population)
    cases = max(1, ceil(round(raw, 9)))
    cases = cases if population is None else min(cases, population)
    return MarginSize(margin, expected, confidence, population, formula, cases, raw)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a sample shows of the compliant share; so many of it are `not_compliant`.

    `at_least` is the one-sided lower limit; `lower` and `upper` are the two-sided interval.
    """

    not_compliant: int
    at_least: float
    lower: float
    upper: float


def shown(
    not_compliant: int, cases: int, confidence: Fraction, population: int | None = None
) -> Shown:
    """Return what a sample can show: exact bounds of the share that is compliant."""
    good = cases - not_compliant
    if population is None:
        within = clopper_pearson(good, cases, confidence)
        return Shown(
            not_compliant, lower_limit(good, cases, confidence), within.lower, within.upper
        )
    counts = finite_counts(good, cases, population, confidence)
    least = population - finite_upper(not_compliant, cases, population, confidence)
    return Shown(
        not_compliant, least / population, counts.lower / population, counts.upper / population
    )


@dataclass(frozen=True, slots=True)
class Misprint:
    """A size in a printed table that does not keep to the table's own rule."""

    printed: int
    where: str


_MISPRINTS = {
    # As the tests of the R package jfa note: BinomCDF(4, 112, 0.07) is over 0.10.
    (Fraction(9, 10), Fraction(325, 10000), Fraction(7, 100)): Misprint(
        112, "AICPA, Audit Sampling (2017), table A-2"
    )
}


def misprint(size: AttributeSize) -> Misprint | None:
    """Return what a printed table gives otherwise, wrongly."""
    if size.aim.population is not None:
        return None
    return _MISPRINTS.get((size.aim.confidence, size.expected, size.aim.tolerable))
