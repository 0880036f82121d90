"""Tell what came of trying pages on records, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from casecheck.authoring.costs import Cost
from casecheck.authoring.looked_at import LookedAt
from casecheck.authoring.proof_json import proofs_object
from casecheck.authoring.proof_text import ProofText
from casecheck.authoring.trying import CheckTried, Trial
from casecheck.lessons.lesson import Lesson, Rules
from casecheck.report.audit.origin import packs_object
from casecheck.report.audit.repeated import place_words
from casecheck.results import Finding, Outcome, Place
from casecheck.text.page import Column, Page, counted
from casecheck.text.printable import printable

_GRAVITY = {outcome: number for number, outcome in enumerate(Outcome)}
DIGEST_SHOWN = len("sha256:") + 12


def trials_text(trials: Sequence[Trial], page: Page) -> Iterator[str]:
    """Yield the lines of some trials, one after another."""
    for number, trial in enumerate(trials):
        yield from [""] * bool(number)
        yield from _Text(trial, page).lines()


class _Text:
    """Lines for one trial."""

    def __init__(self, trial: Trial, page: Page) -> None:
        self._trial = trial
        self._page = page

    def lines(self) -> Iterator[str]:
        trial, page = self._trial, self._page
        yield from rules_named(trial.rules, page)
        yield from self._examples()
        yield from page.lines(f"{counted(trial.records, 'record')} tried", 0, 2)
        yield from not_looked_at(trial, page)
        if not trial.records:
            yield from page.lines("No record was tried: this says nothing of the pages.", 0, 2)
            return
        costs = {(one.lesson, one.check): one for one in trial.costs}
        for lesson in trial.rules.lessons:
            yield ""
            yield from page.lines(f"{lesson.id} {lesson.title}", 0, 2, "heading")
            yield from page.table(_COLUMNS, self._rows(lesson, costs))
            for check in lesson.checks:
                yield from self._findings(trial.checks[lesson.id, check.id])
        for cost in trial.costs:
            if cost.beyond:
                yield from page.lines(beyond_words(cost), 0, 2, "alarm")

    def _examples(self) -> Iterator[str]:
        text = ProofText(self._page)
        for proof in self._trial.proofs:
            if proof.failed:
                yield ""
                yield from text.failure(proof)
        yield from text.summary(self._trial.proofs)

    def _rows(self, lesson: Lesson, costs: dict[tuple[str, str], Cost]) -> Iterator[list[str]]:
        for check in lesson.checks:
            tried, cost = self._trial.checks[lesson.id, check.id], costs[lesson.id, check.id]
            numbers = [*tried.outcomes.values(), cost.facts, cost.matches]
            yield [check.id, *(f"{number:,}" for number in numbers)]

    def _findings(self, tried: CheckTried) -> Iterator[str]:
        page = self._page
        if not tried.first:
            return
        shown = f"the first {len(tried.first)} of " if tried.findings > len(tried.first) else ""
        words = f"{tried.check}: {shown}{counted(tried.findings, 'finding')}"
        yield ""
        yield from page.lines(words, 0, 2)
        for finding, place in sorted(tried.first, key=lambda one: _GRAVITY[one[0].outcome]):
            label = finding.outcome.in_words.upper()
            (line, *more) = page.lines(
                f"{label}  {finding.case_id}  {place_words(place.file, place.line)}", 2, 2
            )
            yield line.replace(label, page.paint(label, finding.outcome), 1)
            yield from more
            yield from page.lines(printable(finding.message), 4, 2)
            yield from page.lines(
                printable(f"see {' with '.join(finding.pointers)}"), 4, 2, "aside"
            )


_COLUMNS = (
    Column("records, by check", number=False),
    Column("breach", style="breach"),
    Column("cannot\ntell", style="insufficient_evidence"),
    Column("compliant"),
    Column("does not\napply"),
    Column("facts"),
    Column("matches"),
)


def rules_named(rules: Rules, page: Page) -> Iterator[str]:
    """Yield which rules they are: their file or folder, digest and packs."""
    digest = f"{printable(rules.folder)}: {rules.digest[:DIGEST_SHOWN]}"
    yield from page.lines(digest, 0, 2, "heading")
    for pack in rules.packs:
        yield from page.lines(printable(str(pack)), 2, 2, "aside")


def beyond_words(cost: Cost) -> str:
    """Say that not all that a check costs could be counted."""
    return (
        f"{cost.lesson} {cost.check}: in {counted(cost.beyond, 'record')} there are more facts or"
        " matches than were counted; `casecheck rules profile` says which rows multiply"
    )


def not_looked_at(of: LookedAt, page: Page) -> Iterator[str]:
    """Yield what could not be read, and what could not be evaluated: the first ones one by one."""
    if of.not_read:
        yield from page.lines(f"{of.not_read:,} could not be read:", 0, 2, "alarm")
    for one in of.unreadable:
        yield from page.lines(place_words(one.file, one.line), 2, 2)
        for wrong in one.errors[:1]:
            where = f"{wrong.pointer}: " if wrong.pointer else ""
            yield from page.lines(printable(f"{where}{wrong.message}"), 4, 2)
    if of.not_evaluated:
        yield from page.lines(f"{of.not_evaluated:,} could not be evaluated:", 0, 2, "alarm")
    for error in of.errors:
        words = f"{error.case_id} {error.lesson}: {error.in_words}."
        yield from page.lines(printable(words), 2, 2)


def trials_object(trials: Sequence[Trial]) -> dict[str, Any]:
    """Return some trials as what JSON can write."""
    return {"trials": [_object(trial) for trial in trials]}


def _object(trial: Trial) -> dict[str, Any]:
    costs = {(one.lesson, one.check): one for one in trial.costs}
    return {
        **rules_object(trial.rules),
        "examples": proofs_object(trial.proofs),
        "warnings": [asdict(one) for one in trial.warnings],
        **numbers_object(trial),
        "checks": [
            {
                "lesson": one.lesson,
                "check": one.check,
                "outcomes": {str(outcome): number for outcome, number in one.outcomes.items()},
                "findings": one.findings,
                "first": [_finding(finding, place) for finding, place in one.first],
                "cost": cost_object(costs[of]),
            }
            for of, one in trial.checks.items()
        ],
    }


def rules_object(rules: Rules) -> dict[str, Any]:
    """Return which rules they are, as what JSON can write."""
    return {
        "folder": printable(rules.folder),
        "digest": rules.digest,
        "packs": packs_object(rules.packs),
    }


def numbers_object(of: LookedAt) -> dict[str, Any]:
    """Return how many records were looked at, and how many were not, as what JSON can write."""
    return {"records": of.records, "unreadable": of.not_read, "errors": of.not_evaluated}


def cost_object(cost: Cost) -> dict[str, Any]:
    """Return what a check costs, without its name."""
    told = asdict(cost)
    return {name: told[name] for name in told if name not in {"lesson", "check"}}


def _finding(finding: Finding, place: Place) -> dict[str, Any]:
    return {
        "case_id": finding.case_id,
        "file": printable(place.file),
        "line": place.line,
        "outcome": str(finding.outcome),
        "message": finding.message,
        "pointers": list(finding.pointers),
    }
