"""From matches to outcomes: set arithmetic over instances, by the table of `docs/outcomes.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from casecheck.compiling import PopulationRules, ReadingRules, Told
from casecheck.results import Outcome

Members = str | tuple[str, ...]
"""An instance, or the part of it that a rule tells, by the numbers of its facts as `engine` tells
them: that of one as a text, those of several as a tuple."""
Matches = Mapping[str, set[Members]]
"""What each rule matched."""
_GRAVEST_FIRST = tuple(Outcome)
# By these names they are looked up once: in an enumeration it takes a while each time.
_BREACH, _INSUFFICIENT, _COMPLIANT, _NOT_APPLICABLE = _GRAVEST_FIRST


class Instances(NamedTuple):
    """The instances of a population, by what they say.

    Those of `unsettled` are met if the check applies to them, of which the record cannot tell.
    """

    breach: set[Members]
    insufficient: set[Members]
    met: set[Members]
    unsettled: set[Members]


_NOTHING: set[Members] = set()
NO_INSTANCES = Instances(_NOTHING, _NOTHING, _NOTHING, _NOTHING)


def exact_instances(rules: PopulationRules, matches: Matches, doubts: Matches) -> Instances:
    """Return the instances of a record in which nothing was unknown, but for some evidence.

    `doubts` holds for some rules what they match perhaps.
    """
    must = rules.must
    population = _population(must, matches)
    if not population:
        return NO_INSTANCES
    if must.excluded:
        population = _left(population, must.excluded, matches)
    breach = _left(population, must.met, matches)
    met = population - breach if breach else population
    if not (breach and doubts):
        return Instances(breach, _NOTHING, met, _NOTHING)
    left = _left(breach, must.met, doubts)
    return Instances(left, breach - left, met, _NOTHING)


def bounded_instances(rules: PopulationRules, matches: Matches) -> Instances:
    """Return the instances of a record in which something is unknown."""
    possible = _population(rules.may, matches)
    if not possible:
        return NO_INSTANCES
    # Excluded for certain is no instance; perhaps excluded is perhaps an instance.
    possible = possible - _held(rules.must.excluded, matches, possible)
    certain = possible & _population(rules.must, matches)
    certain = certain - _held(rules.may.excluded, matches, certain)
    met = _held(rules.must.met, matches, possible)
    perhaps_met = _held(rules.may.met, matches, certain)
    breach = certain - perhaps_met - met
    return Instances(breach, possible - met - breach, met & certain, met - certain)


def _population(rules: ReadingRules, matches: Matches) -> set[Members]:
    if len(rules.members) == 1:  # most often
        return matches.get(rules.members[0], _NOTHING)
    return set().union(*[matches[rule] for rule in rules.members if rule in matches])


def _held(told: Iterable[Told], matches: Matches, instances: set[Members]) -> set[Members]:
    """Return those instances of which some rule tells that they are excluded, or met."""
    return instances - _left(instances, told, matches)


def _left(instances: set[Members], told: Iterable[Told], matches: Matches) -> set[Members]:
    """Return those instances of which no rule tells that they are excluded, or met."""
    for rule, columns in told:
        found = matches.get(rule)
        if not found:
            continue
        if columns is None:
            instances = instances - found
        elif len(columns) == 1:
            (at,) = columns
            instances = {one for one in instances if one[at] not in found}
        else:
            instances = {
                one for one in instances if tuple([one[at] for at in columns]) not in found
            }
        if not instances:
            break
    return instances


def check_outcome(populations: Iterable[Instances]) -> Outcome:
    """Return a check's outcome in a case: the worst of its instances."""
    outcome = _NOT_APPLICABLE
    unsettled = False
    for instances in populations:
        if instances.breach:
            return _BREACH
        if instances.insufficient:
            outcome = _INSUFFICIENT
        elif instances.met and outcome is _NOT_APPLICABLE:
            outcome = _COMPLIANT
        unsettled = unsettled or bool(instances.unsettled)
    # Unsettled instances weigh nothing beside others, but alone they are no pass.
    if outcome is _NOT_APPLICABLE and unsettled:
        return _INSUFFICIENT
    return outcome


def findings_of(populations: Sequence[Instances]) -> Iterator[tuple[int, Members, Outcome]]:
    """Yield each instance that is a finding: its population's position, itself, its outcome.

    The unsettled ones are findings only of a check that has no other instance.
    """
    only_unsettled = not any(one.breach or one.insufficient or one.met for one in populations)
    for position, instances in enumerate(populations):
        for members in instances.breach:
            yield position, members, _BREACH
        for members in instances.insufficient:
            yield position, members, _INSUFFICIENT
        for members in instances.unsettled if only_unsettled else ():
            yield position, members, _INSUFFICIENT


def met_of(populations: Sequence[Instances]) -> Iterator[tuple[int, Members, bool]]:
    """Yield each instance that is no finding: its population's position, itself, and for certain.

    Not for certain are the unsettled ones, where they are no findings.
    """
    only_unsettled = not any(one.breach or one.insufficient or one.met for one in populations)
    for position, instances in enumerate(populations):
        for members in instances.met:
            yield position, members, True
        for members in () if only_unsettled else instances.unsettled:
            yield position, members, False


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the gravest of some outcomes."""
    return min(outcomes, key=_GRAVEST_FIRST.index)
