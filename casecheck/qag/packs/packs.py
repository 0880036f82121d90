"""What is in a pack: which cases each auditor reads, and what is asked of each.

Who reads which case is settled by SHA-256 tickets alone, so anybody can deal the sample again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from casecheck.lessons.lesson import Check, Lesson, Rules
from casecheck.lessons.needs import needs_of
from casecheck.qag.packs.returned import MAX_ROWS
from casecheck.qag.store.rows import DrawnCase, FrameCase, Run, Sample
from casecheck.results import Outcome
from casecheck.text.printable import printable

AUDITOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", re.ASCII)
"""How an auditor is named: a code, which is in file names and in the log for good."""
MOST_ROWS = 20
"""How many of a check's findings an open pack points to."""
NOT_EVALUATED = "Could not be evaluated"


class PackError(Exception):
    """A pack cannot be made as asked; the message says why, and the cure."""


class Question(NamedTuple):
    """What a check asks of an auditor, in words: the question, what meets it, where to look.

    `title` is the lesson's.
    """

    lesson: str
    title: str
    check: str
    asks: str
    met_by: str
    look: str


Part = Literal["asked", "others", "spare"]


class PackRow(NamedTuple):
    """One row of a pack: a question about one case.

    `as_of` is the day that the record speaks for. `engine` and `rows` are what the engine said, and
    the rows that its findings point to; both are "" in a blind pack. `part` says whether the row is
    asked, asks whether none of the other lessons applies, or is a row of those, to be answered only
    where one does.
    """

    case_id: str
    position: int
    file: str
    as_of: str
    question: Question
    engine: str = ""
    rows: str = ""
    part: Part = "asked"


@dataclass(frozen=True, slots=True)
class Pack:
    """What one auditor is sent. `sample_key` tells samples of one name apart."""

    sample: str
    sample_key: str
    auditor: str
    blind: bool
    rows: tuple[PackRow, ...]

    @property
    def asked(self) -> int:
        """How many rows are to be answered: the first, before those for where a lesson applies."""
        return sum(row.part != "spare" for row in self.rows)


@dataclass(frozen=True, slots=True)
class Deal:
    """Who reads which of the drawn cases, by rank; `second` are the cases read twice.

    `cases` holds for each auditor the ranks, in order.
    """

    cases: Mapping[str, tuple[int, ...]]
    second: frozenset[int]


def sample_key(sample: Sample, run: Run) -> str:
    """Return what identifies a sample in its packs; it stays when the sample is extended."""
    names = json.dumps([sample.name, sample.seed, run.digest, run.label, run.as_of])
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def questions(rules: Rules, lessons: Sequence[str]) -> list[Question]:
    """Return what the checks of these lessons ask, in the order of the pages; no lessons: all."""
    return [
        _question(rules, lesson, check)
        for lesson in rules.lessons
        if not lessons or lesson.id in lessons
        for check in lesson.checks
    ]


def _question(rules: Rules, lesson: Lesson, check: Check) -> Question:
    ways = dict.fromkeys(way.means for part in check.populations for way in part.met_by)
    standards = [
        f"{parameter.in_words} ({parameter.basis.rstrip('.')})"
        for name, parameter in lesson.parameters.items()
        if name in _words(check)
    ]
    met_by = "; or ".join(ways)
    if standards:
        met_by += f". Standard: {'; '.join(standards)}"
    sections = needs_of(replace(lesson, checks=(check,)), rules.concepts).sections
    look = ", ".join(section.replace("_", " ") for section in sections)
    return Question(lesson.id, lesson.title, check.id, check.asks, met_by, look)


def _words(check: Check) -> set[str]:
    """Return every word in the conditions of a check, its parameters among them."""
    conditions = [
        condition
        for part in check.populations
        for where in (
            part.where,
            *(way.conditions for way in (*part.given, *part.unless, *part.met_by)),
        )
        for condition in where
    ]
    words = {word for condition in conditions for word in re.findall(r"\w+", condition.text)}
    ways = (way for part in check.populations for way in part.ways)
    return words | {str(way.at_least) for way in ways if way.at_least}


def deal(sample: Sample, auditors: Sequence[str], double: int, ranks: range) -> Deal:
    """Deal the drawn cases of these ranks to auditors, `double` in a hundred of them to two.

    Cases go round the auditors in the order of their tickets, SHA-256 of `seed|deal|rank|case id`.
    The share read twice, rounded up, is the first by the ticket of `seed|double|rank|case id`; the
    second reader is whoever then has the fewest cases. What is unusable is dealt like the rest,
    so that a case found so later moves no other.

    Raises:
        PackError: where there are no such cases, or too few auditors.
    """
    drawn = [case for case in sample.drawn if case.rank in ranks]
    if double and len(auditors) < 2:
        raise PackError("cases marked twice need two auditors: name another with --auditor")
    if not any(not case.unusable for case in drawn):
        raise PackError(f"sample {sample.name} has no usable case of these ranks")
    dealt: dict[str, list[int]] = {auditor: [] for auditor in auditors}
    first: dict[int, str] = {}
    for number, case in enumerate(_by_ticket(sample, "deal", drawn)):
        first[case.rank] = auditors[number % len(auditors)]
        dealt[first[case.rank]].append(case.rank)
    twice = _by_ticket(sample, "double", drawn)[: -(-len(drawn) * double // 100)]
    for case in twice:
        others = [auditor for auditor in auditors if auditor != first[case.rank]]
        dealt[min(others, key=lambda auditor: len(dealt[auditor]))].append(case.rank)
    unusable = {case.rank for case in drawn if case.unusable}
    return Deal(
        {auditor: tuple(sorted(set(mine) - unusable)) for auditor, mine in dealt.items()},
        frozenset(case.rank for case in twice) - unusable,
    )


def _by_ticket(sample: Sample, use: str, drawn: Iterable[DrawnCase]) -> list[DrawnCase]:
    def ticket(case: DrawnCase) -> str:
        drawn_case = f"{sample.seed}|{use}|{case.rank}|{case.case_id}"
        return hashlib.sha256(drawn_case.encode()).hexdigest()

    return sorted(drawn, key=ticket)


def make_pack(  # noqa: PLR0913, PLR0917 - what a pack is made of
    sample: Sample,
    key: str,
    auditor: str,
    ranks: Iterable[int],
    frame: Mapping[int, FrameCase],
    questions: Sequence[Question],
    blind: bool,
    ask_all: bool = True,
) -> Pack:
    """Return an auditor's pack: cases in the order of their ids, which tells nothing of the draw.

    `frame` holds the run's cases by position. `ask_all`: every question is asked of every case.
    Else those of the lessons that may apply to it, and one more: whether none of the others does.
    What is asked of those, where one does, stands at the end.
    """
    wanted = set(ranks)
    mine = {case.position for case in sample.drawn if case.rank in wanted}
    if len(mine) * (len(questions) + (not ask_all)) > MAX_ROWS:
        message = f"the pack of {auditor} has more rows than are read back ({MAX_ROWS:,})"
        cure = "share the cases among more auditors, or write some of them at a time by --ranks"
        raise PackError(f"{message}: {cure}")
    asked: list[PackRow] = []
    spare: list[PackRow] = []
    first_spare: dict[int, int] = {}
    for position in sorted(mine):
        case = frame[position]
        others = [] if ask_all else _others(case, questions)
        rows = list(_asked_of(case, questions, blind))
        asked += [row for row in rows if row.question.lesson not in others]
        if others:
            first_spare[len(asked)] = len(spare)
            asked.append(_none_applies(rows, others, blind))
            spare += [row._replace(part="spare") for row in rows if row.question.lesson in others]
    for at, number in first_spare.items():
        question = asked[at].question
        asks = question.asks.format(number=len(asked) + number + 1)
        asked[at] = asked[at]._replace(question=question._replace(asks=asks))
    return Pack(sample.name, key, auditor, blind, (*asked, *spare))


def _others(case: FrameCase, questions: Sequence[Question]) -> list[str]:
    """Return the lessons that do not apply to a case, by what casecheck found of every check."""
    found: dict[str, set[Outcome | None]] = {}
    for one in questions:
        found.setdefault(one.lesson, set()).add(case.outcomes.get((one.lesson, one.check)))
    return [lesson for lesson, all_of in found.items() if all_of == {Outcome.NOT_APPLICABLE}]


def _none_applies(rows: Sequence[PackRow], others: Sequence[str], blind: bool) -> PackRow:
    """Return the row of a case that asks whether none of some lessons applies."""
    titles = {row.question.lesson: row.question.title for row in rows}
    listed = "; ".join(f"{lesson} {titles[lesson]}" for lesson in others)
    question = Question(", ".join(others), "", "", _NONE_APPLIES, listed, "")
    engine = "" if blind else Outcome.NOT_APPLICABLE.in_words.capitalize()
    return rows[0]._replace(question=question, engine=engine, rows="", part="others")


_NONE_APPLIES = (
    "Do the lessons named here not apply to this case, none of them? If one does, answer its rows"
    " too: those of this case begin at No {number}."
)


def _asked_of(case: FrameCase, questions: Sequence[Question], blind: bool) -> Iterator[PackRow]:
    """Yield what is asked of a case."""
    file = printable(case.file if case.line is None else f"{case.file} line {case.line}")
    pointers: dict[tuple[str, str], list[str]] = {}
    if not blind:
        for finding in case.findings:
            key = (finding.lesson, finding.check)
            pointers.setdefault(key, []).append(" with ".join(finding.pointers))
    for question in questions:
        row = PackRow(case.case_id, case.position, file, case.extracted_on, question)
        key = (question.lesson, question.check)
        yield row if blind else _opened(row, case.outcomes.get(key), pointers.get(key, []))


def _opened(row: PackRow, outcome: Outcome | None, pointers: list[str]) -> PackRow:
    """Return a row with what the engine said."""
    if len(pointers) > MOST_ROWS:
        pointers[MOST_ROWS:] = [f"and {len(pointers) - MOST_ROWS} more"]
    said = NOT_EVALUATED if outcome is None else outcome.in_words.capitalize()
    return row._replace(engine=said, rows="; ".join(pointers))
