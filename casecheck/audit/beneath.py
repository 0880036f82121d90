"""What an audit's outcomes hang on beside casecheck's own files: what runs and reads beneath it."""

from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import version


@cache
def beneath() -> str:
    """Return the versions of Python, of the engine, and of what reads records."""
    libraries = [f"{name} {version(name)}" for name in ("durable_rules", "pydantic")]
    return ", ".join([f"Python {sys.version_info[0]}.{sys.version_info[1]}", *libraries])
