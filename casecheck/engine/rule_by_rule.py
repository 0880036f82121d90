"""Match a large record's facts one rule at a time, and some of them at a time.

The engine makes all matches of all rules at once, each with all of its facts written out. A family
of hundreds of actions and meetings may come to more than memory should hold: not of instances, of
which there are few, but of evidence, above all where it is unknown which risk an action addresses,
for then it may be any. Three things keep that small, and change no outcome:

- Each rule has a session of its own, and in it each of its rows a kind of facts of its own.
- Evidence has only to be there. Of two facts that may be evidence, one is left out where the other
  passes whatever it would pass.
- What still comes to too many matches is asked in parts: each with some of a row's facts.

What is refused even so says which rows are too many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from casecheck.engine.durable import Engine, EngineFailure, batch_text, fact_text
from casecheck.engine.match_bound import (
    MAX_MATCHES,
    Fact,
    RowTests,
    are_many,
    combinations_of,
    facts_by_kind,
    matches_of,
    rows_of,
    rule_tests,
)
from casecheck.engine.matches import Members
from casecheck.engine.ruleset import Kind, Rule, Ruleset

AT_ONCE = MAX_MATCHES
"""The most matches that are made in one session."""
MAX_JOINED = 1_000_000
"""The most matches that a rule may come to in all its parts: some ten seconds of work."""


class TooLarge(EngineFailure):
    """A record that comes to more than the engine can do in bounds; the message says of what."""

    remedy = (
        "audit the case by hand for this lesson, and ask its author to tie the rows more closely:"
        " `casecheck rules lint` shows the checks that grow so"
    )


class RuleByRule:
    """One ruleset of a lesson, for records that are too large to be asked all at once.

    `checks` are the ids of the lesson's checks, in order.
    """

    def __init__(self, ruleset: Ruleset, checks: Sequence[str]) -> None:
        self._ruleset = ruleset
        self._tests = rule_tests(ruleset)
        self._check_of: dict[str, str] = {}
        self._populations: set[str] = set()
        for check, populations in zip(checks, ruleset.checks, strict=True):
            for reading in (one for two in populations for one in (two.must, two.may)):
                self._populations.update(reading.members)
                told = [rule for rule, _ in (*reading.excluded, *reading.met)]
                for rule in (*reading.members, *told):
                    for read in ruleset.derived[rule].read if rule in ruleset.derived else (rule,):
                        self._check_of.setdefault(read, check)
        self._engines: dict[str, Engine] = {}

    def is_wanted(self, facts: Sequence[str]) -> bool:
        """Say whether a record's facts come to too many matches to be asked all at once."""
        return are_many(self._tests.values(), facts, MAX_MATCHES)

    def matches(self, facts: Sequence[str]) -> dict[str, set[Members]]:
        """Return each rule's matches of one record's facts: the numbers of its members' facts.

        Raises:
            TooLarge: where a rule comes to more than can be done in bounds.
            EngineFailure: where the engine refused a part, or cut it short.
        """
        by_kind = facts_by_kind(facts)
        found: dict[str, set[Members]] = {}
        for rule, tests in self._tests.items():
            rows = rows_of(tests, by_kind)
            if all(rows):
                matches = self._matches_of(
                    rule, _needed(tests, rows, self._ruleset.rules[rule].members)
                )
                if matches:
                    found[rule] = matches
        return found

    def _matches_of(self, rule: str, rows: Sequence[Sequence[Fact]]) -> set[Members]:
        tests, found = self._tests[rule], set[Members]()
        population = rule in self._populations
        instances_alone = population and len(rows) == self._ruleset.rules[rule].members
        limit = MAX_MATCHES if instances_alone else MAX_JOINED
        if combinations_of(rows) > limit and matches_of(tests, rows, limit) > limit:
            raise TooLarge(self._told(rule, rows, limit))
        for part in _parts(tests, rows):
            found |= self._matches_of_part(rule, part)
        if population and len(found) > MAX_MATCHES:
            raise TooLarge(self._told(rule, rows[: self._ruleset.rules[rule].members], MAX_MATCHES))
        return found

    def _told(self, rule: str, rows: Sequence[Sequence[Fact]], limit: int) -> str:
        kinds = [row.kind for row in self._ruleset.rules[rule].rows]
        told = [f"{len(facts):,} {kind}" for kind, facts in zip(kinds, rows, strict=False)]
        joined = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
        return (
            f"check `{self._check_of[rule]}`: {joined} belong together in more than {limit:,} ways"
        )

    def _matches_of_part(self, rule: str, rows: Sequence[Sequence[Fact]]) -> set[Members]:
        read = _read(self._tests[rule])
        numbers, texts = [""], []
        for at, facts in enumerate(rows):
            for fact in facts:
                content = {name: fact[name] for name in read[at]}
                texts.append(fact_text(len(numbers), at + 1, fact["r"], content))
                numbers.append(str(fact["id"]))
        batch = batch_text(texts, len(numbers))
        found = self._engine(rule).matches(batch).get(rule, set())
        return {
            numbers[int(one)]
            if isinstance(one, str)
            else tuple([numbers[int(number)] for number in one])
            for one in found
        }

    def _engine(self, rule: str) -> Engine:
        """Return the engine for one rule, each of whose rows has a kind of its own."""
        if rule not in self._engines:
            whole = self._ruleset.rules[rule]
            kinds = [Kind(f"{row.kind} {at}", at) for at, row in enumerate(whole.rows, 1)]
            rows = [
                replace(row, kind=kind.name) for row, kind in zip(whole.rows, kinds, strict=True)
            ]
            alone = Ruleset(
                {kind.name: kind for kind in kinds},
                {rule: Rule(tuple(rows), whole.members)},
                checks=(),
            )
            self._engines[rule] = Engine(alone)
        return self._engines[rule]


def _read(tests: Sequence[RowTests]) -> list[list[str]]:
    """Return for each row of a rule the properties that the rule reads of it."""
    read: list[dict[str, None]] = [{} for _ in tests]
    for at, one in enumerate(tests):
        read[at].update(dict.fromkeys(name for name, _, _ in one.alone))
        for own, _, earlier, other in one.joins:
            read[at][own] = None
            read[earlier][other] = None
    return list(map(list, read))


def _parts(
    tests: Sequence[RowTests], rows: Sequence[Sequence[Fact]]
) -> Iterator[Sequence[Sequence[Fact]]]:
    """Yield parts of a rule's facts that have all of its matches, and none too many at once."""
    if combinations_of(rows) <= AT_ONCE or matches_of(tests, rows, AT_ONCE) <= AT_ONCE:
        yield rows
        return
    # One fact for each row is one match, so that some row has several.
    at = next(at for at, facts in enumerate(rows) if len(facts) > 1)
    half = len(rows[at]) // 2
    for some in (rows[at][:half], rows[at][half:]):
        yield from _parts(tests, [*rows[:at], some, *rows[at + 1 :]])


# Evidence has only to be there


def _needed(
    tests: Sequence[RowTests], rows: Sequence[Sequence[Fact]], members: int
) -> list[Sequence[Fact]]:
    """Return for each row the facts that are needed: of evidence none that another stands for."""
    return [
        facts if at < members else _best(facts, *_wanted(tests, at))
        for at, facts in enumerate(rows)
    ]


def _wanted(tests: Sequence[RowTests], at: int) -> tuple[list[str], list[tuple[str, int]]]:
    """Return by which properties a row's facts join.

    First those that must equal another's; then those of which less (1) or more (-1) passes all
    that the other way round passes.
    """
    compared = [(one.name, one.order, 1) for one in tests[at].joins]
    compared += [
        (other, order, -1)
        for later in tests[at + 1 :]
        for _, order, earlier, other in later.joins
        if earlier == at
    ]
    equal = dict.fromkeys(name for name, order, _ in compared if order == "==")
    less = dict.fromkeys(
        (name, sign if order in {"<", "<="} else -sign)
        for name, order, sign in compared
        if order != "=="
    )
    return list(equal), list(less)


def _best(
    facts: Sequence[Fact], equal: Sequence[str], less: Sequence[tuple[str, int]]
) -> list[Fact]:
    """Return facts such that each of all has one that joins whatever it joins."""
    groups: dict[tuple[int, ...], list[tuple[tuple[int, ...], Fact]]] = defaultdict(list)
    for fact in facts:
        key = tuple([fact[name] for name in equal])
        groups[key].append((tuple([sign * fact[name] for name, sign in less]), fact))
    best: list[Fact] = []
    for group in groups.values():
        kept: list[tuple[int, ...]] = []
        # What is at least as good in all comes before.
        for values, fact in sorted(group, key=lambda one: one[0]):
            if not any(all(map(int.__le__, one, values)) for one in kept):
                kept.append(values)
                best.append(fact)
    return best
