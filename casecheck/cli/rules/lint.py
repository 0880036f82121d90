"""`casecheck rules lint`: find what loading cannot."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from casecheck.authoring.catalogue import BY_CODE, page_of
from casecheck.authoring.linting import Problem, lint, unused_concepts
from casecheck.cli import EXIT_FAILED_ON
from casecheck.cli.options import output_to, rules_option, text_or_json
from casecheck.cli.rules.chosen import chosen_rules, paths_argument, print_report
from casecheck.lessons.errors import did_you_mean
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

    PATH is a page or a folder of pages; without one, all lessons in force. Each problem is told as
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
    found: set[Problem] = set()
    for rules in chosen_rules(paths, folder):
        found.update(lint(rules))
        if all(path.is_dir() for path in paths):  # else some that ask may not be among those named
            found.update(unused_concepts(rules))
    named = [path.resolve() for path in paths]
    if not named:
        return sorted(found)
    return sorted(
        one
        for one in found
        if any(path in (file := Path(one.file).resolve(), *file.parents) for path in named)
    )
