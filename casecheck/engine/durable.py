"""Match facts with rules in durable-rules, used so that its traps cannot be sprung.

The only module that touches the engine. `docs/engine.md` lists the traps and what keeps each shut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import count
from typing import Any

from casecheck.engine.build import CURE
from casecheck.engine.compiling import END, Ruleset

_ACCEPTED = (0, 1)
"""0: all in order; 1: some fact matched no pattern, which is in order too. 2: a repeated id."""
_IDS = re.compile(r'{"id":(\d+)').findall
# The engine takes some 140 KB for each session and gives it back. Freeing one large block once
# teaches the C library to keep such blocks, not to return them to the system each time: sessions
# then cost a tenth. Elsewhere than in glibc it does nothing.
_WARM_UP_BYTES = 31 << 20


class EngineUnusable(Exception):  # noqa: N818 - says what to do, like ImportError
    """The engine cannot be imported or was built unfit for use; the message is the cure."""


class EngineFailure(Exception):  # noqa: N818 - a failure on one record, not of the program
    """The engine did not evaluate a batch; there is no outcome."""


Members = str | tuple[str, ...]
"""What a match tells: the number of one fact of the batch, as text, or of several in their order.

Alone it stands for itself: a set of texts is made and compared in half the time of one of tuples.
"""
_names = count(1)


def _module() -> Any:
    try:
        import durable_rules_engine  # noqa: PLC0415 - only the audit needs it: `--help` is fast
    except ImportError:
        raise EngineUnusable(f"The rules engine cannot be imported. {CURE}") from None
    return durable_rules_engine


def _members(numbers: Sequence[str], rows: int, members: int) -> set[Members]:
    """Return the numbers of the first `members` facts of each match, of those of all its `rows`."""
    if members == 1:
        return set(numbers[::rows])
    return set(zip(*[numbers[row::rows] for row in range(members)], strict=True))


class Engine:
    """One ruleset, ready to match batches of facts, one session at a time."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._rows = {
            rule: (len(ruleset.places[rule]), members) for rule, members in ruleset.members.items()
        }
        self._module = _module()
        self._definition = json.dumps(ruleset.definition)
        self._handle = self._create()

    def _create(self) -> int:
        del_me = bytes(_WARM_UP_BYTES)
        del del_me
        name = f"casecheck-{next(_names)}"
        handle: int = self._module.create_ruleset(name, self._definition)
        return handle

    def matches(self, batch: str) -> dict[str, set[Members]]:
        """Return each rule's matches of a batch: the numbers of the facts of its members.

        Raises:
            EngineFailure: where the engine refused the batch, or cut it short.
        """
        try:
            found = self._found(batch)
        except Exception as error:
            # Deleting a session that was cut short may free what it never had: leave it, and go on
            # with a new ruleset.
            self._handle = self._create()
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
