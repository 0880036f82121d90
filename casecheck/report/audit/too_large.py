"""Says that a report would be larger than its format can hold."""

from __future__ import annotations


class TooLarge(Exception):  # noqa: N818 - says what to do
    """A report would be larger than a file of its format can be; the message says how to split."""
