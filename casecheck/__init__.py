"""Checks anonymised case records against the lessons of a safeguarding review."""

__version__ = "0.1.0"
