"""The spool: sorts as tuples do, however much there is, and says when it cannot."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_fakes import file_names

from casecheck.report.audit.spool import Spool, sort_key

keys = st.tuples(
    st.text(st.characters(exclude_characters="\0"), max_size=3) | file_names(),
    st.integers(0, 10**12 - 1),
    st.text("/ab0", max_size=3),
)


@given(one=keys, two=keys)
def test_keys_compare_as_tuples_do(one: tuple[str, int, str], two: tuple[str, int, str]) -> None:
    assert (sort_key(*one) < sort_key(*two)) is (one < two)
    assert (sort_key(*one) == sort_key(*two)) is (one == two)


def test_gives_back_each_part_in_order() -> None:
    spool = Spool()
    numbers = [number * 7919 % 5000 for number in range(5000)]
    for number in numbers:
        spool.add("even" if number % 2 == 0 else "odd", sort_key(number), str(number))
    spool.add("even", sort_key(0), "-")
    assert list(spool.sorted("even")) == ["-", *map(str, range(0, 5000, 2))]
    assert list(spool.sorted("odd")) == [*map(str, range(1, 5000, 2))]
    assert list(spool.sorted("none")) == []
    spool.close()


def test_a_temporary_file_that_fails_is_an_error_of_the_system() -> None:
    spool = Spool()
    spool.close()
    spool.add("part", b"", "text")
    with pytest.raises(OSError, match="TMPDIR"):
        list(spool.sorted("part"))


def test_a_temporary_file_that_fails_while_sorting_is_one_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spool = Spool()
    monkeypatch.setattr(spool, "_write", lambda: None)
    spool.close()
    with pytest.raises(OSError, match="TMPDIR") as caught:
        list(spool.sorted("part"))
    assert isinstance(caught.value.__cause__, sqlite3.Error)


def test_a_spool_that_is_dropped_lets_go_of_its_file() -> None:
    spool = Spool()
    database = spool._database
    del spool
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        database.execute("SELECT 1")
