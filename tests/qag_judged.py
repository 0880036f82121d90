"""A store with samples that were judged, for the tests of estimates."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from qag_store import LABELS, prepared

from casecheck.qag.judgments.log import chained
from casecheck.qag.sampling.plan import Plan
from casecheck.qag.sampling.samples import SampleView, draw_sample
from casecheck.qag.store.store import Entry, FrameCase, Judged, Store
from casecheck.results import Outcome

LESSONS = ("P1.1", "P7.1")
AGREEING: dict[Outcome, Judged] = {
    Outcome.BREACH: "not_compliant",
    Outcome.INSUFFICIENT_EVIDENCE: "cannot_tell",
    Outcome.COMPLIANT: "compliant",
    Outcome.NOT_APPLICABLE: "not_applicable",
}
"""What an auditor says who finds in the file what the engine found in the record."""

Says = Callable[[FrameCase, str, str], Judged]


def as_the_engine(case: FrameCase, lesson: str, check: str) -> Judged:
    return AGREEING[case.outcomes[lesson, check]]


def judged(folder: Path) -> Path:
    """Put a store into a folder with a judged sample of each of its two runs.

    `before` is of the first run, `now` of the second; each is of all lessons' worst outcomes. In
    `now` the second auditor sees one case in five too, and differs in the first of them.
    """
    file = folder / "casecheck.db"
    file.write_bytes(_judged())
    return file


@cache
def _judged() -> bytes:
    with TemporaryDirectory(prefix="casecheck-tests-") as name:
        file = prepared(Path(name))
        with Store.open(file, create=False) as store:
            for label, sample, size in zip(LABELS, ("before", "now"), (20, 24), strict=True):
                view = drawn(store, label, sample, Plan("simple", size, LESSONS, tuple(Outcome)))
                judge(store, view, as_the_engine)
                doubled(store, view)
        return file.read_bytes()


def drawn(store: Store, label: str, name: str, plan: Plan) -> SampleView:
    return draw_sample(store, store.run(label), plan, "a seed", name)


def judge(
    store: Store,
    view: SampleView,
    says: Says,
    *,
    second: bool = False,
    most: int = 999,
    remark: tuple[str, str] = ("", ""),
) -> None:
    """Add an auditor's judgments of the first cases of a sample to the log.

    `remark` is the reason and the grade of each.
    """
    frame = {one.position: one for one in store.frame(view.run.id, view.plan.lessons)}
    with store.writing():
        drafts = [
            _draft(view, frame[case.position], lesson, check, says, second, remark)
            for case in [one for one in view.sample.drawn if not one.unusable][:most]
            for lesson, check in frame[case.position].outcomes
            if check
        ]
        store.append_entries(chained(store.last_entry(), drafts))


def doubled(store: Store, view: SampleView) -> None:
    """Judge the first cases a second time; of the very first, differently."""
    first = view.sample.drawn[0].position

    def says(case: FrameCase, lesson: str, check: str) -> Judged:
        return "compliant" if case.position == first else as_the_engine(case, lesson, check)

    judge(store, view, says, second=True, most=5)


def _draft(  # noqa: PLR0917
    view: SampleView,
    case: FrameCase,
    lesson: str,
    check: str,
    says: Says,
    second: bool,
    remark: tuple[str, str],
) -> Entry:
    return Entry(
        number=0,
        sample=view.sample.id,
        auditor="B" if second else "A",
        case_id=case.case_id,
        position=case.position,
        lesson=lesson,
        check=check,
        judgment=says(case, lesson, check),
        reason=remark[0],
        grade=remark[1],
        pack="sha256:0",
        second=second,
        previous="",
        hash="",
    )
