"""Match facts with rules in durable-rules, used so that its traps cannot be sprung.

The only module that touches the engine, and the only one that writes its JSON: rulesets, facts and
batches. `docs/engine.md` lists the traps and what keeps each shut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import count
from typing import Any

from casecheck.engine.build import cannot_import
from casecheck.engine.matches import Matches, Members
from casecheck.engine.ruleset import Join, Limit, RuleRow, Ruleset
from casecheck.record.faults import CasecheckError

MATCHES_AT_ONCE = 1_000
"""How many matches of one rule the engine hands over in one message."""
END = "end"
"""The rule of the sentinel: a batch whose last fact does not fire it was cut short."""
SENTINEL = 0
"""The kind of the sentinel, a batch's last fact."""
_ACCEPTED = (0, 1)
"""0: all in order; 1: some fact matched no pattern, which is in order too. 2: a repeated id."""
_IDS = re.compile(r'{"id":(\d+)').findall
# The engine takes some 140 KB for each session and gives it back. Freeing one large block once
# teaches the C library to keep such blocks, not to return them to the system each time: sessions
# then cost a tenth. Elsewhere than in glibc it does nothing.
_WARM_UP_BYTES = 31 << 20


class EngineUnusable(CasecheckError):  # noqa: N818 - says what to do, like ImportError
    """The engine cannot be imported or was built unfit for use; the message is the cure."""


class EngineFailure(Exception):  # noqa: N818 - a failure on one record, not of the program
    """The engine did not evaluate a batch; there is no outcome. `remedy` says what to do."""

    remedy = "audit the case by hand for this lesson, and report this as a fault of casecheck"


_names = count(1)


# The engine's JSON


_SYMBOLS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


def definition_of(ruleset: Ruleset) -> dict[str, Any]:
    """Return a ruleset as the engine's definition, with the rule of the sentinel."""
    definition: dict[str, Any] = {
        name: {
            "all": [
                {f"m{at}": {"$and": list(_tests(row, at, ruleset))}}
                for at, row in enumerate(rule.rows)
            ],
            "cap": MATCHES_AT_ONCE,
            "dist": 0,
        }
        for name, rule in ruleset.rules.items()
    }
    definition[END] = {"all": [{"m": {"t": SENTINEL}}]}
    return definition


def _tests(row: RuleRow, at: int, ruleset: Ruleset) -> Iterator[dict[str, Any]]:
    """Yield the tests of one row of a rule: those of the row alone, then its joins.

    Facts of different records never join: every fact carries its record's number, `r`. And a
    join of several tests reads out of bounds in the engine where the last fails; so every fact
    carries `z`, which is 1 everywhere, and the last test is one that always holds. It is no
    equality, which the engine would write out and hash for each fact.
    """
    yield {"t": ruleset.kinds[row.kind].number}
    for limit in row.alone:
        yield _ordered(limit, limit.number)
    for join in row.joins:
        yield _ordered(join, {f"m{join.row}": join.other})
    if at:
        yield {"r": {"m0": "r"}}
        yield {"$gte": {"z": {"m0": "z"}}}


def _ordered(test: Limit | Join, value: object) -> dict[str, Any]:
    if test.order == "==":
        return {test.name: value}
    return {_SYMBOLS[test.order]: {test.name: value}}


def fact_text(number: int, kind: int, record: int, properties: Mapping[str, int]) -> str:
    """Return a fact as the engine's JSON, with its number in the batch and its record's number."""
    return fact_of_rest(number, record, rest_of_fact(kind, properties))


def rest_of_fact(kind: int, properties: Mapping[str, int]) -> str:
    """Return what of such a fact is the same in whichever batch and record it stands."""
    return json.dumps({"t": kind, "z": 1, **properties}, separators=(",", ":"))[1:]


def fact_of_rest(number: int, record: int, rest: str) -> str:
    """Return a fact of such a rest; more properties may stand before it, as JSON."""
    return f'{{"id":{number},"r":{record},{rest}'


def fact_template(kind: int, properties: Iterable[tuple[str, str]]) -> str:
    """Return Python's f-string that writes such a fact from the variables `id` and `record`.

    `properties` are names, and what writes each one's number in an f-string.
    """
    parts = ['"id":{id}', '"r":{record}', f'"t":{kind}', '"z":1']
    parts += [f'"{name}":{number}' for name, number in properties]
    # Quoted threefold, since it holds quotation marks of both kinds, also in its expressions.
    return f"f'''{{{{{','.join(parts)}}}}}'''"


def batch_text(facts: Sequence[str], number: int) -> str:
    """Return a batch as the engine's JSON, ended by the sentinel, which has this number."""
    sentinel = f'{{"id":{number},"t":{SENTINEL},"z":1}}'
    return f"[{','.join((*facts, sentinel))}]"


# The engine


def _module() -> Any:
    try:
        import durable_rules_engine  # noqa: PLC0415 - only the audit needs it: `--help` is fast
    except ImportError:
        raise EngineUnusable(cannot_import()) from None
    return durable_rules_engine


@cache
def _warm_up() -> None:
    """Allocate and free a large block; once, since from then on it would be filled with zeros."""
    del_me = bytes(_WARM_UP_BYTES)
    del del_me


def _members(numbers: Sequence[str], rows: int, members: int) -> set[Members]:
    """Return the numbers of the first `members` facts of each match, of those of all its `rows`."""
    if members == 1:
        return set(numbers[::rows])
    return set(zip(*[numbers[row::rows] for row in range(members)], strict=True))


class Engine:
    """One ruleset, ready to match batches of facts, one session at a time."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._rows = {name: (len(rule.rows), rule.members) for name, rule in ruleset.rules.items()}
        self._module = _module()
        self._ruleset = ruleset

    @cached_property
    def _definition(self) -> str:
        return json.dumps(definition_of(self._ruleset))

    @cached_property
    def _handle(self) -> int:
        """The engine's own number of the ruleset: made for the next batch, which may never come.

        A small audit has no facts for half of the rulesets.
        """
        _warm_up()
        name = f"casecheck-{next(_names)}"
        handle: int = self._module.create_ruleset(name, self._definition)
        return handle

    def matches(self, batch: str) -> Matches:
        """Return each rule's matches of a batch: the numbers of the facts of its members.

        Raises:
            EngineFailure: where the engine refused the batch, or cut it short.
        """
        try:
            found = self._found(batch)
        except Exception as error:
            # Deleting a session that was cut short may free what it never had: leave it, and go on
            # with a new ruleset, made for the next batch.
            self.__dict__.pop("_handle", None)
            if isinstance(error, EngineFailure):
                raise
            raise EngineFailure(f"the engine refused the batch ({type(error).__name__})") from None
        self._module.delete_state(self._handle, None)
        return found

    def _found(self, batch: str) -> dict[str, set[Members]]:
        handle, following = self._handle, self._module.complete_and_start_action
        status, session = self._module.assert_facts(handle, batch)
        if status not in _ACCEPTED:
            raise EngineFailure(f"the engine answered with status {status}")
        _, message = self._module.start_action_for_state(handle, session)
        found: dict[str, set[Members]] = {}
        complete = False
        # A message holds the matches of one rule, each with the facts of all its rows in the order
        # of the rule (a test holds the engine to it), written out in full, the id first. To look
        # for the ids alone is ten times as quick as to read the message as JSON.
        while message:
            rule = message[2 : message.index('"', 2)]
            if rule == END:
                complete = True
            else:
                rows, members = self._rows[rule]
                numbers = _IDS(message)
                if not numbers or len(numbers) % rows:
                    raise EngineFailure("the engine's answer does not fit its rule")
                matches = _members(numbers, rows, members)
                found[rule] = found[rule] | matches if rule in found else matches
            message = following(handle, session)
        if not complete:
            raise EngineFailure("the batch of facts was cut short")
        return found
