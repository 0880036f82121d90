"""Every example on the shipped pages, and that the examples pin every number down."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache

import pytest
import shipped
from command_line import Here
from once import auditor_of

from casecheck.audit.auditor import Auditor
from casecheck.authoring.linting import outcomes_without_example
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Lesson
from casecheck.lessons.loading import rules_from_pages
from casecheck.lessons.settings import Settings

LESSONS = {lesson.id: lesson for lesson in shipped.rules().lessons}
CHECKS = {
    "P1.1": "decided-at-conference chair-agreement risks-carried actions-carried"
    " assessments-carried replacement-carries-risks",
    "P2.1": "child-sexual-abuse-training sexual-behaviour-training policy-tools-used",
    "P2.2": "perpetrator-history-assessed survivor-history-considered abuse-considered-for-carer",
    "P3.1": "multi-agency timely impact-on-child child-seen-and-heard child-focused-plan",
    "P4.1": "chronology-current neglect-tool-used neglect-tool-repeated",
    "P5.1": "child-focused-assessment parenting-capacity no-drift repeat-plan-weighed",
    "P6.1": "reviewed-after-incident reviewed-before-grant court-informed court-told-of-withdrawal",
    "P7.1": "meeting-frequency first-core-group review-conference-timely quorum"
    " core-group-multi-agency plan-scrutinised child-views actions-implemented child-focused-plan",
    "P8.1": "domestic-abuse-assessed intergenerational-abuse older-partner exposure-to-abuse",
    "P8.2": "referral-considered risk-assessed repeat-victim-to-marac marac-decides"
    " marac-reflects-age",
    "P9.1": "own-plan threshold-for-parent threshold-for-child assessed-as-child family-history"
    " chronology genogram",
}


@cache
def every_auditor() -> Auditor:
    return auditor_of(shipped.every_rule())


def failures(
    lesson: Lesson, by: Auditor, asking: Collection[str] = ()
) -> Iterator[tuple[str, dict[str, str]]]:
    """The names of the lesson's examples that do not come out as they say, and how they do.

    If checks are named, of these alone.
    """
    ids = set(asking) or {check.id for check in lesson.checks}
    examples = [one for one in lesson.examples if not ids.isdisjoint(one.expect)]
    for first in range(0, len(examples), 20):
        some = examples[first : first + 20]
        records = [example.record for example in some]
        for example, audited in zip(some, shipped.audit_together(records, by), strict=True):
            checks = audited.lessons[lesson.id].checks
            if wrong := {
                check: str(checks[check])
                for check, expected in example.expect.items()
                if check in ids and checks[check] != expected
            }:
                yield example.name, wrong


def test_all_checks_of_the_contract_are_there() -> None:
    shipped_checks = {
        lesson.id: " ".join(check.id for check in lesson.checks) for lesson in LESSONS.values()
    }
    assert shipped_checks == CHECKS


@pytest.mark.parametrize("lesson", shipped.every_rule().lessons, ids=lambda lesson: lesson.id)
def test_each_example_comes_out_as_its_page_says(lesson: Lesson) -> None:
    assert list(failures(lesson, every_auditor())) == []


def test_the_second_review_is_in_force_only_where_it_is_named() -> None:
    second = {lesson.id for lesson in shipped.every_rule().lessons} - LESSONS.keys()
    assert second == {"ST1.1", "ST2.1", "ST3.1"}
    assert [review.id for review in shipped.rules().left_out] == ["statutory-timescales"]


@pytest.mark.parametrize(
    "command", ["test", "lint", pytest.param("mutate", marks=pytest.mark.slow)]
)
def test_the_second_review_is_proved_like_the_first(here: Here, command: str) -> None:
    folder = "rules/statutory"
    ended = here("rules", command, *([folder] if command == "test" else ["--rules", folder]))
    assert ended.status == 0, ended.text


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_each_check_has_an_example_of_each_outcome(lesson: Lesson) -> None:
    assert outcomes_without_example(lesson) == []


def checks_in(text: str) -> Iterator[tuple[str, str]]:
    """Each check of a page: its name, and the text of it."""
    asked = text.partition("\nexamples:\n")[0]
    _, *parts = re.split(r"^  - id: (\S+)$", asked, flags=re.MULTILINE)
    yield from zip(parts[::2], parts[1::2], strict=True)


def moved_auditor(
    pages: dict[str, str], settings: Settings, asking: Collection[str]
) -> tuple[Auditor, list[str]]:
    """Return an auditor of these checks alone, all if none is named, and which they are."""
    rules = rules_from_pages(shipped.without_examples(pages), "", settings)
    (lesson,) = rules.lessons
    checks = tuple(one for one in lesson.checks if not asking or one.id in asking)
    rules = replace(rules, lessons=(replace(lesson, checks=checks),))
    return Auditor(rules), [one.id for one in checks]


BY_ONE: Sequence[tuple[int, Sequence[pytest.MarkDecorator]]] = ((1, ()), (-1, [pytest.mark.slow]))
"""Each number is moved up in every run, and down where a change is proved."""


def parameters() -> Iterator[object]:
    for lesson in LESSONS.values():
        for name, parameter in lesson.parameters.items():
            for by, marks in BY_ONE:
                value = parameter.value + by
                id_ = f"{lesson.id}.{name}={value}"
                yield pytest.param(lesson, name, value, id=id_, marks=marks)


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "name", "value"), [*parameters()])
def test_an_example_notices_a_parameter_moved_by_one(lesson: Lesson, name: str, value: int) -> None:
    pages = shipped.only(lesson.id, shipped.pages())
    (text,) = (text for text in pages.values() if f"lesson: {lesson.id}\n" in text)
    asking = [id_ for id_, of_check in checks_in(text) if re.search(rf"\b{name}\b", of_check)]
    settings = Settings.of({lesson.id: {name: value}}, "--set")
    try:
        moved, checks = moved_auditor(pages, settings, asking)
    except RulesError:  # what cannot be set needs no example
        return
    assert any(failures(lesson, moved, checks))


# A number of its own in a condition, such as the 18 of `under(18, ...)`; not one in a code or date.
NUMBER = re.compile(r"(?<=under\()[0-9]+|(?<=[<>=] )[0-9]+$", re.MULTILINE)


FALLS_SHORT = re.compile(r"^    (?:late|incomplete):\n(?:      .*\n)+", re.MULTILINE)


def numbers() -> Iterator[object]:
    for file, text in shipped.pages().items():
        lesson = re.search(r"^lesson: (\S+)$", text, re.MULTILINE)
        checks = text.split("\nexamples:")[0]
        # What says how evidence falls short decides no outcome; its sentences have other tests.
        checks = FALLS_SHORT.sub(lambda block: re.sub(r"[0-9]", "_", block[0]), checks)
        for number in NUMBER.finditer(checks) if lesson else ():
            line = checks.count("\n", 0, number.start()) + 1
            for by, marks in BY_ONE:
                name = f"{lesson[1]} line {line} {number[0]}{by:+d}" if lesson else ""
                # Two lessons with ages, one with numbers of rows; the others are slow.
                quick = lesson and lesson[1] in ("P2.1", "P4.1", "P7.1")
                marked = marks if quick else [pytest.mark.slow]
                yield pytest.param(file, number.span(), by, id=name, marks=marked)


@pytest.mark.parametrize(("file", "span", "by"), [*numbers()])
def test_an_example_notices_a_number_moved_by_one(
    file: str, span: tuple[int, int], by: int
) -> None:
    pages = shipped.pages()
    text = pages[file]
    pages[file] = f"{text[: span[0]]}{int(text[slice(*span)]) + by}{text[span[1] :]}"
    lesson = re.findall(r"^lesson: (\S+)$", text, re.MULTILINE)[0]
    asking = [check for check, _ in checks_in(text[: span[1]])][-1:]
    moved, checks = moved_auditor(shipped.only(lesson, pages), Settings.of({}, "--set"), asking)
    assert any(failures(LESSONS[lesson], moved, checks))


def test_each_lesson_cites_its_source() -> None:
    for lesson in LESSONS.values():
        cite = f"Lesson {lesson.id}, LSCB response on Children P, September 2017"
        assert lesson.source.cite == cite
