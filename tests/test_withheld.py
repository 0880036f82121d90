"""What the tables of measures do not show: shares, splits, periods, and what hangs together."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest
from amounts import tries
from disclosure_attack import Cell, recovered

from casecheck.measures.disclosure import Relation, profiles
from casecheck.measures.withheld import Key, Row, Withheld, withheld

DFE, NONE = profiles()["dfe"], profiles()["none"]


def share(
    period: str, met: int, not_met: int, cannot: int = 0, group: str = "", **more: int
) -> Row:
    counts = {"members": met + not_met + cannot, "met": met, "not_met": not_met}
    return Row("M", period, {**counts, "cannot_tell": cannot, **more}, group)


def one(row: Row) -> Withheld:
    return withheld([row], DFE)


class TestShares:
    @pytest.mark.parametrize(
        ("met", "rest", "shown"),
        [
            (20, 20, True),
            (0, 20, True),
            (20, 0, True),
            (5, 20, False),
            (6, 20, True),
            (20, 5, False),
            (20, 6, True),
            (9, 0, False),
            (10, 0, True),
            (0, 9, False),
        ],
    )
    def test_numerator_complement_and_base(self, met: int, rest: int, shown: bool) -> None:
        row = share("p", met, rest)
        assert one(row).shows_share(row) is shown

    def test_a_complement_of_two_small_parts(self) -> None:
        """Two not met and three that cannot be told: the share would tell that there are five."""
        row = share("p", 40, 2, 3)
        assert not one(row).shows_share(row)
        assert not one(row).shows(row, "not_met")

    def test_outcomes_that_a_row_does_not_name(self) -> None:
        """20 of 23: that 3 are left is told by the two numbers, and by the share."""
        row = Row("M", "p", {"members": 23, "met": 20})
        found = one(row)
        assert not found.shows(row, "members", "met")
        assert not found.shows_share(row)
        assert (found.number, one(Row("M", "p", {"members": 30, "met": 20})).number) == (3, 0)

    def test_bounds_that_would_tell_the_perhaps_members(self) -> None:
        row = share("p", 20, 20, 10, perhaps=3, perhaps_not_met=3, perhaps_may_be_met=0)
        found = one(row)
        assert found.shows_share(row)
        assert not found.shows_low(row)
        assert found.shows_high(row)
        other = share("p", 20, 20, 10, perhaps=3, perhaps_not_met=0, perhaps_may_be_met=3)
        assert one(other).shows_low(other)
        assert not one(other).shows_high(other)

    def test_bounds_have_numerators_and_bases_of_their_own(self) -> None:
        row = share("p", 8, 0, perhaps=7, perhaps_not_met=7, perhaps_may_be_met=0)
        found = one(row)
        assert (found.shows_share(row), found.shows_low(row), found.shows_high(row)) == (
            False, True, False
        )  # fmt: skip

    def test_a_median(self) -> None:
        rows = [Row("D", str(n), {"members": n, "open": 7}) for n in (5, 9, 10)]
        found = withheld(rows, DFE)
        assert [found.shows_median(row) for row in rows] == [False, False, True]

    def test_no_members(self) -> None:
        row = share("p", 0, 0)
        assert one(row).number == 0


class TestSums:
    def test_a_group_is_not_told_by_the_others_and_all(self) -> None:
        rows = [share("p", 20, 20), share("p", 17, 8, group="A"), share("p", 3, 12, group="B")]
        found = withheld(rows, DFE)
        assert not found.shows(rows[2], "met")
        hidden = {(key.group, key.name) for key in found.cells}
        assert len(hidden) == 4
        assert attack(rows, found) == []

    def test_a_quarter_is_not_told_by_the_year(self) -> None:
        rows = [Row("C", f"Q{n}", {"members": count}) for n, count in enumerate([9, 4, 12, 8])]
        rows.append(Row("C", "year", {"members": 33}))
        found = withheld(rows, DFE, {"year": ["Q0", "Q1", "Q2", "Q3"]})
        assert not found.shows(rows[1], "members")
        assert len(found.cells) == 2

    def test_a_count_with_perhaps_members(self) -> None:
        row = Row("C", "p", {"members": 20, "perhaps": 2, "high": 22})
        found = one(row)
        assert len(found.cells) == 2
        assert row.key("perhaps") in found.cells

    def test_persons_in_two_groups(self) -> None:
        rows = [
            Row("C", "p", {"members": 20}),
            Row("C", "p", {"members": 18}, "A"),
            Row("C", "p", {"members": 3}, "B"),
        ]
        found = withheld(rows, DFE)
        shown = {row.key("members"): found.shows(row, "members") for row in rows}
        assert sum(shown.values()) < 2
        assert found.number == len(shown) - sum(shown.values())

    def test_who_is_in_no_group(self) -> None:
        rows = [
            Row("C", "p", {"members": 30}),
            Row("C", "p", {"members": 18}, "A"),
            Row("C", "p", {"members": 8}, "B"),
        ]
        assert withheld(rows, DFE).number >= 1

    def test_measures_that_share_cells(self) -> None:
        rows = [
            Row("all", "p", {"members": 30}),
            Row("early", "p", {"members": 27}),
            Row("late", "p", {"members": 3}),
        ]
        assert withheld(rows, DFE).number == 1
        link = Relation(rows[0].key("members"), tuple(row.key("members") for row in rows[1:]))
        assert withheld(rows, DFE, links=[link]).number == 2

    def test_the_order_of_rows_changes_nothing(self) -> None:
        rows, _ = drawn(Random(4))
        assert withheld(rows[::-1], DFE) == withheld(rows, DFE)


class TestWords:
    def test_how_many_and_by_which_rule(self) -> None:
        row = share("p", 20, 3)
        found = one(row)
        assert len(found.cells) == 2
        assert found.number == 5
        assert found.words().startswith("5 cells are withheld, by the rule dfe: counts of children")

    def test_for_the_groups_own_eyes_all_is_shown(self) -> None:
        row = share("p", 3, 2)
        found = withheld([row], NONE)
        assert (found.cells, found.number, found.words()) == (frozenset(), 0, "")
        assert found.shows_share(row)
        assert found.shows_median(row)


def drawn(chance: Random) -> tuple[list[Row], dict[str, list[str]]]:
    """A measure of some groups and quarters, sometimes with their year."""
    groups, quarters = range(chance.randint(1, 3)), range(chance.randint(1, 2))
    year = chance.random() < 0.3

    def count() -> int:
        return chance.choice((0, chance.randint(1, 6), chance.randint(6, 40)))

    parts = {(str(g), f"Q{q}"): (count(), count(), count()) for g in groups for q in quarters}
    table = dict(parts)
    for q in quarters:
        each = [parts[str(g), f"Q{q}"] for g in groups]
        table["", f"Q{q}"] = tuple(sum(column) for column in zip(*each, strict=True))
    if year:
        for group in ["", *(str(g) for g in groups)]:
            each = [table[group, f"Q{q}"] for q in quarters]
            table[group, "year"] = tuple(sum(column) for column in zip(*each, strict=True))
    rows = [share(period, *counts, group=group) for (group, period), counts in table.items()]
    return rows, {"year": [f"Q{q}" for q in quarters]}


def attack(
    rows: list[Row], found: Withheld, longer: Mapping[str, list[str]] | None = None
) -> list[tuple[Cell, int, int]]:
    """What a reader recovers, who adds the shares that are shown to what the counts say."""
    cells: dict[Cell, int] = {}
    hidden = set(found.cells)
    sums: list[tuple[Cell, list[Cell]]] = []
    for row in rows:
        cells |= {row.key(count): number for count, number in row.counts.items()}
        sums.append((row.key("members"), [row.key(n) for n in ("met", "not_met", "cannot_tell")]))
        if found.shows_share(row):
            # A share to full precision tells both numbers, as soon as one of them is known.
            assert hidden.isdisjoint({row.key("members"), row.key("met")})
    for key in list(cells):
        assert isinstance(key, Key)
        for parts in (
            [
                k
                for k in cells
                if isinstance(k, Key) and k.group and k == key._replace(group=k.group)
            ]
            if not key.group
            else [],
            [key._replace(period=p) for p in (longer or {}).get(key.period, [])],
        ):
            if parts:
                sums.append((key, list(parts)))
    return recovered(cells, sums, hidden)


@pytest.mark.parametrize("seed", range(3, 3 + tries(50, 4)))
def test_nothing_is_recovered(seed: int) -> None:
    rows, longer = drawn(Random(seed))
    found = withheld(rows, DFE, longer)
    assert attack(rows, found, longer) == []
    for row in rows:
        for count, number in row.counts.items():
            if 1 <= number <= 5:
                assert not found.shows(row, count)
            if number == 0:
                assert found.shows(row, count)
