"""From matches to outcomes: set arithmetic over instances, by the table of `docs/outcomes.md`.

The matches are those of a batch, of some records; an instance is of one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from casecheck.engine.doubts import Parted
from casecheck.engine.matches import Matches, Members
from casecheck.engine.ruleset import MemberRule, PopulationRules, ReadingRules
from casecheck.results import Outcome
from casecheck.truth.kleene import Truth

_GRAVEST_FIRST = tuple(Outcome)
# By these names they are looked up once: in an enumeration it takes a while each time.
_BREACH, _INSUFFICIENT, _COMPLIANT, _ = _GRAVEST_FIRST


class Instances(NamedTuple):
    """The instances of a population, by what they say.

    Those of `unsettled` are met if the check applies to them, of which the record cannot tell.
    `told_with` says how many others are told with one, which are in none of the sets.
    """

    breach: set[Members]
    insufficient: set[Members]
    met: set[Members]
    unsettled: set[Members]
    told_with: Mapping[Members, int] = MappingProxyType({})


_NOTHING: set[Members] = set()
NO_INSTANCES = Instances(_NOTHING, _NOTHING, _NOTHING, _NOTHING)


def exact_instances(rules: PopulationRules, parted: Parted) -> Instances:
    """Return the instances of records in which nothing was unknown, but for some evidence."""
    matches, perhaps = parted
    must = rules.must
    if rules.may is not must:
        return bounded_instances(rules, matches, _either(parted))
    population = _population(must, matches)
    if not population:
        return NO_INSTANCES
    if must.excluded:
        population = _left(population, must.excluded, matches)
    breach = _left(population, must.met, matches)
    met = population - breach if breach else population
    if not (breach and perhaps):
        return Instances(breach, _NOTHING, met, _NOTHING)
    left = _left(breach, must.met, perhaps)
    return Instances(left, breach - left, met, _NOTHING)


class Said(NamedTuple):
    """What is said of an instance: whether it belongs to the population, and whether it is met."""

    belongs: Truth
    met: Truth


def said_of(rules: PopulationRules, parted: Parted) -> Mapping[Said, set[Members]]:
    """Return the instances of a population by what is said of them.

    The rules are compiled with `all_evidence`, so that it is known of those that only may belong
    too whether they may be met. Of the bounded ruleset there are no doubts.
    """
    matches, may = parted.surely, _either(parted)
    possible = _population(rules.may, may)
    if not possible:
        return {}
    possible = possible - _held(rules.must.excluded, matches, possible)
    certain = possible & _population(rules.must, matches)
    certain = certain - _held(rules.may.excluded, may, certain)
    met = _held(rules.must.met, matches, possible)
    not_met = possible - _held(rules.may.met, may, possible) - met
    return {
        Said(belongs, is_met): those & of_it
        for belongs, those in ((True, certain), (None, possible - certain))
        for is_met, of_it in ((True, met), (False, not_met), (None, possible - met - not_met))
    }


def _either(parted: Parted) -> Matches:
    """Return what was matched surely or perhaps."""
    surely, perhaps = parted
    either = {rule: found | surely.get(rule, _NOTHING) for rule, found in perhaps.items()}
    return {**surely, **either}


def bounded_instances(
    rules: PopulationRules, matches: Matches, may: Matches | None = None
) -> Instances:
    """Return the instances of records in which something is unknown.

    `may` is what the rules of the *may* reading matched, where that is not among the `matches`.
    """
    may = matches if may is None else may
    possible = _population(rules.may, may)
    if not possible:
        return NO_INSTANCES
    # Excluded for certain is no instance; perhaps excluded is perhaps an instance.
    possible = possible - _held(rules.must.excluded, matches, possible)
    certain = possible & _population(rules.must, matches)
    certain = certain - _held(rules.may.excluded, may, certain)
    met = _held(rules.must.met, matches, possible)
    perhaps_met = _held(rules.may.met, may, certain)
    breach = certain - perhaps_met - met
    return Instances(breach, possible - met - breach, met & certain, met - certain)


def _population(rules: ReadingRules, matches: Matches) -> set[Members]:
    if len(rules.members) == 1:  # most often
        return matches.get(rules.members[0], _NOTHING)
    return set().union(*[matches[rule] for rule in rules.members if rule in matches])


def _held(rules: Iterable[MemberRule], matches: Matches, instances: set[Members]) -> set[Members]:
    """Return those instances that some rule says are excluded, or met."""
    return instances - _left(instances, rules, matches)


def _left(instances: set[Members], rules: Iterable[MemberRule], matches: Matches) -> set[Members]:
    """Return those instances that no rule says are excluded, or met."""
    for rule, columns in rules:
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


def check_outcomes(
    populations: Sequence[Instances], record_of: Mapping[str, int]
) -> dict[int, Outcome]:
    """Return a check's outcome in each record to which it applies: the worst of its instances.

    `record_of` says by a fact's number whose it is.
    """
    outcomes = dict.fromkeys(_records([one.met for one in populations], record_of), _COMPLIANT)
    for record in _records([one.insufficient for one in populations], record_of):
        outcomes[record] = _INSUFFICIENT
    for record in _records([one.breach for one in populations], record_of):
        outcomes[record] = _BREACH
    # Unsettled instances weigh nothing beside others, but alone they are no pass.
    for record in _records([one.unsettled for one in populations], record_of):
        outcomes.setdefault(record, _INSUFFICIENT)
    return outcomes


Instance = tuple[int, int, Members]
"""A record, the position of one of a check's populations, and an instance of it in the record."""


def findings_of(
    populations: Sequence[Instances], record_of: Mapping[str, int]
) -> Iterator[tuple[Instance, Outcome]]:
    """Yield each instance that is a finding, and its outcome.

    The unsettled ones are findings only where the check has no other instance in the record.
    """
    for position, instances in enumerate(populations):
        for of_it, outcome in (
            (instances.breach, _BREACH),
            (instances.insufficient, _INSUFFICIENT),
        ):
            for members in of_it:
                record = record_of[members if isinstance(members, str) else members[0]]
                yield (record, position, members), outcome
    for instance, alone in _unsettled(populations, record_of):
        if alone:
            yield instance, _INSUFFICIENT


def met_of(
    populations: Sequence[Instances], record_of: Mapping[str, int]
) -> Iterator[tuple[Instance, bool]]:
    """Yield each instance that is no finding, and whether for certain.

    Not for certain are the unsettled ones, where they are no findings.
    """
    for position, instances in enumerate(populations):
        for members in instances.met:
            yield (_record(members, record_of), position, members), True
    for instance, alone in _unsettled(populations, record_of):
        if not alone:
            yield instance, False


def _unsettled(
    populations: Sequence[Instances], record_of: Mapping[str, int]
) -> Iterator[tuple[Instance, bool]]:
    """Yield each unsettled instance, and whether the check has only such in its record."""
    if not any(one.unsettled for one in populations):
        return
    others = [found for one in populations for found in (one.breach, one.insufficient, one.met)]
    decided = _records(others, record_of)
    for position, instances in enumerate(populations):
        for members in instances.unsettled:
            record = _record(members, record_of)
            yield (record, position, members), record not in decided


def _records(found: Iterable[set[Members]], record_of: Mapping[str, int]) -> set[int]:
    """Return the records that some instances are of."""
    # As `_record` says; to call it for each would take most of the time.
    return {
        record_of[members if isinstance(members, str) else members[0]]
        for instances in found
        for members in instances
    }


def _record(members: Members, record_of: Mapping[str, int]) -> int:
    return record_of[members if isinstance(members, str) else members[0]]


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the gravest of some outcomes."""
    return min(outcomes, key=_GRAVEST_FIRST.index)
