"""`casecheck rules lint`: find what loading cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from casecheck.authoring.catalogue import BY_CODE, page_of
from casecheck.authoring.linting import Problem, lint, unused_concepts
from casecheck.authoring.measure_linting import measure_problems
from casecheck.authoring.response_links import response_problems
from casecheck.cli import EXIT_FAILED_ON
from casecheck.cli.options import (
    faults,
    folders_in_force,
    output_to,
    rules_option,
    text_or_json,
)
from casecheck.cli.rules.chosen import chosen_measures, chosen_rules, paths_argument, print_report
from casecheck.lessons.errors import RulesError, did_you_mean
from casecheck.lessons.page_files import RESPONSE_PAGE
from casecheck.response.files import find_responses, load_responses
from casecheck.text.page import counted


def _known(_: click.Context, __: click.Parameter, codes: tuple[str, ...]) -> tuple[str, ...]:
    for code in codes:
        if code not in BY_CODE:
            raise click.BadParameter(f"no code {code[:32]!r}: {did_you_mean(code, BY_CODE)}")
    return codes


@click.command("lint", epilog="Example: casecheck rules lint rules/children_p --select L002")
@paths_argument
@rules_option
@click.option(
    "--select", "selected", multiple=True, metavar="CODE", callback=_known,
    help="Look for this only; repeatable.",
)  # fmt: skip
@click.option(
    "--ignore", "ignored", multiple=True, metavar="CODE", callback=_known,
    help="Leave this out; repeatable.",
)  # fmt: skip
@click.option(
    "--explain", "explained", multiple=True, metavar="CODE", callback=_known,
    help="Print what a code means and how it is mended, and look for nothing; repeatable.",
)  # fmt: skip
@text_or_json()
def command(  # noqa: PLR0913, PLR0917 - one for each option
    paths: tuple[Path, ...],
    rules_folder: Path | None,
    selected: tuple[str, ...],
    ignored: tuple[str, ...],
    explained: tuple[str, ...],
    report_format: str,
) -> int:
    """Find what loading cannot: missing examples, accusing words.

    PATH is a page or a folder of pages; without one, all lessons in force. A response is held to
    the lessons and measures beside it. Each problem is told as
    file:line:column: CODE what is wrong: the fix.

    Exit status: 0 nothing found; 1 something found; 2 wrong usage or broken rules.
    """
    if explained:
        with output_to(None) as stream:
            stream.write("\n".join(page_of(BY_CODE[code]) for code in explained))
        return 0
    codes = set(selected or BY_CODE) - set(ignored)
    found = [one for one in _problems(paths, rules_folder) if one.code in codes]
    told = f"{counted(len(found), 'problem')} found." if found else "Nothing found."
    print_report(
        report_format,
        lambda: {"problems": [asdict(one) for one in found]},
        lambda _: [*map(str, found), told],
    )
    return EXIT_FAILED_ON if found else 0


def _problems(paths: tuple[Path, ...], folder: Path | None) -> list[Problem]:
    """Return the problems of the pages named; what others have is for those who name them."""
    responses = [path for path in paths if path.name == RESPONSE_PAGE]
    pages = tuple(path for path in paths if path not in responses)
    found = set(_of_responses(paths, responses, folder))
    for rules in chosen_rules(pages, folder) if pages or not responses else ():
        found.update(lint(rules))
        if all(path.is_dir() for path in pages):  # else some that ask may not be among those named
            found.update(unused_concepts(rules))
    for measures, _ in chosen_measures(pages, folder) if pages or not responses else ():
        found.update(measure_problems(measures.measures))
    named = [path.resolve() for path in paths]
    if not named:
        return sorted(found)
    return sorted(
        one
        for one in found
        if any(path in (file := Path(one.file).resolve(), *file.parents) for path in named)
    )


def _of_responses(
    paths: Sequence[Path], named: Sequence[Path], folder: Path | None
) -> Iterable[Problem]:
    """Return the problems of the responses that are named, and of those in folders named.

    A response is held to all lessons of its folder, whoever named them.
    """
    if paths:
        folders = [path for path in paths if path.is_dir()]
        pages = [*named, *find_responses(folders)]
    else:
        pages = find_responses(folders_in_force(folder))
    try:
        responses = load_responses(list(dict.fromkeys(pages)))
    except RulesError as error:
        raise click.ClickException(f"The response cannot be used:\n{faults(error)}") from None
    beside = tuple(dict.fromkeys(Path(one.file).parent for one in responses))
    return response_problems(responses, chosen_rules(beside, folder)) if beside else ()
