"""An estimated number of cases, and how far its limits lie from it on either side."""

from __future__ import annotations

from typing import NamedTuple


class Reach(NamedTuple):
    """An estimated number of cases of a part of a list, and how far its limits lie from it."""

    value: float
    below: float
    above: float
