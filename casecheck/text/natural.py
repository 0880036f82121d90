"""Orders names as people count: TEAM-2 before TEAM-10."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"([0-9]+)")


def natural(text: str) -> tuple[tuple[str, int, str], ...]:
    """Return the key by which texts stand in the order of their letters and of their numbers.

    >>> sorted(["TEAM-10", "TEAM-2", "TEAM-1"], key=natural)
    ['TEAM-1', 'TEAM-2', 'TEAM-10']
    """
    parts = _NUMBER.split(text)
    words, numbers = parts[::2], [*parts[1::2], ""]
    # The number as written tells apart what counts alike: 2 and 02.
    return tuple(
        (word, int(number or -1), number) for word, number in zip(words, numbers, strict=True)
    )
