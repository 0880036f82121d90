"""Lessons and explanations in words."""
