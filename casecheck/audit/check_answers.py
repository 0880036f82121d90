"""Which checks an extract can answer, in how many of its records, and what would settle the rest.

It is worked out from the sections that a check reads and what a record carries of them, never from
the rows: `docs/outcomes.md` says what the four answers mean.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from casecheck.audit.kept_of_rules import kept_of
from casecheck.lessons.check_reads import PopulationReads, reads_of
from casecheck.lessons.lesson import Rules
from casecheck.record.carried import WHOLE, Carried
from casecheck.record.model import SECTIONS
from casecheck.results import CheckId

_MOST_KEPT = 1 << 12
"""So many forms of records are remembered at a time."""
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
        self._dateless: Counter[Carried] = Counter()
        self._given: Counter[Carried] = Counter()
        """What was counted last, with its first days: to leave these out takes far longer."""

    def add(self, carried: Carried, number: int = 1) -> None:
        """Count one record, or several, by what it carries."""
        self._given[carried] += number
        if len(self._given) >= _MOST_KEPT:  # records may each have first days of their own
            self._leave_days_out()

    def _leave_days_out(self) -> None:
        for carried, number in self._given.items():
            self._dateless[carried.dateless] += number
        self._given.clear()

    @property
    def _carried(self) -> Counter[Carried]:
        """How many records carry what, whatever their first days."""
        self._leave_days_out()
        return self._dateless

    @property
    def records(self) -> int:
        """How many records were counted."""
        return self._carried.total()

    @property
    def half_is_whole(self) -> bool:
        """Whether half of the records carry every section whole: these answer every check."""
        return 2 * self._carried[WHOLE] >= self.records

    def sections(self) -> dict[str, dict[str, int]]:
        """Return, of each section that some record lacks or has in part, in how many."""
        absent, partial = Counter[str](), Counter[str]()
        for carried, number in self._carried.items():
            absent.update(dict.fromkeys(carried.absent, number))
            partial.update(dict.fromkeys(carried.partial, number))
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
            f"{lesson} {check}": self._answers(reads)
            for (lesson, check), reads in reads_in(self._rules).items()
        }

    def _answers(self, reads: Sequence[PopulationReads]) -> CheckAnswers:
        counts, lacking, rank = Counter[Answer](), Counter[str](), dict[str, int]()
        # Most records that differ carry the same of what one check reads.
        sections = frozenset().union(*[one.sections for one in reads])
        alike = Counter[Carried]()
        for carried, number in self._carried.items():
            alike[carried.of(sections)] += number
        for carried, number in alike.items():
            counts[answer_of(reads, carried)] += number
            lacks = {section: at for one in reads for section, at in _lacking(one, carried)}
            lacking.update(dict.fromkeys(lacks, number))
            for section, at in lacks.items():
                rank[section] = min(at, rank.get(section, at))
        order = list(SECTIONS)
        settle = sorted(lacking, key=lambda one: (rank[one], -lacking[one], order.index(one)))
        return CheckAnswers(
            counts["answered"],
            counts["partly"],
            counts["finds_whom_to_ask"],
            counts["not"],
            tuple(settle),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the member `extract` of a report."""
        checks = {name: answers.as_json() for name, answers in self.checks().items()}
        return {"records": self.records, "sections": self.sections(), "checks": checks}


class ChecksByCarried(ABC):
    """Says of which checks something follows from what a record carries alone.

    It is worked out once for all records that carry the same, whatever their first days; of none
    where every section is whole. `rules` may be None, of reports that know no rules.
    """

    def __init__(self, rules: Rules | None) -> None:
        self._rules = rules
        self._reads: Mapping[CheckId, Sequence[PopulationReads]] = {}
        self._of: dict[Carried, frozenset[CheckId]] = {}

    @abstractmethod
    def _follows(self, reads: Sequence[PopulationReads], carried: Carried) -> bool:
        """Say whether it follows of a check, by what its populations read."""

    def of(self, carried: Carried) -> frozenset[CheckId]:
        """Return the checks of which it follows."""
        if carried == WHOLE or self._rules is None:
            return frozenset()
        known = carried.dateless
        if known not in self._of:
            # Of reads, which take time to work out, nothing is asked where every record is whole.
            self._reads = self._reads or reads_in(self._rules)
            if len(self._of) >= _MOST_KEPT:
                self._of.clear()
            self._of[known] = frozenset(
                check for check, reads in self._reads.items() if self._follows(reads, known)
            )
        return self._of[known]


class Unanswerable(ChecksByCarried):
    """Says which checks a record can never answer: it tells at most whom to ask."""

    def _follows(self, reads: Sequence[PopulationReads], carried: Carried) -> bool:
        return answer_of(reads, carried) in ("not", "finds_whom_to_ask")


def reads_in(rules: Rules) -> Mapping[CheckId, Sequence[PopulationReads]]:
    """Return what each check in force reads."""

    def read() -> Mapping[CheckId, Sequence[PopulationReads]]:
        return {
            (lesson.id, check.id): reads_of(check, rules.concepts)
            for lesson in rules.lessons
            for check in lesson.checks
        }

    return kept_of(rules, "reads", read)


def answer_of(reads: Sequence[PopulationReads], carried: Carried) -> Answer:
    """Return how far a record that carries this can answer a check that reads that."""
    answers = {_answer(one, carried) for one in reads}
    if len(answers) == 1:
        return answers.pop()
    if answers & {"answered", "partly"}:
        return "partly"
    return "finds_whom_to_ask"


def _answer(reads: PopulationReads, carried: Carried) -> Answer:
    if not any(one.absent(carried) or one.in_part(carried) for one in reads.every):
        return "answered"
    if not _tells_whom(reads, carried):
        return "not"
    return "partly" if _tells_evidence(reads, carried) else "finds_whom_to_ask"


def _tells_whom(reads: PopulationReads, carried: Carried) -> bool:
    """Say whether of some rows it may be known for certain that they are asked about."""
    given = not reads.given or any(one.may_hold(carried) for one in reads.given)
    kept = all(one.may_fail(carried) for one in reads.unless)
    return reads.asked.may_hold(carried) and given and kept


def _tells_evidence(reads: PopulationReads, carried: Carried) -> bool:
    """Say whether some evidence may be known to be there, or all of it not to be."""
    is_there = any(one.may_hold(carried) for one in reads.met_by)
    return is_there or all(one.may_fail(carried) for one in reads.met_by)


def _lacking(reads: PopulationReads, carried: Carried) -> Iterator[tuple[str, int]]:
    """Yield the sections that a record lacks, in whole or in part, and how useful each would be.

    The least is the most useful: 0 are those without which it is not known whom to ask, 1 those of
    the evidence; 2 tell of more whom to ask. Of a section the most useful comes last.
    """
    whom = (reads.asked, *reads.given, *reads.unless)
    found = [(way, 2) for way in whom] + [(way, 1) for way in reads.met_by]
    for way, at in found:
        for one in way.every:
            for section in one.absent(carried) | one.in_part(carried):
                yield section, at
    if not _tells_whom(reads, carried):
        for way in whom:
            if not way.may_hold(carried):
                for ways in (*way.rows, (way.own,)):
                    if all(one.absent(carried) for one in ways):
                        for section in frozenset().union(*(one.absent(carried) for one in ways)):
                            yield section, 0
