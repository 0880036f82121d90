"""`casecheck board`: the board paper, one page of what was promised and what the records show."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from casecheck.cli import EXIT_INCOMPLETE
from casecheck.cli.options import INPUT, output_to, rules_in_force, rules_option, set_option
from casecheck.cli.register.shared import (
    day_option,
    keeps,
    read_store,
    responses_in_force,
)
from casecheck.cli.stores import store_option
from casecheck.engine.durable import EngineUnusable
from casecheck.intake.files import STDIN, NoSuchInput, PassedOver, find_texts
from casecheck.intake.texts import RecordText
from casecheck.measures.disclosure import profiles
from casecheck.measures.periods import LENGTHS, Length
from casecheck.record.faults import Unreadable
from casecheck.report.board.gathering import Asked, NoDay, gathered
from casecheck.report.board.notes import NotesError, read_notes
from casecheck.report.board.page import BoardPage
from casecheck.report.board.paper import parts_of
from casecheck.report.board.template import PLAIN, TemplateError, read_template
from casecheck.report.board.to_pdf import pdf_of
from casecheck.text.printable import printable

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(
    "board", epilog="Example: casecheck board sample_cases/ --output board.html --on 2026-06-30"
)
@click.argument("paths", nargs=-1, metavar="PATH...", type=INPUT)
@store_option
@rules_option
@set_option
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), metavar="FILE",
    help="Write it to this file, whole or not at all: .html, or .pdf.",
)  # fmt: skip
@day_option("The day of which to tell. Default: the latest day in the store and the records.")
@click.option(
    "--by", type=click.Choice(LENGTHS),
    help="How long a period is. Default: a quarter, or a year where numbers are small.",
)  # fmt: skip
@click.option(
    "--disclosure", type=click.Choice(sorted(profiles())), default="dfe", show_default=True,
    help="For whom it is: by this rule small numbers are withheld.",
)  # fmt: skip
@click.option(
    "--notes", "notes_file", type=_FILE, metavar="FILE",
    help="The QAG's own words, in Markdown: under `## Summary`, `## Theme 1`, `## P1`.",
)  # fmt: skip
@click.option(
    "--template", "template_file", type=_FILE, metavar="FILE",
    help="The board's name, title, logo and colour, in TOML.",
)  # fmt: skip
def command(  # noqa: PLR0913, PLR0917 - one for each option
    paths: tuple[str, ...],
    store_file: Path,
    rules_folder: Path | None,
    settings: tuple[str, ...],
    output: Path,
    on: date | None,
    by: Length | None,
    disclosure: str,
    notes_file: Path | None,
    template_file: Path | None,
) -> int:
    """Write the board paper: what was promised, what the records show, what cannot be told.

    PATH are records, as for `audit`; without any, the measures are those of the runs in the store.
    From the store come the register, and what auditors found. Small numbers are withheld.

    Exit status: 0 written; 2 wrong usage or broken rules; 3 it is written, and some input could not
    be read or asked; 4 an internal error.
    """
    if output.suffix.lower() not in (".html", ".pdf"):
        raise click.UsageError(f"--output {printable(str(output))}: name a file .html or .pdf")
    if STDIN in paths:
        raise click.UsageError("the records are read twice, which a pipe cannot be: name a file")
    rules = rules_in_force(rules_folder, (), settings)
    responses = responses_in_force(rules_folder)
    passed = PassedOver()

    def texts() -> Iterable[RecordText | Unreadable]:
        return find_texts(paths, sys.stdin.buffer, passed)

    with keeps():
        try:
            template = PLAIN if template_file is None else read_template(template_file)
            notes = {} if notes_file is None else read_notes(notes_file, parts_of(responses))
            asked = Asked(rules, responses, profiles()[disclosure], by, on, template)
            with read_store(store_file) as (store, log):
                paper, report = gathered(asked, store, log, texts if paths else None)
        except NoDay as error:
            raise click.UsageError(f"{error}: say by --on of which day to tell") from None
        except (NotesError, TemplateError, NoSuchInput, EngineUnusable) as error:
            raise click.UsageError(str(error)) from None
        page = "".join(BoardPage(replace(paper, notes=notes)).page())
        with output_to(output) as stream:
            if output.suffix.lower() == ".pdf":
                stream.buffer.write(pdf_of(page))
            else:
                stream.write(page)
    for sentence in passed.notes():
        click.echo(printable(sentence), err=True)
    return EXIT_INCOMPLETE if report.unreadable or report.failed else 0
