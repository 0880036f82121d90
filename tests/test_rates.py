"""Rates of breach: only of what an extract lets come out either way, and one in every report."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict

import pytest
from amounts import few, tries
from cut_extract import RULES, page, records, sheets, text
from random_records import FIELDS
from test_check_answers import COUNCILS, carried
from test_hangs_on import record

from casecheck import api
from casecheck.audit.either_way import OneWay
from casecheck.record.carried import WHOLE, Carried
from casecheck.record.model import SECTIONS
from casecheck.report.audit.rates import Rates
from casecheck.report.audit.selection import Selection
from casecheck.results import CaseAudit, CheckId, Outcome

ONE_WAY = OneWay(RULES)
EVERY = [(lesson.id, check.id) for lesson in RULES.lessons for check in lesson.checks]
SHARE = "Breach, of those that can be told"


def told_either_way(what: Carried) -> list[str]:
    one_way = ONE_WAY.of(what)
    return [f"{lesson} {check}" for lesson, check in EVERY if (lesson, check) not in one_way]


def test_of_a_councils_usual_export_these_checks_have_a_rate() -> None:
    assert told_either_way(COUNCILS) == [
        "P3.1 multi-agency",
        "P3.1 timely",
        "P3.1 impact-on-child",
        "P3.1 child-seen-and-heard",
        "P5.1 repeat-plan-weighed",
        "P7.1 meeting-frequency",
        "P7.1 first-core-group",
        "P7.1 review-conference-timely",
        "P7.1 quorum",
        "P7.1 core-group-multi-agency",
        "P7.1 plan-scrutinised",
        "P7.1 child-views",
        "P8.2 referral-considered",
        "P8.2 repeat-victim-to-marac",
    ]


def test_a_whole_record_has_every_rate_and_no_rules_are_asked_nothing() -> None:
    assert not ONE_WAY.of(WHOLE)
    assert not OneWay(None).of(COUNCILS)


@pytest.mark.parametrize(
    ("coverage", "either"),
    [
        ({"assessments": {"from": "2025-06-01"}}, True),  # evidence since then is all there
        ({"assessments": {"incomplete": True}}, False),  # nothing can be known to be missing
        ({"assessments": {"without": ["completed_on"]}}, False),  # nothing can be known to be there
        ({"risks": {"incomplete": True}}, False),  # one more risk may always be asked about
        ({"risks": {"from": "2025-06-01"}}, True),  # no check asks about what lay before
        ({"meetings": {"incomplete": True}}, True),  # which the check does not read
    ],
)
def test_a_section_that_is_there_in_part(
    coverage: dict[str, dict[str, object]], either: bool
) -> None:
    assert ("P3.1 timely" in told_either_way(carried(record(coverage=coverage)))) is either


@pytest.mark.slow
def test_what_can_come_out_one_way_only_never_comes_out_both_ways() -> None:
    """Families that carry the same, cut in any way: a check left out of rates is never both."""
    cut = random.Random(20)
    families = [json.loads(one) for one in records(False)]
    seen: dict[tuple[Carried, CheckId], set[Outcome]] = defaultdict(set)
    for _ in range(tries(4)):
        lacking = cut.sample(list(SECTIONS), cut.randint(1, 6))
        less = ({k: v for k, v in one.items() if k not in lacking} for one in families)
        for audit in api.audit_records(less, RULES):
            assert isinstance(audit, CaseAudit)
            for lesson, result in audit.lessons.items():
                for check, outcome in result.checks.items():
                    seen[audit.carried, (lesson, check)].add(outcome)
    both = {Outcome.BREACH, Outcome.COMPLIANT}
    assert any(both <= outcomes for outcomes in seen.values())
    for (what, check), outcomes in seen.items():
        assert not (both <= outcomes and check in ONE_WAY.of(what)), (check, what)


@pytest.mark.slow
def test_the_workbook_has_no_rate_of_what_can_only_be_in_breach_and_says_why() -> None:
    """On the cut extract P7.1 is in breach three times and compliant nowhere: that is no 100 %."""
    told = sheets(cut=True)
    (row,) = [row for row in told.summary if row[0] == "P7.1"]
    assert row[2:] == [34, 3, 31, 0, 20]  # and no share behind them
    (why,) = [row[0] for row in told.summary if str(row[0]).startswith("No share of breach")]
    assert "P7.1 (actions-implemented, child-focused-plan)" in why
    for row in told.rows["Teams"]:
        assert row[SHARE] is None
        assert row["Of so many told"] is None
        assert bool(row["Breach"]) == bool(row["Why it has no share, or leaves records out"])
    of_p7 = [row for row in told.rows["Outcomes"] if row["Lesson"] == "P7.1"]
    assert {row["For a rate"] for row in of_p7 if row["Check"] == "actions-implemented"} == {0}
    quorum = [row for row in of_p7 if row["Check"] == "quorum" and row["For a rate"]]
    assert sum(row["Breach"] + row["Compliant"] for row in quorum) == len(quorum) > 0


@pytest.mark.slow
def test_a_rate_leaves_out_the_records_that_lack_what_it_needs() -> None:
    told = sheets(cut=False)
    (row,) = [row for row in told.summary if row[0] == "P1.1"]
    breach, compliant, of, share = row[3], row[5], row[7], row[8]
    assert of < breach + compliant
    assert 0 < share < 1
    (why,) = [row[0] for row in told.summary if str(row[0]).startswith("A share of breach leaves")]
    assert f"P1.1 ({breach + compliant - of} records)" in why


@pytest.mark.parametrize("cut", few([True, False], True))
def test_text_html_and_workbook_have_the_same_rates(cut: bool) -> None:
    lines = text(cut, Selection(by="team"))
    by_team: dict[tuple[str, str], tuple[int, int]] = {}
    for row in sheets(cut).rows["Teams"]:
        if row["Of so many told"]:
            key = row["Team"], row["Lesson"]
            breach, of = by_team.get(key, (0, 0))
            more = round(row[SHARE] * row["Of so many told"])
            by_team[key] = breach + more, of + row["Of so many told"]
    _, has, table = lines.partition("By team, for each lesson")
    assert bool(has) is bool(by_team) is not cut
    told = page(cut)
    for team in {team for team, _ in by_team} - {"not given"}:
        cells = [by_team.get((team, one.id)) for one in RULES.lessons]
        shares = [f"{one[0]}/{one[1]}" if one else "-" for one in cells]
        assert re.search(rf"^{team} +\d+ +{' +'.join(shares)}$", table, re.MULTILINE)
        in_html = [f"{one[0]} of {one[1]}" if one else "–" for one in cells]
        assert f"|{team}|{'|'.join(in_html)}|" in told


@pytest.mark.slow
def test_where_a_lesson_has_no_rate_its_checks_may_have() -> None:
    lines = " ".join(text(True, Selection(by="team")).split())
    assert "7 checks of P7.1 can be compared: --by team --lesson P7.1" in lines
    assert "7 checks of P7.1 can be compared:|--lesson P7.1" in page(True)
    alone = text(True, Selection(by="team", lessons=("P7.1",)))
    assert re.search(r"^team +cases +P7\.1 +\(1\) ", alone, re.MULTILINE)
    assert re.search(r"^TEAM-C +6 +- +2/2 +1/2 ", alone, re.MULTILINE)


def test_no_share_of_records_is_shown_of_which_some_cannot_be_told() -> None:
    assert "%" not in page(True).partition("What the words mean")[0]


def test_rates_of_nothing() -> None:
    rates = Rates(RULES)
    assert rates.of("P7.1").share is None
    assert not list(rates.notes())
    assert rates.by_check() is None
    assert set(FIELDS) == set(SECTIONS)
