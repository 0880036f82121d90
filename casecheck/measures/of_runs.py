"""Measures over all stored runs: what was saved with each, and which lessons their records met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from casecheck.lessons.lesson import Rules
from casecheck.measures.adding import NO_STRATUM
from casecheck.measures.counting import Tally
from casecheck.measures.measure import Measure, Measures
from casecheck.measures.measuring import Asking, Split, not_asked
from casecheck.measures.periods import Period, period_of
from casecheck.measures.report import MeasuresReport, PeriodResult, SeriesResult
from casecheck.measures.saving import SavedRun, failed_of, saved_series
from casecheck.qag.store.rows import FrameCase, Run
from casecheck.qag.store.store import Store
from casecheck.results import Outcome

_COUNTED = {
    Outcome.COMPLIANT: "met",
    Outcome.BREACH: "not_met",
    Outcome.INSUFFICIENT_EVIDENCE: "cannot_tell",
}
"""As what a record counts to which a lesson applies, or may apply."""


def measures_of_runs(
    store: Store, measures: Measures, rules: Rules, asking: Asking
) -> MeasuresReport:
    """Return what the measures come to over the runs in a store.

    Raises:
        NotAsSaved: where a run is not as it was saved.
    """
    runs = [run for run in store.runs() if run.as_of]
    saved = [SavedRun(run.as_of, run.id, run.records, store.measured(run.id)) for run in runs]
    with_counts = [one for one in saved if one.rows]
    series = saved_series(with_counts, measures, asking) if with_counts else []
    for measure in measures.measures:
        if measure.kind == "lessons":
            series += _lessons(store, runs, measure, rules, asking)
    latest = max(runs, key=lambda one: (one.as_of, one.id), default=None)
    why_not = [one for one in not_asked(measures.measures) if one.id not in _of_runs(measures)]
    return MeasuresReport(
        asking.by,
        asking.split,
        latest.records if latest else 0,
        rules.digest,
        measures.digest,
        tuple(series),
        tuple(why_not),
        [failed for one in saved for failed in failed_of(one)],
        settings=rules.deviations(),
    )


def _of_runs(measures: Measures) -> set[str]:
    return {one.id for one in measures.measures if one.kind == "lessons"}


def _lessons(
    store: Store, runs: Sequence[Run], measure: Measure, rules: Rules, asking: Asking
) -> Iterator[SeriesResult]:
    """Yield for each lesson the records of each period's last run, and how many are compliant."""
    chosen = _last_of_each(runs, asking)
    tallies: dict[tuple[str, str, str], Tally] = defaultdict(Tally)
    strata: set[str] = set()
    for period, run in chosen:
        for case in store.frame(run.id):
            of_it = _stratum(case, asking.split)
            strata |= set(of_it)
            for (lesson, check), outcome in case.outcomes.items():
                counted = _COUNTED.get(outcome)
                if check or counted is None:
                    continue
                for stratum in ("", *of_it):
                    tally = tallies[lesson, stratum, period.label]
                    setattr(tally, counted, getattr(tally, counted) + 1)
    titles = {one.id: one.title for one in rules.lessons}
    asked = dict.fromkeys(lesson for _, run in chosen for lesson in run.lessons)
    for lesson in sorted(asked, key=lambda one: list(titles).index(one) if one in titles else 0):
        for stratum in ("", *sorted(strata)):
            periods = tuple(
                PeriodResult(one.label, tallies[lesson, stratum, one.label]) for one, _ in chosen
            )
            means = titles.get(lesson, lesson)
            yield SeriesResult(measure, lesson, f"{lesson}, {means}", stratum, periods, 0)


def _last_of_each(runs: Sequence[Run], asking: Asking) -> list[tuple[Period, Run]]:
    """Return the last run of each period, by the day of its extract, in order."""
    first, last = asking.whole
    found: dict[Period, Run] = {}
    for run in sorted(runs, key=lambda one: (one.as_of, one.id)):
        day = date.fromisoformat(run.as_of)
        if (first is None or day >= first) and (last is None or day <= last):
            found[period_of(day, asking.by)] = run
    return sorted(found.items())


def _stratum(case: FrameCase, split: Split) -> tuple[str, ...]:
    if not split:
        return ()
    return ((case.district if split == "district" else case.team) or NO_STRATUM,)
