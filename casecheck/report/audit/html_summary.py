"""The head of the HTML report: what was audited, and how it came out, as plots and as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casecheck.report.audit.case_counts import OF_EXTRACT, WORST, CaseCounts, Worst, in_order
from casecheck.report.audit.in_force import RulesInForce
from casecheck.report.audit.lesson_table import COUNTED_WORDS, accepted_words
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.rates import Rates, columns_of
from casecheck.report.audit.summary import Summary
from casecheck.report.html.markup import Html, joined, tag
from casecheck.report.html.tables import bar, table
from casecheck.results import Outcome
from casecheck.text.counted import counted

_OUTCOMES = (
    (Outcome.BREACH, "breach", "qb"),
    (Outcome.INSUFFICIENT_EVIDENCE, "cannot tell", "qu"),
    (Outcome.COMPLIANT, "compliant", "qc"),
)
_OF_WORST: Mapping[Worst, str] = {
    "breach": "qb",
    "cannot tell": "qu",
    "not wholly evaluated": "qe",
    OF_EXTRACT: "qe",
    "none": "qc",
}
NO_TEAM = "not recorded"


class SummaryPart:
    """Writes the summary of one audit."""

    def __init__(
        self, rules: RulesInForce, summary: Summary, counts: CaseCounts, rates: Rates
    ) -> None:
        self._rules = rules
        self._summary = summary
        self._counts = counts
        self._rates = rates

    def numbers(self) -> Iterator[Html]:
        """Yield what was audited, in a few numbers."""
        counts, worst = self._summary, self._counts.worst
        shown = [(counts.records, "audited", "")]
        shown += [(worst[one], _WORST_WORDS[one], _OF_WORST[one]) for one in WORST if worst[one]]
        for number, words in (
            (counts.unreadable, "could not be read"),
            (counts.contradictory, "with contradictory dates"),
            (counts.repeated, "with the case id of another"),
        ):
            shown += [(number, words, "")] if number else []
        yield tag(
            "dl",
            *[
                tag("div", tag("dt", words), tag("dd", f"{number:,}"), class_=class_)
                for number, words, class_ in shown
            ],
            class_="numbers",
        )
        yield bar([(worst[one], _OF_WORST[one]) for one in WORST])

    def lessons(self) -> Html:
        """Return how each lesson came out."""
        rows = []
        for lesson in self._rules.lessons:
            counts = self._summary.lessons[lesson.id]
            applies = sum(counts.values()) - counts[Outcome.NOT_APPLICABLE]
            parts = [(counts[outcome], class_) for outcome, _, class_ in _OUTCOMES]
            numbers = [applies, *(count for count, _ in parts), counts[Outcome.NOT_APPLICABLE]]
            name = joined([tag("b", lesson.id), " ", lesson.title])
            rows.append((name, bar(parts), *[f"{number:,}" for number in numbers]))
        heads = ("Lesson", "Of these", "applies or may", *(w for _, w, _ in _OUTCOMES))
        return table(COUNTED_WORDS, (*heads, "does not apply"), rows, "lessons")

    def accepted(self) -> Iterator[Html]:
        """Yield in how many records the board has accepted what was found."""
        if words := accepted_words(self._rules, self._summary):
            yield tag("p", words)

    def groups(self) -> Iterator[Html]:
        """Yield the records of each team and district, and how each lesson came out by team."""
        for kind, found in (("team", self._counts.teams), ("district", self._counts.districts)):
            if any(found):  # else no record names one
                yield self._by_code(kind, found)
        if any(self._counts.teams):
            yield from self._lessons_by_team()

    def _by_code(self, kind: str, found: Mapping[str, Mapping[Worst, int]]) -> Html:
        shown = [one for one in WORST if any(counts[one] for counts in found.values())]
        rows = []
        for code in in_order(found):
            counts = found[code]
            whole = sum(counts.values())
            shares = bar([(counts[one], _OF_WORST[one]) for one in WORST])
            numbers = [f"{counts[one]:,}" for one in shown]
            rows.append((code.strip() or NO_TEAM, shares, f"{whole:,}", *numbers))
        heads = (kind.capitalize(), "Share", "records", *[_WORST_WORDS[one] for one in shown])
        caption = f"Records by {kind} and by their gravest finding"
        return table(caption, heads, rows, "codes")

    def _lessons_by_team(self) -> Iterator[Html]:
        """Yield breaches by team: of each lesson, or of the one lesson's checks."""
        columns = [one for one in columns_of(self._rules) if self._rates.any(one)]
        rows = [
            (team.strip() or NO_TEAM, *[self._of_team(team, of) for of in columns])
            for team in in_order(self._counts.teams)
        ]
        caption = "Breaches by team, of the records in which it can be told"
        if columns:
            yield table(caption, ("Team", *columns), rows, "matrix")
        yield from (tag("p", words, class_="soft") for words in self._rates.notes())
        if len(self._rules.lessons) > 1 and (part := self._rates.by_check()):
            lesson, many = part
            words = f"{counted(many, 'check')} of {lesson} can be compared: "
            yield tag("p", words, tag("code", f"--lesson {lesson}"), class_="soft")

    def _of_team(self, team: str, name: str) -> str:
        rate = self._rates.of(name, team)
        return f"{rate.breach:,} of {rate.told:,}" if rate.told else "–"


_WORST_WORDS: Mapping[Worst, str] = {
    "breach": "with a breach",
    "cannot tell": "cannot tell",
    "not wholly evaluated": "not wholly evaluated",
    OF_EXTRACT: "open only for what the extract lacks",
    "none": "without findings",
}


def rules_part(
    rules: RulesInForce, origin: Origin | None, settings: Sequence[str]
) -> Iterator[Html]:
    """Yield which rules were asked, where they come from, and what the board has set."""
    sentences = origin.sentences() if origin else [f"Rules {rules.digest}"]
    sentences = [*sentences, f"{counted(len(rules.lessons), 'lesson')} in force."]
    strange = origin is not None and not origin.pages_shipped
    yield tag("ul", *[tag("li", one) for one in sentences], class_="bad" if strange else "")
    if settings:
        yield tag("h3", "Set otherwise than the pages have it")
        yield tag("ul", *[tag("li", one) for one in settings])
