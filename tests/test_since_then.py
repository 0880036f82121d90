"""A page may say what has changed since its lesson was learnt, and is shown with it."""

from __future__ import annotations

import pytest
import shipped
from command_line import Here
from lesson_pages import PAGE, faults, load, planted

ASKS = "asks: Each risk is followed up in time.\n"
SAID = "The board that set it is now a partnership."


def page_that_says(text: str) -> str:
    return planted(PAGE, f"{ASKS}since_then: {text}\n", ASKS)


def test_a_page_says_what_has_changed_since() -> None:
    (lesson,) = load(page_that_says(SAID)).lessons
    assert lesson.since_then == SAID


def test_a_page_need_not() -> None:
    (lesson,) = load(PAGE).lessons
    assert lesson.since_then == ""


def test_what_is_no_text_is_told() -> None:
    (fault,) = faults(page_that_says("[2019]"))
    assert "since_then is a text" in str(fault)


@pytest.mark.parametrize("lesson", ["P1.1", "P2.1", "P2.2", "P3.1", "P4.1", "P5.1"])
def test_the_pages_say_it_and_explain_shows_it(lesson: str, here: Here) -> None:
    (one,) = (each for each in shipped.rules().lessons if each.id == lesson)
    assert one.since_then
    shown = " ".join(here("explain", lesson).text.split())
    assert f"Since then: {one.since_then}" in shown
