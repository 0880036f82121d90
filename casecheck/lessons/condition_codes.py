"""Read what a condition asks of codes: of a field and the page's codes, and of two fields."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from casecheck.lessons import slips
from casecheck.lessons.condition_logic import _all, _any, _unequal
from casecheck.lessons.condition_questions import _QuestionReader
from casecheck.lessons.condition_words import FUNCTIONS, ConditionError
from casecheck.lessons.part_values import Codes, RowValue
from casecheck.lessons.terms import (
    Alternatives,
    CodeOf,
    Comparison,
    FactTest,
    Field,
    Holds,
    HoldsAny,
    OneOf,
    Order,
    Quantity,
    Test,
)
from casecheck.record.codes import ANY_CATEGORY
from casecheck.record.model import KINDS

_IN = (
    "`in` asks either 'code' in a list field, any('code', 'code') or all('code', 'code') in one, a"
    " code field in ('code', 'code') or in a group of codes, or a code field in a list field"
)


class _CodeReader(_QuestionReader):
    """Reads what is asked of codes."""

    def _membership(
        self, left: ast.expr, right: ast.expr, *, not_in: bool, negated: bool
    ) -> Alternatives:
        if isinstance(left, ast.Call):
            return self._several(left, right, not_in=not_in, negated=negated)
        negated = negated != not_in
        self._refuse_bare(left, right)
        member, whole = self.value(left), self.value(right)
        if isinstance(whole, Field) and whole.spec.kind == "codes":
            if isinstance(member, Codes):
                if len(member.codes) != 1:
                    message = "one code on this side: for several write any(...) or all(...) in"
                    raise ConditionError(left, f"{message} {whole}")
                self._known_codes(left, whole, member.codes)
                return ((FactTest(Holds(whole, member.codes[0]), negated),),)
            if isinstance(member, Field) and member.spec.kind == "code":
                return self._code_in_list(left, member, whole, negated)
        if isinstance(member, Field) and member.spec.kind == "code" and isinstance(whole, Codes):
            if not whole.codes:
                raise ConditionError(right, "at least one code is needed here")
            self._refuse_strange(right, member, whole)
            return ((FactTest(OneOf(member, frozenset(whole.codes)), negated),),)
        raise ConditionError(left, _IN)

    def _several(
        self, node: ast.Call, right: ast.expr, *, not_in: bool, negated: bool
    ) -> Alternatives:
        """Read `any('a', 'b') in list` and `all('a', 'b') in list`."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in ("any", "all"):
            self.value(node)
            raise ConditionError(node, _IN)
        whole = self.value(right)
        if not (isinstance(whole, Field) and whole.spec.kind == "codes"):
            raise ConditionError(right, f"a list of codes is needed here: {FUNCTIONS[name]}")
        if not_in:
            sign = "none of them" if name == "any" else "not all of them"
            instead = f"not ({self._shown(node)} in {whole})"
            raise ConditionError(node, f"`not in` is not read here: for {sign} write `{instead}`")
        codes = self._several_codes(node, whole)
        if name == "any":
            return ((FactTest(HoldsAny(whole, frozenset(codes)), negated),),)
        each: list[Alternatives] = [((FactTest(Holds(whole, code), negated),),) for code in codes]
        return _any(node, each) if negated else _all(node, each)

    def _several_codes(self, node: ast.Call, field: Field) -> list[str]:
        """Return the codes between the brackets: written, or those of a group."""
        codes: list[str] = []
        if node.keywords:
            raise ConditionError(node, "codes and groups alone stand between these brackets")
        for argument in node.args:
            value = self.value(argument)
            if not isinstance(value, Codes):
                raise ConditionError(argument, "a code in quotes, or a group of codes, is needed")
            self._refuse_strange(argument, field, value)
            if again := [code for code in value.codes if code in codes]:
                raise ConditionError(argument, f"'{again[0]}' stands here already: remove it")
            codes += value.codes
        if len(codes) < 2:
            message = f"two codes or more stand in any() and all(): write 'code' in {field}"
            raise ConditionError(node, message)
        return codes

    def _refuse_strange(self, node: ast.expr, field: Field, value: Codes) -> None:
        """Refuse a code that a field does not have, and a group with such a code."""
        strange = [code for code in value.codes if code not in field.spec.codes]
        if value.group and strange:
            message = (
                f"the group `{value.group}` holds '{strange[0]}', which `{field}` never is: make a"
                " group of the codes that it may be, or write them out"
            )
            raise ConditionError(node, message)
        self._known_codes(node, field, value.codes)

    def _code_in_list(
        self, node: ast.expr, member: Field, whole: Field, negated: bool
    ) -> Alternatives:
        """Ask whether the code of one row is among those of another: code by code.

        Nor is it among them where the list surely holds none that it could be. Of a code that is
        not known a list would have to hold every one, which is taken for unknown.
        """
        singles = [code for code in member.spec.codes if code != ANY_CATEGORY]
        common = [code for code in singles if code in whole.spec.codes]
        if not common:
            message = f"`{member}` and `{whole}` have no code in common: ask each of the codes"
            raise ConditionError(node, f"{message} that it has")
        ways: list[tuple[Test, ...]] = [
            (
                FactTest(OneOf(member, frozenset({code}))),
                FactTest(Holds(whole, code), negated),
            )
            for code in common
        ]
        if not negated:
            return tuple(ways)
        others = frozenset(singles) - frozenset(common)
        if others:
            ways.append((FactTest(OneOf(member, others)),))
        none = FactTest(HoldsAny(whole, frozenset(common)), negated=True)
        return (*ways, (none,))

    def _two_codes(
        self, node: ast.Compare, first: Field, order: Order, second: Field, negated: bool
    ) -> Alternatives:
        """Compare the codes of two fields; a category of `multiple` may be any single one."""
        if first == second:
            raise ConditionError(node.comparators[-1], slips.ITSELF)
        if order not in ("==", "!="):
            raise ConditionError(node, "codes have no order: use == or !=")
        if not set(first.spec.codes) & set(second.spec.codes):
            message = f"`{first}` and `{second}` have no code in common: they are never the same"
            raise ConditionError(node, message)
        among = _singles_first(first, second)
        codes = self._codes_of(first, second, among, as_written=False)
        return _unequal(Comparison(codes[0], order, codes[1]), negated)

    def _codes_of(
        self, first: Field, second: Field, among: tuple[str, ...], *, as_written: bool
    ) -> list[Quantity]:
        """Return the codes of two fields that are compared with each other."""
        lists = (first.spec.codes, second.spec.codes)
        kinds_of = tuple(section for section, kinds in KINDS.items() if kinds in lists)
        return [Quantity(CodeOf(one, among, as_written, kinds_of)) for one in (first, second)]

    def _refuse_bare(self, left: ast.expr, right: ast.expr) -> None:
        """Refuse a bare word on one side in the words that suit the field on the other."""
        for field, word in ((left, right), (right, left)):
            if self._is_null(word):
                self._refuse_null(field, word)
            elif names := self._strange(word):
                value = self.value(field)
                if isinstance(value, Field):
                    self._refuse_bare_codes(names, value)

    def _is_null(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id.lower() in ("null", "none") and node.id not in self._known()
        return isinstance(node, ast.Constant) and node.value is None

    def _refuse_null(self, side: ast.expr, null: ast.expr) -> None:
        """Refuse `action.addresses == none`, which `happened` does not ask either."""
        value = self.value(side)
        if isinstance(value, RowValue) and value.row.optional:
            message = (
                f"whether `{value.row}` leads to no row cannot be asked: find a row of"
                f" {value.kind}, and compare it with that"
            )
            raise ConditionError(null, message)

    def _strange(self, node: ast.expr) -> list[ast.Name]:
        """Return the names that nothing here has: a word alone, or those of a list."""
        names = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
        known = self._known()
        return [one for one in names if isinstance(one, ast.Name) and one.id not in known]

    def _refuse_bare_codes(self, names: Iterable[ast.Name], field: Field) -> None:
        for name in names:
            if cure := slips.bare_code(name.id, field.spec.codes, self._known()):
                raise ConditionError(name, cure)

    def _shown(self, node: ast.expr) -> str:
        return self.text[node.col_offset : node.end_col_offset][:64]


def _singles_first(first: Field, second: Field) -> tuple[str, ...]:
    """Return the codes of two fields: those that `multiple` may be, `multiple`, then the others."""
    fields = (first.spec.codes, second.spec.codes)
    categories = next((codes for codes in fields if ANY_CATEGORY in codes), ())
    singles = [code for code in categories if code != ANY_CATEGORY]
    return tuple(dict.fromkeys((*singles, *categories, *fields[0], *fields[1])))
