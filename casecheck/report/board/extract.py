"""What the records of a board paper can and cannot tell, as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from casecheck.audit.check_answers import ExtractAnswers
from casecheck.intake.records import read_each
from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Rules
from casecheck.record.faults import Unreadable
from casecheck.record.model import CaseRecord
from casecheck.report.audit.extract_words import mostly_not, steps_of
from casecheck.report.board.paper import Extract

_MOST_ASKED_FOR = 5


def extract_of(texts: Iterable[RecordText | Unreadable], rules: Rules) -> Extract:
    """Return what the records of texts carry, all together; what cannot be read is passed over."""
    answers, days = ExtractAnswers(rules), set[date]()
    for record in _records(texts):
        answers.add(record.carried)
        days.add(record.extracted_on)
    checks = [name for name, one in answers.checks().items() if mostly_not(one)]
    asked_for = dict.fromkeys(one for step in steps_of(answers) for one in step.sections)
    return Extract(
        answers.records,
        max(days, default=None),
        len(days),
        list(asked_for)[:_MOST_ASKED_FOR],
        checks if answers.records else [],
    )


def _records(texts: Iterable[RecordText | Unreadable]) -> Iterator[CaseRecord]:
    for read in read_each(texts):
        if not isinstance(read, Unreadable):
            yield read.record
