"""Lays out the cases of an audit in their order: the weightiest in full, the rest a line each."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from casecheck.audit.gravity import gravest_lesson
from casecheck.report.audit.case_line import case_line, cut
from casecheck.report.audit.case_text import MOST_PLACES, CaseText, Entry
from casecheck.report.audit.groups import Groups
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import Weightiest, case_order
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.selection import Selection
from casecheck.results import CaseAudit, Finding, Outcome
from casecheck.text.page import Page, counted
from casecheck.text.printable import printable
from casecheck.text.spool import Spool

MOST_LINES = 25
"""The most cases that are told in a line each, beside those in full."""
IN_GROUP = 3
"""How many cases of each lesson, team or district are shown where nobody says how many."""
LINES_IN_FULL = 105
"""So many lines the cases in full take together, where nobody asked for more of them."""

_BETWEEN = 1
"""Lines between two cases."""
_ENTRY = "\x1e"
"""Between the entries of a case: no line of a report holds it."""


class _Gravest(NamedTuple):
    """The weightiest case that is shown: its place in the order, and what explains it."""

    key: bytes
    case_id: str
    file: str
    lesson: str


class _Case(NamedTuple):
    """A case in full, read back from the spool."""

    case_id: str
    title: list[str]
    entries: list[Entry]


class CasesText:
    """Takes the audit of each record, and lays out those that are to be shown."""

    def __init__(self, page: Page, rules: RulesInForce, selection: Selection, spool: Spool) -> None:
        self.found = 0
        """How many cases have a finding of their own."""
        self.in_doubt = False
        """Whether something of a case cannot be told."""
        self._page = page
        self._selection = selection
        whole = selection.every or selection.cases
        self._text = CaseText(page, rules, None if whole else MOST_PLACES)
        self._spool = spool
        self._groups = None if selection.by == "case" else Groups(selection.by, rules)
        self._in_full = Weightiest(selection.in_full)
        self._gravest: _Gravest | None = None
        self._shown = 0
        self._whole = True
        """Whether those that are told in full have room for all that was found of them."""
        self._seen: dict[str, bool] = {}
        """Of the cases that were asked for those that are there, and whether anything was found."""

    def add(self, audit: CaseAudit) -> None:
        """Take the audit of one record."""
        own = audit.own
        if audit.case_id in self._selection.cases:
            self._seen[audit.case_id] = self._seen.get(audit.case_id, False) or bool(own)
        if own:
            self.found += 1
            self.in_doubt |= any(one.outcome is not Outcome.BREACH for one in own)
        shown = self._selection.takes(audit.case_id) and not self._selection.summary
        weight = self._selection.weights.of(audit)
        key = case_order(audit, weight)
        if own and shown and (self._gravest is None or key < self._gravest.key):
            lesson = gravest_lesson(audit) or ""
            self._gravest = _Gravest(key, audit.case_id, audit.file, lesson)
        if self._groups is not None:
            for group, findings in self._groups.add(audit):
                if shown:
                    self._keep_line(f"group {group}", key, audit, findings, weight)
        elif own and shown:
            self._shown += 1
            self._keep_line("line", key, audit, own, weight)
            if self._in_full.takes(key):
                title, entries = self._text.findings(audit, f"weight {weight:,}", *_whose(audit))
                self._spool.add("full", key, _kept(audit.case_id, title, entries))

    def _keep_line(
        self, part: str, key: bytes, audit: CaseAudit, findings: Iterable[Finding], weight: int
    ) -> None:
        self._spool.add(part, key, case_line(audit, findings, weight, self._page.width))

    def table(self) -> list[str]:
        """Lines that put teams, or districts, beside each other, if they were asked for."""
        if self._groups is None or self._selection.by == "lesson":
            return []
        return self._groups.table(self._page)

    def lines(self) -> Iterator[str]:
        """Yield the lines of all cases that are shown."""
        for case_id in sorted(self._selection.cases):
            if not self._seen.get(case_id):
                words = "Nothing was found of" if case_id in self._seen else "No record has the id"
                yield from self._page.lines(f"{words} {printable(case_id)}.", 0, 2)
                yield ""
        if self._groups is not None:
            yield from self._grouped(self._groups)
        elif self._shown:
            told = self._full()
            yield from self._page.lines(self._heading(), 0, 2, "heading")
            yield from self._page.lines(self._selection.weights.in_words(), 0, 2, "aside")
            yield ""
            yield from told
            if self._selection.top is None and not self._selection.every:
                yield from self._rest()

    def _heading(self) -> str:
        most = self._selection.in_full
        words = f"Cases, the weightiest first ({self._shown:,})"
        if most is not None and self._shown > most:
            words = f"Cases, the weightiest first: {most:,} of {self._shown:,}"
            words += " in full" if self._whole else ", as far as there is room"
        return words

    def _full(self) -> Iterator[str]:
        """Return the lines of those in full; then it is known whether there is room for them."""
        most = self._selection.in_full
        texts = islice(self._spool.sorted("full"), most)
        if most is None or self._selection.top is not None:
            return self._as_they_are(texts)
        cases = [_read_back(text) for text in texts]
        sizes = [_BETWEEN + len(one.title) + sum(map(_length, one.entries)) for one in cases]
        rooms = shares(sizes, LINES_IN_FULL)
        self._whole = rooms == sizes
        return chain.from_iterable(map(self._one, cases, rooms))

    def _as_they_are(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            case = _read_back(text)
            yield from (*case.title, *chain.from_iterable(one.lines for one in case.entries))
            yield ""

    def _one(self, case: _Case, room: int) -> Iterator[str]:
        yield from case.title
        yield from self._as_fit(case, room)
        yield ""

    def _as_fit(self, case: _Case, room: int) -> Iterator[str]:
        """Yield the entries of a case that there is room for, and say of what the others are.

        The first breach, and the first thing to look up, are there in any case.
        """
        entries, left = case.entries, room - _BETWEEN - len(case.title)
        kept = set(range(len(entries)))
        if sum(map(_length, entries)) > left:
            breaches = [one.outcome is Outcome.BREACH for one in entries]
            kept = {breaches.index(outcome) for outcome in set(breaches)}
            left -= 1 + sum(_length(entries[at]) for at in kept)  # one line names the rest
            for at, entry in enumerate(entries):
                if at not in kept:
                    left -= _length(entry)
                    if left < 0:
                        break
                    kept.add(at)
        for at in sorted(kept):
            yield from entries[at].lines
        if rest := [entry for at, entry in enumerate(entries) if at not in kept]:
            lessons = dict.fromkeys(chain.from_iterable(entry.lessons for entry in rest))
            left = sum(entry.findings for entry in rest)
            words = f"  and {left:,} more, of {', '.join(lessons)}: --case {case.case_id}"
            yield cut(words, self._page.width)

    def _rest(self) -> Iterator[str]:
        first = self._selection.in_full
        if first is None or self._shown <= first:
            return
        yield from self._page.lines("The next, with their weight", 0, 2, "heading")
        yield from islice(self._spool.sorted("line"), first, first + MOST_LINES)
        if (left := self._shown - first - MOST_LINES) > 0:
            yield f"  and {counted(left, 'more case')}: --all"
        yield ""

    def _grouped(self, groups: Groups) -> Iterator[str]:
        top = self._selection.top
        most = None if self._selection.every else IN_GROUP if top is None else top
        if self._selection.summary:
            return
        for group in groups.groups():
            if self._selection.cases and not any(self._spool.sorted(f"group {group.key}")):
                continue
            yield from groups.heading(group, self._page)
            yield from islice(self._spool.sorted(f"group {group.key}"), most)
            left = groups.found(group.key) - most if most is not None else 0
            if left > 0 and not self._selection.cases:
                yield f"  and {counted(left, 'more case')}: --top N, or --all"
            yield ""

    def explain_command(self, origin: Origin | None) -> str:
        """Return what explains the weightiest case that is shown, as it is typed; "" of none."""
        if self._gravest is None:
            return ""
        file = self._gravest.file
        known = file.isprintable() and file != "-"  # standard input cannot be read again
        words = ["casecheck", "explain", self._gravest.case_id]
        words += ["--lesson", self._gravest.lesson] if self._selection.lessons else []
        words += [*(origin.options if origin else ()), file if known else "PATH"]
        return shlex.join(words)


def _whose(audit: CaseAudit) -> list[str]:
    """Name a case's team and district, where they are recorded."""
    return [printable(one) for one in (audit.team, audit.district) if one]


def shares(sizes: Sequence[int], room: int) -> list[int]:
    """Share out a number of lines among texts that need so many: what one spares, others have.

    >>> shares([5, 40, 60], 45)
    [5, 20, 20]
    """
    given = [0] * len(sizes)
    left = room
    for done, at in enumerate(sorted(range(len(sizes)), key=sizes.__getitem__)):
        given[at] = min(sizes[at], left // (len(sizes) - done))
        left -= given[at]
    return given


def _length(entry: Entry) -> int:
    return len(entry.lines)


def _kept(case_id: str, title: list[str], entries: Iterable[Entry]) -> str:
    """Return a case as one text, for the spool."""
    parts = [
        [entry.outcome, ",".join(entry.lessons), str(entry.findings), *entry.lines]
        for entry in entries
    ]
    return _ENTRY.join("\n".join(lines) for lines in ([case_id, *title], *parts))


def _read_back(text: str) -> _Case:
    (case_id, *title), *parts = (part.split("\n") for part in text.split(_ENTRY))
    entries = [
        Entry(lines, Outcome(outcome), lessons.split(","), int(findings))
        for outcome, lessons, findings, *lines in parts
    ]
    return _Case(case_id, title, entries)
