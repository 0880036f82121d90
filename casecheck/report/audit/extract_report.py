"""Reports of what an extract holds: what cannot be read, and which lessons it can answer."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import TextIO

import casecheck
from casecheck.audit.answerable import Answerable
from casecheck.audit.case_ids import CaseIds
from casecheck.lessons.lesson import Rules
from casecheck.lessons.needs import Fact
from casecheck.record.contradictions import contradictions
from casecheck.record.faults import Unreadable
from casecheck.record.model import CaseRecord
from casecheck.report.audit import fragments
from casecheck.report.audit.case_text import CaseText
from casecheck.report.audit.ordering import errors_in_order, place
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.text import MOST_REPEATED, rules_lines
from casecheck.results import CaseAudit, EngineError
from casecheck.text.page import Column, Page, counted
from casecheck.text.printable import printable
from casecheck.text.spool import Spool, sort_key

FORMATS = ("text", "json")

_NARROWEST = 72
"""Columns below which each lesson has lines of its own, and no table is laid out."""
_LESSONS = (
    Column("lesson", number=False),
    Column("", number=False),
    Column("records with\nall it reads"),
    Column("not in the extract (records)", number=False),
)
_FACTS = (
    Column("fact", number=False),
    Column("rows without it"),
    Column("of rows"),
    Column("read by", number=False),
)
_RIGHTLY = (
    "A fact may be missing rightly, as is the reason for closing an action that nobody closed."
)


class ExtractReport(ABC):
    """Takes an extract's records, in any order, and writes what they hold.

    It counts what both formats tell, and keeps, outside memory, what they list.
    """

    def __init__(self, stream: TextIO, rules: Rules, origin: Origin | None = None) -> None:
        self.unreadable = 0
        self.contradictory = 0
        self.repeated = 0
        self._ids = CaseIds()
        self._origin = origin
        self.answerable = Answerable(rules)
        self._stream = stream
        self._rules = rules
        self._spool = Spool()

    def add(
        self,
        record: CaseRecord,
        file: str,
        line: int | None,
        errors: tuple[EngineError, ...] = (),
    ) -> None:
        """Count one record, and keep its contradictions, and what could not be evaluated."""
        self.answerable.add(record, [one.lesson for one in errors])
        first = self._ids.add(record.case_id, file, line)
        if first is not None:
            self.repeated += 1
            if self.repeated <= MOST_REPEATED:
                twice = CaseAudit(record.case_id, file, line, {}, (), (), (), repeats=first)
                key = sort_key(record.case_id, *place(file, line))
                self._spool.add("repeated", key, self._repeated(twice))
        if errors:
            audit = CaseAudit(record.case_id, file, line, {}, (), (), errors)
            key = sort_key(record.case_id, *place(file, line))
            self._spool.add("errors", key, self._errors(audit))
        found = contradictions(record).pairs
        if found:
            self.contradictory += 1
            audit = CaseAudit(record.case_id, file, line, {}, (), found, ())
            key = sort_key(record.case_id, *place(file, line))
            self._spool.add("contradictions", key, self._contradictions(audit))

    def add_unreadable(self, item: Unreadable) -> None:
        """Count and keep one input that could not be read."""
        self.unreadable += item.count
        key = sort_key(*place(item.file, item.line))
        self._spool.add("unreadable", key, self._unreadable(item))

    @abstractmethod
    def finish(self, notes: Sequence[str] = ()) -> None:
        """Write the report, with what there is to say of the inputs as a whole."""

    @abstractmethod
    def _unreadable(self, item: Unreadable) -> str: ...

    @abstractmethod
    def _contradictions(self, audit: CaseAudit) -> str: ...

    @abstractmethod
    def _repeated(self, audit: CaseAudit) -> str: ...

    @abstractmethod
    def _errors(self, audit: CaseAudit) -> str: ...


class _ExtractJson(ExtractReport):
    """One JSON object."""

    def _unreadable(self, item: Unreadable) -> str:
        return fragments.unreadable(item)

    def _contradictions(self, audit: CaseAudit) -> str:
        return ",\n".join(map(fragments.contradiction, audit.contradictions))

    def _errors(self, audit: CaseAudit) -> str:
        return ",\n".join(map(fragments.error, errors_in_order(audit.errors)))

    def _repeated(self, audit: CaseAudit) -> str:
        return fragments.repeated(audit)

    def finish(self, notes: Sequence[str] = ()) -> None:
        held, write = self.answerable, self._stream.write
        origin = {"rules_from": self._origin.as_json()} if self._origin else {}
        head = {
            "casecheck": casecheck.__version__,
            "rules": {"digest": self._rules.digest, "lessons": list(held.needs)},
            **origin,
            **({"notes": list(notes)} if notes else {}),
            "summary": {
                "records": held.records,
                "unreadable": self.unreadable,
                "contradictory": self.contradictory,
                **({"repeated": self.repeated} if self.repeated else {}),
            },
            "lessons": {
                lesson: {
                    "records_with_all_sections": held.whole[lesson],
                    "sections": list(needs.sections),
                    "records_without_section": {
                        section: held.missing[section]
                        for section in needs.sections
                        if held.missing[section]
                    },
                    "records_with_part_of_section": {
                        section: held.partial[section]
                        for section in needs.sections
                        if held.partial[section]
                    },
                    "facts": list(map(_name, needs.facts)),
                    **(
                        {"records_not_evaluated": held.refused[lesson]}
                        if held.refused[lesson]
                        else {}
                    ),
                }
                for lesson, needs in held.needs.items()
            },
            "not_recorded": [
                {
                    "fact": _name(fact),
                    "rows_without": held.silent[fact],
                    "rows": held.rows[fact[0]],
                    "lessons": held.read_by(fact),
                }
                for fact in held.not_recorded()
            ],
        }
        write("{\n")
        for name, value in head.items():
            write(f"{json.dumps(name)}: {json.dumps(value)},\n")
        self._write_list("contradictions", ",\n")
        self._write_list("errors", ",\n")
        if self.repeated:
            self._write_list("repeated", ",\n")
        self._write_list("unreadable", "\n}\n")
        self._spool.close()

    def _write_list(self, part: str, end: str) -> None:
        fragments.listed(self._stream.write, part, self._spool.sorted(part), end)


class _ExtractText(ExtractReport):
    """Plain words, for those who make the extract."""

    def __init__(self, stream: TextIO, rules: Rules, origin: Origin | None = None) -> None:
        super().__init__(stream, rules, origin)
        self._page = Page(stream, None, None)
        self._text = CaseText(self._page, rules)

    def _unreadable(self, item: Unreadable) -> str:
        return "\n".join(self._text.unreadable(item))

    def _contradictions(self, audit: CaseAudit) -> str:
        return "\n".join(self._text.contradictions(audit))

    def _errors(self, audit: CaseAudit) -> str:
        return "\n".join(self._text.errors(audit))

    def _repeated(self, audit: CaseAudit) -> str:
        return "\n".join(self._text.repeated(audit))

    def finish(self, notes: Sequence[str] = ()) -> None:
        page, held = self._page, self.answerable
        self._print(
            page.lines(
                f"casecheck {casecheck.__version__}: {counted(held.records, 'record')} read, "
                f"{self.unreadable:,} unreadable, {self.contradictory:,} contradictory",
                0,
                2,
                "heading",
            )
        )
        rules = f"{self._rules.digest[:19]}, {counted(len(held.needs), 'lesson')}"
        self._print([*rules_lines(page, rules, self._origin), ""])
        if held.records:
            self._print([*self._lessons(), ""])
            self._print([*self._facts(), ""])
        self._print_part(
            "errors", "Not answered: lessons that could not be evaluated on a record, never a pass"
        )
        self._print_part(
            "contradictions", "Contradictory dates: the doubtful ones are taken as unknown"
        )
        more = self.repeated - MOST_REPEATED
        shown = f"; the first {MOST_REPEATED} are shown" if more > 0 else ""
        twice = f"Case ids that stand twice ({counted(self.repeated, 'record')}){shown}"
        self._print_part("repeated", twice)
        self._print_part("unreadable", "Could not be read: nothing is known of these cases")
        if notes:
            self._print(page.lines("Notes on the input", 0, 2, "heading"))
            for sentence in notes:
                self._print(page.lines(f"- {printable(sentence)}", 2, 2))
            self._print([""])
        told = "What an extract does not carry is unknown, and never a pass."
        self._print(page.lines(told))
        self._spool.close()

    def _lessons(self) -> list[str]:
        page, held = self._page, self.answerable
        lines = page.lines(
            "Which lessons the extract can answer: in how many of "
            f"{counted(held.records, 'record')} each section that the lesson reads is there, whole",
            0,
            2,
            "heading",
        )
        titles = {lesson.id: printable(lesson.title) for lesson in self._rules.lessons}
        rows = [
            (
                lesson,
                titles[lesson],
                f"{held.whole[lesson]:,}",
                self._not_answered(lesson, needs.sections),
            )
            for lesson, needs in held.needs.items()
        ]
        if page.width >= _NARROWEST:
            return lines + page.table(_LESSONS, rows)
        for lesson, title, whole, missing in rows:
            lines += page.lines(f"{lesson} {title}", 0, 2)
            without = f"; not in the extract (records): {missing}" if missing else ""
            lines += page.lines(f"{whole} of {held.records:,}{without}", 2, 2)
        return lines

    def _missing(self, sections: Iterable[str]) -> str:
        held, lacking = self.answerable, []
        for section in sections:
            if held.missing[section]:
                lacking.append(f"{section} ({held.missing[section]:,})")
            if held.partial[section]:
                lacking.append(f"{section} in part ({held.partial[section]:,})")
        return ", ".join(lacking)

    def _not_answered(self, lesson: str, sections: Iterable[str]) -> str:
        """Return why records do not answer a lesson: how many are too large, what others lack."""
        refused = self.answerable.refused[lesson]
        too_large = f"too large ({refused:,})" if refused else ""
        return ", ".join(filter(None, (too_large, self._missing(sections))))

    def _facts(self) -> list[str]:
        page, held = self._page, self.answerable
        facts = held.not_recorded()
        if not facts:
            return page.lines("Every fact that the lessons read is recorded in every row.")
        lines = page.lines(
            "Facts that the lessons read and that are not recorded in some rows, or in all",
            0,
            2,
            "heading",
        )
        rows = [
            (
                _name(fact),
                f"{held.silent[fact]:,}" + " (all)" * (held.silent[fact] == held.rows[fact[0]]),
                f"{held.rows[fact[0]]:,}",
                ", ".join(held.read_by(fact)),
            )
            for fact in facts
        ]
        if page.width >= _NARROWEST:
            lines += page.table(_FACTS, rows)
        else:
            for name, without, number, lessons in rows:
                lines += page.lines(
                    f"{name}: not in {without} of {number} {_rows(number)}; {lessons}", 0, 2
                )
        return lines + page.lines(_RIGHTLY)

    def _print_part(self, part: str, heading: str) -> None:
        for number, text in enumerate(self._spool.sorted(part)):
            if not number:
                self._print([*self._page.lines(heading, 0, 2, "heading"), ""])
            self._print([text, ""])

    def _print(self, lines: Iterable[str]) -> None:
        self._stream.writelines(f"{line}\n" for line in lines)


def open_extract_report(
    format: str,  # noqa: A002 - the option's own name
    stream: TextIO,
    rules: Rules,
    origin: Origin | None = None,
) -> ExtractReport:
    """Open the report in one of `FORMATS`; `origin` is where the rules come from."""
    report = _ExtractJson if format == "json" else _ExtractText
    return report(stream, rules, origin)


def _rows(number: str) -> str:
    return "row" if number == "1" else "rows"


def _name(fact: Fact) -> str:
    return ".".join(fact)
