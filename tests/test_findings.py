"""Values in a finding's sentence, as a reader sees them."""

from __future__ import annotations

from datetime import date

import pytest

from casecheck.findings import show_value
from casecheck.known import UNKNOWN


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 3, 2), "2026-03-02"),
        ("sexual_abuse", "sexual abuse"),
        (True, "yes"),
        (False, "no"),
        (None, "(not yet)"),
        (UNKNOWN, "(not recorded)"),
    ],
)
def test_a_value_in_words(value: object, shown: str) -> None:
    assert show_value(value) == shown
