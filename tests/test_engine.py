"""The engine by itself: what it hands back, and what becomes of a batch that it cannot evaluate."""

from __future__ import annotations

import importlib.abc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import durable_rules_engine
import pytest

from casecheck.engine.build import CURE, cannot_import
from casecheck.engine.durable import MATCHES_AT_ONCE, Engine, EngineFailure, EngineUnusable
from casecheck.engine.ruleset import Join, Kind, Pattern, Rule, RuleRow, Ruleset

MAX_MEMBERS = 16
"""The most facts that the engine joins in one match."""
KINDS = {name: Kind(name, number) for number, name in enumerate(("tools", "later"), 1)}


def row(kind: str, *joins: Join) -> RuleRow:
    return RuleRow(kind, Pattern((), (), ()), (), joins)


def ruleset(**rules: tuple[int, list[RuleRow]]) -> Ruleset:
    """Return rules of these rows, the first so many of which are members of the instance."""
    return Ruleset(
        KINDS, {name: Rule(tuple(rows), members) for name, (members, rows) in rules.items()}, ()
    )


TOOL = row("tools")
LATER = row("later", Join("a", ">=", 0, "a"))
RULES = ruleset(tools=(1, [TOOL]), pairs=(2, [TOOL, LATER]), firsts=(1, [TOOL, LATER]))


def batch(*facts: str) -> str:
    numbered = [f'{{"id":{number},{fact}}}' for number, fact in enumerate(facts, start=1)]
    return f"[{','.join((*numbered, sentinel(len(facts) + 1)))}]"


def sentinel(number: int) -> str:
    return f'{{"id":{number},"t":0,"z":1}}'


GOOD = batch(
    '"t":1,"z":1,"r":1,"a":4',
    '"t":2,"z":1,"r":1,"a":5',
    '"t":1,"z":1,"r":1,"a":6',
    '"t":2,"z":1,"r":1,"a":6',
)
FOUND = {
    "tools": {"1", "3"},
    "pairs": {("1", "2"), ("1", "4"), ("3", "4")},
    "firsts": {"1", "3"},
}


def test_each_match_is_told_by_the_numbers_of_its_members() -> None:
    engine = Engine(RULES)
    assert engine.matches(GOOD) == FOUND
    assert engine.matches(GOOD) == FOUND


def test_a_rule_that_matches_nothing_is_not_told() -> None:
    engine = Engine(RULES)
    assert engine.matches(batch()) == {}
    assert engine.matches(batch('"t":2,"z":1,"r":1,"a":4')) == {}
    assert engine.matches(batch('"t":7,"z":1,"r":1')) == {}
    assert engine.matches(batch('"t":1,"z":1,"r":1,"a":4')) == {
        "tools": {"1"},
    }


def test_engines_of_the_same_rules_and_of_others_do_not_touch() -> None:
    first, second = Engine(RULES), Engine(RULES)
    other = Engine(ruleset(tools=(1, [row("later")])))
    for _ in range(3):
        assert first.matches(GOOD) == FOUND
        assert other.matches(GOOD) == {"tools": {"2", "4"}}
        assert second.matches(GOOD) == FOUND


@pytest.mark.parametrize(
    "number", [MATCHES_AT_ONCE - 1, MATCHES_AT_ONCE, MATCHES_AT_ONCE + 1, 2 * MATCHES_AT_ONCE + 1]
)
def test_matches_are_taken_message_after_message(number: int) -> None:
    engine = Engine(ruleset(tools=(1, [TOOL])))
    found = engine.matches(batch(*['"t":1,"z":1,"r":1'] * number))
    assert found == {"tools": {str(one) for one in range(1, number + 1)}}


def test_a_match_tells_of_as_many_members_as_the_engine_can_join() -> None:
    engine = Engine(ruleset(all=(MAX_MEMBERS, [TOOL] * MAX_MEMBERS)))
    assert engine.matches(batch('"t":1,"z":1,"r":1')) == {"all": {("1",) * MAX_MEMBERS}}


# --- what cannot be evaluated --------------------------------------------------------------------

MANY = ",".join(f'"p{number}":1' for number in range(300))
BROKEN = {
    "a repeated number": GOOD.replace('"id":2', '"id":1'),
    "the sentinel's number taken": GOOD.replace('"id":5', '"id":1'),
    "null in a join": GOOD.replace('"a":5', '"a":null'),
    "a property missing of the older": GOOD.replace(',"a":4', ""),
    "an exponent": GOOD.replace('"a":5', '"a":5e0'),
    "too many properties": GOOD.replace('"a":5', f'"a":5,{MANY}'),
    "ids that are not written as ours are": GOOD.replace('"id":', '"id": '),
    "text that ends too soon": GOOD[: GOOD.index('"a":6')],
    "no sentinel": GOOD.replace(f",{sentinel(5)}", ""),
    "no sentinel, and nothing matched": '[{"id":1,"t":2,"z":1,"r":1,"a":4}]',
}


class Watched:
    """The engine's module, with a note of each call of two of its functions."""

    def __init__(self) -> None:
        self.created = 0
        self.deleted: list[int] = []

    def create_ruleset(self, name: str, definition: str) -> Any:
        self.created += 1
        return durable_rules_engine.create_ruleset(name, definition)

    def delete_state(self, handle: int, session: str | None) -> Any:
        self.deleted.append(handle)
        return durable_rules_engine.delete_state(handle, session)

    def __getattr__(self, name: str) -> Any:
        return getattr(durable_rules_engine, name)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    module = Watched()
    monkeypatch.setitem(sys.modules, "durable_rules_engine", module)
    return module


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_batch_that_was_not_evaluated_whole_is_a_failure_and_the_next_is_right(
    broken: str, watched: Watched
) -> None:
    engine = Engine(RULES)
    for failures in (1, 2):
        with pytest.raises(EngineFailure) as failure:
            engine.matches(broken)
        assert "{" not in str(failure.value)  # no content of the record
        assert failure.value.__suppress_context__ or failure.value.__context__ is None
        # A new ruleset takes the place of the one whose session may not be deleted.
        assert (watched.created, len(watched.deleted)) == (failures, failures - 1)
        assert engine.matches(GOOD) == FOUND
        assert watched.created == 1 + failures
        assert len(watched.deleted) == failures
    assert len(set(watched.deleted)) == 2


def test_the_state_of_every_session_that_ended_well_is_deleted(watched: Watched) -> None:
    engine = Engine(RULES)
    for _ in range(5):
        engine.matches(GOOD)
        engine.matches(batch())
    assert (watched.created, len(watched.deleted)) == (1, 10)


def test_a_ruleset_that_cannot_be_made_is_a_failure_and_is_made_for_the_next_batch(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(_name: str, _definition: str) -> int:
        raise MemoryError

    engine = Engine(RULES)
    with monkeypatch.context() as patch:
        patch.setattr(watched, "create_ruleset", no_memory)
        for _ in range(2):
            with pytest.raises(EngineFailure, match="MemoryError"):
                engine.matches(GOOD)
    assert engine.matches(GOOD) == FOUND


def test_an_error_between_two_messages_is_a_failure(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_handle: int, _offset: int) -> None:
        raise MemoryError

    engine = Engine(RULES)
    with monkeypatch.context() as patch:
        patch.setattr(watched, "complete_and_start_action", broken, raising=False)
        with pytest.raises(EngineFailure, match="MemoryError"):
            engine.matches(GOOD)
    assert engine.matches(GOOD) == FOUND


@pytest.mark.parametrize("facts", [[], [1], [1, 2, 3]])
def test_an_answer_that_does_not_fit_its_rule_is_a_failure(
    facts: list[int], watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two facts make a match of `pairs`: an answer of any other number is not understood."""
    told = ",".join(f'"m{place}":{{"id":{number},"t":1}}' for place, number in enumerate(facts))

    def altered(handle: int, session: int) -> str | None:
        """Give the engine's next message, changed where it is one of pairs."""
        message = durable_rules_engine.complete_and_start_action(handle, session)
        return f'{{"pairs":[{{{told}}}]}}' if message and "pairs" in message else message

    engine = Engine(RULES)
    with monkeypatch.context() as patch:
        patch.setattr(watched, "complete_and_start_action", altered, raising=False)
        with pytest.raises(EngineFailure):
            engine.matches(GOOD)
    assert engine.matches(GOOD) == FOUND


# --- an engine that cannot be used ----------------------------------------------------------------


def test_an_engine_that_is_not_there_is_told_with_its_cure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(EngineUnusable) as unusable:
        Engine(RULES)
    assert str(unusable.value) == cannot_import()
    assert unusable.value.__suppress_context__


class WronglyBuilt(importlib.abc.MetaPathFinder):
    """Fails as the engine does that was built for Python 3.13 without the flags it needs."""

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> None:
        if fullname == "durable_rules_engine":
            raise ImportError("undefined symbol: PyEval_CallObject")


def test_an_engine_that_was_built_wrongly_is_told_with_its_cure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "durable_rules_engine")
    monkeypatch.setattr(sys, "meta_path", [WronglyBuilt(), *sys.meta_path])
    with pytest.raises(EngineUnusable, match="cannot be imported"):
        Engine(RULES)


def test_the_cure_is_a_command_that_builds_the_engine_as_it_must_be() -> None:
    for part in (
        "-O2",
        "-DPyEval_CallObject=PyObject_CallObject",
        "--no-cache-dir",
        "--no-binary durable_rules",
        "durable_rules==2.0.28",
    ):
        assert part in CURE


def test_the_engine_is_imported_only_when_there_is_something_to_match() -> None:
    code = (
        "import sys, casecheck.audit.auditor, casecheck.lessons.loading;"
        "print('durable_rules_engine' in sys.modules)"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True
    )
    assert done.stdout == "False\n"


def modules_that_import_the_engine() -> Iterator[str]:
    for path in sorted((Path(__file__).parent.parent / "casecheck").rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if any(line.strip().startswith(("import durable", "from durable")) for line in lines):
            yield path.name


def test_one_module_alone_touches_the_engine() -> None:
    assert list(modules_that_import_the_engine()) == ["durable.py"]
