"""Find in a response what reading it cannot: names that lead nowhere, and what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from casecheck.authoring import catalogue
from casecheck.authoring.linting import Problem, accusing, problem
from casecheck.lessons.errors import did_you_mean
from casecheck.lessons.lesson import Lesson, Rules
from casecheck.lessons.nodes import Place
from casecheck.lessons.page_files import find_pages, read_page_text
from casecheck.lessons.yaml_nodes import read_page
from casecheck.response.model import LessonLine, Response

_MEASURE = re.compile(r"""^measure:[ \t]*["']?([A-Z][A-Za-z0-9.-]*)""", re.MULTILINE | re.ASCII)


def response_problems(responses: Iterable[Response], rules: Iterable[Rules]) -> list[Problem]:
    """Return every problem of responses, whose lessons stand among the rules.

    Of measures something can be said only where pages of measures stand beside a response.
    """
    lessons = [lesson for each in rules for lesson in each.lessons]
    found: set[Problem] = set()
    for response in responses:
        own = {one.id: one for one in lessons if one.source.review == response.review}
        measures = measures_beside(Path(response.file))
        found.update(_lessons(response, own))
        found.update(_answers(response, {one.id for one in lessons}, measures))
        found.update(accusing(read_page(read_page_text(Path(response.file)), response.file)))
    return sorted(found)


def measures_beside(page: Path) -> dict[str, str]:
    """Return the measures whose pages stand in the folder of a response, with their pages."""
    pages = [(one, _MEASURE.search(read_page_text(one))) for one in find_pages(page.parent)]
    return {found[1]: str(one) for one, found in pages if found}


def _lessons(response: Response, pages: Mapping[str, Lesson]) -> Iterator[Problem]:
    themes = {finding.id: finding.theme for finding in response.findings}
    for line in response.lessons:
        if line.id not in pages:
            message = f"no lesson `{line.id}` of the review `{response.review[:64]}`"
            yield _linked(line.place, message, did_you_mean(line.id, pages))
        else:
            yield from _as_the_page(line, themes[line.finding], pages[line.id])
    there = {line.id for line in response.lessons}
    for name in pages.keys() - there:
        message = f"nothing is said of the lesson {name}, which is of this review"
        yield _linked(
            _head(response), message, f"add it under its finding, {pages[name].source.finding}"
        )


def _as_the_page(line: LessonLine, theme: int, lesson: Lesson) -> Iterator[Problem]:
    source = lesson.source
    if (line.finding, theme) != (source.finding, source.theme):
        message = f"{line.id} stands under {line.finding} of theme {theme}"
        fix = f"its page says {source.finding} of theme {source.theme}: mend one of the two"
        yield _linked(line.place, message, fix)


def _answers(
    response: Response, lessons: set[str], measures: Mapping[str, str]
) -> Iterator[Problem]:
    if not measures:
        return
    for how in response.how:
        for name in how.answered_by:
            if name not in measures and name not in lessons:
                message = f"{how.id} is answered by `{name}`, which is no measure and no lesson"
                yield _linked(how.place, message, did_you_mean(name, {*measures, *lessons}))
    for form in response.forms:
        if form.measure not in measures:
            message = f"figures are entered for `{form.measure}`, which is no measure"
            yield _linked(form.place, message, did_you_mean(form.measure, measures))
    named = {name for how in response.how for name in how.answered_by}
    for name in sorted(measures.keys() - named):
        message = f"the measure {name} answers no line"
        yield _linked(
            _head(response), message, "name it in `answered_by` of the line that it answers"
        )


def _head(response: Response) -> Place:
    return Place(response.file, 1, 1)


def _linked(place: Place, message: str, fix: str) -> Problem:
    return problem(catalogue.UNLINKED, place, message, fix)
