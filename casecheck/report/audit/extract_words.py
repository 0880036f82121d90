"""Say once of an extract what it cannot answer, and which sections to ask for first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from casecheck.audit.check_answers import CheckAnswers, ExtractAnswers
from casecheck.report.audit.case_text import checks_words
from casecheck.text.page import Page, counted

MOST_ASKED_FOR = 6
"""The most steps that are shown: what comes after them settles little."""


class Step(NamedTuple):
    """Sections to ask for together, and the checks that can be answered once they are there."""

    sections: tuple[str, ...]
    checks: tuple[str, ...]


def what_to_ask_for(
    checks: Mapping[str, CheckAnswers], nowhere: Collection[str] = ()
) -> list[Step]:
    """Return what to ask for, the most useful first: the most checks for the fewest sections.

    Each step counts on those before it. A check that most records answer, or that no section would
    settle, is in none. Where a check needs sections that are `nowhere`, in hardly any record, those
    are what to ask for; what a few records lack beside is for those records to be asked.
    """
    open_checks = {
        name: frozenset(answers.would_settle).intersection(nowhere)
        or frozenset(answers.would_settle)
        for name, answers in checks.items()
        if mostly_not(answers) and answers.would_settle
    }
    steps = []
    while open_checks:
        wanted = {needs: _settled(needs, open_checks) for needs in open_checks.values()}
        best = min(
            wanted, key=lambda needs: (-len(wanted[needs]) / len(needs), len(needs), sorted(needs))
        )
        order = [one for one in checks[wanted[best][0]].would_settle if one in best]
        steps.append(Step(tuple(order), tuple(wanted[best])))
        open_checks = {
            name: needs - best for name, needs in open_checks.items() if name not in wanted[best]
        }
    return steps


def steps_of(extract: ExtractAnswers) -> list[Step]:
    """Return what to ask for, of an extract whose records were counted.

    What most records lack counts as lacking: a few seem to answer a check only because they have
    no row that it could be asked of.
    """
    return what_to_ask_for(extract.checks(), _hardly_anywhere(extract))


def mostly_not(answers: CheckAnswers) -> bool:
    """Whether most of the records can tell nothing of a check but whom to ask."""
    return answers.not_ + answers.finds_whom_to_ask > answers.answered + answers.partly


def _settled(needs: frozenset[str], checks: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the checks that need nothing else; the first of them needs all of it."""
    settled = [name for name, theirs in checks.items() if theirs <= needs]
    return sorted(settled, key=lambda name: checks[name] != needs)


def extract_lines(page: Page, extract: ExtractAnswers) -> list[str]:
    """Return what the extract cannot answer, whatever the case; nothing where it answers all."""
    if extract.half_is_whole:  # so that no check is unanswered by most, as is quickly told
        return []
    checks = extract.checks()
    lacking = [name for name, answers in checks.items() if mostly_not(answers)]
    if not lacking:
        return []
    never = sum(answers.never for answers in checks.values())
    few, of = len(lacking) - never, f"of {counted(len(checks), 'check')}"
    where = f"{never} {of}, in every record" if never else f"{few} {of}, in most records"
    where += f"; {few} more, in most" if never and few else ""
    lines = page.lines(f"What this extract cannot answer: {where}", 0, 2, "heading")
    lines += page.lines(_lessons(checks, lacking), 2, 2)
    lines += page.lines(_lacking(extract), 2, 2)
    steps = steps_of(extract)
    if steps:
        lines += page.lines("Ask for these sections, the most useful first:", 2, 2)
    for step in steps[:MOST_ASKED_FOR]:
        what = " and ".join(step.sections)
        settles = f"{counted(len(step.checks), 'more check')} ({checks_words(_names(step.checks))})"
        lines += page.lines(f"{what}: {settles}", 4, 2)
    if more := sum(len(step.checks) for step in steps[MOST_ASKED_FOR:]):
        sections = dict.fromkeys(one for step in steps[MOST_ASKED_FOR:] for one in step.sections)
        told = f"then {counted(more, 'more check')} by {', '.join(sections)}"
        lines += page.lines(told, 4, 2)
    return lines


def _names(checks: Sequence[str]) -> list[tuple[str, str]]:
    split = [name.partition(" ") for name in checks]
    return [(lesson, check) for lesson, _, check in sorted(split)]


def _lessons(checks: Mapping[str, CheckAnswers], never: Sequence[str]) -> str:
    """Say of which lessons nothing can be answered, and of which how many checks."""
    asked: dict[str, list[str]] = {}
    for name in checks:
        asked.setdefault(name.partition(" ")[0], []).append(name)
    of_lesson = {one: [name for name in names if name in never] for one, names in asked.items()}
    whole = [one for one, names in of_lesson.items() if len(names) == len(asked[one])]
    part = [
        f"{len(names)} of the {len(asked[one])} checks of {one}"
        for one, names in of_lesson.items()
        if 0 < len(names) < len(asked[one])
    ]
    words = [f"every check of {', '.join(whole)}"] if whole else []
    return f"Not answered: {'; '.join([*words, *part])}."


def _hardly_anywhere(extract: ExtractAnswers) -> list[str]:
    """Return the sections that most records lack, each those that none has first."""
    sections = extract.sections().items()
    return [section for section, counts in sections if 2 * counts["absent"] > extract.records]


def _lacking(extract: ExtractAnswers) -> str:
    """Name the sections that most records lack; the others are for `casecheck check` to tell."""
    records, sections = extract.records, extract.sections()
    has = {one: records - sections[one]["absent"] for one in _hardly_anywhere(extract)}
    none = [one for one, number in has.items() if not number]
    few = [f"{one} ({number:,} of {records:,})" for one, number in has.items() if number]
    words = [f"In no record: {', '.join(none)}."] if none else []
    words += [f"In few: {', '.join(few)}."] if few else []
    if some := len(sections) - len(has):
        others = "other section" if has else "section"
        words.append(f"{counted(some, others)} lacking, or in part, in some records.")
    return " ".join([*words, "`casecheck check PATH` has the whole."])
