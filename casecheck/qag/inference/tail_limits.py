"""Decides whether a tail probability keeps to a risk: exactly, and quickly for any population.

A fraction of a large population has numerators of a hundred thousand digits. So both sides of the
tail are first summed in floating point, with a bound of the error that this can make. Only where
they come nearer to the risk than that bound, as in a tie, is the exact fraction worked out.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import inf
from typing import Any, NamedTuple

from casecheck.qag.extras import need
from casecheck.qag.inference.tails import binomial_at_most, hypergeometric_at_most

_ROUNDING = 2.0**-50
"""More than what one term adds to the relative error: 6 operations of at most 2**-53 each."""
_LEFT_OUT = 2.0**-60
"""Terms that together are a smaller part of a sum than this are left out."""
_VAST = 1e30
"""A sum beyond this decides on its own: the other side has no term above 1."""
_FIRST_TERMS = 128
"""Terms summed at first; then as many more as before, until the rest is left out."""

_Ratios = Callable[[Any], Any]
"""Of an array of counts, how many times as likely the next count is as each."""


class _Sum(NamedTuple):
    """The bounds between which a sum of terms lies."""

    least: float
    most: float


def binomial_keeps(risk: Fraction, number: int, drawn: int, rate: Fraction) -> bool:
    """Tell whether P(X <= number) <= risk, for X ~ Binomial(drawn, rate); 0 < risk < 1."""
    if number >= drawn or rate == 1:
        return number < drawn
    odds = rate.numerator / (rate.denominator - rate.numerator)
    counts = (0, number, drawn)
    quick = _quickly(risk, counts, lambda count: (drawn - count) / (count + 1) * odds)
    return binomial_at_most(number, drawn, rate) <= risk if quick is None else quick


def hypergeometric_keeps(
    risk: Fraction, number: int, drawn: int, marked: int, population: int
) -> bool:
    """Tell whether P(X <= number) <= risk, X the marked among `drawn`; 0 < risk < 1."""
    spare = population - marked - drawn
    least, most = max(0, -spare), min(drawn, marked)
    if not least <= number < most:
        return number < least
    quick = _quickly(
        risk,
        (least, number, most),
        lambda count: (marked - count) * (drawn - count) / ((count + 1) * (spare + count + 1)),
    )
    if quick is None:
        return hypergeometric_at_most(number, drawn, marked, population) <= risk
    return quick


def _quickly(risk: Fraction, counts: tuple[int, int, int], ratios: _Ratios) -> bool | None:
    """Tell whether the tail up to `number` keeps to the risk, or None where it is too near to say.

    `counts` are the least that can be, the number, and the most. All terms are in units of the
    probability of the number; away from the likeliest count their ratios only fall.
    """
    least, number, most = counts
    beyond = _summed(most - number, lambda at: ratios(number + at))
    below = _summed(number - least, lambda at: 1 / ratios(number - 1 - at))
    odds = float(risk / (1 - risk))
    near = 1 + 4 * _ROUNDING
    if (1 + below.most) * near <= odds * beyond.least:
        return True
    return False if 1 + below.least > odds * beyond.most * near else None


def _summed(number: int, ratios: _Ratios) -> _Sum:
    """Sum the products of the first, the first two, ... of a number of ratios that do not rise."""
    numpy = need("numpy")
    total, term, error, at = 0.0, 1.0, 0.0, 0
    while at < number:
        until = min(number, max(_FIRST_TERMS, 2 * at))
        factors = ratios(numpy.arange(at, until, dtype=float))
        with numpy.errstate(over="ignore"):
            terms = term * numpy.cumprod(factors)
            total += float(terms.sum())
        term, ratio, at = float(terms[-1]), float(factors[-1]), until
        error = at * _ROUNDING
        if total > _VAST:
            return _Sum(_VAST / 2, inf)
        if ratio < 1 and term * ratio < total * _LEFT_OUT * (1 - ratio):
            break
    return _Sum(total * (1 - error - _LEFT_OUT), total * (1 + error + _LEFT_OUT))
