"""Lessons as data: pages of YAML, read, checked and turned into typed checks. Runs no code."""
