"""What many tests need alike is made once in a process: the shipped rules, and compiled lessons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from casecheck.audit import lesson_auditor as lesson_audit
from casecheck.audit.auditor import Auditor
from casecheck.audit.lesson_auditor import LessonAuditor
from casecheck.lessons.lesson import Lesson, Rules
from casecheck.lessons.loading import load_rules
from casecheck.lessons.settings import Settings

SHIPPED = Path(__file__).parent.parent / "rules"
MOST_COMPILED = 300
_loaded: dict[str, Rules] = {}
_compiled: dict[tuple[str, str, object], LessonAuditor] = {}
"""By the digest of the rules, which is that of pages and settings, the lesson, and the engine."""


def load_once(
    folder: Path,
    chosen: Settings = Settings(),  # noqa: B008
    more: Sequence[Path] = (),
) -> Rules:
    """Load the shipped rules once, since they are always the same; others anew."""
    if not all(one.resolve().is_relative_to(SHIPPED) for one in (folder, *more)):
        return load_rules(folder, chosen, more)
    asked = repr((folder, chosen, more))
    if asked not in _loaded:
        _loaded[asked] = load_rules(folder, chosen, more)
    return _loaded[asked]


def compile_once(lesson: Lesson, rules: Rules) -> LessonAuditor:
    """Compile a lesson once, whatever files its page was in.

    Not while a test has changed what compiling does, but for the engine: it would last.
    """
    key = rules.digest, lesson.id, lesson_audit.Engine
    if key not in _compiled:
        if len(_compiled) >= MOST_COMPILED:
            _compiled.clear()
        _compiled[key] = LessonAuditor(lesson, rules)
    return _compiled[key]


def make_once(patch: pytest.MonkeyPatch) -> None:
    """Let commands that run in this process make each once, until the patch is undone."""
    patch.setattr("casecheck.lessons.in_force.load_rules", load_once)
    patch.setattr("casecheck.audit.auditor.LessonAuditor", compile_once)


def auditor_of(rules: Rules) -> Auditor:
    """Return an auditor by rules as they were loaded, with lessons that are compiled once."""
    with pytest.MonkeyPatch.context() as patch:
        make_once(patch)
        return Auditor(rules)
