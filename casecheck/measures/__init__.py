"""Measures: one question of all records for each period, its signals, and what may be shown."""
