"""What many tests need alike is made once in a process: the shipped rules, and compiled lessons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from casecheck.audit.auditor import Auditor
from casecheck.audit.lesson_auditor import LessonAuditor
from casecheck.engine import asked_lesson
from casecheck.engine.asked_lesson import Prepared, prepare
from casecheck.lessons import lesson_reader, meaning
from casecheck.lessons.lesson import Concept, Lesson, Rules
from casecheck.lessons.loading import load_rules
from casecheck.lessons.settings import Settings
from casecheck.measures import loading, measuring
from casecheck.measures.asking import AskedMeasure
from casecheck.measures.measure import Measures

SHIPPED = Path(__file__).parent.parent / "rules"
MOST_COMPILED = 300
MOST_READ = 60
Made = TypeVar("Made")
_loaded: dict[str, Rules] = {}
_read: dict[object, Lesson] = {}
"""By all that reading depends on: file and text, settings of lessons named in it, concepts."""
_compiled: dict[object, LessonAuditor] = {}
"""By the digest of the rules, which is that of pages and settings, the lesson, and the engine; and
by what the lesson's page asks: where another page has changed, this lesson has not."""
_measures: dict[str, Measures] = {}
_asked: dict[object, Sequence[AskedMeasure]] = {}
_measures_anew, _in_the_engine_anew = loading.measures_of, measuring.in_the_engine
_prepared: dict[object, Prepared] = {}
"""By the digest of the rules, the lesson and which of its checks are asked."""
_read_anew = lesson_reader.LessonReader.lesson
_of_rules: dict[object, object] = {}
"""By the digest of the rules, the checks in force and what was worked out of them."""
_meanings_anew = meaning.meanings_of


def _keep(kept: dict[object, Made], key: object, made: Made, most: int) -> Made:
    """Keep what was made or used last; that which was not used for longest goes."""
    kept.pop(key, None)
    if len(kept) >= most:
        del kept[next(iter(kept))]
    kept[key] = made
    return made


def _named(text: str, concepts: Mapping[str, Concept]) -> str:
    """Return the concepts that a text names, and those that these name, as text."""
    named: dict[str, str] = {}
    while more := {
        name: repr(concept)
        for name, concept in concepts.items()
        if name not in named and (name in text or any(name in one for one in named.values()))
    }:
        named |= more
    return repr(sorted(named.items()))


def read_once(loader: Any, text: str, file: str, concepts: Mapping[str, Concept]) -> Lesson:
    """Read a page once if there is no fault in it, nor in what was read before."""
    if loader.errors or loader.faulty:
        return _read_anew(loader, text, file, concepts)
    chosen = [one for one in loader.settings.parameters.items() if one[0] in text]
    key = file, text, repr(chosen), _named(text, concepts)
    lesson = _read.get(key) or _read_anew(loader, text, file, concepts)
    return lesson if loader.errors else _keep(_read, key, lesson, MOST_READ)


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
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lesson_reader.LessonReader, "lesson", read_once)
            _loaded[asked] = load_rules(folder, chosen, more)
    return _loaded[asked]


def compile_once(lesson: Lesson, rules: Rules, _prepared: Prepared | None = None) -> LessonAuditor:
    """Compile a lesson once, whatever files its page was in.

    Not while a test has changed what compiling does, but for the engine: it would last.
    """
    engine = asked_lesson.Engine
    of_rules = rules.digest, lesson.id, engine
    if of_rules in _compiled:
        return _keep(_compiled, of_rules, _compiled[of_rules], MOST_COMPILED)
    of_page = repr(replace(lesson, examples=(), background={})), repr(rules.concepts), engine
    made = _compiled.get(of_page) or LessonAuditor(lesson, rules)
    _keep(_compiled, of_rules, made, MOST_COMPILED)
    return _keep(_compiled, of_page, made, MOST_COMPILED)


def kept_once(rules: Rules, what: str, make: Callable[[], Made]) -> Made:
    """Work out once what is worked out of rules alone."""
    checks = tuple((one.id, *(check.id for check in one.checks)) for one in rules.lessons)
    key = what, rules.digest, checks
    made: Any = _of_rules.get(key) or make()
    return cast("Made", _keep(_of_rules, key, made, MOST_READ))


def meanings_once(rules: Rules) -> dict[str, str]:
    return kept_once(rules, "meanings", lambda: _meanings_anew(rules))


def measures_once(rules: Rules) -> Measures:
    """Read the measures beside some lessons once."""
    asked = loading.made_of(rules)
    if asked not in _measures:
        _measures[asked] = _measures_anew(rules)
    return _measures[asked]


def in_the_engine_once(measures: Measures, rules: Rules) -> Sequence[AskedMeasure]:
    """Compile measures once."""
    asked = (measures.digest, loading.made_of(rules), *(one.id for one in measures.measures))
    if asked not in _asked:
        _asked[asked] = _in_the_engine_anew(measures, rules)
    return _asked[asked]


def unused_auditor_of(rules: Rules) -> Auditor:
    """Return an auditor that has audited nothing yet: what its lessons compile to is shared."""

    def prepared(lesson: Lesson, rules: Rules, _: Prepared | None = None) -> LessonAuditor:
        key = rules.digest, lesson.id, tuple(check.id for check in lesson.checks)
        if key not in _prepared:
            _prepared[key] = prepare(lesson, rules.concepts)
        return LessonAuditor(lesson, rules, _prepared[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("casecheck.audit.auditor.LessonAuditor", prepared)
        return Auditor(rules)


def make_once(patch: pytest.MonkeyPatch) -> None:
    """Let commands that run in this process make each once, until the patch is undone."""
    patch.setattr(loading, "measures_of", measures_once)
    patch.setattr(measuring, "in_the_engine", in_the_engine_once)
    patch.setattr("casecheck.lessons.in_force.load_rules", load_once)
    patch.setattr(lesson_reader.LessonReader, "lesson", read_once)
    patch.setattr("casecheck.audit.check_answers.kept_of", kept_once)
    patch.setattr("casecheck.qag.store.run_writer.meanings_of", meanings_once)
    patch.setattr("casecheck.audit.auditor.LessonAuditor", compile_once)


@contextmanager
def made_once() -> Iterator[None]:
    """Let what is loaded and compiled in here be made once."""
    with pytest.MonkeyPatch.context() as patch:
        make_once(patch)
        yield


def auditor_of(rules: Rules) -> Auditor:
    """Return an auditor by rules as they were loaded, with lessons that are compiled once."""
    with made_once():
        return Auditor(rules)
