"""Say by which condition an instance comes out otherwise in one version of a check than in another.

Both versions are held against each other by the accounts that `explain` gives. Where a part of
the check comes out the same (whom it asks about, what excludes, what meets it) nothing in it is a
cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from casecheck.truth.account_form import (
    AlternativeAccount,
    ConditionAccount,
    InstanceAccount,
    RowAccount,
    TriedRows,
)
from casecheck.truth.kleene import Truth, all_of, any_of

Part = Literal["for_each", "where", "given", "unless", "met_by"]
Held = Literal["yes", "no", "cannot tell", "not there"]
"""Whether something holds in a version; `not there` where that version does not ask it."""
_HELD: dict[Truth, Held] = {True: "yes", False: "no", None: "cannot tell"}


@dataclass(frozen=True, slots=True)
class Cause:
    """A condition, or a whole way to be met, excluded or asked, that comes out otherwise.

    `means` is the way that it is of, "" in `where`; `condition` is "" for the whole way. `values`
    are what the condition read, in words.
    """

    part: Part
    means: str
    condition: str
    before: Held
    now: Held
    values: tuple[str, ...] = ()


def causes_of(before: InstanceAccount | None, now: InstanceAccount | None) -> list[Cause]:
    """Return by what the same rows come to something else; None: no rows of the check's are these.

    There is always one: where no single condition can be told, it is the part that differs.
    """
    if before is None or now is None:
        held: list[Held] = ["not there" if one is None else "yes" for one in (before, now)]
        return [Cause("for_each", "", "", held[0], held[1])]
    found = [*_of_kinds(before.rows, now.rows, "for_each", ""), *_of_where(before, now)]
    asked_in_both = before.result is not None and now.result is not None
    # What rows that are not asked about might be met by, or left out by, nobody looked for.
    if asked_in_both or not found:
        found += _of_ways("given", before.given, now.given)
        found += _of_ways("unless", before.unless, now.unless)
    if asked_in_both:
        found += _of_ways("met_by", before.met_by, now.met_by)
    if found:
        return list(dict.fromkeys(found))
    if asked_in_both:
        return [Cause("met_by", "", "", _HELD[before.evidence], _HELD[now.evidence])]
    return [Cause("where", "", "", _HELD[before.member], _HELD[now.member])]


def _of_where(before: InstanceAccount, now: InstanceAccount) -> Iterator[Cause]:
    truths = [all_of(one.truth for one in account.conditions) for account in (before, now)]
    if truths[0] is not truths[1]:
        yield from _of_conditions("where", "", before.conditions, now.conditions)


def _of_ways(
    part: Part, before: Sequence[AlternativeAccount], now: Sequence[AlternativeAccount]
) -> Iterator[Cause]:
    """Yield by what one of some ways holds in one version and not in the other."""
    # Without any way to be given, all are: without any to be left out or met, none is.
    empty = part == "given"
    truths = [any_of(one.truth for one in ways) if ways else empty for ways in (before, now)]
    if truths[0] is truths[1]:
        return
    for first, then in _paired(before, now):
        if first and then:
            if first.truth is not then.truth:
                found = list(_of_way(part, first, then))
                whole = Cause(part, then.means, "", _HELD[first.truth], _HELD[then.truth])
                yield from found or [whole]
        elif (one := first or then) and (
            one.truth is not False or (empty and not (before and now))
        ):
            # A way that holds nowhere makes no difference by being there.
            held: tuple[Held, Held] = (_HELD[one.truth], "not there")
            earlier, later = held if first else held[::-1]
            yield Cause(part, one.means, "", earlier, later)


def _paired(
    before: Sequence[AlternativeAccount], now: Sequence[AlternativeAccount]
) -> Iterator[tuple[AlternativeAccount | None, AlternativeAccount | None]]:
    """Yield the ways of both versions in pairs: by what they mean, else by their order."""
    left = list(before)
    pairs: list[tuple[AlternativeAccount | None, AlternativeAccount]] = []
    for then in now:
        same = next((one for one in left if one.means == then.means), None)
        if same is not None:
            left.remove(same)
        pairs.append((same, then))
    for first, then in pairs:
        yield (first or (left.pop(0) if left else None)), then
    for one in left:
        yield one, None


def _of_way(part: Part, before: AlternativeAccount, now: AlternativeAccount) -> Iterator[Cause]:
    if not (before.tried or now.tried):
        yield from _of_conditions(part, now.means, before.conditions, now.conditions)
        return
    first, then = _same_rows(before.tried, now.tried)
    yield from _of_kinds(first.rows if first else (), then.rows if then else (), part, now.means)
    yield from _of_conditions(
        part, now.means, first.conditions if first else (), then.conditions if then else ()
    )


def _same_rows(
    before: Sequence[TriedRows], now: Sequence[TriedRows]
) -> tuple[TriedRows | None, TriedRows | None]:
    """Return what was tried in both versions: the same rows where they are shown in both."""
    places = [{_places(one): one for one in tried} for tried in (before, now)]
    for one in (*before, *now):
        key = _places(one)
        if key in places[0] and key in places[1]:
            return places[0][key], places[1][key]
    return (before[0] if before else None), (now[0] if now else None)


def _places(tried: TriedRows) -> tuple[str, ...]:
    return tuple(row.place for row in tried.rows)


def _of_kinds(
    before: Sequence[RowAccount], now: Sequence[RowAccount], part: Part, means: str
) -> Iterator[Cause]:
    """Yield by what rows are of a concept in one version and not in the other."""
    for first, then in zip(before, now, strict=False):
        truths = [all_of(one.truth for one in row.of_kind) for row in (first, then)]
        if first.place == then.place and truths[0] is not truths[1]:
            yield from _of_conditions(part, means, first.of_kind, then.of_kind)


def _of_conditions(
    part: Part, means: str, before: Iterable[ConditionAccount], now: Iterable[ConditionAccount]
) -> Iterator[Cause]:
    """Yield the conditions that hold in one version alone, or stand in one and do not hold."""
    first, then = ({one.text: one for one in conditions} for conditions in (before, now))
    for text in first | then:
        one, other = first.get(text), then.get(text)
        if one and other:
            if one.truth is not other.truth:
                values = other.values if other.truth is not True else one.values
                yield Cause(part, means, text, _HELD[one.truth], _HELD[other.truth], values)
        elif (alone := one or other) and alone.truth is not True:
            held: tuple[Held, Held] = (_HELD[alone.truth], "not there")
            earlier, later = held if one else held[::-1]
            yield Cause(part, means, text, earlier, later, alone.values)
