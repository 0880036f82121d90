"""`casecheck rules diff`: two versions of rules on the same records."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from casecheck.authoring.comparing import compare_versions
from casecheck.authoring.comparison_report import versions_object, versions_text
from casecheck.authoring.linting import warnings_of
from casecheck.authoring.pages import load_version
from casecheck.cli import EXIT_FAILED_ON, EXIT_INCOMPLETE, EXIT_INTERNAL
from casecheck.cli.options import (
    faults,
    records_argument,
    rules_option,
    tell_passed_over,
    text_or_json,
)
from casecheck.cli.progress import texts_on_terminal
from casecheck.cli.rules.chosen import first_option, page_or_folder, print_report, tell_warnings
from casecheck.engine.durable import EngineUnusable
from casecheck.intake.files import NoSuchInput
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Rules
from casecheck.truth.account import Disagreement


@click.command(
    "diff", epilog="Example: casecheck rules diff rules/children_p rules/statutory sample_cases/"
)
@click.argument("old", metavar="OLD", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW", type=click.Path(path_type=Path))
@records_argument
@rules_option
@first_option("How many instances of each check to show for each way in which they change.")
@click.option(
    "--fail-on-change", is_flag=True,
    help="End with 1 where an instance of a check in both versions comes out otherwise.",
)  # fmt: skip
@text_or_json()
def command(  # noqa: PLR0913, PLR0917 - one for each option
    old: Path,
    new: Path,
    paths: tuple[str, ...],
    rules_folder: Path | None,
    first: int,
    fail_on_change: bool,
    report_format: str,
) -> int:
    """Compare two versions of rules on records: what comes out otherwise, and by which condition?

    OLD and NEW are folders of pages or single pages; PATH is a file or folder of records as for
    `audit`. A copy of a page that was saved elsewhere uses the concepts of the other version.
    Numbers are those of the pages, whatever a board has set.

    First it says of each check whether it is the same, changed, renamed, new or gone, and how many
    records come out how. Then it shows instances that come out otherwise, and the conditions by
    which they do, as `explain` reads them.

    Exit status: 0 compared; 1 something comes out otherwise, with --fail-on-change; 2 wrong usage
    or broken rules; 3 some record could not be read or evaluated; 4 an internal error.
    """
    base = rules_folder or Path("rules")
    old, new = page_or_folder(old), page_or_folder(new)
    before, now = _loaded(old, base, new), _loaded(new, base, old)
    try:
        compared = compare_versions(before, now, texts_on_terminal(paths), first)
    except (NoSuchInput, EngineUnusable) as error:
        raise click.UsageError(str(error)) from None
    except Disagreement as error:
        click.echo(str(error), err=True)
        return EXIT_INTERNAL
    tell_warnings(warnings_of(now))
    print_report(
        report_format, partial(versions_object, compared), partial(versions_text, compared)
    )
    if not compared.complete:
        return EXIT_INCOMPLETE
    return EXIT_FAILED_ON if fail_on_change and compared.changed else 0


def _loaded(path: Path, base: Path, other: Path) -> Rules:
    try:
        rules = load_version(path, base, other)
    except RulesError as error:
        raise click.ClickException(f"The rules cannot be used:\n{faults(error)}") from None
    tell_passed_over(rules.passed_over)
    return rules
