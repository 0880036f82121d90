"""`casecheck rules try`: run a page on records, once or at each save."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from casecheck.authoring import watching
from casecheck.authoring.pages import concepts_used, load_named, watched
from casecheck.authoring.trial_report import trials_object, trials_text
from casecheck.authoring.trying import Trial, try_pages
from casecheck.cli import EXIT_FAILED_ON, EXIT_INCOMPLETE, EXIT_INTERNAL, EXIT_INTERRUPTED
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
from casecheck.intake.files import STDIN, NoSuchInput
from casecheck.lessons.errors import RulesError
from casecheck.text.printable import printable

MOST_EXPLAINED = 10
"""How many rows of a check that fails an example are explained."""


@click.command(
    "try", epilog="Example: casecheck rules try rules/statutory/ST1.1.yaml sample_cases/ --first 2"
)
@click.argument("page", metavar="PAGE", type=click.Path(path_type=Path))
@records_argument
@rules_option
@click.option(
    "--watch", is_flag=True,
    help="Run again at each save of the page, of its concepts.yaml or review.yaml, until Ctrl-C.",
)  # fmt: skip
@click.option(
    "--rounds", type=click.IntRange(min=1), metavar="N",
    help="With --watch: end after so many runs.",
)  # fmt: skip
@first_option("How many breaches of each check to show, and how many that it cannot tell.")
@text_or_json(says="How to report; with --watch, JSON is one line a run.")
def command(  # noqa: PLR0913, PLR0917 - one for each option
    page: Path,
    paths: tuple[str, ...],
    rules_folder: Path | None,
    watch: bool,
    rounds: int | None,
    first: int,
    report_format: str,
) -> int:
    """Run a page on records: what does each check say, in which words, at what cost?

    PAGE is a page or a folder of pages, PATH a file or folder of records as for `audit`. First the
    page's own examples are run. Then it counts for each check the records of each outcome, the
    facts and the matches that it costs the engine, and shows its first findings. Numbers are those
    of the page, whatever a board has set; no finding is marked as accepted.

    With --watch it looks at the files again and again. A page with a fault is told, and the watch
    goes on. The records are read anew at each run, but a change of theirs alone starts none.

    Exit status: 0 tried; 1 an example failed; 2 wrong usage or broken rules; 3 some record could
    not be read or evaluated; 4 the two readings of an example disagree, or another internal error.
    With --watch: that of the last run; 130 after Ctrl-C.
    """
    if rounds is not None and not watch:
        raise click.UsageError("--rounds is the number of runs of --watch: give both")
    if watch and STDIN in paths:
        raise click.UsageError("--watch reads the records again at each run: name a file or folder")
    page = page_or_folder(page)
    base = rules_folder or Path("rules")

    def run() -> list[Trial]:
        loaded = load_named([page], base)
        tell_passed_over([file for rules in loaded for file in rules.passed_over])
        return try_pages(loaded, texts_on_terminal(paths), first, MOST_EXPLAINED)

    try:
        if not watch:
            return _told(run(), report_format, indent=2)
        return _watch(run, page, base, rounds, report_format)
    except RulesError as error:
        raise click.ClickException(f"The rules cannot be used:\n{faults(error)}") from None
    except (NoSuchInput, EngineUnusable) as error:
        raise click.UsageError(str(error)) from None


def _watch(
    run: Callable[[], list[Trial]], page: Path, base: Path, rounds: int | None, report_format: str
) -> int:
    """Run at each save; a fault of the page or a path that is gone is told, and it goes on."""
    status = 0
    try:
        concepts = concepts_used(page, base)
        saves = watching.rounds(lambda: watched(page, concepts), rounds, watching.pause)
        for number, changed in enumerate(saves, 1):
            _tell_round(number, changed)
            try:
                status = _told(run(), report_format, indent=None)
            except RulesError as error:
                status = 2
                _tell_fault(f"The rules cannot be used:\n{faults(error)}", error, report_format)
            except NoSuchInput as error:
                if number == 1:
                    raise
                status = 2
                _tell_fault(str(error), None, report_format)
    except KeyboardInterrupt:
        click.echo("The watch has ended.", err=True)
        return EXIT_INTERRUPTED
    return status


def _tell_round(number: int, changed: tuple[Path, ...]) -> None:
    after = f", after {', '.join(map(str, changed))} was saved" if changed else ""
    click.echo(printable(f"Run {number}{after}. Ctrl-C ends the watch."), err=True)


def _tell_fault(words: str, error: RulesError | None, report_format: str) -> None:
    click.echo("\n".join(map(printable, words.split("\n"))), err=True)
    if report_format == "json":
        listed = [str(one) for one in error.errors] if error else [words]
        print_report("json", lambda: {"faults": listed}, lambda _: (), indent=None)


def _told(trials: list[Trial], report_format: str, *, indent: int | None) -> int:
    """Report some trials, and return the exit status that they come to."""
    for trial in trials:
        tell_warnings(trial.warnings)
    as_object, as_lines = partial(trials_object, trials), partial(trials_text, trials)
    print_report(report_format, as_object, as_lines, indent=indent)
    if any(one.disagrees for one in trials):
        return EXIT_INTERNAL
    if not all(one.complete for one in trials):
        return EXIT_INCOMPLETE
    return EXIT_FAILED_ON if any(one.failed for one in trials) else 0
