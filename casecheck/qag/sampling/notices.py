"""Says what a sample cannot show, and what is missing from it."""

from __future__ import annotations

from collections.abc import Iterator

from casecheck.qag.sampling.designs import design_of
from casecheck.qag.sampling.members import Member
from casecheck.qag.sampling.samples import SampleView
from casecheck.results import OF_FINDINGS
from casecheck.text.page import counted


def notices(view: SampleView) -> Iterator[str]:
    """Say what a sample cannot show, and what is missing from it."""
    if not view.same:
        yield (
            "This is NOT the sample that its list and seed give: the store was changed by other"
            " means. Do not use it."
        )
    if not any(member.outcome not in OF_FINDINGS for member in view.members):
        yield (
            "No case without a finding can be drawn: this sample cannot show what the engine"
            " misses."
        )
    elif not _without_findings(view):
        yield (
            "No case without a finding was drawn: this sample cannot show what the engine misses."
            " Extend it, or draw by --design risk, which keeps places for them."
        )
    for stratum in view.strata:
        where = f" {design_of(view.plan).where(stratum.name)}".rstrip()
        usable = stratum.drawn - stratum.unusable
        if usable < stratum.places:
            yield (
                f"No case is left{where}: {usable} can be used, of {stratum.places} that there"
                " should be."
            )
        if usable == 1 and stratum.size > 1:
            yield f"Only one case{where} was drawn: it tells nothing of how much cases differ."
    if view.run.unreadable:
        inputs = counted(view.run.unreadable, "input")
        yield f"{inputs} of the run could not be read, and can be in no sample."


def _without_findings(view: SampleView) -> list[Member]:
    usable = {case.case_id for case in view.sample.drawn if not case.unusable}
    return [
        member
        for member in view.members
        if member.case_id in usable and member.outcome not in OF_FINDINGS
    ]
