"""Published figures of sizes, intervals, estimates and agreement, each by its id.

Figures and tolerances are facts taken from the source that each test names. `ELSEWHERE` says where
the others are, or why there is nothing here that they could be held against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

import pytest
from survey_oracle import Drawn, Ratio, hajek_ratio, logit_interval

from casecheck.qag.inference.agreement import (
    Ratings,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)
from casecheck.qag.inference.intervals import (
    clopper_pearson,
    difference,
    finite_counts,
    lower_limit,
    student_quantile,
    upper_limit,
    wilson,
)
from casecheck.qag.inference.sizing import (
    Aim,
    attribute_size,
    least_size,
    margin_size,
    misprint,
    shown,
    stop_or_go,
)
from casecheck.qag.inference.stratified_exact import Counted, chance_of_so_few, stratified_counts
from casecheck.qag.inference.surveys import horvitz_thompson

P95, P90 = Fraction(95, 100), Fraction(90, 100)

ELSEWHERE = {
    "R-sampford-pi2": "selection: tests/test_qag_selection.py",
    "R-inclprob": "selection: tests/test_qag_selection.py",
    "TH-p34-pps": "selection: tests/test_qag_selection.py",
    "SHA-stark-rivest": "selection: tests/test_qag_selection.py",
    "RIVEST-consistent": "selection: tests/test_qag_selection.py",
    "STRATALLO-var": "allocation: tests/test_qag_selection.py",
    "SAMPLICS-prop": "allocation: tests/test_qag_selection.py",
    "STRATALLO-neyman": "allocation: tests/test_qag_selection.py",
    "POISSON-size": "no Poisson sizes: the binomial and the finite population are exact",
    "MONTGOMERY-p": "charts over time: tests/test_signals.py",
    "ANHOEJ-runs": "charts over time: tests/test_signals.py",
    "NHS-PTD-rules": "charts over time: tests/test_signals.py",
    "DFE-CIN-suppress": "small numbers: tests/test_disclosure.py",
}


def percent(text: str) -> Fraction:
    return Fraction(text) / 100


AICPA_A1 = {
    "0|2": 149, "0|3": 99, "0|5": 59, "0|10": 29, "0.25|5": 93, "1|5": 93, "1.5|5": 124,
    "2|5": 181, "2.5|5": 234, "3|5": 361, "4|5": 1348, "1|10": 46, "2|10": 46, "3|10": 61,
    "4|10": 89, "5|10": 116, "8|10": 649, "0|20": 14, "5|20": 30, "10|20": 50, "17.5|20": 720,
}  # fmt: skip
AICPA_A2 = {
    "0|5": 45, "0|10": 22, "1|5": 77, "2|5": 132, "2.5|5": 158, "3|5": 258, "4|5": 873,
    "0|2": 114, "1|2": 398, "1.5|3": 265, "3|10": 52, "5|10": 78, "10|20": 38, "17.5|20": 457,
}  # fmt: skip


@pytest.mark.parametrize(
    ("confidence", "table"), [(P95, AICPA_A1), (P90, AICPA_A2)], ids=["AICPA-A1", "AICPA-A2"]
)
def test_aicpa_sizes(confidence: Fraction, table: Mapping[str, int]) -> None:
    """AICPA, Audit Sampling (2017), appendix A, tables A-1 and A-2; to the case."""
    for rates, cases in table.items():
        expected, tolerable = map(percent, rates.split("|"))
        assert attribute_size(Aim(tolerable, confidence), expected).cases == cases, rates


def test_aicpa_a2_erratum() -> None:
    """AICPA-A2-erratum: the table prints 112, of which the risk is over 10 %."""
    size = attribute_size(Aim(percent("7"), P90), percent("3.25"))
    assert size.cases == 113
    assert size.aim.chance(size.allowed, 112) > Fraction(1, 10)
    wrong = misprint(size)
    assert wrong
    assert wrong.printed == 112


AICPA_A3 = {
    "20|0": "14.0", "25|0": "11.3", "30|0": "9.6", "30|1": "14.9", "30|2": "19.6", "40|1": "11.4",
    "50|2": "12.1", "60|0": "4.9", "60|1": "7.7", "60|3": "12.5", "80|5": "12.7", "100|0": "3.0",
    "100|4": "9.0", "100|10": "16.4", "150|3": "5.1", "200|6": "5.9", "300|9": "5.2",
    "500|10": "3.4",
}  # fmt: skip
AICPA_A4 = {
    "20|0": "10.9", "25|1": "14.7", "30|2": "16.8", "50|0": "4.6", "60|2": "8.7", "80|4": "9.8",
    "100|1": "3.9", "100|5": "9.1", "200|10": "7.6", "500|0": "0.5",
}  # fmt: skip


@pytest.mark.parametrize(
    ("confidence", "table"), [(P95, AICPA_A3), (P90, AICPA_A4)], ids=["AICPA-A3", "AICPA-A4"]
)
def test_aicpa_upper_limits(confidence: Fraction, table: Mapping[str, str]) -> None:
    """AICPA (2017), tables A-3 and A-4: in %, rounded up to 0.1."""
    for counts, printed in table.items():
        drawn, found = map(int, counts.split("|"))
        limit = Decimal(upper_limit(found, drawn, confidence)) * 100
        assert limit.quantize(Decimal("0.1"), ROUND_CEILING) == Decimal(printed), counts


def test_th_p126_t1() -> None:
    """TH-p126-T1: Touw & Hoogduin (2011), p. 126, table 1; right for a single step each."""
    printed = {
        "1": (299, 473, 628, 773), "5": (59, 93, 124, 153), "10": (29, 46, 61, 76),
        "15": (19, 30, 40, 50), "20": (14, 22, 30, 37),
    }  # fmt: skip
    for tolerable, sizes in printed.items():
        plan = stop_or_go(Aim(percent(tolerable), P95), 4)
        assert plan.single == sizes
        assert plan.single_risk > 0.09  # one after the other, they do not keep to 5 %


def test_ezquant_hyper0() -> None:
    """EZQUANT-hyper0: output of the DCAA's EZ-Quant 2.0.6."""
    sizes = iter([
        27, 36, 54, 102, 28, 37, 55, 108, 28, 38, 57, 113, 35, 47, 69, 129, 36, 48, 71, 138, 36,
        49, 73, 147, 53, 70, 101, 183, 54, 72, 107, 204, 55, 74, 112, 223,
    ])  # fmt: skip
    for confidence in ("90", "95", "99"):
        for population in (500, 1000, 5000):
            for tolerable in ("8", "6", "4", "2"):
                aim = Aim(percent(tolerable), percent(confidence), population)
                assert attribute_size(aim).cases == next(sizes)
    assert next(sizes, None) is None


def test_th_hyper_size() -> None:
    """TH-hyper-size: Touw & Hoogduin (2011), p. 123: 60 of 1,200, 90 %, 0, 1 and 2 errors."""
    aim = Aim(Fraction(60, 1200), P90, 1200)
    assert stop_or_go(aim, 3).single == (45, 75, 102)
    assert [least_size(aim, one, aim.risk, 1, 1200) for one in range(3)] == [45, 75, 102]


def test_ubht_1() -> None:
    """UBHT-1: the NHS clinical audit calculator (United Bristol Healthcare NHS Trust 2005)."""
    size = margin_size(percent("5"), percent("70"), P95, 400, "nhs")
    assert size.cases == 179
    assert size.raw == pytest.approx(178.61, abs=0.005)


def test_heiw_gp() -> None:
    """HEIW-GP: the formula gives 155.47; Epi Info prints 155, and rounded up it is 156."""
    size = margin_size(percent("5"), percent("70"), P95, 300, "nhs")
    assert size.raw == pytest.approx(155, abs=0.5)
    assert size.cases == 156


def test_wald_1068() -> None:
    """WALD-1068: samplics; Cochran's correction n0 / (1 + (n0 - 1)/N) on n0 as it is."""
    assert margin_size(percent("3"), Fraction(1, 2), P95).cases == 1068
    assert margin_size(percent("3"), Fraction(1, 2), P95, 1251).cases == 577


@pytest.mark.parametrize(
    ("found", "drawn", "printed"),
    [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0, 0.1611)),
     (1, 29, (0.0061, 0.1718))],
)  # fmt: skip
def test_newcombe98_wilson(found: int, drawn: int, printed: tuple[float, float]) -> None:
    """NEWCOMBE98-wilson: Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3."""
    assert wilson(found, drawn, P95) == pytest.approx(printed, abs=5e-05)


@pytest.mark.parametrize(
    ("found", "drawn", "exact", "score", "tolerance"),
    [
        (18, 20, (0.6830172859809176, 0.9876514728297052),
         (0.6989663547715128, 0.972133518786232), 1e-06),
        (4, 200, (0.005475565879556443, 0.05041360908989634),
         (0.00780442641634947, 0.05028708690582643), 1e-06),
        (0, 30, (0, 0.11570331), (0, 0.11351339), 1e-07),
    ],
    ids=["RBINOM-18-20", "RBINOM-4-200", "RBINOM-0-30"],
)  # fmt: skip
def test_r_binom(
    found: int,
    drawn: int,
    exact: tuple[float, float],
    score: tuple[float, float],
    tolerance: float,
) -> None:
    """R's binom.confint; Agresti and Coull's interval, which it has too, is not built."""
    assert clopper_pearson(found, drawn, P95) == pytest.approx(exact, abs=tolerance)
    assert wilson(found, drawn, P95) == pytest.approx(score, abs=tolerance)


@pytest.mark.parametrize(
    ("now", "before", "printed"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.809)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
    ],
)
def test_newcombe98_diff(
    now: tuple[int, int], before: tuple[int, int], printed: tuple[float, float]
) -> None:
    """NEWCOMBE98-diff: Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10."""
    within = difference(
        now[0] / now[1], wilson(*now, P95), before[0] / before[1], wilson(*before, P95)
    )
    assert within == pytest.approx(printed, abs=5e-05)


def test_th_p137() -> None:
    """TH-p137: Touw & Hoogduin (2011), p. 137."""
    limits = [upper_limit(found, 145, P95) for found in range(4)]
    assert limits == pytest.approx([0.02044826, 0.03229696, 0.04278054, 0.0526026], abs=5e-08)


def test_hyper_2sided() -> None:
    """HYPER-2SIDED: at least as many as are seen; the permute suite's (1, 5), (1, 19) are wrong."""
    assert finite_counts(1, 2, 5, P95) == (1, 4)
    assert finite_counts(2, 2, 5, P95) == (2, 5)
    assert finite_counts(5, 10, 20, P95) == (6, 14)


def test_wendell_schmee() -> None:
    """WENDELL-SCHMEE and WENDELL-SCHMEE-UB: Wendell & Schmee (1996); 2, 1 and 0 found.

    The lower end that the authors' code prints, 8, is not theirs by the definition: 5 in the first
    stratum are seen as 3 or more with a probability of 0.0259, over 0.025.
    """
    strata = [Counted(2, 75, 500), Counted(1, 50, 300), Counted(0, 25, 200)]
    assert chance_of_so_few(strata, 50) == pytest.approx(0.02767569, abs=5e-09)
    assert stratified_counts(strata, P95) == (5, 50)


def test_thompson_ht() -> None:
    """THOMPSON-HT: Thompson, Sampling, ch. 6: probabilities .1694, .4880, .2710; total 64.03.

    The printed variance, 62.46, is of a design with replacement and its joint probabilities, which
    no sample here has.
    """
    chances = [1 - (1 - share) ** 3 for share in (0.06, 0.2, 0.1)]
    assert chances == pytest.approx([0.1694, 0.488, 0.271], abs=0.006)
    total = horvitz_thompson(list(zip((3, 10, 7), chances, strict=True)))
    assert total == pytest.approx(64.03, abs=0.006)


def test_thompson_hh() -> None:
    """THOMPSON-HH: total 170/3 (the page's 56.57 is a misprint), variance 44.44.

    The error is that of a ratio, to a population so large that the ratio takes nothing off: what
    is left is Hansen and Hurwitz's, as if drawn with replacement.
    """
    shares, values = (0.06, 0.2, 0.1), (3, 10, 7)
    weighed = [(value, 3 * share) for value, share in zip(values, shares, strict=True)]
    total = horvitz_thompson(weighed)
    assert total == pytest.approx(56.667, abs=0.006)
    large = 1e9
    drawn = [Drawn(chance, value, large * chance / 3) for value, chance in weighed]
    error = hajek_ratio([drawn]).error * large
    assert error**2 == pytest.approx(44.44, abs=0.006)


def test_r_svyciprop_logit() -> None:
    """R-svyciprop-logit: the interval whose symmetric form would end at 1.127.

    The data set that it names, R-hajek, is not among the figures. So the rate and its error are
    found from the two printed bounds, and what is held is the form: the symmetric interval of that
    rate and error ends where the note says, and the logit one at both bounds.
    """
    printed = (0.308877051586, 0.961735899221)
    rate, spread = 0.770197486534822, 0.3566063296492704
    quantile = student_quantile(Fraction(975, 1000), 11)
    assert rate + spread == pytest.approx(1.127, abs=0.0005)
    within = logit_interval(Ratio(rate, spread / quantile), quantile)
    assert within == pytest.approx(printed, abs=1e-09)


def test_stata_fpc() -> None:
    """STATA-fpc: the Stata manual's svy example: 5.4481, and its errors 0.7413 and 0.6160."""
    values = ((2.8, 4.1, 6.8, 6.8, 9.2), (3.7, 6.6, 4.2))
    for scale, error in ((1.0, 0.616), (1e-9, 0.7413)):  # a huge population needs no correction
        strata = [
            [Drawn(scale * len(drawn) / population, one) for one in drawn]
            for drawn, population in zip(values, (15, 12), strict=True)
        ]
        ratio = hajek_ratio(strata)
        assert ratio.value == pytest.approx(5.4481, abs=6e-05)
        assert ratio.error == pytest.approx(error, abs=6e-05)


def test_api_strat_prop() -> None:
    """API-strat-prop: R's survey package, apistrat, svymean(~sch.wide)."""
    strata = [
        [Drawn((no + yes) / population, value) for value in [0] * no + [1] * yes]
        for no, yes, population in ((9, 91, 4421), (24, 26, 755), (15, 35, 1018))
    ]
    assert hajek_ratio(strata)[:2] == pytest.approx((0.827948, 0.0243448), abs=1e-06)


def test_sas_kappa() -> None:
    """SAS-kappa: a printout of SAS's PROC FREQ."""
    told = cohen_kappa([[0, 4, 1], [0, 8, 0], [0, 1, 5]], P95)
    assert told[:2] == pytest.approx((0.4842, 0.138), abs=5e-05)
    assert told.within == pytest.approx((0.2137, 0.7547), abs=5e-05)


def spelt_out(counts: Sequence[Sequence[int]]) -> Ratings:
    return [[code for code, count in enumerate(row) for _ in range(count)] for row in counts]


def test_fleiss_wiki() -> None:
    """FLEISS-wiki: the worked example of Wikipedia's page on Fleiss' kappa."""
    told = fleiss_kappa(spelt_out([
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]))  # fmt: skip
    assert told.value == pytest.approx(0.21, abs=0.0005)


def test_gwet_dist() -> None:
    """GWET-dist: Gwet's irrCAC, of a part of Fleiss (1971); Brennan and Prediger's is not built."""
    ratings = spelt_out([
        [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
        [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
        [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
    ])  # fmt: skip
    assert gwet_ac1(ratings, P95).value == pytest.approx(0.4448007, abs=5e-08)
    assert fleiss_kappa(ratings).value == pytest.approx(0.4139265, abs=5e-08)
    assert krippendorff_alpha(ratings).value == pytest.approx(0.4204384, abs=5e-08)


def test_kripp_743() -> None:
    """KRIPP-743: Krippendorff (2011), four observers, with judgments missing."""
    none = None
    ratings: Ratings = [
        [1, 1, none, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
        [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [none, 5, 5, 5], [none, none, 1, 1],
        [none, none, 3, none],
    ]  # fmt: skip
    assert krippendorff_alpha(ratings).value == pytest.approx(0.74342, abs=6e-06)
    assert gwet_ac1(ratings, P95).value == pytest.approx(0.77544, abs=6e-06)
    assert percent_agreement(ratings) == pytest.approx(0.8181818, abs=6e-06)


def test_small_audit() -> None:
    """SMALL-audit: City & Hackney's sessions audit 5 and 8 cases; what a perfect score leaves."""
    for cases, bound in ((5, 0.5493), (8, 0.6877)):
        assert lower_limit(cases, cases, P95) == pytest.approx(bound, abs=5e-05)
        assert shown(0, cases, P95).at_least == pytest.approx(bound, abs=5e-05)
