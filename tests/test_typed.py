"""What people type is one text, however the letters of it were put in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Ended, Here
from qag_sealed import resealed
from qag_store import prepared

from casecheck.qag.sampling.plan import Plan
from casecheck.qag.sampling.samples import draw_sample, view_sample
from casecheck.qag.store.store import Store
from casecheck.results import Outcome
from casecheck.text.typed import typed

COMPOSED, APART = "W\u00fcrfel 4 1 6", "Wu\u0308rfel 4 1 6"
PLAN = Plan("simple", 4, ("P1.1",), tuple(Outcome))


def test_both_spellings_are_one() -> None:
    assert COMPOSED != APART
    assert typed(APART) == typed(COMPOSED) == COMPOSED


def test_one_seed_draws_one_sample(here: Here, tmp_path: Path) -> None:
    store = prepared(tmp_path)
    drawn = [
        json.loads(
            here("sample", "--store", store, "--size", "8", "--seed", seed, "--format", "json").out
        )
        for seed in (COMPOSED, APART)
    ]
    assert drawn[0]["seed"] == drawn[1]["seed"] == COMPOSED
    assert drawn[0]["drawn"] == drawn[1]["drawn"]


def test_so_it_is_without_the_command_line(tmp_path: Path) -> None:
    with Store.open(prepared(tmp_path), create=False) as store:
        run = store.run("latest")
        one, two = (draw_sample(store, run, PLAN, seed, None).sample for seed in (COMPOSED, APART))
    assert one.drawn == two.drawn


def test_names_and_labels_are_found_in_either_spelling(here: Here, tmp_path: Path) -> None:
    store = prepared(tmp_path)

    def run(*words: str) -> Ended:
        return here(*words, "--store", store)

    resealed(store, ("UPDATE run SET label = ? WHERE id = 2", ("Ma\u0308rz",)))
    for label in ("Ma\u0308rz", "M\u00e4rz"):
        assert run("compare", "1", label).status == 0
        assert run("sample", "--size", "3", "--seed", "a", "--run", label).status == 0
    assert run("sample", "--size", "3", "--seed", "a", "--name", "Ma\u0308rz").status == 0
    again = run("sample", "--size", "3", "--seed", "a", "--name", "M\u00e4rz")
    assert "there is a sample" in again.told
    for name in ("Ma\u0308rz", "M\u00e4rz"):
        assert run("sample", "show", name).status == 0
    assert run("sample", "delete", "Ma\u0308rz").status == 0
    assert run("sample", "show", "M\u00e4rz").status == 2


def test_a_sample_drawn_before_stays_what_it_is(tmp_path: Path) -> None:
    """Its seed is kept as it was typed then; to draw it again that is what counts."""
    with Store.open(prepared(tmp_path), create=False) as store:
        view = draw_sample(store, store.run("latest"), PLAN, "a seed", None)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("casecheck.qag.sampling.samples.typed", lambda text: text)
            old = draw_sample(store, store.run("latest"), PLAN, APART, "old")
        assert old.sample.seed == APART
        again = view_sample(store, store.sample("old"))
        assert again.same
        assert again.sample.drawn != view.sample.drawn


def test_a_label_is_one_too(tmp_path: Path) -> None:
    from qag_store import rules  # noqa: PLC0415

    with Store.open(prepared(tmp_path), create=False) as store:
        store.begin_run(APART, rules()).finish()
        assert store.run(COMPOSED).label == COMPOSED
