"""`casecheck rules mutate`: change lessons one thing at a time, and see whether examples notice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from casecheck.authoring.linting import warnings_of
from casecheck.authoring.measure_mutating import measure_mutations
from casecheck.authoring.mutating import CONCEPTS, ExamplesFail, Mutation, Tried
from casecheck.authoring.page_changes import Change
from casecheck.cli import EXIT_FAILED_ON
from casecheck.cli.options import faults, lesson_option, output_to, rules_option, text_or_json
from casecheck.cli.progress import counted_on_terminal
from casecheck.cli.rules.chosen import (
    chosen_measures,
    chosen_rules,
    paths_argument,
    tell_warnings,
)
from casecheck.lessons.errors import RulesError, did_you_mean
from casecheck.lessons.lesson import Equivalent, Rules
from casecheck.measures.measure import Measure
from casecheck.text.page import Column, Page, counted

_NO_RECORD = (
    "Where no record can tell a change from the page as it is, leave out the condition if it says"
    " nothing that the others do not; else name the change at the end of the page under"
    " `equivalent`, as it is named above from the check's name on, and say why:"
    ' `- {change: "...", because: "..."}`.'
)
_JOINED = (
    re.compile(r"(?P<kept>.* in \(.*), (?P<code>'[a-z_]+')\)"),
    re.compile(r"(?P<kept>.* becomes .*) or (?P<code>'[a-z_]+') in [a-z_.]+"),
)
"""A change that joins one more code to a condition: to a list of them, or to what a list holds."""
_COLUMNS = ("changes", "noticed", "refused", "equivalent", "survived")


@click.command("mutate", epilog="Example: casecheck rules mutate rules/children_p/P2.2.yaml")
@paths_argument
@rules_option
@lesson_option
@text_or_json("mutate_format")
def command(
    paths: tuple[Path, ...], rules_folder: Path | None, lessons: tuple[str, ...], mutate_format: str
) -> int:
    """Change lessons and measures one thing at a time: which change does no example notice?

    A comparison is turned, a bound moved by one day, a condition dropped, a code or section
    swapped, an alternative taken away. An example notices where a check then comes out otherwise
    than it expects; what cannot be loaded needs no example. PATH is a page or a folder of pages;
    without one, all lessons in force. Pages are tried as they stand, whatever a board has set. With
    a lesson also the concepts that it uses are changed; not with a page alone, since the examples
    of others may notice.

    Exit status: 0 each change is noticed or explained; 1 some survive; 2 broken rules or examples.
    """
    sets = chosen_rules(paths, rules_folder)
    known = [lesson.id for rules in sets for lesson in rules.lessons]
    for identifier in lessons:
        if identifier not in known:
            hint = did_you_mean(identifier, known)
            raise click.UsageError(f"No lesson {identifier!r} among these pages: {hint}")
    every: list[Tried] = []
    stale: list[Equivalent] = []
    for rules in sets:
        chosen = [one.id for one in rules.lessons if not lessons or one.id in lessons]
        if chosen:
            mutation = _mutation(rules, chosen, with_concepts=not any(map(Path.is_file, paths)))
            every += counted_on_terminal(mutation.run(), "pages changed in each way")
            stale += mutation.stale()
    if not lessons:
        for measures, rules in chosen_measures(paths, rules_folder):
            asked_of = [one for one in measures.measures if one.is_asked]
            for measure in counted_on_terminal(asked_of, "measures changed in each way"):
                tried = _of_measure(measure, rules)
                every.append(tried)
                found = {change.name for change in tried.equivalent}
                stale += [one for one in measure.equivalent if one.change not in found]
    for rules in sets:
        asked = [one for one in rules.lessons if not lessons or one.id in lessons]
        tell_warnings(warnings_of(replace(rules, lessons=tuple(asked))))
    with output_to(None) as stream:
        if mutate_format == "json":
            stream.write(json.dumps(_report_object(every, stale), indent=2) + "\n")
        else:
            page = Page(stream, None, None)
            stream.writelines(f"{line}\n" for line in _report_text(every, stale, page))
    return EXIT_FAILED_ON if stale or any(one.survived for one in every) else 0


def _of_measure(measure: Measure, rules: Rules) -> Tried:
    try:
        return measure_mutations(measure, rules)
    except ExamplesFail as error:
        message = "Examples fail as the pages stand; mend them first (casecheck rules test):"
        raise click.ClickException(f"{message}\n{error}") from None


def _mutation(rules: Rules, chosen: Sequence[str], *, with_concepts: bool) -> Mutation:
    try:
        return Mutation(rules, chosen, with_concepts=with_concepts)
    except ExamplesFail as error:
        message = "Examples fail as the pages stand; mend them first (casecheck rules test):"
        raise click.ClickException(f"{message}\n{error}") from None
    except RulesError as error:
        message = "The pages cannot be read as they stand:"
        raise click.ClickException(f"{message}\n{faults(error)}") from None


def _report_text(every: Sequence[Tried], stale: Sequence[Equivalent], page: Page) -> Iterator[str]:
    columns = [Column("lesson", number=False), *map(Column, _COLUMNS)]
    rows = [[one.of, *(f"{count:,}" for count in _counts(one).values())] for one in every]
    yield from page.table(columns, rows)
    yield ""
    survived = [change for one in every for change in one.survived]
    for change, codes in _joined(survived):
        yield from page.lines(str(change.place.error(change.name)), 0, 2, "breach")
        if len(codes) > 1:
            yield from page.lines(f"and the same with each of {', '.join(codes)}", 2, 2)
        where = " on the page of a lesson that uses it" if change.of_concept else ""
        each = (
            ": with a row of each of these codes, or with all of them in the list; or, where it is"
            " about the instance's own row, one example for each code"
        )
        several = each if len(codes) > 1 else ""
        cure = f"No example notices: add one{where} in which only this differs{several}."
        yield from page.lines(cure, 2, 2)
    for known in stale:
        told = f"called equivalent, and no such change survives: {known.change}"
        yield from page.lines(str(known.place.error(told)), 0, 2, "breach")
        told = (
            "Remove it; or write the change as it is named in a report, from the check's name on"
            " (over several lines after >-)."
        )
        yield from page.lines(told, 2, 2)
    if survived:
        yield from page.lines(_NO_RECORD)
    told = counted(sum(one.changes for one in every), "change")
    left = f"{len(survived):,} that no example notices" if survived else "none survives"
    yield from page.lines(f"{told}, {left}.", 0, 2, "heading")


def _joined(survived: Sequence[Change]) -> Iterator[tuple[Change, list[str]]]:
    """Yield each change that survived; those that join a code to one condition only once."""
    groups: dict[tuple[object, str], list[Change]] = {}
    for number, change in enumerate(survived):
        joined = _joined_code(change)
        key = (change.place, joined["kept"]) if joined else (number, "")
        groups.setdefault(key, []).append(change)
    for changes in groups.values():
        codes = [found["code"] for one in changes if (found := _joined_code(one))]
        yield changes[0], codes


def _joined_code(change: Change) -> re.Match[str] | None:
    return next(filter(None, (form.fullmatch(change.name) for form in _JOINED)), None)


def _counts(tried: Tried) -> dict[str, int]:
    numbers = tried.changes, tried.noticed, tried.refused
    sizes = len(tried.equivalent), len(tried.survived)
    return dict(zip(_COLUMNS, (*numbers, *sizes), strict=True))


def _report_object(every: Sequence[Tried], stale: Sequence[Equivalent]) -> dict[str, Any]:
    return {
        "lessons": [
            {
                "lesson": None if one.of == CONCEPTS else one.of,
                "file": one.file,
                **_counts(one),
            }
            for one in every
        ],
        "survived": [_change_object(change) for one in every for change in one.survived],
        "equivalent": [_change_object(change) for one in every for change in one.equivalent],
        "stale": [_change_object(one) for one in stale],
    }


def _change_object(change: Change | Equivalent) -> dict[str, Any]:
    name = change.name if isinstance(change, Change) else change.change
    return {"change": name, "file": change.place.file, "line": change.place.line}
