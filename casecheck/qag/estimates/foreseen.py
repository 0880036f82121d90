"""Says when a sample is drawn how little it can show of what the engine misses."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from casecheck.qag.estimates.estimating import Chances
from casecheck.qag.inference.engine_error import most_marked
from casecheck.qag.sampling.samples import SampleView
from casecheck.results import OF_FINDINGS
from casecheck.text.counted import counted

_RISK = Fraction(1, 20)


def foreseen(view: SampleView) -> Iterator[str]:
    """Yield what it could be said if none of the drawn cases without a finding were missed."""
    chances = Chances(view)
    usable = {case.position for case in view.sample.drawn if not case.unusable}
    fine = sorted(one.position for one in view.members if one.outcome not in OF_FINDINGS)
    read = len(usable.intersection(fine))
    if not read or not view.same:
        return
    answered = chances.answered(usable)
    most = most_marked([chances.of(at, answered) for at in fine], 0, _RISK)
    most = min(most, len(fine) - read)
    yield (
        f"Of what casecheck misses: {counted(read, 'case')} without a finding"
        f" {'was' if read == 1 else 'were'} drawn, of {len(fine):,}. Where auditors find nothing in"
        f" them, it can be said with 95 % confidence that at most {most:,} of them all have"
        " something that was missed; of a single check it is about as many."
    )
