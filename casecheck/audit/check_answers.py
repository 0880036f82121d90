"""Which checks an extract can answer, in how many of its records, and what would settle the rest.

It is worked out from the sections that a check reads and what a record carries of them, never from
the rows: `docs/outcomes.md` says what the four answers mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from casecheck.lessons.lesson import Check, Rules
from casecheck.record.carried import Carried

Answer = Literal["answered", "partly", "finds_whom_to_ask", "not"]
"""How far a record can answer a check, by what it carries."""


class CheckAnswers(NamedTuple):
    """In how many records a check is answered, and the sections that would settle the others.

    `not_` are the records in which no instance can ever be told; `finds_whom_to_ask` those that
    tell for certain who must be asked, and never whether it was done; `partly` those with a part of
    what it reads. `would_settle` names sections, the most useful first.
    """

    answered: int = 0
    partly: int = 0
    finds_whom_to_ask: int = 0
    not_: int = 0
    would_settle: tuple[str, ...] = ()

    @property
    def never(self) -> bool:
        """Whether no record of the extract can tell anything of the check but whom to ask."""
        return not (self.answered or self.partly) and bool(self.finds_whom_to_ask or self.not_)

    def as_json(self) -> dict[str, Any]:
        """Return the element of `extract.checks`."""
        return {
            "answered": self.answered,
            "partly": self.partly,
            "finds_whom_to_ask": self.finds_whom_to_ask,
            "not": self.not_,
            "would_settle": list(self.would_settle),
        }


class ExtractAnswers:
    """Counts what the records of an extract carry, and says what that answers.

    `rules` may be None, of reports that know no rules: then there are no checks.
    """

    def __init__(self, rules: Rules | None) -> None:
        self._rules = rules
        self._carried: Counter[Carried] = Counter()

    def add(self, carried: Carried) -> None:
        """Count one record by what it carries."""
        self._carried[carried] += 1

    @property
    def records(self) -> int:
        """How many records were counted."""
        return self._carried.total()

    def sections(self) -> dict[str, dict[str, int]]:
        """Return, of each section that some record lacks or has in part, in how many."""
        absent, partial = Counter[str](), Counter[str]()
        for carried, number in self._carried.items():
            absent.update(dict.fromkeys(carried.absent, number))
            partial.update(dict.fromkeys(carried.partial, number))
        from casecheck.record.model import SECTIONS  # noqa: PLC0415

        return {
            section: {"absent": absent[section], "partial": partial[section]}
            for section in SECTIONS
            if absent[section] or partial[section]
        }

    def checks(self) -> Mapping[str, CheckAnswers]:
        """Return the answers of each check in force, by its name (`P1.1 chair-agreement`)."""
        if self._rules is None:
            return {}
        return {
            f"{lesson.id} {check.id}": self._answers(check)
            for lesson in self._rules.lessons
            for check in lesson.checks
        }

    def _answers(self, check: Check) -> CheckAnswers:
        return CheckAnswers(answered=self.records)

    def as_json(self) -> dict[str, Any]:
        """Return the member `extract` of a report."""
        checks = {name: answers.as_json() for name, answers in self.checks().items()}
        return {"records": self.records, "sections": self.sections(), "checks": checks}
