"""Who is drawn: published figures, exact probabilities, and twenty thousand draws of each design.

Figures carry the ids of the list of published figures that the project is held to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, islice, product, repeat
from math import prod, sqrt

import pytest
from amounts import few, tries
from hypothesis import given, settings
from hypothesis import strategies as st

from casecheck.qag.sampling import selection
from casecheck.qag.sampling.allocation import TooSmall, neyman, proportional, shares
from casecheck.qag.sampling.designs import DESIGNS, WITH_FINDINGS, WITHOUT_FINDINGS
from casecheck.qag.sampling.drawing import draw, ranked
from casecheck.qag.sampling.members import Member
from casecheck.qag.sampling.plan import CannotDraw, Plan
from casecheck.qag.sampling.selection import (
    by_elimination,
    by_ticket,
    every,
    inclusion_probabilities,
    systematic,
)
from casecheck.qag.sampling.tickets import STREAM_END, stream, ticket
from casecheck.results import Outcome

QUICK, ALL = 1_500, 20_000
SAMPFORD = [2, 7, 8, 5, 4, 4]
"""Weights of which a sample of 3 has the inclusion probabilities of R-sampford-pi2."""


# --- published figures ---


def test_rivest_consistent() -> None:
    """RIVEST-consistent: Rivest, consistent_sampler, README example 1 (arXiv 1808.10016)."""
    cases = ["A-1", "A-2", "A-3", "B-1", "B-2", "B-3"]
    order = [one.case_id for one in by_ticket(cases, "314159")]
    assert order[:4] == ["B-2", "B-3", "A-3", "A-2"]


def test_a_ticket_of_rivests_documentation() -> None:
    """consistent_sampler 0.x, docstring of first_fraction."""
    expected = "0.26299714122838008416507544297546663599715395525154425586041245287750224561854"
    assert ticket("01382438112797316654", "AB-130") == expected


def test_sha_stark_rivest() -> None:
    """SHA-stark-rivest: five draws from 1..1000 by the SHA-256 sampler of Stark and Rivest."""
    numbers = islice(stream("12345678901234567890"), 5)
    assert [number % 1000 + 1 for number in numbers] == [876, 766, 536, 423, 164]


def test_r_inclprob() -> None:
    """R-inclprob: R sampling 2.9, inclusionprobabilities(1:20, 12)."""
    expected = [weight / 17 for weight in range(1, 17)] + [1] * 4
    found = inclusion_probabilities(range(1, 21), 12)
    assert [float(one) for one in found] == pytest.approx(expected, abs=1e-12)
    assert found[0] == Fraction(1, 17)
    assert float(found[0]) == pytest.approx(0.0588235294118, abs=1e-12)
    assert float(found[15]) == pytest.approx(0.9411764705882, abs=1e-12)


def test_th_p34_pps() -> None:
    """TH-p34-pps: Touw and Hoogduin (2011), p. 34: fixed interval, start 2: A, C, D, G, I."""
    sizes = [7, 3, 4, 9, 0, 1, 8, 2, 6, 5]
    hits = every(Fraction(sum(sizes), 5), Fraction(2), sizes)
    assert ["ABCDEFGHIJ"[i] for i in hits] == ["A", "C", "D", "G", "I"]


def test_samplics_prop() -> None:
    """SAMPLICS-prop: 500, 300 and 200 of 1,000; a sample of 100."""
    assert proportional([500, 300, 200], 100, 2) == [50, 30, 20]
    assert shares([500, 300, 200], [1, 1, 1], 100) == [50, 30, 20]


def test_stratallo() -> None:
    """STRATALLO-neyman and STRATALLO-var: R package stratallo, README."""
    sizes, spreads = [3000, 4000, 5000, 2000], [48, 79, 76, 16]
    found = shares(sizes, spreads, 190)
    assert found == pytest.approx([31.376147, 68.853211, 82.798165, 6.972477], abs=5e-7)
    variance = _variance(sizes, [Fraction(one) ** 2 for one in spreads], found)
    assert variance == pytest.approx(3940753053, abs=0.5)
    whole = neyman(sizes, [Fraction(one) ** 2 for one in spreads], 190, 1)
    assert whole == [31, 69, 83, 7]


def test_r_sampford_pi2() -> None:
    """R-sampford-pi2: R sampling 2.9, UPsampfordpi2(c(.2, .7, .8, .5, .4, .4)).

    Its diagonal and its sums are those of every design of three with these probabilities, and so
    of ours; the rest of it is of Sampford's own design. Ours, elimination, differs from it by at
    most 0.03, and as with Sampford's no two cases are likelier together than were they apart.
    """
    printed = """
        0.2 0.108181818182 0.136363636364 0.0627272727273 0.0463636363636 0.0463636363636
        0.1081818181818 0.7 0.532954545455 0.2990909090909 0.2298863636364 0.2298863636364
        0.1363636363636 0.532954545455 0.8 0.3634090909091 0.2836363636364 0.2836363636364
        0.0627272727273 0.299090909091 0.363409090909 0.5 0.1373863636364 0.1373863636364
        0.0463636363636 0.229886363636 0.283636363636 0.1373863636364 0.4 0.1027272727273
        0.0463636363636 0.229886363636 0.283636363636 0.1373863636364 0.1027272727273 0.4
    """
    table = [[float(cell) for cell in row.split()] for row in printed.strip().splitlines()]
    ours = _together(SAMPFORD, 3)
    for i, row in enumerate(table):
        assert float(ours[i, i]) == pytest.approx(row[i], abs=1e-11)
        assert float(sum(ours[i, j] for j in range(6))) == pytest.approx(sum(row), abs=1e-11)
        assert [float(ours[i, j]) for j in range(6)] == pytest.approx(row, abs=0.03)
        for j in range(6):
            assert i == j or 0 < ours[i, j] <= ours[i, i] * ours[j, j]
    assert _sampford([Fraction(one, 10) for one in SAMPFORD])[0, 1] == Fraction(119, 1100)


def _sampford(chances: Sequence[Fraction]) -> Mapping[tuple[int, int], Fraction]:
    """Sampford's joint probabilities by enumeration: what the printed table is of.

    Sampford (1967), Biometrika 54: p(s) is in proportion to the product of p/(1 - p) over s, times
    the sum of 1 - p over s.
    """
    weigh = {
        sample: prod(chances[i] / (1 - chances[i]) for i in sample)
        * sum(1 - chances[i] for i in sample)
        for sample in combinations(range(len(chances)), 3)
    }
    total = sum(weigh.values())
    return {
        (i, j): sum((one for s, one in weigh.items() if i in s and j in s), Fraction(0)) / total
        for i, j in product(range(len(chances)), repeat=2)
    }


# --- elimination, exactly ---


def _probabilities(weights: Sequence[int], n: int) -> list[Fraction]:
    """Inclusion probabilities as textbooks have them: cap at 1 and share the rest, until none is
    above 1."""
    certain: set[int] = set()
    while True:
        rest = sum(weight for i, weight in enumerate(weights) if i not in certain)
        found = [
            Fraction(1) if i in certain else Fraction((n - len(certain)) * weight, rest)
            for i, weight in enumerate(weights)
        ]
        now = {i for i, one in enumerate(found) if one >= 1}
        if now == certain:
            return found
        certain = now


def _rates(weights: Sequence[int], left: Sequence[int]) -> list[Fraction]:
    """With what probability each of those left is the next to be put aside."""
    before, after = (_probabilities(weights, k) for k in (len(left), len(left) - 1))
    return [1 - after[i] / before[i] for i in left]


def _samples(weights: Sequence[int], n: int) -> Mapping[tuple[int, ...], Fraction]:
    """The probability of each sample of n that elimination can come to, along every path."""
    now = {tuple(sorted(range(len(weights)), key=lambda i: (-weights[i], i))): Fraction(1)}
    for _ in range(len(weights) - n):
        after: dict[tuple[int, ...], Fraction] = {}
        for left, chance in now.items():
            rates = _rates(weights, left)
            assert sum(rates) == 1
            assert min(rates) >= 0
            for out, rate in zip(left, rates, strict=True):
                if rate:
                    rest = tuple(i for i in left if i != out)
                    after[rest] = after.get(rest, Fraction(0)) + chance * rate
        now = after
    return now


def _together(weights: Sequence[int], n: int) -> dict[tuple[int, int], Fraction]:
    found = _samples(weights, n)
    every_two = product(range(len(weights)), repeat=2)
    return {
        (i, j): sum((one for s, one in found.items() if i in s and j in s), Fraction(0))
        for i, j in every_two
    }


WEIGHTS = st.lists(st.integers(1, 60), min_size=1, max_size=7)


@given(WEIGHTS)
def test_elimination_gives_the_probabilities_exactly(weights: list[int]) -> None:
    """Along every path, for every size: not one draw is needed for this."""
    for n in range(1, len(weights) + 1):
        found = _together(weights, n)
        chances = inclusion_probabilities(weights, n)
        assert [found[i, i] for i in range(len(weights))] == chances == _probabilities(weights, n)
        assert sum(chances) == n
        assert all(found[i, j] <= chances[i] * chances[j] for i, j in found if i != j)


def _by_definition(weights: Sequence[int], numbers: Iterable[int]) -> list[str]:
    """The order of drawing, the slow way."""
    left = sorted(range(len(weights)), key=lambda i: (-weights[i], i))
    aside = []
    for number in islice(numbers, len(weights)):
        point = Fraction(number, STREAM_END)
        for out, rate in zip(left, _rates(weights, left), strict=True):
            point -= rate
            if point < 0:
                aside.append(f"C-{out:03}")
                left.remove(out)
                break
    return aside[::-1]


def _eliminated(weights: Sequence[int], seed: str) -> list[str]:
    cases = [(f"C-{i:03}", weight) for i, weight in enumerate(weights)]
    return [one.case_id for one in by_elimination(cases, seed)]


@settings(max_examples=tries(300))
@given(st.lists(st.integers(1, 9) | st.integers(1, 500), min_size=1, max_size=40), st.text())
def test_the_code_puts_aside_whom_the_definition_does(weights: list[int], seed: str) -> None:
    seed = seed.encode("utf-8", "replace").decode()
    assert _eliminated(weights, seed) == _by_definition(weights, stream(seed))


@pytest.mark.parametrize("weights", [[1], [1] * 6, SAMPFORD, [1, 1, 1, 50], [9, 4, 4, 1, 1]])
@pytest.mark.parametrize("number", [0, STREAM_END // 4, STREAM_END // 2, STREAM_END - 1])
def test_numbers_at_the_edges(
    weights: list[int], number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "stream", lambda _: repeat(number))
    assert _eliminated(weights, "") == _by_definition(weights, repeat(number))


@pytest.mark.parametrize(("number", "hits"), [(0, [0, 4, 8]), (STREAM_END - 1, [3, 7, 11])])
def test_a_systematic_sample_starts_within_its_first_interval(
    number: int, hits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "stream", lambda _: repeat(number))
    cases = [f"C-{i:02}" for i in range(12)]
    assert [one.case_id for one in systematic(cases, "", 3)[:3]] == [cases[i] for i in hits]


def test_a_certain_case_is_in_each_sample() -> None:
    cases = [("C-A", 1), ("C-B", 1), ("C-C", 1), ("C-D", 50)]
    for number in range(50):
        assert "C-D" in [one.case_id for one in by_elimination(cases, f"{number}")[:2]]


# --- allocation ---


def _variance(sizes: Sequence[int], variances: Sequence[Fraction], n: Sequence[float]) -> float:
    rows = list(zip(sizes, variances, n, strict=True))
    return float(
        sum(size**2 * one / places for size, one, places in rows)
        - sum(size * one for size, one, _ in rows)
    )


STRATA = st.lists(
    st.tuples(st.integers(1, 12), st.fractions(Fraction(1, 100), Fraction(1, 4))),
    min_size=1,
    max_size=4,
)


@settings(max_examples=tries(60))
@given(STRATA, st.integers(1, 3))
def test_neyman_is_the_best_in_whole_numbers(
    strata: list[tuple[int, Fraction]], minimum: int
) -> None:
    sizes, variances = [size for size, _ in strata], [one for _, one in strata]
    least = [min(size, minimum) for size in sizes]
    for n in (sum(least), (sum(least) + sum(sizes)) // 2, sum(sizes)):
        found = neyman(sizes, variances, n, minimum)
        possible = product(*(range(few, many + 1) for few, many in zip(least, sizes, strict=True)))
        best = min(_variance(sizes, variances, each) for each in possible if sum(each) == n)
        assert sum(found) == n
        assert all(few <= one <= many for few, one, many in zip(least, found, sizes, strict=True))
        assert _variance(sizes, variances, found) == pytest.approx(best)


@given(STRATA, st.integers(1, 3), st.booleans())
def test_a_larger_sample_has_as_many_of_each_stratum(
    strata: list[tuple[int, Fraction]], minimum: int, by_size: bool
) -> None:
    """Rounding each share would not do: a stratum could lose a case when a sample is extended."""
    sizes, variances = [size for size, _ in strata], [one for _, one in strata]
    before = [min(size, minimum) for size in sizes]
    for n in range(sum(before), sum(sizes) + 1):
        now = proportional(sizes, n, minimum) if by_size else neyman(sizes, variances, n, minimum)
        assert sum(now) == n
        assert all(old <= new for old, new in zip(before, now, strict=True))
        before = now
    assert before == sizes


@given(st.lists(st.integers(1, 400), min_size=1, max_size=6), st.data())
def test_proportional_has_no_better_place_to_give(sizes: list[int], data: st.DataObject) -> None:
    """Webster's: no place is worth more elsewhere, so every share is rounded at one divisor."""
    n = data.draw(st.integers(1, sum(sizes)))
    found = proportional(sizes, n, 0)
    last = [Fraction(size, 2 * had - 1) for size, had in zip(sizes, found, strict=True) if had]
    following = [
        Fraction(size, 2 * had + 1) for size, had in zip(sizes, found, strict=True) if had < size
    ]
    assert sum(found) == n
    assert not following or min(last) >= max(following)


def test_too_few_for_the_minimums() -> None:
    with pytest.raises(TooSmall) as refused:
        proportional([10, 10, 1], 4, 2)
    assert refused.value.least == 5


# --- designs, drawn many times ---


def _members(design: str) -> list[Member]:
    """Twenty cases: in strata of 9, 7 and 4, or 13 with findings, one of which weighs most."""
    members = []
    for i in range(20):
        stratum, weight = "", 1
        if design == "stratified":
            stratum = ("NORTH", "SOUTH", "WEST")[(i >= 9) + (i >= 16)]
        elif design == "risk":
            stratum = WITH_FINDINGS if i < 13 else WITHOUT_FINDINGS
            weight = 1 + i * i if i < 13 else 1
        outcome = Outcome.BREACH if i < 9 and i % 2 else Outcome.COMPLIANT
        weighed = "in words" if weight > 1 else ""
        members.append(Member(i + 1, f"C-{i:02}", stratum, outcome, weight, weighed))
    return members


def _plan(design: str, size: int = 8, first: int = 8) -> Plan:
    neymans = design == "neyman"
    return Plan(
        design="stratified" if neymans else design,
        size=size,
        lessons=("P1.1",),
        outcomes=tuple(Outcome),
        by=("district",) if design in ("stratified", "neyman") else (),
        allocation="neyman" if neymans else "proportional",
        first=first,
    )


def _deviations(plan: Plan, draws: int, unusable: Sequence[str] = ()) -> dict[str, float]:
    """How far each case's count of draws is from its probability, in standard errors."""
    members = _members(plan.design)
    counts = dict.fromkeys((one.case_id for one in members), 0)
    chances: dict[str, Fraction] = {}
    for number in range(draws):
        drawing = draw(members, plan, f"draw {number}", unusable)
        usable = [one for one in drawing.chosen if one.member.case_id not in unusable]
        assert len({one.member.case_id for one in usable}) == plan.size
        for one in drawing.chosen:
            counts[one.member.case_id] += 1
            chances[one.member.case_id] = one.probability
    assert set(chances) == set(counts)
    assert sum(chances.values()) == plan.size
    return {
        case_id: (count - draws * chances[case_id])
        / sqrt(max(draws * chances[case_id] * (1 - chances[case_id]), Fraction(1, 10**6)))
        for case_id, count in counts.items()
    }


PLANS = {
    "simple": _plan("simple"),
    "stratified": _plan("stratified"),
    "neyman": _plan("neyman"),
    "systematic": _plan("systematic"),
    "systematic, extended": _plan("systematic", size=11),
    "risk": _plan("risk"),
    "risk, with certain cases": _plan("risk", size=14),
}


@pytest.mark.parametrize("name", few(PLANS, *[*PLANS][::3]))
def test_inclusion_probabilities_hold_over_draws(name: str) -> None:
    assert max(map(abs, _deviations(PLANS[name], QUICK).values())) < 4


@pytest.mark.slow
@pytest.mark.parametrize("name", few(PLANS, "risk, with certain cases", rest=pytest.mark.longest))
def test_inclusion_probabilities_hold_over_twenty_thousand_draws(name: str) -> None:
    assert max(map(abs, _deviations(PLANS[name], ALL).values())) < 4


def _sampford_deviation(draws: int) -> float:
    cases = [(f"C-{i}", weight) for i, weight in enumerate(SAMPFORD)]
    counts = dict.fromkeys((name for name, _ in cases), 0)
    for number in range(draws):
        for one in by_elimination(cases, f"draw {number}")[:3]:
            counts[one.case_id] += 1
    return max(
        abs(counts[name] - draws * weight / 10) / sqrt(draws * weight / 10 * (1 - weight / 10))
        for name, weight in cases
    )


def test_r_sampford_pi2_over_draws() -> None:
    """The note of R-sampford-pi2: |z| < 4, where samplics 0.6.1 has 12.9 and 4.5."""
    assert _sampford_deviation(QUICK) < 4


@pytest.mark.slow
def test_r_sampford_pi2_over_twenty_thousand_draws() -> None:
    assert _sampford_deviation(ALL) < 4


DRAWN = {
    "simple": "13 08 04 12 17 03 00 06",
    "stratified": "08 04 03 13 12 10 17 16",
    "neyman": "08 04 03 00 13 12 17 16",
    "systematic": "01 04 06 09 11 14 16 19",
    "systematic, extended": "01 04 06 09 11 14 16 19 13 08 12",
    "risk": "09 04 05 12 10 11 13 17",
    "risk, with certain cases": "09 04 05 12 10 11 07 08 06 03 02 13 17 16",
}


@pytest.mark.parametrize("name", PLANS)
def test_a_seed_gives_the_same_sample_for_ever(name: str) -> None:
    """On every version of Python and of casecheck: a board may have to answer for it in years."""
    plan = PLANS[name]
    drawing = draw(_members(plan.design), plan, "dice 4 1 6 2 5 3")
    assert [one.member.case_id[2:] for one in drawing.chosen] == DRAWN[name].split()


@pytest.mark.parametrize("name", PLANS)
def test_the_order_of_the_list_does_not_matter(name: str) -> None:
    plan = PLANS[name]
    members = _members(plan.design)
    if plan.design != "systematic":  # whose list has an order by definition
        assert draw(members[::-1], plan, "s") == draw(members, plan, "s")


@pytest.mark.parametrize("design", [*DESIGNS, "neyman"])
def test_a_larger_sample_holds_the_smaller(design: str) -> None:
    before: set[str] = set()
    members = _members(_plan(design).design)
    for size in range(8, 21):
        drawing = draw(members, _plan(design, size), "a seed")
        now = {one.member.case_id for one in drawing.chosen}
        assert len(now) == size
        assert before <= now
        before = now


def test_systematic_takes_one_of_each_interval() -> None:
    cases = [f"C-{i:02}" for i in range(20)]
    for number in range(50):
        order = [one.case_id for one in systematic(cases, f"{number}", 5)]
        assert [cases.index(one) // 4 for one in order[:5]] == [0, 1, 2, 3, 4]
        assert sorted(order) == cases


@pytest.mark.parametrize("design", DESIGNS)
def test_an_unusable_case_stays_and_one_more_is_drawn_in_its_stratum(design: str) -> None:
    members, plan = _members(design), _plan(design)
    before = draw(members, plan, "a seed")
    bad = before.chosen[1].member
    after = draw(members, plan, "a seed", [bad.case_id])
    was = [one.member.case_id for one in before.chosen]
    (new,) = [one for one in after.chosen if one.member.case_id not in was]
    assert len(after.chosen) == plan.size + 1
    assert new.member.stratum == bad.stratum
    (stratum,) = [one for one in after.strata if one.name == bad.stratum]
    assert stratum.unusable == 1
    assert stratum.drawn == stratum.places + 1
    chances = [one.probability for one in after.chosen if one.member.stratum == bad.stratum]
    if design != "risk":
        assert set(chances) == {Fraction(stratum.drawn, stratum.size)}
    drawn = ranked(after, plan, ranked(before, plan), {bad.case_id: "lost"}, replaces=2)
    assert [one.case_id for one in drawn] == [*was, new.member.case_id]
    assert [one.replaces for one in drawn if one.replaces] == [2]
    assert [(one.case_id, one.unusable) for one in drawn if one.unusable] == [(bad.case_id, "lost")]


def test_a_stratum_that_is_used_up_has_fewer() -> None:
    members, plan = _members("stratified"), _plan("stratified", size=20)
    drawing = draw(members, plan, "s", ["C-19"])
    assert [(one.places, one.drawn, one.unusable) for one in drawing.strata] == [
        (9, 9, 0),
        (7, 7, 0),
        (4, 4, 1),
    ]


def test_a_risk_sample_keeps_places_for_cases_without_findings() -> None:
    members = _members("risk")
    for size in range(4, 21):
        drawing = draw(members, _plan("risk", size), "s")
        having, without = drawing.strata
        assert (having.name, without.name) == (WITH_FINDINGS, WITHOUT_FINDINGS)
        assert without.places >= max(2, size / 5)
        assert without.places == max(2, -(-size // 5), size - 13)
    with pytest.raises(CannotDraw, match="--size 4 or more, or a smaller --minimum"):
        draw(members, _plan("risk", 3), "s")


def test_a_risk_sample_keeps_places_for_cases_with_findings_too() -> None:
    plan = replace(_plan("risk", 5), without_findings=99)
    having, without = draw(_members("risk"), plan, "s").strata
    assert (having.places, without.places) == (2, 3)


def test_neyman_expects_the_engines_spread_with_one_of_each_kind_more() -> None:
    """Four of nine in NORTH have findings, none of seven and none of four elsewhere."""
    worth = [9 * sqrt(5 / 11 * 6 / 11), 7 * sqrt(1 / 9 * 8 / 9), 4 * sqrt(1 / 6 * 5 / 6)]
    strata = draw(_members("stratified"), _plan("neyman"), "s").strata
    assert [one.share for one in strata] == pytest.approx([8 * one / sum(worth) for one in worth])


def test_a_sample_is_not_larger_than_its_population() -> None:
    with pytest.raises(CannotDraw, match="--size 20 is all that there are"):
        draw(_members("simple"), _plan("simple", 21), "s")
