"""From a sample and its judgments: how practice is, how far auditors agree, what the engine misses.

A judgment of a check is that of all its readers (`readings.py`): where they differ, a rate is
between the milder and the graver word, and holds by either. A case that was drawn and has no
judgment is taken to be like the judged ones of its stratum, and is counted, so that a reader sees
how much rests on that. Of a case of no use nothing is known but what the engine found: for
compliance it is such a case too; for the engine's rates, which speak of cases that are all of the
kind, it is taken either way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from casecheck.qag.estimates.between import between, graver_share
from casecheck.qag.estimates.estimate import SAID_FINE, AtMost, Estimate, StratumEstimate, Tally
from casecheck.qag.estimates.rates import (
    JudgedCase,
    Measure,
    Part,
    changed,
    number_of,
    rate,
    rate_of_all,
    with_lost,
)
from casecheck.qag.estimates.readings import Question, Readings, Said
from casecheck.qag.inference.engine_error import most_marked
from casecheck.qag.sampling.drawing import Stratum
from casecheck.qag.sampling.samples import SampleView
from casecheck.qag.sampling.selection import inclusion_probabilities
from casecheck.qag.store.rows import DrawnCase, FrameCase, Judged
from casecheck.results import Outcome

_DECIDED: tuple[Judged, ...] = ("compliant", "not_compliant")
_APPLIES: tuple[Judged, ...] = (*_DECIDED, "cannot_tell")
_ANSWERED: tuple[Judged, ...] = (*_DECIDED, "not_applicable")


def estimates(
    view: SampleView,
    frame: Sequence[FrameCase],
    readings: Readings,
    confidence: Fraction,
    going_on: Callable[[Sequence[Question]], Iterable[Question]] = iter,
) -> list[Estimate]:
    """Return an estimate for each lesson of a sample and each of its checks, in page order.

    `going_on` passes the questions on, one after the other, and may tell how far it is.
    """
    listed = {member.position for member in view.members}
    within = [case for case in frame if case.position in listed]
    asked = questions(within, view.plan.lessons)
    chances = Chances(view)
    return [
        _estimate(chances, within, question, _said(readings, question, asked), confidence)
        for question in going_on(asked)
    ]


def _said(readings: Readings, question: Question, asked: Sequence[Question]) -> dict[int, Said]:
    return readings.said(question, checks_of(question.lesson, asked))


def checks_of(lesson: str, asked: Sequence[Question]) -> list[str]:
    """Return the checks of a lesson among what was asked."""
    return [one.check for one in asked if one.lesson == lesson and one.check]


def _estimate(
    chances: Chances,
    frame: Sequence[FrameCase],
    question: Question,
    said: Mapping[int, Said],
    confidence: Fraction,
) -> Estimate:
    """Return the estimate of one question; where readers differ, by either of their words."""
    by_gravest = {at: one.gravest for at, one in said.items()}
    gravest = _Answers(chances, frame, question, by_gravest).estimate(confidence)
    agreed = {at: one.gravest for at, one in said.items() if not one.differ}
    if len(agreed) == len(said):
        return gravest
    by_mildest = {at: one.mildest for at, one in said.items()}
    mildest = _Answers(chances, frame, question, by_mildest).estimate(confidence)
    tallies = _Answers(chances, frame, question, agreed).tallies()
    return between(mildest, gravest, tallies, graver_share(said.values()))


def since(now: Sequence[Estimate], before: Sequence[Estimate]) -> list[Estimate]:
    """Return the estimates with each rate's change since an earlier sample."""
    rates = {(estimate.lesson, estimate.check): estimate.compliance for estimate in before}
    missing = Measure(0, 0, "none", refused="the earlier sample did not ask it")
    pairs = ((one, rates.get((one.lesson, one.check), missing)) for one in now)
    return [replace(one, change=changed(one.compliance, earlier)) for one, earlier in pairs]


def questions(frame: Sequence[FrameCase], lessons: Sequence[str]) -> list[Question]:
    """Return each lesson and its checks, as the engine's outcomes have them."""
    checks: dict[str, dict[Question, None]] = {
        lesson: {Question(lesson, ""): None} for lesson in lessons
    }
    for case in frame:
        for lesson, check in case.outcomes:
            checks.get(lesson, {}).setdefault(Question(lesson, check))
    return [question for lesson in lessons for question in checks[lesson]]


class _Answered(NamedTuple):
    """Which drawn cases were answered: the chance of each to be drawn and answered, by position.

    `shares` are the answered of each stratum's drawn cases; the others are taken to be any of it.
    """

    chances: Mapping[int, Fraction]
    shares: Mapping[str, Fraction]


class Chances:
    """Who is of each stratum of a sample, and how likely each was to be drawn, and judged.

    Of a stratum of 40 cases 10 were drawn, each with the chance 10/40; 8 of them were judged. Those
    8 are taken to be any of the 10, so that each had 10/40 x 8/10 = 8/40 to be drawn and judged: as
    if 8 had been drawn.

    `unequal` holds those chances, drawn or not, of the strata in which they differ.
    """

    def __init__(self, view: SampleView) -> None:
        self.drawn = view.sample.drawn
        self.strata = view.strata
        self.members: dict[str, set[int]] = {stratum.name: set() for stratum in view.strata}
        self.unequal: dict[str, dict[int, Fraction]] = {}
        for stratum in view.strata:
            members = [member for member in view.members if member.stratum == stratum.name]
            self.members[stratum.name].update(member.position for member in members)
            weights = [member.weight for member in members]
            if len(set(weights)) > 1:
                chances = inclusion_probabilities(weights, stratum.drawn)
                positions = [member.position for member in members]
                self.unequal[stratum.name] = dict(zip(positions, chances, strict=True))

    def of(self, position: int, answered: _Answered) -> Fraction:
        """Return how likely a case of the list was to be drawn and answered."""
        stratum = next(one for one in self.strata if position in self.members[one.name])
        equal = Fraction(stratum.drawn, stratum.size)
        chance = self.unequal.get(stratum.name, {}).get(position, equal)
        return chance * answered.shares.get(stratum.name, Fraction())

    def answered(self, positions: set[int]) -> _Answered:
        """Return how likely each case of these was to be drawn and answered."""
        drawn = Counter(case.stratum for case in self.drawn)
        seen = Counter(case.stratum for case in self.drawn if case.position in positions)
        shares = {name: Fraction(seen[name], number) for name, number in drawn.items()}
        chances = {
            case.position: Fraction(case.probability) * shares[case.stratum]
            for case in self.drawn
            if case.position in positions
        }
        return _Answered(chances, shares)


class _Answers:
    """The answers to one question asked of a sample: which cases count for which rate.

    A stratum of 40 cases, of 30 of which the engine said that the check is met; 10 were drawn and
    judged, each with the chance 1/4. In 7 of them it said so: 5 are compliant, 1 is not, and of 1
    the auditor cannot tell. In the 3 others it found a breach: 2 are not compliant, to 1 the check
    does not apply.

    - Compliance, `rate` of all 40: `counted` are the 8 that are compliant or not, 5 of them met;
      `out` are the 2 others. At most 40 - 2 cases can count, and the rate is 5/8.
    - Missed breaches, `rate_of_all` of the 30: `counted` are 6, and the 1 not compliant is met;
      `out` is the 1 of which nobody can tell, taken either way; `others` are the 3 that are not of
      the 30. The rate is 1/6, and the number missed `number_of` it: 5 of the 30.
    - Breaches upheld, `rate_of_all` of the 10: `counted` are 3, of which 2 are met. To the one the
      check does not apply, so that the engine was wrong there: it counts.
    """

    def __init__(
        self,
        chances: Chances,
        frame: Sequence[FrameCase],
        question: Question,
        judged: Mapping[int, Judged],
    ) -> None:
        self._chances = chances
        self._question = question
        self._judged = judged
        self._engine = {case.position: case.outcomes.get(question) for case in frame}
        unusable = {case.position for case in chances.drawn if case.unusable}
        self._seen = chances.answered(set(judged) - unusable)
        self._engines = chances.answered(set(judged) | unusable)

    def estimate(self, confidence: Fraction) -> Estimate:
        usable = [case for case in self._chances.drawn if not case.unusable]
        engine = self._engine
        fine = {at for at, outcome in engine.items() if outcome in SAID_FINE}
        breach = {at for at, outcome in engine.items() if outcome is Outcome.BREACH}
        doubt = set(engine) - fine - breach
        missed = rate_of_all(self._engine_parts(fine), confidence)
        lesson, check = self._question
        return Estimate(
            lesson=lesson,
            check=check,
            drawn=len(usable),
            judged=self._counts(usable, Outcome),
            engine={one: self._counts(usable, (one,)) for one in Outcome},
            compliance=self._compliance(confidence),
            at_worst=rate(self._parts(set(engine), _APPLIES, _compliant, self._seen), confidence),
            upheld=rate_of_all(self._engine_parts(breach), confidence),
            missed=number_of(missed, len(fine)),
            not_upheld_at_most=self._at_most(breach, _upholds_not, confidence),
            missed_at_most=self._at_most(fine, _not_compliant, confidence),
            undecided=rate_of_all(self._engine_parts(doubt), confidence),
            strata=tuple(self._strata(confidence)),
        )

    def tallies(self) -> list[Tally]:
        """Count the judgments of all, and of each stratum that is told apart."""
        usable = [case for case in self._chances.drawn if not case.unusable]
        apart = [[case for case in usable if case.stratum == one.name] for one in self._apart()]
        return [
            Tally(
                self._counts(those, Outcome), {one: self._counts(those, (one,)) for one in Outcome}
            )
            for those in (usable, *apart)
        ]

    def _apart(self) -> Sequence[Stratum]:
        """Return the strata, where there are several to tell of."""
        strata = self._chances.strata
        told = not self._question.check and len(strata) > 1 and not self._chances.unequal
        return strata if told else ()

    def _at_most(
        self, within: set[int], wrong: Callable[[Judged], bool], confidence: Fraction
    ) -> AtMost | None:
        """Return how often the engine may be wrong; who cannot be told counts as if it was."""
        parts = self._parts(within, _ANSWERED, wrong, self._engines)
        met = [case.met for part in parts for case in part.counted]
        if not met:
            return None
        found = sum(met) + sum(len(part.out) for part in parts)
        chances = [self._chances.of(at, self._engines) for at in sorted(within)]
        most = most_marked(chances, found, 1 - confidence)
        return AtMost(min(most, len(within) - (len(met) - sum(met))), len(within))

    def _compliance(self, confidence: Fraction) -> Measure:
        seen, all_drawn = (
            self._parts(set(self._engine), _DECIDED, _compliant, answered)
            for answered in (self._seen, self._engines)
        )
        return with_lost(rate(seen, confidence), all_drawn, confidence)

    def _strata(self, confidence: Fraction) -> Iterator[StratumEstimate]:
        """Yield an estimate for each stratum, where there are several."""
        for stratum in self._apart():
            usable = [
                case
                for case in self._chances.drawn
                if case.stratum == stratum.name and not case.unusable
            ]
            members = self._chances.members[stratum.name]
            parts = self._parts(members, _DECIDED, _compliant, self._seen)
            of_it = [part for part in parts if part.population]
            yield StratumEstimate(
                stratum.name,
                len(members),
                len(usable),
                self._counts(usable, Outcome),
                rate(of_it, confidence),
            )

    def _counts(
        self, usable: Iterable[DrawnCase], outcomes: Iterable[Outcome]
    ) -> dict[Judged, int]:
        """Count the judgments of the cases of which the engine said this."""
        those = set(outcomes)
        counts = Counter(
            self._judged[one.position]
            for one in usable
            if one.position in self._judged
            and (self._engine[one.position] or Outcome.INSUFFICIENT_EVIDENCE) in those
        )
        return {one: counts[one] for one in (*_ANSWERED, "cannot_tell")}

    def _engine_parts(self, within: set[int]) -> list[Part]:
        return self._parts(within, _ANSWERED, _not_compliant, self._engines)

    def _parts(
        self,
        within: set[int],
        counts: Sequence[Judged],
        met: Callable[[Judged], bool],
        answered: _Answered,
    ) -> list[Part]:
        """Return the strata, with what was judged of those cases of them that are `within`."""
        parts = []
        for stratum in self._chances.strata:
            members = self._chances.members[stratum.name] & within
            counted, out, others, lost = [], [], [], []
            for case in self._chances.drawn:
                if case.stratum != stratum.name or case.position not in answered.chances:
                    continue
                chance = answered.chances[case.position]
                judgment = self._judged.get(case.position)
                if case.position not in within:
                    others.append(chance)
                elif case.unusable or judgment not in counts:
                    out.append(chance)
                    lost += [chance] if case.unusable else []
                else:
                    assert judgment is not None
                    counted.append(JudgedCase(met(judgment), chance))
            share = answered.shares.get(stratum.name, Fraction(0))
            unequal = self._chances.unequal.get(stratum.name, {})
            every = sorted(unequal[member] * share for member in members) if unequal else []
            parts.append(Part(len(members), counted, out, others, every, lost))
        return [part for part in parts if part.population or part.others]


def _compliant(judgment: Judged) -> bool:
    return judgment == "compliant"


def _not_compliant(judgment: Judged) -> bool:
    return judgment == "not_compliant"


def _upholds_not(judgment: Judged) -> bool:
    return judgment != "not_compliant"
