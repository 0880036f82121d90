"""How much the tests try: a share of it while one works, all of it where a change is proved.

`CASECHECK_TESTS=proof pytest` tries all, as `.ci/prove` does; `quick`, as it is by default, tries
a share of the random records, pages and designs. What is not drawn at random is the same in both;
`slow` tests are tried by `.ci/run` and `.ci/prove` alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

PROFILE = os.environ.get("CASECHECK_TESTS", "quick")
SHARE = 10
"""Of so many things drawn at random that the proof tries, a quick run tries one."""


def tries(number: int, fewest: int = 10) -> int:
    """Return how many of the number that the proof tries are tried in this run."""
    return number if PROFILE == "proof" else min(number, max(fewest, number // SHARE))


def few(
    values: Iterable[Any], *quick: Any, rest: pytest.MarkDecorator = pytest.mark.slow
) -> Sequence[Any]:
    """Return the values as parameters of a test: all but the `quick` ones have the mark `rest`.

    For a test that says the same of each of them, and takes long; `longest` where it is slow.
    """
    every = list(values)
    assert all(one in every for one in quick)
    return [pytest.param(one, marks=[] if one in quick else [rest]) for one in every]


def load_profile() -> None:
    """Register the profiles of hypothesis and load the one of this run.

    A busy machine makes no test fail: none is held to a time, nor told that it is slow.
    """
    for name in ("quick", "proof"):
        settings.register_profile(
            name,
            max_examples=100 if name == "proof" else 100 // SHARE,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            print_blob=True,
        )
    if PROFILE not in ("quick", "proof"):
        raise ValueError(f"CASECHECK_TESTS is quick or proof, not {PROFILE!r}")
    settings.load_profile(PROFILE)
