"""Limits of how many cases of a group are of a kind, where its cases had different chances.

So it is with the cases with findings of a risk sample, and with strata of which one case each was
drawn. The limits are those of as many cases of a simple sample as the drawn ones are worth: an
effective size, by Korn & Graubard (1998), Survey Methodology 24:193-201 (R's
`svyciprop(method="beta")`), which here is bounded by what the design alone tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import log
from typing import NamedTuple

from casecheck.qag.inference.intervals import clopper_pearson
from casecheck.qag.inference.reach import Reach
from casecheck.qag.inference.surveys import horvitz_thompson, most_unseen


class WeighedGroup(NamedTuple):
    """A part of a list: the chances of the cases drawn of it, by how they came out, and of all.

    `met` and `missed` count; `out` do not. `every` has the chance of each case of the part, drawn
    or not; none is 0 or above 1. At least one case was drawn.
    """

    met: Sequence[float]
    missed: Sequence[float]
    out: Sequence[float]
    every: Sequence[float]

    @property
    def drawn(self) -> Sequence[float]:
        """The chances of all drawn cases."""
        return [*self.met, *self.missed, *self.out]

    def share(self, kind: Sequence[float]) -> float:
        """Estimate the share that is of a kind: each case weighs 1 over its chance (Hájek 1971)."""
        return _weight(kind) / _weight(self.drawn)

    def correlation(self) -> float:
        """Return how closely the two numbers go against each other, as in `stratified_ratio`."""
        drawn = len(self.drawn)
        met, missed = (drawn * self.share(kind) + 1 for kind in (self.met, self.missed))
        return float((met * missed / ((drawn + 2 - met) * (drawn + 2 - missed))) ** 0.5)

    def reach(self, kind: Sequence[float], confidence: Fraction) -> Reach:
        """Return the number of a kind, `met` or `missed`, and how far its limits lie from it.

        The limits are one case wider, as those of a simple stratum are, but where all came out the
        same: what may then have stayed unseen is a whole number already.
        """
        size = len(self.every)
        share = self.share(kind)
        value = size * share
        if all(chance >= 1 for chance in self.every):
            return Reach(value, 0.0, 0.0)
        worth = self._worth(kind, (1 - confidence) / 2)
        within = clopper_pearson(share * worth, worth, confidence)
        wider = int(0 < len(kind) < len(self.drawn))
        return Reach(
            value, value - size * within.lower + wider, size * within.upper + wider - value
        )

    def _worth(self, kind: Sequence[float], risk: Fraction) -> float:
        """Return how many cases of a simple sample are worth as much as those drawn.

        No more than the weights leave of them, both of those drawn and of all that could be (Kish
        1965, Survey Sampling, 11.7; a case that was certain to be drawn adds nothing to the error).
        Then: where all came out the same, their spread says nothing, and those are counted that
        may have stayed unseen where that is likeliest. Else no more than the spread of the weighed
        cases leaves, each as far as it might not have been drawn: the variance of samples of much
        chance (Hájek 1964, Annals of Mathematical Statistics 35), about the rate of all, not of
        each stratum, which errs on the wide side.
        """
        size, drawn = len(self.every), self.drawn
        parts = [size**2 / sum(1 / chance - 1 for chance in self.every)]
        if left := _open_weight(drawn):
            parts.append(_weight(drawn) ** 2 / left)
        if len(kind) in {0, len(drawn)}:
            unseen = min(most_unseen((), risk, self.every) / size, 1 - 1e-9)
            parts += [log(risk) / log(1 - unseen)] if unseen else []
        else:
            share = self.share(kind)
            own = (1 - share) ** 2 * _open_weight(kind)
            others = share**2 * (_open_weight(drawn) - _open_weight(kind))
            spread = len(drawn) / (len(drawn) - 1) * (own + others) / _weight(drawn) ** 2
            parts += [share * (1 - share) / spread] if spread > 0 else []
        return min(parts)


def _weight(chances: Sequence[float]) -> float:
    return horvitz_thompson([(1.0, chance) for chance in chances])


def _open_weight(chances: Sequence[float]) -> float:
    """Return what the squared weights add to the error: nothing where a case was certain."""
    return sum((1 / chance - 1) / chance for chance in chances)
