"""Weighted rates: right by hand, refused where they would mislead, and covering as stated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from math import comb, prod
from random import Random

import pytest
from amounts import few

from casecheck.qag.estimates.rates import (
    JudgedCase,
    Measure,
    Part,
    changed,
    number_of,
    rate,
    rate_of_all,
)
from casecheck.qag.inference import stratified_exact
from casecheck.qag.inference.intervals import (
    finite_counts,
    finite_upper,
)
from casecheck.qag.inference.stratified_exact import Counted, TooMuch, stratified_counts
from casecheck.qag.inference.surveys import most_unseen
from casecheck.qag.sampling.selection import by_elimination, by_ticket, inclusion_probabilities

CONFIDENCE = Fraction(19, 20)
STATED = Fraction(945, 1000)

Design = tuple[tuple[int, int, int], ...]
"""Population, not compliant, and drawn, of each stratum."""
DESIGNS: Sequence[Design] = (
    ((50, 2, 3), (50, 46, 3)),
    ((30, 1, 8), (16, 8, 6)),
    ((100, 5, 15), (100, 30, 15)),
    ((200, 10, 20), (20, 10, 6)),
    ((400, 4, 20), (20, 18, 2)),
    ((40, 4, 6), (30, 9, 5), (20, 1, 4)),
    ((50, 1, 4), (50, 25, 4), (50, 49, 4)),
    ((12, 6, 3), (12, 6, 3), (12, 6, 3), (12, 6, 3)),
)


def part(met: int, drawn: int, population: int) -> Part:
    chance = Fraction(drawn, population)
    return Part(population, [JudgedCase(one < met, chance) for one in range(drawn)])


def unequal(population: int, counted: Sequence[JudgedCase], out: Sequence[Fraction] = ()) -> Part:
    """A part of unequal chances; those not drawn had that of the least likely drawn."""
    drawn = [*(chance for _, chance in counted), *out]
    every = [*drawn, *[min(drawn)] * (population - len(drawn))]
    return Part(population, counted, out, every=every)


def weighted(population: int, *counted: JudgedCase) -> Measure:
    return rate([unequal(population, counted)], CONFIDENCE)


def test_where_every_case_was_judged_the_rate_is_known() -> None:
    """Weights of cases that were all seen would only blur what is known."""
    one = weighted(
        3,
        JudgedCase(True, Fraction(1, 2)),
        JudgedCase(False, Fraction(1, 10)),
        JudgedCase(True, Fraction(1)),
    )
    assert (one.value, one.within) == (2 / 3, (2 / 3, 2 / 3))
    assert one.method == "every case was judged"


@pytest.mark.parametrize(("met", "value"), [(True, 2 / 4), (False, 1 - 2 / 4)])
def test_a_weighted_rate_stays_within_what_was_seen(met: bool, value: float) -> None:
    """Two of at most four cases came out so: weights cannot make it fewer."""
    one = weighted(
        4,
        JudgedCase(met, Fraction(1)),
        JudgedCase(met, Fraction(1)),
        JudgedCase(not met, Fraction(1, 10)),
    )
    assert one.value == pytest.approx(value)
    assert one.within
    assert one.within.lower <= one.value <= one.within.upper
    assert one.within.lower >= (2 if met else 1) / 4
    assert one.within.upper <= 1 - (1 if met else 2) / 4


def coverage(design: Design, *, whole: bool) -> float:
    """The exact probability that the interval of a stratified sample covers."""
    population = sum(size for size, _, _ in design)
    true = 1 - sum(bad for _, bad, _ in design) / population
    covered = 0.0
    for found in product(*(range(drawn + 1) for _, _, drawn in design)):
        chance = prod(
            comb(bad, one) * comb(size - bad, drawn - one) / comb(size, drawn)
            for one, (size, bad, drawn) in zip(found, design, strict=True)
        )
        if not chance:
            continue
        parts = [
            part(drawn - one, drawn, size)
            for one, (size, _, drawn) in zip(found, design, strict=True)
        ]
        within = (rate_of_all if whole else rate)(parts, CONFIDENCE).within
        assert within
        if within.lower - 1e-9 <= true <= within.upper + 1e-9:
            covered += chance
    return covered


def test_a_large_weight_overflows_nothing() -> None:
    """The log-odds of an interval may be beyond what `exp` can do."""
    chance = Fraction(1, 100)
    parts = [
        Part(200, [JudgedCase(False, chance)], [chance]),
        Part(2, [JudgedCase(True, Fraction(1))], [Fraction(1)]),
    ]
    one = rate(parts, CONFIDENCE)
    assert one.within
    assert one.value is not None
    assert 0 <= one.within.lower <= one.value <= one.within.upper <= 1


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_stratified_intervals_cover_what_they_state(design: Design) -> None:
    assert coverage(design, whole=False) >= STATED


@pytest.mark.parametrize("design", [*DESIGNS[:2], ((12, 6, 2), (9, 2, 2), (7, 1, 3))], ids=str)
def test_exact_stratified_intervals_never_cover_less(design: Design) -> None:
    assert coverage(design, whole=True) >= CONFIDENCE


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_all_exact_stratified_intervals_never_cover_less(design: Design) -> None:
    assert coverage(design, whole=True) >= STATED  # where exact is too much work, as stated


@pytest.mark.parametrize(
    ("population", "drawn"),
    [(46, 12), *(pytest.param(*one, marks=pytest.mark.slow) for one in ((100, 30), (60, 15)))],
)
def test_risk_samples_cover_what_they_state(population: int, drawn: int) -> None:
    assert risk_coverage(population, drawn, 300) >= 0.935  # of 300 draws, chance is some 1.3 %


@pytest.mark.slow
@pytest.mark.parametrize(
    ("population", "drawn"),
    [
        (46, 12),
        (60, 15),
        pytest.param(100, 30, marks=pytest.mark.longest),
        pytest.param(300, 60, marks=pytest.mark.longest),
    ],
)
def test_risk_samples_cover_what_they_state_in_many_draws(population: int, drawn: int) -> None:
    assert risk_coverage(population, drawn, 4_000) >= STATED


@pytest.mark.parametrize("without", few([6, 27], 6))
def test_a_risk_sample_allows_for_the_light_that_were_not_drawn(without: int) -> None:
    """48 of 235 cases weigh little, and bad practice is there; often one or none is drawn."""
    weights = [3] * 48 + [19] * 160
    judged = [*[True] * 6, *[False] * 38, *[None] * 4, *[True] * 69, *[None] * 91]
    cases = [(f"{at:04}", weight) for at, weight in enumerate(weights)]
    chances = inclusion_probabilities(weights, 26)
    rest = [*[True], *[False] * 13, *[None] * 13]
    covered = 0
    for seed in range(150):
        those = [int(one.case_id) for one in by_elimination(cases, str(seed))[:26]]
        others = [int(one.case_id) for one in by_ticket(map(str, range(27)), str(seed))[:without]]
        drawn = [(judged[at], chances[at]) for at in those]
        simple = [(rest[at], Fraction(without, 27)) for at in others]
        parts = [of_kinds(208, drawn, chances), of_kinds(27, simple)]
        within = rate(parts, CONFIDENCE).within
        covered += not within or within.lower <= 76 / 127 <= within.upper
    assert covered >= 0.945 * 150


def of_kinds(
    population: int,
    drawn: Sequence[tuple[bool | None, Fraction]],
    every: Sequence[Fraction] = (),
) -> Part:
    counted = [JudgedCase(met, chance) for met, chance in drawn if met is not None]
    out = [chance for met, chance in drawn if met is None]
    return Part(population, counted, out, every=every)


def test_cases_outside_a_kind_count_as_drawn() -> None:
    """What was drawn of a stratum and is not of the kind says that few are, not that none is."""
    half = Fraction(1, 2)
    told = unequal(
        40, [JudgedCase(True, half), JudgedCase(False, half), JudgedCase(True, Fraction(1, 4))] * 3
    )
    silent = Part(30, [], others=[Fraction(1, 10)] * 3, every=[Fraction(1, 20)] * 30)
    known = rate([told, told], CONFIDENCE).within
    wider = rate([told, told, silent], CONFIDENCE).within
    assert known
    assert wider
    assert wider.lower < known.lower < known.upper < wider.upper
    assert rate([told, told, Part(30, [], every=[half] * 30)], CONFIDENCE).within == wider


def risk_coverage(population: int, drawn: int, draws: int) -> float:
    """The share of seeded draws whose interval covers; the heavier a case, the worse practice."""
    weights = [(1, 1, 3, 5, 5, 9, 13)[at * 5 % 7] for at in range(population)]
    met = [at * 7919 % 97 >= 5 * weight for at, weight in enumerate(weights)]
    cases = [(f"{at:04}", weight) for at, weight in enumerate(weights)]
    chances = inclusion_probabilities(weights, drawn)
    true = sum(met) / population
    covered = told = 0
    for seed in range(draws):
        those = [int(one.case_id) for one in by_elimination(cases, str(seed))[:drawn]]
        counted = [JudgedCase(met[at], chances[at]) for at in those]
        within = rate([Part(population, counted, every=chances)], CONFIDENCE).within
        if within:
            told += 1
            covered += within.lower <= true <= within.upper
    assert told > draws * 0.9
    return covered / told


def test_none_found_in_strata_is_bounded_by_the_worst_place() -> None:
    risk = Fraction(1, 20)
    assert most_unseen([(8, 46)], risk) == finite_upper(0, 8, 46, CONFIDENCE)
    strata = [(3, 12), (2, 9)]

    def unseen(total: int) -> float:
        return max(
            prod(
                comb(size - bad, drawn) / comb(size, drawn)
                for bad, (drawn, size) in zip((first, total - first), strata, strict=True)
            )
            for first in range(total + 1)
        )

    most = most_unseen(strata, risk)
    assert unseen(most) > 0.05 >= unseen(most + 1)


def test_the_exact_interval_of_one_stratum_is_that_of_a_simple_sample() -> None:
    for found in range(7):
        counts = stratified_counts([Counted(found, 6, 20)], CONFIDENCE)
        assert counts == finite_counts(found, 6, 20, CONFIDENCE)


def test_too_much_work_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [part(3, 6, 20), part(2, 5, 14)]
    assert "Wendell" in rate_of_all(parts, CONFIDENCE).method
    monkeypatch.setattr(stratified_exact, "MOST_WORK", 10)
    with pytest.raises(TooMuch):
        stratified_counts([Counted(3, 6, 20), Counted(2, 5, 14)], CONFIDENCE)
    assert rate_of_all(parts, CONFIDENCE).method == "stratified, variance estimates recovery"


def refused(parts: Sequence[Part], *, whole: bool = False) -> str:
    measure = (rate_of_all if whole else rate)(parts, CONFIDENCE)
    assert measure.within is None
    return measure.refused


def test_rates_that_would_mislead_are_refused() -> None:
    assert refused([]) == "the list has no such case"
    assert refused([Part(5, [])]) == "no case was judged that counts"
    zero = Fraction(0)
    nothing = Part(3, [JudgedCase(True, zero), JudgedCase(False, zero)], every=[zero] * 3)
    assert "probability of 0" in refused([nothing])


def test_where_all_strata_but_one_are_known_and_it_is_not() -> None:
    told = rate_of_all([part(0, 4, 4), part(0, 3, 3), Part(3, [])], CONFIDENCE)
    assert (told.value, told.within) == (0, (0, 3 / 10))
    told = rate_of_all([part(4, 4, 4), part(3, 3, 3), Part(3, [])], CONFIDENCE)
    assert (told.value, told.within) == (1, (pytest.approx(7 / 10), 1))


@pytest.mark.parametrize("of", [rate, rate_of_all])
def test_strata_of_which_none_was_judged_may_be_either(of: Callable[..., Measure]) -> None:
    """Of 40 cases 20 were judged, of 10 others none: all of these may be met, or none."""
    one = of([part(15, 20, 40), Part(10, [])], CONFIDENCE)
    assert one.within
    assert one.value == 15 / 20
    met = finite_counts(15, 20, 40, CONFIDENCE)
    assert one.within.lower <= met.lower / 50 < (met.upper + 10) / 50 <= one.within.upper
    assert one.method.endswith(", 10 cases of strata of which none was judged taken either way")


def test_one_case_alone_in_its_stratum_bounds_it() -> None:
    """Alone among others it says little; several such strata are taken together."""
    large = part(15, 20, 40)
    one = rate([large, part(1, 1, 10)], CONFIDENCE).within
    assert one
    known = rate([large, part(10, 10, 10)], CONFIDENCE).within
    assert known
    assert one.lower < known.lower - 0.05
    many = rate([large, *[part(1, 1, 10)] * 6], CONFIDENCE).within
    assert many
    assert many.lower > 0.5
    differing = rate([large, *[part(1, 1, 10), part(0, 1, 10)] * 3], CONFIDENCE)
    assert differing.within
    assert differing.value == pytest.approx((30 + 30) / 100)
    assert differing.within.lower < 0.35
    assert differing.within.upper > 0.85


def test_of_whom_nobody_can_tell_may_be_either() -> None:
    """Ten of a kind, all drawn; of two nobody can tell, so that nothing rules them out."""
    every = Fraction(1)
    one = rate_of_all(
        [Part(10, [JudgedCase(at < 1, every) for at in range(8)], [every] * 2)], CONFIDENCE
    )
    assert (one.n, one.population, one.value) == (8, 10, 1 / 8)
    assert one.within == pytest.approx((1 / 10, 3 / 10))
    assert one.method.endswith(", 2 of whom nobody can tell taken either way")
    silent = rate_of_all([Part(10, [JudgedCase(False, every)] * 2, [every] * 8)], CONFIDENCE)
    assert silent.within == pytest.approx((0, 8 / 10))


def test_weights_of_whom_nobody_can_tell_widen_the_interval() -> None:
    half = Fraction(1, 2)
    counted = [
        JudgedCase(True, half),
        JudgedCase(False, Fraction(1, 3)),
        JudgedCase(True, Fraction(1, 4)),
        JudgedCase(False, half),
    ]
    told = unequal(400, counted * 6)
    known = rate_of_all([told], CONFIDENCE).within
    wider = rate_of_all([told._replace(out=[half])], CONFIDENCE).within
    assert known
    assert wider
    assert wider.lower < known.lower < known.upper < wider.upper


def test_what_is_alike_by_chance_is_no_simple_sample() -> None:
    """Two drawn of one weight, in a list of many weights."""
    counted = [JudgedCase(True, Fraction(1, 5)), JudgedCase(False, Fraction(1, 5))]
    assert rate([unequal(20, counted)], CONFIDENCE).method.startswith("by risk")
    assert rate([Part(20, counted)], CONFIDENCE).method.startswith("exact")


def test_a_whole_list_is_known() -> None:
    told = rate([part(3, 4, 4)], CONFIDENCE)
    assert (told.method, told.within) == ("every case was judged", (0.75, 0.75))


def test_all_the_same_in_strata_is_bounded_exactly() -> None:
    assert most_unseen([(4, 20), (4, 20)], Fraction(1, 40)) == 13
    for met, bounds in ((True, (1 - 13 / 40, 1)), (False, (0, 13 / 40))):
        strata = [part(4 * met, 4, 20), part(4 * met, 4, 20)]
        assert rate_of_all(strata, CONFIDENCE).within == pytest.approx(bounds)
        wider = rate(strata, CONFIDENCE).within  # how many count is not known
        assert wider
        assert wider.lower <= bounds[0] < bounds[1] <= wider.upper


def test_what_was_seen_bounds_a_weighted_rate() -> None:
    """2 of 5 were met: of 6 cases at least 2 are, whatever the weights say, and at most 3."""
    chances = [Fraction(one, 20) for one in (19, 18, 9, 17, 19)]
    counted = [JudgedCase(at < 2, chance) for at, chance in enumerate(chances)]
    told = rate([unequal(6, counted)], CONFIDENCE)
    assert told.value is not None
    assert told.within == (min(told.value, 2 / 6), pytest.approx(3 / 6))


def test_numbers_are_rounded_outwards() -> None:
    told = number_of(rate([part(1, 5, 30)], CONFIDENCE), 7)
    assert told.within
    assert all(bound == int(bound) for bound in told.within)
    assert told.within.lower <= 7 / 5 <= told.within.upper


def test_a_change_from_or_to_nothing_is_refused() -> None:
    one, none = rate([part(2, 5, 30)], CONFIDENCE), Measure(0, 0, "none", refused="not asked")
    assert changed(one, none).refused == "there is no rate before: not asked"
    assert changed(none, one).refused == "there is no rate now: not asked"
    assert changed(one, one).method.startswith("Newcombe")
    strata = rate([part(2, 5, 30), part(1, 5, 30)], CONFIDENCE)
    told = changed(strata, one)
    assert told.method == "difference of the ends of both intervals"
    assert strata.within
    assert one.within
    ends = strata.within, one.within
    assert told.within == (ends[0].lower - ends[1].upper, ends[0].upper - ends[1].lower)


@pytest.mark.slow
def test_a_change_of_which_one_rate_is_mostly_at_an_end_covers() -> None:
    """Of 457 cases before, 20 count, and five were drawn: most often none of the 20 is seen."""
    designs = (
        ((195, 0, 38, 11), (52, 2, 0, 21), (90, 69, 0, 29), (234, 1, 11, 39)),
        ((49, 0, 2, 15), (457, 20, 0, 5)),
    )
    chance = Random(1)

    def seen(size: int, good: int, bad: int, drawn: int) -> Part:
        those = chance.sample(range(size), drawn)
        kinds = [True if at < good else False if at < good + bad else None for at in those]
        return of_kinds(size, [(one, Fraction(drawn, size)) for one in kinds])

    told = []
    for _ in range(300):
        now, before = (rate([seen(*one) for one in design], CONFIDENCE) for design in designs)
        change = changed(now, before).within
        if change:
            told.append(change.lower <= 72 / 121 - 20 / 22 <= change.upper)
    assert len(told) > 100
    assert sum(told) / len(told) >= STATED


def test_a_number_of_what_is_refused_is_refused() -> None:
    nothing = rate_of_all([Part(5, [])], CONFIDENCE)
    assert number_of(nothing, 5) == nothing
