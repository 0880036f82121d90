"""Write the lines that tell one row of a record: its properties, and whether it may pass."""

from __future__ import annotations

from collections.abc import Iterable

from casecheck.engine.properties import FALSE, TRUE, UNSURE, Property, TruthOf
from casecheck.engine.quantity_code import QuantityCode
from casecheck.engine.row_fields import Expression, RowFields
from casecheck.engine.truth_code import TruthCode
from casecheck.lessons.terms import Base, Order
from casecheck.truth.bounds import UNKNOWN_BOUNDS

Requirement = tuple[str, bool | tuple[Order, int]]
"""What a pattern asks of a property: that it holds, or does not (True), or its limit."""


class RowCode:
    """Writes the lines that tell one row's properties; None stands for unknown.

    `fields` look up what is read of it, `truths` write what is asked of it beside its properties.
    `perhaps_unsure` says that the row may perhaps not be of its kind.
    """

    def __init__(self, section: str, settled: bool) -> None:
        self.settled = settled
        self.perhaps_unsure = False
        self.fields = RowFields(section)
        self._quantities = QuantityCode(self.fields, settled=settled)
        self.truths = TruthCode(self.fields, self._quantities)
        self._variables: dict[str, str] = {}
        self._perhaps_unknown: set[str] = set()
        self._must: dict[str, bool] = {}

    def property_lines(self, name: str, asked: Property) -> list[str]:
        """Return the lines that tell a property, if it has not been told."""
        if name in self._variables:
            return []
        told = self._told(asked)
        if told.perhaps:
            self._perhaps_unknown.add(name)
        if self.fields.is_variable(told.text):
            self._variables[name] = told.text
            return self.fields.take_lines()
        self._variables[name] = f"p_{name}"
        return [*self.fields.take_lines(), f"p_{name} = {told.text}"]

    def _told(self, asked: Property) -> Expression:
        if isinstance(asked, TruthOf):
            return self.truths.truth_of(asked)
        return self._quantities.value(asked)

    def must_line(self, name: str, negated: bool) -> str:
        """Return the line that passes over a row that certainly fails a truth it must pass."""
        self._must[name] = negated
        variable = self._variables[name]
        if name in self._perhaps_unknown:
            return f"if {variable} is {negated}: continue"
        return f"if {'' if negated else 'not '}{variable}: continue"

    def may_pass(self, asked: Iterable[Requirement]) -> str:
        """Return the condition that a fact certainly fails none of these, of those yet unseen."""
        parts = []
        for name, test in asked:
            variable = self._variables[name]
            perhaps = name in self._perhaps_unknown
            if isinstance(test, bool):
                negated = test
                if name not in self._must:
                    known = f"not {variable}" if negated else variable
                    parts.append(f"{variable} is not {negated}" if perhaps else known)
            else:
                unknown = f"{variable} is None or " if perhaps else ""
                parts.append(f"({unknown}{variable} {test[0]} {test[1]})")
        return " and ".join(parts) or "True"

    def unknown(self, names: Iterable[str]) -> str:
        """Return the condition that the row, or one of some properties, is unknown; "" for never.

        Several properties may have one variable.
        """
        variables = [self._variables[name] for name in names if name in self._perhaps_unknown]
        unsure = ["unsure"] if self.perhaps_unsure else []
        return " or ".join([*unsure, *(f"{one} is None" for one in dict.fromkeys(variables))])

    def nought_lines(self, names: Iterable[str]) -> list[str]:
        """Return the lines that put nought for those of some properties that are unknown."""
        variables = [self._variables[name] for name in names if name in self._perhaps_unknown]
        return [f"if {one} is None: {one} = 0" for one in dict.fromkeys(variables)]

    def truth_number(self, name: str) -> str:
        """Return what a fact's text says of a truth: its number, or how to format it."""
        variable = self._variables[name]
        if name in self._perhaps_unknown and not self.settled:
            told = f"'{UNSURE}' if {variable} is None else '{TRUE}' if {variable} else '{FALSE}'"
            return f"{{{told}}}"
        if name in self._must and name not in self._perhaps_unknown:
            return str(FALSE if self._must[name] else TRUE)
        return f"{{'{TRUE}' if {variable} else '{FALSE}'}}"

    def number(self, name: str) -> str:
        """Return how a fact's text says a number, where it is known or nought is put for it."""
        return f"{{{self._variables[name]}}}"

    def bounds(self, name: str, base: Base) -> tuple[str, str]:
        """Return how a fact's text says the two bounds of a quantity."""
        variable = self._variables[name]
        if self._quantities.is_range(base):
            return f"{{{variable}[0]}}", f"{{{variable}[1]}}"
        if name not in self._perhaps_unknown:
            return f"{{{variable}}}", f"{{{variable}}}"
        low, high = UNKNOWN_BOUNDS
        return (
            f"{{{low} if {variable} is None else {variable}}}",
            f"{{{high} if {variable} is None else {variable}}}",
        )
