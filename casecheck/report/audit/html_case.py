"""One case of the HTML report: its timeline, its findings beside it, and what to look up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from casecheck.report.audit.about_words import lead
from casecheck.report.audit.case_counts import counts_of
from casecheck.report.audit.case_findings import REASONS, CaseFindings, Told, to_look_up
from casecheck.report.audit.html_timeline import Window, not_carried, timeline_svg, timeline_table
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.ordering import contradictions_in_order, errors_in_order
from casecheck.report.audit.repeated import place_words, repeated_words
from casecheck.report.html.markup import Html, tag
from casecheck.results import MEDIUM, OF_EXTRACT, CaseAudit, Dated, Finding, TimelineRow, Waiver
from casecheck.text.counted import counted

NUMBER = Html("\0")
"""Stands in a part for the number that the case has in the report: no text that is shown has it."""
MOST_TOLD = 150
"""The most findings that are told of one case."""
_MOST_LOOKED_UP = 60
_MOST_PLACES = 12


class CaseParts:
    """Writes the parts of cases, under the rules in force."""

    def __init__(self, rules: RulesInForce) -> None:
        self._titles = {lesson.id: lesson.title for lesson in rules.lessons}
        self._found = CaseFindings(rules)

    def part(self, audit: CaseAudit, findings: Sequence[Finding], weight: int) -> Html:
        """Return the part of a case that tells these findings of it; `weight` orders the cases."""
        told = self._found.told(findings)
        shown = told[:MOST_TOLD]
        return tag(
            "details",
            tag("summary", *_head(audit, told, weight)),
            tag(
                "div",
                _NOTES,
                tag("div", *_drawn(audit, shown), class_="line"),
                tag("div", *self._findings(audit, shown, len(told)), class_="find"),
                tag("div", *_looked_up(told), *_other(audit), class_="rest"),
                class_="body",
            ),
            class_="case",
            id=Html(f"c{NUMBER}"),
            data_t=audit.team or "",
            data_d=audit.district or "",
        )

    def _findings(self, audit: CaseAudit, shown: Sequence[Told], many: int) -> Iterator[Html]:
        for lesson, of_lesson in groupby(shown, lambda one: one.first.lesson):
            group = list(of_lesson)
            yield tag("h4", f"{lesson} {self._titles.get(lesson, '')}")
            yield tag("ol", *[_finding(one) for one in group], start=group[0].number)
        if many > len(shown):
            words = f"And {many - len(shown):,} more findings, which are not told here: "
            how = f"casecheck audit PATH... --case {audit.case_id} --format csv"
            yield tag("p", words, tag("code", how))


def _head(audit: CaseAudit, told: Sequence[Told], weight: int) -> Iterator[Html]:
    found = counts_of([one for group in told for one in group.findings])
    yield tag("h3", audit.case_id)
    yield tag("span", "no. ", NUMBER, class_="no")
    if found.breaches:
        yield tag("b", found.breaches, class_="bad")
    if found.unknown:
        yield tag("b", found.unknown, class_="dim")
    if audit.errors:
        yield tag("b", counted(len(audit.errors), "engine error"), class_="bad")
    if found.accepted:
        yield tag("span", found.accepted)
    yield tag("span", f"weight {weight:,}")
    for kind, code in (("team", audit.team), ("district", audit.district)):
        if code:
            yield tag("span", f"{kind} {code}")
    if audit.contradictions:
        yield tag("span", "contradictory dates")
    yield tag("span", place_words(audit.file, audit.line), class_="file")


def _drawn(audit: CaseAudit, told: Sequence[Told]) -> Iterator[Html]:
    timeline = audit.timeline
    if timeline is None:
        yield tag("p", "No timeline was made of this record.")
        return
    rows = {f"/{row.section}/{row.row}": row for row in timeline.rows}
    windows = [window for one in told if one.breach for window in _windows(one, rows)]
    title = f"Timeline of {audit.case_id} up to {timeline.today}"
    svg = timeline_svg(timeline, windows, title)
    # It can be scrolled sideways where the page is narrow, by the keyboard too.
    yield tag("div", svg, class_="draw", role="group", tabindex=0, aria_label="Timeline")
    if words := not_carried(timeline):
        yield tag("p", words, class_="not")
    yield tag("details", tag("summary", "The timeline as a table"), timeline_table(timeline))


def _windows(told: Told, rows: Mapping[str, TimelineRow]) -> Iterator[Window]:
    """Yield the windows that findings say were missed, each once."""
    found: dict[tuple[Dated | None, date], set[date]] = {}
    for one in told.findings:
        if one.due is None:
            continue
        opened = rows[one.pointers[0]].start if one.pointers and one.pointers[0] in rows else None
        days = found.setdefault((opened, one.due), set())
        for pointer in one.nearest:
            if (row := rows.get(pointer)) and (day := _evidence(row)):
                days.add(day)
    for (opened, due), days in found.items():
        yield Window(told.number, opened, due, tuple(sorted(days)))


def _evidence(row: TimelineRow) -> date | None:
    """Return the day on which evidence was there: that of its end, where rows of its kind have one.

    None where the record does not settle it.
    """
    day = row.end if row.lasting else row.start
    known = day is not None and day.first == day.last and not day.contradictory
    return day.first if day is not None and known else None


def _finding(told: Told) -> Html:
    one = told.first
    label = "Breach" if told.breach else "Cannot tell"
    facts = [tag("b", label)]
    facts += [tag("i", words) for words in _marks(one)]
    facts += [tag("i", REASONS[reason]) for reason in told.reasons]
    facts.append(tag("code", _checks(told)))
    places = told.places
    where = "; ".join(places[:_MOST_PLACES])
    if len(places) > _MOST_PLACES:
        where += f"; and {len(places) - _MOST_PLACES:,} more"
    return tag(
        "li",
        tag("p", lead(finding.about for finding in told.findings), one.message),
        tag("p", Html(" ".join(facts)), " ", tag("code", where)),
        *[tag("p", sentence, class_="w") for sentence in _waivers(told)],
        data_l=" ".join(told.lessons),
        data_o="b" if told.breach else "u",
        data_r=" ".join(told.reasons),
    )


def _checks(told: Told) -> str:
    """Name the checks that find it; of another lesson than the heading's with its number."""
    own = told.first.lesson
    names = [
        check if lesson == own else f"{lesson} {check}" for lesson, check in told.together.checks
    ]
    return ", ".join(names)


def _marks(one: Finding) -> Iterator[str]:
    if one.shortfall:
        yield one.shortfall
    if one.due:
        yield f"due by {one.due}"
    if one.severity != MEDIUM:
        yield f"severity {one.severity}"
    if one.tags:
        yield ", ".join(one.tags)


def _waivers(told: Told) -> Iterator[str]:
    for one in dict.fromkeys((finding.waiver, finding.lapsed) for finding in told.findings):
        accepted, lapsed = one
        if accepted:
            yield f"Accepted by the board {_accepted(accepted)}"
        if lapsed:
            yield f"Not accepted any more, since the check asks something else: {_accepted(lapsed)}"


def _accepted(waiver: Waiver) -> str:
    return f"until {waiver.until} by {waiver.who}: {waiver.reason}"


def _looked_up(told: Sequence[Told]) -> Iterator[Html]:
    wanted = to_look_up(told)
    own = [one for one in wanted if one.reason not in OF_EXTRACT]
    if own:
        yield tag("h4", "What to look up in the file")
        entries = [
            tag("li", tag("code", one.pointer), f" {REASONS[one.reason]}: {_numbers(one.numbers)}")
            for one in own[:_MOST_LOOKED_UP]
        ]
        yield tag("ul", *entries)
    if len(own) > _MOST_LOOKED_UP:
        yield tag("p", f"And {len(own) - _MOST_LOOKED_UP:,} more.")
    sections = dict.fromkeys(one.pointer for one in wanted if one.reason in OF_EXTRACT)
    if sections:
        named = ", ".join(list(sections)[:_MOST_LOOKED_UP])
        yield tag("p", "Asked here too, and not in the extract: ", tag("code", named), class_="not")


def _numbers(numbers: Sequence[int]) -> str:
    listed = ", ".join(map(str, numbers[:_MOST_PLACES]))
    more = "" if len(numbers) <= _MOST_PLACES else f" and {len(numbers) - _MOST_PLACES:,} more"
    return f"finding {listed}" if len(numbers) == 1 else f"findings {listed}{more}"


def _other(audit: CaseAudit) -> Iterator[Html]:
    """Yield what is no finding: dates that contradict each other, errors, a case id that recurs."""
    if audit.contradictions:
        yield tag("h4", "Dates that contradict each other")
        yield tag(
            "ul",
            *[
                tag("li", two.message, " ", tag("code", " and ".join(two.pointers)))
                for two in contradictions_in_order(audit.contradictions)
            ],
        )
    if audit.errors:
        yield tag("h4", "Engine errors: never a pass")
        listed = [f"{one.lesson}: {one.in_words}" for one in errors_in_order(audit.errors)]
        yield tag("ul", *[tag("li", words) for words in listed])
    if audit.repeats:
        yield tag("p", repeated_words(audit.repeats))


_NOTES = tag("div", class_="notes")
"""Lined space on paper, which the style draws: below the heading, so that it is never alone."""
