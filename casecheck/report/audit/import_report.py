"""Reports how an import went: what of the source was wrong, and what its records can answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

import casecheck
from casecheck.audit.check_answers import ExtractAnswers
from casecheck.intake.sources.dirt import DOUBLE_ROW, Action, Faults, Met
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.importing import Source
from casecheck.intake.sources.values import NO_SUCH_CODE, NO_SUCH_WORDING, OTHER_TEXT
from casecheck.report.audit.case_text import checks_words
from casecheck.report.audit.extract_words import extract_lines
from casecheck.text.page import Page, counted
from casecheck.text.printable import printable

_ANSWERS = (
    ("Answered", "answered"),
    ("Partly", "partly"),
    ("Only whom to ask about", "finds_whom_to_ask"),
    ("Not at all", "not_"),
)
_OTHERS = frozenset({NO_SUCH_WORDING, NO_SUCH_CODE, OTHER_TEXT})
"""Faults of a text that is none of those that an item may have."""
MOST_ACCEPTED = 12
"""Texts that an item may have: so many are told; the report as JSON has all."""
MOST_UNKNOWN = 20
"""Names of elements or columns that nobody knows: so many are told."""


class ImportReport:
    """What is told of one import, in words and as JSON."""

    def __init__(self, source: Source, faults: Faults, answers: ExtractAnswers) -> None:
        self._source = source
        self._faults = faults
        self._answers = answers

    def as_json(self) -> str:
        """Return the report as one JSON object."""
        extract = self._source.extract
        told = {
            "casecheck": casecheck.__version__,
            "source": extract.source,
            "extracted_on": extract.day.isoformat(),
            "first_day": extract.first_day.isoformat() if extract.first_day else None,
            "records": self._answers.records,
            "not_read": self._faults.lost,
            "faults": [self._fault_json(met) for met in self._faults.met()],
            "unknown_items": dict(sorted(self._source.unknown.items())),
            "notes": list(self._source.notes),
            "extract": self._answers.as_json(),
        }
        return json.dumps(told, indent=2) + "\n"

    def write_text(self, stream: TextIO) -> None:
        """Write the report in words."""
        page = Page(stream, None, None)
        for line in self._lines(page):
            stream.write(f"{line}\n")

    def _lines(self, page: Page) -> Iterator[str]:
        extract, answers = self._source.extract, self._answers
        since = f", from {extract.first_day} on" if extract.first_day else ""
        head = (
            f"{counted(answers.records, 'record')} of {extract.source}, as of {extract.day}{since}"
        )
        lost = (
            f"; children or rows that could not be read: {self._faults.lost:,}"
            if self._faults.lost
            else ""
        )
        yield from page.lines(f"{head}{lost}", 0, 2, "heading")
        for note in self._source.notes:
            yield from page.lines(f"- {printable(note)}", 2, 2)
        yield ""
        yield from self._faults_lines(page)
        yield from self._answer_lines(page)
        asked_for = extract_lines(page, answers)
        if asked_for:
            yield ""
            yield from asked_for
        yield ""
        yield from page.lines(
            "What a source does not carry is unknown in its records, and never a pass."
        )

    def _faults_lines(self, page: Page) -> Iterator[str]:
        met = [one for one in self._faults.met() if one.fault.action is not Action.MENDED]
        doubled = self._faults.count(DOUBLE_ROW)
        if met or doubled:
            yield from page.lines("What was met in the source, and what was done", 0, 2, "heading")
        for one in met:
            what = f"{one.times:,} x {one.fault.name} ({printable(one.item)}): {one.fault.action}"
            known = _accepted_words(self._accepted(one))
            where = f"[{one.number}; {printable(one.where())}]"
            yield from page.lines(f"- {what} {where}{known}", 2, 2)
        if doubled:
            yield from page.lines(f"- Rows that stood twice, and are one now: {doubled:,}", 2, 2)
        unknown = self._source.unknown
        if unknown:
            names = [f"{printable(name)} ({number:,})" for name, number in sorted(unknown.items())]
            more = f" and {len(names) - MOST_UNKNOWN} more" if len(names) > MOST_UNKNOWN else ""
            told = f"Not known, and not read: {', '.join(names[:MOST_UNKNOWN])}{more}"
            yield from page.lines(f"- {told}", 2, 2)
        if met or doubled or unknown:
            yield ""

    def _accepted(self, met: Met) -> Sequence[str]:
        """Return what an item may have, where something else stood in it.

        A council's own mapping may hold more than it should: what looks so is masked.
        """
        texts = self._source.mapping.accepted.get(met.item, ()) if met.number in _OTHERS else ()
        return list(dict.fromkeys(map(masked, texts)))

    def _fault_json(self, met: Met) -> dict[str, Any]:
        told = {
            "fault": met.number,
            "name": met.fault.name,
            "action": str(met.fault.action),
            "item": met.item,
            "count": met.times,
            "places": [str(place) for place in met.places],
        }
        accepted = self._accepted(met)
        return {**told, "accepted": accepted} if accepted else told

    def _answer_lines(self, page: Page) -> Iterator[str]:
        checks = self._answers.checks()
        if not self._answers.records or not checks:
            return
        yield from page.lines("What these records can answer, check by check", 0, 2, "heading")
        for words, answer in _ANSWERS:
            numbers = {name: getattr(one, answer) for name, one in checks.items()}
            names = {name: number for name, number in numbers.items() if number}
            if names:
                told = f"{words} ({counted(len(names), 'check')}): {self._named(names)}"
                yield from page.lines(f"- {told}", 2, 2)

    def _named(self, names: Mapping[str, int]) -> str:
        """Name checks; those that not every record answers so with the number that do."""
        every = self._answers.records
        whole = [name for name, number in names.items() if number == every]
        words = [checks_words([_split(name) for name in whole])] if whole else []
        words += [
            f"{name} ({number:,} of {every:,})" for name, number in names.items() if number < every
        ]
        return ", ".join(words)


def _split(name: str) -> tuple[str, str]:
    lesson, _, check = name.partition(" ")
    return lesson, check


def _accepted_words(texts: Sequence[str]) -> str:
    if not texts:
        return ""
    more = f" and {len(texts) - MOST_ACCEPTED} more" if len(texts) > MOST_ACCEPTED else ""
    return f"; known are {', '.join(map(printable, texts[:MOST_ACCEPTED]))}{more}"
