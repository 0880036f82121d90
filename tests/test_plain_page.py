"""What is laid out without rich and textwrap is what they lay out, to the letter."""

from __future__ import annotations

import io
import textwrap

import pytest
from amounts import tries
from hypothesis import given, settings
from hypothesis import strategies as st

from casecheck.text import page as laying_out
from casecheck.text.page import Column, Page

WORDS = st.text("aab-/é", min_size=1, max_size=14)
TEXTS = st.lists(WORDS, min_size=1, max_size=14).map(" ".join) | st.text("ab \t\n\xa0", max_size=60)
CELLS = st.text("aab0-/", max_size=9) | st.text("ab0 é\u4e2d\n\t", max_size=9)


@settings(max_examples=tries(2_000))
@given(TEXTS, st.integers(1, 40), st.integers(0, 6))
def test_a_text_is_folded_as_textwrap_folds_it(text: str, width: int, hanging: int) -> None:
    folded = textwrap.wrap(
        text,
        width,
        subsequent_indent=" " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    assert laying_out._folded(text, width, hanging) == folded


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Column], list[list[str]]]:
    number = draw(st.integers(1, 4))
    heads = st.lists(st.text("ab ", max_size=6), min_size=1, max_size=3).map("\n".join)
    columns = [Column(draw(heads), draw(st.booleans())) for _ in range(number)]
    cells = st.lists(CELLS, min_size=number, max_size=number)
    return columns, draw(st.lists(cells, max_size=4))


@settings(max_examples=tries(500))
@given(tables(), st.integers(20, 60))
def test_a_table_is_laid_out_as_rich_lays_it_out(
    table: tuple[list[Column], list[list[str]]], width: int
) -> None:
    page = Page(io.StringIO(), width, color=False)
    shown = page.table(*table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(laying_out, "_plain_table", lambda *_: [])
        assert shown == page.table(*table)


def test_most_tables_are_laid_out_plainly_and_what_would_be_folded_is_not() -> None:
    columns = [Column("lesson", number=False), Column(""), Column("does not\napply")]
    rows = [["P1.1", "x", "45"], ["P10.1", "y", "0"]]
    assert laying_out._plain_table(columns, rows, 30) == [
        "           does not",
        "lesson        apply",
        "--------------------",
        "P1.1    x        45",
        "P10.1   y         0",
    ]
    assert laying_out._plain_table(columns, rows, 19) == []
    assert laying_out._plain_table(columns, [["\u4e2d", "x", "0"]], 30) == []
