"""What the extract cannot answer, said once of all its records, check by check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casecheck.audit.check_answers import CheckAnswers, ExtractAnswers
from casecheck.report.audit.extract_words import MOST_ASKED_FOR, Step, mostly_not, steps_of
from casecheck.report.html.markup import Html, tag
from casecheck.report.html.tables import table
from casecheck.text.counted import counted


def extract_part(extract: ExtractAnswers) -> Iterator[Html]:
    """Yield what the extract cannot answer; nothing where each record answers every check."""
    checks = {name: one for name, one in extract.checks().items() if one.answered < extract.records}
    sections = extract.sections()
    if not (checks or sections):
        return
    yield tag("h2", "What this extract cannot answer", id="extract")
    words = (
        "This hangs on what the records carry and not on any case: it is told here, once, and the "
        "cases below list only what is theirs."
    )
    yield tag("p", words)
    yield tag("p", _how_many(checks, len(extract.checks())))
    steps = steps_of(extract)
    if steps:
        yield tag("h3", "Ask for these sections, the most useful first")
        yield tag("ol", *map(_step, steps[:MOST_ASKED_FOR]))
    if checks:
        yield tag("details", tag("summary", "Check by check"), _checks(checks))
    if sections:
        rows = [
            (tag("code", name), f"{one['absent']:,}", f"{one['partial']:,}")
            for name, one in sections.items()
        ]
        caption = f"Sections that are missing, of {counted(extract.records, 'record')}"
        heads = ("Section", "records without it", "records with a part of it")
        of_sections = table(caption, heads, rows, "plain")
        yield tag("details", tag("summary", "Section by section"), of_sections)


def _how_many(checks: Mapping[str, CheckAnswers], whole: int) -> str:
    """Say how many checks are answered in no record, in few, and in most but not all."""
    never = sum(one.never for one in checks.values())
    few = sum(mostly_not(one) for one in checks.values()) - never
    parts = [
        f"{number:,} can be answered {where}"
        for number, where in (
            (never, "in no record"),
            (few, "in fewer than half of the records"),
            (len(checks) - never - few, "in most records, and not wholly in all"),
        )
        if number
    ]
    return f"Of {counted(whole, 'check')}, {'; '.join(parts)}." if parts else ""


def _step(step: Step) -> Html:
    settles = f": {counted(len(step.checks), 'more check')} ({', '.join(sorted(step.checks))})"
    return tag("li", tag("code", " and ".join(step.sections)), settles)


def _checks(checks: Mapping[str, CheckAnswers]) -> Html:
    rows = [
        (
            name,
            f"{one.answered:,}",
            f"{one.partly:,}",
            f"{one.finds_whom_to_ask:,}",
            f"{one.not_:,}",
            ", ".join(one.would_settle),
        )
        for name, one in checks.items()
    ]
    heads = (
        "Check",
        "answered",
        "partly",
        "finds whom to ask",
        "not",
        "sections that would settle it",
    )
    return table("Checks, by how many records can answer them", heads, rows, "plain")
