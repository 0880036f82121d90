"""Tell how two versions of rules differ on the same records, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from casecheck.authoring.causes import Cause
from casecheck.authoring.comparing import Change, PairCompared, Said, Versions, by_kind
from casecheck.authoring.trial_report import (
    not_looked_at,
    numbers_object,
    rules_named,
    rules_object,
)
from casecheck.authoring.versions import Version
from casecheck.report.audit.repeated import place_words
from casecheck.results import Outcome
from casecheck.text.page import Column, Page, counted
from casecheck.text.printable import printable
from casecheck.truth.plain_reading import Result

_SAID: dict[Said, str] = {
    Result.BREACH: "breach",
    Result.INSUFFICIENT_EVIDENCE: "cannot tell",
    Result.UNSETTLED: "met, if it applies",
    Result.MET: "met",
    None: "not asked",
}
_NOT_ASKED = "not_asked"
_KINDS = {
    "changed": "asks something else",
    "renamed": "renamed",
    "new": "new",
    "gone": "gone",
    "same": "asks the same",
}
_COLUMNS = (
    Column("records, by check", number=False),
    Column("", number=False),
    Column("breach"),
    Column("cannot\ntell"),
    Column("compliant"),
    Column("does not\napply"),
    Column("instances\nchanged", style="breach"),
)


def versions_text(compared: Versions, page: Page) -> Iterator[str]:
    """Yield the lines that compare two versions: each check first, then what changes and why."""
    for name, rules in (("OLD", compared.before), ("NEW", compared.now)):
        lines = list(rules_named(rules, page))
        yield from [f"{name}  {lines[0]}", *lines[1:]]
    yield from page.lines(f"{counted(compared.records, 'record')} compared", 0, 2)
    yield from not_looked_at(compared, page)
    if not compared.records:
        yield from page.lines("No record was compared: nothing is known of the outcomes.", 0, 2)
    yield ""
    yield from _kinds(compared, page)
    told = [one for one in compared.pairs if one.changed or one.pair.kind not in {"same"}]
    if told:
        yield ""
        yield from page.table(_COLUMNS, [row for one in told for row in _rows(one)])
    for one in compared.pairs:
        yield from _moves(one, page)
    yield ""
    words = f"{counted(compared.changed, 'instance')} of checks in both versions"
    ends = "comes out otherwise" if compared.changed == 1 else "come out otherwise"
    yield from page.lines(f"{words} {ends}.", 0, 2, "heading")


def _kinds(compared: Versions, page: Page) -> Iterator[str]:
    for kind, words in _KINDS.items():
        those = by_kind(compared, [kind])
        if kind == "same" and those:
            yield from page.lines(f"{counted(len(those), 'check')} the same in both", 0, 2)
        elif those:
            names = ", ".join(one.pair.name for one in those)
            yield from page.lines(printable(f"{words}: {names}"), 0, 2)
    numbers = {
        f"{one.pair.now.lesson.id} {name}: {before or 'not there'} -> {now or 'not there'}": None
        for one in compared.pairs
        if one.pair.now
        for name, (before, now) in one.pair.parameters.items()
    }
    for words in numbers:
        yield from page.lines(printable(words), 2, 2)


def _rows(one: PairCompared) -> Iterator[list[str]]:
    """Yield a check's outcomes by record in each version that has it."""
    name, changed = one.pair.name, f"{one.changed:,}"
    sides = ((one.pair.before, "OLD"), (one.pair.now, "NEW"))
    for (version, label), counts in zip(sides, one.outcomes, strict=True):
        if version:
            yield [name, label, *(f"{number:,}" for number in counts.values()), changed]
            name = changed = ""


def _moves(one: PairCompared, page: Page) -> Iterator[str]:
    for (before, now), number in one.moves.items():
        yield ""
        words = f"{one.pair.name}: {_SAID[before]} -> {_SAID[now]}, {counted(number, 'instance')}"
        yield from page.lines(printable(words), 0, 2, "heading")
        shown = [kept for kept in one.first if (kept.before, kept.now) == (before, now)]
        for change in shown:
            yield from _change(change, page)
        if number > len(shown):
            yield from page.lines(f"and {number - len(shown):,} more", 2, 2)


def _change(change: Change, page: Page) -> Iterator[str]:
    where = place_words(change.place.file, change.place.line)
    rows = " with ".join(change.pointers)
    yield from page.lines(f"{change.case_id}  {where}  {printable(rows)}", 2, 2)
    for cause in change.causes:
        yield from page.lines(printable(cause_words(cause)), 4, 2)
        if cause.values:
            yield from page.lines(printable(f"({'; '.join(cause.values)})"), 6, 1, "aside")


def cause_words(cause: Cause) -> str:
    """Say by what an instance comes out otherwise."""
    of = cause.part + (f", {cause.means}" if cause.means else "")
    what = f"`{cause.condition}`" if cause.condition else "the whole"
    if not cause.condition and not cause.means:
        what = "the rows that the check is about" if cause.part == "for_each" else "all of it"
    return f"{of}: {what}: {cause.before} in OLD, {cause.now} in NEW"


def versions_object(compared: Versions) -> dict[str, Any]:
    """Return the comparison as what JSON can write."""
    return {
        "old": rules_object(compared.before),
        "new": rules_object(compared.now),
        **numbers_object(compared),
        "changed": compared.changed,
        "checks": [_pair_object(one) for one in compared.pairs],
        "changes": [_change_object(one, change) for one in compared.pairs for change in one.first],
    }


def _pair_object(one: PairCompared) -> dict[str, Any]:
    pair = one.pair
    return {
        "old": _name(pair.before),
        "new": _name(pair.now),
        "is": pair.kind,
        "asks_the_same": pair.asks_the_same,
        "parameters": {
            name: {"old": before or None, "new": now or None}
            for name, (before, now) in pair.parameters.items()
        },
        "outcomes": {
            "old": _counts(one.outcomes[0]) if pair.before else None,
            "new": _counts(one.outcomes[1]) if pair.now else None,
        },
        "instances": [
            {"from": _key(before), "to": _key(now), "count": number}
            for (before, now), number in one.moves.items()
        ],
    }


def _name(of: Version | None) -> dict[str, str] | None:
    return {"lesson": of.lesson.id, "check": of.check.id} if of else None


def _counts(outcomes: dict[Outcome, int]) -> dict[str, int]:
    return {str(outcome): number for outcome, number in outcomes.items()}


def _key(said: Said) -> str:
    return _NOT_ASKED if said is None else str(said)


def _change_object(one: PairCompared, change: Change) -> dict[str, Any]:
    now = one.pair.now
    return {
        "case_id": change.case_id,
        "file": printable(change.place.file),
        "line": change.place.line,
        "lesson": now and now.lesson.id,
        "check": now and now.check.id,
        "pointers": list(change.pointers),
        "from": _key(change.before),
        "to": _key(change.now),
        "because": [_cause_object(cause) for cause in change.causes],
    }


def _cause_object(cause: Cause) -> dict[str, Any]:
    values: Sequence[str] = cause.values
    return {
        "part": cause.part,
        "means": cause.means or None,
        "condition": cause.condition or None,
        "old": cause.before,
        "new": cause.now,
        "values": list(values),
    }
