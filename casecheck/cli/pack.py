"""`casecheck pack`: what each auditor is sent of a sample, to fill in and send back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from casecheck.cli.options import rules_in_force, rules_option, set_option
from casecheck.cli.stores import open_store, store_option
from casecheck.intake.sources.guard import looks_like
from casecheck.lessons.lesson import Rules
from casecheck.qag.extras import MissingExtra
from casecheck.qag.packs.csv_file import pack_csv
from casecheck.qag.packs.form import file_stem
from casecheck.qag.packs.packs import (
    AUDITOR,
    Deal,
    Pack,
    PackError,
    Question,
    deal,
    make_pack,
    questions,
    sample_key,
)
from casecheck.qag.packs.to_html import pack_html
from casecheck.qag.packs.to_workbook import workbook
from casecheck.qag.store.naming import LATEST
from casecheck.qag.store.rows import Run, Sample
from casecheck.qag.store.store import Store
from casecheck.text.page import counted
from casecheck.text.printable import printable
from casecheck.text.typed import typed
from casecheck.text.whole_file import WRONG_PLACE, write_files

_WRITERS: Mapping[str, Callable[[Pack], bytes]] = {
    "xlsx": workbook,
    "csv": pack_csv,
    "html": pack_html,
}
_RANKS = re.compile(r"([1-9][0-9]{0,8})-([1-9][0-9]{0,8})", re.ASCII)


def _auditors(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if not AUDITOR.fullmatch(name):
            message = f"{name!r}: give a code of up to 32 letters, figures, - and _, such as anna"
            raise click.BadParameter(message)
        if looks := looks_like(name):
            raise click.BadParameter(f"a code names nobody, and one here looks like {looks}")
    if len({name.casefold() for name in names}) < len(names):
        raise click.BadParameter("an auditor is named twice")
    return names


def _ranks(_: click.Context, __: click.Parameter, text: str | None) -> range:
    found = _RANKS.fullmatch(text or "1-999999999")
    first, last = map(int, found.groups()) if found else (1, 0)
    if last < first:
        raise click.BadParameter(f"{text!r} is not FIRST-LAST, such as 41-60")
    return range(first, last + 1)


@click.command(
    "pack",
    epilog="Example: casecheck pack --auditor anna --auditor ben --double 20 --output packs",
)
@store_option
@click.option(
    "--sample", "sample_name", type=typed, default=LATEST, show_default=True, metavar="NAME",
    help="The sample, by its name or number.",
)  # fmt: skip
@click.option(
    "--auditor", "auditors", multiple=True, required=True, metavar="CODE", callback=_auditors,
    help="A code for an auditor, no name; repeat it for each. A pack is written for each.",
)  # fmt: skip
@click.option(
    "--double", type=click.IntRange(0, 100), default=0, show_default=True, metavar="PERCENT",
    help="How many in a hundred of the cases two auditors read, to see how far they agree.",
)  # fmt: skip
@click.option(
    "--blind/--open", "blind", default=True, show_default="blind",
    help="Hide what casecheck found, or show it.",
)  # fmt: skip
@click.option(
    "--ask", type=click.Choice(["applying", "all"]), default="applying", show_default=True,
    help="Ask of each case the lessons that may apply to it, and once whether the others do not; or"
    " ask all of every case, so that not even this shows what casecheck found.",
)  # fmt: skip
@click.option(
    "--ranks", callback=_ranks, metavar="FIRST-LAST",
    help="Only the cases drawn in these places: those by which a sample was extended, say.",
)  # fmt: skip
@click.option(
    "--format", "formats", multiple=True, type=click.Choice(list(_WRITERS)), default=("xlsx",),
    show_default="xlsx", help="Repeatable. HTML is to print; judgments come back as xlsx or csv.",
)  # fmt: skip
@click.option(
    "--output", "folder", type=click.Path(path_type=Path), required=True, metavar="DIR",
    help="The folder for the packs; made if it is not there. No file is ever replaced.",
)  # fmt: skip
@rules_option
@set_option
def command(  # noqa: PLR0913, PLR0917 - one for each option
    store_file: Path,
    sample_name: str,
    auditors: tuple[str, ...],
    double: int,
    blind: bool,
    ask: str,
    ranks: range,
    formats: tuple[str, ...],
    folder: Path,
    rules_folder: Path | None,
    settings: tuple[str, ...],
) -> int:
    """Write a pack for each auditor of a sample: a row for each question about each case.

    Every check of the lessons that may apply to a case is asked, and in one row whether none of
    the sample's other lessons applies. The same sample, auditors and
    options give the same packs. Judgments come back by `casecheck judge`.

    Exit status: 0 the packs are written; 2 wrong usage, no such sample, or other rules than those
    of the audit; 4 they could not be written.
    """
    try:
        with open_store(store_file) as store:
            sample = store.sample(sample_name)
            run = store.run(sample.run)
            lessons = tuple(sample.design.get("lessons") or run.lessons)
            asked = questions(_rules_of(run, rules_folder, settings), lessons)
            dealt = deal(sample, auditors, double, ranks)
            packs = _packs(store, run, sample, dealt, asked, lessons, (blind, ask == "all"))
        files = {
            f"{file_stem(pack)}.{form}": _WRITERS[form](pack) for pack in packs for form in formats
        }
    except (PackError, MissingExtra) as error:
        raise click.UsageError(str(error)) from None
    _write(folder, files)
    _tell(sample, dealt, folder, files)
    return 0


def _packs(  # noqa: PLR0913, PLR0917 - what packs are made of
    store: Store,
    run: Run,
    sample: Sample,
    dealt: Deal,
    asked: Sequence[Question],
    lessons: Sequence[str],
    how: tuple[bool, bool],
) -> list[Pack]:
    """Return the pack of each auditor who has cases. What is known of the run is let go of.

    `how`: whether packs are blind, and whether all is asked of every case.
    """
    frame = {case.position: case for case in store.frame(run.id, lessons)}
    key = sample_key(sample, run)
    return [
        make_pack(sample, key, auditor, mine, frame, asked, *how)
        for auditor, mine in dealt.cases.items()
        if mine
    ]


def _rules_of(run: Run, folder: Path | None, settings: tuple[str, ...]) -> Rules:
    rules = rules_in_force(folder, (), settings)
    if rules.digest != run.digest:
        message = (
            f"run {run.id} was audited by other rules ({run.digest[:19]}) than those in force"
            f" ({rules.digest[:19]}): name its own by --rules, --settings and --set, or audit again"
        )
        raise click.UsageError(message)
    return rules


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files or none; a file that is there may hold judgments, and is never replaced."""
    there = "is there: move it, or name another --output"
    try:
        for name in files:
            if os.path.lexists(folder / name):
                raise click.UsageError(f"{folder / name} {there}")
        write_files(folder, files)
    except FileExistsError as error:
        raise click.UsageError(f"{error.filename2 or error.filename or folder} {there}") from None
    except OSError as error:
        if error.errno not in WRONG_PLACE:
            raise
        raise click.UsageError(f"--output {folder}: {error.strerror}") from None


def _tell(sample: Sample, dealt: Deal, folder: Path, files: Mapping[str, bytes]) -> None:
    cases = len({rank for mine in dealt.cases.values() for rank in mine})
    twice = len(dealt.second)
    click.echo(f"Sample {sample.name}: {counted(cases, 'case')}, {twice} of them read twice.")
    for auditor, mine in dealt.cases.items():
        click.echo(f"{auditor}: {counted(len(mine), 'case')}")
    for name in files:
        click.echo(printable(f"{folder / name}"))
