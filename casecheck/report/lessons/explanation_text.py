"""Lays out how a lesson's checks came to their outcomes for one record, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from casecheck.lessons.lesson import Lesson
from casecheck.lessons.periods import ALWAYS
from casecheck.record.model import FIELDS, CaseRecord
from casecheck.report.audit.repeated import place_words
from casecheck.report.lessons.lesson_words import kind_in_words
from casecheck.results import CaseAudit, Outcome
from casecheck.text.page import Page, counted
from casecheck.text.printable import printable
from casecheck.truth.account_form import (
    AlternativeAccount,
    CheckAccount,
    ConditionAccount,
    InstanceAccount,
    PopulationAccount,
    RowAccount,
    SearchedSection,
    TriedRows,
)
from casecheck.truth.kleene import Truth
from casecheck.truth.plain_reading import Result

_RESULTS = {
    Result.BREACH: "BREACH",
    Result.INSUFFICIENT_EVIDENCE: "CANNOT TELL",
    Result.UNSETTLED: "MET, IF IT APPLIES",
    Result.MET: "MET",
}
_STYLES = {
    Result.BREACH: "breach",
    Result.INSUFFICIENT_EVIDENCE: "insufficient_evidence",
    Outcome.BREACH: "breach",
    Outcome.INSUFFICIENT_EVIDENCE: "insufficient_evidence",
}
_TRUTHS: dict[Truth, str] = {True: "yes", False: "no", None: "cannot tell"}
_ASKED: dict[Truth, str] = {True: "Yes.", None: "The record cannot tell."}
_MET: dict[Truth, str] = {True: "Yes.", False: "No.", None: "The record cannot tell."}
_FOUND: dict[Truth, str] = {True: "FOUND", False: "NOT FOUND", None: "CANNOT TELL"}


_HOW = "How each check came to its outcome: what was read of each row, condition by condition"


class ExplanationText:
    """Lines that explain one lesson on one record; `words` are those for its conditions."""

    def __init__(
        self, page: Page, lesson: Lesson, words: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._page = page
        self._lesson = lesson
        self._words = words

    def lines(
        self,
        record: CaseRecord,
        audit: CaseAudit,
        accounts: Iterable[CheckAccount],
        off: Iterable[str] = (),
        short: Iterable[str] = (),
    ) -> list[str]:
        """The whole explanation; `audit` is the engine's of the same record and lesson.

        `off` says which checks the board has switched off: the outcome is without them. `short`
        are lines that say what was found, for whoever reads no further.
        """
        page, lesson = self._page, self._lesson
        lines = page.lines(f"{lesson.id} {lesson.title}", 0, 2, "heading")
        outcome = audit.lessons[lesson.id].outcome.in_words.upper()
        lines += page.lines(f"{record.case_id}  {place_words(audit.file, audit.line)}", 0, 2)
        lines += page.lines(f"The lesson for this record: {outcome}", 0, 2, "heading")
        if told := [*short]:
            lines += ["", *told, "", *page.lines(_HOW, 0, 2, "heading")]
        today = f"`today` is the day of the extract, {record.extracted_on}; `opened_on` is"
        lines += page.lines(f"{today} {record.opened_on}.", 0, 2)
        for one in lesson.parameters.values():
            lines += page.lines(f"`{one.name}` is {one.in_words}.", 0, 2)
        for sentence in off:
            lines += page.lines(printable(sentence), 0, 2, "alarm")
        for two in audit.contradictions:
            pointers = " and ".join(two.pointers)
            lines += page.lines(f"Contradictory: {pointers}: {two.message}.", 0, 2)
        for check in accounts:
            lines += ["", *self._check(check)]
        return lines

    def _check(self, account: CheckAccount) -> list[str]:
        page = self._page
        label = account.outcome.in_words.upper()
        lines = page.lines(f"{account.check.id}: {label}", 0, 2)
        painted = page.paint(label, _STYLES.get(account.outcome, "heading"))
        lines[0] = lines[0].replace(label, painted, 1)
        lines += page.lines(account.check.asks, 2)
        for population in account.populations:
            others = [one for one in account.populations if one.part == population.part]
            if not any(population.counts.values()) and any(
                any(one.counts.values()) for one in others
            ):
                continue  # by this standard nothing is asked, and by another something is
            if population.period != ALWAYS:
                standard = f"By the standard {population.period}:"
                lines += page.lines(standard, 2, 2, "heading")
            lines += self._population(population)
        return lines

    def _population(self, account: PopulationAccount) -> list[str]:
        page = self._page
        asked = sum(account.counts.values())
        counts = [
            f"{number:,} {_RESULTS[of].lower()}" for of, number in account.counts.items() if number
        ]
        answer = f"Asked of {asked:,}: {', '.join(counts)}." if asked else "Asked of none."
        if account.told_with:
            answer += f" {account.told_with:,} more of the same days, told with these."
        lines = page.lines(f"Looked at {_looked(account.looked)}. {answer}", 2, 2)
        for number, instance in enumerate(account.shown, start=1):
            lines += ["", *self._instance(instance, f"{number}. ")]
        hidden = asked - len(account.shown)
        if hidden:
            more = f"{hidden:,} more, none graver, not shown; --most {asked} shows them."
            lines += ["", *page.lines(more, 2, 2)]
        if account.others:
            lines += self._not_asked(account, asked)
        return lines

    def _not_asked(self, account: PopulationAccount, asked: int) -> list[str]:
        single = len({looked.name for looked in account.looked}) == 1
        others = counted(account.others, "row", "rows")
        if not single:
            others = counted(account.others, "combination", "combinations")
        nearest = ". The nearest:" if account.nearest else "."
        lines = [""] * bool(asked)
        lines += self._page.lines(f"Not asked of {others}{nearest}", 2, 2)
        for instance in account.nearest:
            lines += self._rows(instance.rows, 4)
            lines += self._missed(instance.conditions, 6)
            lines += self._alternatives(instance.given, 6)
            lines += self._alternatives(instance.unless, 6, "LEFT OUT? ")
        return lines

    def _instance(self, instance: InstanceAccount, number: str) -> list[str]:
        assert instance.result is not None  # rows that are not asked about are shown apart
        page = self._page
        label = _RESULTS[instance.result]
        lines = page.lines(f"{number}{label}  {' with '.join(instance.pointers)}", 2, 3)
        painted = page.paint(label, _STYLES.get(instance.result, "heading"))
        lines[0] = lines[0].replace(label, painted, 1)
        lines += self._rows(instance.rows, 5)
        lines += page.lines(f"Is it asked about? {_ASKED[instance.member]}", 5)
        lines += self._conditions(instance.conditions, 7)
        lines += self._alternatives(instance.given, 7)
        lines += self._alternatives(instance.unless, 7, "LEFT OUT? ")
        lines += page.lines(f"Is it met? {_MET[instance.evidence]}", 5)
        ways = (
            [one for one in instance.met_by if one.truth] if instance.evidence else instance.met_by
        )
        lines += self._alternatives(ways, 7)
        if instance.falls_short:
            heading = f"In which way does it fall short? It is {instance.falls_short.kind}."
            lines += page.lines(heading, 5)
            lines += self._alternatives([instance.falls_short.evidence], 7)
        return lines

    # --- alternatives ---

    def _alternatives(
        self, alternatives: Iterable[AlternativeAccount], indent: int, label: str = ""
    ) -> list[str]:
        page, lines = self._page, []
        for alternative in alternatives:
            found = (
                _FOUND[alternative.truth]
                if alternative.looked
                else _TRUTHS[alternative.truth].upper()
            )
            lines += page.lines(f"{label}{found}: {alternative.means}", indent, 2)
            if not alternative.looked:
                lines += self._conditions(alternative.conditions, indent + 2)
                lines += self._remarks(alternative, indent + 2)
                continue
            lines += page.lines(f"looked for {_looked(alternative.looked)}", indent + 2, 2)
            for tried in alternative.tried:
                # That there may be a row in a section that is not there is said just above.
                if tried.truth is False or any(row.in_extract for row in tried.rows):
                    lines += self._tried(tried, indent + 2)
            if alternative.more and alternative.truth is not True:
                more = f"{counted(alternative.more, 'other', 'others')}, none nearer"
                lines += page.lines(f"and {more}", indent + 2)
            lines += self._remarks(alternative, indent + 2)
        return lines

    def _remarks(self, alternative: AlternativeAccount, indent: int) -> list[str]:
        return [line for one in alternative.remarks for line in self._page.lines(one, indent, 2)]

    def _tried(self, tried: TriedRows, indent: int) -> list[str]:
        lines = self._rows(tried.rows, indent)
        if tried.truth is True:
            return lines + self._conditions(tried.conditions, indent + 2)
        return lines + self._missed(tried.conditions, indent + 2)

    # --- rows and conditions ---

    def _rows(self, rows: Iterable[RowAccount], indent: int) -> list[str]:
        """Rows, and what makes each of a concept's rows one, or keeps it from being one."""
        lines = []
        for row in rows:
            lines += self._page.lines(_row(row), indent, 2)
            failed = any(one.truth is False for one in row.of_kind)
            tell = self._missed if failed else self._conditions
            lines += tell(row.of_kind, indent + 2)
        return lines

    def _missed(self, conditions: Iterable[ConditionAccount], indent: int) -> list[str]:
        """Those conditions that do not hold: first those that fail, then those that may."""
        missed = [one for one in conditions if one.truth is False]
        return self._conditions(missed or [one for one in conditions if one.truth is None], indent)

    def _conditions(self, conditions: Iterable[ConditionAccount], indent: int) -> list[str]:
        return list(chain.from_iterable(self._condition(one, indent) for one in conditions))

    def _condition(self, condition: ConditionAccount, indent: int) -> list[str]:
        """A condition and what it read, on one line where there is room."""
        page = self._page
        words = self._words.get(condition.text)
        told = f"{words}: `{condition.text}`" if words else condition.text
        answer, values = f"{_TRUTHS[condition.truth]}: {told}", "; ".join(condition.values)
        if indent + len(answer) + 4 + len(values) <= page.width:
            return [f"{' ' * indent}{answer}  {page.paint(f'({values})', 'aside')}"]
        return [
            *page.lines(answer, indent, 4),
            *page.lines(f"({values})", indent + 4, 1, "aside"),
        ]


def _row(row: RowAccount) -> str:
    if not row.in_extract:
        return f"{row.name} is in {row.place}, which is not in the extract: there may be such a row"
    kind = "" if row.kind in FIELDS else f", taken as {kind_in_words(row.kind)}"
    fields = ", ".join(f"{name} {value}" for name, value in row.fields)
    return f"{row.name} is {row.place}, id {row.id}{kind}: {fields}"


def _looked(looked: Sequence[SearchedSection]) -> str:
    """What was looked for and where: `risk in /risks (3 rows)`."""
    words = []
    for name in dict.fromkeys(one.name for one in looked):
        places = [one for one in looked if one.name == name]
        kind = "" if places[0].kind in FIELDS else f" ({kind_in_words(places[0].kind)})"
        words.append(f"{name}{kind} in {', '.join(map(_place, places))}")
    return " with ".join(words)


def _place(looked: SearchedSection) -> str:
    rows = "not in the extract" if looked.rows is None else counted(looked.rows, "row")
    return f"/{looked.section} ({'none recorded' if looked.rows == 0 else rows})"
