"""Tail probabilities of counts in samples, exact: whole numbers and fractions, no rounding.

A sample size or a bound hangs on whether a probability is over a limit or not, and there are ties:
floating point would settle them by chance. Here nothing is rounded.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb


def binomial_at_most(found: int, drawn: int, rate: Fraction) -> Fraction:
    """Return P(X <= found) for X ~ Binomial(drawn, rate)."""
    if found >= drawn:
        return Fraction(1)
    yes, whole = rate.numerator, rate.denominator
    no = whole - yes
    if no == 0:
        return Fraction(0)
    ways = no**drawn
    total = ways if found >= 0 else 0
    for count in range(found):
        ways = ways * (drawn - count) * yes // ((count + 1) * no)
        total += ways
    return Fraction(total, whole**drawn)


def hypergeometric_at_most(found: int, drawn: int, marked: int, population: int) -> Fraction:
    """Return P(X <= found), X the marked among `drawn` of a population, without replacement."""
    others = population - marked
    least, most = max(0, drawn - others), min(drawn, marked)
    if found >= most:
        return Fraction(1)
    if found < least:
        return Fraction(0)
    ways = comb(marked, least) * comb(others, drawn - least)
    total = ways
    for count in range(least, found):
        ways = ways * (marked - count) * (drawn - count)
        ways //= (count + 1) * (others - drawn + count + 1)
        total += ways
    return Fraction(total, comb(population, drawn))


def hypergeometric_exactly(found: int, drawn: int, marked: int, population: int) -> Fraction:
    """Return P(X = found), X the marked among `drawn` of a population, without replacement."""
    if not 0 <= found <= drawn:
        return Fraction(0)
    ways = comb(marked, found) * comb(population - marked, drawn - found)
    return Fraction(ways, comb(population, drawn))
