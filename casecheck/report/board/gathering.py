"""Gathers a board paper: the register, measures of records or of stored runs, a judged sample."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from casecheck.intake.texts import RecordText
from casecheck.lessons.lesson import Rules
from casecheck.measures.disclosure import Profile
from casecheck.measures.loading import measures_of
from casecheck.measures.measuring import Asking, measure_texts
from casecheck.measures.of_runs import measures_of_runs
from casecheck.measures.periods import Length
from casecheck.measures.protecting import protected
from casecheck.measures.report import MeasuresReport
from casecheck.measures.with_signals import with_signals
from casecheck.qag.estimates.assembling import CannotEstimate, assembled
from casecheck.qag.estimates.report import Report
from casecheck.qag.register.state import latest_day, register_state
from casecheck.qag.store.register_rows import RegisterEntry
from casecheck.qag.store.store import Store
from casecheck.record.faults import Unreadable
from casecheck.report.board.extract import extract_of
from casecheck.report.board.paper import Extract, Paper
from casecheck.report.board.shown import basis_of_rates, measures_shown, not_asked, rates_shown
from casecheck.report.board.template import PLAIN, Template
from casecheck.response.model import Response

_CONFIDENCE = Fraction(19, 20)
Texts = Callable[[], Iterable[RecordText | Unreadable]]
"""Reads the records anew each time it is called."""


class NoDay(ValueError):  # noqa: N818 - says what to do
    """Neither the records nor the store tell of which day the paper is."""


@dataclass(frozen=True)
class Asked:
    """What a paper is asked for."""

    rules: Rules
    responses: Sequence[Response]
    profile: Profile
    by: Length | None = None
    on: date | None = None
    template: Template = PLAIN


def gathered(
    asked: Asked, store: Store | None, log: Sequence[RegisterEntry], texts: Texts | None
) -> tuple[Paper, MeasuresReport]:
    """Return a paper, and the report of its measures; without `texts`, of the stored runs.

    `log` is the store's register.

    Raises:
        NoDay: where nothing tells of which day it is.
        MissingExtra: where a package that it needs is not installed.
    """
    extract = None if texts is None else extract_of(texts(), asked.rules)
    of_store = None if store is None else latest_day(store, log)
    day = asked.on or _latest(of_store, extract)
    shown = _shown(asked, store, texts)
    sample, basis = (None, "") if store is None else _judged(store)
    paper = Paper(
        template=asked.template,
        register=register_state(asked.responses, log, day),
        measures=measures_shown(shown),
        not_asked=not_asked(shown),
        rates={} if sample is None else rates_shown(sample, asked.profile),
        rates_basis=basis,
        extract=extract,
        notes={},
        protected=shown.protected,
        rules=_rules(asked.rules, shown),
    )
    return paper, shown


def _rules(rules: Rules, shown: MeasuresReport) -> str:
    """Say by which rules it is, and what a board has set of them."""
    told = [f"Rules {rules.digest[:19]}, {len(rules.lessons)} lessons."]
    return " ".join([*told, *(f"Set for this board: {one}." for one in shown.settings)])


def _shown(asked: Asked, store: Store | None, texts: Texts | None) -> MeasuresReport:
    """Return the measures as they are shown.

    Where nobody chose a period, by quarter, or if small numbers would withhold most, by year.
    """
    if asked.by is not None:
        report = _measured(asked, store, texts, asked.by)
        return with_signals(protected(report, asked.profile))
    by_quarter = protected(_measured(asked, store, texts, "quarter"), asked.profile)
    if not _mostly_withheld(by_quarter):
        return with_signals(by_quarter)
    by_year = _measured(asked, store, texts, "year")
    return with_signals(protected(by_year, asked.profile))


def _mostly_withheld(report: MeasuresReport) -> bool:
    told = [
        bool(one.hidden)
        for series in report.series
        for one in series.periods
        if one.tally.members or one.tally.perhaps
    ]
    return 2 * sum(told) > len(told)


def _latest(of_store: date | None, extract: Extract | None) -> date:
    days = [day for day in (of_store, extract and extract.last_day) if day]
    if not days:
        raise NoDay("there is no day in the store, and no record was read")
    return max(days)


def _measured(asked: Asked, store: Store | None, texts: Texts | None, by: Length) -> MeasuresReport:
    """Return the measures of the records, with those of stored runs that only these can answer."""
    measures = measures_of(asked.rules)
    report = measure_texts(() if texts is None else texts(), measures, asked.rules, Asking(by))
    if store is None:
        return report
    of_runs = measures_of_runs(store, measures, asked.rules, Asking(by))
    if texts is None:
        return of_runs
    own = {one.measure.id for one in report.series}
    more = [one for one in of_runs.series if one.measure.id not in own]
    return replace(report, series=(*report.series, *more))


def _judged(store: Store) -> tuple[Report | None, str]:
    """Return what the latest sample's judgments say, if there is one, and of how many files.

    Or why nothing can be said.
    """
    if not store.samples():
        return None, ""
    try:
        report = assembled(store, "latest", None, _CONFIDENCE, iter)
    except CannotEstimate as error:
        return None, f"nothing can be said. {error}"
    return report, basis_of_rates(report)
