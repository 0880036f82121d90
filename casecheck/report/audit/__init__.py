"""The audit's report, one module a format."""
