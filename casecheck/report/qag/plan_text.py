"""Sizes for other questions than a tolerable rate, in words; and what is drawn to have a size."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil

from casecheck.qag.inference.planning import ChangeSize
from casecheck.qag.inference.sizing import AttributeSize, shown
from casecheck.qag.sampling.plan import WITHOUT_FINDINGS_PERCENT
from casecheck.report.qag.size_text import SizeStatement, attribute_statement
from casecheck.text.counted import counted
from casecheck.text.percent import exactly, rounded

_NOTHING_FOUND = " in which the engine found nothing"


def discovery_statement(size: AttributeSize) -> SizeStatement:
    """Tell a size that finds one case not compliant at least, were so large a share so."""
    share, sure = exactly(size.aim.tolerable), exactly(size.aim.confidence)
    told = attribute_statement(size)
    found = (
        f"Were {share} or more of the cases not compliant, at least one of them would be found,"
        f" with a probability of {sure}."
    )
    return replace(
        told,
        can=[found, *told.can],
        facts=told.facts | {"discovers": rounded(float(size.aim.tolerable))},
    )


def misses_statement(size: AttributeSize) -> SizeStatement:
    """Tell how many cases in which the engine found nothing show that it misses little."""
    told = attribute_statement(size, _NOTHING_FOUND)
    whole = ceil(Fraction(size.cases * 100, WITHOUT_FINDINGS_PERCENT))
    of_them = (
        f"All of them are cases{_NOTHING_FOUND}. A sample by risk of {whole:,} has as many, with"
        f" {WITHOUT_FINDINGS_PERCENT} % without a finding; or --without-findings keeps more places."
    )
    return replace(told, can=[*told.can, of_them], facts=told.facts | {"risk_sample": whole})


def change_statement(size: ChangeSize) -> SizeStatement:
    """Tell how many cases each of two audits needs to see a change."""
    before, now = exactly(size.before), exactly(size.now)
    can = [
        f"Draw {counted(size.cases, 'case')} in each of the two audits.",
        f"If {before} were not compliant before and {now} are now, the change is seen with a"
        f" probability of {exactly(size.power)}, with {exactly(size.confidence)} confidence.",
    ]
    cannot = [
        "A change that is smaller is more often missed; that none is seen does not show that there"
        " is none.",
        "Cases to which the check does not apply do not count: draw more in their place.",
    ]
    facts = {
        "before": rounded(float(size.before)),
        "now": rounded(float(size.now)),
        "power": rounded(float(size.power)),
    }
    likely = shown(round(size.now * size.cases), size.cases, size.confidence)
    method = "two independent samples (Fleiss, Levin and Paik)"
    return SizeStatement(size.cases, method, size.confidence, None, can, cannot, (likely,), facts)


def with_more(
    told: SizeStatement,
    draw: int,
    applies: Fraction | None,
    effect: Fraction | None,
) -> SizeStatement:
    """Add how many to draw, where a check applies to a share, or a design has an effect."""
    why = []
    if applies is not None:
        why.append(f"the check applies to {exactly(applies)}")
    if effect is not None:
        why.append(f"the design has an effect of {float(effect):.4g}")
    sentence = (
        f"Draw {counted(draw, 'case')}: {' and '.join(why)}. With {exactly(told.confidence)}"
        f" probability they are worth {told.cases:,} that count."
        if applies is not None
        else f"Draw {counted(draw, 'case')}: {' and '.join(why)}, and so they are worth about"
        f" {told.cases:,} of a simple sample."
    )
    return replace(told, can=[sentence, *told.can], facts=told.facts | {"draw": draw})
