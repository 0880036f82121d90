"""Small numbers: what is not shown cannot be worked out from what is, and little more is hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

import pytest
from amounts import tries
from disclosure_attack import Cell, Sums, fewest, grid, measure, recovered, totalled
from scipy import optimize

from casecheck.measures import suppression
from casecheck.measures.attack import Linked
from casecheck.measures.disclosure import (
    Profile,
    Relation,
    Suppressed,
    profiles,
    protect,
    read_profiles,
)

DFE = profiles()["dfe"]


def protected(cells: Mapping[Cell, int], sums: Sums, profile: Profile = DFE) -> Suppressed[Cell]:
    return protect(cells, [Relation(total, tuple(parts)) for total, parts in sums], profile)


class TestTheRule:
    def test_published(self) -> None:
        """DFE-CIN-suppress: 1 to 5 are not shown, 0 is, and so are 6 and more."""
        cells = dict(enumerate([0, 1, 5, 6, 23]))
        found = protect(cells, [], DFE)
        assert [None if name in found.cells else count for name, count in cells.items()] == [
            0, None, None, 6, 23
        ]  # fmt: skip
        assert found.secondary == frozenset()

    @pytest.mark.parametrize(
        "counts",
        [
            {"a": 3, "b": 20},
            {"a": 3, "b": 4},
            {"a": 3, "b": 3},
            {"a": 1, "b": 5},
            {"a": 3, "b": 0},
            {"a": 3, "b": 0, "c": 40},
            {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1},
        ],
    )
    def test_never_one_alone_in_a_sum(self, counts: dict[str, int]) -> None:
        cells = {**counts, "all": sum(counts.values())}
        found = protected(cells, [("all", list(counts))])
        assert len(found.cells) >= 2
        assert recovered(cells, [("all", list(counts))], found.cells) == []
        assert len(found.cells) == fewest(cells, [("all", list(counts))])

    def test_a_total_of_six_would_tell_that_both_parts_are_small(self) -> None:
        cells = {"a": 3, "b": 3, "all": 6}
        assert protected(cells, [("all", ["a", "b"])]).cells == {"a", "b", "all"}

    def test_0_is_shown_however_it_is_linked(self) -> None:
        cells, sums = totalled({(0, 0): 0, (0, 1): 3, (1, 0): 2, (1, 1): 0}, 2, 2)
        found = protected(cells, sums)
        assert not any(cells[cell] == 0 for cell in found.cells)
        assert recovered(cells, sums, found.cells) == []

    def test_nothing_small_hides_nothing(self) -> None:
        cells, sums = totalled({(0, 0): 7, (0, 1): 0, (1, 0): 8, (1, 1): 9}, 2, 2)
        assert protected(cells, sums).cells == frozenset()

    def test_a_total_is_rather_shown_than_a_part(self) -> None:
        cells = {"a": 3, "b": 20, "c": 30, "all": 53}
        assert "all" not in protected(cells, [("all", ["a", "b", "c"])]).cells

    def test_for_the_groups_own_eyes_nothing_is_hidden(self) -> None:
        found = protect({"a": 3}, [], profiles()["none"])
        assert (found.cells, found.words()) == (frozenset(), "")

    def test_words(self) -> None:
        one = protect({"a": 3}, [], DFE)
        assert one.words() == (
            "1 cell is withheld, by the rule dfe: counts of children or families from 1 to 5 are"
            " not shown, nor shares on a base under 10, as the Department for Education publishes"
            " them; further cells are, where they would give those away."
        )
        assert protect({"a": 9}, [], DFE).words().startswith("0 cells are withheld, by the rule")

    def test_order_changes_nothing(self) -> None:
        cells, sums = grid(Random(7), 3, 3)
        turned = [(total, list(parts)[::-1]) for total, parts in reversed(sums)]
        again = protect(
            dict(reversed(cells.items())), [Relation(a, tuple(b[::-1])) for a, b in turned], DFE
        )
        assert again == protected(cells, sums)


class TestRefused:
    @pytest.mark.parametrize(
        ("cells", "relation", "said"),
        [
            ({"a": -1}, None, "the count of 'a' is negative"),
            ({"a": 1}, Relation("b", ("a",)), "a sum names 'b', which is no cell"),
            ({"a": 1}, Relation("a", ("b",)), "a sum names 'b', which is no cell"),
            ({"a": 1, "b": 2}, Relation("a", ("b",)), "the parts of 'a' do not add up to it"),
            ({"a": 0, "b": 2}, Relation("a", ("b",), 2), "the parts of 'a' do not add up to it"),
        ],
    )
    def test_cells_and_sums(
        self, cells: dict[str, int], relation: Relation[str] | None, said: str
    ) -> None:
        with pytest.raises(ValueError, match=said):
            protect(cells, [relation] if relation else [], DFE)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[x]\naudience='a'", "profile x: missing 1 required positional argument: 'rule'"),
            ("[x]\naudience='a'\nrule='r'\nleast=1", "profile x: got an unexpected keyword"),
            ("[x]\naudience='a'\nrule='r'\nmost=-1", "profile x: most must be a whole number"),
            ("[x]\naudience='a'\nrule='r'\nbase=1.5", "profile x: base must be a whole number"),
            ("[x", "Expected ']' at the end"),
        ],
    )
    def test_profiles(self, text: str, said: str) -> None:
        with pytest.raises(ValueError, match=said):
            read_profiles(text)

    def test_a_profile_of_ones_own(self) -> None:
        mine = read_profiles("[mine]\naudience='schools'\nrule='under 10'\nmost=9")["mine"]
        cells = {"a": 9, "b": 10, "c": 30, "all": 49}
        found = protected(cells, [("all", ["a", "b", "c"])], mine)
        assert found.primary == {"a"}
        assert recovered(cells, [("all", ["a", "b", "c"])], found.cells, most=9) == []


class TestAttack:
    """The reader of the product finds what the independent one finds."""

    @pytest.mark.parametrize("seed", range(tries(60, 6)))
    def test_exposed(self, seed: int) -> None:
        chance = Random(seed)
        cells, sums = grid(chance, 2, 2)
        names = [name for name, count in cells.items() if count]
        place = {name: number for number, name in enumerate(names)}
        linked = Linked(
            [cells[name] for name in names],
            [(place[t], [place[p] for p in parts if cells[p]]) for t, parts in sums if cells[t]],
            6,
        )
        hidden = {name for name in names if cells[name] < 6 or chance.random() < 0.5}
        # The product asks for a little more: the most for one reader, the least for another.
        strict = {names[n] for n in linked.exposed([place[n] for n in hidden], range(len(names)))}
        assert {cell for cell, *_ in recovered(cells, sums, hidden)} <= strict

    def test_a_cell_that_whole_numbers_alone_give_away(self) -> None:
        """Three sums of two: halves would do, whole numbers do not; one more cell is hidden."""
        linked = Linked([3, 9, 9, 12, 18, 12], [(3, [0, 1]), (4, [1, 2]), (5, [0, 2])], 6)
        chosen = suppression.hidden_cells(linked, [0])
        assert linked.exposed(chosen, sorted(chosen)) == []

    def test_enough(self) -> None:
        linked = Linked([3, 4, 7, 30, 37], [(2, [0, 1]), (4, [2, 3])], 6)
        assert linked.exposed({0}, [0], 1) == [0]
        assert linked.exposed({0, 3}, [0, 3]) == [0, 3]
        assert linked.exposed({0, 3}, [0, 3], 1) == [0]


class TestFewPrograms:
    """What is known is not asked again: of many linked cells that is what takes long."""

    @pytest.fixture
    def solved(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The programs that have been solved."""
        solved: list[str] = []

        def counting(name: str) -> Callable[..., object]:
            solve = getattr(optimize, name)
            return lambda *given, **named: (solved.append(name), solve(*given, **named))[1]

        for name in ("milp", "linprog"):
            monkeypatch.setattr(optimize, name, counting(name))
        return solved

    @pytest.mark.slow
    def test_of_three_districts_two_quarters_and_their_year(self, solved: list[str]) -> None:
        cells, sums = measure(Random(1), 3, 2, year=True)
        found = protected(cells, sums)
        assert len(cells) == 48
        assert recovered(cells, sums, found.cells) == []
        assert len(solved) < 200

    def test_a_move_that_was_found_holds_wherever_its_cells_are_hidden(
        self, solved: list[str]
    ) -> None:
        linked = Linked([9, 20, 29, 7, 36], [(2, [0, 1]), (4, [2, 3])], 6)
        assert linked.exposed({0, 1}, [0, 1]) == []
        solved.clear()
        assert linked.exposed({0, 1, 2, 3}, [0, 1]) == []
        assert solved == []
        assert linked.exposed({0, 2}, [0]) == [0]
        assert solved

    def test_what_a_linear_program_bounds_is_not_asked_in_whole_numbers(
        self, solved: list[str]
    ) -> None:
        linked = Linked([9, 20, 29], [(2, [0, 1])], 6)
        assert linked.exposed({0}, [0]) == [0]
        assert solved == ["linprog"]


class TestNearly:
    """Where no optimum is found in time, cells are hidden that are enough, and not all."""

    def test_without_rounds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(suppression, "ROUNDS", 0)
        monkeypatch.setattr(suppression, "SMALL", 1)
        monkeypatch.setattr(suppression, "ROUNDS_OF_MANY", 0)
        linked = Linked([3, 20, 30, 40, 93], [(4, [0, 1, 2, 3])], 6)
        assert len(suppression.hidden_cells(linked, [0])) == 2

    def test_where_the_program_finds_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(suppression, "_chosen", lambda *_: None)
        linked = Linked([3, 20, 30, 40, 93], [(4, [0, 1, 2, 3])], 6)
        assert len(suppression.hidden_cells(linked, [0])) == 2
        assert suppression.hidden_cells(Linked([3, 3], [(1, [0])], 6), [0, 1]) == {0, 1}


class TestCuts:
    """What one attack says of all choices."""

    def test_of_a_cell_that_need_not_be_hidden(self) -> None:
        """It asks for something only where the cell is hidden: 9 of 30 with 21 shown."""
        linked = Linked([9, 21, 30, 40, 70], [(2, [0, 1]), (4, [2, 3])], 6)
        cuts = list(suppression._cuts(linked, [], frozenset({0}), 0))
        assert cuts == [suppression._Cut((-6.0, 6.0, 6.0, 0.0, 0.0), 0)]

    @pytest.mark.parametrize(("primary", "cut"), [([0], (0, 0, 1)), ([], (-1, 0, 1))])
    def test_where_only_whole_numbers_give_it_away(
        self, primary: list[int], cut: tuple[int, ...]
    ) -> None:
        """20 is twenty times 1: in fractions it may be 32, in whole numbers not 21."""
        linked = Linked([20, 1, 50], [(0, [1] * 20)], 6)
        assert linked.exposed({0, 1}, [0], 1) == [0]
        found = list(suppression._cuts(linked, primary, frozenset({0, 1}), 0))
        assert found == [suppression._Cut(cut, len(primary))]

    def test_no_choice(self) -> None:
        linked = Linked([3, 4], [], 6)
        assert suppression._chosen(linked, [0], []) == {0}
        assert suppression._chosen(linked, [0], [suppression._Cut((0, 0), 1)]) is None


@pytest.mark.parametrize("seed", range(100, 100 + tries(60, 4)))
def test_as_few_as_can_be(seed: int) -> None:
    """On small tables at most half as many again as the fewest; here it is the fewest, mostly."""
    chance = Random(seed)
    cells, sums = grid(chance, chance.randint(1, 2), chance.randint(1, 3))
    found = protected(cells, sums)
    assert recovered(cells, sums, found.cells) == []
    assert len(found.cells) <= 1.5 * fewest(cells, sums)


@pytest.mark.parametrize("seed", range(1, 1 + tries(50, 4)))
def test_nothing_is_recovered(seed: int) -> None:
    """Measures by group, with or without a year: no hidden cell within 0 to 5."""
    chance = Random(seed)
    cells, sums = measure(chance, chance.randint(1, 3), chance.randint(1, 2), chance.random() < 0.3)
    assert recovered(cells, sums, protected(cells, sums).cells) == []


@pytest.mark.slow
def test_nothing_is_recovered_of_a_hundred_small_tables() -> None:
    for seed in range(tries(1000, 100)):
        chance = Random(seed)
        cells, sums = grid(chance, chance.randint(1, 2), chance.randint(1, 3), most=30)
        assert recovered(cells, sums, protected(cells, sums).cells) == [], seed


@pytest.mark.slow
@pytest.mark.longest
@pytest.mark.parametrize("part", range(20))
def test_nothing_is_recovered_of_ten_thousand(part: int) -> None:
    for seed in range(10_000 + 500 * part, 10_500 + 500 * part):
        chance = Random(seed)
        if seed % 4:
            cells, sums = grid(chance, chance.randint(1, 3), chance.randint(1, 4), most=30)
        else:
            splits, periods = chance.randint(1, 3), chance.randint(1, 2)
            cells, sums = measure(chance, splits, periods, chance.random() < 0.2)
        assert recovered(cells, sums, protected(cells, sums).cells) == [], seed
