"""A signal in words: what changed, since when, and what chance would have allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from casecheck.measures.control_chart import ControlChart, Level
from casecheck.measures.run_chart import FEWEST_USEFUL, RunChart
from casecheck.text.percent import percent

Kind = Literal["share", "count", "median"]
Hoped = Literal["up", "down", "none"]


@dataclass(frozen=True)
class Shown:
    """The periods that were used, at least one, and what the charts say of them."""

    kind: Kind
    hoped: Hoped
    periods: tuple[str, ...]
    runs: RunChart
    chart: ControlChart | None
    firm: Level


@dataclass(frozen=True)
class Fired:
    """One rule that fired: since which place, and whether what is there now is higher."""

    rule: str
    since: int
    rises: bool


def found_words(shown: Shown, fired: Sequence[Fired], rises: bool, since: int) -> str:
    """Say what changed, in which direction, and by which rules that is no chance."""
    way, period = "up" if rises else "down", shown.periods[since]
    if shown.hoped == "none":
        lead = f"It went {way}, since {period}; no direction is hoped for, so it is not judged"
    elif shown.hoped == way:
        lead = f"Improved since {period}: it went {way}, as is hoped"
    else:
        lead = f"Worse since {period}: it went {way}, and {shown.hoped} is hoped"
    other = "" if all(one.rises == rises for one in fired) else " Not all of this points one way."
    return f"{lead}. {_sentence('; '.join(_rule_words(shown, one) for one in fired))}{other}"


def nothing_words(shown: Shown) -> str:
    """Say that nothing differs from chance, which is not that nothing changed."""
    used = len(shown.periods)
    return (
        f"No signal yet: the {used} periods vary around {_middle(shown)} as chance would."
        " A small or a recent change may not show."
    )


def too_few_words(shown: Shown, latest: Sequence[Fired]) -> str:
    """Say how many periods are missing, and what the latest shows all the same."""
    useful = len(shown.runs.useful)
    words = (
        f"Too few to say: {useful} of {len(shown.periods)} periods lie off the middle"
        f" ({_middle(shown)}), and {FEWEST_USEFUL} are needed."
    )
    return " ".join([words, *(_sentence(_rule_words(shown, one)) for one in latest)])


def none_words(periods: int, weak: int, fewest: int) -> str:
    """Say why there is no verdict, or that nothing can be looked at."""
    if 2 * weak <= periods:
        return "Too few to say: there is no complete period with a value."
    return f"No verdict: {weak} of {periods} periods rest on fewer than {fewest}, or are withheld."


def _rule_words(shown: Shown, fired: Fired) -> str:
    runs, last = shown.runs, shown.periods[-1]
    if fired.rule == "shift":
        return (
            f"{runs.longest} periods in a row lie on one side of the middle ({_middle(shown)}),"
            f" and by chance seldom more than {runs.longest_allowed} of {len(runs.useful)} do"
        )
    if fired.rule == "crossings":
        return (
            f"the line crosses its middle ({_middle(shown)}) {_times(runs.crossings)}, and by"
            f" chance, of {len(runs.useful)} periods, seldom fewer than {runs.crossings_needed}"
        )
    if fired.rule == "trend":
        further = "higher" if fired.rises else "lower"
        return f"seven periods in a row, to {last}, lie each {further} than the one before"
    trial = ", which are on trial until there are 24 periods" if shown.firm == "trial" else ""
    if fired.rule == "outside":
        return f"{last} lies outside the limits of the control chart{trial}"
    return f"two of the last three periods lie close to a limit of the control chart{trial}"


def _middle(shown: Shown) -> str:
    center: Fraction = shown.runs.center
    if shown.kind == "share":
        return percent(center)
    days = " days" if shown.kind == "median" else ""
    return f"{round(float(center), 1):g}{days}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
