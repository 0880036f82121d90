"""`casecheck register verify`: prove the register whole."""

from __future__ import annotations

import json
from pathlib import Path

import click
from click.core import ParameterSource

from casecheck.cli import EXIT_FAILED_ON
from casecheck.cli.options import text_or_json
from casecheck.cli.register.shared import keeps
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.register.log import REGISTER
from casecheck.qag.store.proving import proved, read_exported, verdict
from casecheck.report.qag.judge_text import verdict_object, verdict_words
from casecheck.text.printable import printable


@click.command("verify", epilog="Example: casecheck register verify")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@store_option
@text_or_json("form", says="What is printed.")
def command(files: tuple[Path, ...], store_file: Path, form: str) -> int:
    """Prove the store's register whole; or each exported FILE.

    With FILE and --store, also that the store's register goes on from what was exported.

    Exit status: 0 whole; 1 it is not, and the first place is named; 2 wrong usage, or the store
    is damaged; 4 an internal error.
    """
    with keeps():
        logs = {printable(str(file)): read_exported(REGISTER, file) for file in files}
        source = click.get_current_context().get_parameter_source("store_file")
        if not files or source is not ParameterSource.DEFAULT:
            with open_store(store_file) as store:
                store.check()
                log, end = store.register.all(), store.register.end()
                whole = proved(REGISTER, log, end, list(logs.values()))
                logs[printable(str(store_file))] = whole
    verdicts = [verdict(name, log) for name, log in logs.items()]
    if form == "json":
        shown = {"logs": [verdict_object(one) for one in verdicts]}
        click.echo(json.dumps(shown, indent=2))
    else:
        click.echo("\n".join(map(verdict_words, verdicts)))
    return 0 if all(one.whole for one in verdicts) else EXIT_FAILED_ON
