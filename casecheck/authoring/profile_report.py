"""Tell where the cost of rules goes, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from casecheck.authoring.growth import Growth
from casecheck.authoring.joins import JoinStep
from casecheck.authoring.profiling import CheckProfile, Profile
from casecheck.authoring.trial_report import (
    beyond_words,
    cost_object,
    not_looked_at,
    numbers_object,
    rules_named,
    rules_object,
)
from casecheck.text.page import Column, Page, counted
from casecheck.text.printable import printable

_COLUMNS = ("records", "facts", "rows", "combinations", "matches")
_WHAT_TO_DO = (
    "Tie the row to one before it: by a reference (`meeting.plan == plan`), or by a window of days"
    " with two ends (`a.on <= b.on <= a.on + 28`). `or` and `!=` tie nothing. What one row alone"
    " can tell, ask of that row alone: it then never meets the others."
)


def profiles_text(profiles: Sequence[Profile], page: Page) -> Iterator[str]:
    """Yield the lines of some profiles, one after another."""
    for number, one in enumerate(profiles):
        yield from [""] * bool(number)
        yield from _lines(one, page)


def _lines(profile: Profile, page: Page) -> Iterator[str]:
    yield from rules_named(profile.rules, page)
    yield from page.lines(f"{counted(profile.records, 'record')} counted", 0, 2)
    yield from not_looked_at(profile, page)
    if not profile.records:
        yield from page.lines("No record was counted: this says nothing of the cost.", 0, 2)
        return
    yield ""
    timed = any(one.milliseconds is not None for one in profile.checks)
    columns = [Column("check", number=False), *map(Column, _COLUMNS)]
    columns += [Column("ms")] * timed
    yield from page.table(columns, map(_row, profile.checks))
    for one in profile.checks:
        if one.cost.beyond:
            yield from page.lines(beyond_words(one.cost), 0, 2, "alarm")
    yield from _poor(profile, page)
    yield from _growing(profile, page)


def _row(one: CheckProfile) -> list[str]:
    cost = one.cost
    numbers = (cost.records, cost.facts, cost.rows, cost.combinations, cost.matches)
    timed = [] if one.milliseconds is None else [f"{one.milliseconds:,.1f}"]
    return [f"{cost.lesson} {cost.check}", *(f"{number:,}" for number in numbers), *timed]


def _poor(profile: Profile, page: Page) -> Iterator[str]:
    found = [(one, join) for one in profile.checks for join in one.poor]
    yield ""
    if not found:
        words = "Each row that is looked for beside others is held back by its conditions."
        yield from page.lines(words, 0, 2)
        return
    yield from page.lines("Rows whose conditions hold back little", 0, 2, "heading")
    for one, join in found:
        yield from page.lines(printable(join_words(one, join)), 2, 2)
        for text in join.weak:
            words = f"`{text}` leaves {join.passed[text]:,} of {join.tried:,}"
            yield from page.lines(printable(words), 4, 2)
    yield from page.lines(_WHAT_TO_DO)


def join_words(one: CheckProfile, join: JoinStep) -> str:
    """Say how much of what was tried the conditions of a row leave."""
    cost = one.cost
    words = (
        f"{cost.lesson} {cost.check}, {join.of}: of {join.tried:,} combinations with `{join.name}`"
        f" ({join.kind}) its conditions leave {join.kept:,}"
    )
    return words if join.tied else f"{words}, and none of them ties it to a row before"


def _growing(profile: Profile, page: Page) -> Iterator[str]:
    found = [growth for one in profile.checks for growth in one.growth]
    if not found:
        return
    yield ""
    yield from page.lines("In a large family these would be refused (L008)", 0, 2, "heading")
    for growth in found:
        yield from page.lines(printable(_growth_words(growth)), 2, 2)


def _growth_words(growth: Growth) -> str:
    untied = " and ".join(f"`{name}`" for name in growth.untied) or "its rows"
    return (
        f"`{growth.check.id}`, {growth.of}: {growth.ways:,} combinations, of which {growth.limit:,}"
        f" are allowed: tie {untied} to a row before"
    )


def profiles_object(profiles: Sequence[Profile]) -> dict[str, Any]:
    """Return some profiles as what JSON can write."""
    return {"profiles": [_object(one) for one in profiles]}


def _object(profile: Profile) -> dict[str, Any]:
    return {
        **rules_object(profile.rules),
        **numbers_object(profile),
        "checks": [_check_object(one) for one in profile.checks],
    }


def _check_object(one: CheckProfile) -> dict[str, Any]:
    timed = {} if one.milliseconds is None else {"milliseconds": round(one.milliseconds, 1)}
    return {
        "lesson": one.cost.lesson,
        "check": one.cost.check,
        **cost_object(one.cost),
        **timed,
        "records_tried_in_part": one.cut,
        "joins": [
            {
                "of": join.of,
                "row": join.name,
                "kind": join.kind,
                "tried": join.tried,
                "kept": join.kept,
                "tied": join.tied,
                "by_reference": join.by_reference,
                "conditions": join.passed,
                "poor": join.poor,
            }
            for join in one.joins
        ],
        "large_family": [
            {"of": growth.of, "combinations": growth.ways, "limit": growth.limit}
            for growth in one.growth
        ],
    }
