"""The spool: sorts as tuples do, however much there is, and says when it cannot."""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_fakes import file_names

from casecheck.text.spool import Spool, sort_key

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


@pytest.mark.parametrize("held", [1, 300, 10_000])
def test_gives_back_the_same_however_little_is_held_in_memory(
    monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr("casecheck.text.spool.IN_MEMORY", held)
    monkeypatch.setattr("casecheck.text.spool.READ_AT_ONCE", 1)
    monkeypatch.setattr("casecheck.text.spool._LEAST_READ", 1)
    monkeypatch.setattr("casecheck.text.spool._BLOCK", 64)
    spool = Spool()
    texts = [f"{'é' * (number % 50)}{number % 3}" for number in range(300)]
    for number, text in enumerate(texts):
        spool.add("a", sort_key(number * 7 % 11), text)
    keyed = sorted((number * 7 % 11, text) for number, text in enumerate(texts))
    for _ in range(2):
        assert list(spool.sorted("a")) == [text for _, text in keyed]
    spool.add("a", sort_key(0), "")
    assert next(spool.sorted("a")) == ""
    spool.close()


def test_a_spool_that_is_closed_says_so() -> None:
    spool = Spool()
    spool.add("part", b"", "text")
    spool.close()
    with pytest.raises(OSError, match="TMPDIR"):
        list(spool.sorted("part"))


def test_a_file_that_was_cut_short_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casecheck.text.spool.IN_MEMORY", 1)
    spool = Spool()
    spool.add("part", b"", "text")
    assert spool._file is not None
    spool._file.truncate(3)
    with pytest.raises(OSError, match="shorter than what was written"):
        list(spool.sorted("part"))
    spool._file.close()
    with pytest.raises(OSError, match="cannot be written or read"):
        list(spool.sorted("part"))


def test_a_disk_that_takes_less_than_it_is_given_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Little(FileIO):
        def write(self, block: Any) -> int:
            return super().write(bytes(block[:3]))

    def little(folder: Path) -> FileIO:
        return Little(os.open(folder, os.O_RDWR | os.O_TMPFILE), "r+b")

    monkeypatch.setattr("casecheck.text.spool.IN_MEMORY", 1)
    monkeypatch.setattr("casecheck.text.spool._unbuffered", little)
    spool = Spool()
    for number in (2, 0, 1):
        spool.add("part", sort_key(number), f"text {number}")
    assert list(spool.sorted("part")) == ["text 0", "text 1", "text 2"]
    spool.close()


def test_a_spool_that_is_dropped_lets_go_of_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casecheck.text.spool.IN_MEMORY", 1)
    spool = Spool()
    spool.add("part", b"", "text")
    file = spool._file
    assert file is not None
    del spool
    assert file.closed
