"""`casecheck rules list`: what the lessons in force are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from casecheck.cli.options import (
    board_settings,
    output_to,
    rules_in_force,
    rules_option,
    set_option,
    text_or_json,
)
from casecheck.lessons.check_marks import marks_json
from casecheck.lessons.lesson import (
    Check,
    Concept,
    Lesson,
    Parameter,
    Review,
    RulePack,
    Rules,
)
from casecheck.lessons.meaning import meaning_of
from casecheck.lessons.periods import ALWAYS, Period, Standard
from casecheck.report.audit.origin import packs_object
from casecheck.results import MEDIUM
from casecheck.text.page import Page, counted
from casecheck.text.printable import printable


@click.command(
    "list", epilog="Example: casecheck rules list --set P1.1.carry_days=21 --format json"
)
@rules_option
@set_option
@text_or_json("list_format", says="How to list.")
def command(rules_folder: Path | None, settings: tuple[str, ...], list_format: str) -> None:
    """List the lessons in force, their checks, and their parameters with unit.

    Says too what the board has set, and where, what it has switched off, and which lessons are
    there but in force only where their folder is named.
    """
    rules = rules_in_force(rules_folder, (), settings)
    settings_file = board_settings().file
    with output_to(None) as stream:
        if list_format == "json":
            stream.write(json.dumps(_rules_object(rules, settings_file), indent=2) + "\n")
        else:
            stream.writelines(
                f"{line}\n" for line in _rules_text(rules, settings_file, Page(stream, None, None))
            )


def _rules_text(rules: Rules, settings: Path | None, page: Page) -> Iterator[str]:
    checks = sum(len(lesson.checks) for lesson in rules.lessons)
    told = f"{counted(len(rules.lessons), 'lesson')}, {counted(checks, 'check')}, in {rules.folder}"
    yield from page.lines(told, 0, 2, "heading")
    yield from page.lines(f"Digest {rules.digest}", 0, 2, "aside")
    for pack in rules.packs:
        yield from page.lines(printable(_pack_text(pack)), 0, 2, "aside")
    if settings:
        yield from page.lines(f"Settings {settings}", 0, 2, "aside")
    for off in rules.off:
        yield from page.lines(printable(str(off)), 0, 2)
    for review in rules.left_out:
        told = f"Not in force: {review.title} ({review.folder}). Name its folder to ask it:"
        yield from page.lines(printable(f"{told} --rules {review.folder}"), 0, 2)
    for lesson in rules.lessons:
        yield ""
        yield from page.lines(f"{lesson.id} {lesson.title}{_when(lesson.period)}", 0, 2, "heading")
        for check in lesson.checks:
            told = f"{check.id}: {check.asks}{_when(check.period)}{_marked(check)}"
            yield from page.lines(told, 2, 2)
        for parameter in lesson.parameters.values():
            yield from page.lines(_parameter_text(parameter), 2, 2, "aside")


def _when(period: Period) -> str:
    return "" if period == ALWAYS else f" (in force {period})"


def _marked(check: Check) -> str:
    """Return in words what a check says of itself, where it is not what is so of any."""
    told = [f"severity {check.severity}"] * (check.severity != MEDIUM)
    told += [f"tags {', '.join(check.tags)}"] * bool(check.tags)
    told += [f"formerly {', '.join(map(str, check.formerly))}"] * bool(check.formerly)
    return f" ({'; '.join(told)})" if told else ""


def _parameter_text(parameter: Parameter) -> str:
    return f"{parameter.name} = {parameter.in_words}"


def _pack_text(pack: RulePack) -> str:
    licence = [f"licence {pack.licence}"] if pack.licence else []
    authors = [f"by {', '.join(pack.authors)}"] if pack.authors else []
    return ", ".join([str(pack), *licence, *authors])


def _review_object(review: Review) -> dict[str, object]:
    return {
        "review": review.id,
        "title": review.title,
        "folder": review.folder,
        "version": review.version or None,
        "licence": review.licence or None,
        "authors": list(review.authors),
    }


def _rules_object(rules: Rules, settings: Path | None) -> dict[str, object]:
    return {
        "folder": rules.folder,
        "digest": rules.digest,
        "settings": None if settings is None else str(settings),
        "off": [
            {"lesson": off.lesson, "check": off.check or None, "reason": off.reason}
            for off in rules.off
        ],
        "packs": packs_object(rules.packs),
        "reviews": [_review_object(review) for review in rules.reviews],
        "not_in_force": [_review_object(review) for review in rules.left_out],
        "lessons": [_lesson_object(one, rules.concepts) for one in rules.lessons],
    }


def _standards_object(standards: Sequence[Standard]) -> object:
    """Return a number, or where it changes with time the values and when they hold."""
    if standards == (Standard(standards[0].value),):
        return standards[0].value
    return [{"value": one.value, **_period_object(one.period)} for one in standards]


def _period_object(period: Period) -> dict[str, str]:
    """Return the first and the last day in force, where there are such."""
    days = {"from": period.start, "until": period.end}
    return {key: day.isoformat() for key, day in days.items() if day}


def _lesson_object(lesson: Lesson, concepts: Mapping[str, Concept]) -> dict[str, object]:
    return {
        "id": lesson.id,
        "title": lesson.title,
        "file": lesson.file,
        **_period_object(lesson.period),
        "checks": [
            {
                "id": check.id,
                "asks": check.asks,
                "asked": meaning_of(check, concepts),
                **marks_json(check),
                **_period_object(check.period),
            }
            for check in lesson.checks
        ],
        "parameters": [
            {
                "name": parameter.name,
                "value": _standards_object(parameter.standards),
                "shipped": _standards_object(parameter.shipped),
                "unit": parameter.unit,
                "set_by": parameter.set_by or None,
                "reason": parameter.reason or None,
            }
            for parameter in lesson.parameters.values()
        ],
    }
