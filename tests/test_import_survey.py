"""What a first reading of children keeps of each, and whom it finds again."""

from __future__ import annotations

import tracemalloc

import pytest

from casecheck.intake.sources.rows import SourceRefused
from casecheck.intake.sources.survey import LOOKED_AT, MOST_DOUBLED, Survey, digest


def test_of_each_child_few_bytes_are_kept() -> None:
    survey, number = Survey(), 2 * LOOKED_AT
    tracemalloc.start()
    try:
        for at in range(number):
            survey.see(f"child {at}")
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held / number < 12


def test_who_stands_again_is_found_whichever_part_it_is_looked_for_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("casecheck.intake.sources.survey._AT_ONCE", 7)
    survey = Survey()
    for name in (*map(str, range(100)), None, "3", "97", "3"):
        survey.see(name)
    assert survey.doubled == {digest("3"), digest("97")}
    assert (survey.children, survey.nameless, survey.again) == (104, 1, 3)
    survey.see("5")
    assert survey.doubled == {digest("3"), digest("5"), digest("97")}
    assert survey.again == 4


def test_that_too_many_stand_again_is_seen_before_the_end() -> None:
    survey, read = Survey(), 0
    while not survey.too_many_again:
        survey.see("the same")
        read += 1
    assert MOST_DOUBLED < read <= LOOKED_AT
    with pytest.raises(SourceRefused, match="stood before"):
        survey.refuse_others("LAchildID")
