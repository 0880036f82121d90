"""How far two auditors, or more, agree in grades, of which one may be nearer to another.

"Good" beside "outstanding" is a smaller difference than beside "inadequate": these measures count
it so, where those of `agreement.py` know only the same and another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

from casecheck.qag.inference.agreement import Agreement, Undecidable
from casecheck.qag.inference.agreement_interval import FEWEST
from casecheck.qag.inference.intervals import Interval, normal_quantile

Grades = Sequence[Sequence[int | None]]
"""A row a case, a place an auditor: the place of the grade in its order; None where none is."""
_ONE_GRADE = "one grade only was given: chance cannot be told from agreement"


def weighted_kappa(table: Sequence[Sequence[int]], confidence: Fraction) -> Agreement:
    """Return Cohen's weighted kappa of two auditors, with its standard error and interval.

    `table[i][j]` counts the cases to which the first gave grade i and the second grade j. Grades
    next to each other of k agree by (k - 2) / (k - 1), and so on in equal steps (Cicchetti &
    Allison 1971, as SAS and R's vcd do). Cohen (1968), Psychological Bulletin 70:213-220; error by
    Fleiss, Cohen & Everitt (1969), 72:323-327. The interval is cut at -1 and 1; there is none where
    fewer than five cases differ, or agree, of which the error would say that they are certain.

    Raises:
        Undecidable: where nothing was graded by both, or chance alone would make them agree.
    """
    cases, steps = sum(map(sum, table)), len(table) - 1
    if not cases:
        raise Undecidable("no case was graded by both")
    shares = [[Fraction(count, cases) for count in row] for row in table]
    rows, columns = [sum(row) for row in shares], [sum(one) for one in zip(*shares, strict=True)]
    near = [[1 - Fraction(abs(i - j), steps) for j in range(len(table))] for i in range(len(table))]
    cells = [(i, j) for i in range(len(table)) for j in range(len(table))]
    observed = sum((near[i][j] * shares[i][j] for i, j in cells), Fraction())
    chance = sum((near[i][j] * rows[i] * columns[j] for i, j in cells), Fraction())
    if chance == 1:
        raise Undecidable(_ONE_GRADE)
    kappa = (observed - chance) / (1 - chance)
    of_row = [sum(near[i][j] * columns[j] for j in range(len(table))) for i in range(len(table))]
    of_column = [sum(near[i][j] * rows[i] for i in range(len(table))) for j in range(len(table))]
    squares = sum(
        (shares[i][j] * (near[i][j] - (of_row[i] + of_column[j]) * (1 - kappa)) ** 2
         for i, j in cells),
        Fraction(),
    )  # fmt: skip
    variance = (squares - (kappa - chance * (1 - kappa)) ** 2) / (cases * (1 - chance) ** 2)
    error, same = sqrt(variance), sum(table[grade][grade] for grade in range(len(table)))
    if min(same, cases - same) < FEWEST:
        return Agreement(float(kappa), error, None, "no interval: too few cases differ, or agree")
    spread = normal_quantile((1 + confidence) / 2) * error
    within = Interval(max(-1.0, float(kappa) - spread), min(1.0, float(kappa) + spread))
    return Agreement(float(kappa), error, within, "large-sample standard error")


def ordinal_alpha(grades: Grades) -> Agreement:
    """Return Krippendorff's alpha for grades in an order, with grades missing.

    Two grades differ by the square of how many of all that were given lie between them, half of
    their own with them. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.

    Raises:
        Undecidable: where no case was graded by two, or one grade only was given.
    """
    shared = [[grade for grade in row if grade is not None] for row in grades]
    shared = [row for row in shared if len(row) > 1]
    if not shared:
        raise Undecidable("no case was graded by two")
    given = Counter(grade for row in shared for grade in row)
    total = sum(given.values())
    seen = sum((Fraction(_apart(Counter(row), given), len(row) - 1) for row in shared), Fraction())
    expected = Fraction(_apart(given, given), total - 1)
    if not expected:
        raise Undecidable(_ONE_GRADE)
    return Agreement(float(1 - seen / expected))


def _apart(some: Counter[int], given: Counter[int]) -> Fraction:
    """Return how far pairs of these grades differ, summed."""
    order = sorted(some)
    return sum(
        (some[one] * some[other] * _distance(one, other, given)
         for at, one in enumerate(order) for other in order[at + 1 :]),
        Fraction(),
    )  # fmt: skip


def _distance(one: int, other: int, given: Counter[int]) -> Fraction:
    between = sum(given[grade] for grade in given if one <= grade <= other)
    return (between - Fraction(given[one] + given[other], 2)) ** 2
