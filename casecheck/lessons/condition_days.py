"""Read a day that stands alone, such as the one by which a member of a measure is counted."""

from __future__ import annotations

from casecheck.lessons.condition_values import _ValueReader
from casecheck.lessons.condition_words import ConditionError, Scope, _parse
from casecheck.lessons.errors import RulesError
from casecheck.lessons.nodes import Place
from casecheck.lessons.part_values import Chosen, Day, name_of


def read_own_day(text: str, place: Place, scope: Scope) -> tuple[Day | Chosen, frozenset[str]]:
    """Return a day, or the later or earlier of some, and the names that it uses.

    Raises:
        RulesError: it is no day.
    """
    reader = _ValueReader(scope, text)
    try:
        node = _parse(text)
        value = reader.value(node)
        if not isinstance(value, Day | Chosen):
            message = f"a day is needed here, such as `change.on`; this is {name_of(value)}"
            raise ConditionError(node, message)
    except ConditionError as error:
        raise RulesError([place.error(error.message, offset=error.offset)]) from None
    return value, frozenset(reader.used)
