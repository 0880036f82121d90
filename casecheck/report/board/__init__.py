"""The board paper: what was promised, what the records show, and what cannot be told."""
