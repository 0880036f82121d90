"""Keep on disk what is worked out of rules alone: many audits ask by the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from casecheck.lessons.lesson import Lesson, Rules
from casecheck.text import kept

WORTH_KEEPING = 3
"""What is worked out of lessons of so many checks is kept."""
Made = TypeVar("Made")


def is_kept(rules: Rules) -> bool:
    """Say whether what is worked out of these rules is kept."""
    return kept.folder() is not None and sum(len(one.checks) for one in rules.lessons) >= (
        WORTH_KEEPING
    )


def kept_of(rules: Rules, what: str, make: Callable[[], Made]) -> Made:
    """Return what `make` returns, which may depend on nothing but the rules."""
    if not is_kept(rules):
        return make()
    checks = [(lesson.id, [check.id for check in lesson.checks]) for lesson in rules.lessons]
    return kept.kept(what, repr((rules.digest, checks)), make)


def kept_of_lesson(rules: Rules, lesson: Lesson, what: str, make: Callable[[], Made]) -> Made:
    """Return what `make` returns, which may depend on one lesson of the rules, and on concepts.

    So where one page was edited, what was made of the others is at hand.
    """
    made_of = rules.made_of.get(lesson.id)
    if made_of is None or not is_kept(rules):
        return make()
    return kept.kept(what, repr((made_of, [check.id for check in lesson.checks])), make)
