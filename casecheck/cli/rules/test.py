"""`casecheck rules test`: run the examples of lessons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from casecheck.authoring.linting import warnings_of
from casecheck.authoring.measure_proofs import (
    all_differences,
    measures_proof_object,
    measures_proof_text,
)
from casecheck.authoring.pages import one_by_one
from casecheck.authoring.proof_json import proofs_object
from casecheck.authoring.proof_text import ProofText
from casecheck.authoring.proving import Proof, prove
from casecheck.cli import EXIT_FAILED_ON, EXIT_INTERNAL
from casecheck.cli.options import rules_option, text_or_json
from casecheck.cli.progress import counted_on_terminal
from casecheck.cli.rules.chosen import (
    chosen_measures,
    chosen_rules,
    paths_argument,
    print_report,
    tell_warnings,
)
from casecheck.engine.durable import EngineUnusable
from casecheck.lessons.lesson import Rules
from casecheck.text.page import Page

MOST_SHOWN = 10_000


@click.command("test", epilog="Example: casecheck rules test rules/children_p/P1.1.yaml")
@paths_argument
@rules_option
@click.option(
    "--most", type=click.IntRange(1, MOST_SHOWN), default=10, show_default=True, metavar="N",
    help="How many rows of a check that failed to explain, the gravest first.",
)  # fmt: skip
@text_or_json()
def command(
    paths: tuple[Path, ...], rules_folder: Path | None, most: int, report_format: str
) -> int:
    """Run the examples of lessons and measures, and show why one fails.

    PATH is a page or a folder of pages; without one, all lessons in force. For each check that
    comes out otherwise than an example says: which rows decided it, each condition with what it
    read, and whether it holds in both readings (must, may), in one or in none. Numbers are those
    of the pages, whatever a board has set. On standard error it warns of texts of a new page that
    are still to be written (L009), and of checks that grow too much with a record (L008).

    Exit status: 0 all as expected; 1 an example failed; 2 wrong usage or broken rules; 4 the two
    readings of an example disagree, or another internal error.
    """
    try:
        loaded = chosen_rules(paths, rules_folder)
        number = sum(len(rules.lessons) for rules in loaded)
        proofs = list(counted_on_terminal(_proofs(loaded, most), "lessons tested", number))
        measures = chosen_measures(paths, rules_folder)
        wrong = [one for each, rules in measures for one in all_differences(each, rules)]
    except EngineUnusable as error:
        raise click.UsageError(str(error)) from None
    warnings = [one for rules in loaded for one in warnings_of(rules)]
    tell_warnings(warnings)
    print_report(
        report_format,
        lambda: {
            **proofs_object(proofs),
            **measures_proof_object([each for each, _ in measures], wrong),
            "warnings": list(map(asdict, warnings)),
        },
        lambda page: [
            *(_lines(proofs, page) if proofs or not measures else ()),
            *measures_proof_text([each for each, _ in measures], wrong, page),
        ],
    )
    if any(proof.disagrees for proof in proofs):
        return EXIT_INTERNAL
    return EXIT_FAILED_ON if wrong or any(proof.failed for proof in proofs) else 0


def _lines(proofs: list[Proof], page: Page) -> Iterator[str]:
    text = ProofText(page)
    for proof in proofs:
        if proof.failed:
            yield from text.failure(proof)
    yield from text.summary(proofs)


def _proofs(loaded: list[Rules], most: int) -> Iterator[Proof]:
    for lesson, rules in one_by_one(loaded):
        yield from prove(lesson, rules, most)
