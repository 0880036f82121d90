"""`casecheck rules mutate`: change lessons one thing at a time, and see whether examples notice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from casecheck.authoring.mutating import CONCEPTS, ExamplesFail, Mutation, Tried
from casecheck.authoring.page_changes import Change
from casecheck.cli import EXIT_FAILED_ON
from casecheck.cli.options import lesson_option, output_to, rules_in_force, rules_option
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Equivalent
from casecheck.report.page import Column, Page, counted

_NO_RECORD = (
    "Where no record can tell a change from the page as it is, name it on the page under"
    " `equivalent`, and say why."
)
_COLUMNS = ("changes", "noticed", "refused", "equivalent", "survived")


@click.command("mutate", epilog="Example: casecheck rules mutate --lesson P2.2")
@rules_option
@lesson_option
@click.option(
    "--format", "mutate_format", type=click.Choice(["text", "json"]), default="text",
    show_default=True, help="How to report.",
)  # fmt: skip
def command(rules_folder: Path | None, lessons: tuple[str, ...], mutate_format: str) -> int:
    """Change the lessons one thing at a time: which change does no example notice?

    A comparison is turned, a bound moved by one day, a condition dropped, a code or section
    swapped, an alternative taken away. An example notices where a check then comes out otherwise
    than it expects; what cannot be loaded needs no example. Parameters are as the pages have them.
    With --lesson, also the concepts that those lessons use are changed.

    Exit status: 0 each change is noticed or explained; 1 some survive; 2 broken rules or examples.
    """
    rules = rules_in_force(rules_folder)
    chosen = rules_in_force(rules_folder, lessons).lessons if lessons else rules.lessons
    try:
        mutation = Mutation(rules, [lesson.id for lesson in chosen])
    except ExamplesFail as error:
        message = "Examples fail as the pages stand; mend them first (casecheck rules test):"
        raise click.UsageError(f"{message}\n{error}") from None
    except RulesError as error:
        raise click.UsageError(f"The pages cannot be read as they stand:\n{error}") from None
    every = list(mutation.run())
    stale = mutation.stale()
    with output_to(None) as stream:
        if mutate_format == "json":
            stream.write(json.dumps(_report_object(every, stale), indent=2) + "\n")
        else:
            page = Page(stream, None, None)
            stream.writelines(f"{line}\n" for line in _report_text(every, stale, page))
    return EXIT_FAILED_ON if stale or any(one.survived for one in every) else 0


def _report_text(every: Sequence[Tried], stale: Sequence[Equivalent], page: Page) -> Iterator[str]:
    columns = [Column("lesson", number=False), *map(Column, _COLUMNS)]
    rows = [[one.of, *(f"{count:,}" for count in _counts(one).values())] for one in every]
    yield from page.table(columns, rows)
    yield ""
    survived = [change for one in every for change in one.survived]
    for change in survived:
        yield from page.lines(str(change.place.error(change.name)), 0, 2, "breach")
        where = " on the page of a lesson that uses it" if change.of_concept else ""
        yield from page.lines(f"No example notices: add one{where} in which only this differs.", 2)
    for known in stale:
        told = f"called equivalent, and no such change survives: {known.change}"
        yield from page.lines(str(known.place.error(told)), 0, 2, "breach")
        yield from page.lines("Remove it, or write the change as it is named here.", 2)
    if survived:
        yield from page.lines(_NO_RECORD)
    told = counted(sum(one.changes for one in every), "change")
    left = f"{len(survived):,} that no example notices" if survived else "none survives"
    yield from page.lines(f"{told}, {left}.", 0, 2, "heading")


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
