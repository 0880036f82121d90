"""Look up the fields of one row of a record in generated code, each once: expressions of them.

What a generated expression is made of is said in `code_lines`; None in it stands for unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from casecheck.lessons.terms import RowPath
from casecheck.record.model import FIELDS, FieldSpec


class Expression(NamedTuple):
    """An expression of the generated code, and whether it may come to None: unknown."""

    text: str
    perhaps: bool


class Guard(NamedTuple):
    """A condition under which an expression is not evaluated, and what it comes to instead."""

    when: str
    instead: str


def guarded(guards: Sequence[Guard], known: str) -> Expression:
    """Return an expression for what is known, after the guards against what is not.

    >>> guarded([Guard("row is None", "None"), Guard("day is None", "False")], "day < 3")
    Expression(text='(None if row is None else False if day is None else day < 3)', perhaps=True)
    """
    text = after_guards(guards, known)
    return Expression(f"({text})", any(guard.instead == "None" for guard in guards))


def after_guards(guards: Sequence[Guard], known: str) -> str:
    """Return the text of an expression for what is known, after the guards, without brackets."""
    text = known
    for guard in reversed(guards):
        text = f"{guard.instead} if {guard.when} else {text}"
    return text


class RowFields:
    """Looks up the fields of one row, and of the rows that it refers to; None stands for unknown.

    The row's fields are `of`; the rows reached by reference, and each field that is read, are
    looked up once, in lines of their own, when they are first needed. `reads` gathers the fields
    that are read, by section, and `indexes` the sections whose rows are looked up by id, each by
    its variable.
    """

    def __init__(self, section: str) -> None:
        self.reads: set[tuple[str, str]] = set()
        self.indexes: dict[str, str] = {}
        self._lines: list[str] = []
        self._rows: dict[tuple[str, ...], tuple[str, str]] = {(): ("of", section)}
        self._names: dict[str, str] = {}

    def take_lines(self) -> list[str]:
        """Return the lines that look up what was written since they were last taken."""
        lines, self._lines = self._lines, []
        return lines

    def is_variable(self, text: str) -> bool:
        """Say whether an expression is a variable that holds what another comes to."""
        return text in self._names.values()

    def named(self, text: str) -> str:
        """Return the variable that holds what an expression comes to: the same for the same."""
        if text not in self._names:
            self._names[text] = f"n{len(self._names)}"
            self._lines.append(f"{self._names[text]} = {text}")
        return self._names[text]

    def row(self, references: tuple[str, ...]) -> tuple[str, str]:
        """Return the variable that holds the row at the end of a path, and its section."""
        if references not in self._rows:
            start, section = self.row(references[:-1])
            spec = FIELDS[section][references[-1]]
            assert spec.target  # only references lead to rows
            index = self.indexes.setdefault(spec.target, f"i{len(self.indexes)}")
            self.reads.add((section, spec.name))
            identifier = _read(start, spec)
            if start == "of":
                found = f"{index}.get({self.named(identifier)})"
            else:
                found = f"None if {start} is None else {index}.get({identifier})"
            self._rows[references] = self.named(found), spec.target
        return self._rows[references]

    def looked_up(self, row: RowPath, spec: FieldSpec, form: str = "{x}") -> str:
        """Return the variable that holds a field's value in some form; None where it is null.

        It is None too of a row that is not known.
        """
        name, section = self.row(row.references)
        self.reads.add((section, spec.name))
        value = _read(name, spec)
        guards = [] if name == "of" else [Guard(f"{name} is None", "None")]
        if spec.role != "required" and form != "{x}":
            guards.append(Guard(f"(x := {value}) is None", "None"))
            value = "x"
        return self.named(after_guards(guards, form.format(x=value)))

    def of_field(
        self, row: RowPath, spec: FieldSpec, known: str, null: str = "None", form: str = "{x}"
    ) -> Expression:
        """Return `known`, in which {x} is the field's value in some form.

        `null` stands for an event that has not happened.
        """
        value = self.looked_up(row, spec, form)
        name, _ = self.row(row.references)
        absent = null if spec.role == "event" else "None"
        guards = []
        # Of a row that is not known the value is None, too: one guard for both says the same.
        if name != "of" and absent != "None":
            guards.append(Guard(f"{name} is None", "None"))
        if name != "of" or spec.role != "required":
            guards.append(Guard(f"{value} is None", absent))
        text, perhaps = guarded(guards, known.format(x=value))
        if known == "{x}" and absent == "None":
            return Expression(value, perhaps)
        return Expression(text, perhaps)


def _read(row: str, spec: FieldSpec) -> str:
    """Return the expression that reads a row's field; None where it was not given."""
    return f"{row}[{spec.name!r}]" if spec.role == "required" else f"{row}.get({spec.name!r})"
