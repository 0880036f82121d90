"""Lay out what became of the examples of lessons, and of those that failed, why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casecheck.authoring.proving import Proof, Surprise
from casecheck.lessons.lesson import SHORTFALLS
from casecheck.report.lessons.explanation_text import ExplanationText
from casecheck.results import Outcome
from casecheck.text.page import Page, counted
from casecheck.truth.account_form import InstanceAccount
from casecheck.truth.kleene import Truth
from casecheck.truth.plain_reading import Result

MOST_NAMED = 3
"""How many of the instances that decide an outcome are named before the explanation of all."""

_READINGS: dict[Truth, str] = {
    True: "must yes, may yes",
    None: "must no, may yes",
    False: "must no, may no",
}
_DECIDES = {
    Outcome.BREACH: (Result.BREACH,),
    Outcome.INSUFFICIENT_EVIDENCE: (Result.INSUFFICIENT_EVIDENCE, Result.UNSETTLED),
    Outcome.COMPLIANT: (Result.MET,),
    Outcome.NOT_APPLICABLE: (),
}


class ProofText:
    """Lines that tell what became of examples."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def failure(self, proof: Proof) -> Iterator[str]:
        """Yield why one example does not come out as it says."""
        page, place = self._page, proof.example.place
        where = f"{place.file}:{place.line}:{place.column}"
        yield from page.lines(f"{where}: FAILED {proof.example.name}", 0, 2, "heading")
        if proof.disagrees:
            yield from page.lines("THE TWO READINGS DISAGREE.", 2, 2, "alarm")
        if proof.trouble:
            yield from page.lines(proof.trouble, 2, 2)
        for surprise in proof.surprises:
            yield from self._surprise(surprise)
        if proof.surprises:
            legend = "Below, yes and no hold in both readings, must and may; cannot tell: it may be"
            yield from page.lines(f"{legend} so, but need not.", 2, 2, "aside")
            accounts = [surprise.account for surprise in proof.surprises]
            yield from ExplanationText(page, proof.lesson).lines(
                proof.record, proof.audit, accounts
            )
        yield ""

    def _surprise(self, surprise: Surprise) -> Iterator[str]:
        account = surprise.account
        outcome, expected = account.outcome.in_words, surprise.expected.in_words
        if surprise.falls_short and account.outcome is Outcome.BREACH:
            ways = [one or "neither" for one in (*SHORTFALLS, None) if one in account.falls_short]
            outcome, expected = f"breach ({' and '.join(ways)})", f"breach ({surprise.falls_short})"
        verdict = f"{account.check.id}: expected {expected.upper()}, came out as {outcome.upper()}"
        deciding = deciding_instances(surprise)
        yield from self._page.lines(verdict + (", by" if deciding else "."), 2, 2)
        for instance in deciding[:MOST_NAMED]:
            rows = " with ".join(instance.pointers)
            readings = (
                f"asked about: {_READINGS[instance.member]}; met: {_READINGS[instance.evidence]}"
            )
            yield from self._page.lines(f"{rows}  {readings}", 4, 2)
        if more := deciding[MOST_NAMED:]:
            yield from self._page.lines(f"and {len(more):,} more", 4, 2)

    def summary(self, proofs: Sequence[Proof]) -> Iterator[str]:
        """Yield the count of all examples, and how many failed."""
        lessons = len({proof.example.place.file for proof in proofs})
        failed = sum(proof.failed for proof in proofs)
        heading = f"{counted(len(proofs), 'example')} of {counted(lessons, 'lesson')}: "
        if not failed:
            yield from self._page.lines(f"{heading}all as expected.", 0, 2, "heading")
            return
        yield from self._page.lines(f"{heading}{failed:,} failed.", 0, 2, "heading")


def deciding_instances(surprise: Surprise) -> list[InstanceAccount]:
    """Return those explained instances to which a check owes its outcome."""
    results = _DECIDES[surprise.account.outcome]
    return [
        instance
        for population in surprise.account.populations
        for instance in population.shown
        if instance.result in results
    ]
