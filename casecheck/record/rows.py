"""The rows of a case record, as they are read; `row_models.py` says what each may hold."""

from __future__ import annotations

from typing import Any

RowData = dict[str, Any]
"""A row as it is read: the fields that were given, by their names in JSON.

What was not given stays away, so that it can be counted what was.
"""
RowsData = list[RowData]
