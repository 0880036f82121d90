"""The changes that `rules mutate` makes of what a function asks."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from casecheck.authoring.condition_changes import Names, rewordings

CODES = {"plan.category": ("neglect", "sexual_abuse", "multiple"),
         "meeting.attended": ("police", "school", "housing")}  # fmt: skip
NAMES = Names(lambda path: CODES.get(path, ()), lambda _: (), lambda _: False)
CHANGES = [
    (
        "before(plan.end, risk.identified_on)",
        [
            "before(plan.end, risk.identified_on - 1)",
            "before(plan.end, risk.identified_on + 1)",
            "not before(plan.end, risk.identified_on)",
        ],
    ),
    ("recorded(meeting.quorate)", ["meeting.quorate", "not recorded(meeting.quorate)"]),
    (
        "same_code(plan.category, 'neglect')",
        ["same_code(plan.category, 'sexual_abuse')", "not same_code(plan.category, 'neglect')"],
    ),
    (
        "lasted(plan.start, plan.end, 28)",
        [
            "lasted(plan.start, plan.end, 27)",
            "lasted(plan.start, plan.end, 29)",
            "not lasted(plan.start, plan.end, 28)",
        ],
    ),
    ("overlaps(plan, link)", ["not overlaps(plan, link)"]),
    (
        "any('police', 'school') in meeting.attended",
        [
            "any('police', 'school') not in meeting.attended",
            "all('police', 'school') in meeting.attended",
            "'school' in meeting.attended",
            "'police' in meeting.attended",
            "any('police', 'school', 'housing') in meeting.attended",
        ],
    ),
    (
        "all(three) in meeting.attended",
        ["all(three) not in meeting.attended", "any(three) in meeting.attended"],
    ),
]


@pytest.mark.parametrize(("condition", "expected"), CHANGES)
def test_what_a_function_asks_is_changed(condition: str, expected: Sequence[str]) -> None:
    assert [one.condition for one in rewordings(condition, NAMES)] == expected


def test_the_later_of_two_days_becomes_each_of_them() -> None:
    changed = {one.condition for one in rewordings("later(a.on, b.on) <= c.on", NAMES)}
    assert {"a.on <= c.on", "b.on <= c.on"} <= changed
    changed = {one.condition for one in rewordings("c.on <= earlier(a.on, b.on) + 28", NAMES)}
    assert {"c.on <= a.on + 28", "c.on <= b.on + 28"} <= changed
