"""What a lesson is compiled to: a ruleset for each way of reading."""

from __future__ import annotations

from dataclasses import dataclass

from casecheck.engine.ruleset import Ruleset
from casecheck.lessons.lesson import Lesson


@dataclass(frozen=True, slots=True)
class CompiledLesson:
    """A lesson for the engine: one ruleset for each way of reading."""

    lesson: Lesson
    exact: Ruleset
    bounded: Ruleset
