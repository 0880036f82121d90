"""Reports as one HTML file: a summary for a board, then each case with its timeline.

The file asks nothing of a network, and can be read with scripts off (`report/html/frame.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import TextIO

import casecheck
from casecheck.record.faults import Unreadable
from casecheck.report.audit.case_counts import NO_CODE, CaseCounts, in_order
from casecheck.report.audit.case_findings import REASONS
from casecheck.report.audit.html_case import NUMBER, CaseParts
from casecheck.report.audit.html_extract import extract_part
from casecheck.report.audit.html_legend import HATCH, legend
from casecheck.report.audit.html_summary import NO_TEAM, SummaryPart, rules_part
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import Weightiest, case_order, place, place_of
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.rates import Rates
from casecheck.report.audit.repeated import place_words
from casecheck.report.audit.selection import IN_FULL, WHOLE, Selection
from casecheck.report.audit.summary import Summary
from casecheck.report.audit.targets import TooMuchForOneFile
from casecheck.report.html.frame import Frame
from casecheck.report.html.markup import Html, joined, tag, text
from casecheck.results import CaseAudit, Finding
from casecheck.text.counted import counted
from casecheck.text.spool import Spool, sort_key

MOST_CASES = 5_000
"""The most cases that one file tells of."""
MOST_BYTES = 30_000_000
"""The most bytes of them: what a browser opens without a wait."""
_OTHER = "other"
"""The group of what belongs to no lesson, where cases are gathered by lesson."""


class HtmlReport:
    """Writes each case's part as it comes, and the page when the last one is in.

    Nothing depends on the order in which records are added.
    """

    def __init__(
        self,
        stream: TextIO,
        rules: RulesInForce,
        settings: Sequence[str],
        origin: Origin | None = None,
        *,
        selection: Selection = WHOLE,
    ) -> None:
        self.summary = Summary(rules)
        self._stream = stream
        self._rules = rules
        self._settings = settings
        self._origin = origin
        self._selection = selection
        self._counts = CaseCounts()
        self._rates = Rates(rules)
        self._parts = CaseParts(rules)
        self._spool = Spool()
        self._groups: dict[str, Weightiest] = {}
        self._bytes = 0
        self._without = 0
        self._anchor = 0
        self._named = set(selection.cases)
        """The cases that were asked for and not found yet."""

    def add(self, item: CaseAudit | Unreadable) -> None:
        """Write the part of one record, or of one input that could not be read.

        Raises:
            TooMuchForOneFile: where the file would hold more than people can open.
        """
        self.summary.add(item)
        if isinstance(item, Unreadable):
            self._add_unreadable(item)
            return
        self._counts.add(item)
        self._rates.add(item, item.team or NO_CODE)
        if self._selection.summary or not self._selection.takes(item.case_id):
            return
        self._named.discard(item.case_id)
        own = item.own
        if not (self._selection.cases or own or item.errors or item.contradictions or item.repeats):
            self._without += 1
            self._keep("without", sort_key(item.case_id, *place_of(item)), _line(item))
            return
        weight = self._selection.weights.of(item)
        key = case_order(item, weight)
        for group, findings in self._groups_of(item):
            if self._groups.setdefault(group, Weightiest(self._selection.top)).takes(key):
                self._keep(f"of {group}", key, self._parts.part(item, findings, weight))
        if sum(group.held for group in self._groups.values()) > MOST_CASES:
            raise TooMuchForOneFile(_too_much(f"{MOST_CASES:,} cases"))

    def finish(self, notices: Sequence[str] = (), notes: Sequence[str] = ()) -> None:
        """Write the page."""
        write = self._stream.write
        frame = Frame(f"Audit of {counted(self.summary.records, 'case record')}", _script())
        write(frame.begin("Skip to the cases", "cases") + f"{HATCH}\n")
        write(tag("header", *self._head()))
        write("\n<main>\n")
        for part in self._summary_parts(notices, notes):
            write(part + "\n")
        for part in self._case_parts():
            write(part + "\n")
        write("</main>\n")
        write(tag("footer", *self._foot()))
        write(frame.end())
        self._spool.close()

    def _keep(self, part: str, key: bytes, markup: Html) -> None:
        self._spool.add(part, key, markup)
        self._bytes += len(markup)
        # With --top lighter cases make room for weightier ones; what is left is counted at the end.
        if self._bytes > MOST_BYTES and self._selection.top is None:
            raise TooMuchForOneFile(_too_much(f"{MOST_BYTES / 10**6:.0f} MB"))

    def _groups_of(self, audit: CaseAudit) -> Iterator[tuple[str, Sequence[Finding]]]:
        """Yield the groups under which a case is told, each with what is told of it there."""
        if self._selection.by == "lesson":
            found: dict[str, list[Finding]] = {}
            for one in audit.own:
                found.setdefault(one.lesson, []).append(one)
            for failed in audit.errors:
                found.setdefault(failed.lesson, [])
            yield from (found or {_OTHER: []}).items()
        elif self._selection.by == "team":
            yield audit.team or "", audit.own
        elif self._selection.by == "district":
            yield audit.district or "", audit.own
        else:
            yield "", audit.own

    def _add_unreadable(self, item: Unreadable) -> None:
        words = joined(
            (
                place_words(item.file, item.line),
                f" ({item.count:,} inputs)" if item.count > 1 else "",
            )
        )
        wrong = [
            tag("li", tag("code", one.pointer), " " if one.pointer else "", one.message)
            for one in item.errors
        ]
        key = sort_key(*place(item.file, item.line))
        self._keep("unreadable", key, tag("li", words, tag("ul", *wrong) if wrong else ""))

    # The page's parts, from the top

    def _head(self) -> Iterator[Html]:
        yield tag("h1", "Audit of case records")
        first, last = self._counts.days or (None, None)
        stood = "as it stood" if self.summary.records == 1 else "as they stood"
        days = f"{stood} on {first}" if first == last else f"{stood} {first} to {last}"
        words = f"{counted(self.summary.records, 'record')}, {days}. " if first else ""
        yield tag("p", f"{words}casecheck {casecheck.__version__}. Confidential.", class_="soft")
        words = "A finding is a question for an auditor, not a verdict on a worker."
        yield tag("p", words)

    def _summary_parts(self, notices: Sequence[str], notes: Sequence[str]) -> Iterator[Html]:
        counts = self.summary
        part = SummaryPart(self._rules, counts, self._counts, self._rates)
        yield tag("h2", "Summary", id="summary")
        if not counts.records:
            yield tag("p", "No record was audited: this says nothing of practice.", class_="alarm")
        if counts.errors:
            words = (
                f"Engine errors: {counts.errors:,}. This audit is not complete: "
                "a lesson could not be evaluated on a record. An error is never a pass."
            )
            yield tag("p", words, class_="alarm bad")
        yield from part.numbers()
        yield part.lessons()
        yield from part.accepted()
        yield from part.groups()
        yield tag(
            "details",
            tag("summary", "What the words mean"),
            tag("ul", *[tag("li", tag("b", word), f": {means}") for word, means in _MEANINGS]),
            class_="keep",
        )
        yield from extract_part(counts.extract)
        yield tag("h2", "Which rules were asked", id="rules")
        yield from rules_part(self._rules, self._origin, self._settings)
        for heading, sentences in (
            ("Notes on the input", notes),
            ("Waivers to look into", notices),
        ):
            if sentences:
                yield tag("h2", heading)
                yield tag("ul", *[tag("li", one) for one in sentences])
        if counts.unreadable:
            yield tag("h2", f"Could not be read ({counts.unreadable:,})")
            yield tag("p", "Nothing is known of these cases.")
            yield Html("<ul>")
            yield from map(Html, self._spool.sorted("unreadable"))
            yield Html("</ul>")

    def _case_parts(self) -> Iterator[Html]:
        held = sum(group.held for group in self._groups.values())
        yield tag("h2", "Cases", id="cases", tabindex=-1)
        if self._selection.summary:
            yield tag("p", "Only the summary was asked for (--summary).")
            return
        if self._selection.cases:
            asked = ", ".join(sorted(self._selection.cases))
            yield tag("p", f"Only the cases that were asked for: {asked}.")
        for case_id in sorted(self._named):
            yield tag("p", f"No record has the case id {case_id}.")
        if held:
            words = f"The weightiest case first. {self._selection.weights.in_words()}"
            yield tag("p", words, class_="soft")
            yield self._tools()
            yield tag("details", tag("summary", "How to read a timeline"), legend(), class_="keep")
        elif self.summary.records:
            words = "No findings. A lesson that does not apply to a record says nothing about it."
            yield tag("p", words)
        for group in self._in_order():
            yield from self._group(group)
        if self._without:
            yield Html('<details class="screen">')
            told = f"Without a finding of their own: {counted(self._without, 'record')}"
            yield tag("summary", told)
            yield Html(f'<div class="wide" role="region" tabindex="0" aria-label="{told}">')
            yield Html("<table><thead><tr>")
            yield joined(
                tag("th", one, scope="col") for one in ("Case", "Team", "District", "File")
            )
            yield Html("</tr></thead><tbody>")
            yield from map(Html, self._spool.sorted("without"))
            yield Html("</tbody></table></div></details>")

    def _in_order(self) -> list[str]:
        if self._selection.by != "lesson":
            return in_order(self._groups)
        lessons = [*(lesson.id for lesson in self._rules.lessons), _OTHER]
        return [group for group in lessons if group in self._groups]

    def _group(self, name: str) -> Iterator[Html]:
        group, by = self._groups[name], self._selection.by
        if by != "case":
            yield Html('<section class="group">')
            yield tag("h3", self._group_title(name))
        in_full = self._selection.in_full if self._selection != WHOLE else IN_FULL
        top = self._selection.top
        for number, part in enumerate(self._spool.sorted(f"of {name}"), 1):
            if top is not None and number > top:
                break
            opened = in_full is None or number <= in_full
            self._anchor += 1
            yield Html(_numbered(part, number, self._anchor, opened))
        if left := group.seen - group.held:
            yield tag(
                "p", f"{counted(left, 'more case')}, less weighty, not told here (--top {top})."
            )
        if by != "case":
            yield Html("</section>")

    def _group_title(self, name: str) -> str:
        by = self._selection.by
        if by == "lesson":
            titles = {lesson.id: lesson.title for lesson in self._rules.lessons}
            return f"{name} {titles[name]}" if name in titles else "Other cases"
        return f"{by.capitalize()} {name or NO_TEAM}"

    def _tools(self) -> Html:
        """Return what filters the cases; it is shown where the script runs."""
        lessons = [(one.id, f"{one.id} {one.title}") for one in self._rules.lessons]
        teams = [(code, code) for code in in_order(self._counts.teams) if code]
        districts = [(code, code) for code in in_order(self._counts.districts) if code]
        choices = (
            ("lesson", "Lesson", lessons),
            ("team", "Team", teams),
            ("district", "District", districts),
            ("outcome", "Outcome", [("b", "breach"), ("u", "cannot tell")]),
            ("reason", "Why it cannot be told", list(REASONS.items())),
        )
        selects = [
            tag(
                "label",
                words,
                tag("select", tag("option", "all", value=True), *_options(of), name=name),
            )
            for name, words, of in choices
            if of
        ]
        return tag(
            "form",
            tag("label", "Case", tag("input", type="search", name="case", autocomplete="off")),
            *selects,
            tag("button", "Show all", type="reset"),
            tag("button", "Open each", type="button", id="open"),
            tag("button", "Close each", type="button", id="close"),
            tag("p", id="told", role="status"),
            class_="tools",
            id="tools",
            aria_label="Filter the cases",
        )

    def _foot(self) -> Iterator[Html]:
        yield tag("p", f"Rules {self._rules.digest}. casecheck {casecheck.__version__}.")
        yield tag("p", "Made on the machine where it was written; it asks nothing of a network.")


def _options(choices: Sequence[tuple[str, str]]) -> Iterator[Html]:
    for value, words in choices:
        yield tag("option", words, value=value)


def _numbered(part: str, number: int, anchor: int, opened: bool) -> str:
    """Return a case's part with its number in its group and in the page, open where it is to be."""
    if opened:
        part = part.replace("<details ", "<details open ", 1)
    return part.replace(f'id="c{NUMBER}"', f'id="c{anchor}"', 1).replace(NUMBER, str(number))


def _line(audit: CaseAudit) -> Html:
    """Return the row of a case without findings."""
    cells = [audit.team or "", audit.district or "", place_words(audit.file, audit.line)]
    return tag(
        "tr", tag("th", audit.case_id, scope="row"), *[tag("td", text(one)) for one in cells]
    )


def _too_much(what: str) -> str:
    return (
        f"--format html: there would be more than {what} in one file, more than people can open: "
        "write a file for each lesson (--lesson), for the records of each team, or of some files "
        "at a time, or tell the weightiest cases alone (--top 500)"
    )


_MEANINGS = (
    ("Breach", "on what is recorded, the lesson's standard was not met."),
    ("Cannot tell", "the record lacks what would decide it. It is never a pass."),
    ("Compliant", "each time the lesson applied, the standard was met, and the record shows it."),
    ("Does not apply", "the lesson does not concern this case."),
    ("Late", "it was done outside its window."),
    ("Incomplete", "it was done, and something of it lacks."),
    ("Missing", "it is not shown in the record."),
)


@cache
def _script() -> str:
    return files(__package__).joinpath("html_report.js").read_text(encoding="utf-8")
