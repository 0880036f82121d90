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

    Each step counts on those before it. A check that no section would settle is in none. Where a
    check needs sections that are `nowhere`, in no record, those are what to ask for; what a few
    records lack beside is for those records to be asked.
    """
    open_checks = {
        name: frozenset(answers.would_settle).intersection(nowhere)
        or frozenset(answers.would_settle)
        for name, answers in checks.items()
        if answers.never and answers.would_settle
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
    """Return what to ask for, of an extract whose records were counted."""
    return what_to_ask_for(extract.checks(), _nowhere(extract))


def _settled(needs: frozenset[str], checks: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the checks that need nothing else; the first of them needs all of it."""
    settled = [name for name, theirs in checks.items() if theirs <= needs]
    return sorted(settled, key=lambda name: checks[name] != needs)


def extract_lines(page: Page, extract: ExtractAnswers) -> list[str]:
    """Return what the extract cannot answer, whatever the case; nothing where it answers all."""
    if extract.one_is_whole:  # which is quickly told: no other need be looked at
        return []
    checks = extract.checks()
    never = [name for name, answers in checks.items() if answers.never]
    if not never:
        return []
    heading = (
        f"What this extract cannot answer: {len(never)} of {counted(len(checks), 'check')}, in "
        "every record"
    )
    lines = page.lines(heading, 0, 2, "heading")
    lines += page.lines(_lessons(checks, never), 2, 2)
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
    """Say of which lessons nothing can be answered, and of which a part."""
    asked: dict[str, list[str]] = {}
    for name in checks:
        asked.setdefault(name.partition(" ")[0], []).append(name)
    of_lesson = {one: [name for name in names if name in never] for one, names in asked.items()}
    whole = [one for one, names in of_lesson.items() if len(names) == len(asked[one])]
    part = [
        f"{one} ({len(names)} of {len(asked[one])})"
        for one, names in of_lesson.items()
        if 0 < len(names) < len(asked[one])
    ]
    words = [f"No check of {', '.join(whole)}"] if whole else []
    words += [f"{'not all' if whole else 'Not all'} of {', '.join(part)}"] if part else []
    return f"{'; '.join(words)}."


def _nowhere(extract: ExtractAnswers) -> list[str]:
    """Return the sections that no record has."""
    sections = extract.sections().items()
    return [section for section, counts in sections if counts["absent"] == extract.records]


def _lacking(extract: ExtractAnswers) -> str:
    """Name the sections that no record has; the others are for `casecheck check` to tell."""
    none = _nowhere(extract)
    some = len(extract.sections()) - len(none)
    words = f"In no record: {', '.join(none)}." if none else ""
    if some:
        words += f" {counted(some, 'section')} in a part of the records, or in part."
    return f"{words} `casecheck check PATH` has the whole.".strip()
