"""Find in lessons what loading cannot: missing examples, and words that do harm or say nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from casecheck.authoring import catalogue
from casecheck.authoring.boundaries import (
    UNITS,
    CheckNumbers,
    ConceptNumbers,
    Number,
    concepts_of,
)
from casecheck.authoring.catalogue import Lint
from casecheck.authoring.growth import growing, rows_of
from casecheck.authoring.pages import concept_pages
from casecheck.authoring.unused import asked_of_concepts, unasked_groups
from casecheck.authoring.wording import (
    accusations,
    broken_promise,
    persons_shown,
    says_nothing,
    spoken,
)
from casecheck.engine.compiling import compile_lesson
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Concept, Lesson, Parameter, Rules
from casecheck.lessons.nodes import Node, Place
from casecheck.lessons.page_files import read_page_text
from casecheck.lessons.periods import ALWAYS
from casecheck.lessons.template import unwritten
from casecheck.lessons.yaml_nodes import read_page
from casecheck.record.contradictions import contradictions
from casecheck.record.validation import read_record
from casecheck.results import Outcome
from casecheck.truth.indexed_reading import IndexedReading
from casecheck.truth.known import Known


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing found: where it is, its code, what is wrong, and the fix."""

    file: str
    line: int
    column: int
    code: str
    message: str
    fix: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {self.code} {self.message}: {self.fix}"


def lint(rules: Rules) -> list[Problem]:
    """Return every problem of the lessons and of the concepts beside them, by file and place.

    Whether the numbers of a concept are proved can be said only where all its lessons are here.

    Raises:
        RulesError: of a lesson that asks more than the engine can do.
    """
    for lesson in rules.lessons:
        compile_lesson(lesson)
    found = set(_missing_sides(rules))
    for lesson in rules.lessons:
        page = read_page(read_page_text(Path(lesson.file)), lesson.file)
        found.update(_missing_outcomes(lesson))
        found.update(_parameters(lesson, page))
        found.update(_names(lesson))
        found.update(accusing(page))
        found.update(_identifying(page, rules.concepts))
    found.update(warnings_of(rules))
    for file in concept_pages(rules):
        found.update(accusing(read_page(read_page_text(file), str(file))))
    return sorted(found)


def warnings_of(rules: Rules) -> list[Problem]:
    """Return what is wrong with lessons whatever their examples say: whoever runs them is told.

    Texts that are still those of a new page, and checks that grow too much with a record.
    """
    found: set[Problem] = set()
    for lesson in rules.lessons:
        page = read_page(read_page_text(Path(lesson.file)), lesson.file)
        found.update(_unwritten(page))
        found.update(_multiplying(lesson, rules.concepts))
    return sorted(found)


def unused_concepts(rules: Rules) -> list[Problem]:
    """Return the concepts, the fields of one, and the groups of codes that nothing asks for.

    It means something only where all lessons that may ask for them are among these.
    """
    asked = asked_of_concepts(rules)
    found: set[Problem] = set()
    left_out = [Path(review.folder) for review in rules.left_out]
    for file in {concept.file for concept in rules.concepts.values()}:
        if any(folder.is_relative_to(Path(file).parent) for folder in left_out):
            continue  # a lesson there may ask for it
        page = read_page(read_page_text(Path(file)), file).value["concepts"]
        for concept in (one for one in rules.concepts.values() if one.file == file):
            if concept.name not in asked:
                message = f"no check asks for the concept `{concept.name}`"
                place = page.keys[concept.name]
                found.add(problem(catalogue.UNUSED, place, message, _UNUSED_FIX))
                continue
            rows = page.value[concept.name].value["rows"].value
            for name in concept.rows[0].fields.keys() - asked[concept.name]:
                place = rows[0].value["fields"].keys[name]
                message = f"nothing reads the field `{name}` of the concept `{concept.name}`"
                found.add(problem(catalogue.UNUSED, place, message, _UNUSED_FIX))
    for group in unasked_groups(rules):
        if not any(one.is_relative_to(Path(group.place.file).parent) for one in left_out):
            message = f"no condition names the group of codes `{group.name}`"
            found.add(problem(catalogue.UNUSED, group.place, message, _UNUSED_FIX))
    return sorted(found)


_UNUSED_FIX = "take it out, or write the check that asks for it"


def outcomes_without_example(lesson: Lesson) -> list[tuple[str, Outcome]]:
    """Return each check's outcomes that no example of the lesson expects.

    Every check can have all four: each looks at rows of some section, and a section may be empty,
    or not in the extract; and the loader refuses conditions that can never hold.
    """
    shown = {pair for one in lesson.examples for pair in one.expect.items()}
    wanted = [(check.id, outcome) for check in lesson.checks for outcome in Outcome]
    return [pair for pair in wanted if pair not in shown]


def _missing_outcomes(lesson: Lesson) -> Iterator[Problem]:
    places = {check.id: check.place for check in lesson.checks}
    for name, outcome in outcomes_without_example(lesson):
        message = f"`{name}` has no example that ends in `{outcome}`"
        fix = f"add one that expects {{{name}: {outcome}}}"
        yield problem(catalogue.OUTCOME, places[name], message, fix)
    told = {(check, kind) for one in lesson.examples for check, kind in one.falls_short.items()}
    for check in lesson.checks:
        kinds = (one.kind for population in check.populations for one in population.shortfalls)
        for kind in dict.fromkeys(kinds):
            if (check.id, kind) not in told:
                message = f"`{check.id}` has no example of a breach that is told as `{kind}`"
                fix = f"add one that expects {{{check.id}: {kind}}}"
                yield problem(catalogue.OUTCOME, check.place, message, fix)


def _multiplying(lesson: Lesson, concepts: Mapping[str, Concept]) -> Iterator[Problem]:
    for one in growing(lesson, concepts):
        rows = " with ".join(
            f"{rows_of(kind, concepts):,} {kind} (`{name}`)" for name, kind in one.rows.items()
        )
        message = (
            f"`{one.check.id}` multiplies rows, in {one.of}: in a large family {rows} come to"
            f" {one.ways:,} combinations, and a record with more than {one.limit:,} is refused"
        )
        untied = " and ".join(f"`{name}`" for name in one.untied) or "its rows"
        fix = (
            f"tie {untied} to a row before by a reference or a window of days, or ask of fewer rows"
        )
        yield problem(catalogue.MULTIPLIES, one.check.place, message, fix)


def _unwritten(page: Node) -> Iterator[Problem]:
    for place in unwritten(page):
        message = "this text is still the example of a new page"
        yield problem(catalogue.UNWRITTEN, place, message, "write your own")


# --- numbers ---


def _missing_sides(rules: Rules) -> Iterator[Problem]:
    """Yield the numbers of checks and concepts that lack an example on one of their sides."""
    concepts = {name: ConceptNumbers(one) for name, one in rules.concepts.items()}
    for lesson in rules.lessons:
        checks = {check.id: CheckNumbers(lesson, check) for check in lesson.checks}
        for example in lesson.examples:
            record = read_record(json.dumps(example.record).encode())
            reading = IndexedReading(Known(record, contradictions(record)), rules.concepts)
            named = [one for check, one in checks.items() if check in example.expect]
            for one in named:
                one.read(reading, example.name)
            kinds = {kind for one in named for kind in concepts_of(one.check)}
            for name in kinds & concepts.keys():
                concepts[name].read(reading, example.name)
        for check, one in checks.items():
            yield from _one_sided(one.numbers, f"`{check}`")
    for name, concept in concepts.items():
        yield from _one_sided(concept.numbers, f"a check that asks for `{name}`")


def _one_sided(numbers: Iterable[Number], whose: str) -> Iterator[Problem]:
    for number in numbers:
        for side, shown in ((True, number.holds), (False, number.fails)):
            if not shown:
                yield _one_side(number, whose, side)


def _one_side(number: Number, whose: str, side: bool) -> Problem:
    unit = number.unit
    stands = "only just holds" if side else f"fails by one {unit}"
    message = f"in no example of {whose}, all else being so, `{number.condition.text}` {stands}"
    if number.period != ALWAYS:
        message += f" {number.period}"
    if side in number.nearest:
        away, example = number.nearest[side]
        units = unit if away == 1 else UNITS[unit]
        message += f" (the nearest, `{example}`, is {away:,} {units} from it)"
    fix = (
        f"add one on the last {unit} for which it holds"
        if side
        else f"add one on the first {unit} for which it does not hold"
    )
    return problem(catalogue.NUMBER, number.condition.place, message, fix)


# --- parameters ---


def _parameters(lesson: Lesson, page: Node) -> Iterator[Problem]:
    counted = _counted_by(lesson)
    for name, parameter in lesson.parameters.items():
        parts = page.value["parameters"].value[name].value
        if says_nothing(parameter.basis):
            message = f"the basis of `{name}` does not say why it is this number"
            fix = "say who set it and where, or that it is a working assumption, and why"
            yield problem(catalogue.BASIS, parts["basis"].place, message, fix)
        if told := _wrong_unit(parameter, counted.get(name, set())):
            yield problem(catalogue.UNIT, parts["unit"].place, *told)


def _wrong_unit(parameter: Parameter, counted: set[str]) -> tuple[str, str] | None:
    others = counted - {parameter.unit}
    if not others:
        return None
    (by,) = others
    if parameter.unit in counted:
        message = f"conditions count `{parameter.name}` by {parameter.unit} and by {by}"
        return message, "make two parameters of it, each with its own unit"
    message = f"conditions count `{parameter.name}` by {by}, not by {parameter.unit}"
    return message, f"write `unit: {by}`, or change the condition"


def _counted_by(lesson: Lesson) -> dict[str, set[str]]:
    """Return, for each parameter, the units by which conditions count it."""
    counted: dict[str, set[str]] = {}
    for condition in _conditions(lesson):
        for name, unit in condition.counted:
            counted.setdefault(name, set()).add(unit)
    for way in (way for check in lesson.checks for one in check.populations for way in one.ways):
        if way.at_least and way.at_least.parameter:
            counted.setdefault(way.at_least.parameter, set()).add("rows")
    return counted


def _conditions(lesson: Lesson) -> Iterator[Condition]:
    for check in lesson.checks:
        for one in check.populations:
            yield from one.where
            for alternative in one.ways:
                yield from alternative.conditions


# --- words ---


def _names(lesson: Lesson) -> Iterator[Problem]:
    for example in lesson.examples:
        expected = set(example.expect.values())
        if said := broken_promise(example.name, expected):
            message = f"the name of `{example.name}` says `{said}`, and it expects otherwise"
            fix = "name what is special about the record, or correct what is expected"
            yield problem(catalogue.NAME, example.place, message, fix)


def accusing(page: Node) -> Iterator[Problem]:
    """Yield the words of a page that pass a verdict on somebody."""
    for text in spoken(page):
        for place, words, accusation in accusations(text):
            message = f"`{words}` {accusation.why}"
            yield problem(catalogue.ACCUSES, place, message, accusation.instead)


def _identifying(page: Node, concepts: Mapping[str, Concept]) -> Iterator[Problem]:
    for place, path, whose in persons_shown(page, concepts):
        message = f"the message shows `{{{path}}}`, the id of {whose}"
        fix = "take it out; the finding points to the row already"
        yield problem(catalogue.IDENTIFIES, place, message, fix)


def problem(found: Lint, place: Place, message: str, fix: str) -> Problem:
    """Return what was found, with its code."""
    return Problem(place.file, place.line, place.column, found.code, message, fix)
