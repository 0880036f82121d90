"""How far auditors agree beyond chance, who each gave one of some codes to the same cases.

All measures are for codes without an order. A measure is refused where chance alone would have
made everybody agree, as where only one code was given: it would be 0/0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from fractions import Fraction
from math import sqrt
from typing import NamedTuple

from casecheck.qag.inference.agreement_interval import FEWEST, ac1_bounds, kappa_bounds, wider
from casecheck.qag.inference.intervals import Interval, normal_quantile, student_quantile

_BOUNDS = "exact bounds: too few cases for a standard error"

Ratings = Sequence[Sequence[Hashable | None]]
"""A row a case, a place an auditor; None where the auditor gave no judgment."""


class Undecidable(Exception):  # noqa: N818 - says why, for a person to read
    """A statistic that would mislead; the message says why."""


class Agreement(NamedTuple):
    """A measure of agreement: 1 is full agreement, 0 as much as by chance.

    `error` is its standard error and `within` its interval, where a formula is known to hold;
    `method` says which.
    """

    value: float
    error: float | None = None
    within: Interval | None = None
    method: str = ""


class Apart(NamedTuple):
    """How many cases are independent of each other, and how many of these are of the rarest kind.

    The kinds are those in which judgments differ, in which some are the same, and for kappa those
    in which each auditor gave another than the commonest code.
    """

    cases: int
    rarest: int


def percent_agreement(ratings: Ratings) -> float:
    """Return the share of pairs of judgments of the same case that are the same, case by case."""
    shared = _shared(ratings)
    return float(_observed(shared))


def cohen_kappa(
    table: Sequence[Sequence[int]], confidence: Fraction, apart: Apart | None = None
) -> Agreement:
    """Return Cohen's kappa of two auditors, with its large-sample standard error and interval.

    `apart` tells how many are independent of each other, if not all are. Where too few differ,
    agree, or are of another than the commonest code, the interval is `kappa_bounds`, and no
    narrower than by the error.

    `table[i][j]` counts the cases to which the first gave code i and the second code j. Cohen
    (1960), Educational and Psychological Measurement 20:37-46; error by Fleiss, Cohen & Everitt
    (1969), Psychological Bulletin 72:323-327. The interval is cut at -1 and 1.
    """
    cases = sum(map(sum, table))
    if not cases:
        raise Undecidable("no case was judged by both")
    rows = [Fraction(sum(row), cases) for row in table]
    columns = [Fraction(sum(column), cases) for column in zip(*table, strict=True)]
    same = Fraction(sum(table[code][code] for code in range(len(table))), cases)
    chance = sum((row * column for row, column in zip(rows, columns, strict=True)), Fraction())
    if chance == 1:
        raise Undecidable("both gave one code only: chance cannot be told from agreement")
    kappa = (same - chance) / (1 - chance)
    squares = Fraction()
    for i, row in enumerate(table):
        for j, count in enumerate(row):
            there = (1 if i == j else 0) - (columns[i] + rows[j]) * (1 - kappa)
            squares += Fraction(count, cases) * there**2
    variance = (squares - (kappa - chance * (1 - kappa)) ** 2) / (cases * (1 - chance) ** 2)
    agreement = _within(float(kappa), sqrt(variance), normal_quantile((1 + confidence) / 2))
    common = max(range(len(table)), key=lambda code: rows[code] + columns[code])
    others = 1 - rows[common], 1 - columns[common]
    apart = apart or Apart(cases, int(min(same, 1 - same, *others) * cases))
    if apart.rarest >= FEWEST:
        return agreement
    own = float(others[0]), float(others[1])
    return _no_narrower(agreement, kappa_bounds(float(1 - same), own, apart.cases, confidence))


def fleiss_kappa(ratings: Ratings) -> Agreement:
    """Return Fleiss' kappa, for cases that all have the same number of judgments, two or more.

    Fleiss (1971), Psychological Bulletin 76:378-382.
    """
    counts, shared = _counts(ratings), _shared(ratings)
    if len({sum(count.values()) for count, _ in counts}) != 1:
        message = "not every case has the same number of judgments: see Krippendorff's alpha"
        raise Undecidable(message)
    return Agreement(float(_beyond_chance(_observed(shared), _squared(_mean(counts)))))


def gwet_ac1(ratings: Ratings, confidence: Fraction, apart: Apart | None = None) -> Agreement:
    """Return Gwet's AC1, with missing judgments, its standard error and interval.

    Gwet (2008), British Journal of Mathematical and Statistical Psychology 61:29-48; missing
    judgments and error as in Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., ch. 5.
    The codes that count are those that were given. The interval is cut at -1 and 1. `apart` tells
    how many that two judged are independent of each other, if not all are. Where too few differ
    or agree, the interval is `ac1_bounds`, and no narrower than by the error.
    """
    counts, shared = _counts(ratings), _shared(ratings)
    shares = _mean(counts)
    if len(shares) == 1:
        raise Undecidable("one code only was given: chance cannot be told from agreement")
    others = len(shares) - 1
    chance = sum((share * (1 - share) for share in shares.values()), Fraction()) / others
    observed = _observed(shared)
    value = _beyond_chance(observed, chance)
    cases, judged_twice = _number(counts), _number(shared)
    differing = sum(times for count, times in shared if len(count) > 1)
    agreeing = sum(times for count, times in shared if max(count.values()) > 1)
    apart = apart or Apart(judged_twice, min(differing, agreeing))
    if cases < 2:
        within = ac1_bounds(float(1 - observed), apart.cases, confidence)
        return Agreement(float(value), None, within, _BOUNDS)
    squares = Fraction()
    for count, times in counts:
        total = sum(count.values())
        there = Fraction()
        if total > 1:
            there = Fraction(cases, judged_twice) * (_same(count) - chance) / (1 - chance)
        own = sum((n * (1 - shares[code]) for code, n in count.items()), Fraction())
        leaning = own / (total * others) - chance
        squares += times * (there - 2 * (1 - value) * leaning / (1 - chance) - value) ** 2
    error = sqrt(squares / (cases * (cases - 1)))
    agreement = _within(float(value), error, student_quantile((1 + confidence) / 2, cases - 1))
    if apart.rarest >= FEWEST:
        return agreement
    return _no_narrower(agreement, ac1_bounds(float(1 - observed), apart.cases, confidence))


def krippendorff_alpha(ratings: Ratings) -> Agreement:
    """Return Krippendorff's alpha for nominal codes, with missing judgments.

    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability. Cases with fewer than two
    judgments say nothing of agreement and are left out.
    """
    shared = _shared(ratings)
    pooled: Counter[Hashable] = Counter()
    differing = Fraction()
    for count, times in shared:
        pooled.update({code: n * times for code, n in count.items()})
        differing += times * sum(count.values()) * (1 - _same(count))
    total = sum(pooled.values())
    differing /= total
    pairs = sum(count * (total - count) for count in pooled.values())
    expected = Fraction(pairs, total * (total - 1))
    if not expected:
        raise Undecidable("one code only was given: chance cannot be told from agreement")
    return Agreement(float(1 - differing / expected))


_Counts = Sequence[tuple[Counter[Hashable], int]]
"""How often each code was given, and of how many cases it was so: there are few such patterns."""


def _counts(ratings: Ratings) -> _Counts:
    """Count the codes of each case that has a judgment."""
    rows = Counter(tuple(one for one in row if one is not None) for row in ratings)
    return [(Counter(row), times) for row, times in rows.items() if row]


def _shared(ratings: Ratings) -> _Counts:
    """Count the codes of each case that two or more have judged."""
    shared = [(count, times) for count, times in _counts(ratings) if sum(count.values()) > 1]
    if not shared:
        raise Undecidable("no case was judged by two")
    return shared


def _number(counts: _Counts) -> int:
    return sum(times for _, times in counts)


def _same(count: Counter[Hashable]) -> Fraction:
    """Return the share of pairs of a case's judgments that are the same."""
    total = sum(count.values())
    return Fraction(sum(n * (n - 1) for n in count.values()), total * (total - 1))


def _observed(shared: _Counts) -> Fraction:
    same = sum((times * _same(count) for count, times in shared), Fraction())
    return same / _number(shared)


def _mean(counts: _Counts) -> dict[Hashable, Fraction]:
    """Return each code's share, every case weighing the same."""
    shares: dict[Hashable, Fraction] = {}
    number = _number(counts)
    for count, times in counts:
        for code, n in count.items():
            part = Fraction(n * times, sum(count.values()) * number)
            shares[code] = shares.get(code, Fraction()) + part
    return shares


def _squared(shares: dict[Hashable, Fraction]) -> Fraction:
    return sum((share**2 for share in shares.values()), Fraction())


def _beyond_chance(observed: Fraction, chance: Fraction) -> Fraction:
    if chance == 1:
        raise Undecidable("one code only was given: chance cannot be told from agreement")
    return (observed - chance) / (1 - chance)


def _within(value: float, error: float, quantile: float) -> Agreement:
    spread = quantile * error
    within = Interval(max(-1.0, value - spread), min(1.0, value + spread))
    return Agreement(value, error, within, "large-sample standard error")


def _no_narrower(agreement: Agreement, bounds: Interval) -> Agreement:
    assert agreement.within
    return agreement._replace(within=wider(agreement.within, bounds), method=_BOUNDS)
