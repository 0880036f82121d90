"""Counts records by what is gravest in them and by team, for a summary that people read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple, get_args

from casecheck.results import CaseAudit, Finding, Outcome
from casecheck.text.counted import counted
from casecheck.text.natural import natural

Worst = Literal[
    "breach", "cannot tell", "not wholly evaluated", "only what the extract lacks", "none"
]
WORST: tuple[Worst, ...] = get_args(Worst)
"""What can be the gravest thing that is said of a record, the gravest first."""
OF_EXTRACT: Worst = "only what the extract lacks"
"""It has no finding of its own, and what cannot be told is said once of the extract."""

NO_CODE = ""
"""Stands for the team, or the district, of a record that names none."""


class CaseCounts:
    """Counts over one audit, for as many teams as there are.

    `worst` counts records by what is gravest in them, `teams` and `districts` by their code too.
    `days` are the first and the last day for which the records speak.
    """

    def __init__(self) -> None:
        self.worst: Counter[Worst] = Counter()
        self.teams: dict[str, Counter[Worst]] = {}
        self.districts: dict[str, Counter[Worst]] = {}
        self.days: tuple[date, date] | None = None

    def add(self, audit: CaseAudit) -> None:
        """Count one record."""
        worst = worst_of(audit)
        team, district = audit.team or NO_CODE, audit.district or NO_CODE
        self.worst[worst] += 1
        self.teams.setdefault(team, Counter())[worst] += 1
        self.districts.setdefault(district, Counter())[worst] += 1
        day = audit.extracted_on
        first, last = self.days or (day, day)
        self.days = min(first, day), max(last, day)


def worst_of(audit: CaseAudit) -> Worst:
    """Return what is gravest in a record."""
    own = [one.outcome for one in audit.own]
    if own:
        return "breach" if Outcome.BREACH in own else "cannot tell"
    if audit.errors:
        return "not wholly evaluated"
    return OF_EXTRACT if audit.findings else "none"


def worst_words(worst: Mapping[Worst, int]) -> str:
    """Say of how many records each is the gravest: the headline of every report for people."""
    words = ", ".join(f"{one} {worst[one]:,}" for one in WORST if worst.get(one))
    return f"Records by their gravest finding: {words}"


def in_order(codes: Mapping[str, object] | Iterable[str]) -> list[str]:
    """Return codes in the order of their names and numbers; no code comes last."""
    return sorted(codes, key=lambda code: (code == NO_CODE, natural(code)))


class Counts(NamedTuple):
    """Words of how many breaches a case has, how much of it cannot be told, and what is accepted.

    Each is "" where there is none.
    """

    breaches: str
    unknown: str
    accepted: str


def counts_of(findings: Sequence[Finding]) -> Counts:
    """Count a case's findings in words: instances, and of how many checks where they differ."""
    breaches = [one for one in findings if one.outcome is Outcome.BREACH]
    unknown = len(findings) - len(breaches)
    checks = len({(one.lesson, one.check) for one in breaches})
    words = counted(len(breaches), "breach", "breaches") if breaches else ""
    if len(breaches) > checks:
        words += f" of {counted(checks, 'check')}"
    accepted = sum(one.waiver is not None for one in findings)
    return Counts(
        words,
        f"{unknown:,} cannot tell" if unknown else "",
        f"{accepted:,} of them accepted" if accepted else "",
    )
