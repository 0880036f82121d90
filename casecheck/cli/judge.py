"""`casecheck judge`: take the judgments of packs into the log, prove the log, export it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click
from click.core import ParameterSource

from casecheck.cli import EXIT_FAILED_ON, EXIT_INCOMPLETE
from casecheck.cli.options import output_to, text_or_json
from casecheck.cli.progress import counted_on_terminal
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.extras import MissingExtra
from casecheck.qag.judgments.log import exported
from casecheck.qag.judgments.redacting import CannotRedact
from casecheck.qag.judgments.redacting import redact as redact_entry
from casecheck.qag.judgments.taking import Log, LogBroken, take
from casecheck.qag.judgments.verifying import (
    CannotVerify,
    Covered,
    LogDeparted,
    check_store,
    covered,
    need_beginning,
    need_whole,
    read_export,
    verdict,
)
from casecheck.qag.packs.files import find_packs
from casecheck.qag.packs.read_back import read_back
from casecheck.qag.packs.returned import together
from casecheck.qag.packs.submission import Submission
from casecheck.report.qag.judge_text import (
    COPIES_LEFT,
    NOT_WIPED,
    covered_words,
    redacted_object,
    redacted_words,
    taken_object,
    taken_words,
    verdict_object,
    verdict_words,
)
from casecheck.text.counted import counted
from casecheck.text.printable import printable
from casecheck.text.regular_file import NoFile


@click.command("judge", epilog="Example: casecheck judge --verify")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@store_option
@click.option(
    "--correct", is_flag=True,
    help="Take judgments that differ from earlier ones. Both stay in the log; the last one counts.",
)  # fmt: skip
@click.option(
    "--partial", is_flag=True,
    help="Take packs that are half done: what is answered. Hand the same files in again later.",
)  # fmt: skip
@click.option(
    "--verify", is_flag=True,
    help="Prove the store's log whole, and its runs and samples as they were saved; or each"
    " exported FILE, and with --store that the store's log goes on from it.",
)  # fmt: skip
@click.option(
    "--export", "export", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the whole log to a file that --verify can prove whole; - for standard output. An"
    " older one there is replaced only where the log goes on from it.",
)  # fmt: skip
@click.option(
    "--accept-reasons", is_flag=True,
    help="Take reasons, too, in which an NHS number, a phone number or the like seems to stand.",
)  # fmt: skip
@click.option(
    "--redact", type=int, metavar="ENTRY",
    help="Take the words of this entry's reason out of the log for good; their digest stays.",
)  # fmt: skip
@click.option(
    "--because", metavar="TEXT", help="Why, with --redact: it stays in the log. Name nobody in it."
)
@click.option(
    "--by", "who", metavar="CODE", default="", help="Who does so, with --redact: a code, no name."
)
@text_or_json("form", says="What is printed.")
def command(  # noqa: PLR0913, PLR0917 - one for each option
    files: tuple[Path, ...],
    store_file: Path,
    correct: bool,
    partial: bool,
    verify: bool,
    export: Path | None,
    accept_reasons: bool,
    redact: int | None,
    because: str | None,
    who: str,
    form: str,
) -> int:
    """Take the judgments of filled-in packs, .xlsx or .csv, into the log.

    FILE is a pack, or a folder: then all packs in it and in its folders.
    Each pack must be whole: every row judged, no locked cell changed; --partial takes one that is
    half done. Whatever is wrong in any of
    them is named with sheet, row and cell, and then nothing is taken from any. A pack handed in
    twice is taken once. The log only grows, and each entry holds the hash of the one before.

    A reason that seems to hold somebody's identity stops its pack until it is said without. What
    got in all the same, a name for one, --redact takes out: other entries stay as they are, and the
    log says who did so and why.

    Exit status: 0 all was taken, or the log is whole; 1 --verify found that it is not; 2 wrong
    usage; 3 something is wrong with a pack, and nothing was taken; 4 an internal error.
    """
    if partial and (verify or export is not None):
        raise click.UsageError("--partial is for packs: leave out --verify and --export")
    if correct + verify + (export is not None) > 1:
        raise click.UsageError("--correct, --verify and --export are three different things")
    _refuse_beside(redact, because, who, files, correct or verify or partial or accept_reasons)
    if export is not None and redact is not None:
        raise click.UsageError("--redact and --export are two different things")
    if accept_reasons and (verify or export is not None):
        raise click.UsageError("--accept-reasons is for packs: leave out --verify and --export")
    try:
        if redact is not None:
            return _redact(store_file, redact, because or "", who, form)
        if verify:
            return _verify(files, store_file, form)
        if export is not None:
            return _export(files, store_file, export)
        how = _How(correct=correct, partial=partial, accept_reasons=accept_reasons)
        return _take(files, store_file, how, form)
    except LogDeparted as error:
        raise click.UsageError(f"--export {error}") from None
    except (MissingExtra, LogBroken, CannotVerify, CannotRedact) as error:
        raise click.UsageError(str(error)) from None


def _refuse_beside(
    redact: int | None, because: str | None, who: str, files: Sequence[Path], other: bool
) -> None:
    """Refuse what is no use with --redact, or without it."""
    if redact is None and (because is not None or who):
        raise click.UsageError("--because and --by say why and by whom with --redact ENTRY")
    if redact is not None and because is None:
        raise click.UsageError("--redact needs --because TEXT: the log says why words are gone")
    if redact is not None and (files or other):
        message = "--redact takes out the words of one entry of the store's log"
        raise click.UsageError(f"{message}: name no FILE and no other option with it")


def _redact(store_file: Path, number: int, because: str, who: str, form: str) -> int:
    with open_store(store_file) as store:
        done = redact_entry(store, number, because, who)
    words = redacted_object(done) if form == "json" else redacted_words(done)
    click.echo(json.dumps(words, indent=2) if form == "json" else words)
    click.echo(COPIES_LEFT if done.wiped else NOT_WIPED, err=True)
    return 0


class _How(NamedTuple):
    """How packs are taken, as the options say."""

    correct: bool
    partial: bool
    accept_reasons: bool


def _take(files: Sequence[Path], store_file: Path, how: _How, form: str) -> int:
    if not files:
        raise click.UsageError("name the packs to take: FILE...")
    found = find_packs(files)
    for sentence in found.notes():
        click.echo(sentence, err=True)
    packs: list[Submission] = []
    problems = found.problems
    for file in counted_on_terminal(found.files, "packs read", len(found.files)):
        try:
            read = read_back(file, partial=how.partial, accept_reasons=how.accept_reasons)
        except NoFile as error:
            raise click.UsageError(f"{file} {error}") from None
        if isinstance(read, Submission):
            packs.append(read)
        else:
            problems += read
    with open_store(store_file) as store:
        done = take(store, packs, problems, correct=how.correct)
    if isinstance(done, Log):
        click.echo(
            json.dumps(taken_object(done), indent=2) if form == "json" else taken_words(done)
        )
        return 0
    if form == "json":
        click.echo(json.dumps({"problems": [one._asdict() for one in done]}, indent=2))
    else:
        click.echo("\n".join(map(str, together(done))), err=True)
    click.echo(f"{counted(len(done), 'problem')}: nothing was taken from any file.", err=True)
    return EXIT_INCOMPLETE


def _export(files: Sequence[Path], store_file: Path, to: Path) -> int:
    if files:
        raise click.UsageError("--export writes the store's log: name no other FILE with it")
    with open_store(store_file) as store:
        entries = store.entries()
        end = store.log_end()
    need_whole(entries)
    file = None if str(to) == "-" else to
    with output_to(file, option="--export") as stream:
        if file is not None:
            need_beginning(file, entries, store_file)
        need_whole(entries, end)
        stream.writelines(f"{line}\n" for line in exported(entries))
    return 0


def _verify(files: Sequence[Path], store_file: Path, form: str) -> int:
    """Verify exported logs, and the store's where no other is named, or the option --store."""
    logs = {printable(str(file)): read_export(file) for file in files}
    covers: list[Covered] = []
    source = click.get_current_context().get_parameter_source("store_file")
    if not files or source is not ParameterSource.DEFAULT:
        with open_store(store_file) as store:
            logs[printable(str(store_file))] = check_store(store, logs.values())
            covers = covered(store)
    verdicts = [verdict(name, log) for name, log in logs.items()]
    if form == "json":
        logs_object = {
            "logs": [verdict_object(one) for one in verdicts],
            "covers": [one._asdict() for one in covers],
        }
        click.echo(json.dumps(logs_object, indent=2))
    else:
        click.echo("\n".join([*map(verdict_words, verdicts), *covered_words(covers)]))
    whole = all(one.whole for one in verdicts) and not any(one.changed for one in covers)
    return 0 if whole else EXIT_FAILED_ON
