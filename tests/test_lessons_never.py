"""Conditions that can never hold together are seen, and none that may hold is taken for one."""

from __future__ import annotations

import pytest
from test_lessons_conditions import read

from casecheck.lessons.condition import Condition
from casecheck.lessons.never import which_never, why_never


def never(*texts: str) -> str | None:
    conditions = [read(text) for text in texts]
    for condition in conditions:
        assert isinstance(condition, Condition), condition
    return why_never([one.alternatives for one in conditions if isinstance(one, Condition)])


NEVER = [
    ("plan.level == 'early_help'", "plan.level == 'looked_after'"),
    ("plan.level == 'early_help'", "plan.level != 'early_help'"),
    (
        "plan.level in ('early_help', 'looked_after')",
        "plan.level not in ('early_help', 'looked_after')",
    ),
    (
        "plan.level not in ('early_help', 'child_in_need')",
        "plan.level not in ('child_protection', 'looked_after')",
    ),
    ("meeting.plan_updated", "not meeting.plan_updated"),
    ("'police' in meeting.attended", "'police' not in meeting.attended"),
    ("happened(plan.end)", "not happened(plan.end)"),
    ("plan.start < other.start", "other.start < plan.start"),
    (
        "plan.start < other.start",
        "other.start <= risk.identified_on",
        "risk.identified_on <= plan.start",
    ),
    ("plan.start + days <= other.start", "other.start < plan.start + 28"),
    ("or_today(plan.end) > today",),
    ("opened_on > today",),
    ("plan.start == opened_on", "plan.start < opened_on"),
    ("plan == other", "plan != other"),
    ("count(meeting.attended) >= 17",),
    ("count(meeting.attended) < 0",),
    ("count(meeting.attended) > 3", "count(meeting.attended) <= 3"),
    ("workdays(plan.start, today) > 5", "workdays(plan.start, today) <= 5"),
    ("plan.level == 'early_help' or plan.level == 'looked_after'", "plan.level == 'child_in_need'"),
]
PERHAPS = [
    ("plan.level == 'early_help'", "other.level == 'looked_after'"),
    ("plan.category != 'neglect'", "plan.category != 'multiple'"),
    ("plan.level == 'early_help' or plan.level == 'looked_after'", "plan.level == 'looked_after'"),
    ("meeting.plan_updated", "not meeting.child_views"),
    ("plan.start <= other.start", "other.start <= plan.start"),
    ("plan.start + 28 <= other.start", "other.start <= plan.start + days"),
    ("plan.start >= today",),
    ("action.due > today",),
    # Of a case that was closed, a row's day may be after its today.
    ("plan.start > today",),
    ("plan.start + 1 > today + 1",),
    ("plan.start >= today + 1",),
    ("not (plan.end < other.start)", "not (plan.end >= other.start)"),
    ("not (plan.end == other.start)",),
    ("count(meeting.attended) >= 16",),
    ("count(meeting.attended) <= 0",),
    ("plan != other",),
    ("workdays(plan.start, today) > 5", "workdays(plan.start, today) <= 6"),
    ("person.born > today",),
    (),
]


@pytest.mark.parametrize("texts", NEVER)
def test_what_can_never_hold(texts: tuple[str, ...]) -> None:
    assert never(*texts)
    assert never(*reversed(texts))


@pytest.mark.parametrize("texts", PERHAPS)
def test_what_may_hold(texts: tuple[str, ...]) -> None:
    assert never(*texts) is None


def test_each_choice_of_alternatives_is_tried() -> None:
    either = "plan.level == 'early_help' or plan.level == 'looked_after'"
    days = ["plan.start != today - 1", "other.start != today", "risk.identified_on != today"]
    assert never(*days, either, "plan.level == 'looked_after'") is None
    assert never(*days, either, "plan.level == 'child_in_need'")


AT_ONCE = "one would have to be both less and more than the other"
BEYOND = "neither the start of involvement nor `or_today(...)` lies after today"


@pytest.mark.parametrize(
    ("texts", "which", "reason"),
    [
        (("plan.start <= other.start", "or_today(plan.end) > today"), (1, 1), BEYOND),
        (("count(meeting.attended) >= 17",), (0, 0), BEYOND),
        (("plan.start < other.start", "plan == other", "other.start < plan.start"), (0, 2),
            AT_ONCE),
        (
            ("meeting.plan_updated", "plan.start == opened_on", "plan.start < opened_on"),
            (1, 2),
            AT_ONCE,
        ),
        (("plan.start < opened_on", "opened_on < other.start", "other.start < plan.start"), None,
            AT_ONCE),
    ],
)  # fmt: skip
def test_the_two_that_cannot_both_hold_are_named(
    texts: tuple[str, ...], which: tuple[int, int] | None, reason: str
) -> None:
    conditions = [read(text) for text in texts]
    alternatives = [one.alternatives for one in conditions if isinstance(one, Condition)]
    assert which_never(alternatives) == which
    assert (never(*texts) or "").startswith(reason)
