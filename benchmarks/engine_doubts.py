"""How often a right engine is doubted, and one that misses 10 % is named: simulated audits.

    python benchmarks/engine_doubts.py

Of each audit 60 cases are read, a third of them by two, for the 18 checks of a sample of three
lessons; auditors slip in 0, 2 or 4 % of their words. The engine finds a breach in a case in ten.
It is right; or of one check it finds nothing in cases of which 10 % are not compliant. Of the
latter the rule is looked for at once, and after a second auditor has read the cases in which one
alone contradicts the engine, as the report asks. Prints, of each, in how many audits in 100 a rule
that is right is named, and the one that is wrong.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from casecheck.qag.estimates.doubting import Doubts, doubts
from casecheck.qag.estimates.estimate import Estimate
from casecheck.qag.estimates.rates import Measure
from casecheck.qag.estimates.readings import CaseQuestion, Readings
from casecheck.qag.store.rows import FrameCase, Judged
from casecheck.results import Outcome

LESSON, CASES, CHECKS, TWICE = "P1.1", 60, 18, 20
BREACHES, MISSING = 0.1, 0.1
CONFIDENCE = Fraction(95, 100)


class Audit(NamedTuple):
    """What the engine found, what is so (`bad`: not compliant), and what auditors say of it."""

    frame: Sequence[FrameCase]
    bad: dict[CaseQuestion, bool]
    readings: Readings


def simulated(chance: random.Random, slip: float, missing: float) -> Audit:
    """Return an audit; of check 0 the engine misses so many of those in which it finds nothing."""
    frame, bad = [], {}
    for position in range(CASES):
        outcomes = {}
        for check in range(CHECKS):
            breach = chance.random() < BREACHES and (check > 0 or not missing)
            missed = not breach and check == 0 and chance.random() < missing
            outcomes[LESSON, f"c{check}"] = Outcome.BREACH if breach else Outcome.COMPLIANT
            bad[CaseQuestion(position, LESSON, f"c{check}")] = breach or missed
        frame.append(_case(position, outcomes))
    audit = Audit(frame, bad, Readings([]))
    read(audit, range(CASES), "anna", chance, slip)
    read(audit, range(TWICE), "ben", chance, slip)
    return audit


def _case(position: int, outcomes: dict[tuple[str, str], Outcome]) -> FrameCase:
    name = f"C-{position:04}"
    return FrameCase(position, name, name, None, "", "2026-01-01", None, None, None, outcomes, ())


def read(
    audit: Audit, positions: Sequence[int], who: str, chance: random.Random, slip: float
) -> None:
    """Let an auditor read cases whole: each word is right, or by a slip the other."""
    those = set(positions)
    for at, bad in audit.bad.items():
        if at.position in those:
            says: Judged = "not_compliant" if bad != (chance.random() < slip) else "compliant"
            audit.readings.first.setdefault(at, {}).setdefault(who, says)
            audit.readings.last.setdefault(at, {})[who] = says


def doubted(audit: Audit) -> Doubts:
    """Return what speaks against the rules."""
    none = {outcome: dict.fromkeys(("compliant", "not_compliant"), 0) for outcome in Outcome}
    rate = Measure(0, 0, "none")
    estimates = [
        Estimate(LESSON, f"c{check}", CASES, {}, none, rate, rate, rate, rate, rate)
        for check in range(CHECKS)
    ]
    return doubts(estimates, audit.readings, audit.frame, CONFIDENCE)


def named(found: Doubts) -> set[str]:
    """Return the checks that are named."""
    return {rule.check for rule in found.rules}


def falsely(number: int, slip: float, seed: str) -> int:
    """Return in how many audits a rule is named, where the engine is right."""
    chance = random.Random(seed)
    return sum(bool(named(doubted(simulated(chance, slip, 0.0)))) for _ in range(number))


def rightly(number: int, slip: float, seed: str) -> tuple[int, int, int]:
    """Return in how many audits the check that misses is named: at once, and after more reading.

    The third number is of the audits in which another is named, after more reading.
    """
    chance = random.Random(seed)
    at_once = after = others = 0
    for _ in range(number):
        audit = simulated(chance, slip, MISSING)
        first = doubted(audit)
        at_once += "c0" in named(first)
        again = [one for one in first.to_read if one >= TWICE]
        read(audit, again, "cleo", chance, slip)
        found = named(doubted(audit))
        after += "c0" in found
        others += bool(found - {"c0"})
    return at_once, after, others


def main() -> None:
    """Print a line for each rate of slips."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--audits", type=int, default=1000)
    audits = parser.parse_args().audits
    print("slips  right engine,  misses 10 %:   after another   others")
    print("       any named      named at once  reader          named")
    for slip in (0.0, 0.02, 0.04):
        false = falsely(audits, slip, f"right {slip}")
        shares = [100 * one / audits for one in (false, *rightly(audits, slip, f"wrong {slip}"))]
        print(f"{slip:4.0%}   {shares[0]:5.1f} %        {shares[1]:5.1f} %        "
              f"{shares[2]:5.1f} %         {shares[3]:5.1f} %")  # fmt: skip


if __name__ == "__main__":
    main()
