"""Packs: what auditors fill in, written and read back."""
