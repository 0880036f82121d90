"""Samples of the cases of a saved audit."""
