"""A measure in the board paper: what it says in words, its chart, and its periods as a table."""

from __future__ import annotations

from collections.abc import Iterator

from casecheck.report.board.chart import Bar, Chart, drawn, written
from casecheck.report.board.paper import MeasureShown, Period
from casecheck.report.html.markup import Html, joined, tag
from casecheck.text.counted import counted

VERDICTS = {
    "improved": "Improved",
    "worse": "Worse",
    "no_signal": "No signal yet",
    "too_few": "Too few to say",
    None: "No verdict",
}
"""What a verdict is called, the contract's code first."""
_CLASSES = {"improved": "ok", "worse": "bad"}
_HOPED = {"up": "It is hoped to go up.", "down": "It is hoped to go down.", "none": ""}
WITHHELD = "withheld"
_FEWEST_DRAWN = 3
"""A chart of fewer points shows nothing that their table does not."""


def measure_part(measure: MeasureShown, number: int) -> Iterator[Html]:
    """Yield the elements of one measure; its chart is the page's so-manyeth."""
    signal = measure.signal
    # What a measure shows apart has its own name behind a point, which is no word for a reader.
    yield tag("h4", f"{measure.id.partition('.')[0]} {measure.title}", id=measure.id)
    hope = "" if signal.verdict in _CLASSES else _HOPED[measure.hoped]
    if measure.latest is None:
        yield tag("p", _nothing_shown(measure), " ", hope, class_="soft")
        return
    yield tag("p", *verdict_words(measure), " ", hope)
    if sum(one.value is not None for one in measure.periods) < _FEWEST_DRAWN:
        yield _table(measure)
        return
    chart = Chart(
        f"{measure.id} {measure.title}",
        measure.kind,
        [_bar(measure, one) for one in measure.periods],
        signal.center,
        {period: (limits.lower, limits.upper) for period, limits in signal.limit_of.items()},
    )
    # On a phone it is moved sideways, by the keyboard too.
    of_it = f"{measure.id} drawn"
    yield tag(
        "div", drawn(chart, number), class_="draw", role="region", tabindex=0, aria_label=of_it
    )
    yield _table(measure)
    if measure.undated:
        words = f"{counted(measure.undated, 'member')} could not be placed in a period."
        yield tag("p", words, class_="soft")


def _nothing_shown(measure: MeasureShown) -> str:
    if not measure.has_members:
        return "No record has anything to count here."
    if any(one.withheld for one in measure.periods):
        return "No period can be shown: the numbers are small."
    return "In no period is anybody sure to belong: the records cannot tell."


def verdict_words(measure: MeasureShown) -> Iterator[Html]:
    """Yield what the periods say; a signal's words begin with its verdict."""
    signal = measure.signal
    verdict = VERDICTS[signal.verdict]
    class_ = _CLASSES.get(signal.verdict or "", "")
    yield tag("b", verdict, class_=class_)
    told = signal.words.removeprefix(verdict)
    yield joined([". " if told == signal.words else "", told])


def _bar(measure: MeasureShown, one: Period) -> Bar:
    unusual = one.label in measure.signal.marks
    return Bar(one.label, one.value, one.low, one.high, one.withheld, one.complete, unusual)


def _table(measure: MeasureShown) -> Html:
    heads = ["Period", *_HEADS[measure.kind]]
    head = [tag("th", words, scope="col", class_="num" if at else "")
            for at, words in enumerate(heads)]  # fmt: skip
    rows = [
        tag("tr", tag("th", _period(one), scope="row"),
            *[tag("td", cell, class_="num") for cell in _cells(measure, one)])
        for one in measure.periods
    ]  # fmt: skip
    table = tag("table", tag("caption", f"{measure.id} by period", class_="unseen"),
                tag("thead", tag("tr", *head)), tag("tbody", *rows))  # fmt: skip
    wide = tag("div", table, class_="wide", role="region", tabindex=0,
               aria_label=f"{measure.id} by period")  # fmt: skip
    return tag("details", tag("summary", "The numbers"), wide, class_="keep")


_HEADS = {
    "share": ("of", "met", "cannot tell", "share", "at least", "at most"),
    "count": ("at least", "at most"),
    "median": ("of", "days (median)", "at least", "at most"),
}


def _period(one: Period) -> str:
    return one.label if one.complete else f"{one.label}, not complete"


def _cells(measure: MeasureShown, one: Period) -> list[str]:
    kind = measure.kind
    bounds = [written(one.low, kind), written(one.high, kind)]
    cells = bounds
    if kind != "count":
        counts = [_number(one.members)]
        counts += [_number(one.met), _number(one.cannot_tell)] if kind == "share" else []
        cells = [*counts, written(one.value, kind), *bounds]
    return [cell or (WITHHELD if one.in_part else "") for cell in cells]


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def legend() -> Html:
    """Return how to read the charts."""
    words = (
        "A dot is what the records show in a period; the pale bar behind it reaches from what is"
        " sure to what may be, where they cannot tell. The line across is the median of the"
        " periods. Dashed lines are the limits within which chance alone would keep nearly all"
        " periods; a red diamond lies beyond them, or in a pattern that chance seldom makes. A"
        " hollow dot is of a period that the records do not cover to its end, and counts for"
        " nothing. A hatched period is withheld, and is not nought."
    )
    return joined([tag("p", words, class_="soft")])
