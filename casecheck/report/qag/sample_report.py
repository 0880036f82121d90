"""Reports a sample: who was drawn and why, and the list it was drawn from, to draw it again."""

from __future__ import annotations

import json
from dataclasses import asdict
from fractions import Fraction
from typing import Any, TextIO

from casecheck.qag.sampling.notices import notices
from casecheck.qag.sampling.samples import SampleView
from casecheck.report.qag.sample_text import sample_text
from casecheck.text.cells import table
from casecheck.text.page import Page

FORMATS = ("text", "json", "csv")
_DRAWN = (
    "rank", "case_id", "stratum", "outcome", "probability", "fraction", "ticket", "why", "unusable",
    "replaces",
)  # fmt: skip
"""The columns of a CSV file. `probability` is a decimal, and `fraction` what it is exactly."""
_LISTED = ("case_id", "stratum", "weight", "outcome", "weighed", "drawn")


def write_sample(view: SampleView, stream: TextIO, how: str, *, with_list: bool = False) -> None:
    """Write a sample in one of FORMATS; `with_list` the list it was drawn from too.

    As CSV it is the list alone, since a table has one kind of row.
    """
    if how == "text":
        page = Page(stream, None, None)
        stream.writelines(f"{line}\n" for line in sample_text(view, page, with_list=with_list))
    elif how == "json":
        stream.write(json.dumps(_object(view, with_list=with_list), indent=2) + "\n")
    else:
        columns = _LISTED if with_list else _DRAWN
        rows = _listed(view) if with_list else map(_in_cells, _drawn(view))
        write = table(stream, columns)
        for row in rows:
            write(row[column] for column in columns)


def _in_cells(row: dict[str, Any]) -> dict[str, Any]:
    """Return a drawn case as it stands in CSV: a spreadsheet would take 3/10 for a day."""
    try:
        exact = Fraction(row["probability"])
    except (ValueError, ZeroDivisionError):  # of a store that was meddled with
        return row | {"fraction": ""}
    return row | {
        "probability": float(exact),
        "fraction": f"{exact.numerator} of {exact.denominator}",
    }


def _drawn(view: SampleView) -> list[dict[str, Any]]:
    outcomes = {member.case_id: member.outcome for member in view.members}
    # A case that has left the list, in a store that was meddled with, has no outcome.
    return [
        asdict(case) | {"outcome": str(outcomes.get(case.case_id, ""))}
        for case in view.sample.drawn
    ]


def _listed(view: SampleView) -> list[dict[str, Any]]:
    ranks = {case.case_id: case.rank for case in view.sample.drawn}
    return [
        {
            "case_id": member.case_id,
            "stratum": member.stratum,
            "weight": member.weight,
            "outcome": str(member.outcome),
            "weighed": member.weighed,
            "drawn": ranks.get(member.case_id),
        }
        for member in view.members
    ]


def _object(view: SampleView, *, with_list: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": view.sample.name,
        "run": {"id": view.run.id, "label": view.run.label, "rules": view.run.digest},
        "as_of": view.run.as_of,
        "seed": view.sample.seed,
        "design": dict(view.sample.design),
        "left_out": {str(outcome): len(those) for outcome, those in view.left_out.items()},
        "drawn_again_the_same": view.same,
        "notices": list(notices(view)),
        "drawn": _drawn(view),
    }
    if not with_list:
        return shown
    not_listed = {str(outcome): list(those) for outcome, those in view.left_out.items()}
    return shown | {"list": _listed(view), "not_listed": not_listed}
