"""Make invented children as JSON of the DfE's API: nobody in it lives.

    python tools/make_api.py children.json              # 40 children, as of 31 March 2026
    python tools/make_api.py children.json --children 1000 --seed 7

The children are those of `tools/make_returns.py`. The same numbers give the same file.
`docs/importing.md` goes on from there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from make_returns import Element, Inventor
from make_ssd import texts, within

Json = dict[str, Any]


def without_blanks(**told: Any) -> Json:
    """Return an object without the names that have no value, as the API's data flows write it."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in told.items()
        if value is not None
    }


def child_of(child: Element) -> Json:
    """Return a child of a census return as an object of the API."""
    told = dict(texts(child, "ChildIdentifiers"))
    details = without_blanks(
        date_of_birth=told.get("PersonBirthDate"),
        expected_date_of_birth=told.get("ExpectedPersonBirthDate"),
        sex="U",
        purge=False,
    )
    episodes = [_episode(one, number) for number, one in enumerate(within(child, "CINdetails"))]
    return {
        "la_child_id": told["LAchildID"], "child_details": details,
        "social_care_episodes": episodes, "purge": False,
    }  # fmt: skip


def _episode(episode: Element, number: int) -> Json:
    told = dict(texts(episode))
    return without_blanks(
        social_care_episode_id=f"E{number}",
        referral_date=told.get("CINreferralDate"),
        referral_no_further_action_flag=told.get("ReferralNFA") == "1",
        closure_date=told.get("CINclosureDate"),
        closure_reason=told.get("ReasonForClosure"),
        care_worker_details=[],
        child_and_family_assessments=[_assessment(o) for o in within(episode, "Assessments")],
        child_in_need_plans=[
            _plan(one, "CINPlanStartDate", "CINPlanEndDate")
            for one in within(episode, "CINPlanDates")
        ],
        section_47_assessments=[_enquiry(dict(texts(o))) for o in within(episode, "Section47")],
        child_protection_plans=[
            _plan(one, "CPPstartDate", "CPPendDate")
            for one in within(episode, "ChildProtectionPlans")
        ],
        child_looked_after_placements=[],
        purge=False,
    )


def _assessment(assessment: Element) -> Json:
    days = dict(texts(assessment))
    factors = [
        text
        for found in within(assessment, "FactorsIdentifiedAtAssessment")
        for _, text in texts(found)
    ]
    return without_blanks(
        start_date=days.get("AssessmentActualStartDate"),
        authorisation_date=days.get("AssessmentAuthorisationDate"),
        factors=factors,
        purge=False,
    )


def _plan(plan: Element, start: str, end: str) -> Json:
    days = dict(texts(plan))
    return without_blanks(start_date=days.get(start), end_date=days.get(end), purge=False)


def _enquiry(days: dict[str, str]) -> Json:
    conference = days.get("DateOfInitialCPC")
    return without_blanks(
        start_date=days.get("S47ActualStartDate"),
        icpc_required_flag=conference is not None,
        icpc_date=conference,
        purge=False,
    )


def text_of(children: Iterable[Json]) -> str:
    """Return children as the text of a file, one a line."""
    return "[" + ",\n ".join(json.dumps(child) for child in children) + "]\n"


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--children", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 3, 31))
    options = parser.parse_args()
    children = Inventor(options.seed, options.as_of).children(options.children)
    options.file.write_text(text_of(map(child_of, children)), encoding="utf-8")
    print(f"{options.children:,} invented children in {options.file}")


if __name__ == "__main__":
    main()
