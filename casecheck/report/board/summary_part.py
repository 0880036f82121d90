"""The first page of the board paper: what a member of the board reads in two minutes."""

from __future__ import annotations

from collections.abc import Iterator

from casecheck.measures.signals import Verdict
from casecheck.report.board.chart import written
from casecheck.report.board.measure_part import VERDICTS, WITHHELD, verdict_words
from casecheck.report.board.paper import MeasureShown, Paper
from casecheck.report.html.markup import Html, joined, tag
from casecheck.report.html.tables import table
from casecheck.text.counted import counted

_MOST_NAMED = 5
_LEFT = {"no_signal": "without a signal yet", "too_few": "with too few periods to say"}
_NO_VERDICT = "with numbers too small to say"


def summary_part(paper: Paper) -> Iterator[Html]:
    """Yield the summary's elements."""
    yield tag("ul", *[tag("li", one) for one in _sentences(paper)])
    shown = [one for one in paper.measures.values() if one.latest and "." not in one.id]
    if shown:
        yield _where_we_stand(shown)
    if "Summary" in paper.notes:
        yield tag("div", paper.notes["Summary"], class_="own")


def _where_we_stand(measures: list[MeasureShown]) -> Html:
    """Return the latest figure of each measure that can be shown."""
    heads = ("Measure", "Hoped", "Latest", "Value", "At least, at most", "Over time")
    rows = []
    for one in measures:
        latest = one.latest
        assert latest is not None  # only such come here
        value, low, high = (written(of, one.kind) for of in (latest.value, latest.low, latest.high))
        between = _between(low, high, withheld=latest.in_part)
        verdict = VERDICTS[one.signal.verdict]
        rows.append((_link(one), one.hoped, latest.label, value, between, verdict))
    return table("Where we stand", heads, rows, "stand")


def _between(low: str, high: str, *, withheld: bool) -> str:
    """Return between what a value lies; an end that is not told is withheld, or there is none."""
    if withheld:
        low, high = low or WITHHELD, high or WITHHELD
    if low and high:
        return low if low == high else f"{low} to {high}"
    return f"{low} or more" if low else high and f"up to {high}"


def _sentences(paper: Paper) -> Iterator[Html]:
    yield from _measures(paper)
    yield _actions(paper)
    if paper.rates_basis:
        yield joined([tag("b", "Files that auditors read: "), paper.rates_basis])
    yield from _extract(paper)
    if paper.protected:
        yield joined([tag("b", "Small numbers: "), paper.protected])


def _measures(paper: Paper) -> Iterator[Html]:
    """Yield what the measures say, by verdict, what is worse first."""
    asked = [one for one in paper.measures.values() if one.has_members]
    silent = len(paper.measures) - len(asked)
    if not paper.measures:
        yield joined([tag("b", "Measures: "), "no records were given, so none was asked."])
        return
    by_verdict: dict[Verdict | None, list[MeasureShown]] = {}
    for one in asked:
        by_verdict.setdefault(one.signal.verdict, []).append(one)
    signals = [one for verdict in ("worse", "improved") for one in by_verdict.get(verdict, ())]
    for one in signals:
        yield joined([_link(one), ": ", *verdict_words(one)])
    left: tuple[Verdict | None, ...] = ("no_signal", "too_few", None)
    told = [
        joined([f"{len(those)} {_LEFT.get(silence or '', _NO_VERDICT)} (", *_named(those), ")"])
        for silence in left
        if (those := by_verdict.get(silence))
    ]
    if told:
        lead = "Other measures: " if signals else "Measures: "
        yield joined([tag("b", lead), *_and(told), "."])
    if silent:
        words = f"{counted(silent, 'measure')} had nothing to count in these records."
        yield joined([tag("b", "Nothing to count: "), words])


def _and(parts: list[Html]) -> Iterator[str]:
    for at, part in enumerate(parts):
        yield "" if not at else ", " if at < len(parts) - 1 else " and "
        yield part


def _named(measures: list[MeasureShown]) -> Iterator[str]:
    for at, one in enumerate(measures[:_MOST_NAMED]):
        yield ", " if at else ""
        yield tag("a", one.id.replace(".", " ").replace("_", " "), href=f"#{one.id}")
    if len(measures) > _MOST_NAMED:
        yield f" and {len(measures) - _MOST_NAMED} more"


def _link(measure: MeasureShown) -> Html:
    return tag("a", f"{measure.id} {measure.title}", href=f"#{measure.id}")


def _actions(paper: Paper) -> Html:
    register = paper.register
    overdue, soon = register.standing("overdue"), register.standing("due_soon")
    open_ended, closed = register.standing("no_deadline"), register.standing("closed")
    words = (
        f"of {counted(len(register.actions), 'action')} on {register.on}, {len(closed)} are done"
        f" or dropped, {len(overdue)} overdue, {len(soon)} due soon, and {len(open_ended)} open"
        " without a last day."
    )
    named = f" Overdue: {', '.join(one.action.id for one in overdue)}." if overdue else ""
    return joined([tag("b", "Actions: "), words, named])


def _extract(paper: Paper) -> Iterator[Html]:
    extract = paper.extract
    if extract is None:
        return
    if extract.not_answered:
        words = f"{counted(len(extract.not_answered), 'check')} of the lessons in no record."
        sections = ", ".join(extract.asked_for).replace("_", " ")
        asked = f" Ask first for: {sections}." if sections else ""
        yield joined([tag("b", "What these records cannot tell: "), words, asked])
    if extract.days < 2:
        words = (
            "these records are one extract. They show what was recorded by its day; whether what is"
            " recorded late or never gets better only a second extract shows, some months on."
        )
        yield joined([tag("b", "One extract: "), words])
