"""What is a signal: the published rules and figures, planted changes, and the verdict in words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

import pytest
from amounts import tries
from scipy.stats import binom

from casecheck.measures.control_chart import (
    ControlChart,
    Limits,
    c_chart,
    level,
    p_chart,
    xmr_chart,
)
from casecheck.measures.run_chart import crossings_needed, longest_allowed, run_chart
from casecheck.measures.signals import Hoped, Kind, Point, Signal, signal

ANHOEJ = {
    20: (7, 6), 21: (7, 6), 22: (7, 7), 23: (8, 7), 24: (8, 8), 25: (8, 8), 27: (8, 9),
    30: (8, 10), 34: (8, 12), 40: (8, 14), 45: (8, 17), 46: (9, 17), 50: (9, 19), 60: (9, 23),
    70: (9, 28), 80: (9, 32), 84: (9, 34),
}  # fmt: skip
"""ANHOEJ-runs: longest run, fewest crossings (Anhøj and Olesen 2014; qicharts2, appendix 2)."""

MONTGOMERY_COUNTS = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22,
    8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
]  # fmt: skip
"""MONTGOMERY-p: table 7.4 of Montgomery, also NIST e-Handbook 6.3.3.2: of 50 each."""


def counts(*numbers: int) -> list[Point]:
    return [Point(f"{place:02}", number) for place, number in enumerate(numbers, start=1)]


def shares(*pairs: tuple[int, int]) -> list[Point]:
    return [Point(f"{place:02}", of, met) for place, (met, of) in enumerate(pairs, start=1)]


def medians(*days: float) -> list[Point]:
    return [Point(f"{place:02}", 20, value=day) for place, day in enumerate(days, start=1)]


STEP = [(6, 20), (8, 20)] * 6 + [(14, 20), (15, 20)] * 6
"""Twelve periods of a third, then twelve of nearly three quarters."""
DAYS = [4, 10] * 6 + [12, 18] * 6
FLAT = [4, 6, 5, 7, 6, 4, 5, 7, 3, 6, 5, 4] * 2


class TestPublished:
    def test_anhoej(self) -> None:
        assert {n: (longest_allowed(n), crossings_needed(n)) for n in ANHOEJ} == ANHOEJ

    def test_crossings_as_scipy_works_them_out(self) -> None:
        numbers = range(2, tries(400, 60))
        assert [crossings_needed(n) for n in numbers] == [
            binom.ppf(0.05, n - 1, 0.5) for n in numbers
        ]

    def test_no_useful_point(self) -> None:
        assert (longest_allowed(0), crossings_needed(0)) == (0, 0)
        assert crossings_needed(1) == 0

    def test_montgomery_p(self) -> None:
        chart = p_chart(MONTGOMERY_COUNTS, [50] * 30)
        assert chart.mean == pytest.approx(0.2313, abs=5.1e-5)
        assert chart.limits[0].upper == pytest.approx(0.4102, abs=5.1e-5)
        assert chart.limits[0].lower == pytest.approx(0.0524, abs=5.1e-5)
        assert [place + 1 for place in sorted(chart.fires["outside"])] == [15, 23]

    def test_montgomery_p_with_varying_denominators(self) -> None:
        """A larger denominator has narrower limits, around the same centre."""
        chart = p_chart([5, 20], [10, 100])
        assert chart.mean == pytest.approx(25 / 110)
        half = 3 * (chart.mean * (1 - chart.mean) / 100) ** 0.5
        assert chart.limits[1].upper == pytest.approx(chart.mean + half)
        assert chart.limits[1].near_lower == pytest.approx(chart.mean - 2 / 3 * half)
        assert chart.limits[0] == Limits(
            0, 0, pytest.approx(0.6248, abs=1e-4), pytest.approx(0.4923, abs=1e-4)
        )

    def test_nhs_xmr(self) -> None:
        chart = xmr_chart([10, 12, 11, 13, 12, 11, 10, 12, 11, 13, 12, 11])
        assert chart.mean == pytest.approx(11.5, abs=1e-6)
        limits = chart.limits[0]
        assert limits.upper == pytest.approx(15.127273, abs=1e-6)
        assert limits.lower == pytest.approx(7.872727, abs=1e-6)
        assert limits.near_upper == pytest.approx(11.5 + 2 / 3 * 2.66 * 15 / 11, abs=1e-6)

    def test_nhs_screens_a_range_once(self) -> None:
        """A jump of 60 among ranges of 1: over 3.267 of the mean range, so not in it."""
        values = [10.0, 11] * 10 + [71.0] + [10.0, 11] * 10
        ranges = [1.0] * 38 + [60, 61]
        assert max(ranges[:-2]) < 3.267 * sum(ranges) / 40 < 60
        chart = xmr_chart(values)
        assert chart.limits[0].upper == pytest.approx(chart.mean + 2.66)
        assert chart.fires["outside"] == {20}

    def test_c_chart(self) -> None:
        """Limits of Montgomery 7.17: c ± 3 sqrt(c), not under 0."""
        chart = c_chart([4, 5, 3, 4])
        assert chart.limits[0] == Limits(0, 0, 10, 8)
        assert c_chart([16, 16]).limits[0] == Limits(4, 8, 28, 24)

    @pytest.mark.parametrize(
        ("points", "firm"), [(11, "none"), (12, "trial"), (23, "trial"), (24, "set")]
    )
    def test_limits_are_on_trial_first(self, points: int, firm: str) -> None:
        assert level(points) == firm
        said = signal(counts(*FLAT[:points]), "count", "up")
        assert (said.limits, bool(said.limit_of), said.mean is None) == (
            firm, firm != "none", firm == "none"
        )  # fmt: skip


class TestControlRules:
    """The vectors for the rules are those of NHSRplotthedots' own tests, as points."""

    @staticmethod
    def chart(values: Sequence[float]) -> ControlChart:
        return xmr_chart(values, least=None)

    def test_seven_on_one_side(self) -> None:
        six = [1.0, -1] * 4 + [1.0] * 6 + [-1, 1] * 4 + [-6.0]
        assert self.chart(six).fires["shift"] == frozenset()
        seven = [1.0, -1] * 4 + [1.0] * 7 + [-1, 1] * 4 + [-7.0]
        assert self.chart(seven).mean == 0
        assert self.chart(seven).fires["shift"] == set(range(8, 15))

    def test_a_point_on_the_mean_ends_a_shift(self) -> None:
        values = [1.0] * 4 + [0] + [1.0] * 3 + [-7.0]
        assert self.chart(values).fires["shift"] == frozenset()

    @pytest.mark.parametrize(
        ("values", "found"),
        [
            ([1, 2, 3, 4, 5, 6], set()),
            ([1, 2, 3, 3, 4, 5, 6], set()),
            ([1, 2, 3, 4, 5, 6, 7], set(range(7))),
            ([2, 1, 2, 3, 4, 5, 6, 7, 3], set(range(1, 8))),
            ([7, 6, 5, 4, 3, 2, 1], set(range(7))),
            ([2, 7, 6, 5, 4, 3, 2, 1, 3], set(range(1, 8))),
        ],
    )
    def test_seven_in_a_trend(self, values: list[float], found: set[int]) -> None:
        assert self.chart(values).fires["trend"] == found

    @pytest.mark.parametrize(
        ("last", "found"),
        [
            ([11, 0.5, 11], {20, 22}),
            ([0.5, 11, 11], {21, 22}),
            ([11, 11, 0.5], {20, 21}),
            ([11, 16, 11], {20, 22}),
            ([16, 11, 0.5], set()),
            ([11, -0.5, 11], set()),
            ([11, -11, 1], set()),
            ([11, 1, 1, 11], set()),
        ],
    )
    def test_two_of_three_near_a_limit(self, last: list[float], found: set[int]) -> None:
        """Sigma is 5: near is between 10 and 15 from the mean, all three on one side of it."""
        limits = [Limits(-15, -10, 15, 10)] * (20 + len(last))
        values = [1.0, -1] * 10 + last
        from casecheck.measures import control_chart  # noqa: PLC0415 - its inner part, once

        assert control_chart._chart(values, 0, limits).fires["near_limit"] == found


class TestRunChart:
    def test_a_point_on_the_centre_is_not_useful(self) -> None:
        runs = run_chart([Fraction(n) for n in (1, 2, 2, 2, 3)])
        assert (runs.useful, runs.longest, runs.crossings) == ((0, 4), 1, 1)

    def test_equal_values(self) -> None:
        runs = run_chart([Fraction(3)] * 30)
        assert (runs.useful, runs.longest, runs.enough) == ((), 0, False)
        assert not runs.long_run
        assert not runs.few_crossings

    def test_the_turn_is_where_the_level_changed(self) -> None:
        runs = run_chart([Fraction(n) for n in [5, 4, 5, 4, 5, 4, 9, 8, 9, 8, 9, 8]])
        assert (runs.turn, runs.rises) == (6, True)

    def test_of_two_turns_the_latest(self) -> None:
        low, high = [Fraction(0)] * 8, [Fraction(1)] * 8
        runs = run_chart([*low, *high, *low])
        assert (runs.turn, runs.rises) == (16, False)


class TestVerdict:
    @pytest.mark.parametrize(
        ("points", "kind"),
        [
            (shares(*STEP), "share"),
            (counts(*(met for met, _ in STEP)), "count"),
            (medians(*DAYS), "median"),
        ],
    )
    def test_a_change_by_the_hope(self, points: list[Point], kind: Kind) -> None:
        up, down, none = (signal(points, kind, hoped) for hoped in ("up", "down", "none"))
        assert up.as_json() == {
            "verdict": "improved", "rules": ["shift", "crossings"], "since": "13",
            "center": {"share": 0.55, "count": 11, "median": 11}[kind], "limits": "set",
            "words": up.words,
        }  # fmt: skip
        assert (down.verdict, down.since, down.rules) == ("worse", "13", up.rules)
        assert (none.verdict, none.since, none.rules) == ("no_signal", "13", up.rules)
        assert up.words.startswith(
            "Improved since 13: it went up, as is hoped. 12 periods in a row"
        )
        assert down.words.startswith("Worse since 13: it went up, and down is hoped. 12 periods")
        assert none.words.startswith(
            "It went up, since 13; no direction is hoped for, so it is not judged. 12 periods"
        )

    def test_the_words_have_the_centre_in_its_unit(self) -> None:
        assert "(55 %)" in signal(shares(*STEP), "share", "up").words
        assert "(11)" in signal(counts(*(met for met, _ in STEP)), "count", "up").words
        assert "(11 days)" in signal(medians(*DAYS), "median", "up").words
        assert "its middle (55 %) once, and" in signal(shares(*STEP), "share", "up").words

    def test_no_signal(self) -> None:
        said = signal(counts(*FLAT), "count", "up")
        assert (said.verdict, said.rules, said.since, said.center) == ("no_signal", (), None, 5.0)
        assert said.words.startswith("No signal yet: the 24 periods vary around 5 as chance would.")

    def test_few_crossings_alone(self) -> None:
        numbers = [5, 6, 5, 6, 5, 6, 9, 5, 6, 5, 6, 5, 9, 10, 9, 10, 9, 10, 6, 9, 10, 9, 10, 9]
        said = signal(counts(*numbers), "count", "down")
        assert (said.verdict, said.rules, said.since) == ("worse", ("crossings",), "13")
        assert "crosses its middle (7.5) 5 times" in said.words

    @pytest.mark.parametrize(
        ("numbers", "useful", "verdict"),
        [([5] * 5 + [7, 7] + [9] * 4, 9, "too_few"), ([5] * 5 + [7] + [9] * 5, 10, "improved")],
    )
    def test_ten_useful_points(self, numbers: list[int], useful: int, verdict: str) -> None:
        """One crossing is too few for ten useful points; of nine nothing is said."""
        assert len(run_chart([Fraction(n) for n in numbers]).useful) == useful
        assert signal(counts(*numbers), "count", "up").verdict == verdict

    def test_incomplete_periods_are_not_used(self) -> None:
        open_one = Point("25", 20, 0, complete=False)
        said = signal([*shares(*STEP), open_one], "share", "up")
        assert said == signal(shares(*STEP), "share", "up")
        assert "25" not in said.used

    def test_a_period_without_a_value_is_not_used(self) -> None:
        none = [
            Point("a", 0, 0),
            Point("b", None),
            Point("c", 7),
            Point("d", 9, 3, suppressed=True),
        ]
        said = signal([*none, *shares(*STEP)], "share", "up")
        assert said.used == tuple(f"{n:02}" for n in range(1, 25))
        without = signal([*medians(*range(3, 23)), Point("x", 8)], "median", "up")
        assert len(without.used) == 20

    def test_most_periods_too_small(self) -> None:
        half = [(3, 4)] * 12 + [(15, 20)] * 12
        assert signal(shares(*half), "share", "up").verdict is not None
        more = [(3, 4)] * 13 + [(15, 20)] * 11
        said = signal(shares(*more), "share", "up")
        assert (said.verdict, said.rules, said.since) == (None, (), None)
        assert said.words == ("No verdict: 13 of 24 periods rest on fewer than 5, or are withheld.")

    def test_what_is_suppressed_has_no_verdict(self) -> None:
        withheld = [Point(f"w{n}", None, suppressed=True) for n in range(12)]
        assert signal([*withheld, *shares(*STEP[:12])], "share", "up").verdict is not None
        said = signal([*withheld, *shares(*STEP[:11])], "share", "up")
        assert (said.verdict, said.used) == (None, tuple(f"{n:02}" for n in range(1, 12)))
        alone = signal(withheld, "share", "up")
        assert (alone.verdict, alone.center, alone.limits) == (None, None, "none")

    def test_nothing_complete(self) -> None:
        said = signal([], "share", "up")
        assert (said.verdict, said.center) == ("too_few", None)
        assert said.words == "Too few to say: there is no complete period with a value."


class TestLatest:
    """What the control chart says of the latest period counts, of earlier ones it does not."""

    def test_the_latest_outside(self) -> None:
        said = signal(counts(*FLAT, 19), "count", "up")
        assert (said.verdict, said.rules, said.since) == ("improved", ("outside",), "25")
        assert "25 lies outside the limits of the control chart." in said.words
        two = signal(counts(*FLAT, 21, 19), "count", "down")
        assert (two.verdict, two.since) == ("worse", "25")

    def test_an_early_one_outside_is_marked_alone(self) -> None:
        said = signal(counts(*FLAT[:6], 19, *FLAT[6:]), "count", "up")
        assert (said.verdict, said.rules) == ("no_signal", ())
        assert said.marks == {"07": ("outside",)}

    def test_limits_on_trial_are_told(self) -> None:
        said = signal(counts(*FLAT[:15], 19), "count", "up")
        assert (said.limits, said.rules) == ("trial", ("outside",))
        assert "which are on trial until there are 24 periods" in said.words

    @pytest.mark.parametrize(("hoped", "verdict"), [("up", "worse"), ("down", "improved")])
    def test_a_trend_to_the_latest(self, hoped: Hoped, verdict: str) -> None:
        days = [
            10.0,
            14,
            10,
            14,
            10,
            14,
            10,
            14,
            10,
            14,
            10,
            14,
            10,
            16,
            15,
            14,
            13,
            12.5,
            11.5,
            11,
        ]
        said = signal(medians(*days), "median", hoped)
        assert (said.verdict, said.rules, said.since) == (verdict, ("trend",), "14")
        assert (
            "seven periods in a row, to 20, lie each lower than the one before"
            in said.words.lower()
        )

    def test_a_rising_trend_that_is_still_low(self) -> None:
        days = [60.0, 64] * 9 + [40, 41, 42, 43, 44, 45, 46]
        said = signal(medians(*days), "median", "up")
        assert "trend" in said.rules
        assert "each higher than" in said.words

    def test_two_of_three_near_a_limit(self) -> None:
        numbers = [*FLAT, 11, 7, 12]
        said = signal(counts(*numbers), "count", "up")
        assert (said.rules, said.since) == (("near_limit",), "25")
        assert "two of the last three periods lie close to a limit" in said.words.lower()

    def test_against_the_hope_goes_first(self) -> None:
        """Up since the thirteenth, and the last fell out of its limits: worse."""
        said = signal(shares(*STEP, (0, 20)), "share", "up")
        assert (said.verdict, said.since) == ("worse", "25")
        assert set(said.rules) == {"shift", "crossings", "outside"}
        assert said.words.endswith("Not all of this points one way.")
        neutral = signal(shares(*STEP, (0, 20)), "share", "none")
        assert neutral.words.startswith("It went down, since 25;")

    def test_too_few_tells_of_the_latest(self) -> None:
        said = signal(shares(*[(20, 20)] * 23, (9, 20)), "share", "up")
        assert (said.verdict, said.rules, said.since) == ("too_few", ("outside",), None)
        assert said.words == (
            "Too few to say: 1 of 24 periods lie off the middle (100 %), and 10 are needed."
            " 24 lies outside the limits of the control chart."
        )


class TestPlanted:
    """24 months of members in twelve to thirty a month; a change from 45 to 85 % after twelve."""

    @staticmethod
    def months(seed: int, before: float, after: float) -> Signal:
        chance = random.Random(seed)
        points = []
        for month in range(24):
            members = chance.randint(12, 30)
            rate = before if month < 12 else after
            met = sum(chance.random() < rate for _ in range(members))
            points.append(Point(f"{2024 + month // 12}-{month % 12 + 1:02}", members, met))
        return signal(points, "share", "up")

    @pytest.mark.parametrize(
        ("before", "after", "verdict"),
        [
            (0.45, 0.85, "improved"),
            (0.85, 0.45, "worse"),
            (0.45, 0.45, "no_signal"),
            (0.85, 0.85, "no_signal"),
            (0.65, 0.65, "no_signal"),
        ],
    )
    def test_in_nineteen_of_twenty_seeds(self, before: float, after: float, verdict: str) -> None:
        found = [self.months(seed, before, after).verdict for seed in range(20)]
        assert found.count(verdict) >= 19

    def test_since_is_when_it_was_planted(self) -> None:
        found = {self.months(seed, 0.3, 0.9).since for seed in range(20)}
        assert found == {"2025-01"}

    def test_chance_is_seldom_a_signal(self) -> None:
        """Over many seeds: the rules of a run chart let some 3 % of chance through."""
        many = tries(4000, 400)
        found = [self.months(seed, 0.7, 0.7).verdict for seed in range(many)]
        assert sum(one != "no_signal" for one in found) <= 0.055 * many
