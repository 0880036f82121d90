"""Count how lessons came out by lesson, team or district, and lay the counts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from casecheck.report.audit.case_counts import in_order
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.rates import Rates, columns_of
from casecheck.report.audit.selection import By
from casecheck.results import CaseAudit, Finding, Outcome
from casecheck.text.page import Column, Page, counted
from casecheck.text.printable import printable

_COLUMN_GAP = 2


class Group(NamedTuple):
    """A lesson, a team or a district: its name in the table, and in a heading."""

    key: str
    name: str


class Groups:
    """Counts the records of each group by the outcomes of the lessons, and findings by check."""

    def __init__(self, by: By, rules: RulesInForce) -> None:
        self._by = by
        self._rules = rules
        self._lessons = rules.lessons
        self._cases: Counter[str] = Counter()
        self._rates = Rates(rules)
        self._in_breach: Counter[str] = Counter()
        self._to_look_up: Counter[str] = Counter()
        self._checks: Counter[tuple[str, str, str, Outcome]] = Counter()

    def add(self, audit: CaseAudit) -> Iterator[tuple[str, Sequence[Finding]]]:
        """Count one record; yield each group that it is shown in, with its own findings there."""
        for group, findings in self._split(audit):
            self._cases[group] += 1
            if self._by != "lesson":
                self._rates.add(audit, group)
            checks = {(one.lesson, one.check, one.outcome) for one in findings}
            self._checks.update((group, *one) for one in checks)
            breach = any(one.outcome is Outcome.BREACH for one in findings)
            self._in_breach[group] += breach
            self._to_look_up[group] += bool(findings) and not breach
            if findings:
                yield group, findings

    def _split(self, audit: CaseAudit) -> Iterator[tuple[str, Sequence[Finding]]]:
        own = audit.own
        if self._by == "lesson":
            for lesson in audit.lessons:
                yield lesson, [one for one in own if one.lesson == lesson]
        else:
            yield (audit.team if self._by == "team" else audit.district) or "", own

    def groups(self) -> list[Group]:
        """The groups: lessons as their rules have them, others by name, the nameless last."""
        if self._by == "lesson":
            named = {one.id: f"{one.id} {printable(one.title)}" for one in self._lessons}
            return [Group(one, named[one]) for one in named if self._cases[one]]
        codes = in_order(self._cases)
        return [Group(one, printable(one) or f"no {self._by} recorded") for one in codes]

    def found(self, group: str) -> int:
        """How many cases of a group are shown: those in breach, and those to look up."""
        return self._in_breach[group] + self._to_look_up[group]

    def heading(self, group: Group, page: Page) -> list[str]:
        """Lines that say of a group how many cases there are, and which checks find most."""
        words = f"{group.name}: {counted(self._in_breach[group.key], 'case')} in breach"
        words += f", {self._to_look_up[group.key]:,} more to look up"
        lines = page.lines(words, 0, 2, "heading")
        for outcome, label in (
            (Outcome.BREACH, "Breaches, in how many cases"),
            (Outcome.INSUFFICIENT_EVIDENCE, "To look up, in how many cases"),
        ):
            if told := self._most_often(group.key, outcome):
                lines += page.lines(f"{label}: {told}", 2, 2)
        return lines

    def _most_often(self, group: str, outcome: Outcome, most: int = 6) -> str:
        found = [
            (-number, lesson, check)
            for (of, lesson, check, with_outcome), number in self._checks.items()
            if of == group and with_outcome is outcome
        ]
        one_lesson = len(self._lessons) == 1 or self._by == "lesson"
        told = [
            f"{check if one_lesson else f'{lesson} {check}'} {-number:,}"
            for number, lesson, check in sorted(found)[:most]
        ]
        more = [f"and {counted(len(found) - most, 'more check')}"] * (len(found) > most)
        return ", ".join([*told, *more])

    # --- teams and districts beside each other ---

    def table(self, page: Page) -> list[str]:
        """Lines that put teams, or districts, beside each other.

        By lesson; where there is but one lesson, by its checks, of which some may be out of reach
        of an extract that answers others.
        """
        told = columns_of(self._rules)
        shown = [one for one in told if self._rates.any(one)]
        lines: list[str] = []
        if len(self._lessons) == 1:
            shown = list(dict.fromkeys([*told[:1], *shown]))
            names = [one.partition(" ")[2] or one for one in shown]
            what = f"{self._lessons[0].id} by {self._by}, and each of its checks"
        else:
            names, what = shown, f"By {self._by}, for each lesson"
        if shown:
            lines += self._beside(page, what, names, shown)
        why = {one.partition(" ")[0] for one in told if self._rates.never(one.partition(" ")[0])}
        without = [one for one in told if one not in shown and one.partition(" ")[0] not in why]
        if without:
            lines += page.lines(f"Nowhere told: {', '.join(without)}.", 0, 2)
        for words in self._rates.notes():
            lines += page.lines(words, 0, 2)
        if len(self._lessons) > 1 and (part := self._rates.by_check()):
            lesson, many = part
            words = f"{counted(many, 'check')} of {lesson} can be compared"
            lines += page.lines(f"{words}: --by {self._by} --lesson {lesson}", 0, 2)
        return lines

    def _beside(
        self, page: Page, what: str, names: Sequence[str], told: Sequence[str]
    ) -> list[str]:
        """Lines with a row for each group, and a column for each of what is `told`."""
        words = f"{what}: cases in breach, of those that can be told"
        lines = page.lines(words, 0, 2, "heading")
        groups = self.groups()
        rows = [
            [one.name, f"{self._cases[one.key]:,}", *(self._share(one.key, of) for of in told)]
            for one in groups
        ]
        heads = list(names)
        if any(len(name) > _LONG_HEAD for name in names):
            own = len(self._lessons) == 1 and names[0] == self._lessons[0].id
            heads = list(names[:1]) if own else []
            heads += [f"({number})" for number in range(1, len(names) - own + 1)]
            legend = (f"{head} {name}" for head, name in zip(heads[own:], names[own:], strict=True))
            lines += page.lines(", ".join(legend), 0, 2)
        table = [[self._by, "cases", *heads], *rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        if sum(widths) + _COLUMN_GAP * len(widths) <= page.width:
            columns = [Column(self._by, number=False), Column("cases"), *map(Column, heads)]
            return lines + page.table(columns, rows)
        for name, cases, *shares in rows:
            said = (
                f"{head} {share}"
                for head, share in zip(heads, shares, strict=True)
                if share != _NOTHING
            )
            lines += page.lines(f"{name}: {cases} cases; {', '.join(said)}", 0, 2)
        return lines

    def _share(self, group: str, of: str) -> str:
        rate = self._rates.of(of, group)
        return f"{rate.breach:,}/{rate.told:,}" if rate.told else _NOTHING


_LONG_HEAD = 7
_NOTHING = "-"
