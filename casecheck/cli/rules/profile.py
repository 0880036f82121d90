"""`casecheck rules profile`: where the cost of rules goes on records."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from casecheck.authoring.linting import warnings_of
from casecheck.authoring.pages import load_named
from casecheck.authoring.profile_report import profiles_object, profiles_text
from casecheck.authoring.profiling import profile
from casecheck.cli import EXIT_INCOMPLETE
from casecheck.cli.options import (
    faults,
    records_argument,
    rules_option,
    tell_passed_over,
    text_or_json,
)
from casecheck.cli.progress import texts_on_terminal
from casecheck.cli.rules.chosen import page_or_folder, print_report, tell_warnings
from casecheck.engine.durable import EngineUnusable
from casecheck.intake.files import NoSuchInput
from casecheck.lessons.errors import RulesError


@click.command("profile", epilog="Example: casecheck rules profile rules/statutory sample_cases/")
@click.argument("rules", metavar="RULES", type=click.Path(path_type=Path))
@records_argument
@rules_option
@click.option(
    "--times", is_flag=True,
    help="Say beside the counts how long each check took alone: other numbers each time.",
)  # fmt: skip
@text_or_json()
def command(
    rules: Path,
    paths: tuple[str, ...],
    rules_folder: Path | None,
    times: bool,
    report_format: str,
) -> int:
    """Say which checks cost most on records, and which of their rows multiply.

    RULES is a folder of pages or a page, PATH a file or folder of records as for `audit`. The
    costliest check comes first. Facts are the rows that bear on a check; rows are the facts that
    its rules look at; combinations are the ways to put these together, and matches those that the
    engine makes. They are counted, not timed: the same on every machine.

    Then it names the rows whose conditions hold back less than half of what they are put beside,
    the conditions that leave most of it, and what to do.

    Exit status: 0 counted; 2 wrong usage or broken rules; 3 some record could not be read or
    evaluated; 4 an internal error.
    """
    folder = page_or_folder(rules)
    try:
        loaded = load_named([folder], rules_folder or Path("rules"))
        tell_passed_over([file for one in loaded for file in one.passed_over])
        profiles = profile(loaded, texts_on_terminal(paths), timed=times)
    except RulesError as error:
        raise click.ClickException(f"The rules cannot be used:\n{faults(error)}") from None
    except (NoSuchInput, EngineUnusable) as error:
        raise click.UsageError(str(error)) from None
    for one in loaded:
        tell_warnings(warnings_of(one))
    print_report(
        report_format, partial(profiles_object, profiles), partial(profiles_text, profiles)
    )
    return 0 if all(one.complete for one in profiles) else EXIT_INCOMPLETE
