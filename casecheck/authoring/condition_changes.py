"""Change one thing in a condition: a comparison, a bound, a code, an `and`, a `not`.

A changed condition need not make sense: the loader says whether it does.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """What the paths of a condition lead to.

    `codes` returns the codes that the field at a path may hold, `alike` the paths that lead to
    something else of the same kind: another day of the row, another flag, another row. `is_event`
    says whether it is a day that may never come, and may matter where it has not.
    """

    codes: Callable[[str], Sequence[str]]
    alike: Callable[[str], Sequence[str]]
    is_event: Callable[[str], bool]


_NEARER: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.LtE(), ast.LtE: ast.Lt(), ast.Gt: ast.GtE(), ast.GtE: ast.Gt(),
    ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq(), ast.In: ast.NotIn(), ast.NotIn: ast.In(),
}  # fmt: skip
_TURNED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.Gt(), ast.LtE: ast.GtE(), ast.Gt: ast.Lt(), ast.GtE: ast.LtE(),
}  # fmt: skip
_OPPOSITE: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.GtE(), ast.LtE: ast.Gt(), ast.Gt: ast.LtE(), ast.GtE: ast.Lt(),
}  # fmt: skip
# The other operator already moves the bound by one; this is the way that it does not.
_OTHER_WAY: dict[type[ast.cmpop], int] = {ast.Lt: -1, ast.LtE: 1, ast.Gt: 1, ast.GtE: -1}
_DAYS = {"today": "opened_on", "opened_on": "today"}
# `from` is a word of Python; the loader reads it by a stand-in too.
_FROM = re.compile(r"(?<=\.)from\b")
_STAND_IN = re.compile(r"(?<=\.)fr0m\b")


@dataclass(frozen=True, slots=True)
class Rewording:
    """A condition changed in one thing: which part became what, and the whole."""

    part: str
    became: str
    condition: str


def rewordings(condition: str, names: Names) -> list[Rewording]:
    """Return every change of a condition that the loader has read; no two read the same."""
    whole = _parsed(condition)
    changer = _Changer(_text(whole), names)
    found = {changer.whole: Rewording("", "", "")}
    for change in changer.of_test(whole):
        text = _text(change.whole)
        found.setdefault(text, Rewording(change.part, change.became, text))
    return list(found.values())[1:]


def days_needed(condition: str) -> set[str]:
    """Return the paths of which a condition is false where they are events that have not happened.

    Beside such a condition `not` of a comparison's opposite asks the same as the comparison. Paths
    that are no events are among them.
    """
    test = _parsed(condition)
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    needed = set()
    for part in parts:
        if isinstance(part, ast.Compare) or _calls(part, "happened"):
            needed |= set(_paths(part))
    return needed


def _paths(node: ast.AST) -> Iterator[str]:
    """Yield the paths in an expression, but for those for which today may stand in."""
    if isinstance(node, ast.Attribute):
        yield _text(node)
    elif not _calls(node, "or_today"):
        for part in ast.iter_child_nodes(node):
            yield from _paths(part)


def _calls(node: ast.AST, function: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name == function
    return False


@dataclass(frozen=True, slots=True)
class _Change:
    part: str
    became: str
    whole: ast.expr


class _Changer:
    """Changes a condition from the outside in; each change comes back out through its parents."""

    def __init__(self, whole: str, names: Names) -> None:
        self.whole = whole
        self.names = names

    # --- what is true or false ---

    def of_test(self, node: ast.expr) -> Iterator[_Change]:
        """Yield the changes of what is true or false, `not` among them."""
        yield from self.within_test(node)
        if isinstance(node, ast.Call | ast.Attribute):
            yield _became(node, ast.UnaryOp(ast.Not(), node))

    def within_test(self, node: ast.expr) -> Iterator[_Change]:
        """Yield the changes of what is true or false, but for a `not` before it."""
        match node:
            case ast.UnaryOp(operand=operand):
                yield _became(node, operand)
                if isinstance(operand, ast.Compare) and self.may_never_be(operand):
                    yield _became(node, _opposite(operand))
                yield from self.outwards(node, "operand", self.within_test(operand))
            case ast.BoolOp(op=op, values=values):
                other = ast.And() if isinstance(op, ast.Or) else ast.Or()
                yield _became(node, ast.BoolOp(other, values))
                for at in range(len(values)):
                    rest = [*values[:at], *values[at + 1 :]]
                    left = ast.BoolOp(op, rest) if len(rest) > 1 else rest[0]
                    yield _became(node, left)
                    yield from self.outwards(node, "values", self.of_test(values[at]), at)
            case ast.Compare():
                yield from self.of_comparison(node)
            case ast.Call(func=ast.Name(id="under" | "before"), args=[*_, day]):
                for by in (-1, 1):
                    moved = [_became(day, _moved(day, by))]
                    yield from self.outwards(node, "args", moved, len(node.args) - 1)
                yield from self.of_parts(node)
            case ast.Call(func=ast.Name(id="recorded"), args=[flag]):
                yield _became(node, flag)
                yield from self.of_parts(node)
            case ast.Call(func=ast.Name(id="same_code"), args=[field, ast.Constant(value=code)]):
                for swapped in self.others(field, [code])[:1]:
                    now = [field, ast.Constant(swapped)]
                    yield _became(node, ast.Call(node.func, now, []))
                yield from self.of_parts(node)
            case ast.Attribute():
                yield from self.of_path(node)
            case _:
                yield from self.of_parts(node)

    def of_comparison(self, node: ast.Compare) -> Iterator[_Change]:
        """Yield the changes of a comparison, perhaps of more than two values in a row."""
        for at, op in enumerate(node.ops):
            for others in (_NEARER, _TURNED):
                if type(op) in others:
                    yield self.with_operator(node, at, others[type(op)])
        yield from self.bounds_moved(node)
        if self.may_never_be(node):
            yield _became(node, ast.UnaryOp(ast.Not(), _opposite(node)))
        if len(node.ops) > 1:
            for first, last in ((0, len(node.ops) - 1), (1, len(node.ops))):
                sides = [node.left, *node.comparators][first : last + 1]
                yield _became(node, ast.Compare(sides[0], node.ops[first:last], sides[1:]))
        else:
            yield from self.of_codes(node, node.left, node.ops[0], node.comparators[0])
        yield from self.of_parts(node)

    def may_never_be(self, node: ast.Compare) -> bool:
        """Say whether `not` of the opposite is another question: of an event that has not been."""
        if len(node.ops) > 1 or type(node.ops[0]) not in _OPPOSITE:
            return False
        days = [
            one.left if isinstance(one, ast.BinOp) else one
            for one in (node.left, *node.comparators)
        ]
        return any(self.is_event(day) for day in days)

    def is_event(self, node: ast.expr) -> bool:
        """Say whether a value is the day of an event, as it stands."""
        return isinstance(node, ast.Attribute) and self.names.is_event(_text(node))

    def with_operator(self, node: ast.Compare, at: int, op: ast.cmpop) -> _Change:
        """Return the comparison with another operator, named by no more than it needs."""
        changed = copy.copy(node)
        changed.ops = [*node.ops[:at], op, *node.ops[at + 1 :]]
        sides = [node.left, *node.comparators]
        old, new = (
            ast.Compare(sides[at], [one.ops[at]], [sides[at + 1]]) for one in (node, changed)
        )
        if self.whole.count(f" {_sign(old)} ") == 1:
            return _Change(_sign(old), _sign(new), changed)
        return self.named(node, changed, _text(old), _text(new))

    def bounds_moved(self, node: ast.Compare) -> Iterator[_Change]:
        """Yield the comparison with its outer bounds moved the way that no operator moves them."""
        by = _OTHER_WAY.get(type(node.ops[-1]))
        if by and not isinstance(node.comparators[-1], ast.Constant):
            last = node.comparators[-1]
            moved = [_became(last, _moved(last, by))]
            yield from self.outwards(node, "comparators", moved, len(node.comparators) - 1)
        by = _OTHER_WAY.get(type(node.ops[0]))
        if by and len(node.ops) > 1:
            yield from self.outwards(node, "left", [_became(node.left, _moved(node.left, -by))])

    # --- codes ---

    def of_codes(
        self, node: ast.Compare, left: ast.expr, op: ast.cmpop, right: ast.expr
    ) -> Iterator[_Change]:
        """Yield the comparison with a code swapped for the next, taken away, or one more added."""
        match left, right:
            case ast.Call(func=ast.Name(id="any" | "all" as word), args=codes), ast.Attribute():
                yield from self.of_several(node, word, codes, right)
            case ast.Constant(value=str(code)), ast.Attribute():
                others = self.others(right, [code])
                for other in others[:1]:
                    yield _became(node, ast.Compare(ast.Constant(other), [op], [right]))
                for other in others:
                    more = ast.Compare(ast.Constant(other), [op], [right])
                    if _text(more) not in self.whole:  # or it would say nothing new
                        yield _became(node, ast.BoolOp(ast.Or(), [node, more]))
            case ast.Attribute(), ast.Constant(value=str(code)):
                others = self.others(left, [code])
                for other in others[:1]:
                    yield _became(node, ast.Compare(left, [op], [ast.Constant(other)]))
                member: ast.cmpop = ast.In() if isinstance(op, ast.Eq) else ast.NotIn()
                for other in others:
                    yield _became(node, ast.Compare(left, [member], [_codes([code, other])]))
            case ast.Attribute(), ast.Tuple(elts=elements) | ast.List(elts=elements):
                listed = [one.value for one in elements if isinstance(one, ast.Constant)]
                kept = [[one for one in listed if one != gone] for gone in listed]
                more_codes = [[*listed, other] for other in self.others(left, listed)]
                for now in [*filter(None, kept), *more_codes]:
                    yield _became(node, ast.Compare(left, [op], [_codes(now)]))

    def of_several(
        self, node: ast.Compare, word: str, codes: Sequence[ast.expr], field: ast.expr
    ) -> Iterator[_Change]:
        """Yield `any('a', 'b') in list` as `all`, without each code, and with another."""

        def asked(function: str, now: Sequence[ast.expr]) -> ast.Compare:
            if len(now) == 1 and isinstance(now[0], ast.Constant):
                return ast.Compare(now[0], node.ops, node.comparators)
            call = ast.Call(ast.Name(function), list(now), [])
            return ast.Compare(call, node.ops, node.comparators)

        yield _became(node, asked("all" if word == "any" else "any", codes))
        for at in range(len(codes) if len(codes) > 1 else 0):
            yield _became(node, asked(word, [*codes[:at], *codes[at + 1 :]]))
        written = [one.value for one in codes if isinstance(one, ast.Constant)]
        for other in self.others(field, written) if written else ():
            yield _became(node, asked(word, [*codes, ast.Constant(other)]))

    def others(self, field: ast.expr, codes: Sequence[object]) -> list[str]:
        """Return the other codes of a field, beginning after the first of these."""
        every = self.names.codes(_text(field))
        start = every.index(str(codes[0])) + 1 if codes[0] in every else 0
        return [code for code in (*every[start:], *every[:start]) if code not in codes]

    # --- values ---

    def of_value(self, node: ast.expr) -> Iterator[_Change]:
        """Yield the changes of a day or a number."""
        match node:
            case ast.Constant(value=int(number)):
                for other in (number - 1, number + 1):
                    yield _became(node, ast.Constant(other))
            case ast.Attribute():
                yield from self.of_path(node)
            case ast.Name(id=name) if name in _DAYS:
                yield _became(node, ast.Name(_DAYS[name]))
            case ast.Name():
                yield from self.of_path(node)
            case ast.Call(func=ast.Name(id="or_today"), args=[day]):
                yield _became(node, day)
                yield from self.of_parts(node)
            case ast.Call(func=ast.Name(id="later" | "earlier"), args=days):
                for day in days:
                    yield _became(node, day)
                yield from self.of_parts(node)
            case _:
                yield from self.of_parts(node)

    def of_parts(self, node: ast.expr) -> Iterator[_Change]:
        """Yield the changes of the values that something is made of."""
        for name, part in ast.iter_fields(node):
            if name == "func":
                continue
            if isinstance(part, ast.expr):
                yield from self.outwards(node, name, self.of_value(part))
            elif isinstance(part, list):
                for at, one in enumerate(part):
                    if isinstance(one, ast.expr):
                        yield from self.outwards(node, name, self.of_value(one), at)

    def of_path(self, node: ast.Attribute | ast.Name) -> Iterator[_Change]:
        """Yield the paths that lead to something else of the same kind."""
        for other in self.names.alike(_text(node)):
            yield _became(node, _parsed(other))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute | ast.Name):
            yield from self.outwards(node, "value", self.of_path(node.value))

    # --- and back outwards ---

    def outwards(
        self, node: ast.expr, name: str, changes: Iterable[_Change], at: int | None = None
    ) -> Iterator[_Change]:
        """Yield the changes of a part as changes of the node in which it stands."""
        for change in changes:
            changed = copy.copy(node)
            part = change.whole
            if at is not None:
                parts = getattr(node, name)
                setattr(changed, name, [*parts[:at], part, *parts[at + 1 :]])
            else:
                setattr(changed, name, part)
            yield self.named(node, changed, change.part, change.became)

    def named(self, node: ast.expr, changed: ast.expr, part: str, became: str) -> _Change:
        """Return a change under a name that fits one place only: a wider one if it must be."""
        if self.whole.count(part) > 1:
            part, became = _text(node), _text(changed)
        return _Change(part, became, changed)


def _became(node: ast.expr, changed: ast.expr) -> _Change:
    return _Change(_text(node), _text(changed), changed)


def _opposite(node: ast.Compare) -> ast.Compare:
    return ast.Compare(node.left, [_OPPOSITE[type(node.ops[0])]], node.comparators)


def _moved(day: ast.expr, by: int) -> ast.expr:
    return ast.BinOp(day, ast.Add() if by > 0 else ast.Sub(), ast.Constant(abs(by)))


def _codes(codes: Iterable[object]) -> ast.Tuple:
    return ast.Tuple([ast.Constant(str(code)) for code in codes])


def _parsed(text: str) -> ast.expr:
    return ast.parse(_FROM.sub("fr0m", text), mode="eval").body


def _text(node: ast.AST) -> str:
    return _STAND_IN.sub("from", ast.unparse(node))


def _sign(comparison: ast.Compare) -> str:
    """Return the operator of a comparison of two values, as it is written."""
    bare = ast.Compare(ast.Name("a"), comparison.ops, [ast.Name("b")])
    return ast.unparse(bare)[2:-2]
