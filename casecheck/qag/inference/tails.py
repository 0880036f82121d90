"""Tail probabilities of counts in samples, exact: whole numbers and fractions, no rounding.

A sample size or a bound hangs on whether a probability is over a limit or not, and there are ties:
floating point would settle them by chance. Here nothing is rounded.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import comb


def binomial_at_most(number: int, drawn: int, rate: Fraction) -> Fraction:
    """Return P(X <= number) for X ~ Binomial(drawn, rate)."""
    if number >= drawn:
        return Fraction(1)
    yes, whole = rate.numerator, rate.denominator
    no = whole - yes
    if no == 0:
        return Fraction(0)
    ways = no**drawn
    total = ways if number >= 0 else 0
    for count in range(number):
        ways = ways * (drawn - count) * yes // ((count + 1) * no)
        total += ways
    return Fraction(total, whole**drawn)


@lru_cache(maxsize=64)
def hypergeometric_at_most(number: int, drawn: int, marked: int, population: int) -> Fraction:
    """Return P(X <= number), X the marked among `drawn` of a population, without replacement.

    Who is marked and who is drawn may change places, and so may the marked and the others: what
    makes the smaller numbers is counted.
    """
    if 2 * marked > population:
        others = population - marked
        return 1 - hypergeometric_at_most(drawn - number - 1, drawn, others, population)
    if 2 * drawn > population:
        rest = population - drawn
        return 1 - hypergeometric_at_most(marked - number - 1, rest, marked, population)
    drawn, marked = sorted((drawn, marked))
    others = population - marked
    least, most = max(0, drawn - others), min(drawn, marked)
    if number >= most:
        return Fraction(1)
    if number < least:
        return Fraction(0)
    ways = comb(marked, least) * comb(others, drawn - least)
    total = ways
    for count in range(least, number):
        ways = ways * (marked - count) * (drawn - count)
        ways //= (count + 1) * (others - drawn + count + 1)
        total += ways
    return Fraction(total, comb(population, drawn))


def hypergeometric_exactly(number: int, drawn: int, marked: int, population: int) -> Fraction:
    """Return P(X = number), X the marked among `drawn` of a population, without replacement."""
    if not 0 <= number <= drawn:
        return Fraction(0)
    ways = comb(marked, number) * comb(population - marked, drawn - number)
    return Fraction(ways, comb(population, drawn))


@lru_cache(maxsize=1024)
def hypergeometric_first(
    number: int, drawn: int, marked: int, population: int
) -> tuple[float, ...]:
    """Return P(X = 0), P(X = 1), ... of a number of counts, each worked out exactly and rounded.

    X is the marked among `drawn` of a population, without replacement.
    """
    others, whole = population - marked, comb(population, drawn)
    least = max(0, drawn - others)
    ways = comb(marked, least) * comb(others, drawn - least) if least < number else 0
    chances = [0.0] * min(least, number)
    for count in range(least, number):
        chances.append(ways / whole)
        ways = ways * (marked - count) * max(0, drawn - count)
        ways //= (count + 1) * (others - drawn + count + 1)
    return tuple(chances)
