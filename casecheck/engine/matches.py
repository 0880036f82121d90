"""What the engine matched: the facts that met each rule, by their numbers."""

from __future__ import annotations

from collections.abc import Mapping

Members = str | tuple[str, ...]
"""What a match tells: the number of one fact of the batch, as text, or of several in their order.

Alone it stands for itself: a set of texts is made and compared in half the time of one of tuples.
"""
Matches = Mapping[str, set[Members]]
"""What each rule matched."""
