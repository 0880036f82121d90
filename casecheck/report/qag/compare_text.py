"""Lays out a comparison of two runs as plain text: what is new, gone and standing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby

from casecheck.qag.store.comparing import COLUMNS, NO_INSTANCE, Change, Comparison
from casecheck.report.qag.runs_text import run_words
from casecheck.results import Outcome
from casecheck.text.counted import counted
from casecheck.text.page import Column, Page
from casecheck.text.printable import printable

_WORDS: Mapping[str, str] = {outcome: outcome.in_words for outcome in Outcome}


def compare_text(compared: Comparison, page: Page) -> Iterator[str]:
    """Yield the lines that show a comparison: counts, and each finding that has changed."""
    yield from _heading(compared, page)
    yield ""
    yield from _table(compared, page)
    changed = [change for change in compared.changes if change.changed]
    for case_id, of_case in groupby(changed, key=lambda change: change.case_id):
        yield ""
        yield from page.lines(case_id, 0, 2, "heading")
        for change in of_case:
            yield from _change(change, page)


def _heading(compared: Comparison, page: Page) -> Iterator[str]:
    for name, run in (("A", compared.before), ("B", compared.now)):
        which = f"{name}: {run_words(run)}, {counted(run.records, 'record')} as of {run.as_of}"
        unreadable = f", {run.unreadable:,} unreadable" if run.unreadable else ""
        yield from page.lines(f"{which}{unreadable}, rules {run.digest[:19]}", 0, 3, "heading")
    gone, come = len(compared.cases_before_only), len(compared.cases_now_only)
    cases = f"Cases in both {compared.cases_in_both:,}, only in A {gone:,}, only in B {come:,}"
    yield from page.lines(cases, 0, 2)
    if compared.before.digest != compared.now.digest:
        warning = "The rules are not the same: a difference may be theirs, and not one of practice."
        yield from page.lines(warning, 0, 2, "breach")
        yield from _which_rules(compared, page)
    for name, was in compared.renamed.items():
        yield from page.lines(printable(f"{name}: called {was} in A"), 2, 2, "aside")
    for name, (before, now) in compared.parameters.items():
        numbers = f"{name}: {before or 'not in force'} in A, {now or 'not in force'} in B"
        yield from page.lines(printable(numbers), 2, 2, "aside")


def _which_rules(compared: Comparison, page: Page) -> Iterator[str]:
    """Yield which checks are not the same; what differs besides is words or examples."""
    if compared.checks is None:
        runs = [run_words(run) for run in (compared.before, compared.now) if not run.meanings]
        unknown = (
            f"Which checks differ is not known: {' and '.join(runs)} did not save what each asked."
        )
        yield from page.lines(unknown, 2, 2, "aside")
        return
    if not compared.checks:
        same = "Every check of these lessons asks the same in both: only words or examples differ."
        yield from page.lines(same, 2, 2, "aside")
    for name, (before, now) in compared.checks.items():
        differs = "asks something else in B than in A" if before and now else "in force in A only"
        if not before:
            differs = "in force in B only"
        yield from page.lines(f"{printable(name)}: {differs}", 2, 2, "aside")


def _table(compared: Comparison, page: Page) -> Iterator[str]:
    """Yield the counts by check: of what both runs looked for, and apart from it the rest."""
    of_checks: dict[str, Counter[str]] = {}
    for change in compared.changes:
        of_checks.setdefault(f"{change.lesson} {change.check}", Counter())[change.column] += 1
    counts = [*sorted(of_checks.items()), ("all checks", sum(of_checks.values(), Counter()))]
    rows = [[name, *[f"{held[kind]:,}" for kind in COLUMNS]] for name, held in counts]
    columns = (
        Column("findings of", number=False), Column("new", style="breach"),
        Column("gone,\nmet now"), Column("gone,\nnot met"), Column("standing"),
        Column("asked in\none run only"),
    )  # fmt: skip
    yield from page.table(columns, rows)


def _change(change: Change, page: Page) -> Iterator[str]:
    kind = "CHANGED" if change.kind == "standing" else change.kind.upper()
    waived = ", accepted" if change.accepted else ""
    before = _in_words(change.before, change.check_before)
    now = _in_words(change.now, change.check_now)
    line = f"{kind} {change.lesson} {change.check}: A: {before}; B: {now}{waived}"
    style = "breach" if change.kind == "new" and change.asked_in_both else ""
    yield from page.lines(line, 2, 2, style)
    yield from page.lines(f"see {' with '.join(change.pointers)}", 4, 2, "aside")


def _in_words(said: str, check: str) -> str:
    """Return what a run says of an instance, and where it is none there, what of its check."""
    words = _WORDS.get(said, said)
    return f"{words} (the check: {_WORDS.get(check, check)})" if said == NO_INSTANCE else words
