"""What differs between designs is in one place: another is a class and its line in a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from io import StringIO
from pathlib import Path

import pytest
from qag_judged import drawn
from qag_store import LABELS, prepared
from test_qag_sample import DESIGNS as DRAWN_BY_COMMAND
from test_qag_selection import DRAWN, PLANS

from casecheck.qag.sampling import designs
from casecheck.qag.sampling.designs import DESIGNS, Design, plan_json
from casecheck.qag.sampling.members import Chosen, Member
from casecheck.qag.sampling.plan import Plan
from casecheck.qag.sampling.samples import view_named
from casecheck.qag.sampling.selection import Placed
from casecheck.qag.store.store import Store
from casecheck.report.qag.sample_text import sample_text
from casecheck.results import Outcome
from casecheck.text.page import Page

ROOT = Path(__file__).parent.parent
EVERY = Plan("simple", 3, ("P1.1",), tuple(Outcome), ("team",), first=3)


@pytest.mark.parametrize("name", DESIGNS)
def test_a_saved_plan_holds_what_its_design_uses_and_nothing_else(name: str) -> None:
    design = DESIGNS[name]
    assert design.name == name
    assert design.uses < {field.name for field in fields(Plan)}
    saved = plan_json(replace(EVERY, design=name))
    assert set(saved) == {"procedure", "design", "size", "lessons", "outcomes"} | design.uses


def test_no_module_asks_which_design_it_is() -> None:
    asks = re.compile(rf'(?:[!=]= |case )"(?:{"|".join(DESIGNS)})"')
    modules = (ROOT / "casecheck").rglob("*.py")
    assert [path.name for path in modules if asks.search(path.read_text(encoding="utf-8"))] == []


def test_each_design_is_tried_by_the_tests_that_draw() -> None:
    """They choose strata, weights and options for each, and so cannot take a new one in unasked."""
    assert {plan.design for plan in PLANS.values()} == set(DESIGNS)
    assert set(DRAWN) == set(PLANS)
    assert set(DRAWN_BY_COMMAND) >= set(DESIGNS)


@pytest.mark.parametrize("page", ["glossary.md", "samples.md"])
def test_the_docs_name_each_design(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| **design**")]
    named = rows[0] if page == "glossary.md" else text
    assert [name for name in DESIGNS if name not in named] == []


class First(Design):
    """The first of the list, by case id."""

    name = "first"

    def words(self, plan: Plan) -> str:
        return f"the first {plan.size} of the list"

    def order(self, group: Sequence[Member], plan: Plan, seed: str) -> list[Placed]:  # noqa: ARG002
        return [Placed(member.case_id, "0") for member in group]

    def why(self, chosen: Chosen, plan: Plan) -> str:  # noqa: ARG002
        return f"number {chosen.place} of the list"


def test_a_design_of_ones_own_is_drawn_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(designs, "DESIGNS", {**DESIGNS, "first": First()})
    plan = Plan("first", 2, ("P1.1",), tuple(Outcome))
    with Store.open(prepared(tmp_path), create=False) as store:
        drawn(store, LABELS[0], "own", plan)
        view = view_named(store, "own")
    assert view.same
    ids = sorted(member.case_id for member in view.members)
    assert [case.case_id for case in view.sample.drawn] == ids[:2]
    shown = "\n".join(sample_text(view, Page(StringIO(), None, None), with_list=False))
    assert "the first 2 of the list" in shown
    assert "number 2 of the list" in shown
