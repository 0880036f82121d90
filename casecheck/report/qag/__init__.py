"""Samples, sizes and estimates in words."""
