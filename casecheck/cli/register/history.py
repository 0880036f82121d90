"""`casecheck register history`: show all that the register holds of an action or a measure."""

from __future__ import annotations

import json
from pathlib import Path

import click

from casecheck.cli.options import output_to, rules_option, text_or_json
from casecheck.cli.register.shared import (
    action_in_force,
    forms_in_force,
    keeps,
    read_store,
    responses_in_force,
)
from casecheck.cli.stores import store_option
from casecheck.qag.register.figures import from_text
from casecheck.qag.register.state import history
from casecheck.report.qag.register_report import history_object
from casecheck.report.qag.register_text import history_text
from casecheck.response.model import Action, Form
from casecheck.text.page import Page
from casecheck.text.typed import typed


@click.command("history", epilog="Example: casecheck register history A27")
@click.argument("subject", type=typed, metavar="ACTION")
@store_option
@rules_option
@text_or_json()
def command(subject: str, store_file: Path, rules_folder: Path | None, report_format: str) -> None:
    """Show what was said of an action and when, or what was entered for a measure.

    ACTION may be a measure of which figures are entered, too.

    Exit status: 0 shown; 2 there is none such, or the register is not whole; 4 an internal error.
    """
    with keeps():
        responses = responses_in_force(rules_folder)
        of: Action | list[Form]
        if any(form.measure == subject for one in responses for form in one.forms):
            response, of = forms_in_force(responses, subject)
        else:
            response, of = action_in_force(responses, subject)
        with read_store(store_file) as (_, log):
            entries, said = history(log, response.review, subject)
    figures = [(one, from_text(one.fields)) for one in entries]
    with output_to(None) as stream:
        if report_format == "json":
            told = history_object(subject, said, figures)
            stream.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        else:
            lines = history_text(subject, of, said, figures, Page(stream, None, None))
            stream.writelines(f"{line}\n" for line in lines)
