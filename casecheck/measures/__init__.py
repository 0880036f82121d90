"""Measures: one question of all records for each period, its signals, and what may be shown."""

from __future__ import annotations

from casecheck.measures.measuring import measure_records

__all__ = ["measure_records"]
