"""Names the checks whose rule may be wrong, and the cases to read next to know it.

It goes by plain counts of judged cases, whatever chances they had to be drawn. Auditors slip: of
60 cases judged with a slip in 50 one is contradicted though the rule is right, and of 50 checks
some by more. So a rule is named where slips alone would hardly contradict any of all as much. Two
readers who contradict a rule, each for himself, say more than one: both would have slipped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from casecheck.qag.estimates.estimate import SAID_FINE, Estimate
from casecheck.qag.estimates.readings import ByReader, CaseQuestion, Question, Readings
from casecheck.qag.inference.engine_error import Evidence, together
from casecheck.qag.inference.slips import Slips
from casecheck.qag.store.rows import FrameCase, Judged
from casecheck.results import Outcome

Measured = Literal["breaches_upheld", "breaches_missed"]
_ANSWERED: Collection[Judged] = ("compliant", "not_compliant", "not_applicable")
_FOR_SLIPS = 5
"""Of the risk that any rule is named wrongly, a fifth is for slips being rarer than they seem."""


class Doubt(NamedTuple):
    """Why to look at a check: `number` of `n` judged cases were not compliant.

    Of `breaches_upheld` these are breaches of the engine, and `in_all` is the rate that the sample
    gives for all of them; of `breaches_missed` they are cases in which it found nothing, and
    `in_all` is how many there are in the whole list. It is None where it is refused. `confirmed`
    counts the cases in which two readers contradict the engine, each for himself; `by_slips` is at
    most how likely any check is contradicted as much by slips alone.
    """

    lesson: str
    check: str
    measure: Measured
    number: int
    n: int
    in_all: float | None
    confirmed: int
    by_slips: float


class Contradicted(NamedTuple):
    """A case in which readers contradict the engine, by how many readings that count.

    0: they differ; 1: one reading, or they settled it; 2: two, each for himself.
    """

    position: int
    question: Question
    measure: Measured
    readings: int


class Doubts(NamedTuple):
    """What speaks against the rules: `rules` to look at, and `to_read` a second time.

    `slips` of auditors are those seen where two judged the same, `at_most` the rate reckoned with;
    `checks` were looked at, and in `contradicted` of `judged` answers the engine is contradicted.
    `to_read` are the positions of cases in which it is, and not by two readers yet, with the
    checks; those of the most checks first.
    """

    rules: Sequence[Doubt]
    to_read: Mapping[int, Sequence[Question]]
    slips: Slips
    at_most: float
    checks: int
    contradicted: int
    judged: int


def doubts(
    estimates: Sequence[Estimate],
    readings: Readings,
    frame: Sequence[FrameCase],
    confidence: Fraction,
) -> Doubts:
    """Return what speaks against checks, where any is named wrongly with 1 - confidence at most.

    `frame` holds the drawn cases that can be used.
    """
    risk = 1 - confidence
    slips = _slips(readings, frame)
    at_most = slips.at_most(risk / _FOR_SLIPS)
    asked = {Question(one.lesson, one.check): one for one in estimates if one.check}
    answers = list(_answers(readings, frame, asked))
    tests: dict[tuple[Question, Measured], list[int]] = {}
    for answer in answers:
        tests.setdefault((answer.question, answer.measure), []).append(answer.readings)
    evidence = [
        Evidence(len(every), sum(one > 0 for one in every), every.count(2))
        for every in tests.values()
    ]
    likely = together(evidence, at_most)
    rules = [
        _doubt(asked[question], measure, seen, chance)
        for (question, measure), seen, chance in zip(tests, evidence, likely, strict=True)
        if chance <= risk * (_FOR_SLIPS - 1) / _FOR_SLIPS
    ]
    contradicted = [one for one in answers if one.readings is not _UPHELD]
    return Doubts(
        sorted(rules, key=lambda rule: (rule.by_slips, rule.lesson, rule.check)),
        _to_read(contradicted),
        slips,
        at_most,
        len({question for question, _ in tests}),
        len(contradicted),
        len(answers),
    )


_UPHELD = -1
"""Stands for the readings of an answer that does not contradict the engine."""


def _slips(readings: Readings, frame: Sequence[FrameCase]) -> Slips:
    """Count what was judged twice of what the engine decided, and where one says not compliant."""
    pairs = differing = 0
    for case in frame:
        for (lesson, check), outcome in case.outcomes.items():
            if not check or not (outcome is Outcome.BREACH or outcome in SAID_FINE):
                continue
            by = readings.first.get(CaseQuestion(case.position, lesson, check), {})
            one, other = slips_of(by, _ANSWERED)
            pairs, differing = pairs + one, differing + other
    return Slips(pairs, differing)


def slips_of(by: ByReader, counting: Collection[Judged]) -> Slips:
    """Return how many pairs of readers there are, and in how many one says not compliant."""
    words = [word for word in by.values() if word in counting]
    bad = words.count("not_compliant")
    return Slips(len(words) * (len(words) - 1) // 2, bad * (len(words) - bad))


def _answers(
    readings: Readings, frame: Sequence[FrameCase], asked: Collection[Question]
) -> Iterator[Contradicted]:
    """Yield each answer of auditors to what the engine decided."""
    for case in frame:
        for name, outcome in case.outcomes.items():
            question = Question(*name)
            if question not in asked:
                continue
            at = CaseQuestion(case.position, *question)
            first, last = readings.first.get(at, {}), readings.last.get(at, {})
            words = [word for word in last.values() if word in _ANSWERED]
            if not words or outcome is Outcome.INSUFFICIENT_EVIDENCE:
                continue
            bad: Measured = "breaches_upheld" if outcome is Outcome.BREACH else "breaches_missed"
            against = [_against(bad, word) for word in words]
            found = _UPHELD
            if all(against):
                alone = [word for word in first.values() if word in _ANSWERED]
                found = min(2, max(1, sum(_against(bad, word) for word in alone)))
            elif any(against):
                found = 0
            yield Contradicted(case.position, question, bad, found)


def _against(measure: Measured, word: Judged) -> bool:
    """Tell whether a word contradicts a breach of the engine, or that there is none."""
    return (word == "not_compliant") is (measure == "breaches_missed")


def _doubt(estimate: Estimate, measure: Measured, seen: Evidence, chance: float) -> Doubt:
    of_breaches = measure == "breaches_upheld"
    outcomes = (Outcome.BREACH,) if of_breaches else SAID_FINE
    stated = estimate.upheld if of_breaches else estimate.missed
    number = estimate.not_compliant(*outcomes)
    basis = (estimate.lesson, estimate.check, measure, number, seen.cases, stated.value)
    return Doubt(*basis, seen.confirmed, chance)


def _to_read(contradicted: Sequence[Contradicted]) -> dict[int, list[Question]]:
    found: dict[int, list[Question]] = {}
    for one in contradicted:
        if one.readings < 2:
            found.setdefault(one.position, []).append(one.question)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))
