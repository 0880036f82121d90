"""Measures over time, in each format."""
