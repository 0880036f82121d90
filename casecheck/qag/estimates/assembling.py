"""Puts together all that is said of a sample's judgments, or says why nothing can be.

Nothing is estimated from a log that is not whole, from a sample that is not what its list and seed
give, or against an earlier sample that is not comparable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from casecheck.qag.estimates.agreeing import agreements
from casecheck.qag.estimates.allowing import with_slips
from casecheck.qag.estimates.doubting import doubts
from casecheck.qag.estimates.estimate import Estimate
from casecheck.qag.estimates.estimating import estimates, since
from casecheck.qag.estimates.readings import Question, Readings
from casecheck.qag.estimates.remarks import remarks
from casecheck.qag.estimates.report import Report
from casecheck.qag.inference.design_effect import kish
from casecheck.qag.judgments.log import first_broken
from casecheck.qag.sampling.designs import design_of
from casecheck.qag.sampling.samples import SampleView, view_sample
from casecheck.qag.store.rows import Entry
from casecheck.qag.store.store import Store
from casecheck.results import Outcome
from casecheck.text.counted import counted

GoingOn = Callable[[Sequence[Question]], Iterable[Question]]
"""Passes questions on, one after the other, and may tell how far it is."""


class CannotEstimate(ValueError):  # noqa: N818 - says why
    """What is asked for cannot be estimated; the message says why, and the cure."""


def assembled(  # noqa: PLR0913, PLR0917 - what is asked of an estimate
    store: Store,
    name: str,
    before_name: str | None,
    confidence: Fraction,
    going_on: GoingOn = iter,
    tolerable: Fraction | None = None,
) -> Report:
    """Return what the judgments of a sample say, and how it has changed since an earlier sample.

    The samples are named as the store's are, by name, number or "latest". With a `tolerable` share
    not compliant, it says of each check whether fewer are shown.

    Raises:
        CannotEstimate: where nothing can be said, or nothing of the change.
        CannotDraw: where another procedure drew a sample.
        StoreError: where there is no such sample, or it is not as it was saved.
        MissingExtra: where what the audit cycle needs is not installed.
    """
    store.check()
    _need_whole_log(store)
    view = _view(store, name)
    entries = _entries(store, view)
    counting = _counting(view, entries)
    readings = Readings(counting)
    estimated = _estimates(store, view, readings, confidence, going_on)
    before = None if before_name is None else _view(store, before_name)
    if before is not None:
        _need_earlier(view, before)
        earlier = Readings(_counting(before, _entries(store, before)))
        estimated = since(estimated, _estimates(store, before, earlier, confidence, going_on))
    usable = {case.position for case in view.sample.drawn if not case.unusable}
    read = [case for case in store.frame(view.run.id, view.plan.lessons) if case.position in usable]
    agreed = agreements(counting, view.plan.lessons, confidence)
    checks = [(estimate.lesson, estimate.check) for estimate in estimated if estimate.check]
    given = remarks(view.sample, entries, checks)
    notes = list(_notes(view, entries, before))
    doubted = doubts(estimated, readings, read, confidence)
    chances = [Fraction(case.probability) for case in view.sample.drawn if not case.unusable]
    more = doubted, kish(chances), tolerable
    return Report(view, before, confidence, estimated, given, agreed, notes, *more)


def _need_whole_log(store: Store) -> None:
    broken = first_broken(store.entries(), store.log_end())
    if broken:
        cure = "nothing is estimated from a log that is not whole: see `casecheck judge --verify`"
        raise CannotEstimate(f"The judgment log: {broken}; {cure}")


def _view(store: Store, name: str) -> SampleView:
    view = view_sample(store, store.sample(name))
    if not view.same:
        message = f"{view.sample.name} is not what its list and seed give, and says nothing"
        raise CannotEstimate(f"{message}: see `casecheck sample show {view.sample.name}`")
    return view


def _entries(store: Store, view: SampleView) -> list[Entry]:
    entries = store.entries(view.sample.id)
    if not entries:
        message = f"{view.sample.name} has no judgments: `casecheck pack` writes what auditors fill"
        raise CannotEstimate(f"{message} in, `casecheck judge FILE` takes it back")
    drawn = {(case.position, case.case_id) for case in view.sample.drawn}
    for entry in entries:
        if (entry.position, entry.case_id) not in drawn:
            judges = f"entry {entry.number} of the log judges {entry.case_id}"
            message = f"{judges}, which is not a case of"
            raise CannotEstimate(f"{message} {view.sample.name}: the store was changed")
    return entries


def _estimates(
    store: Store, view: SampleView, readings: Readings, confidence: Fraction, going_on: GoingOn
) -> list[Estimate]:
    frame = store.frame(view.run.id, view.plan.lessons)
    found = estimates(view, frame, readings, confidence, going_on)
    return with_slips(found, readings, confidence)


def _counting(view: SampleView, entries: Iterable[Entry]) -> list[Entry]:
    """Return the judgments that count: what is said of a case of no use is kept, and does not."""
    usable = {case.position for case in view.sample.drawn if not case.unusable}
    return [entry for entry in entries if entry.position in usable]


def _need_earlier(view: SampleView, before: SampleView) -> None:
    if view.run.id == before.run.id:
        message = f"--since {before.sample.name}: both samples are of run {view.run.id}, between"
        raise CannotEstimate(f"{message} which nothing can have changed")
    if before.run.as_of > view.run.as_of:
        message = f"--since {before.sample.name}: its run is as of {before.run.as_of}, which is"
        raise CannotEstimate(f"{message} after {view.run.as_of}, the day of {view.sample.name}")
    if set(before.plan.outcomes) != set(view.plan.outcomes):
        message = f"--since {before.sample.name}: it was drawn from cases with other outcomes"
        raise CannotEstimate(f"{message} (--outcome), so that the two rates are not of one kind")
    lessons = set(before.plan.lessons) ^ set(view.plan.lessons)
    if lessons and set(view.plan.outcomes) != set(Outcome):
        message = f"--since {before.sample.name}: its list was made by other lessons than that of"
        cure = f"{view.sample.name} ({', '.join(sorted(lessons))} in one of them only)"
        raise CannotEstimate(f"{message} {cure}, so that the two rates are not of one kind")


def _notes(view: SampleView, entries: Sequence[Entry], before: SampleView | None) -> Iterator[str]:
    """Yield what a reader must know of the sample, its judgments, and the comparison."""
    yield from _notes_on_cases(view, entries)
    if corrected := _corrected(_counting(view, entries)):
        yield (
            f"{counted(corrected, 'judgment')} {'was' if corrected == 1 else 'were'} corrected:"
            " rates go by what an auditor said last, agreement by what was said first."
        )
    yield from _notes_on_readers(view, entries)
    left_out = sum(map(len, view.left_out.values()))
    if left_out:
        yield (
            f"{left_out:,} of the run's {counted(view.run.records, 'case')} were not in the list"
            " that the sample was drawn from: the rates and numbers say nothing of them."
            f" `casecheck sample show {view.sample.name} --list` names them."
        )
    if note := design_of(view.plan).note:
        yield note
    if before is not None:
        yield from _notes_on_change(view, before)


def _notes_on_cases(view: SampleView, entries: Sequence[Entry]) -> Iterator[str]:
    usable = [case for case in view.sample.drawn if not case.unusable]
    judged = {entry.position for entry in entries}
    waiting = sum(1 for case in usable if case.position not in judged)
    if waiting:
        yield (
            f"{waiting} of {counted(len(usable), 'drawn case')}"
            f" {'has' if waiting == 1 else 'have'} no judgment yet. Such a case is taken to be like"
            " the judged ones of its stratum, which it need not be."
        )
    unusable = len(view.sample.drawn) - len(usable)
    if unusable:
        yield (
            f"Of no use, and replaced by others: {counted(unusable, 'drawn case')}. Rates of"
            " compliance take them to be like the judged ones of their stratum, what is said of the"
            " engine takes them either way. If why has to do with practice, the rates are off."
        )
    said = {entry.position for entry in entries if not entry.not_seen}
    lost = [case.case_id for case in view.sample.drawn if case.unusable and case.position in said]
    if lost:
        yield (
            f"{', '.join(lost)}: marked as of no use, and judged all the same. The judgments do not"
            " count: see why they were given."
        )


def _notes_on_readers(view: SampleView, entries: Sequence[Entry]) -> Iterator[str]:
    said = Readings(_counting(view, entries)).last.values()
    differ = sum(len(set(by.values())) > 1 for by in said)
    if differ:
        yield (
            f"Of {counted(differ, 'check')} of a case its readers differ, and have not settled it"
            " (`casecheck judge --correct`): each rate is the mean by their words, and its bounds"
            " hold by either."
        )


def _notes_on_change(view: SampleView, before: SampleView) -> Iterator[str]:
    if before.run.digest != view.run.digest:
        yield "The rules have changed between the two runs: see that both asked the same."
    if before.run.as_of == view.run.as_of:
        yield "Both runs are as of the same day: what differs is no change of practice over time."
    usable = {case.case_id for case in view.sample.drawn if not case.unusable}
    both = usable & {case.case_id for case in before.sample.drawn}
    if both:
        yield (
            "In both samples, which are not wholly independent of each other:"
            f" {counted(len(both), 'case')}."
        )


def _corrected(entries: Iterable[Entry]) -> int:
    """Count the judgments of which the last word is another than the first."""
    said: dict[tuple[str, int, str, str], list[str]] = {}
    for entry in entries:
        asked_of = (entry.auditor, entry.position, entry.lesson, entry.check)
        said.setdefault(asked_of, []).append(entry.judgment)
    return sum(1 for words in said.values() if words[0] != words[-1])
