"""Run the examples of a lesson's page in the engine, and gather why one comes out otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from casecheck.audit.auditor import Auditor
from casecheck.lessons.lesson import Example, Lesson, Rules, ShortfallKind
from casecheck.record.model import CaseRecord
from casecheck.record.validation import read_record
from casecheck.results import CaseAudit, Outcome
from casecheck.truth.account import Disagreement, agree, explain
from casecheck.truth.account_form import CheckAccount


@dataclass(frozen=True, slots=True)
class Surprise:
    """A check that came out otherwise than an example expects, and how that came about.

    `falls_short` is how each breach was expected to be told, None where nothing was expected.
    """

    expected: Outcome
    account: CheckAccount
    falls_short: ShortfallKind | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one example: as expected where there is neither surprise nor trouble.

    `audit` is the engine's, which counts. `trouble` says why there is no outcome to trust: the
    engine could not evaluate the example, or (`disagrees`) the reference reading differs from it.
    """

    lesson: Lesson
    example: Example
    record: CaseRecord
    audit: CaseAudit
    surprises: tuple[Surprise, ...]
    trouble: str = ""
    disagrees: bool = False

    @property
    def failed(self) -> bool:
        """Whether the example does not prove what it says."""
        return bool(self.surprises or self.trouble)


def prove(lesson: Lesson, rules: Rules, most: int) -> Iterator[Proof]:
    """Yield what became of each example of a lesson, in the page's order.

    `rules` hold this lesson alone; `most` is how many instances of a failing check are explained.

    Raises:
        EngineUnusable: where the engine cannot run at all.
    """
    auditor = Auditor(rules)
    for example in lesson.examples:
        yield _proof(lesson, example, auditor, most)


def _proof(lesson: Lesson, example: Example, auditor: Auditor, most: int) -> Proof:
    record = read_record(json.dumps(example.record).encode())
    audit = auditor.audit_one(record, example.place.file, example.place.line)
    if audit.errors:
        return Proof(lesson, example, record, audit, (), f"{audit.errors[0].in_words}.")
    told = explain(lesson.checks, auditor.rules.concepts, record, most)
    try:
        agree(lesson, told, audit)
    except Disagreement as error:
        return Proof(lesson, example, record, audit, (), str(error), disagrees=True)
    # A check that the board has switched off has no outcome, and its examples prove nothing now.
    surprises = tuple(
        Surprise(expected, one, short)
        for one in told
        if (expected := example.expect.get(one.check.id)) is not None
        for short in [example.falls_short.get(one.check.id)]
        if expected != one.outcome or (short and one.falls_short != {short})
    )
    return Proof(lesson, example, record, audit, surprises)
